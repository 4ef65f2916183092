#include "tests/support/testdb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/net.h"
#include "tests/support/testserver.h"

static struct db_settings settings;
static char database[40];

static FW_NORETURN void no_ground(const char *what, const char *why)
{
    fprintf(stderr, "test ground: %s: %s\n", what, why);
    abort();
}

static uint64_t random_u64(void)
{
    uint64_t v;
    if (getrandom(&v, sizeof v, 0) != (ssize_t)sizeof v)
        no_ground("randomness", strerror(errno));
    return v;
}

const char *test_root(void)
{
    static char root[2048];
    char probe[2100];
    if (root[0] != '\0')
        return root;
    const char *given = getenv("FOURWAYS_ROOT");
    if (given != NULL)
        snprintf(root, sizeof root, "%s", given);
    else if (getcwd(root, sizeof root) == NULL)
        no_ground("the working directory", strerror(errno));
    for (;;) {
        snprintf(probe, sizeof probe, "%s/tests/support/private-mariadb", root);
        if (access(probe, X_OK) == 0)
            return root;
        char *slash = strrchr(root, '/');
        if (slash == NULL || slash == root)
            no_ground("the source tree", "run the test inside of it, or set FOURWAYS_ROOT");
        *slash = '\0';
    }
}

/* ---- databases ---------------------------------------------------------------------------------- */

static void must(enum status s, const char *what, const struct error *e)
{
    if (s != OK)
        no_ground(what, e->text);
}

/* Runs one statement on a connection without a database. */
static void server_do(const char *format, const char *name)
{
    struct error e;
    struct db *db;
    char sql[200];
    struct db_settings s = settings;
    s.database = NULL;
    snprintf(sql, sizeof sql, "%s `%s`", format, name);
    must(db_open(&s, &db, &e), "connecting to the private MariaDB", &e);
    must(db_run_script(db, str_of(sql), &e), sql, &e);
    db_close(&db);
}

struct db *testdb_open_dir(struct arena *a, const char *dir)
{
    struct error e;
    struct db *db;
    int reached;
    snprintf(database, sizeof database, "fw_test_%016llx", (unsigned long long)random_u64());
    settings = (struct db_settings){.socket = arena_strdup(a, testserver_socket()), .user = "root"};
    server_do("CREATE DATABASE", database);
    settings.database = database;
    must(db_open(&settings, &db, &e), "opening the test database", &e);
    if (dir != NULL)
        must(db_migrate(db, dir, &reached, &e), "migrating the test database", &e);
    return db;
}

struct db *testdb_open(struct arena *a)
{
    return testdb_open_dir(a, testdir_path(a, test_root(), "sql"));
}

void testdb_close(struct db **db)
{
    db_close(db);
    server_do("DROP DATABASE IF EXISTS", database);
}

const struct db_settings *testdb_settings(void)
{
    return &settings;
}

/* ---- directories and ports ---------------------------------------------------------------------- */

const char *testdir_new(struct arena *a)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = arena_printf(a, "%s/fw-test-XXXXXX", tmp != NULL && strlen(tmp) < 50 ? tmp : "/tmp");
    if (mkdtemp(dir) == NULL)
        no_ground(dir, strerror(errno));
    return dir;
}

static int entry_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

void testdir_free(const char *dir)
{
    nftw(dir, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
}

const char *testdir_path(struct arena *a, const char *dir, const char *name)
{
    return arena_printf(a, "%s/%s", dir, name);
}

void testdir_write(const char *path, struct str content)
{
    FILE *f = fopen(path, "we");
    if (f == NULL || fwrite(content.p, 1, content.n, f) != content.n || fclose(f) != 0)
        no_ground(path, strerror(errno));
}

static bool bind_both(unsigned port, unsigned *port_r)
{
    struct error e;
    struct net_addr addr;
    char text[32];
    int tcp = -1, udp = -1;
    snprintf(text, sizeof text, "127.0.0.1:%u", port);
    bool ok = net_addr_parse(str_of(text), &addr, &e) == OK && net_listen_tcp(&addr, 1, &tcp, &e) == OK &&
              net_addr_local(tcp, &addr, &e) == OK && net_bind_udp(&addr, false, &udp, &e) == OK;
    *port_r = ntohs(((struct sockaddr_in *)&addr.sa)->sin_port);
    if (tcp >= 0)
        close(tcp);
    if (udp >= 0)
        close(udp);
    return ok;
}

unsigned test_free_port(void)
{
    for (int i = 0; i < 100; i++) {
        unsigned port;
        if (bind_both(0, &port))
            return port;
    }
    no_ground("ports", "none of 100 was free for both TCP and UDP");
}
