/* fourways-dns: one authoritative name server. Loads its snapshot, answers, and follows the database. */
#include <limits.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/daemon.h"
#include "base/log.h"
#include "base/metrics.h"
#include "nameserver/feed.h"
#include "nameserver/mem.h"
#include "nameserver/server.h"
#include "nameserver/takeover.h"

struct settings {
    int64_t server_id, column, row_from, row_to;
    struct str name;
    struct conf_list listen;
    struct str notify, advertise;
    struct str db_socket, db_host, db_user, db_password_file, db_name;
    int64_t db_port;
    struct conf_list db_standby;
    struct str snapshot;
    int64_t snapshot_interval_s, poll_ms, threads;
    int64_t tcp_max, tcp_client_max;
    struct query_conf query;
    struct conf_list resolvers;
    struct str resolver_anchors;
    int64_t external_targets, external_stale_s;
    struct str metrics;
    bool minimal;
};

#define LOOK_MS 1000 /* between two looks at what may change: cookie keys, limited rates */
#define AT(field) offsetof(struct settings, field)

static const struct conf_item items[] = {
    {"server-id", CONF_INT, AT(server_id), NULL, 1, UINT_MAX, "Number of this name server, its row in dns_server."},
    {"column", CONF_INT, AT(column), "0", 0, 3, "Column of the name-server pool that it serves."},
    {"row-from", CONF_INT, AT(row_from), "0", 0, 511, "First row of the pool that it serves."},
    {"row-to", CONF_INT, AT(row_to), "511", 0, 511, "Last row of the pool that it serves."},
    {"name", CONF_STR, AT(name), NULL, 0, 0, "What pages and logs call it."},
    {"listen", CONF_LIST, AT(listen), NULL, 0, 0,
        "Address and port for UDP and TCP; may stand again, for each address."},
    {"advertise", CONF_STR, AT(advertise), "", 0, 0,
        "Addresses with port, blank-separated, that others shall reach it at; empty: those of listen."},
    {"notify", CONF_STR, AT(notify), "", 0, 0, "Address and port for wake-up datagrams; empty: none, it polls only."},
    {"db-socket", CONF_STR, AT(db_socket), "", 0, 0, "Unix socket of MariaDB; empty: db-host and db-port."},
    {"db-host", CONF_STR, AT(db_host), "127.0.0.1", 0, 0, "Host of MariaDB, where db-socket is empty."},
    {"db-port", CONF_INT, AT(db_port), "3306", 1, 65535, "Port of MariaDB, where db-socket is empty."},
    {"db-user", CONF_STR, AT(db_user), "fw_dns", 0, 0, "Database user."},
    {"db-password-file", CONF_STR, AT(db_password_file), "", 0, 0,
        "File with the database user's password; empty: none."},
    {"db-name", CONF_STR, AT(db_name), "fourways", 0, 0, "Database."},
    {"db-standby", CONF_LIST, AT(db_standby), "", 0, 0,
        "Socket path, or host:port, of a further MariaDB, asked when the one at hand is gone. User, "
        "password and database name are the same."},
    {"snapshot", CONF_STR, AT(snapshot), NULL, 0, 0,
        "File of its own copy of all zones, on a disk of its own; PATH.prev, PATH.log.N and PATH.external are kept "
        "beside it."},
    {"snapshot-interval-s", CONF_INT, AT(snapshot_interval_s), "10", 0, 86400,
        "Least time between two snapshots, in seconds; changes in between are in PATH.log.N."},
    {"poll-ms", CONF_INT, AT(poll_ms), "500", 20, 60000, "Time between two looks at the database, in milliseconds."},
    {"threads", CONF_INT, AT(threads), "0", 0, SERVER_THREADS_MAX, "Threads that answer UDP; 0: one for each core."},
    {"tcp-connections", CONF_INT, AT(tcp_max), "1024", 1, 1000000, "TCP connections at a time."},
    {"tcp-client-connections", CONF_INT, AT(tcp_client_max), "64", 1, 1000000,
        "TCP connections at a time from one IPv4 address or one IPv6 /64."},
    {"tcp-idle-s", CONF_INT, AT(query.tcp_idle_s), "10", 1, 3600,
        "Seconds after which a TCP connection that completes no query is closed."},
    {"udp-size", CONF_INT, AT(query.udp_size), "1232", DNS_UDP_PLAIN_MAX, QUERY_UDP_MAX,
        "Longest answer over UDP, in bytes; what does not fit is asked for again over TCP."},
    {"nsid", CONF_STR, AT(query.nsid), "", 0, 0,
        "What it calls itself to who asks (NSID, RFC 5001): text, or 0x and hex digits; empty: no answer."},
    {"version-answer", CONF_STR, AT(query.version), "", 0, 0,
        "Text for version.bind and version.server in class CH; empty: REFUSED."},
    {"identity-answer", CONF_STR, AT(query.identity), "", 0, 0,
        "Text for id.server and hostname.bind in class CH; empty: REFUSED."},
    {"cookies", CONF_BOOL, AT(query.cookies), "yes", 0, 0, "Whether DNS cookies (RFC 7873) are given and checked."},
    {"cookie-keys", CONF_STR, AT(query.cookie_keys), "", 0, 0,
        "File with cookie keys, 32 hex digits a line: the first makes cookies, all verify; read again when it is "
        "replaced. "
        "Empty: a random key until the next start."},
    {"cookies-required", CONF_BOOL, AT(query.cookies_required), "no", 0, 0,
        "Whether only clients with a good cookie get data over UDP; all others get BADCOOKIE, or TC."},
    {"rrl-rate", CONF_INT, AT(query.rrl_rate), "0", 0, RRL_RATE_MAX,
        "Answers a second over UDP for one network, name and kind of answer; 0: as many as are asked for."},
    {"rrl-slip", CONF_INT, AT(query.rrl_slip), "2", 0, 1000,
        "One in so many answers over the rate is sent empty with TC, the others are dropped; 0: all are dropped."},
    {"rrl-prefix-v4", CONF_INT, AT(query.rrl_prefix4), "24", 1, 32, "Bits of an IPv4 network that is counted as one."},
    {"rrl-prefix-v6", CONF_INT, AT(query.rrl_prefix6), "56", 1, 64, "Bits of an IPv6 network that is counted as one."},
    {"rrl-slots", CONF_INT, AT(query.rrl_slots), "524288", 8, RRL_SLOTS_MAX,
        "Answers whose rates are remembered at a time, of 8 bytes each."},
    {"rrl-exempt", CONF_LIST, AT(query.rrl_exempt), "", 0, 0,
        "Network whose answers are not limited, as 192.0.2.0/24."},
    {"minimal-responses", CONF_BOOL, AT(minimal), "yes", 0, 0,
        "Answers without the addresses of what NS, MX, SRV, SVCB and HTTPS records point to; no: with them, for more "
        "memory."},
    {"resolver", CONF_LIST, AT(resolvers), "", 0, 0,
        "Address and port of a resolver that is asked for what aliases to names elsewhere answer with; what it tells "
        "is "
        "published, so it should know public names only; none: such aliases answer SERVFAIL."},
    {"resolver-trust-anchors", CONF_STR, AT(resolver_anchors), "", 0, 0,
        "File of DS or DNSKEY records by which the resolvers' answers are validated; empty: they are believed."},
    {"external-targets", CONF_INT, AT(external_targets), "10000", 1, 100000,
        "Names elsewhere, by name and type, that aliases may lead to; further ones answer SERVFAIL."},
    {"external-stale-s", CONF_INT, AT(external_stale_s), "86400", 60, 31536000,
        "Seconds that the last good answer of a name elsewhere stands while it cannot be confirmed; then SERVFAIL."},
    {"metrics", CONF_STR, AT(metrics), "", 0, 0, "Address and port of /metrics and /healthz; empty: none."},
};

static bool takes_over;

static const struct daemon_info info = {
    .program = "fourways-dns",
    .purpose =
        "Authoritative name server for the zones in the database; answers from memory, restarts from its snapshot.",
    .items = items,
    .items_n = ARRAY_LEN(items),
    .option = "takeover",
    .option_help = "take the place of the process that runs with this configuration, without a gap",
    .option_given = &takes_over,
};

static struct feed *the_feed;

static bool healthy(char *why, size_t n)
{
    return feed_healthy(the_feed, why, n);
}

static enum status listen_addrs(
    struct arena *a, const struct settings *c, struct net_addr **addrs_r, struct str *text_r, struct error *e)
{
    struct net_addr *addrs = ARENA_ARRAY(a, c->listen.n + 1, struct net_addr);
    struct buf text;

    buf_in(&text, a, 4096);
    for (size_t i = 0; i < c->listen.n; i++) {
        TRY(net_addr_parse(c->listen.items[i], &addrs[i], e));
        if (i > 0)
            buf_putc(&text, ' ');
        buf_str(&text, c->listen.items[i]);
    }
    *addrs_r = addrs;
    *text_r = str_empty(c->advertise) ? buf_view(&text) : c->advertise;
    return OK;
}

static enum status db_of(struct arena *a, const struct settings *c, struct db_settings *db_r, struct error *e)
{
    struct str password = STR("");

    if (!str_empty(c->db_password_file))
        TRY(file_read(a, str_dupz(a, c->db_password_file), 4096, &password, e));
    *db_r = (struct db_settings){
        .socket = str_empty(c->db_socket) ? NULL : str_dupz(a, c->db_socket),
        .host = str_dupz(a, c->db_host),
        .port = (unsigned)c->db_port,
        .user = str_dupz(a, c->db_user),
        .password = str_dupz(a, str_trim(password)),
        .database = str_dupz(a, c->db_name),
        .timeout_ms = 3000,
    };
    return OK;
}

/* "/path/of/socket", "host:port", "[2001:db8::1]:port" */
static enum status standby_of(
    struct arena *a, struct str text, const struct db_settings *like, struct db_settings *db_r, struct error *e)
{
    struct str host = text, port;
    uint64_t number;

    *db_r = *like;
    db_r->socket = str_starts(text, STR("/")) ? str_dupz(a, text) : NULL;
    if (db_r->socket != NULL)
        return OK;
    if (net_host_check(text, e) != OK)
        return error_prefix(e, "db-standby (a path of a socket, or host:port)");
    while (host.p[host.n - 1] != ':')
        host.n--;
    port = str_n(host.p + host.n, text.n - host.n);
    host.n--;
    INVARIANT(str_to_u64(port, 65535, &number));
    if (host.p[0] == '[')
        host = str_n(host.p + 1, host.n - 2);
    db_r->host = str_dupz(a, host);
    db_r->port = (unsigned)number;
    return OK;
}

static enum status standbys_of(struct arena *a, const struct settings *c, struct feed_settings *s, struct error *e)
{
    struct db_settings *all = ARENA_ARRAY(a, c->db_standby.n + 1, struct db_settings);

    for (size_t i = 0; i < c->db_standby.n; i++)
        TRY(standby_of(a, c->db_standby.items[i], &s->db, &all[i], e));
    s->standby = all;
    s->standby_n = c->db_standby.n;
    return OK;
}

static enum status feed_of(
    struct arena *a, const struct settings *c, struct str addrs, struct feed_settings *s_r, struct error *e)
{
    *s_r = (struct feed_settings){
        .server = {.id = c->server_id,
            .column = c->column,
            .row_from = c->row_from,
            .row_to = c->row_to,
            .name = c->name,
            .dns_addrs = addrs,
            .notify_addr = str_empty(c->notify) ? STR_NULL : c->notify},
        .snapshot = str_dupz(a, c->snapshot),
        .snapshot_interval_us = c->snapshot_interval_s * US_PER_S,
        .poll_ms = (int)c->poll_ms,
    };
    if (!str_empty(c->notify))
        TRY(net_addr_parse(c->notify, &s_r->notify, e));
    TRY(db_of(a, c, &s_r->db, e));
    return standbys_of(a, c, s_r, e);
}

struct running {
    struct store store;
    struct takeover before; /* whose place we take */
    struct takeover_door *door; /* for who takes ours */
    const char *door_path;
    struct query_setup setup;
    struct external_resolver *external;
    struct server *server;
    struct feed *feed;
    struct httpd *metrics;
    pthread_mutex_t feed_lock; /* of the three below */
    pthread_t feed_thread;
    int feed_stop_fd; /* -1: the feed does not run */
    bool feed_ended; /* and never will again */
};

static enum status external_start(struct running *r, struct arena *a, const struct settings *c, struct error *e)
{
    struct net_addr *addrs = ARENA_ARRAY(a, c->resolvers.n + 1, struct net_addr);
    struct external_settings s = {
        .resolvers = addrs,
        .resolvers_n = c->resolvers.n,
        .trust_anchors = str_empty(c->resolver_anchors) ? NULL : str_dupz(a, c->resolver_anchors),
        .path = arena_printf(a, "%.*s.external", STR_ARG(c->snapshot)),
        .targets_max = (size_t)c->external_targets,
        .stale_us = c->external_stale_s * US_PER_S,
    };

    for (size_t i = 0; i < c->resolvers.n; i++)
        TRY(net_addr_parse(c->resolvers.items[i], &addrs[i], e));
    return external_resolver_new(&r->store, &s, clock_now(), &r->external, e);
}

/* ---- the feed's thread ------------------------------------------------------------------------------- */

static void *feed_main(void *running)
{
    struct running *r = running;

    feed_run(r->feed, r->feed_stop_fd);
    return NULL;
}

static void feed_start(void *running)
{
    struct running *r = running;

    pthread_mutex_lock(&r->feed_lock);
    if (!r->feed_ended && r->feed_stop_fd < 0) {
        r->feed_stop_fd = eventfd(0, EFD_CLOEXEC);
        INVARIANT(r->feed_stop_fd >= 0 && pthread_create(&r->feed_thread, NULL, feed_main, r) == 0);
    }
    pthread_mutex_unlock(&r->feed_lock);
}

/* It ends with the last snapshot. */
static void feed_stop(void *running)
{
    struct running *r = running;
    uint64_t one = 1;

    pthread_mutex_lock(&r->feed_lock);
    r->feed_ended = daemon_stopping();
    if (r->feed_stop_fd >= 0) {
        INVARIANT(write(r->feed_stop_fd, &one, sizeof(one)) == sizeof(one));
        pthread_join(r->feed_thread, NULL);
        close(r->feed_stop_fd);
        r->feed_stop_fd = -1;
    }
    pthread_mutex_unlock(&r->feed_lock);
}

/* ---- taking over, and being taken over from -------------------------------------------------------------- */

static void sockets_put(void *running, void (*put)(void *to, enum inherit_kind kind, int fd), void *to)
{
    const struct running *r = running;

    server_sockets(r->server, put, to);
    if (feed_notify_fd(r->feed) >= 0)
        put(to, INHERIT_NOTIFY, feed_notify_fd(r->feed));
}

static void let_go(void *running)
{
    struct running *r = running;

    httpd_stop(&r->metrics);
    server_drain(r->server);
}

static void gone(void *running)
{
    struct running *r = running;
    unsigned seconds = 0;

    log_event(LOG_INFO, "takeover", NULL, "the successor answers; serving open TCP connections to their end");
    while (seconds++ < TAKEOVER_DRAIN_S && !daemon_stopping() && !server_drained(r->server, 1))
        ;
    daemon_stop();
}

/* A server that nobody can take over from serves all the same. */
static void door_open(struct running *r)
{
    const struct takeover_host host = {r, feed_stop, feed_start, sockets_put, let_go, gone};
    struct error e;

    if (takeover_open(r->door_path, &host, &r->door, &e) != OK)
        log_event(LOG_WARN, "takeover", NULL, "%s; --takeover will not work with this process", e.text);
}

/* What was served must be served by us before the one before us may go. */
static enum status place_may_be_taken(const struct running *r, const struct feed_kept *kept, struct error *e)
{
    if (r->before.fd < 0)
        return OK;
    if (!kept->loaded)
        return error_set(
            e, UNAVAILABLE, "takeover", "the snapshot that the process before wrote cannot be used; it goes on");
    if (daemon_stopping())
        return error_set(e, UNAVAILABLE, "takeover", "told to stop before the process before had; it goes on");
    return OK;
}

/* What is wrong with our own address of /metrics must show while the one before can still go on; that one has the port
 * until it goes, and from then on there is nobody else to answer, so we do, with metrics or without. */
static enum status place_take(struct running *r, struct str metrics, const struct feed_kept *kept, struct error *e)
{
    enum status s = str_empty(metrics) ? OK : metrics_serve(metrics, healthy, &r->metrics, e);

    if (s != OK && (r->before.fd < 0 || strcmp(e->code, "port-taken") != 0))
        return s;
    TRY(place_may_be_taken(r, kept, e));
    inherit_clear(&r->before.sockets); /* the one before reads the others to their end */
    takeover_ready(&r->before);
    if (s != OK && metrics_serve(metrics, healthy, &r->metrics, e) != OK)
        log_event(LOG_ERROR, "takeover", NULL, "no /metrics until the next start: %s", e->text);
    return OK;
}

/* ---- the start ------------------------------------------------------------------------------------------ */

static enum status everything_start(struct running *r, struct arena *a, const struct settings *c, struct error *e)
{
    struct feed_settings fs;
    struct server_settings ss = {
        .addrs_n = c->listen.n,
        .threads = (unsigned)c->threads,
        .tcp_max = (unsigned)c->tcp_max,
        .tcp_client_max = (unsigned)c->tcp_client_max,
        .tcp_idle_s = (unsigned)c->query.tcp_idle_s,
    };
    struct net_addr *addrs;
    struct str text;

    TRY(query_setup_open(&r->setup, a, &c->query, e));
    ss.query = &r->setup.settings;
    TRY(listen_addrs(a, c, &addrs, &text, e));
    ss.addrs = addrs;
    TRY(feed_of(a, c, text, &fs, e));
    r->store.additional = !c->minimal;
    r->door_path = arena_printf(a, "%.*s.takeover", STR_ARG(c->snapshot));
    if (takes_over)
        TRY(takeover_ask(r->door_path, &r->before, e));
    ss.inherited = fs.inherited = &r->before.sockets;
    TRY(external_start(r, a, c, e));
    fs.external = r->external;
    feed_load(&r->store, a, fs.snapshot, &fs.kept);
    TRY(feed_new(&r->store, &fs, &r->feed, e));
    the_feed = r->feed;
    breakpoint("takeover:loaded"); /* from here on some of what is asked is ours */
    TRY(server_start(&r->store, &ss, &r->server, e));
    return place_take(r, c->metrics, &fs.kept, e);
}

/* Sockets answer by now; ready means that they answer for zones. */
static void ready_wait(const struct feed *f)
{
    while (!feed_ready(f) && !daemon_stopping())
        (void)net_wait_wake(-1, daemon_stop_fd(), 10);
    if (feed_ready(f))
        daemon_ready();
}

static int run(struct running *r)
{
    feed_start(r);
    door_open(r);
    ready_wait(r->feed);
    while (!daemon_stopping()) {
        query_setup_look(&r->setup, clock_monotonic_ns());
        (void)net_wait_wake(-1, daemon_stop_fd(), LOOK_MS);
    }
    feed_stop(r); /* it ends after the last snapshot */
    takeover_close(&r->door);
    log_event(LOG_INFO, "process", NULL, "stopped");
    return 0;
}

int main(int argc, char **argv)
{
    static struct running r = {.before.fd = -1, .feed_lock = PTHREAD_MUTEX_INITIALIZER, .feed_stop_fd = -1};
    struct settings c = {.server_id = 0};
    struct arena a;
    struct error e;
    int code = 1;

    mem_open();
    arena_init(&a, 0);
    daemon_start(&a, &info, argc, argv, &c);
    store_init(&r.store);
    if (everything_start(&r, &a, &c, &e) == OK)
        code = run(&r);
    else
        log_event(LOG_ERROR, "process", NULL, "%s", e.text);
    takeover_clear(&r.before);
    httpd_stop(&r.metrics);
    server_stop(&r.server);
    feed_free(&r.feed);
    query_setup_close(&r.setup);
    external_resolver_free(&r.external);
    store_clear(&r.store);
    arena_clear(&a);
    return code;
}
