#include "registry/sandbox_name.h"

#include "dns/idna.h"
#include "dns/name.h"

#define NAME_MAX_TEXT 253 /* characters of a name without its final dot */

static void fault_set(struct sandbox_name_fault *f, unsigned code, const char *brief, struct str reason)
{
    *f = (struct sandbox_name_fault){.code = code, .brief = brief, .reason = reason};
}

/* Letters, digits, hyphens in every label, and the lengths of RFC 1035. */
static bool ldh_check(struct arena *a, struct str text, struct str *name_r, struct str *reason_r)
{
    struct dns_name name;
    struct error e;
    if (text.n == 0 || text.n > NAME_MAX_TEXT || text.p[text.n - 1] == '.') {
        *reason_r = STR("a name has 1 to 253 characters and no final dot");
        return false;
    }
    if (dns_name_parse(text, NULL, &name, &e) != OK || dns_name_check_host(&name, &e) != OK) {
        *reason_r = str_dup(a, str_of(e.text));
        return false;
    }
    *name_r = str_lower(a, text);
    return true;
}

/* A-labels must convert to a U-label and back; other labels may not look like one. */
static void label_idn(struct arena *a, const struct sandbox_name *n, struct sandbox_name_fault *f)
{
    struct str label = n->label, back;
    struct error e;
    if (label.n < 4 || memcmp(label.p + 2, "--", 2) != 0)
        return;
    if (!str_starts(label, STR("xn--")))
        fault_set(f, EPP_POLICY, "Hyphens in places 3 and 4",
            STR("hyphens in positions 3 and 4 are for A-labels that begin with xn--"));
    else if (!n->tld.idn_allowed)
        fault_set(f, EPP_POLICY, "No IDNs in this TLD", STR("this TLD takes no internationalised names"));
    else if (idna_to_ascii(a, label, &back, &e) != OK || !str_eq(back, label))
        fault_set(f, EPP_VALUE, "Invalid A-label", str_printf(a, "%.*s is no valid A-label", STR_ARG(label)));
    else if (idna_check_label(a, label, &e) != OK)
        fault_set(f, EPP_POLICY, "Mixed scripts", str_dup(a, str_of(e.text)));
}

void sandbox_name_reserve(struct sandbox_name_fault *fault_r)
{
    fault_set(fault_r, EPP_POLICY, "Reserved", STR("the registry keeps this name for itself"));
}

void sandbox_name_read(
    struct sandbox_call *c, struct str text, struct sandbox_name *name_r, struct sandbox_name_fault *fault_r)
{
    struct arena *a = c->arena;
    struct str reason;
    *fault_r = (struct sandbox_name_fault){0};
    *name_r = (struct sandbox_name){0};
    if (!ldh_check(a, text, &name_r->name, &reason)) {
        fault_set(fault_r, EPP_VALUE, "Invalid name", reason);
        return;
    }
    ptrdiff_t dot = str_find(name_r->name, '.', 0);
    if (dot < 0) {
        fault_set(fault_r, EPP_POLICY, "Not a name below a TLD", STR("give a name below one of our TLDs"));
        return;
    }
    name_r->label = str_n(name_r->name.p, (size_t)dot);
    struct str tld = str_n(name_r->name.p + dot + 1, name_r->name.n - (size_t)dot - 1);
    const struct sandbox_tld *found = sandbox_tld_find(c->tlds, c->tlds_n, tld);
    if (found == NULL) {
        fault_set(fault_r, EPP_POLICY, "Not served here",
            str_printf(a, "this registry does not register names in .%.*s", STR_ARG(tld)));
        return;
    }
    name_r->tld = *found;
    if (name_r->label.n < found->label_min || name_r->label.n > found->label_max)
        fault_set(fault_r, EPP_POLICY, "Label too short or too long",
            str_printf(a, "a name in .%.*s has %u to %u characters", STR_ARG(tld), found->label_min, found->label_max));
    else
        label_idn(a, name_r, fault_r);
}

enum status sandbox_name_check(struct sandbox_call *c, struct str text, struct sandbox_name *name_r,
    struct sandbox_name_fault *fault_r, struct error *e)
{
    sandbox_name_read(c, text, name_r, fault_r);
    if (fault_r->code != 0)
        return OK;
    name_r->known = (struct sandbox_known){.name = name_r->name, .label = name_r->label};
    TRY(sandbox_names_known(c->db, c->arena, &name_r->known, 1, e));
    if (name_r->known.reserved)
        sandbox_name_reserve(fault_r);
    return OK;
}

bool sandbox_name_host(struct arena *a, struct str text, struct str *name_r, struct str *reason_r)
{
    if (!ldh_check(a, text, name_r, reason_r))
        return false;
    if (str_find(*name_r, '.', 0) < 0) {
        *reason_r = STR("a host's name has at least two labels");
        return false;
    }
    return true;
}

bool sandbox_name_superordinate(const struct sandbox_tld *tlds, size_t n, struct str host, struct str *domain_r)
{
    size_t dots[2] = {0, 0}; /* behind the last dot, behind the one before */
    for (size_t i = host.n; i > 0; i--) {
        if (host.p[i - 1] != '.')
            continue;
        if (dots[0] == 0) {
            dots[0] = i;
            continue;
        }
        dots[1] = i;
        break;
    }
    struct str tld = str_n(host.p + dots[0], host.n - dots[0]);
    if (dots[0] == 0 || sandbox_tld_find(tlds, n, tld) == NULL)
        return false;
    *domain_r = str_n(host.p + dots[1], host.n - dots[1]);
    return true;
}
