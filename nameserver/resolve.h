/* From a name to the owner whose data answers for it, as RFC 1034 §4.3.2 and RFC 4592 walk; at compile time. */
#ifndef FW_NAMESERVER_RESOLVE_H
#define FW_NAMESERVER_RESOLVE_H

#include "nameserver/store.h"

#define ALIAS_DEPTH_MAX 8

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

/* What an alias stands for, its chain followed: the target's records of the same type (not an alias), or NULL where
 * there are none: no such zone or name, another type, below a cut, too many steps, a circle. A CNAME at the target is
 * another type. A chain that leads elsewhere ends in what external_answer gives. */
const struct record_set *alias_resolve(struct store *st, struct owner *whom, const struct record_set *alias);

#endif
