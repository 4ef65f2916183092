/* How anything fails.
 *
 * A function that can fail returns enum status, and where there is more to say takes a struct
 * error as its last argument (never NULL) and fills it exactly when the status is not OK.
 * The class says what a caller may do; the code is a stable word for programs ("name-too-long");
 * the text is for people: what was wrong, where, and what to do next. No secrets in either.
 */
#ifndef FW_BASE_ERROR_H
#define FW_BASE_ERROR_H

#include <stdarg.h>

#include "base/compiler.h"

enum status {
    OK = 0,
    INVALID, /* the input is wrong; the same again will fail again */
    NOT_FOUND,
    EXISTS,
    DENIED, /* known, but not allowed to this caller */
    FUNDS, /* the balance does not cover it */
    CONFLICT, /* the state moved meanwhile: read again, decide again */
    UNAVAILABLE, /* nothing was done; the same later may succeed */
    UNCERTAIN, /* sent, no answer: it may or may not have been done; ask before doing more */
    PROTOCOL, /* the other side broke the protocol */
    INTERNAL, /* our own fault; a person must look */
    STATUS_COUNT
};

#define ERROR_CODE_MAX 48
#define ERROR_TEXT_MAX 480

struct error {
    enum status status;
    char code[ERROR_CODE_MAX];
    char text[ERROR_TEXT_MAX];
};

enum worker_act { WORKER_DONE, WORKER_FAIL, WORKER_RETRY, WORKER_RECONCILE, WORKER_PAGE };

/* The one table: what each class means to a worker and to HTTP. */
struct status_meaning {
    const char *word; /* "INVALID" */
    enum worker_act act;
    int http;
    int exit_code; /* of the command line: 0 ok, 1 failed, 2 wrong use/input */
};
const struct status_meaning *status_meaning(enum status s) FW_RETURNS_NONNULL;

/* Fills e and returns s, so that `return error_set(e, INVALID, "label-too-long", "…", …);` */
enum status error_set(struct error *e, enum status s, const char *code, const char *fmt, ...)
    FW_PRINTF(4, 5) FW_NONNULL_ALL;
/* Puts "context: " in front of the text and returns e->status. */
enum status error_prefix(struct error *e, const char *fmt, ...) FW_PRINTF(2, 3) FW_NONNULL_ALL;
void error_clear(struct error *e) FW_NONNULL_ALL;

/* return early, for straight-line code */
#define TRY(expr)                                                                                                      \
    do {                                                                                                               \
        enum status try_s_ = (expr);                                                                                   \
        if (try_s_ != OK)                                                                                              \
            return try_s_;                                                                                             \
    } while (0)

#endif
