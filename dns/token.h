/* Cutting presentation text into tokens (RFC 1035 §5.1): blanks separate, "…" quotes, \X and \DDD escape, ; starts a
 * comment, parentheses let an entry go over several lines. Escapes stay in the token's text, since what
 * they mean depends on the field (in a name \. is not a separator); dns_token_unescape resolves them.
 * Shared by dns/rdata.c and dns/master.c. */
#ifndef FW_DNS_TOKEN_H
#define FW_DNS_TOKEN_H

#include "base/buf.h"
#include "base/error.h"

#define DNS_TOKEN_MAX 65536 /* characters in one token */
#define DNS_ENTRY_TOKENS_MAX 2048 /* tokens in one entry */

struct dns_token {
    struct str text; /* borrowed from the input, without the quotes, escapes in place */
    bool quoted;
    bool glued; /* nothing stands between it and the token before: key="value" */
    unsigned line; /* from 1 */
};

struct dns_tokens {
    struct str in;
    size_t at;
    unsigned line; /* of `at` */
    struct arena *arena;
    struct dns_token *items; /* the entry read last */
    size_t n, cap;
    bool leading_blank; /* the entry began with a blank: the owner is the one before */
    unsigned paren_line; /* of the ( that is open; 0: none */
    size_t paren_at; /* behind it */
    /* Set by the caller: gets each comment that is a line of its own, from behind the `;`. */
    enum status (*comment)(void *ctx, struct str text, unsigned line, struct error *e);
    void *ctx;
    bool one_line; /* set by the caller for single values: ; and parentheses, which would swallow text, are errors */
};

void dns_tokens_init(struct dns_tokens *t, struct arena *a, struct str in) FW_NONNULL_ALL;
/* Reads one entry (a line, or several held by parentheses) with at least one token; n = 0 at the end.
 * INVALID "open-quote", "open-paren", "stray-paren", "token-too-long", "too-many-tokens", "bad-character",
 * "unquoted-semicolon", "unquoted-paren" (one_line). */
enum status dns_tokens_next(struct dns_tokens *t, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The line of the error that dns_tokens_next has just given. */
unsigned dns_tokens_error_line(const struct dns_tokens *t, const struct error *e) FW_NONNULL_ALL;
/* After an error of dns_tokens_next: moves to where the next entry is likely to begin. That is the next line; in
 * parentheses the line behind the closing one, or the first that begins with neither a blank nor a parenthesis. */
void dns_tokens_resync(struct dns_tokens *t) FW_NONNULL_ALL;
/* Raw bytes of a token, escapes resolved, appended to out. INVALID "bad-escape". */
enum status dns_token_unescape(struct str text, struct buf *out, struct error *e) FW_MUST_CHECK;
/* "…" with escapes where RFC 1035 wants them. */
void dns_string_write(struct buf *out, struct str raw) FW_NONNULL_ALL;
/* 3600, or 1h30m, 2d, 1w; at most 2^31-1 seconds. */
bool dns_period_parse(struct str text, uint32_t *seconds_r) FW_NONNULL_ALL;

#endif
