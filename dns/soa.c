#include "dns/soa.h"

#define NUMBERS 20 /* serial, refresh, retry, expire, minimum */

bool dns_soa_read(struct str rdata, struct dns_soa *soa_r)
{
    size_t at, used;
    const char *p;

    if ((at = dns_name_from_wire(rdata.p, rdata.n, &soa_r->mname)) == 0 ||
        (used = dns_name_from_wire(rdata.p + at, rdata.n - at, &soa_r->rname)) == 0 || rdata.n - at - used != NUMBERS)
        return false;
    p = rdata.p + at + used;
    soa_r->serial = read_u32(p);
    soa_r->refresh = read_u32(p + 4);
    soa_r->retry = read_u32(p + 8);
    soa_r->expire = read_u32(p + 12);
    soa_r->minimum = read_u32(p + 16);
    return true;
}

struct str dns_soa_build(struct arena *a, const struct dns_soa *soa)
{
    struct buf b;

    buf_in(&b, a, 2 * DNS_NAME_MAX + NUMBERS);
    buf_str(&b, dns_name_wire(&soa->mname));
    buf_str(&b, dns_name_wire(&soa->rname));
    buf_u32(&b, soa->serial);
    buf_u32(&b, soa->refresh);
    buf_u32(&b, soa->retry);
    buf_u32(&b, soa->expire);
    buf_u32(&b, soa->minimum);
    return buf_view(&b);
}

void dns_soa_set_serial(void *rdata, size_t n, uint32_t serial)
{
    INVARIANT(n >= NUMBERS + 2);
    write_u32((char *)rdata + n - NUMBERS, serial);
}

bool dns_serial_newer(uint32_t a, uint32_t b)
{
    uint32_t ahead = a - b;

    return ahead != 0 && ahead < UINT32_C(0x80000000);
}

uint32_t dns_serial_next(uint32_t old, uint32_t wanted)
{
    uint32_t next = dns_serial_newer(wanted, old) ? wanted : old + 1;

    return next != 0 ? next : 1;
}
