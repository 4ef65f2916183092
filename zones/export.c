#include "zones/export.h"

#include "dns/master.h"
#include "zones/change.h"
#include "zones/records_impl.h"

enum { EXPORT_ROWS_MAX = 1000000 };

struct export
{
    struct db *db;
    struct arena *a;
    enum export_alias alias;
    struct buf *out;
    struct dns_rrset *sets; /* what becomes records */
    size_t n;
};

static void comment_alias(struct export *x, const struct rrset_row *row, const char *rest)
{
    buf_puts(x->out, "; alias: ");
    dns_name_write(x->out, &row->owner, true);
    buf_putc(x->out, ' ');
    dns_type_write(x->out, row->type);
    buf_puts(x->out, " -> ");
    dns_name_write(x->out, &row->alias_owner, true);
    buf_puts(x->out, rest);
    buf_putc(x->out, '\n');
}

/* The data at the end of the chain; *found_r false where it ends in nothing. */
static enum status alias_flatten(
    struct export *x, const struct rrset_row *row, struct record_row *end_r, bool *found_r, struct error *e)
{
    end_r->set = *row;
    *found_r = false;
    for (int step = 0; step < ZONE_ALIAS_DEPTH_MAX && end_r->set.alias_zone_id != 0; step++) {
        struct rrset_row at = end_r->set;
        enum status s = record_db_find(x->db, x->a, at.alias_zone_id, &at.alias_owner, at.type, end_r, e);
        if (s == NOT_FOUND) {
            error_clear(e);
            return OK;
        }
        TRY(s);
    }
    *found_r = end_r->set.alias_zone_id == 0;
    return OK;
}

static enum status export_alias_row(struct export *x, const struct rrset_row *row, struct error *e)
{
    struct record_row end;
    bool found = false;
    if (x->alias == EXPORT_ALIAS_COMMENT) {
        comment_alias(x, row, "");
        return OK;
    }
    TRY(alias_flatten(x, row, &end, &found, e));
    comment_alias(x, row, found ? " (flattened)" : " (the target has no records now)");
    if (found) {
        end.set.owner = row->owner;
        x->sets[x->n++] = rrset_of_row(x->a, &end.set);
    }
    return OK;
}

static enum status export_rows(struct export *x, const struct record_rows *rows, struct error *e)
{
    x->sets = ARENA_ARRAY(x->a, rows->n, struct dns_rrset);
    for (size_t i = 0; i < rows->n; i++) {
        const struct rrset_row *row = &rows->items[i].set;
        if (row->alias_zone_id != 0)
            TRY(export_alias_row(x, row, e));
        else
            x->sets[x->n++] = rrset_of_row(x->a, row);
    }
    return OK;
}

enum status zone_export(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, enum export_alias alias,
    struct buf *out, struct error *e)
{
    struct export x = {.db = db, .a = a, .alias = alias, .out = out};
    struct record_rows rows;
    struct dns_name apex;
    TRY(record_db_rows(db, a, zone_id, account_id, STR(""), 0, EXPORT_ROWS_MAX, &rows, e));
    if (!rows.found)
        return error_set(e, NOT_FOUND, "zone", "there is no hosted zone number %lld", (long long)zone_id);
    TRY(dns_name_parse(rows.zone_name, NULL, &apex, e));
    buf_printf(out, "; zone %.*s, version %lld\n", STR_ARG(rows.zone_name), (long long)rows.version);
    TRY(export_rows(&x, &rows, e));
    dns_master_write(out, &apex, x.sets, x.n);
    if (buf_over(out))
        return error_set(e, INVALID, "export-too-large", "%.*s: the export has more than %zu bytes",
            STR_ARG(rows.zone_name), out->max);
    return OK;
}
