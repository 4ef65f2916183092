/* RDATA from the wire: two bytes of type, then a message that is RDATA from its sixteenth byte on. Whatever is taken can be
 * written, and its text is taken too and means the same, unless a rule for zones refuses it. Replayed by
 * tests/dns/test_fuzz.c. */
#include "dns/rdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WIRE_INPUT_MAX ((size_t)1 << 14)
#define FRONT 16 /* bytes that names may point back to */

/* What a zone is refused and a message is not (dns/rdata.h). */
static bool is_rule(const struct error *e)
{
    static const char *const codes[] = {"rdata-length", "rdata-param", "rdata-regexp", "txt-too-long"};

    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (strcmp(e->code, codes[i]) == 0)
            return true;
    return false;
}

static void through_text(struct arena *a, uint16_t type, struct str rdata)
{
    struct str text = dns_rdata_text(a, type, rdata), again;
    struct error e;

    if (dns_rdata_parse(a, type, text, NULL, &again, &e) == OK)
        INVARIANT(str_eq(rdata, again));
    else
        INVARIANT(is_rule(&e));
}

static void in_zone(struct arena *a, uint16_t type, struct str rdata)
{
    struct str again;
    struct error e;

    if (dns_rdata_check(type, rdata, &e) == OK) {
        through_text(a, type, rdata);
        INVARIANT(dns_rdata_from_message(a, type, rdata, 0, rdata.n, &again, &e) == OK && str_eq(rdata, again));
        INVARIANT(dns_rdata_compare(type, rdata, dns_rdata_canonical(a, type, rdata)) == 0);
    } else {
        INVARIANT(e.status == INVALID && e.text[0] != '\0');
    }
}

static void in_message(struct arena *a, uint16_t type, struct str msg)
{
    struct str rdata;
    struct error e;

    if (dns_rdata_from_message(a, type, msg, FRONT, msg.n - FRONT, &rdata, &e) != OK) {
        INVARIANT(e.status == PROTOCOL && e.text[0] != '\0');
        return;
    }
    through_text(a, type, rdata);
    in_zone(a, type, rdata);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str msg;

    if (size < 2 + FRONT || size > WIRE_INPUT_MAX)
        return 0;
    msg = str_n((const char *)data + 2, size - 2);
    arena_init(&a, 0);
    in_message(&a, read_u16(data), msg);
    in_zone(&a, read_u16(data), str_n(msg.p + FRONT, msg.n - FRONT));
    arena_clear(&a);
    return 0;
}
