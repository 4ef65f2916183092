#include "zones/export.h"

#include "dns/master.h"
#include "zones/change.h"
#include "zones/export_db.h"

/* An alias as it is flattened. */
struct flat {
    struct rrset_row row;
    struct dns_rrset set;
    bool found, external; /* external: it leads elsewhere */
};

struct export
{
    struct db *db;
    struct arena *a; /* of the caller: what all of the export needs */
    struct zone zone;
    enum export_alias alias;
    struct flat *flat; /* by owner and type */
    size_t flat_n;
    struct arena owner_arena; /* of the owner at hand: */
    struct rrset_row *rows;
    size_t n, cap;
    bool begun;
    struct buf text;
    enum status (*write)(void *ctx, struct str lines, struct error *e);
    void *ctx;
};

#define OWNER_TEXT_MAX ((size_t)256 << 20) /* all RRsets of one name, every byte escaped */

static void comment_alias(struct export *x, const struct rrset_row *row, const char *rest)
{
    buf_puts(&x->text, "; alias: ");
    dns_name_write(&x->text, &row->owner, true);
    buf_putc(&x->text, ' ');
    dns_type_write(&x->text, row->type);
    buf_puts(&x->text, " -> ");
    dns_name_write(&x->text, &row->alias_owner, true);
    buf_puts(&x->text, rest);
    buf_putc(&x->text, '\n');
}

/* ---- flattening: before the rows come, since nothing else can be asked meanwhile ------------------- */

static int flat_compare(const void *a, const void *b)
{
    const struct flat *fa = a, *fb = b;
    return dns_rrset_key_compare(&fa->row.owner, fa->row.type, &fb->row.owner, fb->row.type);
}

/* What the alias leads to: the target, or the wildcard of its closest encloser (RFC 4592 §3.3.1). NOT_FOUND. */
static enum status flat_step(struct export *x, const struct rrset_row *at, struct record_row *to_r, struct error *e)
{
    struct dns_name name = at->alias_owner, wild;
    bool exists = false;
    enum status s = record_db_find(x->db, x->a, at->alias_zone_id, &name, at->type, to_r, e);
    if (s != NOT_FOUND)
        return s;
    TRY(export_db_exists(x->db, x->a, at->alias_zone_id, &name, &exists, e));
    if (exists)
        return s;
    while (!exists && dns_name_parent(&name, &name))
        TRY(export_db_exists(x->db, x->a, at->alias_zone_id, &name, &exists, e));
    if (!exists || !dns_name_wildcard(&name, &wild))
        return s;
    return record_db_find(x->db, x->a, at->alias_zone_id, &wild, at->type, to_r, e);
}

/* The data at the end of the chain; found false where it ends in nothing. */
static enum status flat_make(struct export *x, struct flat *f, struct error *e)
{
    struct record_row end = {.set = f->row};
    for (int step = 0; step < ZONE_ALIAS_DEPTH_MAX && row_is_alias(&end.set); step++) {
        struct rrset_row at = end.set;
        f->external = row_is_external(&at);
        if (f->external)
            return OK;
        enum status s = flat_step(x, &at, &end, e);
        if (s == NOT_FOUND) {
            error_clear(e);
            return OK;
        }
        TRY(s);
    }
    f->found = !row_is_alias(&end.set);
    if (!f->found)
        return OK;
    end.set.owner = f->row.owner;
    f->set = rrset_of_row(x->a, &end.set);
    return OK;
}

static enum status flatten(struct export *x, struct error *e)
{
    struct rrset_row *rows;
    if (x->alias != EXPORT_ALIAS_FLATTEN)
        return OK;
    TRY(export_db_aliases(x->db, x->a, x->zone.id, &rows, &x->flat_n, e));
    x->flat = ARENA_ARRAY(x->a, x->flat_n, struct flat);
    for (size_t i = 0; i < x->flat_n; i++) {
        x->flat[i].row = rows[i];
        TRY(flat_make(x, &x->flat[i], e));
    }
    if (x->flat_n > 1)
        qsort(x->flat, x->flat_n, sizeof *x->flat, flat_compare);
    return OK;
}

/* ---- rows to text, an owner at a time, since the order of types is another one in files ------------ */

static void put_alias(struct export *x, const struct rrset_row *row)
{
    struct flat key = {.row = *row};
    const struct flat *f = NULL;
    if (x->alias == EXPORT_ALIAS_COMMENT) {
        comment_alias(x, row, row_is_external(row) ? " (elsewhere)" : "");
        return;
    }
    if (x->flat_n > 0)
        f = bsearch(&key, x->flat, x->flat_n, sizeof *x->flat, flat_compare);
    if (f == NULL || !f->found) {
        comment_alias(x, row,
            f != NULL && f->external ? " (leads elsewhere: its records are not known here)"
                                     : " (the target has no records now)");
        return;
    }
    comment_alias(x, row, " (flattened)");
    dns_master_write_set(&x->text, &x->zone.apex, &f->set);
}

static int row_compare(const void *a, const void *b)
{
    const struct rrset_row *ra = a, *rb = b;
    return dns_rrset_key_compare(&ra->owner, ra->type, &rb->owner, rb->type);
}

static enum status owner_write(struct export *x, struct error *e)
{
    if (x->n > 1)
        qsort(x->rows, x->n, sizeof *x->rows, row_compare);
    if (!x->begun && x->n > 0)
        dns_master_write_head(&x->text, &x->zone.apex, x->rows[0].ttl);
    x->begun = true;
    for (size_t i = 0; i < x->n; i++) {
        const struct rrset_row *row = &x->rows[i];
        struct dns_rrset set = rrset_of_row(&x->owner_arena, row);
        if (row_is_alias(row))
            put_alias(x, row);
        else
            dns_master_write_set(&x->text, &x->zone.apex, &set);
    }
    x->n = x->cap = 0;
    x->rows = NULL;
    arena_reset(&x->owner_arena);
    if (buf_over(&x->text))
        return error_set(e, INVALID, "export-too-large", "one name has more than %zu bytes of records", x->text.max);
    enum status s = x->write(x->ctx, buf_view(&x->text), e);
    buf_reset(&x->text);
    return s;
}

static enum status on_row(void *ctx, const struct rrset_row *row, int64_t version, struct error *e)
{
    struct export *x = ctx;
    if (x->n > 0 && !dns_name_equal(&x->rows[0].owner, &row->owner))
        TRY(owner_write(x, e));
    if (!x->begun && x->n == 0)
        buf_printf(&x->text, "; zone %.*s, version %lld\n", STR_ARG(x->zone.name), (long long)version);
    if (x->n == x->cap) {
        struct rrset_row *more = ARENA_ARRAY(&x->owner_arena, x->cap + 8, struct rrset_row);
        if (x->n > 0)
            memcpy(more, x->rows, x->n * sizeof *more);
        x->rows = more;
        x->cap += 8;
    }
    x->rows[x->n] = *row;
    x->rows[x->n++].packed = str_dup(&x->owner_arena, row->packed);
    return OK;
}

enum status zone_export_to(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, enum export_alias alias,
    enum status (*write)(void *ctx, struct str lines, struct error *e), void *ctx, struct error *e)
{
    struct export x = {.db = db, .a = a, .alias = alias, .write = write, .ctx = ctx};
    TRY(zone_find_id(db, a, zone_id, account_id, &x.zone, e));
    TRY(flatten(&x, e));
    arena_init(&x.owner_arena, 0);
    buf_init(&x.text, OWNER_TEXT_MAX);
    enum status s = export_db_each(db, zone_id, on_row, &x, e);
    if (s == OK)
        s = owner_write(&x, e);
    buf_clear(&x.text);
    arena_clear(&x.owner_arena);
    return s;
}

static enum status to_buf(void *ctx, struct str lines, struct error *e)
{
    struct buf *out = ctx;
    buf_str(out, lines);
    if (buf_over(out))
        return error_set(e, INVALID, "export-too-large", "the export has more than %zu bytes", out->max);
    return OK;
}

enum status zone_export(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, enum export_alias alias,
    struct buf *out, struct error *e)
{
    return zone_export_to(db, a, zone_id, account_id, alias, to_buf, out, e);
}
