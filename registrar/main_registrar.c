/* fourways-registrar: the process that holds the registry credentials and moves the orders. */
#include "base/daemon.h"
#include "base/log.h"
#include "base/metrics.h"
#include "registrar/advance.h"
#include "registrar/infra.h"
#include "registrar/sealing.h"
#include "registrar/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <sys/file.h>

struct config {
    struct desk_conf desk;
    struct str instance, lock_file, sealing_key_file, metrics;
    struct conf_list registries;
    struct infra_conf infra;
    int64_t order_threads, lookup_threads, lease_s, idle_ms, poll_ms, epp_timeout_ms;
};

static const struct conf_item items[] = {
    DESK_CONF_ITEMS(struct config, desk),
    INFRA_CONF_ITEMS(struct config, infra),
    {"registry", CONF_LIST, offsetof(struct config, registries), NULL, 0, 0, "File with our connection to a registry."},
    {"sealing-key-file", CONF_STR, offsetof(struct config, sealing_key_file), NULL, 0, 0,
        "File with the key that authInfo is sealed with."},
    {"instance", CONF_STR, offsetof(struct config, instance), "registrar-1", 0, 0,
        "Name of this process among several; its leases are under it."},
    {"lock-file", CONF_STR, offsetof(struct config, lock_file), NULL, 0, 0,
        "Locked while the instance runs, so that it runs once."},
    {"order-threads", CONF_INT, offsetof(struct config, order_threads), "16", 1, 256, "Orders worked on at once."},
    {"lookup-threads", CONF_INT, offsetof(struct config, lookup_threads), "2", 1, 64,
        "Questions to registries answered at once."},
    {"lease-s", CONF_INT, offsetof(struct config, lease_s), "60", 1, 3600,
        "Seconds that a step may take before another process may take the order over."},
    {"idle-ms", CONF_INT, offsetof(struct config, idle_ms), "250", 10, 60000,
        "Milliseconds between looks for due orders when nobody wakes us."},
    {"poll-ms", CONF_INT, offsetof(struct config, poll_ms), "5000", 100, 3600000,
        "Milliseconds between fetching a registry's messages."},
    {"epp-timeout-ms", CONF_INT, offsetof(struct config, epp_timeout_ms), "15000", 100, 600000,
        "Milliseconds to wait for a session, and for an answer."},
    {"metrics", CONF_STR, offsetof(struct config, metrics), "", 0, 0,
        "Address and port of /metrics and /healthz; empty for none."},
};

static struct registrar us;

static bool healthy(char *why, size_t n)
{
    return registries_healthy(&us.registries, why, n);
}

/* The lock goes with the process, however it ends: so the leases of the one before can be ended at once. */
static enum status instance_lock(const char *path, struct error *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(e, UNAVAILABLE, "lock-file", "cannot open %s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return OK;
    close(fd);
    return error_set(e, UNAVAILABLE, "already-running", "another process of this instance holds %s", path);
}

static enum status us_open(struct arena *a, struct config *c, struct error *e)
{
    TRY(instance_lock(str_dupz(a, c->lock_file), e));
    TRY(desk_open(a, &c->desk, &us.desk, e));
    TRY(secret_key_load(str_dupz(a, c->sealing_key_file), &us.sealing, e));
    TRY(registries_open(a, c->registries.items, c->registries.n, &us.registries, e));
    us.epp_timeout_ms = (int)c->epp_timeout_ms;
    us.instance = str_dupz(a, c->instance);
    struct db *db = NULL;
    TRY(db_open(&us.desk.db, &db, e));
    enum status s = sealing_publish(db, &us.sealing, clock_now(), e);
    if (s == OK)
        s = order_lease_release(db, c->instance, clock_now(), e);
    if (s == OK)
        s = infra_ensure(&us, &c->infra, db, a, clock_now(), e);
    db_close(&db);
    return s;
}

static enum status run(struct arena *a, struct config *c, struct error *e)
{
    struct workers *w = NULL;
    struct httpd *metrics = NULL;
    TRY(us_open(a, c, e));
    if (!str_empty(c->metrics))
        TRY(metrics_serve(c->metrics, healthy, &metrics, e));
    struct workers_settings s = {
        .us = &us,
        .order_threads = (unsigned)c->order_threads,
        .lookup_threads = (unsigned)c->lookup_threads,
        .lease_s = (int)c->lease_s,
        .idle_ms = (int)c->idle_ms,
        .poll_ms = (int)c->poll_ms,
        .wake = us.desk.has_wake ? &us.desk.wake : NULL,
    };
    enum status st = workers_start(&s, &w, e);
    if (st == OK) {
        daemon_serve();
        workers_stop(&w);
    }
    registries_close(&us.registries);
    httpd_stop(&metrics);
    return st;
}

int main(int argc, char **argv)
{
    static struct config c;
    struct arena a;
    struct error e = {0};
    arena_init(&a, 0);
    const struct daemon_info info = {
        .program = "fourways-registrar",
        .purpose = "Works on orders: talks EPP to the registries, makes zones, moves money.",
        .items = items,
        .items_n = ARRAY_LEN(items),
    };
    daemon_start(&a, &info, argc, argv, &c);
    enum status s = run(&a, &c, &e);
    if (s != OK)
        log_event(LOG_ERROR, "process", "fourways-registrar", "cannot run: code=%s %s", e.code, e.text);
    arena_clear(&a);
    crypto_wipe(&us.sealing, sizeof(us.sealing));
    return s == OK ? 0 : 1;
}
