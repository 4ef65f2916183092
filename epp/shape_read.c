#include "epp/response.h"
#include "epp/result.h"
#include "epp/shape.h"

#define FAULT_VALUE_MAX 64
#define TIME_LIKE "2026-11-22T13:00:00Z"
#define DATE_LENGTH strlen("2026-11-22")

static struct str text_of(const struct xml_node *node)
{
    return node->text.p != NULL ? node->text : STR("");
}

static void note_unread(struct epp_reader *r, const char *name, const char *text)
{
    if (r->unread.p == NULL)
        r->unread = str_printf(r->a, "<%s> %s", name, text);
}

static bool record(struct epp_reader *r, int code, const char *ns, const char *name, const char *text)
{
    if (!r->strict) {
        note_unread(r, name, text);
        return true;
    }
    if (r->fault.code != 0)
        return false;
    r->fault.code = code;
    r->fault.ns = ns;
    r->fault.element = name;
    r->fault.reason = str_printf(r->a, "<%s> %s", name, text);
    return false;
}

bool epp_read_fault(struct epp_reader *r, int code, const struct xml_node *at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(r->a, fmt, ap);
    va_end(ap);
    return record(r, code, at->ns, at->name, text);
}

bool epp_read_missing(struct epp_reader *r, const char *ns, const char *name, const struct xml_node *in)
{
    if (!r->strict)
        return true;
    return record(r, 2003, ns, name, arena_printf(r->a, "is missing in <%s>", in->name));
}

/* The start of a value as received, whole characters only. */
static struct str excerpt(struct str v)
{
    if (v.n <= FAULT_VALUE_MAX)
        return v;
    size_t n = FAULT_VALUE_MAX;
    while (n > 0 && ((unsigned char)v.p[n] & 0xc0) == 0x80)
        n--;
    return str_n(v.p, n);
}

bool epp_read_value(
    struct epp_reader *r, enum epp_type t, const struct xml_node *at, const char *attr, struct str v, struct str *v_r)
{
    struct str why = STR_NULL, normal = epp_value_normal(r->a, t, v);
    int code = r->strict ? epp_value_check(r->a, t, normal, &why) : 0;
    if (code == 0) {
        *v_r = normal;
        return true;
    }
    bool first = r->fault.code == 0;
    if (attr != NULL)
        epp_read_fault(r, code, at, "has an attribute %s that %.*s", attr, STR_ARG(why));
    else
        epp_read_fault(r, code, at, "%.*s", STR_ARG(why));
    if (first && !epp_type_secret(t))
        r->fault.value = excerpt(normal);
    return false;
}

/* The same for a field, which may list the words it knows. */
static bool read_typed(struct epp_reader *r, const struct epp_field *f, const struct xml_node *at, const char *attr,
    struct str v, struct str *v_r)
{
    if (!epp_read_value(r, f->type, at, attr, v, v_r))
        return false;
    if (!r->strict || f->words == NULL || epp_word_listed(f->words, *v_r))
        return true;
    epp_read_fault(r, EPP_RANGE, at, attr != NULL ? "has an attribute %s that %s" : "%s%s", attr != NULL ? attr : "",
        EPP_WORD_WHY);
    r->fault.value = excerpt(*v_r);
    return false;
}

static bool parse_time(struct epp_reader *r, const struct epp_field *f, struct str v, time_us *t_r)
{
    v = str_trim(v);
    bool date = str_find(v, 'T', 0) < 0;
    if (f->kind == EPP_K_DATE && v.n > DATE_LENGTH && (v.p[DATE_LENGTH] == 'Z' || v.n == DATE_LENGTH + 6))
        v.n = DATE_LENGTH; /* a zone behind a date */
    if (time_parse(v, t_r) && (!r->strict || date == (f->kind == EPP_K_DATE)))
        return true;
    *t_r = 0;
    return false;
}

/* ---- attributes ------------------------------------------------------------------------------------ */
static bool parse_bool(struct str v, bool *b_r)
{
    v = str_trim(v);
    *b_r = str_eqz(v, "1") || str_eqz(v, "true");
    return *b_r || str_eqz(v, "0") || str_eqz(v, "false");
}

static bool parse_said(struct str v, enum epp_said *said_r)
{
    bool yes;
    if (!parse_bool(v, &yes))
        return false;
    *said_r = yes ? EPP_YES : EPP_NO;
    return true;
}

/* false where the attribute must be there. */
static bool absent_attribute(struct epp_reader *r, const struct epp_field *f, void *m)
{
    if (f->kind == EPP_K_ATTR_SAID && f->fallback != NULL)
        return parse_said(str_of(f->fallback), m);
    if (f->kind == EPP_K_ATTR_SAID || f->kind == EPP_K_ATTR_TIME)
        return f->min == 0 || !r->strict;
    if (f->kind != EPP_K_ATTR || (f->min > 0 && r->strict))
        return false;
    *(struct str *)m = str_of(f->fallback);
    return true;
}

static bool read_attribute(struct epp_reader *r, const struct epp_field *f, const struct xml_node *node, void *data)
{
    struct str v = xml_attr(node, f->name);
    void *m = epp_member(f, data);
    if (v.p == NULL)
        return absent_attribute(r, f, m) || epp_read_fault(r, 2003, node, "lacks the attribute %s", f->name);
    switch (f->kind) {
    case EPP_K_ATTR:
        return read_typed(r, f, node, f->name, v, m);
    case EPP_K_ATTR_BOOL:
        return parse_bool(v, m) ||
               epp_read_fault(r, 2005, node, "has an attribute %s that is neither 0 nor 1", f->name);
    case EPP_K_ATTR_SAID:
        return parse_said(v, m) ||
               epp_read_fault(r, 2005, node, "has an attribute %s that is neither 0 nor 1", f->name);
    case EPP_K_ATTR_U64:
        return str_to_u64(str_trim(v), UINT64_MAX, m) ||
               epp_read_fault(r, 2005, node, "has an attribute %s that is not a number", f->name);
    case EPP_K_ATTR_TIME:
        return parse_time(r, f, v, m) ||
               epp_read_fault(r, 2005, node, "has an attribute %s that is not a time such as %s", f->name, TIME_LIKE);
    default:
        return true;
    }
}

/* Attributes of other namespaces (xsi:schemaLocation) may stand anywhere and mean nothing to us. */
static bool known_attributes(struct epp_reader *r, const struct epp_shape *s, const struct xml_node *node)
{
    if (!r->strict)
        return true;
    for (const struct xml_attr *at = node->attrs; at != NULL; at = at->next) {
        bool known = at->ns[0] != '\0';
        for (size_t i = 0; s != NULL && i < s->n; i++)
            known = known || (epp_field_is_attribute(&s->fields[i]) && strcmp(s->fields[i].name, at->name) == 0);
        if (!known)
            return epp_read_fault(r, 2001, node, "has an attribute %.64s it may not have", at->name);
    }
    return true;
}

/* ---- content --------------------------------------------------------------------------------------- */
static bool plain_leaf(struct epp_reader *r, const struct xml_node *node)
{
    if (r->strict && node->first != NULL)
        return epp_read_fault(r, 2001, node->first, "may not stand in <%s>", node->name);
    return known_attributes(r, NULL, node);
}

bool epp_read_leaf(struct epp_reader *r, enum epp_type t, const struct xml_node *node, struct str *v_r)
{
    return plain_leaf(r, node) && epp_read_value(r, t, node, NULL, text_of(node), v_r);
}

static bool no_text(struct epp_reader *r, const struct xml_node *node)
{
    if (!r->strict || str_trim(text_of(node)).n == 0)
        return true;
    return epp_read_fault(r, 2001, node, "may not have text of its own");
}

bool epp_read_envelope(struct epp_reader *r, const struct xml_node *node)
{
    return known_attributes(r, NULL, node) && no_text(r, node);
}

/* Content we keep as it is: one element, not of the mapping itself. */
static bool read_raw(struct epp_reader *r, const char *ns, const struct xml_node *node, struct str *v_r)
{
    if (!epp_read_envelope(r, node))
        return false;
    const struct xml_node *inner = node->first;
    if (r->strict && (inner == NULL || inner->next != NULL || strcmp(inner->ns, ns) == 0))
        return epp_read_fault(r, 2001, node, "must hold one element of another namespace");
    *v_r = epp_raw_content(r->a, node);
    return true;
}

static bool read_element(struct epp_reader *r, const struct xml_node *node, struct str *v_r)
{
    *v_r = epp_raw_of(r->a, node);
    return v_r->n > 0 || epp_read_fault(r, EPP_SYNTAX, node, "is too large to be kept");
}

static bool read_time(struct epp_reader *r, const struct epp_field *f, const struct xml_node *node, time_us *t_r)
{
    return parse_time(r, f, text_of(node), t_r) ||
           epp_read_fault(r, 2005, node, "is not a %s",
               f->kind == EPP_K_DATE ? "date such as 2026-11-22" : "time such as " TIME_LIKE);
}

static bool read_said(struct epp_reader *r, const struct xml_node *node, enum epp_said *v_r)
{
    return parse_said(text_of(node), v_r) || epp_read_fault(r, 2005, node, "is neither 0 nor 1");
}

static bool read_number(struct epp_reader *r, const struct epp_field *f, const struct xml_node *node, unsigned *v_r)
{
    uint64_t v;
    if (!str_to_u64(str_trim(text_of(node)), UINT32_MAX, &v))
        return epp_read_fault(r, 2005, node, "is not a number");
    if (r->strict && (v < f->lo || v > f->hi))
        return epp_read_fault(r, 2004, node, "must be from %u to %u", f->lo, f->hi);
    *v_r = (unsigned)v;
    return true;
}

static bool read_any(struct epp_reader *r, const struct xml_node *node, struct epp_value *v)
{
    if (node->first == NULL) {
        v->text = epp_value_normal(r->a, EPP_T_TOKEN, text_of(node));
        return true;
    }
    const struct xml_node *part = node->first;
    v->ns = str_of(part->ns);
    v->element = str_of(part->name);
    v->text = epp_value_normal(r->a, EPP_T_TOKEN, text_of(part));
    if (part->first != NULL || part->attrs != NULL)
        v->raw = epp_raw_of(r->a, part);
    return true;
}

static bool read_mixed(struct epp_reader *r, const struct xml_node *node, struct epp_mixed *v)
{
    struct str text = text_of(node);
    if (node->first != NULL)
        v->xml = epp_raw_content(r->a, node);
    if (node->first != NULL && v->xml.n == 0)
        return epp_read_fault(r, 2001, node, "is too large to be kept");
    /* between elements, blanks are layout */
    if (text.n > 0 && (node->first == NULL || str_trim(text).n > 0))
        v->text = text;
    return true;
}

/* The content that is the element's own: text, number or anything. */
static bool read_own(struct epp_reader *r, const struct epp_field *f, const struct xml_node *node, void *data)
{
    void *m = epp_member(f, data);
    if (f->kind == EPP_K_OWN_MIXED)
        return read_mixed(r, node, m);
    if (f->kind == EPP_K_ANY)
        return read_any(r, node, m);
    if (r->strict && node->first != NULL)
        return epp_read_fault(r, 2001, node->first, "may not stand in <%s>", node->name);
    if (f->kind == EPP_K_OWN_NUM)
        return read_number(r, f, node, m);
    if (f->min == 0 && str_trim(text_of(node)).n == 0)
        return true;
    return read_typed(r, f, node, NULL, text_of(node), m);
}

static bool is_own(const struct epp_field *f)
{
    return f->kind == EPP_K_OWN || f->kind == EPP_K_OWN_NUM || f->kind == EPP_K_OWN_MIXED || f->kind == EPP_K_ANY;
}

/* One child element into one place. */
static bool read_child(
    struct epp_reader *r, const struct epp_field *f, const char *ns, const struct xml_node *node, void *place)
{
    if (f->kind == EPP_K_SHAPE || f->kind == EPP_K_SHAPES)
        return epp_read_shape(r, f->shape, ns, node, place);
    if (f->kind == EPP_K_RAW)
        return read_raw(r, ns, node, place);
    if (f->kind == EPP_K_ELEMENTS)
        return read_element(r, node, place);
    if (!plain_leaf(r, node))
        return false;
    switch (f->kind) {
    case EPP_K_TIME:
    case EPP_K_DATE:
        return read_time(r, f, node, place);
    case EPP_K_FLAG:
        *(bool *)place = true;
        return true;
    case EPP_K_SAID:
        return read_said(r, node, place);
    case EPP_K_NUM:
        return read_number(r, f, node, place);
    default:
        return read_typed(r, f, node, NULL, text_of(node), place);
    }
}

static bool is_list(const struct epp_field *f)
{
    return f->kind == EPP_K_TEXTS || f->kind == EPP_K_ELEMENTS || f->kind == EPP_K_SHAPES;
}

static size_t item_size(const struct epp_field *f)
{
    return f->kind == EPP_K_SHAPES ? f->shape->size : sizeof(struct str);
}

static bool same(const struct xml_node *node, const char *ns, const char *name)
{
    return node != NULL && strcmp(node->name, name) == 0 && strcmp(node->ns, ns) == 0;
}

/* Strict: only those that stand next to each other; otherwise wherever they are. */
static const struct xml_node *following(
    struct epp_reader *r, const struct xml_node *node, const char *ns, const char *name)
{
    if (r->strict)
        return same(node->next, ns, name) ? node->next : NULL;
    return xml_next(node, ns, name);
}

/* The field's children, the first of which is `first`; *behind_r is what follows the last one read. */
static bool read_children(struct epp_reader *r, const struct epp_field *f, const char *ns, const struct xml_node *first,
    void *data, const struct xml_node **behind_r)
{
    size_t count = 0;
    for (const struct xml_node *n = first; n != NULL; n = following(r, n, ns, f->name))
        count++;
    if (r->strict && count > f->max)
        return epp_read_fault(
            r, f->max == EPP_MANY ? 2306 : 2001, first, "stands %zu times; at most %u are allowed", count, f->max);
    char *place = epp_member(f, data);
    if (!is_list(f)) {
        *behind_r = first->next;
        return read_child(r, f, ns, first, place);
    }
    struct epp_list l = {arena_array(r->a, count, item_size(f)), count};
    memcpy(place, &l, sizeof l);
    place = l.v;
    for (const struct xml_node *n = first; n != NULL; n = following(r, n, ns, f->name)) {
        if (!read_child(r, f, ns, n, place))
            return false;
        *behind_r = n->next;
        place += item_size(f);
    }
    struct str twice = r->strict ? epp_list_twice(f, &l) : STR_NULL;
    if (twice.p != NULL)
        return epp_read_fault(r, EPP_VALUE, first, "stands twice for \"%.*s\"", STR_ARG(twice));
    return true;
}

/* A required child is not at its place: is it missing, or is the order wrong? */
static bool absent_child(struct epp_reader *r, const struct epp_field *f, const char *ns, const struct xml_node *parent)
{
    const struct xml_node *elsewhere = xml_child(parent, ns, f->name);
    if (r->strict && elsewhere != NULL)
        return epp_read_fault(r, 2001, elsewhere, "stands at the wrong place in <%s>", parent->name);
    return epp_read_missing(r, ns, f->name, parent);
}

/* Strict: the child that is next in line, if it is the field's; otherwise the first one of that name. */
static const struct xml_node *find_child(struct epp_reader *r, const struct epp_field *f, const char *ns,
    const struct xml_node *parent, const struct xml_node *next)
{
    if (r->strict)
        return same(next, ns, f->name) ? next : NULL;
    return xml_child(parent, ns, f->name);
}

/* The name of the first part of which one must be there. */
static const char *first_alternative(const struct epp_shape *s)
{
    size_t i = s->first;
    while (i + 1 < s->n && epp_field_is_attribute(&s->fields[i]))
        i++;
    return s->fields[i].name;
}

static bool read_fields(
    struct epp_reader *r, const struct epp_shape *s, const char *ns, const struct xml_node *parent, void *data)
{
    const struct xml_node *next = parent->first;
    size_t found = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct epp_field *f = &s->fields[i];
        const char *of = f->ns != NULL ? f->ns : ns;
        bool alternative = epp_shape_alternative(s, i);
        if (f->kind == EPP_K_HERE)
            *(bool *)epp_member(f, data) = true;
        if (f->kind == EPP_K_HERE || epp_field_is_attribute(f) || (r->strict && s->choice && alternative && found > 0))
            continue;
        const struct xml_node *at = find_child(r, f, of, parent, next);
        if (at != NULL && !read_children(r, f, of, at, data, &next))
            return false;
        found += at != NULL && alternative;
        if (at == NULL && f->min > 0 && !(s->choice && alternative) && !absent_child(r, f, of, parent))
            return false;
    }
    if (r->strict && next != NULL)
        return epp_read_fault(r, 2001, next, "is not expected at this place in <%s>", parent->name);
    if (found > 0 || s->maybe || !(s->choice || s->some))
        return true;
    return epp_read_missing(r, ns, first_alternative(s), parent);
}

static const struct epp_field *own_field(const struct epp_shape *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (is_own(&s->fields[i]))
            return &s->fields[i];
    return NULL;
}

bool epp_read_shape(
    struct epp_reader *r, const struct epp_shape *s, const char *ns, const struct xml_node *node, void *data)
{
    if (s->ns != NULL)
        ns = s->ns;
    if (!known_attributes(r, s, node))
        return false;
    for (size_t i = 0; i < s->n; i++)
        if (epp_field_is_attribute(&s->fields[i]) && !read_attribute(r, &s->fields[i], node, data))
            return false;
    const struct epp_field *own = own_field(s);
    if (own != NULL)
        return read_own(r, own, node, data);
    return no_text(r, node) && read_fields(r, s, ns, node, data);
}
