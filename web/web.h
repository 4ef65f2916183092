/* The process: what all requests share, unchanging once it serves. */
#ifndef FW_WEB_WEB_H
#define FW_WEB_WEB_H

#include "base/httpd.h"
#include "registrar/desk.h"
#include "web/csrf.h"
#include "web/pool.h"
#include "web/session.h"

#include <semaphore.h>

struct web {
    struct desk desk;
    struct secret_key key; /* API secrets are sealed with it; CSRF tokens come from it */
    struct csrf_key csrf;
    struct db_pool *pool;
    struct session_times session;
    bool secure_cookie; /* served over TLS: cookies say Secure and are bound to the host */
    struct str currency; /* of prices shown to people who are not signed in */
    int registry_timeout_ms, dns_timeout_ms;
    int asks_max; /* waiting for registries at once: ask.h */
    sem_t *logins; /* passwords checked at once: each takes 64 MiB */
};

/* machine.c: does the database answer? */
enum status web_health(const struct web *w, struct arena *a, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* Handlers for httpd_settings; ctx is a struct web. */
void web_handle(void *ctx, struct http_request *http, struct http_reply *reply);
void web_refuse(void *ctx, struct http_request *http, struct http_reply *reply, const char *why);

#endif
