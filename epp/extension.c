#include "epp/extension.h"

#include "epp/shape.h"

static const struct epp_ext_element *const rows[] = {&epp_rgp_inf_data, &epp_rgp_up_data, &epp_rgp_update};
static const char *const uris[] = {EPP_RGP_NS};

const char *const *epp_ext_uris(size_t *n_r)
{
    *n_r = ARRAY_LEN(uris);
    return uris;
}

const struct epp_ext_element *epp_ext_row(const char *ns, const char *name, bool response)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i]->response == response && strcmp(rows[i]->ns, ns) == 0 && strcmp(rows[i]->name, name) == 0)
            return rows[i];
    return NULL;
}

const void *epp_ext_find(const struct epp_exts *list, const struct epp_ext_element *type)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].type == type)
            return list->v[i].data;
    return NULL;
}

void epp_ext_add(struct arena *a, struct epp_exts *list, const struct epp_ext_element *type, const void *data)
{
    struct epp_ext *v = ARENA_ARRAY(a, list->n + 1, struct epp_ext);
    if (list->n > 0)
        memcpy(v, list->v, list->n * sizeof *v);
    v[list->n] = (struct epp_ext){.type = type, .data = data, .ns = str_of(type->ns), .name = str_of(type->name)};
    list->v = v;
    list->n++;
}

void epp_write_exts(struct epp_writer *w, const struct epp_exts *exts)
{
    if (exts->n == 0)
        return;
    epp_write_start(w, "extension");
    for (size_t i = 0; i < exts->n; i++) {
        const struct epp_ext *x = &exts->v[i];
        if (x->type == NULL) {
            epp_write_raw(w, x->raw);
            continue;
        }
        epp_write_open(w, x->type->ns, x->type->prefix, x->type->name);
        epp_write_shape(w, x->type->shape, x->data);
        epp_write_close(w);
    }
    epp_write_end(w);
}

/* A command's element must be one we know and belong to the verb; a response's may be anything. */
static bool read_ext(
    struct epp_reader *r, const struct xml_node *node, bool response, enum epp_verb verb, struct epp_ext *x)
{
    const struct epp_ext_element *row = epp_ext_row(node->ns, node->name, response);
    *x = (struct epp_ext){.ns = str_of(node->ns), .name = str_of(node->name)};
    if (row == NULL && !response)
        return epp_read_fault(r, 2103, node, "is an extension that is not known here (namespace %.200s)", node->ns);
    if (row == NULL) {
        x->raw = epp_raw_of(r->a, node);
        return x->raw.n > 0 || epp_read_fault(r, 2001, node, "is too large to be kept");
    }
    if (!response && row->verb != verb)
        return epp_read_fault(r, 2103, node, "does not extend this command");
    void *data = arena_alloc(r->a, row->shape->size);
    x->type = row;
    x->data = data;
    return epp_read_shape(r, row->shape, row->ns, node, data);
}

bool epp_read_exts(
    struct epp_reader *r, const struct xml_node *extension, bool response, enum epp_verb verb, struct epp_exts *exts)
{
    size_t n = 0;
    for (const struct xml_node *c = extension->first; c != NULL; c = c->next)
        n++;
    if (!epp_read_envelope(r, extension))
        return false;
    if (n == 0)
        return epp_read_fault(r, 2001, extension, "is empty");
    exts->v = ARENA_ARRAY(r->a, n, struct epp_ext);
    for (const struct xml_node *c = extension->first; c != NULL; c = c->next)
        if (!read_ext(r, c, response, verb, &exts->v[exts->n++]))
            return false;
    return true;
}
