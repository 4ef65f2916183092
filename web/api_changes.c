#include "web/api.h"
#include "web/handlers.h"
#include "zones/change.h"

#define API_VALUES_MAX ZONE_RRSET_RECORDS_MAX

/* One member of "changes", read but not yet understood. */
struct change_in {
    const char *path; /* "changes[2]." */
    const struct json_val *action, *name, *type, *ttl, *values, *alias;
};

static enum status values_of(struct request *r, const struct change_in *in, struct record_set *set, struct error *e)
{
    if (in->values == NULL)
        return OK;
    if (in->values->n > API_VALUES_MAX)
        return request_invalid(r, arena_printf(r->arena, "%svalues", in->path), e, "record-values",
            "there are %zu values; at most %d are possible", in->values->n, API_VALUES_MAX);
    struct str *values = ARENA_ARRAY(r->arena, in->values->n, struct str);
    size_t n = 0;
    for (const struct json_val *v = in->values->first; v != NULL; v = v->next, n++) {
        if (v->type != JSON_T_STRING)
            return request_invalid(r, arena_printf(r->arena, "%svalues[%zu]", in->path, n), e, "member-type",
                "this must be a string, such as \"192.0.2.1\"");
        values[n] = v->str;
    }
    set->values = values;
    set->values_n = n;
    return OK;
}

static enum status alias_of(
    struct request *r, const struct change_in *in, const struct zone *z, struct record_set *set, struct error *e)
{
    const struct json_val *target, *external = NULL;
    const struct api_member members[] = {
        {"target", API_STRING, true, &target}, {"external", API_BOOLEAN, false, &external}};
    if (in->alias == NULL)
        return OK;
    if (in->values != NULL || in->ttl != NULL)
        return request_invalid(r, arena_printf(r->arena, "%salias", in->path), e, "alias-values",
            "an alias has neither ttl nor values: it answers with its target's");
    TRY(api_members(r, in->alias, arena_printf(r->arena, "%salias.", in->path), members, ARRAY_LEN(members), e));
    set->alias = record_target_complete(r->arena, z->name, target->str);
    set->alias_external = external != NULL && external->i != 0;
    return OK;
}

static enum status ttl_of(struct request *r, const struct change_in *in, struct record_set *set, struct error *e)
{
    if (in->ttl != NULL && (in->ttl->i < 0 || in->ttl->i > INT32_MAX))
        return request_invalid(
            r, arena_printf(r->arena, "%sttl", in->path), e, "record-ttl", "this must be 0 to %d seconds", INT32_MAX);
    set->ttl = in->ttl != NULL ? in->ttl->i : 0;
    return OK;
}

static enum status needs_data(struct request *r, const struct change_in *in, struct error *e)
{
    if (in->alias != NULL || (in->values != NULL && in->ttl != NULL))
        return OK;
    const char *missing = in->values == NULL ? "values" : "ttl";
    return request_invalid(
        r, arena_printf(r->arena, "%s%s", in->path, missing), e, "member-missing", "give ttl and values, or alias");
}

/* A deletion that says ttl and values, or alias, is of exactly that; one that does not is of whatever is there. */
static enum status action_apply(
    struct request *r, const struct change_in *in, struct zone_change *c, const struct record_set *set, struct error *e)
{
    struct str action = in->action->str;
    if (str_eqz(action, "delete") && in->alias == NULL && in->values == NULL && in->ttl == NULL)
        return zone_change_delete_any(c, set->name, set->type, false, e);
    if (!str_eqz(action, "create") && !str_eqz(action, "upsert") && !str_eqz(action, "delete"))
        return request_invalid(
            r, arena_printf(r->arena, "%saction", in->path), e, "action", "this must be create, upsert or delete");
    TRY(needs_data(r, in, e));
    if (str_eqz(action, "create"))
        return zone_change_add(c, set, e);
    return str_eqz(action, "upsert") ? zone_change_set(c, set, e) : zone_change_delete(c, set, e);
}

static enum status change_add(
    struct request *r, const struct json_val *v, size_t i, const struct zone *z, struct zone_change *c, struct error *e)
{
    struct change_in in = {.path = arena_printf(r->arena, "changes[%zu].", i)};
    const struct api_member members[] = {
        {"action", API_STRING, true, &in.action},
        {"name", API_STRING, true, &in.name},
        {"type", API_STRING, true, &in.type},
        {"ttl", API_INTEGER, false, &in.ttl},
        {"values", API_ARRAY, false, &in.values},
        {"alias", API_OBJECT, false, &in.alias},
    };
    if (v->type != JSON_T_OBJECT)
        return request_invalid(
            r, arena_printf(r->arena, "changes[%zu]", i), e, "member-type", "this must be an object");
    TRY(api_members(r, v, in.path, members, ARRAY_LEN(members), e));
    struct record_set set = {
        .name = record_owner_complete(r->arena, z->name, in.name->str),
        .type = in.type->str,
    };
    TRY(ttl_of(r, &in, &set, e));
    TRY(values_of(r, &in, &set, e));
    TRY(alias_of(r, &in, z, &set, e));
    enum status s = action_apply(r, &in, c, &set, e);
    if (s != OK && r->field == NULL)
        r->field = arena_printf(r->arena, "changes[%zu]", i);
    return s;
}

static enum status changes_read(
    struct request *r, const struct json_val *changes, const struct zone *z, struct zone_change *c, struct error *e)
{
    size_t i = 0;
    if (changes->n == 0)
        return request_invalid(r, "changes", e, "change-empty", "there is nothing in it");
    if (changes->n > ZONE_CHANGES_MAX)
        return request_invalid(r, "changes", e, "change-too-many", "there are %zu; at most %d are possible at once",
            changes->n, ZONE_CHANGES_MAX);
    for (const struct json_val *v = changes->first; v != NULL; v = v->next)
        TRY(change_add(r, v, i++, z, c, e));
    return OK;
}

static void change_members(struct request *r, struct json_writer *j, const struct change_info *i)
{
    json_put_int(j, "id", i->id);
    json_put_int(j, "zone_id", i->zone_id);
    json_put_int(j, "version", i->version);
    json_put_str(j, "status", i->insync ? STR("INSYNC") : STR("PENDING"));
    api_time(r, j, "submitted", i->submitted);
    json_put_str(j, "comment", str_is_null(i->comment) ? STR("") : i->comment);
}

HANDLER(api_zone_change)
{
    const struct json_val *body, *changes, *comment, *expected;
    struct zone z;
    struct zone_change_done done;
    struct change_info info;
    struct json_writer j;
    const struct api_member members[] = {
        {"changes", API_ARRAY, true, &changes},
        {"comment", API_STRING, false, &comment},
        {"expected_version", API_INTEGER, false, &expected},
    };
    TRY(zone_find(r->db, r->arena, r->params[0], r->acc.id, &z, e));
    TRY(api_body(r, &body, e));
    TRY(api_members(r, body, "", members, ARRAY_LEN(members), e));
    struct zone_change *c = zone_change_begin(r->arena, &z, r->acc.id);
    if (expected != NULL && expected->i < 1)
        return request_invalid(r, "expected_version", e, "zone-version", "this must be a version, 1 or more");
    if (expected != NULL)
        zone_change_expect(c, expected->i);
    if (comment != NULL)
        TRY(zone_change_comment(c, comment->str, e));
    TRY(changes_read(r, changes, &z, c, e));
    enum status s = zone_change_commit(c, r->db, r->now, &done, e);
    if (s == INVALID || s == EXISTS)
        r->field = "changes"; /* the text says which record */
    TRY(s);
    TRY(change_status(r->db, r->arena, done.id, r->acc.id, &info, e));
    request_header(r, "Location", str_printf(r->arena, "/v1/changes/%lld", (long long)done.id));
    api_begin(r, 202, &j);
    change_members(r, &j, &info);
    json_put_int(&j, "serial", done.serial);
    return api_end(r, &j);
}

HANDLER(api_change)
{
    struct change_info info;
    struct json_writer j;
    int64_t id = 0;
    TRY(request_id(r, 0, "change", &id, e));
    TRY(change_status(r->db, r->arena, id, r->acc.id, &info, e));
    api_begin(r, 200, &j);
    change_members(r, &j, &info);
    return api_end(r, &j);
}
