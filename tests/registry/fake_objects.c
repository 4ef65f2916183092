#include "registry/dnssec.h"
#include "tests/registry/fake_state.h"

struct fake_object *fake_find(struct fake_registry *f, enum fake_kind kind, struct str name)
{
    for (size_t i = 0; i < FAKE_OBJECTS_MAX; i++)
        if (f->objects[i].kind == kind && str_ieq(f->objects[i].name, name))
            return &f->objects[i];
    return NULL;
}

struct fake_object *fake_make(struct fake_registry *f, enum fake_kind kind, struct str name)
{
    for (size_t i = 0; i < FAKE_OBJECTS_MAX; i++) {
        struct fake_object *o = &f->objects[i];
        if (o->kind != FAKE_FREE)
            continue;
        *o = (struct fake_object){.name = str_dup(&f->arena, name)};
        o->kind = kind;
        return o;
    }
    INVARIANT(!"room in the fake registry");
}

struct str fake_keep(struct fake_registry *f, struct str s)
{
    return str_dup(&f->arena, s);
}

static void keep_hosts(struct fake_registry *f, struct registry_domain *d, const struct registry_host *hosts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d->hosts[d->hosts_n++] = (struct registry_host){.name = fake_keep(f, hosts[i].name)};
}

static void keep_refs(
    struct fake_registry *f, struct registry_domain *d, const struct registry_contact_ref *refs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d->contacts[d->contacts_n++] =
            (struct registry_contact_ref){fake_keep(f, refs[i].type), fake_keep(f, refs[i].id)};
}

static void keep_dnssec(struct fake_registry *f, struct registry_domain *d, const struct registry_dnssec *in)
{
    d->dnssec = *in;
    for (size_t i = 0; i < in->ds_n; i++)
        d->dnssec.ds[i].digest = fake_keep(f, in->ds[i].digest);
    for (size_t i = 0; i < in->keys_n; i++)
        d->dnssec.keys[i].key = fake_keep(f, in->keys[i].key);
}

struct registry_contact fake_contact_keep(struct fake_registry *f, const struct registry_contact *in)
{
    struct registry_contact c = {
        .id = fake_keep(f, in->id), .name = fake_keep(f, in->name), .org = fake_keep(f, in->org)};
    for (size_t i = 0; i < in->street_n; i++)
        c.street[c.street_n++] = fake_keep(f, in->street[i]);
    c.city = fake_keep(f, in->city);
    c.sp = fake_keep(f, in->sp);
    c.pc = fake_keep(f, in->pc);
    c.cc = fake_keep(f, in->cc);
    c.voice = fake_keep(f, in->voice);
    c.fax = fake_keep(f, in->fax);
    c.email = fake_keep(f, in->email);
    return c;
}

struct fake_object *fake_domain_make(struct fake_registry *f, const struct registry_domain_create *in, struct str clid)
{
    struct fake_object *o = fake_make(f, FAKE_DOMAIN, in->name);
    o->domain = (struct registry_domain){.name = o->name,
        .roid = str_printf(&f->arena, "D%u-FAKE", ++f->serial),
        .clid = clid,
        .crid = clid,
        .registrant = fake_keep(f, in->registrant),
        .created = f->now,
        .expires = time_add_years(f->now, in->years > 0 ? in->years : 1),
        .authinfo = fake_keep(f, in->authinfo)};
    keep_hosts(f, &o->domain, in->hosts, in->hosts_n);
    keep_dnssec(f, &o->domain, &in->dnssec);
    keep_refs(f, &o->domain, in->contacts, in->contacts_n);
    o->domain.statuses[o->domain.statuses_n++] = STR("ok");
    return o;
}

static void statuses_change(struct fake_registry *f, struct registry_domain *d, const struct registry_domain_update *u)
{
    for (size_t i = 0; i < u->rem_statuses_n; i++)
        for (size_t j = 0; j < d->statuses_n; j++)
            if (str_eq(d->statuses[j], u->rem_statuses[i]))
                d->statuses[j] = d->statuses[--d->statuses_n];
    for (size_t i = 0; i < u->add_statuses_n && d->statuses_n < REGISTRY_STATUSES_MAX; i++)
        d->statuses[d->statuses_n++] = fake_keep(f, u->add_statuses[i]);
}

static void links_change(struct fake_registry *f, struct registry_domain *d, const struct registry_domain_update *u)
{
    for (size_t i = 0; i < u->rem_hosts_n; i++)
        for (size_t j = 0; j < d->hosts_n; j++)
            if (str_ieq(d->hosts[j].name, u->rem_hosts[i].name))
                d->hosts[j] = d->hosts[--d->hosts_n];
    for (size_t i = 0; i < u->rem_contacts_n; i++)
        for (size_t j = 0; j < d->contacts_n; j++)
            if (str_eq(d->contacts[j].id, u->rem_contacts[i].id) &&
                str_eq(d->contacts[j].type, u->rem_contacts[i].type))
                d->contacts[j] = d->contacts[--d->contacts_n];
    INVARIANT(d->hosts_n + u->add_hosts_n <= REGISTRY_HOSTS_MAX);
    INVARIANT(d->contacts_n + u->add_contacts_n <= REGISTRY_CONTACTS_MAX);
    keep_hosts(f, d, u->add_hosts, u->add_hosts_n);
    keep_refs(f, d, u->add_contacts, u->add_contacts_n);
}

static void dnssec_change(struct fake_registry *f, struct registry_domain *d, const struct registry_dnssec_change *c)
{
    if (!dnssec_changes(c))
        return;
    keep_dnssec(f, d, &c->whole);
}

void fake_domain_update(struct fake_registry *f, struct registry_domain *d, const struct registry_domain_update *u)
{
    links_change(f, d, u);
    statuses_change(f, d, u);
    dnssec_change(f, d, &u->dnssec);
    if (!str_is_null(u->registrant))
        d->registrant = fake_keep(f, u->registrant);
    if (!str_is_null(u->authinfo))
        d->authinfo = fake_keep(f, u->authinfo);
    d->updated = f->now;
}
