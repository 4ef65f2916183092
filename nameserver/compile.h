/* From an owner's records to its image (answer.h). Runs on the writer's thread, when something the answers are made of
 * has changed, and registers what it looked at (deps.h).
 *
 * What is put in, by case:
 *   - data: one tail for each type. An alias has a tail for what its target has, under the asked name, with the
 *     target's TTL; where the target has nothing it has none, thus "no data"; where that is not known
 *     (external.h), SERVFAIL (alias.h). Additional records only where the operator wants them (additional.h).
 *   - CNAME: a tail for CNAME itself; one for each type at the end of the chain, as far as it leads through zones served
 *     here (chain.h); one for every other type: the chain, and what the last zone says:
 *     NXDOMAIN or no data with that zone's SOA (RFC 6604, RFC 2308), a referral, or nothing when it leads elsewhere.
 *   - a cut: the referral (NS in the authority section, not authoritative, addresses of the targets that this zone
 *     holds: those at or below the cut are needed, RFC 9471, others may be left out); DS is answered as data.
 *   - an empty non-terminal: an image without slots, which makes it "no data" and not NXDOMAIN (RFC 8020).
 */
#ifndef FW_NAMESERVER_COMPILE_H
#define FW_NAMESERVER_COMPILE_H

#include "nameserver/store.h"

struct compiler *compiler_new(void) FW_RETURNS_NONNULL;
void compiler_free(struct compiler **c) FW_NONNULL_ALL;

/* The image readers shall see; NULL where this zone does not answer for the owner: it is below a cut or a DNAME, or at or below the
 * apex of a deeper zone (but for the parent's side of it, IMAGE_PARENT_SIDE). */
struct image *owner_compile(struct store *st, struct owner *o) FW_NONNULL_ALL;
/* What takes the place of an owner's image that is no more. */
struct image *image_gone(const struct image *old) FW_NONNULL_ALL FW_RETURNS_NONNULL;

#endif
