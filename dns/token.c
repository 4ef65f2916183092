#include "dns/token.h"

void dns_tokens_init(struct dns_tokens *t, struct arena *a, struct str in)
{
    *t = (struct dns_tokens){.in = in, .line = 1, .arena = a};
}

static bool at_end(const struct dns_tokens *t)
{
    return t->at >= t->in.n;
}

static char peek(const struct dns_tokens *t)
{
    return t->in.p[t->at];
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* NUL, control characters and DEL have no place in text; bytes from 128 on may (UTF-8 in quotes). */
static bool is_control(char c)
{
    return ((uint8_t)c < 32 && c != '\t' && c != '\r' && c != '\n') || c == 127;
}

static enum status bad_character(const struct dns_tokens *t, struct error *e)
{
    return error_set(
        e, INVALID, "bad-character", "a control character (code %d) cannot stand in text", (uint8_t)peek(t));
}

/* Does a token that begins at `at`, its quote included, follow the last one directly? */
static bool is_glued(const struct dns_tokens *t, size_t at)
{
    const struct dns_token *last = &t->items[t->n - 1];

    return last->text.p + last->text.n + (last->quoted ? 1 : 0) == t->in.p + at;
}

static enum status token_add(struct dns_tokens *t, size_t start, bool quoted, unsigned line, struct error *e)
{
    struct str text = str_n(t->in.p + start, t->at - start);

    if (text.n > DNS_TOKEN_MAX)
        return error_set(e, INVALID, "token-too-long", "a word of %zu characters is longer than the %d allowed", text.n,
            DNS_TOKEN_MAX);
    if (t->n == DNS_ENTRY_TOKENS_MAX)
        return error_set(e, INVALID, "too-many-tokens", "an entry of more than %d words", DNS_ENTRY_TOKENS_MAX);
    if (t->n == t->cap) {
        size_t cap = t->cap == 0 ? 16 : t->cap * 2;
        struct dns_token *items = ARENA_ARRAY(t->arena, cap, struct dns_token);
        if (t->n > 0)
            memcpy(items, t->items, t->n * sizeof(*items));
        t->items = items;
        t->cap = cap;
    }
    bool glued = t->n > 0 && is_glued(t, quoted ? start - 1 : start);
    t->items[t->n++] = (struct dns_token){.text = text, .quoted = quoted, .glued = glued, .line = line};
    return OK;
}

/* At the character behind the opening quote. */
static enum status token_quoted(struct dns_tokens *t, struct error *e)
{
    size_t start = t->at;

    for (; !at_end(t) && peek(t) != '\n'; t->at++) {
        if (is_control(peek(t)))
            return bad_character(t, e);
        if (peek(t) == '"') {
            TRY(token_add(t, start, true, t->line, e));
            t->at++;
            return OK;
        }
        if (peek(t) == '\\' && t->at + 1 < t->in.n && t->in.p[t->at + 1] != '\n')
            t->at++;
    }
    return error_set(e, INVALID, "open-quote", "a quoted string is not closed on its line");
}

static enum status token_plain(struct dns_tokens *t, struct error *e)
{
    size_t start = t->at;

    for (; !at_end(t) && !is_blank(peek(t)) && memchr("\n\"();", peek(t), 5) == NULL; t->at++) {
        if (is_control(peek(t)))
            return bad_character(t, e);
        if (peek(t) == '\\' && t->at + 1 < t->in.n && t->in.p[t->at + 1] != '\n')
            t->at++;
    }
    return token_add(t, start, false, t->line, e);
}

static enum status skip_comment(struct dns_tokens *t, struct error *e)
{
    if (t->one_line)
        return error_set(e, INVALID, "unquoted-semicolon",
            "character %zu (;) starts a comment: put the text in double quotes", t->at + 1);
    size_t start = t->at + 1;
    bool own_line = t->at == 0 || t->in.p[t->at - 1] == '\n';

    while (!at_end(t) && peek(t) != '\n')
        t->at++;
    if (t->comment == NULL || !own_line || t->paren_line != 0)
        return OK;
    return t->comment(t->ctx, str_n(t->in.p + start, t->at - start), t->line, e);
}

static enum status parenthesis(struct dns_tokens *t, struct error *e)
{
    bool opens = peek(t) == '(';

    if (t->one_line)
        return error_set(e, INVALID, "unquoted-paren",
            "character %zu (%c) has a meaning of its own: put the text in double quotes", t->at + 1, peek(t));
    if (opens == (t->paren_line != 0))
        return error_set(e, INVALID, "stray-paren", opens ? "parentheses cannot be nested" : "a ) without a ( before");
    t->paren_line = opens ? t->line : 0;
    t->at++;
    t->paren_at = t->at;
    return OK;
}

/* Up to the end of the line that ends the entry; blank lines give n == 0. */
static enum status entry_line(struct dns_tokens *t, struct error *e)
{
    t->n = 0;
    t->paren_line = 0;
    t->leading_blank = !at_end(t) && is_blank(peek(t));
    while (!at_end(t)) {
        char c = peek(t);

        if (c == '\n') {
            t->at++;
            t->line++;
            if (t->paren_line == 0)
                return OK;
        } else if (is_blank(c)) {
            t->at++;
        } else if (c == ';') {
            TRY(skip_comment(t, e));
        } else if (c == '(' || c == ')') {
            TRY(parenthesis(t, e));
        } else if (c == '"') {
            t->at++;
            TRY(token_quoted(t, e));
        } else {
            TRY(token_plain(t, e));
        }
    }
    return t->paren_line != 0 ? error_set(e, INVALID, "open-paren", "a ( is not closed before the end of the text")
                              : OK;
}

unsigned dns_tokens_error_line(const struct dns_tokens *t, const struct error *e)
{
    return str_eqz(str_of(e->code), "open-paren") ? t->paren_line : t->line;
}

static void skip_line(struct dns_tokens *t)
{
    while (!at_end(t) && peek(t) != '\n')
        t->at++;
    if (at_end(t))
        return;
    t->at++;
    t->line++;
}

/* Is there a ) in the rest of the line, outside of a comment? */
static bool line_closes(const struct dns_tokens *t)
{
    for (size_t i = t->at; i < t->in.n && t->in.p[i] != '\n' && t->in.p[i] != ';'; i++)
        if (t->in.p[i] == ')')
            return true;
    return false;
}

/* From the ( on, not from the error: what an open ( has swallowed may be many entries. */
void dns_tokens_resync(struct dns_tokens *t)
{
    bool closes;

    if (t->paren_line == 0) {
        skip_line(t);
        return;
    }
    t->at = t->paren_at;
    t->line = t->paren_line;
    do {
        closes = line_closes(t);
        skip_line(t);
    } while (!closes && !at_end(t) && (is_blank(peek(t)) || memchr("\n();", peek(t), 5) != NULL));
}

enum status dns_tokens_next(struct dns_tokens *t, struct error *e)
{
    do {
        TRY(entry_line(t, e));
    } while (t->n == 0 && !at_end(t));
    return OK;
}

enum status dns_token_unescape(struct str text, struct buf *out, struct error *e)
{
    for (size_t i = 0; i < text.n; i++) {
        const char *p = text.p + i;
        size_t left = text.n - i;
        unsigned v;

        if (p[0] != '\\') {
            buf_putc(out, p[0]);
            continue;
        }
        if (left >= 2 && !ascii_is_digit(p[1])) {
            buf_putc(out, p[1]);
            i++;
            continue;
        }
        if (left < 4 || !ascii_is_digit(p[2]) || !ascii_is_digit(p[3]))
            return error_set(e, INVALID, "bad-escape",
                "the \\ at character %zu needs one character or three decimal digits behind it", i + 1);
        v = (unsigned)(p[1] - '0') * 100 + (unsigned)(p[2] - '0') * 10 + (unsigned)(p[3] - '0');
        if (v > 255)
            return error_set(e, INVALID, "bad-escape", "the escape %.4s at character %zu is over 255", p, i + 1);
        buf_u8(out, (uint8_t)v);
        i += 3;
    }
    return OK;
}

void dns_string_write(struct buf *out, struct str raw)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];

        if (c < ' ' || c >= 127) /* bytes from 128 on are negative, or not: both end here */
            buf_printf(out, "\\%03u", (uint8_t)c);
        else if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else
            buf_putc(out, c);
    }
    buf_putc(out, '"');
}

static uint32_t unit_seconds(char c)
{
    switch (ascii_lower(c)) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 604800;
    default:
        return 0;
    }
}

bool dns_period_parse(struct str text, uint32_t *seconds_r)
{
    uint64_t sum = 0;
    size_t i = 0;

    if (text.n == 0)
        return false;
    while (i < text.n) {
        uint64_t v = 0;
        size_t digits = i;
        uint32_t unit;

        for (; i < text.n && ascii_is_digit(text.p[i]); i++) {
            v = v * 10 + (uint64_t)(text.p[i] - '0');
            if (v > INT32_MAX)
                return false;
        }
        if (i == digits)
            return false;
        unit = i < text.n ? unit_seconds(text.p[i++]) : 1;
        sum += v * unit;
        if (unit == 0 || sum > INT32_MAX)
            return false;
    }
    *seconds_r = (uint32_t)sum;
    return true;
}
