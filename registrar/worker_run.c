/* One order in a worker's hands: its steps, and what is committed when. */
#include "registrar/advance.h"
#include "registrar/plan.h"
#include "registrar/worker.h"

#include "base/daemon.h"
#include "base/metrics.h"
#include "registry/journal.h"

METRIC(m_steps, "fourways_order_steps_total", "", "counter", "Steps of orders that were run.");
METRIC(m_waits, "fourways_order_waits_total", "", "counter", "Steps that have to be looked at again.");

#define RETRY_FIRST_US INT64_C(100000)
#define RETRY_MOST_US (60 * US_PER_S)
#define PERSON_RETRY_US (30 * US_PER_S)
#define PERSON_ATTEMPTS 20 /* of one step, some ten minutes: then somebody looks */

static time_us retry_at(const struct order *o, time_us now, bool needs_person)
{
    if (needs_person)
        return now + PERSON_RETRY_US;
    int64_t wait = RETRY_FIRST_US << (o->attempt > 12 ? 12 : o->attempt);
    if (wait > RETRY_MOST_US)
        wait = RETRY_MOST_US;
    return now + wait / 2 + (int64_t)crypto_random_below((uint64_t)wait / 2 + 1);
}

/* A refusal of our own credentials, or a registry account without money, is nothing the customer's order should
 * die of. */
static bool our_own_trouble(const struct error *e)
{
    return strcmp(e->code, "registry-login-refused") == 0 || strcmp(e->code, "epp-2104") == 0 || e->status == FUNDS;
}

/* The registry has decided for us, or may have or yet will: the order must not end as if nothing had been bought. What
 * the journal knows of the command is asked from the step on that sends it: what was never sent has bought nothing, and
 * what was sent and found undone only counts as that where this step has just asked once more (step_outcome). */
static bool no_way_back(struct step_run *r)
{
    const struct plan *p = plan_find(r->o->kind);
    struct registry_work w;
    struct registry_outcome out = {0};
    struct error e;
    if (p == NULL || plan_decided(p, r->o->step))
        return p != NULL;
    if (r->refused || plan_index(p, r->o->step) < plan_index(p, str_of(p->asks)))
        return false;
    if (step_work(r, &w, &e) != OK)
        return true; /* its registry is gone from the configuration: nobody can be asked what it has */
    enum status s = journal_look(&w, step_key(r, step_verb(p->asks)), &out, &e);
    return s != NOT_FOUND && (s != OK || (out.code < 2000 && !out.unsent));
}

static struct order_move move_for(struct step_run *r, enum status s, const struct error *e, bool undo)
{
    struct order_move m = {.detail = r->detail};
    if (s == OK) {
        m.event = undo ? ORDER_UNDO_DONE : ORDER_STEP_DONE;
        return m;
    }
    if (step_is_wait(e)) {
        m.event = undo ? ORDER_UNDO_RETRY : ORDER_STEP_WAIT;
        m.next_run = clock_now() + r->wait_us;
        m.patient_until = r->patient_until;
        m.detail = str_of(e->text);
        return m;
    }
    enum worker_act act = status_meaning(s)->act;
    bool fails = act == WORKER_FAIL && !our_own_trouble(e) && !undo && !no_way_back(r);
    m.why = e;
    m.needs_person =
        act == WORKER_PAGE || our_own_trouble(e) || (act == WORKER_FAIL && !fails) || r->o->attempt >= PERSON_ATTEMPTS;
    m.event = undo ? ORDER_UNDO_RETRY : fails ? ORDER_STEP_FAILED : ORDER_STEP_RETRY;
    m.next_run = retry_at(r->o, clock_now(), m.needs_person);
    return m;
}

static enum status step_do(struct step_run *r, const struct step *step, bool undo, struct error *why)
{
    enum status s = OK;
    if (step == NULL)
        return error_set(why, INTERNAL, "no-step", "no handler for step %.*s", STR_ARG(r->o->step));
    const char *phase = undo ? "undo" : "step";
    breakpoint(arena_printf(r->arena, "%s:%s:before", phase, step->name));
    if (!undo && step->run != NULL)
        s = step->run(r, why);
    else if (undo && step->undo != NULL)
        s = step->undo(r, why);
    if (db_in_transaction(r->db))
        db_abort(r->db);
    if (s == OK)
        breakpoint(arena_printf(r->arena, "%s:%s:after", phase, step->name));
    return s;
}

/* An order in a worker's hands, and what of it is not committed yet. */
struct hand {
    const struct registrar *us;
    struct db *db;
    struct arena *arena;
    struct order *o;
    int64_t lease_us;
    time_us committed;
    struct order_trail trail;
    struct step_memo memo;
};

static struct step_run *hand_run(struct hand *h)
{
    struct step_run *r = ARENA_NEW(h->arena, struct step_run);
    *r = (struct step_run){.us = h->us, .db = h->db, .arena = h->arena, .o = h->o, .memo = &h->memo};
    r->now = clock_now();
    r->now_ns = clock_monotonic_ns();
    return r;
}

/* What order_advance refuses for good would be run again at each end of a lease, unseen: a person is called. The steps
 * behind it that are not written are not done: the order goes back to the first of them. */
static enum status hand_stuck(struct hand *h, struct error *e)
{
    struct error why = *e;
    if (h->trail.n > 0) {
        h->o->step = h->trail.at[0].step;
        h->o->attempt = h->trail.at[0].attempt;
        h->trail.n = 0;
    }
    struct order_move m = {
        .event = str_eqz(h->o->state, "undoing") ? ORDER_UNDO_RETRY : ORDER_STEP_RETRY,
        .why = &why,
        .needs_person = true,
        .next_run = retry_at(h->o, clock_now(), true),
    };
    return order_advance(h->db, h->o, &m, clock_now(), h->lease_us, e);
}

/* What a step on the trail was to keep is refused: the order stands at that step, which has failed. */
static enum status hand_refused(struct hand *h, struct error *e)
{
    size_t at = (size_t)h->trail.refused;
    struct error *why = ARENA_NEW(h->arena, struct error);
    *why = *e;
    h->o->step = h->trail.at[at].step;
    h->o->attempt = h->trail.at[at].attempt;
    h->trail.n = at;
    struct order_move m = move_for(hand_run(h), why->status, why, false);
    m.trail = &h->trail;
    return order_advance(h->db, h->o, &m, clock_now(), h->lease_us, e);
}

/* Another try, or another worker, may be told otherwise. */
static bool may_pass(const struct error *e)
{
    return e->status == UNAVAILABLE || e->status == UNCERTAIN || strcmp(e->code, "lease-lost") == 0 ||
           strcmp(e->code, "db-retry") == 0 || strcmp(e->code, "no-plan") == 0;
}

/* Commits the trail, and the move. */
static enum status hand_move(struct hand *h, struct order_move *m, struct error *e)
{
    m->trail = &h->trail;
    enum status s = order_advance(h->db, h->o, m, clock_now(), h->lease_us, e);
    if (s != OK && !may_pass(e) && h->trail.refused >= 0)
        s = hand_refused(h, e);
    if (s != OK && !may_pass(e))
        s = hand_stuck(h, e);
    if (s != OK)
        return s;
    for (size_t i = 0; i < h->trail.n; i++)
        if (h->trail.at[i].told != NULL)
            h->trail.at[i].told(h->trail.at[i].ctx);
    h->trail.n = 0;
    h->committed = clock_now();
    return OK;
}

static enum status hand_commit(struct hand *h, struct error *e)
{
    struct order_move m = {.event = ORDER_GO_ON};
    return hand_move(h, &m, e);
}

/* Commits what came before; the step itself is looked at later. */
static enum status hand_later(struct hand *h, const struct step *step, struct error *e)
{
    struct order_move m = {.event = ORDER_STEP_WAIT, .next_run = clock_now() + step->later_us(h->o)};
    return hand_move(h, &m, e);
}

/* Done: on to the next step, which need not wait for the commit of this one. */
static enum status hand_pass(struct hand *h, struct step_run *r, const struct step *step, struct error *e)
{
    const struct plan *p = plan_find(h->o->kind);
    size_t next = (size_t)plan_index(p, h->o->step) + 1;
    h->trail.at[h->trail.n++] = (struct order_passed){
        .step = h->o->step,
        .detail = &r->detail,
        .started = r->now,
        .finished = clock_now(),
        .attempt = h->o->attempt,
        .keep = step->keep,
        .told = step->told,
        .ctx = r,
    };
    h->o->attempt = 0;
    h->o->step = next < p->n ? str_of(p->steps[next].name) : STR("");
    return next < p->n ? OK : hand_commit(h, e);
}

/* A step may take as long as a lease: none begins when a good part of it is gone, be it by steps before or by other
 * orders that were leased with this one. */
static bool commit_first(const struct hand *h, const struct step *step)
{
    const struct plan *p = plan_find(h->o->kind);
    bool decides = p != NULL && str_eqz(h->o->step, p->decides);
    bool late = p != NULL && clock_now() > h->committed + h->lease_us / 4;
    return late || (h->trail.n > 0 && (decides || step == NULL || step->settled || h->trail.n == ORDER_TRAIL_MAX));
}

static enum status hand_step(struct hand *h, struct error *e)
{
    const struct step *step = step_find(h->o->step);
    bool undo = str_eqz(h->o->state, "undoing");
    if (commit_first(h, step) && h->trail.n > 0 && step != NULL && step->later_us != NULL)
        return hand_later(h, step, e);
    if (commit_first(h, step))
        return hand_commit(h, e);
    struct step_run *r = hand_run(h);
    struct error *why = ARENA_NEW(h->arena, struct error); /* the order keeps its words */
    enum status s = step_do(r, step, undo, why);
    metric_add(s == OK ? &m_steps : &m_waits, 1);
    if (s == OK && !undo && plan_find(h->o->kind) != NULL)
        return hand_pass(h, r, step, e);
    struct order_move m = move_for(r, s, why, undo);
    return hand_move(h, &m, e);
}

enum status worker_step(
    const struct registrar *us, struct db *db, struct arena *a, struct order *o, int64_t lease_us, struct error *e)
{
    struct hand h = {.us = us, .db = db, .arena = a, .o = o, .lease_us = lease_us, .committed = o->next_run - lease_us};
    enum status s = hand_step(&h, e);
    return s == OK && h.trail.n > 0 ? hand_commit(&h, e) : s;
}

enum status worker_run(
    const struct registrar *us, struct db *db, struct arena *a, struct order *o, int64_t lease_us, struct error *e)
{
    struct hand h = {.us = us, .db = db, .arena = a, .o = o, .lease_us = lease_us, .committed = o->next_run - lease_us};
    enum status s = OK;
    while (s == OK && o->lease_token != 0 && !order_ended(o))
        s = hand_step(&h, e);
    return s;
}
