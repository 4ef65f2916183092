#include "registry/sandbox_ds.h"

#include "dns/name.h"

#define DIGEST_MAX 48
#define DIGEST_SHA256 2
#define KEY_MAX 3000 /* bytes of a public key: far above RSA of 4096 bits */
#define ZONE_KEY 0x100 /* RFC 4034 2.1.1 */

/* Bytes of a digest by its type (IANA, "Delegation Signer Digest Algorithms"); 0: not taken here. */
static size_t digest_size(unsigned type)
{
    static const size_t sizes[] = {[1] = 20, [2] = 32, [4] = 48};
    return type < ARRAY_LEN(sizes) ? sizes[type] : 0;
}

/* Algorithms that zones are signed with (IANA, "DNS Security Algorithm Numbers"). */
static bool algorithm_signs(unsigned alg)
{
    return alg == 5 || alg == 7 || alg == 8 || alg == 10 || (alg >= 12 && alg <= 16);
}

static enum status algorithm_check(struct sandbox_call *c, unsigned alg, struct error *e)
{
    if (algorithm_signs(alg))
        return OK;
    return sandbox_refuse(
        c, e, EPP_POLICY, "alg", str_printf(c->arena, "%u", alg), "no zone is signed with this algorithm");
}

static enum status ds_read(struct sandbox_call *c, const struct epp_ds *ds, struct sandbox_ds *ds_r, struct error *e)
{
    size_t n = digest_size(ds->digest_type);
    struct str type = str_printf(c->arena, "%u", ds->digest_type);
    if (n == 0)
        return sandbox_refuse(c, e, EPP_POLICY, "digestType", type, "digests are of type 1, 2 or 4 here");
    TRY(algorithm_check(c, ds->alg, e));
    char *bytes = arena_alloc(c->arena, DIGEST_MAX);
    if (ds->digest.n != 2 * n || !hex_decode(ds->digest, bytes, n))
        return sandbox_refuse(c, e, EPP_VALUE, "digest", ds->digest, "a digest of type %u has %zu hexadecimal digits",
            ds->digest_type, 2 * n);
    if (ds->max_sig_life != 0)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "maxSigLife", STR_NULL, "maxSigLife is not said of one record here");
    *ds_r = (struct sandbox_ds){.key_tag = ds->key_tag,
        .alg = ds->alg,
        .digest_type = ds->digest_type,
        .digest = str_n(bytes, n),
        .pub_key = STR_NULL};
    return OK;
}

/* RFC 4034 appendix B. */
static unsigned key_tag(struct str rdata)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < rdata.n; i++)
        sum += (uint32_t)(unsigned char)rdata.p[i] << (i % 2 == 0 ? 8 : 0);
    return (sum + (sum >> 16)) & 0xffff;
}

/* Owner's name and rdata of the DNSKEY record as they are hashed (RFC 4034 5.1.4); *rdata_r: the latter part. */
static enum status key_wire(struct arena *a, struct str domain, const struct epp_dnskey *k, struct str bytes,
    struct str *all_r, struct str *rdata_r, struct error *e)
{
    struct dns_name name;
    struct buf b;
    const char head[] = {(char)(k->flags >> 8), (char)(k->flags & 0xff), (char)k->protocol, (char)k->alg};
    TRY(dns_name_parse(domain, NULL, &name, e));
    buf_in(&b, a, KEY_MAX + 512);
    buf_put(&b, name.wire, name.len);
    buf_put(&b, head, sizeof(head));
    buf_str(&b, bytes);
    *all_r = buf_view(&b);
    *rdata_r = str_n(all_r->p + name.len, all_r->n - name.len);
    return OK;
}

enum status sandbox_dnskey_check(
    struct sandbox_call *c, const struct epp_dnskey *k, struct str *bytes_r, struct error *e)
{
    struct str flags = str_printf(c->arena, "%u", k->flags), protocol = str_printf(c->arena, "%u", k->protocol);
    TRY(algorithm_check(c, k->alg, e));
    if (k->protocol != SB_DNSKEY_PROTOCOL)
        return sandbox_refuse(c, e, EPP_POLICY, "protocol", protocol, "the protocol of a DNSKEY is 3");
    if ((k->flags & ZONE_KEY) == 0 || k->flags > UINT16_MAX)
        return sandbox_refuse(c, e, EPP_POLICY, "flags", flags, "these are not the flags of a zone's key");
    if (!base64_decode(c->arena, k->pub_key, bytes_r) || bytes_r->n == 0)
        return sandbox_refuse(c, e, EPP_VALUE, "pubKey", STR_NULL, "the key is not base64");
    if (bytes_r->n > KEY_MAX)
        return sandbox_refuse(c, e, EPP_RANGE, "pubKey", STR_NULL, "a key has at most %d bytes", KEY_MAX);
    return OK;
}

static enum status key_read(struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_dnskey *k,
    struct sandbox_ds *ds_r, struct error *e)
{
    struct str bytes, all, rdata;
    uint8_t *digest = arena_alloc(c->arena, DIGEST_MAX);
    TRY(sandbox_dnskey_check(c, k, &bytes, e));
    TRY(key_wire(c->arena, d->name, k, bytes, &all, &rdata, e));
    crypto_sha256(all, digest);
    *ds_r = (struct sandbox_ds){.key_tag = key_tag(rdata),
        .alg = k->alg,
        .digest_type = DIGEST_SHA256,
        .digest = str_n((const char *)digest, digest_size(DIGEST_SHA256)),
        .key_flags = k->flags,
        .pub_key = base64_encode(c->arena, bytes.p, bytes.n)};
    return OK;
}

/* The interface that the registry has (RFC 5910 4). */
static enum status kind_check(struct sandbox_call *c, size_t ds_n, size_t keys_n, struct error *e)
{
    enum sandbox_secdns has = c->sb->as.secdns;
    if (keys_n > 0 && has == SB_SECDNS_DS)
        return sandbox_refuse(c, e, EPP_POLICY, "keyData", STR_NULL, "this registry takes DS records, not keys");
    if (ds_n > 0 && has == SB_SECDNS_KEYS)
        return sandbox_refuse(
            c, e, EPP_POLICY, "dsData", STR_NULL, "this registry takes keys, and makes the DS records itself");
    return OK;
}

static enum status sig_life(struct sandbox_call *c, const struct sandbox_domain *d, unsigned seconds, struct error *e)
{
    int64_t most = c->sb->as.max_sig_life;
    if (seconds == 0)
        return OK;
    if (most == 0)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "maxSigLife", STR_NULL, "maxSigLife is not taken here");
    if (seconds > most)
        return sandbox_refuse(c, e, EPP_RANGE, "maxSigLife", str_printf(c->arena, "%u", seconds),
            "signatures live at most %lld seconds here", (long long)most);
    return sandbox_sig_life_set(c->db, d->id, seconds, e);
}

/* After a change: not too many, and of one kind. */
static enum status ds_policy(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    struct epp_secdns now = {0};
    TRY(sandbox_ds_list(c->db, c->arena, d->id, &now, e));
    if (now.ds.n > 0 && now.keys.n > 0)
        return sandbox_refuse(
            c, e, EPP_POLICY, "secDNS", STR_NULL, "a domain has DS records or keys, never both: remove the others");
    if (now.ds.n + now.keys.n > (size_t)c->sb->as.ds_max)
        return sandbox_refuse(
            c, e, EPP_POLICY, "dsData", STR_NULL, "at most %lld DS records for a domain", (long long)c->sb->as.ds_max);
    return OK;
}

static enum status ds_add(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_secdns *s, struct error *e)
{
    struct sandbox_ds ds;
    TRY(kind_check(c, s->ds.n, s->keys.n, e));
    TRY(sig_life(c, d, s->max_sig_life, e));
    for (size_t i = 0; i < s->ds.n; i++) {
        TRY(ds_read(c, &s->ds.v[i], &ds, e));
        TRY(sandbox_ds_add(c->db, d->id, &ds, e));
    }
    for (size_t i = 0; i < s->keys.n; i++) {
        TRY(key_read(c, d, &s->keys.v[i], &ds, e));
        TRY(sandbox_ds_add(c->db, d->id, &ds, e));
    }
    return ds_policy(c, d, e);
}

static enum status ds_remove(struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ds_list *list,
    const struct epp_dnskeys *keys, struct error *e)
{
    struct sandbox_ds ds;
    bool found = false;
    TRY(kind_check(c, list->n, keys->n, e));
    for (size_t i = 0; i < list->n; i++) {
        TRY(ds_read(c, &list->v[i], &ds, e));
        TRY(sandbox_ds_drop(c->db, d->id, &ds, &found, e));
        if (!found)
            return sandbox_refuse(
                c, e, EPP_NO_OBJECT_THERE, "digest", list->v[i].digest, "the domain has no such DS record");
    }
    for (size_t i = 0; i < keys->n; i++) {
        TRY(key_read(c, d, &keys->v[i], &ds, e));
        TRY(sandbox_ds_drop(c->db, d->id, &ds, &found, e));
        if (!found)
            return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "pubKey", STR_NULL, "the domain has no such key");
    }
    return OK;
}

enum status sandbox_ds_create(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    const struct epp_secdns *s = epp_ext_find(&c->cmd->ext, &epp_secdns_create);
    return s == NULL ? OK : ds_add(c, d, s, e);
}

enum status sandbox_ds_update(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    const struct epp_secdns_update *u = epp_ext_find(&c->cmd->ext, &epp_secdns_update);
    if (u == NULL)
        return OK;
    if (u->urgent == EPP_YES && !c->sb->as.ds_urgent)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "update", STR_NULL, "there are no urgent updates here");
    TRY(sig_life(c, d, u->chg.max_sig_life, e));
    if (u->rem.all == EPP_YES)
        TRY(sandbox_ds_clear(c->db, d->id, e));
    TRY(ds_remove(c, d, &u->rem.ds, &u->rem.keys, e));
    return ds_add(c, d, &u->add, e);
}

enum status sandbox_ds_tell(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    struct epp_secdns *out = ARENA_NEW(c->arena, struct epp_secdns);
    if (!sandbox_services_have(c->session->services, STR(EPP_SECDNS_NS)))
        return OK;
    TRY(sandbox_ds_list(c->db, c->arena, d->id, out, e));
    if (out->ds.n + out->keys.n == 0)
        return OK;
    if (c->sb->as.max_sig_life > 0)
        TRY(sandbox_sig_life(c->db, c->arena, d->id, &out->max_sig_life, e));
    epp_ext_add(c->arena, &c->rsp->ext, &epp_secdns_inf_data, out);
    return OK;
}
