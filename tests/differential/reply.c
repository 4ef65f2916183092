#include "tests/differential/differential.h"

struct reader {
    struct arena *arena;
    const uint8_t *p;
    size_t n, at;
    const char *wrong;
};

/* Names in RDATA: bytes in front of the first, strings between, how many, and whether they may be compressed in
 * messages (RFC 3597 §4: only in the types of RFC 1035). */
struct layout {
    uint16_t type, ahead;
    uint8_t strings, names;
    bool compressed;
};

static const struct layout layouts[] = {
    {TYPE_NS, 0, 0, 1, true}, {TYPE_CNAME, 0, 0, 1, true}, {TYPE_SOA, 0, 0, 2, true}, {12, 0, 0, 1, true}, /* PTR */
    {15, 2, 0, 1, true}, /* MX */
    {17, 0, 0, 2, false}, /* RP */
    {18, 2, 0, 1, false}, /* AFSDB */
    {33, 6, 0, 1, false}, /* SRV */
    {35, 4, 3, 1, false}, /* NAPTR */
    {36, 2, 0, 1, false}, /* KX */
    {TYPE_DNAME, 0, 0, 1, false}, {64, 2, 0, 1, false}, /* SVCB */
    {65, 2, 0, 1, false}, /* HTTPS */
};

static const struct layout *layout_of(uint16_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(layouts); i++) {
        if (layouts[i].type == type)
            return &layouts[i];
    }
    return NULL;
}

bool wire_equal(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n)
{
    return a_n == b_n && memcmp(a, b, a_n) == 0;
}

size_t wire_len(const uint8_t *name)
{
    size_t at = 0;

    while (name[at] != 0)
        at += 1u + name[at];
    return at + 1;
}

bool wire_below(const uint8_t *name, size_t name_n, const uint8_t *of, size_t of_n)
{
    size_t at = 0;

    while (name_n - at > of_n)
        at += 1u + name[at];
    return name_n - at == of_n && memcmp(name + at, of, of_n) == 0;
}

void wire_lower(uint8_t *name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (name[i] >= 'A' && name[i] <= 'Z')
            name[i] = (uint8_t)(name[i] + 32);
    }
}

static const uint8_t *bad(struct reader *r, const char *what)
{
    if (r->wrong == NULL)
        r->wrong = what;
    return NULL;
}

/* Appends the name at *at to out (room for 255); *at moves behind it. */
static bool name_unpack(struct reader *r, size_t *at, bool compressed, uint8_t out[255], size_t *n_r)
{
    size_t from = *at, limit = *at, n = 0;
    bool jumped = false;

    for (;;) {
        uint8_t len;

        if (from >= r->n)
            return bad(r, "a name runs out of the message");
        len = r->p[from];
        if (len >= 0xc0) {
            size_t to = from + 1 < r->n ? (size_t)(read_u16(r->p + from) & 0x3fff) : r->n;

            if (!compressed || to >= limit || to < 12)
                return bad(r, compressed ? "a pointer that does not lead back" : "a pointer where none may stand");
            *at = jumped ? *at : from + 2;
            jumped = true;
            from = limit = to;
            continue;
        }
        if (len > 63 || n + len + 1 > 255 || from + 1 + len > r->n)
            return bad(r, "a bad label");
        memcpy(out + n, r->p + from, 1u + len);
        n += 1u + len;
        from += 1u + len;
        if (len == 0)
            break;
    }
    *at = jumped ? *at : from;
    *n_r = n;
    return true;
}

static bool rdata_names(struct reader *r, const struct layout *l, size_t *at, size_t end, struct buf *out)
{
    size_t start = *at;

    *at += l->ahead;
    for (unsigned i = 0; i < l->strings && *at < end; i++)
        *at += 1u + r->p[*at];
    if (*at >= end)
        return bad(r, "RDATA too short");
    buf_put(out, r->p + start, *at - start);
    for (unsigned i = 0; i < l->names; i++) {
        uint8_t name[255];
        size_t n;

        if (!name_unpack(r, at, l->compressed, name, &n))
            return false;
        if (*at > end)
            return bad(r, "a name runs out of its RDATA");
        wire_lower(name, n);
        buf_put(out, name, n);
    }
    return true;
}

static void rdata_read(struct reader *r, size_t end, struct record *x)
{
    const struct layout *l = layout_of(x->type);
    size_t at = r->at;
    struct buf out;

    buf_in(&out, r->arena, 65535 + 600);
    if (l != NULL && !rdata_names(r, l, &at, end, &out))
        return;
    buf_put(&out, r->p + at, end - at);
    x->rdata = (const uint8_t *)buf_view(&out).p;
    x->rdata_n = (uint16_t)out.n;
}

static bool record_read(struct reader *r, struct record *x)
{
    uint8_t name[255];
    size_t n, rdlength;

    if (!name_unpack(r, &r->at, true, name, &n))
        return false;
    if (r->n - r->at < 10)
        return bad(r, "a record runs out of the message");
    wire_lower(name, n);
    rdlength = read_u16(r->p + r->at + 8);
    *x = (struct record){.owner = arena_copy(r->arena, name, n),
        .owner_n = (uint16_t)n,
        .type = read_u16(r->p + r->at),
        .class_ = read_u16(r->p + r->at + 2),
        .ttl = read_u32(r->p + r->at + 4),
        .rdata = (const uint8_t *)""};
    r->at += 10;
    if (r->n - r->at < rdlength)
        return bad(r, "RDATA runs out of the message");
    if (rdlength > 0)
        rdata_read(r, r->at + rdlength, x);
    r->at += rdlength;
    return r->wrong == NULL;
}

static void opt_take(struct reader *in, struct reply *r, int section, const struct record *x)
{
    if (section != ADDITIONAL || r->opt || x->owner_n != 1)
        bad(in, "OPT where it may not stand");
    r->opt = true;
    r->opt_size = x->class_;
    r->opt_ttl = x->ttl & 0x00ffffff;
    r->rcode |= (x->ttl >> 24) << 4;
}

static void section_read(struct reader *in, struct reply *r, int section)
{
    size_t count = read_u16(in->p + 6 + 2 * section);

    r->records[section] = arena_array(in->arena, count < in->n ? count : in->n, sizeof(struct record));
    for (size_t i = 0; i < count && in->wrong == NULL; i++) {
        struct record x;

        if (!record_read(in, &x))
            return;
        if (x.type == TYPE_OPT)
            opt_take(in, r, section, &x);
        else
            r->records[section][r->n[section]++] = x;
    }
}

static void question_read(struct reader *in, struct reply *r)
{
    uint8_t name[255];
    size_t start = in->at, n;

    if (read_u16(in->p + 4) == 0)
        return;
    if (read_u16(in->p + 4) > 1) {
        bad(in, "more than one question");
        return;
    }
    if (!name_unpack(in, &in->at, false, name, &n))
        return;
    if (in->n - in->at < 4) {
        bad(in, "the question runs out of the message");
        return;
    }
    r->qname = in->p + start;
    r->qname_n = (uint16_t)n;
    r->qtype = read_u16(in->p + in->at);
    in->at += 4;
}

void reply_read(struct arena *a, const uint8_t *wire, size_t n, struct reply *r)
{
    struct reader in = {.arena = a, .p = wire, .n = n, .at = 12};

    *r = (struct reply){.wire = wire, .wire_n = n};
    if (n < 12) {
        r->wrong = n == 0 ? "no reply" : "shorter than a header";
        return;
    }
    r->flags = read_u16(wire + 2) & 0xfff0;
    r->rcode = read_u16(wire + 2) & 15u;
    question_read(&in, r);
    for (int s = 0; s < SECTIONS && in.wrong == NULL; s++)
        section_read(&in, r, s);
    if (in.wrong == NULL && in.at != n)
        bad(&in, "bytes behind the last record");
    r->wrong = in.wrong;
}

static int bytes_compare(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n)
{
    int order = memcmp(a, b, a_n < b_n ? a_n : b_n);

    return order != 0 ? order : (a_n > b_n) - (a_n < b_n);
}

int record_compare(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    int order = bytes_compare(x->owner, x->owner_n, y->owner, y->owner_n);

    if (order != 0)
        return order;
    if (x->type != y->type)
        return x->type > y->type ? 1 : -1;
    if (x->class_ != y->class_)
        return x->class_ > y->class_ ? 1 : -1;
    order = bytes_compare(x->rdata, x->rdata_n, y->rdata, y->rdata_n);
    return order != 0 ? order : (x->ttl > y->ttl) - (x->ttl < y->ttl);
}

bool section_has(const struct reply *r, int section, const struct record *x)
{
    for (size_t i = 0; i < r->n[section]; i++) {
        if (record_equal(&r->records[section][i], x))
            return true;
    }
    return false;
}

bool section_has_type(const struct reply *r, int section, uint16_t type)
{
    for (size_t i = 0; i < r->n[section]; i++) {
        if (r->records[section][i].type == type)
            return true;
    }
    return false;
}
