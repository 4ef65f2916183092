/* tests/dns/rdata_corpus.tsv: several hundred records of all types, good and bad. */
#include "tests/dns/dns_test.h"

#define CORPUS "tests/dns/rdata_corpus.tsv"
#define LINES_MAX 5000

struct entry {
    bool good;
    uint16_t type;
    struct str text, result;
};

static struct entry entries[LINES_MAX];
static size_t entries_n;

static struct str load(void)
{
    char *p = arena_alloc(&a, 1 << 20);
    FILE *f = fopen(CORPUS, "rb");
    size_t n;

    ck_assert_msg(f != NULL, CORPUS " cannot be opened (run from the top of the tree)");
    n = fread(p, 1, 1 << 20, f);
    ck_assert(n > 0 && n < 1 << 20);
    fclose(f);
    return str_n(p, n);
}

static void read_corpus(void)
{
    struct str text = load(), line, verdict, type;

    entries_n = 0;
    while (str_take(&text, '\n', &line)) {
        struct entry *x = &entries[entries_n];

        if (line.n == 0 || line.p[0] == '#')
            continue;
        ck_assert(str_take(&line, '\t', &verdict) && str_take(&line, '\t', &type) && str_take(&line, '\t', &x->text) &&
                  str_take(&line, '\t', &x->result));
        ck_assert(str_eqz(verdict, "ok") || str_eqz(verdict, "bad"));
        x->good = str_eqz(verdict, "ok");
        ck_assert_msg(dns_type_parse(type, &x->type), "%.*s", STR_ARG(type));
        ck_assert(++entries_n < LINES_MAX);
    }
    ck_assert_uint_gt(entries_n, 400);
}

static struct str hex_of(struct str s)
{
    struct buf b;

    buf_in(&b, &a, 2 * s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        buf_printf(&b, "%02X", (uint8_t)s.p[i]);
    return buf_view(&b);
}

START_TEST(good_text_becomes_the_wire_that_others_make)
{
    read_corpus();
    for (size_t i = 0; i < entries_n; i++) {
        const struct entry *x = &entries[i];
        struct str rdata;

        if (!x->good)
            continue;
        CK_OK(dns_rdata_parse(&a, x->type, x->text, NULL, &rdata, &e));
        ck_assert_msg(str_eq(hex_of(rdata), x->result), "%.*s: %.*s", STR_ARG(x->text), STR_ARG(hex_of(rdata)));
    }
}
END_TEST

START_TEST(good_wire_goes_to_text_and_back)
{
    read_corpus();
    for (size_t i = 0; i < entries_n; i++) {
        const struct entry *x = &entries[i];
        struct str rdata, text, again;

        if (!x->good)
            continue;
        CK_OK(dns_rdata_parse(&a, x->type, x->text, NULL, &rdata, &e));
        CK_OK(dns_rdata_check(x->type, rdata, &e));
        text = dns_rdata_text(&a, x->type, rdata);
        CK_OK(dns_rdata_parse(&a, x->type, text, NULL, &again, &e));
        ck_assert_msg(str_eq(rdata, again), "%.*s", STR_ARG(text));
        CK_OK(dns_rdata_from_message(&a, x->type, rdata, 0, rdata.n, &again, &e));
        ck_assert_msg(str_eq(rdata, again), "%.*s", STR_ARG(text));
    }
}
END_TEST

START_TEST(bad_text_is_refused_by_code)
{
    read_corpus();
    for (size_t i = 0; i < entries_n; i++) {
        const struct entry *x = &entries[i];
        struct str rdata;

        if (x->good)
            continue;
        ck_assert_msg(
            dns_rdata_parse(&a, x->type, x->text, NULL, &rdata, &e) == INVALID, "accepted: %.*s", STR_ARG(x->text));
        ck_assert_msg(str_eqz(x->result, e.code), "%.*s: %s (%s)", STR_ARG(x->text), e.code, e.text);
    }
}
END_TEST

/* A type that is not in the corpus has never been compared with anybody's. */
START_TEST(every_type_of_the_table_is_in_the_corpus)
{
    static const uint16_t too_new[] = {261, 262};
    const struct dns_type *t;

    read_corpus();
    for (size_t i = 0; (t = dns_type_at(i)) != NULL; i++) {
        bool there = (t->flags & DNS_TYPE_DATA) == 0;

        for (size_t k = 0; k < ARRAY_LEN(too_new); k++)
            there |= t->code == too_new[k];
        for (size_t k = 0; k < entries_n; k++)
            there |= entries[k].good && entries[k].type == t->code;
        ck_assert_msg(there, "%s", t->name);
    }
}
END_TEST

TESTS_MAIN("dns/rdata_corpus", good_text_becomes_the_wire_that_others_make, good_wire_goes_to_text_and_back,
    bad_text_is_refused_by_code, every_type_of_the_table_is_in_the_corpus)
