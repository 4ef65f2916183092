/* SOA fields, and serial numbers (RFC 1982). */
#ifndef FW_DNS_SOA_H
#define FW_DNS_SOA_H

#include "dns/name.h"

struct dns_soa {
    struct dns_name mname, rname;
    uint32_t serial, refresh, retry, expire, minimum;
};

/* false where rdata is no SOA. */
bool dns_soa_read(struct str rdata, struct dns_soa *soa_r) FW_NONNULL_ALL;
struct str dns_soa_build(struct arena *a, const struct dns_soa *soa) FW_NONNULL_ALL;
/* Writes only the serial into SOA RDATA, in place at rdata.n - 20. */
void dns_soa_set_serial(void *rdata, size_t n, uint32_t serial) FW_NONNULL_ALL;

/* RFC 1982 §3.2: a is newer than b. False both ways at a distance of exactly 2^31. */
bool dns_serial_newer(uint32_t a, uint32_t b);
/* The serial to publish next: wanted if it is newer than old, else old + 1; never 0. */
uint32_t dns_serial_next(uint32_t old, uint32_t wanted);

#endif
