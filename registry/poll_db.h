/* The registry's messages as rows (table registry_message). Private to registry/. */
#ifndef FW_REGISTRY_POLL_DB_H
#define FW_REGISTRY_POLL_DB_H

#include "registry/poll.h"

enum message_state { MESSAGE_STORED, MESSAGE_APPLIED, MESSAGE_ACKED, MESSAGE_FAILED, MESSAGE_QUARANTINED };

/* Stores it unless it is there already, with a row in the transcript; its row id and state either way. */
enum status message_store(const struct registry_work *w, const struct registry_message *m, struct str session,
    int64_t *id_r, enum message_state *state_r, struct error *e) FW_MUST_CHECK;
/* Whether one that has no id stands there and waits for a person. */
enum status message_nameless_waits(const struct registry_work *w, bool *waits_r, struct error *e) FW_MUST_CHECK;
/* The state, the row locked: for use inside a transaction. */
enum status message_lock(
    const struct registry_work *w, int64_t id, enum message_state *state_r, struct error *e) FW_MUST_CHECK;
/* The registry has taken the acknowledgement. */
enum status message_set_acked(const struct registry_work *w, int64_t id, struct error *e) FW_MUST_CHECK;
/* why: STR_NULL unless failed or quarantined. */
enum status message_set_state(
    const struct registry_work *w, int64_t id, enum message_state s, struct str why, struct error *e) FW_MUST_CHECK;

#endif
