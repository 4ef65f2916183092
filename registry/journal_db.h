/* The journal's rows (table registry_command). Private to registry/: callers use journal.h. */
#ifndef FW_REGISTRY_JOURNAL_DB_H
#define FW_REGISTRY_JOURNAL_DB_H

#include "registry/combine.h"
#include "registry/journal.h"
#include "registry/transcript.h"

enum journal_state { JOURNAL_INTENT, JOURNAL_UNKNOWN, JOURNAL_PENDING, JOURNAL_DONE, JOURNAL_FAILED, JOURNAL_VOID };

struct journal_row {
    struct str key, verb, object, cltrid;
    int attempt;
    enum journal_state state;
    time_us created;
    time_us first; /* created of the key's first attempt */
    bool unsent; /* of none of the attempts, this one included, has a byte gone out */
    struct str op; /* of a transfer: "request" …; only written */
    time_us basis; /* renew: expiry before */
    int code; /* 0: none */
    bool asked;
    struct str msg, svtrid;
    time_us object_created, object_expires;
    time_us answered, looked, confirmed; /* 0: not */
    struct registry_fee fee; /* in the command */
    struct registry_fee charged; /* as the answer says; the currency is the fee's */
    /* Only for the transcript, at the next write: */
    struct str session, received, note;
};

/* The newest attempt of the key; NOT_FOUND without text. Threads that look at the same time do so by one query. */
enum status journal_last(
    const struct registry_work *w, const char *key, struct journal_row *row_r, struct error *e) FW_MUST_CHECK;
#define JOURNAL_LOOKS_MAX 8
void journal_looks_run(void *ctx, struct combine_item *const *items, size_t n); /* the group's */
/* Committed when it returns OK, with its row in the transcript, and before that the question that went ahead of it
 * (NULL: none). CONFLICT "registry-attempt-taken" if another process was first. */
enum status journal_insert(const struct registry_work *w, struct journal_row *row, int64_t order_id, struct str frame,
    const struct transcript_row *asked, struct error *e) FW_MUST_CHECK;
/* Writes state and all that was answered, with a row in the transcript, provided the row is still undecided; CONFLICT
 * "registry-attempt-moved" if another process decided it. */
enum status journal_update(const struct registry_work *w, struct journal_row *row, struct error *e) FW_MUST_CHECK;
/* Writes when a pending row was looked at, or a done one confirmed; the transcript says what was seen. */
enum status journal_seen(const struct registry_work *w, struct journal_row *row, struct error *e) FW_MUST_CHECK;
/* Settles, inside the caller's transaction, the pending row of the command that a message decides, by its clTRID, or of
 * an earlier attempt that it was found to go back to; where the message names no clTRID of ours, by the svTRID that its
 * answer had, together with the object. *key_r: the row's key, STR_NULL if there is no such row. A row settled before stays
 * as it is. */
enum status journal_settle(
    const struct registry_work *w, const struct registry_message *m, struct str *key_r, struct error *e) FW_MUST_CHECK;

/* The same of a pending transfer request, by its domain or contact, when a message says how the transfer ended
 * that was requested then, by the registry's clock. Our own answers to requests of others are not meant. */
enum status journal_settle_transfer(const struct registry_work *w, const struct registry_message *m, time_us requested,
    bool approved, struct str text, struct str *key_r, struct error *e) FW_MUST_CHECK;

/* The request for the transfer of the same object that was pending when we sent the cancel r with that clTRID. */
enum status journal_settle_cancelled(
    const struct registry_work *w, const struct registry_request *r, struct str cltrid, struct error *e) FW_MUST_CHECK;

#endif
