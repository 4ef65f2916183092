#include "dns/master_impl.h"
#include "dns/soa.h"

static enum status out_of_zone(struct master *m, const struct dns_name *owner)
{
    struct str name = dns_name_text(&m->scratch, owner, true);
    struct str zone = dns_name_text(&m->scratch, m->options->origin, true);

    return error_set(m->e, INVALID, "master-out-of-zone", "%.*s is not in the zone %.*s", STR_ARG(name), STR_ARG(zone));
}

enum status master_read_name(struct master *m, struct str text, struct dns_name *owner_r)
{
    TRY(dns_name_parse(text, &m->origin, owner_r, m->e));
    return dns_name_is_subdomain(owner_r, m->options->origin) ? OK : out_of_zone(m, owner_r);
}

/* Owner, or the one before. *at moves behind it. */
static enum status read_owner(struct master *m, size_t *at)
{
    const struct dns_token *t = &m->tokens.items[0];

    *at = 0;
    if (m->tokens.leading_blank)
        return m->has_owner ? OK
                            : error_set(m->e, INVALID, "master-syntax",
                                  "the first record must begin with a name (a blank means: the name before)");
    *at = 1;
    m->has_owner = m->owner_wrong = true;
    if (t->quoted)
        return error_set(m->e, INVALID, "master-syntax", "a record begins with a name, not with a quoted string");
    TRY(master_read_name(m, t->text, &m->owner));
    m->owner_wrong = false;
    return OK;
}

/* TTL and class, each at most once, in either order. */
enum status master_read_ttl_class(struct master *m, size_t *at, struct maybe_ttl *ttl_r)
{
    uint16_t class_ = DNS_IN;
    bool has_class = false;

    for (; *at < m->tokens.n && !m->tokens.items[*at].quoted; (*at)++) {
        struct str s = m->tokens.items[*at].text;

        /* ANY is a type here: the classes from 254 on stand in messages only. */
        if (!has_class && dns_class_parse(s, &class_) && class_ < DNS_CLASS_NONE) {
            has_class = true;
            if (class_ != DNS_IN)
                return error_set(m->e, INVALID, "master-class", "class %.*s is not served, only IN", STR_ARG(s));
        } else if (!ttl_r->known && s.n > 0 && ascii_is_digit(s.p[0])) {
            if (!dns_period_parse(s, &ttl_r->ttl))
                return error_set(m->e, INVALID, "master-ttl",
                    "the TTL %.*s is not a time in seconds (or like 1h) up to %u", STR_ARG(s), DNS_TTL_MAX);
            ttl_r->known = true;
        } else {
            break;
        }
    }
    return OK;
}

enum status master_read_type(struct master *m, size_t *at, uint16_t *type_r)
{
    const struct dns_token *t = &m->tokens.items[*at];

    if (*at == m->tokens.n)
        return error_set(m->e, INVALID, "master-syntax", "the record has no type (NAME TTL CLASS TYPE DATA)");
    if (t->quoted || !dns_type_parse(t->text, type_r))
        return error_set(m->e, INVALID, "master-type", "\"%.*s\" is not a type of records (NAME TTL CLASS TYPE DATA)",
            STR_ARG(t->text));
    if (!dns_type_is_data(*type_r))
        return error_set(
            m->e, INVALID, "master-type", "records of type %.*s cannot be given in a zone file here", STR_ARG(t->text));
    (*at)++;
    return OK;
}

/* In the order of RFC 2308 §4 and RFC 1035 §5.1: said, $TTL, the one before, for a SOA its minimum, the caller's. */
static enum status settle_ttl(
    struct master *m, const struct dns_master_record *r, struct maybe_ttl said, uint32_t *ttl_r)
{
    struct dns_soa soa;

    if (said.known)
        m->last_ttl = said;
    else if (m->dollar_ttl.known)
        said = m->dollar_ttl;
    else if (m->last_ttl.known)
        said = m->last_ttl;
    else if (r->type == DNS_SOA && dns_soa_read(r->rdata, &soa))
        m->last_ttl = said = (struct maybe_ttl){true, soa.minimum <= DNS_TTL_MAX ? soa.minimum : 0};
    else if (m->options->default_ttl != 0)
        said = (struct maybe_ttl){true, m->options->default_ttl};
    *ttl_r = said.ttl;
    return said.known ? OK
                      : error_set(m->e, INVALID, "master-ttl", "the record has no TTL, and there is no $TTL before it");
}

enum status master_deliver(struct master *m, struct dns_master_record *r, struct maybe_ttl said)
{
    TRY(settle_ttl(m, r, said, &r->ttl));
    if (m->records == m->records_max) {
        m->over = true;
        return error_set(m->e, INVALID, "master-too-many", "more than %zu records", m->records_max);
    }
    m->records++;
    r->file = m->file;
    return m->record(m->ctx, r, m->e);
}

static enum status read_record(struct master *m)
{
    struct dns_master_record r = {.line = m->tokens.items[0].line};
    const struct dns_tokens *t = &m->tokens;
    struct maybe_ttl ttl = {0};
    size_t at;

    TRY(read_owner(m, &at));
    TRY(master_read_ttl_class(m, &at, &ttl));
    TRY(master_read_type(m, &at, &r.type));
    TRY(dns_rdata_parse_tokens(&m->scratch, r.type, t->items + at, t->n - at, &m->origin, &r.rdata, m->e));
    if (m->owner_wrong)
        return OK;
    r.owner = m->owner;
    return master_deliver(m, &r, ttl);
}

static enum status read_entry(struct master *m)
{
    const struct dns_token *first = &m->tokens.items[0];

    if (!m->tokens.leading_blank && !first->quoted && first->text.n > 0 && first->text.p[0] == '$')
        return master_read_directive(m);
    return read_record(m);
}

/* OK to go on. An error that has passed through an included file is in the report already, or has its place. */
static enum status note(struct master *m, unsigned line)
{
    struct dns_master_report *report = m->options->report;
    struct error *e = m->e;

    if (report == NULL || e->status != INVALID)
        return str_is_null(*m->file) ? error_prefix(e, "line %u", line)
                                     : error_prefix(e, "%.*s:%u", STR_ARG(*m->file), line);
    dns_master_report_add(report, *m->file, line, false, e);
    if (m->over)
        return error_set(e, INVALID, "master-errors", "the reading was given up");
    error_clear(e);
    return OK;
}

static enum status on_comment(void *ctx, struct str text, unsigned line, struct error *e)
{
    struct master *m = ctx;

    return m->options->comment(m->ctx, text, m->file, line, e);
}

static enum status take_bytes(struct master *m, struct str text)
{
    if (text.n <= m->bytes_max - m->bytes) {
        m->bytes += text.n;
        return OK;
    }
    m->over = true;
    return error_set(m->e, INVALID, "master-too-large", "the zone file has %zu bytes, the most is %zu",
        m->bytes + text.n, m->bytes_max);
}

/* Some editors begin a file in UTF-8 with U+FEFF, which nobody sees there. */
static struct str without_mark(struct str text)
{
    struct str mark = STR("\xef\xbb\xbf");

    return str_starts(text, mark) ? str_n(text.p + mark.n, text.n - mark.n) : text;
}

enum status master_read_text(struct master *m, struct str text)
{
    TRY(take_bytes(m, text));
    dns_tokens_init(&m->tokens, m->arena, without_mark(text));
    m->tokens.comment = m->options->comment != NULL ? on_comment : NULL;
    m->tokens.ctx = m;
    for (;;) {
        arena_reset(&m->scratch);
        if (dns_tokens_next(&m->tokens, m->e) != OK) {
            TRY(note(m, dns_tokens_error_line(&m->tokens, m->e)));
            dns_tokens_resync(&m->tokens);
            continue;
        }
        if (m->tokens.n == 0)
            return OK;
        unsigned depth = m->depth;
        unsigned line = m->tokens.items[0].line;
        if (read_entry(m) == OK)
            continue;
        if (m->depth > depth) /* it came from an included file, with its place */
            return m->e->status;
        TRY(note(m, line));
    }
}

enum status dns_master_scan(struct arena *a, struct str text, const struct dns_master_options *options,
    enum status (*record)(void *ctx, const struct dns_master_record *r, struct error *e), void *ctx, struct error *e)
{
    struct str *file = ARENA_NEW(a, struct str);
    struct master m = {
        .arena = a, .options = options, .file = file, .origin = *options->origin, .record = record, .ctx = ctx, .e = e};

    *file = options->file;
    m.bytes_max = options->bytes_max != 0 ? options->bytes_max : DNS_MASTER_BYTES_MAX;
    m.records_max = options->records_max != 0 ? options->records_max : DNS_MASTER_RECORDS_MAX;
    arena_init(&m.scratch, 0);
    enum status s = master_read_text(&m, text);
    arena_clear(&m.scratch);
    if (options->report == NULL || (s != OK && s != INVALID))
        return s;
    if (s == INVALID && !str_eqz(str_of(e->code), "master-errors"))
        dns_master_report_add(options->report, *file, 0, false, e);
    return dns_master_report_status(options->report, e);
}
