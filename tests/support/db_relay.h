/* A relay between a client and the tests' MariaDB that cuts the connection where the client says a certain thing, in a
 * thread. One connection at a time. For tests of what a lost connection means. */
#ifndef FW_TESTS_SUPPORT_DB_RELAY_H
#define FW_TESTS_SUPPORT_DB_RELAY_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/db.h"

enum db_cut {
    DB_CUT_BEFORE_SERVER, /* the server never hears it */
    DB_CUT_BEFORE_CLIENT /* the server does it, and nobody hears so */
};

struct db_relay {
    struct db_settings through; /* settings that lead through it */
    const char *_Atomic marker; /* cut once when the client sends this; NULL: pass all */
    enum db_cut cut;
    atomic_int skip; /* so often it passes first */

    /* the relay's */
    const char *dir, *upstream;
    int listener;
    atomic_bool stop;
    pthread_t thread;
};

/* In front of the database that was opened last (testdb_settings). */
void db_relay_start(struct db_relay *r, struct arena *a, enum db_cut cut);
void db_relay_stop(struct db_relay *r); /* its clients are closed */

#endif
