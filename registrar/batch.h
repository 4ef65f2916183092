/* Batches: a file of rows, each something to be done to a name.
 *
 *   fourways batch plan FILE.csv -o PLAN     reads, checks and prices every row, and orders nothing
 *   fourways batch apply PLAN                does what the plan says, as long as the world is as it was
 *
 * The file is CSV with a header: `name`, optionally `op` (batch_ops; without the column every row is "register"),
 * `years`, any contact field, `ns`, `ds`, `lock`, `authinfo`, `token`, `tag`, `idn`. A contact field without a column is as --contact says or else as
 * in the account's latest contact; an empty cell is an empty field.
 *
 * A plan is JSON, an object a line: what it is of (the file with its digest, the account, the contact that the rows start
 * from), a line for each row (price, expiry, or why it cannot be done), and last a line with the digest of all before, so
 * that half a plan is no plan. It holds no secrets: those stay in the file.
 *
 * Nothing else is kept on the side. Each row's order stands under an idempotency key made of the plan's id and the
 * row's number, so whoever is killed in the middle of an apply runs it again: rows that have an order are that order, and
 * no row is done twice.
 */
#ifndef FW_REGISTRAR_BATCH_H
#define FW_REGISTRAR_BATCH_H

#include "registrar/cli.h"
#include "registrar/csv.h"

#define BATCH_BYTES_MAX ((size_t)256 << 20)
#define BATCH_ROWS_MAX 1000000

/* What a row can ask for. */
struct batch_op {
    const char *word; /* in the column `op` */
    const char *kind; /* of order; NULL: only a question, about availability */
    bool years, contact, secret, token, idn; /* which columns it reads; the others must be empty */
    const char *args_column,
        *args_default; /* the column of the kind's args, and what an empty cell means (NULL: nothing); or NULL */
    bool expiry; /* the plan holds only as long as the domain expires when it did */
    const char *costs; /* the command that the registry charges for; NULL: none */
};
extern const struct batch_op batch_ops[];
extern const size_t batch_ops_n;

enum batch_result {
    ROW_WAITING, /* not ordered (yet) */
    ROW_REFUSED, /* cannot be ordered: at planning, or at applying */
    ROW_OPEN, /* its order is under way */
    ROW_PERSON, /* the same, and somebody must look: it may go on some time, and is not waited for */
    ROW_DONE,
    ROW_FAILED, /* its order has failed; nothing was charged */
};
const char *batch_result_word(enum batch_result r) FW_RETURNS_NONNULL;

struct batch_row {
    const struct str *cells; /* as in the file, one for each column */
    size_t line;
    const struct batch_op *op;
    struct str typed; /* the name as in the file */
    int years;
    struct contact contact;
    struct str args, secret, token; /* STR_NULL: none */
    /* as planned */
    struct str name; /* in A-labels; "" where it is no name */
    int64_t price;
    int64_t fee; /* minor units: what the registry will charge us */
    char fee_currency[4]; /* "": it does not tell */
    bool premium; /* the registry has a price of its own for the name */
    time_us expires;
    bool planned; /* it can be done; otherwise code and reason say why not */
    /* as applied */
    enum batch_result result;
    struct str code, reason, cltrid, svtrid;
    int64_t order_id;
};

struct batch {
    struct cli *c;
    struct str path, text; /* the file */
    struct str digest; /* of it, in hex */
    struct str id; /* of the plan */
    struct contact base; /* what the rows' contacts start from */
    int64_t years; /* where a row says none */
    struct csv_row header;
    struct batch_row *rows;
    size_t n;
};

/* ---- batch_file.c ---- */
/* path, text, digest. */
enum status batch_file_open(struct batch *b, struct str path, struct error *e) FW_MUST_CHECK;
/* header and rows; base and years are set. INVALID names the line. */
enum status batch_file_rows(struct batch *b, struct error *e) FW_MUST_CHECK;
/* The order that a row asks for; its text lives as long as the batch. */
void batch_request(const struct batch_row *row, struct order_request *rq);
/* For each row that something is to be ordered for, the row before it about the same name; SIZE_MAX: none. */
void batch_rows_chain(const struct batch *b, size_t *before);
/* The input columns plus result, code, reason, cltrid, svtrid; whole and in one move, readable to its owner only. Of an
 * authinfo or a token it shows that there was one. */
enum status batch_results_write(const struct batch *b, struct str path, struct error *e) FW_MUST_CHECK;

/* ---- batch_plan.c ---- */
/* Each row's name, price, expiry, and whether it can be done; the registries are asked which names are free, and what they
 * will charge. A row for which they want more than its price is refused: its order would be. */
enum status batch_resolve(struct batch *b, struct error *e) FW_MUST_CHECK;
/* Asks about the rows that only ask: result, code, reason. */
enum status batch_ask(struct batch *b, struct error *e) FW_MUST_CHECK;
/* The rows that have no order yet cost and expire as planned; CONFLICT "plan-outdated" names the first that does not. */
enum status batch_verify(struct batch *b, struct error *e) FW_MUST_CHECK;

/* ---- batch_plan_file.c ---- */
enum status batch_plan_write(const struct batch *b, struct str path, struct error *e) FW_MUST_CHECK;
/* A plan with its file as it was: INVALID "plan-…", CONFLICT "file-changed". The rows are as planned. */
enum status batch_plan_read(struct batch *b, struct str path, struct error *e) FW_MUST_CHECK;

/* ---- batch_db.c ---- */
#define BATCH_MANY 64 /* rows looked up by one statement */
struct batch_seen {
    int64_t order_id;
    enum batch_result result; /* never ROW_PERSON by key */
    struct str error_code, error_text, cltrid, svtrid;
    int epp_code;
};
/* For keys[0..n): the order each has made; order_id 0: none. n at most BATCH_MANY. */
enum status batch_orders_by_key(struct db *db, struct arena *a, int64_t account_id, const struct str *keys, size_t n,
    struct batch_seen *out, struct error *e) FW_MUST_CHECK;
/* For ids[0..n): those that have ended, or need a person; the others are left with order_id 0. */
enum status batch_orders_ended(struct db *db, struct arena *a, const int64_t *ids, size_t n, struct batch_seen *out,
    struct error *e) FW_MUST_CHECK;
struct batch_domain {
    bool there; /* registered, or being registered, here */
    int64_t former_account_id; /* whose it was before it was deleted; 0: nobody's */
    bool active;
    int64_t account_id;
    time_us expires;
};
enum status batch_domains(struct db *db, struct arena *a, const struct str *names, size_t n, struct batch_domain *out,
    struct error *e) FW_MUST_CHECK;

/* ---- batch_apply.c ---- */
struct batch_apply {
    struct batch *b;
    int64_t max_spend; /* minor units; INT64_MAX: no limit */
    struct str result_path;
    unsigned jobs;
    bool progress;
    /* out */
    size_t count[ROW_FAILED + 1]; /* rows by result */
    size_t before; /* rows that had an order when this began */
    bool stuck; /* it ended since only orders that need a person were left */
    int64_t spent;
    bool interrupted;
};
enum status batch_apply(struct batch_apply *ap, struct error *e) FW_MUST_CHECK;

#endif
