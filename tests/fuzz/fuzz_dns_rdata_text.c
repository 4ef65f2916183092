/* RDATA from text: two bytes of type, then the text. What is taken is good, is written in one form, and reads back as the
 * same bytes; what is refused says why. Replayed by tests/dns/test_fuzz.c, with tests/dns/rdata_corpus.tsv too. */
#include "dns/rdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_INPUT_MAX ((size_t)1 << 14) /* so that what is written stays below the limits of tokens */

static void fields_fill(uint16_t type, struct str rdata)
{
    struct dns_field fields[DNS_FIELDS_MAX];
    size_t n = dns_rdata_fields(type, rdata, fields), at = 0;
    struct dns_name target;

    for (size_t i = 0; i < n; i++) {
        INVARIANT(fields[i].at == at);
        at += fields[i].n;
    }
    INVARIANT(at == rdata.n);
    (void)dns_rdata_target(type, rdata, &target);
}

static void good(struct arena *a, uint16_t type, struct str rdata)
{
    struct str text = dns_rdata_text(a, type, rdata), again, canonical = dns_rdata_canonical(a, type, rdata);
    struct error e;

    INVARIANT(dns_rdata_check(type, rdata, &e) == OK);
    INVARIANT(dns_rdata_parse(a, type, text, NULL, &again, &e) == OK);
    INVARIANT(str_eq(rdata, again));
    INVARIANT(str_eq(dns_rdata_text(a, type, again), text));
    INVARIANT(dns_rdata_from_message(a, type, rdata, 0, rdata.n, &again, &e) == OK);
    INVARIANT(str_eq(rdata, again));
    INVARIANT(canonical.n == rdata.n && dns_rdata_compare(type, rdata, canonical) == 0);
    INVARIANT(dns_rdata_check(type, canonical, &e) == OK);
    fields_fill(type, rdata);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dns_name origin = dns_name_of("example.test");
    struct arena a;
    struct error e;
    struct str rdata;
    uint16_t type;

    if (size < 2 || size > TEXT_INPUT_MAX)
        return 0;
    type = read_u16(data);
    arena_init(&a, 0);
    if (dns_rdata_parse(&a, type, str_n((const char *)data + 2, size - 2), &origin, &rdata, &e) == OK)
        good(&a, type, rdata);
    else
        INVARIANT(e.status == INVALID && e.code[0] != '\0' && e.text[0] != '\0');
    arena_clear(&a);
    return 0;
}
