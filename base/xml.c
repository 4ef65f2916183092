#include "base/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>
#include <limits.h>
#include <pthread.h>

/* Reading. libxml2 calls the handlers below with what it meets; nodes are built straight into the arena, so
 * no limit can be passed before it is checked. libxml2's own tree is never built. */

#define ERROR_MESSAGE_MAX 200

const struct xml_limits xml_limits_default = {.bytes = 1u << 20, .depth = 32, .nodes = 20000, .attrs = 16};
const struct xml_limits xml_limits_lenient = {
    .bytes = 1u << 20, .depth = 32, .nodes = 20000, .attrs = 16, .undeclared = true};

struct text_chunk {
    struct str s;
    struct text_chunk *next;
};

/* What is known of an open element only. */
struct open_node {
    struct xml_node *node, *last_child;
    struct text_chunk *chunks, *last_chunk;
    size_t text_n;
    struct open_node *up;
};

struct reader {
    struct arena *a;
    const struct xml_limits *lim;
    struct xml_node *root;
    struct open_node *top;
    size_t depth, nodes;
    xmlParserCtxtPtr parser;
    struct error *e;
    bool failed;
};

static int line_of(const struct reader *r)
{
    return xmlSAX2GetLineNumber(r->parser);
}

/* The first reason stands; nothing is read after it. */
static void FW_PRINTF(3, 4) refuse(struct reader *r, const char *code, const char *fmt, ...)
{
    if (r->failed)
        return;
    char text[ERROR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    r->failed = true;
    error_set(r->e, INVALID, code, "line %d: %s", line_of(r), text);
    xmlStopParser(r->parser);
}

static struct str bytes_str(const xmlChar *p, size_t n)
{
    return str_n((const char *)p, n);
}

static const char *name_dup(struct reader *r, const xmlChar *z)
{
    return z == NULL ? "" : arena_strdup(r->a, (const char *)z);
}

/* A namespace must be a URI: what is not ASCII in the prefix stands as %XX. */
static const char *undeclared_namespace(struct reader *r, const xmlChar *prefix)
{
    struct buf out;
    buf_in(&out, r->a, sizeof XML_UNDECLARED + 3 * strlen((const char *)prefix));
    buf_puts(&out, XML_UNDECLARED);
    for (; *prefix != '\0'; prefix++)
        buf_printf(&out, *prefix < 0x80 ? "%c" : "%%%02X", *prefix);
    return str_dupz(r->a, buf_view(&out));
}

/* A prefix without a namespace gets here only where the limits allow it (on_error). */
static const char *namespace_of(struct reader *r, const xmlChar *uri, const xmlChar *prefix)
{
    return uri == NULL && prefix != NULL ? undeclared_namespace(r, prefix) : name_dup(r, uri);
}

/* ---- handlers --------------------------------------------------------------------------------- */

/* Comes before anything of a DTD is read, so no entity is ever declared, let alone expanded. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)name, (void)public_id, (void)system_id;
    refuse(ctx, "xml-doctype", "a DOCTYPE is not allowed here");
}

/* Five per attribute: local name, prefix, namespace, value's begin and end. */
static void attrs_read(struct reader *r, struct xml_node *n, int count, const xmlChar **at)
{
    struct xml_attr **tail = &n->attrs;
    if ((size_t)count > r->lim->attrs) {
        refuse(r, "xml-too-many-attributes", "element %s has %d attributes; the most is %zu", n->name, count,
            r->lim->attrs);
        return;
    }
    for (int i = 0; i < count; i++, at += 5) {
        struct xml_attr *x = ARENA_NEW(r->a, struct xml_attr);
        x->name = name_dup(r, at[0]);
        x->ns = namespace_of(r, at[2], at[1]);
        x->value = str_dup(r->a, bytes_str(at[3], (size_t)(at[4] - at[3])));
        *tail = x;
        tail = &x->next;
    }
}

static void node_link(struct reader *r, struct xml_node *n)
{
    struct open_node *up = r->top;
    if (up == NULL) {
        r->root = n;
        return;
    }
    n->parent = up->node;
    if (up->last_child == NULL)
        up->node->first = n;
    else
        up->last_child->next = n;
    up->last_child = n;
}

/* A declaration of another encoding has made libxml2 read the bytes in another way than we checked them. */
static void encoding_check(struct reader *r)
{
    const xmlChar *said = r->parser->encoding;
    if (said == NULL && r->parser->input != NULL)
        said = r->parser->input->encoding;
    if (said != NULL && xmlStrcasecmp(said, BAD_CAST "UTF-8") != 0 && xmlStrcasecmp(said, BAD_CAST "US-ASCII") != 0)
        refuse(r, "xml-encoding", "the encoding %.40s is not supported: write UTF-8", (const char *)said);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int ns_n,
    const xmlChar **namespaces, int attr_n, int defaulted_n, const xmlChar **attrs)
{
    struct reader *r = ctx;
    (void)namespaces, (void)defaulted_n;
    if (r->failed)
        return;
    if (r->depth == r->lim->depth) {
        refuse(r, "xml-too-deep", "elements are nested more than %zu deep", r->lim->depth);
        return;
    }
    if (r->nodes == r->lim->nodes) {
        refuse(r, "xml-too-large", "more than %zu elements", r->lim->nodes);
        return;
    }
    if (r->root == NULL)
        encoding_check(r);
    if (r->failed) /* the attributes lie in input that is gone */
        return;
    struct xml_node *n = ARENA_NEW(r->a, struct xml_node);
    n->name = name_dup(r, name);
    n->ns = namespace_of(r, uri, prefix);
    n->text = STR("");
    n->line = line_of(r);
    if ((size_t)ns_n > r->lim->attrs)
        refuse(r, "xml-too-many-attributes", "element %s declares %d namespaces; the most is %zu", n->name, ns_n,
            r->lim->attrs);
    else
        attrs_read(r, n, attr_n, attrs);
    if (r->failed)
        return;
    node_link(r, n);
    struct open_node *o = ARENA_NEW(r->a, struct open_node);
    *o = (struct open_node){.node = n, .up = r->top};
    r->top = o;
    r->depth++;
    r->nodes++;
}

static void text_join(struct reader *r, struct open_node *o)
{
    if (o->chunks == NULL)
        return;
    if (o->chunks->next == NULL) {
        o->node->text = o->chunks->s;
        return;
    }
    char *p = arena_alloc(r->a, o->text_n + 1);
    o->node->text = str_n(p, o->text_n);
    for (const struct text_chunk *c = o->chunks; c != NULL; c = c->next) {
        memcpy(p, c->s.p, c->s.n);
        p += c->s.n;
    }
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reader *r = ctx;
    (void)name, (void)prefix, (void)uri;
    if (r->failed)
        return;
    text_join(r, r->top);
    r->top = r->top->up;
    r->depth--;
}

static void on_text(void *ctx, const xmlChar *p, int n)
{
    struct reader *r = ctx;
    struct open_node *o = r->top;
    if (r->failed || o == NULL || n <= 0)
        return;
    struct text_chunk *c = ARENA_NEW(r->a, struct text_chunk);
    c->s = str_dup(r->a, bytes_str(p, (size_t)n));
    if (o->last_chunk == NULL)
        o->chunks = c;
    else
        o->last_chunk->next = c;
    o->last_chunk = c;
    o->text_n += c->s.n;
}

/* The five of XML are resolved here; any other name is met as a reference that nobody declared. */
static xmlEntityPtr on_entity(void *ctx, const xmlChar *name)
{
    xmlEntityPtr known = xmlGetPredefinedEntity(name);
    if (known == NULL)
        refuse(ctx, "xml-entity", "the entity &%.40s; is not known: only the five of XML are", (const char *)name);
    return known;
}

static void on_reference(void *ctx, const xmlChar *name)
{
    refuse(ctx, "xml-entity", "the entity &%.40s; is not known: only the five of XML are", (const char *)name);
}

/* A prefix that was not declared, or declared as nothing, which is then not declared either. */
static bool error_allowed(const struct reader *r, const xmlError *error)
{
    return r->lim->undeclared && error->domain == XML_FROM_NAMESPACE &&
           (error->code == XML_NS_ERR_UNDEFINED_NAMESPACE || error->code == XML_NS_ERR_XML_NAMESPACE);
}

/* libxml2 speaks of the first error first; what follows is its consequence. */
static void on_error(void *user, xmlErrorPtr error)
{
    struct reader *r = user;
    if (r->failed || error->level < XML_ERR_ERROR || error_allowed(r, error))
        return;
    const char *message = error->message != NULL ? error->message : "not well-formed";
    struct str m = str_trim(str_of(message));
    if (m.n > ERROR_MESSAGE_MAX)
        m.n = ERROR_MESSAGE_MAX;
    r->failed = true;
    error_set(r->e, INVALID, "xml-malformed", "line %d: %.*s", error->line, STR_ARG(m));
    xmlStopParser(r->parser);
}

/* ---- parsing ---------------------------------------------------------------------------------- */

static const xmlSAXHandler handlers = {
    .initialized = XML_SAX2_MAGIC,
    .internalSubset = on_doctype,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .cdataBlock = on_text,
    .ignorableWhitespace = on_text,
    .getEntity = on_entity,
    .reference = on_reference,
    .serror = on_error,
};

static int line_at(struct str doc, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at; i++)
        line += doc.p[i] == '\n';
    return line;
}

/* What can be said before a parser sees it. A NUL would end the document for some readers and not for others. */
static enum status doc_check(struct str doc, const struct xml_limits *lim, struct error *e)
{
    if (doc.n > lim->bytes || doc.n > INT_MAX)
        return error_set(e, INVALID, "xml-too-large", "the document has %zu bytes; the most is %zu", doc.n, lim->bytes);
    if (str_empty(doc))
        return error_set(e, INVALID, "xml-malformed", "line 1: the document is empty");
    ptrdiff_t nul = str_find(doc, '\0', 0);
    if (nul >= 0)
        return error_set(e, INVALID, "xml-malformed", "line %d: a NUL byte", line_at(doc, (size_t)nul));
    if (!str_utf8_valid(doc))
        return error_set(e, INVALID, "xml-encoding", "the document is not UTF-8");
    return OK;
}

/* NOENT means "replace references": the five become characters in attribute values too. There is nothing else
 * to replace, as declarations need the DOCTYPE that is refused. Without HUGE libxml2's own limits stand
 * behind ours. */
static void document_read(struct reader *r, struct str doc)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, xmlInitParser);
    r->parser = xmlCreateMemoryParserCtxt(doc.p, (int)doc.n);
    INVARIANT(r->parser != NULL);
    *r->parser->sax = handlers;
    r->parser->userData = r;
    xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_NOENT);
    xmlParseDocument(r->parser);
    if (!r->failed && (r->root == NULL || !r->parser->wellFormed))
        refuse(r, "xml-malformed", "the document is not well-formed");
    if (r->parser->myDoc != NULL)
        xmlFreeDoc(r->parser->myDoc);
    xmlFreeParserCtxt(r->parser);
}

enum status xml_parse(
    struct arena *a, struct str doc, const struct xml_limits *lim, struct xml_node **root_r, struct error *e)
{
    struct reader r = {.a = a, .lim = lim, .e = e};
    *root_r = NULL;
    TRY(doc_check(doc, lim, e));
    document_read(&r, doc);
    if (r.failed)
        return e->status;
    *root_r = r.root;
    return OK;
}

/* ---- looking at nodes --------------------------------------------------------------------------- */

static bool node_is(const struct xml_node *n, const char *ns, const char *name)
{
    return strcmp(n->name, name) == 0 && (ns == NULL || strcmp(n->ns, ns) == 0);
}

static const struct xml_node *node_from(const struct xml_node *n, const char *ns, const char *name)
{
    while (n != NULL && !node_is(n, ns, name))
        n = n->next;
    return n;
}

const struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name)
{
    return node_from(n->first, ns, name);
}

const struct xml_node *xml_next(const struct xml_node *n, const char *ns, const char *name)
{
    return node_from(n->next, ns, name);
}

struct str xml_child_text(const struct xml_node *n, const char *ns, const char *name)
{
    const struct xml_node *child = xml_child(n, ns, name);
    return child == NULL ? STR_NULL : str_trim(child->text);
}

struct str xml_attr(const struct xml_node *n, const char *name)
{
    for (const struct xml_attr *x = n->attrs; x != NULL; x = x->next)
        if (x->ns[0] == '\0' && strcmp(x->name, name) == 0)
            return x->value;
    return STR_NULL;
}
