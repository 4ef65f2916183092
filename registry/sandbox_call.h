/* Inside the sandbox registry: the server, a session, and the command in hand.
 *
 * A handler gets a struct sandbox_call, reads call->cmd, writes through call->db (a transaction is open), fills
 * call->rsp, and returns OK: what it wrote is committed. To refuse it returns sandbox_refuse(…), which puts
 * the result code and its reason into the answer; what it wrote is rolled back. Any other error is a failure of
 * ours and is answered 2400. A handler may be run again from the start when the database says so (1213), so
 * it keeps nothing outside the transaction.
 */
#ifndef FW_REGISTRY_SANDBOX_CALL_H
#define FW_REGISTRY_SANDBOX_CALL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/crypto.h"
#include "base/db.h"
#include "base/tls.h"
#include "epp/command.h"
#include "epp/frame.h"
#include "epp/response.h"
#include "epp/result.h"
#include "epp/rgp.h"
#include "registry/sandbox.h"
#include "registry/sandbox_password.h"
#include "registry/sandbox_personality.h"
#include "registry/sandbox_service.h"
#include "registry/sandbox_status.h"

#define SB_TLDS_MAX 64
#define SB_REGISTRAR_MAX 16 /* characters of a clID (RFC 5730) */

struct sandbox_publisher;

struct sandbox {
    const struct sandbox_settings *s;
    struct arena arena; /* the server's life; used by the starting thread only */
    struct sandbox_personality as; /* what it plays */
    struct sandbox_services offered;
    struct db_settings db;
    struct secret_key key;
    struct tls_ctx *tls;
    struct httpd *metrics;
    int listen_fd;
    int stop_r; /* becomes readable, for ever, when stopping */
    unsigned port;
    char boot[9]; /* new with each start: makes svTRIDs unique */
    atomic_uint_fast64_t svtrid_next;
    time_us launch_began; /* where the personality has phases: sandbox_launch.h */
    atomic_int_fast64_t ahead; /* of the machine's clock: sandbox_clock.h */
    struct sandbox_passwords passwords;
    pthread_mutex_t clock_mutex; /* whoever moves it does what falls due, and the others wait */

    pthread_t accepter;
    pthread_mutex_t mutex; /* over what follows */
    pthread_cond_t ended; /* sessions_n fell */
    unsigned sessions_n;
    struct sandbox_session *sessions; /* all, linked */
    pthread_t sweeper;
    struct sandbox_publisher *publisher;
};

struct sandbox_tld {
    struct str name;
    int min_years, max_years;
    unsigned label_min, label_max, ns_max;
    bool idn_allowed, registrant_required;
    time_us add_grace, renew_grace, auto_renew_grace, transfer_grace;
    time_us redemption, pending_delete, restore_report, transfer, transfer_lock;
    struct str currency;
    int64_t create_price, renew_price, transfer_price, restore_price; /* of one year, in cents */
};

/* What stands in the database about all commands: read once for all that arrive together. */
struct sandbox_control {
    struct arena arena;
    bool fresh;
    bool faults; /* there are some to inject */
    int64_t ahead;
    struct sandbox_tld *tlds;
    size_t tlds_n;
};

#define SB_HELD_MAX ((size_t)64 << 10) /* of answers that wait for the next one */
#define SB_HEARD_MAX 32
#define SB_HEARD_BYTES ((size_t)64 << 10) /* no more frames are read ahead behind so many bytes */

/* A command that was read; its turn is to come. */
struct sandbox_heard {
    struct epp_command cmd;
    struct epp_fault fault; /* code 0: none */
};

struct sandbox_known;

struct sandbox_session {
    struct sandbox *sb;
    struct sandbox_session *next, *prev;
    struct tls_conn *tls; /* NULL until the handshake is done */
    int fd; /* until TLS has taken it; then -1 */
    struct db *db;
    struct epp_frame_reader frames;
    struct arena heard_arena; /* of what follows */
    struct sandbox_heard *heard[SB_HEARD_MAX]; /* what arrived together; heard_at is in hand or next */
    size_t heard_n, heard_at;
    struct sandbox_known *foreseen; /* sandbox_foresee.h */
    size_t foreseen_n;
    struct arena arena; /* of the command in hand */
    struct buf out; /* the answer in hand */
    struct buf
        held; /* answers to questions before it: they go out by one write where the next command is here already */
    char peer[80]; /* address, for the log */
    char who[SB_REGISTRAR_MAX + 1]; /* registrar; empty before login. Guarded by sb->mutex for others */
    char fingerprint[65];
    unsigned login_failures;
    struct sandbox_services services; /* it logged in for */
    struct sandbox_control control;
    bool closing;
    bool question; /* the command in hand changes nothing */
    bool piled; /* the command in hand came while others waited for their answers, too many of them */
    uint64_t started_ns, active_ns, frame_ns; /* monotonic */
    double tokens; /* commands it may send at once now */
    uint64_t tokens_ns;
    char last_svtrid[65]; /* of the last answer while faults are ordered, for the one that repeats it */
};

struct sandbox_call {
    struct sandbox *sb;
    struct sandbox_session *session;
    struct db *db;
    struct arena *arena;
    time_us now;
    const struct epp_command *cmd;
    struct epp_response *rsp;
    const struct sandbox_tld *tlds; /* all of them */
    size_t tlds_n;
    struct str who; /* registrar; STR_NULL before login */
    struct str svtrid;
    struct str key; /* object the command is about, for the log */
    struct str contact; /* found last, by sandbox_domain_contact_id; STR_NULL: none */
    int64_t contact_id;
    bool zones_changed; /* set by a handler: publish after the commit */
    bool log_in, login_failed; /* set by the login handler */
};

/* Answers with a code and a reason about an element of the command (element and value may be NULL and
 * STR_NULL). Returns INVALID with code "refused". */
enum status sandbox_refuse(struct sandbox_call *c, struct error *e, unsigned code, const char *element,
    struct str value, const char *fmt, ...) FW_PRINTF(6, 7);
/* True for an error that sandbox_refuse made: the answer is there already. */
bool sandbox_refused(const struct error *e) FW_NONNULL_ALL;
/* The answer's code and data (data EPP_NO_DATA: none). */
void sandbox_reply(struct sandbox_call *c, unsigned code, enum epp_data data);

/* A document as a command, or what is wrong with it. Strings point into the document and the arena. */
struct sandbox_heard *sandbox_command_hear(struct arena *a, struct str doc) FW_NONNULL_ALL;
/* One command: handled, committed, answered into session->out as a frame. False when the connection
 * is to be broken off without (the rest of) an answer. */
bool sandbox_command_run(struct sandbox_session *s, const struct sandbox_heard *h) FW_NONNULL_ALL;
/* A greeting into session->out, as a frame. */
enum status sandbox_greet(struct sandbox_session *s, struct error *e) FW_MUST_CHECK;

/* The body of a connection's thread, after it is listed: handshake, greeting, commands, end. */
void sandbox_session_run(struct sandbox_session *s) FW_NONNULL_ALL;
/* How many sessions this registrar has; with `enter` s counts as one if that keeps the limit. */
bool sandbox_session_enter(struct sandbox_session *s, struct str who) FW_NONNULL_ALL;

/* The personality's limits, or where it has none the configuration's. */
struct sandbox_limits {
    int64_t sessions, idle_s, lifetime_s, commands_per_s, burst;
};
struct sandbox_limits sandbox_session_limits(const struct sandbox *sb) FW_NONNULL_ALL;

/* Counts a command. 0 when it may go on, perhaps after a wait; else the result code for one too many. */
unsigned sandbox_session_rate(struct sandbox_session *s) FW_NONNULL_ALL;
/* Waits, but not beyond the server's stop. */
void sandbox_wait(struct sandbox *sb, int64_t ms) FW_NONNULL_ALL;
/* The registry's time: the machine's and what the clock is ahead of it. */
time_us sandbox_now(const struct sandbox *sb) FW_NONNULL_ALL;

/* A new svTRID in the arena. */
struct str sandbox_svtrid(struct sandbox *sb, struct arena *a) FW_NONNULL_ALL;
/* authInfo at rest: bound to kind and key of its object. */
struct str sandbox_seal(struct sandbox_call *c, const char *kind, struct str key, struct str plain);
/* The same of what a command gives: STR_NULL for none. */
struct str sandbox_seal_auth(struct sandbox_call *c, const char *kind, struct str key, const struct epp_auth *auth);
/* authInfo as this registry wants it: of kind pw (2102), as the personality says (2306). */
enum status sandbox_auth_policy(
    struct sandbox_call *c, const struct epp_auth *auth, bool create, struct error *e) FW_MUST_CHECK;
/* 2306 for a check of more keys than the personality takes. */
enum status sandbox_check_size(struct sandbox_call *c, const char *element, struct error *e) FW_MUST_CHECK;
/* Does the given authInfo open this object? False also where the object has none. */
bool sandbox_auth_matches(
    struct sandbox_call *c, const char *kind, struct str key, struct str sealed, const struct epp_auth *given);
enum status sandbox_unseal(struct sandbox_call *c, const char *kind, struct str key, struct str sealed,
    struct str *plain_r, struct error *e) FW_MUST_CHECK;

/* How to reach the database; strings lie in the arena. */
enum status sandbox_db_settings(
    struct arena *a, const struct sandbox_settings *s, struct db_settings *db_r, struct error *e) FW_MUST_CHECK;

#endif
