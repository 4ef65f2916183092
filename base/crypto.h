/* Randomness, digests, secrets at rest, passwords. OpenSSL's digests and libsodium stay behind
 * this door. */
#ifndef FW_BASE_CRYPTO_H
#define FW_BASE_CRYPTO_H

#include "base/buf.h"
#include "base/error.h"

void crypto_init(void); /* once, before threads; aborts if the libraries cannot start */
void crypto_random(void *p, size_t n) FW_NONNULL_ALL;
uint64_t crypto_random_u64(void);
uint64_t crypto_random_below(uint64_t bound); /* uniform; bound > 0 */
/* n characters of [a-z0-9] without look-alikes, for tokens and identifiers. */
struct str crypto_token(struct arena *a, size_t n);
void crypto_sha256(struct str in, uint8_t out[32]);
void crypto_hmac_sha256(struct str key, struct str in, uint8_t out[32]);
/* SipHash-2-4 with 64 bits, as DNS cookies demand it (RFC 9018 §4.4); quick enough for every packet. */
void crypto_siphash(const uint8_t key[16], const void *p, size_t n, uint8_t out[8]) FW_NONNULL_ALL;
bool crypto_equal(struct str a, struct str b); /* constant time for equal lengths */
void crypto_wipe(void *p, size_t n);

struct str hex_encode(struct arena *a, const void *p, size_t n);
/* Exactly n bytes from 2 n digits of either case; false, and out undefined, for anything else. */
bool hex_decode(struct str hex, void *out, size_t n) FW_NONNULL_ALL;
struct str base64_encode(struct arena *a, const void *p, size_t n);
bool base64_decode(struct arena *a, struct str in, struct str *out_r); /* strict, padded */

/* Secrets at rest: XChaCha20-Poly1305 under a 32-byte master key; the context string is bound in,
 * so a ciphertext cannot be moved to another row or column. What does not open is INTERNAL "secret-open"
 * ("secret-format" where it never was one); the context stands in the text. */
struct secret_key {
    uint8_t b[32];
};
/* Reads a file of 64 hex digits (mode 0600 demanded). */
enum status secret_key_load(const char *path, struct secret_key *k_r, struct error *e) FW_MUST_CHECK;
enum status secret_key_create(const char *path, struct error *e) FW_MUST_CHECK; /* O_EXCL, 0600 */
struct str secret_seal(struct arena *a, const struct secret_key *k, struct str context, struct str plain);
enum status secret_open(struct arena *a, const struct secret_key *k, struct str context, struct str sealed,
    struct str *plain_r, struct error *e) FW_MUST_CHECK;

/* Secrets for somebody else: sealed with the public half that belongs to a master key, opened only with the key itself
 * (X25519 and XSalsa20-Poly1305, libsodium's sealed box; the pair is derived from the key). Whoever seals cannot open
 * again. The context is bound in as above; at most 64 KiB. */
struct public_key {
    uint8_t b[32];
};
void secret_key_public(const struct secret_key *k, struct public_key *p_r) FW_NONNULL_ALL;
struct str secret_seal_for(struct arena *a, const struct public_key *p, struct str context, struct str plain);
enum status secret_open_mine(struct arena *a, const struct secret_key *k, struct str context, struct str sealed,
    struct str *plain_r, struct error *e) FW_MUST_CHECK;

/* argon2id, the encoded form with parameters; takes 64 MiB and about a tenth of a second. A hash that is
 * none verifies nothing. */
struct str password_hash(struct arena *a, struct str password);
bool password_verify(struct str hash, struct str password);

#endif
