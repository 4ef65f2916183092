/* The registry's clock: the machine's, and a lead over it that tests and players may make longer.
 *
 * Table `clock` holds the lead; `fourways-sandbox --config FILE --advance 35d`, or an UPDATE of the row, makes it
 * longer while the server runs. Time goes forward only: a shorter lead than one that was seen is not followed. The
 * first command that sees a new lead waits until everything is done that fell due on the way (sandbox_sweep.h), each
 * thing at its own time and in its order, so whoever asks after moving the clock sees the world as it is then.
 */
#ifndef FW_REGISTRY_SANDBOX_CLOCK_H
#define FW_REGISTRY_SANDBOX_CLOCK_H

#include "registry/sandbox_call.h"

/* Reads what stands in the database about all commands into s->control, and follows the clock. */
enum status sandbox_control_read(struct sandbox_session *s, struct error *e) FW_MUST_CHECK;
/* Follows the lead in the database; from a thread that has no session. */
enum status sandbox_clock_follow(struct sandbox *sb, struct db *db, struct error *e) FW_MUST_CHECK;
/* Makes the lead longer by "90s", "15m", "12h", "35d" or "2y" (of 365 days). INVALID for anything else. */
enum status sandbox_clock_advance(struct db *db, struct str by, struct error *e) FW_MUST_CHECK;

#endif
