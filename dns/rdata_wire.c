#include "dns/layout.h"

enum status dns_rdata_check(uint16_t type, struct str rdata, struct error *e)
{
    const char *layout = layout_of(type);
    struct layout_item item;
    size_t at = 0;

    if (rdata.n > DNS_RDATA_MAX)
        return error_set(e, INVALID, "rdata-malformed", "%zu bytes of data are more than %d", rdata.n, DNS_RDATA_MAX);
    if (layout == NULL)
        return OK;
    while (layout_next(&layout, &item)) {
        ptrdiff_t n = item.kind->measure((const uint8_t *)rdata.p + at, rdata.n - at);

        if (n < 0) {
            (void)error_set(e, INVALID, "rdata-malformed", "the data is malformed at byte %zu of %zu", at, rdata.n);
            return layout_error(type, &item, NULL, e);
        }
        at += (size_t)n;
    }
    if (at != rdata.n)
        return error_set(e, INVALID, "rdata-malformed", "%s: %zu bytes are left behind the last field",
            dns_type_find(type)->name, rdata.n - at);
    return rdata_rules(type, rdata, e);
}

/* One field of a message's RDATA that ends at `end`. */
static enum status copy_field(
    const struct field_kind *kind, struct str msg, size_t *at, size_t end, struct buf *out, struct error *e)
{
    struct dns_name name;
    ptrdiff_t n;

    if ((kind->traits & FIELD_COMPRESSED) != 0) {
        TRY(dns_name_from_message(msg, at, &name, e));
        buf_str(out, dns_name_wire(&name));
        return *at <= end ? OK : error_set(e, PROTOCOL, "rdata-malformed", "the name goes past the end of the data");
    }
    n = kind->measure((const uint8_t *)msg.p + *at, end - *at);
    if (n < 0)
        return error_set(e, PROTOCOL, "rdata-malformed", "the data is malformed at byte %zu", *at);
    buf_put(out, msg.p + *at, (size_t)n);
    *at += (size_t)n;
    return OK;
}

enum status dns_rdata_from_message(
    struct arena *a, uint16_t type, struct str msg, size_t at, size_t n, struct str *rdata_r, struct error *e)
{
    const char *layout = layout_of(type);
    struct layout_item item;
    size_t end = at + n;
    struct buf out;

    if (at > msg.n || n > msg.n - at)
        return error_set(e, PROTOCOL, "rdata-malformed", "the data goes past the end of the message");
    if (layout == NULL) {
        *rdata_r = str_n(arena_copy(a, msg.p + at, n), n);
        return OK;
    }
    buf_in(&out, a, DNS_RDATA_MAX);
    while (layout_next(&layout, &item))
        if (copy_field(item.kind, msg, &at, end, &out, e) != OK)
            return layout_error(type, &item, NULL, e);
    if (at != end || buf_over(&out))
        return error_set(
            e, PROTOCOL, "rdata-malformed", "%s: bytes are left behind the last field", dns_type_find(type)->name);
    *rdata_r = buf_view(&out);
    return OK;
}

static bool has_trait(uint16_t type, unsigned trait)
{
    const char *layout = layout_of(type);
    struct layout_item item;

    while (layout != NULL && layout_next(&layout, &item))
        if ((item.kind->traits & trait) != 0)
            return true;
    return false;
}

static bool field_is_lowered(const struct dns_field *f)
{
    return f->kind[0] == 'n' || f->kind[0] == 'N';
}

static bool field_is_name(const struct dns_field *f)
{
    return field_is_lowered(f) || f->kind[0] == 'D';
}

struct str dns_rdata_canonical(struct arena *a, uint16_t type, struct str rdata)
{
    struct dns_field fields[DNS_FIELDS_MAX];
    size_t n;
    char *copy;

    if (!has_trait(type, FIELD_LOWERED))
        return rdata;
    n = dns_rdata_fields(type, rdata, fields);
    copy = arena_copy(a, rdata.p, rdata.n);
    for (size_t i = 0; i < n; i++)
        if (field_is_lowered(&fields[i]))
            dns_wire_lower(copy + fields[i].at, rdata.p + fields[i].at, fields[i].n);
    return memcmp(copy, rdata.p, rdata.n) == 0 ? rdata : str_n(copy, rdata.n);
}

static int compare_lowered(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int d = (uint8_t)ascii_lower(a[i]) - (uint8_t)ascii_lower(b[i]);
        if (d != 0)
            return d;
    }
    return 0;
}

static int compare_plain(struct str a, struct str b, size_t n)
{
    int d = n > 0 ? memcmp(a.p, b.p, n) : 0;

    return d != 0 ? d : (a.n > b.n) - (a.n < b.n);
}

/* As long as all bytes before are the same, a's fields begin where b's do; so a's fields are enough. */
int dns_rdata_compare(uint16_t type, struct str a, struct str b)
{
    struct dns_field fields[DNS_FIELDS_MAX];
    size_t n, min = a.n < b.n ? a.n : b.n;

    if (!has_trait(type, FIELD_LOWERED))
        return compare_plain(a, b, min);
    n = dns_rdata_fields(type, a, fields);
    for (size_t i = 0; i < n && fields[i].at < min; i++) {
        const struct dns_field *f = &fields[i];
        size_t len = f->at + f->n <= min ? f->n : min - f->at;
        int d = field_is_lowered(f) ? compare_lowered(a.p + f->at, b.p + f->at, len)
                                    : memcmp(a.p + f->at, b.p + f->at, len);
        if (d != 0)
            return d;
    }
    return (a.n > b.n) - (a.n < b.n);
}

size_t dns_rdata_fields(uint16_t type, struct str rdata, struct dns_field *fields_r)
{
    const char *layout = layout_of(type);
    struct layout_item item;
    size_t at = 0, n = 0;

    if (layout == NULL) {
        fields_r[0] = (struct dns_field){.kind = "*", .name = "data", .name_n = 4, .n = rdata.n};
        return 1;
    }
    while (layout_next(&layout, &item)) {
        ptrdiff_t len = item.kind->measure((const uint8_t *)rdata.p + at, rdata.n - at);

        INVARIANT(len >= 0 && n < DNS_FIELDS_MAX);
        fields_r[n++] = (struct dns_field){
            .kind = item.kind->code, .name = item.name, .name_n = item.name_n, .at = at, .n = (size_t)len};
        at += (size_t)len;
    }
    return n;
}

bool dns_rdata_target(uint16_t type, struct str rdata, struct dns_name *name_r)
{
    struct dns_field fields[DNS_FIELDS_MAX];
    size_t n;

    if (type == DNS_SOA || !has_trait(type, FIELD_NAME))
        return false;
    n = dns_rdata_fields(type, rdata, fields);
    while (n-- > 0)
        if (field_is_name(&fields[n]))
            return dns_name_from_wire(rdata.p + fields[n].at, fields[n].n, name_r) > 0;
    return false;
}
