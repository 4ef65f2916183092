#include "epp/scan.h"
#include "epp/session.h"

static const char token_element[] = "allocationToken";

bool epp_is_secret(struct str local)
{
    return str_eqz(local, "pw") || str_eqz(local, "newPW") || str_eqz(local, "authInfo") ||
           str_eqz(local, token_element);
}

/* Where the end tag of the element begins whose content begins at `at`; the end where it has none. */
static size_t content_end(struct str doc, size_t at, struct str name)
{
    size_t depth = 1;
    for (;;) {
        ptrdiff_t lt = at < doc.n ? str_find(doc, '<', at) : -1;
        if (lt < 0)
            return doc.n;
        struct epp_tag t = epp_tag_at(doc, lt);
        if (t.name.n > 0 && str_eq(t.name, name)) {
            depth += t.start;
            depth -= t.close;
        }
        if (depth == 0)
            return lt;
        at = t.end;
    }
}

void epp_redact_as(struct str doc, const struct epp_marks *marks, struct buf *out)
{
    if (!str_utf8_valid(doc)) {
        buf_printf(out, "(%zu bytes that are not UTF-8)", doc.n);
        return;
    }
    size_t at = 0;
    while (at < doc.n) {
        ptrdiff_t lt = str_find(doc, '<', at);
        size_t text_end = lt >= 0 ? (size_t)lt : doc.n;
        buf_put(out, doc.p + at, text_end - at);
        if (lt < 0)
            return;
        struct epp_tag t = epp_tag_at(doc, lt);
        buf_put(out, doc.p + lt, t.end - lt);
        at = t.end;
        if (t.start && epp_is_secret(epp_tag_local(&t))) {
            at = content_end(doc, at, t.name);
            buf_str(out, str_eqz(epp_tag_local(&t), token_element) ? marks->token : marks->password);
        }
    }
}

void epp_redact(struct str doc, struct buf *out)
{
    const struct epp_marks stars = {STR("***"), STR("***")};
    epp_redact_as(doc, &stars, out);
}
