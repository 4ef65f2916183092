#include "registry/host_set.h"

#include "base/crypto.h"
#include "registry/dnssec.h"
#include "registry/ensure_db.h"
#include "registry/verb.h"

#define ID_DIGEST 12 /* octets: 96 bits; with "FW-" an id has 27 of the 30 characters that FRED allows */

static int str_compare(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int host_compare(const void *a, const void *b)
{
    return str_cmp(((const struct registry_host *)a)->name, ((const struct registry_host *)b)->name);
}

static enum status host_take(
    const struct registry_work *w, const struct registry_host *in, struct registry_host *out, struct error *e)
{
    if (in->addrs_n > REGISTRY_ADDRS_MAX || str_empty(in->name) || in->name.n > 255)
        return error_set(e, INVALID, "host-bad", "host \"%.*s\": no name, or more than %d addresses", STR_ARG(in->name),
            REGISTRY_ADDRS_MAX);
    *out = *in;
    out->name = str_lower(w->arena, in->name);
    if (!profile_host_has_addrs(w->registry->profile, out->name, STR_NULL))
        out->addrs_n = 0;
    else if (in->addrs_n == 0)
        return error_set(e, INVALID, "host-needs-address",
            "the name server %.*s lies in the registry's own zones and needs an address", STR_ARG(in->name));
    qsort(out->addrs, out->addrs_n, sizeof(out->addrs[0]), str_compare);
    return OK;
}

static void set_digest(const struct registry_work *w, const struct registry_host_set *set, uint8_t out[SEEN_DIGEST])
{
    struct buf b;
    buf_init(&b, 128 << 10);
    buf_printf(&b, "%.*s %.*s", STR_ARG(w->registry->config.clid), STR_ARG(set->tech));
    for (size_t i = 0; i < set->hosts_n; i++) {
        buf_printf(&b, "\n%.*s", STR_ARG(set->hosts[i].name));
        for (size_t k = 0; k < set->hosts[i].addrs_n; k++)
            buf_printf(&b, " %.*s", STR_ARG(set->hosts[i].addrs[k]));
    }
    crypto_sha256(buf_view(&b), out);
    buf_clear(&b);
}

static int key_compare(const void *a, const void *b)
{
    const struct registry_dnskey *k = a, *l = b;
    return k->alg != l->alg ? k->alg - l->alg : str_cmp(k->key, l->key);
}

static void keys_digest(const struct registry_work *w, const struct registry_key_set *set, uint8_t out[SEEN_DIGEST])
{
    struct buf b;
    buf_init(&b, 256 << 10);
    buf_printf(&b, "%.*s %.*s", STR_ARG(w->registry->config.clid), STR_ARG(set->tech));
    for (size_t i = 0; i < set->keys_n; i++) {
        const struct registry_dnskey *k = &set->keys[i];
        buf_printf(&b, "\n%d %d %d %.*s", k->flags, k->protocol, k->alg, STR_ARG(k->key));
    }
    crypto_sha256(buf_view(&b), out);
    buf_clear(&b);
}

/* Registries show ids in capitals. */
static struct str set_id(struct arena *a, const uint8_t digest[SEEN_DIGEST])
{
    struct str hex = hex_encode(a, digest, ID_DIGEST);
    char *id = arena_alloc(a, 3 + hex.n);
    memcpy(id, "FW-", 3);
    for (size_t i = 0; i < hex.n; i++)
        id[3 + i] = (char)(hex.p[i] >= 'a' ? hex.p[i] - 'a' + 'A' : hex.p[i]);
    return str_n(id, 3 + hex.n);
}

enum status host_set_of(const struct registry_work *w, const struct registry_host *hosts, size_t n,
    struct registry_host_set *out, struct error *e)
{
    const struct registry_profile *p = w->registry->profile;
    uint8_t digest[SEEN_DIGEST];
    if (n == 0 || (int64_t)n > p->hosts_max)
        return error_set(e, INVALID, "hosts-count", "%zu name servers: a set at the registry %.*s has 1 to %lld", n,
            STR_ARG(p->name), (long long)p->hosts_max);
    *out = (struct registry_host_set){.tech = w->registry->config.tech_contact, .hosts_n = n};
    for (size_t i = 0; i < n; i++)
        TRY(host_take(w, &hosts[i], &out->hosts[i], e));
    qsort(out->hosts, n, sizeof(out->hosts[0]), host_compare);
    set_digest(w, out, digest);
    out->id = set_id(w->arena, digest);
    return OK;
}

static bool host_among(const struct registry_host *h, const struct registry_host *hosts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(h->name, hosts[i].name))
            return verb_same_addrs(h->addrs, h->addrs_n, hosts[i].addrs, hosts[i].addrs_n);
    return false;
}

bool host_set_same(const struct registry_host *a, size_t an, const struct registry_host *b, size_t bn)
{
    bool same = an == bn;
    for (size_t i = 0; same && i < an; i++)
        same = host_among(&a[i], b, bn);
    return same;
}

/* ---- at the registry ---------------------------------------------------------------------------------------- */

static struct str seen_as(struct arena *a, struct str id)
{
    return str_printf(a, "set:%.*s", STR_ARG(id));
}

/* The id is there: ours and right, or of no use. */
static enum status set_match(const struct registry_work *w, const struct registry_host_set *set, struct error *e)
{
    struct registry_host_set_info there = {0};
    TRY(registry_host_set_info(w, set->id, &there, e));
    if (verb_is_ours(w, there.clid) && host_set_same(set->hosts, set->hosts_n, there.set.hosts, there.set.hosts_n))
        return OK;
    return error_set(e, EXISTS, "host-set-taken", "the set of name servers %.*s at the registry %.*s is %s",
        STR_ARG(set->id), STR_ARG(w->registry->config.id),
        verb_is_ours(w, there.clid) ? "ours, with other name servers" : "another registrar's");
}

static enum status set_place(
    const struct registry_work *w, const char *ref, const struct registry_host_set *set, struct error *e)
{
    struct registry_outcome o;
    const struct registry_request r = {
        .verb = REGISTRY_HOST_SET_CREATE,
        .key = arena_printf(w->arena, "%s:host-set:%.*s", ref, STR_ARG(set->id)),
        .host_set = set,
    };
    enum status s = registry_transform(w, &r, &o, e);
    return s == EXISTS ? set_match(w, set, e) : s;
}

enum status host_set_ensure(
    const struct registry_work *w, const char *ref, const struct registry_host *hosts, size_t n, struct error *e)
{
    struct registry_host_set set;
    uint8_t digest[SEEN_DIGEST], seen[SEEN_DIGEST];
    TRY(host_set_of(w, hosts, n, &set, e));
    set_digest(w, &set, digest);
    enum status s = seen_host(w, seen_as(w->arena, set.id), seen, e);
    if (s != NOT_FOUND)
        return s;
    TRY(set_place(w, ref, &set, e));
    return seen_host_put(w, seen_as(w->arena, set.id), digest, e);
}

enum status host_set_forget(const struct registry_work *w, struct str id, struct error *e)
{
    return str_is_null(id) ? OK : seen_host_forget(w, seen_as(w->arena, id), e);
}

static enum status key_set_name(const struct registry_work *w, struct registry_request *r, struct error *e)
{
    struct registry_key_set set = {.id = STR("")};
    if (w->registry->profile->fred && r->verb == REGISTRY_DOMAIN_CREATE && r->domain_create->dnssec.keys_n > 0) {
        struct registry_domain_create *d = arena_copy(w->arena, r->domain_create, sizeof(*d));
        TRY(key_set_of(w, d->dnssec.keys, d->dnssec.keys_n, &set, e));
        d->key_set = set.id;
        r->domain_create = d;
    }
    if (!w->registry->profile->fred || r->verb != REGISTRY_DOMAIN_UPDATE || !dnssec_changes(&r->domain_update->dnssec))
        return OK;
    struct registry_domain_update *u = arena_copy(w->arena, r->domain_update, sizeof(*u));
    if (u->dnssec.whole.keys_n > 0)
        TRY(key_set_of(w, u->dnssec.whole.keys, u->dnssec.whole.keys_n, &set, e));
    u->key_set = set.id;
    r->domain_update = u;
    return OK;
}

enum status host_set_name(const struct registry_work *w, struct registry_request *r, struct error *e)
{
    struct registry_host_set set;
    if (w->registry->profile->hosts != PROFILE_HOSTS_SETS)
        return OK;
    if (r->verb == REGISTRY_DOMAIN_CREATE && r->domain_create->hosts_n > 0) {
        struct registry_domain_create *d = arena_copy(w->arena, r->domain_create, sizeof(*d));
        TRY(host_set_of(w, d->hosts, d->hosts_n, &set, e));
        d->host_set = set.id;
        r->domain_create = d;
    }
    if (r->verb == REGISTRY_DOMAIN_UPDATE && r->domain_update->hosts_n > 0) {
        struct registry_domain_update *u = arena_copy(w->arena, r->domain_update, sizeof(*u));
        TRY(host_set_of(w, u->hosts, u->hosts_n, &set, e));
        u->host_set = set.id;
        r->domain_update = u;
    }
    return key_set_name(w, r, e);
}

/* ---- keys ----------------------------------------------------------------------------------------------------- */

enum status key_set_of(const struct registry_work *w, const struct registry_dnskey *keys, size_t n,
    struct registry_key_set *out, struct error *e)
{
    uint8_t digest[SEEN_DIGEST];
    if (n == 0 || n > REGISTRY_DS_MAX)
        return error_set(e, INVALID, "dnssec-count", "%zu keys: a set has 1 to %d", n, REGISTRY_DS_MAX);
    *out = (struct registry_key_set){.tech = w->registry->config.tech_contact, .keys_n = n};
    memcpy(out->keys, keys, n * sizeof(*keys));
    qsort(out->keys, n, sizeof(out->keys[0]), key_compare);
    keys_digest(w, out, digest);
    out->id = set_id(w->arena, digest);
    return OK;
}

static enum status keys_match(const struct registry_work *w, const struct registry_key_set *set, struct error *e)
{
    struct registry_key_set_info there = {0};
    TRY(registry_key_set_info(w, set->id, &there, e));
    if (verb_is_ours(w, there.clid) && dnssec_same_keys(set->keys, set->keys_n, there.set.keys, there.set.keys_n))
        return OK;
    return error_set(e, EXISTS, "key-set-taken", "the set of keys %.*s at the registry %.*s is %s", STR_ARG(set->id),
        STR_ARG(w->registry->config.id), verb_is_ours(w, there.clid) ? "ours, with other keys" : "another registrar's");
}

enum status registry_keys_ensure(
    const struct registry_work *w, const char *ref, const struct registry_dnssec *wanted, struct error *e)
{
    struct registry_key_set set;
    struct registry_outcome o;
    if (!w->registry->profile->fred || wanted->keys_n == 0)
        return OK;
    TRY(key_set_of(w, wanted->keys, wanted->keys_n, &set, e));
    const struct registry_request r = {
        .verb = REGISTRY_KEY_SET_CREATE,
        .key = arena_printf(w->arena, "%s:key-set:%.*s", ref, STR_ARG(set.id)),
        .key_set = &set,
    };
    enum status s = registry_transform(w, &r, &o, e);
    return s == EXISTS ? keys_match(w, &set, e) : s;
}
