#include "base/db.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <poll.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/db_conn.h"

#define TIMEOUT_DEFAULT_MS 5000
#define PACKET_MAX (80ul << 20) /* one row: a value of DB_VALUE_MAX and its neighbours */
#define CONNECT_MAX_S 10u
#define LOCK_WAIT_MAX_S 60
#define TRIES_MAX 8
#define BACKOFF_FIRST_US 2000
#define BACKOFF_MAX_US 200000

#define SQL_MODE                                                                                                       \
    "STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,"      \
    "NO_ZERO_DATE,NO_ZERO_IN_DATE"

/* ---- what the server's errors mean ------------------------------------------------------------- */

enum db_effect {
    STAYS, /* only this statement failed */
    BREAKS, /* the transaction is, or must be, rolled back */
    LOSES /* the connection is gone */
};

/* Server errors up to 1999 and from 4000, client errors 2000-2999. Everything else is INTERNAL "db". */
static const struct db_meaning {
    unsigned number;
    enum status status;
    const char *code;
    enum db_effect effect;
} meanings[] = {
    {ER_DUP_ENTRY, EXISTS, "duplicate", STAYS},
    {ER_DUP_ENTRY_WITH_KEY_NAME, EXISTS, "duplicate", STAYS},

    {ER_LOCK_DEADLOCK, CONFLICT, "db-retry", BREAKS},
    {ER_LOCK_WAIT_TIMEOUT, CONFLICT, "db-retry", BREAKS},
    {ER_CHECKREAD, CONFLICT, "db-retry", BREAKS},
    {ER_NEED_REPREPARE, CONFLICT, "db-retry", BREAKS},
    {CR_NEW_STMT_METADATA, CONFLICT, "db-retry", BREAKS},
    {ER_NO_REFERENCED_ROW_2, CONFLICT, "db-reference", STAYS}, /* the parent row is not there */
    {ER_ROW_IS_REFERENCED_2, CONFLICT, "db-reference", STAYS}, /* other rows still refer to it */

    {ER_DATA_TOO_LONG, INVALID, "db-value", STAYS},
    {ER_WARN_DATA_OUT_OF_RANGE, INVALID, "db-value", STAYS},
    {ER_TRUNCATED_WRONG_VALUE, INVALID, "db-value", STAYS},
    {ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, INVALID, "db-value", STAYS},
    {ER_BAD_NULL_ERROR, INVALID, "db-value", STAYS},
    {ER_CONSTRAINT_FAILED, INVALID, "db-value", STAYS},
    {WARN_DATA_TRUNCATED, INVALID, "db-value", STAYS},

    {CR_SERVER_GONE_ERROR, UNAVAILABLE, "db-lost", LOSES},
    {CR_SERVER_LOST, UNAVAILABLE, "db-lost", LOSES},
    {CR_SERVER_LOST_EXTENDED, UNAVAILABLE, "db-lost", LOSES},
    {CR_CONNECTION_ERROR, UNAVAILABLE, "db-connect", LOSES},
    {CR_CONN_HOST_ERROR, UNAVAILABLE, "db-connect", LOSES},
    {CR_UNKNOWN_HOST, UNAVAILABLE, "db-connect", LOSES},
    {ER_CONNECTION_KILLED, UNAVAILABLE, "db-lost", LOSES},
    {ER_SERVER_SHUTDOWN, UNAVAILABLE, "db-lost", LOSES},
    {ER_CON_COUNT_ERROR, UNAVAILABLE, "db-busy", LOSES},
    {ER_TOO_MANY_USER_CONNECTIONS, UNAVAILABLE, "db-busy", LOSES},
    {ER_USER_LIMIT_REACHED, UNAVAILABLE, "db-busy", STAYS},
    {ER_MAX_PREPARED_STMT_COUNT_REACHED, UNAVAILABLE, "db-busy", STAYS},
    {ER_QUERY_INTERRUPTED, UNAVAILABLE, "db-interrupted", BREAKS},
    {ER_STATEMENT_TIMEOUT, UNAVAILABLE, "db-interrupted", BREAKS},
    {ER_UNKNOWN_COM_ERROR, UNAVAILABLE, "db-not-ready", BREAKS}, /* a Galera node outside its cluster */
    {ER_OPTION_PREVENTS_STATEMENT, UNAVAILABLE, "db-read-only", BREAKS},
    {ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, UNAVAILABLE, "db-read-only", BREAKS},
    {ER_RECORD_FILE_FULL, UNAVAILABLE, "db-full", BREAKS},
    {ER_DISK_FULL, UNAVAILABLE, "db-full", BREAKS},
    {ER_LOCK_TABLE_FULL, UNAVAILABLE, "db-full", BREAKS},

    {ER_NET_PACKET_TOO_LARGE, INVALID, "db-too-large", LOSES},
    {CR_NET_PACKET_TOO_LARGE, INTERNAL, "db-too-large", LOSES},
    {CR_MALFORMED_PACKET, INTERNAL, "db-protocol", LOSES},
    {CR_COMMANDS_OUT_OF_SYNC, INTERNAL, "db-protocol", LOSES},
    {ER_ACCESS_DENIED_ERROR, INTERNAL, "db-denied", STAYS},
    {ER_DBACCESS_DENIED_ERROR, INTERNAL, "db-denied", STAYS},
    {ER_TABLEACCESS_DENIED_ERROR, INTERNAL, "db-denied", STAYS},
    {ER_COLUMNACCESS_DENIED_ERROR, INTERNAL, "db-denied", STAYS},
    {ER_SPECIFIC_ACCESS_DENIED_ERROR, INTERNAL, "db-denied", STAYS},
    {ER_BAD_DB_ERROR, INTERNAL, "db-schema", STAYS},
    {ER_NO_SUCH_TABLE, INTERNAL, "db-schema", STAYS},
    {ER_BAD_FIELD_ERROR, INTERNAL, "db-schema", STAYS},
};

static const struct db_meaning *meaning_find(unsigned number)
{
    static const struct db_meaning unknown = {0, INTERNAL, "db", STAYS};
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (meanings[i].number == number)
            return &meanings[i];
    return &unknown;
}

enum status db_signal_status(struct str code)
{
    static const struct {
        struct str word;
        enum status status;
    } signals[] = {
        {STR("funds"), FUNDS},
        {STR("conflict"), CONFLICT},
        {STR("invalid"), INVALID},
        {STR("exists"), EXISTS},
        {STR("not-found"), NOT_FOUND},
        {STR("denied"), DENIED},
    };
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        if (str_starts(code, signals[i].word) && (code.n == signals[i].word.n || code.p[signals[i].word.n] == '-'))
            return signals[i].status;
    return INTERNAL;
}

/* A SIGNAL of ours: "funds-short: the balance of account 7 does not cover 12.00 EUR". */
static enum status signal_failed(const char *message, const char *what, struct error *e)
{
    struct str text = str_of(message);
    struct str code;
    if (!str_take(&text, ':', &code) || str_is_null(text) || code.n >= ERROR_CODE_MAX ||
        memchr(code.p, ' ', code.n) != NULL)
        return error_set(e, INTERNAL, "db-signal", "%s: the database signalled \"%s\"", what, message);
    char word[ERROR_CODE_MAX];
    snprintf(word, sizeof word, "%.*s", STR_ARG(code));
    text = str_trim(text);
    return error_set(e, db_signal_status(code), word, "%.*s", STR_ARG(text));
}

/* "Duplicate entry 'x' for key 'uq'": the key is told, the value (it may be private) is not. */
static enum status duplicate_failed(const char *message, const char *what, struct error *e)
{
    struct str m = str_of(message);
    size_t end = m.n > 0 && m.p[m.n - 1] == '\'' ? m.n - 1 : m.n;
    size_t at = end;
    while (at > 0 && m.p[at - 1] != '\'')
        at--;
    return error_set(
        e, EXISTS, "duplicate", "%s: such a row is there already (key %.*s)", what, (int)(end - at), m.p + at);
}

/* A lost connection leaves it open whether what was sent has been done. */
static enum status lost_status(const struct db *db, unsigned number)
{
    if (db->phase == PHASE_COMMIT)
        return UNCERTAIN;
    /* "gone": the statement could not even be sent whole. */
    if (db->phase == PHASE_WRITE && !db->in_tx && number != CR_SERVER_GONE_ERROR)
        return UNCERTAIN;
    return UNAVAILABLE;
}

static void effect_apply(struct db *db, enum db_effect effect, const struct error *e)
{
    if (effect == STAYS)
        return;
    if (db->in_tx && db->broken.status == OK)
        db->broken = *e;
    if (effect == LOSES)
        db_disconnect(db);
}

enum status db_failed(struct db *db, MYSQL_STMT *st, const char *what, struct error *e)
{
    if (st != NULL && mysql_stmt_errno(st) == 0)
        st = NULL; /* what fails while rows are fetched, a deadlock say, the library notes on the connection only */
    unsigned number = st != NULL ? mysql_stmt_errno(st) : mysql_errno(db->my);
    const char *message = st != NULL ? mysql_stmt_error(st) : mysql_error(db->my);
    const char *state = st != NULL ? mysql_stmt_sqlstate(st) : mysql_sqlstate(db->my);
    if (number == ER_SIGNAL_EXCEPTION && str_starts(str_of(state), STR("45")))
        return signal_failed(message, what, e);

    const struct db_meaning *m = meaning_find(number);
    if (m->status == EXISTS)
        return duplicate_failed(message, what, e);
    enum status s = m->effect == LOSES && m->status == UNAVAILABLE ? lost_status(db, number) : m->status;
    if (s == UNCERTAIN)
        error_set(e, s, "db-uncertain",
            "%s: the connection to the database broke before it answered (%s): look up whether it was done", what,
            message);
    else
        error_set(e, s, m->code, "%s: %s (%u)", what, message, number);
    effect_apply(db, m->effect, e);
    return s;
}

/* ---- connection ------------------------------------------------------------------------------- */

static char *own(const char *s)
{
    if (s == NULL)
        return NULL;
    char *copy = strdup(s);
    INVARIANT(copy != NULL);
    return copy;
}

static void disown(const char *s, bool secret)
{
    if (s != NULL && secret)
        crypto_wipe((char *)s, strlen(s));
    free((char *)s);
}

static void library_start(void)
{
    INVARIANT(mysql_library_init(0, NULL, NULL) == 0);
}

static void options_set(MYSQL *my, const struct db *db)
{
    unsigned seconds = (unsigned)((db->timeout_ms + 999) / 1000);
    unsigned protocol = db->set.socket != NULL ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
    unsigned local_infile = 0; /* a server must not be able to ask for our files */
    unsigned long packet = PACKET_MAX;
    unsigned connect = seconds < CONNECT_MAX_S ? seconds : CONNECT_MAX_S;
    mysql_options(my, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
    mysql_options(my, MYSQL_OPT_READ_TIMEOUT, &seconds);
    mysql_options(my, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
    mysql_options(my, MYSQL_OPT_PROTOCOL, &protocol);
    mysql_options(my, MYSQL_OPT_LOCAL_INFILE, &local_infile);
    mysql_options(my, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
    mysql_options(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
}

/* The server gives a lock up before we give the answer up: a late lock must not let a statement run
 * that we have already called failed. */
static enum status session_set(struct db *db, struct error *e)
{
    int seconds = (db->timeout_ms + 999) / 1000;
    int lock = seconds > LOCK_WAIT_MAX_S + 2 ? LOCK_WAIT_MAX_S : seconds > 3 ? seconds - 2 : 1;
    char sql[512];
    int n = snprintf(sql, sizeof sql,
        "SET SESSION sql_mode='" SQL_MODE "', autocommit=1, time_zone='+00:00', group_concat_max_len=1048576, "
        "innodb_lock_wait_timeout=%d, lock_wait_timeout=%d",
        lock, lock);
    INVARIANT(n > 0 && (size_t)n < sizeof sql);
    if (mysql_real_query(db->my, sql, (unsigned long)n) != 0)
        return db_failed(db, NULL, "setting up a database session", e);
    static const char isolation[] = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
    if (mysql_real_query(db->my, isolation, sizeof isolation - 1) != 0)
        return db_failed(db, NULL, "setting up a database session", e);
    return OK;
}

enum status db_connect(struct db *db, struct error *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, library_start);
    db->my = mysql_init(NULL);
    INVARIANT(db->my != NULL);
    options_set(db->my, db);
    const struct db_settings *s = &db->set;
    const char *host = s->socket != NULL ? "localhost" : s->host;
    db->phase = PHASE_PLAIN;
    if (mysql_real_connect(db->my, host, s->user, s->password, s->database, s->port, s->socket, CLIENT_FOUND_ROWS) ==
        NULL) {
        char what[256];
        if (s->socket != NULL)
            snprintf(what, sizeof what, "connecting to the database at %s", s->socket);
        else
            snprintf(what, sizeof what, "connecting to the database at %s port %u", s->host, s->port);
        db_failed(db, NULL, what, e);
        db_disconnect(db);
        return e->status;
    }
    enum status status = session_set(db, e);
    if (status != OK)
        db_disconnect(db);
    return status;
}

void db_disconnect(struct db *db)
{
    db_stmt_clear(db);
    if (db->my != NULL)
        mysql_close(db->my);
    db->my = NULL;
}

/* The server speaks only when asked, except to say that it hangs up. */
static bool hung_up(MYSQL *my)
{
    struct pollfd p = {.fd = mysql_get_socket(my), .events = POLLIN | POLLRDHUP};
    return poll(&p, 1, 0) != 0;
}

static enum status broken_again(const struct db *db, struct error *e)
{
    *e = db->broken;
    return e->status;
}

enum status db_ready(struct db *db, struct error *e)
{
    if (db->busy)
        return error_set(e, INTERNAL, "db-in-use", "a statement was started inside db_each on the same connection");
    if (db->broken.status != OK)
        return broken_again(db, e);
    if (db->my != NULL && !hung_up(db->my))
        return OK;
    db_disconnect(db);
    if (!db->in_tx && db->set.once)
        return error_set(e, UNAVAILABLE, "db-lost", "the database hung up");
    if (!db->in_tx)
        return db_connect(db, e);
    error_set(&db->broken, UNAVAILABLE, "db-lost", "the database hung up inside a transaction: nothing of it was kept");
    return broken_again(db, e);
}

enum status db_open(const struct db_settings *s, struct db **db_r, struct error *e)
{
    *db_r = NULL;
    if (s->socket == NULL && s->host == NULL)
        return error_set(e, INVALID, "db-settings", "the database needs a socket or a host");
    struct db *db = calloc(1, sizeof *db);
    INVARIANT(db != NULL);
    db->set = *s;
    db->set.socket = own(s->socket);
    db->set.host = own(s->host);
    db->set.user = own(s->user);
    db->set.password = own(s->password);
    db->set.database = own(s->database);
    db->timeout_ms = s->timeout_ms > 0 ? s->timeout_ms : TIMEOUT_DEFAULT_MS;
    enum status status = db_connect(db, e);
    if (status != OK)
        db_close(&db);
    *db_r = db;
    return status;
}

void db_close(struct db **dbp)
{
    struct db *db = *dbp;
    if (db == NULL)
        return;
    db_disconnect(db);
    free(db->slots);
    disown(db->set.socket, false);
    disown(db->set.host, false);
    disown(db->set.user, false);
    disown(db->set.password, true);
    disown(db->set.database, false);
    free(db);
    *dbp = NULL;
}

/* ---- transactions ----------------------------------------------------------------------------- */

bool db_in_transaction(const struct db *db)
{
    return db->in_tx;
}

static enum status command_run(struct db *db, struct str sql, const char *what, struct error *e)
{
    if (mysql_real_query(db->my, sql.p, sql.n) != 0)
        return db_failed(db, NULL, what, e);
    return OK;
}

enum status db_begin(struct db *db, struct error *e)
{
    if (db->in_tx)
        return error_set(e, INTERNAL, "db-nested", "a transaction was begun inside another");
    TRY(db_ready(db, e));
    db->phase = PHASE_PLAIN;
    enum status s = command_run(db, STR("START TRANSACTION"), "starting a transaction", e);
    db->in_tx = s == OK;
    return s;
}

enum status db_commit(struct db *db, struct error *e)
{
    if (!db->in_tx)
        return error_set(e, INTERNAL, "db-no-transaction", "a commit outside a transaction");
    enum status s = db_ready(db, e);
    if (s == OK) {
        db->phase = PHASE_COMMIT;
        s = command_run(db, STR("COMMIT"), "committing", e);
        db->phase = PHASE_PLAIN;
        /* Interrupted in the middle of a commit: the server does not say on which side of it. */
        if (s == UNAVAILABLE && str_eqz(str_of(e->code), "db-interrupted"))
            s = error_set(e, UNCERTAIN, "db-uncertain", "committing was interrupted: look up whether it was done");
    }
    if (s != OK) {
        db_abort(db);
        return s;
    }
    db->in_tx = false;
    return OK;
}

void db_abort(struct db *db)
{
    INVARIANT(!db->busy);
    if (db->in_tx && db->my != NULL && mysql_rollback(db->my) != 0)
        db_disconnect(db); /* then the server rolls back by itself */
    db->in_tx = false;
    error_clear(&db->broken);
}

static void backoff(int attempt)
{
    uint64_t most = (uint64_t)BACKOFF_FIRST_US << attempt;
    if (most > BACKOFF_MAX_US)
        most = BACKOFF_MAX_US;
    uint64_t us = crypto_random_below(most) + 1;
    struct timespec t = {.tv_sec = (time_t)(us / US_PER_S), .tv_nsec = (long)(us % US_PER_S) * 1000};
    nanosleep(&t, NULL);
}

static enum status transaction_try(
    struct db *db, enum status (*fn)(struct db *db, void *ctx, struct error *e), void *ctx, struct error *e)
{
    TRY(db_begin(db, e));
    enum status s = fn(db, ctx, e);
    if (s == OK)
        return db_commit(db, e);
    db_abort(db);
    return s;
}

enum status db_transaction(
    struct db *db, enum status (*fn)(struct db *db, void *ctx, struct error *e), void *ctx, struct error *e)
{
    for (int attempt = 0;; attempt++) {
        enum status s = transaction_try(db, fn, ctx, e);
        if (s != CONFLICT || !str_eqz(str_of(e->code), "db-retry") || attempt + 1 >= TRIES_MAX)
            return s;
        error_clear(e);
        backoff(attempt);
    }
}
