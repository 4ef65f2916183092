/* The registry's messages to us (RFC 5730 2.9.2.3): read, kept, applied, acknowledged.
 *
 * Each message is stored (table registry_message, unique by registry and message id, committed)
 * before anything else; then applied, in one transaction with its row's new state; and only then
 * acknowledged, which removes it at the registry. Killed at any point, the next run goes on: a
 * message seen again is recognised, one that was applied is not applied twice.
 *
 * A DECIDED message first settles the journal row of the command that was pending, in that same
 * transaction; then the registrar's own function is told. Who runs it: one worker at a time per
 * registry, from the registrar's schedule.
 */
#ifndef FW_REGISTRY_POLL_H
#define FW_REGISTRY_POLL_H

#include "registry/registry.h"

/* Runs inside the transaction that marks the message applied: write only through w->db, begin or
 * commit nothing. `key`: the journal key of the command that a DECIDED message decides; STR_NULL if it is
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

#endif
