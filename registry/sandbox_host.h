/* Host objects (RFC 5732): rows and lookups that domains need too. */
#ifndef FW_REGISTRY_SANDBOX_HOST_H
#define FW_REGISTRY_SANDBOX_HOST_H

#include "registry/sandbox_call.h"

#define SB_ADDRS_MAX 13

struct sandbox_host {
    int64_t id;
    struct str name, sponsor, creator, updater;
    int64_t superordinate_id; /* 0: an external host */
    time_us created, updated, transferred;
    unsigned statuses;
};

enum sandbox_lock { SB_READ, SB_SHARE, SB_LOCK };

/* NOT_FOUND where there is none. SB_SHARE keeps it from going away while it is being linked. */
enum status sandbox_host_find(struct db *db, struct arena *a, struct str name, enum sandbox_lock lock,
    struct sandbox_host *h_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_insert(struct db *db, struct sandbox_host *h, struct error *e) FW_MUST_CHECK;
/* name, superordinate, statuses, updater, updated, sponsor, transferred. EXISTS when the new name is taken. */
enum status sandbox_host_store(struct db *db, const struct sandbox_host *h, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_remove(struct db *db, int64_t id, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_addrs(
    struct db *db, struct arena *a, int64_t id, struct epp_addrs *addrs_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_addr_add(struct db *db, int64_t id, struct epp_addr addr, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_addr_drop(struct db *db, int64_t id, struct epp_addr addr, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_addrs_clear(struct db *db, int64_t id, struct error *e) FW_MUST_CHECK;
/* How many domains have it as a name server; of other sponsors than `sponsor` in *others_r. */
enum status sandbox_host_links(struct db *db, struct arena *a, int64_t id, struct str sponsor, int64_t *all_r,
    int64_t *others_r, struct error *e) FW_MUST_CHECK;
/* All hosts below the domain go to the new sponsor with it. */
enum status sandbox_hosts_move(
    struct db *db, int64_t domain_id, struct str sponsor, time_us now, struct error *e) FW_MUST_CHECK;

/* An address of a command in its one canonical spelling, so that the same address is the same row: 2005 where it is
 * none, 2306 where no host can have it. */
enum status sandbox_addr_read(
    struct sandbox_call *c, const struct epp_addr *in, struct epp_addr *out, struct error *e) FW_MUST_CHECK;

enum status sandbox_host_check(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_info(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_create(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_update(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_host_delete(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

#endif
