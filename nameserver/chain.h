/* The chain of names behind a CNAME, at compile time: through zones served here, over CNAMEs and DNAMEs (RFC 6672 §3.2),
 * until a name that has neither, or that is not ours to answer for.
 *
 * Bounded: CHAIN_MAX links, and it ends at a name that it has been at before. A circle is answered as far as it goes. */
#ifndef FW_NAMESERVER_CHAIN_H
#define FW_NAMESERVER_CHAIN_H

#include "nameserver/resolve.h"
#include "nameserver/tail.h"

#define CHAIN_MAX 16 /* links in one answer; a DNAME with the CNAME made of it is one */

struct chain_link {
    const struct record_set *set; /* a CNAME, or the DNAME that one is made of */
    const struct owner *at; /* of the DNAME */
    struct dns_name target; /* in the case of the data */
    uint8_t packed[2 + DNS_NAME_MAX]; /* the target, as the RDATA of a CNAME */
};

struct chain {
    struct chain_link links[CHAIN_MAX];
    unsigned n;
    struct found end;
    bool circle; /* or too long: no end was reached */
    bool too_long; /* the last link is a DNAME, and the name it leads to has more than 255 bytes */
};

/* o has a CNAME, of its own or through an alias. Registers, for o, every name that was looked at. */
void chain_follow(struct store *st, struct owner *o, struct chain *c_r) FW_NONNULL_ALL;
/* All its records, into the answer section; c must live until tail_end. */
void chain_put(struct tail_writer *w, const struct chain *c) FW_NONNULL_ALL;
/* Is the DNAME among its records? */
bool chain_has(const struct chain *c, const struct record_set *dname) FW_NONNULL_ALL;
/* The name it leads to. */
static inline const struct dns_name *chain_target(const struct chain *c)
{
    return &c->links[c->n - 1].target;
}

#endif
