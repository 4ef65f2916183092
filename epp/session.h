/* The client's side of one EPP connection: TLS, greeting, login, commands, logout.
 *
 * Made by the registry adapter's session pool. What a caller may conclude from a failed call is in the status:
 *
 *   INVALID      the command could not be written; nothing was sent, the session is as it was
 *   UNAVAILABLE  no connection, or found dead before the first byte went out: nothing was sent
 *   UNCERTAIN    bytes were sent and no answer with our clTRID came (time-out, close, reset, an answer that
 *                cannot be read, or the session lost step): the server may or may not have done it. Ask (info,
 *                transfer query, poll) before doing more; never simply send it again
 *   PROTOCOL     before login or to a query: the server's greeting or answer is no EPP
 *
 * After any of the last three the session is broken: epp_session_usable() is false and it can only be
 * closed. An answer of any code makes epp_session_command return OK; judge it with epp_result_error().
 * After the codes 1500 and 2500 to 2502 the server closes, so the session is no more usable then either;
 * the answer is definite all the same.
 *
 * Pipelining (RFC 5734 section 3: a client may send commands before the answers to earlier ones have come, and the
 * server answers in order). Up to settings.pipeline commands may be in flight, from one thread or from many:
 *
 *   epp_session_submit(s, &arena, &command, &flight, e)     queues the frame; nothing waits
 *   epp_session_await(s, &flight, &response, e)             sends what is queued, returns with this answer
 *
 * There is no thread behind it: one of those who wait reads for all (epp/session_pipe.h). Frames queued before
 * anybody awaits go out by one write. An answer belongs to the first command in line, by order, and must carry its
 * clTRID; a wrong one, or a svTRID that an earlier answer had, means that server and client are out of step, and
 * then nothing that comes after can be trusted. When a session breaks, what was answered before counts, and each of
 * the rest is told by itself: UNCERTAIN if any of its bytes may be out, else UNAVAILABLE. The other calls wait
 * until they are done and may not be mixed with commands in flight, but for epp_session_command, which is submit and
 * await.
 */
#ifndef FW_EPP_SESSION_H
#define FW_EPP_SESSION_H

#include <pthread.h>

#include "base/tls.h"
#include "epp/command.h"
#include "epp/response.h"

enum epp_direction { EPP_SENT, EPP_RECEIVED };

/* Called with each document, secrets (pw, newPW, authInfo, allocationToken) replaced by "***". Where threads share the
 * session, by any of them, also at once. */
typedef void epp_trace_fn(void *ctx, enum epp_direction dir, struct str redacted);

struct epp_session_settings {
    struct tls_ctx *tls; /* borrowed for the session's life */
    struct net_addr addr;
    const char *host; /* the name to verify in the server's certificate */
    int connect_timeout_ms; /* 0: 10000; TCP + TLS + greeting */
    int command_timeout_ms; /* 0: 60000; from submit to the last byte of the answer, whatever is in line before */
    unsigned pipeline; /* most commands in flight; 0: 1 */
    bool svtrid_repeats; /* the server's svTRIDs are not unique: they show nothing */
    size_t frame_max; /* 0: EPP_FRAME_MAX */
    struct epp_strs objects; /* URIs to log in for; all must be in the greeting */
    struct epp_strs extensions; /* logged in for where the greeting offers them */
    struct epp_strs required; /* extensions that must be in the greeting, and are logged in for */
    struct str lang; /* of the server's texts; absent: "en" */
    struct str agent; /* what logs in, told where login security (RFC 8807) is in use; absent: not told */
    epp_trace_fn *trace; /* may be NULL */
    void *trace_ctx;
};

struct epp_session_counters {
    uint64_t commands, answers, strays; /* strays: greetings that nobody asked for */
    uint64_t bytes_sent, bytes_received;
};

struct epp_session;

/* Connects and reads the greeting. UNAVAILABLE when there is no connection or no greeting;
 * PROTOCOL "epp-greeting" when it is none ("xml-…" when it is not even XML we accept), "epp-service" when an
 * object URI is not offered (the text names it); DENIED when a certificate is refused on either side. */
enum status epp_session_open(
    const struct epp_session_settings *s, struct epp_session **session_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* A password of more than 16 characters needs login security (RFC 8807) among the extensions logged in for; INVALID
 * "epp-value" without. new_pw: STR_NULL or the new password, which is in force exactly when this returns OK (UNCERTAIN: either
 * may be). DENIED when the server refuses. The clTRID is made by the session. */
enum status epp_session_login(struct epp_session *s, struct str clid, struct str pw, struct str new_pw,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Asks for a fresh greeting: the keep-alive. Never UNCERTAIN, as it changes nothing. */
enum status epp_session_hello(struct epp_session *s, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* A command on its way. Its memory is the caller's, and belongs to the session from submit until await returns. */
struct epp_flight {
    /* Set by the caller, or NULL: called once, when the last byte of the command is out; not at all if that
     * does not come to be. By the thread that writes, with the session's lock held: it may call nothing of it. */
    void (*sent)(void *ctx);
    void *sent_ctx;

    /* the session's */
    struct epp_flight *next;
    struct arena *arena;
    struct str cltrid;
    bool hello, greeting, login, query, poll, told, waiting, done;
    uint64_t begin, end; /* where its frame lies in the stream */
    uint64_t deadline;
    pthread_cond_t landed;
    enum status status;
    struct error error;
    struct epp_response response;
};
/* Queues c, which may go away then but for its clTRID (INVALID "epp-cltrid" without one). The arena takes the answer
 * and is the session's until await returns; flights of one thread may share one if no other thread uses the session.
 * UNAVAILABLE "epp-pipe-full" when as many are in flight as may be, "epp-session-closed". */
enum status epp_session_submit(struct epp_session *s, struct arena *a, const struct epp_command *c,
    struct epp_flight *f, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Must be called once for each flight that was submitted, in any order. */
enum status epp_session_await(
    struct epp_session *s, struct epp_flight *f, struct epp_response *r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Both at once. */
enum status epp_session_command(struct epp_session *s, struct arena *a, const struct epp_command *c,
    struct epp_response *r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Polite end; the session is not usable afterwards whatever is returned. */
enum status epp_session_logout(struct epp_session *s, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
void epp_session_close(struct epp_session **s) FW_NONNULL_ALL; /* without logout; frees */

/* A word of its own for each session, at most EPP_SESSION_ID_MAX characters: to tell in logs and transcripts which one a
 * command went out on. */
#define EPP_SESSION_ID_MAX 16
const char *epp_session_id(const struct epp_session *s) FW_NONNULL_ALL FW_RETURNS_NONNULL;
bool epp_session_usable(const struct epp_session *s) FW_NONNULL_ALL;
bool epp_session_logged_in(const struct epp_session *s) FW_NONNULL_ALL;
const struct epp_greeting *epp_session_greeting(const struct epp_session *s) FW_NONNULL_ALL FW_RETURNS_NONNULL;
/* What the server said of our security when we logged in or tried to (RFC 8807), in one line for people; empty where
 * it had nothing to say. */
struct str epp_session_advice(const struct epp_session *s) FW_NONNULL_ALL;
/* True if the login asked for that extension (offered and configured). */
bool epp_session_extension(const struct epp_session *s, const char *uri) FW_NONNULL_ALL;
const struct epp_session_counters *epp_session_counters(const struct epp_session *s) FW_NONNULL_ALL FW_RETURNS_NONNULL;

/* The document with the text inside every pw, newPW, authInfo and allocationToken element replaced by "***", whatever
 * the prefix; also for documents that are not well-formed. For logs on both sides. */
void epp_redact(struct str doc, struct buf *out) FW_NONNULL_ALL;
/* The same with other texts in the secrets' places: such as say where a secret is kept. They must need no escaping in
 * XML. */
struct epp_marks {
    struct str password; /* of pw, newPW and authInfo */
    struct str token; /* of allocationToken */
};
void epp_redact_as(struct str doc, const struct epp_marks *marks, struct buf *out) FW_NONNULL_ALL;

#endif
