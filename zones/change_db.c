#include "zones/change_impl.h"
#include "zones/sort.h"

DB_QUERY(node_sets,
    "SELECT type, ttl, rdata, alias_zone_id, alias_owner FROM rrset WHERE zone_id = ? AND owner = ? AND deleted = 0");
/* Glue is all that may be below a delegation: A and AAAA with data. */
DB_QUERY(node_hidden_below,
    "SELECT owner, type FROM rrset WHERE zone_id = ? AND sort_key > ? AND sort_key < ? AND deleted = 0"
    " AND (? OR type NOT IN (1, 28) OR alias_owner IS NOT NULL) ORDER BY sort_key LIMIT 1");
DB_QUERY(alias_step, "SELECT r.type, r.ttl, '', r.alias_zone_id, r.alias_owner FROM rrset r"
                     " JOIN zone z ON z.id = r.zone_id AND z.deleted = 0"
                     " WHERE r.zone_id = ? AND r.owner = ? AND r.type = ? AND r.deleted = 0 LOCK IN SHARE MODE");
/* The aliases lead to their zones: read the other way round, as the optimizer likes to where aliases are few, it is all
 * the zones there are. */
DB_QUERY(alias_depth,
    "WITH RECURSIVE up (zone_id, owner, d) AS ("
    " SELECT STRAIGHT_JOIN r.zone_id, r.owner, 1 FROM rrset r JOIN zone z ON z.id = r.zone_id AND z.deleted = 0"
    " WHERE r.alias_zone_id = ? AND r.alias_owner = ? AND r.type = ? AND r.deleted = 0"
    " UNION SELECT STRAIGHT_JOIN r.zone_id, r.owner, up.d + 1 FROM up"
    " JOIN rrset r ON r.alias_zone_id = up.zone_id AND r.alias_owner = up.owner AND r.type = ? AND r.deleted = 0"
    " JOIN zone z ON z.id = r.zone_id AND z.deleted = 0 WHERE up.d < ?)"
    " SELECT IFNULL(MAX(d), 0) FROM up");

DB_QUERY(alias_external, "SELECT COUNT(*) FROM rrset WHERE zone_id = ? AND deleted = 0 AND alias_zone_id IS NULL"
                         " AND alias_owner IS NOT NULL");

enum { NODE_SETS_MAX = 256 }; /* types at one owner; the table of types has far fewer */

static struct dns_name name_read(struct str wire)
{
    struct dns_name name;
    INVARIANT(dns_name_from_wire(wire.p, wire.n, &name) == wire.n);
    return name;
}

static struct rrset_row row_read(const struct db_result *r, size_t i, const struct dns_name *owner)
{
    struct rrset_row row = {
        .owner = *owner,
        .type = (uint16_t)db_int(r, i, 0),
        .ttl = (uint32_t)db_int(r, i, 1),
        .packed = db_str(r, i, 2),
        .alias_zone_id = db_int(r, i, 3),
    };
    if (!db_is_null(r, i, 4))
        row.alias_owner = name_read(db_str(r, i, 4));
    return row;
}

enum status node_db_sets(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *owner,
    struct rrset_row **rows_r, size_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &node_sets, DB_ARGS(db_i(zone_id), db_b(dns_name_wire(owner))), NODE_SETS_MAX, &r, e));
    *n_r = r.rows;
    *rows_r = ARENA_ARRAY(a, r.rows, struct rrset_row);
    for (size_t i = 0; i < r.rows; i++)
        (*rows_r)[i] = row_read(&r, i, owner);
    return OK;
}

enum status node_db_hidden_below(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *name,
    bool glue_too, bool *found_r, struct dns_name *owner_r, uint16_t *type_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &node_hidden_below,
        DB_ARGS(db_i(zone_id), db_b(sort_key(a, name)), db_b(sort_key_end(a, name)), db_i(glue_too)), 1, &r, e));
    *found_r = r.rows > 0;
    if (*found_r) {
        *owner_r = name_read(db_str(&r, 0, 0));
        *type_r = (uint16_t)db_int(&r, 0, 1);
    }
    return OK;
}

enum status alias_db_step(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *owner, uint16_t type,
    struct rrset_row *row_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &alias_step, DB_ARGS(db_i(zone_id), db_b(dns_name_wire(owner)), db_i(type)), &r, e));
    *row_r = row_read(&r, 0, owner);
    return OK;
}

enum status alias_db_depth(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *owner, uint16_t type,
    int64_t *depth_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &alias_depth,
        DB_ARGS(db_i(zone_id), db_b(dns_name_wire(owner)), db_i(type), db_i(type), db_i(ZONE_ALIAS_DEPTH_MAX)), &r, e));
    *depth_r = db_int(&r, 0, 0);
    return OK;
}

enum status alias_db_external(struct db *db, struct arena *a, int64_t zone_id, int64_t *n_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &alias_external, DB_ARGS(db_i(zone_id)), &r, e));
    *n_r = db_int(&r, 0, 0);
    return OK;
}
