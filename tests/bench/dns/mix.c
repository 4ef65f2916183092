#include "tests/bench/dns/mix.h"

#include "base/compiler.h"

enum { A = 1, MX = 15, TXT = 16, AAAA = 28 };

const struct mix_kind mix_kinds[MIX_KINDS] = {
    {"www.", A, 0, 1},
    {"", A, 0, 1},
    {"www.", A, 0, 1},
    {"mail.", A, 0, 1},
    {"www.", A, 0, 1},
    {"", A, 0, 1},
    {"www.", A, 0, 1},
    {"www.", AAAA, 0, 1},
    {"www.", AAAA, 0, 1},
    {"www.", AAAA, 0, 1},
    {"c.", A, 0, 2},
    {"c.", A, 0, 2},
    {"c.", AAAA, 0, 2},
    {"", MX, 0, 1},
    {"", TXT, 0, 1},
    {"", MX, 0, 1},
    {"x.w.", A, 0, 1},
    {"y.w.", A, 0, 1},
    {"no.", A, 3, 0},
    {"nope.", A, 3, 0},
};

const char mix_zone[] = "$TTL 300\n"
                        "@ SOA ns-1.fourways-dns.test. hostmaster 1 7200 900 1209600 300\n"
                        "@ NS ns-1.fourways-dns.test.\n"
                        "@ NS ns-2.fourways-dns.example.\n"
                        "@ A 192.0.2.1\n"
                        "@ MX 10 mail\n"
                        "@ TXT \"v=spf1 -all\"\n"
                        "www A 192.0.2.1\n"
                        "www AAAA 2001:db8::1\n"
                        "mail A 192.0.2.2\n"
                        "c CNAME www\n"
                        "*.w A 192.0.2.3\n";

static void put_u16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static size_t put_name(uint8_t *p, const char *text)
{
    uint8_t *from = p;

    while (*text != 0) {
        size_t n = strcspn(text, ".");

        *p++ = (uint8_t)n;
        memcpy(p, text, n);
        p += n;
        text += n + (text[n] == '.');
    }
    *p++ = 0;
    return (size_t)(p - from);
}

size_t mix_query(uint8_t p[MIX_QUERY_MAX], uint16_t id, unsigned long long zone, unsigned kind)
{
    static const uint8_t opt[11] = {0, 0, 41, 1232 >> 8, 1232 & 255};
    const struct mix_kind *k = &mix_kinds[kind % MIX_KINDS];
    char text[MIX_QUERY_MAX / 2];
    size_t n = 12;

    INVARIANT((size_t)snprintf(text, sizeof(text), "%szone%llu.test", k->prefix, zone) < sizeof(text));
    memset(p, 0, 12);
    put_u16(p, id);
    p[5] = p[11] = 1;
    n += put_name(p + n, text);
    put_u16(p + n, k->type);
    put_u16(p + n + 2, 1);
    memcpy(p + n + 4, opt, sizeof(opt));
    return n + 4 + sizeof(opt);
}
