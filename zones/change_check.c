/* The rules for the zone as it will be. Each rule is a function; each error names the record that breaks it. */
#include "zones/change_impl.h"

static enum status refuse(
    struct view *v, const struct view_set *s, const char *code, struct error *e, const char *fmt, ...) FW_PRINTF(5, 6);

static enum status refuse(
    struct view *v, const struct view_set *s, const char *code, struct error *e, const char *fmt, ...)
{
    v->blamed = s;
    struct str label = record_label(v->a, &s->now.owner, s->now.type);
    va_list ap;
    va_start(ap, fmt);
    char *why = arena_vprintf(v->a, fmt, ap);
    va_end(ap);
    return error_set(e, INVALID, code, "%.*s: %s", STR_ARG(label), why);
}

static const char *name_z(const struct view *v, const struct dns_name *name)
{
    return str_dupz(v->a, dns_name_text(v->a, name, false));
}

static bool is_apex(const struct view *v, const struct view_node *n)
{
    return dns_name_equal(&n->owner, &v->zone.apex);
}

/* RFC 1034 §3.6.2 */
static enum status check_alone(struct view *v, const struct view_node *n, struct error *e)
{
    const struct view_set *alone = NULL, *other = NULL;
    for (const struct view_set *s = n->sets; s != NULL; s = s->next) {
        if (!s->live)
            continue;
        if (alone == NULL && dns_type_has(s->now.type, DNS_TYPE_ALONE))
            alone = s;
        else
            other = s;
    }
    if (alone == NULL || other == NULL)
        return OK;
    return refuse(v, alone, "cname-beside", e, "cannot stand beside other data, and there is %s",
        str_dupz(v->a, dns_type_text(v->a, other->now.type)));
}

static enum status check_apex(struct view *v, const struct view_node *n, struct error *e)
{
    static const uint16_t required[] = {DNS_SOA, DNS_NS};
    if (!is_apex(v, n))
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(required); i++)
        if (view_set_live(n, required[i]) == NULL) {
            struct str label = record_label(v->a, &n->owner, required[i]);
            return error_set(e, INVALID, "apex-required", "%.*s: the zone cannot be without it", STR_ARG(label));
        }
    return OK;
}

static bool may_be_glue(const struct view_set *s)
{
    return dns_type_has(s->now.type, DNS_TYPE_ADDRESS) && !row_is_alias(&s->now);
}

/* Names strictly between the node and the apex. */
static enum status check_below_cut(struct view *v, const struct view_node *n, struct error *e)
{
    struct dns_name at = n->owner;
    while (at.labels > v->zone.apex.labels + 1u) {
        struct view_node *above;
        dns_name_strip(&at, 1, &at);
        TRY(view_node_get(v, &at, &above, e));
        if (view_set_live(above, DNS_NS) == NULL)
            continue;
        for (const struct view_set *s = n->sets; s != NULL; s = s->next)
            if (s->live && !may_be_glue(s))
                return refuse(v, s, "below-delegation", e,
                    "%s is delegated to other name servers; only addresses of name servers can stand below it",
                    name_z(v, &at));
    }
    return OK;
}

/* RFC 6672 §2.4: whatever stands below a DNAME could never be asked for. */
static enum status check_below_dname(struct view *v, const struct view_node *n, struct error *e)
{
    struct dns_name at = n->owner;
    while (at.labels > v->zone.apex.labels) {
        struct view_node *above;
        dns_name_strip(&at, 1, &at);
        TRY(view_node_get(v, &at, &above, e));
        if (view_set_live(above, DNS_DNAME) == NULL)
            continue;
        for (const struct view_set *s = n->sets; s != NULL; s = s->next)
            if (s->live)
                return refuse(v, s, "below-dname", e, "%s has a DNAME record, which sends all names below it elsewhere",
                    name_z(v, &at));
    }
    return OK;
}

static enum status check_at_cut(struct view *v, const struct view_node *n, struct error *e)
{
    if (is_apex(v, n) || view_set_live(n, DNS_NS) == NULL)
        return OK;
    for (const struct view_set *s = n->sets; s != NULL; s = s->next)
        if (s->live && s->now.type != DNS_NS && !dns_type_has(s->now.type, DNS_TYPE_PARENT) && !may_be_glue(s))
            return refuse(v, s, "at-delegation", e,
                "the name is delegated by NS records; only DS and addresses of name servers can stand beside them");
    return OK;
}

/* RFC 4035 §2.4 */
static enum status check_ds(struct view *v, const struct view_node *n, struct error *e)
{
    const struct view_set *ds = view_set_live(n, DNS_DS);
    if (ds == NULL || (!is_apex(v, n) && view_set_live(n, DNS_NS) != NULL))
        return OK;
    return refuse(v, ds, "ds-without-ns", e, "DS stands only beside the NS records of a delegation");
}

static enum status check_size(struct view *v, struct error *e)
{
    int64_t delta = 0;
    for (const struct view_node *n = v->first; n != NULL; n = n->next)
        for (const struct view_set *s = n->sets; s != NULL; s = s->next)
            delta += (int)s->live - (int)s->was_live;
    if (delta <= 0 || v->zone.rrsets + delta <= v->zone.rrsets_max)
        return OK;
    return error_set(e, INVALID, "zone-too-large", "%.*s would have %lld record sets; it can have %lld",
        STR_ARG(v->zone.name), (long long)(v->zone.rrsets + delta), (long long)v->zone.rrsets_max);
}

static enum status (*const node_rules[])(struct view *, const struct view_node *, struct error *) = {
    check_alone,
    check_apex,
    check_at_cut,
    check_below_cut,
    check_below_dname,
    check_ds,
};

const size_t change_node_rules_n = ARRAY_LEN(node_rules);

enum status change_check_node(struct view *v, const struct view_node *n, size_t rule, struct error *e)
{
    v->blamed = NULL;
    return node_rules[rule](v, n, e);
}

enum status change_check_nodes(struct view *v, struct error *e)
{
    for (const struct view_node *n = v->first; n != NULL; n = n->next)
        for (size_t i = 0; n->touched && i < change_node_rules_n; i++)
            TRY(change_check_node(v, n, i, e));
    return check_size(v, e);
}

/* ---- with the new rows in place ------------------------------------------------------------ */

/* A delegation or a DNAME that was not there before: what lies below it? */
static enum status check_new_cut(struct view *v, const struct view_node *n, const struct view_set *s, struct error *e)
{
    bool found;
    struct dns_name owner;
    uint16_t type;
    if ((s->now.type != DNS_NS && s->now.type != DNS_DNAME) || s->was_live || (s->now.type == DNS_NS && is_apex(v, n)))
        return OK;
    bool glue_too = s->now.type == DNS_DNAME;
    TRY(node_db_hidden_below(v->db, v->a, v->zone.id, &n->owner, glue_too, &found, &owner, &type, e));
    if (!found)
        return OK;
    struct str hidden = record_label(v->a, &owner, type);
    if (s->now.type == DNS_DNAME)
        return refuse(
            v, s, "below-dname", e, "would send all names below it elsewhere, but %.*s is below it", STR_ARG(hidden));
    return refuse(v, s, "below-delegation", e,
        "would delegate the name, but %.*s is below it; only addresses of name servers can stand there",
        STR_ARG(hidden));
}

/* The RRset that an alias leads to: from the view for this zone, else from the database. *row_r NULL: none. */
static enum status alias_target(struct view *v, int64_t zone_id, const struct dns_name *owner, uint16_t type,
    const struct rrset_row **row_r, struct error *e)
{
    *row_r = NULL;
    if (zone_id == v->zone.id) {
        struct view_node *n;
        TRY(view_node_get(v, owner, &n, e));
        const struct view_set *s = view_set_live(n, type);
        *row_r = s != NULL ? &s->now : NULL;
        return OK;
    }
    struct rrset_row *row = ARENA_NEW(v->a, struct rrset_row);
    enum status s = alias_db_step(v->db, v->a, zone_id, owner, type, row, e);
    if (s == NOT_FOUND) {
        error_clear(e);
        return OK;
    }
    *row_r = row;
    return s;
}

/* The same, or what a wildcard has for the name. Whether some other name stands between the two is not looked at: then
 * the alias answers that there is no such data. */
static enum status alias_target_covered(struct view *v, int64_t zone_id, const struct dns_name *owner, uint16_t type,
    const struct rrset_row **row_r, struct error *e)
{
    struct dns_name above = *owner, wild;
    struct zone z = v->zone;
    TRY(alias_target(v, zone_id, owner, type, row_r, e));
    if (*row_r != NULL)
        return OK;
    enum status s = zone_id != v->zone.id ? zone_db_find_id(v->db, v->a, zone_id, &z, e) : OK;
    if (s == NOT_FOUND) {
        error_clear(e);
        return OK;
    }
    TRY(s);
    while (*row_r == NULL && above.labels > z.apex.labels) {
        dns_name_strip(&above, 1, &above);
        if (dns_name_wildcard(&above, &wild))
            TRY(alias_target(v, zone_id, &wild, type, row_r, e));
    }
    return OK;
}

static enum status alias_missing(struct view *v, const struct view_set *s, struct error *e)
{
    struct str label = record_label(v->a, &s->now.alias_owner, s->now.type);
    return refuse(v, s, "alias-target-missing", e, "the alias target %.*s does not exist", STR_ARG(label));
}

/* How many steps from the alias to data (or to where it ends in nothing). */
static enum status alias_follow(struct view *v, const struct view_set *s, int64_t *steps_r, struct error *e)
{
    const struct rrset_row *at = &s->now;
    int64_t steps = 0;
    while (at != NULL && row_is_alias(at)) {
        int64_t zone_id = at->alias_zone_id;
        struct dns_name owner = at->alias_owner;
        if (zone_id == v->zone.id && dns_name_equal(&owner, &s->now.owner))
            return refuse(v, s, "alias-loop", e, "the alias leads back to itself");
        if (++steps > ZONE_ALIAS_DEPTH_MAX || row_is_external(at))
            break;
        TRY(alias_target_covered(v, zone_id, &owner, s->now.type, &at, e));
        if (at == NULL && steps == 1)
            return alias_missing(v, s, e);
    }
    *steps_r = steps;
    return OK;
}

static enum status check_external(struct view *v, const struct view_set *s, struct error *e)
{
    int64_t n;
    if (!row_is_external(&s->now) || (s->was_live && row_is_external(&s->was)))
        return OK;
    TRY(alias_db_external(v->db, v->a, v->zone.id, &n, e));
    if (n <= ZONE_EXTERNAL_MAX)
        return OK;
    return refuse(v, s, "alias-too-many", e, "a zone can have %d aliases to names elsewhere", ZONE_EXTERNAL_MAX);
}

static enum status check_alias(struct view *v, const struct view_set *s, struct error *e)
{
    int64_t down, up;
    if (!row_is_alias(&s->now))
        return OK;
    TRY(check_external(v, s, e));
    TRY(alias_follow(v, s, &down, e));
    TRY(alias_db_depth(v->db, v->a, v->zone.id, &s->now.owner, s->now.type, &up, e));
    if (up + down <= ZONE_ALIAS_DEPTH_MAX)
        return OK;
    return refuse(v, s, "alias-too-deep", e, "a chain of more than %d aliases (%lld lead here, %lld go on from here)",
        ZONE_ALIAS_DEPTH_MAX, (long long)up, (long long)down);
}

enum status change_check_written(struct view *v, struct error *e)
{
    for (const struct view_node *n = v->first; n != NULL; n = n->next)
        for (const struct view_set *s = n->sets; s != NULL; s = s->next) {
            if (!s->live || !view_set_changed(s))
                continue;
            TRY(check_new_cut(v, n, s, e));
            TRY(check_alias(v, s, e));
        }
    return OK;
}
