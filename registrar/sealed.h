/* A secret in a column: sealed (base/crypto.h), made on first use, the first one stored stays. */
#ifndef FW_REGISTRAR_SEALED_H
#define FW_REGISTRAR_SEALED_H

#include "base/crypto.h"
#include "base/db.h"

struct sealed_column {
    const struct db_query *find; /* SELECT column WHERE key = ? */
    const struct db_query *set; /* UPDATE column = ? WHERE key = ? AND column IS NULL */
    struct db_val key;
    struct str context; /* bound into the ciphertext */
};
enum status sealed_get_or_make(struct db *db, struct arena *a, const struct secret_key *sealing,
    const struct sealed_column *col, struct str fresh, struct str *plain_r, struct error *e) FW_MUST_CHECK;

#endif
