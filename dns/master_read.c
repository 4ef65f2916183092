#include "dns/master.h"
#include "dns/soa.h"

/* A TTL that may not be known yet. */
struct maybe_ttl {
    bool known;
    uint32_t ttl;
};

struct master {
    struct arena *arena;
    const struct dns_master_options *options;
    struct dns_tokens tokens;
    struct dns_name origin; /* $ORIGIN, at first the zone */
    struct dns_name owner; /* of the record before */
    bool has_owner;
    struct maybe_ttl dollar_ttl, last_ttl;
    size_t records, records_max;
    enum status (*record)(void *ctx, const struct dns_master_record *r, struct error *e);
    void *ctx;
    struct error *e;
};

static enum status read_origin(struct master *m)
{
    if (m->tokens.n != 2)
        return error_set(m->e, INVALID, "master-directive", "$ORIGIN takes one name");
    return dns_name_parse(m->tokens.items[1].text, &m->origin, &m->origin, m->e);
}

static enum status read_dollar_ttl(struct master *m)
{
    if (m->tokens.n != 2 || !dns_period_parse(m->tokens.items[1].text, &m->dollar_ttl.ttl))
        return error_set(
            m->e, INVALID, "master-directive", "$TTL takes one time in seconds (or like 1h), up to %u", DNS_TTL_MAX);
    m->dollar_ttl.known = true;
    return OK;
}

static enum status refuse_directive(struct master *m)
{
    return error_set(m->e, INVALID, "master-directive", "%.*s is not accepted: write the records themselves here",
        STR_ARG(m->tokens.items[0].text));
}

static enum status read_directive(struct master *m)
{
    static const struct {
        const char *word;
        enum status (*read)(struct master *m);
    } directives[] = {{"$ORIGIN", read_origin}, {"$TTL", read_dollar_ttl}, {"$INCLUDE", refuse_directive},
        {"$GENERATE", refuse_directive}};
    struct str word = m->tokens.items[0].text;

    for (size_t i = 0; i < ARRAY_LEN(directives); i++)
        if (str_ieq(word, str_of(directives[i].word)))
            return directives[i].read(m);
    return error_set(m->e, INVALID, "master-directive", "%.*s is not known; $ORIGIN and $TTL are", STR_ARG(word));
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
    if (t->quoted)
        return error_set(m->e, INVALID, "master-syntax", "a record begins with a name, not with a quoted string");
    TRY(dns_name_parse(t->text, &m->origin, &m->owner, m->e));
    m->has_owner = true;
    if (!dns_name_is_subdomain(&m->owner, m->options->origin))
        return error_set(m->e, INVALID, "master-out-of-zone", "%.*s is not in the zone %.*s",
            STR_ARG(dns_name_text(m->arena, &m->owner, true)),
            STR_ARG(dns_name_text(m->arena, m->options->origin, true)));
    return OK;
}

/* TTL and class, each at most once, in either order. */
static enum status read_ttl_class(struct master *m, size_t *at, struct maybe_ttl *ttl_r)
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

static enum status read_type(struct master *m, size_t *at, uint16_t *type_r)
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

static enum status read_record(struct master *m)
{
    struct dns_master_record r = {.line = m->tokens.items[0].line};
    struct maybe_ttl ttl = {0};
    size_t at;

    TRY(read_owner(m, &at));
    TRY(read_ttl_class(m, &at, &ttl));
    TRY(read_type(m, &at, &r.type));
    TRY(dns_rdata_parse_tokens(m->arena, r.type, m->tokens.items + at, m->tokens.n - at, &m->origin, &r.rdata, m->e));
    TRY(settle_ttl(m, &r, ttl, &r.ttl));
    if (++m->records > m->records_max)
        return error_set(m->e, INVALID, "master-too-many", "more than %zu records", m->records_max);
    r.owner = m->owner;
    return m->record(m->ctx, &r, m->e);
}

static enum status read_entry(struct master *m)
{
    const struct dns_token *first = &m->tokens.items[0];

    if (!m->tokens.leading_blank && !first->quoted && first->text.n > 0 && first->text.p[0] == '$')
        return read_directive(m);
    return read_record(m);
}

enum status dns_master_scan(struct arena *a, struct str text, const struct dns_master_options *options,
    enum status (*record)(void *ctx, const struct dns_master_record *r, struct error *e), void *ctx, struct error *e)
{
    struct master m = {
        .arena = a, .options = options, .origin = *options->origin, .record = record, .ctx = ctx, .e = e};
    size_t bytes_max = options->bytes_max != 0 ? options->bytes_max : DNS_MASTER_BYTES_MAX;

    m.records_max = options->records_max != 0 ? options->records_max : DNS_MASTER_RECORDS_MAX;
    if (text.n > bytes_max)
        return error_set(
            e, INVALID, "master-too-large", "the zone file has %zu bytes, the most is %zu", text.n, bytes_max);
    dns_tokens_init(&m.tokens, a, text);
    for (;;) {
        if (dns_tokens_next(&m.tokens, e) != OK)
            return error_prefix(e, "line %u", m.tokens.line);
        if (m.tokens.n == 0)
            return OK;
        if (read_entry(&m) != OK)
            return error_prefix(e, "line %u", m.tokens.items[0].line);
    }
}

/* ---- all of it, as RRsets ----------------------------------------------------------------------------- */

struct collect {
    struct arena *arena;
    struct dns_master_record *records;
    size_t n, cap;
};

static enum status collect_record(void *ctx, const struct dns_master_record *r, struct error *e FW_UNUSED)
{
    struct collect *c = ctx;

    if (c->n == c->cap) {
        size_t cap = c->cap == 0 ? 64 : c->cap * 2;
        struct dns_master_record *grown = ARENA_ARRAY(c->arena, cap, struct dns_master_record);
        if (c->n > 0)
            memcpy(grown, c->records, c->n * sizeof(*grown));
        c->records = grown;
        c->cap = cap;
    }
    c->records[c->n++] = *r;
    return OK;
}

/* The order of RRsets, then of lines. */
static int compare(const void *a, const void *b)
{
    const struct dns_master_record *ra = a, *rb = b;
    int d = dns_rrset_key_compare(&ra->owner, ra->type, &rb->owner, rb->type);

    return d != 0 ? d : (ra->line > rb->line) - (ra->line < rb->line);
}

static enum status add_to_set(
    struct arena *a, struct dns_rrset *set, const struct dns_master_record *r, struct error *e)
{
    if (r->ttl != set->ttl)
        return error_set(e, INVALID, "master-ttl-mismatch",
            "the TTL %u differs from %u before; all records of one name and type have the same", r->ttl, set->ttl);
    return dns_rrset_add(a, set, r->rdata, e);
}

enum status dns_master_read(struct arena *a, struct str text, const struct dns_master_options *options,
    struct dns_rrset **sets_r, size_t *n_r, struct error *e)
{
    struct collect c = {.arena = a};
    struct dns_rrset *sets, *set = NULL;

    TRY(dns_master_scan(a, text, options, collect_record, &c, e));
    if (c.n > 1)
        qsort(c.records, c.n, sizeof(*c.records), compare);
    sets = ARENA_ARRAY(a, c.n, struct dns_rrset);
    *n_r = 0;
    for (size_t i = 0; i < c.n; i++) {
        const struct dns_master_record *r = &c.records[i];

        if (set == NULL || set->type != r->type || !dns_name_equal(&set->owner, &r->owner)) {
            set = &sets[(*n_r)++];
            dns_rrset_init(set, &r->owner, r->type, r->ttl);
        }
        if (add_to_set(a, set, r, e) != OK)
            return error_prefix(e, "line %u", r->line);
    }
    *sets_r = sets;
    return OK;
}
