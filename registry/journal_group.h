/* Group commit of the journal: the rows of many threads in one transaction.
 *
 * A commit waits for the disk, and for the head of the registry's transcript, which all commits of one registry must
 * lock. So the writes that come while one commit is under way are put together, and go with the next: with many
 * transforms in flight one commit covers the intents and results of all of them, and then all are sent. Nobody
 * waits for company: a write that comes alone is committed at once, and one that comes during a commit waits for
 * that one and its own, a few milliseconds, whatever the load.
 *
 * No thread of its own: the first who comes commits for all, on its own database connection, while the others
 * wait. A group in which one write fails is rolled back and each is committed alone, so that each caller gets its
 * own answer.
 */
#ifndef FW_REGISTRY_JOURNAL_GROUP_H
#define FW_REGISTRY_JOURNAL_GROUP_H

#include <pthread.h>

#include "base/db.h"
#include "registry/transcript.h"

#define JOURNAL_GROUP_MAX 64 /* writes in one transaction */

struct journal_group;

struct journal_write {
    /* Set by the caller: a statement that changes exactly one row, or none (NULL). Those of a group with the same query are run by one
     * round trip. */
    const struct db_query *query;
    const struct db_val *args;
    size_t args_n;
    struct transcript_row *row; /* appended to the transcript behind it */

    /* the group's */
    struct journal_write *next;
    pthread_cond_t turn;
    enum status status;
    struct error error;
    bool done;
};

/* id: of the registry; borrowed for the group's life. */
struct journal_group *journal_group_new(struct str id) FW_RETURNS_NONNULL;
void journal_group_free(struct journal_group **g);
/* Committed when it returns OK. db and arena are used for others as well until then. g may be NULL: then the write is
 * committed alone, and `id` names the registry. CONFLICT "journal-rows" where the statement changed no row; other
 * errors are those of db_exec and db_transaction. */
enum status journal_group_commit(struct journal_group *g, struct str id, struct db *db, struct arena *a,
    struct journal_write *x, struct error *e) FW_MUST_CHECK;
/* How many wait behind the commit that is under way. */
size_t journal_group_waiting(struct journal_group *g);

#endif
