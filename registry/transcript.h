/* The transcript: what we sent to a registry, what it said, when, and on which session, as evidence.
 *
 * Who writes it: the journal, in the very transaction that commits an intent or a result, so that a command
 * without its row is as impossible as a command without its intent; the reads of single objects (info, transfer
 * query), after their answer; the poll loop, with each message. Checks are not written: they name many domains,
 * change nothing, and are most of the traffic. Who reads it: people, by `fourways epp log NAME`.
 *
 * Each registry has one chain. A row's hash is SHA-256 over the hash of the row before it (32 bytes, zeros for the
 * first) and the row's canonical bytes: the text "fourways-transcript-1", then each of registry, seq, at, kind,
 * verb, object, ref, cltrid, svtrid, session, code, sent, received, note as a netstring (length in decimal, colon,
 * bytes, comma); numbers in decimal, what is absent as the empty string. The table registry_chain keeps how many
 * rows there must be and the last hash.
 *
 * What transcript_verify finds: a row that was changed, inserted, exchanged or removed anywhere, the tail included,
 * and a head that was set back. What it cannot find by itself: a chain that somebody who may write both tables has
 * computed anew from some row on (the registrar's database user may not change rows, only add them), and rows that
 * never were written. Against the first the head is said in the registrar's log from time to time
 * (`transcript seq=… hash=…`): a verification that is given such a head holds the chain to it.
 *
 * Cost: appends take a lock on the chain's head until the transaction ends, so that commits of one registry's
 * transcript follow one another. Rows that are appended together, in one call, cost one lock and one commit: a group
 * commit of the journal writes the rows of its whole group so. The head's lock is the last one a transaction
 * takes: call transcript_append after all other writes.
 */
#ifndef FW_REGISTRY_TRANSCRIPT_H
#define FW_REGISTRY_TRANSCRIPT_H

#include "base/clock.h"
#include "base/db.h"

#define TRANSCRIPT_HASH 32
#define TRANSCRIPT_SESSION_MAX 32

enum transcript_kind {
    TRANSCRIPT_INTENT, /* committed before the first byte goes out; `session` is the one it was meant for */
    TRANSCRIPT_RESULT, /* the answer, or that none came (code 0) */
    TRANSCRIPT_QUERY, /* a question that changes nothing, with its answer */
    TRANSCRIPT_VERDICT, /* what asking brought to light about an earlier command */
    TRANSCRIPT_MESSAGE /* of the registry's queue */
};

/* Strings that are absent are STR_NULL or empty. Over-long ones are cut before they are hashed. */
struct transcript_row {
    enum transcript_kind kind;
    time_us at; /* when it was written down; rows of several threads may stand a little out of its order */
    struct str verb, object; /* "domain-create", "example.test" */
    struct str ref; /* the journal's key */
    struct str cltrid, svtrid, session;
    int code; /* 0: no answer */
    struct str sent, received; /* XML; no secrets */
    struct str note;
    /* filled by transcript_append and by reading */
    struct str registry;
    int64_t seq;
    uint8_t hash[TRANSCRIPT_HASH];
};

struct transcript_head {
    int64_t seq; /* 0: nothing was ever written */
    uint8_t hash[TRANSCRIPT_HASH];
};

/* "intent", "result" … */
const char *transcript_kind_word(enum transcript_kind k) FW_RETURNS_NONNULL;

/* Inside the caller's transaction, as its last writes. */
enum status transcript_append(struct db *db, struct arena *a, struct str registry, struct transcript_row *rows,
    size_t n, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The same for who appends again and again: *h is the head as its last commit left it (seq 0: not known), which saves
 * asking for it, and becomes the new one. Where somebody else has appended meanwhile it is found out and asked for.
 * After a transaction that was not committed *h is not the head: set it back to what it was, or to zero. */
enum status transcript_append_behind(struct db *db, struct arena *a, struct str registry, struct transcript_row *rows,
    size_t n, struct transcript_head *h, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* In a transaction of its own. */
enum status transcript_add(struct db *db, struct arena *a, struct str registry, struct transcript_row *row,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* The hash of a row that follows `before`. */
void transcript_hash(
    const struct transcript_row *row, const uint8_t before[TRANSCRIPT_HASH], uint8_t out[TRANSCRIPT_HASH]);

enum status transcript_head(struct db *db, struct arena *a, struct str registry, struct transcript_head *h_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* All registries that have a chain. */
enum status transcript_registries(
    struct db *db, struct arena *a, struct str **ids_r, size_t *n_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* The newest rows about an object (A-labels, lower case), at most `max`, oldest first. */
enum status transcript_of(struct db *db, struct arena *a, struct str object, size_t max, struct transcript_row **rows_r,
    size_t *n_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

struct transcript_fault {
    int64_t seq; /* the first row that is wrong or missing; 0: the chain is whole */
    struct str what;
};
/* Reads the chain from its first row. `known`: a head noted earlier that it must pass through; NULL: none.
 * *rows_r: how many rows were read. OK also where a fault was found. */
enum status transcript_verify(struct db *db, struct arena *a, struct str registry, const struct transcript_head *known,
    struct transcript_fault *fault_r, int64_t *rows_r, struct error *e) FW_MUST_CHECK;

#endif
