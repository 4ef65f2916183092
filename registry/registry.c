#include "registry/registry.h"

#include "registry/epp_adapter.h"
#include "registry/journal_group.h"
#include "registry/pool.h"

/* ---- the set -------------------------------------------------------------------------------------------------- */

static enum status registry_open(struct arena *a, struct str file, struct registry *r, struct error *e)
{
    TRY(registry_config_read(a, str_dupz(a, file), &r->config, e));
    r->profile = r->config.profile;
    TRY(pool_open(&r->config, &r->pool, e));
    r->group = journal_group_new(r->config.id);
    epp_adapter_init(a, r->pool, &r->config, &r->adapter);
    return OK;
}

static enum status ids_check(const struct registries *rs, struct error *e)
{
    for (size_t i = 0; i < rs->n; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(rs->items[i].config.id, rs->items[k].config.id))
                return error_set(e, EXISTS, "registry-twice", "two connection files have the id %.*s",
                    STR_ARG(rs->items[i].config.id));
    return OK;
}

static enum status tlds_join(struct arena *a, struct registries *rs, struct error *e)
{
    struct registry_profile **profiles = ARENA_ARRAY(a, rs->n, struct registry_profile *);
    for (size_t i = 0; i < rs->n; i++)
        profiles[i] = rs->items[i].config.profile;
    return tld_table_build(a, profiles, rs->n, &rs->tlds, e);
}

enum status registries_open(struct arena *a, const struct str *files, size_t n, struct registries *rs, struct error *e)
{
    enum status s = OK;
    *rs = (struct registries){.items = ARENA_ARRAY(a, n, struct registry)};
    while (s == OK && rs->n < n) {
        s = registry_open(a, files[rs->n], &rs->items[rs->n], e);
        rs->n += s == OK;
    }
    if (s == OK)
        s = ids_check(rs, e);
    if (s == OK)
        s = tlds_join(a, rs, e);
    if (s != OK)
        registries_close(rs);
    return s;
}

void registries_close(struct registries *rs)
{
    for (size_t i = 0; i < rs->n; i++) {
        pool_close(&rs->items[i].pool);
        journal_group_free(&rs->items[i].group);
    }
    rs->n = 0;
}

struct registry *registries_serving(const struct registries *rs, struct str name)
{
    const struct tld_policy *tld = tld_of_name(&rs->tlds, name);
    for (size_t i = 0; tld != NULL && i < rs->n; i++)
        if (profile_tld(rs->items[i].profile, tld->tld) != NULL)
            return &rs->items[i];
    return NULL;
}

bool registries_healthy(const struct registries *rs, char *why, size_t n)
{
    for (size_t i = 0; i < rs->n; i++)
        if (rs->items[i].pool != NULL && !pool_healthy(rs->items[i].pool, why, n))
            return false;
    return true;
}

/* ---- reads ------------------------------------------------------------------------------------------------------ */

static struct registry_call call_of(const struct registry_work *w)
{
    return (struct registry_call){.arena = w->arena, .timeout_ms = w->timeout_ms};
}

static enum status check_in_portions(const struct registry_work *w,
    enum status (*check)(void *ctx, struct registry_call *c, const struct str *names, size_t n,
        struct registry_avail *out, struct error *e),
    const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    size_t most = (size_t)w->registry->profile->check_max;
    for (size_t at = 0, take; at < n; at += take) {
        struct registry_call c = call_of(w);
        take = n - at < most ? n - at : most;
        TRY(check(w->registry->adapter.ctx, &c, names + at, take, out + at, e));
    }
    return OK;
}

enum status registry_domain_check(
    const struct registry_work *w, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return check_in_portions(w, w->registry->adapter.domain_check, names, n, out, e);
}

enum status registry_host_check(
    const struct registry_work *w, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return check_in_portions(w, w->registry->adapter.host_check, names, n, out, e);
}

enum status registry_domain_info(
    const struct registry_work *w, struct str name, struct str authinfo, struct registry_domain *out, struct error *e)
{
    struct registry_call c = call_of(w);
    return w->registry->adapter.domain_info(w->registry->adapter.ctx, &c, name, authinfo, out, e);
}

enum status registry_contact_info(
    const struct registry_work *w, struct str id, struct registry_contact_info *out, struct error *e)
{
    struct registry_call c = call_of(w);
    return w->registry->adapter.contact_info(w->registry->adapter.ctx, &c, id, out, e);
}

enum status registry_host_info(
    const struct registry_work *w, struct str name, struct registry_host_info *out, struct error *e)
{
    struct registry_call c = call_of(w);
    return w->registry->adapter.host_info(w->registry->adapter.ctx, &c, name, out, e);
}

enum status registry_transfer_query(const struct registry_work *w, struct str name, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    struct registry_call c = call_of(w);
    return w->registry->adapter.transfer_query(w->registry->adapter.ctx, &c, name, authinfo, out, e);
}
