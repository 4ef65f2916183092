/* Questions with EDNS, by UDP or TCP, with or without a cookie, put to a name server that serves one zone. */
#ifndef FW_TESTS_NAMESERVER_EDNS_FIXTURE_H
#define FW_TESTS_NAMESERVER_EDNS_FIXTURE_H

#include <arpa/inet.h>
#include <netinet/in.h>

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

#define CLIENT_COOKIE                                                                                                  \
    "000a0008"                                                                                                         \
    "0123456789abcdef"

/* The option with which a client would come back. */
FW_UNUSED static struct str good_cookie(void)
{
    struct dns_message m = put((struct asking){.options = bytes(CLIENT_COOKIE)});

    ck_assert_uint_eq(m.edns.options.n, 4 + COOKIE_SIZE);
    return str_dup(&f.a, m.edns.options);
}

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

FW_UNUSED static struct str with_behind(struct asking k, struct str more, unsigned records)
{
    size_t n = message_put(&k, f.in);

    memcpy(f.in + n, more.p, more.n);
    write_u16(f.in + 10, (uint16_t)(read_u16(f.in + 10) + records));
    return ask_raw(&f, f.in, n + more.n, k.tcp);
}

#endif
