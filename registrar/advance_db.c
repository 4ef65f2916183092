#include "registrar/advance.h"
#include "registrar/order_row.h"
#include "registrar/plan.h"

#include "base/crypto.h"
#include "base/log.h"
#include "base/metrics.h"

DB_QUERY(q_lease_take, "UPDATE orders SET lease_token = ?, lease_owner = ?, next_run = ?"
                       " WHERE live = 1 AND batch = ? AND next_run <= ? ORDER BY next_run LIMIT ?");
DB_QUERY(q_lease_read, "SELECT " ORDER_COLUMNS " FROM orders WHERE lease_token = ? ORDER BY id");
DB_QUERY(q_lease_release, "UPDATE orders SET lease_token = 0, lease_owner = '', next_run = ?"
                          " WHERE live = 1 AND lease_token <> 0 AND lease_owner = ?");
DB_QUERY(q_order_move,
    "UPDATE orders SET state = ?, live = ?, step = ?, attempt = ?, next_run = ?, lease_token = ?,"
    " needs_person = (? OR EXISTS (SELECT 1 FROM order_step s WHERE s.order_id = orders.id"
    " AND s.seq = ? AND s.outcome = 'waiting' AND s.started < ?)),"
    " error_code = ?, error_text = ?, finished = ?, epp_code = ?, cltrid = ?, svtrid = ?, secret = IF(?, NULL, secret),"
    " token = IF(?, NULL, token)"
    " WHERE id = ? AND lease_token = ? AND lease_token <> 0");
DB_QUERY(q_step_write, "INSERT INTO order_step (order_id, seq, step, outcome, attempts, started, finished, detail)"
                       " VALUES (?, ?, ?, ?, 1, ?, ?, ?) ON DUPLICATE KEY UPDATE outcome = VALUES(outcome),"
                       " attempts = attempts + ?, finished = VALUES(finished), detail = VALUES(detail)");
DB_QUERY(q_order_set_zone,
    "UPDATE orders SET zone_id = ?, zone_made = ? WHERE id = ? AND lease_token = ? AND lease_token <> 0");
DB_QUERY(
    q_order_set_version, "UPDATE orders SET zone_version = ? WHERE id = ? AND lease_token = ? AND lease_token <> 0");
DB_QUERY(
    q_order_set_expires, "UPDATE orders SET cur_expires = ? WHERE id = ? AND lease_token = ? AND lease_token <> 0");
DB_QUERY(q_order_set_secret, "UPDATE orders SET secret = ? WHERE id = ? AND lease_token = ? AND lease_token <> 0");
DB_QUERY(q_order_poke_transfer, "UPDATE orders SET next_run = IF(lease_token = 0, ?, next_run)"
                                " WHERE name IN (?, ?) AND kind IN ('transfer', 'contact-transfer', 'release')"
                                " AND live = 1");
DB_QUERY(q_order_poke, "UPDATE orders SET next_run = IF(lease_token = 0, ?, next_run) WHERE id = ? AND live = 1");
DB_QUERY(
    q_lease_check, "UPDATE orders SET lease_token = lease_token WHERE id = ? AND lease_token = ? AND lease_token <> 0");
DB_QUERY(q_order_lost, "UPDATE orders SET needs_person = 1, next_run = ?, lease_token = 0, error_code = ?,"
                       " error_text = ? WHERE id = ? AND lease_token = ? AND lease_token <> 0");
DB_QUERY(q_order_counts, "SELECT COUNT(*), CAST(COALESCE(SUM(needs_person), 0) AS SIGNED) FROM orders WHERE live = 1");

METRIC(m_done, "fourways_orders_ended_total", "state=\"done\"", "counter", "Orders that ended.");
METRIC(m_failed, "fourways_orders_ended_total", "state=\"failed\"", "counter", "Orders that ended.");

enum status order_lease_some(struct db *db, struct arena *a, struct str owner, time_us now, int64_t lease_us,
    bool batch, size_t max, struct order *list_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    int64_t token = (int64_t)(crypto_random_u64() >> 1) | 1, rows = 0;
    INVARIANT(max > 0 && max <= ORDER_LEASES_MAX);
    TRY(db_exec(db, &q_lease_take,
        DB_ARGS(db_i(token), db_s(owner), db_i(now + lease_us), db_i(batch), db_i(now), db_i((int64_t)max)), &rows, e));
    *n_r = 0;
    if (rows == 0)
        return NOT_FOUND;
    TRY(db_select(db, a, &q_lease_read, DB_ARGS(db_i(token)), max, &r, e));
    for (size_t i = 0; i < r.rows; i++)
        list_r[(*n_r)++] = order_row(&r, i);
    return r.rows > 0 ? OK : NOT_FOUND;
}

enum status order_lease(
    struct db *db, struct arena *a, struct str owner, time_us now, int64_t lease_us, struct order *o_r, struct error *e)
{
    size_t n = 0;
    enum status s = order_lease_some(db, a, owner, now, lease_us, false, 1, o_r, &n, e);
    return s == NOT_FOUND ? order_lease_some(db, a, owner, now, lease_us, true, 1, o_r, &n, e) : s;
}

enum status order_lease_release(struct db *db, struct str owner, time_us now, struct error *e)
{
    return db_exec(db, &q_lease_release, DB_ARGS(db_i(now), db_s(owner)), NULL, e);
}

/* Where an order goes: worked out in one place, written in one statement. */
struct move {
    struct order *o;
    const struct order_move *m;
    const struct plan *plan;
    time_us now;
    int64_t lease_us;
    int place; /* of the step in the plan */
    bool undo;
    const char *outcome; /* of the step's row */
    struct order to;
};

static const char *step_at(const struct plan *p, int i)
{
    return i >= 0 && (size_t)i < p->n ? p->steps[i].name : "";
}

static void move_end(struct move *v, struct str state)
{
    v->to.state = state;
    v->to.step = STR("");
    v->to.finished = v->now;
    v->to.needs_person = false;
}

/* To the next undo at or below `place`; where there is none, the order has failed. */
static void move_back(struct move *v, int place)
{
    place = plan_undo_from(v->plan, place);
    v->to.state = STR("undoing");
    v->to.step = str_of(step_at(v->plan, place));
    v->to.attempt = 0;
    if (place < 0)
        move_end(v, STR("failed"));
}

static void move_fail(struct move *v)
{
    v->to.error_code = str_of(v->m->why->code);
    v->to.error_text = str_of(v->m->why->text);
    v->outcome = "failed";
    move_back(v, v->place);
}

static void move_decide(struct move *v)
{
    const struct order_move *m = v->m;
    v->to = *v->o;
    v->to.needs_person = m->needs_person;
    switch (m->event) {
    case ORDER_GO_ON:
        v->outcome = "running";
        if (str_empty(v->o->step))
            move_end(v, STR("done"));
        break;
    case ORDER_STEP_DONE:
        v->outcome = "done";
        v->to.attempt = 0;
        v->to.step = str_of(step_at(v->plan, v->place + 1));
        if (str_empty(v->to.step))
            move_end(v, STR("done"));
        break;
    case ORDER_UNDO_DONE:
        v->outcome = "done";
        move_back(v, v->place - 1);
        break;
    case ORDER_STEP_WAIT:
        v->outcome = "waiting";
        break;
    case ORDER_STEP_RETRY:
    case ORDER_UNDO_RETRY:
        v->outcome = "waiting";
        v->to.attempt++;
        break;
    case ORDER_STEP_FAILED:
        move_fail(v);
        break;
    }
    bool goes_on = m->event != ORDER_STEP_WAIT && m->event != ORDER_STEP_RETRY && m->event != ORDER_UNDO_RETRY;
    bool ended = order_ended(&v->to);
    v->to.next_run = goes_on ? v->now + v->lease_us : m->next_run;
    v->to.lease_token = goes_on && !ended ? v->o->lease_token : 0;
}

/* What an order that fails gives back, in the transaction that ends it. */
static enum status move_release(struct db *db, struct move *v, struct error *e)
{
    if (v->o->held)
        TRY(hold_void(db, v->o->hold_id, STR("the order failed"), v->now, e));
    return v->plan->claims ? domain_release(db, v->o->name, v->o->id, e) : OK;
}

static enum status move_finish(struct db *db, struct move *v, struct error *e)
{
    if (str_eqz(v->to.state, "failed"))
        return move_release(db, v, e);
    bool frees = str_eqz(v->to.state, "done") && v->plan->releases;
    return frees ? domain_release(db, v->o->name, 0, e) : OK;
}

/* The rows of the timeline that a move writes: by one statement, however many. */
#define STEP_COLUMNS 8
struct step_rows {
    struct db_val at[(ORDER_TRAIL_MAX + 2) * STEP_COLUMNS];
    size_t n;
};

static void step_add(
    struct step_rows *rows, const struct move *v, const struct order_passed *p, const char *outcome, bool again)
{
    int64_t seq = plan_index(v->plan, p->step) + (v->undo ? 100 : 0);
    struct str detail = p->detail == NULL || str_is_null(*p->detail) ? STR("") : str_cut(*p->detail, 480);
    const struct db_val row[STEP_COLUMNS] = {db_i(v->o->id), db_i(seq), db_s(p->step), db_s(str_of(outcome)),
        db_i(p->started), p->finished != 0 ? db_i(p->finished) : db_null(), db_s(detail), db_i(again)};
    memcpy(rows->at + rows->n++ * STEP_COLUMNS, row, sizeof(row));
}

/* The steps before this one. */
static enum status trail_keep(struct db *db, const struct move *v, struct step_rows *rows, struct error *e)
{
    struct order_trail *t = v->m->trail;
    for (size_t i = 0; t != NULL && i < t->n; i++) {
        const struct order_passed *p = &t->at[i];
        t->refused = (int)i;
        if (p->keep != NULL)
            TRY(p->keep(db, p->ctx, e));
        t->refused = -1;
        step_add(rows, v, p, "done", false);
    }
    return OK;
}

/* The step itself; and that the next one begins as this one ends. */
static enum status steps_write(struct db *db, const struct move *v, struct error *e)
{
    const struct order_move *m = v->m;
    bool ends = strcmp(v->outcome, "done") == 0 || strcmp(v->outcome, "failed") == 0;
    bool again = m->event == ORDER_STEP_RETRY || m->event == ORDER_UNDO_RETRY;
    struct str detail = m->why != NULL ? str_of(m->why->text) : m->detail;
    const struct order_passed here = {
        .step = v->o->step, .detail = &detail, .started = v->now, .finished = ends ? v->now : 0};
    const struct order_passed next = {.step = v->to.step, .started = v->now};
    struct step_rows rows = {.n = 0};
    TRY(trail_keep(db, v, &rows, e));
    if (v->place >= 0)
        step_add(&rows, v, &here, v->outcome, again);
    if (m->event == ORDER_STEP_DONE && !order_ended(&v->to))
        step_add(&rows, v, &next, "running", false);
    return rows.n > 0 ? db_exec_rows(db, &q_step_write, rows.at, STEP_COLUMNS, rows.n, NULL, e) : OK;
}

static enum status move_write(struct db *db, void *ctx, struct error *e)
{
    struct move *v = ctx;
    TRY(steps_write(db, v, e));
    const struct order *t = &v->to;
    bool ended = order_ended(t);
    int64_t rows = 0, seq = v->place + (v->undo ? 100 : 0);
    TRY(db_exec(db, &q_order_move,
        DB_ARGS(db_s(t->state), db_i(!ended), db_s(t->step), db_i(t->attempt), db_i(t->next_run), db_i(t->lease_token),
            db_i(t->needs_person), db_i(ended ? -1 : seq),
            db_i(v->m->patient_until > v->now ? 0 : v->now - ORDER_PATIENCE_US), db_s(t->error_code),
            db_s(t->error_text), ended ? db_i(t->finished) : db_null(), db_i(t->epp_code), db_s(t->cltrid),
            db_s(t->svtrid), db_i(ended), db_i(ended), db_i(t->id), db_i(v->o->lease_token)),
        &rows, e));
    if (rows != 1)
        return error_set(e, CONFLICT, "lease-lost", "order %lld is in other hands by now", (long long)t->id);
    return move_finish(db, v, e);
}

static void move_log(const struct move *v)
{
    char subject[320];
    snprintf(subject, sizeof(subject), "%lld %.*s", (long long)v->o->id, STR_ARG(v->o->name));
    const char *what = v->undo ? "undo" : "step";
    for (size_t i = 0; v->m->trail != NULL && i < v->m->trail->n; i++)
        log_event(LOG_INFO, "order", subject, "step %.*s done %.*s", STR_ARG(v->m->trail->at[i].step),
            STR_ARG(*v->m->trail->at[i].detail));
    if (v->m->why != NULL)
        log_event(v->m->needs_person ? LOG_ERROR : LOG_WARN, "order", subject, "%s %.*s %s code=%s: %s%s", what,
            STR_ARG(v->o->step), v->m->event == ORDER_STEP_FAILED ? "failed" : "again later", v->m->why->code,
            v->m->why->text, v->m->needs_person ? " (somebody must look)" : "");
    else if (v->m->event == ORDER_STEP_DONE || v->m->event == ORDER_UNDO_DONE)
        log_event(LOG_INFO, "order", subject, "%s %.*s done %.*s", what, STR_ARG(v->o->step), STR_ARG(v->m->detail));
    if (order_ended(&v->to)) {
        metric_add(str_eqz(v->to.state, "done") ? &m_done : &m_failed, 1);
        log_event(LOG_INFO, "order", subject, "%.*s after %.3f s", STR_ARG(v->to.state),
            (double)(v->to.finished - v->to.created) / (double)US_PER_S);
    }
}

/* An order whose plan or step this program does not know (an older one wrote it, or a newer): nothing to run, so
 * nothing but a person helps. */
static enum status order_lost(struct db *db, struct order *o, time_us now, int64_t lease_us, struct error *e)
{
    enum status s = error_set(e, INTERNAL, "no-plan", "order %lld: no step %.*s in a plan %.*s", (long long)o->id,
        STR_ARG(o->step), STR_ARG(o->kind));
    struct error other;
    if (db_exec(db, &q_order_lost,
            DB_ARGS(
                db_i(now + lease_us), db_s(str_of(e->code)), db_s(str_of(e->text)), db_i(o->id), db_i(o->lease_token)),
            NULL, &other) != OK)
        log_event(LOG_WARN, "order", NULL, "%lld: %s", (long long)o->id, other.text);
    return s;
}

enum status order_advance(
    struct db *db, struct order *o, const struct order_move *m, time_us now, int64_t lease_us, struct error *e)
{
    struct move v = {.o = o, .m = m, .now = now, .lease_us = lease_us, .undo = str_eqz(o->state, "undoing")};
    v.plan = plan_find(o->kind);
    v.place = v.plan != NULL ? plan_index(v.plan, o->step) : -1;
    bool ending = m->event == ORDER_GO_ON && str_empty(o->step);
    if (v.plan == NULL || (v.place < 0 && !ending))
        return order_lost(db, o, now, lease_us, e);
    if (m->trail != NULL)
        m->trail->refused = -1;
    move_decide(&v);
    TRY(db_transaction(db, move_write, &v, e));
    move_log(&v);
    /* what the trail's steps learned, they have put into the order itself */
    v.to.zone_id = o->zone_id, v.to.zone_version = o->zone_version, v.to.zone_made = o->zone_made;
    v.to.cur_expires = o->cur_expires, v.to.secret = o->secret;
    *o = v.to;
    return OK;
}

static enum status lease_held(int64_t rows, const struct order *o, struct error *e)
{
    if (rows == 1)
        return OK;
    return error_set(e, CONFLICT, "lease-lost", "order %lld is in other hands by now", (long long)o->id);
}

enum status order_set_zone(struct db *db, struct order *o, int64_t zone_id, bool made, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(
        db, &q_order_set_zone, DB_ARGS(db_i(zone_id), db_i(made), db_i(o->id), db_i(o->lease_token)), &rows, e));
    o->zone_id = zone_id;
    o->zone_made = made;
    return lease_held(rows, o, e);
}

enum status order_set_zone_version(struct db *db, struct order *o, int64_t version, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(db, &q_order_set_version, DB_ARGS(db_i(version), db_i(o->id), db_i(o->lease_token)), &rows, e));
    o->zone_version = version;
    return lease_held(rows, o, e);
}

enum status order_set_cur_expires(struct db *db, struct order *o, time_us expires, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(db, &q_order_set_expires, DB_ARGS(db_i(expires), db_i(o->id), db_i(o->lease_token)), &rows, e));
    o->cur_expires = expires;
    return lease_held(rows, o, e);
}

enum status order_set_secret(struct db *db, struct order *o, struct str sealed, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(db, &q_order_set_secret, DB_ARGS(db_b(sealed), db_i(o->id), db_i(o->lease_token)), &rows, e));
    o->secret = sealed;
    return lease_held(rows, o, e);
}

enum status order_lease_check(struct db *db, const struct order *o, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(db, &q_lease_check, DB_ARGS(db_i(o->id), db_i(o->lease_token)), &rows, e));
    return lease_held(rows, o, e);
}

enum status order_poke(struct db *db, int64_t id, time_us now, bool *live_r, struct error *e)
{
    int64_t rows = 0;
    TRY(db_exec(db, &q_order_poke, DB_ARGS(db_i(now), db_i(id)), &rows, e));
    if (live_r != NULL)
        *live_r = rows == 1;
    return OK;
}

enum status order_poke_transfer(struct db *db, struct arena *a, struct str name, time_us now, struct error *e)
{
    return db_exec(db, &q_order_poke_transfer, DB_ARGS(db_i(now), db_s(str_lower(a, name)), db_s(name)), NULL, e);
}

enum status order_counts(struct db *db, int64_t *live_r, int64_t *needs_person_r, struct error *e)
{
    struct arena a;
    struct db_result r;
    arena_init(&a, 1 << 20);
    enum status s = db_select_one(db, &a, &q_order_counts, DB_NO_ARGS, &r, e);
    if (s == OK) {
        *live_r = db_int(&r, 0, 0);
        *needs_person_r = db_int(&r, 0, 1);
    }
    arena_clear(&a);
    return s;
}
