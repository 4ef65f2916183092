/* Everything that is served, as its one writer sees it.
 *
 * The store holds the records of all zones (so that any answer can be compiled again, and the snapshot written), the table
 * of compiled answers that readers look into, and the back-references by which a change finds the answers that
 * other names' data went into. One thread writes: the feed. Readers touch only store->table and store->epochs.
 *
 * A zone's names form a tree of owners; every name between an owner and the apex is an owner too, if only an empty
 * non-terminal. That tree, with a block of memory for each name and set, costs several times what the data itself takes.
 * So a small zone is at rest packed (packed.h): one block with its records as bytes and all its images; its tree is
 * spread out only while a change looks at it (zone_open), and once one of its answers must be compiled again all of them are,
 * into a new block. A large one (over PACKED_*_MAX) stays spread out, and each of its images is a block of its own, so that
 * a change costs what it touches and not what the zone holds.
 *
 * Data comes in changes: rows of one zone with the version they lead to. store_apply() checks all
 * of it first; what would be wrong to serve is refused and leaves everything as it was. Then it puts the rows in,
 * compiles the owners they touch, and publishes them with one clock step (epoch.h).
 *
 * What one change can touch beyond its own owners:
 *   - the name's parent, when "*.parent" comes or goes;
 *   - everything below a name that becomes a cut, or stops being one, or gets a DNAME or loses it;
 *   - in the zone above, everything from the apex of a zone that appears or disappears downwards: the deepest served zone
 *     answers, but for DS, which is the parent's (RFC 4035 §3.1.4.1);
 *   - what looked at any of these names when it was compiled: aliases, CNAME chains, referrals with glue. A compilation
 *     registers the hash of every name it looked at, there or not (deps.h), so that one step back is enough.
 */
#ifndef FW_NAMESERVER_STORE_H
#define FW_NAMESERVER_STORE_H

#include "dns/rrset.h"
#include "nameserver/map.h"
#include "nameserver/table.h"

#define STORE_OWNER_TYPES_MAX 200 /* RRsets at one name */

struct dep;
struct compiler;
struct externals;
struct packed;

/* Data of one type at one owner. */
struct record_set {
    struct record_set *next; /* in order of type */
    uint16_t type;
    bool alias;
    uint32_t ttl;
    uint32_t n;
    /* dns_rrset_pack form; of an alias: zone id (8 bytes, network order; 0: elsewhere, external.h), target name. By id: a zone that is made again
     * under the old one's name may be somebody else's, and must not get this name's visitors. */
    uint8_t data[];
};

enum owner_flag {
    OWNER_TOUCHED = 1, /* in store->touched */
    OWNER_GONE = 2, /* taken out of its zone; freed when the change is through */
    OWNER_CUT = 4, /* has NS and is not the apex */
    OWNER_DNAME = 8, /* has a DNAME */
};

struct owner {
    struct map_node by_name;
    struct zone *zone;
    struct owner *parent, *child, *next, *prev;
    struct record_set *sets;
    struct dep *deps; /* what its answers were made of */
    struct image *image; /* what readers see; NULL: nothing */
    uint8_t flags;
    uint8_t labels;
    uint8_t len;
    uint8_t wire[]; /* lower case */
};

struct zone {
    struct map_node by_id, by_name;
    uint64_t id;
    uint64_t version;
    uint64_t compiled; /* store->changes with which any of its answers was last compiled */
    struct zone_view view;
    struct owner *apex; /* NULL: at rest; zone_open */
    struct packed *packed; /* NULL: too large, or not compiled yet */
    struct dep *deps; /* of the packed zone as a whole */
    size_t bytes; /* of data in its sets; of those at rest, when it was packed */
    uint32_t owners_n, sets_n;
    uint32_t work; /* 1 + its place in store->work; 0: no change looks at it */
    uint64_t reported; /* version told to the database, or about to be; the feed's */
    uint64_t swept; /* number of the sweep that saw it last; the feed's */
    uint8_t name_len;
    uint8_t name[]; /* wire, lower case */
};

/* A zone that the change at hand looks at. */
struct zone_work {
    struct zone *zone;
    bool touched; /* something of it is compiled again */
    bool packs; /* all of it is, into `packed` */
    bool gone; /* it is taken out */
    struct packed *packed, *before;
    size_t images; /* bytes of all images, each rounded up to 8 */
};

struct store {
    struct epochs epochs;
    struct table table;
    struct dns_hash_key key;
    struct map zones_by_id, zones_by_name, owners, deps;
    struct owner **touched; /* by the change at hand */
    size_t touched_n, touched_cap;
    struct zone_work *work;
    size_t work_n, work_cap;
    uint32_t packed_names_max; /* PACKED_NAMES_MAX; less in tests */
    struct compiler *compiler;
    struct externals *externals; /* external.h */
    size_t names_n, sets_n;
    bool additional; /* additional.h; to be set before the first change */
    uint64_t compiled; /* owners, ever: what changes cost */
    uint64_t changes; /* ever applied; tells the snapshot that there is news */
};

void store_init(struct store *st) FW_NONNULL_ALL;
/* Of an empty store: compiled zones from a snapshot depend on names by this key (deps.h). */
void store_rekey(struct store *st, const struct dns_hash_key *key) FW_NONNULL_ALL;
/* There must be no reader any more. */
void store_clear(struct store *st) FW_NONNULL_ALL;

/* ---- finding ------------------------------------------------------------------------------------- */

struct zone *store_zone(const struct store *st, uint64_t id) FW_NONNULL_ALL;
struct zone *store_zone_named(const struct store *st, const uint8_t *wire, size_t len) FW_NONNULL_ALL;
/* The deepest served zone that the name lies in; NULL where there is none. name in lower case. */
struct zone *store_zone_of(const struct store *st, const struct dns_name *name) FW_NONNULL_ALL;
/* Spreads the zone out if it is at rest, until store_rest. */
struct owner *store_owner(struct store *st, struct zone *z, const uint8_t *wire, size_t len) FW_NONNULL_ALL;
const struct record_set *owner_set(const struct owner *o, uint16_t type) FW_NONNULL_ALL;
static inline struct str owner_name(const struct owner *o)
{
    return str_n((const char *)o->wire, o->len);
}
void owner_dns_name(const struct owner *o, struct dns_name *name_r) FW_NONNULL_ALL;
bool owner_is_wildcard(const struct owner *o) FW_NONNULL_ALL;
/* All zone ids in order, in the arena. */
uint64_t *store_zone_ids(const struct store *st, struct arena *a, size_t *n_r) FW_NONNULL_ALL;
static inline struct str zone_name(const struct zone *z)
{
    return str_n((const char *)z->name, z->name_len);
}
void zone_dns_name(const struct zone *z, struct dns_name *name_r) FW_NONNULL_ALL;
/* Spreads the zone out: its tree of owners is there until store_rest. */
void zone_open(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* What was spread out to be looked at goes to rest. store_apply and store_remove end with it. */
void store_rest(struct store *st) FW_NONNULL_ALL;
/* The next owner of the open zone, the apex first (o NULL), parents before what is below them. */
struct owner *zone_owner_next(const struct zone *z, const struct owner *o);

/* A record_set's alias parts. */
uint64_t alias_zone_id(const struct record_set *s) FW_NONNULL_ALL;
/* In lower case. */
bool alias_target(const struct record_set *s, struct dns_name *name_r) FW_NONNULL_ALL;

/* ---- changing ------------------------------------------------------------------------------------ */

struct change_row {
    struct str owner; /* wire, lower case */
    uint16_t type;
    bool deleted;
    bool alias;
    uint32_t ttl;
    uint64_t alias_zone; /* 0: elsewhere */
    struct str data; /* packed RDATA; of an alias the target's wire name; lives until store_apply returns */
};

struct change {
    uint64_t zone_id;
    struct dns_name name; /* of the zone */
    uint64_t version;
    struct change_row *rows;
    size_t n;
    bool other_line; /* the rows are the whole zone, of a history that parted from what is served: goes in at the
                        version served, too */
};

/* Brings the zone to the version: rows replace what is there, others stay. The first change of a zone must hold it
 * whole. One that is already served at this version (but see other_line), or a later one, is left alone (OK). INVALID with the reason when
 * the result would be wrong to serve; EXISTS when another id serves the name. */
enum status store_apply(struct store *st, const struct change *c, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Compiles anew what looked at the thing with this hash (deps.h), and publishes it. Records stay as they are: no news for the
 * snapshot. */
void store_recompile(struct store *st, uint64_t hash) FW_NONNULL_ALL;
/* Takes a zone out. */
void store_remove(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* Compiles all of a zone again as it stands; its dependants are not touched. */
void store_compile(struct store *st, struct zone *z) FW_NONNULL_ALL;
/* Makes room at once for so many zones and names more, so that nothing need grow while they come. */
void store_reserve(struct store *st, size_t zones, size_t names) FW_NONNULL_ALL;

#endif
