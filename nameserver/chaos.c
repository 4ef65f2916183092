#include "nameserver/chaos.h"

#include "nameserver/query_impl.h"

static const struct {
    struct str name; /* wire form */
    bool identity;
} names[] = {
    {{"\7version\4bind", 14}, false},
    {{"\7version\6server", 16}, false},
    {{"\2id\6server", 11}, true},
    {{"\10hostname\4bind", 15}, true},
};

static struct str text_for(const struct query_settings *s, struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq(names[i].name, name))
            return names[i].identity ? s->identity : s->version;
    }
    return STR_NULL;
}

void chaos_answer(struct query_view *v, struct query *q)
{
    struct str text = text_for(v->settings, str_n((const char *)q->name, q->name_len));
    uint8_t record[12 + 1 + CHAOS_TEXT_MAX];

    if (q->class_ != DNS_CH || (q->type != DNS_TXT && q->type != DNS_ANY) || str_empty(text)) {
        query_answer_empty(v, q, 0, DNS_REFUSED);
        return;
    }
    write_u16(record, 0xc000 | DNS_HEADER_SIZE);
    write_u16(record + 2, DNS_TXT);
    write_u16(record + 4, DNS_CH);
    write_u32(record + 6, 0);
    write_u16(record + 10, (uint16_t)(1 + text.n));
    record[12] = (uint8_t)text.n;
    memcpy(record + 13, text.p, text.n);
    query_answer_record(v, q, record, 13 + text.n);
}
