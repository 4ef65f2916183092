/* A master file as sorted RRsets in stored form. */
#include "zones/import_impl.h"
#include "zones/sort.h"

/* One record as it was read. */
struct record {
    struct str key, owner;
    struct str packed; /* u16 length + RDATA; empty for an alias */
    struct str target;
    bool external;
    const struct str *file;
    uint32_t ttl, seq;
    unsigned line;
    uint16_t type;
};

#define CHUNK 4096
struct chunk {
    struct chunk *next;
    size_t n;
    struct record items[CHUNK];
};

struct reader {
    struct import *m;
    struct chunk *first, **last;
    size_t n;
    struct record *before; /* the one read last: the next often has its owner */
    struct arena scratch;
};

/* ---- collecting ------------------------------------------------------------ */

static struct record *record_push(struct reader *r, const struct dns_name *owner)
{
    struct import *m = r->m;
    struct chunk *c = *r->last;
    if (c == NULL || c->n == CHUNK) {
        if (c != NULL)
            r->last = &c->next;
        c = *r->last = ARENA_NEW(m->a, struct chunk);
    }
    struct record *rec = &c->items[c->n++];
    struct dns_name lower = *owner;
    dns_name_lower(&lower);
    struct str wire = dns_name_wire(&lower);
    if (r->before != NULL && str_eq(r->before->owner, wire)) {
        rec->owner = r->before->owner;
        rec->key = r->before->key;
    } else {
        rec->owner = str_n(arena_copy(m->a, wire.p, wire.n), wire.n);
        struct str key = sort_key(&r->scratch, &lower);
        rec->key = str_n(arena_copy(m->a, key.p, key.n), key.n);
        arena_reset(&r->scratch);
    }
    rec->seq = (uint32_t)r->n++;
    r->before = rec;
    return rec;
}

static enum status on_record(void *ctx, const struct dns_master_record *in, struct error *e FW_UNUSED)
{
    struct reader *r = ctx;
    struct record *rec = record_push(r, &in->owner);
    char *packed = arena_alloc(r->m->a, in->rdata.n + 2);
    write_u16(packed, (uint16_t)in->rdata.n);
    if (in->rdata.n > 0)
        memcpy(packed + 2, in->rdata.p, in->rdata.n);
    rec->packed = str_n(packed, in->rdata.n + 2);
    rec->type = in->type;
    rec->ttl = in->ttl;
    rec->line = in->line;
    rec->file = in->file;
    return OK;
}

/* " alias: OWNER TYPE -> TARGET", with "(elsewhere)" behind it or nothing: a flattened one has its records beside it. */
static enum status on_comment(void *ctx, struct str text, const struct str *file, unsigned line, struct error *e)
{
    struct reader *r = ctx;
    struct str rest = str_trim(text), part[6] = {STR_NULL, STR_NULL, STR_NULL, STR_NULL, STR_NULL, STR_NULL};
    struct dns_name owner, target;
    uint16_t type;
    size_t n = 0;
    if (!str_starts(text, STR(" alias: ")))
        return OK;
    while (n < ARRAY_LEN(part) && str_take(&rest, ' ', &part[n]))
        n++;
    if (n < 5 || !str_is_null(rest) || !str_eqz(part[3], "->") || (n > 5 && !str_eqz(part[5], "(elsewhere)")))
        return OK;
    TRY(dns_name_parse(part[1], NULL, &owner, e));
    TRY(dns_name_parse(part[4], NULL, &target, e));
    if (!dns_type_parse(part[2], &type))
        return error_set(e, INVALID, "alias-type", "\"%.*s\" is not a type of records", STR_ARG(part[2]));
    if (!dns_name_is_subdomain(&owner, &r->m->apex))
        return error_set(e, INVALID, "master-out-of-zone", "%.*s is not in the zone", STR_ARG(part[1]));
    dns_name_lower(&target);
    struct record *rec = record_push(r, &owner);
    struct str wire = dns_name_wire(&target);
    rec->target = str_n(arena_copy(r->m->a, wire.p, wire.n), wire.n);
    rec->external = n > 5;
    rec->packed = STR("");
    rec->type = type;
    rec->line = line;
    rec->file = file;
    return OK;
}

/* ---- sorting ------------------------------------------------------------ */

static int record_compare(const struct record *a, const struct record *b)
{
    int d = str_cmp(a->key, b->key);
    return d != 0 ? d : (int)a->type - (int)b->type;
}

static int pointer_compare(const void *pa, const void *pb)
{
    const struct record *a = *(struct record *const *)pa, *b = *(struct record *const *)pb;
    int d = record_compare(a, b);
    return d != 0 ? d : (a->seq > b->seq) - (a->seq < b->seq);
}

/* Files that a server wrote are in order already. */
static struct record **records_sorted(struct reader *r)
{
    struct record **all = ARENA_ARRAY(r->m->a, r->n, struct record *);
    bool sorted = true;
    size_t n = 0;
    for (struct chunk *c = r->first; c != NULL; c = c->next)
        for (size_t i = 0; i < c->n; i++) {
            sorted = sorted && (n == 0 || record_compare(all[n - 1], &c->items[i]) <= 0);
            all[n++] = &c->items[i];
        }
    if (!sorted)
        qsort(all, n, sizeof *all, pointer_compare);
    return all;
}

/* ---- RRsets ------------------------------------------------------------ */

static void record_blame(struct reader *r, const struct record *rec, const struct error *e)
{
    dns_master_report_add(r->m->report, *rec->file, rec->line, false, e);
}

static enum status group_add(
    struct arena *a, struct dns_rrset *set, const struct record *first, const struct record *rec, struct error *e)
{
    struct str label;
    if (!str_is_null(rec->target) || !str_is_null(first->target)) {
        if (rec == first || (str_eq(first->target, rec->target) && first->external == rec->external))
            return OK;
        label = record_label(a, &set->owner, set->type);
        return error_set(e, INVALID, "alias-values",
            "%.*s: an alias has one target and no records of its own beside it", STR_ARG(label));
    }
    if (rec->ttl != set->ttl)
        return error_set(e, INVALID, "master-ttl-mismatch",
            "the TTL %u differs from %u in line %u; all records of one name and type have the same", rec->ttl, set->ttl,
            first->line);
    TRY(dns_rrset_add(a, set, str_n(rec->packed.p + 2, rec->packed.n - 2), e));
    if (set->n <= ZONE_RRSET_RECORDS_MAX)
        return OK;
    label = record_label(a, &set->owner, set->type);
    return error_set(e, INVALID, "record-values", "%.*s: more than %d records", STR_ARG(label), ZONE_RRSET_RECORDS_MAX);
}

static struct str group_packed(struct reader *r, const struct dns_rrset *set, const struct record *first, size_t n)
{
    struct buf b;
    if (n == 1)
        return first->packed;
    buf_in(&b, &r->scratch, DNS_PACKED_MAX);
    dns_rrset_pack(&b, set);
    struct str packed = buf_view(&b);
    return str_n(arena_copy(r->m->a, packed.p, packed.n), packed.n);
}

/* The rules that need no other set. SOA and NS of the zone are not taken as they are. */
static void set_check(struct reader *r, const struct dns_rrset *set, const struct record *first)
{
    struct zone_change c = {.a = &r->scratch, .apex = r->m->apex};
    struct change_op op = {
        .kind = CHANGE_SET, .set = *set, .alias = !str_is_null(first->target), .external = first->external};
    struct error e;
    if (op.alias)
        op.target = import_name(first->target);
    if (change_check_op(&c, &op, &e) != OK)
        record_blame(r, first, &e);
}

static bool is_of_zone(const struct import *m, const struct record *rec)
{
    return (rec->type == DNS_SOA || rec->type == DNS_NS) && rec->owner.n == m->apex.len && str_is_null(rec->target);
}

static void group_make(struct reader *r, struct record **all, size_t n, struct import_set *out)
{
    const struct record *first = all[0];
    struct dns_name owner = import_name(first->owner);
    struct dns_rrset set;
    struct error e;
    dns_rrset_init(&set, &owner, first->type, first->ttl);
    for (size_t i = 0; i < n && set.n <= ZONE_RRSET_RECORDS_MAX; i++) /* too many are told once */
        if (group_add(&r->scratch, &set, first, all[i], &e) != OK)
            record_blame(r, all[i], &e);
    *out = (struct import_set){
        .key = first->key,
        .owner = first->owner,
        .packed = group_packed(r, &set, first, n),
        .target = first->target,
        .external = first->external,
        .file = first->file,
        .line = first->line,
        .ttl = first->ttl,
        .type = first->type,
    };
    if (!is_of_zone(r->m, first))
        set_check(r, &set, first);
    arena_reset(&r->scratch);
}

static void groups_make(struct reader *r, struct record **all)
{
    struct import *m = r->m;
    m->sets = ARENA_ARRAY(m->a, r->n, struct import_set);
    for (size_t i = 0, n; i < r->n; i += n) {
        for (n = 1; i + n < r->n && record_compare(all[i], all[i + n]) == 0;)
            n++;
        if (!is_of_zone(m, all[i])) {
            group_make(r, all + i, n, &m->sets[m->n++]);
            m->records += n;
            continue;
        }
        struct import_set *own = ARENA_NEW(m->a, struct import_set);
        group_make(r, all + i, n, own);
        *(all[i]->type == DNS_SOA ? &m->soa : &m->ns) = own;
    }
}

enum status import_read(struct import *m, struct str text, struct error *e)
{
    const struct zone_import_options *o = m->o;
    struct reader r = {.m = m, .last = &r.first};
    struct dns_master_options options = {
        .origin = &m->apex,
        .bytes_max = o->bytes_max != 0 ? o->bytes_max : ZONE_IMPORT_BYTES_MAX,
        .records_max = o->records_max != 0 ? o->records_max : ZONE_IMPORT_RECORDS_MAX,
        .file = o->file,
        .report = m->report,
        .include = o->include,
        .include_ctx = o->include_ctx,
        .comment = on_comment,
    };
    arena_init(&r.scratch, 0);
    enum status s = dns_master_scan(m->a, text, &options, on_record, &r, e);
    if (s == OK || m->report->errors > 0)
        groups_make(&r, records_sorted(&r));
    arena_clear(&r.scratch);
    return s == INVALID && m->report->errors > 0 ? OK : s;
}
