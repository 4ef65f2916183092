/* Writes the zones of the bench for all servers:  dns-zones COUNT DIR
 *
 *   DIR/zones/zoneN.test.zone   master files, for Knot and NSD
 *   DIR/zone.tsv       rows of `zone`, DIR/rrset.tsv rows of `rrset` (binary columns in hexadecimal), for LOAD DATA */
#include <errno.h>

#include "base/crypto.h"
#include "base/log.h"
#include "dns/master.h"
#include "tests/bench/dns/mix.h"

static FILE *file_new(struct arena *a, const char *dir, const char *name)
{
    FILE *f = fopen(arena_printf(a, "%s/%s", dir, name), "w");

    if (f == NULL) {
        (void)fprintf(stderr, "dns-zones: %s/%s: %s\n", dir, name, strerror(errno));
        exit(1);
    }
    return f;
}

static void put_hex(FILE *f, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        (void)fprintf(f, "%02x", (unsigned char)s.p[i]);
}

static void put_set(FILE *f, struct arena *a, uint64_t id, const struct dns_rrset *set)
{
    struct buf packed;

    buf_in(&packed, a, DNS_PACKED_MAX);
    dns_rrset_pack(&packed, set);
    (void)fprintf(f, "%llu\t", (unsigned long long)id);
    put_hex(f, dns_name_wire(&set->owner));
    (void)fprintf(f, "\t%u\t%u\t", set->type, set->ttl);
    put_hex(f, buf_view(&packed));
    (void)fputc('\n', f);
}

static void zone_put(struct arena *a, const char *dir, FILE *zones, FILE *sets, uint64_t id)
{
    struct str text = str_of(arena_printf(a, "zone%llu.test", (unsigned long long)id));
    struct dns_name origin;
    struct dns_master_options o = {.origin = &origin, .default_ttl = 300};
    struct dns_rrset *all;
    struct error e;
    size_t n;
    FILE *f = file_new(a, dir, arena_printf(a, "zones/zone%llu.test.zone", (unsigned long long)id));

    (void)fprintf(f, "$ORIGIN %s.\n%s", text.p, mix_zone);
    (void)fclose(f);
    INVARIANT(dns_name_parse(text, NULL, &origin, &e) == OK);
    if (dns_master_read(a, str_of(mix_zone), &o, &all, &n, &e) != OK) {
        (void)fprintf(stderr, "dns-zones: %s\n", e.text);
        exit(1);
    }
    (void)fprintf(zones, "%llu\t%s\t", (unsigned long long)id, text.p);
    put_hex(zones, dns_name_wire(&origin));
    (void)fprintf(zones, "\t%zu\n", n);
    for (size_t i = 0; i < n; i++)
        put_set(sets, a, id, &all[i]);
}

int main(int argc, char **argv)
{
    uint64_t count = 0;
    struct arena a;
    FILE *zones, *sets;

    if (argc != 3 || !str_to_u64(str_of(argv[1]), 10000000, &count)) {
        (void)fprintf(stderr, "usage: %s COUNT DIR\n", argv[0]);
        return 2;
    }
    crypto_init();
    log_init(NULL, LOG_ERROR);
    arena_init(&a, 0);
    zones = file_new(&a, argv[2], "zone.tsv");
    sets = file_new(&a, argv[2], "rrset.tsv");
    for (uint64_t id = 1; id <= count; id++) {
        zone_put(&a, argv[2], zones, sets, id);
        arena_reset(&a);
    }
    arena_clear(&a);
    return fclose(zones) | fclose(sets);
}
