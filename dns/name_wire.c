#include "dns/name.h"

#define POINTER_HOPS_MAX DNS_LABELS_MAX /* more cannot be needed: each should bring a label */

size_t dns_name_from_wire(const void *p, size_t n, struct dns_name *name_r)
{
    const uint8_t *w = p;
    size_t at = 0;
    unsigned labels = 0;

    for (;;) {
        if (at >= n || at >= DNS_NAME_MAX || w[at] > DNS_LABEL_MAX)
            return 0;
        if (w[at] == 0)
            break;
        at += w[at] + 1u;
        labels++;
    }
    at++;
    memcpy(name_r->wire, w, at);
    name_r->len = (uint8_t)at;
    name_r->labels = (uint8_t)labels;
    return at;
}

/* One walk through a compressed name. */
struct name_walk {
    const uint8_t *p;
    size_t n; /* of the message */
    size_t at;
    size_t floor; /* pointers must point below this */
    size_t end; /* behind the name as it stands; 0 until known */
    unsigned hops;
};

static enum status walk_truncated(const struct name_walk *w, struct error *e)
{
    return error_set(e, PROTOCOL, "name-truncated", "the name at byte %zu goes past the end of the message (%zu bytes)",
        w->at, w->n);
}

static enum status walk_pointer(struct name_walk *w, struct error *e)
{
    size_t to;

    if (w->n - w->at < 2)
        return walk_truncated(w, e);
    to = read_u16(w->p + w->at) & 0x3fffu;
    if (w->end == 0)
        w->end = w->at + 2;
    if (to >= w->floor || to < 12 || ++w->hops > POINTER_HOPS_MAX)
        return error_set(e, PROTOCOL, "name-pointer", "the compression pointer at byte %zu points to %zu: %s", w->at,
            to,
            to < 12          ? "that is in the header"
            : to >= w->floor ? "it must point back"
                             : "too many of them in one name");
    w->floor = to;
    w->at = to;
    return OK;
}

static enum status walk_label(struct name_walk *w, struct dns_name *name, struct error *e)
{
    uint8_t len = w->p[w->at];

    if (len > DNS_LABEL_MAX)
        return error_set(
            e, PROTOCOL, "label-type", "the label type 0x%02x at byte %zu is not known", len & 0xc0u, w->at);
    if (w->n - w->at < len + 1u)
        return walk_truncated(w, e);
    if (name->len + len + 1u > DNS_NAME_MAX - (len != 0))
        return error_set(
            e, PROTOCOL, "name-too-long", "the name has more than %d bytes at byte %zu", DNS_NAME_MAX, w->at);
    memcpy(name->wire + name->len, w->p + w->at, len + 1u);
    name->len = (uint8_t)(name->len + len + 1);
    name->labels = (uint8_t)(name->labels + (len != 0));
    w->at += len + 1u;
    return OK;
}

enum status dns_name_from_message(struct str msg, size_t *at, struct dns_name *name_r, struct error *e)
{
    struct name_walk w = {.p = (const uint8_t *)msg.p, .n = msg.n, .at = *at, .floor = *at};
    bool last;

    name_r->len = 0;
    name_r->labels = 0;
    do {
        if (w.at >= w.n)
            return walk_truncated(&w, e);
        if (w.p[w.at] >= 0xc0) {
            last = false;
            TRY(walk_pointer(&w, e));
        } else {
            last = w.p[w.at] == 0;
            TRY(walk_label(&w, name_r, e));
        }
    } while (!last);
    *at = w.end != 0 ? w.end : w.at;
    return OK;
}
