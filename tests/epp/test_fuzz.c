/* Replays the corpus and the seeds of tests/fuzz through the fuzz targets, then mutations of them that are the
 * same in every run. */
#include <glob.h>

#include "base/conf.h"

#define LLVMFuzzerTestOneInput fuzz_command
#include "tests/fuzz/fuzz_epp_command.c"
#undef LLVMFuzzerTestOneInput
#undef OUTPUT_MAX
#define LLVMFuzzerTestOneInput fuzz_frame
#include "tests/fuzz/fuzz_epp_frame.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_response
#include "tests/fuzz/fuzz_epp_response.c"
#include "tests/support/suite.h"
#undef LLVMFuzzerTestOneInput

typedef int fuzz_fn(const uint8_t *data, size_t size);

#define ROUNDS 40000

static uint64_t state;

static unsigned below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 20) % n);
}

/* From memory of exactly that size, so that a sanitizer sees a read past its end. */
static void run(fuzz_fn *fuzz, struct str input)
{
    uint8_t *copy = malloc(input.n > 0 ? input.n : 1);
    ck_assert_ptr_nonnull(copy);
    if (input.n > 0)
        memcpy(copy, input.p, input.n);
    fuzz(copy, input.n);
    free(copy);
}

static const char *const pieces[] = {"<", ">", "/>", "</", "&amp;", "&#0;", "&x;", "<![CDATA[", "]]>", "<!--", "-->",
    "<!DOCTYPE x>", " xmlns='urn:x'", " xmlns=''", "domain:", "\"", "'", "\xff", "\xc3\xa9", "\x00", "<pw>", "</epp>",
    "2027-04-03", "1000", "ack", "v6"};

static void mutate_once(struct arena *a, struct str *doc)
{
    struct buf out;
    buf_in(&out, a, 1 << 20);
    size_t at = below(doc->n + 1), cut = at + below(doc->n - at + 1) % 40;
    if (cut > doc->n)
        cut = doc->n;
    buf_put(&out, doc->p, at);
    switch (below(4)) {
    case 0: /* a piece goes */
        buf_put(&out, doc->p + cut, doc->n - cut);
        break;
    case 1: /* a piece stands twice */
        buf_put(&out, doc->p + at, cut - at);
        buf_put(&out, doc->p + at, doc->n - at);
        break;
    case 2: /* a byte is another */
        if (at < doc->n)
            buf_putc(&out, (char)(doc->p[at] ^ (1 << below(8))));
        buf_put(&out, doc->p + at + (at < doc->n), doc->n - at - (at < doc->n));
        break;
    default: { /* something comes in */
        const char *piece = pieces[below(ARRAY_LEN(pieces))];
        buf_put(&out, piece, piece[0] == '\0' ? 1 : strlen(piece));
        buf_put(&out, doc->p + at, doc->n - at);
    }
    }
    *doc = buf_view(&out);
}

static void replay(fuzz_fn *fuzz, const char *pattern, uint64_t seed)
{
    glob_t found;
    struct arena files, a;
    struct error e;
    arena_init(&files, 0);
    arena_init(&a, 0);
    state = seed;
    ck_assert_int_eq(glob(pattern, GLOB_BRACE, NULL, &found), 0);
    struct str *docs = ARENA_ARRAY(&files, found.gl_pathc, struct str);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        ck_assert_msg(file_read(&files, found.gl_pathv[i], 1 << 20, &docs[i], &e) == OK, "%s", e.text);
        run(fuzz, docs[i]);
    }
    for (unsigned k = 0; k < ROUNDS; k++) {
        struct str doc = docs[below(found.gl_pathc)];
        for (unsigned m = 1 + below(3); m > 0; m--)
            mutate_once(&a, &doc);
        run(fuzz, doc);
        arena_reset(&a);
    }
    globfree(&found);
    arena_clear(&files);
    arena_clear(&a);
}

START_TEST(mutated_commands_never_harm)
{
    replay(fuzz_command,
        "{tests/data/epp/{.,eurid,fred,nominet}/*.xml,tests/data/epp/drafts/*.xml,tests/fuzz/seeds/epp_command/*}",
        88172645463325252u);
}
END_TEST

START_TEST(mutated_responses_never_harm)
{
    replay(fuzz_response,
        "{tests/data/epp/{.,eurid,fred,nominet}/*.xml,tests/data/epp/drafts/*.xml,tests/data/epp/odd/*.xml,tests/fuzz/"
        "seeds/epp_response/*}",
        362436069u);
}
END_TEST

START_TEST(mutated_streams_never_harm)
{
    replay(fuzz_frame, "tests/fuzz/seeds/epp_frame/*", 521288629u);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fuzz");
    TCase *c = tcase_create("fuzz");
    tcase_set_timeout(c, 120);
    tcase_add_test(c, mutated_streams_never_harm);
    tcase_add_test(c, mutated_commands_never_harm);
    tcase_add_test(c, mutated_responses_never_harm);
    suite_add_tcase(s, c);
    return suite_run(s);
}
