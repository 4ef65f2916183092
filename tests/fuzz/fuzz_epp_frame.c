/* EPP frames as either side reads them from a stream: in any split the documents are the same, none is longer than the
 * limit, and an error stays one. The input's first byte chooses the pieces. */
#include "epp/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT 4096

/* A running sum over all documents, and how the stream ended. */
struct outcome {
    uint64_t sum, documents;
    bool failed, partial;
};

static void take_documents(struct epp_frame_reader *in, struct outcome *o)
{
    struct str doc = STR("");
    struct error e;

    while (!o->failed && doc.p != NULL) {
        o->failed = epp_frame_next(in, &doc, &e) != OK;
        if (o->failed || doc.p == NULL)
            return;
        INVARIANT(doc.n > 0 && doc.n <= LIMIT - EPP_FRAME_HEADER);
        o->documents++;
        for (size_t i = 0; i < doc.n; i++)
            o->sum = o->sum * 31 + (unsigned char)doc.p[i];
        o->sum = o->sum * 31 + doc.n;
    }
}

/* step 0: no more at a time than there is room for. */
static struct outcome stream_read(struct str input, size_t step)
{
    struct epp_frame_reader in;
    struct outcome o = {0};

    epp_frame_reader_init(&in, LIMIT);
    while (input.n > 0 && !o.failed) {
        size_t n = step > 0 ? step : epp_frame_room(&in);
        INVARIANT(n > 0 || step == 0);
        n = n == 0 || n > input.n ? input.n : n;
        epp_frame_feed(&in, input.p, n);
        input = str_n(input.p + n, input.n - n);
        take_documents(&in, &o);
        INVARIANT(in.in.n <= LIMIT + step || step == 0 || o.failed);
    }
    o.partial = !o.failed && epp_frame_partial(&in);
    epp_frame_reader_clear(&in);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct str input = str_n((const char *)data + 1, size - 1);
    struct outcome whole = stream_read(input, input.n > 0 ? input.n : 1);
    struct outcome pieces = stream_read(input, 1 + data[0] % 64), room = stream_read(input, 0);

    INVARIANT(whole.sum == pieces.sum && whole.documents == pieces.documents);
    INVARIANT(whole.failed == pieces.failed && whole.partial == pieces.partial);
    INVARIANT(whole.sum == room.sum && whole.failed == room.failed && whole.partial == room.partial);
    return 0;
}
