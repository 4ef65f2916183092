/* What the responder and the bare loop share: EPP documents as text, frames, sockets, and OpenSSL used directly. They are
 * the measure, so nothing of the product is in them. */
#ifndef FW_BENCH_EPP_WIRE_H
#define FW_BENCH_EPP_WIRE_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

#define WIRE_FRAME_MAX 65536
#define EPP_OPEN                                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">"

struct wire_buf {
    char p[1 << 20];
    size_t n;
};

/* dir: where bench.py has the certificates. */
SSL_CTX *wire_context(const char *dir, bool server, const char *name);
/* Appends a frame; the text follows printf. */
void wire_frame(struct wire_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The first whole frame at `at`; NULL: not whole yet. *next_r: where the one after it begins. */
const char *wire_next(const struct wire_buf *b, size_t at, size_t *len_r, size_t *next_r);
/* At least one byte more; false: the end. */
bool wire_read(SSL *ssl, struct wire_buf *b);
bool wire_write(SSL *ssl, struct wire_buf *b); /* all, by as few calls as go; empties b */
void wire_drop(struct wire_buf *b, size_t n);
int wire_connect(unsigned port);
double wire_seconds(void); /* monotonic */

#endif
