#include "registrar/order_args.h"

#include "base/buf.h"
#include "dns/name.h"

#include <arpa/inet.h>

static const struct {
    const char *word, *status;
} locks[ORDER_LOCKS_MAX] = {
    {"delete", "clientDeleteProhibited"},
    {"hold", "clientHold"},
    {"renew", "clientRenewProhibited"},
    {"transfer", "clientTransferProhibited"},
    {"update", "clientUpdateProhibited"},
};

bool order_args_word(struct str *rest, struct str *word)
{
    do {
        if (str_empty(str_trim(*rest)))
            return false;
    } while (str_take(rest, ' ', word) && str_empty(str_trim(*word)));
    *word = str_trim(*word);
    return true;
}

/* ---- locks ------------------------------------------------------------------------------------------------------- */

enum status order_args_locks(struct str text, struct str statuses[ORDER_LOCKS_MAX], size_t *n_r, struct error *e)
{
    bool given[ORDER_LOCKS_MAX] = {false};
    struct str rest = text, word;
    while (order_args_word(&rest, &word)) {
        bool known = false;
        for (size_t i = 0; i < ORDER_LOCKS_MAX; i++)
            if (str_eqz(word, locks[i].word))
                given[i] = known = true;
        if (!known)
            return error_set(
                e, INVALID, "args", "'%.*s' is no lock: they are delete, hold, renew, transfer, update", STR_ARG(word));
    }
    *n_r = 0;
    for (size_t i = 0; i < ORDER_LOCKS_MAX; i++)
        if (given[i])
            statuses[(*n_r)++] = str_of(locks[i].status);
    return OK;
}

static enum status locks_put(struct str text, struct buf *out, struct error *e)
{
    struct str statuses[ORDER_LOCKS_MAX];
    size_t n = 0;
    TRY(order_args_locks(text, statuses, &n, e));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < ORDER_LOCKS_MAX; k++)
            if (str_eqz(statuses[i], locks[k].status))
                buf_printf(out, "%s%s", i > 0 ? " " : "", locks[k].word);
    return OK;
}

/* ---- name servers -------------------------------------------------------------------------------------------------- */

static enum status host_addr(struct arena *a, struct str text, struct registry_host *h, struct error *e)
{
    unsigned char bytes[16];
    char shown[INET6_ADDRSTRLEN];
    const char *z = str_dupz(a, text);
    int family = str_find(text, ':', 0) >= 0 ? AF_INET6 : AF_INET;
    if (inet_pton(family, z, bytes) != 1)
        return error_set(e, INVALID, "args", "'%.*s' is not an IPv4 or IPv6 address", STR_ARG(text));
    if (h->addrs_n == REGISTRY_ADDRS_MAX)
        return error_set(e, INVALID, "args", "%.*s has more than %d addresses", STR_ARG(h->name), REGISTRY_ADDRS_MAX);
    INVARIANT(inet_ntop(family, bytes, shown, sizeof(shown)) != NULL);
    h->addrs[h->addrs_n++] = str_of(arena_strdup(a, shown));
    return OK;
}

static enum status host_read(struct arena *a, struct str word, struct registry_host *h, struct error *e)
{
    struct str rest = word, part;
    struct dns_name name;
    struct error why;
    bool any = str_take(&rest, '/', &part);
    *h = (struct registry_host){.name = str_lower(a, part)};
    if (any && str_ends(h->name, STR(".")))
        h->name.n--;
    if (h->name.n == 0 || h->name.n > 253 || str_find(h->name, '.', 0) < 1 ||
        dns_name_parse(h->name, NULL, &name, &why) != OK)
        return error_set(e, INVALID, "args", "'%.*s' is not the name of a name server", STR_ARG(word));
    for (size_t i = 0; i < h->name.n; i++)
        if (!ascii_is_alnum(h->name.p[i]) && h->name.p[i] != '-' && h->name.p[i] != '.')
            return error_set(
                e, INVALID, "args", "'%.*s' is not the name of a host: letters, digits and hyphens", STR_ARG(h->name));
    while (str_take(&rest, '/', &part))
        TRY(host_addr(a, part, h, e));
    return OK;
}

enum status order_args_hosts(
    struct arena *a, struct str text, struct registry_host hosts[REGISTRY_HOSTS_MAX], size_t *n_r, struct error *e)
{
    struct str rest = text, word;
    *n_r = 0;
    if (str_eqz(str_trim(text), "ours"))
        return OK;
    while (order_args_word(&rest, &word)) {
        if (*n_r == REGISTRY_HOSTS_MAX)
            return error_set(e, INVALID, "args", "more than %d name servers", REGISTRY_HOSTS_MAX);
        TRY(host_read(a, word, &hosts[*n_r], e));
        for (size_t i = 0; i < *n_r; i++)
            if (str_eq(hosts[i].name, hosts[*n_r].name))
                return error_set(e, INVALID, "args", "the name server %.*s is there twice", STR_ARG(hosts[i].name));
        (*n_r)++;
    }
    return OK;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct registry_host *)a)->name, ((const struct registry_host *)b)->name);
}

static enum status hosts_put(struct arena *a, struct str text, struct buf *out, struct error *e)
{
    struct registry_host hosts[REGISTRY_HOSTS_MAX];
    size_t n = 0;
    TRY(order_args_hosts(a, text, hosts, &n, e));
    if (n == 0)
        buf_puts(out, "ours");
    qsort(hosts, n, sizeof(hosts[0]), by_name);
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "%s%.*s", i > 0 ? " " : "", STR_ARG(hosts[i].name));
        for (size_t k = 0; k < hosts[i].addrs_n; k++)
            buf_printf(out, "/%.*s", STR_ARG(hosts[i].addrs[k]));
    }
    return OK;
}

/* ---- contacts, tags -------------------------------------------------------------------------------------------------- */

static const char *const transfer_ops[] = {
    [REGISTRY_TRANSFER_REQUEST] = "request",
    [REGISTRY_TRANSFER_CANCEL] = "cancel",
    [REGISTRY_TRANSFER_APPROVE] = "approve",
    [REGISTRY_TRANSFER_REJECT] = "reject",
};

enum status order_args_contact(
    struct str text, enum registry_transfer_op *op_r, struct str *registry_r, struct error *e)
{
    struct str rest = text, word;
    if (!order_args_word(&rest, &word) || !order_args_word(&rest, registry_r) || !str_empty(str_trim(rest)))
        return error_set(e, INVALID, "args", "'%.*s': write what is to be done, and the registry", STR_ARG(text));
    for (size_t i = 0; i < ARRAY_LEN(transfer_ops); i++)
        if (str_eqz(word, transfer_ops[i])) {
            *op_r = (enum registry_transfer_op)i;
            return OK;
        }
    return error_set(e, INVALID, "args", "'%.*s' is none of request, approve, reject, cancel", STR_ARG(word));
}

static enum status contact_put(struct str text, struct buf *out, struct error *e)
{
    enum registry_transfer_op op;
    struct str registry;
    TRY(order_args_contact(text, &op, &registry, e));
    buf_printf(out, "%s %.*s", transfer_ops[op], STR_ARG(registry));
    return OK;
}

#define TAG_MAX 16 /* eppcom:clIDType, RFC 5730 */

static enum status tag_put(struct str text, struct buf *out, struct error *e)
{
    struct str tag = str_trim(text);
    bool right = tag.n >= 3 && tag.n <= TAG_MAX;
    for (size_t i = 0; i < tag.n; i++)
        right = right && tag.p[i] > ' ' && tag.p[i] < 0x7f;
    if (!right)
        return error_set(e, INVALID, "args",
            "'%.*s' names no registrar: write its tag, 3 to %d characters without blanks", STR_ARG(tag), TAG_MAX);
    buf_str(out, tag);
    return OK;
}

/* ---- all ------------------------------------------------------------------------------------------------------------ */

static const char *args_wanted(enum order_args kind)
{
    switch (kind) {
    case ARGS_HOSTS:
        return "give the name servers, or 'ours' for those of the hosted zone";
    case ARGS_DNSSEC:
        return "give the DS records, or 'none' to have none";
    case ARGS_CONTACT:
        return "say what is to be done about the contact, and at which registry";
    case ARGS_TAG:
        return "give the tag of the registrar that it is released to";
    case ARGS_LOCKS:
    case ARGS_REGISTER:
    case ARGS_NONE:
        break;
    }
    return "give at least one of delete, hold, renew, transfer, update";
}

static enum status args_put(enum order_args kind, struct arena *a, struct str text, struct buf *out, struct error *e)
{
    switch (kind) {
    case ARGS_HOSTS:
        return hosts_put(a, text, out, e);
    case ARGS_DNSSEC:
        return order_args_dnssec_put(a, text, out, e);
    case ARGS_REGISTER:
        return order_args_register_put(a, text, out, e);
    case ARGS_CONTACT:
        return contact_put(text, out, e);
    case ARGS_TAG:
        return tag_put(text, out, e);
    case ARGS_LOCKS:
        return locks_put(text, out, e);
    case ARGS_NONE:
        break;
    }
    return OK;
}

enum status order_args_check(
    enum order_args kind, struct arena *a, struct str text, struct str *canonical_r, struct error *e)
{
    struct buf out;
    *canonical_r = STR("");
    if (kind == ARGS_NONE)
        return str_empty(str_trim(text))
                   ? OK
                   : error_set(e, INVALID, "args-unused", "this kind of order takes nothing more");
    if (str_empty(str_trim(text)) && kind == ARGS_REGISTER)
        return OK;
    if (str_empty(str_trim(text)))
        return error_set(e, INVALID, "args-needed", "%s", args_wanted(kind));
    buf_in(&out, a, ORDER_ARGS_MAX);
    TRY(args_put(kind, a, text, &out, e));
    if (buf_over(&out))
        return error_set(e, INVALID, "args", "more than %d bytes", ORDER_ARGS_MAX);
    *canonical_r = buf_view(&out);
    return OK;
}
