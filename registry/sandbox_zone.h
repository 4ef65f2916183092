/* A zone of the registry in the making: RRsets gathered in the order of owners, then written as a master file. */
#ifndef FW_REGISTRY_SANDBOX_ZONE_H
#define FW_REGISTRY_SANDBOX_ZONE_H

#include "dns/rrset.h"
#include "registry/sandbox_call.h"

#define SB_ZONE_SERVERS_MAX 13
#define SB_ZONE_ADDRS_MAX 8

/* One configured name server of the TLDs: "a.nic 127.0.0.1 ::1". */
struct sandbox_zone_server {
    struct str labels;
    struct str addrs[SB_ZONE_ADDRS_MAX];
    size_t addrs_n;
};

struct sandbox_zone {
    struct arena *arena;
    struct dns_name origin;
    uint32_t ttl;
    struct dns_rrset *sets;
    size_t n, cap;
};

/* INVALID where the item is not of that form. */
enum status sandbox_zone_server_read(
    struct arena *a, struct str item, struct sandbox_zone_server *s_r, struct error *e) FW_MUST_CHECK;
void sandbox_zone_init(struct sandbox_zone *z, struct arena *a, struct str origin, uint32_t ttl);
/* One record; a new RRset unless the last one has this owner and type. */
enum status sandbox_zone_add(
    struct sandbox_zone *z, struct str owner, uint16_t type, struct str rdata_text, struct error *e) FW_MUST_CHECK;
/* A or AAAA, by the look of the address. */
enum status sandbox_zone_add_addr(
    struct sandbox_zone *z, struct str owner, struct str addr, struct error *e) FW_MUST_CHECK;
/* NS and addresses of the servers, their names below `below`; at the owner given (the apex, or a cut). */
enum status sandbox_zone_add_servers(struct sandbox_zone *z, struct str owner, struct str below,
    const struct sandbox_zone_server *servers, size_t n, struct error *e) FW_MUST_CHECK;
/* SHA-256 of all records so far. Sorts them. */
void sandbox_zone_hash(struct sandbox_zone *z, uint8_t out[32]);
/* Adds the SOA and writes the file. */
enum status sandbox_zone_write(
    struct sandbox_zone *z, struct str mname, uint32_t serial, const char *path, struct error *e) FW_MUST_CHECK;

#endif
