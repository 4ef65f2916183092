#include "registry/dnssec.h"

#include "base/crypto.h"

#define DIGEST_BYTES_MAX 48
#define LIFE_MAX 2147483647 /* secDNS:maxSigLifeType */

/* ---- what can stand ------------------------------------------------------------------------------------------ */

/* Bytes of a digest by its type (IANA, "Delegation Signer Digest Algorithms"); 0: there is no such type. */
static size_t digest_size(int type)
{
    static const size_t sizes[] = {[1] = 20, [2] = 32, [3] = 32, [4] = 48, [5] = 32, [6] = 32};
    return type > 0 && (size_t)type < ARRAY_LEN(sizes) ? sizes[type] : 0;
}

/* Algorithms that zones are signed with (IANA, "DNS Security Algorithm Numbers"), the private ones included. */
static bool algorithm_signs(int alg)
{
    return alg == 3 || (alg >= 5 && alg <= 8) || alg == 10 || (alg >= 12 && alg <= 17) || alg == 23 || alg == 253 ||
           alg == 254;
}

static enum status algorithm_check(const char *what, int first, int alg, struct error *e)
{
    if (algorithm_signs(alg))
        return OK;
    return error_set(e, INVALID, "dnssec-algorithm", "%s %d: no zone is signed with algorithm %d", what, first, alg);
}

static enum status ds_check(const struct registry_ds *ds, struct error *e)
{
    char bytes[DIGEST_BYTES_MAX];
    size_t n = digest_size(ds->digest_type);
    if (ds->key_tag < 0 || ds->key_tag > 65535)
        return error_set(e, INVALID, "dnssec-key-tag", "DS %d: a key tag is 0 to 65535", ds->key_tag);
    TRY(algorithm_check("DS", ds->key_tag, ds->alg, e));
    if (n == 0)
        return error_set(e, INVALID, "dnssec-digest-type", "DS %d: there is no digest of type %d: they are 1 to 6",
            ds->key_tag, ds->digest_type);
    if (ds->digest.n == 2 * n && hex_decode(ds->digest, bytes, n))
        return OK;
    return error_set(e, INVALID, "dnssec-digest",
        "DS %d: a digest of type %d has %zu hexadecimal digits; this has %zu characters", ds->key_tag, ds->digest_type,
        2 * n, ds->digest.n);
}

/* RFC 4034 2.1.1: bit 7 makes it a zone key, bit 15 (SEP) and 8 (revoked) may stand beside. */
static enum status key_check(const struct registry_dnskey *k, struct arena *a, struct error *e)
{
    struct str bytes;
    if ((k->flags & ~0x0181) != 0 || (k->flags & 0x0100) == 0)
        return error_set(e, INVALID, "dnssec-key-flags", "key %d: the flags of a zone's key are 256 or 257", k->flags);
    if (k->protocol != 3)
        return error_set(
            e, INVALID, "dnssec-key-protocol", "key %d %d: the protocol is always 3", k->flags, k->protocol);
    TRY(algorithm_check("key", k->flags, k->alg, e));
    if (base64_decode(a, k->key, &bytes) && bytes.n >= 16)
        return OK;
    return error_set(
        e, INVALID, "dnssec-key", "key %d %d %d: this is no public key in base64", k->flags, k->protocol, k->alg);
}

static bool same_ds(const struct registry_ds *a, const struct registry_ds *b)
{
    return a->key_tag == b->key_tag && a->alg == b->alg && a->digest_type == b->digest_type &&
           str_ieq(a->digest, b->digest);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Registries may break the lines of what they show. */
static bool same_base64(struct str a, struct str b)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.n && is_blank(a.p[i]))
            i++;
        while (k < b.n && is_blank(b.p[k]))
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (a.p[i++] != b.p[k++])
            return false;
    }
}

static bool same_key(const struct registry_dnskey *a, const struct registry_dnskey *b)
{
    return a->flags == b->flags && a->protocol == b->protocol && a->alg == b->alg && same_base64(a->key, b->key);
}

static bool has_ds(const struct registry_dnssec *d, const struct registry_ds *ds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (same_ds(&d->ds[i], ds))
            return true;
    return false;
}

static bool has_key(const struct registry_dnssec *d, const struct registry_dnskey *k, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (same_key(&d->keys[i], k))
            return true;
    return false;
}

enum status dnssec_check(const struct registry_dnssec *d, struct arena *a, struct error *e)
{
    for (size_t i = 0; i < d->ds_n; i++) {
        TRY(ds_check(&d->ds[i], e));
        if (has_ds(d, &d->ds[i], i))
            return error_set(e, INVALID, "dnssec-twice", "DS %d is there twice", d->ds[i].key_tag);
    }
    for (size_t i = 0; i < d->keys_n; i++) {
        TRY(key_check(&d->keys[i], a, e));
        if (has_key(d, &d->keys[i], i))
            return error_set(e, INVALID, "dnssec-twice", "a key of algorithm %d is there twice", d->keys[i].alg);
    }
    if (d->ds_n > 0 && d->keys_n > 0)
        return error_set(e, INVALID, "dnssec-mixed", "give DS records or keys, not both (RFC 5910 section 4)");
    if (d->max_sig_life < 0 || d->max_sig_life > LIFE_MAX)
        return error_set(e, INVALID, "dnssec-max-sig-life", "signatures live 1 to %d seconds", LIFE_MAX);
    if (d->max_sig_life > 0 && d->ds_n + d->keys_n == 0)
        return error_set(
            e, INVALID, "dnssec-max-sig-life", "without DS records or keys there are no signatures to live");
    return OK;
}

/* ---- what is to change ----------------------------------------------------------------------------------------- */

/* All of `from` that is not in `other`. */
static void beyond(const struct registry_dnssec *from, const struct registry_dnssec *other, struct registry_dnssec *out)
{
    for (size_t i = 0; i < from->ds_n; i++)
        if (!has_ds(other, &from->ds[i], other->ds_n))
            out->ds[out->ds_n++] = from->ds[i];
    for (size_t i = 0; i < from->keys_n; i++)
        if (!has_key(other, &from->keys[i], other->keys_n))
            out->keys[out->keys_n++] = from->keys[i];
}

void dnssec_diff(
    const struct registry_dnssec *there, const struct registry_dnssec *wanted, struct registry_dnssec_change *out)
{
    *out = (struct registry_dnssec_change){.whole = *wanted};
    beyond(wanted, there, &out->add);
    beyond(there, wanted, &out->rem);
    if (wanted->max_sig_life != there->max_sig_life)
        out->max_sig_life = wanted->max_sig_life;
}

bool dnssec_changes(const struct registry_dnssec_change *c)
{
    return c->add.ds_n + c->add.keys_n + c->rem.ds_n + c->rem.keys_n > 0 || c->max_sig_life != 0;
}

bool dnssec_same_keys(const struct registry_dnskey *a, size_t an, const struct registry_dnskey *b, size_t bn)
{
    struct registry_dnssec all = {.keys_n = bn};
    memcpy(all.keys, b, bn * sizeof(*b));
    bool same = an == bn;
    for (size_t i = 0; same && i < an; i++)
        same = has_key(&all, &a[i], bn);
    return same;
}

bool dnssec_shown(const struct registry_dnssec *there, const struct registry_dnssec_change *c)
{
    struct registry_dnssec missing = {.ds_n = 0}, gone = {.ds_n = 0};
    beyond(&c->add, there, &missing);
    beyond(&c->rem, there, &gone);
    return missing.ds_n + missing.keys_n == 0 && gone.ds_n == c->rem.ds_n && gone.keys_n == c->rem.keys_n &&
           (c->max_sig_life == 0 || c->max_sig_life == there->max_sig_life);
}

/* ---- what the registry takes ------------------------------------------------------------------------------------- */

static enum status count_fit(const struct registry_profile *p, struct str name, size_t n, struct error *e)
{
    if ((int64_t)n <= p->dnssec_max)
        return OK;
    return error_set(e, INVALID, "dnssec-count", "%.*s: %zu %s: the registry %.*s takes up to %lld", STR_ARG(name), n,
        p->dnssec == PROFILE_DNSSEC_KEYS ? "keys" : "DS records", STR_ARG(p->name), (long long)p->dnssec_max);
}

enum status dnssec_fit(
    const struct registry_profile *p, struct str name, const struct registry_dnssec_change *c, struct error *e)
{
    if (!dnssec_changes(c))
        return OK;
    if (p->secdns == PROFILE_SECDNS_NONE && !p->fred) /* which has sets of keys */
        return error_set(e, INVALID, "dnssec-not-spoken", "%.*s: the registry %.*s takes no DNSSEC data over EPP",
            STR_ARG(name), STR_ARG(p->name));
    if (c->whole.ds_n > 0 && p->dnssec == PROFILE_DNSSEC_KEYS)
        return error_set(e, INVALID, "dnssec-wants-keys",
            "%.*s: the registry %.*s takes keys, from which it makes the DS records: give keys", STR_ARG(name),
            STR_ARG(p->name));
    if (c->whole.keys_n > 0 && (p->dnssec == PROFILE_DNSSEC_DS || p->secdns == PROFILE_SECDNS_1_0))
        return error_set(e, INVALID, "dnssec-wants-ds", "%.*s: the registry %.*s takes DS records, not keys",
            STR_ARG(name), STR_ARG(p->name));
    TRY(count_fit(p, name, c->whole.ds_n + c->whole.keys_n, e));
    if (c->max_sig_life != 0 && c->whole.ds_n + c->whole.keys_n == 0)
        return error_set(e, INVALID, "dnssec-max-sig-life",
            "%.*s: without DS records or keys there are no signatures to live", STR_ARG(name));
    if (c->max_sig_life != 0 && !p->dnssec_max_sig_life)
        return error_set(e, INVALID, "dnssec-max-sig-life",
            "%.*s: the registry %.*s takes no word on how long signatures should live", STR_ARG(name),
            STR_ARG(p->name));
    if (c->urgent && !p->dnssec_urgent)
        return error_set(e, INVALID, "dnssec-urgent", "%.*s: the registry %.*s publishes nothing out of turn",
            STR_ARG(name), STR_ARG(p->name));
    return OK;
}
