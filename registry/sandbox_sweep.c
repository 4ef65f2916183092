#include "registry/sandbox_sweep.h"

#include "base/log.h"
#include "base/metrics.h"
#include "registry/sandbox_contact.h"
#include "registry/sandbox_domain.h"
#include "registry/sandbox_policy_db.h"
#include "registry/sandbox_poll.h"
#include "registry/sandbox_sweep_db.h"
#include "registry/sandbox_transfer.h"

METRIC(m_swept, "fourways_sandbox_swept_total", "", "counter", "objects changed by the passing of time");

/* One object's turn. */
struct turn {
    struct sandbox *sb;
    struct arena *arena;
    time_us now;
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
    struct sandbox_message m = {.at = t->now, .text = str_printf(t->arena, "%.*s: %s", STR_ARG(d->name), what)};
    log_event(LOG_INFO, "registry", str_dupz(t->arena, d->sponsor), "%.*s: %s", STR_ARG(d->name), what);
    return sandbox_message_put(db, d->sponsor, &m, e);
}

/* Hosts below it that others use keep it back: deleting it would leave them without an owner. */
static enum status domain_purge(
    struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    struct epp_strs below;
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
    d->restore_requested = 0;
    d->due = sandbox_domain_due(d, tld);
    TRY(tell(db, t, d, "restore without report: in redemption again", e));
    return sandbox_domain_store(db, d, e);
}

/* At expiry the registry renews for a year and charges; without the money the domain goes to redemption. */
static enum status domain_auto_renew(
    struct db *db, struct turn *t, struct sandbox_domain *d, const struct sandbox_tld *tld, struct error *e)
{
    int64_t first, price;
    TRY(sandbox_price(db, t->arena, tld, d->name, &first, &price, e));
    struct str what = str_printf(t->arena, "auto-renew %.*s", STR_ARG(d->name));
    enum status s = sandbox_charge(db, d->sponsor, price, what, sandbox_svtrid(t->sb, t->arena), t->now, e);
    if (s != OK && s != FUNDS)
        return s;
    if (s == OK) {
        d->expires = time_add_years(d->expires, 1);
    } else {
        d->statuses |= SB_PENDING_DELETE;
        d->deleted = t->now;
        t->zones_changed = true;
    }
    d->updated = t->now;
    d->due = sandbox_domain_due(d, tld);
    TRY(tell(db, t, d, s == OK ? "renewed for a year" : "expired: the balance did not cover its renewal", e));
    return sandbox_domain_store(db, d, e);
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
    return sandbox_transfer_approve(db, t->arena, &d, &tr, &tld, "serverApproved", t->now, e);
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
    return sandbox_contact_approve(db, t->arena, &k, &tr, "serverApproved", t->now, e);
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

enum status sandbox_sweep(struct sandbox *sb, struct db *db, time_us now, bool *changed_r, struct error *e)
{
    struct arena a;
    arena_init(&a, 0);
    struct turn t = {.sb = sb, .arena = &a, .now = now};
    struct sandbox_due due;
    *changed_r = false;
    enum status s = sandbox_due_transfers(db, &a, EPP_DOMAIN, now, &due, e);
    if (s == OK)
        s = turns(db, &t, &due, domain_transfer_turn, changed_r, e);
    if (s == OK)
        s = sandbox_due_transfers(db, &a, EPP_CONTACT, now, &due, e);
    if (s == OK)
        s = turns(db, &t, &due, contact_transfer_turn, changed_r, e);
    if (s == OK)
        s = sandbox_due_domains(db, &a, now, &due, e);
    if (s == OK)
        s = turns(db, &t, &due, domain_turn, changed_r, e);
    arena_clear(&a);
    return s;
}
