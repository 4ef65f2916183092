#include "nameserver/name_hash.h"

const uint8_t name_hash_masks[2 * NAME_HASH_BLOCK] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/* The numbers of the keys, hashed with the given one: as good as random to whoever does not know it. */
static uint64_t key_number(const struct dns_hash_key *key, unsigned i)
{
    const uint8_t digits[3] = {i & 15, i >> 4 & 15, i >> 8 & 15}; /* no letters, which would be lowered */

    return dns_name_hash(key, digits, sizeof(digits));
}

void name_keys_init(struct name_keys *k_r, const struct dns_hash_key *key)
{
    unsigned n = 0;

    for (size_t i = 0; i < ARRAY_LEN(k_r->block); i++)
        k_r->block[i] = key_number(key, n++);
    for (size_t i = 0; i < ARRAY_LEN(k_r->end); i++)
        k_r->end[i] = key_number(key, n++);
}

uint64_t name_hash_of(const struct name_keys *k, const uint8_t *wire, size_t len)
{
    uint8_t name[DNS_NAME_MAX + NAME_HASH_SLACK];

    INVARIANT(len >= 1 && len <= DNS_NAME_MAX);
    memcpy(name, wire, len);
    memset(name + len, 0, NAME_HASH_SLACK);
    return name_hash_padded(k, name, len);
}
