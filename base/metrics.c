#include "base/metrics.h"

#include <pthread.h>

/* The linker's bounds of the section; both absent in a program that has no METRIC. */
extern struct metric *const __start_fw_metrics[] __attribute__((weak));
extern struct metric *const __stop_fw_metrics[] __attribute__((weak));

struct made_metric {
    struct metric m;
    struct made_metric *next;
};

static pthread_mutex_t made_lock = PTHREAD_MUTEX_INITIALIZER;
static struct made_metric *made; /* newest first; never freed */

static struct metric *made_find(const char *name, const char *labels)
{
    for (struct made_metric *at = made; at != NULL; at = at->next)
        if (strcmp(at->m.name, name) == 0 && strcmp(at->m.labels, labels) == 0)
            return &at->m;
    return NULL;
}

static char *text_keep(const char *z)
{
    char *copy = strdup(z);
    INVARIANT(copy != NULL);
    return copy;
}

static struct metric *made_add(const char *name, const char *labels, const char *type, const char *help)
{
    struct made_metric *add = calloc(1, sizeof(*add));
    INVARIANT(add != NULL);
    add->m.name = text_keep(name);
    add->m.labels = text_keep(labels);
    add->m.type = text_keep(type);
    add->m.help = text_keep(help);
    add->next = made;
    made = add;
    return &add->m;
}

struct metric *metric_new(const char *name, const char *labels, const char *type, const char *help)
{
    (void)pthread_mutex_lock(&made_lock);
    struct metric *m = made_find(name, labels);
    if (m == NULL)
        m = made_add(name, labels, type, help);
    (void)pthread_mutex_unlock(&made_lock);
    return m;
}

static int metric_order(const void *left, const void *right)
{
    const struct metric *a = *(struct metric *const *)left, *b = *(struct metric *const *)right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->labels, b->labels);
}

/* All metrics by name, so that those of one name stand together as the format demands. */
static struct metric **metrics_sorted(struct arena *a, size_t *n_r)
{
    size_t n = 0, max = 0;
    for (struct metric *const *at = __start_fw_metrics; at < __stop_fw_metrics; at++)
        max++;
    for (struct made_metric *at = made; at != NULL; at = at->next)
        max++;
    struct metric **all = ARENA_ARRAY(a, max, struct metric *);
    for (struct metric *const *at = __start_fw_metrics; at < __stop_fw_metrics; at++)
        if (*at != NULL)
            all[n++] = *at;
    for (struct made_metric *at = made; at != NULL; at = at->next)
        all[n++] = &at->m;
    qsort(all, n, sizeof(struct metric *), metric_order);
    *n_r = n;
    return all;
}

static void metric_write(struct buf *out, struct metric *m, bool first_of_name)
{
    long long value = (long long)atomic_load_explicit(&m->value, memory_order_relaxed);
    if (first_of_name)
        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name, m->type);
    if (m->labels[0] != '\0')
        buf_printf(out, "%s{%s} %lld\n", m->name, m->labels, value);
    else
        buf_printf(out, "%s %lld\n", m->name, value);
}

void metrics_write(struct buf *out)
{
    struct arena arena;
    size_t n;
    arena_init(&arena, 0);
    (void)pthread_mutex_lock(&made_lock);
    struct metric **all = metrics_sorted(&arena, &n);
    (void)pthread_mutex_unlock(&made_lock);
    for (size_t i = 0; i < n; i++)
        metric_write(out, all[i], i == 0 || strcmp(all[i]->name, all[i - 1]->name) != 0);
    arena_clear(&arena);
}

/* ---- serving ---------------------------------------------------------------------------------------- */

static bool (*health_check)(char *why, size_t n);

static void answer_health(struct http_reply *p)
{
    char why[256] = "";
    if (health_check == NULL || health_check(why, sizeof(why))) {
        buf_puts(&p->body, "ok\n");
        return;
    }
    p->status = 503;
    buf_puts(&p->body, why);
    buf_putc(&p->body, '\n');
}

static void metrics_answer(void *ctx, struct http_request *r, struct http_reply *p)
{
    (void)ctx;
    http_reply_header(r, p, "Content-Type", STR("text/plain; version=0.0.4; charset=utf-8"));
    if (!str_eqz(r->method, "GET") && !str_eqz(r->method, "HEAD")) {
        p->status = 405;
        http_reply_header(r, p, "Allow", STR("GET, HEAD"));
    } else if (str_eqz(r->path, "/metrics")) {
        metrics_write(&p->body);
    } else if (str_eqz(r->path, "/healthz")) {
        answer_health(p);
    } else {
        p->status = 404;
        buf_puts(&p->body, "there are /metrics and /healthz\n");
    }
}

enum status metrics_serve(struct str addr, bool (*healthy)(char *why, size_t n), struct httpd **h_r, struct error *e)
{
    struct net_addr at;
    TRY(net_addr_parse(addr, &at, e));
    health_check = healthy;
    struct httpd_settings s = {
        .addrs = &at,
        .addrs_n = 1,
        .threads = 1,
        .body_max = 1024,
        .connections_max = 16,
        .per_address_max = 16,
        .handler = metrics_answer,
    };
    return httpd_start(&s, h_r, e);
}
