#include "registry/registry.h"

#include "base/log.h"
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

struct registry *registries_named(const struct registries *rs, struct str profile)
{
    for (size_t i = 0; i < rs->n; i++)
        if (str_eq(rs->items[i].profile->name, profile))
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

time_us registry_time(const struct registry_work *w)
{
    return w->now_ns == 0 ? w->now : w->now + (time_us)((clock_monotonic_ns() - w->now_ns) / 1000);
}

/* ---- reads ------------------------------------------------------------------------------------------------------ */

static struct registry_call call_of(const struct registry_work *w)
{
    return (struct registry_call){
        .arena = w->arena, .timeout_ms = w->timeout_ms, .lane = w->lane, .customer = w->customer, .token = w->token};
}

/* How many of the names one command asks: as many as the registry takes, all of one sub-product, which is said once. */
static size_t portion_size(const struct registry_profile *p, const struct str *names, size_t n)
{
    struct str product = profile_subproduct(p, names[0]);
    size_t most = n < (size_t)p->check_max ? n : (size_t)p->check_max, size = 1;
    while (size < most && str_eq(profile_subproduct(p, names[size]), product))
        size++;
    return size;
}

static enum status check_in_portions(const struct registry_work *w,
    enum status (*check)(void *ctx, struct registry_call *c, const struct str *names, size_t n,
        struct registry_avail *out, struct error *e),
    const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    for (size_t at = 0, take; at < n; at += take) {
        struct registry_call c = call_of(w);
        take = portion_size(w->registry->profile, names + at, n - at);
        TRY(check(w->registry->adapter.ctx, &c, names + at, take, out + at, e));
    }
    return OK;
}

enum status registry_domain_check(
    const struct registry_work *w, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return check_in_portions(w, w->registry->adapter.domain_check, names, n, out, e);
}

enum status registry_domain_quotes(const struct registry_work *w, const struct str *names, size_t n,
    const char *command, int years, struct registry_avail *avail, struct registry_quote *out, struct error *e)
{
    const struct registry_adapter *x = &w->registry->adapter;
    const struct registry_profile *p = w->registry->profile;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct registry_quote){0};
    if (p->fee == NULL || x->domain_quotes == NULL)
        return registry_domain_check(w, names, n, avail, e);
    for (size_t at = 0, take; at < n; at += take) {
        struct registry_call c = call_of(w);
        take = portion_size(p, names + at, n - at);
        TRY(x->domain_quotes(x->ctx, &c, names + at, take, command, years, avail + at, out + at, e));
    }
    return OK;
}

enum status registry_domain_claims(
    const struct registry_work *w, const struct str *names, size_t n, struct registry_claim *out, struct error *e)
{
    const struct registry_adapter *x = &w->registry->adapter;
    if (x->domain_claims == NULL || !w->registry->profile->launch)
        return error_set(e, INVALID, "launch-not-spoken", "the registry %.*s has no launch phases",
            STR_ARG(w->registry->profile->name));
    for (size_t at = 0, take; at < n; at += take) {
        struct registry_call c = call_of(w);
        take = portion_size(w->registry->profile, names + at, n - at);
        TRY(x->domain_claims(x->ctx, &c, names + at, take, out + at, e));
    }
    return OK;
}

enum status registry_host_check(
    const struct registry_work *w, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return check_in_portions(w, w->registry->adapter.host_check, names, n, out, e);
}

/* Questions about one object are written into the transcript, with their answers. */
struct question {
    const struct registry_work *w;
    const char *verb;
    struct str object;
    struct registry_call c;
    struct str sent;
};

static enum status question_keep(void *ctx, struct str frame, struct error *e)
{
    struct question *q = ctx;
    (void)e;
    q->sent = frame;
    return OK;
}

static struct registry_call *question_begin(struct question *q)
{
    q->c = call_of(q->w);
    if (q->w->db == NULL)
        return &q->c;
    q->c.intent = question_keep;
    q->c.ctx = q;
    q->c.keep = true;
    return &q->c;
}

/* What the transcript says of it; kind QUERY, without a verb where there is nothing to say. */
static struct transcript_row question_row(const struct question *q, enum status s, const struct error *why)
{
    if (q->w->db == NULL || !q->c.sent)
        return (struct transcript_row){.kind = TRANSCRIPT_QUERY};
    return (struct transcript_row){
        .kind = TRANSCRIPT_QUERY,
        .at = registry_time(q->w),
        .verb = str_of(q->verb),
        .object = q->object,
        .cltrid = q->c.answer.cltrid,
        .svtrid = q->c.answer.svtrid,
        .session = q->c.session,
        .code = q->c.answer.code,
        .sent = q->sent,
        .received = q->c.answer.frame,
        .note = s == OK ? STR("") : str_dup(q->w->arena, str_of(why->text)),
    };
}

void registry_question_keep(const struct registry_work *w, const struct transcript_row *row)
{
    struct error e = {0};
    struct journal_write x = {.rows = row, .rows_n = 1};
    if (str_empty(row->verb))
        return;
    if (journal_group_commit(w->registry->group, w->registry->config.id, w->db, w->arena, &x, &e) != OK)
        log_event(LOG_WARN, "registry", str_dupz(w->arena, w->registry->config.id),
            "%.*s of %.*s is not in the transcript: %s", STR_ARG(row->verb), STR_ARG(row->object), e.text);
}

/* The answer counts whether it could be written down or not. */
static enum status question_end(struct question *q, enum status s, const struct error *why)
{
    const struct transcript_row row = question_row(q, s, why);
    registry_question_keep(q->w, &row);
    return s;
}

enum status registry_domain_info(
    const struct registry_work *w, struct str name, struct str authinfo, struct registry_domain *out, struct error *e)
{
    const struct registry_adapter *a = &w->registry->adapter;
    struct question q = {.w = w, .verb = "domain-info", .object = name};
    return question_end(&q, a->domain_info(a->ctx, question_begin(&q), name, authinfo, out, e), e);
}

enum status registry_domain_quote_row(const struct registry_work *w, struct str name, const char *command, int years,
    struct registry_quote *out, struct transcript_row *row, struct error *e)
{
    const struct registry_adapter *a = &w->registry->adapter;
    struct question q = {.w = w, .verb = "domain-quote", .object = name};
    enum status s = a->domain_quote(a->ctx, question_begin(&q), name, command, years, out, e);
    *row = question_row(&q, s, e);
    return s;
}

enum status registry_domain_quote(const struct registry_work *w, struct str name, const char *command, int years,
    struct registry_quote *out, struct error *e)
{
    struct transcript_row row;
    enum status s = registry_domain_quote_row(w, name, command, years, out, &row, e);
    registry_question_keep(w, &row);
    return s;
}

enum status registry_contact_info(
    const struct registry_work *w, struct str id, struct registry_contact_info *out, struct error *e)
{
    const struct registry_adapter *a = &w->registry->adapter;
    struct question q = {.w = w, .verb = "contact-info", .object = id};
    return question_end(&q, a->contact_info(a->ctx, question_begin(&q), id, out, e), e);
}

enum status registry_host_info(
    const struct registry_work *w, struct str name, struct registry_host_info *out, struct error *e)
{
    const struct registry_adapter *a = &w->registry->adapter;
    struct question q = {.w = w, .verb = "host-info", .object = name};
    return question_end(&q, a->host_info(a->ctx, question_begin(&q), name, out, e), e);
}

enum status registry_host_set_info(
    const struct registry_work *w, struct str id, struct registry_host_set_info *out, struct error *e)
{
    const struct registry_adapter *a = &w->registry->adapter;
    struct question q = {.w = w, .verb = "host-set-info", .object = id};
    return question_end(&q, a->host_set_info(a->ctx, question_begin(&q), id, out, e), e);
}

enum status registry_key_set_info(
    const struct registry_work *w, struct str id, struct registry_key_set_info *out, struct error *e)
{
    const struct registry_adapter *a = &w->registry->adapter;
    struct question q = {.w = w, .verb = "key-set-info", .object = id};
    return question_end(&q, a->key_set_info(a->ctx, question_begin(&q), id, out, e), e);
}

enum status registry_transfer_query(const struct registry_work *w, struct str name, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    const struct registry_adapter *a = &w->registry->adapter;
    struct question q = {.w = w, .verb = "transfer-query", .object = name};
    return question_end(&q, a->transfer_query(a->ctx, question_begin(&q), name, authinfo, out, e), e);
}

enum status registry_contact_transfer_query(const struct registry_work *w, struct str id, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    const struct registry_adapter *a = &w->registry->adapter;
    struct question q = {.w = w, .verb = "contact-transfer-query", .object = id};
    return question_end(&q, a->contact_transfer_query(a->ctx, question_begin(&q), id, authinfo, out, e), e);
}
