#include "tests/registry/fake_state.h"

struct command {
    struct fake_registry *f;
    struct registry_call *c;
    struct error *e;
    bool lost; /* done, but no answer */
};

static enum status answer(struct command *k, int code, const char *msg)
{
    static const struct {
        int code;
        enum status status;
    } classes[] = {{2104, FUNDS}, {2200, DENIED}, {2201, DENIED}, {2202, DENIED}, {2301, CONFLICT}, {2302, EXISTS},
        {2303, NOT_FOUND}, {2304, CONFLICT}, {2305, CONFLICT}, {2306, INVALID}, {2308, INVALID}, {2400, UNAVAILABLE}};
    unsigned serial = ++k->f->serial;
    fake_unlock(k->f);
    if (k->lost)
        return error_set(k->e, UNCERTAIN, "fake-unanswered", "the connection was cut before the answer");
    k->c->answer = (struct registry_answer){.code = code,
        .msg = str_of(arena_strdup(k->c->arena, msg)),
        .cltrid = k->c->cltrid,
        .svtrid = str_printf(k->c->arena, "FAKE-%u", serial)};
    if (code < 2000)
        return OK;
    char word[16];
    enum status s = INVALID;
    (void)snprintf(word, sizeof(word), "epp-%d", code);
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (classes[i].code == code)
            s = classes[i].status;
    return error_set(k->e, s, word, "%d %s", code, msg);
}

static enum status refuse(struct command *k, int code)
{
    static const struct {
        int code;
        const char *text;
    } texts[] = {{2201, "Authorization error"}, {2302, "Object exists"}, {2303, "Object does not exist"},
        {2304, "Object status prohibits operation"}, {2305, "Object association prohibits operation"},
        {2306, "Parameter value policy error"}, {2400, "Command failed"}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].code == code)
            return answer(k, code, texts[i].text);
    return answer(k, code, "Refused");
}

static enum status done(struct command *k)
{
    return answer(k, 1000, "Command completed successfully");
}

/* OK: go on, with the lock held; the command then ends with answer(). Else it has ended. */
static enum status begin(struct command *k, void *ctx, struct registry_call *c, const char *verb, struct error *e)
{
    *k = (struct command){.f = ctx, .c = c, .e = e};
    fake_lock(k->f);
    size_t v = fake_verb_at(k->f, verb);
    bool mishap = k->f->verbs[v].times > 0;
    enum fake_mishap what = k->f->verbs[v].what;
    k->f->verbs[v].times -= mishap;
    if (str_is_null(c->cltrid))
        c->cltrid = str_printf(c->arena, "FAKE-CL-%u", ++k->f->serial);
    c->answer = (struct registry_answer){.cltrid = c->cltrid};
    fake_unlock(k->f);
    if (mishap && what == FAKE_UNREACHABLE)
        return error_set(e, UNAVAILABLE, "fake-unreachable", "the registry cannot be reached");
    if (c->intent != NULL)
        TRY(c->intent(c->ctx, str_of(verb), e));
    if (mishap && what == FAKE_DEAD)
        return error_set(e, UNAVAILABLE, "fake-dead", "the connection was dead");
    c->sent = true;
    if (c->gone != NULL)
        c->gone(c->ctx);
    fake_lock(k->f);
    k->lost = mishap && what == FAKE_UNANSWERED;
    if (mishap && what == FAKE_UNHEARD) {
        fake_unlock(k->f);
        return error_set(e, UNCERTAIN, "fake-unheard", "the connection was cut before the command arrived");
    }
    k->f->verbs[v].heard++;
    if (mishap && what == FAKE_CODE)
        return refuse(k, k->f->verbs[v].code);
    return OK;
}

static bool token_missing(const struct registry_call *c, struct str name)
{
    return str_eqz(name, "kept.test") && !str_eqz(c->token, FAKE_KEPT_TOKEN);
}

static enum status check(void *ctx, struct registry_call *c, const char *verb, enum fake_kind kind,
    const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, verb, e));
    for (size_t i = 0; i < n; i++) {
        bool there = fake_find(k.f, kind, names[i]) != NULL || token_missing(c, names[i]);
        out[i] =
            (struct registry_avail){.name = names[i], .available = !there, .reason = there ? k.f->reason : STR_NULL};
    }
    return done(&k);
}

static enum status domain_check(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return check(ctx, c, "domain-check", FAKE_DOMAIN, names, n, out, e);
}

static enum status contact_check(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return check(ctx, c, "contact-check", FAKE_CONTACT, names, n, out, e);
}

static enum status host_check(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_avail *out, struct error *e)
{
    return check(ctx, c, "host-check", FAKE_HOST, names, n, out, e);
}

static enum status domain_info(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_domain *out, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "domain-info", e));
    const struct fake_object *o = fake_find(k.f, FAKE_DOMAIN, name);
    if (o == NULL)
        return refuse(&k, 2303);
    *out = o->domain;
    if (!str_eq(o->domain.clid, k.f->clid) && !str_eq(o->domain.authinfo, authinfo))
        out->authinfo = STR_NULL;
    return done(&k);
}

static enum status contact_info(
    void *ctx, struct registry_call *c, struct str id, struct registry_contact_info *out, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "contact-info", e));
    const struct fake_object *o = fake_find(k.f, FAKE_CONTACT, id);
    if (o == NULL)
        return refuse(&k, 2303);
    *out = o->contact;
    return done(&k);
}

static enum status host_info(
    void *ctx, struct registry_call *c, struct str name, struct registry_host_info *out, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "host-info", e));
    const struct fake_object *o = fake_find(k.f, FAKE_HOST, name);
    if (o == NULL)
        return refuse(&k, 2303);
    *out = o->host;
    return done(&k);
}

/* 0, or the code for what the domain would point at and is not there. */
static int links_check(struct fake_registry *f, const struct registry_domain_create *in)
{
    for (size_t i = 0; i < in->hosts_n; i++)
        if (fake_find(f, FAKE_HOST, in->hosts[i].name) == NULL)
            return 2303;
    for (size_t i = 0; i < in->contacts_n; i++)
        if (fake_find(f, FAKE_CONTACT, in->contacts[i].id) == NULL)
            return 2303;
    return !str_is_null(in->registrant) && fake_find(f, FAKE_CONTACT, in->registrant) == NULL ? 2303 : 0;
}

static enum status pend_or_done(struct command *k, struct fake_object *o, const char *status)
{
    if (!k->f->pend)
        return done(k);
    k->f->pend = false;
    o->domain.statuses[0] = str_of(status);
    o->pending_cltrid = fake_keep(k->f, k->c->cltrid);
    return answer(k, 1001, "Command completed successfully; action pending");
}

static enum status domain_quote(void *ctx, struct registry_call *c, struct str name, const char *command, int years,
    struct registry_quote *out, struct error *e)
{
    struct command k;
    (void)name, (void)command, (void)years;
    TRY(begin(&k, ctx, c, "domain-quote", e));
    *out = (struct registry_quote){0};
    if (k.f->price != 0)
        out->fee = (struct registry_fee){k.f->price, STR("EUR")};
    else
        out->reason = STR("not sold");
    return done(&k);
}

static enum status domain_create(void *ctx, struct registry_call *c, const struct registry_domain_create *in,
    struct registry_done *out, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "domain-create", e));
    if (k.f->price_next != 0)
        k.f->price = k.f->price_next;
    k.f->price_next = 0;
    if (k.f->price != 0 && c->fee.amount != k.f->price)
        return refuse(&k, 2004);
    if (fake_find(k.f, FAKE_DOMAIN, in->name) != NULL)
        return refuse(&k, 2302);
    if (token_missing(c, in->name))
        return refuse(&k, 2304);
    int missing = links_check(k.f, in);
    if (missing != 0)
        return refuse(&k, missing);
    struct fake_object *o = fake_domain_make(k.f, in, k.f->clid);
    *out = (struct registry_done){.name = in->name, .created = o->domain.created, .expires = o->domain.expires};
    return pend_or_done(&k, o, "pendingCreate");
}

/* Found and the caller's; otherwise the command has ended with *s. */
static struct fake_object *own(struct command *k, enum fake_kind kind, struct str name, enum status *s)
{
    struct fake_object *o = fake_find(k->f, kind, name);
    struct str clid = o == NULL              ? STR_NULL
                      : kind == FAKE_DOMAIN  ? o->domain.clid
                      : kind == FAKE_CONTACT ? o->contact.clid
                                             : o->host.clid;
    if (o != NULL && str_eq(clid, k->f->clid))
        return o;
    *s = refuse(k, o == NULL ? 2303 : 2201);
    return NULL;
}

static enum status domain_renew(
    void *ctx, struct registry_call *c, const struct registry_renew *in, struct registry_done *out, struct error *e)
{
    struct command k;
    enum status s = OK;
    TRY(begin(&k, ctx, c, "domain-renew", e));
    struct fake_object *o = own(&k, FAKE_DOMAIN, in->name, &s);
    if (o == NULL)
        return s;
    if (o->domain.expires / (86400 * US_PER_S) != in->expires / (86400 * US_PER_S))
        return refuse(&k, 2306);
    o->domain.expires = time_add_years(o->domain.expires, in->years);
    *out = (struct registry_done){.name = in->name, .expires = o->domain.expires};
    return done(&k);
}

static enum status domain_update(
    void *ctx, struct registry_call *c, const struct registry_domain_update *in, struct error *e)
{
    struct command k;
    enum status s = OK;
    TRY(begin(&k, ctx, c, "domain-update", e));
    struct fake_object *o = own(&k, FAKE_DOMAIN, in->name, &s);
    if (o == NULL)
        return s;
    for (size_t i = 0; i < in->add_hosts_n; i++)
        if (fake_find(k.f, FAKE_HOST, in->add_hosts[i].name) == NULL)
            return refuse(&k, 2303);
    fake_domain_update(k.f, &o->domain, in);
    return done(&k);
}

static enum status domain_delete(void *ctx, struct registry_call *c, struct str name, struct error *e)
{
    struct command k;
    enum status s = OK;
    TRY(begin(&k, ctx, c, "domain-delete", e));
    struct fake_object *o = own(&k, FAKE_DOMAIN, name, &s);
    if (o == NULL)
        return s;
    if (k.f->pend)
        return pend_or_done(&k, o, "pendingDelete");
    o->kind = FAKE_FREE;
    return done(&k);
}

/* What is deleted here is gone at once. */
static enum status domain_restore(
    void *ctx, struct registry_call *c, const struct registry_restore *in, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "domain-restore", e));
    return refuse(&k, fake_find(k.f, FAKE_DOMAIN, in->name) == NULL ? 2303 : 2304);
}

static enum status transfer(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "domain-transfer", e));
    struct fake_object *o = fake_find(k.f, FAKE_DOMAIN, in->name);
    if (o == NULL)
        return refuse(&k, 2303);
    if (in->op != REGISTRY_TRANSFER_REQUEST)
        return refuse(&k, 2301);
    if (!str_eq(o->domain.authinfo, in->authinfo))
        return refuse(&k, 2202);
    *out = (struct registry_transfer_info){.name = o->name,
        .status = STR("serverApproved"),
        .reid = k.f->clid,
        .acid = o->domain.clid,
        .requested = k.f->now,
        .acts_by = k.f->now,
        .expires = o->domain.expires};
    o->domain.transferred = k.f->now;
    if (k.f->reject)
        return answer(&k, 1001, "Command completed successfully; action pending");
    o->domain.clid = k.f->clid;
    return done(&k);
}

static enum status transfer_query(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    struct command k;
    (void)authinfo;
    TRY(begin(&k, ctx, c, "transfer-query", e));
    const struct fake_object *o = fake_find(k.f, FAKE_DOMAIN, name);
    if (o == NULL || o->domain.transferred == 0)
        return refuse(&k, o == NULL ? 2303 : 2301);
    *out = (struct registry_transfer_info){.name = o->name,
        .status = k.f->reject ? STR("clientRejected") : STR("serverApproved"),
        .reid = k.f->reject ? k.f->clid : o->domain.clid,
        .requested = o->domain.transferred,
        .expires = o->domain.expires};
    return done(&k);
}

/* Whoever has it afterwards shows it. */
static enum status domain_release(
    void *ctx, struct registry_call *c, const struct registry_release *in, struct error *e)
{
    struct command k;
    enum status s = OK;
    TRY(begin(&k, ctx, c, "domain-release", e));
    struct fake_object *o = own(&k, FAKE_DOMAIN, in->name, &s);
    if (o == NULL)
        return s;
    if (k.f->pend)
        return answer(&k, 1001, "Command completed successfully; action pending");
    o->domain.clid = fake_keep(k.f, in->tag);
    return done(&k);
}

static const char *transfer_end(enum registry_transfer_op op)
{
    return op == REGISTRY_TRANSFER_APPROVE  ? "clientApproved"
           : op == REGISTRY_TRANSFER_REJECT ? "clientRejected"
                                            : "clientCancelled";
}

static enum status contact_transfer(void *ctx, struct registry_call *c, const struct registry_transfer *in,
    struct registry_transfer_info *out, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "contact-transfer", e));
    struct fake_object *o = fake_find(k.f, FAKE_CONTACT, in->name);
    if (o == NULL)
        return refuse(&k, 2303);
    bool pending = str_eqz(o->transfer.status, "pending");
    if ((in->op == REGISTRY_TRANSFER_REQUEST) == pending)
        return refuse(&k, pending ? 2300 : 2301);
    if (in->op == REGISTRY_TRANSFER_REQUEST)
        o->transfer = (struct registry_transfer_info){.name = o->name,
            .status = STR("pending"),
            .reid = k.f->clid,
            .acid = o->contact.clid,
            .requested = k.f->now,
            .acts_by = k.f->now + 5 * 86400 * US_PER_S};
    else
        o->transfer.status = str_of(transfer_end(in->op));
    if (in->op == REGISTRY_TRANSFER_APPROVE)
        o->contact.clid = o->transfer.reid;
    *out = o->transfer;
    return in->op == REGISTRY_TRANSFER_REQUEST ? answer(&k, 1001, "Command completed successfully; action pending")
                                               : done(&k);
}

static enum status contact_transfer_query(void *ctx, struct registry_call *c, struct str id, struct str authinfo,
    struct registry_transfer_info *out, struct error *e)
{
    struct command k;
    (void)authinfo;
    TRY(begin(&k, ctx, c, "contact-transfer-query", e));
    const struct fake_object *o = fake_find(k.f, FAKE_CONTACT, id);
    if (o == NULL || str_empty(o->transfer.status))
        return refuse(&k, o == NULL ? 2303 : 2301);
    *out = o->transfer;
    return done(&k);
}

static enum status contact_create(
    void *ctx, struct registry_call *c, const struct registry_contact *in, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "contact-create", e));
    struct registry_contact made = *in;
    if (k.f->contact_ids)
        made.id = fake_keep(k.f, str_printf(c->arena, "THEIRS-%u", ++k.f->serial));
    if (fake_find(k.f, FAKE_CONTACT, made.id) != NULL)
        return refuse(&k, 2302);
    struct fake_object *o = fake_make(k.f, FAKE_CONTACT, made.id);
    o->contact = (struct registry_contact_info){
        .contact = fake_contact_keep(k.f, &made), .clid = k.f->clid, .crid = k.f->clid, .created = k.f->now};
    struct str given = k.f->contact_ids_mute ? STR_NULL : made.id;
    TRY(done(&k));
    c->answer.given = given;
    return OK;
}

static enum status contact_update(
    void *ctx, struct registry_call *c, const struct registry_contact *in, struct error *e)
{
    struct command k;
    enum status s = OK;
    TRY(begin(&k, ctx, c, "contact-update", e));
    struct fake_object *o = own(&k, FAKE_CONTACT, in->id, &s);
    if (o == NULL)
        return s;
    o->contact.contact = fake_contact_keep(k.f, in);
    o->contact.updated = k.f->now;
    return done(&k);
}

static enum status object_delete(
    void *ctx, struct registry_call *c, const char *verb, enum fake_kind kind, struct str name, struct error *e)
{
    struct command k;
    enum status s = OK;
    TRY(begin(&k, ctx, c, verb, e));
    struct fake_object *o = own(&k, kind, name, &s);
    if (o == NULL)
        return s;
    o->kind = FAKE_FREE;
    return done(&k);
}

static enum status contact_delete(void *ctx, struct registry_call *c, struct str id, struct error *e)
{
    return object_delete(ctx, c, "contact-delete", FAKE_CONTACT, id, e);
}

static enum status host_delete(void *ctx, struct registry_call *c, struct str name, struct error *e)
{
    return object_delete(ctx, c, "host-delete", FAKE_HOST, name, e);
}

static enum status host_create(void *ctx, struct registry_call *c, const struct registry_host *in, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "host-create", e));
    if (fake_find(k.f, FAKE_HOST, in->name) != NULL)
        return refuse(&k, 2302);
    struct fake_object *o = fake_make(k.f, FAKE_HOST, in->name);
    o->host = (struct registry_host_info){
        .host = {.name = o->name}, .clid = k.f->clid, .crid = k.f->clid, .created = k.f->now};
    for (size_t i = 0; i < in->addrs_n; i++)
        o->host.host.addrs[o->host.host.addrs_n++] = fake_keep(k.f, in->addrs[i]);
    return done(&k);
}

static enum status host_update(
    void *ctx, struct registry_call *c, const struct registry_host_update *in, struct error *e)
{
    struct command k;
    enum status s = OK;
    TRY(begin(&k, ctx, c, "host-update", e));
    struct fake_object *o = own(&k, FAKE_HOST, in->name, &s);
    if (o == NULL)
        return s;
    struct registry_host *h = &o->host.host;
    for (size_t i = 0; i < in->rem_addrs_n; i++)
        for (size_t j = 0; j < h->addrs_n; j++)
            if (str_eq(h->addrs[j], in->rem_addrs[i]))
                h->addrs[j] = h->addrs[--h->addrs_n];
    INVARIANT(h->addrs_n + in->add_addrs_n <= REGISTRY_ADDRS_MAX);
    for (size_t i = 0; i < in->add_addrs_n; i++)
        h->addrs[h->addrs_n++] = fake_keep(k.f, in->add_addrs[i]);
    return done(&k);
}

static enum status poll_next(void *ctx, struct registry_call *c, struct registry_message *out, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "poll-next", e));
    if (k.f->messages_at == k.f->messages_n) {
        fake_unlock(k.f);
        return error_set(e, NOT_FOUND, "poll-empty", "no messages");
    }
    *out = k.f->messages[k.f->messages_at];
    out->count = k.f->messages_n - k.f->messages_at;
    return answer(&k, 1301, "Command completed successfully; ack to dequeue");
}

static enum status poll_ack(void *ctx, struct registry_call *c, struct str id, struct error *e)
{
    struct command k;
    TRY(begin(&k, ctx, c, "poll-ack", e));
    if (k.f->messages_at == k.f->messages_n || !str_eq(k.f->messages[k.f->messages_at].id, id))
        return refuse(&k, 2303);
    k.f->messages_at++;
    return done(&k);
}

struct registry_adapter fake_registry_adapter(struct fake_registry *f)
{
    return (struct registry_adapter){
        .ctx = f,
        .domain_check = domain_check,
        .domain_info = domain_info,
        .domain_quote = domain_quote,
        .contact_check = contact_check,
        .contact_info = contact_info,
        .host_check = host_check,
        .host_info = host_info,
        .transfer_query = transfer_query,
        .poll_next = poll_next,
        .domain_create = domain_create,
        .domain_renew = domain_renew,
        .domain_update = domain_update,
        .domain_delete = domain_delete,
        .domain_restore = domain_restore,
        .transfer = transfer,
        .domain_release = domain_release,
        .contact_transfer = contact_transfer,
        .contact_transfer_query = contact_transfer_query,
        .contact_create = contact_create,
        .contact_update = contact_update,
        .contact_delete = contact_delete,
        .host_create = host_create,
        .host_update = host_update,
        .host_delete = host_delete,
        .poll_ack = poll_ack,
    };
}
