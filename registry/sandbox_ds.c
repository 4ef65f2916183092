#include "registry/sandbox_ds.h"

#define DIGEST_MAX 48

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

static enum status ds_read(struct sandbox_call *c, const struct epp_ds *ds, struct str *digest_r, struct error *e)
{
    size_t n = digest_size(ds->digest_type);
    struct str type = str_printf(c->arena, "%u", ds->digest_type), alg = str_printf(c->arena, "%u", ds->alg);
    if (n == 0)
        return sandbox_refuse(c, e, EPP_POLICY, "digestType", type, "digests are of type 1, 2 or 4 here");
    if (!algorithm_signs(ds->alg))
        return sandbox_refuse(c, e, EPP_POLICY, "alg", alg, "no zone is signed with this algorithm");
    char *bytes = arena_alloc(c->arena, DIGEST_MAX);
    if (ds->digest.n != 2 * n || !hex_decode(ds->digest, bytes, n))
        return sandbox_refuse(c, e, EPP_VALUE, "digest", ds->digest, "a digest of type %u has %zu hexadecimal digits",
            ds->digest_type, 2 * n);
    if (ds->max_sig_life != 0)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "maxSigLife", STR_NULL, "maxSigLife is not taken here");
    *digest_r = str_n(bytes, n);
    return OK;
}

static enum status ds_add(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_secdns *s, struct error *e)
{
    struct epp_ds_list now;
    if (s->keys.n > 0)
        return sandbox_refuse(c, e, EPP_POLICY, "keyData", STR_NULL, "this registry takes DS records, not keys");
    if (s->max_sig_life != 0)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "maxSigLife", STR_NULL, "maxSigLife is not taken here");
    for (size_t i = 0; i < s->ds.n; i++) {
        struct str digest;
        TRY(ds_read(c, &s->ds.v[i], &digest, e));
        TRY(sandbox_ds_add(c->db, d->id, &s->ds.v[i], digest, e));
    }
    TRY(sandbox_ds_list(c->db, c->arena, d->id, &now, e));
    if (now.n > (size_t)c->sb->as.ds_max)
        return sandbox_refuse(
            c, e, EPP_POLICY, "dsData", STR_NULL, "at most %lld DS records for a domain", (long long)c->sb->as.ds_max);
    return OK;
}

static enum status ds_remove(
    struct sandbox_call *c, const struct sandbox_domain *d, const struct epp_ds_list *list, struct error *e)
{
    for (size_t i = 0; i < list->n; i++) {
        struct str digest;
        bool found = false;
        TRY(ds_read(c, &list->v[i], &digest, e));
        TRY(sandbox_ds_drop(c->db, d->id, &list->v[i], digest, &found, e));
        if (!found)
            return sandbox_refuse(
                c, e, EPP_NO_OBJECT_THERE, "digest", list->v[i].digest, "the domain has no such DS record");
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
    if (u->urgent == EPP_YES)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "update", STR_NULL, "there are no urgent updates here");
    if (u->chg.max_sig_life != 0)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "maxSigLife", STR_NULL, "maxSigLife is not taken here");
    if (u->rem.keys.n > 0)
        return sandbox_refuse(c, e, EPP_POLICY, "keyData", STR_NULL, "this registry takes DS records, not keys");
    if (u->rem.all == EPP_YES)
        TRY(sandbox_ds_clear(c->db, d->id, e));
    TRY(ds_remove(c, d, &u->rem.ds, e));
    return ds_add(c, d, &u->add, e);
}

enum status sandbox_ds_tell(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    struct epp_secdns *out = ARENA_NEW(c->arena, struct epp_secdns);
    if (!sandbox_services_have(c->session->services, STR(EPP_SECDNS_NS)))
        return OK;
    TRY(sandbox_ds_list(c->db, c->arena, d->id, &out->ds, e));
    if (out->ds.n > 0)
        epp_ext_add(c->arena, &c->rsp->ext, &epp_secdns_inf_data, out);
    return OK;
}
