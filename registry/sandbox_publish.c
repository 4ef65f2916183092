#include "registry/sandbox_publish.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "dns/soa.h"
#include "registry/sandbox_policy_db.h"
#include "registry/sandbox_publish_db.h"
#include "registry/sandbox_zone.h"

#define COMMAND_WORDS_MAX 32
#define COMMAND_TIMEOUT_MS 30000
#define COMMAND_POLL_MS 20
#define PUBLISH_SHARE 4 /* of the time, at most one part in so many goes into publishing */
#define PAUSE_MOST_MS 30000
#define BUILD_ARENA_MAX ((size_t)2 << 30)

METRIC(m_published, "fourways_sandbox_zones_published_total", "", "counter", "zone files written");
METRIC(m_publish_failed, "fourways_sandbox_publish_failed_total", "", "counter", "publications that failed");

extern char **environ;

struct sandbox_publisher {
    struct sandbox *sb;
    struct sandbox_zone_server servers[SB_ZONE_SERVERS_MAX];
    size_t servers_n;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    uint64_t wanted, done; /* wake-ups asked for; those that a finished publication covers */
    bool stop;
    int pause_ms; /* before the next one: large zones take long to write, and are written whole */
};

static enum status add_delegation(void *ctx, struct str domain, struct str host, struct error *e)
{
    return sandbox_zone_add(ctx, domain, DNS_NS, host, e);
}

static enum status add_ds(void *ctx, struct str domain, struct str rdata, struct error *e)
{
    return sandbox_zone_add(ctx, domain, DNS_DS, rdata, e);
}

static enum status add_glue(void *ctx, struct str host, struct str addr, struct error *e)
{
    return sandbox_zone_add_addr(ctx, host, addr, e);
}

/* Writes the zone if its records are not those published last. tld STR_NULL: the root. */
static enum status zone_publish(struct sandbox_publisher *p, struct db *db, struct sandbox_zone *z, struct str tld,
    struct str mname, bool *changed_r, struct error *e)
{
    struct sandbox_published last;
    uint8_t digest[32];
    const char *name = str_is_null(tld) ? "root" : str_dupz(z->arena, tld);
    const char *path = arena_printf(z->arena, "%.*s/%s.zone", STR_ARG(p->sb->s->zone_dir), name);
    TRY(sandbox_published_find(db, z->arena, tld, &last, e));
    sandbox_zone_hash(z, digest);
    struct str hash = str_n((const char *)digest, sizeof(digest));
    if (str_eq(last.hash, hash) && access(path, F_OK) == 0)
        return OK;
    last.serial = dns_serial_next(last.serial, (uint32_t)(clock_now() / US_PER_S));
    last.hash = hash;
    TRY(sandbox_zone_write(z, mname, last.serial, path, e));
    TRY(sandbox_published_store(db, tld, &last, e));
    metric_add(&m_published, 1);
    log_event(LOG_INFO, "registry", name, "zone published, serial %u, %zu RRsets", last.serial, z->n);
    *changed_r = true;
    return OK;
}

/* The two statements may see different moments; then a commit lies between them whose wake-up builds the zone again. */
static enum status tld_publish(
    struct sandbox_publisher *p, struct db *db, struct arena *a, struct str tld, bool *changed_r, struct error *e)
{
    struct sandbox_zone z;
    sandbox_zone_init(&z, a, tld, (uint32_t)p->sb->s->zone_ttl_s);
    TRY(sandbox_zone_add_servers(&z, tld, tld, p->servers, p->servers_n, e));
    TRY(sandbox_delegations(db, tld, add_delegation, &z, e));
    TRY(sandbox_zone_ds(db, tld, add_ds, &z, e));
    TRY(sandbox_glue(db, tld, add_glue, &z, e));
    struct str mname = str_printf(a, "%.*s.%.*s", STR_ARG(p->servers[0].labels), STR_ARG(tld));
    return zone_publish(p, db, &z, tld, mname, changed_r, e);
}

/* The root: its name servers are those of the first TLD, and every TLD is delegated to its own. */
static enum status root_publish(struct sandbox_publisher *p, struct db *db, struct arena *a,
    const struct sandbox_tld *tlds, size_t n, bool *changed_r, struct error *e)
{
    struct sandbox_zone z;
    if (n == 0)
        return OK;
    sandbox_zone_init(&z, a, STR(""), (uint32_t)p->sb->s->zone_ttl_s);
    for (size_t i = 0; i < p->servers_n; i++)
        TRY(sandbox_zone_add(
            &z, STR(""), DNS_NS, str_printf(a, "%.*s.%.*s", STR_ARG(p->servers[i].labels), STR_ARG(tlds[0].name)), e));
    for (size_t i = 0; i < n; i++)
        TRY(sandbox_zone_add_servers(&z, tlds[i].name, tlds[i].name, p->servers, p->servers_n, e));
    struct str mname = str_printf(a, "%.*s.%.*s", STR_ARG(p->servers[0].labels), STR_ARG(tlds[0].name));
    return zone_publish(p, db, &z, STR_NULL, mname, changed_r, e);
}

static enum status zones_publish(struct sandbox_publisher *p, struct db *db, bool *changed_r, struct error *e)
{
    struct arena a;
    struct sandbox_tld *tlds;
    size_t n = 0;
    arena_init(&a, BUILD_ARENA_MAX);
    enum status s = sandbox_tlds(db, &a, &tlds, &n, e);
    if (s == OK)
        s = root_publish(p, db, &a, tlds, n, changed_r, e);
    for (size_t i = 0; i < n && s == OK; i++) {
        struct arena zone;
        arena_init(&zone, BUILD_ARENA_MAX);
        s = tld_publish(p, db, &zone, tlds[i].name, changed_r, e);
        arena_clear(&zone);
    }
    arena_clear(&a);
    return s;
}

/* Waits for the command to end; one that takes too long is killed, as zones would wait behind it for ever. */
static int command_wait(pid_t pid, int *status_r)
{
    for (int waited = 0; waited < COMMAND_TIMEOUT_MS; waited += COMMAND_POLL_MS) {
        pid_t got = waitpid(pid, status_r, WNOHANG);
        if (got == pid || (got < 0 && errno != EINTR))
            return 0;
        (void)poll(NULL, 0, COMMAND_POLL_MS);
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, status_r, 0);
    return -1;
}

static void command_run(const struct sandbox_publisher *p)
{
    struct arena a;
    char *argv[COMMAND_WORDS_MAX + 1] = {0};
    size_t n = 0;
    pid_t pid;
    int status = 0;
    struct str rest = str_trim(p->sb->s->publish_command), word;
    if (str_empty(rest))
        return;
    arena_init(&a, 0);
    while (n < COMMAND_WORDS_MAX && str_take(&rest, ' ', &word)) {
        if (!str_empty(word))
            argv[n++] = str_dupz(&a, word);
    }
    int rc = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
    if (rc != 0)
        log_event(LOG_ERROR, "registry", NULL, "publish-command %s: %s", argv[0], strerror(rc));
    else if (command_wait(pid, &status) != 0)
        log_event(LOG_ERROR, "registry", NULL, "publish-command %s: killed after %d ms", argv[0], COMMAND_TIMEOUT_MS);
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        log_event(LOG_ERROR, "registry", NULL, "publish-command %s: ended with status %d", argv[0], status);
    arena_clear(&a);
}

static enum status publish(struct sandbox_publisher *p, struct error *e)
{
    struct db *db;
    bool changed = false;
    TRY(db_open(&p->sb->db, &db, e));
    enum status s = zones_publish(p, db, &changed, e);
    db_close(&db);
    if (changed)
        command_run(p);
    return s;
}

/* Sleeps until there is something to do; then a moment more, for others to join. False: stop, nothing left. */
static bool work_wait(struct sandbox_publisher *p, uint64_t *upto_r)
{
    pthread_mutex_lock(&p->mutex);
    while (p->wanted == p->done && !p->stop)
        pthread_cond_wait(&p->moved, &p->mutex);
    bool work = p->wanted != p->done, stop = p->stop;
    pthread_mutex_unlock(&p->mutex);
    if (!work)
        return false;
    struct pollfd stopped = {.fd = p->sb->stop_r, .events = POLLIN};
    if (!stop)
        (void)poll(&stopped, 1, p->pause_ms);
    pthread_mutex_lock(&p->mutex);
    *upto_r = p->wanted;
    pthread_mutex_unlock(&p->mutex);
    return true;
}

static void work_done(struct sandbox_publisher *p, uint64_t upto)
{
    pthread_mutex_lock(&p->mutex);
    p->done = upto;
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->mutex);
}

/* Publishes, and measures how long to leave it be afterwards. */
static enum status publish_paced(struct sandbox_publisher *p, struct error *e)
{
    uint64_t began = clock_monotonic_ns();
    enum status s = publish(p, e);
    uint64_t rest_ms = (clock_monotonic_ns() - began) / 1000000u * (PUBLISH_SHARE - 1);
    int least = (int)p->sb->s->publish_delay_ms;
    p->pause_ms = rest_ms > PAUSE_MOST_MS ? PAUSE_MOST_MS : (int)rest_ms;
    if (p->pause_ms < least)
        p->pause_ms = least;
    return s;
}

static void *publish_thread(void *arg)
{
    struct sandbox_publisher *p = arg;
    uint64_t upto;
    while (work_wait(p, &upto)) {
        struct error e;
        if (publish_paced(p, &e) == OK) {
            work_done(p, upto);
            continue;
        }
        metric_add(&m_publish_failed, 1);
        log_event(LOG_ERROR, "registry", NULL, "publication failed, to be tried again: %s", e.text);
        struct pollfd stopped = {.fd = p->sb->stop_r, .events = POLLIN};
        if (poll(&stopped, 1, 1000) > 0)
            return NULL; /* what is left is published at the next start */
    }
    return NULL;
}

static enum status servers_read(struct sandbox_publisher *p, struct error *e)
{
    const struct conf_list *items = &p->sb->s->zone_servers;
    p->servers_n = items->n;
    if (items->n == 0 || items->n > SB_ZONE_SERVERS_MAX)
        return error_set(
            e, INVALID, "zone-server", "give 1 to %d zone-server items: zones need name servers", SB_ZONE_SERVERS_MAX);
    for (size_t i = 0; i < items->n; i++)
        TRY(sandbox_zone_server_read(&p->sb->arena, items->items[i], &p->servers[i], e));
    return OK;
}

enum status sandbox_publish_start(struct sandbox *sb, struct sandbox_publisher **p_r, struct error *e)
{
    struct sandbox_publisher *p = arena_alloc(&sb->arena, sizeof(*p));
    p->sb = sb;
    TRY(servers_read(p, e));
    TRY(publish_paced(p, e));
    (void)pthread_mutex_init(&p->mutex, NULL);
    (void)pthread_cond_init(&p->moved, NULL);
    INVARIANT(pthread_create(&p->thread, NULL, publish_thread, p) == 0);
    *p_r = p;
    return OK;
}

void sandbox_publish_wake(struct sandbox_publisher *p)
{
    pthread_mutex_lock(&p->mutex);
    p->wanted++;
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->mutex);
}

void sandbox_publish_wait(struct sandbox *sb)
{
    struct sandbox_publisher *p = sb->publisher;
    pthread_mutex_lock(&p->mutex);
    uint64_t upto = p->wanted;
    while (p->done < upto)
        pthread_cond_wait(&p->moved, &p->mutex);
    pthread_mutex_unlock(&p->mutex);
}

void sandbox_publish_stop(struct sandbox_publisher **p_p)
{
    struct sandbox_publisher *p = *p_p;
    *p_p = NULL;
    pthread_mutex_lock(&p->mutex);
    p->stop = true;
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->mutex);
    (void)pthread_join(p->thread, NULL);
    (void)pthread_mutex_destroy(&p->mutex);
    (void)pthread_cond_destroy(&p->moved);
}
