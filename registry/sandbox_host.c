#include "registry/sandbox_host.h"

#include <arpa/inet.h>

#include "registry/sandbox_domain_db.h"
#include "registry/sandbox_name.h"

enum status sandbox_host_check(struct sandbox_call *c, struct error *e)
{
    const struct epp_strs *keys = &c->cmd->u.check.keys;
    TRY(sandbox_check_size(c, "name", e));
    struct epp_check_data *data = &c->rsp->u.check;
    *data = (struct epp_check_data){.v = ARENA_ARRAY(c->arena, keys->n, struct epp_checked), .n = keys->n};
    for (size_t i = 0; i < keys->n; i++) {
        struct str name, reason;
        struct sandbox_host h;
        data->v[i].key = keys->v[i];
        if (!sandbox_name_host(c->arena, keys->v[i], &name, &reason)) {
            data->v[i].reason = STR("Invalid name");
            continue;
        }
        enum status s = sandbox_host_find(c->db, c->arena, name, SB_READ, &h, e);
        if (s != OK && s != NOT_FOUND)
            return s;
        data->v[i].avail = s == NOT_FOUND;
        data->v[i].reason = s == OK ? STR("In use") : STR_NULL;
    }
    sandbox_reply(c, EPP_DONE, EPP_CHK_DATA);
    return OK;
}

/* The host the command names, or the refusal. */
static enum status host_open(
    struct sandbox_call *c, struct str text, enum sandbox_lock lock, struct sandbox_host *h, struct error *e)
{
    struct str name, reason;
    if (!sandbox_name_host(c->arena, text, &name, &reason))
        return sandbox_refuse(c, e, EPP_VALUE, "name", text, "%.*s", STR_ARG(reason));
    enum status s = sandbox_host_find(c->db, c->arena, name, lock, h, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "name", text, "there is no host object of that name");
    return s;
}

static enum status host_owned(struct sandbox_call *c, const struct sandbox_host *h, struct error *e)
{
    if (str_eq(h->sponsor, c->who))
        return OK;
    return sandbox_refuse(
        c, e, EPP_AUTHORIZATION, "name", h->name, "the host is sponsored by %.*s", STR_ARG(h->sponsor));
}

enum status sandbox_host_info(struct sandbox_call *c, struct error *e)
{
    struct sandbox_host h;
    int64_t links, others;
    struct epp_host_info_data *d = &c->rsp->u.host_info;
    TRY(host_open(c, c->cmd->u.key.key, SB_READ, &h, e));
    TRY(sandbox_host_links(c->db, c->arena, h.id, h.sponsor, &links, &others, e));
    TRY(sandbox_host_addrs(c->db, c->arena, h.id, &d->addrs, e));
    d->name = h.name;
    d->roid = str_printf(c->arena, "H%lld-FWSB", (long long)h.id);
    d->statuses = sandbox_status_list(c->arena, h.statuses | (links > 0 ? SB_LINKED : 0));
    d->cl_id = h.sponsor;
    d->cr_id = h.creator;
    d->cr_date = h.created;
    d->up_id = h.updater;
    d->up_date = h.updated;
    d->tr_date = h.transferred;
    sandbox_reply(c, EPP_DONE, EPP_INF_DATA);
    return OK;
}

enum status sandbox_addr_read(struct sandbox_call *c, const struct epp_addr *in, struct epp_addr *out, struct error *e)
{
    uint8_t bytes[16];
    char text[INET6_ADDRSTRLEN];
    bool six = str_eqz(in->ip, "v6");
    int family = six ? AF_INET6 : AF_INET;
    char *z = str_dupz(c->arena, in->text);
    if (strlen(z) != in->text.n || inet_pton(family, z, bytes) != 1)
        return sandbox_refuse(
            c, e, EPP_VALUE, "addr", in->text, "not an IPv%d address: give it in text form", six ? 6 : 4);
    static const uint8_t zero[16];
    bool multicast = six ? bytes[0] == 0xFF : bytes[0] >= 224;
    if (multicast || memcmp(bytes, zero, six ? 16 : 4) == 0)
        return sandbox_refuse(c, e, EPP_POLICY, "addr", in->text, "no host can have this address");
    (void)inet_ntop(family, bytes, text, sizeof(text));
    *out = (struct epp_addr){.ip = six ? STR("v6") : STR("v4"), .text = str_dup(c->arena, str_of(text))};
    return OK;
}

static enum status addrs_add(
    struct sandbox_call *c, const struct sandbox_host *h, const struct epp_addrs *addrs, struct error *e)
{
    for (size_t i = 0; i < addrs->n; i++) {
        struct epp_addr addr;
        TRY(sandbox_addr_read(c, &addrs->v[i], &addr, e));
        TRY(sandbox_host_addr_add(c->db, h->id, addr, e));
    }
    return OK;
}

/* Internal hosts carry glue, external ones take none (RFC 5732 §1.1 and §3.2.1). */
static enum status addrs_policy(struct sandbox_call *c, const struct sandbox_host *h, struct error *e)
{
    struct epp_addrs now;
    TRY(sandbox_host_addrs(c->db, c->arena, h->id, &now, e));
    if (h->superordinate_id == 0 && now.n > 0)
        return sandbox_refuse(c, e, EPP_POLICY, "addr", now.v[0].text,
            "a host outside of our TLDs takes no addresses: its own zone has them");
    if (h->superordinate_id != 0 && now.n == 0)
        return sandbox_refuse(
            c, e, EPP_MISSING, "addr", STR_NULL, "a host below one of our TLDs needs at least one address (glue)");
    if (now.n > SB_ADDRS_MAX)
        return sandbox_refuse(c, e, EPP_POLICY, "addr", STR_NULL, "at most %d addresses for a host", SB_ADDRS_MAX);
    return OK;
}

/* Finds the domain an internal host belongs to and holds on to it; 0 for external names. */
static enum status superordinate(struct sandbox_call *c, struct str name, int64_t *id_r, struct error *e)
{
    struct str parent;
    struct sandbox_domain d;
    *id_r = 0;
    if (!sandbox_name_superordinate(c->tlds, c->tlds_n, name, &parent))
        return OK;
    enum status s = sandbox_domain_share(c->db, c->arena, parent, &d, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "name", name,
            "the superordinate domain %.*s does not exist: create it first", STR_ARG(parent));
    if (s != OK)
        return s;
    if (!str_eq(d.sponsor, c->who))
        return sandbox_refuse(c, e, EPP_AUTHORIZATION, "name", name,
            "the superordinate domain %.*s is sponsored by %.*s", STR_ARG(parent), STR_ARG(d.sponsor));
    if ((d.statuses & SB_PENDING_DELETE) != 0)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", name,
            "the superordinate domain %.*s is pendingDelete", STR_ARG(parent));
    *id_r = d.id;
    return OK;
}

enum status sandbox_host_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_host_create *in = &c->cmd->u.host_create;
    struct sandbox_host h = {.sponsor = c->who, .creator = c->who, .created = c->now};
    struct str reason;
    if (!sandbox_name_host(c->arena, in->name, &h.name, &reason))
        return sandbox_refuse(c, e, EPP_VALUE, "name", in->name, "%.*s", STR_ARG(reason));
    TRY(superordinate(c, h.name, &h.superordinate_id, e));
    enum status s = sandbox_host_insert(c->db, &h, e);
    if (s == EXISTS)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "name", in->name, "there is a host object of that name");
    if (s != OK)
        return s;
    TRY(addrs_add(c, &h, &in->addrs, e));
    TRY(addrs_policy(c, &h, e));
    c->rsp->u.create = (struct epp_create_data){.key = h.name, .cr_date = h.created};
    sandbox_reply(c, EPP_DONE, EPP_CRE_DATA);
    return OK;
}

static enum status statuses_change(
    struct sandbox_call *c, unsigned *statuses, const struct epp_statuses *list, bool add, struct error *e)
{
    for (size_t i = 0; i < list->n; i++) {
        unsigned bit = sandbox_status_bit(list->v[i].s);
        if (!sandbox_status_settable(bit, EPP_HOST))
            return sandbox_refuse(
                c, e, EPP_POLICY, "status", list->v[i].s, "only the registry sets or removes this status");
        *statuses = add ? *statuses | bit : *statuses & ~bit;
    }
    return OK;
}

static enum status host_rename(struct sandbox_call *c, struct sandbox_host *h, int64_t others, struct error *e)
{
    struct str text = c->cmd->u.host_update.new_name, reason;
    if (others > 0)
        return sandbox_refuse(c, e, EPP_ASSOCIATION_PROHIBITS, "name", h->name,
            "domains of other registrars have it as a name server, so it cannot be renamed");
    if (!sandbox_name_host(c->arena, text, &h->name, &reason))
        return sandbox_refuse(c, e, EPP_VALUE, "name", text, "%.*s", STR_ARG(reason));
    TRY(superordinate(c, h->name, &h->superordinate_id, e));
    if (h->superordinate_id != 0)
        return OK;
    return sandbox_host_addrs_clear(c->db, h->id, e); /* a host outside of our TLDs has none */
}

static enum status host_may_update(struct sandbox_call *c, const struct sandbox_host *h, struct error *e)
{
    const struct epp_host_update *in = &c->cmd->u.host_update;
    unsigned left = h->statuses;
    if (in->add.addrs.n + in->add.statuses.n + in->rem.addrs.n + in->rem.statuses.n == 0 && str_is_null(in->new_name))
        return sandbox_refuse(c, e, EPP_MISSING, NULL, STR_NULL, "nothing to add, remove or change");
    TRY(host_owned(c, h, e));
    TRY(statuses_change(c, &left, &in->rem.statuses, false, e));
    unsigned bar = (h->statuses & SB_NO_UPDATE) | (left & SB_CLIENT_UPDATE);
    if (bar != 0)
        return sandbox_refuse(
            c, e, EPP_STATUS_PROHIBITS, "name", h->name, "the host has status %s", sandbox_status_word(bar));
    return OK;
}

enum status sandbox_host_update(struct sandbox_call *c, struct error *e)
{
    const struct epp_host_update *in = &c->cmd->u.host_update;
    struct sandbox_host h;
    int64_t links, others;
    TRY(host_open(c, in->name, SB_LOCK, &h, e));
    TRY(host_may_update(c, &h, e));
    TRY(sandbox_host_links(c->db, c->arena, h.id, c->who, &links, &others, e));
    TRY(statuses_change(c, &h.statuses, &in->rem.statuses, false, e));
    TRY(statuses_change(c, &h.statuses, &in->add.statuses, true, e));
    if (!str_is_null(in->new_name))
        TRY(host_rename(c, &h, others, e));
    for (size_t i = 0; i < in->rem.addrs.n; i++) {
        struct epp_addr addr;
        TRY(sandbox_addr_read(c, &in->rem.addrs.v[i], &addr, e));
        TRY(sandbox_host_addr_drop(c->db, h.id, addr, e));
    }
    TRY(addrs_add(c, &h, &in->add.addrs, e));
    TRY(addrs_policy(c, &h, e));
    h.updater = c->who;
    h.updated = c->now;
    enum status s = sandbox_host_store(c->db, &h, e);
    if (s == EXISTS)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "name", h.name, "there is a host object of that name");
    if (s != OK)
        return s;
    c->zones_changed = links > 0;
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

enum status sandbox_host_delete(struct sandbox_call *c, struct error *e)
{
    struct sandbox_host h;
    int64_t links, others;
    TRY(host_open(c, c->cmd->u.key.key, SB_LOCK, &h, e));
    TRY(host_owned(c, &h, e));
    unsigned bar = h.statuses & SB_NO_DELETE;
    if (bar != 0)
        return sandbox_refuse(
            c, e, EPP_STATUS_PROHIBITS, "name", h.name, "the host has status %s", sandbox_status_word(bar));
    TRY(sandbox_host_links(c->db, c->arena, h.id, c->who, &links, &others, e));
    if (links > 0)
        return sandbox_refuse(
            c, e, EPP_ASSOCIATION_PROHIBITS, "name", h.name, "%lld domains have it as a name server", (long long)links);
    TRY(sandbox_host_remove(c->db, h.id, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}
