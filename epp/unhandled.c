#include "epp/unhandled.h"

#include "epp/result.h"

#define REASON " not in login services"

const struct epp_extension epp_unhandled_extension = {.uri = EPP_UNHANDLED_NS};

/* The reason is "NAMESPACE not in login services"; what the server says of the namespace must fit the part. */
static bool is_aside(const struct epp_ext_value *v)
{
    return v->value.element.p != NULL && str_starts(v->reason, v->value.ns) && str_ends(v->reason, STR(REASON));
}

/* An element of a text only, which the reader has not kept as XML. */
static struct str written(struct arena *a, const struct epp_value *v)
{
    struct buf out;
    struct xml_writer w;
    struct error e;
    buf_in(&out, a, v->text.n * 6 + v->ns.n * 6 + 1024);
    xml_begin_fragment(&w, &out);
    xml_start(&w, str_dupz(a, v->element));
    xml_set(&w, "xmlns", v->ns);
    xml_text(&w, v->text);
    xml_end(&w);
    return xml_finish(&w, &e) == OK ? buf_view(&out) : STR("");
}

struct epp_exts epp_unhandled_find(struct arena *a, const struct epp_response *r)
{
    struct epp_exts found = {0};
    if (r->results.n == 0 || epp_result_meaning(r->results.v[0].code)->status != OK)
        return found;
    const struct epp_ext_values *all = &r->results.v[0].ext_values;
    found.v = ARENA_ARRAY(a, all->n, struct epp_ext);
    for (size_t i = 0; i < all->n; i++) {
        const struct epp_value *v = &all->v[i].value;
        if (is_aside(&all->v[i]))
            found.v[found.n++] =
                (struct epp_ext){.ns = v->ns, .name = v->element, .raw = v->raw.n > 0 ? v->raw : written(a, v)};
    }
    return found;
}

void epp_unhandled_add(struct arena *a, struct epp_response *r, struct str ns, struct str name, struct str raw)
{
    epp_response_explain(
        a, r, str_dupz(a, ns), str_dupz(a, name), STR_NULL, str_printf(a, "%.*s%s", STR_ARG(ns), REASON));
    struct epp_ext_values *all = &r->results.v[0].ext_values;
    all->v[all->n - 1].value.raw = raw;
}
