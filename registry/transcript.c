#include "registry/transcript.h"

#include "base/crypto.h"
#include "registry/transcript_db.h"

static const char *const words[] = {
    [TRANSCRIPT_INTENT] = "intent",
    [TRANSCRIPT_RESULT] = "result",
    [TRANSCRIPT_QUERY] = "query",
    [TRANSCRIPT_VERDICT] = "verdict",
    [TRANSCRIPT_MESSAGE] = "message",
};

const char *transcript_kind_word(enum transcript_kind k)
{
    return words[k];
}

bool transcript_kind_find(struct str word, enum transcript_kind *k_r)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eqz(word, words[i])) {
            *k_r = (enum transcript_kind)i;
            return true;
        }
    return false;
}

/* ---- hashing ------------------------------------------------------------------------------------------------ */

static void put(struct buf *b, struct str s)
{
    buf_printf(b, "%zu:", s.n);
    buf_str(b, s);
    buf_putc(b, ',');
}

static void put_int(struct buf *b, int64_t v)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%lld", (long long)v);
    put(b, str_of(text));
}

void transcript_hash(
    const struct transcript_row *row, const uint8_t before[TRANSCRIPT_HASH], uint8_t out[TRANSCRIPT_HASH])
{
    const struct str *const texts[] = {&row->verb, &row->object, &row->ref, &row->cltrid, &row->svtrid, &row->session};
    struct buf b;
    buf_init(&b, 3 * TRANSCRIPT_BODY_MAX);
    buf_put(&b, before, TRANSCRIPT_HASH);
    buf_puts(&b, "fourways-transcript-1");
    put(&b, row->registry);
    put_int(&b, row->seq);
    put_int(&b, row->at);
    put(&b, str_of(words[row->kind]));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        put(&b, *texts[i]);
    put_int(&b, row->code);
    put(&b, row->sent);
    put(&b, row->received);
    put(&b, row->note);
    crypto_sha256(buf_view(&b), out);
    buf_clear(&b);
}

/* ---- appending ----------------------------------------------------------------------------------------------- */

/* Absent and empty are the same in a column that is never NULL. */
static struct str cut(struct str s, size_t max)
{
    return str_empty(s) ? STR("") : str_cut(s, max);
}

/* What the columns can hold. Words of a registry that are no UTF-8 would be refused: their bytes are shown as hex. */
static struct str text(struct arena *a, struct str s, size_t max)
{
    s = cut(s, max);
    return str_utf8_valid(s) ? s : cut(hex_encode(a, s.p, s.n), max);
}

static void row_fit(struct arena *a, struct transcript_row *row)
{
    row->verb = text(a, row->verb, 24);
    row->object = text(a, row->object, 255);
    row->ref = text(a, row->ref, 190);
    row->cltrid = text(a, row->cltrid, 64);
    row->svtrid = text(a, row->svtrid, 64);
    row->session = text(a, row->session, TRANSCRIPT_SESSION_MAX);
    row->sent = cut(row->sent, TRANSCRIPT_BODY_MAX);
    row->received = cut(row->received, TRANSCRIPT_BODY_MAX);
    row->note = text(a, row->note, 1000);
    /* What is no code of RFC 5730 does not fit the column either. */
    row->code = row->code < 0 || row->code > 65535 ? 0 : row->code;
}

/* Links the rows to the chain behind *h, which becomes the last of them. */
static void rows_chain(
    struct arena *a, struct str registry, struct transcript_head *h, struct transcript_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        row_fit(a, &rows[i]);
        rows[i].registry = registry;
        rows[i].seq = h->seq + 1;
        transcript_hash(&rows[i], h->hash, rows[i].hash);
        h->seq = rows[i].seq;
        memcpy(h->hash, rows[i].hash, TRANSCRIPT_HASH);
    }
}

/* Behind a head that was seen before: one statement both finds out whether it still is the head, and moves and locks
 * it. *moved_r: it was. */
static enum status append_behind(struct db *db, struct arena *a, struct str registry, struct transcript_row *rows,
    size_t n, struct transcript_head *h, bool *moved_r, struct error *e)
{
    struct transcript_head to = *h;
    rows_chain(a, registry, &to, rows, n);
    TRY(chain_move(db, registry, h, &to, moved_r, e));
    *h = to;
    return *moved_r ? transcript_insert(db, a, rows, n, e) : OK;
}

enum status transcript_append_behind(struct db *db, struct arena *a, struct str registry, struct transcript_row *rows,
    size_t n, struct transcript_head *h, struct error *e)
{
    bool moved = false;
    INVARIANT(db_in_transaction(db));
    if (n == 0)
        return OK;
    if (h->seq > 0)
        TRY(append_behind(db, a, registry, rows, n, h, &moved, e));
    if (moved)
        return OK;
    TRY(chain_lock(db, a, registry, h, e));
    rows_chain(a, registry, h, rows, n);
    TRY(transcript_insert(db, a, rows, n, e));
    return chain_set(db, registry, h, e);
}

enum status transcript_append(
    struct db *db, struct arena *a, struct str registry, struct transcript_row *rows, size_t n, struct error *e)
{
    struct transcript_head h = {0};
    return transcript_append_behind(db, a, registry, rows, n, &h, e);
}

struct addition {
    struct arena *a;
    struct str registry;
    struct transcript_row *row;
};

static enum status addition_run(struct db *db, void *ctx, struct error *e)
{
    const struct addition *x = ctx;
    return transcript_append(db, x->a, x->registry, x->row, 1, e);
}

enum status transcript_add(
    struct db *db, struct arena *a, struct str registry, struct transcript_row *row, struct error *e)
{
    struct addition x = {a, registry, row};
    return db_transaction(db, addition_run, &x, e);
}

/* ---- verifying ------------------------------------------------------------------------------------------------ */

struct verification {
    struct arena *a;
    const struct transcript_head *known;
    struct transcript_fault *fault;
    struct transcript_head at; /* the row read last */
    int64_t rows;
};

static void fault_set(struct verification *v, int64_t seq, const char *what)
{
    if (v->fault->seq == 0)
        *v->fault = (struct transcript_fault){seq, str_of(what)};
}

static enum status row_verify(void *ctx, const struct transcript_row *row, struct error *e)
{
    struct verification *v = ctx;
    uint8_t hash[TRANSCRIPT_HASH];
    (void)e;
    v->rows++;
    if (v->fault->seq != 0)
        return OK;
    if (row->seq != v->at.seq + 1)
        fault_set(v, v->at.seq + 1, "the row is missing");
    transcript_hash(row, v->at.hash, hash);
    if (memcmp(hash, row->hash, sizeof(hash)) != 0)
        fault_set(v, row->seq, "the row's hash does not follow from its content and the row before it");
    v->at.seq = row->seq;
    memcpy(v->at.hash, row->hash, sizeof(hash));
    if (v->known != NULL && v->known->seq == row->seq && memcmp(v->known->hash, row->hash, sizeof(hash)) != 0)
        fault_set(v, row->seq, "the row's hash is not the one that was noted: the chain was written anew");
    return OK;
}

enum status transcript_verify(struct db *db, struct arena *a, struct str registry, const struct transcript_head *known,
    struct transcript_fault *fault_r, int64_t *rows_r, struct error *e)
{
    struct transcript_head head;
    struct verification v = {.a = a, .known = known, .fault = fault_r};
    *fault_r = (struct transcript_fault){0};
    /* The head first: rows that are appended meanwhile are beyond it, and not read. */
    TRY(transcript_head(db, a, registry, &head, e));
    TRY(transcript_each(db, registry, head.seq, row_verify, &v, e));
    *rows_r = v.rows;
    if (v.at.seq < head.seq)
        fault_set(&v, v.at.seq + 1, "the chain's end says that there is such a row, and it is missing");
    else if (memcmp(v.at.hash, head.hash, TRANSCRIPT_HASH) != 0)
        fault_set(&v, head.seq, "the last row's hash is not that of the chain's end");
    int64_t beyond = 0;
    TRY(transcript_beyond(db, a, registry, head.seq, &beyond, e));
    if (beyond != 0)
        fault_set(&v, beyond, "the row stands behind the chain's end");
    if (known != NULL && known->seq > head.seq)
        fault_set(&v, head.seq + 1, "the chain is shorter than it was when its head was noted");
    return OK;
}
