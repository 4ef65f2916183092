#include "registrar/cli.h"

#include "zones/change.h"
#include "zones/export.h"
#include "zones/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

CMD(zone_list)
{
    struct error e;
    struct zone_list list;
    int64_t limit = 0;
    if (cli_option_int(c, "limit", 1, ZONE_LIST_MAX, ZONE_LIST_MAX, &limit, &e) != OK ||
        zone_list(c->db, c->arena, c->acc.id, cli_option(c, "after"), (size_t)limit, &list, &e) != OK)
        return cli_fail(c, &e);
    for (size_t i = 0; i < list.n; i++)
        printf("%-48.*s version %-6lld serial %-6u %lld record sets\n", STR_ARG(list.items[i].name),
            (long long)list.items[i].version, list.items[i].serial, (long long)list.items[i].rrsets);
    if (list.more)
        printf("… and more: --after %.*s\n", STR_ARG(list.items[list.n - 1].name));
    return 0;
}

static void show_set(struct cli *c, const struct zone *z, const struct record_set *s)
{
    struct str owner = record_owner_relative(c->arena, z->name, s->name);
    if (!str_is_null(s->alias)) {
        printf("  %-24.*s %-8s %-6.*s alias of %.*s%s\n", STR_ARG(owner), "", STR_ARG(s->type), STR_ARG(s->alias),
            s->alias_external ? " (elsewhere)" : "");
        return;
    }
    for (size_t i = 0; i < s->values_n; i++)
        printf("  %-24.*s %-8lld %-6.*s %.*s\n", STR_ARG(owner), (long long)s->ttl, STR_ARG(s->type),
            STR_ARG(s->values[i]));
}

static enum status show(struct cli *c, struct error *e)
{
    struct zone z;
    struct zone_sync sync;
    struct record_list list = {0};
    struct record_cursor at = {0};
    struct arena *a = c->arena;
    TRY(zone_find(c->db, a, c->args[0], c->acc.id, &z, e));
    TRY(zone_insync(c->db, a, z.id, 0, &sync, e));
    printf("zone %.*s, version %lld, serial %u, %s\n", STR_ARG(z.name), (long long)z.version, z.serial,
        sync.insync ? "in sync" : "not in sync yet");
    for (size_t i = 0; i < sync.n; i++)
        printf("  %-32.*s %-12.*s serves version %lld at %.*s\n", STR_ARG(sync.servers[i].host),
            STR_ARG(sync.servers[i].name), (long long)sync.servers[i].version, STR_ARG(sync.servers[i].dns_addrs));
    do {
        TRY(record_list(c->db, a, z.id, c->acc.id, &at, RECORD_LIST_MAX, &list, e));
        for (size_t i = 0; i < list.n; i++)
            show_set(c, &z, &list.items[i]);
        if (list.n > 0)
            at = (struct record_cursor){.name = list.items[list.n - 1].name, .type = list.items[list.n - 1].type};
    } while (list.more);
    return OK;
}

CMD(zone_show)
{
    struct error e;
    return show(c, &e) == OK ? 0 : cli_fail(c, &e);
}

static enum status export_lines(void *ctx, struct str lines, struct error *e)
{
    if (fwrite(lines.p, 1, lines.n, ctx) == lines.n)
        return OK;
    return error_set(e, UNAVAILABLE, "write", "cannot write the export: %s", strerror(errno));
}

static enum status export_to(struct cli *c, FILE *out, struct error *e)
{
    struct zone z;
    enum export_alias how = cli_flag(c, "flatten") ? EXPORT_ALIAS_FLATTEN : EXPORT_ALIAS_COMMENT;
    TRY(zone_find(c->db, c->arena, c->args[0], c->acc.id, &z, e));
    TRY(zone_export_to(c->db, c->arena, z.id, c->acc.id, how, export_lines, out, e));
    return fflush(out) == 0 ? OK : error_set(e, UNAVAILABLE, "write", "cannot write the export: %s", strerror(errno));
}

/* A new file beside the one wanted: never one that is there, and in no other's place than that of a file. */
static enum status export_open(const char *path, const char *fresh, FILE **out_r, struct error *e)
{
    struct stat st;
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return error_set(e, INVALID, "file-kind", "%s is there and is not a regular file", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return error_set(e, INVALID, "file-open", "cannot write %s: %s", fresh, strerror(errno));
    *out_r = fdopen(fd, "w");
    INVARIANT(*out_r != NULL);
    return OK;
}

/* The file is there whole, or as it was before. */
static enum status export_file(struct cli *c, struct error *e)
{
    const char *path = str_dupz(c->arena, c->args[1]);
    const char *fresh = arena_printf(c->arena, "%s.%ld.new", path, (long)getpid());
    FILE *out = NULL;
    TRY(export_open(path, fresh, &out, e));
    enum status s = export_to(c, out, e);
    if (s == OK && fsync(fileno(out)) != 0)
        s = error_set(e, UNAVAILABLE, "write", "cannot write %s: %s", fresh, strerror(errno));
    if (fclose(out) != 0 && s == OK)
        s = error_set(e, UNAVAILABLE, "write", "cannot write %s: %s", fresh, strerror(errno));
    if (s == OK && rename(fresh, path) != 0)
        s = error_set(e, UNAVAILABLE, "write", "cannot rename %s: %s", fresh, strerror(errno));
    if (s != OK)
        (void)unlink(fresh);
    return s;
}

CMD(zone_export)
{
    struct error e;
    enum status s = c->args_n == 2 ? export_file(c, &e) : export_to(c, stdout, &e);
    return s == OK ? 0 : cli_fail(c, &e);
}

/* Commits, then waits until all four servers answer with it. */
static enum status commit(struct cli *c, const struct zone *z, struct zone_change *change, struct error *e)
{
    struct zone_change_done done;
    struct change_info info;
    TRY(zone_change_commit(change, c->db, clock_now(), &done, e));
    printf("change %lld: %.*s is at version %lld, serial %u\n", (long long)done.id, STR_ARG(z->name),
        (long long)done.version, done.serial);
    if (cli_flag(c, "no-wait"))
        return OK;
    for (int i = 0; i < 500; i++) {
        TRY(change_status(c->db, c->arena, done.id, c->acc.id, &info, e));
        if (info.insync) {
            printf("all four name servers answer with it\n");
            return OK;
        }
        poll(NULL, 0, 20); /* the name servers report in a table */
    }
    printf("not all name servers have it yet; see: fourways zone show %.*s\n", STR_ARG(z->name));
    return OK;
}

static enum status edit(struct cli *c,
    enum status (*fill)(struct cli *c, const struct zone *z, struct zone_change *change, struct error *e),
    struct error *e)
{
    struct zone z;
    TRY(zone_find(c->db, c->arena, c->args[0], c->acc.id, &z, e));
    struct zone_change *change = zone_change_begin(c->arena, &z, c->acc.id);
    TRY(fill(c, &z, change, e));
    return commit(c, &z, change, e);
}

static enum status fill_set(struct cli *c, const struct zone *z, struct zone_change *change, struct error *e)
{
    struct record_set set = {
        .name = record_owner_complete(c->arena, z->name, c->args[1]),
        .type = c->args[2],
        .values = c->args + 4,
        .values_n = c->args_n - 4,
    };
    if (!str_to_i64(c->args[3], 0, INT32_MAX, &set.ttl))
        return error_set(
            e, INVALID, "record-ttl", "'%.*s' is not a TTL: seconds, 0 to %d", STR_ARG(c->args[3]), INT32_MAX);
    return zone_change_set(change, &set, e);
}

static enum status fill_alias(struct cli *c, const struct zone *z, struct zone_change *change, struct error *e)
{
    struct record_set set = {
        .name = record_owner_complete(c->arena, z->name, c->args[1]),
        .type = c->args[2],
        .alias = record_target_complete(c->arena, z->name, c->args[3]),
        .alias_external = cli_flag(c, "elsewhere"),
    };
    return zone_change_set(change, &set, e);
}

static enum status fill_delete(struct cli *c, const struct zone *z, struct zone_change *change, struct error *e)
{
    struct str owner = record_owner_complete(c->arena, z->name, c->args[1]);
    return zone_change_delete_any(change, owner, c->args[2], false, e);
}

CMD(record_set)
{
    struct error e;
    return edit(c, fill_set, &e) == OK ? 0 : cli_fail(c, &e);
}

CMD(record_alias)
{
    struct error e;
    return edit(c, fill_alias, &e) == OK ? 0 : cli_fail(c, &e);
}

CMD(record_delete)
{
    struct error e;
    return edit(c, fill_delete, &e) == OK ? 0 : cli_fail(c, &e);
}

CMD(record_types)
{
    const struct dns_type *t;

    (void)c;
    for (size_t i = 0; (t = dns_type_at(i)) != NULL; i++)
        if ((t->flags & DNS_TYPE_DATA) != 0)
            printf("%-11s %s\n%-11s   %s\n", t->name, t->help, "", t->example);
    printf("TYPEnnn     any other type by its number (RFC 3597)\n              \\# 2 ABCD\n");
    return 0;
}
