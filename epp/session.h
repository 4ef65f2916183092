/* The client's side of one EPP connection: TLS, greeting, login, commands one at a time, logout.
 *
 * Made by the registry adapter's session pool; used by one thread at a time. What a caller may conclude
 * from a failed call is in the status:
 *
 *   INVALID      the command could not be written; nothing was sent, the session is as it was
 *   UNAVAILABLE  no connection, or found dead before the first byte went out: nothing was sent
 *   UNCERTAIN    bytes were sent and no answer with our clTRID came (time-out, close, reset, or an answer
 *                that cannot be read): the server may or may not have done it. Ask (info, transfer query,
 *                poll) before doing more; never simply send it again
 *   PROTOCOL     before login or to a query: the server's greeting or answer is no EPP
 *
 * After any of the last three the session is broken: epp_session_usable() is false and it can only be
 * closed. An answer of any code makes epp_session_command return OK; judge it with epp_result_error().
 * After the codes 1500 and 2500 to 2502 the server closes, so the session is no more usable then either;
 * the answer is definite all the same.
 */
#ifndef FW_EPP_SESSION_H
#define FW_EPP_SESSION_H

#include "base/tls.h"
#include "epp/command.h"
#include "epp/response.h"

enum epp_direction { EPP_SENT, EPP_RECEIVED };

/* Called with each document, secrets (pw, newPW, authInfo) replaced by "***". */
typedef void epp_trace_fn(void *ctx, enum epp_direction dir, struct str redacted);

struct epp_session_settings {
    struct tls_ctx *tls; /* borrowed for the session's life */
    struct net_addr addr;
    const char *host; /* the name to verify in the server's certificate */
    int connect_timeout_ms; /* 0: 10000; TCP + TLS + greeting */
    int command_timeout_ms; /* 0: 60000; from the first byte sent to the last of the answer */
    size_t frame_max; /* 0: EPP_FRAME_MAX */
    struct epp_strs objects; /* URIs to log in for; all must be in the greeting */
    struct epp_strs extensions; /* logged in for where the greeting offers them */
    epp_trace_fn *trace; /* may be NULL */
    void *trace_ctx;
};

struct epp_session_counters {
    uint64_t commands, answers, strays; /* strays: answers to other clTRIDs, unasked greetings */
    uint64_t bytes_sent, bytes_received;
};

struct epp_session;

/* Connects and reads the greeting. UNAVAILABLE when there is no connection or no greeting;
 * PROTOCOL "epp-greeting" when it is none ("xml-…" when it is not even XML we accept), "epp-service" when an
 * object URI is not offered (the text names it); DENIED when a certificate is refused on either side. */
enum status epp_session_open(
    const struct epp_session_settings *s, struct epp_session **session_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* new_pw: STR_NULL or the new password, which is in force exactly when this returns OK (UNCERTAIN: either
 * may be). DENIED when the server refuses. The clTRID is made by the session. */
enum status epp_session_login(struct epp_session *s, struct str clid, struct str pw, struct str new_pw,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Asks for a fresh greeting: the keep-alive. Never UNCERTAIN, as it changes nothing. */
enum status epp_session_hello(struct epp_session *s, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Sends and waits for the answer, which lies in `a`. c->cltrid must be set (INVALID "epp-cltrid"). */
enum status epp_session_command(struct epp_session *s, struct arena *a, const struct epp_command *c,
    struct epp_response *r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* fn is called once, when the last byte of the next command is out and its answer not yet awaited; not at all
 * if that command cannot be sent. NULL: nothing is called. */
void epp_session_on_sent(struct epp_session *s, void (*fn)(void *ctx), void *ctx);
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
/* True if the login asked for that extension (offered and configured). */
bool epp_session_extension(const struct epp_session *s, const char *uri) FW_NONNULL_ALL;
const struct epp_session_counters *epp_session_counters(const struct epp_session *s) FW_NONNULL_ALL FW_RETURNS_NONNULL;

/* The document with the text inside every pw, newPW and authInfo element replaced by "***", whatever the
 * prefix; also for documents that are not well-formed. For logs on both sides. */
void epp_redact(struct str doc, struct buf *out) FW_NONNULL_ALL;
/* The same with another text in the secrets' place: one that says where the secret is kept. It must need no escaping
 * in XML. */
void epp_redact_as(struct str doc, struct str mark, struct buf *out) FW_NONNULL_ALL;

#endif
