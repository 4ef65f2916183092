/* What is wrong with a profile that its table of keys does not see, and the lines that hold several values. */
#include "epp/allocation_token.h"
#include "epp/auth.h"
#include "epp/fee.h"
#include "epp/fred_object.h"
#include "epp/idn.h"
#include "epp/launch.h"
#include "epp/secdns.h"
#include "epp/verisign.h"
#include "registry/adapter.h"
#include "registry/char_kinds.h"
#include "registry/contact_role.h"
#include "registry/profile_keys.h"

/* ---- lists -------------------------------------------------------------------------------------------------- */

static enum status roles_read(struct profile_reader *r)
{
    struct registry_profile *p = &r->file->p;
    return contact_roles_read(&r->keys, &r->file->roles, 4, &p->roles, &p->roles_n);
}

static enum status statuses_read(struct profile_reader *r)
{
    const struct conf_list *lines = &r->file->statuses;
    struct registry_profile *p = &r->file->p;
    TRY(key_times(&r->keys, "status", lines, PROFILE_REMAPS_MAX));
    p->status_maps = ARENA_ARRAY(r->keys.arena, lines->n, struct profile_status_map);
    for (size_t i = 0; i < lines->n; i++) {
        struct str words[KEY_WORDS_MAX];
        if (key_words(lines->items[i], words) != 2)
            return key_fail(&r->keys, "status", i, "must be THEIRS OURS, not \"%.*s\"", STR_ARG(lines->items[i]));
        if (!str_eq(profile_status(p, words[0]), words[0]))
            return key_fail(&r->keys, "status", i, "maps %.*s a second time", STR_ARG(words[0]));
        p->status_maps[p->status_maps_n++] =
            (struct profile_status_map){words[0], str_eqz(words[1], "-") ? STR("") : words[1]};
    }
    return OK;
}

static enum status codes_read(struct profile_reader *r)
{
    const struct conf_list *lines = &r->file->codes;
    struct registry_profile *p = &r->file->p;
    TRY(key_times(&r->keys, "code", lines, PROFILE_REMAPS_MAX));
    p->code_maps = ARENA_ARRAY(r->keys.arena, lines->n, struct profile_code_map);
    for (size_t i = 0; i < lines->n; i++) {
        struct str words[KEY_WORDS_MAX];
        int64_t theirs, ours;
        if (key_words(lines->items[i], words) != 3 || !str_to_i64(words[1], 2000, 2999, &theirs) ||
            !str_to_i64(words[2], 2000, 2999, &ours))
            return key_fail(&r->keys, "code", i,
                "must be COMMAND THEIRS OURS with codes from 2000 to 2999, not \"%.*s\"", STR_ARG(lines->items[i]));
        p->code_maps[p->code_maps_n++] = (struct profile_code_map){words[0], (int)theirs, (int)ours};
    }
    return OK;
}

static enum status tlds_read(struct profile_reader *r)
{
    const struct conf_list *lines = &r->file->tlds;
    struct registry_profile *p = &r->file->p;
    TRY(key_times(&r->keys, "tld", lines, PROFILE_TLDS_MAX));
    p->tlds = ARENA_ARRAY(r->keys.arena, lines->n, struct tld_policy);
    for (size_t i = 0; i < lines->n; i++) {
        struct tld_policy *tld = &p->tlds[i];
        struct error why = {0};
        if (tld_policy_parse(r->keys.arena, lines->items[i], tld, &why) != OK)
            return key_fail(&r->keys, "tld", i, "is not well: %s", why.text);
        tld->registry = p->name;
        if (profile_tld(p, tld->tld) != NULL)
            return key_fail(&r->keys, "tld", i, "names %.*s a second time", STR_ARG(tld->tld));
        p->tlds_n++;
    }
    return OK;
}

/* ---- single values ------------------------------------------------------------------------------------------ */

static enum status uris_check(struct profile_reader *r, const char *key, const struct conf_list *uris)
{
    TRY(key_times(&r->keys, key, uris, PROFILE_SERVICES_MAX));
    for (size_t i = 0; i < uris->n; i++) {
        if (str_find(uris->items[i], ':', 0) <= 0 || str_find(uris->items[i], ' ', 0) >= 0)
            return key_fail(&r->keys, key, i, "must be a URI, not \"%.*s\"", STR_ARG(uris->items[i]));
        for (size_t k = 0; k < i; k++)
            if (str_eq(uris->items[i], uris->items[k]))
                return key_fail(&r->keys, key, i, "names %.*s a second time", STR_ARG(uris->items[i]));
    }
    return OK;
}

static enum status needs_read(struct profile_reader *r)
{
    struct registry_profile *p = &r->file->p;
    TRY(char_kinds_read(&r->keys, "authinfo-needs", r->file->needs, &p->authinfo_needs));
    if ((p->authinfo_needs & CHARS_SIGN) != 0 && p->authinfo_signs.n == 0)
        return key_fail(&r->keys, "authinfo-needs", 0, "demands a sign, and authinfo-signs allows none");
    return OK;
}

static enum status authinfo_check(struct profile_reader *r)
{
    const struct registry_profile *p = &r->file->p;
    TRY(key_order(&r->keys, "authinfo-min", p->authinfo_min, p->authinfo_max));
    if (p->authinfo_signs.n > PROFILE_SIGNS_MAX)
        return key_fail(&r->keys, "authinfo-signs", 0, "has more than %d signs", PROFILE_SIGNS_MAX);
    for (size_t i = 0; i < p->authinfo_signs.n; i++) {
        char c = p->authinfo_signs.p[i];
        if (c <= ' ' || c > '~' || ascii_is_alnum(c))
            return key_fail(&r->keys, "authinfo-signs", 0, "must be ASCII signs, no blanks, letters or digits");
    }
    return needs_read(r);
}

/* NULL: none of that name. */
static const struct epp_fee_version *fee_version_find(struct str name)
{
    const struct epp_fee_version *v;
    size_t i = 0;
    while ((v = epp_fee_nth(i++)) != NULL && !str_eqz(name, epp_fee_name(v)))
        continue;
    return v;
}

static enum status fee_check(struct profile_reader *r)
{
    struct registry_profile *p = &r->file->p;
    bool none = str_eqz(p->fee_version, "none");
    p->fee = none ? NULL : fee_version_find(p->fee_version);
    if (!none && p->fee == NULL)
        return key_fail(&r->keys, "fee-version", 0, "\"%.*s\" is no version of the fee extension that we speak",
            STR_ARG(p->fee_version));
    if (none && p->fee_need != PROFILE_FEE_NEVER)
        return key_fail(&r->keys, "fee-needed", 0, "demands fees, and fee-version is none");
    if (p->fee_currency.n != 0 && p->fee_currency.n != 3)
        return key_fail(&r->keys, "fee-currency", 0, "must have three letters, not \"%.*s\"", STR_ARG(p->fee_currency));
    return OK;
}

static enum status keepalive_check(struct profile_reader *r)
{
    struct str word = r->file->p.keepalive;
    if (str_eqz(word, "poll") || str_eqz(word, "hello") || (str_starts(word, STR("check ")) && word.n > 6))
        return OK;
    return key_fail(&r->keys, "keepalive", 0, "is poll, hello or check NAME, not \"%.*s\"", STR_ARG(word));
}

/* Extensions that other keys speak of are logged in for without being named twice. */
static void extension_add(struct profile_reader *r, struct conf_list *list, struct str uri)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->items[i], uri))
            return;
    struct str *items = ARENA_ARRAY(r->keys.arena, list->n + 1, struct str);
    if (list->n > 0)
        memcpy(items, list->items, list->n * sizeof(*items));
    items[list->n] = uri;
    *list = (struct conf_list){items, list->n + 1};
}

static bool extension_named(const struct registry_profile *p, const char *uri)
{
    for (size_t i = 0; i < p->extensions.n; i++)
        if (str_eqz(p->extensions.items[i], uri))
            return true;
    for (size_t i = 0; i < p->extensions_required.n; i++)
        if (str_eqz(p->extensions_required.items[i], uri))
            return true;
    return false;
}

static void extensions_see(struct registry_profile *p)
{
    p->secdns = extension_named(p, EPP_SECDNS_NS)     ? PROFILE_SECDNS_1_1
                : extension_named(p, EPP_SECDNS10_NS) ? PROFILE_SECDNS_1_0
                                                      : PROFILE_SECDNS_NONE;
    p->idn = extension_named(p, EPP_IDN_NS)        ? PROFILE_IDN_TABLE
             : extension_named(p, EPP_IDN_LANG_NS) ? PROFILE_IDN_LANG
                                                   : PROFILE_IDN_NONE;
    p->allocation_token = extension_named(p, EPP_ALLOCATION_TOKEN_NS);
    p->launch = extension_named(p, EPP_LAUNCH_NS);
}

static void extensions_add(struct profile_reader *r)
{
    struct registry_profile *p = &r->file->p;
    bool rgp = p->restore == PROFILE_RESTORE_REPORT || p->restore == PROFILE_RESTORE_REQUEST;
    bool product = p->subproduct.n > 0;
    for (size_t i = 0; i < p->tlds_n; i++)
        product |= p->tlds[i].subproduct.n > 0;
    if (p->fee != NULL)
        extension_add(r, &p->extensions, str_of(epp_fee_uri(p->fee)));
    if (p->authinfo_create == PROFILE_AUTH_EMPTY && p->authinfo_source == PROFILE_AUTH_OURS)
        extension_add(r, &p->extensions, STR(EPP_SECURE_AUTH_NS));
    if (rgp)
        extension_add(r, &p->extensions, STR(EPP_RGP_NS));
    if (product)
        extension_add(r, &p->extensions_required, STR(EPP_NAMESTORE_NS));
}

static bool object_named(const struct registry_profile *p, const char *uri)
{
    for (size_t i = 0; i < p->objects.n; i++)
        if (str_eqz(p->objects.items[i], uri))
            return true;
    return false;
}

/* FRED's objects come together, and sets of name servers only with them. */
static enum status fred_check(struct profile_reader *r)
{
    struct registry_profile *p = &r->file->p;
    static const char *const others[] = {EPP_FRED_CONTACT_NS, EPP_FRED_NSSET_NS};
    p->fred = object_named(p, EPP_FRED_DOMAIN_NS);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (object_named(p, others[i]) != p->fred)
            return key_fail(&r->keys, "object", 0, "must name " EPP_FRED_DOMAIN_NS " and %s together", others[i]);
    if (p->fred != (p->hosts == PROFILE_HOSTS_SETS))
        return key_fail(&r->keys, "hosts", 0, "= sets goes with FRED's objects, and nothing else does");
    return OK;
}

static enum status contacts_check(struct profile_reader *r)
{
    const struct registry_profile *p = &r->file->p;
    if (p->contacts == PROFILE_CONTACTS_NONE && p->roles_n > 0)
        return key_fail(&r->keys, "contact", 0, "cannot stand where contacts = none");
    if (p->contacts == PROFILE_CONTACTS_NONE && p->registrant != PROFILE_NONE)
        return key_fail(&r->keys, "registrant", 0, "must be none where contacts = none");
    return OK;
}

static enum status period_check(struct profile_reader *r)
{
    const struct registry_profile *p = &r->file->p;
    TRY(key_order(&r->keys, "renew-years-min", p->renew_years_min, p->renew_years_max));
    TRY(key_order(&r->keys, "transfer-years-min", p->transfer_years_min, p->transfer_years_max));
    if (!p->renew_explicit && !p->renew_auto)
        return key_fail(&r->keys, "renew-auto", 0, "must be yes where renew-explicit = no: nothing else would renew");
    /* pLimitType: no period has more than two digits. */
    if (p->period == PROFILE_PERIOD_MONTHS && p->term_years_max > 8)
        return key_fail(&r->keys, "term-years-max", 0, "must be 8 at most where period = months: a period ends at 99");
    for (size_t i = 0; i < p->tlds_n; i++)
        if (p->tlds[i].years_max > p->term_years_max)
            return key_fail(&r->keys, "tld", i, "allows %d years, and term-years-max is %lld", p->tlds[i].years_max,
                (long long)p->term_years_max);
    return OK;
}

enum status profile_check(struct profile_reader *r)
{
    const struct registry_profile *p = &r->file->p;
    if (p->name.n == 0 || p->name.n > REGISTRY_ID_MAX)
        return key_fail(&r->keys, "name", 0, "must have 1 to %d characters", REGISTRY_ID_MAX);
    if (p->login_lang.n < 2 || p->login_lang.n > 35)
        return key_fail(
            &r->keys, "login-lang", 0, "must be a language tag such as en, not \"%.*s\"", STR_ARG(p->login_lang));
    if (p->objects.n == 0)
        return key_fail(&r->keys, "object", 0, "must name a service");
    TRY(uris_check(r, "object", &p->objects));
    TRY(uris_check(r, "extension", &p->extensions));
    TRY(uris_check(r, "extension-required", &p->extensions_required));
    TRY(key_order(&r->keys, "hosts-min", p->hosts_min, p->hosts_max));
    TRY(authinfo_check(r));
    TRY(keepalive_check(r));
    TRY(fee_check(r));
    TRY(roles_read(r));
    TRY(statuses_read(r));
    TRY(codes_read(r));
    TRY(profile_messages_read(r));
    TRY(tlds_read(r));
    TRY(contacts_check(r));
    TRY(fred_check(r));
    TRY(period_check(r));
    extensions_add(r);
    extensions_see(&r->file->p);
    return OK;
}
