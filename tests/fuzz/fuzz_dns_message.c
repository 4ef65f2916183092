/* DNS messages: whatever parses can be shown, written again, and reads back the same.
 * `make fuzz T=dns_message` runs it; without the fuzzer, tests/dns/test_fuzz.c replays the seeds and mutations of them. */
#include "dns/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same_record(const struct dns_record *a, const struct dns_record *b)
{
    return a->type == b->type && a->class_ == b->class_ && a->ttl == b->ttl && dns_name_equal(&a->owner, &b->owner) &&
           dns_rdata_compare(a->type, a->rdata, b->rdata) == 0;
}

static void check_same(const struct dns_message *a, const struct dns_message *b)
{
    INVARIANT(a->rcode == b->rcode && a->has_question == b->has_question);
    INVARIANT(!a->has_question || dns_name_equal(&a->qname, &b->qname));
    for (enum dns_section s = DNS_ANSWER; s < DNS_SECTIONS; s++) {
        INVARIANT(a->n[s] == b->n[s]);
        for (size_t i = 0; i < a->n[s]; i++)
            INVARIANT(same_record(&a->records[s][i], &b->records[s][i]));
    }
}

/* false when it is too long uncompressed for one message. */
static bool build(struct dns_writer *w, const struct dns_message *m)
{
    if (m->has_question && !dns_writer_question(w, &m->qname, m->qtype, m->qclass))
        return false;
    for (enum dns_section s = DNS_ANSWER; s < DNS_SECTIONS; s++)
        for (size_t i = 0; i < m->n[s]; i++)
            if (!dns_writer_record(w, s, &m->records[s][i]))
                return false;
    return !m->edns.present || dns_writer_opt(w, m->rcode, m->edns.udp_size, m->edns.do_bit,
                                   m->edns.version == 0 ? m->edns.options : STR(""));
}

static void check_round_trip(struct arena *a, const struct dns_message *m)
{
    struct dns_writer w;
    struct dns_message again;
    struct error e;
    struct buf text;

    dns_writer_begin(&w, arena_alloc(a, DNS_MESSAGE_MAX), DNS_MESSAGE_MAX, m->header.id, m->header.flags);
    if (build(&w, m)) {
        INVARIANT(dns_message_parse(a, dns_writer_end(&w), &again, &e) == OK);
        check_same(m, &again);
    }
    buf_in(&text, a, (size_t)4 << 20);
    dns_message_write(&text, m);
    INVARIANT(text.n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str wire = str_n((const char *)data, size);
    struct dns_message m;
    struct dns_query q;
    struct arena a;
    struct error e;
    int rcode;

    arena_init(&a, 0);
    rcode = dns_query_parse(wire, &q);
    INVARIANT(rcode == DNS_NOERROR || q.reason != NULL);
    INVARIANT(q.question_end <= size);
    if (dns_message_parse(&a, wire, &m, &e) == OK)
        check_round_trip(&a, &m);
    else
        INVARIANT(e.status == PROTOCOL && e.text[0] != '\0');
    arena_clear(&a);
    return 0;
}
