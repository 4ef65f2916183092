/* Aliases: a name that answers with another name's records. Resolved when compiled; the answer path does not know them.
 *
 * The rules; tests/nameserver/test_alias.c has a test of each, named after it. (zones/ refuses what would be a mistake when
 * it is written: a missing target, a circle, a chain of more than ALIAS_DEPTH_MAX steps. Here is what is answered whatever
 * the data.)
 *
 *   - The target's records of the alias's own type are the answer, under the alias's name.
 *   - They come with the target's TTL; an alias has none.
 *   - The alias is invisible: no CNAME, and nothing of the target's name.
 *   - It leads into its own zone or another one served here, by that zone's id: one made again under the same name is
 *     somebody else's.
 *   - It may be of every type but NS, SOA and DNAME: those say how names are found, so each name has its own.
 *   - It stands wherever a record of its type may: at the apex, at a wildcard (then it answers for every name that this
 *     covers), beside records and aliases of other types; DS beside a cut's NS.
 *   - An alias to an alias is followed, ALIAS_DEPTH_MAX steps; more, or a circle, is no data.
 *   - The target may be a wildcard, or a name that a wildcard covers.
 *   - A CNAME at the target is of another type, so no data, but for an alias of type CNAME: that answers as a CNAME to where
 *     the target's leads. It stands alone like any CNAME.
 *   - A target at or below a cut, or below a DNAME, is not that zone's to tell: no data.
 *   - No target, no such type there, or no such zone: no data, until it appears.
 *   - Whatever changes at the target is seen at the alias with the same version of the target's zone.
 *   - What CNAMEs and DNAMEs lead to may be an alias: they show its data like any other.
 *   - It is no glue: a referral has only addresses that stand there themselves.
 *   - A target in none of our zones: external.h.
 */
#ifndef FW_NAMESERVER_ALIAS_H
#define FW_NAMESERVER_ALIAS_H

#include "nameserver/store.h"

#define ALIAS_DEPTH_MAX 8

/* What an alias stands for; NULL: no data; &external_unresolved where nobody knows yet. Registers, for `whom`, every name
 * that was looked at. */
const struct record_set *alias_resolve(
    struct store *st, struct owner *whom, const struct record_set *alias) FW_NONNULL_ALL;
/* The owner's data of the type: its own or an alias's. */
const struct record_set *owner_data(
    struct store *st, struct owner *whom, const struct owner *o, uint16_t type) FW_NONNULL_ALL;
/* Of a set of it. */
static inline const struct record_set *set_data(struct store *st, struct owner *whom, const struct record_set *s)
{
    return s->alias ? alias_resolve(st, whom, s) : s;
}

#endif
