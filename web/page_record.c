#include "web/handlers.h"
#include "web/record_form.h"

/* Adding, changing and deleting one record set. A change is "delete exactly what was shown, add what was typed" in one
 * change set, so that what somebody else did in between is not overwritten unseen. */

static enum status zone_of(struct request *r, struct zone *z, struct error *e)
{
    return zone_find(r->db, r->arena, r->params[0], r->acc.id, z, e);
}

static struct str zone_path(struct request *r, const struct zone *z, const char *below)
{
    return str_printf(r->arena, "/zones/%.*s%s", STR_ARG(url_encode(r->arena, z->name)), below);
}

static void put_zone_line(struct request *r, const struct zone *z)
{
    html_raw(&r->html, "<p class=\"steps\">Hosted zone ");
    put_name(r, z->name);
    html_raw(&r->html, "</p>\n");
}

static void put_buttons(struct request *r, const struct zone *z, const char *word, const char *kind)
{
    html_put(&r->html,
        "<p class=\"buttons\"><button type=\"submit\" class=\"{}\">{}</button> "
        "<a class=\"button second\" href=\"{}\">Cancel</a></p>\n",
        str_of(kind), str_of(word), zone_path(r, z, ""));
}

/* ---- adding ----------------------------------------------------------------------------------------------------------- */

static enum status show_new(struct request *r, const struct record_form *f)
{
    bool good = record_form_good(f);
    page_begin(
        r, &(struct page){.title = "Add a record", .nav = "zones", .status = good ? 200 : 422, .has_errors = !good});
    record_form_errors(r, f, NULL);
    put_zone_line(r, f->zone);
    html_put(&r->html, "<h1>Add: {}</h1>\n<p class=\"lead\">{}</p>\n", str_of(f->kind->title), str_of(f->kind->help));
    form_begin(r, zone_path(r, f->zone, "/records/new"));
    form_hidden(r, "kind", str_of(f->kind->key));
    record_form_put(r, f, false);
    put_buttons(r, f->zone, "Add it", "");
    form_end(r);
    return page_end(r);
}

static enum status kind_of(struct arena *a, struct str key, const struct record_kind **k_r, struct error *e)
{
    *k_r = record_kind_find(a, key);
    if (*k_r == NULL)
        return error_set(e, NOT_FOUND, "no-record-kind", "There is no such kind of record.");
    return OK;
}

HANDLER(page_record_new)
{
    struct zone z;
    struct record_form f = {.zone = &z, .ttl = STR("300"), .name = STR(""), .values = STR(""), .target = STR("")};
    TRY(zone_of(r, &z, e));
    TRY(kind_of(r->arena, request_query(r, "kind"), &f.kind, e));
    return show_new(r, &f);
}

static enum status add(struct request *r, const struct zone *z, const struct record_set *set, struct error *e)
{
    struct zone_change_done done;
    struct zone_change *c = zone_change_begin(r->arena, z, r->acc.id);
    TRY(zone_change_add(c, set, e));
    return zone_change_commit(c, r->db, r->now, &done, e);
}

HANDLER(page_record_new_post)
{
    struct zone z;
    struct record_set set;
    struct record_form f = {.zone = &z};
    TRY(zone_of(r, &z, e));
    TRY(kind_of(r->arena, request_form(r, "kind"), &f.kind, e));
    record_form_read(r, &f);
    if (!record_form_set(r, &f, &set))
        return show_new(r, &f);
    enum status s = add(r, &z, &set, e);
    if (s == OK)
        return request_redirect(r, zone_path(r, &z, ""));
    if (!record_form_blame(r, &f, e))
        return s;
    error_clear(e);
    return show_new(r, &f);
}

/* ---- changing --------------------------------------------------------------------------------------------------------- */

/* old: as it was when the form was made. */
static enum status show_edit(
    struct request *r, const struct record_form *f, const struct record_set *old, const char *extra)
{
    bool good = record_form_good(f) && extra == NULL;
    page_begin(
        r, &(struct page){.title = "Change a record", .nav = "zones", .status = good ? 200 : 422, .has_errors = !good});
    record_form_errors(r, f, extra);
    put_zone_line(r, f->zone);
    html_put(&r->html, "<h1>Change {}, {}</h1>\n<p class=\"lead\">{}</p>\n",
        record_owner_relative(r->arena, f->zone->name, old->name), str_of(f->kind->title), str_of(f->kind->help));
    if (f->name_why != NULL)
        html_put(&r->html, "<p class=\"error\" id=\"f-name\" tabindex=\"-1\">{}</p>\n", str_of(f->name_why));
    form_begin(r, zone_path(r, f->zone, "/records/edit"));
    form_hidden(r, "kind", str_of(f->kind->key));
    form_hidden(r, "name", old->name);
    form_hidden(r, "old_ttl", text_int(r->arena, old->ttl));
    form_hidden(r, "old_values", record_lines(r->arena, old->values, old->values_n));
    form_hidden(r, "old_target", str_is_null(old->alias) ? STR("") : old->alias);
    record_form_put(r, f, true);
    put_buttons(r, f->zone, "Save", "");
    form_end(r);
    return page_end(r);
}

HANDLER(page_record_edit)
{
    struct zone z;
    struct record_set set;
    struct record_form f = {.zone = &z};
    TRY(zone_of(r, &z, e));
    TRY(record_find(r->db, r->arena, z.id, r->acc.id, request_query(r, "name"), request_query(r, "type"), &set, e));
    f.kind = record_kind_of(r->arena, &set);
    if (f.kind == NULL)
        return error_set(e, INVALID, "record-type",
            "Records of type %.*s are not changed on this page; the API and the"
            " command line can.",
            STR_ARG(set.type));
    record_form_fill(r, &f, &set);
    return show_edit(r, &f, &set, NULL);
}

static enum status old_of(struct request *r, const struct record_form *f, struct record_set *old, struct error *e)
{
    struct str target = request_form(r, "old_target");
    *old = (struct record_set){.name = request_form(r, "name"), .type = str_of(f->kind->type)};
    if (f->kind->alias)
        old->alias = target;
    if (!record_lines_split(r->arena, request_form(r, "old_values"), &old->values, &old->values_n) ||
        (!f->kind->alias && !str_to_i64(request_form(r, "old_ttl"), 0, INT32_MAX, &old->ttl)))
        return error_set(e, INVALID, "form", "The form was not complete. Nothing was done.");
    return OK;
}

static enum status replace(struct request *r, const struct zone *z, const struct record_set *old,
    const struct record_set *set, struct error *e)
{
    struct zone_change_done done;
    struct zone_change *c = zone_change_begin(r->arena, z, r->acc.id);
    TRY(zone_change_delete(c, old, e));
    TRY(zone_change_add(c, set, e));
    return zone_change_commit(c, r->db, r->now, &done, e);
}

HANDLER(page_record_edit_post)
{
    struct zone z;
    struct record_set set, old;
    struct record_form f = {.zone = &z};
    TRY(zone_of(r, &z, e));
    TRY(kind_of(r->arena, request_form(r, "kind"), &f.kind, e));
    record_form_read(r, &f);
    TRY(old_of(r, &f, &old, e));
    f.name = record_owner_relative(r->arena, z.name, old.name);
    bool good = record_form_set(r, &f, &set);
    set.name = old.name;
    if (!good)
        return show_edit(r, &f, &old, NULL);
    enum status s = replace(r, &z, &old, &set, e);
    if (s == OK)
        return request_redirect(r, zone_path(r, &z, ""));
    if (s == CONFLICT || s == NOT_FOUND) {
        error_clear(e);
        return show_edit(r, &f, &old,
            "Somebody has changed or deleted this record meanwhile. Cancel to see how it is "
            "now, then change it again.");
    }
    if (!record_form_blame(r, &f, e))
        return s;
    error_clear(e);
    return show_edit(r, &f, &old, NULL);
}

/* ---- deleting ------------------------------------------------------------------------------------------------------------ */

HANDLER(page_record_delete)
{
    struct zone z;
    struct record_set set;
    TRY(zone_of(r, &z, e));
    TRY(record_find(r->db, r->arena, z.id, r->acc.id, request_query(r, "name"), request_query(r, "type"), &set, e));
    page_begin(r, &(struct page){.title = "Delete a record", .nav = "zones"});
    put_zone_line(r, &z);
    html_put(&r->html, "<h1>Delete {} {}?</h1>\n<ul class=\"mono\">\n",
        record_owner_relative(r->arena, z.name, set.name), set.type);
    for (size_t i = 0; i < set.values_n; i++)
        html_put(&r->html, "<li>{}</li>\n", set.values[i]);
    if (!str_is_null(set.alias))
        html_put(&r->html, "<li>alias of {}{}</li>\n", set.alias, set.alias_external ? STR(" (elsewhere)") : STR(""));
    html_raw(&r->html, "</ul>\n<p>The four name servers stop answering with it within seconds.</p>\n");
    form_begin(r, zone_path(r, &z, "/records/delete"));
    form_hidden(r, "name", set.name);
    form_hidden(r, "type", set.type);
    put_buttons(r, &z, "Delete it", "danger");
    form_end(r);
    return page_end(r);
}

HANDLER(page_record_delete_post)
{
    struct zone z;
    struct zone_change_done done;
    TRY(zone_of(r, &z, e));
    struct zone_change *c = zone_change_begin(r->arena, &z, r->acc.id);
    TRY(zone_change_delete_any(c, request_form(r, "name"), request_form(r, "type"), true, e));
    TRY(zone_change_commit(c, r->db, r->now, &done, e));
    return request_redirect(r, zone_path(r, &z, ""));
}
