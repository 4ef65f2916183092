/* authInfo as RFC 9154 wants it: random, known for a short time only, kept by the server as a hash.
 *
 * An object has no authInfo but while a transfer is under way: a create leaves it blank; an update sets a random one
 * that is told to the registrant and kept nowhere else; when the transfer is done, or the time is over, an update
 * clears it. Nothing ever matches what is not set, a blank value least of all. Server and client tell each other that
 * they do so by naming EPP_SECURE_AUTH_NS among the extensions; it has no elements.
 */
#ifndef FW_EPP_AUTH_H
#define FW_EPP_AUTH_H

#include "epp/extension.h"

#define EPP_SECURE_AUTH_NS "urn:ietf:params:xml:ns:epp:secure-authinfo-transfer-1.0"
#define EPP_AUTH_BITS 128 /* of randomness, at least (RFC 9154 section 4.1) */
#define EPP_AUTH_LENGTH 21 /* characters of epp_auth_new that have them */

extern const struct epp_extension epp_secure_auth_extension;

/* ---- what stands in commands ------------------------------------------------------------------------ */
struct epp_auth epp_auth_set(struct str pw);
struct epp_auth epp_auth_blank(void); /* of a create: none yet */
/* Of an update: none any more. A domain's authInfo is removed with <null/>, a contact's made blank. */
struct epp_auth epp_auth_cleared(enum epp_object object);
/* Clears or is blank. */
bool epp_auth_none(const struct epp_auth *auth) FW_NONNULL_ALL;
/* A random value of n characters, EPP_AUTH_LENGTH or more: letters, digits and those signs that neither XML nor a
 * shell takes for its own. */
struct str epp_auth_new(struct arena *a, size_t n) FW_NONNULL_ALL;

/* ---- what a server does with it ---------------------------------------------------------------------- */
/* Could have EPP_AUTH_BITS of randomness, by its length and the kinds of characters in it. */
bool epp_auth_strong(struct str pw);
/* What to store: salt and SHA-256, as text; "" for a blank value. */
struct str epp_auth_hash(struct arena *a, struct str pw) FW_NONNULL_ALL;
/* In constant time. false for what is not set, whatever is given, and for a hash that is none. */
bool epp_auth_matches(struct str hash, struct str pw);

#endif
