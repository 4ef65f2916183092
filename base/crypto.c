#include "base/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

static pthread_once_t crypto_once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256_md;

static void crypto_start(void)
{
    INVARIANT(sodium_init() >= 0);
    /* Fetched once: a fetch per digest costs more than the digest of something short. */
    sha256_md = EVP_MD_fetch(NULL, "SHA256", NULL);
    INVARIANT(sha256_md != NULL);
}

void crypto_init(void)
{
    INVARIANT(pthread_once(&crypto_once, crypto_start) == 0);
}

void crypto_random(void *p, size_t n)
{
    crypto_init();
    randombytes_buf(p, n);
}

uint64_t crypto_random_u64(void)
{
    uint64_t v;
    crypto_random(&v, sizeof(v));
    return v;
}

uint64_t crypto_random_below(uint64_t bound)
{
    INVARIANT(bound > 0);
    /* The first 2^64 mod bound values would make some results likelier: draw again. */
    uint64_t uneven = -bound % bound;
    for (;;) {
        uint64_t v = crypto_random_u64();
        if (v >= uneven)
            return v % bound;
    }
}

struct str crypto_token(struct arena *a, size_t n)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    const unsigned count = sizeof(letters) - 1;
    uint8_t pool[64]; /* each draw is a system call: not one for a letter */
    char *p = arena_alloc(a, n + 1);
    for (size_t i = 0; i < n;) {
        crypto_random(pool, sizeof(pool));
        for (size_t k = 0; k < sizeof(pool) && i < n; k++)
            if (pool[k] < 256 / count * count) /* above, some letters would be likelier */
                p[i++] = letters[pool[k] % count];
    }
    crypto_wipe(pool, sizeof(pool));
    return str_n(p, n);
}

void crypto_sha256(struct str in, uint8_t out[32])
{
    unsigned len = 0;
    crypto_init();
    INVARIANT(EVP_Digest(in.n != 0 ? in.p : "", in.n, out, &len, sha256_md, NULL) == 1 && len == 32);
}

void crypto_hmac_sha256(struct str key, struct str in, uint8_t out[32])
{
    unsigned len = 0;
    crypto_init();
    INVARIANT(key.n <= INT32_MAX);
    const unsigned char *data = (const unsigned char *)(in.n != 0 ? in.p : "");
    INVARIANT(HMAC(sha256_md, key.n != 0 ? key.p : "", (int)key.n, data, in.n, out, &len) != NULL && len == 32);
}

void crypto_siphash(const uint8_t key[16], const void *p, size_t n, uint8_t out[8])
{
    _Static_assert(crypto_shorthash_siphash24_KEYBYTES == 16 && crypto_shorthash_siphash24_BYTES == 8, "SipHash-2-4");
    (void)crypto_shorthash_siphash24(out, p, n, key); /* has no failure */
}

bool crypto_equal(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

void crypto_wipe(void *p, size_t n)
{
    if (n != 0)
        sodium_memzero(p, n);
}

struct str hex_encode(struct arena *a, const void *p, size_t n)
{
    char *hex = arena_array(a, n + 1, 2);
    (void)sodium_bin2hex(hex, n * 2 + 1, p, n);
    return str_n(hex, n * 2);
}

bool hex_decode(struct str hex, void *out, size_t n)
{
    size_t got = 0;
    return hex.n == n * 2 && sodium_hex2bin(out, n, hex.p != NULL ? hex.p : "", hex.n, NULL, &got, NULL) == 0 &&
           got == n;
}

struct str base64_encode(struct arena *a, const void *p, size_t n)
{
    size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(a, size);
    (void)sodium_bin2base64(text, size, p, n, sodium_base64_VARIANT_ORIGINAL);
    return str_n(text, size - 1);
}

bool base64_decode(struct arena *a, struct str in, struct str *out_r)
{
    size_t n = 0;
    const char *end = NULL;
    char *out = arena_alloc(a, in.n / 4 * 3 + 1);
    if (in.n % 4 != 0)
        return false;
    if (in.n != 0 && sodium_base642bin((unsigned char *)out, in.n / 4 * 3, in.p, in.n, NULL, &n, &end,
                         sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    if (in.n != 0 && end != in.p + in.n)
        return false;
    *out_r = str_n(out, n);
    return true;
}

/* ---- the master key ------------------------------------------------------------------------- */

static enum status key_file_failed(struct error *e, const char *path, const char *what)
{
    enum status s = errno == ENOENT ? NOT_FOUND : errno == EEXIST ? EXISTS : errno == EACCES ? DENIED : UNAVAILABLE;
    return error_set(e, s, "key-file", "cannot %s the key file %s: %s", what, path, strerror(errno));
}

static enum status key_file_check(int fd, const char *path, struct error *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return key_file_failed(e, path, "look at");
    if (!S_ISREG(st.st_mode))
        return error_set(e, INVALID, "key-file", "%s is not a regular file", path);
    if ((st.st_mode & 077) != 0)
        return error_set(e, DENIED, "key-file-mode",
            "the key file %s has mode %04o, so others may read it: chmod 600 it, and change the key if they have", path,
            (unsigned)st.st_mode & 07777);
    return OK;
}

/* 64 hex digits and at most one newline. */
static bool key_parse(struct str text, struct secret_key *k_r)
{
    size_t n = 0;
    if (str_ends(text, STR("\n")))
        text.n--;
    return text.n == 64 && sodium_hex2bin(k_r->b, sizeof(k_r->b), text.p, 64, NULL, &n, NULL) == 0 && n == 32;
}

static enum status key_read(int fd, const char *path, struct secret_key *k_r, struct error *e)
{
    char text[80];
    TRY(key_file_check(fd, path, e));
    ssize_t n = read(fd, text, sizeof(text));
    if (n < 0)
        return key_file_failed(e, path, "read");
    bool good = key_parse(str_n(text, (size_t)n), k_r);
    crypto_wipe(text, sizeof(text));
    if (!good)
        return error_set(e, INVALID, "key-file", "%s does not hold a key: 64 hex digits on one line", path);
    return OK;
}

enum status secret_key_load(const char *path, struct secret_key *k_r, struct error *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return key_file_failed(e, path, "open");
    enum status s = key_read(fd, path, k_r, e);
    (void)close(fd);
    return s;
}

enum status secret_key_create(const char *path, struct error *e)
{
    uint8_t key[32];
    char text[66];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return key_file_failed(e, path, "create");
    crypto_random(key, sizeof(key));
    (void)sodium_bin2hex(text, sizeof(text), key, sizeof(key));
    text[64] = '\n';
    bool written = write(fd, text, 65) == 65 && fsync(fd) == 0;
    enum status s = written ? OK : key_file_failed(e, path, "write");
    (void)close(fd);
    if (!written)
        (void)unlink(path);
    crypto_wipe(key, sizeof(key));
    crypto_wipe(text, sizeof(text));
    return s;
}

/* ---- secrets at rest ---------------------------------------------------------------------------
 * version (1 byte), nonce (24), ciphertext, tag (16). A random nonce of 192 bits needs no counter. */

#define SECRET_VERSION 1u
#define SECRET_HEAD (1 + (size_t)crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
#define SECRET_TAG ((size_t)crypto_aead_xchacha20poly1305_ietf_ABYTES)

static const unsigned char *bytes_of(struct str s)
{
    return (const unsigned char *)(s.p != NULL ? s.p : "");
}

struct str secret_seal(struct arena *a, const struct secret_key *k, struct str context, struct str plain)
{
    unsigned char *out = arena_alloc(a, SECRET_HEAD + plain.n + SECRET_TAG);
    unsigned long long n = 0;
    out[0] = SECRET_VERSION;
    crypto_random(out + 1, SECRET_HEAD - 1);
    INVARIANT(crypto_aead_xchacha20poly1305_ietf_encrypt(out + SECRET_HEAD, &n, bytes_of(plain), plain.n,
                  bytes_of(context), context.n, NULL, out + 1, k->b) == 0);
    return str_n((const char *)out, SECRET_HEAD + (size_t)n);
}

enum status secret_open(struct arena *a, const struct secret_key *k, struct str context, struct str sealed,
    struct str *plain_r, struct error *e)
{
    const unsigned char *in = bytes_of(sealed);
    unsigned long long n = 0;
    if (sealed.n < SECRET_HEAD + SECRET_TAG || in[0] != SECRET_VERSION)
        return error_set(
            e, INTERNAL, "secret-format", "what is stored for %.*s is not a sealed secret", STR_ARG(context));
    char *plain = arena_alloc(a, sealed.n - SECRET_HEAD - SECRET_TAG + 1);
    crypto_init();
    if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)plain, &n, NULL, in + SECRET_HEAD,
            sealed.n - SECRET_HEAD, bytes_of(context), context.n, in + 1, k->b) != 0)
        return error_set(e, INTERNAL, "secret-open",
            "the secret stored for %.*s does not open: another master key, or the stored value was changed",
            STR_ARG(context));
    *plain_r = str_n(plain, (size_t)n);
    return OK;
}

/* A sealed box has no place for a context, so a digest of it goes in front of the secret. */
#define CONTEXT_DIGEST 32

static void box_pair(const struct secret_key *k, uint8_t public[32], uint8_t secret[32])
{
    uint8_t seed[32];
    crypto_hmac_sha256(str_n((const char *)k->b, sizeof(k->b)), STR("fourways sealed box"), seed);
    _Static_assert(crypto_box_SEEDBYTES == 32 && crypto_box_PUBLICKEYBYTES == 32 && crypto_box_SECRETKEYBYTES == 32,
        "the key is of another size");
    INVARIANT(crypto_box_seed_keypair(public, secret, seed) == 0);
    crypto_wipe(seed, sizeof(seed));
}

void secret_key_public(const struct secret_key *k, struct public_key *p_r)
{
    uint8_t secret[32];
    crypto_init();
    box_pair(k, p_r->b, secret);
    crypto_wipe(secret, sizeof(secret));
}

struct str secret_seal_for(struct arena *a, const struct public_key *p, struct str context, struct str plain)
{
    size_t n = CONTEXT_DIGEST + plain.n;
    uint8_t *in = arena_alloc(a, n), *out = arena_alloc(a, n + crypto_box_SEALBYTES);
    crypto_init();
    crypto_sha256(context, in);
    memcpy(in + CONTEXT_DIGEST, bytes_of(plain), plain.n);
    INVARIANT(crypto_box_seal(out, in, n, p->b) == 0);
    crypto_wipe(in, n);
    return str_n((const char *)out, n + crypto_box_SEALBYTES);
}

enum status secret_open_mine(struct arena *a, const struct secret_key *k, struct str context, struct str sealed,
    struct str *plain_r, struct error *e)
{
    uint8_t public[32], secret[32], digest[CONTEXT_DIGEST];
    if (sealed.n < CONTEXT_DIGEST + crypto_box_SEALBYTES)
        return error_set(
            e, INTERNAL, "secret-format", "what is stored for %.*s is not a sealed secret", STR_ARG(context));
    size_t n = sealed.n - crypto_box_SEALBYTES;
    uint8_t *plain = arena_alloc(a, n + 1);
    crypto_init();
    box_pair(k, public, secret);
    crypto_sha256(context, digest);
    int rc = crypto_box_seal_open(plain, bytes_of(sealed), sealed.n, public, secret);
    crypto_wipe(secret, sizeof(secret));
    if (rc != 0 || memcmp(plain, digest, CONTEXT_DIGEST) != 0)
        return error_set(e, INTERNAL, "secret-open",
            "the secret stored for %.*s does not open: another master key, or the stored value was changed",
            STR_ARG(context));
    *plain_r = str_n((const char *)plain + CONTEXT_DIGEST, n - CONTEXT_DIGEST);
    return OK;
}

/* ---- passwords ---------------------------------------------------------------------------------
 * The interactive cost (64 MiB, 2 passes) is three times what OWASP asks at least; more would let a
 * handful of log-ins take the memory of the machine. */

struct str password_hash(struct arena *a, struct str password)
{
    char *text = arena_alloc(a, crypto_pwhash_STRBYTES);
    crypto_init();
    INVARIANT(
        crypto_pwhash_str_alg(text, password.n != 0 ? password.p : "", password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0);
    return str_of(text);
}

bool password_verify(struct str hash, struct str password)
{
    char text[crypto_pwhash_STRBYTES] = {0};
    if (hash.n == 0 || hash.n >= sizeof(text))
        return false;
    memcpy(text, hash.p, hash.n);
    crypto_init();
    return crypto_pwhash_str_verify(text, password.n != 0 ? password.p : "", password.n) == 0;
}
