#include "dns/rrset.h"

void dns_rrset_init(struct dns_rrset *set, const struct dns_name *owner, uint16_t type, uint32_t ttl)
{
    *set = (struct dns_rrset){.owner = *owner, .type = type, .class_ = DNS_IN, .ttl = ttl};
}

void dns_rrset_copy(struct arena *a, const struct dns_rrset *from, struct dns_rrset *to_r)
{
    struct str *rdata = ARENA_ARRAY(a, from->n, struct str);

    if (from->n > 0)
        memcpy(rdata, from->rdata, from->n * sizeof(*rdata));
    *to_r = *from;
    to_r->rdata = rdata;
    to_r->cap = from->n;
}

/* Where rdata is, or belongs; *found_r: it is there. */
static size_t position(const struct dns_rrset *set, struct str rdata, bool *found_r)
{
    size_t low = 0, high = set->n;

    *found_r = false;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int d = dns_rdata_compare(set->type, rdata, set->rdata[mid]);

        if (d == 0) {
            *found_r = true;
            return mid;
        }
        if (d < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

static size_t set_bytes(const struct dns_rrset *set)
{
    size_t sum = 0;

    for (size_t i = 0; i < set->n; i++)
        sum += 12 + set->rdata[i].n;
    return sum;
}

static enum status check_room(const struct dns_rrset *set, struct str rdata, struct error *e)
{
    if (set->n > 0 && dns_type_has(set->type, DNS_TYPE_SINGLETON))
        return error_set(
            e, INVALID, "rrset-singleton", "a name has only one %s record", dns_type_find(set->type)->name);
    if (set->n == DNS_RRSET_MAX)
        return error_set(e, INVALID, "rrset-too-large", "one name and type have at most %d records", DNS_RRSET_MAX);
    if (set_bytes(set) + 12 + rdata.n > DNS_RRSET_BYTES_MAX)
        return error_set(e, INVALID, "rrset-too-large",
            "the records of one name and type have at most %d bytes together, so that they fit one answer",
            DNS_RRSET_BYTES_MAX);
    return OK;
}

static void insert_at(struct arena *a, struct dns_rrset *set, size_t at, struct str rdata)
{
    if (set->n >= set->cap) {
        size_t cap = set->n < 2 ? 2 : set->n * 2;
        struct str *grown = ARENA_ARRAY(a, cap, struct str);

        if (set->n > 0)
            memcpy(grown, set->rdata, set->n * sizeof(*grown));
        set->rdata = grown;
        set->cap = cap;
    }
    memmove(set->rdata + at + 1, set->rdata + at, (set->n - at) * sizeof(*set->rdata));
    set->rdata[at] = rdata;
    set->n++;
}

enum status dns_rrset_add(struct arena *a, struct dns_rrset *set, struct str rdata, struct error *e)
{
    bool found;
    size_t at;

    TRY(dns_rdata_check(set->type, rdata, e));
    at = position(set, rdata, &found);
    if (found)
        return OK;
    TRY(check_room(set, rdata, e));
    insert_at(a, set, at, str_n(arena_copy(a, rdata.p, rdata.n), rdata.n));
    return OK;
}

enum status dns_rrset_add_text(
    struct arena *a, struct dns_rrset *set, struct str text, const struct dns_name *origin, struct error *e)
{
    struct str rdata;

    TRY(dns_rdata_parse(a, set->type, text, origin, &rdata, e));
    return dns_rrset_add(a, set, rdata, e);
}

bool dns_rrset_remove(struct dns_rrset *set, struct str rdata)
{
    bool found;
    size_t at = position(set, rdata, &found);

    if (!found)
        return false;
    set->n--;
    memmove(set->rdata + at, set->rdata + at + 1, (set->n - at) * sizeof(*set->rdata));
    return true;
}

bool dns_rrset_has(const struct dns_rrset *set, struct str rdata)
{
    bool found;

    (void)position(set, rdata, &found);
    return found;
}

bool dns_rrset_same_data(const struct dns_rrset *a, const struct dns_rrset *b)
{
    if (a->type != b->type || a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (dns_rdata_compare(a->type, a->rdata[i], b->rdata[i]) != 0)
            return false;
    return true;
}

bool dns_rrset_equal(const struct dns_rrset *a, const struct dns_rrset *b)
{
    return a->class_ == b->class_ && a->ttl == b->ttl && dns_name_equal(&a->owner, &b->owner) &&
           dns_rrset_same_data(a, b);
}

static unsigned type_rank(uint16_t type)
{
    return type == DNS_SOA ? 0 : type == DNS_NS ? 1 : 2;
}

int dns_rrset_key_compare(const struct dns_name *a, uint16_t a_type, const struct dns_name *b, uint16_t b_type)
{
    int d = dns_name_compare(a, b);

    if (d == 0)
        d = (int)type_rank(a_type) - (int)type_rank(b_type);
    return d != 0 ? d : (int)a_type - (int)b_type;
}

int dns_rrset_compare(const struct dns_rrset *a, const struct dns_rrset *b)
{
    return dns_rrset_key_compare(&a->owner, a->type, &b->owner, b->type);
}

void dns_rrset_pack(struct buf *out, const struct dns_rrset *set)
{
    for (size_t i = 0; i < set->n; i++) {
        buf_u16(out, (uint16_t)set->rdata[i].n);
        buf_str(out, set->rdata[i]);
    }
}

static enum status packed_malformed(size_t at, const char *why, struct error *e)
{
    return error_set(e, INVALID, "packed-malformed", "stored records are malformed at byte %zu: %s", at, why);
}

enum status dns_rrset_unpack(struct arena *a, struct dns_rrset *set, struct str packed, struct error *e)
{
    size_t at = 0;

    if (packed.n > DNS_PACKED_MAX)
        return packed_malformed(DNS_PACKED_MAX, "too long", e);
    packed.p = arena_copy(a, packed.p, packed.n);
    while (at < packed.n) {
        size_t n = packed.n - at >= 2 ? read_u16(packed.p + at) : packed.n;
        struct str rdata = str_n(packed.p + at + 2, n);

        if (packed.n - at < 2 || n > packed.n - at - 2)
            return packed_malformed(at, "cut off", e);
        if (dns_rdata_check(set->type, rdata, e) != OK || check_room(set, rdata, e) != OK)
            return error_prefix(e, "stored records are malformed at byte %zu", at);
        if (set->n > 0 && dns_rdata_compare(set->type, set->rdata[set->n - 1], rdata) >= 0)
            return packed_malformed(at, "not in order", e);
        insert_at(a, set, set->n, rdata);
        at += 2 + n;
    }
    return OK;
}

void dns_rrset_write(struct buf *out, const struct dns_rrset *set)
{
    for (size_t i = 0; i < set->n; i++) {
        dns_name_write(out, &set->owner, true);
        buf_printf(out, " %u ", set->ttl);
        dns_class_write(out, set->class_);
        buf_putc(out, ' ');
        dns_type_write(out, set->type);
        buf_putc(out, ' ');
        dns_rdata_write(out, set->type, set->rdata[i]);
        buf_putc(out, '\n');
    }
}
