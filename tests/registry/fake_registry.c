#include "tests/registry/fake_state.h"

struct fake_registry *fake_registry_new(const char *clid, time_us now)
{
    struct fake_registry *f = calloc(1, sizeof(*f));
    INVARIANT(f != NULL && pthread_mutex_init(&f->lock, NULL) == 0);
    arena_init(&f->arena, 0);
    f->clid = str_of(arena_strdup(&f->arena, clid));
    f->reason = STR("In use");
    f->now = now;
    return f;
}

void fake_registry_free(struct fake_registry **f)
{
    (void)pthread_mutex_destroy(&(*f)->lock);
    arena_clear(&(*f)->arena);
    free(*f);
    *f = NULL;
}

void fake_lock(struct fake_registry *f)
{
    (void)pthread_mutex_lock(&f->lock);
}

void fake_unlock(struct fake_registry *f)
{
    (void)pthread_mutex_unlock(&f->lock);
}

void fake_registry_clock(struct fake_registry *f, time_us now)
{
    fake_lock(f);
    f->now = now;
    fake_unlock(f);
}

size_t fake_verb_at(struct fake_registry *f, const char *verb)
{
    for (size_t i = 0; i < FAKE_VERBS_MAX; i++) {
        if (f->verbs[i].verb[0] == '\0')
            (void)snprintf(f->verbs[i].verb, sizeof(f->verbs[i].verb), "%s", verb);
        if (strcmp(f->verbs[i].verb, verb) == 0)
            return i;
    }
    INVARIANT(!"room for a verb");
}

struct registries fake_registries(struct arena *a, struct fake_registry *f)
{
    static const char *const names[] = {"alt", "example", "invalid", "test"}; /* sorted, as the table must be */
    struct registry_profile *p = ARENA_NEW(a, struct registry_profile);
    struct tld_policy *tlds = ARENA_ARRAY(a, ARRAY_LEN(names), struct tld_policy);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        tlds[i] = (struct tld_policy){.tld = str_of(names[i]),
            .registry = STR("fake"),
            .label_min = 1,
            .label_max = 63,
            .years_min = 1,
            .years_max = 10,
            .idn = true};
    static const char *const role_names[] = {"admin", "tech", "billing"};
    struct contact_role *roles = ARENA_ARRAY(a, ARRAY_LEN(role_names), struct contact_role);
    for (size_t i = 0; i < ARRAY_LEN(role_names); i++)
        roles[i] = (struct contact_role){str_of(role_names[i]), 0, 4};
    *p = (struct registry_profile){.name = STR("fake"),
        .registrant = PROFILE_OPTIONAL,
        .contact_ids_ours = true,
        .roles = roles,
        .roles_n = ARRAY_LEN(role_names),
        .renew_explicit = true,
        .renew_auto = true,
        .renew_years_min = 1,
        .renew_years_max = 10,
        .term_years_max = 10,
        .transfer_auth = true,
        .transfer_days = 5,
        .transfer_years_max = 1,
        .host_addrs_max = REGISTRY_ADDRS_MAX,
        .allocation_token = true,
        .secdns = PROFILE_SECDNS_1_1,
        .dnssec_max = 6,
        .authinfo_signs = STR("-_.!"),
        .pipeline = 1,
        .hosts_min = 2,
        .hosts_max = 13,
        .hosts_optional = true,
        .authinfo_min = 8,
        .authinfo_max = 32,
        .authinfo_shown = true,
        .sessions_max = 4,
        .check_max = 10,
        .idle_s = 300,
        .answer_s = 5,
        .skew_s = 2,
        .tlds = tlds,
        .tlds_n = ARRAY_LEN(names)};
    struct registry *r = ARENA_NEW(a, struct registry);
    *r = (struct registry){.config = {.id = STR("fake"), .clid = f->clid, .profile = p},
        .profile = p,
        .adapter = fake_registry_adapter(f)};
    return (struct registries){.items = r, .n = 1, .tlds = {.items = tlds, .n = ARRAY_LEN(names)}};
}

void fake_registry_mishap(struct fake_registry *f, const char *verb, enum fake_mishap what, int code, int times)
{
    fake_lock(f);
    size_t v = fake_verb_at(f, verb);
    f->verbs[v].what = what;
    f->verbs[v].code = code;
    f->verbs[v].times = times;
    fake_unlock(f);
}

void fake_registry_pend(struct fake_registry *f)
{
    fake_lock(f);
    f->pend = true;
    fake_unlock(f);
}

void fake_registry_reject(struct fake_registry *f)
{
    fake_lock(f);
    f->reject = true;
    fake_unlock(f);
}

void fake_registry_contact_ids(struct fake_registry *f, bool mute)
{
    fake_lock(f);
    f->contact_ids = true;
    f->contact_ids_mute = mute;
    fake_unlock(f);
}

void fake_registry_decide(struct fake_registry *f, const char *domain, bool approved)
{
    fake_lock(f);
    struct fake_object *o = fake_find(f, FAKE_DOMAIN, str_of(domain));
    INVARIANT(o != NULL && !str_is_null(o->pending_cltrid) && f->messages_n < FAKE_MESSAGES_MAX);
    f->messages[f->messages_n] = (struct registry_message){.id = str_printf(&f->arena, "%zu", 1000 + f->messages_n),
        .queued = f->now,
        .text = approved ? STR("Approved") : STR("Denied"),
        .kind = REGISTRY_MESSAGE_DECIDED,
        .object = o->name,
        .approved = approved,
        .cltrid = o->pending_cltrid,
        .frame = STR("fake")};
    f->messages_n++;
    bool creating = str_eqz(o->domain.statuses[0], "pendingCreate");
    o->domain.statuses[0] = STR("ok");
    if (creating != approved)
        o->kind = FAKE_FREE;
    fake_unlock(f);
}

void fake_registry_contact(
    struct fake_registry *f, const char *id, const char *clid, const char *reid, const char *status)
{
    fake_lock(f);
    struct fake_object *o = fake_find(f, FAKE_CONTACT, str_of(id));
    if (o == NULL) {
        o = fake_make(f, FAKE_CONTACT, str_of(id));
        o->contact = (struct registry_contact_info){.contact.id = o->name, .crid = str_of(clid), .created = f->now};
    }
    o->contact.clid = str_of(clid);
    o->transfer = (struct registry_transfer_info){
        .name = o->name, .status = str_of(status), .reid = str_of(reid), .acid = STR("rival"), .requested = f->now};
    fake_unlock(f);
}

void fake_registry_drop_ds(struct fake_registry *f, const char *domain)
{
    fake_lock(f);
    struct fake_object *o = fake_find(f, FAKE_DOMAIN, str_of(domain));
    INVARIANT(o != NULL);
    o->domain.dnssec = (struct registry_dnssec){.ds_n = 0};
    fake_unlock(f);
}

void fake_registry_give(struct fake_registry *f, const char *domain, const char *clid)
{
    fake_lock(f);
    struct fake_object *o = fake_find(f, FAKE_DOMAIN, str_of(domain));
    INVARIANT(o != NULL);
    o->domain.clid = str_of(clid);
    fake_unlock(f);
}

void fake_registry_seize(struct fake_registry *f, const char *domain, const char *clid)
{
    const struct registry_domain_create in = {.name = str_of(domain), .years = 1, .authinfo = STR("not-yours")};
    fake_lock(f);
    (void)fake_domain_make(f, &in, str_of(arena_strdup(&f->arena, clid)));
    fake_unlock(f);
}

int fake_registry_heard(struct fake_registry *f, const char *verb)
{
    fake_lock(f);
    int n = f->verbs[fake_verb_at(f, verb)].heard;
    fake_unlock(f);
    return n;
}

bool fake_registry_has(struct fake_registry *f, const char *kind, const char *name)
{
    int which = strcmp(kind, "domain") == 0 ? FAKE_DOMAIN : strcmp(kind, "contact") == 0 ? FAKE_CONTACT : FAKE_HOST;
    fake_lock(f);
    bool has = fake_find(f, which, str_of(name)) != NULL;
    fake_unlock(f);
    return has;
}

void fake_registry_message(struct fake_registry *f, const struct registry_message *m)
{
    fake_lock(f);
    INVARIANT(f->messages_n < FAKE_MESSAGES_MAX);
    f->messages[f->messages_n++] = *m;
    fake_unlock(f);
}

void fake_registry_reason(struct fake_registry *f, const char *text)
{
    fake_lock(f);
    f->reason = str_of(arena_strdup(&f->arena, text));
    fake_unlock(f);
}

void fake_registry_price(struct fake_registry *f, int64_t cents)
{
    fake_lock(f);
    f->price = cents;
    fake_unlock(f);
}

void fake_registry_price_next(struct fake_registry *f, int64_t cents)
{
    fake_lock(f);
    f->price_next = cents;
    fake_unlock(f);
}
