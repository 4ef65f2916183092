#include "web/handlers.h"
#include "web/record_form.h"
#include "web/servers.h"
#include "zones/export.h"

#define EXPORT_MAX ((size_t)32 << 20)

static enum status find(struct request *r, struct zone *z, struct error *e)
{
    return zone_find(r->db, r->arena, r->params[0], r->acc.id, z, e);
}

/* ---- records ------------------------------------------------------------------------------------------------------ */

static bool is_apex(const struct zone *z, const struct record_set *s)
{
    return str_eq(z->name, s->name);
}

/* The apex SOA and NS are the service's. */
static bool is_ours(const struct zone *z, const struct record_set *s)
{
    return str_eqz(s->type, "SOA") || (is_apex(z, s) && str_eqz(s->type, "NS"));
}

static void put_values(struct request *r, const struct record_set *s)
{
    struct html *h = &r->html;
    if (!str_is_null(s->alias)) {
        html_put(h, "<span class=\"value\">alias of {}{}</span>", text_shown(r->arena, s->alias),
            s->alias_external ? STR(" (elsewhere)") : STR(""));
        return;
    }
    for (size_t i = 0; i < s->values_n; i++)
        html_put(h, "<span class=\"value\">{}</span>\n", s->values[i]);
}

static void put_row(struct request *r, const struct zone *z, const struct record_set *s)
{
    struct html *h = &r->html;
    struct str owner = record_owner_relative(r->arena, z->name, s->name);
    html_put(h,
        "<tr>\n<th scope=\"row\">{}</th>\n<td data-label=\"Type\">{}</td>\n<td class=\"mono\" data-label=\"Value\">",
        owner, s->type);
    put_values(r, s);
    html_put(h, "</td>\n<td class=\"num\" data-label=\"Time to live\">{}</td>\n<td class=\"act\">",
        str_is_null(s->alias) ? str_printf(r->arena, "%lld s", (long long)s->ttl) : STR("the target’s"));
    if (is_ours(z, s))
        html_raw(h, "<span class=\"quiet\">managed for you</span>");
    else if (record_kind_of(r->arena, s) != NULL)
        html_put(h,
            "<a href=\"/zones/{u}/records/edit?name={u}&amp;type={u}\">Edit<span class=\"unseen\"> {} {}</span></a> ",
            z->name, s->name, s->type, owner, s->type);
    if (!is_ours(z, s))
        html_put(h,
            "<a href=\"/zones/{u}/records/delete?name={u}&amp;type={u}\">Delete<span class=\"unseen\"> {} "
            "{}</span></a>",
            z->name, s->name, s->type, owner, s->type);
    html_raw(h, "</td>\n</tr>\n");
}

static enum status put_records(struct request *r, const struct zone *z, struct error *e)
{
    struct html *h = &r->html;
    struct record_list list;
    struct str name = request_query(r, "after_name"), type = request_query(r, "after_type");
    struct record_cursor after = {str_empty(name) ? STR_NULL : name, str_empty(type) ? STR_NULL : type};
    if (str_is_null(after.name))
        after.type = STR_NULL;
    TRY(record_list(r->db, r->arena, z->id, r->acc.id, &after, 200, &list, e));
    html_raw(h, "<h2>Records</h2>\n<table class=\"records\">\n<caption "
                "class=\"unseen\">Records</caption>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Type</th>"
                "<th scope=\"col\">Value</th><th scope=\"col\" class=\"num\">Time to live</th>"
                "<th scope=\"col\"><span class=\"unseen\">What you can do</span></th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < list.n; i++)
        put_row(r, z, &list.items[i]);
    html_raw(h, "</tbody>\n</table>\n");
    if (list.more)
        html_put(h, "<p><a href=\"/zones/{u}?after_name={u}&amp;after_type={u}\">More records</a></p>\n", z->name,
            list.items[list.n - 1].name, list.items[list.n - 1].type);
    return OK;
}

static void put_kinds(struct request *r)
{
    struct html *h = &r->html;
    const struct record_kind *k;
    bool common = true;
    html_raw(h, "<optgroup label=\"Common\">\n");
    for (size_t i = 0; (k = record_kind_at(r->arena, i)) != NULL; i++) {
        if (common && !record_kind_is_common(i))
            html_raw(h, "</optgroup>\n<optgroup label=\"Others\">\n");
        common = record_kind_is_common(i);
        html_put(h, "<option value=\"{}\">{}</option>\n", str_of(k->key), str_of(k->title));
    }
    html_raw(h, "</optgroup>\n");
}

static void put_add(struct request *r, const struct zone *z)
{
    struct html *h = &r->html;
    html_put(h,
        "<form class=\"add\" method=\"get\" action=\"/zones/{u}/records/new\">\n<div class=\"field\">\n"
        "<label for=\"f-kind\">Add a record</label>\n<div class=\"together\">"
        "<select id=\"f-kind\" name=\"kind\">\n",
        z->name);
    put_kinds(r);
    html_raw(h, "</select><button type=\"submit\">Continue</button></div>\n</div>\n</form>\n");
}

/* ---- the part that moves ------------------------------------------------------------------------------------------- */

static enum status put_live(struct request *r, const struct zone *z, struct error *e)
{
    struct html *h = &r->html;
    struct zone_sync sync;
    TRY(zone_insync(r->db, r->arena, z->id, 0, &sync, e));
    html_put(h, "<div id=\"live\" data-live=\"/zones/{u}/live\" data-moving=\"{}\" data-says=\"{}\">\n", z->name,
        sync.insync ? STR("no") : STR("yes"),
        sync.insync ? STR("All four name servers are in sync.") : STR("Changes are on their way."));
    html_raw(h, "<h2>State</h2>\n<dl class=\"facts\">\n<div><dt>Changes</dt><dd>");
    if (sync.insync)
        put_tag(r, "good", STR("in sync on all four"));
    else
        put_tag(r, "busy", STR("on its way to the name servers"));
    html_raw(h, "</dd></div>\n");
    put_fact(r, "Version", text_int(r->arena, z->version));
    put_fact(r, "Serial", text_int(r->arena, z->serial));
    put_fact(r, "Changed", text_time(r->arena, z->changed));
    html_raw(h, "</dl>\n");
    put_zone_servers(r, &sync, z->name);
    html_raw(h, "</div>\n");
    return OK;
}

HANDLER(page_zone_live)
{
    struct zone z;
    TRY(find(r, &z, e));
    page_headers(r);
    return put_live(r, &z, e);
}

/* ---- the page ---------------------------------------------------------------------------------------------------------- */

HANDLER(page_zone)
{
    struct zone z;
    struct zone_sync sync;
    TRY(find(r, &z, e));
    TRY(zone_insync(r->db, r->arena, z.id, 0, &sync, e));
    struct str title = str_printf(r->arena, "Records of %.*s", STR_ARG(text_shown(r->arena, z.name)));
    page_begin(r, &(struct page){.title = str_dupz(r->arena, title), .nav = "zones", .refresh_s = sync.insync ? 0 : 2});
    html_raw(&r->html, "<p class=\"steps\">Hosted zone</p>\n<h1>");
    put_name(r, z.name);
    html_raw(&r->html, "</h1>\n<p id=\"said\" class=\"unseen\" role=\"status\"></p>\n");
    put_add(r, &z);
    TRY(put_records(r, &z, e));
    TRY(put_live(r, &z, e));
    html_put(&r->html, "<p><a href=\"/zones/{u}/export\">Download as a zone file</a></p>\n", z.name);
    return page_end(r);
}

HANDLER(page_zone_export)
{
    struct zone z;
    struct buf out;
    TRY(find(r, &z, e));
    buf_in(&out, r->arena, EXPORT_MAX);
    TRY(zone_export(r->db, r->arena, z.id, r->acc.id, EXPORT_ALIAS_COMMENT, &out, e));
    request_header(r, "Content-Type", STR("text/dns; charset=utf-8"));
    request_header(r, "Content-Disposition",
        str_printf(r->arena, "attachment; filename=\"%.*s.zone\"", STR_ARG(url_encode(r->arena, z.name))));
    request_header(r, "X-Content-Type-Options", STR("nosniff"));
    request_header(r, "Cache-Control", STR("no-store"));
    buf_str(&r->reply->body, buf_view(&out));
    return OK;
}
