/* Our client under load: epp-client WHAT …
 *   ca DIR                                certificates for the others: ca, server, client
 *   session DIR PORT DEPTH SECONDS        checks over one session, one thread, DEPTH in flight (epp/session.h)
 *   memory DIR PORT DEPTH                 a million checks so; "N KIB" at 100,000 and at the end
 *   threads CONF THREADS SECONDS          checks by threads over the pool and the whole adapter (registry/registry.h)
 *   transforms CONF SOCKET THREADS SECONDS  domain creates by threads with the journal (registry/journal.h)
 *   database SOCKET SQLDIR                makes and migrates the database "bench"
 * CONF is a connection file as the registrar has it. The rates are printed in operations per second. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "epp/result.h"
#include "epp/session.h"
#include "registry/journal.h"
#include "registry/meter.h"

#define DEPTH_MAX 64
#define THREADS_MAX 256
#define MILLION 1000000

static struct error e;
static struct arena arena;

static void must(enum status s)
{
    if (s == OK)
        return;
    (void)fprintf(stderr, "epp-client: %s: %s\n", e.code, e.text);
    exit(1);
}

static double seconds(void)
{
    return (double)clock_monotonic_ns() / 1e9;
}

static unsigned number(const char *text)
{
    uint64_t n = 0;
    if (!str_to_u64(str_of(text), 1000000000, &n))
        must(error_set(&e, INVALID, "usage", "\"%s\" is no number", text));
    return (unsigned)n;
}

/* ---- one session ---------------------------------------------------------------------------------------------- */

struct place {
    struct arena arena;
    struct epp_flight flight;
    struct str name, cltrid;
};

static struct epp_session *session_begin(const char *dir, unsigned port, unsigned depth)
{
    static struct str objects[] = {{"urn:ietf:params:xml:ns:domain-1.0", 33}};
    struct epp_session_settings set = {.host = "localhost", .pipeline = depth, .objects = {objects, 1}};
    struct tls_settings tls = {.ca_file = arena_printf(&arena, "%s/ca.pem", dir),
        .cert_file = arena_printf(&arena, "%s/client.pem", dir),
        .key_file = arena_printf(&arena, "%s/client.key", dir)};
    struct epp_session *s;
    must(tls_client_ctx(&tls, &set.tls, &e));
    must(net_addr_parse(str_printf(&arena, "127.0.0.1:%u", port), &set.addr, &e));
    must(epp_session_open(&set, &s, &e));
    must(epp_session_login(s, STR("bench"), STR("bench-pw"), STR_NULL, &e));
    return s;
}

static void check_submit(struct epp_session *s, struct place *p, unsigned long n)
{
    arena_reset(&p->arena);
    p->name = str_printf(&p->arena, "name-%lu.test", n);
    p->cltrid = str_printf(&p->arena, "FW-%lu", n);
    struct epp_command c = {
        .verb = EPP_CHECK, .object = EPP_DOMAIN, .cltrid = p->cltrid, .u.check.keys = {&p->name, 1}};
    must(epp_session_submit(s, &p->arena, &c, &p->flight, &e));
}

static void check_await(struct epp_session *s, struct place *p)
{
    struct epp_response r;
    must(epp_session_await(s, &p->flight, &r, &e));
    must(epp_result_error(&r, &e));
    if (r.data != EPP_CHK_DATA || r.u.check.n != 1 || !str_eq(r.u.check.v[0].key, p->name))
        must(error_set(&e, PROTOCOL, "answer", "a wrong answer"));
}

/* The oldest is awaited, then another takes its place. `most` checks, or as many as go until `end`. */
static unsigned long checks_run(
    struct epp_session *s, unsigned depth, double end, unsigned long most, void (*at)(unsigned long n))
{
    static struct place places[DEPTH_MAX];
    unsigned long sent = 0, got = 0;
    bool on = true;
    for (unsigned i = 0; i < DEPTH_MAX; i++)
        arena_init(&places[i].arena, 0);
    while (on || got < sent) {
        while (on && sent - got < depth && sent < most) {
            check_submit(s, &places[sent % depth], sent);
            sent++;
        }
        check_await(s, &places[got % depth]);
        got++;
        if (at != NULL)
            at(got);
        on = sent < most && (got % 16 != 0 ? on : seconds() < end);
    }
    return got;
}

static void session_measure(char **v)
{
    struct epp_session *s = session_begin(v[0], number(v[1]), number(v[2]));
    double start = seconds();
    unsigned long n = checks_run(s, number(v[2]), start + number(v[3]), ~0ul, NULL);
    (void)printf("%.0f\n", (double)n / (seconds() - start));
    epp_session_close(&s);
}

static void memory_say(unsigned long n)
{
    long pages = 0;
    if (n != MILLION / 10 && n != MILLION)
        return;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL || fscanf(f, "%*d %ld", &pages) != 1)
        must(error_set(&e, INTERNAL, "statm", "/proc/self/statm cannot be read"));
    (void)fclose(f);
    (void)printf("%lu %ld\n", n, pages * sysconf(_SC_PAGESIZE) / 1024);
    (void)fflush(stdout);
}

static void memory_measure(char **v)
{
    struct epp_session *s = session_begin(v[0], number(v[1]), number(v[2]));
    (void)checks_run(s, number(v[2]), 1e18, MILLION, memory_say);
    epp_session_close(&s);
}

/* ---- threads over the pool ---------------------------------------------------------------------------------------- */

struct worker {
    pthread_t thread;
    struct registry_work w;
    struct arena arena;
    unsigned number;
    double end;
    unsigned long done;
    struct error error;
};

static void fail(struct worker *me)
{
    (void)fprintf(stderr, "epp-client: %s: %s\n", me->error.code, me->error.text);
    exit(1);
}

static void *checks_thread(void *arg)
{
    struct worker *me = arg;
    while (seconds() < me->end) {
        struct registry_avail avail;
        arena_reset(&me->arena);
        struct str name = str_printf(&me->arena, "n%u-%lu.test", me->number, me->done);
        if (registry_domain_check(&me->w, &name, 1, &avail, &me->error) != OK)
            fail(me);
        me->done++;
    }
    return NULL;
}

static void *transforms_thread(void *arg)
{
    struct worker *me = arg;
    char boot[40];
    (void)snprintf(boot, sizeof(boot), "%d-%llu", getpid(), (unsigned long long)clock_monotonic_ns());
    while (seconds() < me->end) {
        struct registry_domain_create in = {
            .years = 1, .registrant = STR("BENCH"), .authinfo = STR("Bench-Auth1nfo-0123456")};
        struct registry_outcome o;
        arena_reset(&me->arena);
        me->w.now = clock_now();
        in.name = str_printf(&me->arena, "n%s-%u-%lu.test", boot, me->number, me->done);
        const char *key = arena_printf(&me->arena, "bench:%.*s", STR_ARG(in.name));
        if (registry_domain_create(&me->w, key, &in, &o, &me->error) != OK || o.code != EPP_DONE)
            fail(me);
        me->done++;
    }
    return NULL;
}

static void threads_measure(const char *conf, const char *socket, unsigned n, double length, void *(*run)(void *))
{
    static struct worker workers[THREADS_MAX];
    struct registries set;
    struct str file = str_of(conf);
    struct db_settings db = {.socket = socket, .user = "root", .database = "bench", .timeout_ms = 30000};
    unsigned long done = 0;
    must(registries_open(&arena, &file, 1, &set, &e));
    double start = seconds();
    for (unsigned i = 0; i < n; i++) {
        struct worker *me = &workers[i];
        arena_init(&me->arena, 0);
        me->number = i;
        me->w =
            (struct registry_work){.registry = &set.items[0], .arena = &me->arena, .now = clock_now(), .customer = i};
        if (socket != NULL)
            must(db_open(&db, &me->w.db, &e));
    }
    for (unsigned i = 0; i < n; i++) {
        workers[i].end = seconds() + length;
        if (i == 0)
            start = seconds();
        if (pthread_create(&workers[i].thread, NULL, run, &workers[i]) != 0)
            must(error_set(&e, INTERNAL, "thread", "no thread"));
    }
    for (unsigned i = 0; i < n; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        done += workers[i].done;
    }
    double took = seconds() - start;
    int64_t commits = meter_journal_commits(set.items[0].config.id)->value;
    (void)printf("%.0f %.1f\n", (double)done / took, commits > 0 ? 2 * (double)done / (double)commits : 0);
    registries_close(&set);
}

static void database_make(char **v)
{
    struct db_settings set = {.socket = v[0], .user = "root", .timeout_ms = 60000};
    struct db *db;
    int reached;
    must(db_open(&set, &db, &e));
    must(db_run_script(db, STR("CREATE DATABASE bench; CREATE DATABASE bench_sandbox;"), &e));
    db_close(&db);
    set.database = "bench";
    must(db_open(&set, &db, &e));
    must(db_migrate(db, v[1], &reached, &e));
    db_close(&db);
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"server", "client"};
    const char *what = argc > 2 ? argv[1] : "";
    char **v = argv + 2;
    (void)signal(SIGPIPE, SIG_IGN);
    crypto_init();
    log_init("epp-client", LOG_WARN);
    arena_init(&arena, 0);
    if (strcmp(what, "ca") == 0 && argc == 3)
        must(tls_make_ca(v[0], names, 2, "localhost", "127.0.0.1", &e));
    else if (strcmp(what, "session") == 0 && argc == 6)
        session_measure(v);
    else if (strcmp(what, "memory") == 0 && argc == 5)
        memory_measure(v);
    else if (strcmp(what, "threads") == 0 && argc == 5)
        threads_measure(v[0], NULL, number(v[1]), number(v[2]), checks_thread);
    else if (strcmp(what, "transforms") == 0 && argc == 6)
        threads_measure(v[0], v[1], number(v[2]), number(v[3]), transforms_thread);
    else if (strcmp(what, "database") == 0 && argc == 4)
        database_make(v);
    else
        return 2;
    return 0;
}
