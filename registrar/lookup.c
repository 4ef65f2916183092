#include "registrar/lookup.h"
#include "registrar/lookup_row.h"

static struct str text_of(const struct json_val *v, const char *key)
{
    const struct json_val *m = json_get(v, key);
    return m != NULL && m->type == JSON_T_STRING ? m->str : STR_NULL;
}

static int64_t int_of(const struct json_val *v, const char *key)
{
    const struct json_val *m = json_get(v, key);
    return m != NULL ? m->i : 0;
}

static void texts_of(struct arena *a, const struct json_val *v, const char *key, struct str **list_r, size_t *n_r)
{
    const struct json_val *m = json_get(v, key);
    *n_r = 0;
    if (m == NULL || m->type != JSON_T_ARRAY)
        return;
    *list_r = ARENA_ARRAY(a, m->n, struct str);
    for (const struct json_val *i = m->first; i != NULL; i = i->next)
        (*list_r)[(*n_r)++] = i->str;
}

enum status lookup_check(const struct desk *d, struct db *db, struct arena *a, struct str name, int timeout_ms,
    struct lookup_check *c_r, struct error *e)
{
    struct json_val *v;
    TRY(lookup_ask(d, db, a, "check", name, timeout_ms, &v, &c_r->name, e));
    c_r->available = int_of(v, "available") != 0;
    c_r->reason = text_of(v, "reason");
    return OK;
}

enum status lookup_info(const struct desk *d, struct db *db, struct arena *a, struct str name, int timeout_ms,
    struct lookup_info *i_r, struct error *e)
{
    struct json_val *v;
    TRY(lookup_ask(d, db, a, "info", name, timeout_ms, &v, &i_r->name, e));
    i_r->roid = text_of(v, "roid");
    i_r->sponsor = text_of(v, "sponsor");
    i_r->registrant = text_of(v, "registrant");
    i_r->created = int_of(v, "created");
    i_r->expires = int_of(v, "expires");
    texts_of(a, v, "ns", &i_r->ns, &i_r->ns_n);
    texts_of(a, v, "statuses", &i_r->statuses, &i_r->statuses_n);
    return OK;
}
