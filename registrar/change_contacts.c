/* Another registrant, who is also the domain's other contacts, as at its registration. */
#include "registrar/change.h"

#include "registry/ensure.h"

static const char *const types[] = {"admin", "tech", "billing"};

/* Those of the type that are not the wanted one go; the wanted one comes where it is missing. */
static void type_diff(const struct registry_work *w, const struct registry_domain *there, const char *type,
    struct str id, struct registry_domain_update *up)
{
    bool found = profile_role(w->registry->profile, str_of(type)) == NULL; /* then nothing is missing */
    for (size_t i = 0; i < there->contacts_n; i++) {
        const struct registry_contact_ref *c = &there->contacts[i];
        if (!str_eqz(c->type, type))
            continue;
        if (str_ieq(c->id, id))
            found = true;
        else
            up->rem_contacts[up->rem_contacts_n++] = *c;
    }
    if (!found)
        up->add_contacts[up->add_contacts_n++] = (struct registry_contact_ref){str_of(type), id};
}

/* The id that the registry has for a contact of ours. */
static enum status id_there(const struct registry_work *w, struct str handle, struct str *id_r, struct error *e)
{
    const struct registry_domain_update u = {.registrant = handle};
    struct registry_request rq = {.verb = REGISTRY_DOMAIN_UPDATE, .domain_update = &u};
    TRY(contact_ids_translate(w, &rq, e));
    *id_r = rq.domain_update->registrant;
    return OK;
}

CHANGE_DIFF(contacts)
{
    struct contact c;
    struct str id;
    if (w->registry->profile->contacts == PROFILE_CONTACTS_NONE)
        return OK;
    TRY(contact_find(r->db, r->arena, r->o->contact_id, &c, e));
    TRY(id_there(w, c.handle, &id, e));
    if (!str_is_null(there->registrant) && !str_ieq(there->registrant, id))
        up->registrant = id;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        type_diff(w, there, types[i], id, up);
    return OK;
}

CHANGE_KEEP(contacts)
{
    return domain_set_contact(db, r->o->name, r->o->contact_id, e);
}
