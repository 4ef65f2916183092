#include "zones/change.h"

#include "dns/soa.h"
#include "zones/change_impl.h"
#include "zones/sync.h"

struct zone_change *zone_change_begin(struct arena *a, const struct zone *zone, int64_t account_id)
{
    struct zone_change *c = ARENA_NEW(a, struct zone_change);
    c->a = a;
    c->zone_id = zone->id;
    c->apex = zone->apex;
    c->account_id = account_id;
    c->comment = STR("");
    return c;
}

void zone_change_expect(struct zone_change *c, int64_t version)
{
    c->expect = version;
}

static size_t utf8_count(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0u) != 0x80u;
    return n;
}

enum status zone_change_comment(struct zone_change *c, struct str comment, struct error *e)
{
    if (!str_utf8_valid(comment))
        return error_set(e, INVALID, "change-comment", "the comment is not UTF-8");
    if (utf8_count(comment) > ZONE_CHANGE_COMMENT_MAX)
        return error_set(e, INVALID, "change-comment", "the comment has %zu characters; it can have %d",
            utf8_count(comment), ZONE_CHANGE_COMMENT_MAX);
    c->comment = str_is_null(comment) ? STR("") : str_dup(c->a, comment);
    return OK;
}

size_t zone_change_count(const struct zone_change *c)
{
    return c->n;
}

/* ---- filling ------------------------------------------------------------ */

static enum status op_refuse(
    const struct zone_change *c, const struct change_op *op, const char *code, const char *why, struct error *e)
{
    struct str label = record_label(c->a, &op->set.owner, op->set.type);
    return error_set(e, INVALID, code, "%.*s: %s", STR_ARG(label), why);
}

static enum status change_push(struct zone_change *c, const struct change_op *op, struct error *e)
{
    if (c->n == ZONE_CHANGES_MAX && !c->unbounded)
        return error_set(
            e, INVALID, "change-too-many", "a change set has at most %d changes: make several", ZONE_CHANGES_MAX);
    for (size_t i = 0; i < op->set.n; i++)
        c->bytes += op->set.rdata[i].n;
    if (c->bytes > ZONE_CHANGE_BYTES_MAX && !c->unbounded)
        return error_set(e, INVALID, "change-too-large",
            "the values of a change set have at most %d bytes together: make several", ZONE_CHANGE_BYTES_MAX);
    if (c->n == c->cap) {
        size_t cap = c->cap == 0 ? 8 : c->cap * 2;
        struct change_op *ops = ARENA_ARRAY(c->a, cap, struct change_op);
        if (c->n > 0)
            memcpy(ops, c->ops, c->n * sizeof *ops);
        c->ops = ops;
        c->cap = cap;
    }
    c->ops[c->n++] = *op;
    return OK;
}

/* MX "." and SRV "." say that there is no such service (RFC 7505, RFC 2782). */
static enum status check_hosts(const struct zone_change *c, const struct change_op *op, struct error *e)
{
    const struct dns_rrset *set = &op->set;
    struct dns_name host;
    if (set->type != DNS_NS && set->type != DNS_MX && set->type != DNS_SRV)
        return OK;
    for (size_t i = 0; i < set->n; i++) {
        if (!dns_rdata_target(set->type, set->rdata[i], &host))
            continue;
        if (dns_name_is_root(&host) && set->type == DNS_MX && set->n > 1)
            return op_refuse(c, op, "record-host", "\"0 .\" says that there is no mail here, so it stands alone", e);
        if (dns_name_is_root(&host) && set->type != DNS_NS)
            continue;
        if (dns_name_is_root(&host) || dns_name_check_host(&host, e) != OK) {
            struct str text = dns_name_text(c->a, &host, false);
            return op_refuse(c, op, "record-host",
                arena_printf(c->a, "it must point to a host name, and \"%.*s\" is none", STR_ARG(text)), e);
        }
    }
    return OK;
}

static enum status check_cname(const struct zone_change *c, const struct change_op *op, struct error *e)
{
    struct dns_name target;
    if (op->set.type != DNS_CNAME)
        return OK;
    if (dns_name_equal(&op->set.owner, &c->apex))
        return op_refuse(c, op, "cname-apex", "CNAME cannot stand at the zone's own name; an alias can", e);
    if (op->set.n == 1 && dns_rdata_target(DNS_CNAME, op->set.rdata[0], &target) &&
        dns_name_equal(&target, &op->set.owner))
        return op_refuse(c, op, "cname-self", "points to itself", e);
    return OK;
}

/* RFC 6672 §2.2 leaves it to whoever keeps the zone that there is no circle. */
static enum status check_dname(const struct zone_change *c, const struct change_op *op, struct error *e)
{
    struct dns_name target;
    if (op->set.type != DNS_DNAME || op->set.n != 1 || !dns_rdata_target(DNS_DNAME, op->set.rdata[0], &target) ||
        !dns_name_is_subdomain(&target, &op->set.owner))
        return OK;
    return op_refuse(c, op, "dname-self", "sends all names below it to names below it again, and so on for ever", e);
}

/* What the owner, type and values alone tell. */
enum status change_check_op(const struct zone_change *c, const struct change_op *op, struct error *e)
{
    if (dns_type_has(op->set.type, DNS_TYPE_APEX) && !dns_name_equal(&op->set.owner, &c->apex))
        return op_refuse(c, op, "soa-not-apex", "stands only at the zone's own name", e);
    if (op->set.type == DNS_NS && dns_name_is_wildcard(&op->set.owner))
        return op_refuse(c, op, "ns-wildcard", "a wildcard cannot be delegated", e);
    if (op->alias && (op->set.type == DNS_NS || op->set.type == DNS_SOA || op->set.type == DNS_DNAME))
        return op_refuse(c, op, "alias-type", "this type cannot be an alias", e);
    if (op->external && dns_name_is_subdomain(&op->target, &c->apex))
        return op_refuse(
            c, op, "alias-inside", "the target is in this zone, so it is not elsewhere: leave that out", e);
    TRY(check_cname(c, op, e));
    TRY(check_dname(c, op, e));
    return check_hosts(c, op, e);
}

static enum status alias_parse(
    const struct zone_change *c, const struct record_set *set, struct change_op *op, struct error *e)
{
    TRY(record_head_parse(&c->apex, set->name, set->type, c->a, &op->set, e));
    struct str label = record_label(c->a, &op->set.owner, op->set.type);
    if (set->values_n > 0)
        return error_set(e, INVALID, "alias-values", "%.*s: an alias has no values of its own", STR_ARG(label));
    if (dns_name_parse(set->alias, NULL, &op->target, e) != OK)
        return error_prefix(e, "%.*s: alias target", STR_ARG(label));
    dns_name_lower(&op->target);
    op->alias = true;
    op->target_zone_id = set->alias_zone_id;
    op->external = set->alias_external;
    if (op->external && op->target_zone_id != 0)
        return error_set(e, INVALID, "alias-values", "%.*s: an alias to a name elsewhere has no zone", STR_ARG(label));
    return OK;
}

static enum status change_fill(
    struct zone_change *c, enum change_kind kind, const struct record_set *set, struct error *e)
{
    struct change_op op = {.kind = kind};
    if (!str_is_null(set->alias))
        TRY(alias_parse(c, set, &op, e));
    else
        TRY(record_parse(c->a, &c->apex, set, &op.set, e));
    if (kind != CHANGE_DELETE)
        TRY(change_check_op(c, &op, e));
    return change_push(c, &op, e);
}

enum status zone_change_add(struct zone_change *c, const struct record_set *set, struct error *e)
{
    return change_fill(c, CHANGE_ADD, set, e);
}

enum status zone_change_set(struct zone_change *c, const struct record_set *set, struct error *e)
{
    return change_fill(c, CHANGE_SET, set, e);
}

enum status zone_change_delete(struct zone_change *c, const struct record_set *old, struct error *e)
{
    return change_fill(c, CHANGE_DELETE, old, e);
}

enum status zone_change_delete_any(
    struct zone_change *c, struct str name, struct str type, bool missing_ok, struct error *e)
{
    struct change_op op = {.kind = CHANGE_DELETE_ANY, .missing_ok = missing_ok};
    TRY(record_head_parse(&c->apex, name, type, c->a, &op.set, e));
    return change_push(c, &op, e);
}

enum status zone_change_set_rrset(struct zone_change *c, const struct dns_rrset *set, struct error *e)
{
    struct record_set text = record_text(c->a, set);
    return change_fill(c, CHANGE_SET, &text, e);
}

/* ---- the commit ------------------------------------------------------------ */

struct commit {
    struct zone_change *c;
    time_us now;
    struct zone_change_done done;
};

static enum status commit_lock(struct db *db, const struct zone_change *c, struct zone *z, struct error *e)
{
    enum status s = zone_db_lock(db, c->a, c->zone_id, z, e);
    if (s == NOT_FOUND || (s == OK && c->account_id != ZONE_ANY_ACCOUNT && z->account_id != c->account_id))
        return error_set(e, NOT_FOUND, "zone", "there is no hosted zone number %lld", (long long)c->zone_id);
    TRY(s);
    if (c->expect != 0 && z->version != c->expect)
        return error_set(e, CONFLICT, "zone-version", "%.*s is at version %lld by now, not %lld: read it again",
            STR_ARG(z->name), (long long)z->version, (long long)c->expect);
    return OK;
}

/* The serial in the SOA is ours, whatever an operation wrote there. */
static enum status soa_stamp(struct view *v, struct error *e)
{
    struct view_node *apex;
    TRY(view_node_get(v, &v->zone.apex, &apex, e));
    struct view_set *soa = view_set_live(apex, DNS_SOA);
    INVARIANT(soa != NULL && soa->now.packed.n > 2);
    char *packed = arena_copy(v->a, soa->now.packed.p, soa->now.packed.n);
    dns_soa_set_serial(packed + 2, soa->now.packed.n - 2, v->zone.serial);
    soa->now.packed.p = packed;
    return OK;
}

static enum status commit_view(struct view *v, const struct zone_change *c, struct error *e)
{
    for (size_t i = 0; i < c->n; i++)
        TRY(change_apply(v, &c->ops[i], e));
    TRY(change_check_nodes(v, e));
    v->zone.version++;
    v->zone.serial = dns_serial_next(v->zone.serial, v->zone.serial);
    TRY(soa_stamp(v, e));
    TRY(view_write(v, e));
    return change_check_written(v, e);
}

static enum status commit_run(struct db *db, void *ctx, struct error *e)
{
    struct commit *m = ctx;
    const struct zone_change *c = m->c;
    struct zone z;
    TRY(commit_lock(db, c, &z, e));
    struct view *v = view_new(c->a, db, &z);
    TRY(commit_view(v, c, e));
    v->zone.changed = m->now;
    TRY(zone_db_update(db, &v->zone, e));
    m->done = (struct zone_change_done){
        .zone_id = z.id, .version = v->zone.version, .serial = v->zone.serial, .submitted = m->now};
    return zone_change_db_insert(db, &v->zone, c->account_id, m->now, c->n, c->comment, &m->done.id, e);
}

enum status zone_change_commit(
    struct zone_change *c, struct db *db, time_us now, struct zone_change_done *done_r, struct error *e)
{
    struct commit m = {.c = c, .now = now};
    if (c->n == 0)
        return error_set(e, INVALID, "change-empty", "the change set has no changes");
    TRY(zone_transaction(db, commit_run, &m, e));
    *done_r = m.done;
    zone_wake(db, c->zone_id);
    return OK;
}
