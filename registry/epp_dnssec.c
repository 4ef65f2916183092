/* DNSSEC data of domains as secDNS-1.1 (RFC 5910) or 1.0 (RFC 4310) say it. */
#include "base/log.h"
#include "epp/secdns.h"
#include "registry/dnssec.h"
#include "registry/epp_call.h"

/* ---- ours to EPP's ------------------------------------------------------------------------------------------- */

static struct epp_ds_list ds_of(struct arena *a, const struct registry_dnssec *d, int life)
{
    struct epp_ds_list out = {ARENA_ARRAY(a, d->ds_n, struct epp_ds), d->ds_n};
    for (size_t i = 0; i < d->ds_n; i++)
        out.v[i] = (struct epp_ds){.key_tag = (unsigned)d->ds[i].key_tag,
            .alg = (unsigned)d->ds[i].alg,
            .digest_type = (unsigned)d->ds[i].digest_type,
            .digest = d->ds[i].digest,
            .max_sig_life = (unsigned)life};
    return out;
}

static struct epp_dnskeys keys_of(struct arena *a, const struct registry_dnssec *d)
{
    struct epp_dnskeys out = {ARENA_ARRAY(a, d->keys_n, struct epp_dnskey), d->keys_n};
    for (size_t i = 0; i < d->keys_n; i++)
        out.v[i] = (struct epp_dnskey){.flags = (unsigned)d->keys[i].flags,
            .protocol = (unsigned)d->keys[i].protocol,
            .alg = (unsigned)d->keys[i].alg,
            .pub_key = d->keys[i].key};
    return out;
}

static size_t records(const struct registry_dnssec *d)
{
    return d->ds_n + d->keys_n;
}

/* Where nothing stays, all goes: also what somebody else has added since we looked. With the last record a registry may
 * forget how long signatures should live, so that this is said again with the new ones; without records there is nothing
 * that it could be said of (RFC 5910 3.3). */
static void put_1_1(struct arena *a, const struct registry_dnssec_change *c, struct epp_command *cmd)
{
    struct epp_secdns_update *u = ARENA_NEW(a, struct epp_secdns_update);
    u->urgent = c->urgent ? EPP_YES : EPP_UNSAID;
    if (records(&c->rem) > 0 && records(&c->add) == records(&c->whole))
        u->rem.all = EPP_YES;
    else if (records(&c->rem) > 0) {
        u->rem.ds = ds_of(a, &c->rem, 0);
        u->rem.keys = keys_of(a, &c->rem);
    }
    u->add.ds = ds_of(a, &c->add, 0);
    u->add.keys = keys_of(a, &c->add);
    u->chg.max_sig_life = (unsigned)(u->rem.all == EPP_YES ? c->whole.max_sig_life : c->max_sig_life);
    epp_ext_add(a, &cmd->ext, &epp_secdns_update, u);
}

static struct epp_key_tags tags_of(struct arena *a, const struct registry_dnssec *d)
{
    struct epp_key_tags out = {ARENA_ARRAY(a, d->ds_n, struct epp_key_tag), 0};
    for (size_t i = 0; i < d->ds_n; i++) {
        bool named = false;
        for (size_t k = 0; k < out.n; k++)
            named = named || out.v[k].tag == (unsigned)d->ds[i].key_tag;
        if (!named)
            out.v[out.n++].tag = (unsigned)d->ds[i].key_tag;
    }
    return out;
}

/* It adds, or removes by key tag, or exchanges everything. Nothing can be exchanged for nothing. */
static void put_1_0(struct arena *a, const struct registry_dnssec_change *c, struct epp_command *cmd)
{
    struct epp_secdns10_update *u = ARENA_NEW(a, struct epp_secdns10_update);
    u->urgent = c->urgent ? EPP_YES : EPP_UNSAID;
    int life = c->max_sig_life != 0 ? c->max_sig_life : c->whole.max_sig_life;
    if (c->whole.ds_n == 0)
        u->rem = tags_of(a, &c->rem);
    else if (c->rem.ds_n == 0 && c->add.ds_n > 0 && c->max_sig_life == 0)
        u->add = ds_of(a, &c->add, life);
    else
        u->chg = ds_of(a, &c->whole, life);
    epp_ext_add(a, &cmd->ext, &epp_secdns10_update, u);
}

void epp_dnssec_put(const struct epp_build *b, const struct registry_dnssec_change *c, struct epp_command *cmd)
{
    if (!dnssec_changes(c))
        return;
    if (b->profile->secdns == PROFILE_SECDNS_1_0)
        put_1_0(b->arena, c, cmd);
    else
        put_1_1(b->arena, c, cmd);
}

/* In 1.0 each record says how long its signatures should live. */
void epp_dnssec_create(const struct epp_build *b, const struct registry_dnssec *d, struct epp_command *cmd)
{
    bool old = b->profile->secdns == PROFILE_SECDNS_1_0;
    if (records(d) == 0)
        return;
    struct epp_secdns *s = ARENA_NEW(b->arena, struct epp_secdns);
    s->max_sig_life = old ? 0 : (unsigned)d->max_sig_life;
    s->ds = ds_of(b->arena, d, old ? d->max_sig_life : 0);
    s->keys = keys_of(b->arena, d);
    epp_ext_add(b->arena, &cmd->ext, old ? &epp_secdns10_create : &epp_secdns_create, s);
}

/* ---- EPP's to ours --------------------------------------------------------------------------------------------- */

static void key_take(const struct epp_dnskey *k, struct registry_dnssec *out)
{
    if (str_is_null(k->pub_key) || out->keys_n == REGISTRY_DS_MAX)
        return;
    out->keys[out->keys_n++] = (struct registry_dnskey){(int)k->flags, (int)k->protocol, (int)k->alg, k->pub_key};
}

static void ds_take(const struct epp_ds *ds, struct registry_dnssec *out)
{
    if (out->ds_n == REGISTRY_DS_MAX)
        return;
    out->ds[out->ds_n++] =
        (struct registry_ds){(int)ds->key_tag, (int)ds->alg, (int)ds->digest_type, str_trim(ds->digest)};
    if (ds->max_sig_life != 0)
        out->max_sig_life = (int)ds->max_sig_life;
}

/* Of a registry that makes the DS records itself only the keys are what it was told. */
void epp_dnssec_take(const struct epp_adapter *x, const struct epp_response *r, struct registry_dnssec *out)
{
    const struct epp_secdns *s = epp_ext_find(&r->ext, &epp_secdns_inf_data);
    enum profile_dnssec told = x->config->profile->dnssec;
    *out = (struct registry_dnssec){.ds_n = 0};
    if (s == NULL)
        s = epp_ext_find(&r->ext, &epp_secdns10_inf_data);
    if (s == NULL)
        return;
    if (s->ds.n > REGISTRY_DS_MAX || s->keys.n > REGISTRY_DS_MAX)
        log_event(LOG_WARN, "registry", x->id, "%zu DS records and %zu keys on one domain: %d are kept", s->ds.n,
            s->keys.n, REGISTRY_DS_MAX);
    out->max_sig_life = (int)s->max_sig_life;
    for (size_t i = 0; i < s->keys.n && told != PROFILE_DNSSEC_DS; i++)
        key_take(&s->keys.v[i], out);
    for (size_t i = 0; i < s->ds.n; i++)
        if (told == PROFILE_DNSSEC_KEYS)
            key_take(&s->ds.v[i].key, out);
        else
            ds_take(&s->ds.v[i], out);
}
