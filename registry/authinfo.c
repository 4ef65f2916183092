/* authInfo: the password that lets a domain be transferred (RFC 5731, RFC 9154), by the registry's rules. */
#include "base/crypto.h"
#include "registry/char_kinds.h"
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
        unsigned kind;
        struct str set;
    } kinds[] = {{CHARS_UPPER, STR(UPPER)}, {CHARS_LOWER, STR(LOWER)}, {CHARS_DIGIT, STR(DIGIT)},
        {CHARS_SIGN, p->authinfo_signs}};
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
        if ((p->authinfo_needs & kinds[i].kind) != 0)
            out[1 + (at + i) % (n - 1)] = one_of(kinds[i].set);
    return str_n(out, n);
}

static bool signs_taken(const struct registry_profile *p, struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_alnum(text.p[i]) && str_find(p->authinfo_signs, text.p[i], 0) < 0)
            return false;
    return true;
}

/* The text is a secret: it is not in the complaint. */
enum status registry_authinfo_check(const struct registry_profile *p, struct str text, struct error *e)
{
    if ((int64_t)text.n < p->authinfo_min || (int64_t)text.n > p->authinfo_max)
        return error_set(e, INVALID, "authinfo-length",
            "the authInfo has %zu characters; the registry %.*s takes %lld to %lld", text.n, STR_ARG(p->name),
            (long long)p->authinfo_min, (long long)p->authinfo_max);
    const char *lacking = char_kinds_lacking(p->authinfo_needs, text);
    if (lacking != NULL)
        return error_set(e, INVALID, "authinfo-characters", "the authInfo lacks %s", lacking);
    if (!signs_taken(p, text))
        return error_set(
            e, INVALID, "authinfo-characters", "the authInfo holds a character that the registry does not take");
    return OK;
}
