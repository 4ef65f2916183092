/* The answer path by itself, for counting its instructions (tests/bench/instructions):  dns-path inner|udp ZONES ROUNDS
 *
 *   inner   query_prepare and query_answer, in batches as the sockets' threads make them
 *   udp     a whole UDP worker with real sockets: its loop, both system calls, metrics; all but the kernel
 *
 * A round is 192 questions of the mix. Key and choice of zones are fixed, so that two runs do the same. Under callgrind only
 * path_inner and udp_worker_run are to be counted; before them nothing is instrumented, which saves most of the time. */
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "dns/master.h"
#include "nameserver/ahead.h"
#include "nameserver/server.h"
#include "tests/bench/dns/mix.h"

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION
#endif

#define BATCH AHEAD_MAX
#define ROUND 192 /* whole batches, and no more than a socket holds by default */

static struct store st;
static uint8_t in[ROUND][MIX_QUERY_MAX];
static size_t in_n[ROUND];

void path_inner(struct query_view *v, struct query q[BATCH], size_t first);

static void zone_put(struct arena *a, uint64_t id)
{
    struct dns_name origin = dns_name_of(arena_printf(a, "zone%llu.test", (unsigned long long)id));
    struct dns_master_options o = {.origin = &origin, .default_ttl = 300};
    struct change c = {.zone_id = id, .name = origin, .version = 1};
    struct dns_rrset *sets;
    struct error e;
    size_t n;

    INVARIANT(dns_master_read(a, str_of(mix_zone), &o, &sets, &n, &e) == OK);
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

/* The same numbers in each run: what is asked in round r. */
static void questions(unsigned long round, uint64_t zones)
{
    static uint64_t rng = 20261122;

    for (unsigned i = 0; i < ROUND; i++) {
        rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        in_n[i] = mix_query(in[i], (uint16_t)i, 1 + (rng >> 33) % zones, (unsigned)(round * ROUND + i));
    }
}

static void check(unsigned long round, unsigned id, const uint8_t *out, size_t n)
{
    const struct mix_kind *k = &mix_kinds[(round * ROUND + id) % MIX_KINDS];

    INVARIANT(n > 12 && (out[3] & 15) == k->rcode && read_u16(out + 6) == k->answers);
}

/* ---- inner ----------------------------------------------------------------------------------------------------- */

void path_inner(struct query_view *v, struct query q[BATCH], size_t first)
{
    query_view_take(v);
    for (unsigned k = 0; k < BATCH; k++) {
        q[k].in = in[first + k];
        q[k].in_n = in_n[first + k];
        query_prepare(v, &q[k]);
    }
    ahead_fetch(v, q, BATCH);
    for (unsigned k = 0; k < BATCH; k++)
        query_answer(v, &q[k]);
    query_view_give(v);
}

static void run_inner(uint64_t zones, unsigned long rounds)
{
    static struct query q[BATCH];
    static uint8_t out[BATCH][QUERY_UDP_MAX];
    struct query_view v;

    query_view_init(&v, &st, NULL);
    for (unsigned k = 0; k < BATCH; k++)
        q[k].out = out[k];
    CALLGRIND_START_INSTRUMENTATION;
    for (unsigned long r = 0; r < rounds; r++) {
        questions(r, zones);
        for (unsigned first = 0; first < ROUND; first += BATCH) {
            path_inner(&v, q, first);
            for (unsigned k = 0; k < BATCH; k++)
                check(r, first + k, out[k], q[k].out_n);
        }
    }
    query_view_clear(&v);
}

/* ---- udp ------------------------------------------------------------------------------------------------------- */

static void answers_take(int fd, unsigned long round, unsigned *got)
{
    uint8_t out[QUERY_UDP_MAX];
    ssize_t n;

    while ((n = recv(fd, out, sizeof(out), MSG_DONTWAIT)) > 0) {
        check(round, read_u16(out), out, (size_t)n);
        (*got)++;
    }
}

/* The worker finds its stop signal set, and returns as soon as its socket is empty. */
static void run_udp(uint64_t zones, unsigned long rounds)
{
    struct udp_worker *w;
    struct net_addr addr;
    struct server_settings settings = {.addrs = &addr, .addrs_n = 1};
    struct error e;
    int stop = eventfd(1, EFD_CLOEXEC), fd;

    INVARIANT(net_addr_parse(STR("127.0.0.1:0"), &addr, &e) == OK);
    INVARIANT(udp_worker_new(&st, &settings, &addr, stop, &w, &e) == OK);
    INVARIANT(udp_worker_addr(w, 0, &addr, &e) == OK);
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    INVARIANT(fd >= 0 && connect(fd, (const struct sockaddr *)&addr.sa, addr.len) == 0);
    CALLGRIND_START_INSTRUMENTATION;
    for (unsigned long r = 0; r < rounds; r++) {
        unsigned got = 0;

        questions(r, zones);
        for (unsigned i = 0; i < ROUND; i++)
            INVARIANT(send(fd, in[i], in_n[i], 0) == (ssize_t)in_n[i]);
        while (got < ROUND) {
            udp_worker_run(w);
            answers_take(fd, r, &got);
        }
    }
    udp_worker_free(&w);
    close(fd);
    close(stop);
}

int main(int argc, char **argv)
{
    static const struct dns_hash_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
    uint64_t zones, rounds;
    struct arena a;

    if (argc != 4 || !str_to_u64(str_of(argv[2]), 10000000, &zones) || zones == 0 ||
        !str_to_u64(str_of(argv[3]), 10000000, &rounds)) {
        (void)fprintf(stderr, "usage: dns-path inner|udp ZONES ROUNDS\n");
        return 2;
    }
    crypto_init();
    log_init(NULL, LOG_ERROR);
    arena_init(&a, 0);
    store_init(&st);
    store_rekey(&st, &key);
    for (uint64_t id = 1; id <= zones; id++) {
        zone_put(&a, id);
        arena_reset(&a);
    }
    if (strcmp(argv[1], "udp") == 0)
        run_udp(zones, rounds);
    else
        run_inner(zones, rounds);
    printf("%llu\n", (unsigned long long)rounds * ROUND);
    store_clear(&st);
    arena_clear(&a);
    return 0;
}
