/* What the name server's inner path costs, without sockets: zones of 10 RRsets are put in, saved, loaded again, and asked.
 *   make lib-nameserver && gcc -std=c11 -D_GNU_SOURCE -I. -include base/banned.h -O2 -g tests/bench/bench_ns.c \
 *     out/dev/lib/lib{nameserver,dns,base}.a $(pkg-config --libs libmariadb libxml-2.0 openssl libmicrohttpd jansson libidn2 \
 *     libsodium) -lunistring -lm -lpthread -o /tmp/bench_ns && /tmp/bench_ns 100000
 * Instructions per query: tests/bench/instructions. With DISOWN=1 the snapshot is as if another build had written it. */
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "dns/master.h"
#include "nameserver/query.h"
#include "nameserver/snapshot_format.h"

#define BATCH 32

static struct store st;

static double seconds(void)
{
    return (double)clock_monotonic_ns() / 1e9;
}

/* Of this process so far, user and system. */
static double cpu_seconds(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double resident_mb(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    if (f == NULL || fscanf(f, "%*d %ld", &pages) != 1)
        pages = 0;
    if (f != NULL)
        (void)fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static const char lines[] =
    "$TTL 300\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns-1.fourways-dns.test.\n@ NS ns-2.fourways-dns.example.\n"
    "@ A 192.0.2.1\n@ MX 10 mail\nwww A 192.0.2.1\nwww AAAA 2001:db8::1\nmail A 192.0.2.2\n"
    "c CNAME www\n@ TXT \"v=spf1 -all\"\n*.w A 192.0.2.3\n";

static void zone_put(struct arena *a, uint64_t id)
{
    struct dns_name origin = dns_name_of(arena_printf(a, "zone%llu.test", (unsigned long long)id));
    struct dns_master_options o = {.origin = &origin, .default_ttl = 300};
    struct change c = {.zone_id = id, .name = origin, .version = 1};
    struct dns_rrset *sets;
    struct error e;
    size_t n;

    INVARIANT(dns_master_read(a, str_of(lines), &o, &sets, &n, &e) == OK);
    c.rows = ARENA_ARRAY(a, n, struct change_row);
    for (size_t i = 0; i < n; i++) {
        struct buf b;

        buf_in(&b, a, DNS_PACKED_MAX);
        dns_rrset_pack(&b, &sets[i]);
        c.rows[c.n++] = (struct change_row){
            .owner = dns_name_wire(&sets[i].owner), .type = sets[i].type, .ttl = sets[i].ttl, .data = buf_view(&b)};
    }
    INVARIANT(store_apply(&st, &c, &e) == OK);
    (void)epoch_reclaim(&st.epochs);
}

static size_t question(uint8_t *p, unsigned long long zone, unsigned kind)
{
    static const struct {
        const char *prefix;
        uint16_t type;
    } mix[20] = {{"www.", 1}, {"", 1}, {"www.", 1}, {"mail.", 1}, {"www.", 1}, {"", 1}, {"www.", 1}, {"www.", 28},
        {"www.", 28}, {"www.", 28}, {"c.", 1}, {"c.", 1}, {"c.", 28}, {"", 15}, {"", 16}, {"", 15}, {"x.w.", 1},
        {"y.w.", 1}, {"no.", 1}, {"nope.", 1}};
    char text[100];
    struct dns_name name;
    size_t n = 12;

    (void)snprintf(text, sizeof(text), "%szone%llu.test", mix[kind % 20].prefix, zone);
    name = dns_name_of(text);
    memset(p, 0, 64);
    p[5] = p[11] = 1;
    memcpy(p + n, name.wire, name.len);
    n += name.len;
    write_u16(p + n, mix[kind % 20].type);
    write_u16(p + n + 2, 1);
    memcpy(p + n + 4, "\0\0\x29\4\xd0\0\0\0\0\0\0", 11);
    return n + 15;
}

static void ask_all(unsigned long long zones, unsigned long queries)
{
    static struct query q[BATCH];
    static uint8_t out[BATCH][QUERY_UDP_MAX];
    static uint8_t in[4096][128];
    static size_t in_n[4096];
    struct query_view v;
    double from;

    for (unsigned i = 0; i < 4096; i++)
        in_n[i] = question(in[i], 1 + crypto_random_below(zones), i);
    query_view_init(&v, &st, NULL);
    from = seconds();
    for (unsigned long done = 0; done < queries; done += BATCH) {
        query_view_take(&v);
        for (unsigned k = 0; k < BATCH; k++) {
            q[k].in = in[(done + k) % 4096];
            q[k].in_n = in_n[(done + k) % 4096];
            q[k].out = out[k];
            query_prepare(&v, &q[k]);
        }
        for (unsigned k = 0; k < BATCH; k++)
            table_prefetch_image(v.slots, q[k].hash);
        for (unsigned k = 0; k < BATCH; k++)
            query_answer(&v, &q[k]);
        query_view_give(&v);
    }
    printf("%lu queries: %.0f ns each; NOERROR %llu NXDOMAIN %llu\n", queries,
        (seconds() - from) * 1e9 / (double)queries, (unsigned long long)v.counts.rcode[0],
        (unsigned long long)v.counts.rcode[3]);
    query_view_clear(&v);
}

/* Puts the zones in one after another and writes the snapshot: in a process of its own, so that the load is measured in
 * one whose memory is fresh. */
static void write_and_exit(uint64_t zones, const char *path)
{
    double from = seconds(), before = resident_mb();
    struct arena a;
    struct error e;

    arena_init(&a, 0);
    for (uint64_t id = 1; id <= zones; id++) {
        zone_put(&a, id);
        arena_reset(&a);
    }
    arena_clear(&a);
    (void)malloc_trim(0);
    printf("%llu zones put in: %.2f s, %.0f bytes a zone\n", (unsigned long long)zones, seconds() - from,
        (resident_mb() - before) * 1e6 / (double)zones);
    from = seconds();
    INVARIANT(snapshot_write(&st, path, 0, &e) == OK);
    printf("snapshot written: %.2f s\n", seconds() - from);
    (void)fflush(stdout);
    _exit(0);
}

/* Makes the snapshot one of another build: all of its zones are compiled from their records. */
static void disown(const char *path)
{
    static uint8_t block[SNAPSHOT_BLOCK];
    uint8_t b[8];
    int fd = open(path, O_RDWR | O_CLOEXEC);
    ssize_t n;
    uint64_t bytes;

    INVARIANT(fd >= 0 && pread(fd, b, sizeof(b), 16) == sizeof(b));
    bytes = read_u64(b);
    n = pread(fd, block, bytes < sizeof(block) ? bytes : sizeof(block), SNAPSHOT_HEADER);
    INVARIANT(n > 8);
    block[0] ^= 1;
    write_u64(b, snapshot_sum(0, block, (size_t)n));
    INVARIANT(pwrite(fd, block, (size_t)n, SNAPSHOT_HEADER) == n);
    INVARIANT(pwrite(fd, b, sizeof(b), (off_t)(SNAPSHOT_HEADER + bytes)) == sizeof(b));
    close(fd);
}

static void load(const char *path)
{
    double from = seconds(), cpu = cpu_seconds(), before = resident_mb();
    struct snapshot_read r;
    struct error e;

    INVARIANT(snapshot_load_file(&st, path, &r, &e) == OK);
    printf("snapshot loaded: %.3f s, %.3f CPU-s, %zu zones, %zu compiled again, %.0f bytes a zone\n", seconds() - from,
        cpu_seconds() - cpu, r.zones, r.compiled, (resident_mb() - before) * 1e6 / (double)r.zones);
}

int main(int argc, char **argv)
{
    uint64_t zones = 100000, queries = 5000000;
    char path[] = "/tmp/bench_ns.XXXXXX";
    int status = 0, fd = mkstemp(path);
    pid_t child;

    INVARIANT(fd >= 0);
    close(fd);
    if (argc > 1)
        INVARIANT(str_to_u64(str_of(argv[1]), 10000000, &zones));
    if (argc > 2)
        INVARIANT(str_to_u64(str_of(argv[2]), UINT32_MAX, &queries));
    crypto_init();
    log_init(NULL, LOG_ERROR);
    store_init(&st);
    child = fork();
    INVARIANT(child >= 0);
    if (child == 0)
        write_and_exit(zones, path);
    INVARIANT(waitpid(child, &status, 0) == child && status == 0);
    if (getenv("DISOWN") != NULL)
        disown(path);
    load(path);
    ask_all(zones, queries);
    (void)unlink(path);
    store_clear(&st);
    return 0;
}
