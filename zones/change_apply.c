/* One operation, applied to the zone as it will be. */
#include "zones/change_impl.h"

static enum status refuse(
    const struct view *v, const struct change_op *op, enum status s, const char *code, const char *why, struct error *e)
{
    struct str label = record_label(v->a, &op->set.owner, op->set.type);
    return error_set(e, s, code, "%.*s: %s", STR_ARG(label), why);
}

static enum status alias_not_hosted(const struct view *v, const struct change_op *op, struct error *e)
{
    struct str label = record_label(v->a, &op->set.owner, op->set.type);
    struct str target = dns_name_text(v->a, &op->target, false);
    return error_set(e, INVALID, "alias-not-hosted", "%.*s: the alias target %.*s is in no zone hosted here%s",
        STR_ARG(label), STR_ARG(target), op->target_zone_id != 0 ? " under that zone number" : "");
}

/* In no zone hosted here: then it must be what can stand in somebody else's. */
static enum status external_check(const struct view *v, const struct change_op *op, struct error *e)
{
    struct str label = record_label(v->a, &op->set.owner, op->set.type);
    struct str target = dns_name_text(v->a, &op->target, false);
    if (!dns_type_has(op->set.type, DNS_TYPE_ADDRESS))
        return error_set(e, INVALID, "alias-type",
            "%.*s: the alias target %.*s is in no zone hosted here, and an alias to a name elsewhere is of type A or "
            "AAAA",
            STR_ARG(label), STR_ARG(target));
    if (op->target.labels < 2)
        return error_set(e, INVALID, "alias-target-host",
            "%.*s: the alias target %.*s is in no zone hosted here, and elsewhere a host has a full name, like "
            "lb.example.net",
            STR_ARG(label), STR_ARG(target));
    if (dns_name_check_host(&op->target, e) == OK)
        return OK;
    return error_set(e, INVALID, "alias-target-host",
        "%.*s: the alias target %.*s is in no zone hosted here, and no host name that could be elsewhere",
        STR_ARG(label), STR_ARG(target));
}

/* *zone_id_r 0: elsewhere. */
static enum status alias_resolve_zone(struct view *v, const struct change_op *op, int64_t *zone_id_r, struct error *e)
{
    struct zone z;
    *zone_id_r = 0;
    if (op->external)
        return external_check(v, op, e);
    enum status s = op->target_zone_id != 0 ? zone_db_find_id(v->db, v->a, op->target_zone_id, &z, e)
                                            : zone_find_enclosing(v->db, v->a, &op->target, ZONE_ANY_ACCOUNT, &z, e);
    if (s == NOT_FOUND && op->target_zone_id == 0)
        return external_check(v, op, e);
    if (s == NOT_FOUND || (s == OK && !dns_name_is_subdomain(&op->target, &z.apex)))
        return alias_not_hosted(v, op, e);
    TRY(s);
    *zone_id_r = z.id;
    return OK;
}

static enum status op_row(struct view *v, const struct change_op *op, struct rrset_row *row_r, struct error *e)
{
    *row_r = (struct rrset_row){.owner = op->set.owner, .type = op->set.type, .packed = STR("")};
    if (op->alias) {
        row_r->alias_owner = op->target;
        return alias_resolve_zone(v, op, &row_r->alias_zone_id, e);
    }
    struct buf packed;
    buf_in(&packed, v->a, DNS_PACKED_MAX);
    dns_rrset_pack(&packed, &op->set);
    INVARIANT(!buf_over(&packed));
    row_r->packed = buf_view(&packed);
    row_r->ttl = op->set.ttl;
    return OK;
}

/* Does what is there say what the operation says is there? */
static bool op_matches(struct view *v, const struct change_op *op, const struct rrset_row *have)
{
    if (op->alias != row_is_alias(have))
        return false;
    if (op->alias)
        return dns_name_equal(&op->target, &have->alias_owner) && (!op->external || row_is_external(have)) &&
               (op->target_zone_id == 0 || op->target_zone_id == have->alias_zone_id);
    struct dns_rrset set = rrset_of_row(v->a, have);
    return dns_rrset_equal(&set, &op->set);
}

static enum status apply_delete(struct view *v, const struct change_op *op, struct view_set *slot, struct error *e)
{
    if (!slot->live && op->kind == CHANGE_DELETE_ANY && op->missing_ok)
        return OK;
    if (!slot->live)
        return refuse(v, op, NOT_FOUND, "record", "there is no such record set to delete", e);
    if (op->kind == CHANGE_DELETE && !op_matches(v, op, &slot->now))
        return refuse(v, op, CONFLICT, "record-differs",
            "the record set to delete has another TTL or other values now; read it again", e);
    slot->live = false;
    return OK;
}

enum status change_apply(struct view *v, const struct change_op *op, struct error *e)
{
    struct view_node *node;
    TRY(view_node_get(v, &op->set.owner, &node, e));
    node->touched = true;
    struct view_set *slot = view_set_slot(v, node, op->set.type);
    if (op->kind == CHANGE_DELETE || op->kind == CHANGE_DELETE_ANY)
        return apply_delete(v, op, slot, e);
    if (op->kind == CHANGE_ADD && slot->live)
        return refuse(v, op, EXISTS, "record-exists", "the record set exists already", e);
    TRY(op_row(v, op, &slot->now, e));
    slot->live = true;
    return OK;
}
