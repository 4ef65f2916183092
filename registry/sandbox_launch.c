#include "registry/sandbox_launch.h"

#include "base/log.h"

#define DAY_US (86400 * US_PER_S)

const struct sandbox_phase *sandbox_launch_phase(const struct sandbox *sb, time_us now, time_us *ends_r)
{
    time_us ends = sb->launch_began;
    for (size_t i = 0; i < sb->as.phases_n; i++) {
        ends += sb->as.phases[i].days * DAY_US;
        *ends_r = ends;
        if (now < ends)
            return &sb->as.phases[i];
    }
    return NULL;
}

static const struct sandbox_trademark *trademark_of(const struct sandbox *sb, struct str label)
{
    for (size_t i = 0; i < sb->as.trademarks_n; i++) {
        if (str_eq(sb->as.trademarks[i].label, label))
            return &sb->as.trademarks[i];
    }
    return NULL;
}

static struct str phase_word(const struct sandbox_phase *p)
{
    return p == NULL ? STR("open") : p->word;
}

static enum status phase_check(
    struct sandbox_call *c, const struct epp_launch_phase *said, const struct sandbox_phase *p, struct error *e)
{
    if (str_eq(said->phase, phase_word(p)) && str_is_null(said->name))
        return OK;
    return sandbox_refuse(
        c, e, EPP_POLICY, "phase", said->phase, "the phase that runs is %.*s", STR_ARG(phase_word(p)));
}

/* ---- check ------------------------------------------------------------------------------------------------ */

static void claim_tell(struct sandbox_call *c, struct str name, struct epp_launch_checked *out)
{
    struct str lower = str_lower(c->arena, name);
    ptrdiff_t dot = str_find(lower, '.', 0);
    const struct sandbox_trademark *mark = dot < 0 ? NULL : trademark_of(c->sb, str_n(lower.p, (size_t)dot));
    *out = (struct epp_launch_checked){.name = name, .exists = mark != NULL};
    if (mark == NULL)
        return;
    out->keys = (struct epp_launch_keys){ARENA_NEW(c->arena, struct epp_launch_key), 1};
    out->keys.v[0] = (struct epp_launch_key){.key = mark->key, .validator = STR("tmch")};
}

static void claims_tell(struct sandbox_call *c, struct epp_launch_phase phase)
{
    const struct epp_strs *names = &c->cmd->u.check.keys;
    struct epp_launch_check_data *out = ARENA_NEW(c->arena, struct epp_launch_check_data);
    out->phase = phase;
    out->checked.v = ARENA_ARRAY(c->arena, names->n, struct epp_launch_checked);
    out->checked.n = names->n;
    for (size_t i = 0; i < names->n; i++)
        claim_tell(c, names->v[i], &out->checked.v[i]);
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    epp_ext_add(c->arena, &c->rsp->ext, &epp_launch_chk_data, out);
}

enum status sandbox_launch_check(struct sandbox_call *c, bool *answered_r, struct error *e)
{
    const struct epp_launch_check *in = epp_ext_find(&c->cmd->ext, &epp_launch_check);
    time_us ends;
    *answered_r = false;
    if (in == NULL)
        return OK;
    const struct sandbox_phase *p = sandbox_launch_phase(c->sb, c->now, &ends);
    bool avail = str_eqz(in->type, "avail"), claims = !avail && !str_eqz(in->type, "trademark");
    if (avail && str_is_null(in->phase.phase))
        return sandbox_refuse(c, e, EPP_MISSING, "phase", STR_NULL, "say for which phase");
    if (!str_is_null(in->phase.phase))
        TRY(phase_check(c, &in->phase, p, e));
    if (claims && !str_eqz(phase_word(p), "claims"))
        return sandbox_refuse(c, e, EPP_POLICY, "phase", phase_word(p), "there are no claims in the phase that runs");
    if (avail)
        return OK;
    claims_tell(c, (struct epp_launch_phase){.phase = claims ? STR("claims") : STR_NULL});
    *answered_r = true;
    return OK;
}

/* ---- create ----------------------------------------------------------------------------------------------- */

static enum status kind_check(
    struct sandbox_call *c, const struct epp_launch_create *in, const struct sandbox_phase *p, struct error *e)
{
    bool applies = p != NULL && p->applications;
    if (str_is_null(in->type) || str_eqz(in->type, applies ? "application" : "registration"))
        return OK;
    return sandbox_refuse(
        c, e, EPP_POLICY, "create", in->type, "this phase takes %s", applies ? "applications" : "registrations");
}

static enum status mark_check(
    struct sandbox_call *c, const struct epp_launch_create *in, struct str label, struct error *e)
{
    unsigned code = 0;
    if (in->signed_marks.n + in->code_marks.n > 0)
        return sandbox_refuse(c, e, EPP_POLICY, "create", STR_NULL, "marks are taken as encodedSignedMark here");
    if (in->encoded_marks.n == 0)
        return sandbox_refuse(c, e, EPP_MISSING, "encodedSignedMark", STR_NULL, "in sunrise a name needs its mark");
    if (in->encoded_marks.n > 1)
        return sandbox_refuse(c, e, EPP_POLICY, "encodedSignedMark", STR_NULL, "one mark is enough");
    const char *lacks = sandbox_mark_lacks(c->arena, in->encoded_marks.v[0], label, c->now, &code);
    if (lacks != NULL)
        return sandbox_refuse(c, e, code, "encodedSignedMark", STR_NULL, "%s", lacks);
    log_event(LOG_WARN, "registry", str_dupz(c->arena, c->who),
        "%.*s: the mark's signature, certificate and revocation are not verified", STR_ARG(c->key));
    return OK;
}

static enum status notice_check(
    struct sandbox_call *c, const struct epp_launch_create *in, struct str label, struct error *e)
{
    unsigned code = 0;
    size_t n = in == NULL ? 0 : in->notices.n;
    const struct sandbox_trademark *mark = trademark_of(c->sb, label);
    if (mark == NULL && n == 0)
        return OK;
    if (mark == NULL)
        return sandbox_refuse(c, e, EPP_POLICY, "notice", STR_NULL, "there are no claims to this name");
    if (n == 0)
        return sandbox_refuse(
            c, e, EPP_MISSING, "notice", mark->key, "there are claims to this name: say which notice was accepted");
    if (n > 1)
        return sandbox_refuse(c, e, EPP_POLICY, "notice", STR_NULL, "one notice is enough");
    const char *lacks = sandbox_notice_lacks(&in->notices.v[0], label, c->now, &code);
    return lacks == NULL ? OK : sandbox_refuse(c, e, code, "notice", in->notices.v[0].id, "%s", lacks);
}

static bool carries_mark(const struct epp_launch_create *in)
{
    return in->signed_marks.n + in->code_marks.n + in->encoded_marks.n > 0;
}

static enum status papers_check(struct sandbox_call *c, const struct epp_launch_create *in,
    const struct sandbox_phase *p, struct str label, struct error *e)
{
    bool sunrise = str_eqz(phase_word(p), "sunrise"), claims = str_eqz(phase_word(p), "claims");
    if (in != NULL && !sunrise && carries_mark(in))
        return sandbox_refuse(c, e, EPP_POLICY, "phase", phase_word(p), "this phase takes no marks");
    if (in != NULL && !claims && in->notices.n > 0)
        return sandbox_refuse(c, e, EPP_POLICY, "phase", phase_word(p), "this phase takes no notices");
    if (sunrise)
        return mark_check(c, in, label, e);
    return claims ? notice_check(c, in, label, e) : OK;
}

/* Who applied comes before whoever is quick when the phase has ended. */
static enum status decision_wait(struct sandbox_call *c, const struct sandbox_name *name, struct error *e)
{
    bool awaited = false;
    if (c->sb->as.phases_n > 0)
        TRY(sandbox_application_awaited(c->db, c->arena, name->name, &awaited, e));
    return awaited ? sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "name", name->name,
                         "the applications for this name are about to be decided")
                   : OK;
}

enum status sandbox_launch_create(
    struct sandbox_call *c, const struct sandbox_name *name, time_us *decided_r, struct error *e)
{
    const struct epp_launch_create *in = epp_ext_find(&c->cmd->ext, &epp_launch_create);
    time_us ends = 0;
    const struct sandbox_phase *p = sandbox_launch_phase(c->sb, c->now, &ends);
    bool needed = str_eqz(phase_word(p), "sunrise") || str_eqz(phase_word(p), "landrush");
    if (in == NULL && needed)
        return sandbox_refuse(c, e, EPP_MISSING, "phase", phase_word(p), "this is %.*s: a create says so by launch-1.0",
            STR_ARG(phase_word(p)));
    if (in != NULL) {
        TRY(phase_check(c, &in->phase, p, e));
        TRY(kind_check(c, in, p, e));
    }
    TRY(papers_check(c, in, p, name->label, e));
    *decided_r = p != NULL && p->applications ? ends : 0;
    return *decided_r != 0 ? OK : decision_wait(c, name, e);
}
