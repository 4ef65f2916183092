/* A function for each verb that callers know at compile time; each is one request to registry_transform. */
#include "registry/journal.h"

enum status registry_domain_create(const struct registry_work *w, const char *key,
    const struct registry_domain_create *in, struct registry_outcome *o, struct error *e)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_CREATE, .key = key, .domain_create = in};
    return registry_transform(w, &r, o, e);
}

enum status registry_domain_renew(const struct registry_work *w, const char *key, const struct registry_renew *in,
    struct registry_outcome *o, struct error *e)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_RENEW, .key = key, .renew = in};
    return registry_transform(w, &r, o, e);
}

enum status registry_domain_update(const struct registry_work *w, const char *key,
    const struct registry_domain_update *in, struct registry_outcome *o, struct error *e)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_UPDATE, .key = key, .domain_update = in};
    return registry_transform(w, &r, o, e);
}

enum status registry_domain_delete(
    const struct registry_work *w, const char *key, struct str name, struct registry_outcome *o, struct error *e)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_DELETE, .key = key, .name = name};
    return registry_transform(w, &r, o, e);
}

enum status registry_domain_transfer(const struct registry_work *w, const char *key, const struct registry_transfer *in,
    struct registry_outcome *o, struct error *e)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_TRANSFER, .key = key, .transfer = in};
    return registry_transform(w, &r, o, e);
}

enum status registry_contact_transfer(const struct registry_work *w, const char *key,
    const struct registry_transfer *in, struct registry_outcome *o, struct error *e)
{
    const struct registry_request r = {.verb = REGISTRY_CONTACT_TRANSFER, .key = key, .transfer = in};
    return registry_transform(w, &r, o, e);
}

enum status registry_domain_restore(const struct registry_work *w, const char *key, const struct registry_restore *in,
    struct registry_outcome *o, struct error *e)
{
    const struct registry_request r = {.verb = REGISTRY_DOMAIN_RESTORE, .key = key, .restore = in};
    return registry_transform(w, &r, o, e);
}
