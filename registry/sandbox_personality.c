#include "registry/sandbox_personality.h"

/* As the file has it: what holds more than one value is still text. */
struct personality_file {
    struct sandbox_personality p;
    struct conf_list roles, tokens, phases, trademarks;
    struct str password_needs, authinfo_needs;
};

#define AT(field) offsetof(struct personality_file, p.field)
const struct conf_item sandbox_personality_items[] = {
    {"name", CONF_STR, AT(name), "standard", 0, 0, "What it is called."},
    {"description", CONF_STR, AT(description), "", 0, 0, "What kind of registry it is, for people."},
    {"extension", CONF_LIST, AT(extensions), "", 0, 0,
        "Extension URI offered in the greeting, of those that the sandbox knows; none: all of them."},
    {"fred", CONF_BOOL, AT(fred), "no", 0, 0,
        "Whether its objects are FRED's (domain-1.4, contact-1.6, nsset-1.2, keyset-1.3) instead of EPP's own."},
    {"login-all-services", CONF_BOOL, AT(login_all_services), "no", 0, 0,
        "Whether a login must name every object service of the greeting."},
    {"sessions-max", CONF_INT, AT(sessions_max), "0", 0, 4096,
        "Sessions of one registrar at once; 0: as the configuration says."},
    {"idle-s", CONF_INT, AT(idle_s), "0", 0, 86400,
        "Seconds of silence that end a session; 0: as the configuration says."},
    {"lifetime-s", CONF_INT, AT(lifetime_s), "0", 0, 604800,
        "Seconds that a session lasts at most; 0: as the configuration says."},
    {"farewell", CONF_BOOL, AT(farewell), "yes", 0, 0,
        "Whether a session that ends for its silence or age is told so with 2500."},
    {"pipeline", CONF_INT, AT(pipeline), "0", 0, 1,
        "Commands under way on a session: 1, and one that comes before the last answer is refused; 0: any number."},
    {"commands-per-s", CONF_INT, AT(commands_per_s), "0", 0, 1000000,
        "Commands of a session per second; 0: as the configuration says."},
    {"burst", CONF_INT, AT(burst), "0", 0, 1000000,
        "Commands that may come at once after a pause; 0: a second's worth."},
    {"excess", CONF_WORD, AT(excess), "close|refuse|delay", 0, 0,
        "What more commands than that get: close (2502), refuse (2400) or delay."},
    {"error-penalty-ms", CONF_INT, AT(error_penalty_ms), "0", 0, 60000,
        "Milliseconds that the answer to a refused command waits."},
    {"check-max", CONF_INT, AT(check_max), "100", 1, 1000, "Names or ids in one check."},
    {"password-min", CONF_INT, AT(password_min), "6", 6, 255, "Shortest new password of a registrar, characters."},
    {"password-max", CONF_INT, AT(password_max), "16", 6, 255,
        "Longest one; those of more than 16 characters go by the loginSec extension."},
    {"password-needs", CONF_STR, offsetof(struct personality_file, password_needs), "", 0, 0,
        "What a new password must have of each: upper, lower, digit, sign; empty: nothing in particular."},
    {"password-days", CONF_INT, AT(password_days), "0", 0, 3660,
        "Days after which a password ends: no login then but one that sets another; 0: never."},
    {"password-warn-days", CONF_INT, AT(password_warn_days), "14", 0, 3660,
        "So many days before its end a login is warned by the loginSec extension."},
    {"lock-after", CONF_INT, AT(lock_after), "0", 0, 1000,
        "Failed logins in a row that lock a registrar out (2501); 0: none do."},
    {"lock-s", CONF_INT, AT(lock_s), "3600", 1, 31536000, "For how long, seconds of the registry's clock."},
    {"contacts", CONF_WORD, AT(contacts), "thick|none", 0, 0, "thick, or none where there are no contact objects."},
    {"registrant", CONF_WORD, AT(registrant), "tld|required|optional", 0, 0,
        "Whether a domain needs a registrant: required, optional, or tld where its TLD says."},
    {"contact", CONF_LIST, offsetof(struct personality_file, roles), "", 0, 0,
        "A contact type of domains with the least and most of it: TYPE MIN-MAX. None: any type in any number."},
    {"contact-postal", CONF_WORD, AT(postal), "both|int|loc", 0, 0, "Which postalInfo contacts may have."},
    {"contact-ids", CONF_WORD, AT(contact_ids), "client|auto|registry", 0, 0,
        "Who makes contacts' ids: the client; the registry, where a create asks for \"auto\"; or the registry, "
        "whatever a "
        "create asks for."},
    {"contact-authinfo", CONF_WORD, AT(contact_auth), "given|empty", 0, 0,
        "given: a contact has an authInfo; empty: it may be created without."},
    {"hosts", CONF_WORD, AT(hosts), "objects|attributes|beside", 0, 0,
        "Name servers are objects; attributes of the domain; or attributes, though there are host objects beside."},
    {"hosts-min", CONF_INT, AT(hosts_min), "0", 0, 13, "Fewest name servers of a domain that has any."},
    {"hosts-max", CONF_INT, AT(hosts_max), "13", 1, 13, "Most name servers of a domain."},
    {"hosts-optional", CONF_BOOL, AT(hosts_optional), "yes", 0, 0, "Whether a domain may stand without name servers."},
    {"host-addresses", CONF_WORD, AT(host_addrs), "domain|always", 0, 0,
        "Which name servers that are attributes have addresses: those below their domain, and no others; or all."},
    {"authinfo-min", CONF_INT, AT(authinfo_min), "6", 0, 255, "Shortest authInfo, characters."},
    {"authinfo-max", CONF_INT, AT(authinfo_max), "64", 1, 255, "Longest authInfo, characters."},
    {"authinfo-needs", CONF_STR, offsetof(struct personality_file, authinfo_needs), "", 0, 0,
        "What it must have of each: upper, lower, digit, sign; empty: nothing in particular."},
    {"authinfo-empty", CONF_BOOL, AT(authinfo_empty), "no", 0, 0,
        "Whether a create may leave it empty, so that the object has none."},
    {"authinfo-shown", CONF_BOOL, AT(authinfo_shown), "yes", 0, 0, "Whether info tells it to the sponsor."},
    {"authinfo-reset", CONF_BOOL, AT(authinfo_reset), "no", 0, 0, "Whether a transfer takes it away."},
    {"authinfo-clear", CONF_WORD, AT(authinfo_clear), "any|null|empty|never", 0, 0,
        "How an update may take it away: by a null element, by an empty password, by either, or not at all."},
    {"namestore", CONF_BOOL, AT(namestore), "no", 0, 0,
        "Whether each command on an object says its sub-product (namestoreExt): dot and the TLD in capitals."},
    {"period", CONF_WORD, AT(period), "any|years|months|none", 0, 0,
        "Unit of the periods that commands give; none: they give none."},
    {"renew", CONF_BOOL, AT(renew), "yes", 0, 0, "Whether there is a renew command."},
    {"create-pending", CONF_BOOL, AT(create_pending), "no", 0, 0,
        "Whether a domain's create is answered 1001 and decided later."},
    {"create-pending-s", CONF_INT, AT(create_pending_s), "3600", 0, 31536000, "How much later, seconds."},
    {"create-denied", CONF_STR, AT(create_denied), "", 0, 0,
        "Labels that begin so are denied when it is decided; empty: none is."},
    {"restore", CONF_WORD, AT(restore), "report|request|none", 0, 0,
        "report: a request, then a report; request: it restores at once; none: there is no restore."},
    {"transfer", CONF_WORD, AT(transfer), "approval|immediate|push", 0, 0,
        "approval: the sponsor is asked, silence approves; immediate: the request is the transfer; push: there is no "
        "such command, a sponsor gives domains away by other means."},
    {"transfer-renews", CONF_BOOL, AT(transfer_renews), "yes", 0, 0, "Whether a transfer adds years, and costs them."},
    {"fee-needed", CONF_WORD, AT(fee_need), "never|premium|always", 0, 0,
        "Which names' commands must say what they agree to pay."},
    {"low-balance", CONF_WORD, AT(low_balance), "none|text|verisign|fred", 0, 0,
        "Whether a registrar is told that its balance runs low: in words, with Verisign's data, or with FRED's."},
    {"low-balance-cents", CONF_INT, AT(low_balance_cents), "10000", 1, INT64_C(1) << 50, "Below how many cents."},
    {"ds-max", CONF_INT, AT(ds_max), "13", 0, 13, "Most DS records of a domain; 0: it takes none."},
    {"secdns", CONF_WORD, AT(secdns), "ds|keys|both", 0, 0,
        "What it takes of secDNS: DS records, keys of which it makes them, or either."},
    {"max-sig-life", CONF_INT, AT(max_sig_life), "0", 0, INT32_MAX,
        "Most seconds that maxSigLife may ask for; 0: it is not taken."},
    {"ds-urgent", CONF_BOOL, AT(ds_urgent), "no", 0, 0, "Whether there are urgent updates of DS records."},
    {"allocation-token", CONF_LIST, offsetof(struct personality_file, tokens), "", 0, 0,
        "LABEL TOKEN: names of that label are only for who has the token (RFC 8495)."},
    {"launch-phase", CONF_LIST, offsetof(struct personality_file, phases), "", 0, 0,
        "sunrise, landrush or claims, and how many DAYS it lasts, then perhaps \"applications\" (RFC 8334): phases "
        "follow "
        "one another from the moment the registry first served."},
    {"trademark", CONF_LIST, offsetof(struct personality_file, trademarks), "", 0, 0,
        "LABEL KEY: a label with trademark claims, and the key of their notice."},
};
#undef AT
const size_t sandbox_personality_items_n = ARRAY_LEN(sandbox_personality_items);

/* Names are in lower case, and so are their labels. */
static enum status tokens_read(struct key_file *k, struct personality_file *f)
{
    TRY(key_times(k, "allocation-token", &f->tokens, SB_TOKENS_MAX));
    for (size_t i = 0; i < f->tokens.n; i++) {
        struct str rest = str_trim(f->tokens.items[i]), label;
        if (!str_take(&rest, ' ', &label) || str_empty(str_trim(rest)))
            return key_fail(k, "allocation-token", i, "must be LABEL TOKEN, not \"%.*s\"", STR_ARG(f->tokens.items[i]));
        f->p.tokens[f->p.tokens_n++] = (struct sandbox_token){str_lower(k->arena, label), str_trim(rest)};
    }
    return OK;
}

/* "sunrise 60 applications" */
static bool phase_read(struct str text, struct sandbox_phase *p_r)
{
    struct str words[KEY_WORDS_MAX];
    size_t n = key_words(text, words);
    if (n < 2 || n > 3 || !str_to_i64(words[1], 1, 3660, &p_r->days))
        return false;
    p_r->word = words[0];
    p_r->applications = n == 3;
    return (n == 2 || str_eqz(words[2], "applications")) &&
           (str_eqz(words[0], "sunrise") || str_eqz(words[0], "landrush") || str_eqz(words[0], "claims"));
}

static enum status phases_read(struct key_file *k, struct personality_file *f)
{
    TRY(key_times(k, "launch-phase", &f->phases, SB_PHASES_MAX));
    for (size_t i = 0; i < f->phases.n; i++) {
        if (!phase_read(f->phases.items[i], &f->p.phases[f->p.phases_n++]))
            return key_fail(k, "launch-phase", i,
                "must be sunrise, landrush or claims, and DAYS up to 3660, not \"%.*s\"", STR_ARG(f->phases.items[i]));
    }
    return OK;
}

static enum status trademarks_read(struct key_file *k, struct personality_file *f)
{
    TRY(key_times(k, "trademark", &f->trademarks, SB_TRADEMARKS_MAX));
    for (size_t i = 0; i < f->trademarks.n; i++) {
        struct str words[KEY_WORDS_MAX];
        if (key_words(f->trademarks.items[i], words) != 2)
            return key_fail(k, "trademark", i, "must be LABEL KEY, not \"%.*s\"", STR_ARG(f->trademarks.items[i]));
        f->p.trademarks[f->p.trademarks_n++] = (struct sandbox_trademark){str_lower(k->arena, words[0]), words[1]};
    }
    return OK;
}

static enum status personality_check(struct key_file *k, struct personality_file *f)
{
    struct sandbox_personality *p = &f->p;
    TRY(contact_roles_read(k, &f->roles, 16, &p->roles, &p->roles_n));
    TRY(tokens_read(k, f));
    TRY(phases_read(k, f));
    TRY(trademarks_read(k, f));
    TRY(key_order(k, "hosts-min", p->hosts_min, p->hosts_max));
    TRY(key_order(k, "authinfo-min", p->authinfo_min, p->authinfo_max));
    TRY(key_order(k, "password-min", p->password_min, p->password_max));
    TRY(char_kinds_read(k, "authinfo-needs", f->authinfo_needs, &p->authinfo_needs));
    return char_kinds_read(k, "password-needs", f->password_needs, &p->password_needs);
}

enum status sandbox_personality_read(struct arena *a, struct str path, struct sandbox_personality *p_r, struct error *e)
{
    struct personality_file f = {0};
    struct key_file k = {.arena = a,
        .path = str_dupz(a, path),
        .items = sandbox_personality_items,
        .items_n = sandbox_personality_items_n,
        .code = "personality-value",
        .e = e};
    TRY(key_file_read(&k, &f));
    TRY(personality_check(&k, &f));
    *p_r = f.p;
    return OK;
}

static const char *lacks(struct str pw, int64_t min, int64_t max, unsigned kinds)
{
    size_t n = 0; /* characters */
    for (size_t i = 0; i < pw.n; i++)
        n += ((unsigned char)pw.p[i] & 0xc0) != 0x80;
    if (n < (size_t)min)
        return "more characters";
    if (n > (size_t)max)
        return "fewer characters";
    return char_kinds_lacking(kinds, pw);
}

const char *sandbox_authinfo_lacks(const struct sandbox_personality *p, struct str pw)
{
    return lacks(pw, p->authinfo_min, p->authinfo_max, p->authinfo_needs);
}

const char *sandbox_password_lacks(const struct sandbox_personality *p, struct str pw)
{
    return lacks(pw, p->password_min, p->password_max, p->password_needs);
}
