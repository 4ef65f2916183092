#include "epp/object.h"
#include "epp/response.h"

static const struct epp_field extension_fields[] = {
    EPP_TEXTS("extURI", EPP_AT(epp_greeting, extensions), EPP_T_URI, 1, EPP_MANY)};
static const struct epp_shape extension_shape = EPP_SHAPE(struct epp_greeting, extension_fields);

static const struct epp_field menu_fields[] = {
    EPP_TEXTS("version", EPP_AT(epp_greeting, versions), EPP_T_VERSION, 1, EPP_MANY),
    EPP_TEXTS("lang", EPP_AT(epp_greeting, langs), EPP_T_LANG, 1, EPP_MANY),
    EPP_TEXTS("objURI", EPP_AT(epp_greeting, objects), EPP_T_URI, 1, EPP_MANY),
    EPP_PART("svcExtension", 0, &extension_shape, 0),
};
static const struct epp_shape menu_shape = EPP_SHAPE(struct epp_greeting, menu_fields);

/* Without the dcp, which is written as fixed words and not read. */
static const struct epp_field greeting_fields[] = {
    EPP_TEXT("svID", EPP_AT(epp_greeting, sv_id), EPP_T_SVID, 1),
    EPP_TIME("svDate", EPP_AT(epp_greeting, sv_date), 1),
    EPP_PART("svcMenu", 0, &menu_shape, 1),
};
static const struct epp_shape greeting_shape = EPP_SHAPE(struct epp_greeting, greeting_fields);

static void write_policy_part(struct epp_writer *w, const char *part, const char *first, const char *second)
{
    epp_write_start(w, part);
    epp_write_empty(w, first);
    if (second != NULL)
        epp_write_empty(w, second);
    epp_write_end(w);
}

static void write_policy(struct epp_writer *w)
{
    epp_write_start(w, "dcp");
    write_policy_part(w, "access", "all", NULL);
    epp_write_start(w, "statement");
    write_policy_part(w, "purpose", "admin", "prov");
    write_policy_part(w, "recipient", "ours", "public");
    write_policy_part(w, "retention", "stated", NULL);
    epp_write_end(w);
    epp_write_end(w);
}

enum status epp_greeting_encode(const struct epp_greeting *g, struct buf *out, struct error *e)
{
    struct str version = STR("1.0"), lang = STR("en");
    struct epp_greeting full = *g;
    if (full.versions.n == 0)
        full.versions = (struct epp_strs){&version, 1};
    if (full.langs.n == 0)
        full.langs = (struct epp_strs){&lang, 1};
    struct epp_writer w;
    epp_write_begin(&w, out, e);
    epp_write_start(&w, "greeting");
    epp_write_shape(&w, &greeting_shape, &full);
    write_policy(&w);
    epp_write_end(&w);
    return epp_write_finish(&w);
}

bool epp_is_greeting(const struct xml_node *root)
{
    return strcmp(root->name, "epp") == 0 && strcmp(root->ns, EPP_NS) == 0 &&
           xml_child(root, EPP_NS, "greeting") != NULL;
}

enum status epp_greeting_decode(struct arena *a, const struct xml_node *root, struct epp_greeting *g, struct error *e)
{
    *g = (struct epp_greeting){0};
    if (!epp_is_greeting(root))
        return error_set(e, PROTOCOL, "epp-greeting", "the document is no EPP greeting but <%s>", root->name);
    const struct xml_node *node = xml_child(root, EPP_NS, "greeting");
    if (xml_child(node, EPP_NS, "svcMenu") == NULL)
        return error_set(e, PROTOCOL, "epp-greeting", "the greeting has no <svcMenu>");
    struct epp_reader r = {.a = a};
    if (!epp_read_shape(&r, &greeting_shape, EPP_NS, node, g))
        return error_set(e, PROTOCOL, "epp-greeting", "the greeting cannot be read");
    return OK;
}
