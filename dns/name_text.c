#include "dns/name.h"

/* The name under construction: a length byte is kept open at `label` until the label ends. */
struct name_build {
    struct dns_name name;
    size_t n; /* bytes of wire so far, the open label's length byte included */
    size_t label; /* where that length byte is */
    size_t start; /* where the open label began in the text, for errors */
    struct error *e;
};

static enum status build_byte(struct name_build *b, uint8_t c)
{
    if (b->n - b->label - 1 >= DNS_LABEL_MAX)
        return error_set(b->e, INVALID, "label-too-long", "the label at character %zu has more than %d bytes",
            b->start + 1, DNS_LABEL_MAX);
    /* One more for the root's zero. */
    if (b->n + 1 >= DNS_NAME_MAX)
        return error_set(
            b->e, INVALID, "name-too-long", "the name has more than %d bytes, the limit of DNS", DNS_NAME_MAX);
    b->name.wire[b->n++] = c;
    return OK;
}

static enum status build_end_label(struct name_build *b)
{
    size_t n = b->n - b->label - 1;

    if (n == 0)
        return error_set(
            b->e, INVALID, "empty-label", "the label at character %zu is empty (a dot too many?)", b->start + 1);
    b->name.wire[b->label] = (uint8_t)n;
    b->name.labels++;
    b->label = b->n++;
    return OK;
}

/* \X or \DDD at text.p[*at] (which is the backslash); *at moves behind it. */
static enum status read_escape(struct str text, size_t *at, uint8_t *c_r, struct error *e)
{
    size_t start = *at, left = text.n - start - 1;
    const char *p = text.p + start + 1;
    unsigned v;

    if (left >= 1 && !ascii_is_digit(p[0])) {
        *c_r = (uint8_t)p[0];
        *at += 2;
        return OK;
    }
    if (left < 3 || !ascii_is_digit(p[1]) || !ascii_is_digit(p[2]))
        return error_set(e, INVALID, "bad-escape",
            "the \\ at character %zu needs one character or three decimal digits behind it", start + 1);
    v = (unsigned)(p[0] - '0') * 100 + (unsigned)(p[1] - '0') * 10 + (unsigned)(p[2] - '0');
    if (v > 255)
        return error_set(e, INVALID, "bad-escape", "the escape \\%.3s at character %zu is over 255", p, start + 1);
    *c_r = (uint8_t)v;
    *at += 4;
    return OK;
}

static enum status check_plain(char c, size_t at, struct error *e)
{
    if (c > ' ' && c < 127 && memchr("\"();", c, 4) == NULL)
        return OK;
    if (c > ' ' && c < 127)
        return error_set(
            e, INVALID, "bad-character", "character %zu (%c) of the name must be written \\%c", at + 1, c, c);
    if ((uint8_t)c >= 128)
        return error_set(e, INVALID, "bad-character",
            "character %zu of the name is not ASCII: international names go here as xn--…", at + 1);
    return error_set(e, INVALID, "bad-character", "character %zu (code %d) cannot stand in a name", at + 1, (int)c);
}

/* Labels up to the end of the text; *absolute_r: it ended with a dot. */
static enum status build_labels(struct name_build *b, struct str text, bool *absolute_r)
{
    uint8_t c = 0;

    *absolute_r = false;
    for (size_t at = 0; at < text.n;) {
        if (text.p[at] == '.') {
            TRY(build_end_label(b));
            b->start = ++at;
            *absolute_r = at == text.n;
        } else if (text.p[at] == '\\') {
            TRY(read_escape(text, &at, &c, b->e));
            TRY(build_byte(b, c));
        } else {
            TRY(check_plain(text.p[at], at, b->e));
            TRY(build_byte(b, (uint8_t)text.p[at++]));
        }
    }
    return *absolute_r ? OK : build_end_label(b);
}

/* b->label is where the root's zero or the origin goes. */
static enum status build_finish(struct name_build *b, const struct dns_name *origin, struct dns_name *name_r)
{
    if (b->label + origin->len > DNS_NAME_MAX)
        return error_set(b->e, INVALID, "name-too-long", "with the origin the name has %zu bytes, the most is %d",
            b->label + origin->len, DNS_NAME_MAX);
    memcpy(b->name.wire + b->label, origin->wire, origin->len);
    b->name.len = (uint8_t)(b->label + origin->len);
    b->name.labels = (uint8_t)(b->name.labels + origin->labels);
    *name_r = b->name;
    return OK;
}

enum status dns_name_parse(struct str text, const struct dns_name *origin, struct dns_name *name_r, struct error *e)
{
    struct name_build b = {.n = 1, .e = e};
    bool absolute;

    if (text.n == 0)
        return error_set(e, INVALID, "empty-name", "the name is empty (the root is written as a single dot)");
    if (str_eqz(text, ".")) {
        *name_r = dns_name_root;
        return OK;
    }
    if (origin != NULL && str_eqz(text, "@")) {
        *name_r = *origin;
        return OK;
    }
    TRY(build_labels(&b, text, &absolute));
    return build_finish(&b, absolute || origin == NULL ? &dns_name_root : origin, name_r);
}

struct dns_name dns_name_of(const char *z)
{
    struct dns_name name;
    struct error e;

    INVARIANT(dns_name_parse(str_of(z), NULL, &name, &e) == OK);
    return name;
}

static void write_label(struct buf *out, struct str label)
{
    for (size_t i = 0; i < label.n; i++) {
        char c = label.p[i];

        if (c <= ' ' || c >= 127)
            buf_printf(out, "\\%03u", (uint8_t)c);
        else if (memchr(".\"();@$\\", c, 8) != NULL)
            buf_printf(out, "\\%c", c);
        else
            buf_putc(out, c);
    }
}

/* The first n labels, with dots between. */
static void write_labels(struct buf *out, const struct dns_name *name, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(out, '.');
        write_label(out, dns_name_label(name, i));
    }
}

void dns_name_write(struct buf *out, const struct dns_name *name, bool final_dot)
{
    write_labels(out, name, name->labels);
    if (final_dot || name->labels == 0)
        buf_putc(out, '.');
}

struct str dns_name_text(struct arena *a, const struct dns_name *name, bool final_dot)
{
    struct buf b;

    buf_in(&b, a, DNS_NAME_TEXT_MAX + 1);
    dns_name_write(&b, name, final_dot);
    return buf_view(&b);
}

void dns_name_write_relative(struct buf *out, const struct dns_name *name, const struct dns_name *origin)
{
    if (origin->labels == 0 || !dns_name_is_subdomain(name, origin))
        dns_name_write(out, name, true);
    else if (name->labels == origin->labels)
        buf_putc(out, '@');
    else
        write_labels(out, name, name->labels - origin->labels);
}
