#include "registry/verb.h"

#include <arpa/inet.h>

static const struct verb_row *const rows[REGISTRY_VERB_COUNT] = {
    [REGISTRY_DOMAIN_CREATE] = &verb_domain_create,
    [REGISTRY_DOMAIN_RENEW] = &verb_domain_renew,
    [REGISTRY_DOMAIN_UPDATE] = &verb_domain_update,
    [REGISTRY_DOMAIN_DELETE] = &verb_domain_delete,
    [REGISTRY_DOMAIN_TRANSFER] = &verb_domain_transfer,
    [REGISTRY_DOMAIN_RESTORE] = &verb_domain_restore,
    [REGISTRY_DOMAIN_RELEASE] = &verb_domain_release,
    [REGISTRY_CONTACT_CREATE] = &verb_contact_create,
    [REGISTRY_CONTACT_UPDATE] = &verb_contact_update,
    [REGISTRY_CONTACT_DELETE] = &verb_contact_delete,
    [REGISTRY_CONTACT_TRANSFER] = &verb_contact_transfer,
    [REGISTRY_HOST_CREATE] = &verb_host_create,
    [REGISTRY_HOST_UPDATE] = &verb_host_update,
    [REGISTRY_HOST_DELETE] = &verb_host_delete,
    [REGISTRY_HOST_SET_CREATE] = &verb_host_set_create,
    [REGISTRY_KEY_SET_CREATE] = &verb_key_set_create,
    [REGISTRY_AUTHINFO_SEND] = &verb_authinfo_send,
};

const struct verb_row *verb_find(enum registry_verb v)
{
    INVARIANT((unsigned)v < REGISTRY_VERB_COUNT);
    return rows[v];
}

const char *registry_verb_word(enum registry_verb v)
{
    return verb_find(v)->word;
}

struct str verb_op(const struct registry_request *r)
{
    static const char *const words[] = {
        [REGISTRY_TRANSFER_REQUEST] = "request",
        [REGISTRY_TRANSFER_CANCEL] = "cancel",
        [REGISTRY_TRANSFER_APPROVE] = "approve",
        [REGISTRY_TRANSFER_REJECT] = "reject",
    };
    return r->transfer == NULL ? STR_NULL : str_of(words[r->transfer->op]);
}

enum status verb_found(enum status s, bool *found_r)
{
    *found_r = s == OK;
    return s == NOT_FOUND ? OK : s;
}

bool verb_hidden(enum status s, const struct error *e)
{
    return s == DENIED && strcmp(e->code, "epp-2200") != 0;
}

bool verb_is_ours(const struct registry_work *w, struct str clid)
{
    return str_ieq(clid, w->registry->config.clid);
}

bool verb_has_status(const struct str *statuses, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(statuses[i], word))
            return true;
    return false;
}

/* 4 or 16 bytes, 0 where s is no address. */
static size_t addr_bytes(struct str s, unsigned char out[16])
{
    char z[INET6_ADDRSTRLEN];
    if (s.n >= sizeof(z))
        return 0;
    memcpy(z, s.n > 0 ? s.p : "", s.n);
    z[s.n] = '\0';
    if (inet_pton(AF_INET, z, out) == 1)
        return 4;
    return inet_pton(AF_INET6, z, out) == 1 ? 16 : 0;
}

bool verb_same_addr(struct str a, struct str b)
{
    unsigned char x[16], y[16];
    size_t n = addr_bytes(a, x);
    return n == 0 ? str_ieq(a, b) : n == addr_bytes(b, y) && memcmp(x, y, n) == 0;
}

static bool addrs_within(const struct str *a, size_t an, const struct str *b, size_t bn)
{
    for (size_t i = 0; i < an; i++) {
        bool hit = false;
        for (size_t k = 0; k < bn && !hit; k++)
            hit = verb_same_addr(a[i], b[k]);
        if (!hit)
            return false;
    }
    return true;
}

bool verb_same_addrs(const struct str *a, size_t an, const struct str *b, size_t bn)
{
    return addrs_within(a, an, b, bn) && addrs_within(b, bn, a, an);
}

/* Registries may fold blanks; absent and empty are the same to them. */
static bool same_text(struct str a, struct str b)
{
    return str_eq(str_n(a.p, str_trim(a).n == 0 ? 0 : a.n), str_n(b.p, str_trim(b).n == 0 ? 0 : b.n)) ||
           str_eq(str_trim(a), str_trim(b));
}

bool verb_same_contact(const struct registry_contact *a, const struct registry_contact *b)
{
    for (size_t i = 0; i < ARRAY_LEN(a->street); i++)
        if (!same_text(a->street[i], b->street[i]))
            return false;
    return same_text(a->name, b->name) && same_text(a->org, b->org) && same_text(a->city, b->city) &&
           same_text(a->sp, b->sp) && same_text(a->pc, b->pc) && str_ieq(a->cc, b->cc) &&
           same_text(a->voice, b->voice) && same_text(a->fax, b->fax) && str_ieq(a->email, b->email);
}
