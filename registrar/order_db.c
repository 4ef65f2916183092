#include "registrar/order_row.h"
#include "registrar/plan.h"

DB_QUERY(q_order_find, "SELECT " ORDER_COLUMNS " FROM orders WHERE id = ? AND (account_id = ? OR ? = 0)");
DB_QUERY(q_order_list, "SELECT " ORDER_COLUMNS " FROM orders WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?");
DB_QUERY(q_order_list_all, "SELECT " ORDER_COLUMNS " FROM orders WHERE id < ? ORDER BY id DESC LIMIT ?");
DB_QUERY(q_order_list_name, "SELECT " ORDER_COLUMNS " FROM orders WHERE name = ? AND (account_id = ? OR ? = 0)"
                            " AND id < ? ORDER BY id DESC LIMIT ?");
DB_QUERY(q_order_steps, "SELECT seq, step, outcome, attempts, started, finished, detail FROM order_step"
                        " WHERE order_id = ? ORDER BY seq");

struct order order_row(const struct db_result *r, size_t i)
{
    struct order o = {
        .id = db_int(r, i, 0),
        .account_id = db_int(r, i, 1),
        .kind = db_str(r, i, 2),
        .name = db_str(r, i, 3),
        .years = (int)db_int(r, i, 4),
        .contact_id = db_int(r, i, 5),
        .state = db_str(r, i, 6),
        .step = db_str(r, i, 7),
        .attempt = (int)db_int(r, i, 8),
        .next_run = db_int(r, i, 9),
        .lease_token = db_int(r, i, 10),
        .needs_person = db_int(r, i, 11) != 0,
        .price.amount = db_int(r, i, 12),
        .held = !db_is_null(r, i, 14),
        .zone_id = db_int(r, i, 15),
        .zone_version = db_int(r, i, 16),
        .zone_made = db_int(r, i, 17) != 0,
        .cur_expires = db_int(r, i, 18),
        .error_code = db_str(r, i, 19),
        .error_text = db_str(r, i, 20),
        .created = db_int(r, i, 21),
        .finished = db_int(r, i, 22),
        .args = db_str(r, i, 23),
        .secret = db_str(r, i, 24),
        .epp_code = (int)db_int(r, i, 25),
        .cltrid = db_str(r, i, 26),
        .svtrid = db_str(r, i, 27),
        .batch = db_int(r, i, 28) != 0,
        .token = db_str(r, i, 29),
    };
    struct str currency = db_str(r, i, 13), hold = db_str(r, i, 14);
    memcpy(o.price.currency, currency.p, currency.n < 3 ? currency.n : 3);
    if (o.held && hold.n == sizeof(o.hold_id.b))
        memcpy(o.hold_id.b, hold.p, sizeof(o.hold_id.b));
    return o;
}

bool order_ended(const struct order *o)
{
    return str_eqz(o->state, "done") || str_eqz(o->state, "failed");
}

enum status order_find(
    struct db *db, struct arena *a, int64_t account_id, int64_t id, struct order *o_r, struct error *e)
{
    struct db_result r;
    enum status s = db_select_one(db, a, &q_order_find, DB_ARGS(db_i(id), db_i(account_id), db_i(account_id)), &r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-order", "there is no order %lld in this account", (long long)id);
    TRY(s);
    *o_r = order_row(&r, 0);
    return OK;
}

enum status order_list(struct db *db, struct arena *a, int64_t account_id, struct str name, int64_t before,
    size_t limit, struct order **list_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    if (limit > 500)
        limit = 500;
    struct db_val below = db_i(before > 0 ? before : INT64_MAX), most = db_i((int64_t)limit);
    struct db_val account = db_i(account_id);
    if (!str_is_null(name))
        TRY(db_select(db, a, &q_order_list_name, DB_ARGS(db_s(name), account, account, below, most), limit, &r, e));
    else if (account_id != 0)
        TRY(db_select(db, a, &q_order_list, DB_ARGS(account, below, most), limit, &r, e));
    else
        TRY(db_select(db, a, &q_order_list_all, DB_ARGS(below, most), limit, &r, e));
    *list_r = ARENA_ARRAY(a, r.rows, struct order);
    for (size_t i = 0; i < r.rows; i++)
        (*list_r)[i] = order_row(&r, i);
    *n_r = r.rows;
    return OK;
}

/* Undo rows have seq 100 + place in the plan; they are shown behind the steps, in the order they ran. */
static void view_fill(struct order_step_view *v, const struct db_result *r, size_t i, struct arena *a)
{
    v->outcome = str_dupz(a, db_str(r, i, 2));
    v->attempts = (int)db_int(r, i, 3);
    v->started = db_int(r, i, 4);
    v->finished = db_int(r, i, 5);
    v->detail = db_str(r, i, 6);
}

enum status order_timeline(struct db *db, struct arena *a, const struct order *o, struct order_step_view **list_r,
    size_t *n_r, struct error *e)
{
    const struct plan *p = plan_find(o->kind);
    if (p == NULL)
        return error_set(
            e, INTERNAL, "no-plan", "order %lld is of unknown kind %.*s", (long long)o->id, STR_ARG(o->kind));
    struct db_result r;
    TRY(db_select(db, a, &q_order_steps, DB_ARGS(db_i(o->id)), 200, &r, e));
    struct order_step_view *list = ARENA_ARRAY(a, p->n + r.rows, struct order_step_view);
    for (size_t i = 0; i < p->n; i++) {
        list[i].step = p->steps[i].name;
        list[i].title = p->steps[i].title;
        list[i].outcome = "todo";
    }
    size_t n = p->n;
    for (size_t i = 0; i < r.rows; i++) {
        size_t seq = (size_t)db_int(&r, i, 0);
        if (seq < p->n) {
            view_fill(&list[seq], &r, i, a);
        } else if (seq >= 100 && seq - 100 < p->n) {
            list[n].step = p->steps[seq - 100].name;
            const char *undone = p->steps[seq - 100].undone;
            list[n].title = undone != NULL ? undone : arena_printf(a, "Taken back: %s", p->steps[seq - 100].title);
            list[n].undo = true;
            view_fill(&list[n++], &r, i, a);
        }
    }
    *list_r = list;
    *n_r = n;
    return OK;
}
