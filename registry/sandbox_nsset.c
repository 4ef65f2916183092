/* Sets of name servers. */
#include "registry/sandbox_contact.h"
#include "registry/sandbox_fred.h"
#include "registry/sandbox_name.h"

enum status sandbox_nsset_check(struct sandbox_call *c, struct error *e)
{
    const struct epp_strs *keys = &c->cmd->u.check.keys;
    TRY(sandbox_check_size(c, "id", e));
    struct epp_check_data *data = &c->rsp->u.check;
    *data = (struct epp_check_data){.v = ARENA_ARRAY(c->arena, keys->n, struct epp_checked), .n = keys->n};
    for (size_t i = 0; i < keys->n; i++) {
        struct sandbox_nsset s;
        enum status st = sandbox_nsset_find(c->db, c->arena, keys->v[i], false, &s, e);
        if (st != OK && st != NOT_FOUND)
            return st;
        data->v[i] = (struct epp_checked){
            .key = keys->v[i], .avail = st == NOT_FOUND, .reason = st == OK ? STR("In use") : STR_NULL};
    }
    sandbox_reply(c, EPP_DONE, EPP_CHK_DATA);
    return OK;
}

static enum status set_open(struct sandbox_call *c, struct str id, bool share, struct sandbox_nsset *s, struct error *e)
{
    enum status st = sandbox_nsset_find(c->db, c->arena, id, share, s, e);
    if (st == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "id", id, "there is no nsset of that id");
    return st;
}

enum status sandbox_nsset_info(struct sandbox_call *c, struct error *e)
{
    struct sandbox_nsset s;
    int64_t links;
    TRY(set_open(c, c->cmd->u.fred_key.key, false, &s, e));
    TRY(sandbox_nsset_links(c->db, c->arena, s.id, &links, e));
    struct epp_fred_nsset_info_data *d = &c->rsp->u.fred_nsset_info;
    *d = (struct epp_fred_nsset_info_data){
        .nsset = {.id = s.id, .report_level = s.level},
        .record = {.roid = STR("N1-FWSB"),
            .statuses = sandbox_status_list(c->arena, links > 0 ? SB_LINKED : 0),
            .cl_id = s.sponsor,
            .cr_id = s.sponsor,
            .cr_date = s.created},
    };
    TRY(sandbox_nsset_hosts(c->db, c->arena, s.id, &d->nsset.ns, e));
    TRY(sandbox_nsset_techs(c->db, c->arena, s.id, &d->nsset.techs, e));
    sandbox_reply(c, EPP_DONE, EPP_INF_DATA);
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

static enum status tech_enter(struct sandbox_call *c, struct str id, struct str handle, struct error *e)
{
    struct sandbox_contact k;
    enum status s = sandbox_contact_find(c->db, c->arena, handle, SB_SHARE, &k, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "tech", handle, "there is no contact of that id");
    return s == OK ? sandbox_nsset_tech_add(c->db, id, k.id, e) : s;
}

enum status sandbox_nsset_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_fred_nsset *in = &c->cmd->u.fred_nsset_create;
    const struct sandbox_nsset set = {.id = in->id,
        .sponsor = c->who,
        .created = c->now,
        .level = str_is_null(in->report_level) ? STR("0") : in->report_level};
    if (in->ns.n < (size_t)c->sb->as.hosts_min)
        return sandbox_refuse(
            c, e, EPP_POLICY, "ns", STR_NULL, "a set has at least %lld name servers", (long long)c->sb->as.hosts_min);
    enum status s = sandbox_nsset_insert(c->db, &set, e);
    if (s == EXISTS)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "id", in->id, "there is an nsset of that id");
    TRY(s);
    for (size_t i = 0; i < in->ns.n; i++)
        TRY(host_enter(c, set.id, i, &in->ns.v[i], e));
    for (size_t i = 0; i < in->techs.n; i++)
        TRY(tech_enter(c, set.id, in->techs.v[i], e));
    c->rsp->u.create = (struct epp_create_data){.key = set.id, .cr_date = set.created};
    sandbox_reply(c, EPP_DONE, EPP_CRE_DATA);
    return OK;
}

enum status sandbox_nsset_delete(struct sandbox_call *c, struct error *e)
{
    struct sandbox_nsset s;
    int64_t links;
    TRY(set_open(c, c->cmd->u.key.key, true, &s, e));
    if (!str_eq(s.sponsor, c->who))
        return sandbox_refuse(
            c, e, EPP_AUTHORIZATION, "id", s.id, "the nsset is sponsored by %.*s", STR_ARG(s.sponsor));
    TRY(sandbox_nsset_links(c->db, c->arena, s.id, &links, e));
    if (links > 0)
        return sandbox_refuse(c, e, EPP_ASSOCIATION_PROHIBITS, "id", s.id, "%lld domains name it", (long long)links);
    TRY(sandbox_nsset_remove(c->db, s.id, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}
