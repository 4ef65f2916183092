/* EPP greetings and responses as a client reads them: nothing from a server harms, a result is always there,
 * and what can be written again means the same. */
#include "epp/response.h"
#include "epp/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUTPUT_MAX ((size_t)16 << 20)

/* Lenient reading takes more than may be written: then the writer says so. */
static bool response_written(struct arena *a, const struct epp_response *r, struct str *doc_r)
{
    struct buf out;
    struct error e;

    buf_in(&out, a, OUTPUT_MAX);
    if (epp_response_encode(r, &out, &e) != OK) {
        INVARIANT(e.status == INVALID && e.text[0] != '\0');
        return false;
    }
    *doc_r = buf_view(&out);
    return true;
}

static void response_read(struct arena *a, const struct epp_response *r)
{
    struct epp_response again;
    struct error e;
    struct xml_node *root;
    struct str first, second;

    INVARIANT(r->results.n > 0 && epp_response_text(a, r).n > 0);
    if (epp_result_error(r, &e) != OK)
        INVARIANT(e.code[0] != '\0' && e.text[0] != '\0');
    if (!response_written(a, r, &first))
        return;
    INVARIANT(xml_parse(a, first, &xml_limits_default, &root, &e) == OK || first.n > xml_limits_default.bytes);
    if (first.n > xml_limits_default.bytes)
        return;
    INVARIANT(epp_response_decode(a, root, &again, &e) == OK);
    INVARIANT(response_written(a, &again, &second) && str_eq(first, second));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error e;
    struct epp_response r;
    struct epp_greeting g;
    struct xml_node *root;
    struct str input = str_n(size > 0 ? (const char *)data : "", size);

    arena_init(&a, 0);
    if (xml_parse(&a, input, &xml_limits_lenient, &root, &e) == OK) {
        if (epp_is_greeting(root))
            (void)!epp_greeting_decode(&a, root, &g, &e);
        else if (epp_response_decode(&a, root, &r, &e) == OK)
            response_read(&a, &r);
    } else if (epp_response_salvage(&a, input, e.text, &r)) {
        response_read(&a, &r);
    }
    arena_clear(&a);
    return 0;
}
