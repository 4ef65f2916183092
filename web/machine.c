#include "base/metrics.h"
#include "web/handlers.h"

HANDLER(machine_metrics)
{
    (void)e;
    request_header(r, "Content-Type", STR("text/plain; version=0.0.4; charset=utf-8"));
    metrics_write(&r->reply->body);
    return OK;
}

/* Says in plain text what a person would look for; what is wrong in detail is in the log. */
HANDLER(machine_health)
{
    struct db *db;
    enum status s = db_pool_take(r->web->pool, &db, e);
    if (s == OK)
        s = session_health(db, r->arena, e);
    db_pool_give(r->web->pool, &db);
    request_header(r, "Content-Type", STR("text/plain; charset=utf-8"));
    if (s != OK)
        r->reply->status = 503;
    buf_puts(&r->reply->body, s == OK ? "ok\n" : "the database does not answer\n");
    return OK;
}
