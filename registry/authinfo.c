/* authInfo: the password that lets a domain be transferred (RFC 5731, RFC 9154), by the registry's rules. */
#include "base/crypto.h"
#include "registry/registry.h"

/* Without the characters that people mistake for others. */
#define UPPER "ABCDEFGHJKLMNPQRSTUVWXYZ"
#define LOWER "abcdefghijkmnopqrstuvwxyz"
#define DIGIT "23456789"
/* 24 of these characters are 138 bits; RFC 9154 4.1 wants 128. */
#define LENGTH_USUAL 24

static char one_of(struct str set)
{
    return set.p[crypto_random_below(set.n)];
}

/* One of each kind that is demanded stands at a place of its own, not the first: some registries want a letter there. */
struct str registry_authinfo_new(const struct registry_profile *p, struct arena *a)
{
    const struct {
        bool needed;
        struct str set;
    } kinds[] = {{p->authinfo_needs_upper, STR(UPPER)}, {p->authinfo_needs_lower, STR(LOWER)},
        {p->authinfo_needs_digit, STR(DIGIT)}, {p->authinfo_needs_sign, p->authinfo_signs}};
    size_t n = LENGTH_USUAL;
    if ((int64_t)n < p->authinfo_min)
        n = (size_t)p->authinfo_min;
    if ((int64_t)n > p->authinfo_max)
        n = (size_t)p->authinfo_max;
    char *out = arena_alloc(a, n + 1);
    out[0] = one_of(STR(UPPER LOWER));
    for (size_t i = 1; i < n; i++)
        out[i] = one_of(STR(UPPER LOWER DIGIT));
    size_t at = crypto_random_below(n - 1);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (kinds[i].needed)
            out[1 + (at + i) % (n - 1)] = one_of(kinds[i].set);
    return str_n(out, n);
}

static bool is_among(char c, struct str set)
{
    return str_find(set, c, 0) >= 0;
}

/* What is wrong with a character; NULL: nothing. */
static const char *sign_objection(const struct registry_profile *p, char c)
{
    if (ascii_is_alnum(c) || is_among(c, p->authinfo_signs))
        return NULL;
    return "holds a character that the registry does not take";
}

static const char *kinds_objection(const struct registry_profile *p, struct str text)
{
    bool upper = false, lower = false, digit = false, sign = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        upper |= c >= 'A' && c <= 'Z';
        lower |= c >= 'a' && c <= 'z';
        digit |= c >= '0' && c <= '9';
        sign |= !ascii_is_alnum(c);
    }
    if (p->authinfo_needs_upper && !upper)
        return "lacks a capital letter";
    if (p->authinfo_needs_lower && !lower)
        return "lacks a small letter";
    if (p->authinfo_needs_digit && !digit)
        return "lacks a digit";
    return p->authinfo_needs_sign && !sign ? "lacks a sign" : NULL;
}

/* The text is a secret: it is not in the complaint. */
enum status registry_authinfo_check(const struct registry_profile *p, struct str text, struct error *e)
{
    if ((int64_t)text.n < p->authinfo_min || (int64_t)text.n > p->authinfo_max)
        return error_set(e, INVALID, "authinfo-length",
            "the authInfo has %zu characters; the registry %.*s takes %lld to %lld", text.n, STR_ARG(p->name),
            (long long)p->authinfo_min, (long long)p->authinfo_max);
    const char *why = kinds_objection(p, text);
    for (size_t i = 0; i < text.n && why == NULL; i++)
        why = sign_objection(p, text.p[i]);
    return why == NULL ? OK : error_set(e, INVALID, "authinfo-characters", "the authInfo %s", why);
}
