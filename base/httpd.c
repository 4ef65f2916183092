#include "base/httpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/http_decode.h"
#include "base/httpd_watch.h"
#include "base/log.h"
#include "base/metrics.h"

/* libmicrohttpd gives us one I/O thread per listening address. It reads requests, whole; then the
 * connection is suspended and the exchange queued; a thread of the pool runs the handler and resumes the
 * connection; the I/O thread sends the reply. An exchange belongs to whoever has it in hand: the I/O
 * thread, the queue, one thread of the pool, the I/O thread again. */

#define REPLY_MAX ((size_t)64 << 20)
/* A body past its limit is still read, and dropped, up to this much more: a client that is still sending
 * would not read our answer. */
#define DISCARD_MAX ((size_t)8 << 20)
#define CONNECTION_MEMORY ((size_t)64 << 10)
#define STOP_WAIT_S 2

METRIC(http_requests, "fourways_http_requests_total", "", "counter", "HTTP requests that reached a handler.");
METRIC(http_refused, "fourways_http_refused_total", "", "counter", "HTTP requests refused before any handler.");

enum exchange_state { EX_HEAD, EX_BODY, EX_HANDLING, EX_READY };

struct exchange {
    struct httpd *h;
    struct exchange *next; /* in the queue */
    struct MHD_Connection *connection;
    enum exchange_state state;
    struct arena arena;
    struct http_request request;
    struct http_reply reply;
    struct http_refusal refusal;
    struct str raw_target;
    struct buf body;
    size_t dropped; /* bytes of body past the limit */
    bool counted; /* in h->busy */
};

struct listener {
    int fd;
    struct MHD_Daemon *mhd;
};

struct httpd {
    struct httpd_settings settings;
    struct listener *listeners;
    size_t listeners_n;
    struct watch *watch;
    pthread_t *threads;
    size_t threads_n;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work, idle;
    struct exchange *first, *last;
    size_t busy; /* exchanges queued, handled, or being sent */
    bool stopping;
};

/* ---- exchanges --------------------------------------------------------------------------------------- */

static struct exchange *exchange_new(struct httpd *h)
{
    struct exchange *x = calloc(1, sizeof(*x));
    INVARIANT(x != NULL);
    x->h = h;
    arena_init(&x->arena, 0);
    x->request = (struct http_request){
        .arena = &x->arena, .method = STR(""), .target = STR(""), .path = STR(""), .body = STR(""), .peer = STR("")};
    buf_in(&x->body, &x->arena, h->settings.body_max);
    return x;
}

static void exchange_free(struct exchange *x)
{
    struct httpd *h = x->h;
    if (x->counted) {
        (void)pthread_mutex_lock(&h->lock);
        h->busy--;
        (void)pthread_cond_broadcast(&h->idle);
        (void)pthread_mutex_unlock(&h->lock);
    }
    arena_clear(&x->arena);
    free(x);
}

static void reply_start(struct exchange *x, int status)
{
    x->reply = (struct http_reply){.status = status};
    buf_in(&x->reply.body, &x->arena, REPLY_MAX);
}

static void reply_plain(struct exchange *x, int status, const char *why)
{
    reply_start(x, status);
    http_reply_header(&x->request, &x->reply, "Content-Type", STR("text/plain; charset=utf-8"));
    http_reply_header(&x->request, &x->reply, "X-Content-Type-Options", STR("nosniff"));
    buf_puts(&x->reply.body, why);
    buf_putc(&x->reply.body, '\n');
}

static void reply_refusal(struct exchange *x)
{
    const struct httpd_settings *s = &x->h->settings;
    metric_add(&http_refused, 1);
    log_event(LOG_INFO, "http", arena_printf(&x->arena, "%.*s", STR_ARG(x->request.peer)), "refused with %d: %s",
        x->refusal.status, x->refusal.why);
    if (s->refuse == NULL) {
        reply_plain(x, x->refusal.status, x->refusal.why);
        return;
    }
    reply_start(x, x->refusal.status);
    s->refuse(s->ctx, &x->request, &x->reply, x->refusal.why);
}

void http_reply_header(struct http_request *r, struct http_reply *p, const char *name, struct str value)
{
    INVARIANT(p->headers_n < ARRAY_LEN(p->headers));
    p->headers[p->headers_n++] =
        (struct http_pair){str_dup(r->arena, str_of(name)), str_n(str_dupz(r->arena, value), value.n)};
}

static struct watched *watched_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static void on_connection(
    void *ctx, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode what)
{
    struct httpd *h = ctx;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        *socket_context =
            watch_add(h->watch, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
    else
        watch_remove((struct watched **)socket_context);
}

/* ---- sending ------------------------------------------------------------------------------------------ */

static bool header_fits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F)
            return false;
    return true;
}

/* What the handler left must be fit to send; what is not is our fault and becomes a plain 500. */
static void reply_check(struct exchange *x)
{
    const struct http_reply *p = &x->reply;
    const char *fault = NULL;
    if (p->status < 200 || p->status > 599)
        fault = "a status that is none";
    if (buf_over(&p->body))
        fault = "a body past its maximum";
    for (size_t i = 0; i < p->headers_n; i++)
        if (p->headers[i].name.n == 0 || !header_fits(p->headers[i].name) || !header_fits(p->headers[i].value))
            fault = "control characters in a header";
    if (fault == NULL)
        return;
    log_event(LOG_ERROR, "http", arena_printf(&x->arena, "%.*s", STR_ARG(x->request.path)), "the reply had %s", fault);
    reply_plain(x, 500, "The server made a reply that cannot be sent; its log says which.");
}

static enum MHD_Result reply_send(struct exchange *x)
{
    reply_check(x);
    struct str body = buf_view(&x->reply.body);
    watch_reply(watched_of(x->connection), body.n);
    /* The body stays in the arena, which lives until on_completed. */
    struct MHD_Response *response = MHD_create_response_from_buffer(body.n, (void *)body.p, MHD_RESPMEM_PERSISTENT);
    INVARIANT(response != NULL);
    enum MHD_Result sent = MHD_YES;
    for (size_t i = 0; i < x->reply.headers_n && sent == MHD_YES; i++)
        sent = MHD_add_response_header(response, x->reply.headers[i].name.p, x->reply.headers[i].value.p);
    if (sent == MHD_YES)
        sent = MHD_queue_response(x->connection, (unsigned)x->reply.status, response);
    else
        log_event(LOG_ERROR, "http", NULL, "a reply header was refused; closing the connection");
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result refuse_now(struct exchange *x)
{
    x->state = EX_READY;
    reply_refusal(x);
    return reply_send(x);
}

/* ---- the pool ------------------------------------------------------------------------------------------ */

static void exchange_handle(struct exchange *x)
{
    const struct httpd_settings *s = &x->h->settings;
    metric_add(&http_requests, 1);
    reply_start(x, 200);
    s->handler(s->ctx, &x->request, &x->reply);
    x->state = EX_READY;
    /* From here on the exchange is the I/O thread's. */
    MHD_resume_connection(x->connection);
}

static struct exchange *queue_take(struct httpd *h)
{
    (void)pthread_mutex_lock(&h->lock);
    while (h->first == NULL && !h->stopping)
        (void)pthread_cond_wait(&h->work, &h->lock);
    struct exchange *x = h->first;
    if (x != NULL) {
        h->first = x->next;
        if (h->first == NULL)
            h->last = NULL;
    }
    (void)pthread_mutex_unlock(&h->lock);
    return x;
}

/* Also when stopping, the queue is worked off first: who waits in it gets an answer. */
static void *pool_thread(void *arg)
{
    struct exchange *x;
    while ((x = queue_take(arg)) != NULL)
        exchange_handle(x);
    return NULL;
}

/* False when the server stops: nobody would take it out again. */
static bool queue_put(struct exchange *x)
{
    struct httpd *h = x->h;
    (void)pthread_mutex_lock(&h->lock);
    bool open = !h->stopping;
    if (open) {
        x->state = EX_HANDLING;
        x->counted = true;
        h->busy++;
        watch_rest(watched_of(x->connection));
        MHD_suspend_connection(x->connection);
        if (h->last == NULL)
            h->first = x;
        else
            h->last->next = x;
        h->last = x;
        (void)pthread_cond_signal(&h->work);
    }
    (void)pthread_mutex_unlock(&h->lock);
    return open;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

struct header_walk {
    struct exchange *x;
    size_t bytes;
};

static enum MHD_Result on_header(
    void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *value, size_t value_n)
{
    struct header_walk *w = ctx;
    struct http_request *r = &w->x->request;
    (void)kind;
    w->bytes += name_n + value_n;
    if (r->headers_n == HTTP_HEADERS_MAX || w->bytes > HTTP_HEADER_BYTES_MAX) {
        (void)http_refuse(&w->x->refusal, 431, "The request has more than %u headers or more than %u bytes of them.",
            HTTP_HEADERS_MAX, HTTP_HEADER_BYTES_MAX);
        return MHD_NO;
    }
    r->headers[r->headers_n++] = (struct http_pair){
        str_dup(r->arena, str_n(name, name_n)), str_dup(r->arena, str_n(value != NULL ? value : "", value_n))};
    return MHD_YES;
}

static struct str peer_text(struct arena *a, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL)
        return STR("");
    char *text = arena_alloc(a, INET6_ADDRSTRLEN);
    const struct sockaddr *sa = info->client_addr;
    const void *address = sa->sa_family == AF_INET6
                              ? (const void *)&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr
                              : (const void *)&((const struct sockaddr_in *)(const void *)sa)->sin_addr;
    return inet_ntop(sa->sa_family, address, text, INET6_ADDRSTRLEN) == NULL ? STR("") : str_of(text);
}

/* The announced length of the body, 0 where none is. libmicrohttpd has checked that it is a number. */
static uint64_t announced_length(const struct http_request *r)
{
    uint64_t n = 0;
    struct str text = http_header(r, "Content-Length");
    return str_to_u64(text, UINT64_MAX, &n) ? n : 0;
}

/* Where two readers could see different ends of a body, none is read (RFC 9112, section 6.3): one of them
 * may be a proxy in front of us. */
static bool framing_clear(struct exchange *x)
{
    const struct http_request *r = &x->request;
    struct str encoding = http_header(r, "Transfer-Encoding");
    size_t lengths = 0;
    for (size_t i = 0; i < r->headers_n; i++)
        lengths += str_ieq(r->headers[i].name, STR("Content-Length"));
    if (lengths > 1)
        return http_refuse(&x->refusal, 400, "The request has %zu Content-Length headers.", lengths);
    if (lengths == 1 && !str_is_null(encoding))
        return http_refuse(&x->refusal, 400, "The request has both Content-Length and Transfer-Encoding.");
    if (!str_is_null(encoding) && !str_ieq(encoding, STR("chunked")))
        return http_refuse(&x->refusal, 501, "The only Transfer-Encoding known here is chunked.");
    return true;
}

static bool refuse_body(struct exchange *x)
{
    return http_refuse(
        &x->refusal, 413, "The body of the request is larger than the %zu bytes taken here.", x->body.max);
}

/* When the headers are there. */
static enum MHD_Result take_head(struct exchange *x, struct MHD_Connection *connection, const char *method)
{
    struct http_request *r = &x->request;
    struct header_walk walk = {.x = x};
    x->state = EX_BODY;
    x->connection = connection;
    r->method = str_dup(r->arena, str_of(method));
    r->peer = peer_text(r->arena, connection);
    r->headers = ARENA_ARRAY(r->arena, HTTP_HEADERS_MAX, struct http_pair);
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &walk);
    if (x->refusal.status == 0)
        (void)http_decode_target(r, x->raw_target, x->h->settings.field_max, &x->refusal);
    /* An answer now, with the body unread, also ends the connection. */
    if (!framing_clear(x))
        return refuse_now(x);
    uint64_t length = announced_length(r);
    if (length > x->body.max)
        (void)refuse_body(x);
    if (length > x->body.max && length - x->body.max > DISCARD_MAX)
        return refuse_now(x);
    return MHD_YES;
}

static enum MHD_Result take_body(struct exchange *x, const char *data, size_t n)
{
    if (x->refusal.status == 0 && n > x->body.max - x->body.n)
        (void)refuse_body(x);
    if (x->refusal.status == 0) {
        buf_put(&x->body, data, n);
        return MHD_YES;
    }
    x->dropped += n;
    return x->dropped <= x->body.max + DISCARD_MAX ? MHD_YES : MHD_NO;
}

static bool is_form(const struct http_request *r)
{
    struct str type = http_header(r, "Content-Type"), media;
    return str_take(&type, ';', &media) && str_ieq(str_trim(media), STR("application/x-www-form-urlencoded"));
}

/* When the body is there. */
static enum MHD_Result take_end(struct exchange *x)
{
    struct http_request *r = &x->request;
    r->body = buf_view(&x->body);
    if (x->refusal.status == 0 && is_form(r))
        (void)http_decode_fields(
            r->arena, "form", r->body, x->h->settings.field_max, &r->form, &r->form_n, &x->refusal);
    if (x->refusal.status == 0 && !queue_put(x))
        (void)http_refuse(&x->refusal, 503, "The server is being stopped; try again in a moment.");
    return x->refusal.status == 0 ? MHD_YES : refuse_now(x);
}

/* The library would split the query, too, into memory of the connection that 2,000 fields do not fit in.
 * The text is its own buffer, which it is about to split in place: an empty query gives it nothing to do. */
static void query_hide(const char *target)
{
    char *mark = strchr((char *)target, '?');
    if (mark != NULL && mark[1] != '\0')
        mark[1] = '\0';
}

/* First of all comes the request's target, as it was sent: the exchange is made here. */
static void *on_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
    struct exchange *x = exchange_new(ctx);
    struct str raw = str_of(target);
    (void)connection;
    if (raw.n > HTTP_TARGET_MAX)
        (void)http_refuse(&x->refusal, 414, "The address has %zu bytes; at most %u are taken.", raw.n, HTTP_TARGET_MAX);
    else
        x->raw_target = str_dup(&x->arena, raw);
    query_hide(target);
    return x;
}

/* Called when the headers are there, for each piece of body, at its end, and when resumed. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *data, size_t *data_n, void **exchange)
{
    struct exchange *x = *exchange;
    (void)ctx;
    (void)url;
    (void)version;
    if (x->state == EX_HEAD)
        return take_head(x, connection, method);
    if (*data_n != 0) {
        size_t n = *data_n;
        *data_n = 0;
        return take_body(x, data, n);
    }
    return x->state == EX_BODY ? take_end(x) : reply_send(x);
}

static void on_completed(
    void *ctx, struct MHD_Connection *connection, void **exchange, enum MHD_RequestTerminationCode why)
{
    (void)ctx;
    (void)why;
    watch_request(watched_of(connection));
    if (*exchange != NULL)
        exchange_free(*exchange);
    *exchange = NULL;
}

/* We decode ourselves, strictly, from what on_target saw. */
static size_t on_unescape(void *ctx, struct MHD_Connection *connection, char *text)
{
    (void)ctx;
    (void)connection;
    return strlen(text);
}

FW_PRINTF(2, 0) static void on_library_log(void *ctx, const char *fmt, va_list ap)
{
    char text[512];
    (void)ctx;
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    if (n < 0)
        return;
    text[strcspn(text, "\n")] = '\0';
    log_event(LOG_DEBUG, "http", NULL, "%s", text);
}

/* ---- start and stop ------------------------------------------------------------------------------------ */

static void settings_fill(struct httpd_settings *s)
{
    if (s->threads == 0)
        s->threads = 4;
    if (s->body_max == 0)
        s->body_max = (size_t)1 << 20;
    if (s->field_max == 0)
        s->field_max = (size_t)64 << 10;
    if (s->connections_max == 0)
        s->connections_max = 512;
    if (s->per_address_max == 0)
        s->per_address_max = (s->connections_max + 1) / 2;
    if (s->timeout_s == 0)
        s->timeout_s = 15;
    if (s->request_s == 0)
        s->request_s = 60;
}

static struct httpd *httpd_new(const struct httpd_settings *settings)
{
    pthread_condattr_t monotonic;
    struct httpd *h = calloc(1, sizeof(*h));
    INVARIANT(h != NULL);
    h->settings = *settings;
    settings_fill(&h->settings);
    h->listeners = calloc(settings->addrs_n, sizeof(*h->listeners));
    h->threads = calloc(h->settings.threads, sizeof(*h->threads));
    INVARIANT(h->listeners != NULL && h->threads != NULL);
    INVARIANT(pthread_mutex_init(&h->lock, NULL) == 0 && pthread_cond_init(&h->work, NULL) == 0);
    INVARIANT(pthread_condattr_init(&monotonic) == 0 && pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    INVARIANT(pthread_cond_init(&h->idle, &monotonic) == 0);
    (void)pthread_condattr_destroy(&monotonic);
    return h;
}

static struct MHD_Daemon *library_start(struct httpd *h, int fd)
{
    const struct httpd_settings *s = &h->settings;
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, h, MHD_OPTION_EXTERNAL_LOGGER, on_library_log, NULL, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, h, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT, s->connections_max,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->per_address_max, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)s->timeout_s,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

static enum status listeners_start(struct httpd *h, struct error *e)
{
    for (size_t i = 0; i < h->settings.addrs_n; i++) {
        struct listener *l = &h->listeners[i];
        TRY(net_listen_tcp(&h->settings.addrs[i], 512, &l->fd, e));
        h->listeners_n++;
        l->mhd = library_start(h, l->fd);
        if (l->mhd == NULL)
            return error_set(e, UNAVAILABLE, "http-start", "cannot start the HTTP server: %s", strerror(errno));
    }
    return OK;
}

static enum status pool_start(struct httpd *h, struct error *e)
{
    for (; h->threads_n < h->settings.threads; h->threads_n++) {
        int failed = pthread_create(&h->threads[h->threads_n], NULL, pool_thread, h);
        if (failed != 0)
            return error_set(e, UNAVAILABLE, "http-start", "cannot start a thread: %s", strerror(failed));
    }
    return OK;
}

enum status httpd_start(const struct httpd_settings *s, struct httpd **h_r, struct error *e)
{
    sigset_t all, before;
    struct httpd *h = httpd_new(s);
    /* Signals are for the program's own threads: they would break into the waits of a handler. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    enum status st = watch_start(h->settings.request_s, &h->watch, e);
    if (st == OK)
        st = pool_start(h, e);
    if (st == OK)
        st = listeners_start(h, e);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    h->settings.addrs = NULL; /* the caller's; only needed until here */
    if (st != OK)
        httpd_stop(&h);
    *h_r = h;
    return st;
}

void httpd_addr(const struct httpd *h, size_t i, struct net_addr *addr_r)
{
    INVARIANT(i < h->listeners_n);
    *addr_r = (struct net_addr){.len = sizeof(addr_r->sa)};
    INVARIANT(getsockname(h->listeners[i].fd, (struct sockaddr *)&addr_r->sa, &addr_r->len) == 0);
}

static void pool_stop(struct httpd *h)
{
    (void)pthread_mutex_lock(&h->lock);
    h->stopping = true;
    (void)pthread_cond_broadcast(&h->work);
    (void)pthread_mutex_unlock(&h->lock);
    for (size_t i = 0; i < h->threads_n; i++)
        (void)pthread_join(h->threads[i], NULL);
}

/* Replies that are made are given a moment to go out. */
static void replies_wait(struct httpd *h)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += STOP_WAIT_S;
    (void)pthread_mutex_lock(&h->lock);
    while (h->busy > 0 && pthread_cond_timedwait(&h->idle, &h->lock, &until) == 0)
        continue;
    (void)pthread_mutex_unlock(&h->lock);
}

void httpd_stop(struct httpd **hp)
{
    struct httpd *h = *hp;
    if (h == NULL)
        return;
    for (size_t i = 0; i < h->listeners_n; i++)
        if (h->listeners[i].mhd != NULL)
            (void)MHD_quiesce_daemon(h->listeners[i].mhd);
    pool_stop(h);
    replies_wait(h);
    for (size_t i = 0; i < h->listeners_n; i++) {
        if (h->listeners[i].mhd != NULL)
            MHD_stop_daemon(h->listeners[i].mhd);
        (void)close(h->listeners[i].fd);
    }
    watch_stop(&h->watch);
    (void)pthread_cond_destroy(&h->idle);
    (void)pthread_cond_destroy(&h->work);
    (void)pthread_mutex_destroy(&h->lock);
    free(h->threads);
    free(h->listeners);
    free(h);
    *hp = NULL;
}
