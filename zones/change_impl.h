/* Inside of zones/: a change set, and the zone as it will be.
 *
 * The view holds the nodes (owners) that a change set touches or that its checks need, each read from the
 * database once, with all live RRsets of the owner. Operations are applied to the view; what then differs from what
 * was read is written. Each attempt of the commit has a view of its own.
 */
#ifndef FW_ZONES_CHANGE_IMPL_H
#define FW_ZONES_CHANGE_IMPL_H

#include "zones/change.h"
#include "zones/records_impl.h"

enum change_kind { CHANGE_ADD, CHANGE_SET, CHANGE_DELETE, CHANGE_DELETE_ANY };

struct change_op {
    enum change_kind kind;
    struct dns_rrset set; /* owner and type always; data unless it is an alias or DELETE_ANY */
    bool alias, missing_ok;
    struct dns_name target;
    int64_t target_zone_id; /* 0: the closest enclosing one, or elsewhere where there is none */
    bool external; /* the target is elsewhere, whatever is hosted here */
};

struct zone_change {
    struct arena *a;
    int64_t zone_id, account_id;
    struct dns_name apex;
    int64_t expect; /* version, or 0 */
    struct str comment;
    struct change_op *ops;
    size_t n, cap;
    size_t bytes;
    bool unbounded; /* an import's: no limit of operations and bytes */
};

struct view_set {
    struct rrset_row now, was; /* meaningful where live / was_live */
    bool live, was_live;
    struct view_set *next;
};
struct view_node {
    struct dns_name owner;
    struct view_set *sets; /* of all types that are or were live */
    bool touched; /* an operation names it */
    struct view_node *chain; /* in its hash bucket */
    struct view_node *next; /* in order of reading */
};

#define VIEW_BUCKETS 1024
struct view {
    struct arena *a;
    struct db *db;
    struct zone zone;
    struct view_node *buckets[VIEW_BUCKETS];
    struct view_node *first, **last;
    const struct view_set *blamed; /* what the rule that failed last is about; NULL: the node as a whole */
    /* Where nodes come from; NULL: the database. */
    enum status (*load)(struct view *v, struct view_node *n, struct error *e);
    void *ctx;
};

/* view.c */
struct view *view_new(struct arena *a, struct db *db, const struct zone *z) FW_RETURNS_NONNULL;
enum status view_node_get(
    struct view *v, const struct dns_name *owner, struct view_node **node_r, struct error *e) FW_MUST_CHECK;
/* The live RRset, or NULL. */
struct view_set *view_set_live(const struct view_node *n, uint16_t type);
/* The place for one, made where there is none. */
struct view_set *view_set_slot(struct view *v, struct view_node *n, uint16_t type) FW_RETURNS_NONNULL;
bool view_set_changed(const struct view_set *s);
/* Writes all that changed, with the zone's version, and corrects zone.rrsets. */
enum status view_write(struct view *v, struct error *e) FW_MUST_CHECK;

/* change.c: the rules that owner, type and values alone tell. */
enum status change_check_op(const struct zone_change *c, const struct change_op *op, struct error *e) FW_MUST_CHECK;

/* change_apply.c */
enum status change_apply(struct view *v, const struct change_op *op, struct error *e) FW_MUST_CHECK;

/* change_check.c: the rules of change.h. nodes: before anything is written; written: with the new rows in place. */
enum status change_check_nodes(struct view *v, struct error *e) FW_MUST_CHECK;
/* One rule for one node; rules are numbered from 0 to change_node_rules_n. Says what it is about in v->blamed. */
extern const size_t change_node_rules_n;
enum status change_check_node(struct view *v, const struct view_node *n, size_t rule, struct error *e) FW_MUST_CHECK;
enum status change_check_written(struct view *v, struct error *e) FW_MUST_CHECK;

/* change_db.c */
enum status node_db_sets(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *owner,
    struct rrset_row **rows_r, size_t *n_r, struct error *e) FW_MUST_CHECK;
/* Any RRset strictly below the name that may not be below a delegation; glue_too: any at all. */
enum status node_db_hidden_below(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *name,
    bool glue_too, bool *found_r, struct dns_name *owner_r, uint16_t *type_r, struct error *e) FW_MUST_CHECK;
/* The live RRset of a live zone as an alias meets it, locked against change. NOT_FOUND without text. */
enum status alias_db_step(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *owner, uint16_t type,
    struct rrset_row *row_r, struct error *e) FW_MUST_CHECK;
/* How many live aliases of the zone lead elsewhere. */
enum status alias_db_external(
    struct db *db, struct arena *a, int64_t zone_id, int64_t *n_r, struct error *e) FW_MUST_CHECK;
/* Length of the longest chain of aliases that leads to the RRset, at most ZONE_ALIAS_DEPTH_MAX. */
enum status alias_db_depth(struct db *db, struct arena *a, int64_t zone_id, const struct dns_name *owner, uint16_t type,
    int64_t *depth_r, struct error *e) FW_MUST_CHECK;

#endif
