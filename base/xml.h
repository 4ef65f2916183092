/* XML for protocols: read whole small documents into an arena, write documents escaped by construction.
 * Reading: no network, no DTD (a document with one is refused), no entities but the five, UTF-8,
 * bounded size, depth, element and attribute counts. libxml2 stays behind this door. */
#ifndef FW_BASE_XML_H
#define FW_BASE_XML_H

#include "base/buf.h"
#include "base/error.h"

struct xml_attr {
    const char *ns; /* "" where none */
    const char *name;
    struct str value;
    struct xml_attr *next;
};

struct xml_node {
    const char *ns; /* namespace URI, "" where none; never the prefix */
    const char *name; /* local name */
    struct str text; /* character data directly in it, concatenated, untrimmed */
    struct xml_attr *attrs;
    struct xml_node *parent, *first, *next; /* elements only, document order */
    int line;
};

struct xml_limits {
    size_t bytes, depth, nodes, attrs; /* attrs: per element */
    bool undeclared; /* a prefix nobody declared is no error */
};
extern const struct xml_limits xml_limits_default; /* 1 MiB, 32, 20000, 16, false */
extern const struct xml_limits xml_limits_lenient; /* the same, true */

/* The namespace of elements and attributes whose prefix nobody declared, where that is allowed: this and the
 * prefix. So they are never taken for those of a namespace one knows, and can be written out again. */
#define XML_UNDECLARED "undeclared:"

/* INVALID "xml-malformed", "xml-doctype", "xml-too-large", "xml-too-deep" … with line in the text. */
enum status xml_parse(struct arena *a, struct str doc, const struct xml_limits *lim, struct xml_node **root_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* First child with that name (ns NULL: any namespace), or NULL. */
const struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name);
/* Next sibling after n with that name. */
const struct xml_node *xml_next(const struct xml_node *n, const char *ns, const char *name);
/* The child's text, trimmed; STR_NULL where there is none. */
struct str xml_child_text(const struct xml_node *n, const char *ns, const char *name);
struct str xml_attr(const struct xml_node *n, const char *name); /* no namespace; STR_NULL if absent */

/* Writing: start/attr/text/end; text and attributes are escaped; characters XML forbids make the
 * writer fail (xml_finish says so). Prefixes are the caller's choice: "domain:name". */
struct xml_writer {
    struct buf *out;
    const char *open[64];
    unsigned depth;
    bool tag_open, bad;
};
void xml_begin(struct xml_writer *w, struct buf *out); /* writes the declaration */
void xml_begin_fragment(struct xml_writer *w, struct buf *out); /* without */
void xml_start(struct xml_writer *w, const char *qname);
void xml_set(struct xml_writer *w, const char *attr, struct str value);
void xml_text(struct xml_writer *w, struct str text);
void xml_end(struct xml_writer *w);
void xml_leaf(struct xml_writer *w, const char *qname, struct str text); /* <q>text</q> */
void xml_empty(struct xml_writer *w, const char *qname); /* <q/> */
/* Closes nothing by itself: INTERNAL if elements are open, INVALID if a character was forbidden or the
 * buffer's maximum was passed. */
enum status xml_finish(struct xml_writer *w, struct error *e) FW_MUST_CHECK;

#endif
