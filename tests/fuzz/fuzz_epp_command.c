/* EPP commands as a server reads them: what is accepted can be written and means the same when read again;
 * what is refused can be answered. */
#include "epp/command.h"
#include "epp/frame.h"
#include "epp/response.h"
#include "epp/result.h"
#include "epp/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUTPUT_MAX ((size_t)4 << 20)

static struct str command_written(struct arena *a, const struct epp_command *c)
{
    struct buf out;
    struct error e;

    buf_in(&out, a, OUTPUT_MAX);
    INVARIANT(epp_command_encode(c, &out, &e) == OK);
    return buf_view(&out);
}

static void command_accepted(struct arena *a, const struct epp_command *c)
{
    struct epp_command again;
    struct epp_fault f;
    struct error e;
    struct xml_node *root;
    struct str first = command_written(a, c);

    INVARIANT(xml_parse(a, first, &xml_limits_default, &root, &e) == OK);
    INVARIANT(epp_command_decode(a, root, &again, &f, &e) == OK);
    INVARIANT(str_eq(command_written(a, &again), first));
}

static void command_refused(struct arena *a, const struct epp_command *c, const struct epp_fault *f)
{
    struct epp_response r;
    struct buf out;
    struct error e;

    INVARIANT(epp_result_meaning((unsigned)f->code)->code == (unsigned)f->code && f->reason.n > 0);
    epp_response_fault(a, &r, f, c->cltrid, STR("SRV-1"));
    buf_in(&out, a, OUTPUT_MAX);
    INVARIANT(epp_response_encode(&r, &out, &e) == OK);
}

static void command_framed(struct arena *a, struct str input)
{
    struct epp_frame_reader in;
    struct buf out;
    struct str doc;
    struct error e;

    epp_frame_reader_init(&in, 4096);
    epp_frame_feed(&in, input.p, input.n);
    while (epp_frame_next(&in, &doc, &e) == OK && doc.p != NULL)
        INVARIANT(doc.n > 0 && doc.n <= 4092);
    epp_frame_reader_clear(&in);
    buf_in(&out, a, OUTPUT_MAX);
    epp_redact(input, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = str_n(size > 0 ? (const char *)data : "", size);
    struct arena a;
    struct error e;
    struct epp_fault f;
    struct epp_command c;
    struct xml_node *root;

    arena_init(&a, 0);
    command_framed(&a, input);
    if (xml_parse(&a, input, &xml_limits_default, &root, &e) == OK) {
        if (epp_command_decode(&a, root, &c, &f, &e) == OK)
            command_accepted(&a, &c);
        else
            command_refused(&a, &c, &f);
    }
    arena_clear(&a);
    return 0;
}
