/* Sets that domains name: of name servers (nsset) and of keys (keyset). The command's object says which. */
#include "registry/sandbox_contact.h"
#include "registry/sandbox_ds.h"
#include "registry/sandbox_fred.h"
#include "registry/sandbox_name.h"

enum status sandbox_set_check(struct sandbox_call *c, struct error *e)
{
    const struct epp_strs *keys = &c->cmd->u.check.keys;
    TRY(sandbox_check_size(c, "id", e));
    struct epp_check_data *data = &c->rsp->u.check;
    *data = (struct epp_check_data){.v = ARENA_ARRAY(c->arena, keys->n, struct epp_checked), .n = keys->n};
    for (size_t i = 0; i < keys->n; i++) {
        struct sandbox_set s;
        enum status st = sandbox_set_find(c->db, c->arena, c->cmd->object, keys->v[i], false, &s, e);
        if (st != OK && st != NOT_FOUND)
            return st;
        data->v[i] = (struct epp_checked){
            .key = keys->v[i], .avail = st == NOT_FOUND, .reason = st == OK ? STR("In use") : STR_NULL};
    }
    sandbox_reply(c, EPP_DONE, EPP_CHK_DATA);
    return OK;
}

enum status sandbox_set_open(struct sandbox_call *c, enum epp_object set, const char *element, struct str id,
    bool share, struct sandbox_set *s_r, struct error *e)
{
    enum status st = sandbox_set_find(c->db, c->arena, set, id, share, s_r, e);
    if (st == NOT_FOUND)
        return sandbox_refuse(
            c, e, EPP_NO_OBJECT_THERE, element, id, "there is no %s of that id", epp_object_name(set));
    return st;
}

/* ---- info ----------------------------------------------------------------------------------------------------- */

static enum status nsset_tell(
    struct sandbox_call *c, const struct sandbox_set *s, struct epp_fred_record **record_r, struct error *e)
{
    struct epp_fred_nsset_info_data *d = &c->rsp->u.fred_nsset_info;
    *d = (struct epp_fred_nsset_info_data){
        .nsset = {.id = s->id, .report_level = s->level}, .record = {.roid = STR("N1-FWSB")}};
    *record_r = &d->record;
    TRY(sandbox_nsset_hosts(c->db, c->arena, s->id, &d->nsset.ns, e));
    return sandbox_set_techs(c->db, c->arena, EPP_FRED_NSSET, s->id, &d->nsset.techs, e);
}

static enum status keyset_tell(
    struct sandbox_call *c, const struct sandbox_set *s, struct epp_fred_record **record_r, struct error *e)
{
    struct epp_fred_keyset_info_data *d = &c->rsp->u.fred_keyset_info;
    *d = (struct epp_fred_keyset_info_data){.keyset = {.id = s->id}, .record = {.roid = STR("K1-FWSB")}};
    *record_r = &d->record;
    TRY(sandbox_keyset_keys(c->db, c->arena, s->id, &d->keyset.keys, e));
    return sandbox_set_techs(c->db, c->arena, EPP_FRED_KEYSET, s->id, &d->keyset.techs, e);
}

enum status sandbox_set_info(struct sandbox_call *c, struct error *e)
{
    struct sandbox_set s;
    struct epp_fred_record *record;
    int64_t links;
    TRY(sandbox_set_open(c, c->cmd->object, "id", c->cmd->u.fred_key.key, false, &s, e));
    TRY(sandbox_set_links(c->db, c->arena, c->cmd->object, s.id, &links, e));
    TRY((c->cmd->object == EPP_FRED_NSSET ? nsset_tell : keyset_tell)(c, &s, &record, e));
    record->statuses = sandbox_status_list(c->arena, links > 0 ? SB_LINKED : 0);
    record->cl_id = record->cr_id = s.sponsor;
    record->cr_date = s.created;
    sandbox_reply(c, EPP_DONE, EPP_INF_DATA);
    return OK;
}

/* ---- create --------------------------------------------------------------------------------------------------- */

static enum status set_enter(struct sandbox_call *c, const struct sandbox_set *s, struct error *e)
{
    enum status st = sandbox_set_insert(c->db, c->cmd->object, s, e);
    if (st == EXISTS)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "id", s->id, "there is %s of that id",
            c->cmd->object == EPP_FRED_NSSET ? "an nsset" : "a keyset");
    return st;
}

static enum status tech_enter(struct sandbox_call *c, struct str id, struct str handle, struct error *e)
{
    struct sandbox_contact k;
    enum status s = sandbox_contact_find(c->db, c->arena, handle, SB_SHARE, &k, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "tech", handle, "there is no contact of that id");
    return s == OK ? sandbox_set_tech_add(c->db, c->cmd->object, id, k.id, e) : s;
}

/* What both end with: the contacts who answer for the set, and the answer. */
static enum status set_done(
    struct sandbox_call *c, const struct sandbox_set *s, const struct epp_strs *techs, struct error *e)
{
    for (size_t i = 0; i < techs->n; i++)
        TRY(tech_enter(c, s->id, techs->v[i], e));
    c->rsp->u.create = (struct epp_create_data){.key = s->id, .cr_date = s->created};
    sandbox_reply(c, EPP_DONE, EPP_CRE_DATA);
    return OK;
}

static bool served(const struct sandbox_call *c, struct str host)
{
    for (size_t i = 0; i < c->tlds_n; i++)
        if (str_ends(host, str_printf(c->arena, ".%.*s", STR_ARG(c->tlds[i].name))))
            return true;
    return false;
}

/* Addresses belong to hosts within the registry's zones, and to no others. */
static enum status host_enter(
    struct sandbox_call *c, struct str id, size_t position, const struct epp_fred_ns *ns, struct error *e)
{
    struct str name, reason;
    struct buf addrs;
    if (!sandbox_name_host(c->arena, ns->name, &name, &reason))
        return sandbox_refuse(c, e, EPP_VALUE, "name", ns->name, "%.*s", STR_ARG(reason));
    if (served(c, name) != (ns->addrs.n > 0))
        return sandbox_refuse(c, e, EPP_POLICY, "addr", name, "a name server has addresses exactly if it lies here");
    buf_in(&addrs, c->arena, 1000);
    for (size_t i = 0; i < ns->addrs.n; i++) {
        struct str text = ns->addrs.v[i];
        struct epp_addr addr, in = {.ip = str_find(text, ':', 0) >= 0 ? STR("v6") : STR("v4"), .text = text};
        TRY(sandbox_addr_read(c, &in, &addr, e));
        buf_printf(&addrs, "%s%.*s", i > 0 ? " " : "", STR_ARG(addr.text));
    }
    if (buf_over(&addrs))
        return sandbox_refuse(c, e, EPP_POLICY, "addr", name, "too many addresses");
    return sandbox_nsset_host_add(c->db, id, position, name, ns->addrs.n > 0 ? buf_view(&addrs) : STR(""), e);
}

enum status sandbox_nsset_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_nsset *in = &c->cmd->u.fred_nsset_create;
    const struct sandbox_set set = {.id = in->id,
        .sponsor = c->who,
        .created = c->now,
        .level = str_is_null(in->report_level) ? STR("0") : in->report_level};
    if (in->ns.n < (size_t)c->sb->as.hosts_min)
        return sandbox_refuse(
            c, e, EPP_POLICY, "ns", STR_NULL, "a set has at least %lld name servers", (long long)c->sb->as.hosts_min);
    TRY(set_enter(c, &set, e));
    for (size_t i = 0; i < in->ns.n; i++)
        TRY(host_enter(c, set.id, i, &in->ns.v[i], e));
    return set_done(c, &set, &in->techs, e);
}

enum status sandbox_keyset_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_keyset *in = &c->cmd->u.fred_keyset_create;
    const struct sandbox_set set = {.id = in->id, .sponsor = c->who, .created = c->now};
    struct str bytes;
    TRY(set_enter(c, &set, e));
    for (size_t i = 0; i < in->keys.n; i++) {
        TRY(sandbox_dnskey_check(c, &in->keys.v[i], &bytes, e));
        TRY(sandbox_keyset_key_add(c->db, set.id, i, &in->keys.v[i], e));
    }
    return set_done(c, &set, &in->techs, e);
}

/* ---- delete --------------------------------------------------------------------------------------------------- */

enum status sandbox_set_delete(struct sandbox_call *c, struct error *e)
{
    struct sandbox_set s;
    int64_t links;
    TRY(sandbox_set_open(c, c->cmd->object, "id", c->cmd->u.key.key, true, &s, e));
    if (!str_eq(s.sponsor, c->who))
        return sandbox_refuse(c, e, EPP_AUTHORIZATION, "id", s.id, "the %s is sponsored by %.*s",
            epp_object_name(c->cmd->object), STR_ARG(s.sponsor));
    TRY(sandbox_set_links(c->db, c->arena, c->cmd->object, s.id, &links, e));
    if (links > 0)
        return sandbox_refuse(c, e, EPP_ASSOCIATION_PROHIBITS, "id", s.id, "%lld domains name it", (long long)links);
    TRY(sandbox_set_remove(c->db, c->cmd->object, s.id, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}
