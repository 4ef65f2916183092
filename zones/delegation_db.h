/* Inside of zones/: the SQL of the name-server pool and of delegation sets. */
#ifndef FW_ZONES_DELEGATION_DB_H
#define FW_ZONES_DELEGATION_DB_H

#include "zones/delegation.h"

/* Rows 0..511 of a column; existing ones get the addresses. */
enum status pool_db_fill(
    struct db *db, unsigned column, const struct delegation_column *c, struct error *e) FW_MUST_CHECK;
/* The host in row 0 of a column, with its addresses; NOT_FOUND without text. */
enum status pool_db_first(
    struct db *db, struct arena *a, unsigned column, struct delegation_column *first_r, struct error *e) FW_MUST_CHECK;

struct pool_host {
    struct str host, ipv4, ipv6;
};
enum status pool_db_column(struct db *db, struct arena *a, unsigned column, struct pool_host **hosts_r, size_t *n_r,
    struct error *e) FW_MUST_CHECK;
/* Those of the four that are there. */
enum status pool_db_hosts(struct db *db, struct arena *a, const struct str names[DELEGATION_COLUMNS],
    struct pool_host found_r[DELEGATION_COLUMNS], size_t *n_r, struct error *e) FW_MUST_CHECK;
enum status pool_db_host(
    struct db *db, struct arena *a, struct str host, struct pool_host *host_r, struct error *e) FW_MUST_CHECK;

/* Inside a transaction: the number of this draw; UNAVAILABLE when all are drawn. Holds the counter's lock. */
enum status draw_db_next(struct db *db, struct arena *a, int64_t *i_r, struct error *e) FW_MUST_CHECK;
enum status set_db_insert(
    struct db *db, const struct delegation_set *set, time_us now, int64_t *id_r, struct error *e) FW_MUST_CHECK;
enum status set_db_find(
    struct db *db, struct arena *a, int64_t id, struct delegation_set *set_r, struct error *e) FW_MUST_CHECK;
enum status set_db_list(struct db *db, struct arena *a, int64_t account_id, struct delegation_set **sets_r, size_t *n_r,
    struct error *e) FW_MUST_CHECK;

/* The A and AAAA RRsets of a zone, packed, in order of owner bytes and type. */
struct address_row {
    struct str owner;
    uint16_t type;
    uint32_t ttl;
    struct str packed;
};
enum status address_db_rows(struct db *db, struct arena *a, int64_t zone_id, struct address_row **rows_r, size_t *n_r,
    struct error *e) FW_MUST_CHECK;

#endif
