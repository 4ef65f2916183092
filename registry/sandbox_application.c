/* Applications of a launch: domains that are not yet anybody's. */
#include "registry/sandbox_launch.h"

#define KEY_MARK '#' /* in no name */
#define ID_PREFIX "APP-"

struct str sandbox_application_key(const struct sandbox_call *c)
{
    return str_printf(c->arena, "%c%.*s", KEY_MARK, STR_ARG(c->svtrid));
}

bool sandbox_application_is(const struct sandbox_domain *row)
{
    return row->name.n > 0 && row->name.p[0] == KEY_MARK;
}

static struct str id_text(struct arena *a, int64_t id)
{
    return str_printf(a, ID_PREFIX "%lld", (long long)id);
}

enum status sandbox_application_begin(
    struct sandbox_call *c, const struct sandbox_domain *d, int years, struct error *e)
{
    time_us ends;
    int64_t id;
    struct str phase = sandbox_launch_phase(c->sb, c->now, &ends)->word;
    struct epp_launch_id *out = ARENA_NEW(c->arena, struct epp_launch_id);
    TRY(sandbox_application_insert(c->db, d->id, d->name, phase, years, &id, e));
    out->phase.phase = phase;
    out->application_id = id_text(c->arena, id);
    epp_ext_add(c->arena, &c->rsp->ext, &epp_launch_cre_data, out);
    return OK;
}

/* Of an info, update or delete. */
static const struct epp_launch_phase *named(const struct sandbox_call *c, struct str *id_r)
{
    const struct epp_launch_info *info = epp_ext_find(&c->cmd->ext, &epp_launch_info);
    const struct epp_launch_id *update = epp_ext_find(&c->cmd->ext, &epp_launch_update);
    if (update == NULL)
        update = epp_ext_find(&c->cmd->ext, &epp_launch_delete);
    *id_r = info != NULL ? info->application_id : update != NULL ? update->application_id : STR_NULL;
    return info != NULL ? &info->phase : update != NULL ? &update->phase : NULL;
}

struct str sandbox_application_named(const struct sandbox_call *c)
{
    struct str id;
    (void)named(c, &id);
    return id;
}

enum status sandbox_application_open(
    struct sandbox_call *c, struct str id, struct str name, bool lock, struct sandbox_domain *d, struct error *e)
{
    struct sandbox_application x;
    struct str prefix = STR(ID_PREFIX), said;
    int64_t number = 0, domain_id;
    const struct epp_launch_phase *phase = named(c, &said);
    if (str_starts(id, prefix))
        (void)str_to_i64(str_n(id.p + prefix.n, id.n - prefix.n), 1, INT64_MAX, &number);
    enum status s = sandbox_application_find(c->db, c->arena, number, &domain_id, &x, e);
    if (s == NOT_FOUND || (s == OK && !str_ieq(x.name, name)))
        return sandbox_refuse(
            c, e, EPP_NO_OBJECT_THERE, "applicationID", id, "there is no such application for this name");
    TRY(s);
    if (!str_eq(phase->phase, x.phase))
        return sandbox_refuse(c, e, EPP_POLICY, "phase", phase->phase, "the application is of %.*s", STR_ARG(x.phase));
    s = sandbox_domain_find_id(c->db, c->arena, domain_id, lock, d, e);
    if (s == NOT_FOUND || (s == OK && !sandbox_application_is(d))) /* while its row was waited for */
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "applicationID", id, "the application has been decided");
    TRY(s);
    d->name = x.name;
    d->applied = x.phase;
    return OK;
}

void sandbox_application_tell(struct sandbox_call *c, const struct sandbox_domain *d)
{
    if (str_is_null(d->applied))
        return;
    struct epp_launch_info_data *out = ARENA_NEW(c->arena, struct epp_launch_info_data);
    out->phase.phase = d->applied;
    out->application_id = sandbox_application_named(c);
    out->status.s = STR("pendingAllocation");
    epp_ext_add(c->arena, &c->rsp->ext, &epp_launch_inf_data, out);
}

enum status sandbox_application_withdraw(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    TRY(sandbox_domain_owned(c, d, e));
    TRY(sandbox_domain_barred(c, d, SB_NO_DELETE & ~(unsigned)SB_PENDING_CREATE, e));
    TRY(sandbox_domain_charge(c, -d->paid, "refund of the application for", d->name, e));
    TRY(sandbox_domain_remove(c->db, d->id, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

enum status sandbox_application_decide(struct db *db, struct arena *a, struct sandbox_domain *row, time_us at,
    bool *good_r, struct sandbox_message *m, struct error *e)
{
    struct sandbox_application x;
    struct sandbox_domain other;
    TRY(sandbox_application_of(db, a, row->id, &x, e));
    enum status s = sandbox_domain_find(db, a, x.name, true, &other, e);
    if (s != OK && s != NOT_FOUND)
        return s;
    *good_r = s == NOT_FOUND;
    row->name = x.name;
    row->created = at;
    row->expires = time_add_years(at, x.years);
    m->application = id_text(a, x.id);
    m->phase = x.phase;
    m->outcome = *good_r ? STR("allocated") : STR("rejected");
    if (*good_r)
        TRY(sandbox_application_allocate(db, row->id, x.name, at, e));
    return sandbox_application_remove(db, row->id, e);
}

void sandbox_application_poll(struct sandbox_call *c, const struct sandbox_message *m)
{
    if (str_is_null(m->application) || !sandbox_services_have(c->session->services, STR(EPP_LAUNCH_NS)))
        return;
    struct epp_launch_info_data *out = ARENA_NEW(c->arena, struct epp_launch_info_data);
    out->phase.phase = m->phase;
    out->application_id = m->application;
    out->status.s = m->outcome;
    epp_ext_add(c->arena, &c->rsp->ext, &epp_launch_inf_data, out);
}
