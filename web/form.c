#include "web/page.h"

bool fields_good(const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fields[i].error != NULL)
            return false;
    return true;
}

void form_errors(struct request *r, const struct field *fields, size_t n, const char *extra)
{
    struct html *h = &r->html;
    if (extra == NULL && fields_good(fields, n))
        return;
    html_raw(
        h, "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" id=\"errors\">\n<h2>There is a problem</h2>\n<ul>\n");
    if (extra != NULL)
        html_put(h, "<li>{}</li>\n", str_of(extra));
    for (size_t i = 0; i < n; i++)
        if (fields[i].error != NULL)
            html_put(h, "<li><a href=\"#f-{}\">{}</a></li>\n", str_of(fields[i].name), str_of(fields[i].error));
    html_raw(h, "</ul>\n</div>\n");
}

void form_begin(struct request *r, struct str action)
{
    html_put(&r->html, "<form method=\"post\" action=\"{}\" novalidate=\"novalidate\">\n", action);
    form_hidden(r, "csrf", request_csrf(r));
}

void form_hidden(struct request *r, const char *name, struct str value)
{
    html_put(&r->html, "<input type=\"hidden\" name=\"{}\" value=\"{}\"/>\n", str_of(name), value);
}

/* The label, hint and error, which the control points to. */
static void field_open(struct request *r, const struct field *f)
{
    struct html *h = &r->html;
    struct str name = str_of(f->name);
    html_put(h, "<div class=\"field{}\">\n<label for=\"f-{}\">{}{}</label>\n",
        f->error != NULL ? STR(" wrong") : STR(""), name, str_of(f->label), f->optional ? STR(" (optional)") : STR(""));
    if (f->hint != NULL && f->hint[0] != '\0')
        html_put(h, "<p class=\"hint\" id=\"h-{}\">{}</p>\n", name, str_of(f->hint));
    if (f->error != NULL)
        html_put(
            h, "<p class=\"error\" id=\"e-{}\"><span class=\"unseen\">Error: </span>{}</p>\n", name, str_of(f->error));
}

static void field_attributes(struct request *r, const struct field *f)
{
    struct html *h = &r->html;
    struct str name = str_of(f->name);
    bool hint = f->hint != NULL && f->hint[0] != '\0';
    html_put(h, " id=\"f-{}\" name=\"{}\"", name, name);
    if (f->width != NULL)
        html_put(h, " class=\"{}\"", str_of(f->width));
    if (hint && f->error != NULL)
        html_put(h, " aria-describedby=\"h-{} e-{}\"", name, name);
    else if (hint)
        html_put(h, " aria-describedby=\"h-{}\"", name);
    else if (f->error != NULL)
        html_put(h, " aria-describedby=\"e-{}\"", name);
    if (f->error != NULL)
        html_raw(h, " aria-invalid=\"true\"");
    if (!f->optional)
        html_raw(h, " required=\"required\"");
}

void form_field(struct request *r, const struct field *f)
{
    struct html *h = &r->html;
    field_open(r, f);
    if (strcmp(f->type, "textarea") == 0) {
        html_raw(h, "<textarea rows=\"4\" spellcheck=\"false\" autocomplete=\"off\"");
        field_attributes(r, f);
        /* a parser drops one line break behind the tag: give it one, so that none of the value's is lost */
        html_put(h, ">\n{}</textarea>\n</div>\n", f->value);
        return;
    }
    html_put(h, "<input type=\"{}\" value=\"{}\" autocomplete=\"{}\"", str_of(f->type), f->value,
        f->autocomplete != NULL ? str_of(f->autocomplete) : STR("off"));
    field_attributes(r, f);
    html_raw(h, "/>\n</div>\n");
}

void form_years(struct request *r, int first, int last, int chosen, const char *error)
{
    struct html *h = &r->html;
    const struct field f = {.name = "years", .label = "For how long", .width = "w-short", .error = error};
    field_open(r, &f);
    html_raw(h, "<select");
    field_attributes(r, &f);
    html_raw(h, ">\n");
    for (int y = first; y <= last; y++) {
        html_put(h, "<option value=\"{}\"", text_int(r->arena, y));
        if (y == chosen)
            html_raw(h, " selected=\"selected\"");
        html_put(h, ">{} {}</option>\n", text_int(r->arena, y), y == 1 ? STR("year") : STR("years"));
    }
    html_raw(h, "</select>\n</div>\n");
}

void form_end(struct request *r)
{
    html_raw(&r->html, "</form>\n");
}
