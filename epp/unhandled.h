/* Answers in namespaces the client did not log in for (RFC 9038): the server puts such a part into an extValue of the
 * successful result, with a reason that names the namespace, so that a poll message is not lost to a client that
 * cannot read all of it.
 *
 * It is an extension of behaviour: a server that announces it does so; a client needs only to look.
 */
#ifndef FW_EPP_UNHANDLED_H
#define FW_EPP_UNHANDLED_H

#include "epp/extension.h"
#include "epp/response.h"

#define EPP_UNHANDLED_NS "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0"

extern const struct epp_extension epp_unhandled_extension;

/* The parts that were put aside, raw, in the order they stand; an empty list where there are none, and always when
 * the first result is no success. */
struct epp_exts epp_unhandled_find(struct arena *a, const struct epp_response *r) FW_NONNULL_ALL;
/* Puts a part aside (servers): raw is an element of that namespace which declares what it uses. */
void epp_unhandled_add(
    struct arena *a, struct epp_response *r, struct str ns, struct str name, struct str raw) FW_NONNULL_ALL;

#endif
