/* Extensions of commands and responses (RFC 5730 section 2.7.3): one file and one row each.
 *
 * A command and a response hold a list of extension elements (struct epp_exts), each with its type and the
 * struct of that type. A file describes the elements of one namespace, or of several versions of it: for each
 * where it may stand and its shape, the table that both writes and reads it (shape.h). extension.c lists them
 * all. So the client adds what the registry's profile asks for, whoever answers looks for what it knows, and
 * neither cares about the rest:
 *
 *   struct epp_rgp_update restore = {.op = STR("request")};
 *   epp_ext_add(a, &c.ext, &epp_rgp_update, &restore);
 *   …
 *   const struct epp_rgp_data *rgp = epp_ext_find(&r.ext, &epp_rgp_inf_data);
 *
 * What a response carries and no row describes is kept raw; in a command it is refused with 2103. That a row
 * exists does not mean that a server offers it: greeting and login name the extensions that are in use.
 */
#ifndef FW_EPP_EXTENSION_H
#define FW_EPP_EXTENSION_H

#include "epp/model.h"

struct epp_shape;

#define EPP_WITH(verb) (1u << (verb))
#define EPP_ON(object) (1u << (object))

struct epp_ext_element {
    const char *ns, *prefix, *name;
    const struct epp_shape *shape;
    unsigned commands; /* EPP_WITH of the verbs whose commands may carry it; 0: none */
    unsigned objects; /* EPP_ON of the objects of those commands; 0: whatever they are about */
    bool response; /* responses may carry it */
};
struct epp_extension {
    const char *uri; /* what greeting and login name it by; the namespace of its elements */
    const struct epp_ext_element *const *elements; /* none: an extension of behaviour only */
    size_t n;
};
#define EPP_EXTENSION(uri_, table)                                                                                     \
    {                                                                                                                  \
        .uri = uri_, .elements = table, .n = ARRAY_LEN(table)                                                          \
    }

/* Rows: of commands with one verb about one object, and of responses. */
#define EPP_EXT_COMMAND(uri, prefix_, word, form, verb, object)                                                        \
    {                                                                                                                  \
        .ns = uri, .prefix = prefix_, .name = word, .shape = form, .commands = EPP_WITH(verb),                         \
        .objects = EPP_ON(object)                                                                                      \
    }
#define EPP_EXT_RESPONSE(uri, prefix_, word, form)                                                                     \
    {                                                                                                                  \
        .ns = uri, .prefix = prefix_, .name = word, .shape = form, .response = true                                    \
    }

/* All that are known here. */
const struct epp_extension *const *epp_extensions(size_t *n_r) FW_NONNULL_ALL FW_RETURNS_NONNULL;
/* The element's row; NULL where there is none. */
const struct epp_ext_element *epp_ext_row(const char *ns, const char *name, bool response) FW_NONNULL_ALL;
/* The data of the first element of that kind in the list; NULL where there is none. */
const void *epp_ext_find(const struct epp_exts *list, const struct epp_ext_element *type) FW_NONNULL_ALL;
/* Appends an element, with its data, to a list kept in the arena. */
void epp_ext_add(
    struct arena *a, struct epp_exts *list, const struct epp_ext_element *type, const void *data) FW_NONNULL_ALL;

#endif
