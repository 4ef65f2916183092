/* The feed's SQL: what a name server reads of the zones, and the two things it writes (its own dns_server row and
 * zone_served). The tables are described in sql/0020_zones.sql. */
#ifndef FW_NAMESERVER_FEED_DB_H
#define FW_NAMESERVER_FEED_DB_H

#include "base/clock.h"
#include "base/db.h"
#include "nameserver/store.h"

#define FEED_PAGE 1000 /* zones looked at with one query */
#define SERVED_BATCH 64 /* reports written with one statement */

/* This server's row. */
struct feed_server {
    int64_t id;
    int64_t column, row_from, row_to;
    struct str name, dns_addrs;
    struct str notify_addr; /* STR_NULL: wakes by polling only */
};

struct feed_zone {
    uint64_t id, version;
    time_us changed;
    bool deleted;
};

struct served_report {
    uint64_t zone_id, version;
    bool removal; /* nothing is served any more, since that version */
};

enum status feed_db_register(struct db *db, const struct feed_server *s, time_us now, struct error *e) FW_MUST_CHECK;
/* NOT_FOUND when somebody has removed the row: register again. */
enum status feed_db_seen(struct db *db, int64_t server_id, time_us now, int64_t lag_us, struct error *e) FW_MUST_CHECK;
/* Nothing is served (yet): takes back what an earlier life of this server reported. */
enum status feed_db_serves_nothing(struct db *db, int64_t server_id, struct error *e) FW_MUST_CHECK;

/* A page of zones in order of (changed, id), behind the given one. */
enum status feed_db_changed(struct db *db, struct arena *a, time_us changed, uint64_t id, struct feed_zone **zones_r,
    size_t *n_r, struct error *e) FW_MUST_CHECK;
/* A page of all zones in order of id. */
enum status feed_db_zones(struct db *db, struct arena *a, uint64_t after_id, struct feed_zone **zones_r, size_t *n_r,
    struct error *e) FW_MUST_CHECK;

/* One RRset row with its zone's; has_row is false for a zone without rows. Borrowed until the callback returns. */
struct feed_row {
    uint64_t zone_id, version;
    struct str zone_name;
    bool zone_deleted;
    struct change_row row;
    bool has_row;
};

/* Rows of the zones first..last that are newer than `above`, zone by zone, as one statement saw them: rows and
 * version of a zone belong together. */
enum status feed_db_rows(struct db *db, uint64_t first, uint64_t last, uint64_t above,
    enum status (*fn)(void *ctx, const struct feed_row *r, struct error *e), void *ctx, struct error *e) FW_MUST_CHECK;

/* n <= SERVED_BATCH. */
enum status feed_db_served(struct db *db, int64_t server_id, time_us now, const struct served_report *reports, size_t n,
    struct error *e) FW_MUST_CHECK;

#endif
