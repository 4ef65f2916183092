/* Random but valid structs, made and compared by the same shapes that write and read them; and the frames
 * the tests produce, kept for a schema check where $EPP_FRAMES_DIR says so. */
#ifndef FW_TESTS_EPP_GEN_H
#define FW_TESTS_EPP_GEN_H

#include <check.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/conf.h"
#include "epp/command.h"
#include "epp/object.h"
#include "epp/response.h"
#include "epp/result.h"
#include "epp/rgp.h"

struct gen {
    struct arena *a;
    uint64_t state;
};

static inline uint64_t gen_next(struct gen *g)
{
    g->state ^= g->state << 13;
    g->state ^= g->state >> 7;
    g->state ^= g->state << 17;
    return g->state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline unsigned gen_below(struct gen *g, unsigned n)
{
    return (unsigned)((gen_next(g) >> 33) % n);
}

/* From min to max characters, no blank at either end and none doubled. */
static inline struct str gen_text(struct gen *g, unsigned min, unsigned max)
{
    static const char *const pieces[] = {
        "a", "b", "Z", "0", "9", "-", ".", "&", "<", ">", "\"", "'", "é", "ß", "日", "𐍈", " "};
    unsigned n = min + gen_below(g, max - min + 1 > 40 && gen_below(g, 8) > 0 ? 40 : max - min + 1);
    struct buf out;
    buf_in(&out, g->a, 100000);
    bool blank = true;
    for (unsigned i = 0; i < n; i++) {
        unsigned k = gen_below(g, (unsigned)ARRAY_LEN(pieces) - (blank || i + 1 == n));
        blank = strcmp(pieces[k], " ") == 0;
        buf_puts(&out, pieces[k]);
    }
    return buf_view(&out);
}

static inline struct str gen_word(struct gen *g, enum epp_type t)
{
    static const char *const words[] = {"1.0", "v4", "v6", "y", "m", "all", "del", "none", "sub", "admin", "billing",
        "tech", "int", "loc", "req", "ack", "pending", "clientApproved", "serverCancelled", "ok", "inactive", "linked",
        "clientHold", "serverHold", "clientDeleteProhibited", "pendingDelete", "clientUpdateProhibited", "addPeriod",
        "redemptionPeriod", "request", "report", "en", "de-CH", "urn:ietf:params:xml:ns:domain-1.0", "D1234-REP",
        "_x_9-A", "86400", "TXT", "+1.7035555555", "+423.1", "192.0.2.1", "2001:db8::1", "AQPJ",
        "gD==", "//8=", "49FD46E6", "", "USD", "EUR", "10.00", "0", "+5.", ".5", "-5.00", "-0", "P5D",
        "-P1Y2M3DT4H5M6.7S", "PT1H", "--12-31", "--02-29", "objID", "create", "custom", "restore", "immediate",
        "delayed", "a@example.test", "a@b,c@d", "certificate", "stat", "warning", "error", "1"};
    for (;;) {
        struct str v = str_of(words[gen_below(g, ARRAY_LEN(words))]);
        if (epp_value_check(g->a, t, v, NULL) == 0)
            return v;
    }
}

static inline struct str gen_value(struct gen *g, enum epp_type t)
{
    switch (t) {
    case EPP_T_TEXT:
    case EPP_T_OPT_LINE:
    case EPP_T_AUTH:
        return gen_text(g, 0, 255);
    case EPP_T_LINE:
    case EPP_T_MIN_TOKEN:
    case EPP_T_LABEL:
        return gen_text(g, 1, 255);
    case EPP_T_TOKEN:
        return gen_text(g, 0, 20);
    case EPP_T_OBJ_ID:
        return gen_text(g, 1, 63);
    case EPP_T_OBJ_ID_CHG:
        return gen_text(g, 0, 63);
    case EPP_T_AUTH_300:
        return gen_text(g, 0, 300);
    case EPP_T_TOKEN_32:
        return gen_text(g, 0, 32);
    case EPP_T_SUBPRODUCT:
        return gen_text(g, 1, 64);
    case EPP_T_FEE_NAME:
        return gen_text(g, 3, 16);
    case EPP_T_SECRET:
        return gen_text(g, 1, 80);
    case EPP_T_LONG_PW:
        return gen_text(g, 6, 80);
    case EPP_T_CLID:
        return gen_text(g, 3, 16);
    case EPP_T_CLID_CHG:
    case EPP_T_POSTCODE:
        return gen_text(g, 0, 16);
    case EPP_T_TRID:
    case EPP_T_SVID:
        return gen_text(g, 3, 64);
    case EPP_T_PW:
        return gen_text(g, 6, 16);
    case EPP_T_REASON:
        return gen_text(g, 1, 32);
    case EPP_T_CC:
        return gen_text(g, 2, 2);
    case EPP_T_CC_CHG:
        return gen_text(g, 0, 2);
    case EPP_T_SHORT:
    case EPP_T_TOKEN_200:
        return gen_text(g, 0, 200);
    case EPP_T_TOKEN_20:
        return gen_text(g, 0, 20);
    case EPP_T_TOKEN_50:
        return gen_text(g, 1, 50);
    case EPP_T_LINE_32:
        return gen_text(g, 0, 32);
    default:
        return gen_word(g, t);
    }
}

static inline void gen_shape(struct gen *g, const struct epp_shape *s, void *data);

/* Of a field that may list its words itself. */
static inline struct str gen_typed(struct gen *g, const struct epp_field *f)
{
    unsigned n = 0;
    while (f->words != NULL && f->words[n] != NULL)
        n++;
    return n > 0 ? str_of(f->words[gen_below(g, n)]) : gen_value(g, f->type);
}

/* Whole elements of other namespaces, as small as their schemas let them be. */
static inline struct str gen_element(struct gen *g, const char *name)
{
    /* the id is an xs:ID: not twice in a document */
    if (strcmp(name, "signedMark") == 0)
        return str_printf(g->a,
            "<signedMark xmlns=\"urn:ietf:params:xml:ns:signedMark-1.0\" id=\"smd%llu\"><id>1-2</id>"
            "<issuerInfo issuerID=\"1\"><org>A</org><email>a@example.test</email></issuerInfo>"
            "<notBefore>2026-01-01T00:00:00Z</notBefore><notAfter>2027-01-01T00:00:00Z</notAfter>"
            "<mark xmlns=\"urn:ietf:params:xml:ns:mark-1.0\"/>"
            "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo>"
            "<CanonicalizationMethod Algorithm=\"urn:a\"/><SignatureMethod Algorithm=\"urn:b\"/><Reference>"
            "<DigestMethod Algorithm=\"urn:c\"/><DigestValue>aGVsbG8=</DigestValue></Reference></SignedInfo>"
            "<SignatureValue>aGVsbG8=</SignatureValue></Signature></signedMark>",
            (unsigned long long)gen_next(g));
    if (strcmp(name, "encodedSignedMark") == 0)
        return STR("<encodedSignedMark xmlns=\"urn:ietf:params:xml:ns:signedMark-1.0\">aGVsbG8=</encodedSignedMark>");
    ck_assert_str_eq(name, "mark");
    return STR("<mark xmlns=\"urn:ietf:params:xml:ns:mark-1.0\"/>");
}

static inline void gen_list(struct gen *g, const struct epp_field *f, void *data)
{
    size_t size = f->kind == EPP_K_SHAPES ? f->shape->size : sizeof(struct str);
    unsigned most = f->max < 4 ? f->max : 4;
    struct epp_list l = {.n = f->distinct ? 1 : 1 + gen_below(g, most)};
    l.v = arena_array(g->a, l.n, size);
    for (size_t i = 0; i < l.n; i++)
        if (f->kind == EPP_K_TEXTS)
            ((struct str *)l.v)[i] = gen_typed(g, f);
        else if (f->kind == EPP_K_ELEMENTS)
            ((struct str *)l.v)[i] = gen_element(g, f->name);
        else
            gen_shape(g, f->shape, (char *)l.v + i * size);
    memcpy(epp_member(f, data), &l, sizeof l);
}

static inline void gen_mixed(struct gen *g, struct epp_mixed *v)
{
    if (gen_below(g, 3) > 0)
        v->text = gen_text(g, 1, 80);
    if (gen_below(g, 3) == 0)
        v->xml = STR("<infData xmlns=\"" EPP_RGP_NS "\"><rgpStatus s=\"addPeriod\"/></infData>");
}

static inline void gen_field(struct gen *g, const struct epp_field *f, void *data)
{
    void *m = epp_member(f, data);
    time_us t = (1 + (time_us)gen_below(g, 2000000000)) * US_PER_S * 2;
    switch (f->kind) {
    case EPP_K_ATTR:
    case EPP_K_TEXT:
    case EPP_K_OWN:
        *(struct str *)m = gen_typed(g, f);
        /* an optional text that is empty is as good as none */
        if (f->kind == EPP_K_OWN && f->min == 0 && ((struct str *)m)->n == 0)
            *(struct str *)m = STR_NULL;
        return;
    case EPP_K_ATTR_SAID:
    case EPP_K_SAID:
        *(enum epp_said *)m = EPP_NO + gen_below(g, 2);
        return;
    case EPP_K_OWN_MIXED:
        gen_mixed(g, m);
        return;
    case EPP_K_ATTR_BOOL:
    case EPP_K_HERE:
    case EPP_K_FLAG:
        *(bool *)m = f->kind != EPP_K_ATTR_BOOL || gen_below(g, 2) == 1;
        return;
    case EPP_K_ATTR_U64:
        *(uint64_t *)m = gen_next(g);
        return;
    case EPP_K_NUM:
    case EPP_K_OWN_NUM:
        *(unsigned *)m = f->lo + gen_below(g, f->hi - f->lo + 1);
        return;
    case EPP_K_ANY:
        *(struct epp_value *)m =
            (struct epp_value){.ns = STR(EPP_DOMAIN_NS), .element = STR("name"), .text = gen_text(g, 0, 80)};
        return;
    case EPP_K_TIME:
    case EPP_K_ATTR_TIME:
        *(time_us *)m = t + (gen_below(g, 3) == 0 ? gen_below(g, 1000000) : 0);
        return;
    case EPP_K_DATE:
        *(time_us *)m = t / (86400 * US_PER_S) * (86400 * US_PER_S) + 86400 * US_PER_S;
        return;
    case EPP_K_RAW:
        *(struct str *)m = STR("<infData xmlns=\"" EPP_RGP_NS "\"><rgpStatus s=\"addPeriod\"/></infData>");
        return;
    case EPP_K_SHAPE:
        gen_shape(g, f->shape, m);
        return;
    default:
        gen_list(g, f, data);
    }
}

static inline void gen_shape(struct gen *g, const struct epp_shape *s, void *data)
{
    size_t past = s->past != 0 ? s->past : s->n;
    if ((s->choice || s->some) && !(s->maybe && gen_below(g, 2) == 0))
        gen_field(g, &s->fields[s->first + gen_below(g, (unsigned)(past - s->first))], data);
    for (size_t i = 0; i < s->n; i++) {
        bool needed = (s->fields[i].min > 0 && s->fields[i].fallback == NULL) || s->fields[i].kind == EPP_K_HERE;
        if (!(s->choice && epp_shape_alternative(s, i)) && (needed || gen_below(g, 2) == 1))
            gen_field(g, &s->fields[i], data);
    }
}

/* ---- comparing ------------------------------------------------------------------------------------- */
static inline bool same_shape(const struct epp_shape *s, const void *x, const void *y);

static inline bool same_strs(struct str x, struct str y, const char *fallback)
{
    if (x.p == NULL)
        x = str_of(fallback);
    if (y.p == NULL)
        y = str_of(fallback);
    return (x.p == NULL) == (y.p == NULL) && str_eq(x, y);
}

static inline bool same_said(enum epp_said x, enum epp_said y, const char *fallback)
{
    enum epp_said absent = fallback == NULL ? EPP_UNSAID : strcmp(fallback, "1") == 0 ? EPP_YES : EPP_NO;
    return (x == EPP_UNSAID ? absent : x) == (y == EPP_UNSAID ? absent : y);
}

static inline bool same_field(const struct epp_field *f, const void *x, const void *y)
{
    const void *p = epp_member(f, x), *q = epp_member(f, y);
    struct epp_list l = {0}, k = {0};
    switch (f->kind) {
    case EPP_K_ATTR:
    case EPP_K_TEXT:
    case EPP_K_OWN:
    case EPP_K_RAW:
        return same_strs(*(const struct str *)p, *(const struct str *)q, f->fallback);
    case EPP_K_ATTR_SAID:
    case EPP_K_SAID:
        return same_said(*(const enum epp_said *)p, *(const enum epp_said *)q, f->fallback);
    case EPP_K_OWN_MIXED:
        return same_strs(((const struct epp_mixed *)p)->text, ((const struct epp_mixed *)q)->text, NULL) &&
               same_strs(((const struct epp_mixed *)p)->xml, ((const struct epp_mixed *)q)->xml, NULL);
    case EPP_K_ATTR_BOOL:
    case EPP_K_HERE:
    case EPP_K_FLAG:
        return *(const bool *)p == *(const bool *)q;
    case EPP_K_ATTR_U64:
        return *(const uint64_t *)p == *(const uint64_t *)q;
    case EPP_K_NUM:
    case EPP_K_OWN_NUM:
        return *(const unsigned *)p == *(const unsigned *)q;
    case EPP_K_ATTR_TIME:
    case EPP_K_TIME:
    case EPP_K_DATE:
        return *(const time_us *)p == *(const time_us *)q;
    case EPP_K_ANY: {
        const struct epp_value *v = p, *w = q;
        return str_eq(v->ns, w->ns) && str_eq(v->element, w->element) && str_eq(v->text, w->text);
    }
    case EPP_K_SHAPE:
        return same_shape(f->shape, p, q);
    default:
        l = epp_list_get(f, x);
        k = epp_list_get(f, y);
    }
    bool same = l.n == k.n;
    for (size_t i = 0; same && i < l.n; i++)
        same = f->kind != EPP_K_SHAPES
                   ? str_eq(((struct str *)l.v)[i], ((struct str *)k.v)[i])
                   : same_shape(f->shape, (char *)l.v + i * f->shape->size, (char *)k.v + i * f->shape->size);
    return same;
}

/* A part that says nothing (a flag without anything else) is as good as none. */
static inline bool same_shape(const struct epp_shape *s, const void *x, const void *y)
{
    if (epp_shape_present(s, x) == 0 && epp_shape_present(s, y) == 0)
        return true;
    for (size_t i = 0; i < s->n; i++)
        if (!same_field(&s->fields[i], x, y))
            return false;
    return true;
}

/* ---- frames ---------------------------------------------------------------------------------------- */
/* Keeps a document: kind is "valid" (must pass the schemas) or "refused" (must not). */
static inline void keep_frame(const char *kind, const char *test, unsigned number, struct str doc)
{
    const char *dir = getenv("EPP_FRAMES_DIR");
    if (dir == NULL)
        return;
    char path[512];
    snprintf(path, sizeof path, "%s/%s-%s-%05u.xml", dir, kind, test, number);
    struct error e;
    ck_assert_msg(file_write(path, doc, 0644, &e) == OK, "%s", e.text);
}

static inline struct xml_node *parse(struct arena *a, struct str doc)
{
    struct error e;
    struct xml_node *root = NULL;
    ck_assert_msg(xml_parse(a, doc, &xml_limits_default, &root, &e) == OK, "%s\n%.*s", e.text, STR_ARG(doc));
    return root;
}

static inline struct str encode_command(struct arena *a, const struct epp_command *c)
{
    struct error e = {0};
    struct buf out;
    buf_in(&out, a, 1 << 20);
    ck_assert_msg(epp_command_encode(c, &out, &e) == OK, "%s", e.text);
    return buf_view(&out);
}

static inline struct epp_command decode_command(struct arena *a, struct str doc)
{
    struct error e = {0};
    struct epp_fault f;
    struct epp_command c;
    ck_assert_msg(epp_command_decode(a, parse(a, doc), &c, &f, &e) == OK, "%s\n%.*s", e.text, STR_ARG(doc));
    return c;
}

static inline struct str encode_response(struct arena *a, const struct epp_response *r)
{
    struct error e = {0};
    struct buf out;
    buf_in(&out, a, 1 << 20);
    ck_assert_msg(epp_response_encode(r, &out, &e) == OK, "%s", e.text);
    return buf_view(&out);
}

static inline struct epp_response decode_response(struct arena *a, struct str doc)
{
    struct error e = {0};
    struct epp_response r;
    ck_assert_msg(epp_response_decode(a, parse(a, doc), &r, &e) == OK, "%s\n%.*s", e.text, STR_ARG(doc));
    return r;
}

#define ck_assert_str(s, z) ck_assert_msg(str_eqz((s), (z)), "\"%.*s\" is not \"%s\"", STR_ARG(s), (z))

/* ---- commands and responses ------------------------------------------------------------------------ */
/* The shape of a command's body; NULL where the object has no such command. */
static inline const struct epp_shape *body_shape(enum epp_verb verb, enum epp_object object)
{
    if (verb == EPP_LOGIN)
        return &epp_login_shape;
    if (verb == EPP_POLL)
        return &epp_poll_shape;
    return object != EPP_NO_OBJECT ? epp_object_row(object)->command[verb] : NULL;
}

static inline struct epp_command gen_command(struct gen *g, enum epp_verb verb, enum epp_object object)
{
    struct epp_command c = {.verb = verb, .object = object};
    const struct epp_shape *shape = body_shape(verb, object);
    if (shape != NULL)
        gen_shape(g, shape, &c.u);
    while (verb == EPP_UPDATE && epp_shape_present(shape, &c.u) < 2)
        gen_shape(g, shape, &c.u);
    if (verb == EPP_POLL)
        c.u.poll.msg_id = gen_text(g, 1, 20);
    if (verb == EPP_TRANSFER)
        c.op = EPP_OP_REQUEST + gen_below(g, EPP_OP_COUNT - 1);
    if (verb == EPP_UPDATE && object == EPP_DOMAIN && gen_below(g, 3) == 0) {
        void *data = arena_alloc(g->a, epp_rgp_update.shape->size);
        gen_shape(g, epp_rgp_update.shape, data);
        epp_ext_add(g->a, &c.ext, &epp_rgp_update, data);
    }
    if (gen_below(g, 4) > 0)
        c.cltrid = gen_text(g, 3, 64);
    return c;
}

#endif
