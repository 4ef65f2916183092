#include "registry/journal_db.h"

#include "registry/journal_group.h"

static const char *const state_words[] = {"intent", "unknown", "pending", "done", "failed", "void"};

/* All attempts of a key; of several, where threads ask at the same time. */
#define LOOK_SELECT                                                                                                    \
    "SELECT ref, verb, object, cltrid, attempt, state, created, basis, code, asked, msg, svtrid, object_created,"      \
    " object_expires, answered, looked, confirmed, fee, fee_currency FROM registry_command WHERE registry = ?"
DB_QUERY(q_journal_look, LOOK_SELECT " AND ref = ?");
DB_QUERY(q_journal_looks, LOOK_SELECT " AND ref IN (?, ?, ?, ?, ?, ?, ?, ?)"); /* JOURNAL_LOOKS_MAX */
DB_QUERY(q_journal_insert, "INSERT INTO registry_command (registry, ref, attempt, cltrid, order_id, verb, object, "
                           "basis, state, created, fee, fee_currency, op)"
                           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'intent', ?, ?, ?, ?)");
/* Found by its clTRID: to consider the index over the states for each row of a group costs more than the rest. */
DB_QUERY(q_journal_update, "UPDATE registry_command USE INDEX (registry_command_cltrid) SET state = ?, answered = ?, "
                           "asked = ?, code = ?, msg = ?, svtrid = ?, object_created = ?,"
                           " object_expires = ?, looked = ?, confirmed = ?, charged = ? WHERE cltrid = ?"
                           " AND state IN ('intent', 'unknown', 'pending')");
DB_QUERY(q_journal_seen, "UPDATE registry_command SET looked = ?, confirmed = ? WHERE cltrid = ? AND state = ?");
DB_QUERY(
    q_journal_by_cltrid, "SELECT id, ref, state FROM registry_command WHERE registry = ? AND cltrid = ? FOR UPDATE");
/* RFC 5730 lets a registry leave out our clTRID: then its own id must do, which is worth what the registry makes of it. */
DB_QUERY(q_journal_by_svtrid, "SELECT id, ref, state FROM registry_command WHERE registry = ? AND state = 'pending'"
                              " AND svtrid = ? AND object IN (?, ?) LIMIT 2 FOR UPDATE");
/* The transfer of a domain that we asked for; there is one at a time. But a message may be about one that ended before it:
 * the registry's own date of the request tells, or where its answer gave none, whether that lies before our first attempt. */
DB_QUERY(q_journal_transfer,
    "SELECT c.id, c.ref FROM registry_command c"
    " JOIN registry_command f ON f.registry = c.registry AND f.ref = c.ref AND f.attempt = 1"
    " WHERE c.registry = ? AND c.object IN (?, ?) AND c.verb = ? AND c.state = 'pending'"
    " AND COALESCE(c.op, 'request') = 'request'" /* not our answer to somebody's; older rows do not tell */
    " AND IF(c.object_created IS NULL, f.created <= ?, c.object_created BETWEEN ? AND ?)"
    " ORDER BY c.id DESC LIMIT 1 FOR UPDATE");
/* What was requested after the cancel is not what was cancelled. */
DB_QUERY(q_journal_cancelled,
    "UPDATE registry_command SET state = 'failed', answered = ?, code = ?, msg = 'cancelled by ourselves'"
    " WHERE registry = ? AND object IN (?, ?) AND verb = ? AND state = 'pending'"
    " AND COALESCE(op, 'request') = 'request'"
    " AND id < (SELECT id FROM (SELECT id FROM registry_command WHERE cltrid = ?) own)");
DB_QUERY(q_journal_settle, "UPDATE registry_command SET state = ?, answered = ?, code = ?, msg = ? WHERE id = ?"
                           " AND state IN ('pending', 'intent', 'unknown')");
/* A later attempt that was refused because of this one, and found pending by asking: what the message decides is
 * the object, and with it that attempt. */
DB_QUERY(q_journal_settle_later, "UPDATE registry_command SET state = ?, answered = ?, code = ?, msg = ?"
                                 " WHERE registry = ? AND ref = ? AND asked = 1 AND state = 'pending'");

static struct str work_registry(const struct registry_work *w)
{
    return w->registry->config.id;
}

static enum journal_state state_of(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(state_words); i++)
        if (str_eqz(word, state_words[i]))
            return (enum journal_state)i;
    INVARIANT(!"a state of registry_command");
}

static struct db_val opt(int64_t v)
{
    return v == 0 ? db_null() : db_i(v);
}

/* ---- looking ------------------------------------------------------------------------------------------------ */

struct look {
    struct combine_item line; /* first */
    const struct registry_work *w;
    struct str key;
    struct journal_row row; /* attempt 0: none */
    bool looked;
    enum status status;
    struct error error;
};

static struct journal_row row_of(const struct db_result *r, size_t i, struct arena *a)
{
    return (struct journal_row){
        .verb = str_dup(a, db_str(r, i, 1)),
        .object = str_dup(a, db_str(r, i, 2)),
        .cltrid = str_dup(a, db_str(r, i, 3)),
        .attempt = (int)db_int(r, i, 4),
        .state = state_of(db_str(r, i, 5)),
        .created = db_int(r, i, 6),
        .basis = db_int(r, i, 7),
        .code = (int)db_int(r, i, 8),
        .asked = db_int(r, i, 9) != 0,
        .msg = str_dup(a, db_str(r, i, 10)),
        .svtrid = str_dup(a, db_str(r, i, 11)),
        .object_created = db_int(r, i, 12),
        .object_expires = db_int(r, i, 13),
        .answered = db_int(r, i, 14),
        .looked = db_int(r, i, 15),
        .confirmed = db_int(r, i, 16),
        .fee = {db_int(r, i, 17), str_dup(a, db_str(r, i, 18))},
    };
}

/* Void without an answer, and without having been asked about: the connection was dead before the first byte. */
static bool never_sent(const struct db_result *r, size_t i)
{
    return state_of(db_str(r, i, 5)) == JOURNAL_VOID && db_int(r, i, 8) == 0 && db_int(r, i, 9) == 0;
}

/* The newest attempt, when the first one was made, and whether any was sent. */
static void look_take(struct look *x, const struct db_result *r)
{
    time_us first = 0;
    bool unsent = true;
    for (size_t i = 0; i < r->rows; i++) {
        if (!str_eq(db_str(r, i, 0), x->key))
            continue;
        unsent = unsent && never_sent(r, i);
        if (db_int(r, i, 4) == 1)
            first = db_int(r, i, 6);
        if (db_int(r, i, 4) > x->row.attempt)
            x->row = row_of(r, i, x->w->arena);
    }
    x->row.key = x->key;
    x->row.first = first;
    x->row.unsent = unsent;
}

static void look_alone(struct look *x)
{
    struct db_result r;
    x->looked = true;
    x->status = db_select(x->w->db, x->w->arena, &q_journal_look, DB_ARGS(db_s(work_registry(x->w)), db_s(x->key)),
        JOURNAL_ATTEMPTS_MAX, &r, &x->error);
    if (x->status == OK)
        look_take(x, &r);
}

static void look_together(struct look *first, struct combine_item *const *items, size_t n)
{
    struct db_val args[1 + JOURNAL_LOOKS_MAX] = {db_s(work_registry(first->w))};
    struct db_result r;
    struct error ignored = {0};
    for (size_t i = 0; i < JOURNAL_LOOKS_MAX; i++) /* places that are left over ask for the first key again */
        args[1 + i] = db_s(((struct look *)items[i < n ? i : 0])->key);
    if (db_select(first->w->db, first->w->arena, &q_journal_looks, args, ARRAY_LEN(args), n * JOURNAL_ATTEMPTS_MAX, &r,
            &ignored) != OK)
        return; /* each tries by itself */
    for (size_t i = 0; i < n; i++) {
        struct look *x = (struct look *)items[i];
        x->looked = true;
        look_take(x, &r);
    }
}

void journal_looks_run(void *ctx, struct combine_item *const *items, size_t n)
{
    struct look *first = (struct look *)items[0];
    (void)ctx;
    if (n == 1)
        look_alone(first);
    else
        look_together(first, items, n);
}

enum status journal_last(const struct registry_work *w, const char *key, struct journal_row *row, struct error *e)
{
    struct look x = {.w = w, .key = str_of(key)};
    if (w->registry->group != NULL)
        combine_do(journal_group_looks(w->registry->group), &x.line);
    if (!x.looked)
        look_alone(&x);
    if (x.status != OK)
        *e = x.error;
    if (x.status != OK || x.row.attempt == 0)
        return x.status != OK ? x.status : NOT_FOUND;
    *row = x.row;
    return OK;
}

/* ---- writing: the row, and what the transcript says of it, in one transaction -------------------------------- */

struct writing {
    const struct registry_work *w;
    const struct journal_row *row;
    enum transcript_kind kind;
    struct str sent;
    const struct transcript_row *before; /* what the transcript is to say first; NULL: nothing */
};

static struct transcript_row transcript_of_writing(const struct writing *x)
{
    const struct journal_row *row = x->row;
    return (struct transcript_row){
        .kind = x->kind,
        .at = registry_time(x->w),
        .verb = row->verb,
        .object = row->object,
        .ref = row->key,
        .cltrid = row->cltrid,
        .svtrid = x->kind == TRANSCRIPT_RESULT ? row->svtrid : STR_NULL,
        .session = row->session,
        .code = x->kind == TRANSCRIPT_INTENT ? 0 : row->code,
        .sent = x->sent,
        .received = row->received,
        .note = row->note,
    };
}

/* With the writes of other threads that come at the same time. CONFLICT "journal-rows": there is no such row. */
static enum status writing_commit(
    struct writing *x, const struct db_query *q, const struct db_val *args, size_t n, struct error *e)
{
    const struct registry_work *w = x->w;
    struct transcript_row rows[2];
    size_t rows_n = 0;
    if (x->before != NULL)
        rows[rows_n++] = *x->before;
    rows[rows_n++] = transcript_of_writing(x);
    struct journal_write write = {.query = q, .args = args, .args_n = n, .rows = rows, .rows_n = rows_n};
    return journal_group_commit(w->registry->group, work_registry(w), w->db, w->arena, &write, e);
}

enum status journal_insert(const struct registry_work *w, struct journal_row *row, int64_t order_id, struct str frame,
    const struct transcript_row *asked, struct error *e)
{
    struct writing x = {.w = w, .row = row, .kind = TRANSCRIPT_INTENT, .sent = frame, .before = asked};
    enum status s = writing_commit(&x, &q_journal_insert,
        DB_ARGS(db_s(work_registry(w)), db_s(row->key), db_i(row->attempt), db_s(row->cltrid), opt(order_id),
            db_s(row->verb), db_s(row->object), opt(row->basis), db_i(row->created),
            str_empty(row->fee.currency) ? db_null() : db_i(row->fee.amount), db_s(row->fee.currency), db_s(row->op)),
        e);
    if (s == EXISTS)
        return error_set(e, CONFLICT, "registry-attempt-taken", "%.*s: another process has begun attempt %d",
            STR_ARG(row->key), row->attempt);
    return s;
}

/* Another process was faster where the row is not in the state it was. */
static enum status moved(const struct journal_row *row, enum status s, struct error *e)
{
    if (s != CONFLICT || !str_eqz(str_of(e->code), "journal-rows"))
        return s;
    return error_set(e, CONFLICT, "registry-attempt-moved", "%.*s: another process has decided attempt %d",
        STR_ARG(row->key), row->attempt);
}

enum status journal_update(const struct registry_work *w, struct journal_row *row, struct error *e)
{
    struct writing x = {.w = w, .row = row, .kind = row->asked ? TRANSCRIPT_VERDICT : TRANSCRIPT_RESULT};
    bool answered = row->state != JOURNAL_UNKNOWN;
    enum status s = writing_commit(&x, &q_journal_update,
        DB_ARGS(db_s(str_of(state_words[row->state])), answered ? db_i(w->now) : db_null(), db_i(row->asked),
            opt(row->code), db_s(str_cut(row->msg, 1000)), db_s(str_cut(row->svtrid, 64)), opt(row->object_created),
            opt(row->object_expires), opt(row->looked), opt(row->confirmed),
            str_empty(row->charged.currency) ? db_null() : db_i(row->charged.amount), db_s(row->cltrid)),
        e);
    return moved(row, s, e);
}

enum status journal_seen(const struct registry_work *w, struct journal_row *row, struct error *e)
{
    struct writing x = {.w = w, .row = row, .kind = TRANSCRIPT_VERDICT};
    enum status s = writing_commit(&x, &q_journal_seen,
        DB_ARGS(opt(row->looked), opt(row->confirmed), db_s(row->cltrid), db_s(str_of(state_words[row->state]))), e);
    return moved(row, s, e);
}

/* 2308: "data management policy violation", the code for what a registry decides on later grounds. */
#define CODE_REFUSED_LATER 2308

/* The command that a message decides. rows 0: none of ours. */
static enum status decided_find(
    const struct registry_work *w, const struct registry_message *m, struct db_result *r, struct error *e)
{
    struct str registry = work_registry(w);
    *r = (struct db_result){0};
    if (!str_empty(m->cltrid))
        TRY(db_select(w->db, w->arena, &q_journal_by_cltrid, DB_ARGS(db_s(registry), db_s(m->cltrid)), 1, r, e));
    if (r->rows > 0 || str_empty(m->svtrid) || str_is_null(m->object))
        return OK;
    TRY(db_select(w->db, w->arena, &q_journal_by_svtrid,
        DB_ARGS(db_s(registry), db_s(m->svtrid), db_s(str_lower(w->arena, m->object)), db_s(m->object)), 2, r, e));
    r->rows = r->rows == 1;
    return OK;
}

enum status journal_settle(
    const struct registry_work *w, const struct registry_message *m, struct str *key_r, struct error *e)
{
    struct db_result r;
    *key_r = STR_NULL;
    TRY(decided_find(w, m, &r, e));
    if (r.rows == 0)
        return OK;
    *key_r = db_str(&r, 0, 1);
    const struct db_val state = db_s(m->approved ? STR("done") : STR("failed")),
                        code = db_i(m->approved ? 1000 : CODE_REFUSED_LATER), msg = db_s(str_cut(m->text, 1000));
    TRY(db_exec(w->db, &q_journal_settle, DB_ARGS(state, db_i(w->now), code, msg, db_i(db_int(&r, 0, 0))), NULL, e));
    return db_exec(w->db, &q_journal_settle_later,
        DB_ARGS(state, db_i(w->now), code, msg, db_s(work_registry(w)), db_s(*key_r)), NULL, e);
}

/* Registries write some dates with fractions of a second and others without. */
#define DATE_BLUR_US (US_PER_S - 1)

enum status journal_settle_transfer(const struct registry_work *w, const struct registry_message *m, time_us requested,
    bool approved, struct str text, struct str *key_r, struct error *e)
{
    struct db_result r;
    enum registry_verb verb = m->contact ? REGISTRY_CONTACT_TRANSFER : REGISTRY_DOMAIN_TRANSFER;
    time_us skew = w->registry->profile->skew_s * US_PER_S;
    *key_r = STR_NULL;
    enum status s = db_select_one(w->db, w->arena, &q_journal_transfer,
        DB_ARGS(db_s(work_registry(w)), db_s(str_lower(w->arena, m->object)), db_s(m->object),
            db_s(str_of(registry_verb_word(verb))), db_i(requested + skew), db_i(requested - DATE_BLUR_US),
            db_i(requested + DATE_BLUR_US)),
        &r, e);
    if (s == NOT_FOUND)
        return OK;
    TRY(s);
    *key_r = db_str(&r, 0, 1);
    return db_exec(w->db, &q_journal_settle,
        DB_ARGS(db_s(approved ? STR("done") : STR("failed")), db_i(w->now), db_i(approved ? 1000 : CODE_REFUSED_LATER),
            db_s(str_cut(text, 1000)), db_i(db_int(&r, 0, 0))),
        NULL, e);
}

enum status journal_settle_cancelled(
    const struct registry_work *w, const struct registry_request *r, struct str cltrid, struct error *e)
{
    struct str object = r->transfer->name;
    return db_exec(w->db, &q_journal_cancelled,
        DB_ARGS(db_i(w->now), db_i(CODE_REFUSED_LATER), db_s(work_registry(w)), db_s(str_lower(w->arena, object)),
            db_s(object), db_s(str_of(registry_verb_word(r->verb))), db_s(cltrid)),
        NULL, e);
}
