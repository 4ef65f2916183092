/* EDNS and what comes with it: options, cookies, signatures, questions about the server, limited rates. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "dns/tsig.h"
#include "nameserver/cookie.h"
#include "nameserver/rrl.h"
#include "tests/nameserver/fixture.h"

static struct fixture f;
static struct query_settings settings;
static struct cookie_ring ring;
static struct sockaddr_storage client;

static void client_is(const char *text, uint16_t port)
{
    struct sockaddr_in *in4 = (struct sockaddr_in *)(void *)&client;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)&client;

    client = (struct sockaddr_storage){.ss_family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET};
    in4->sin_port = htons(port);
    ck_assert_int_eq(inet_pton(client.ss_family, text,
                         client.ss_family == AF_INET ? (void *)&in4->sin_addr : (void *)&in6->sin6_addr),
        1);
}

static void setup(void)
{
    fixture_open(&f);
    serve(&f, 1, "example.test",
        "www 60 A 192.0.2.1\n*.wild 60 A 192.0.2.9\nsub NS ns.sub\nns.sub A 192.0.2.60\nent.ent A 192.0.2.3\n");
    settings = query_settings_default;
    cookie_ring_init(&ring);
    settings.cookies = &ring;
    query_view_use(&f.view, &settings);
    client_is("192.0.2.77", 12345);
    f.q.client = &client;
}

static void teardown(void)
{
    if (settings.rrl != NULL)
        rrl_free(&settings.rrl);
    cookie_ring_clear(&ring);
    fixture_close(&f);
}

/* ---- asking ------------------------------------------------------------------------------------------------ */

struct asking {
    const char *name; /* NULL: www.example.test; "": no question */
    uint16_t type, class_; /* 0: A, IN */
    uint16_t flags, size; /* size 0: 1232 */
    uint32_t opt_ttl;
    struct str options;
    bool no_opt, tcp;
};

static size_t question_put(const struct asking *k, uint8_t *p)
{
    struct dns_name name;

    if (k->name != NULL && k->name[0] == '\0')
        return 0;
    name = dns_name_of(k->name != NULL ? k->name : "www.example.test");
    write_u16(p + 4, 1);
    memcpy(p + 12, name.wire, name.len);
    write_u16(p + 12 + name.len, k->type != 0 ? k->type : DNS_A);
    write_u16(p + 14 + name.len, k->class_ != 0 ? k->class_ : DNS_IN);
    return name.len + 4u;
}

static size_t message_put(const struct asking *k, uint8_t *p)
{
    size_t n = 12;

    memset(p, 0, 12);
    write_u16(p, 0x4711);
    write_u16(p + 2, k->flags);
    n += question_put(k, p);
    if (k->no_opt)
        return n;
    write_u16(p + 10, 1);
    p[n] = 0;
    write_u16(p + n + 1, DNS_OPT);
    write_u16(p + n + 3, k->size != 0 ? k->size : 1232);
    write_u32(p + n + 5, k->opt_ttl);
    write_u16(p + n + 9, (uint16_t)k->options.n);
    if (k->options.n > 0)
        memcpy(p + n + 11, k->options.p, k->options.n);
    return n + 11 + k->options.n;
}

static struct str ask_bytes(struct asking k)
{
    return ask_raw(&f, f.in, message_put(&k, f.in), k.tcp);
}

static struct dns_message parsed(struct str out)
{
    struct dns_message m;
    struct error e;

    ck_assert_msg(dns_message_parse(&f.a, out, &m, &e) == OK, "%s", e.text);
    return m;
}

static struct dns_message put(struct asking k)
{
    return parsed(ask_bytes(k));
}

static struct str bytes(const char *hex)
{
    size_t n = strlen(hex) / 2;
    uint8_t *p = arena_alloc(&f.a, n + 1);

    ck_assert(hex_decode(str_of(hex), p, n));
    return str_n((char *)p, n);
}

static const char *options_of(const struct dns_message *m)
{
    return str_dupz(&f.a, hex_encode(&f.a, m->edns.options.p != NULL ? m->edns.options.p : "", m->edns.options.n));
}

#define CLIENT_COOKIE                                                                                                  \
    "000a0008"                                                                                                         \
    "0123456789abcdef"

/* The option with which a client would come back. */
static struct str good_cookie(void)
{
    struct dns_message m = put((struct asking){.options = bytes(CLIENT_COOKIE)});

    ck_assert_uint_eq(m.edns.options.n, 4 + COOKIE_SIZE);
    return str_dup(&f.a, m.edns.options);
}

/* ---- EDNS ----------------------------------------------------------------------------------------------------- */

START_TEST(an_answer_has_opt_only_where_the_question_had)
{
    struct dns_message m = put((struct asking){.no_opt = true});

    ck_assert(!m.edns.present);
    m = put((struct asking){.size = 4096});
    ck_assert(m.edns.present && m.edns.version == 0 && m.edns.udp_size == 1232 && m.edns.options.n == 0);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
}
END_TEST

START_TEST(flags_that_mean_nothing_are_ignored_and_not_sent_back)
{
    struct str out = ask_bytes((struct asking){.opt_ttl = 0x0000ffff});

    ck_assert_uint_eq(parsed(out).n[DNS_ANSWER], 1);
    ck_assert_uint_eq(read_u32(out.p + out.n - 6), 0x00008000); /* DO, and nothing else */
    out = ask_bytes((struct asking){.opt_ttl = 0x00007fff, .flags = 0x0040}); /* and the header's Z bit */
    ck_assert_uint_eq(read_u32(out.p + out.n - 6), 0);
    ck_assert_uint_eq(read_u16(out.p + 2) & 0x0040, 0);
}
END_TEST

START_TEST(another_version_gets_badvers_with_ours_and_nothing_else)
{
    static const uint32_t versions[] = {0x00010000, 0x00ff0000, 0x00018000};

    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        struct dns_message m = put((struct asking){.opt_ttl = versions[i], .options = bytes(CLIENT_COOKIE "00030000")});

        ck_assert_uint_eq(m.rcode, DNS_BADVERS);
        ck_assert(m.edns.present && m.edns.version == 0 && m.edns.options.n == 0 && m.has_question);
        ck_assert_uint_eq(m.n[0] + m.n[1] + m.n[2], 0);
        ck_assert_uint_eq(m.header.flags & DNS_AA, 0);
        ck_assert_int_eq(m.edns.do_bit, (versions[i] & 0x8000) != 0);
    }
    /* its options may have any form */
    ck_assert_uint_eq(put((struct asking){.opt_ttl = 0x00010000, .options = bytes("ffff")}).rcode, DNS_BADVERS);
}
END_TEST

START_TEST(unknown_options_and_those_of_no_use_are_passed_over)
{
    static const char *const options[] = {
        "00640000", /* 100, empty */
        "fde80003010203", /* 65000 */
        "000800070001180000c000", /* a client's subnet */
        "000c000400000000", /* Padding */
        "00090000", /* EXPIRE */
        "000b0000", /* keepalive over UDP */
        "000b00020064", /* with a time */
        "00030000", /* NSID: there is none here */
        "0003000401020304", "000f0002000f", /* EDE in a question */
    };

    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        struct dns_message m = put((struct asking){.options = bytes(options[i])});

        ck_assert_msg(
            m.n[DNS_ANSWER] == 1 && m.edns.present && m.edns.options.n == 0, "%s: %s", options[i], options_of(&m));
    }
}
END_TEST

START_TEST(options_that_do_not_fill_their_record_are_formerr)
{
    static const char *const bad[] = {"00", "0064", "006400", "00640001", "0064000001", "0064000400"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct dns_message m = put((struct asking){.options = bytes(bad[i])});

        ck_assert_msg(m.rcode == DNS_FORMERR && !m.edns.present, "%s", bad[i]);
    }
}
END_TEST

START_TEST(nsid_is_told_to_who_asks)
{
    struct dns_message m;

    settings.nsid = STR("dns-1");
    m = put((struct asking){.options = bytes("00030000")});
    ck_assert_str_eq(options_of(&m), "00030005646e732d31");
    m = put((struct asking){.options = bytes("0003000000030000")});
    ck_assert_str_eq(options_of(&m), "00030005646e732d31");
    m = put((struct asking){.options = bytes("00640000")});
    ck_assert_str_eq(options_of(&m), "");
    m = put((struct asking){.options = bytes("00030000"), .name = "elsewhere.invalid"});
    ck_assert_str_eq(options_of(&m), "00030005646e732d31"
                                     "000f00020014");
}
END_TEST

START_TEST(keepalive_is_answered_over_tcp_with_our_time)
{
    struct dns_message m;

    settings.tcp_idle = 100;
    m = put((struct asking){.options = bytes("000b0000"), .tcp = true});
    ck_assert_str_eq(options_of(&m), "000b00020064");
    m = put((struct asking){.options = bytes("00640000"), .tcp = true});
    ck_assert_str_eq(options_of(&m), "");
}
END_TEST

START_TEST(refused_for_a_foreign_name_says_not_authoritative)
{
    struct dns_message m = put((struct asking){.name = "elsewhere.invalid"});

    ck_assert_uint_eq(m.rcode, DNS_REFUSED);
    ck_assert_str_eq(options_of(&m), "000f00020014");
    m = put((struct asking){.name = "elsewhere.invalid", .no_opt = true});
    ck_assert_uint_eq(m.rcode, DNS_REFUSED);
    ck_assert(!m.edns.present);
    /* and says no more than that it is refused where it is for another reason */
    m = put((struct asking){.name = "example.test", .type = DNS_AXFR});
    ck_assert_uint_eq(m.rcode, DNS_REFUSED);
    ck_assert_str_eq(options_of(&m), "");
}
END_TEST

/* ---- sizes --------------------------------------------------------------------------------------------------- */

static void serve_texts(unsigned n)
{
    struct buf b;

    buf_in(&b, &f.a, 1 << 16);
    for (unsigned i = 0; i < n; i++)
        buf_printf(
            &b, "@ TXT \"%03u 567890123456789012345678901234567890123456789012345678901234567890123456789\"\n", i);
    buf_putc(&b, '\0');
    serve(&f, 2, "texts.test", b.p);
}

static bool fits(uint16_t size, bool edns)
{
    struct str out = ask_bytes(
        (struct asking){.name = "texts.test", .type = DNS_TXT, .size = size, .no_opt = !edns, .options = STR_NULL});
    struct dns_message m = parsed(out);
    size_t limit = !edns || size < 512 ? 512 : size < settings.udp_size ? size : settings.udp_size;

    ck_assert_uint_le(out.n, limit);
    ck_assert(((m.header.flags & DNS_TC) != 0) == (m.n[DNS_ANSWER] == 0));
    return m.n[DNS_ANSWER] > 0;
}

static void udp_size_is(uint16_t n)
{
    settings.udp_size = n;
    query_view_use(&f.view, &settings);
}

START_TEST(an_answer_is_no_longer_than_both_sides_want)
{
    serve_texts(12); /* 28 + 12 * 92 + 11 = 1143 bytes */
    ck_assert(fits(1232, true) && fits(65535, true) && fits(1143, true));
    ck_assert(!fits(1142, true) && !fits(512, true) && !fits(100, true) && !fits(1, true) && !fits(0, false));
    udp_size_is(1142);
    ck_assert(!fits(65535, true));
    udp_size_is(512);
    ck_assert(!fits(4096, true));
    ck_assert_uint_eq(put((struct asking){.size = 4096}).edns.udp_size, 512);
    udp_size_is(4096);
    ck_assert_uint_eq(put((struct asking){.size = 4096}).edns.udp_size, 4096);
}
END_TEST

START_TEST(options_count_among_the_bytes)
{
    struct dns_message m;
    struct asking k = {.name = "texts.test", .type = DNS_TXT, .size = 1143};

    serve_texts(12);
    ck_assert_uint_eq(put(k).n[DNS_ANSWER], 12);
    k.options = bytes(CLIENT_COOKIE);
    m = put(k);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 0);
    ck_assert_uint_ne(m.header.flags & DNS_TC, 0);
    ck_assert_uint_eq(m.edns.options.n, 4 + COOKIE_SIZE);
    k.size = 1143 + 28;
    ck_assert_uint_eq(put(k).n[DNS_ANSWER], 12);
}
END_TEST

/* 255 bytes of name, and every option that there is, in 512. */
START_TEST(all_options_at_once_have_room)
{
    static const char label[] = "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghi";
    char name[255];
    char nsid[NSID_MAX];
    struct str out;

    memset(nsid, 'n', sizeof(nsid));
    settings.nsid = str_n(nsid, sizeof(nsid));
    ck_assert_int_lt(snprintf(name, sizeof(name), "%s.%s.%s.%s.abcdefg", label, label, label, label), 255);
    out = ask_bytes((struct asking){.name = name,
        .size = 512,
        .options = bytes(CLIENT_COOKIE "00030000"
                                       "000b0000")});
    ck_assert_uint_le(out.n, 512);
    ck_assert_uint_eq(parsed(out).edns.options.n, 28 + 4 + NSID_MAX + 6);
    out = ask_bytes((struct asking){.name = name,
        .tcp = true,
        .options = bytes(CLIENT_COOKIE "00030000"
                                       "000b0000")});
    ck_assert_uint_eq(parsed(out).edns.options.n, 28 + 4 + NSID_MAX + 6 + 6);
}
END_TEST

/* ---- cookies ------------------------------------------------------------------------------------------------- */

START_TEST(a_client_learns_a_cookie_and_shows_it)
{
    struct str good = good_cookie();
    struct dns_message m = put((struct asking){.options = good});

    ck_assert_mem_eq(good.p + 4, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert(str_eq(m.edns.options, good)); /* still fresh */
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_CLIENT_ONLY], 1);
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_GOOD], 1);
    /* from elsewhere it is none of ours, and the answer has a good one */
    client_is("2001:db8::9", 53000);
    m = put((struct asking){.options = good});
    ck_assert_uint_eq(m.rcode, DNS_NOERROR);
    ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_BAD], 1);
    ck_assert(!str_eq(m.edns.options, good));
    m = put((struct asking){.options = str_dup(&f.a, m.edns.options)});
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_GOOD], 2);
}
END_TEST

START_TEST(a_cookie_of_impossible_length_is_formerr)
{
    static const char *const bad[] = {"000a0000", "000a000701020304050607", "000a0009010203040506070809",
        "000a000f0102030405060708090a0b0c0d0e0f",
        "000a0029000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str option = bytes(bad[i]);
        struct dns_message m;

        option.n = 4 + (size_t)read_u16(option.p + 2);
        m = put((struct asking){.options = option});
        ck_assert_msg(
            m.rcode == DNS_FORMERR && m.edns.present && m.edns.options.n == 0 && m.n[DNS_ANSWER] == 0, "%s", bad[i]);
        ck_assert_uint_eq(put((struct asking){.name = "", .options = option}).rcode, DNS_FORMERR);
    }
}
END_TEST

START_TEST(only_the_first_cookie_counts)
{
    struct dns_message m = put((struct asking){.options = bytes(CLIENT_COOKIE "000a000101")});

    ck_assert_uint_eq(m.rcode, DNS_NOERROR);
    ck_assert_uint_eq(m.edns.options.n, 4 + COOKIE_SIZE);
    ck_assert_uint_eq(put((struct asking){.options = bytes("000a000101" CLIENT_COOKIE)}).rcode, DNS_FORMERR);
}
END_TEST

START_TEST(without_cookies_the_option_is_unknown)
{
    struct dns_message m;

    settings.cookies = NULL;
    m = put((struct asking){.options = bytes(CLIENT_COOKIE)});
    ck_assert(m.n[DNS_ANSWER] == 1 && m.edns.options.n == 0);
    ck_assert_uint_eq(put((struct asking){.name = "", .options = bytes(CLIENT_COOKIE)}).rcode, DNS_FORMERR);
}
END_TEST

/* RFC 7873 §5.4 */
START_TEST(a_cookie_may_be_asked_for_without_a_question)
{
    struct str good = good_cookie(), bad = bytes("000a0018"
                                                 "0123456789abcdef"
                                                 "01000000"
                                                 "00000000"
                                                 "0011223344556677");
    struct dns_message m = put((struct asking){.name = "", .options = bytes(CLIENT_COOKIE)});

    ck_assert(m.rcode == DNS_NOERROR && !m.has_question && m.edns.options.n == 28);
    m = put((struct asking){.name = "", .options = good});
    ck_assert(m.rcode == DNS_NOERROR && m.edns.options.n == 28);
    m = put((struct asking){.name = "", .options = bad});
    ck_assert(m.rcode == DNS_BADCOOKIE && m.edns.options.n == 28);
    ck_assert_uint_eq(put((struct asking){.name = ""}).rcode, DNS_FORMERR);
    ck_assert_uint_eq(put((struct asking){.name = "", .no_opt = true}).rcode, DNS_FORMERR);
    ck_assert_uint_eq(put((struct asking){.name = "", .options = bytes("00030000")}).rcode, DNS_FORMERR);
    ck_assert_uint_eq(put((struct asking){.name = "", .options = bytes(CLIENT_COOKIE "0001")}).rcode, DNS_FORMERR);
    ck_assert_uint_eq(
        put((struct asking){.name = "", .opt_ttl = 0x10000, .options = bytes(CLIENT_COOKIE)}).rcode, DNS_BADVERS);
}
END_TEST

START_TEST(where_cookies_are_required_nobody_gets_data_without)
{
    struct str good = good_cookie();
    struct dns_message m;

    settings.cookies_required = true;
    query_view_use(&f.view, &settings);
    m = put((struct asking){.options = bytes(CLIENT_COOKIE)});
    ck_assert(m.rcode == DNS_BADCOOKIE && m.n[DNS_ANSWER] == 0 && m.edns.options.n == 28);
    m = put((struct asking){.options = str_dup(&f.a, m.edns.options)});
    ck_assert(m.rcode == DNS_NOERROR && m.n[DNS_ANSWER] == 1);
    ck_assert_uint_eq(put((struct asking){.options = good}).n[DNS_ANSWER], 1);
    for (unsigned i = 0; i < 2; i++) { /* who knows no cookies comes back over TCP */
        m = put((struct asking){.no_opt = i == 0});
        ck_assert(m.rcode == DNS_NOERROR && m.n[DNS_ANSWER] == 0 && (m.header.flags & DNS_TC) != 0);
    }
    ck_assert_uint_eq(put((struct asking){.no_opt = true, .tcp = true}).n[DNS_ANSWER], 1);
    ck_assert_uint_eq(put((struct asking){.options = bytes(CLIENT_COOKIE), .tcp = true}).n[DNS_ANSWER], 1);
}
END_TEST

START_TEST(new_keys_are_used_from_the_next_question_on)
{
    struct str good = good_cookie();
    struct cookie_keys keys = {.n = 2};

    crypto_random(keys.key[0], COOKIE_KEY_SIZE);
    memcpy(keys.key[1], f.view.cookie_keys.key[0], COOKIE_KEY_SIZE);
    cookie_ring_set(&ring, &keys);
    (void)put((struct asking){.options = good});
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_GOOD], 1); /* the old one verifies */
    keys.n = 1;
    cookie_ring_set(&ring, &keys);
    (void)put((struct asking){.options = good});
    ck_assert_uint_eq(f.view.counts.cookies[COOKIE_BAD], 1);
}
END_TEST

/* ---- signatures --------------------------------------------------------------------------------------------------- */

#define TSIG_RDATA                                                                                                     \
    "\x0bhmac-sha256\0"                                                                                                \
    "\0\0\x5c\xf7\x9f\x11"                                                                                             \
    "\1\x2c"                                                                                                           \
    "\0\4"                                                                                                             \
    "\xaa\xbb\xcc\xdd"                                                                                                 \
    "\x47\x11"                                                                                                         \
    "\0\0"                                                                                                             \
    "\0\0"
#define TSIG                                                                                                           \
    "\3key\0"                                                                                                          \
    "\0\xfa"                                                                                                           \
    "\0\xff"                                                                                                           \
    "\0\0\0\0"                                                                                                         \
    "\0\x21" TSIG_RDATA

static struct str with_behind(struct asking k, struct str more, unsigned records)
{
    size_t n = message_put(&k, f.in);

    memcpy(f.in + n, more.p, more.n);
    write_u16(f.in + 10, (uint16_t)(read_u16(f.in + 10) + records));
    return ask_raw(&f, f.in, n + more.n, k.tcp);
}

START_TEST(a_signed_question_is_told_that_its_key_is_not_known)
{
    struct str tsig = STR(TSIG), out;
    struct dns_tsig t;
    size_t at;

    for (unsigned edns = 0; edns < 2; edns++) {
        out = with_behind((struct asking){.no_opt = edns == 0}, tsig, 1);
        ck_assert_uint_eq(parsed(out).rcode, DNS_NOTAUTH);
        ck_assert_uint_eq(read_u16(out.p + 6), 0);
        ck_assert_uint_eq(read_u16(out.p + 10), 1 + edns);
        at = f.q.question_end + (edns ? DNS_OPT_SIZE : 0u);
        ck_assert(dns_tsig_read(out, at, &t));
        ck_assert(t.error == DNS_TSIG_BADKEY && t.mac.n == 0 && t.other.n == 0 && t.original_id == 0x4711);
        ck_assert(t.time_s == 0x5cf79f11 && t.fudge_s == 300);
        ck_assert(dns_name_equal(&t.key, &(struct dns_name){5, 1, "\3key"}));
        ck_assert_uint_le(out.n, f.q.in_n); /* no longer than what was asked with */
    }
}
END_TEST

START_TEST(a_malformed_signature_is_formerr)
{
    struct str tsig = STR(TSIG), both = STR(TSIG TSIG), opt = STR(TSIG "\0\0\x29\4\xd0\0\0\0\0\0\0");
    uint8_t *p;

    ck_assert_uint_eq(parsed(with_behind((struct asking){.no_opt = true}, both, 2)).rcode, DNS_FORMERR);
    ck_assert_uint_eq(parsed(with_behind((struct asking){.no_opt = true}, opt, 2)).rcode, DNS_FORMERR); /* not last */
    for (size_t at = 5; at < tsig.n - 1; at++) { /* lengths and fixed parts that lie */
        static const uint8_t where[] = {7, 8, 9, 10, 11, 12, 14, 15, 36, 37, 46, 47};

        if (memchr(where, (int)at, sizeof(where)) == NULL)
            continue;
        p = arena_copy(&f.a, tsig.p, tsig.n);
        p[at] ^= 0x01;
        ck_assert_msg(
            parsed(with_behind((struct asking){.no_opt = true}, str_n((char *)p, tsig.n), 1)).rcode == DNS_FORMERR,
            "byte %zu", at);
    }
}
END_TEST

/* ---- what is not a question of a zone ------------------------------------------------------------------------- */

START_TEST(other_opcodes_are_not_implemented_and_keep_their_opt)
{
    for (uint16_t opcode = 1; opcode < 16; opcode++) {
        struct dns_message m = put((struct asking){.flags = (uint16_t)(opcode << 11 | DNS_RD)});

        ck_assert_uint_eq(m.rcode, DNS_NOTIMP);
        ck_assert_uint_eq(dns_flags_opcode(m.header.flags), opcode);
        ck_assert(m.edns.present && m.edns.options.n == 0);
        ck_assert_uint_eq(m.n[0] + m.n[1] + m.n[2], 0);
        ck_assert(!put((struct asking){.flags = (uint16_t)(opcode << 11), .no_opt = true}).edns.present);
        ck_assert_uint_eq(put((struct asking){.flags = (uint16_t)(opcode << 11), .name = ""}).rcode, DNS_NOTIMP);
    }
}
END_TEST

START_TEST(questions_about_the_server_are_refused_until_the_operator_says_otherwise)
{
    static const char *const names[] = {"version.bind", "version.server", "id.server", "hostname.bind"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct asking k = {.name = names[i], .type = DNS_TXT, .class_ = DNS_CH};

        ck_assert_uint_eq(put(k).rcode, DNS_REFUSED);
    }
    settings.version = STR("nine");
    settings.identity = STR("dns-1");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct asking k = {.name = names[i], .type = i % 2 == 0 ? DNS_TXT : DNS_ANY, .class_ = DNS_CH};
        struct dns_message m = put(k);

        ck_assert_uint_eq(m.n[DNS_ANSWER], 1);
        ck_assert(m.records[DNS_ANSWER][0].class_ == DNS_CH && m.records[DNS_ANSWER][0].ttl == 0);
        ck_assert(str_eq(m.records[DNS_ANSWER][0].rdata, i < 2 ? STR("\4nine") : STR("\5dns-1")));
        ck_assert(dns_name_equal(&m.records[DNS_ANSWER][0].owner, &m.qname));
        ck_assert_uint_ne(m.header.flags & DNS_AA, 0);
        k.class_ = DNS_IN;
        ck_assert_uint_eq(put(k).rcode, DNS_REFUSED);
        k.class_ = DNS_CH;
        k.type = DNS_A;
        ck_assert_uint_eq(put(k).rcode, DNS_REFUSED);
    }
    ck_assert_uint_eq(put((struct asking){.name = "VERSION.Bind", .type = DNS_TXT, .class_ = DNS_CH}).n[0], 1);
    ck_assert_uint_eq(put((struct asking){.name = "www.version.bind", .type = DNS_TXT, .class_ = DNS_CH}).n[0], 0);
}
END_TEST

START_TEST(other_classes_are_refused)
{
    static const uint16_t classes[] = {0xffff, 2, DNS_CH, 4, DNS_CLASS_NONE, DNS_CLASS_ANY};

    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        ck_assert_uint_eq(put((struct asking){.class_ = classes[i]}).rcode, DNS_REFUSED);
}
END_TEST

START_TEST(ports_that_would_answer_the_answer_get_none)
{
    static const uint16_t silent[] = {0, 7, 13, 17, 19, 37, 464}, served[] = {53, 1, 123, 1023, 1024, 65535};

    for (size_t i = 0; i < ARRAY_LEN(silent); i++) {
        client_is(i % 2 == 0 ? "192.0.2.77" : "2001:db8::1", silent[i]);
        ck_assert_uint_eq(ask_bytes((struct asking){.size = 0}).n, 0);
        ck_assert_uint_gt(ask_bytes((struct asking){.tcp = true}).n, 0);
    }
    ck_assert_uint_eq(f.view.counts.dropped, ARRAY_LEN(silent));
    for (size_t i = 0; i < ARRAY_LEN(served); i++) {
        client_is(i % 2 == 0 ? "192.0.2.77" : "2001:db8::1", served[i]);
        ck_assert_uint_eq(put((struct asking){.size = 0}).n[DNS_ANSWER], 1);
    }
}
END_TEST

/* ---- rates ---------------------------------------------------------------------------------------------------- */

static void limit_to(unsigned rate, unsigned slip)
{
    if (settings.rrl != NULL)
        rrl_free(&settings.rrl);
    settings.rrl =
        rrl_new(&(struct rrl_settings){.rate = rate, .slip = slip, .prefix4 = 24, .prefix6 = 56, .slots = 4096});
    query_view_use(&f.view, &settings);
}

/* n questions at one instant; %u in the name is the number. How many got a whole answer. */
static unsigned whole_of(unsigned n, const char *format, struct asking k)
{
    unsigned whole = 0;
    char name[64];

    for (unsigned i = 0; i < n; i++) {
        struct str out;
        const char *at = strchr(format, '%');

        (void)snprintf(name, sizeof(name), "%.*s", at != NULL ? (int)(at - format) : (int)sizeof(name) - 1, format);
        if (at != NULL)
            (void)snprintf(name + (at - format), sizeof(name) - (size_t)(at - format), "%u%s", i, at + 2);
        k.name = name;
        out = ask_bytes(k);
        whole += out.n > 0 && (parsed(out).header.flags & DNS_TC) == 0;
    }
    return whole;
}

START_TEST(names_that_are_one_answer_share_its_rate)
{
    static const struct {
        const char *name;
        uint16_t type;
        unsigned whole;
    } cases[] = {{"www.example.test", DNS_A, 5}, {"n%u.wild.example.test", DNS_A, 5}, {"%u.no.example.test", DNS_A, 5},
        {"x%u.sub.example.test", DNS_A, 5}, {"ent.example.test", DNS_TXT, 5}, {"n%u.elsewhere.invalid", DNS_A, 5},
        {"example.test", DNS_AXFR, 0}, /* an error like the ones before */
        {"www.example.test", DNS_TXT, 5}, {"n%u.wild.example.test", DNS_TXT, 5}, {"other%u.example.test", DNS_MX, 0}};

    limit_to(5, 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        unsigned whole = whole_of(50, cases[i].name, (struct asking){.type = cases[i].type});

        ck_assert_msg(whole >= cases[i].whole && whole <= cases[i].whole + 1, "%s: %u", cases[i].name, whole);
    }
    ck_assert_uint_gt(f.view.counts.rate_dropped, 400);
}
END_TEST

START_TEST(going_through_the_types_is_asking_for_the_same)
{
    static const char *const names[] = {"cn.types.test", "x.dn.types.test", "www.types.test"};

    serve(&f, 2, "types.test", "cn CNAME www.example.test.\ndn DNAME example.test.\nwww A 192.0.2.1\n");
    limit_to(5, 0);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        unsigned whole = 0;

        for (uint16_t type = 1000; type < 1200; type++)
            whole += ask_bytes((struct asking){.name = names[i], .type = type}).n > 0;
        ck_assert_msg(whole >= 5 && whole <= 6, "%s: %u", names[i], whole);
    }
}
END_TEST

START_TEST(an_answer_cut_down_for_its_rate_is_empty_with_tc)
{
    struct dns_message m;

    limit_to(1, 1);
    for (unsigned edns = 0; edns < 2; edns++) {
        (void)ask_bytes((struct asking){.no_opt = edns == 0});
        m = put((struct asking){.no_opt = edns == 0, .opt_ttl = 0x8000, .name = "sub.example.test"});
        m = put((struct asking){.no_opt = edns == 0, .opt_ttl = 0x8000, .name = "x.sub.example.test"});
        ck_assert(m.rcode == DNS_NOERROR && (m.header.flags & DNS_TC) != 0 && m.has_question);
        ck_assert_uint_eq(m.n[0] + m.n[1] + m.n[2], 0);
        ck_assert_int_eq(m.edns.present, edns == 1);
        ck_assert(edns == 0 || m.edns.do_bit);
    }
    m = put((struct asking){.name = "nothing.example.test"});
    m = put((struct asking){.name = "nothing.example.test"});
    ck_assert(m.rcode == DNS_NXDOMAIN && (m.header.flags & DNS_TC) != 0 && m.n[DNS_AUTHORITY] == 0);
    ck_assert_uint_gt(f.view.counts.rate_slipped, 3);
}
END_TEST

START_TEST(over_tcp_and_with_a_good_cookie_nothing_is_limited)
{
    struct str good = good_cookie();

    limit_to(1, 0);
    ck_assert_uint_le(whole_of(50, "www.example.test", (struct asking){.type = 0}), 2);
    ck_assert_uint_eq(whole_of(50, "www.example.test", (struct asking){.tcp = true}), 50);
    ck_assert_uint_eq(whole_of(50, "www.example.test", (struct asking){.options = good}), 50);
    ck_assert_uint_le(whole_of(50, "www.example.test", (struct asking){.options = bytes(CLIENT_COOKIE)}), 1);
    ck_assert_uint_le(whole_of(50, "www.example.test", (struct asking){.options = bytes("00640000")}), 1);
}
END_TEST

START_TEST(what_is_refused_before_it_is_looked_up_is_limited_too)
{
    limit_to(3, 1);
    ck_assert_uint_le(whole_of(20, "www.example.test", (struct asking){.flags = 0x2000}), 4);
    ck_assert_uint_le(whole_of(20, "www.example.test", (struct asking){.opt_ttl = 0x10000}), 1);
    ck_assert_uint_le(whole_of(20, "version.bind", (struct asking){.class_ = DNS_CH, .type = DNS_TXT}), 1);
    settings.cookies_required = true;
    query_view_use(&f.view, &settings);
    ck_assert_uint_eq(whole_of(20, "www.example.test", (struct asking){.no_opt = true}), 0);
    ck_assert_uint_gt(ask_bytes((struct asking){.flags = 0x2000, .name = "", .no_opt = true}).n, 0);
    for (unsigned i = 0; i < 20; i++)
        ck_assert_uint_eq(with_behind((struct asking){.no_opt = true}, STR(TSIG), 1).n, 0);
}
END_TEST

START_TEST(the_good_cookie_of_one_question_does_not_count_for_the_next)
{
    struct str good = good_cookie();
    unsigned answered = 0;

    limit_to(1, 0);
    for (unsigned i = 0; i < 20; i++) {
        struct asking refused = {.flags = 0x2000, .options = bytes(CLIENT_COOKIE)};

        ck_assert_uint_eq(put((struct asking){.options = good}).n[DNS_ANSWER], 1);
        answered += ask_bytes(refused).n > 0;
        ck_assert_uint_eq(put((struct asking){.options = good}).n[DNS_ANSWER], 1);
        answered += with_behind((struct asking){.options = bytes("00640000")}, STR(TSIG), 1).n > 0;
    }
    ck_assert_uint_le(answered, 2);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_answer_has_opt_only_where_the_question_had);
    tcase_add_test(t, flags_that_mean_nothing_are_ignored_and_not_sent_back);
    tcase_add_test(t, another_version_gets_badvers_with_ours_and_nothing_else);
    tcase_add_test(t, unknown_options_and_those_of_no_use_are_passed_over);
    tcase_add_test(t, options_that_do_not_fill_their_record_are_formerr);
    tcase_add_test(t, nsid_is_told_to_who_asks);
    tcase_add_test(t, keepalive_is_answered_over_tcp_with_our_time);
    tcase_add_test(t, refused_for_a_foreign_name_says_not_authoritative);
    tcase_add_test(t, an_answer_is_no_longer_than_both_sides_want);
    tcase_add_test(t, options_count_among_the_bytes);
    tcase_add_test(t, all_options_at_once_have_room);
    tcase_add_test(t, a_client_learns_a_cookie_and_shows_it);
    tcase_add_test(t, a_cookie_of_impossible_length_is_formerr);
    tcase_add_test(t, only_the_first_cookie_counts);
    tcase_add_test(t, without_cookies_the_option_is_unknown);
    tcase_add_test(t, a_cookie_may_be_asked_for_without_a_question);
    tcase_add_test(t, where_cookies_are_required_nobody_gets_data_without);
    tcase_add_test(t, new_keys_are_used_from_the_next_question_on);
    tcase_add_test(t, a_signed_question_is_told_that_its_key_is_not_known);
    tcase_add_test(t, a_malformed_signature_is_formerr);
    tcase_add_test(t, other_opcodes_are_not_implemented_and_keep_their_opt);
    tcase_add_test(t, questions_about_the_server_are_refused_until_the_operator_says_otherwise);
    tcase_add_test(t, other_classes_are_refused);
    tcase_add_test(t, ports_that_would_answer_the_answer_get_none);
    tcase_add_test(t, names_that_are_one_answer_share_its_rate);
    tcase_add_test(t, going_through_the_types_is_asking_for_the_same);
    tcase_add_test(t, an_answer_cut_down_for_its_rate_is_empty_with_tc);
    tcase_add_test(t, over_tcp_and_with_a_good_cookie_nothing_is_limited);
    tcase_add_test(t, the_good_cookie_of_one_question_does_not_count_for_the_next);
    tcase_add_test(t, what_is_refused_before_it_is_looked_up_is_limited_too);
}

int main(void)
{
    return fixture_main("edns", add);
}
