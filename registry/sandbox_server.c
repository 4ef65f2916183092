/* The server around the sessions: start, accepting, the sweep's thread, stop. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "registry/sandbox_call.h"
#include "registry/sandbox_clock.h"
#include "registry/sandbox_publish.h"
#include "registry/sandbox_seed.h"
#include "registry/sandbox_sweep.h"

#define BACKLOG 256
#define SESSION_STACK ((size_t)1 << 20)
#define SESSION_ARENA_MAX ((size_t)64 << 20)
#define OUT_MAX EPP_FRAME_MAX

METRIC(m_connections, "fourways_sandbox_connections_total", "", "counter", "EPP connections accepted");
METRIC(m_turned_away, "fourways_sandbox_turned_away_total", "", "counter", "EPP connections over the limit");

static void session_free(struct sandbox_session *s)
{
    if (s->fd >= 0)
        (void)close(s->fd);
    if (s->tls != NULL)
        tls_abort(&s->tls);
    if (s->db != NULL)
        db_close(&s->db);
    epp_frame_reader_clear(&s->frames);
    buf_clear(&s->out);
    buf_clear(&s->held);
    arena_clear(&s->control.arena);
    arena_clear(&s->heard_arena);
    arena_clear(&s->arena);
    free(s);
}

static struct sandbox_session *session_new(struct sandbox *sb, int fd, const struct net_addr *peer)
{
    struct sandbox_session *s = calloc(1, sizeof(*s));
    INVARIANT(s != NULL);
    s->sb = sb;
    s->fd = fd;
    arena_init(&s->arena, SESSION_ARENA_MAX);
    arena_init(&s->heard_arena, SESSION_ARENA_MAX);
    arena_init(&s->control.arena, SESSION_ARENA_MAX);
    buf_init(&s->out, OUT_MAX);
    buf_init(&s->held, OUT_MAX + SB_HELD_MAX);
    epp_frame_reader_init(&s->frames, (size_t)sb->s->frame_max);
    (void)snprintf(s->peer, sizeof(s->peer), "%.*s", STR_ARG(net_addr_text(&s->arena, peer)));
    return s;
}

static void *session_thread(void *arg)
{
    struct sandbox_session *s = arg;
    struct sandbox *sb = s->sb;
    sandbox_session_run(s);
    pthread_mutex_lock(&sb->mutex);
    if (s->prev != NULL)
        s->prev->next = s->next;
    else
        sb->sessions = s->next;
    if (s->next != NULL)
        s->next->prev = s->prev;
    pthread_mutex_unlock(&sb->mutex);
    session_free(s);
    pthread_mutex_lock(&sb->mutex);
    sb->sessions_n--;
    pthread_cond_broadcast(&sb->ended);
    pthread_mutex_unlock(&sb->mutex);
    return NULL;
}

/* Lists the session and gives it a thread; false when that cannot be. */
static bool session_start(struct sandbox *sb, struct sandbox_session *s)
{
    pthread_attr_t attr;
    pthread_t thread;
    pthread_mutex_lock(&sb->mutex);
    s->next = sb->sessions;
    if (s->next != NULL)
        s->next->prev = s;
    sb->sessions = s;
    sb->sessions_n++;
    pthread_mutex_unlock(&sb->mutex);
    (void)pthread_attr_init(&attr);
    (void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&attr, SESSION_STACK);
    int rc = pthread_create(&thread, &attr, session_thread, s);
    (void)pthread_attr_destroy(&attr);
    if (rc == 0)
        return true;
    pthread_mutex_lock(&sb->mutex);
    sb->sessions = s->next; /* only this thread adds, and always in front */
    if (s->next != NULL)
        s->next->prev = NULL;
    sb->sessions_n--;
    pthread_mutex_unlock(&sb->mutex);
    return false;
}

static bool sessions_full(struct sandbox *sb)
{
    pthread_mutex_lock(&sb->mutex);
    bool full = sb->sessions_n >= (unsigned)sb->s->max_sessions;
    pthread_mutex_unlock(&sb->mutex);
    return full;
}

static void connection_take(struct sandbox *sb)
{
    struct net_addr peer = {.len = sizeof(peer.sa)};
    int fd = accept4(sb->listen_fd, (struct sockaddr *)&peer.sa, &peer.len, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE) { /* the listener stays readable: do not spin on it */
            struct pollfd stop = {.fd = sb->stop_r, .events = POLLIN};
            log_event(LOG_ERROR, "registry", NULL, "out of file descriptors");
            (void)poll(&stop, 1, 200);
        }
        return;
    }
    metric_add(&m_connections, 1);
    struct sandbox_session *s = sessions_full(sb) ? NULL : session_new(sb, fd, &peer);
    if (s != NULL && session_start(sb, s))
        return;
    metric_add(&m_turned_away, 1);
    log_event(LOG_WARN, "registry", NULL, "connection turned away: no more sessions (sessions-max)");
    if (s != NULL)
        session_free(s);
    else
        (void)close(fd);
}

static void *accept_thread(void *arg)
{
    struct sandbox *sb = arg;
    for (;;) {
        struct pollfd fds[] = {{.fd = sb->listen_fd, .events = POLLIN}, {.fd = sb->stop_r, .events = POLLIN}};
        int n = poll(fds, ARRAY_LEN(fds), -1);
        if (n > 0 && fds[1].revents != 0)
            return NULL;
        if (n > 0)
            connection_take(sb);
    }
}

enum status sandbox_sweep_now(struct sandbox *sb, int64_t now, struct error *e)
{
    struct db *db;
    bool changed;
    TRY(db_open(&sb->db, &db, e));
    enum status s = sandbox_sweep(sb, db, now, &changed, e);
    db_close(&db);
    if (s == OK && changed)
        sandbox_publish_wake(sb->publisher);
    return s;
}

static enum status clock_look(struct sandbox *sb, struct error *e)
{
    struct db *db;
    TRY(db_open(&sb->db, &db, e));
    enum status s = sandbox_clock_follow(sb, db, e);
    db_close(&db);
    return s;
}

/* What falls due by itself, and by a clock that was moved while nobody sends a command. */
static enum status sweep_run(struct sandbox *sb, struct error *e)
{
    TRY(clock_look(sb, e));
    return sandbox_sweep_now(sb, sandbox_now(sb), e);
}

/* The sweep goes through the database at short intervals, so it is the pulse. */
static atomic_bool sweep_failed;

static bool healthy(char *why, size_t n)
{
    if (!atomic_load(&sweep_failed))
        return true;
    (void)snprintf(why, n, "the last sweep of the database failed: see the log");
    return false;
}

static void *sweep_thread(void *arg)
{
    struct sandbox *sb = arg;
    for (;;) {
        struct pollfd stop = {.fd = sb->stop_r, .events = POLLIN};
        struct error e;
        if (poll(&stop, 1, (int)sb->s->sweep_ms) > 0)
            return NULL;
        enum status s = sweep_run(sb, &e);
        atomic_store(&sweep_failed, s != OK);
        if (s != OK)
            log_event(LOG_ERROR, "registry", NULL, "sweep: %s", e.text);
    }
}

static enum status listen_open(struct sandbox *sb, struct error *e)
{
    struct net_addr addr;
    TRY(net_addr_parse(sb->s->listen, &addr, e));
    TRY(net_listen_tcp(&addr, BACKLOG, &sb->listen_fd, e));
    struct sockaddr_storage sa;
    socklen_t len = sizeof(sa);
    INVARIANT(getsockname(sb->listen_fd, (struct sockaddr *)&sa, &len) == 0);
    sb->port = sa.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&sa)->sin6_port)
                                        : ntohs(((struct sockaddr_in *)&sa)->sin_port);
    return OK;
}

static enum status tls_open(struct sandbox *sb, struct error *e)
{
    struct arena *a = &sb->arena;
    struct tls_settings t = {.ca_file = arena_printf(a, "%.*s/ca.pem", STR_ARG(sb->s->ca_dir)),
        .cert_file = arena_printf(a, "%.*s/server.pem", STR_ARG(sb->s->ca_dir)),
        .key_file = arena_printf(a, "%.*s/server.key", STR_ARG(sb->s->ca_dir)),
        .require_peer_cert = true};
    return tls_server_ctx(&t, &sb->tls, e);
}

static enum status sandbox_open(struct sandbox *sb, struct error *e)
{
    struct db *db;
    TRY(listen_open(sb, e)); /* first, so that a second server on this port touches nothing; served when all is ready */
    TRY(sandbox_personality_read(&sb->arena, sb->s->personality, &sb->as, e));
    TRY(sandbox_services_offered(&sb->as, &sb->offered, e));
    TRY(sandbox_db_settings(&sb->arena, sb->s, &sb->db, e));
    TRY(db_open(&sb->db, &db, e));
    enum status s = sandbox_seed(sb, db, e);
    db_close(&db);
    if (s != OK)
        return s;
    TRY(tls_open(sb, e));
    TRY(sandbox_publish_start(sb, &sb->publisher, e));
    TRY(clock_look(sb, e)); /* with all that fell due while nobody was here */
    if (!str_empty(sb->s->metrics))
        TRY(metrics_serve(sb->s->metrics, healthy, &sb->metrics, e));
    return OK;
}

/* Everything but the threads of sandbox_start. */
static void sandbox_free(struct sandbox *sb)
{
    if (sb->metrics != NULL)
        httpd_stop(&sb->metrics);
    if (sb->publisher != NULL)
        sandbox_publish_stop(&sb->publisher);
    if (sb->listen_fd >= 0)
        (void)close(sb->listen_fd);
    if (sb->tls != NULL)
        tls_ctx_free(&sb->tls);
    (void)close(sb->stop_r);
    crypto_wipe(&sb->key, sizeof(sb->key));
    arena_clear(&sb->arena);
    (void)pthread_mutex_destroy(&sb->mutex);
    (void)pthread_mutex_destroy(&sb->clock_mutex);
    sandbox_passwords_clear(&sb->passwords);
    (void)pthread_cond_destroy(&sb->ended);
    free(sb);
}

enum status sandbox_start(const struct sandbox_settings *s, struct sandbox **sb_r, struct error *e)
{
    struct sandbox *sb = calloc(1, sizeof(*sb));
    INVARIANT(sb != NULL);
    sb->s = s;
    sb->listen_fd = -1;
    sb->stop_r = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    INVARIANT(sb->stop_r >= 0);
    (void)pthread_mutex_init(&sb->mutex, NULL);
    (void)pthread_mutex_init(&sb->clock_mutex, NULL);
    sandbox_passwords_init(&sb->passwords);
    (void)pthread_cond_init(&sb->ended, NULL);
    arena_init(&sb->arena, 0);
    (void)snprintf(sb->boot, sizeof(sb->boot), "%.*s", STR_ARG(crypto_token(&sb->arena, sizeof(sb->boot) - 1)));
    enum status st = sandbox_open(sb, e);
    if (st != OK) {
        sandbox_free(sb);
        return st;
    }
    INVARIANT(pthread_create(&sb->sweeper, NULL, sweep_thread, sb) == 0);
    INVARIANT(pthread_create(&sb->accepter, NULL, accept_thread, sb) == 0);
    log_event(LOG_INFO, "registry", NULL, "sandbox listens on %.*s, port %u", STR_ARG(s->listen), sb->port);
    *sb_r = sb;
    return OK;
}

void sandbox_stop(struct sandbox **sb_p)
{
    struct sandbox *sb = *sb_p;
    if (sb == NULL)
        return;
    *sb_p = NULL;
    INVARIANT(eventfd_write(sb->stop_r, 1) == 0); /* nobody reads it: it stays readable for all */
    (void)pthread_join(sb->accepter, NULL);
    (void)pthread_join(sb->sweeper, NULL);
    pthread_mutex_lock(&sb->mutex);
    while (sb->sessions_n > 0)
        pthread_cond_wait(&sb->ended, &sb->mutex);
    pthread_mutex_unlock(&sb->mutex);
    log_event(LOG_INFO, "registry", NULL, "sandbox stopped");
    sandbox_free(sb);
}

unsigned sandbox_port(const struct sandbox *sb)
{
    return sb->port;
}
