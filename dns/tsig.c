#include "dns/tsig.h"

#define BEHIND_OWNER 10 /* type, class, TTL, length */
#define FIXED 16 /* of the RDATA: time, fudge, and behind the MAC: original id, error, other length; MAC length */

/* RDATA behind the algorithm's name. */
static bool rdata_read(struct str r, struct dns_tsig *t_r)
{
    size_t mac_n, other_n;

    if (r.n < FIXED)
        return false;
    t_r->time_s = (uint64_t)read_u16(r.p) << 32 | read_u32(r.p + 2);
    t_r->fudge_s = read_u16(r.p + 6);
    mac_n = read_u16(r.p + 8);
    if (mac_n > r.n - FIXED)
        return false;
    t_r->mac = str_n(r.p + 10, mac_n);
    t_r->original_id = read_u16(r.p + 10 + mac_n);
    t_r->error = read_u16(r.p + 12 + mac_n);
    other_n = read_u16(r.p + 14 + mac_n);
    t_r->other = str_n(r.p + FIXED + mac_n, other_n);
    return other_n == r.n - FIXED - mac_n;
}

bool dns_tsig_read(struct str msg, size_t at, struct dns_tsig *t_r)
{
    struct error e;
    size_t n;

    if (dns_name_from_message(msg, &at, &t_r->key, &e) != OK || msg.n - at < BEHIND_OWNER)
        return false;
    if (read_u16(msg.p + at) != DNS_TSIG || read_u16(msg.p + at + 2) != DNS_CLASS_ANY || read_u32(msg.p + at + 4) != 0)
        return false;
    if (read_u16(msg.p + at + 8) != msg.n - at - BEHIND_OWNER)
        return false;
    at += BEHIND_OWNER;
    n = dns_name_from_wire(msg.p + at, msg.n - at, &t_r->algorithm);
    return n != 0 && rdata_read(str_n(msg.p + at + n, msg.n - at - n), t_r);
}

size_t dns_tsig_write_error(const struct dns_tsig *request, uint16_t error, void *out, size_t max)
{
    size_t rdata = (size_t)request->algorithm.len + FIXED, all = (size_t)request->key.len + BEHIND_OWNER + rdata;
    uint8_t *p = out;

    if (all > max)
        return 0;
    memcpy(p, request->key.wire, request->key.len);
    p += request->key.len;
    write_u16(p, DNS_TSIG);
    write_u16(p + 2, DNS_CLASS_ANY);
    write_u32(p + 4, 0);
    write_u16(p + 8, (uint16_t)rdata);
    p += BEHIND_OWNER;
    memcpy(p, request->algorithm.wire, request->algorithm.len);
    p += request->algorithm.len;
    write_u16(p, (uint16_t)(request->time_s >> 32));
    write_u32(p + 2, (uint32_t)request->time_s);
    write_u16(p + 6, request->fudge_s);
    write_u16(p + 8, 0);
    write_u16(p + 10, request->original_id);
    write_u16(p + 12, error);
    write_u16(p + 14, 0);
    return all;
}
