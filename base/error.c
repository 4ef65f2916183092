#include "base/error.h"

#include "base/str.h"

/* The one place that says what a class means. UNCERTAIN is 504 to HTTP: we asked and heard nothing. */
static const struct status_meaning meanings[STATUS_COUNT] = {
    [OK] = {"OK", WORKER_DONE, 200, 0},
    [INVALID] = {"INVALID", WORKER_FAIL, 400, 2},
    [NOT_FOUND] = {"NOT_FOUND", WORKER_FAIL, 404, 1},
    [EXISTS] = {"EXISTS", WORKER_FAIL, 409, 1},
    [DENIED] = {"DENIED", WORKER_FAIL, 403, 1},
    [FUNDS] = {"FUNDS", WORKER_FAIL, 402, 1},
    [CONFLICT] = {"CONFLICT", WORKER_RETRY, 409, 1},
    [UNAVAILABLE] = {"UNAVAILABLE", WORKER_RETRY, 503, 1},
    [UNCERTAIN] = {"UNCERTAIN", WORKER_RECONCILE, 504, 1},
    [PROTOCOL] = {"PROTOCOL", WORKER_PAGE, 502, 1},
    [INTERNAL] = {"INTERNAL", WORKER_PAGE, 500, 1},
};

const struct status_meaning *status_meaning(enum status s)
{
    INVARIANT((unsigned)s < STATUS_COUNT);
    return &meanings[s];
}

/* Copies what fits, never half a character. */
static void text_copy(char *to, size_t size, struct str from)
{
    if (from.n >= size) {
        from.n = size - 1;
        while (from.n > 0 && ((unsigned char)from.p[from.n] & 0xC0) == 0x80)
            from.n--;
    }
    memcpy(to, from.p, from.n);
    to[from.n] = '\0';
}

enum status error_set(struct error *e, enum status s, const char *code, const char *fmt, ...)
{
    INVARIANT(s != OK);
    /* Beside e first: code and arguments may point into it. */
    char text[ERROR_TEXT_MAX * 2], word[ERROR_CODE_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    text_copy(word, sizeof(word), str_of(code));
    e->status = s;
    text_copy(e->code, sizeof(e->code), str_of(word));
    text_copy(e->text, sizeof(e->text), str_of(text));
    return s;
}

enum status error_prefix(struct error *e, const char *fmt, ...)
{
    char raw[ERROR_TEXT_MAX * 2], front[ERROR_TEXT_MAX], text[ERROR_TEXT_MAX * 2 + 2];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    text_copy(front, sizeof(front), str_of(raw));
    (void)snprintf(text, sizeof(text), "%s: %s", front, e->text);
    text_copy(e->text, sizeof(e->text), str_of(text));
    return e->status;
}

void error_clear(struct error *e)
{
    e->status = OK;
    e->code[0] = '\0';
    e->text[0] = '\0';
}
