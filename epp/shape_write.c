#include "epp/response.h"
#include "epp/shape.h"

void epp_write_fail(struct epp_writer *w, const char *fmt, ...)
{
    if (w->status != OK)
        return;
    char text[ERROR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    /* The path without <epp> and the kind of frame, which say nothing. */
    char path[256];
    size_t n = 0;
    path[0] = '\0';
    for (unsigned i = 1; i < w->depth && n < sizeof path - 1; i++) {
        int k = snprintf(path + n, sizeof path - n, "%s%s", i > 1 ? "/" : "", w->names[i]);
        n += k > 0 ? (size_t)k : 0;
    }
    w->status = error_set(w->e, INVALID, "epp-value", "%s: %s", path, text);
}

static const char *qualify(struct epp_writer *w, const char *name)
{
    INVARIANT(w->depth < EPP_DEPTH);
    char *q = w->names[w->depth];
    size_t before = strlen(w->prefix), n = strlen(name);
    INVARIANT(before + n + 2 <= sizeof w->names[0]);
    if (before > 0) {
        memcpy(q, w->prefix, before);
        q[before++] = ':';
    }
    memcpy(q + before, name, n + 1);
    return q;
}

void epp_write_start(struct epp_writer *w, const char *name)
{
    xml_start(&w->xml, qualify(w, name));
    w->depth++;
}

void epp_write_end(struct epp_writer *w)
{
    xml_end(&w->xml);
    w->depth--;
}

void epp_write_empty(struct epp_writer *w, const char *name)
{
    epp_write_start(w, name);
    epp_write_end(w);
}

void epp_write_begin(struct epp_writer *w, struct buf *out, struct error *e)
{
    *w = (struct epp_writer){.prefix = "", .e = e, .status = OK};
    arena_init(&w->scratch, 0);
    xml_begin(&w->xml, out);
    epp_write_start(w, "epp");
    xml_set(&w->xml, "xmlns", STR(EPP_NS));
}

void epp_write_open(struct epp_writer *w, const char *ns, const char *prefix, const char *name)
{
    w->prefix = prefix;
    epp_write_start(w, name);
    char xmlns[64];
    snprintf(xmlns, sizeof xmlns, "xmlns%s%s", prefix[0] != '\0' ? ":" : "", prefix);
    xml_set(&w->xml, xmlns, str_of(ns));
}

void epp_write_close(struct epp_writer *w)
{
    epp_write_end(w);
    w->prefix = "";
}

enum status epp_write_finish(struct epp_writer *w)
{
    bool over = false;
    if (w->status == OK) {
        epp_write_end(w);
        over = buf_over(w->xml.out);
    }
    arena_clear(&w->scratch);
    TRY(w->status);
    if (over)
        return error_set(w->e, INVALID, "epp-too-large", "the document passes %zu bytes", w->xml.out->max);
    return xml_finish(&w->xml, w->e);
}

/* What is the matter with the value; NULL when nothing is. */
static const char *objection(struct epp_writer *w, enum epp_type t, const char *const *words, struct str v)
{
    const char *why = epp_value_loose(t, v);
    if (why != NULL)
        return why;
    struct str text = STR_NULL;
    if (epp_value_check(&w->scratch, t, v, &text) != 0)
        return str_dupz(&w->scratch, text);
    return words != NULL && !epp_word_listed(words, v) ? EPP_WORD_WHY : NULL;
}

static void attribute_text(struct epp_writer *w, const struct epp_field *f, struct str v)
{
    const char *why = objection(w, f->type, f->words, v);
    if (why != NULL)
        epp_write_fail(w, "the attribute %s=\"%.*s\" %s", f->name, STR_ARG(v), why);
    xml_set(&w->xml, f->name, v);
}

static void own_text(struct epp_writer *w, enum epp_type t, const char *const *words, struct str v)
{
    const char *why = objection(w, t, words, v);
    if (why != NULL && epp_type_secret(t))
        epp_write_fail(w, "the value %s", why);
    else if (why != NULL)
        epp_write_fail(w, "\"%.*s\" %s", STR_ARG(v), why);
    if (v.n > 0)
        xml_text(&w->xml, v);
}

static void text_child(struct epp_writer *w, const struct epp_field *f, struct str v)
{
    epp_write_start(w, f->name);
    own_text(w, f->type, f->words, v);
    epp_write_end(w);
}

void epp_write_text(struct epp_writer *w, const char *name, enum epp_type t, struct str v)
{
    epp_write_start(w, name);
    own_text(w, t, NULL, v);
    epp_write_end(w);
}

void epp_write_raw(struct epp_writer *w, struct str raw)
{
    xml_text(&w->xml, STR("")); /* ends the open tag */
    buf_str(w->xml.out, raw);
}

static void write_any(struct epp_writer *w, const struct epp_value *v)
{
    if (v->raw.n > 0) {
        epp_write_raw(w, v->raw);
        return;
    }
    if (v->element.p == NULL) {
        epp_write_fail(w, "a value must name an element");
        return;
    }
    const char *prefix = w->prefix;
    w->prefix = "";
    epp_write_start(w, str_dupz(&w->scratch, v->element));
    if (!str_eqz(v->ns, EPP_NS))
        xml_set(&w->xml, "xmlns", v->ns);
    if (v->text.n > 0)
        xml_text(&w->xml, v->text);
    epp_write_end(w);
    w->prefix = prefix;
}

static void write_part(struct epp_writer *w, const struct epp_field *f, const void *data)
{
    const char *prefix = w->prefix, *inner = f->shape->prefix;
    epp_write_start(w, f->name);
    if (f->shape->ns != NULL)
        w->prefix = inner != NULL ? inner : "";
    if (inner != NULL)
        xml_set(&w->xml, arena_printf(&w->scratch, "xmlns:%s", inner), str_of(f->shape->ns));
    epp_write_shape(w, f->shape, data);
    w->prefix = prefix;
    epp_write_end(w);
}

static void write_list(struct epp_writer *w, const struct epp_field *f, const void *data)
{
    struct epp_list l = epp_list_get(f, data);
    if (l.n < f->min)
        epp_write_fail(w, "<%s> is required", f->name);
    if (l.n > f->max && f->max != EPP_MANY)
        epp_write_fail(w, "<%s> may stand at most %u times, not %zu", f->name, f->max, l.n);
    struct str twice = epp_list_twice(f, &l);
    if (twice.p != NULL)
        epp_write_fail(w, "<%s> stands twice for \"%.*s\"", f->name, STR_ARG(twice));
    for (size_t i = 0; i < l.n; i++)
        if (f->kind == EPP_K_TEXTS)
            text_child(w, f, ((const struct str *)l.v)[i]);
        else if (f->kind == EPP_K_ELEMENTS)
            epp_write_raw(w, ((const struct str *)l.v)[i]);
        else
            write_part(w, f, (const char *)l.v + i * f->shape->size);
}

static struct str time_form(struct epp_writer *w, const struct epp_field *f, time_us t)
{
    struct str text =
        f->kind == EPP_K_DATE || t % US_PER_S == 0 ? time_text(&w->scratch, t) : time_text_us(&w->scratch, t);
    if (f->kind == EPP_K_DATE)
        text.n = strlen("2026-11-22");
    return text;
}

static struct str said_form(enum epp_said v)
{
    return v == EPP_YES ? STR("1") : STR("0");
}

/* A child whose text is made here. */
static void write_plain(struct epp_writer *w, const char *name, struct str text)
{
    epp_write_start(w, name);
    xml_text(&w->xml, text);
    epp_write_end(w);
}

static void write_number(struct epp_writer *w, const struct epp_field *f, unsigned v)
{
    if (v < f->lo || v > f->hi)
        epp_write_fail(w, "%u is not in the range %u to %u", v, f->lo, f->hi);
    xml_text(&w->xml, str_printf(&w->scratch, "%u", v));
}

static void write_text_attribute(struct epp_writer *w, const struct epp_field *f, struct str v)
{
    if (v.p == NULL && f->min > 0 && f->fallback != NULL)
        v = str_of(f->fallback);
    if (v.p == NULL && f->min > 0)
        epp_write_fail(w, "the attribute %s is required", f->name);
    if (v.p != NULL)
        attribute_text(w, f, v);
}

/* An optional attribute that says what its absence says too is left out. */
static bool implied(const struct epp_field *f, const void *data)
{
    const void *m = epp_member(f, data);
    if (f->min > 0 || f->fallback == NULL || !epp_field_present(f, data))
        return false;
    if (f->kind == EPP_K_ATTR_SAID)
        return str_eqz(said_form(*(const enum epp_said *)m), f->fallback);
    return f->kind == EPP_K_ATTR && str_eqz(*(const struct str *)m, f->fallback);
}

static void write_attribute(struct epp_writer *w, const struct epp_field *f, const void *data)
{
    const void *m = epp_member(f, data);
    if (implied(f, data))
        return;
    switch (f->kind) {
    case EPP_K_ATTR:
        write_text_attribute(w, f, *(const struct str *)m);
        return;
    case EPP_K_ATTR_BOOL:
        xml_set(&w->xml, f->name, *(const bool *)m ? STR("1") : STR("0"));
        return;
    case EPP_K_ATTR_SAID:
        if (epp_field_present(f, data))
            xml_set(&w->xml, f->name, said_form(*(const enum epp_said *)m));
        return;
    case EPP_K_ATTR_U64:
        xml_set(&w->xml, f->name, str_printf(&w->scratch, "%llu", (unsigned long long)*(const uint64_t *)m));
        return;
    case EPP_K_ATTR_TIME:
        if (epp_field_present(f, data))
            xml_set(&w->xml, f->name, time_form(w, f, *(const time_us *)m));
        return;
    default:
        return;
    }
}

static void write_mixed(struct epp_writer *w, const struct epp_mixed *v)
{
    if (v->text.n > 0)
        xml_text(&w->xml, v->text);
    if (v->xml.n > 0)
        epp_write_raw(w, v->xml);
}

/* The content that is the element's own: true where the field is of that kind. */
static bool write_own(struct epp_writer *w, const struct epp_field *f, const void *m)
{
    switch (f->kind) {
    case EPP_K_OWN:
        own_text(w, f->type, f->words, *(const struct str *)m);
        return true;
    case EPP_K_OWN_NUM:
        write_number(w, f, *(const unsigned *)m);
        return true;
    case EPP_K_OWN_MIXED:
        write_mixed(w, m);
        return true;
    case EPP_K_ANY:
        write_any(w, m);
        return true;
    case EPP_K_HERE:
        return true;
    default:
        return false;
    }
}

/* A field that is present, or is required and has something to fall back to. */
static void write_content(struct epp_writer *w, const struct epp_field *f, const void *data)
{
    const void *m = epp_member(f, data);
    if (write_own(w, f, m))
        return;
    switch (f->kind) {
    case EPP_K_TEXT:
        text_child(w, f, epp_field_present(f, data) ? *(const struct str *)m : str_of(f->fallback));
        return;
    case EPP_K_TIME:
    case EPP_K_DATE:
        write_plain(w, f->name, time_form(w, f, *(const time_us *)m));
        return;
    case EPP_K_FLAG:
        epp_write_empty(w, f->name);
        return;
    case EPP_K_SAID:
        write_plain(w, f->name, said_form(*(const enum epp_said *)m));
        return;
    case EPP_K_NUM:
        epp_write_start(w, f->name);
        write_number(w, f, *(const unsigned *)m);
        epp_write_end(w);
        return;
    case EPP_K_RAW:
        epp_write_start(w, f->name);
        epp_write_raw(w, *(const struct str *)m);
        epp_write_end(w);
        return;
    case EPP_K_SHAPE:
        write_part(w, f, m);
        return;
    default:
        write_list(w, f, data);
    }
}

/* Written although it is not present: there is something to fall back to, or nothing is a value of its own. */
static bool always(const struct epp_field *f)
{
    return f->min > 0 && (f->fallback != NULL || f->kind == EPP_K_SHAPE || f->kind == EPP_K_NUM ||
                             (f->kind == EPP_K_OWN_NUM && f->lo == 0));
}

static bool alternatives_fit(struct epp_writer *w, const struct epp_shape *s, const void *data)
{
    size_t n = 0;
    for (size_t i = s->first; i < s->n; i++)
        n += epp_shape_alternative(s, i) && epp_field_present(&s->fields[i], data);
    if (s->choice && n != 1 && !(s->maybe && n == 0))
        epp_write_fail(w, "exactly one of its alternatives must be set, not %zu", n);
    if (s->some && n == 0)
        epp_write_fail(w, "at least one of its parts must be set");
    return w->status == OK;
}

void epp_write_shape(struct epp_writer *w, const struct epp_shape *s, const void *data)
{
    if (w->status != OK || !alternatives_fit(w, s, data))
        return;
    for (size_t i = 0; i < s->n; i++)
        if (epp_field_is_attribute(&s->fields[i]))
            write_attribute(w, &s->fields[i], data);
    for (size_t i = 0; i < s->n && w->status == OK; i++) {
        const struct epp_field *f = &s->fields[i];
        if (epp_field_is_attribute(f))
            continue;
        if (always(f) || epp_field_present(f, data))
            write_content(w, f, data);
        else if (f->min > 0 && f->name[0] != '\0')
            epp_write_fail(w, "<%s> is required", f->name);
        else if (f->min > 0)
            epp_write_fail(w, "the value is required");
    }
}
