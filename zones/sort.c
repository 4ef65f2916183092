#include "zones/sort.h"

static void label_put(struct buf *out, struct str label)
{
    for (size_t i = 0; i < label.n; i++) {
        uint8_t c = (uint8_t)ascii_lower(label.p[i]);
        if (c <= 1)
            buf_u8(out, 1);
        buf_u8(out, c <= 1 ? (uint8_t)(c + 1) : c);
    }
    buf_u8(out, 0);
}

struct str sort_key(struct arena *a, const struct dns_name *name)
{
    struct buf out;
    buf_in(&out, a, SORT_KEY_MAX);
    for (unsigned i = name->labels; i > 0; i--)
        label_put(&out, dns_name_label(name, i - 1));
    INVARIANT(!buf_over(&out));
    return buf_view(&out);
}

/* The zero that ends the last label becomes a one: behind all that begins with the key, and in front of every
 * longer label. */
struct str sort_key_end(struct arena *a, const struct dns_name *name)
{
    struct buf out;
    buf_in(&out, a, SORT_KEY_MAX);
    if (dns_name_is_root(name)) {
        for (int i = 0; i <= DNS_LABEL_MAX; i++)
            buf_u8(&out, 0xff);
        return buf_view(&out);
    }
    buf_str(&out, sort_key(a, name));
    out.p[out.n - 1] = 1;
    return buf_view(&out);
}
