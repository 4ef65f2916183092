#include "dns/message.h"

#define POINTER_MAX 0x3fff /* highest offset that a compression pointer can say */
#define COUNTS_AT 4

void dns_writer_begin(struct dns_writer *w, void *p, size_t max, uint16_t id, uint16_t flags)
{
    INVARIANT(max >= DNS_HEADER_SIZE && max <= DNS_MESSAGE_MAX);
    memset(w, 0, offsetof(struct dns_writer, names));
    w->names_n = 0;
    w->p = p;
    w->max = max;
    w->n = DNS_HEADER_SIZE;
    memset(w->p, 0, DNS_HEADER_SIZE);
    write_u16(w->p, id);
    write_u16(w->p + 2, flags);
}

static bool put(struct dns_writer *w, const void *p, size_t n)
{
    if (n > w->max - w->reserved - w->n)
        return false;
    memcpy(w->p + w->n, p, n);
    w->n += n;
    return true;
}

static bool put_u16(struct dns_writer *w, uint16_t v)
{
    uint8_t wire[2];

    write_u16(wire, v);
    return put(w, wire, sizeof(wire));
}

static bool put_u32(struct dns_writer *w, uint32_t v)
{
    uint8_t wire[4];

    write_u32(wire, v);
    return put(w, wire, sizeof(wire));
}

static char lower(uint8_t c)
{
    return ascii_lower((char)c);
}

/* Is what stands at `at` in the message, through its pointers, the same as the label sequence p? Both are good and
 * have the same number of labels. */
static bool same_labels(const struct dns_writer *w, size_t at, const uint8_t *p)
{
    for (;;) {
        while (w->p[at] >= 0xc0)
            at = read_u16(w->p + at) & POINTER_MAX;
        if (w->p[at] != p[0])
            return false;
        if (p[0] == 0)
            return true;
        for (size_t i = 1; i <= p[0]; i++)
            if (lower(w->p[at + i]) != lower(p[i]))
                return false;
        at += p[0] + 1u;
        p += p[0] + 1u;
    }
}

static uint16_t find_name(const struct dns_writer *w, const uint8_t *p, unsigned labels, uint8_t hash)
{
    for (unsigned i = 0; i < w->names_n; i++)
        if (w->names[i].labels == labels && w->names[i].hash == hash && same_labels(w, w->names[i].at, p))
            return w->names[i].at;
    return 0;
}

static void remember_name(struct dns_writer *w, size_t at, unsigned labels, uint8_t hash)
{
    if (w->names_n == DNS_WRITER_NAMES || at > POINTER_MAX)
        return;
    w->names[w->names_n].at = (uint16_t)at;
    w->names[w->names_n].labels = (uint8_t)labels;
    w->names[w->names_n].hash = hash;
    w->names_n++;
}

/* hash_r[i]: of the labels from i to the end; at_r[i]: where label i begins. */
static void suffix_hashes(const struct dns_name *name, uint8_t at_r[DNS_LABELS_MAX], uint8_t hash_r[DNS_LABELS_MAX])
{
    size_t at = 0;
    unsigned h = 0;

    for (unsigned i = 0; i < name->labels; i++) {
        at_r[i] = (uint8_t)at;
        at += name->wire[at] + 1u;
    }
    for (unsigned i = name->labels; i-- > 0;) {
        const uint8_t *p = name->wire + at_r[i];

        for (size_t k = 1; k <= p[0]; k++)
            h = h * 31 + (uint8_t)lower(p[k]);
        h = h * 31 + p[0];
        hash_r[i] = (uint8_t)(h ^ h >> 8);
    }
}

/* Each label sequence that is new is remembered; the first that is known ends the name as a pointer. */
static bool put_name(struct dns_writer *w, const struct dns_name *name)
{
    uint8_t at[DNS_LABELS_MAX], hash[DNS_LABELS_MAX];

    suffix_hashes(name, at, hash);
    for (unsigned i = 0; i < name->labels; i++) {
        const uint8_t *p = name->wire + at[i];
        unsigned labels = name->labels - i;
        uint16_t known = find_name(w, p, labels, hash[i]);
        size_t here = w->n;

        if (known != 0)
            return put_u16(w, (uint16_t)(0xc000u | known));
        if (!put(w, p, p[0] + 1u))
            return false;
        remember_name(w, here, labels, hash[i]);
    }
    return put(w, "", 1);
}

/* Back to where an item began that did not fit. What was remembered since points behind the end: forget it. */
static bool take_back(struct dns_writer *w, size_t n, unsigned names_n)
{
    w->n = n;
    w->names_n = names_n;
    return false;
}

bool dns_writer_question(struct dns_writer *w, const struct dns_name *name, uint16_t type, uint16_t class_)
{
    size_t n = w->n;
    unsigned names_n = w->names_n;

    INVARIANT(w->n == DNS_HEADER_SIZE);
    if (!put_name(w, name) || !put_u16(w, type) || !put_u16(w, class_))
        return take_back(w, n, names_n);
    w->count[0]++;
    return true;
}

void dns_writer_reserve(struct dns_writer *w, size_t n)
{
    size_t free_bytes = w->max - w->reserved - w->n;

    w->reserved += n < free_bytes ? n : free_bytes;
}

static bool put_rdata(struct dns_writer *w, uint16_t type, struct str rdata)
{
    struct dns_field fields[DNS_FIELDS_MAX];
    size_t n = dns_rdata_fields(type, rdata, fields), length_at = w->n;
    struct dns_name name;

    if (!put_u16(w, 0))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct dns_field *f = &fields[i];
        bool fits;

        if (f->kind[0] == 'n') {
            (void)dns_name_from_wire(rdata.p + f->at, f->n, &name);
            fits = put_name(w, &name);
        } else {
            fits = put(w, rdata.p + f->at, f->n);
        }
        if (!fits)
            return false;
    }
    write_u16(w->p + length_at, (uint16_t)(w->n - length_at - 2));
    return true;
}

static bool put_record(
    struct dns_writer *w, const struct dns_name *owner, uint16_t type, uint16_t class_, uint32_t ttl, struct str rdata)
{
    return put_name(w, owner) && put_u16(w, type) && put_u16(w, class_) && put_u32(w, ttl) && put_rdata(w, type, rdata);
}

/* Counts may only grow at the end. */
static void check_order(const struct dns_writer *w, enum dns_section section)
{
    for (unsigned i = (unsigned)section + 1; i < DNS_SECTIONS; i++)
        INVARIANT(w->count[i + 1] == 0);
}

bool dns_writer_rrset(struct dns_writer *w, enum dns_section section, const struct dns_rrset *set)
{
    size_t n = w->n;
    unsigned names_n = w->names_n;

    check_order(w, section);
    for (size_t i = 0; i < set->n; i++)
        if (!put_record(w, &set->owner, set->type, set->class_, set->ttl, set->rdata[i]))
            return take_back(w, n, names_n);
    w->count[section + 1] = (uint16_t)(w->count[section + 1] + set->n);
    return true;
}

bool dns_writer_record(struct dns_writer *w, enum dns_section section, const struct dns_record *record)
{
    size_t n = w->n;
    unsigned names_n = w->names_n;

    check_order(w, section);
    if (!put_record(w, &record->owner, record->type, record->class_, record->ttl, record->rdata))
        return take_back(w, n, names_n);
    w->count[section + 1]++;
    return true;
}

static void set_flags(struct dns_writer *w, uint16_t clear, uint16_t set)
{
    write_u16(w->p + 2, (uint16_t)((read_u16(w->p + 2) & ~clear) | set));
}

void dns_writer_truncate(struct dns_writer *w)
{
    set_flags(w, 0, DNS_TC);
}

void dns_writer_rcode(struct dns_writer *w, unsigned rcode)
{
    set_flags(w, 15, rcode & 15);
}

bool dns_writer_opt(struct dns_writer *w, unsigned rcode, uint16_t udp_size, bool do_bit, struct str options)
{
    size_t need = DNS_OPT_SIZE + options.n, n = w->n;
    uint32_t ttl = (uint32_t)(rcode >> 4) << 24 | (do_bit ? 0x8000u : 0);

    w->reserved -= w->reserved < need ? w->reserved : need;
    if (options.n > UINT16_MAX || !put(w, "", 1) || !put_u16(w, DNS_OPT) || !put_u16(w, udp_size) || !put_u32(w, ttl) ||
        !put_u16(w, (uint16_t)options.n) || (options.n > 0 && !put(w, options.p, options.n)))
        return take_back(w, n, w->names_n);
    dns_writer_rcode(w, rcode);
    w->count[3]++;
    return true;
}

struct str dns_writer_end(struct dns_writer *w)
{
    for (size_t i = 0; i < 4; i++)
        write_u16(w->p + COUNTS_AT + 2 * i, w->count[i]);
    return str_n((const char *)w->p, w->n);
}
