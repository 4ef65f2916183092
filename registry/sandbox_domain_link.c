/* What a domain is tied to: name servers, as objects or attributes, and contacts; and how many of them it must have. */
#include "registry/sandbox_contact.h"
#include "registry/sandbox_domain.h"
#include "registry/sandbox_name.h"

enum status sandbox_domain_contact_id(
    struct sandbox_call *c, const char *element, struct str handle, int64_t *id_r, struct error *e)
{
    struct sandbox_contact k;
    if (!str_is_null(c->contact) && str_eq(c->contact, handle)) {
        *id_r = c->contact_id;
        return OK;
    }
    enum status s = sandbox_contact_find(c->db, c->arena, handle, SB_SHARE, &k, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, element, handle, "there is no contact of that id");
    if (s != OK)
        return s;
    c->contact = handle;
    *id_r = c->contact_id = k.id;
    return OK;
}

static struct str contact_type(const struct epp_domain_contact *k)
{
    return str_is_null(k->type) ? STR("admin") : k->type;
}

enum status sandbox_domain_link_contacts(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_domain_contacts *list, struct error *e)
{
    if (list->n > 0 && c->sb->as.contacts == SB_CONTACTS_NONE)
        return sandbox_refuse(c, e, EPP_POLICY, "contact", STR_NULL, "this registry keeps no contacts");
    struct str *types = ARENA_ARRAY(c->arena, list->n, struct str);
    int64_t *ids = ARENA_ARRAY(c->arena, list->n, int64_t);
    for (size_t i = 0; i < list->n; i++) {
        types[i] = contact_type(&list->v[i]);
        TRY(sandbox_domain_contact_id(c, "contact", list->v[i].id, &ids[i], e));
    }
    return sandbox_domain_contacts_add(c->db, c->arena, d->id, types, ids, list->n, e);
}

enum status sandbox_domain_unlink_contacts(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_domain_contacts *list, struct error *e)
{
    for (size_t i = 0; i < list->n; i++) {
        int64_t id;
        TRY(sandbox_domain_contact_id(c, "contact", list->v[i].id, &id, e));
        TRY(sandbox_domain_contact_drop(c->db, d->id, contact_type(&list->v[i]), id, e));
    }
    return OK;
}

static int contacts_of(const struct epp_domain_contacts *list, struct str type)
{
    int n = 0;
    for (size_t i = 0; i < list->n; i++)
        n += str_eq(list->v[i].type, type);
    return n;
}

enum status sandbox_domain_contacts_policy(
    struct sandbox_call *c, const struct sandbox_domain *d, unsigned lacking, struct error *e)
{
    const struct sandbox_personality *as = &c->sb->as;
    struct epp_domain_contacts now;
    TRY(sandbox_domain_contacts(c->db, c->arena, d->id, &now, e));
    if (now.n > SB_DOMAIN_CONTACTS_MAX)
        return sandbox_refuse(
            c, e, EPP_POLICY, "contact", STR_NULL, "at most %d contacts for a domain", SB_DOMAIN_CONTACTS_MAX);
    for (size_t i = 0; i < now.n && as->roles_n > 0; i++) {
        if (contact_role_find(as->roles, as->roles_n, now.v[i].type) == NULL)
            return sandbox_refuse(c, e, EPP_POLICY, "contact", now.v[i].id,
                "domains have no contacts of type %.*s here", STR_ARG(now.v[i].type));
    }
    for (size_t i = 0; i < as->roles_n; i++) {
        const struct contact_role *role = &as->roles[i];
        int n = contacts_of(&now, role->type);
        if (n < role->min || n > role->max)
            return sandbox_refuse(c, e, n < role->min ? lacking : EPP_POLICY, "contact", STR_NULL,
                "a domain has %d to %d contacts of type %.*s", role->min, role->max, STR_ARG(role->type));
    }
    return OK;
}

static enum status ns_object(struct sandbox_call *c, struct str text, bool add, int64_t *id_r, struct error *e)
{
    struct str name, reason;
    struct sandbox_host h;
    if (!sandbox_name_host(c->arena, text, &name, &reason))
        return sandbox_refuse(c, e, EPP_VALUE, "hostObj", text, "%.*s", STR_ARG(reason));
    enum status s = sandbox_host_find(c->db, c->arena, name, add ? SB_SHARE : SB_READ, &h, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(
            c, e, EPP_NO_OBJECT_THERE, "hostObj", text, "there is no host object of that name: create it first");
    if (s == OK)
        *id_r = h.id;
    return s;
}

/* Addresses belong to name servers below the domain itself, which cannot be found without, and to no others. */
static enum status ns_attr_add(struct sandbox_call *c, const struct sandbox_domain *d, struct str name,
    const struct epp_host_attr *attr, struct error *e)
{
    struct str tail = str_printf(c->arena, ".%.*s", STR_ARG(d->name));
    bool wanted = str_ends(name, tail) || str_eq(name, d->name) || c->sb->as.host_addrs == SB_ADDRS_ALWAYS;
    if (wanted && attr->addrs.n == 0)
        return sandbox_refuse(c, e, EPP_MISSING, "hostAddr", name, "this name server needs at least one address");
    if (!wanted && attr->addrs.n > 0)
        return sandbox_refuse(c, e, EPP_POLICY, "hostAddr", attr->addrs.v[0].text,
            "a name server outside of the domain takes no addresses: its own zone has them");
    if (attr->addrs.n > SB_ADDRS_MAX)
        return sandbox_refuse(c, e, EPP_POLICY, "hostAddr", STR_NULL, "at most %d addresses for a host", SB_ADDRS_MAX);
    if (!wanted)
        return sandbox_domain_attr_add(c->db, d->id, name, NULL, e);
    for (size_t i = 0; i < attr->addrs.n; i++) {
        struct epp_addr addr;
        TRY(sandbox_addr_read(c, &attr->addrs.v[i], &addr, e));
        TRY(sandbox_domain_attr_add(c->db, d->id, name, &addr, e));
    }
    return OK;
}

static enum status ns_attr(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_host_attr *attr, bool add, struct error *e)
{
    struct str name, reason;
    if (!sandbox_name_host(c->arena, attr->name, &name, &reason))
        return sandbox_refuse(c, e, EPP_VALUE, "hostName", attr->name, "%.*s", STR_ARG(reason));
    return add ? ns_attr_add(c, d, name, attr, e) : sandbox_domain_attr_drop(c->db, d->id, name, e);
}

static enum status ns_change(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ns *ns, bool add, struct error *e)
{
    bool objects = c->sb->as.hosts == SB_HOSTS_OBJECTS;
    if (objects && ns->attrs.n > 0)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "hostAttr", ns->attrs.v[0].name,
            "name servers are host objects here: create the host, then use hostObj");
    if (!objects && ns->hosts.n > 0)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "hostObj", ns->hosts.v[0],
            "name servers are attributes of the domain here: use hostAttr");
    int64_t *ids = ARENA_ARRAY(c->arena, ns->hosts.n, int64_t);
    for (size_t i = 0; i < ns->hosts.n; i++)
        TRY(ns_object(c, ns->hosts.v[i], add, &ids[i], e));
    for (size_t i = 0; i < ns->hosts.n && !add; i++)
        TRY(sandbox_domain_ns_drop(c->db, d->id, ids[i], e));
    if (add)
        TRY(sandbox_domain_ns_add(c->db, c->arena, d->id, ids, ns->hosts.n, e));
    for (size_t i = 0; i < ns->attrs.n; i++)
        TRY(ns_attr(c, d, &ns->attrs.v[i], add, e));
    return OK;
}

enum status sandbox_domain_link_ns(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ns *ns, struct error *e)
{
    return ns_change(c, d, ns, true, e);
}

enum status sandbox_domain_unlink_ns(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ns *ns, struct error *e)
{
    return ns_change(c, d, ns, false, e);
}

enum status sandbox_domain_ns_policy(struct sandbox_call *c, const struct sandbox_domain *d,
    const struct sandbox_tld *tld, unsigned lacking, struct error *e)
{
    const struct sandbox_personality *as = &c->sb->as;
    struct epp_strs hosts;
    struct epp_host_attrs attrs;
    size_t most = (size_t)as->hosts_max < tld->ns_max ? (size_t)as->hosts_max : tld->ns_max;
    TRY(sandbox_domain_ns(c->db, c->arena, d->id, &hosts, e));
    TRY(sandbox_domain_attrs(c->db, c->arena, d->id, &attrs, e));
    size_t n = hosts.n + attrs.n;
    if (n > most)
        return sandbox_refuse(c, e, EPP_POLICY, "ns", STR_NULL, "at most %zu name servers for a domain", most);
    if (n == 0 ? !as->hosts_optional : n < (size_t)as->hosts_min)
        return sandbox_refuse(c, e, lacking, "ns", STR_NULL, "a domain needs at least %zu name servers",
            (size_t)(as->hosts_min > 0 ? as->hosts_min : 1));
    return OK;
}
