#include "registrar/change.h"

#include "registry/dnssec.h"

static const struct change changes[] = {
    {"ns", change_ns_ready, change_ns_diff, NULL},
    {"contacts", NULL, change_contacts_diff, change_contacts_keep},
    {"ds", change_ds_ready, change_ds_diff, NULL},
    {"lock", NULL, change_lock_diff, NULL},
    {"unlock", NULL, change_unlock_diff, NULL},
    {"authinfo", NULL, change_authinfo_diff, change_authinfo_keep},
};

const struct change *change_find(struct str kind)
{
    for (size_t i = 0; i < ARRAY_LEN(changes); i++)
        if (str_eqz(kind, changes[i].kind))
            return &changes[i];
    return NULL;
}

/* ---- the two steps of every change --------------------------------------------------------------------------------- */

static bool nothing_in(const struct registry_domain_update *u)
{
    return u->add_hosts_n + u->rem_hosts_n + u->add_contacts_n + u->rem_contacts_n + u->add_statuses_n +
                   u->rem_statuses_n ==
               0 &&
           !dnssec_changes(&u->dnssec) && str_is_null(u->registrant) && str_is_null(u->authinfo);
}

static enum status change_look(struct step_run *r, struct registry_work *w, const struct change **c_r,
    struct registry_domain *there, struct error *e)
{
    const struct change *c = change_find(r->o->kind);
    if (c == NULL)
        return error_set(e, INTERNAL, "no-change", "orders of kind %.*s change nothing", STR_ARG(r->o->kind));
    TRY(step_work(r, w, e));
    TRY(registry_domain_info(w, r->o->name, STR_NULL, there, e));
    if (!str_ieq(there->clid, w->registry->config.clid))
        return error_set(e, INVALID, "not-ours", "the registry says that %.*s is with registrar %.*s",
            STR_ARG(r->o->name), STR_ARG(there->clid));
    *c_r = c;
    return OK;
}

/* Nothing was sent that is not known to be undone. */
static bool nothing_open(const struct registry_work *w, const char *key, struct error *e)
{
    struct registry_outcome out = {0};
    enum status s = journal_look(w, key, &out, e);
    return s == NOT_FOUND || (s == OK && out.undone && out.source != OUTCOME_RECORD);
}

STEP(update)
{
    struct registry_work w;
    const struct change *c;
    struct registry_outcome out = {0};
    struct registry_domain_update up = {.name = r->o->name};
    TRY(change_look(r, &w, &c, &r->found, e));
    if (c->ready != NULL)
        TRY(c->ready(r, &w, e));
    TRY(c->diff(r, &w, &r->found, &up, e));
    const char *key = step_key(r, "update");
    if (nothing_in(&up) && nothing_open(&w, key, e)) {
        step_detail(r, "as ordered already");
        return OK;
    }
    enum status s = registry_domain_update(&w, key, &up, &out, e);
    step_outcome(r, &out);
    TRY(s);
    if (out.pending)
        return step_wait(r, 30 * US_PER_S, e, "the registry has taken it on and will decide (1001)");
    step_detail(r, "clTRID %.*s svTRID %.*s", STR_ARG(out.cltrid), STR_ARG(out.svtrid));
    return OK;
}

STEP(updated)
{
    struct registry_work w;
    const struct change *c;
    struct registry_domain_update left = {.name = r->o->name};
    TRY(change_look(r, &w, &c, &r->found, e));
    TRY(c->diff(r, &w, &r->found, &left, e));
    if (!nothing_in(&left))
        return step_wait(r, US_PER_S, e, "the registry does not show the change yet");
    return OK;
}

STEP_KEEP(updated)
{
    struct step_run *r = ctx;
    const struct change *c = change_find(r->o->kind);
    if (r->found.expires != 0)
        TRY(domain_set_expires(db, r->o->name, r->found.expires, e));
    return c->keep != NULL ? c->keep(db, r, e) : OK;
}
