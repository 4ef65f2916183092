/* Elements that no table describes, kept as XML text. */
#include "epp/shape.h"

#define RAW_MAX ((size_t)1 << 20)
#define XML_NS "http://www.w3.org/XML/1998/namespace" /* of the prefix xml, which may have no other */

static void write_attributes(struct arena *a, struct xml_writer *w, const struct xml_node *node)
{
    unsigned foreign = 0;
    for (const struct xml_attr *at = node->attrs; at != NULL; at = at->next) {
        if (at->ns[0] == '\0') {
            xml_set(w, at->name, at->value);
            continue;
        }
        if (strcmp(at->ns, XML_NS) == 0) {
            xml_set(w, arena_printf(a, "xml:%s", at->name), at->value);
            continue;
        }
        unsigned k = foreign++;
        xml_set(w, arena_printf(a, "xmlns:a%u", k), str_of(at->ns));
        xml_set(w, arena_printf(a, "a%u:%s", k, at->name), at->value);
    }
}

/* Depth is bounded by the reader's limit (xml_limits). */
static void write_node(struct arena *a, struct xml_writer *w, const struct xml_node *node, const char *outer_ns)
{
    xml_start(w, node->name);
    if (outer_ns == NULL || strcmp(outer_ns, node->ns) != 0)
        xml_set(w, "xmlns", str_of(node->ns));
    write_attributes(a, w, node);
    if (node->text.n > 0 && (node->first == NULL || str_trim(node->text).n > 0))
        xml_text(w, node->text);
    for (const struct xml_node *c = node->first; c != NULL; c = c->next)
        write_node(a, w, c, node->ns);
    xml_end(w);
}

struct str epp_raw_of(struct arena *a, const struct xml_node *node)
{
    struct buf out;
    buf_in(&out, a, RAW_MAX);
    struct xml_writer w;
    xml_begin_fragment(&w, &out);
    write_node(a, &w, node, NULL);
    struct error e;
    /* What was read can be written; only its growth by repeated declarations can pass the limit. */
    return xml_finish(&w, &e) == OK ? buf_view(&out) : STR("");
}

struct str epp_raw_content(struct arena *a, const struct xml_node *node)
{
    struct buf out;
    buf_in(&out, a, RAW_MAX);
    for (const struct xml_node *c = node->first; c != NULL; c = c->next)
        buf_str(&out, epp_raw_of(a, c));
    return buf_over(&out) ? STR("") : buf_view(&out);
}
