/* Inside of zones/: a master file on its way into the database.
 *
 * import_read.c makes sorted RRsets in stored form of it, import_check.c holds them against the rules,
 * import_apply.c writes what differs. Names are kept as bytes: a struct dns_name for each of a million is too much. */
#ifndef FW_ZONES_IMPORT_IMPL_H
#define FW_ZONES_IMPORT_IMPL_H

#include "zones/change_impl.h"
#include "zones/import.h"

struct import_set {
    struct str key; /* zones/sort.h */
    struct str owner; /* wire, lowered */
    struct str packed; /* empty for an alias */
    struct str target; /* of an alias: wire, lowered; else STR_NULL */
    bool external; /* the file says that the target is elsewhere */
    const struct str *file; /* where its first record stands */
    unsigned line;
    uint32_t ttl;
    uint16_t type;
};

struct import {
    struct arena *a;
    struct dns_name apex;
    const struct zone_import_options *o;
    struct dns_master_report *report;
    struct import_set *sets; /* by key, then type; without those two: */
    size_t n;
    const struct import_set *soa, *ns; /* of the apex; NULL: the file has none */
    size_t records;
};

/* What is wrong with the set goes into the report. */
void import_blame(struct import *m, const struct import_set *s, bool warning, const struct error *e);
/* The first set at or behind (key, type): an index, m->n at the end. */
size_t import_seek(const struct import *m, struct str key, uint16_t type);
const struct import_set *import_find(const struct import *m, struct str key, uint16_t type);
struct dns_name import_name(struct str wire);

/* import_read.c: not OK only where reading cannot go on; what is wrong is in the report. */
enum status import_read(struct import *m, struct str text, struct error *e) FW_MUST_CHECK;
/* import_check.c: into the report. */
enum status import_check(struct import *m, struct error *e) FW_MUST_CHECK;
/* import_apply.c */
enum status import_apply(struct import *m, struct db *db, struct str origin, time_us now,
    struct zone_import_done *done_r, struct error *e) FW_MUST_CHECK;

/* import_db.c */
struct import_row {
    struct str key, owner, packed;
    struct str target; /* STR_NULL: no alias */
    bool external;
    bool astray; /* the zone that the target was in is gone; another may have its name by now */
    uint16_t type;
    uint32_t ttl;
    bool deleted; /* writing: leave a tombstone */
};
#define IMPORT_PAGE 1000 /* rows read at once */
#define IMPORT_BATCH 64 /* rows written by one statement */
/* Live rows behind (key, type), in order; at most IMPORT_PAGE. */
enum status import_db_page(struct db *db, struct arena *a, int64_t zone_id, struct str key, uint16_t type,
    struct import_row **rows_r, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* At most IMPORT_BATCH rows with data (no aliases). */
enum status import_db_write(struct db *db, int64_t zone_id, int64_t version, const struct import_row *rows, size_t n,
    struct error *e) FW_MUST_CHECK;
/* The zone may have at least so many RRsets from now on. */
enum status import_db_room(struct db *db, int64_t zone_id, int64_t rrsets_max, struct error *e) FW_MUST_CHECK;

#endif
