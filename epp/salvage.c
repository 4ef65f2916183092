/* What a poll queue needs of a message that cannot be read. */
#include "epp/response.h"
#include "epp/scan.h"

#define WORD_MAX 64

/* Printable ASCII that stands for itself. What is kept here is sent back to the server. */
static struct str plain_word(struct arena *a, struct str v)
{
    v = str_trim(v);
    bool plain = v.n > 0 && v.n <= WORD_MAX;
    for (size_t i = 0; i < v.n && plain; i++)
        plain = v.p[i] > ' ' && v.p[i] < 0x7f && v.p[i] != '&' && v.p[i] != '<';
    return plain ? str_dup(a, v) : STR_NULL;
}

/* The text behind a start tag, up to the next tag. */
static struct str text_behind(struct str doc, const struct epp_tag *t)
{
    ptrdiff_t lt = t->start ? str_find(doc, '<', t->end) : -1;
    return lt >= 0 ? str_n(doc.p + t->end, (size_t)lt - t->end) : STR_NULL;
}

static void take_code(struct arena *a, struct str doc, const struct epp_tag *t, struct epp_response *r)
{
    uint64_t code;
    if (r->results.n > 0 || !str_to_u64(epp_tag_attr(doc, t, "code"), 2999, &code) || code < 1000)
        return;
    r->results = (struct epp_results){ARENA_NEW(a, struct epp_result), 1};
    r->results.v[0].code = (unsigned)code;
}

static void take_queue(struct arena *a, struct str doc, const struct epp_tag *t, struct epp_msg_q *q)
{
    struct str id = plain_word(a, epp_tag_attr(doc, t, "id"));
    if (q->present || id.p == NULL)
        return;
    *q = (struct epp_msg_q){.present = true, .id = id};
    if (!str_to_u64(epp_tag_attr(doc, t, "count"), UINT64_MAX, &q->count))
        q->count = 0;
}

static void take_tag(struct arena *a, struct str doc, const struct epp_tag *t, struct epp_response *r)
{
    struct str name = epp_tag_local(t);
    if (str_eqz(name, "result"))
        take_code(a, doc, t, r);
    else if (str_eqz(name, "msgQ"))
        take_queue(a, doc, t, &r->msg_q);
    else if (t->start && str_eqz(name, "clTRID"))
        r->tr_id.cltrid = plain_word(a, text_behind(doc, t));
    else if (t->start && str_eqz(name, "svTRID"))
        r->tr_id.svtrid = plain_word(a, text_behind(doc, t));
}

/* What stands in there may have the same names, and speaks of another command (panData). */
static bool is_foreign_ground(struct str name)
{
    return str_eqz(name, "resData") || str_eqz(name, "extension") || str_eqz(name, "msg");
}

bool epp_response_salvage(struct arena *a, struct str doc, const char *why, struct epp_response *r)
{
    struct str skip = STR_NULL; /* until this ends */
    *r = (struct epp_response){0};
    for (ptrdiff_t lt = str_find(doc, '<', 0); lt >= 0;) {
        struct epp_tag t = epp_tag_at(doc, (size_t)lt);
        struct str name = epp_tag_local(&t);
        if (skip.p == NULL && t.start && is_foreign_ground(name))
            skip = name;
        else if (skip.p == NULL && t.name.n > 0 && !t.close)
            take_tag(a, doc, &t, r);
        else if (t.close && str_eq(name, skip))
            skip = STR_NULL;
        lt = t.end < doc.n ? str_find(doc, '<', t.end) : -1;
    }
    r->unread = str_printf(a, "the document: %s", why);
    return r->results.n > 0 && r->msg_q.present;
}
