#include "dns/master.h"

struct collect {
    struct arena *arena;
    struct dns_master_record *records;
    size_t n, cap;
};

static enum status collect_record(void *ctx, const struct dns_master_record *r, struct error *e FW_UNUSED)
{
    struct collect *c = ctx;

    if (c->n == c->cap) {
        size_t cap = c->cap == 0 ? 64 : c->cap * 2;
        struct dns_master_record *grown = ARENA_ARRAY(c->arena, cap, struct dns_master_record);
        if (c->n > 0)
            memcpy(grown, c->records, c->n * sizeof(*grown));
        c->records = grown;
        c->cap = cap;
    }
    c->records[c->n] = *r;
    c->records[c->n++].rdata = str_n(arena_copy(c->arena, r->rdata.p, r->rdata.n), r->rdata.n);
    return OK;
}

/* The order of RRsets, then of lines. */
static int compare(const void *a, const void *b)
{
    const struct dns_master_record *ra = a, *rb = b;
    int d = dns_rrset_key_compare(&ra->owner, ra->type, &rb->owner, rb->type);

    return d != 0 ? d : (ra->line > rb->line) - (ra->line < rb->line);
}

static enum status add_to_set(
    struct arena *a, struct dns_rrset *set, const struct dns_master_record *r, struct error *e)
{
    if (r->ttl != set->ttl)
        return error_set(e, INVALID, "master-ttl-mismatch",
            "the TTL %u differs from %u before; all records of one name and type have the same", r->ttl, set->ttl);
    return dns_rrset_add(a, set, r->rdata, e);
}

static enum status set_failed(
    const struct dns_master_options *options, const struct dns_master_record *r, struct error *e)
{
    if (options->report == NULL)
        return str_is_null(*r->file) ? error_prefix(e, "line %u", r->line)
                                     : error_prefix(e, "%.*s:%u", STR_ARG(*r->file), r->line);
    dns_master_report_add(options->report, *r->file, r->line, false, e);
    error_clear(e);
    return OK;
}

static enum status make_sets(struct arena *a, const struct collect *c, const struct dns_master_options *options,
    struct dns_rrset *sets, size_t *n_r, struct error *e)
{
    struct dns_rrset *set = NULL;

    for (size_t i = 0; i < c->n; i++) {
        const struct dns_master_record *r = &c->records[i];

        if (set == NULL || set->type != r->type || !dns_name_equal(&set->owner, &r->owner)) {
            set = &sets[(*n_r)++];
            dns_rrset_init(set, &r->owner, r->type, r->ttl);
        }
        if (add_to_set(a, set, r, e) != OK)
            TRY(set_failed(options, r, e));
    }
    return OK;
}

enum status dns_master_read(struct arena *a, struct str text, const struct dns_master_options *options,
    struct dns_rrset **sets_r, size_t *n_r, struct error *e)
{
    struct collect c = {.arena = a};
    enum status scanned = dns_master_scan(a, text, options, collect_record, &c, e);

    if (scanned != OK && (options->report == NULL || !str_eqz(str_of(e->code), "master-errors")))
        return scanned;
    if (c.n > 1)
        qsort(c.records, c.n, sizeof(*c.records), compare);
    *sets_r = ARENA_ARRAY(a, c.n, struct dns_rrset);
    *n_r = 0;
    TRY(make_sets(a, &c, options, *sets_r, n_r, e));
    if (options->report == NULL)
        return OK;
    dns_master_report_sort(options->report);
    return dns_master_report_status(options->report, e);
}
