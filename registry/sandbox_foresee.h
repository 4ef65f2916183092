/* What the next questions will ask the database, asked once for all of them.
 *
 * A client that pipelines sends a row of checks at once, and a question to the database for each would cost more than
 * all else that is done for them. The commands of a session are read as they arrive (struct sandbox_heard); before a
 * check of domains is run, what is known of its names and of those of the checks behind it is asked for together, as
 * far as no command between them changes anything. A command that changes something ends what was foreseen, so an
 * answer never comes from before a change that the same session was told of.
 */
#ifndef FW_REGISTRY_SANDBOX_FORESEE_H
#define FW_REGISTRY_SANDBOX_FORESEE_H

#include "registry/sandbox_policy_db.h"

/* Before the command at s->heard_at runs. Does nothing where only one name would be asked for, or where the database
 * fails: the command then asks itself, and says what is wrong. */
void sandbox_foresee(struct sandbox_session *s) FW_NONNULL_ALL;
/* Fills known[0..n) from what was foreseen. False where some name was not: ask for all. */
bool sandbox_foreseen(const struct sandbox_session *s, struct sandbox_known *known, size_t n) FW_MUST_CHECK;

#endif
