/* How long from a commit in MariaDB to the answer:  dns-latency SOCKET NOTIFY ADDR:PORT ZONES CHANGES KIND
 *
 * Each change is what zones/ writes: one RRset, the SOA, the zone's version and time, in one transaction; then the wake-up.
 * From the commit's return on, the name is asked every 100 µs until the new address comes. KIND:
 *   change   the address of www in one of the zones ZONES (a..b), drawn anew each time
 *   new      a name that has just been answered NXDOMAIN
 * Prints median, 99th percentile and maximum in milliseconds. */
#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/db.h"
#include "base/log.h"
#include "base/net.h"
#include "dns/message.h"
#include "dns/name.h"

#define PAUSE_NS 100000
#define GIVE_UP_NS UINT64_C(5000000000)

DB_QUERY(q_set,
    "INSERT INTO rrset (zone_id, owner, type, ttl, rdata, version, sort_key) SELECT id, ?, 1, 300, ?, version + 1,"
    " ? FROM zone WHERE id = ? ON DUPLICATE KEY UPDATE rdata = VALUES(rdata), version = VALUES(version)");
DB_QUERY(q_soa, "UPDATE rrset JOIN zone ON zone.id = rrset.zone_id SET rrset.version = zone.version + 1"
                " WHERE zone_id = ? AND owner = ? AND type = 6");
DB_QUERY(q_zone, "UPDATE zone SET version = version + 1, serial = serial + 1, changed = ? WHERE id = ?");

struct bench {
    struct db *db;
    struct net_addr notify;
    int fd;
    bool new_names;
};

static FW_NORETURN void die(const char *what)
{
    (void)fprintf(stderr, "dns-latency: %s\n", what);
    exit(1);
}

static void check(enum status s, const struct error *e)
{
    if (s != OK)
        die(e->text);
}

static size_t question(uint8_t *p, uint16_t id, const struct dns_name *name)
{
    memset(p, 0, 12);
    write_u16(p, id);
    p[5] = 1;
    memcpy(p + 12, name->wire, name->len);
    write_u16(p + 12 + name->len, DNS_A);
    write_u16(p + 14 + name->len, DNS_IN);
    return 16u + name->len;
}

/* The last four bytes of the answer's address, 0 for NXDOMAIN; false while nothing comes. */
static bool ask(struct bench *b, const struct dns_name *name, uint32_t *addr_r)
{
    uint8_t q[300], r[1500];
    ssize_t n = (ssize_t)question(q, 1, name);
    struct pollfd p = {.fd = b->fd, .events = POLLIN};

    if (send(b->fd, q, (size_t)n, 0) != n || poll(&p, 1, 100) <= 0)
        return false;
    n = recv(b->fd, r, sizeof(r), 0);
    if (n < 16)
        return false;
    *addr_r = (r[3] & 15) == 0 && r[7] == 1 ? read_u32(r + n - 4) : 0;
    return true;
}

static void pause_ns(long ns)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

static void change_commit(
    struct bench *b, int64_t zone, const struct dns_name *owner, const struct dns_name *apex, uint32_t addr)
{
    uint8_t packed[6] = {0, 4};
    struct str name = dns_name_wire(owner);
    int64_t rows;
    struct error e;

    write_u32(packed + 2, addr);
    check(db_begin(b->db, &e), &e);
    check(
        db_exec(b->db, &q_set, DB_ARGS(db_b(name), db_b(str_n((char *)packed, 6)), db_b(name), db_i(zone)), &rows, &e),
        &e);
    check(db_exec(b->db, &q_soa, DB_ARGS(db_i(zone), db_b(dns_name_wire(apex))), &rows, &e), &e);
    check(db_exec(b->db, &q_zone, DB_ARGS(db_i(clock_now()), db_i(zone)), &rows, &e), &e);
    check(db_commit(b->db, &e), &e);
}

static double change_time(struct bench *b, int64_t zone, uint32_t number)
{
    char text[100];
    struct dns_name apex, owner;
    uint32_t addr = 0x0a000000 + number, seen = 0;
    uint64_t from;

    (void)snprintf(text, sizeof(text), "zone%lld.test", (long long)zone);
    apex = dns_name_of(text);
    (void)snprintf(text, sizeof(text), "%s%u.zone%lld.test", b->new_names ? "new" : "www", number, (long long)zone);
    if (!b->new_names)
        (void)snprintf(text, sizeof(text), "www.zone%lld.test", (long long)zone);
    owner = dns_name_of(text);
    while (!ask(b, &owner, &seen))
        ;
    if (b->new_names && seen != 0)
        die("the new name is there already");
    change_commit(b, zone, &owner, &apex, addr);
    from = clock_monotonic_ns();
    net_wake(&b->notify);
    while (!ask(b, &owner, &seen) || seen != addr) {
        if (clock_monotonic_ns() - from > GIVE_UP_NS)
            die("not answered within 5 s");
        pause_ns(PAUSE_NS);
    }
    return (double)(clock_monotonic_ns() - from) / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void run(struct bench *b, int64_t first, int64_t last, size_t changes)
{
    double *ms = calloc(changes, sizeof(*ms));

    INVARIANT(ms != NULL && last >= first);
    for (size_t i = 0; i < changes; i++) {
        ms[i] = change_time(b, first + (int64_t)crypto_random_below((uint64_t)(last - first) + 1), (uint32_t)i + 1);
        pause_ns(5000000 + (long)crypto_random_below(10000000));
    }
    qsort(ms, changes, sizeof(*ms), compare);
    printf("%.3f %.3f %.3f\n", ms[changes / 2], ms[changes * 99 / 100], ms[changes - 1]);
    free(ms);
}

int main(int argc, char **argv)
{
    struct bench b = {.db = NULL};
    struct db_settings s = {.database = "fourways", .user = "root", .timeout_ms = 10000};
    struct net_addr to;
    struct error e;
    char *dash;

    if (argc != 7)
        die("usage: dns-latency SOCKET NOTIFY ADDR:PORT FIRST-LAST CHANGES change|new");
    crypto_init();
    log_init(NULL, LOG_ERROR);
    s.socket = argv[1];
    check(net_addr_parse(str_of(argv[2]), &b.notify, &e), &e);
    check(net_addr_parse(str_of(argv[3]), &to, &e), &e);
    check(db_open(&s, &b.db, &e), &e);
    b.fd = socket(to.sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (b.fd < 0 || connect(b.fd, (struct sockaddr *)&to.sa, to.len) != 0)
        die(strerror(errno));
    b.new_names = strcmp(argv[6], "new") == 0;
    dash = strchr(argv[4], '-');
    run(&b, strtoll(argv[4], NULL, 10), strtoll(dash == NULL ? argv[4] : dash + 1, NULL, 10),
        strtoull(argv[5], NULL, 10));
    close(b.fd);
    db_close(&b.db);
    return 0;
}
