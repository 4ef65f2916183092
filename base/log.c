#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/str.h"

#define LOG_TEXT_MAX 4096
#define LOG_LINE_MAX 8192

static _Atomic(const char *) log_program;
static atomic_int log_threshold = LOG_INFO;

static const char *const level_words[] = {
    [LOG_ERROR] = "error",
    [LOG_WARN] = "warn",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};

void log_init(const char *program, enum log_level level)
{
    atomic_store(&log_program, program);
    atomic_store(&log_threshold, (int)level);
}

bool log_enabled(enum log_level level)
{
    return (int)level <= atomic_load(&log_threshold);
}

bool log_level_parse(const char *word, enum log_level *level_r)
{
    for (size_t i = 0; i < ARRAY_LEN(level_words); i++) {
        if (strcmp(word, level_words[i]) == 0) {
            *level_r = (enum log_level)i;
            return true;
        }
    }
    return false;
}

/* A line in the making: fixed memory, as logging must work when nothing else does. */
struct line {
    char p[LOG_LINE_MAX];
    size_t n;
};

/* All of it or nothing; one byte stays free for the newline. */
static bool line_put(struct line *l, const char *p, size_t n)
{
    if (n > sizeof(l->p) - 1 - l->n)
        return false;
    memcpy(l->p + l->n, p, n);
    l->n += n;
    return true;
}

/* C1 controls too: terminals obey them. */
static bool is_control(const char *p, size_t len)
{
    unsigned char first = (unsigned char)p[0];
    if (len == 1)
        return first < 0x20 || first == 0x7F;
    return len == 2 && first == 0xC2 && (unsigned char)p[1] < 0xA0;
}

static void line_text(struct line *l, const char *text)
{
    struct str rest = str_of(text);
    while (rest.n > 0) {
        size_t len = str_utf8_len(rest);
        bool put;
        if (len != 0 && !is_control(rest.p, len)) {
            put = line_put(l, rest.p, len);
        } else {
            char escape[5];
            (void)snprintf(escape, sizeof(escape), "\\x%02x", (unsigned)(unsigned char)rest.p[0]);
            put = line_put(l, escape, 4);
            len = 1;
        }
        if (!put)
            return;
        rest = str_n(rest.p + len, rest.n - len);
    }
}

static void line_time(struct line *l)
{
    struct timespec ts;
    struct tm tm;
    char text[40];
    (void)clock_gettime(CLOCK_REALTIME, &ts);
    (void)gmtime_r(&ts.tv_sec, &tm);
    size_t n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
    (void)snprintf(text + n, sizeof(text) - n, ".%03dZ ", (int)(ts.tv_nsec / 1000000));
    line_text(l, text);
}

static void line_write(struct line *l)
{
    l->p[l->n++] = '\n';
    size_t done = 0;
    while (done < l->n) {
        ssize_t n = write(STDERR_FILENO, l->p + done, l->n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* nowhere left to say so */
        done += (size_t)n;
    }
}

static void line_head(struct line *l, enum log_level level, const char *kind, const char *subject)
{
    const char *program = atomic_load(&log_program);
    line_time(l);
    if (program != NULL) {
        line_text(l, program);
        line_text(l, " ");
    }
    line_text(l, level_words[level]);
    line_text(l, " ");
    line_text(l, kind);
    if (subject != NULL) {
        line_text(l, " ");
        line_text(l, subject);
    }
    line_text(l, ": ");
}

void log_event(enum log_level level, const char *kind, const char *subject, const char *fmt, ...)
{
    if ((int)level > atomic_load(&log_threshold))
        return;
    int saved = errno;
    struct line l;
    l.n = 0;
    line_head(&l, level, kind, subject);
    char text[LOG_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    line_text(&l, n < 0 ? fmt : text);
    if (n >= (int)sizeof(text))
        line_text(&l, " [cut]");
    line_write(&l);
    errno = saved;
}
