/* Sets of keys. */
#include "registry/sandbox_contact.h"
#include "registry/sandbox_ds.h"
#include "registry/sandbox_fred.h"

enum status sandbox_keyset_check(struct sandbox_call *c, struct error *e)
{
    const struct epp_strs *keys = &c->cmd->u.check.keys;
    TRY(sandbox_check_size(c, "id", e));
    struct epp_check_data *data = &c->rsp->u.check;
    *data = (struct epp_check_data){.v = ARENA_ARRAY(c->arena, keys->n, struct epp_checked), .n = keys->n};
    for (size_t i = 0; i < keys->n; i++) {
        struct sandbox_keyset s;
        enum status st = sandbox_keyset_find(c->db, c->arena, keys->v[i], false, &s, e);
        if (st != OK && st != NOT_FOUND)
            return st;
        data->v[i] = (struct epp_checked){
            .key = keys->v[i], .avail = st == NOT_FOUND, .reason = st == OK ? STR("In use") : STR_NULL};
    }
    sandbox_reply(c, EPP_DONE, EPP_CHK_DATA);
    return OK;
}

static enum status set_open(
    struct sandbox_call *c, struct str id, bool share, struct sandbox_keyset *s, struct error *e)
{
    enum status st = sandbox_keyset_find(c->db, c->arena, id, share, s, e);
    if (st == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "id", id, "there is no keyset of that id");
    return st;
}

enum status sandbox_keyset_info(struct sandbox_call *c, struct error *e)
{
    struct sandbox_keyset s;
    int64_t links;
    TRY(set_open(c, c->cmd->u.fred_key.key, false, &s, e));
    TRY(sandbox_keyset_links(c->db, c->arena, s.id, &links, e));
    struct epp_fred_keyset_info_data *d = &c->rsp->u.fred_keyset_info;
    *d = (struct epp_fred_keyset_info_data){
        .keyset = {.id = s.id},
        .record = {.roid = STR("K1-FWSB"),
            .statuses = sandbox_status_list(c->arena, links > 0 ? SB_LINKED : 0),
            .cl_id = s.sponsor,
            .cr_id = s.sponsor,
            .cr_date = s.created},
    };
    TRY(sandbox_keyset_keys(c->db, c->arena, s.id, &d->keyset.keys, e));
    TRY(sandbox_keyset_techs(c->db, c->arena, s.id, &d->keyset.techs, e));
    sandbox_reply(c, EPP_DONE, EPP_INF_DATA);
    return OK;
}

static enum status tech_enter(struct sandbox_call *c, struct str id, struct str handle, struct error *e)
{
    struct sandbox_contact k;
    enum status s = sandbox_contact_find(c->db, c->arena, handle, SB_SHARE, &k, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "tech", handle, "there is no contact of that id");
    return s == OK ? sandbox_keyset_tech_add(c->db, id, k.id, e) : s;
}

static enum status keys_enter(
    struct sandbox_call *c, const struct sandbox_keyset *set, const struct epp_dnskeys *keys, struct error *e)
{
    struct str bytes;
    for (size_t i = 0; i < keys->n; i++) {
        TRY(sandbox_dnskey_check(c, &keys->v[i], &bytes, e));
        TRY(sandbox_keyset_key_add(c->db, set->id, i, &keys->v[i], e));
    }
    return OK;
}

enum status sandbox_keyset_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_keyset *in = &c->cmd->u.fred_keyset_create;
    const struct sandbox_keyset set = {.id = in->id, .sponsor = c->who, .created = c->now};
    enum status s = sandbox_keyset_insert(c->db, &set, e);
    if (s == EXISTS)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "id", in->id, "there is a keyset of that id");
    TRY(s);
    TRY(keys_enter(c, &set, &in->keys, e));
    for (size_t i = 0; i < in->techs.n; i++)
        TRY(tech_enter(c, set.id, in->techs.v[i], e));
    c->rsp->u.create = (struct epp_create_data){.key = set.id, .cr_date = set.created};
    sandbox_reply(c, EPP_DONE, EPP_CRE_DATA);
    return OK;
}

enum status sandbox_keyset_delete(struct sandbox_call *c, struct error *e)
{
    struct sandbox_keyset s;
    int64_t links;
    TRY(set_open(c, c->cmd->u.key.key, true, &s, e));
    if (!str_eq(s.sponsor, c->who))
        return sandbox_refuse(
            c, e, EPP_AUTHORIZATION, "id", s.id, "the keyset is sponsored by %.*s", STR_ARG(s.sponsor));
    TRY(sandbox_keyset_links(c->db, c->arena, s.id, &links, e));
    if (links > 0)
        return sandbox_refuse(c, e, EPP_ASSOCIATION_PROHIBITS, "id", s.id, "%lld domains name it", (long long)links);
    TRY(sandbox_keyset_remove(c->db, s.id, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}
