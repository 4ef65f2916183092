#include "epp/auth.h"

#include "base/crypto.h"

const struct epp_extension epp_secure_auth_extension = {.uri = EPP_SECURE_AUTH_NS};

struct epp_auth epp_auth_set(struct str pw)
{
    return (struct epp_auth){.pw = pw};
}

struct epp_auth epp_auth_blank(void)
{
    return (struct epp_auth){.pw = STR("")};
}

struct epp_auth epp_auth_cleared(enum epp_object object)
{
    return object == EPP_DOMAIN ? (struct epp_auth){.null = true} : epp_auth_blank();
}

bool epp_auth_none(const struct epp_auth *auth)
{
    return auth->null || (auth->pw.p != NULL && auth->pw.n == 0);
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:=@^_";

struct str epp_auth_new(struct arena *a, size_t n)
{
    INVARIANT(n >= EPP_AUTH_LENGTH);
    char *out = arena_alloc(a, n);
    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[crypto_random_below(sizeof alphabet - 1)];
    return str_n(out, n);
}

/* How many characters there are of each kind that stands in it. */
static unsigned characters_of_its_kinds(struct str pw)
{
    bool digit = false, lower = false, upper = false, other = false;
    for (size_t i = 0; i < pw.n; i++) {
        char c = pw.p[i];
        digit = digit || ascii_is_digit(c);
        lower = lower || (c >= 'a' && c <= 'z');
        upper = upper || (c >= 'A' && c <= 'Z');
        other = other || !ascii_is_alnum(c);
    }
    return 10u * digit + 26u * lower + 26u * upper + 33u * other;
}

bool epp_auth_strong(struct str pw)
{
    double values = 1;
    for (size_t i = 0; i < pw.n && values < 0x1p128; i++)
        values *= characters_of_its_kinds(pw);
    return values >= 0x1p128;
}

#define SALT 16
#define DIGEST 32

static struct str digest(struct arena *a, struct str salt, struct str pw)
{
    uint8_t out[DIGEST];
    crypto_hmac_sha256(salt, pw, out);
    return hex_encode(a, out, sizeof out);
}

struct str epp_auth_hash(struct arena *a, struct str pw)
{
    uint8_t random[SALT];
    if (pw.n == 0)
        return STR("");
    crypto_random(random, sizeof random);
    struct str salt = hex_encode(a, random, sizeof random);
    return str_printf(a, "%.*s:%.*s", STR_ARG(salt), STR_ARG(digest(a, salt, pw)));
}

bool epp_auth_matches(struct str hash, struct str pw)
{
    struct str rest = hash, salt;
    if (pw.n == 0 || hash.n != 2 * SALT + 1 + 2 * DIGEST || !str_take(&rest, ':', &salt) || salt.n != 2 * SALT)
        return false;
    struct arena a;
    arena_init(&a, 0);
    bool same = crypto_equal(rest, digest(&a, salt, pw));
    arena_clear(&a);
    return same;
}
