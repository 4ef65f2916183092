#include "web/handlers.h"

enum status web_health(const struct web *w, struct arena *a, struct error *e)
{
    struct db *db;
    enum status s = db_pool_take(w->pool, &db, e);
    if (s == OK)
        s = session_health(db, a, e);
    db_pool_give(w->pool, &db);
    return s;
}

/* Says in plain text what a person would look for; what is wrong in detail is in the log. */
HANDLER(machine_health)
{
    enum status s = web_health(r->web, r->arena, e);
    request_header(r, "Content-Type", STR("text/plain; charset=utf-8"));
    if (s != OK)
        r->reply->status = 503;
    buf_puts(&r->reply->body, s == OK ? "ok\n" : "the database does not answer\n");
    return OK;
}
