#include "base/xml.h"

void xml_begin_fragment(struct xml_writer *w, struct buf *out)
{
    *w = (struct xml_writer){.out = out};
}

void xml_begin(struct xml_writer *w, struct buf *out)
{
    xml_begin_fragment(w, out);
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n");
}

/* Names are constants of ours, or those of a document that was read: they are valid already, and may then
 * hold letters beyond ASCII. */
static void name_put(struct xml_writer *w, const char *name)
{
    INVARIANT(name[0] != '\0');
    for (const char *p = name; *p != '\0'; p++)
        INVARIANT(ascii_is_alnum(*p) || (unsigned char)*p >= 0x80 || strchr("_:-.", *p) != NULL);
    buf_puts(w->out, name);
}

static void tag_finish(struct xml_writer *w)
{
    if (w->tag_open)
        buf_putc(w->out, '>');
    w->tag_open = false;
}

/* XML 1.0 section 2.2: of the controls only tab, LF and CR; U+FFFE and U+FFFF never. */
static bool characters_allowed(struct str s)
{
    if (!str_utf8_valid(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
            return false;
        if (c == 0xef && s.n - i >= 3 && (unsigned char)s.p[i + 1] == 0xbf && (unsigned char)s.p[i + 2] >= 0xbe)
            return false;
    }
    return true;
}

/* What stands for c; NULL: itself. A reader would turn a bare CR into LF, and in attributes tabs and line
 * ends into blanks (XML 1.0 sections 2.11 and 3.3.3), so those travel as references. */
static const char *escape(char c, bool in_attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\r':
        return "&#13;";
    case '"':
        return in_attribute ? "&quot;" : NULL;
    case '\t':
        return in_attribute ? "&#9;" : NULL;
    case '\n':
        return in_attribute ? "&#10;" : NULL;
    default:
        return NULL;
    }
}

static void escaped_put(struct xml_writer *w, struct str s, bool in_attribute)
{
    if (!characters_allowed(s)) {
        w->bad = true;
        return;
    }
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *as = escape(s.p[i], in_attribute);
        if (as == NULL)
            continue;
        buf_put(w->out, s.p + from, i - from);
        buf_puts(w->out, as);
        from = i + 1;
    }
    if (from < s.n)
        buf_put(w->out, s.p + from, s.n - from);
}

void xml_start(struct xml_writer *w, const char *qname)
{
    INVARIANT(w->depth < ARRAY_LEN(w->open));
    tag_finish(w);
    buf_putc(w->out, '<');
    name_put(w, qname);
    w->open[w->depth++] = qname;
    w->tag_open = true;
}

void xml_set(struct xml_writer *w, const char *attr, struct str value)
{
    INVARIANT(w->tag_open);
    buf_putc(w->out, ' ');
    name_put(w, attr);
    buf_puts(w->out, "=\"");
    escaped_put(w, value, true);
    buf_putc(w->out, '"');
}

void xml_text(struct xml_writer *w, struct str text)
{
    INVARIANT(w->depth > 0);
    tag_finish(w);
    escaped_put(w, text, false);
}

void xml_end(struct xml_writer *w)
{
    INVARIANT(w->depth > 0);
    const char *qname = w->open[--w->depth];
    if (w->tag_open) {
        buf_puts(w->out, "/>");
        w->tag_open = false;
        return;
    }
    buf_puts(w->out, "</");
    name_put(w, qname);
    buf_putc(w->out, '>');
}

void xml_leaf(struct xml_writer *w, const char *qname, struct str text)
{
    xml_start(w, qname);
    xml_text(w, text);
    xml_end(w);
}

void xml_empty(struct xml_writer *w, const char *qname)
{
    xml_start(w, qname);
    xml_end(w);
}

enum status xml_finish(struct xml_writer *w, struct error *e)
{
    if (w->depth > 0)
        return error_set(e, INTERNAL, "xml-open", "the element %s was never closed", w->open[w->depth - 1]);
    if (w->bad)
        return error_set(e, INVALID, "xml-character",
            "a text holds a character that XML cannot carry (a control character, or it is not UTF-8)");
    if (buf_over(w->out))
        return error_set(e, INVALID, "xml-too-large", "the document would pass %zu bytes", w->out->max);
    return OK;
}
