/* Group commit of the journal: the rows of many threads in one transaction.
 *
 * A commit waits for the disk, and for the head of the registry's transcript, which all commits of one registry must
 * lock. So the writes that come while one commit is under way are put together, and go with the next
 * (registry/combine.h): with many transforms in flight one commit covers the intents and results of all of them, and
 * then all are sent. A write that comes alone is committed at once; one that comes during a commit waits for that one
 * and its own. Where there are several callers a commit waits for those of the last one as long as one comes in each
 * millisecond, for at most four: a registry near by answers within that time, and the callers then go in step, all
 * in one commit, where they would split in two halves else. One that is far off costs a millisecond a commit.
 *
 * The first in line commits for all, on its own database connection, while the others wait. A group in which one write
 * fails is rolled back and each is committed alone, so that each caller gets its own answer. What is the database's
 * failure is everybody's: UNAVAILABLE where nothing was written, UNCERTAIN where the connection broke while it
 * committed, and nobody knows whether all of the group stands there or nothing of it.
 */
#ifndef FW_REGISTRY_JOURNAL_GROUP_H
#define FW_REGISTRY_JOURNAL_GROUP_H

#include "base/db.h"
#include "registry/combine.h"
#include "registry/transcript.h"

#define JOURNAL_GROUP_MAX COMBINE_MAX /* writes in one transaction */

struct journal_group;

struct journal_write {
    struct combine_item line; /* first */
    /* Set by the caller: a statement that changes exactly one row, or none (NULL). Those of a group with the same query
     * are run by one round trip. */
    const struct db_query *query;
    const struct db_val *args;
    size_t args_n;
    const struct transcript_row *rows; /* appended to the transcript behind it */
    size_t rows_n; /* at most JOURNAL_WRITE_ROWS_MAX */

    /* the group's */
    struct db *db;
    struct arena *arena;
    enum status status;
    struct error error;
};
#define JOURNAL_WRITE_ROWS_MAX 2

/* id: of the registry; borrowed for the group's life. */
struct journal_group *journal_group_new(struct str id) FW_RETURNS_NONNULL;
void journal_group_free(struct journal_group **g);
/* Committed when it returns OK. db and arena are used for others as well until then. g may be NULL: then the write is
 * committed alone, and `id` names the registry. CONFLICT "journal-rows" where the statement changed no row; other
 * errors are those of db_exec and db_transaction. */
enum status journal_group_commit(struct journal_group *g, struct str id, struct db *db, struct arena *a,
    struct journal_write *x, struct error *e) FW_MUST_CHECK;
/* How many wait behind the commit that is under way; *running_r: how many are in it. */
size_t journal_group_waiting(struct journal_group *g, size_t *running_r);
/* Reads that go together in the same way (registry/journal_db.c). */
struct combine *journal_group_looks(struct journal_group *g) FW_RETURNS_NONNULL;

#endif
