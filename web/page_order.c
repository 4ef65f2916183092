#include "web/page_order.h"
#include "registrar/order.h"
#include "registrar/plan.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/probe.h"
#include "web/servers.h"

/* ---- words for people ----------------------------------------------------------------------------------------- */

struct str order_kind_word(struct str kind)
{
    static const char *const words[][2] = {{"register", "Registration"}, {"renew", "Renewal"}, {"delete", "Deletion"},
        {"restore", "Restoration"}, {"transfer", "Transfer"}, {"contact-transfer", "Contact transfer"},
        {"release", "Release"}, {"ns", "Name servers"}, {"contacts", "Registrant"}, {"lock", "Lock"},
        {"unlock", "Unlock"}, {"authinfo", "Authorisation code"}, {"infra", "Name servers’ domain"}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eqz(kind, words[i][0]))
            return str_of(words[i][1]);
    return kind;
}

void put_order_state(struct request *r, const struct order *o)
{
    if (str_eqz(o->state, "done"))
        put_tag(r, "good", STR("done"));
    else if (str_eqz(o->state, "failed"))
        put_tag(r, "bad", STR("failed"));
    else if (str_eqz(o->state, "undoing"))
        put_tag(r, "bad", STR("being taken back"));
    else
        put_tag(r, "busy", STR("under way"));
}

static struct str step_word(const struct order_step_view *s)
{
    static const char *const words[][2] = {
        {"done", "Done"}, {"running", "Running"}, {"waiting", "Waiting"}, {"failed", "Failed"}, {"todo", "To come"}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(s->outcome, words[i][0]) == 0)
            return str_of(words[i][1]);
    return str_of(s->outcome);
}

/* ---- the timeline ----------------------------------------------------------------------------------------------- */

static void put_step(struct request *r, const struct order_step_view *s)
{
    struct html *h = &r->html;
    html_put(h,
        "<li class=\"step {}{}\"><div class=\"what\"><span class=\"title\">{}</span> "
        "<span class=\"outcome\">{}",
        str_of(s->outcome), s->undo ? STR(" undo") : STR(""), str_of(s->title), step_word(s));
    if (s->finished != 0)
        html_put(h, ", <span class=\"took\">{}</span>", text_took(r->arena, s->started, s->finished));
    else if (s->started != 0)
        html_put(h, " <span class=\"took\">for {}</span>", text_took(r->arena, s->started, r->now));
    html_raw(h, "</span></div>\n");
    if (!str_empty(s->detail))
        html_put(h, "<p class=\"detail\">{}</p>\n", s->detail);
    if (s->attempts > 1)
        html_put(h, "<p class=\"detail\">tried {} times</p>\n", text_int(r->arena, s->attempts));
    html_raw(h, "</li>\n");
}

static enum status put_timeline(struct request *r, const struct order *o, struct error *e)
{
    struct order_step_view *steps;
    size_t n = 0;
    TRY(order_timeline(r->db, r->arena, o, &steps, &n, e));
    html_raw(&r->html, "<h2>Progress</h2>\n<ol class=\"timeline\">\n");
    for (size_t i = 0; i < n; i++)
        put_step(r, &steps[i]);
    html_raw(&r->html, "</ol>\n");
    return OK;
}

/* ---- money, failure ----------------------------------------------------------------------------------------------- */

static enum status put_money(struct request *r, const struct order *o, struct error *e)
{
    static const char *const words[] = {
        [HOLD_OPEN] = "set aside on your account",
        [HOLD_POSTED] = "paid",
        [HOLD_VOIDED] = "given back: nothing was charged",
    };
    enum hold_state state = HOLD_OPEN;
    if (!o->held)
        return OK;
    TRY(hold_state(r->db, o->hold_id, &state, e));
    put_fact(r, "Price", str_printf(r->arena, "%.*s, %s", STR_ARG(money_text(r->arena, o->price)), words[state]));
    return OK;
}

static void put_outcome(struct request *r, const struct order *o)
{
    struct html *h = &r->html;
    if (str_eqz(o->state, "done") && str_eqz(o->kind, "register")) {
        html_put(h,
            "<p class=\"notice good\">{} is yours, and all four name servers answer for it. "
            "<a href=\"/zones/{u}\">Add records</a></p>\n",
            text_shown(r->arena, o->name), o->name);
    } else if (str_eqz(o->state, "failed") || str_eqz(o->state, "undoing")) {
        html_put(h,
            "<div class=\"notice bad\"><p>This did not succeed: {}</p><p>What was done has been, or is being, "
            "taken back; you are charged nothing.</p></div>\n",
            o->error_text);
    } else if (o->needs_person) {
        html_raw(h, "<p class=\"notice busy\">This takes longer than it should. It goes on trying, and one of us is "
                    "looking at it.</p>\n");
    }
}

static enum status put_facts(struct request *r, const struct order *o, struct error *e)
{
    struct html *h = &r->html;
    html_raw(h, "<dl class=\"facts\">\n<div><dt>State</dt><dd>");
    put_order_state(r, o);
    html_raw(h, "</dd></div>\n");
    if (o->years > 0)
        put_fact(r, "Term", str_printf(r->arena, "%d %s", o->years, o->years == 1 ? "year" : "years"));
    TRY(put_money(r, o, e));
    put_fact(r, "Ordered", text_time(r->arena, o->created));
    if (o->finished != 0)
        put_fact(r, "Finished",
            str_printf(r->arena, "%.*s, after %.*s", STR_ARG(text_time(r->arena, o->finished)),
                STR_ARG(text_took(r->arena, o->created, o->finished))));
    html_raw(h, "</dl>\n");
    return OK;
}

/* ---- the name servers ---------------------------------------------------------------------------------------------- */

static enum status put_servers(struct request *r, const struct order *o, struct error *e)
{
    struct zone_sync sync;
    if (o->zone_id == 0)
        return OK;
    enum status s = zone_insync(r->db, r->arena, o->zone_id, o->zone_version, &sync, e);
    if (s == NOT_FOUND) {
        error_clear(e); /* the zone has been deleted since */
        return OK;
    }
    TRY(s);
    put_zone_servers(r, &sync, o->name);
    return OK;
}

/* ---- the page ------------------------------------------------------------------------------------------------------ */

/* The order in a sentence, for those who hear the page: the script says it where it changes. */
static struct str says(struct request *r, const struct order *o)
{
    const struct plan *p = plan_find(o->kind);
    int at = p != NULL ? plan_index(p, o->step) : -1;
    if (str_eqz(o->state, "done"))
        return STR("The order is done.");
    if (!str_eqz(o->state, "open") || at < 0)
        return STR("The order did not succeed.");
    return str_printf(r->arena, "Under way, step %d of %zu: %s", at + 1, p->n, p->steps[at].title);
}

/* What the script asks for again and again, and puts in place of what was there; data-moving says whether to go on. */
static enum status put_live(struct request *r, const struct order *o, struct error *e)
{
    html_put(&r->html, "<div id=\"live\" data-live=\"/orders/{}/live\" data-moving=\"{}\" data-says=\"{}\">\n",
        text_int(r->arena, o->id), order_ended(o) ? STR("no") : STR("yes"), says(r, o));
    put_outcome(r, o);
    TRY(put_facts(r, o, e));
    TRY(put_timeline(r, o, e));
    TRY(put_servers(r, o, e));
    html_raw(&r->html, "</div>\n");
    return OK;
}

static enum status find(struct request *r, struct order *o, struct error *e)
{
    int64_t id = 0;
    TRY(request_id(r, 0, "order", &id, e));
    return order_find(r->db, r->arena, r->acc.id, id, o, e);
}

HANDLER(page_order)
{
    struct order o;
    TRY(find(r, &o, e));
    struct str title = str_printf(r->arena, "Order %lld: %.*s", (long long)o.id, STR_ARG(text_shown(r->arena, o.name)));
    page_begin(
        r, &(struct page){.title = str_dupz(r->arena, title), .nav = "orders", .refresh_s = order_ended(&o) ? 0 : 2});
    html_put(&r->html, "<p class=\"steps\">Order {} · {}</p>\n<h1>", text_int(r->arena, o.id), order_kind_word(o.kind));
    put_name(r, o.name);
    html_raw(&r->html, "</h1>\n<p id=\"said\" class=\"unseen\" role=\"status\"></p>\n");
    TRY(put_live(r, &o, e));
    return page_end(r);
}

HANDLER(page_order_live)
{
    struct order o;
    TRY(find(r, &o, e));
    page_headers(r);
    return put_live(r, &o, e);
}
