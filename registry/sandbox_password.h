/* Passwords at login that this process has verified before.
 *
 * A password's hash is slow on purpose, 64 MiB and tens of milliseconds, which whoever opens a session pays, and whoever
 * opens many (a client whose connections are cut) pays again and again. What was verified is remembered as a keyed
 * digest of stored hash and password, in memory alone, under a key that lives as long as the process: a wrong password
 * costs the slow hash each time, and a changed one has another stored hash.
 */
#ifndef FW_REGISTRY_SANDBOX_PASSWORD_H
#define FW_REGISTRY_SANDBOX_PASSWORD_H

#include <pthread.h>

#include "base/arena.h"
#include "base/str.h"

#define SB_PASSWORDS_MAX 16 /* remembered; the oldest goes first */

struct sandbox_passwords {
    pthread_mutex_t mutex;
    uint8_t key[32];
    uint8_t seen[SB_PASSWORDS_MAX][32];
    size_t n, next;
};

void sandbox_passwords_init(struct sandbox_passwords *p) FW_NONNULL_ALL;
void sandbox_passwords_clear(struct sandbox_passwords *p) FW_NONNULL_ALL;
/* As password_verify (base/crypto.h). The arena is for what is wiped with it. */
bool sandbox_password_verify(
    struct sandbox_passwords *p, struct arena *a, struct str hash, struct str password) FW_MUST_CHECK;

#endif
