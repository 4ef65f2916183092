/* The one door through which an order's state changes after it was placed, and the leases. Only workers use it. */
#ifndef FW_REGISTRAR_ADVANCE_H
#define FW_REGISTRAR_ADVANCE_H

#include "registrar/order.h"

/* Takes the order that has been due longest, of a batch only where there is no other, or gives NOT_FOUND. The lease is committed when it returns; it ends at
 * now + lease_us. */
enum status order_lease(struct db *db, struct arena *a, struct str owner, time_us now, int64_t lease_us,
    struct order *o_r, struct error *e) FW_MUST_CHECK;
/* The same for as many as max (at most ORDER_LEASES_MAX) with one commit, for when many are due: those of a batch, or
 * those that are not. */
#define ORDER_LEASES_MAX 8
enum status order_lease_some(struct db *db, struct arena *a, struct str owner, time_us now, int64_t lease_us,
    bool batch, size_t max, struct order *list_r, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* Ends all leases of an owner that works on nothing: known to be dead (its instance lock is ours), or ourselves at the
 * end. */
enum status order_lease_release(struct db *db, struct str owner, time_us now, struct error *e) FW_MUST_CHECK;

/* A step that was run with success and whose end is not in the database yet. What nobody outside can see needs no
 * commit of its own: the trail of such steps is written together, in the transaction of the order's next move. Whoever
 * dies before runs them once more. */
#define ORDER_TRAIL_MAX 16
struct order_passed {
    struct str step;
    const struct str *detail; /* read when it is written, so keep may set it; NULL: none */
    time_us started, finished;
    int attempt; /* of the order at this step: goes on counting where keep is refused */
    /* What the step leaves in our own database; NULL: nothing. In the transaction, which may run again: it reads and
     * writes through db only, and what it changes in the order is the same each time. */
    enum status (*keep)(struct db *db, void *ctx, struct error *e);
    void *ctx;
    void (*told)(void *ctx); /* called when it is committed; NULL: not */
};
struct order_trail {
    struct order_passed at[ORDER_TRAIL_MAX];
    size_t n;
    int refused; /* out: the place in `at` whose keep has failed, and with it the move; -1: none */
};

enum order_event {
    ORDER_GO_ON, /* nothing but the trail; the order stands at its step, or is done where that is "" */
    ORDER_STEP_DONE, /* on to the next step, or done */
    ORDER_STEP_WAIT, /* the same step again at `next_run` */
    ORDER_STEP_RETRY, /* the same, and it was an error */
    ORDER_STEP_FAILED, /* for good: undo what was done */
    ORDER_UNDO_DONE, /* on to the undo before it, or failed */
    ORDER_UNDO_RETRY,
};
struct order_move {
    enum order_event event;
    time_us next_run; /* WAIT, RETRY */
    const struct error *why; /* RETRY, FAILED; must live as long as the order, which points into it */
    bool needs_person;
    time_us patient_until; /* WAIT: not before then is it shown to a person; 0: as below */
    struct str detail;
    struct order_trail *trail; /* steps before the one that the order stands at; NULL: none */
};
/* An order that waits at one step for longer than this is shown to a person, though it goes on. */
#define ORDER_PATIENCE_US (3600 * US_PER_S)

/* One transaction: the trail, the step's row in the timeline, the order's new state under its lease, and where the
 * order ends in failure the release of what it held (hold, name). Keeps the lease (until now + lease_us) while the order goes
 * on, gives it back when it waits or has ended. `why` must live as long as the order does. CONFLICT "lease-lost":
 * somebody else has it; drop the order. */
enum status order_advance(struct db *db, struct order *o, const struct order_move *m, time_us now, int64_t lease_us,
    struct error *e) FW_MUST_CHECK;
/* What steps learn: kept at once, under the lease. */
enum status order_set_zone(struct db *db, struct order *o, int64_t zone_id, bool made, struct error *e) FW_MUST_CHECK;
enum status order_set_zone_version(struct db *db, struct order *o, int64_t version, struct error *e) FW_MUST_CHECK;
enum status order_set_cur_expires(struct db *db, struct order *o, time_us expires, struct error *e) FW_MUST_CHECK;

enum status order_set_secret(struct db *db, struct order *o, struct str sealed, struct error *e) FW_MUST_CHECK;

/* CONFLICT "lease-lost" when the order is in other hands; in a transaction it stays in ours until the commit. For what
 * must not be done twice and cannot tell by itself. */
enum status order_lease_check(struct db *db, const struct order *o, struct error *e) FW_MUST_CHECK;

/* Makes an order due now, for a message that came in. Unknown, ended or being worked on: OK, nothing happens;
 * *live_r (may be NULL) says whether it is under way. */
enum status order_poke(struct db *db, int64_t id, time_us now, bool *live_r, struct error *e) FW_MUST_CHECK;

/* The same for the transfer of a domain or contact, to us or away, of which a message tells. */
enum status order_poke_transfer(
    struct db *db, struct arena *a, struct str name, time_us now, struct error *e) FW_MUST_CHECK;

/* Orders that are open, and those that need a person: for /metrics. */
enum status order_counts(struct db *db, int64_t *live_r, int64_t *needs_person_r, struct error *e) FW_MUST_CHECK;

#endif
