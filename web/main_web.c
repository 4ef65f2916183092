/* fourways-web: the pages and the API. It takes orders and changes records; it holds no registry credentials. */
#include "base/daemon.h"
#include "base/log.h"
#include "base/metrics.h"
#include "billing/money.h"
#include "web/web.h"

struct config {
    struct desk_conf desk;
    struct conf_list listen;
    struct str metrics, key_file, currency;
    bool secure_cookie;
    int64_t threads, session_life_s, session_idle_s, registry_timeout_ms, dns_timeout_ms;
};

static const struct conf_item items[] = {
    DESK_CONF_ITEMS(struct config, desk),
    {"listen", CONF_LIST, offsetof(struct config, listen), NULL, 0, 0, "Address and port for pages, API and /healthz."},
    {"metrics", CONF_STR, offsetof(struct config, metrics), "", 0, 0,
        "Address and port of /metrics and /healthz, not for the public; empty: none."},
    {"web-key-file", CONF_STR, offsetof(struct config, key_file), NULL, 0, 0,
        "File with the key that API secrets are sealed with."},
    {"threads", CONF_INT, offsetof(struct config, threads), "16", 1, 256,
        "Requests worked on at once; each has a database connection."},
    {"secure-cookie", CONF_BOOL, offsetof(struct config, secure_cookie), "no", 0, 0,
        "Whether people reach the pages over https; cookies are then sent over nothing else."},
    {"session-life-s", CONF_INT, offsetof(struct config, session_life_s), "43200", 60, 31536000,
        "Seconds after which people must sign in again, however busy they are."},
    {"session-idle-s", CONF_INT, offsetof(struct config, session_idle_s), "7200", 60, 31536000,
        "Seconds without a request after which people must sign in again."},
    {"currency", CONF_STR, offsetof(struct config, currency), "EUR", 0, 0,
        "Currency of the prices shown to people who are not signed in."},
    {"registry-timeout-ms", CONF_INT, offsetof(struct config, registry_timeout_ms), "5000", 100, 60000,
        "Milliseconds to wait for a registry's answer on a page."},
    {"dns-timeout-ms", CONF_INT, offsetof(struct config, dns_timeout_ms), "700", 10, 10000,
        "Milliseconds to wait for a name server's answer on an order's page."},
};

#define LOGINS_AT_ONCE 2

static struct web web;
static sem_t logins;

static enum status web_open(struct arena *a, const struct config *c, struct error *e)
{
    TRY(desk_open(a, &c->desk, &web.desk, e));
    TRY(secret_key_load(str_dupz(a, c->key_file), &web.key, e));
    if (!money_currency_valid(c->currency))
        return error_set(e, INVALID, "currency", "'%.*s' is not a currency, such as EUR", STR_ARG(c->currency));
    csrf_key_derive(&web.key, &web.csrf);
    web.session = (struct session_times){c->session_life_s * US_PER_S, c->session_idle_s * US_PER_S};
    web.secure_cookie = c->secure_cookie;
    web.currency = c->currency;
    web.registry_timeout_ms = (int)c->registry_timeout_ms;
    web.asks_max = (int)(c->threads + 1) / 2;
    web.dns_timeout_ms = (int)c->dns_timeout_ms;
    INVARIANT(sem_init(&logins, 0, LOGINS_AT_ONCE) == 0);
    web.logins = &logins;
    return db_pool_open(&web.desk.db, (size_t)c->threads, &web.pool, e);
}

static enum status serve(struct arena *a, const struct config *c, struct httpd **h_r, struct error *e)
{
    struct net_addr *addrs = ARENA_ARRAY(a, c->listen.n, struct net_addr);
    for (size_t i = 0; i < c->listen.n; i++)
        TRY(net_addr_parse(c->listen.items[i], &addrs[i], e));
    const struct httpd_settings s = {
        .addrs = addrs,
        .addrs_n = c->listen.n,
        .threads = (unsigned)c->threads,
        .handler = web_handle,
        .refuse = web_refuse,
        .ctx = &web,
    };
    return httpd_start(&s, h_r, e);
}

static bool healthy(char *why, size_t n)
{
    struct arena a;
    struct error e = {0};
    arena_init(&a, 0);
    enum status s = web_health(&web, &a, &e);
    if (s != OK)
        (void)snprintf(why, n, "%s", e.text);
    arena_clear(&a);
    return s == OK;
}

static enum status serve_all(
    struct arena *a, const struct config *c, struct httpd **h_r, struct httpd **metrics_r, struct error *e)
{
    if (!str_empty(c->metrics))
        TRY(metrics_serve(c->metrics, healthy, metrics_r, e));
    return serve(a, c, h_r, e);
}

static enum status run(struct arena *a, const struct config *c, struct error *e)
{
    struct httpd *h = NULL, *metrics = NULL;
    TRY(web_open(a, c, e));
    enum status s = serve_all(a, c, &h, &metrics, e);
    if (s == OK) {
        log_event(LOG_INFO, "http", str_dupz(a, c->listen.items[0]), "listening");
        daemon_serve();
    }
    httpd_stop(&h);
    httpd_stop(&metrics);
    db_pool_close(&web.pool);
    return s;
}

int main(int argc, char **argv)
{
    static struct config c;
    struct arena a;
    struct error e = {0};
    arena_init(&a, 0);
    const struct daemon_info info = {
        .program = "fourways-web",
        .purpose = "Serves the pages and the API.",
        .items = items,
        .items_n = ARRAY_LEN(items),
    };
    daemon_start(&a, &info, argc, argv, &c);
    enum status s = run(&a, &c, &e);
    if (s != OK)
        log_event(LOG_ERROR, "process", "fourways-web", "cannot run: code=%s %s", e.code, e.text);
    arena_clear(&a);
    crypto_wipe(&web.key, sizeof(web.key));
    crypto_wipe(&web.csrf, sizeof(web.csrf));
    return s == OK ? 0 : 1;
}
