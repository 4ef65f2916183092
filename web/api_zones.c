#include "web/api.h"
#include "web/handlers.h"
#include "zones/records.h"
#include "zones/sync.h"

static void zone_members(struct request *r, struct json_writer *j, const struct zone *z)
{
    json_put_int(j, "id", z->id);
    api_name(r, j, z->name);
    json_put_int(j, "version", z->version);
    json_put_int(j, "serial", z->serial);
    json_open_array(j, "name_servers");
    for (size_t i = 0; i < ZONE_NS_COUNT; i++)
        json_put_str(j, NULL, z->ns[i]);
    json_close_array(j);
    json_put_int(j, "records", z->rrsets);
    json_put_int(j, "records_max", z->rrsets_max);
    api_time(r, j, "created", z->created);
    api_time(r, j, "changed", z->changed);
}

HANDLER(api_zones)
{
    struct zone_list list;
    size_t limit = 0;
    struct json_writer j;
    TRY(api_limit(r, &limit, e));
    TRY(zone_list(r->db, r->arena, r->acc.id, http_query(r->http, "after"), limit, &list, e));
    api_begin(r, 200, &j);
    json_open_array(&j, "zones");
    for (size_t i = 0; i < list.n; i++) {
        json_open_object(&j, NULL);
        zone_members(r, &j, &list.items[i]);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_put_str(&j, "next_after", list.more ? list.items[list.n - 1].name : STR_NULL);
    return api_end(r, &j);
}

static void sync_members(struct request *r, struct json_writer *j, const struct zone_sync *sync)
{
    json_put_str(j, "status", sync->insync ? STR("INSYNC") : STR("PENDING"));
    json_open_array(j, "servers");
    for (size_t i = 0; i < sync->n; i++) {
        json_open_object(j, NULL);
        json_put_str(j, "host", sync->servers[i].host);
        json_put_int(j, "version", sync->servers[i].version);
        json_put_bool(j, "insync", sync->servers[i].insync);
        api_time(r, j, "reported", sync->servers[i].at);
        json_close_object(j);
    }
    json_close_array(j);
}

HANDLER(api_zone)
{
    struct zone z;
    struct zone_sync sync;
    struct json_writer j;
    TRY(zone_find(r->db, r->arena, r->params[0], r->acc.id, &z, e));
    TRY(zone_insync(r->db, r->arena, z.id, 0, &sync, e));
    api_begin(r, 200, &j);
    zone_members(r, &j, &z);
    sync_members(r, &j, &sync);
    return api_end(r, &j);
}

/* As POST /v1/zones/{name}/changes takes it back. */
static void record_members(struct json_writer *j, const struct record_set *s)
{
    json_put_str(j, "name", s->name);
    json_put_str(j, "type", s->type);
    if (!str_is_null(s->alias)) {
        json_open_object(j, "alias");
        json_put_str(j, "target", s->alias);
        if (s->alias_external)
            json_put_bool(j, "external", true);
        json_close_object(j);
        return;
    }
    json_put_int(j, "ttl", s->ttl);
    json_open_array(j, "values");
    for (size_t i = 0; i < s->values_n; i++)
        json_put_str(j, NULL, s->values[i]);
    json_close_array(j);
}

HANDLER(api_records)
{
    struct zone z;
    struct record_list list;
    size_t limit = 0;
    struct json_writer j;
    const struct record_cursor after = {http_query(r->http, "after_name"), http_query(r->http, "after_type")};
    TRY(api_limit(r, &limit, e));
    TRY(zone_find(r->db, r->arena, r->params[0], r->acc.id, &z, e));
    TRY(record_list(r->db, r->arena, z.id, r->acc.id, &after, limit, &list, e));
    api_begin(r, 200, &j);
    json_put_str(&j, "zone", z.name);
    json_put_int(&j, "version", list.version);
    json_open_array(&j, "records");
    for (size_t i = 0; i < list.n; i++) {
        json_open_object(&j, NULL);
        record_members(&j, &list.items[i]);
        json_close_object(&j);
    }
    json_close_array(&j);
    json_put_str(&j, "next_after_name", list.more ? list.items[list.n - 1].name : STR_NULL);
    json_put_str(&j, "next_after_type", list.more ? list.items[list.n - 1].type : STR_NULL);
    return api_end(r, &j);
}
