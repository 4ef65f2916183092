/* Workers: threads that lease orders that are due and run their steps.
 *
 * A lease is a token and an end time in the order's row, committed before the step runs. A worker whose lease was
 * taken over finds its next order_advance() refused. Whoever dies leaves a lease that ends by itself, or that
 * the next process of the same instance name ends at its start; whoever ends in order gives all leases back.
 */
#ifndef FW_REGISTRAR_WORKER_H
#define FW_REGISTRAR_WORKER_H

#include "registrar/step.h"

struct workers;

struct workers_settings {
    struct registrar *us;
    unsigned order_threads, lookup_threads;
    int lease_s; /* how long a step may take */
    int idle_ms; /* how often to look when nobody wakes us */
    int poll_ms; /* how often to ask each registry for messages */
    const struct net_addr *wake;
};
enum status workers_start(const struct workers_settings *s, struct workers **w_r, struct error *e) FW_MUST_CHECK;
/* Waits for the steps under way, then ends the leases of what is left. */
void workers_stop(struct workers **w);

/* One step of a leased order, with all that follows from it, committed. OK also when the step failed or has to wait: the order says;
 * go on while it has its lease and has not ended. The arena must live as long as the order. */
enum status worker_step(const struct registrar *us, struct db *db, struct arena *a, struct order *o, int64_t lease_us,
    struct error *e) FW_MUST_CHECK;

/* All of its steps until it ends, waits, or is lost to another; commits as rarely as the steps allow. */
enum status worker_run(const struct registrar *us, struct db *db, struct arena *a, struct order *o, int64_t lease_us,
    struct error *e) FW_MUST_CHECK;

struct registry_work;
struct registry_message;
/* For registry_poll_run: what a message means for orders. */
enum status message_apply(void *ctx, const struct registry_work *w, const struct registry_message *m, struct str key,
    struct error *e) FW_MUST_CHECK;

/* One lookup or none; *did_r says. registrar/lookup_worker.c */
enum status lookup_serve(
    const struct registrar *us, struct db *db, time_us now, bool *did_r, struct error *e) FW_MUST_CHECK;
/* Answers that nobody fetched go after an hour. */
enum status lookup_sweep(struct db *db, time_us now, struct error *e) FW_MUST_CHECK;

#endif
