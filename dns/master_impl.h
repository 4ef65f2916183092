/* Inside of the master-file reader: shared by dns/master_*.c. */
#ifndef FW_DNS_MASTER_IMPL_H
#define FW_DNS_MASTER_IMPL_H

#include "dns/master.h"

/* A TTL that may not be known yet. */
struct maybe_ttl {
    bool known;
    uint32_t ttl;
};

struct master {
    struct arena *arena;
    struct arena scratch; /* of the entry at hand */
    const struct dns_master_options *options;
    const struct str *file; /* that is being read */
    struct dns_tokens tokens;
    struct dns_name origin; /* $ORIGIN, at first the zone */
    struct dns_name owner; /* of the record before */
    bool has_owner;
    bool owner_wrong; /* it was no name: what leaves it out is looked at and not handed on */
    bool over; /* no record more: a limit has been passed */
    struct maybe_ttl dollar_ttl, last_ttl;
    size_t records, records_max, bytes, bytes_max;
    unsigned depth; /* of $INCLUDE */
    enum status (*record)(void *ctx, const struct dns_master_record *r, struct error *e);
    void *ctx;
    struct error *e;
};

/* master_read.c: parts of an entry. *at is the token they begin with, and moves behind what they took. */
enum status master_read_name(struct master *m, struct str text, struct dns_name *owner_r) FW_MUST_CHECK;
enum status master_read_ttl_class(struct master *m, size_t *at, struct maybe_ttl *ttl_r) FW_MUST_CHECK;
enum status master_read_type(struct master *m, size_t *at, uint16_t *type_r) FW_MUST_CHECK;
/* TTL settled, counted, handed to the caller. */
enum status master_deliver(struct master *m, struct dns_master_record *r, struct maybe_ttl said) FW_MUST_CHECK;
/* All entries of one text. */
enum status master_read_text(struct master *m, struct str text) FW_MUST_CHECK;

/* master_directive.c, master_generate.c */
enum status master_read_directive(struct master *m) FW_MUST_CHECK;
enum status master_generate(struct master *m) FW_MUST_CHECK;

#endif
