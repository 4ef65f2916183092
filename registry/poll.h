/* The registry's messages to us (RFC 5730 2.9.2.3): read, kept, applied, acknowledged.
 *
 * Each message is stored (table registry_message, unique by registry and message id, committed)
 * before anything else; then applied, in one transaction with its row's new state; and only then
 * acknowledged, which removes it at the registry. Killed at any point, the next run goes on: a
 * message seen again is recognised, one that was applied is not applied twice.
 *
 * A DECIDED message first settles the journal row of the command that was pending, in that same
 * transaction, and a TRANSFER message that says how our own request ended settles that request; then the registrar's own function is told. Who runs it: one worker at a time per
 * registry, from the registrar's schedule.
 */
#ifndef FW_REGISTRY_POLL_H
#define FW_REGISTRY_POLL_H

#include "registry/registry.h"

/* A message that cannot be read, or not whole, is nothing to act upon, and still must not stop those behind it: the
 * queue is first in, first out, and what it holds back may be the decisions that orders wait for. So it is stored as it
 * came (state quarantined), acknowledged, since the registry's copy is no longer the only one, and shown to people
 * (messages_needing_person; `fourways epp messages`) until they say that it is dealt with. What its data would have
 * said is found out by asking: pending commands are asked about in any case (registry/journal.h). One whose very id
 * cannot be made out cannot be acknowledged: it is stored too, and the run ends with the error, at each poll, until the
 * registry mends it.
 */

/* Runs inside the transaction that marks the message applied: write only through w->db, begin or
 * commit nothing. `key`: the journal key of the command that the message decides; STR_NULL if it is
 * none of ours. A failure that may pass (WORKER_RETRY) leaves the message for the next run; any other
 * keeps it as failed, to be looked at by a person, and the queue moves on. */
struct poll_handler {
    enum status (*apply)(
        void *ctx, const struct registry_work *w, const struct registry_message *m, struct str key, struct error *e);
    void *ctx;
};

/* Handles up to max messages; *n_r says how many were acknowledged (0: the queue is empty). */
enum status registry_poll_run(const struct registry_work *w, const struct poll_handler *h, size_t max, size_t *n_r,
    struct error *e) FW_MUST_CHECK;

/* Messages that a person must look at: quarantined, or failed to be applied. */
struct message_note {
    int64_t id;
    struct str registry, message; /* message: the registry's id of it */
    time_us queued, received;
    struct str object, text, state, error;
    time_us acked, handled; /* 0: not */
    struct str frame; /* message_find only */
};
enum status messages_needing_person(struct db *db, struct arena *a, size_t max, struct message_note **list_r,
    size_t *n_r, struct error *e) FW_MUST_CHECK;
enum status message_find(
    struct db *db, struct arena *a, int64_t id, struct message_note *n_r, struct error *e) FW_MUST_CHECK;
/* NOT_FOUND where it is none of those. */
enum status message_set_handled(struct db *db, int64_t id, time_us now, struct error *e) FW_MUST_CHECK;

#endif
