#include "epp/response.h"

#include "epp/object.h"
#include "epp/result.h"

/* ---- tables ---------------------------------------------------------------------------------------- */
static const struct epp_field any_fields[] = {{.name = "", .kind = EPP_K_ANY, .min = 1, .max = 1}};
static const struct epp_shape any_shape = EPP_SHAPE(struct epp_value, any_fields);

static const struct epp_field reason_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_ext_value, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_ext_value, reason), EPP_T_TEXT, 1),
};
static const struct epp_shape reason_shape = EPP_SHAPE(struct epp_ext_value, reason_fields);

static const struct epp_field ext_value_fields[] = {
    EPP_PART("value", EPP_AT(epp_ext_value, value), &any_shape, 1),
    EPP_PART("reason", 0, &reason_shape, 1),
};
static const struct epp_shape ext_value_shape = EPP_SHAPE(struct epp_ext_value, ext_value_fields);

static const struct epp_field result_msg_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_result, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_result, msg), EPP_T_TEXT, 1),
};
static const struct epp_shape result_msg_shape = EPP_SHAPE(struct epp_result, result_msg_fields);

/* The code, an attribute, is handled below. */
static const struct epp_field result_fields[] = {
    EPP_PART("msg", 0, &result_msg_shape, 1),
    EPP_PARTS("value", EPP_AT(epp_result, values), &any_shape, 0, EPP_MANY),
    EPP_PARTS("extValue", EPP_AT(epp_result, ext_values), &ext_value_shape, 0, EPP_MANY),
};
static const struct epp_shape result_shape = EPP_SHAPE(struct epp_result, result_fields);

static const struct epp_field queue_msg_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_msg_q, lang), EPP_T_LANG, 0),
    EPP_MIXED(EPP_AT(epp_msg_q, msg)),
};
_Static_assert(EPP_AT(epp_msg_q, msg_xml) - EPP_AT(epp_msg_q, msg) == EPP_AT(epp_mixed, xml), "laid out as epp_mixed");
static const struct epp_shape queue_msg_shape = EPP_SHAPE(struct epp_msg_q, queue_msg_fields);

static const struct epp_field queue_fields[] = {
    {.name = "count", .kind = EPP_K_ATTR_U64, .offset = EPP_AT(epp_msg_q, count), .min = 1, .max = 1},
    EPP_ATTR("id", EPP_AT(epp_msg_q, id), EPP_T_MIN_TOKEN, 1),
    EPP_TIME("qDate", EPP_AT(epp_msg_q, q_date), 0),
    EPP_PART("msg", 0, &queue_msg_shape, 0),
};
static const struct epp_shape queue_shape = EPP_SHAPE(struct epp_msg_q, queue_fields);

/* ---- writing --------------------------------------------------------------------------------------- */
static void write_result(struct epp_writer *w, const struct epp_result *result)
{
    struct epp_result full = *result;
    const struct epp_result_meaning *m = epp_result_meaning(full.code);
    if (full.msg.p == NULL)
        full.msg = str_of(m->text);
    epp_write_start(w, "result");
    if (m->code == 0)
        epp_write_fail(w, "%u is no result code of EPP", full.code);
    xml_set(&w->xml, "code", str_printf(&w->scratch, "%u", full.code));
    epp_write_shape(w, &result_shape, &full);
    epp_write_end(w);
}

static void write_object(struct epp_writer *w, const struct epp_response *r)
{
    const struct epp_object_row *row = epp_object_row(r->object);
    const struct epp_shape *shape = row != NULL ? row->data[r->data] : NULL;
    if (shape == NULL) {
        epp_write_fail(w, "the object has no %s", epp_data_name(r->data));
        return;
    }
    epp_write_open(w, row->ns, row->prefix, epp_data_name(r->data));
    epp_write_shape(w, shape, &r->u);
    epp_write_close(w);
}

static void write_data(struct epp_writer *w, const struct epp_response *r)
{
    bool own = r->data != EPP_NO_DATA && !r->in_msg;
    if (!own && r->other.n == 0)
        return;
    epp_write_start(w, "resData");
    if (own)
        write_object(w, r);
    for (size_t i = 0; i < r->other.n; i++)
        epp_write_raw(w, r->other.v[i].raw);
    epp_write_end(w);
}

enum status epp_response_encode(const struct epp_response *r, struct buf *out, struct error *e)
{
    INVARIANT(r->data < EPP_DATA_COUNT);
    struct epp_writer w;
    epp_write_begin(&w, out, e);
    epp_write_start(&w, "response");
    if (r->results.n == 0)
        epp_write_fail(&w, "<result> is required");
    for (size_t i = 0; i < r->results.n; i++)
        write_result(&w, &r->results.v[i]);
    if (r->msg_q.present) {
        epp_write_start(&w, "msgQ");
        epp_write_shape(&w, &queue_shape, &r->msg_q);
        epp_write_end(&w);
    }
    write_data(&w, r);
    epp_write_exts(&w, &r->ext, &(struct epp_ext_place){.response = true});
    epp_write_start(&w, "trID");
    epp_write_shape(&w, &epp_tr_id_shape, &r->tr_id);
    epp_write_end(&w);
    epp_write_end(&w);
    return epp_write_finish(&w);
}

/* ---- reading --------------------------------------------------------------------------------------- */
static enum status read_results(
    struct epp_reader *r, const struct xml_node *node, struct epp_results *out, struct error *e)
{
    size_t n = 0;
    for (const struct xml_node *c = xml_child(node, EPP_NS, "result"); c != NULL; c = xml_next(c, EPP_NS, "result"))
        n++;
    if (n == 0)
        return error_set(e, PROTOCOL, "epp-response", "the response has no <result>");
    out->v = ARENA_ARRAY(r->a, n, struct epp_result);
    for (const struct xml_node *c = xml_child(node, EPP_NS, "result"); c != NULL; c = xml_next(c, EPP_NS, "result")) {
        struct epp_result *result = &out->v[out->n++];
        struct str code = str_trim(xml_attr(c, "code"));
        uint64_t v;
        if (!str_to_u64(code, 9999, &v) || v < 1000)
            return error_set(
                e, PROTOCOL, "epp-response", "the result code \"%.*s\" is not a number of four digits", STR_ARG(code));
        if (epp_result_meaning((unsigned)v)->status == PROTOCOL) /* neither done nor refused: nobody can tell */
            return error_set(e, PROTOCOL, "epp-response", "%u is no result code of EPP", (unsigned)v);
        result->code = (unsigned)v;
        epp_read_shape(r, &result_shape, EPP_NS, c, result);
    }
    return OK;
}

static enum epp_data data_by_name(const char *name)
{
    for (enum epp_data i = EPP_CHK_DATA; i < EPP_DATA_COUNT; i++)
        if (strcmp(epp_data_name(i), name) == 0)
            return i;
    return EPP_NO_DATA;
}

/* Of the kinds that the mappings know a response has one. */
static bool read_object(struct epp_reader *rd, const struct xml_node *node, struct epp_response *r)
{
    const struct epp_object_row *row = epp_object_by_ns(node->ns);
    enum epp_data data = data_by_name(node->name);
    const struct epp_shape *shape = row != NULL ? row->data[data] : NULL;
    if (shape == NULL || r->data != EPP_NO_DATA)
        return false;
    r->object = row->object;
    r->data = data;
    epp_read_shape(rd, shape, row->ns, node, &r->u);
    return true;
}

static void read_data(struct epp_reader *rd, const struct xml_node *res_data, struct epp_response *r)
{
    size_t n = 0;
    for (const struct xml_node *c = res_data->first; c != NULL; c = c->next)
        n++;
    r->other.v = ARENA_ARRAY(rd->a, n, struct epp_ext);
    for (const struct xml_node *c = res_data->first; c != NULL; c = c->next) {
        if (read_object(rd, c, r))
            continue;
        epp_read_fault(rd, EPP_SYNTAX, c, "in resData is of no kind known here (namespace %.200s)", c->ns);
        r->other.v[r->other.n++] =
            (struct epp_ext){.ns = str_of(c->ns), .name = str_of(c->name), .raw = epp_raw_of(rd->a, c)};
    }
}

/* Some registries put the data of a message among its words. What is of no kind known here is text. */
static void read_msg_data(struct epp_reader *rd, const struct xml_node *queue, struct epp_response *r)
{
    const struct xml_node *msg = xml_child(queue, EPP_NS, "msg");
    for (const struct xml_node *c = msg != NULL ? msg->first : NULL; c != NULL && !r->in_msg; c = c->next)
        r->in_msg = read_object(rd, c, r);
}

static void read_queue(struct epp_reader *rd, const struct xml_node *node, struct epp_msg_q *q)
{
    q->present = true;
    epp_read_shape(rd, &queue_shape, EPP_NS, node, q);
    q->msg = epp_value_normal(rd->a, EPP_T_TEXT, q->msg);
}

enum status epp_response_decode(struct arena *a, const struct xml_node *root, struct epp_response *r, struct error *e)
{
    *r = (struct epp_response){0};
    const struct xml_node *node = xml_child(root, EPP_NS, "response");
    if (strcmp(root->name, "epp") != 0 || strcmp(root->ns, EPP_NS) != 0 || node == NULL)
        return error_set(e, PROTOCOL, "epp-response", "the document <%.64s> is no EPP response", root->name);
    struct epp_reader rd = {.a = a};
    const struct xml_node *part = xml_child(node, EPP_NS, "trID");
    if (part != NULL)
        epp_read_shape(&rd, &epp_tr_id_shape, EPP_NS, part, &r->tr_id);
    TRY(read_results(&rd, node, &r->results, e));
    part = xml_child(node, EPP_NS, "msgQ");
    if (part != NULL)
        read_queue(&rd, part, &r->msg_q);
    const struct xml_node *queue = part;
    part = xml_child(node, EPP_NS, "resData");
    if (part != NULL)
        read_data(&rd, part, r);
    else if (queue != NULL)
        read_msg_data(&rd, queue, r);
    part = xml_child(node, EPP_NS, "extension");
    if (part != NULL)
        epp_read_exts(&rd, part, &(struct epp_ext_place){.response = true}, &r->ext);
    r->unread = rd.unread;
    return OK;
}

/* ---- for servers, and for people ------------------------------------------------------------------- */
void epp_response_simple(struct arena *a, struct epp_response *r, unsigned code, struct str cltrid, struct str svtrid)
{
    *r = (struct epp_response){.tr_id = {.cltrid = cltrid, .svtrid = svtrid}};
    r->results.v = ARENA_NEW(a, struct epp_result);
    r->results.v[0].code = code;
    r->results.n = 1;
}

#define ELEMENT_MAX 48

/* An element's name that came from outside, short enough to be written again. */
static struct str element_name(const char *element)
{
    struct str s = str_of(element);
    if (s.n <= ELEMENT_MAX)
        return s;
    s.n = ELEMENT_MAX;
    while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
        s.n--;
    return s;
}

void epp_response_explain(
    struct arena *a, struct epp_response *r, const char *ns, const char *element, struct str value, struct str reason)
{
    INVARIANT(r->results.n > 0);
    struct epp_ext_values *list = &r->results.v[0].ext_values;
    struct epp_ext_value *v = ARENA_ARRAY(a, list->n + 1, struct epp_ext_value);
    if (list->n > 0)
        memcpy(v, list->v, list->n * sizeof *v);
    v[list->n].value = (struct epp_value){.ns = str_of(ns), .element = element_name(element), .text = value};
    v[list->n].reason = epp_value_normal(a, EPP_T_TEXT, reason);
    list->v = v;
    list->n++;
}

void epp_response_fault(
    struct arena *a, struct epp_response *r, const struct epp_fault *f, struct str cltrid, struct str svtrid)
{
    epp_response_simple(a, r, (unsigned)f->code, cltrid, svtrid);
    epp_response_explain(a, r, f->ns, f->element, f->value, f->reason);
}

static struct str info_key(const struct epp_response *r)
{
    switch (r->object) {
    case EPP_DOMAIN:
        return r->u.domain_info.name;
    case EPP_CONTACT:
        return r->u.contact_info.id;
    case EPP_HOST:
        return r->u.host_info.name;
    case EPP_ORG:
        return r->u.org_info.id;
    case EPP_MAINTENANCE:
        return r->u.maintenance.item.id.id;
    case EPP_FRED_DOMAIN:
        return r->u.fred_domain_info.name;
    case EPP_FRED_CONTACT:
        return r->u.fred_contact_info.contact.id;
    case EPP_FRED_NSSET:
        return r->u.fred_nsset_info.nsset.id;
    case EPP_FRED_KEYSET:
        return r->u.fred_keyset_info.keyset.id;
    default:
        return STR_NULL;
    }
}

static struct str poll_key(const struct epp_response *r)
{
    switch (r->object) {
    case EPP_RGP_POLL:
        return r->u.rgp_poll.name;
    case EPP_EURID_POLL:
        return r->u.eurid_poll.object;
    default:
        return STR_NULL;
    }
}

static struct str updated_key(const struct epp_response *r)
{
    switch (r->object) {
    case EPP_FRED_DOMAIN:
        return r->u.fred_domain_updated.after.name;
    case EPP_FRED_CONTACT:
        return r->u.fred_contact_updated.after.contact.id;
    case EPP_FRED_NSSET:
        return r->u.fred_nsset_updated.after.nsset.id;
    case EPP_FRED_KEYSET:
        return r->u.fred_keyset_updated.after.keyset.id;
    default:
        return STR_NULL;
    }
}

struct str epp_response_key(const struct epp_response *r)
{
    switch (r->data) {
    case EPP_CRE_DATA:
        return r->u.create.key;
    case EPP_INF_DATA:
        return info_key(r);
    case EPP_REN_DATA:
        return r->u.renew.name;
    case EPP_TRN_DATA:
        return r->u.transfer.key;
    case EPP_PAN_DATA:
        return r->u.pending.key;
    case EPP_POLL_DATA:
        return poll_key(r);
    case EPP_IMPENDING_EXP_DATA:
    case EPP_EXP_DATA:
    case EPP_DNS_OUTAGE_DATA:
    case EPP_DEL_DATA:
    case EPP_IMPENDING_VAL_EXP_DATA:
    case EPP_VAL_EXP_DATA:
        return r->u.fred_expiry.name;
    case EPP_IDLE_DEL_DATA:
        return r->u.fred_idle.key;
    case EPP_TEST_DATA:
        return r->u.fred_tested.id;
    case EPP_UPDATE_DATA:
        return updated_key(r);
    default:
        return STR_NULL;
    }
}

struct str epp_value_shown(const struct epp_value *v)
{
    return !str_empty(v->text) && epp_is_secret(v->element) ? STR("***") : v->text;
}

struct str epp_response_text(struct arena *a, const struct epp_response *r)
{
    if (r->results.n == 0)
        return STR("no result");
    const struct epp_result *v = &r->results.v[0];
    struct str msg = v->msg.p != NULL ? v->msg : str_of(epp_result_meaning(v->code)->text);
    struct buf out;
    buf_in(&out, a, 64 * 1024);
    buf_printf(&out, "%u %.*s", v->code, STR_ARG(msg));
    for (size_t i = 0; i < v->ext_values.n; i++) {
        buf_puts(&out, i == 0 ? ": " : "; ");
        buf_str(&out, v->ext_values.v[i].reason);
    }
    for (size_t i = 0; i < v->values.n; i++)
        buf_printf(&out, " (%.*s%s%.*s)", STR_ARG(v->values.v[i].element), v->values.v[i].element.n > 0 ? " " : "",
            STR_ARG(epp_value_shown(&v->values.v[i])));
    return buf_view(&out);
}
