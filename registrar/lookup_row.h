/* Both ends of the lookup table: the asking side (lookup.c) and the answering one (lookup_worker.c). */
#ifndef FW_REGISTRAR_LOOKUP_ROW_H
#define FW_REGISTRAR_LOOKUP_ROW_H

#include "registrar/desk.h"

#include "base/json.h"

#define LOOKUP_ANSWER_MAX ((size_t)16384)
#define LOOKUP_STALE_US (60 * US_PER_S) /* older questions are not carried to the registry: whoever asked has gone */

struct lookup_row {
    int64_t id;
    struct str kind, name;
    struct str names; /* "checks": apart by blanks, the first of them is `name`; "quotes": before them "create:2";
                       * "contact-transfer": the registry, as its profile is called */
    struct str secret; /* "quotes": an allocation token, sealed (sealing.h) for `name`; STR_NULL: none */
    time_us created;
};

/* Asks and waits for the answer. */
enum status lookup_ask(const struct desk *d, struct db *db, struct arena *a, const char *kind, struct str typed,
    int timeout_ms, struct json_val **answer_r, struct str *name_r, struct error *e) FW_MUST_CHECK;
/* The same with what stands in the row: kind and name, names and secret where the kind has them. */
enum status lookup_put(const struct desk *d, struct db *db, struct arena *a, const struct lookup_row *row,
    int timeout_ms, struct json_val **answer_r, struct error *e) FW_MUST_CHECK;
/* NOT_FOUND when there is nothing to do. token: random, the claim. */
enum status lookup_take(
    struct db *db, struct arena *a, int64_t token, struct lookup_row *row_r, struct error *e) FW_MUST_CHECK;
enum status lookup_done(struct db *db, int64_t id, struct str answer, struct error *e) FW_MUST_CHECK;
enum status lookup_failed(struct db *db, int64_t id, const struct error *why, struct error *e) FW_MUST_CHECK;

#endif
