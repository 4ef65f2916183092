#include "dns/name.h"

const struct dns_name dns_name_root = {.len = 1, .labels = 0, .wire = {0}};

/* Offset of label i; i == labels gives the root's. */
static size_t label_offset(const struct dns_name *name, unsigned i)
{
    size_t at = 0;

    while (i-- > 0)
        at += name->wire[at] + 1u;
    return at;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

void dns_wire_lower(void *dst, const void *src, size_t n)
{
    const uint8_t *s = src;
    uint8_t *d = dst;
    uint64_t word;

    for (; n >= 8; n -= 8, s += 8, d += 8) {
        memcpy(&word, s, 8);
        word = dns_lower8(word);
        memcpy(d, &word, 8);
    }
    while (n-- > 0)
        *d++ = lower(*s++);
}

void dns_name_lower(struct dns_name *name)
{
    dns_wire_lower(name->wire, name->wire, name->len);
}

/* Without regard to case; <0, 0, >0. */
static int bytes_compare(const uint8_t *a, size_t an, const uint8_t *b, size_t bn)
{
    size_t n = an < bn ? an : bn;

    for (size_t i = 0; i < n; i++) {
        int d = lower(a[i]) - lower(b[i]);
        if (d != 0)
            return d;
    }
    return (an > bn) - (an < bn);
}

bool dns_wire_equal(const void *a, const void *b, size_t n)
{
    return bytes_compare(a, n, b, n) == 0;
}

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
    return a->len == b->len && a->labels == b->labels && bytes_compare(a->wire, a->len, b->wire, b->len) == 0;
}

static void label_offsets(const struct dns_name *name, uint8_t at_r[DNS_LABELS_MAX])
{
    size_t at = 0;

    for (unsigned i = 0; i < name->labels; i++) {
        at_r[i] = (uint8_t)at;
        at += name->wire[at] + 1u;
    }
}

/* Compares from the right; *common_r: labels that are equal. 0 when one name is an ancestor of the other. */
static int compare_from_right(const struct dns_name *a, const struct dns_name *b, unsigned *common_r)
{
    uint8_t at_a[DNS_LABELS_MAX], at_b[DNS_LABELS_MAX];
    unsigned n = a->labels < b->labels ? a->labels : b->labels;

    label_offsets(a, at_a);
    label_offsets(b, at_b);
    for (*common_r = 0; *common_r < n; (*common_r)++) {
        const uint8_t *la = a->wire + at_a[a->labels - 1 - *common_r];
        const uint8_t *lb = b->wire + at_b[b->labels - 1 - *common_r];
        int d = bytes_compare(la + 1, la[0], lb + 1, lb[0]);
        if (d != 0)
            return d;
    }
    return 0;
}

int dns_name_compare(const struct dns_name *a, const struct dns_name *b)
{
    unsigned common;
    int d = compare_from_right(a, b, &common);

    return d != 0 ? d : a->labels - b->labels;
}

unsigned dns_name_common(const struct dns_name *a, const struct dns_name *b)
{
    unsigned common;

    (void)compare_from_right(a, b, &common);
    return common;
}

bool dns_name_is_subdomain(const struct dns_name *name, const struct dns_name *ancestor)
{
    size_t at;

    if (name->labels < ancestor->labels || name->len < ancestor->len)
        return false;
    at = label_offset(name, name->labels - ancestor->labels);
    return bytes_compare(name->wire + at, name->len - at, ancestor->wire, ancestor->len) == 0;
}

struct str dns_name_label(const struct dns_name *name, unsigned i)
{
    INVARIANT(i < name->labels);
    const uint8_t *p = name->wire + label_offset(name, i);
    return str_n((const char *)p + 1, p[0]);
}

void dns_name_strip(const struct dns_name *name, unsigned n, struct dns_name *name_r)
{
    INVARIANT(n <= name->labels);
    size_t at = label_offset(name, n);
    uint8_t len = (uint8_t)(name->len - at), labels = (uint8_t)(name->labels - n);

    memmove(name_r->wire, name->wire + at, len);
    name_r->len = len;
    name_r->labels = labels;
}

bool dns_name_parent(const struct dns_name *name, struct dns_name *parent_r)
{
    if (name->labels == 0)
        return false;
    dns_name_strip(name, 1, parent_r);
    return true;
}

enum status dns_name_prepend(struct str label, const struct dns_name *name, struct dns_name *name_r, struct error *e)
{
    uint8_t len = name->len, labels = name->labels;

    if (label.n == 0)
        return error_set(e, INVALID, "empty-label", "a label of a domain name cannot be empty");
    if (label.n > DNS_LABEL_MAX)
        return error_set(
            e, INVALID, "label-too-long", "the label has %zu bytes, the most is %d", label.n, DNS_LABEL_MAX);
    if (len + label.n + 1 > DNS_NAME_MAX)
        return error_set(e, INVALID, "name-too-long", "the name would have %zu bytes, the most is %d",
            len + label.n + 1, DNS_NAME_MAX);
    memmove(name_r->wire + label.n + 1, name->wire, len);
    name_r->wire[0] = (uint8_t)label.n;
    memcpy(name_r->wire + 1, label.p, label.n);
    name_r->len = (uint8_t)(len + label.n + 1);
    name_r->labels = (uint8_t)(labels + 1);
    return OK;
}

bool dns_name_join(const struct dns_name *name, unsigned n, const struct dns_name *onto, struct dns_name *name_r)
{
    INVARIANT(n <= name->labels);
    struct dns_name whole;
    size_t own = label_offset(name, n);

    if (own + onto->len > DNS_NAME_MAX)
        return false;
    memcpy(whole.wire, name->wire, own);
    memcpy(whole.wire + own, onto->wire, onto->len);
    whole.len = (uint8_t)(own + onto->len);
    whole.labels = (uint8_t)(n + onto->labels);
    *name_r = whole;
    return true;
}

bool dns_name_is_wildcard(const struct dns_name *name)
{
    return name->labels > 0 && name->wire[0] == 1 && name->wire[1] == '*';
}

bool dns_name_wildcard(const struct dns_name *name, struct dns_name *name_r)
{
    struct error ignored;

    return dns_name_prepend(STR("*"), name, name_r, &ignored) == OK;
}

static bool is_ldh(char c)
{
    return ascii_is_alnum(c) || c == '-';
}

enum status dns_label_check_host(struct str label, struct error *e)
{
    static const char rule[] = "use letters, digits and hyphens, and no hyphen at either end";

    if (label.n == 0 || label.n > DNS_LABEL_MAX)
        return error_set(
            e, INVALID, "bad-host-name", "a label has 1 to %d characters, not %zu", DNS_LABEL_MAX, label.n);
    for (size_t i = 0; i < label.n; i++)
        if (!is_ldh(label.p[i])) {
            bool shown = label.p[i] > 32 && label.p[i] < 127;
            return error_set(e, INVALID, "bad-host-name",
                shown ? "character %zu (%c) of a label cannot be in a host name: %s"
                      : "character %zu (code %d) of a label cannot be in a host name: %s",
                i + 1, shown ? label.p[i] : (uint8_t)label.p[i], rule);
        }
    if (label.p[0] == '-' || label.p[label.n - 1] == '-')
        return error_set(e, INVALID, "bad-host-name", "the label %.*s %s with a hyphen: %s", STR_ARG(label),
            label.p[0] == '-' ? "begins" : "ends", rule);
    return OK;
}

enum status dns_name_check_host(const struct dns_name *name, struct error *e)
{
    struct str last;

    if (name->labels == 0)
        return error_set(e, INVALID, "bad-host-name", "the root is not a host name");
    for (unsigned i = 0; i < name->labels; i++)
        if (dns_label_check_host(dns_name_label(name, i), e) != OK)
            return error_prefix(e, "label %u", i + 1);
    last = dns_name_label(name, name->labels - 1u);
    for (size_t i = 0; i < last.n; i++)
        if (!ascii_is_digit(last.p[i]))
            return OK;
    return error_set(e, INVALID, "bad-host-name",
        "the last label %.*s is all digits: this looks like an address, not a host name", STR_ARG(last));
}
