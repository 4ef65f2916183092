/* snapshot MANIFEST FILE: master files in, the snapshot out that a name server starts from; the product's own reading,
 * checking and writing, without a database in between.
 *
 * MANIFEST has a line for each zone: its name, a tab, the path of its master file. */
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "dns/master.h"
#include "nameserver/snapshot.h"

#define MANIFEST_MAX ((size_t)16 << 20)

static struct change_row row_of(struct arena *a, const struct dns_rrset *set)
{
    struct dns_name owner = set->owner;
    struct buf packed;

    dns_name_lower(&owner);
    buf_in(&packed, a, DNS_PACKED_MAX);
    dns_rrset_pack(&packed, set);
    return (struct change_row){
        .owner = str_dup(a, dns_name_wire(&owner)), .type = set->type, .ttl = set->ttl, .data = buf_view(&packed)};
}

static enum status zone_load(
    struct store *st, struct arena *a, uint64_t id, struct str name, struct str path, struct error *e)
{
    struct change c = {.zone_id = id, .version = 1};
    struct dns_master_options options = {.origin = &c.name};
    struct dns_rrset *sets;
    struct str text;

    TRY(dns_name_parse(name, NULL, &c.name, e));
    TRY(file_read(a, str_dupz(a, path), DNS_MASTER_BYTES_MAX, &text, e));
    TRY(dns_master_read(a, text, &options, &sets, &c.n, e));
    c.rows = ARENA_ARRAY(a, c.n, struct change_row);
    for (size_t i = 0; i < c.n; i++)
        c.rows[i] = row_of(a, &sets[i]);
    dns_name_lower(&c.name);
    return store_apply(st, &c, e);
}

static enum status zones_load(struct store *st, struct str manifest, struct error *e)
{
    struct str line, name;
    uint64_t id = 0;

    while (str_take(&manifest, '\n', &line)) {
        struct arena a;
        enum status s = OK;

        arena_init(&a, 0);
        if (str_take(&line, '\t', &name) && !str_empty(name)) {
            s = zone_load(st, &a, ++id, name, line, e);
            if (s != OK)
                (void)error_prefix(e, "%.*s", STR_ARG(name));
        }
        arena_clear(&a);
        if (s != OK)
            return s;
    }
    return OK;
}

int main(int argc, char **argv)
{
    static struct store st;
    struct arena a;
    struct str manifest;
    struct error e;
    enum status s;

    if (argc != 3) {
        fprintf(stderr, "usage: snapshot MANIFEST FILE\n");
        return 2;
    }
    crypto_init();
    log_init(NULL, LOG_ERROR);
    arena_init(&a, 0);
    store_init(&st);
    s = file_read(&a, argv[1], MANIFEST_MAX, &manifest, &e);
    if (s == OK)
        s = zones_load(&st, manifest, &e);
    if (s == OK)
        s = snapshot_write(&st, argv[2], clock_now(), &e);
    if (s != OK)
        fprintf(stderr, "snapshot: %s\n", e.text);
    store_clear(&st);
    arena_clear(&a);
    return s == OK ? 0 : 1;
}
