/* The rules for the whole of a file: those for a change, on nodes that are made from the file, and those for names that
 * the zone's own records point to. */
#include "zones/import_impl.h"
#include "zones/sort.h"

#define NODES_KEPT 256 /* owners whose nodes are kept at once: neighbours have the same ones above them */

struct check {
    struct import *m;
    struct arena nodes; /* of the view */
    struct arena scratch;
    struct view *view;
    size_t kept;
};

struct dns_name import_name(struct str wire)
{
    struct dns_name name;
    INVARIANT(dns_name_from_wire(wire.p, wire.n, &name) == wire.n);
    return name;
}

void import_blame(struct import *m, const struct import_set *s, bool warning, const struct error *e)
{
    dns_master_report_add(m->report, *s->file, s->line, warning, e);
}

size_t import_seek(const struct import *m, struct str key, uint16_t type)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int d = str_cmp(m->sets[mid].key, key);
        if (d < 0 || (d == 0 && m->sets[mid].type < type))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

const struct import_set *import_find(const struct import *m, struct str key, uint16_t type)
{
    size_t i = import_seek(m, key, type);
    return i < m->n && m->sets[i].type == type && str_eq(m->sets[i].key, key) ? &m->sets[i] : NULL;
}

/* ---- the rules for nodes ------------------------------------------------------------ */

static void node_put(struct view *v, struct view_node *n, uint16_t type, bool alias)
{
    struct view_set *s = view_set_slot(v, n, type);
    s->live = s->was_live = true;
    s->now.alias_owner.len = alias; /* whether it is one is all that the rules for nodes ask */
}

static enum status node_from_file(struct view *v, struct view_node *n, struct error *e FW_UNUSED)
{
    const struct import *m = v->ctx;
    struct str key = sort_key(v->a, &n->owner);
    for (size_t i = import_seek(m, key, 0); i < m->n && str_eq(m->sets[i].key, key); i++)
        node_put(v, n, m->sets[i].type, !str_is_null(m->sets[i].target));
    if (dns_name_equal(&n->owner, &m->apex)) {
        node_put(v, n, DNS_SOA, false);
        node_put(v, n, DNS_NS, false);
    }
    return OK;
}

static struct view *check_view(struct check *c)
{
    struct zone z = {.apex = c->m->apex, .name = STR("")};
    if (c->view != NULL && ++c->kept < NODES_KEPT)
        return c->view;
    arena_reset(&c->nodes);
    c->kept = 0;
    c->view = view_new(&c->nodes, NULL, &z);
    c->view->load = node_from_file;
    c->view->ctx = c->m;
    return c->view;
}

/* first: the node's first set, for a rule that blames none. */
static enum status check_node(struct check *c, const struct import_set *first, struct error *e)
{
    struct view *v = check_view(c);
    struct dns_name owner = import_name(first->owner);
    struct view_node *node;
    TRY(view_node_get(v, &owner, &node, e));
    for (size_t rule = 0; rule < change_node_rules_n; rule++) {
        enum status s = change_check_node(v, node, rule, e);
        if (s == OK)
            continue;
        if (s != INVALID)
            return s;
        const struct import_set *at = NULL;
        if (v->blamed != NULL)
            at = import_find(c->m, sort_key(v->a, &v->blamed->now.owner), v->blamed->now.type);
        import_blame(c->m, at != NULL ? at : first, false, e);
        error_clear(e);
    }
    return OK;
}

/* ---- where records point to ------------------------------------------------------------ */

enum found { FOUND_ADDRESS, FOUND_CNAME, FOUND_NOTHING, FOUND_ELSEWHERE };

static bool has(const struct check *c, struct str key, uint16_t type)
{
    return import_find(c->m, key, type) != NULL;
}

static enum found found_at(const struct check *c, struct str key)
{
    if (has(c, key, DNS_A) || has(c, key, DNS_AAAA))
        return FOUND_ADDRESS;
    return has(c, key, DNS_CNAME) ? FOUND_CNAME : FOUND_NOTHING;
}

/* The name or anything below it has records. */
static bool exists(const struct check *c, struct str key)
{
    size_t i = import_seek(c->m, key, 0);
    return i < c->m->n && str_starts(c->m->sets[i].key, key);
}

/* RFC 4592: the wildcard of the closest name above that exists. */
static enum found found_wildcard(struct check *c, const struct dns_name *name)
{
    struct dns_name at = *name, wild;
    while (at.labels > c->m->apex.labels) {
        dns_name_strip(&at, 1, &at);
        if (at.labels > c->m->apex.labels && !exists(c, sort_key(&c->scratch, &at)))
            continue;
        return dns_name_wildcard(&at, &wild) ? found_at(c, sort_key(&c->scratch, &wild)) : FOUND_NOTHING;
    }
    return FOUND_NOTHING;
}

static enum found look(struct check *c, const struct dns_name *name)
{
    struct dns_name at = *name;
    if (!dns_name_is_subdomain(name, &c->m->apex))
        return FOUND_ELSEWHERE;
    struct str key = sort_key(&c->scratch, name);
    if (exists(c, key)) {
        enum found f = found_at(c, key);
        if (f != FOUND_NOTHING)
            return f;
    }
    for (; at.labels > c->m->apex.labels; dns_name_strip(&at, 1, &at)) {
        struct str above = sort_key(&c->scratch, &at);
        if (has(c, above, DNS_NS) || (at.labels < name->labels && has(c, above, DNS_DNAME)))
            return FOUND_ELSEWHERE;
    }
    return exists(c, key) ? FOUND_NOTHING : found_wildcard(c, name);
}

/* What named-checkzone says of it, too. */
static void check_target(
    struct check *c, const struct import_set *s, const struct dns_name *owner, const struct dns_name *target)
{
    struct error e;
    enum found f = look(c, target);
    bool ns = s->type == DNS_NS;
    struct str label = record_label(&c->scratch, owner, s->type), to = dns_name_text(&c->scratch, target, false);
    bool below = ns && dns_name_is_subdomain(target, owner);
    if (f == FOUND_ADDRESS || (f == FOUND_ELSEWHERE && !below))
        return;
    if (f == FOUND_CNAME)
        (void)error_set(&e, INVALID, "target-cname", "%.*s: %.*s is a CNAME; it must have addresses of its own",
            STR_ARG(label), STR_ARG(to));
    else if (below)
        (void)error_set(&e, INVALID, "glue-missing",
            "%.*s: %.*s is below the delegated name and has no A or AAAA here, so nobody can find it", STR_ARG(label),
            STR_ARG(to));
    else
        (void)error_set(&e, INVALID, ns ? "ns-no-address" : "target-no-address",
            "%.*s: %.*s is a name of this zone and has no A or AAAA", STR_ARG(label), STR_ARG(to));
    import_blame(c->m, s, !ns || f == FOUND_CNAME, &e);
}

static void check_targets(struct check *c, const struct import_set *s)
{
    struct dns_name owner, target;
    if ((s->type != DNS_NS && s->type != DNS_MX && s->type != DNS_SRV) || !str_is_null(s->target))
        return;
    owner = import_name(s->owner);
    for (size_t at = 0; at + 2 <= s->packed.n;) {
        size_t n = read_u16(s->packed.p + at);
        if (dns_rdata_target(s->type, str_n(s->packed.p + at + 2, n), &target) && !dns_name_is_root(&target))
            check_target(c, s, &owner, &target);
        at += 2 + n;
        arena_reset(&c->scratch);
    }
}

enum status import_check(struct import *m, struct error *e)
{
    struct check c = {.m = m};
    enum status s = OK;
    arena_init(&c.nodes, 0);
    arena_init(&c.scratch, 0);
    for (size_t i = 0; i < m->n && s == OK; i++) {
        if (i == 0 || !str_eq(m->sets[i].key, m->sets[i - 1].key))
            s = check_node(&c, &m->sets[i], e);
        check_targets(&c, &m->sets[i]);
    }
    arena_clear(&c.nodes);
    arena_clear(&c.scratch);
    return s;
}
