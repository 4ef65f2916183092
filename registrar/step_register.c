/* The steps of a registration, in the order of its plan. */
#include "registrar/advance.h"
#include "registrar/delegate.h"
#include "registrar/order_args.h"
#include "registrar/plan.h"
#include "registrar/step.h"

#include "registry/dnssec.h"
#include "registry/ensure.h"
#include "registry/host_set.h"
#include "zones/delegation.h"
#include "zones/sync.h"

#include <stdatomic.h>

/* Only a question: it is asked again after a crash, and the create decides in the end. */
STEP(check)
{
    struct registry_work w;
    struct registry_avail avail = {0};
    TRY(step_work(r, &w, e));
    if (r->o->batch) {
        step_detail(r, "asked when the batch was planned");
        return OK;
    }
    TRY(registry_domain_check(&w, &r->o->name, 1, &avail, e));
    if (!avail.available)
        return error_set(e, EXISTS, "not-available", "%.*s cannot be registered: %.*s", STR_ARG(r->o->name),
            STR_ARG(str_is_null(avail.reason) ? STR("it is taken") : avail.reason));
    return OK;
}

STEP(contacts)
{
    struct registry_work w;
    struct contact c;
    TRY(step_work(r, &w, e));
    TRY(contact_find(r->db, r->arena, r->o->contact_id, &c, e));
    struct str fresh = registry_authinfo_new(w.registry->profile, r->arena), authinfo;
    TRY(contact_authinfo(r->db, r->arena, &r->us->sealing, c.id, fresh, &authinfo, e));
    struct registry_contact rc = {
        .id = c.handle,
        .name = c.name,
        .org = str_empty(c.org) ? STR_NULL : c.org,
        .street = {c.street},
        .street_n = 1,
        .city = c.city,
        .sp = str_empty(c.state) ? STR_NULL : c.state,
        .pc = c.postal_code,
        .cc = c.country,
        .voice = c.phone,
        .email = c.email,
        .authinfo = authinfo,
    };
    TRY(registry_contact_ensure(&w, step_key(r, "contacts"), &rc, e));
    step_detail(r, "contact %.*s", STR_ARG(c.handle));
    if (plan_find(r->o->kind)->claims)
        r->authinfo = registry_authinfo_new(w.registry->profile, r->arena);
    return OK;
}

/* The password of a domain that is to be made, so that a create in doubt can be told by it. One that is there already
 * has its own at the registry, of which we may know nothing. */
STEP_KEEP(contacts)
{
    struct step_run *r = ctx;
    struct str kept;
    if (str_is_null(r->authinfo))
        return OK;
    return domain_authinfo(db, r->arena, &r->us->sealing, r->o->name, r->authinfo, &kept, e);
}

/* All draws everywhere wait for one that is not committed: so this one is not part of a long transaction. */
static enum status set_draw(struct db *db, void *ctx, struct error *e)
{
    struct step_run *r = ctx;
    return delegation_set_draw(db, r->arena, r->now, r->drawn, e);
}

STEP(zone)
{
    struct zone z;
    enum status s = zone_find(r->db, r->arena, r->o->name, r->o->account_id, &z, e);
    if (s != NOT_FOUND)
        return s;
    r->drawn = ARENA_NEW(r->arena, struct delegation_set);
    return db_transaction(r->db, set_draw, r, e);
}

/* Zone, order and domain row move in one transaction, so that "made by this order" is true or the zone is not. */
STEP_KEEP(zone)
{
    struct step_run *r = ctx;
    struct zone z;
    bool made = false;
    struct zone_new n = {.account_id = r->o->account_id, .name = r->o->name, .drawn = r->drawn};
    TRY(zone_create(db, r->arena, &n, r->now, &z, &made, e));
    TRY(order_set_zone(db, r->o, z.id, made || (r->o->zone_made && r->o->zone_id == z.id), e));
    TRY(domain_set_zone(db, r->o->name, r->o->id, z.id, e));
    step_detail(r, "%.*s %.*s %.*s %.*s", STR_ARG(z.ns[0]), STR_ARG(z.ns[1]), STR_ARG(z.ns[2]), STR_ARG(z.ns[3]));
    return OK;
}

static enum status zone_unmake(struct db *db, void *ctx, struct error *e)
{
    struct step_run *r = ctx;
    TRY(order_lease_check(db, r->o, e));
    return zone_delete(db, r->o->zone_id, r->o->account_id, false, r->now, e);
}

/* A zone that the customer filled meanwhile is theirs to keep. */
STEP_UNDO(zone)
{
    if (!r->o->zone_made)
        return OK;
    enum status s = db_transaction(r->db, zone_unmake, r, e);
    if (s == CONFLICT && strcmp(e->code, "zone-not-empty") == 0) {
        step_detail(r, "kept, because records were added to it");
        return OK;
    }
    if (s == OK)
        zone_wake(r->db, r->o->zone_id);
    return s == NOT_FOUND ? OK : s;
}

STEP_KEEP(publish)
{
    struct zone z;
    struct step_run *r = ctx;
    TRY(zone_find_id(db, r->arena, r->o->zone_id, ZONE_ANY_ACCOUNT, &z, e));
    TRY(order_set_zone_version(db, r->o, z.version, e));
    step_detail(r, "version %lld, serial %u", (long long)z.version, z.serial);
    return OK;
}

/* A wake-up a zone would have the name servers look for each by itself. Of a batch they hear now and then, and take many
 * at once; what comes last they find when they look by themselves. */
#define BATCH_WAKE_US INT64_C(200000)

static bool wake_due(time_us now)
{
    static _Atomic int64_t last;
    int64_t before = last;
    return (now - before >= BATCH_WAKE_US || now < before) && atomic_compare_exchange_strong(&last, &before, now);
}

void step_publish_told(void *ctx)
{
    struct step_run *r = ctx;
    if (!r->o->batch || wake_due(clock_now()))
        zone_wake(r->db, r->o->zone_id);
}

#define IN_SYNC_LOOK_US INT64_C(20000)
#define IN_SYNC_BATCH_US (BATCH_WAKE_US + BATCH_WAKE_US / 4)
#define IN_SYNC_MOST_US (5 * US_PER_S)
#define IN_SYNC_SHARE 16

int64_t step_in_sync_later(const struct order *o)
{
    return o->batch ? IN_SYNC_BATCH_US : IN_SYNC_LOOK_US;
}

/* Soon while it is a matter of moments; rarely when a name server is down, so that the orders that wait for it leave
 * the workers to the others. */
static int64_t in_sync_pause(const struct step_run *r)
{
    int64_t pause = (r->now - r->o->created) / IN_SYNC_SHARE, least = step_in_sync_later(r->o);
    return pause < least ? least : pause > IN_SYNC_MOST_US ? IN_SYNC_MOST_US : pause;
}

STEP(in_sync)
{
    struct zone_sync sync;
    TRY(zone_insync(r->db, r->arena, r->o->zone_id, r->o->zone_version, &sync, e));
    if (sync.insync) {
        if (r->memo != NULL)
            r->memo->sync = arena_copy(r->arena, &sync, sizeof(sync));
        step_detail(r, "%zu name servers", sync.n);
        return OK;
    }
    const char *late = "no name server serves the zone yet";
    for (size_t i = 0; i < sync.n; i++)
        if (!sync.servers[i].insync)
            late = arena_printf(r->arena, "%.*s is not there yet", STR_ARG(sync.servers[i].name));
    return step_wait(r, in_sync_pause(r), e, "%s", late);
}

/* With 1001 the registry decides later; its poll message pokes the order, and asking is the fall-back. */
#define PENDING_LOOK_US (30 * US_PER_S)

enum status create_domain(
    struct step_run *r, const struct registry_host *hosts, size_t hosts_n, const char *key, struct error *e)
{
    struct registry_work w;
    struct contact c;
    struct registry_outcome out = {0};
    TRY(step_work(r, &w, e));
    TRY(contact_find(r->db, r->arena, r->o->contact_id, &c, e));
    struct registry_domain_create in = {
        .name = r->o->name,
        .years = r->o->years,
        .registrant = c.handle,
        .contacts = {{STR("admin"), c.handle}, {STR("tech"), c.handle}, {STR("billing"), c.handle}},
        .contacts_n = 3,
        .hosts_n = hosts_n,
    };
    for (size_t i = 0; i < hosts_n; i++)
        in.hosts[i] = hosts[i];
    struct str fresh = registry_authinfo_new(w.registry->profile, r->arena);
    TRY(domain_authinfo(r->db, r->arena, &r->us->sealing, r->o->name, fresh, &in.authinfo, e));
    TRY(order_args_register(r->arena, r->o->args, &in.dnssec, &in.idn_table, e));
    TRY(registry_keys_ensure(&w, step_key(r, "keys"), &in.dnssec, e));
    const struct registry_request request = {.verb = REGISTRY_DOMAIN_CREATE,
        .key = key,
        .order_id = r->o->id,
        .domain_create = &in,
        .ceiling = step_ceiling(r)};
    enum status s = registry_transform(&w, &request, &out, e);
    step_outcome(r, &out);
    TRY(s);
    if (out.pending)
        return step_wait(r, PENDING_LOOK_US, e, "the registry has taken it on and will decide (1001)");
    /* a create that was decided by a message (1001) has no dates */
    r->found = (struct registry_domain){.created = out.created, .expires = out.expires};
    if (out.created == 0 || out.expires == 0)
        TRY(registry_domain_info(&w, r->o->name, STR_NULL, &r->found, e));
    step_detail(r, "clTRID %.*s svTRID %.*s", STR_ARG(out.cltrid), STR_ARG(out.svtrid));
    return OK;
}

STEP_KEEP(create)
{
    struct step_run *r = ctx;
    time_us created = r->found.created != 0 ? r->found.created : r->now;
    return domain_set_registered(db, r->o->name, r->o->id, created, r->found.expires, e);
}

STEP(create)
{
    struct zone z;
    struct registry_work w;
    struct registry_host hosts[ZONE_NS_COUNT];
    TRY(step_work(r, &w, e));
    TRY(name_servers_ready(r, &w, e));
    TRY(step_zone(r, &z, e));
    TRY(delegation_hosts(r, &z, hosts, e));
    TRY(registry_hosts_ensure(&w, step_key(r, "hosts"), hosts, ZONE_NS_COUNT, e));
    return create_domain(r, hosts, ZONE_NS_COUNT, step_key(r, "create"), e);
}

#define VERIFY_LOOK_US US_PER_S

/* The DNSSEC data of the order stands at the registry; what there is beside is the registry's. */
static enum status dnssec_verify(struct step_run *r, const struct registry_domain *there, struct error *e)
{
    struct registry_dnssec_change c = {.urgent = false};
    struct str idn;
    if (!str_eqz(r->o->kind, "register"))
        return OK;
    TRY(order_args_register(r->arena, r->o->args, &c.add, &idn, e));
    if (dnssec_shown(&there->dnssec, &c))
        return OK;
    return step_wait(r, VERIFY_LOOK_US, e, "the registry does not show the DNSSEC data of the order yet");
}

/* What we asked for against what is there: at the registry, and at each of the four servers. */
STEP(verify)
{
    struct zone z;
    struct registry_work w;
    TRY(step_work(r, &w, e));
    TRY(step_zone(r, &z, e));
    TRY(registry_domain_info(&w, r->o->name, STR_NULL, &r->found, e));
    const struct registry_domain d = r->found;
    if (!str_eq(d.clid, w.registry->config.clid))
        return error_set(e, PROTOCOL, "not-ours", "the registry says that %.*s belongs to registrar %.*s",
            STR_ARG(r->o->name), STR_ARG(d.clid));
    if (!delegation_matches(&z, &d))
        return step_wait(r, VERIFY_LOOK_US, e, "the registry does not show our four name servers yet");
    TRY(dnssec_verify(r, &d, e));
    TRY(servers_answer(r, &z, e));
    if (d.expires == 0)
        return error_set(e, PROTOCOL, "no-expiry", "the registry gives no expiry date for %.*s", STR_ARG(r->o->name));
    step_detail(r, "%.*s until %.*s", STR_ARG(d.roid), STR_ARG(time_text(r->arena, d.expires)));
    return OK;
}

STEP_KEEP(verify)
{
    struct step_run *r = ctx;
    const struct registry_domain *d = &r->found;
    return domain_activate(db, r->o->name, r->o->id, d->roid, d->created, d->expires, e);
}

STEP_KEEP(capture)
{
    struct step_run *r = ctx;
    if (!r->o->held)
        return OK;
    struct str memo = str_printf(r->arena, "%.*s %.*s, %d year%s, order %lld", STR_ARG(r->o->kind), STR_ARG(r->o->name),
        r->o->years, r->o->years == 1 ? "" : "s", (long long)r->o->id);
    TRY(hold_post(db, r->o->hold_id, 0, memo, r->now, e));
    step_detail(r, "%.*s", STR_ARG(money_text(r->arena, r->o->price)));
    return OK;
}
