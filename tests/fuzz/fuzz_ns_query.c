/* The query path of the name server: any bytes, over UDP and TCP, against zones of every kind, with no settings and with all
 * of them; what comes back is a well-formed message that echoes the question.
 * `make fuzz T=ns_query` runs it; without the fuzzer, tests/nameserver/test_fuzz.c puts seeded mutations of questions
 * through this. */
#include <netinet/in.h>

#include "base/crypto.h"
#include "dns/master.h"
#include "nameserver/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char zone_text[] =
    "$TTL 300\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.2\nc CNAME www\nl CNAME l\nx CNAME no\n"
    "*.w MX 1 mail.w\n*.v CNAME www\nsub NS ns.sub\nsub NS ns1\nns.sub AAAA 2001:db8::1\na.b.c TXT t\n";

static struct store st;
static struct query_view view, full; /* without settings, and with all of them */
static struct cookie_ring ring;
static struct query_settings settings = {
    .udp_size = 4096,
    .tcp_idle = 100,
    .nsid = {"nsid", 4},
    .version = {"9", 1},
    .identity = {"id", 2},
    .cookies = &ring,
};
static struct arena arena;

static void set_add(struct change *c, const struct dns_rrset *set)
{
    struct buf packed;

    buf_in(&packed, &arena, DNS_PACKED_MAX);
    dns_rrset_pack(&packed, set);
    c->rows[c->n++] = (struct change_row){
        .owner = dns_name_wire(&set->owner), .type = set->type, .ttl = set->ttl, .data = buf_view(&packed)};
}

static void start(void)
{
    struct dns_name origin = dns_name_of("a.test");
    struct dns_master_options options = {.origin = &origin, .default_ttl = 300};
    struct change c = {.zone_id = 1, .name = origin, .version = 1};
    struct dns_rrset *sets;
    struct error e;
    size_t n;

    crypto_init();
    arena_init(&arena, 0);
    store_init(&st);
    cookie_ring_init(&ring);
    settings.rrl = rrl_new(&(struct rrl_settings){.rate = 1000, .slip = 2, .prefix4 = 24, .prefix6 = 56, .slots = 64});
    query_view_init(&view, &st, NULL);
    query_view_init(&full, &st, &settings);
    INVARIANT(dns_master_read(&arena, str_of(zone_text), &options, &sets, &n, &e) == OK);
    c.rows = ARENA_ARRAY(&arena, n, struct change_row);
    for (size_t i = 0; i < n; i++)
        set_add(&c, &sets[i]);
    INVARIANT(store_apply(&st, &c, &e) == OK);
}

static void check_reply(const uint8_t *in, const struct query *q)
{
    struct str out = str_n((const char *)q->out, q->out_n);
    struct dns_message m;
    struct error e;

    INVARIANT(dns_message_parse(&arena, out, &m, &e) == OK);
    INVARIANT(memcmp(out.p, in, 2) == 0 && (m.header.flags & DNS_QR) != 0);
    INVARIANT(!m.has_question || memcmp(out.p + 12, in + 12, q->question_end - 12u) == 0);
    INVARIANT(m.edns.present == (q->opt_size != 0));
}

static void put_question(struct query_view *v, const uint8_t *data, size_t size, bool tcp)
{
    static const struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = 0xffff};
    static struct query q;
    size_t room = tcp ? DNS_MESSAGE_MAX : QUERY_UDP_MAX;
    uint8_t *in = malloc(size + 1), *out = malloc(room); /* exact, so that the sanitizer sees a step too far */

    INVARIANT(in != NULL && out != NULL);
    if (size > 0)
        memcpy(in, data, size);
    q.in = in;
    q.in_n = size;
    q.out = out;
    q.tcp = tcp;
    q.client = v == &full ? (const struct sockaddr_storage *)(const void *)&from : NULL;
    query_view_take(v);
    query_prepare(v, &q);
    query_answer(v, &q);
    query_view_give(v);
    INVARIANT(q.out_n <= room);
    if (q.out_n > 0)
        check_reply(in, &q);
    free(in);
    free(out);
}

static FW_UNUSED void stop(void)
{
    query_view_clear(&view);
    query_view_clear(&full);
    rrl_free(&settings.rrl);
    cookie_ring_clear(&ring);
    store_clear(&st);
    arena_clear(&arena);
    view.store = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (view.store == NULL)
        start();
    put_question(&view, data, size, false);
    put_question(&view, data, size, true);
    put_question(&full, data, size, false);
    put_question(&full, data, size, true);
    arena_reset(&arena);
    return 0;
}
