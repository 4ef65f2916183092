/* fourways-dns as a process, with a MariaDB of its own that is killed and started again: static stability. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/net.h"
#include "dns/soa.h"
#include "tests/nameserver/feed_fixture.h"

static struct fixture f; /* its arena; its store stays empty */
static const char *dir;
static pid_t mariadb, nameserver;
static unsigned port, notify_port;
static const char *socket_name; /* of the database that the name server is told */
static int snapshot_interval_s;

static void setup(void)
{
    fixture_open(&f);
    dir = testdir_new(&f.a);
    mariadb = nameserver = 0;
    socket_name = "socket";
    snapshot_interval_s = 0;
}

static void end(pid_t *pid, int signo)
{
    int status;

    if (*pid == 0)
        return;
    kill(*pid, signo);
    ck_assert_int_eq(waitpid(*pid, &status, 0), *pid);
    if (signo == SIGTERM)
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    *pid = 0;
}

static void teardown(void)
{
    end(&nameserver, SIGKILL);
    end(&mariadb, SIGKILL);
    testdir_free(dir);
    fixture_close(&f);
}

static pid_t spawn(const char *program, const char *arg1, const char *arg2, int ready_fd)
{
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (ready_fd >= 0) {
        char number[16];

        (void)snprintf(number, sizeof(number), "%d", dup(ready_fd));
        setenv("FOURWAYS_READY_FD", number, 1);
    }
    execl(program, program, arg1, arg2, (char *)NULL);
    _exit(127);
}

static struct db_settings db_settings_now(void)
{
    return (struct db_settings){.socket = testdir_path(&f.a, dir, "socket"),
        .user = "root",
        .password = "",
        .database = "mysql",
        .timeout_ms = 20000};
}

/* Tries until the server takes a connection; it has no other way to say that it is up. */
static struct db *mariadb_start(void)
{
    struct db_settings s = db_settings_now();
    uint64_t from = clock_monotonic_ns();
    struct error e;
    struct db *db;

    mariadb = spawn(arena_printf(&f.a, "%s/tests/support/private-mariadb", test_root()), dir, NULL, -1);
    while (db_open(&s, &db, &e) != OK) {
        ck_assert_msg(clock_monotonic_ns() - from < 60 * UINT64_C(1000000000), "%s", e.text);
        ck_assert_int_eq(poll(NULL, 0, 50), 0);
    }
    return db;
}

static void schema_create(struct db *db)
{
    struct str sql;
    struct error e;

    ck_assert_msg(file_read(&f.a, arena_printf(&f.a, "%s/sql/0020_zones.sql", test_root()), 1 << 20, &sql, &e) == OK,
        "%s", e.text);
    run_script(db, "CREATE DATABASE fourways; USE fourways;\n");
    ck_assert_msg(db_run_script(db, sql, &e) == OK, "%s", e.text);
}

static const char *program(void)
{
    const char *given = getenv("FOURWAYS_BIN_DIR");
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    ck_assert_int_gt(n, 0);
    self[n] = '\0';
    if (given != NULL)
        return arena_printf(&f.a, "%s/fourways-dns", given);
    *strstr(self, "/tests/nameserver/") = '\0';
    return arena_printf(&f.a, "%s/bin/fourways-dns", self);
}

/* Until the process says that it is ready, and no longer than 30 s. */
static void nameserver_start(void)
{
    const char *conf = testdir_path(&f.a, dir, "dns.conf");
    int ready[2];
    struct pollfd p;
    char byte;

    notify_port = test_free_port();
    testdir_write(
        conf, str_printf(&f.a,
                  "server-id = 7\nname = dns-7\nlisten = 127.0.0.1:%u\nnotify = 127.0.0.1:%u\ndb-socket = %s/%s\n"
                  "db-user = root\nsnapshot = %s/zones\nsnapshot-interval-s = %d\npoll-ms = 50\nthreads = 1\n",
                  port, notify_port, dir, socket_name, dir, snapshot_interval_s));
    ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
    nameserver = spawn(program(), "--config", conf, ready[1]);
    close(ready[1]);
    p = (struct pollfd){.fd = ready[0], .events = POLLIN};
    ck_assert_int_eq(poll(&p, 1, 30000), 1);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
}

static struct dns_message dig(const char *text)
{
    struct dns_name name = dns_name_of(text);
    struct net_addr to;
    struct pollfd p;
    struct dns_message m;
    struct error e;
    uint8_t in[300], *out = arena_alloc(&f.a, 4096);
    size_t n = question_write(in, &name, DNS_A, &(struct how){.size = 0});
    ssize_t got;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    ck_assert(net_addr_parse(str_printf(&f.a, "127.0.0.1:%u", port), &to, &e) == OK);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&to.sa, to.len), 0);
    ck_assert_int_eq(send(fd, in, n, 0), (ssize_t)n);
    p = (struct pollfd){.fd = fd, .events = POLLIN};
    ck_assert_int_eq(poll(&p, 1, 20000), 1);
    got = recv(fd, out, 4096, 0);
    close(fd);
    ck_assert_int_gt(got, 12);
    ck_assert_msg(dns_message_parse(&f.a, str_n((char *)out, (size_t)got), &m, &e) == OK, "%s", e.text);
    return m;
}

#define DIG(name, want)                                                                                                \
    do {                                                                                                               \
        struct dns_message m_ = dig(name);                                                                             \
        ck_assert_str_eq(shown(&f, &m_), want);                                                                        \
    } while (0)

static void dig_until(const char *name, unsigned rcode)
{
    uint64_t from = clock_monotonic_ns();

    while (dig(name).rcode != rcode)
        ck_assert_uint_lt(clock_monotonic_ns() - from, 30 * UINT64_C(1000000000));
}

START_TEST(answers_go_on_while_mariadb_dies_and_follow_it_when_it_is_back)
{
    struct change c = version_of(&f.a, 1, 1, "one.test", "www 60 A 192.0.2.1\n");
    struct db *db;

    db = mariadb_start();
    schema_create(db);
    commit(db, &f.a, &c, clock_now());
    port = test_free_port();
    nameserver_start();
    DIG("www.one.test", "NOERROR aa | www.one.test 60 A 192.0.2.1 | |");
    c = version_of(&f.a, 1, 2, "one.test", "two A 192.0.2.2\n");
    commit(db, &f.a, &c, clock_now());
    dig_until("two.one.test", DNS_NOERROR);
    db_close(&db);
    end(&mariadb, SIGKILL);
    DIG("www.one.test", "NOERROR aa | www.one.test 60 A 192.0.2.1 | |");

    /* restarted with MariaDB gone: ready and right, from the snapshot */
    end(&nameserver, SIGTERM);
    nameserver_start();
    DIG("www.one.test", "NOERROR aa | www.one.test 60 A 192.0.2.1 | |");
    DIG("two.one.test", "NOERROR aa | two.one.test 300 A 192.0.2.2 | |");

    /* and MariaDB is back: the same process takes up what has changed */
    db = mariadb_start();
    run_script(db, "USE fourways;\n");
    c = version_of(&f.a, 1, 3, "one.test", "three A 192.0.2.3\n");
    commit(db, &f.a, &c, clock_now());
    dig_until("three.one.test", DNS_NOERROR);
    db_close(&db);

    /* and once more from the snapshot: it has what came in meanwhile */
    end(&mariadb, SIGKILL);
    end(&nameserver, SIGTERM);
    nameserver_start();
    DIG("three.one.test", "NOERROR aa | three.one.test 300 A 192.0.2.3 | |");
    end(&nameserver, SIGKILL);

    /* the newest snapshot destroyed: the one before */
    testdir_write(testdir_path(&f.a, dir, "zones"), STR("FWSNAP01 and then nothing"));
    nameserver_start();
    DIG("www.one.test", "NOERROR aa | www.one.test 60 A 192.0.2.1 | |");
}
END_TEST

DB_QUERY(q_test_served, "SELECT version FROM zone_served WHERE server_id = 7 AND zone_id = 1");

static unsigned served(struct db *db)
{
    struct db_result r;
    struct error e;

    ck_assert_msg(db_select(db, &f.a, &q_test_served, NULL, 0, 1, &r, &e) == OK, "%s", e.text);
    return r.rows == 0 ? 0 : (unsigned)db_int(&r, 0, 0);
}

static void served_until(struct db *db, unsigned version)
{
    uint64_t from = clock_monotonic_ns();

    while (served(db) < version)
        ck_assert_uint_lt(clock_monotonic_ns() - from, 30 * UINT64_C(1000000000));
}

static unsigned random_below(uint64_t *rng, unsigned n)
{
    *rng = *rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((*rng >> 33) % n);
}

/* The serial is the version. */
static unsigned answered_version(void)
{
    struct dns_message m = dig("none.one.test");
    struct dns_soa soa;

    ck_assert_uint_eq(m.n[DNS_AUTHORITY], 1);
    ck_assert(dns_soa_read(m.records[DNS_AUTHORITY][0].rdata, &soa));
    return soa.serial;
}

/* One snapshot at the start, and none after it: what is reported must come from the log. */
START_TEST(what_was_reported_is_answered_after_kill_9_without_mariadb)
{
    struct change c = version_of(&f.a, 1, 1, "one.test", "www 60 A 192.0.2.1\n");
    unsigned version = 1;
    uint64_t rng = 20;
    struct db *db;

    db = mariadb_start();
    schema_create(db);
    commit(db, &f.a, &c, clock_now());
    port = test_free_port();
    snapshot_interval_s = 86400;
    for (int round = 0; round < 8; round++) {
        unsigned changes = 1 + random_below(&rng, 30), reported;
        uint64_t moment;

        socket_name = "socket";
        nameserver_start();
        while (access(testdir_path(&f.a, dir, "zones"), F_OK) != 0)
            ck_assert_int_eq(poll(NULL, 0, 5), 0);
        for (unsigned i = 0; i < changes; i++) {
            c = version_of(&f.a, 1, ++version, "one.test", "");
            commit(db, &f.a, &c, clock_now());
            if (random_below(&rng, 3) == 0)
                served_until(db, version);
        }
        moment = clock_monotonic_ns() + random_below(&rng, 60000000);
        while (clock_monotonic_ns() < moment)
            ck_assert_int_eq(poll(NULL, 0, 1), 0);
        end(&nameserver, SIGKILL);
        reported = served(db);
        socket_name = "there-is-none";
        nameserver_start();
        ck_assert_msg(answered_version() >= reported, "seed 20, round %d: %u was reported, %u is answered", round,
            reported, answered_version());
        end(&nameserver, random_below(&rng, 2) == 0 ? SIGKILL : SIGTERM);
    }
    db_close(&db);
}
END_TEST

DB_QUERY(q_test_reports, "SELECT COUNT(*) FROM information_schema.processlist"
                         " WHERE info LIKE 'INSERT INTO zone_served%'");

static void report_under_way(struct db *db)
{
    uint64_t from = clock_monotonic_ns();
    struct db_result r;
    struct error e;

    do {
        ck_assert_uint_lt(clock_monotonic_ns() - from, 30 * UINT64_C(1000000000));
        ck_assert_msg(db_select_one(db, &f.a, &q_test_reports, DB_NO_ARGS, &r, &e) == OK, "%s", e.text);
    } while (db_int(&r, 0, 0) == 0);
}

/* Somebody has locked the row into which the report goes, and does not let go. */
START_TEST(a_report_that_has_to_wait_delays_neither_the_next_change_nor_for_ever_the_end)
{
    struct change c = version_of(&f.a, 1, 1, "one.test", "");
    struct db *db = mariadb_start(), *locker;
    struct db_settings s = db_settings_now();
    struct error e;

    schema_create(db);
    commit(db, &f.a, &c, clock_now());
    port = test_free_port();
    nameserver_start();
    served_until(db, 1);
    s.database = "fourways";
    ck_assert_msg(db_open(&s, &locker, &e) == OK, "%s", e.text);
    run_script(locker, "START TRANSACTION;\nUPDATE zone_served SET at = at + 1;\n");
    c = version_of(&f.a, 1, 2, "one.test", "two A 192.0.2.2\n");
    commit(db, &f.a, &c, clock_now());
    dig_until("two.one.test", DNS_NOERROR);
    report_under_way(db);
    c = version_of(&f.a, 1, 3, "one.test", "three A 192.0.2.3\n");
    commit(db, &f.a, &c, clock_now());
    dig_until("three.one.test", DNS_NOERROR);
    ck_assert_uint_eq(served(db), 1);
    end(&nameserver, SIGTERM); /* while the lock is held */
    run_script(locker, "ROLLBACK;\n");
    db_close(&locker);
    nameserver_start();
    served_until(db, 3);
    db_close(&db);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_report_that_has_to_wait_delays_neither_the_next_change_nor_for_ever_the_end);
    tcase_add_test(t, what_was_reported_is_answered_after_kill_9_without_mariadb);
    tcase_add_test(t, answers_go_on_while_mariadb_dies_and_follow_it_when_it_is_back);
}

int main(void)
{
    return fixture_main("nameserver outage", add);
}
