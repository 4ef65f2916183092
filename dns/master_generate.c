/* $GENERATE: one record for each number of a range. */
#include "dns/master_impl.h"

struct generate {
    uint64_t from, to, step;
    struct str owner, data; /* templates */
    uint16_t type;
    struct maybe_ttl ttl;
    unsigned line;
};

static enum status refuse(struct master *m, const char *why, struct str what)
{
    return error_set(m->e, INVALID, "master-generate", "$GENERATE: \"%.*s\" %s", STR_ARG(what), why);
}

/* 1-254 or 0-510/2 */
static enum status read_range(struct master *m, struct generate *g)
{
    struct str text = m->tokens.items[1].text, rest = text, part;

    g->step = 1;
    (void)str_take(&rest, '-', &part);
    if (!str_to_u64(part, INT32_MAX, &g->from) || str_is_null(rest))
        return refuse(m, "is no range; it is written FROM-TO or FROM-TO/STEP", text);
    (void)str_take(&rest, '/', &part);
    if (!str_to_u64(part, INT32_MAX, &g->to) ||
        (!str_is_null(rest) && (!str_to_u64(rest, INT32_MAX, &g->step) || g->step == 0)))
        return refuse(m, "is no range; it is written FROM-TO or FROM-TO/STEP", text);
    return g->to >= g->from ? OK : refuse(m, "ends before it begins", text);
}

/* ---- one template, one number --------------------------------------------------------------------- */

struct form {
    int64_t offset;
    uint64_t width;
    char base;
};

/* What stands between ${ and }. */
static enum status read_form(struct master *m, struct str text, struct form *f)
{
    struct str rest = text, part;

    *f = (struct form){.base = 'd'};
    (void)str_take(&rest, ',', &part);
    if (!str_to_i64(part, -INT32_MAX, INT32_MAX, &f->offset))
        return refuse(m, "begins with no number (${OFFSET,WIDTH,BASE})", text);
    if (str_take(&rest, ',', &part) && !str_to_u64(part, DNS_MASTER_WIDTH_MAX, &f->width))
        return refuse(m, "has a width that is not 0 to 255 (${OFFSET,WIDTH,BASE})", text);
    if (str_is_null(rest))
        return OK;
    if (rest.n != 1 || memchr("doxXnN", rest.p[0], 6) == NULL)
        return refuse(m, "has a base that is none of d, o, x, X, n, N (${OFFSET,WIDTH,BASE})", text);
    f->base = rest.p[0];
    return OK;
}

/* Hexadecimal digits, lowest first, with dots between: width counts both, as in ${0,16,n} for eight of them. */
static void put_nibbles(struct buf *out, uint64_t v, uint64_t width, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    do {
        buf_putc(out, digits[v & 15]);
        v >>= 4;
        width -= width > 0;
        if (width > 0 || v > 0)
            buf_putc(out, '.');
        width -= width > 0;
    } while (width > 0 || v > 0);
}

static void put_number(struct buf *out, uint64_t v, const struct form *f)
{
    int width = (int)f->width;

    switch (f->base) {
    case 'd':
        buf_printf(out, "%0*llu", width, (unsigned long long)v);
        break;
    case 'o':
        buf_printf(out, "%0*llo", width, (unsigned long long)v);
        break;
    case 'x':
        buf_printf(out, "%0*llx", width, (unsigned long long)v);
        break;
    case 'X':
        buf_printf(out, "%0*llX", width, (unsigned long long)v);
        break;
    default:
        put_nibbles(out, v, f->width, f->base == 'N');
    }
}

/* At a $ that is none of its own: "$" or "${…}". */
static enum status expand_number(struct master *m, struct str text, size_t *at, uint64_t i, struct buf *out)
{
    struct form f = {.base = 'd'};
    ptrdiff_t end;

    if (*at + 1 < text.n && text.p[*at + 1] == '{') {
        end = str_find(text, '}', *at);
        if (end < 0)
            return refuse(m, "has a ${ without a }", text);
        TRY(read_form(m, str_n(text.p + *at + 2, (size_t)end - *at - 2), &f));
        *at = (size_t)end;
    }
    if ((int64_t)i + f.offset < 0)
        return refuse(m, "would make a number below zero", text);
    put_number(out, (uint64_t)((int64_t)i + f.offset), &f);
    return OK;
}

/* Escapes stay: the field they are in resolves them. */
static enum status expand(struct master *m, struct str text, uint64_t i, struct str *out_r)
{
    struct buf out;

    buf_in(&out, &m->scratch, DNS_TOKEN_MAX);
    for (size_t at = 0; at < text.n; at++) {
        char c = text.p[at], next = at + 1 < text.n ? text.p[at + 1] : '\0';

        if (c == '\\' && next != '\0') {
            buf_put(&out, text.p + at++, 2);
        } else if (c == '$' && next == '$') {
            buf_puts(&out, "\\$");
            at++;
        } else if (c == '$') {
            TRY(expand_number(m, text, &at, i, &out));
        } else {
            buf_putc(&out, c);
        }
    }
    if (buf_over(&out))
        return error_set(
            m->e, INVALID, "master-generate", "$GENERATE: a record of more than %d characters", DNS_TOKEN_MAX);
    *out_r = buf_view(&out);
    return OK;
}

/* ---- the directive ---------------------------------------------------------------------------------- */

/* The words of the data as one text again; a single quoted string stands for the words in it, as in BIND. */
static struct str data_template(struct master *m, size_t at)
{
    struct buf out;

    if (m->tokens.n - at == 1)
        return str_dup(&m->scratch, m->tokens.items[at].text);
    buf_in(&out, &m->scratch, m->tokens.in.n);
    for (size_t i = at; i < m->tokens.n; i++) {
        const struct dns_token *t = &m->tokens.items[i];

        buf_printf(&out, "%s%s", i > at ? " " : "", t->quoted ? "\"" : "");
        buf_str(&out, t->text);
        buf_puts(&out, t->quoted ? "\"" : "");
    }
    return buf_view(&out);
}

static enum status read_generate(struct master *m, struct generate *g)
{
    size_t at = 3;

    if (m->tokens.n < 5)
        return error_set(m->e, INVALID, "master-generate",
            "$GENERATE takes a range, an owner, a type and data (FROM-TO[/STEP] NAME TTL CLASS TYPE DATA)");
    g->line = m->tokens.items[0].line;
    TRY(read_range(m, g));
    g->owner = m->tokens.items[2].text;
    TRY(master_read_ttl_class(m, &at, &g->ttl));
    TRY(master_read_type(m, &at, &g->type));
    if (at == m->tokens.n)
        return error_set(m->e, INVALID, "master-generate", "$GENERATE: there is no data behind the type");
    g->data = data_template(m, at);
    return OK;
}

static enum status generate_one(struct master *m, const struct generate *g, uint64_t i)
{
    struct dns_master_record r = {.type = g->type, .line = g->line};
    struct str owner, data;
    struct dns_tokens words;

    TRY(expand(m, g->owner, i, &owner));
    TRY(expand(m, g->data, i, &data));
    TRY(master_read_name(m, owner, &r.owner));
    dns_tokens_init(&words, &m->scratch, data);
    words.one_line = true;
    TRY(dns_tokens_next(&words, m->e));
    TRY(dns_rdata_parse_tokens(&m->scratch, r.type, words.items, words.n, &m->origin, &r.rdata, m->e));
    return master_deliver(m, &r, g->ttl);
}

/* The templates are in the scratch arena of the entry; each record has one of its own on top. */
enum status master_generate(struct master *m)
{
    struct generate g = {0};
    struct arena entry;
    enum status s = read_generate(m, &g);

    if (s != OK)
        return s;
    entry = m->scratch;
    arena_init(&m->scratch, 0);
    for (uint64_t i = g.from; s == OK && i <= g.to; i += g.step) {
        s = generate_one(m, &g, i);
        arena_reset(&m->scratch);
    }
    arena_clear(&m->scratch);
    m->scratch = entry;
    return s;
}
