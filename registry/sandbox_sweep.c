#include "registry/sandbox_sweep.h"

#include "base/log.h"
#include "base/metrics.h"
#include "registry/sandbox_balance.h"
#include "registry/sandbox_contact.h"
#include "registry/sandbox_domain.h"
#include "registry/sandbox_grace.h"
#include "registry/sandbox_launch.h"
#include "registry/sandbox_poll.h"
#include "registry/sandbox_sweep_db.h"
#include "registry/sandbox_transfer.h"

METRIC(m_swept, "fourways_sandbox_swept_total", "", "counter", "objects changed by the passing of time");

#define ROUNDS_MAX 100000 /* of SB_SWEEP_BATCH objects each: a long way forward has many */

/* One object's turn. */
struct turn {
    struct sandbox *sb;
    struct arena *arena;
    time_us now; /* up to when things are done */
    time_us at; /* when the thing in hand fell due: its own time, as now may be long after */
    int64_t id;
    bool zones_changed;
};

static enum status tld_of(struct db *db, struct turn *t, struct str name, struct sandbox_tld *tld_r, struct error *e)
{
    struct sandbox_tld *tlds;
    size_t n;
    TRY(sandbox_tlds(db, t->arena, &tlds, &n, e));
    const struct sandbox_tld *found = sandbox_tld_find(tlds, n, name);
    if (found == NULL)
        return error_set(e, INTERNAL, "tld-gone", "domains of .%.*s exist without a row in tld", STR_ARG(name));
    *tld_r = *found;
    return OK;
}

static enum status tell(
    struct db *db, struct turn *t, const struct sandbox_domain *d, const char *what, struct error *e)
{
    struct sandbox_message m = {.at = t->at, .text = str_printf(t->arena, "%.*s: %s", STR_ARG(d->name), what)};
    log_event(LOG_INFO, "registry", str_dupz(t->arena, d->sponsor), "%.*s: %s", STR_ARG(d->name), what);
    return sandbox_message_put(db, d->sponsor, &m, e);
}

/* Hosts below it that others use keep it back: deleting it would leave them without an owner. */
static enum status domain_purge(
    struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    struct epp_strs below;
    t->at = d->deleted + tld->redemption + tld->pending_delete;
    TRY(sandbox_domain_subordinates(db, t->arena, d->id, &below, e));
    if (below.n > 0) {
        d->due = t->now + tld->pending_delete + 1;
        return sandbox_domain_store(db, d, e);
    }
    t->zones_changed = true;
    TRY(tell(db, t, d, "purged", e));
    return sandbox_domain_remove(db, d->id, e);
}

static enum status domain_lapse(
    struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    t->at = d->restore_requested + tld->restore_report;
    d->restore_requested = 0;
    d->due = sandbox_domain_due(d, tld);
    TRY(tell(db, t, d, "restore without report: in redemption again", e));
    return sandbox_domain_store(db, d, e);
}

static enum status renewed(struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld,
    int64_t price, struct error *e)
{
    struct sandbox_grace grace = {
        .kind = STR("autoRenewPeriod"), .ends = t->at + tld->auto_renew_grace, .amount = price, .years = 1};
    d->expires = time_add_years(d->expires, 1);
    d->due = sandbox_domain_due(d, tld);
    TRY(sandbox_grace_begin(db, d->id, &grace, t->at, e));
    TRY(tell(db, t, d, "renewed for a year", e));
    return sandbox_domain_store(db, d, e);
}

static enum status unpaid(
    struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    d->statuses |= SB_PENDING_DELETE;
    d->deleted = t->at;
    d->due = sandbox_domain_due(d, tld);
    t->zones_changed = true;
    TRY(tell(db, t, d, "expired: the balance did not cover its renewal", e));
    return sandbox_domain_store(db, d, e);
}

/* At expiry the registry renews for a year and charges; without the money the domain goes to redemption. */
static enum status domain_auto_renew(
    struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    struct sandbox_prices prices;
    t->at = d->expires;
    TRY(sandbox_prices(db, t->arena, tld, d->name, &prices, e));
    struct str what = str_printf(t->arena, "auto-renew %.*s", STR_ARG(d->name));
    enum status s = sandbox_charge(db, d->sponsor, prices.renew, what, sandbox_svtrid(t->sb, t->arena), t->at, e);
    if (s != OK && s != FUNDS)
        return s;
    if (s == OK)
        TRY(sandbox_balance_watch(t->sb, db, t->arena, d->sponsor, prices.renew, t->at, e));
    d->updated = t->at;
    return s == OK ? renewed(db, t, d, tld, prices.renew, e) : unpaid(db, t, d, tld, e);
}

/* The end of a create that was answered 1001, for good. */
static enum status domain_accept(
    struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    d->statuses &= ~(unsigned)SB_PENDING_CREATE;
    d->due = sandbox_domain_due(d, tld);
    t->zones_changed = true;
    return sandbox_domain_store(db, d, e);
}

/* What was denied is gone, and its price back. */
static enum status domain_deny(
    struct db *db, struct turn *t, const struct sandbox_domain *d, const struct sandbox_message *m, struct error *e)
{
    struct str what = str_printf(t->arena, "refund of %.*s, which was denied", STR_ARG(d->name));
    TRY(sandbox_charge(db, d->sponsor, -d->paid, what, m->pending.tr_id.svtrid, m->at, e));
    return sandbox_domain_remove(db, d->id, e);
}

/* The outcome of a create that was answered 1001 (RFC 5731 §3.3), or of an application. */
static enum status domain_decide(
    struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    struct str denied = t->sb->as.create_denied;
    struct sandbox_message m = {.at = d->due, .object = EPP_DOMAIN, .data = EPP_PAN_DATA};
    bool good = str_empty(denied) || !str_starts(d->name, denied);
    if (sandbox_application_is(d))
        TRY(sandbox_application_decide(db, t->arena, d, m.at, &good, &m, e));
    m.pending = (struct epp_pending_data){.key = d->name, .result = good, .date = m.at};
    m.text = str_printf(t->arena, "%.*s: %s", STR_ARG(d->name), good ? "created" : "not created");
    TRY(sandbox_pending_take(db, t->arena, d->id, &m.pending.tr_id, e));
    TRY(sandbox_message_put(db, d->sponsor, &m, e));
    log_event(LOG_INFO, "registry", str_dupz(t->arena, d->sponsor), "%.*s", STR_ARG(m.text));
    return good ? domain_accept(db, t, d, tld, e) : domain_deny(db, t, d, &m, e);
}

static enum status domain_turn(struct db *db, void *ctx, struct error *e)
{
    struct turn *t = ctx;
    struct sandbox_domain d;
    struct sandbox_tld tld;
    t->zones_changed = false;
    enum status s = sandbox_domain_find_id(db, t->arena, t->id, true, &d, e);
    if (s == NOT_FOUND || (s == OK && (d.due == 0 || d.due > t->now)))
        return OK; /* somebody was here meanwhile */
    if (s != OK)
        return s;
    TRY(tld_of(db, t, d.tld, &tld, e));
    if ((d.statuses & SB_PENDING_CREATE) != 0)
        return domain_decide(db, t, &d, &tld, e);
    if ((d.statuses & SB_PENDING_DELETE) == 0)
        return domain_auto_renew(db, t, &d, &tld, e);
    return d.restore_requested != 0 ? domain_lapse(db, t, &d, &tld, e) : domain_purge(db, t, &d, &tld, e);
}

static enum status domain_transfer_turn(struct db *db, void *ctx, struct error *e)
{
    struct turn *t = ctx;
    struct sandbox_domain d;
    struct sandbox_transfer tr;
    struct sandbox_tld tld;
    enum status s = sandbox_domain_find_id(db, t->arena, t->id, true, &d, e);
    if (s == OK)
        s = sandbox_transfer_find(db, t->arena, EPP_DOMAIN, t->id, &tr, e);
    if (s == NOT_FOUND || (s == OK && (!str_eqz(tr.status, "pending") || tr.ac_date > t->now)))
        return OK;
    if (s != OK)
        return s;
    TRY(tld_of(db, t, d.tld, &tld, e));
    return sandbox_transfer_approve(t->sb, db, t->arena, &d, &tr, &tld, "serverApproved", tr.ac_date, e);
}

static enum status contact_transfer_turn(struct db *db, void *ctx, struct error *e)
{
    struct turn *t = ctx;
    struct sandbox_contact k;
    struct sandbox_transfer tr;
    enum status s = sandbox_contact_find_id(db, t->arena, t->id, &k, e);
    if (s == OK)
        s = sandbox_contact_find(db, t->arena, k.handle, SB_LOCK, &k, e);
    if (s == OK)
        s = sandbox_transfer_find(db, t->arena, EPP_CONTACT, t->id, &tr, e);
    if (s == NOT_FOUND || (s == OK && (!str_eqz(tr.status, "pending") || tr.ac_date > t->now)))
        return OK;
    if (s != OK)
        return s;
    return sandbox_contact_approve(db, t->arena, &k, &tr, "serverApproved", tr.ac_date, e);
}

/* One that fails does not keep the others back; the error of the last such is returned. */
static enum status turns(struct db *db, struct turn *t, const struct sandbox_due *due,
    enum status (*fn)(struct db *db, void *ctx, struct error *e), bool *changed_r, struct error *e)
{
    enum status failed = OK;
    for (size_t i = 0; i < due->n; i++) {
        struct error e1;
        t->id = due->ids[i];
        enum status s = db_transaction(db, fn, t, &e1);
        if (s != OK) {
            failed = s;
            *e = e1;
            continue;
        }
        *changed_r = *changed_r || t->zones_changed;
        metric_add(&m_swept, 1);
    }
    return failed;
}

/* One batch of each; *n_r: how many objects had their turn. */
static enum status round_run(struct db *db, struct turn *t, size_t *n_r, bool *changed_r, struct error *e)
{
    struct sandbox_due due;
    TRY(sandbox_due_transfers(db, t->arena, EPP_DOMAIN, t->now, &due, e));
    *n_r = due.n;
    TRY(turns(db, t, &due, domain_transfer_turn, changed_r, e));
    TRY(sandbox_due_transfers(db, t->arena, EPP_CONTACT, t->now, &due, e));
    *n_r += due.n;
    TRY(turns(db, t, &due, contact_transfer_turn, changed_r, e));
    TRY(sandbox_due_domains(db, t->arena, t->now, &due, e));
    *n_r += due.n;
    return turns(db, t, &due, domain_turn, changed_r, e);
}

/* Again until nothing is due: a domain may be due many times on a long way forward. */
enum status sandbox_sweep(struct sandbox *sb, struct db *db, time_us now, bool *changed_r, struct error *e)
{
    struct arena a;
    size_t n = 1;
    enum status s = OK;
    *changed_r = false;
    arena_init(&a, 0);
    for (size_t i = 0; i < ROUNDS_MAX && n > 0 && s == OK; i++) {
        struct turn t = {.sb = sb, .arena = &a, .now = now};
        arena_reset(&a);
        s = round_run(db, &t, &n, changed_r, e);
    }
    arena_clear(&a);
    return s;
}
