/* Restoration of a deleted domain (RFC 3915). Its hosted zone went with the deletion, so there is a new one, which answers
 * before the registry delegates to anything again. */
#include "registrar/advance.h"
#include "registrar/change.h"
#include "registrar/delegate.h"

static bool among(const struct str *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(list[i], word))
            return true;
    return false;
}

/* What the registry would refuse is better said before a zone is made. */
STEP(restore_look)
{
    struct registry_work w;
    struct registry_domain *d = &r->found;
    TRY(step_work(r, &w, e));
    enum status s = registry_domain_info(&w, r->o->name, STR_NULL, d, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "not-restorable", "the registry has %.*s no more: it can be registered anew",
            STR_ARG(r->o->name));
    TRY(s);
    if (!str_ieq(d->clid, w.registry->config.clid))
        return error_set(e, DENIED, "not-ours", "the registry says that %.*s is with registrar %.*s",
            STR_ARG(r->o->name), STR_ARG(d->clid));
    if (!among(d->statuses, d->statuses_n, "pendingDelete"))
        return error_set(e, CONFLICT, "not-deleted", "the registry does not show %.*s as deleted", STR_ARG(r->o->name));
    if (d->rgp_n > 0 && !among(d->rgp, d->rgp_n, "redemptionPeriod") && !among(d->rgp, d->rgp_n, "pendingRestore"))
        return error_set(e, DENIED, "not-restorable", "%.*s is past its redemption period", STR_ARG(r->o->name));
    step_detail(r, "%.*s", STR_ARG(d->roid));
    return OK;
}

static enum status report(struct step_run *r, const struct registry_work *w, struct error *e)
{
    const struct registry_domain *d = &r->found;
    struct registry_outcome out = {0};
    struct str words = str_printf(r->arena, "%.*s, registrant %.*s, until %.*s", STR_ARG(d->name),
        STR_ARG(str_is_null(d->registrant) ? STR("-") : d->registrant), STR_ARG(time_text(r->arena, d->expires)));
    const struct registry_restore in = {
        .name = r->o->name,
        .op = REGISTRY_RESTORE_REPORT,
        .before = words,
        .after = words,
        .deleted = d->updated != 0 ? d->updated : r->o->created,
        .restored = r->now,
        .reason = STR("The registrant asks for it back."),
        .statements = {STR("This registrar has not restored the registered name in order to assume the rights to use or"
                           " sell it for itself or for any third party."),
            STR("The information in this report is true to the best of this registrar's knowledge.")},
    };
    enum status s = registry_domain_restore(w, step_key(r, "restore-report"), &in, &out, e);
    if (s == OK && out.pending)
        return step_wait(r, 30 * US_PER_S, e, "the registry has taken the report on and will decide (1001)");
    return s;
}

STEP(restore)
{
    struct registry_work w;
    struct registry_outcome out = {0};
    const struct registry_restore in = {.name = r->o->name, .op = REGISTRY_RESTORE_REQUEST};
    TRY(step_work(r, &w, e));
    const struct registry_request request = {.verb = REGISTRY_DOMAIN_RESTORE,
        .key = step_key(r, "restore"),
        .order_id = r->o->id,
        .restore = &in,
        .ceiling = step_ceiling(r)};
    enum status s = registry_transform(&w, &request, &out, e);
    step_outcome(r, &out);
    TRY(s);
    TRY(registry_domain_info(&w, r->o->name, STR_NULL, &r->found, e));
    bool reports = w.registry->profile->restore == PROFILE_RESTORE_REPORT;
    /* Where it is the report that is waited for, that must go out; else the registry may yet refuse. */
    if (out.pending && !(reports && among(r->found.rgp, r->found.rgp_n, "pendingRestore")))
        return step_wait(r, 30 * US_PER_S, e, "the registry has taken it on and will decide (1001)");
    if (reports)
        TRY(report(r, &w, e));
    step_detail(r, "clTRID %.*s svTRID %.*s", STR_ARG(out.cltrid), STR_ARG(out.svtrid));
    return OK;
}

/* To the name servers of the new zone. */
STEP(redelegate)
{
    struct registry_work w;
    struct registry_outcome out = {0};
    struct registry_domain_update up = {.name = r->o->name};
    TRY(step_work(r, &w, e));
    TRY(registry_domain_info(&w, r->o->name, STR_NULL, &r->found, e));
    if (among(r->found.statuses, r->found.statuses_n, "pendingDelete"))
        return step_wait(r, 5 * US_PER_S, e, "the registry does not show it as restored yet");
    TRY(change_ns_ready(r, &w, e));
    TRY(change_ns_diff(r, &w, &r->found, &up, e));
    if (up.add_hosts_n + up.rem_hosts_n == 0)
        return OK;
    TRY(registry_domain_update(&w, step_key(r, "redelegate"), &up, &out, e));
    return out.pending ? step_wait(r, US_PER_S, e, "the registry will decide (1001)") : OK;
}
