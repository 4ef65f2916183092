#include "epp/extension.h"

#include "epp/allocation_token.h"
#include "epp/auth.h"
#include "epp/centralnic.h"
#include "epp/change_poll.h"
#include "epp/eurid.h"
#include "epp/fee_version.h"
#include "epp/fred.h"
#include "epp/idn.h"
#include "epp/launch.h"
#include "epp/login_sec.h"
#include "epp/nominet.h"
#include "epp/org_ext.h"
#include "epp/rgp.h"
#include "epp/secdns.h"
#include "epp/shape.h"
#include "epp/ttl.h"
#include "epp/unhandled.h"
#include "epp/verisign.h"

static const struct epp_extension *const rows[] = {
    &epp_rgp_extension,
    &epp_secdns_extension,
    &epp_secdns10_extension,
    &epp_fee10_extension,
    &epp_fee23_extension,
    &epp_fee21_extension,
    &epp_fee12_extension,
    &epp_fee11_extension,
    &epp_fee09_extension,
    &epp_fee08_extension,
    &epp_fee07_extension,
    &epp_fee06_extension,
    &epp_fee05_extension,
    &epp_allocation_token_extension,
    &epp_login_sec_extension,
    &epp_idn_extension,
    &epp_namestore_extension,
    &epp_sync_extension,
    &epp_idn_lang_extension,
    &epp_secure_auth_extension,
    &epp_launch_extension,
    &epp_org_ext_extension,
    &epp_change_poll_extension,
    &epp_ttl_extension,
    &epp_unhandled_extension,
    &epp_regtype_extension,
    &epp_auxcontact_extension,
    &epp_pricing_extension,
    &epp_wf_extension,
    &epp_art_record_extension,
    &epp_sk_ident_extension,
    &epp_nom_contact_extension,
    &epp_nom_domain_extension,
    &epp_nom_quality_extension,
    &epp_eurid_contact_extension,
    &epp_eurid_domain_extension,
    &epp_eurid_auth_extension,
    &epp_eurid_homoglyph_extension,
    &epp_eurid_idn_extension,
    &epp_enumval_extension,
    &epp_extra_addr_extension,
};

const struct epp_extension *const *epp_extensions(size_t *n_r)
{
    *n_r = ARRAY_LEN(rows);
    return rows;
}

const struct epp_ext_element *epp_ext_row(const char *ns, const char *name, bool response)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct epp_extension *x = rows[i];
        for (size_t k = 0; k < x->n && strcmp(x->uri, ns) == 0; k++)
            if ((response ? x->elements[k]->response : x->elements[k]->commands != 0) &&
                strcmp(x->elements[k]->name, name) == 0)
                return x->elements[k];
    }
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

static bool fits(const struct epp_ext_element *x, const struct epp_ext_place *place)
{
    if (place->response)
        return x->response;
    return (x->commands & EPP_WITH(place->verb)) != 0 && (x->objects == 0 || (x->objects & EPP_ON(place->object)) != 0);
}

static void write_ext(struct epp_writer *w, const struct epp_ext *x, const struct epp_ext_place *place)
{
    if (x->type == NULL) {
        epp_write_raw(w, x->raw);
        return;
    }
    epp_write_open(w, x->type->ns, x->type->prefix, x->type->name);
    if (!fits(x->type, place))
        epp_write_fail(w, "does not extend this %s", place->response ? "response" : "command");
    epp_write_shape(w, x->type->shape, x->data);
    epp_write_close(w);
}

void epp_write_exts(struct epp_writer *w, const struct epp_exts *exts, const struct epp_ext_place *place)
{
    if (exts->n == 0)
        return;
    epp_write_start(w, "extension");
    for (size_t i = 0; i < exts->n; i++)
        write_ext(w, &exts->v[i], place);
    epp_write_end(w);
}

/* A command's element must be one we know and belong to the command; a response's may be anything. */
static bool read_ext(
    struct epp_reader *r, const struct xml_node *node, const struct epp_ext_place *place, struct epp_ext *x)
{
    const struct epp_ext_element *row = epp_ext_row(node->ns, node->name, place->response);
    *x = (struct epp_ext){.ns = str_of(node->ns), .name = str_of(node->name)};
    if (row == NULL && !place->response)
        return epp_read_fault(r, 2103, node, "is an extension that is not known here (namespace %.200s)", node->ns);
    if (row == NULL) {
        x->raw = epp_raw_of(r->a, node);
        return x->raw.n > 0 || epp_read_fault(r, 2001, node, "is too large to be kept");
    }
    if (!fits(row, place))
        return epp_read_fault(r, 2103, node, "does not extend this command");
    void *data = arena_alloc(r->a, row->shape->size);
    x->type = row;
    x->data = data;
    return epp_read_shape(r, row->shape, row->ns, node, data);
}

bool epp_read_exts(
    struct epp_reader *r, const struct xml_node *extension, const struct epp_ext_place *place, struct epp_exts *exts)
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
        if (!read_ext(r, c, place, &exts->v[exts->n++]))
            return false;
    return true;
}
