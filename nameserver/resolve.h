/* From a name to the owner whose data answers for it, as RFC 1034 §4.3.2 and RFC 4592 walk; at compile time. */
#ifndef FW_NAMESERVER_RESOLVE_H
#define FW_NAMESERVER_RESOLVE_H

#include "nameserver/store.h"

enum found_kind {
    FOUND_ELSEWHERE, /* in no zone that is served here */
    FOUND_OWNER, /* the name itself, or the wildcard that covers it */
    FOUND_CUT, /* at or below a delegation; owner is the cut */
    FOUND_DNAME, /* below a name with a DNAME, which is the owner */
    FOUND_NOTHING, /* the zone says that it does not exist */
};

struct found {
    enum found_kind kind;
    struct zone *zone;
    struct owner *owner;
};

/* name in lower case. zone: look in this one only; NULL: in the deepest that is served. Registers, for `whom`, every
 * name it looked at. */
void name_resolve(
    struct store *st, struct owner *whom, struct zone *zone, const struct dns_name *name, struct found *f_r);

/* The same for DS at a zone's apex, which is for the zone above to answer. false where that is not served, or has an
 * alias of the whole name there (a CNAME, or a DNAME further up). */
bool name_resolve_above(
    struct store *st, struct owner *whom, const struct dns_name *apex, struct found *f_r) FW_NONNULL_ALL;

/* Registers the name and all above it: where a zone of any of them comes or goes. */
void name_depend_on_zones(struct store *st, struct owner *whom, const struct dns_name *name) FW_NONNULL_ALL;

#endif
