#include "registrar/step.h"

#include "registrar/plan.h"
#include "registrar/sealing.h"
#include "registry/fit.h"
#include "registry/journal.h"
#include "zones/zone.h"

static const struct step steps[] = {
    {"check", step_check_run, NULL, NULL, false, NULL, NULL},
    {"contacts", step_contacts_run, step_contacts_keep, NULL, false, NULL, NULL},
    {"zone", step_zone_run, step_zone_keep, step_zone_undo, false, NULL, NULL},
    {"infra-zone", step_infra_zone_run, NULL, NULL, false, NULL, NULL},
    {"publish", NULL, step_publish_keep, NULL, false, step_publish_told, NULL},
    {"in-sync", step_in_sync_run, NULL, NULL, true, NULL, step_in_sync_later},
    {"create", step_create_run, step_create_keep, NULL, true, NULL, NULL},
    {"create-bare", step_create_bare_run, step_create_keep, NULL, true, NULL, NULL},
    {"hosts", step_hosts_run, NULL, NULL, true, NULL, NULL},
    {"delegate", step_delegate_run, NULL, NULL, false, NULL, NULL},
    {"verify", step_verify_run, step_verify_keep, NULL, false, NULL, NULL},
    {"capture", NULL, step_capture_keep, NULL, false, NULL, NULL},
    {"look", step_look_run, step_look_keep, NULL, false, NULL, NULL},
    {"renew", step_renew_run, NULL, NULL, true, NULL, NULL},
    {"renewed", step_renewed_run, step_renewed_keep, NULL, false, NULL, NULL},
    {"delete", step_delete_run, NULL, NULL, true, NULL, NULL},
    {"zone-drop", step_zone_drop_run, NULL, NULL, true, NULL, NULL},
    {"restore-look", step_restore_look_run, NULL, NULL, false, NULL, NULL},
    {"restore", step_restore_run, NULL, NULL, true, NULL, NULL},
    {"redelegate", step_redelegate_run, NULL, NULL, true, NULL, NULL},
    {"authinfo-new", step_authinfo_new_run, step_authinfo_new_keep, NULL, false, NULL, NULL},
    {"update", step_update_run, NULL, NULL, true, NULL, NULL},
    {"updated", step_updated_run, step_updated_keep, NULL, false, NULL, NULL},
    {"transfer-look", step_transfer_look_run, NULL, NULL, false, NULL, NULL},
    {"transfer", step_transfer_run, NULL, NULL, true, NULL, NULL},
    {"transferred", step_transferred_run, step_transferred_keep, NULL, true, NULL, NULL},
    {"contact-transfer", step_contact_transfer_run, NULL, NULL, true, NULL, NULL},
    {"contact-decided", step_contact_decided_run, NULL, NULL, true, NULL, NULL},
    {"release", step_release_run, NULL, NULL, true, NULL, NULL},
};

const struct step *step_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (str_eqz(name, steps[i].name))
            return &steps[i];
    return NULL;
}

enum status step_wait(struct step_run *r, int64_t wait_us, struct error *e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *why = arena_vprintf(r->arena, fmt, ap);
    va_end(ap);
    r->wait_us = wait_us;
    return error_set(e, UNAVAILABLE, "wait", "%s", why);
}

bool step_is_wait(const struct error *e)
{
    return e->status == UNAVAILABLE && strcmp(e->code, "wait") == 0;
}

void step_detail(struct step_run *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    r->detail = str_of(arena_vprintf(r->arena, fmt, ap));
    va_end(ap);
}

/* Where the order's object is. */
static enum status order_registry(const struct step_run *r, struct registry **reg_r, struct error *e)
{
    const struct plan *p = plan_find(r->o->kind);
    const struct registries *all = &r->us->registries;
    enum registry_transfer_op op;
    struct str name;
    if (p != NULL && p->of_contact) {
        TRY(order_args_contact(r->o->args, &op, &name, e));
        *reg_r = registries_named(all, name);
    } else {
        *reg_r = registries_serving(all, r->o->name);
    }
    if (*reg_r != NULL)
        return OK;
    return error_set(
        e, INVALID, "tld-not-served", "no registry that we are connected to serves %.*s", STR_ARG(r->o->name));
}

enum status step_work(struct step_run *r, struct registry_work *w_r, struct error *e)
{
    struct registry *reg = NULL;
    TRY(order_registry(r, &reg, e));
    *w_r = (struct registry_work){
        .registry = reg,
        .db = r->db,
        .arena = r->arena,
        .now = r->now,
        .now_ns = r->now_ns,
        .timeout_ms = r->us->epp_timeout_ms,
        .customer = r->o->account_id,
        .lane = r->o->batch ? REGISTRY_LANE_BATCH : REGISTRY_LANE_AUTO,
    };
    if (str_is_null(r->o->token))
        return OK;
    TRY(sealing_open(r->arena, &r->us->sealing, SEALED_TOKEN, r->o->name, r->o->token, &w_r->token, e));
    return token_fit(reg->profile, w_r->token, r->o->name, e);
}

enum status step_zone(struct step_run *r, struct zone *zone_r, struct error *e)
{
    struct step_memo *memo = r->memo;
    if (memo != NULL && memo->zone != NULL && memo->zone->id == r->o->zone_id) {
        *zone_r = *memo->zone;
        return OK;
    }
    TRY(zone_find_id(r->db, r->arena, r->o->zone_id, ZONE_ANY_ACCOUNT, zone_r, e));
    if (memo != NULL)
        memo->zone = arena_copy(r->arena, zone_r, sizeof(*zone_r));
    return OK;
}

void step_outcome(struct step_run *r, const struct registry_outcome *out)
{
    r->o->epp_code = out->code;
    r->o->cltrid = str_is_null(out->cltrid) ? STR("") : out->cltrid;
    r->o->svtrid = str_is_null(out->svtrid) ? STR("") : out->svtrid;
    r->refused = out->undone;
}

enum status step_transfer_known(
    struct step_run *r, const struct registry_work *w, const struct registry_request *rq, struct error *e)
{
    struct registry_outcome out = {0};
    enum status s = journal_look(w, rq->key, &out, e);
    if (s != OK)
        return s == NOT_FOUND ? OK : s;
    if (out.source != OUTCOME_RECORD || (!out.pending && out.code < 2000))
        return OK;
    s = registry_transform(w, rq, &out, e);
    step_outcome(r, &out);
    if (s == OK || !r->refused)
        return s;
    return error_set(
        e, DENIED, "transfer-refused", "the transfer of %.*s: %.*s", STR_ARG(r->o->name), STR_ARG(out.msg));
}

struct registry_fee step_ceiling(const struct step_run *r)
{
    if (!r->o->held)
        return (struct registry_fee){0};
    return (struct registry_fee){r->o->price.amount, str_of(r->o->price.currency)};
}

const char *step_key(struct step_run *r, const char *what)
{
    return arena_printf(r->arena, "order:%lld:%s", (long long)r->o->id, what);
}

const char *step_verb(const char *step)
{
    return strcmp(step, "create-bare") == 0 ? "create" : step;
}
