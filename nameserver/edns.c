#include "nameserver/edns.h"

#include <netinet/in.h>

#include "base/clock.h"
#include "nameserver/query_impl.h"

enum { OPTION_NSID = 3, OPTION_COOKIE = 10, OPTION_KEEPALIVE = 11, OPTION_EDE = 15 };

_Static_assert(4 + NSID_MAX + 4 + COOKIE_SIZE + 6 + 6 <= ANSWER_OPTIONS_MAX, "all options at once have room");

/* What the options ask for; a second one of a kind is passed over. */
struct asked {
    bool nsid, keepalive;
    struct str cookie; /* STR_NULL: none */
};

static struct asked options_read(struct str options)
{
    struct asked a = {.cookie = STR_NULL};

    for (size_t at = 0; options.n - at >= 4;) {
        uint16_t code = read_u16(options.p + at);
        size_t n = read_u16(options.p + at + 2);

        a.nsid |= code == OPTION_NSID;
        a.keepalive |= code == OPTION_KEEPALIVE;
        if (code == OPTION_COOKIE && str_is_null(a.cookie))
            a.cookie = str_n(options.p + at + 4, n);
        at += 4 + n;
    }
    return a;
}

static void option_add(struct query *q, uint16_t code, const void *p, size_t n)
{
    uint8_t *at = q->opt + (q->opt_size - DNS_OPT_SIZE);

    INVARIANT((size_t)(q->opt_size - DNS_OPT_SIZE) + 4 + n <= ANSWER_OPTIONS_MAX);
    write_u16(at, code);
    write_u16(at + 2, (uint16_t)n);
    if (n > 0)
        memcpy(at + 4, p, n);
    q->opt_size = (uint16_t)(q->opt_size + 4 + n);
}

void edns_explain(struct query *q, uint16_t code)
{
    uint8_t info[2];

    if (q->opt_size == 0)
        return;
    write_u16(info, code);
    option_add(q, OPTION_EDE, info, sizeof(info));
}

/* ---- cookies ----------------------------------------------------------------------------------------- */

static struct str client_addr(const struct sockaddr_storage *sa)
{
    if (sa->ss_family == AF_INET)
        return str_n((const char *)&((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
    return str_n((const char *)&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
}

/* Counts, and prepares the cookie to answer with. */
static enum cookie_verdict cookie_take(struct query_view *v, struct query *q, struct str option)
{
    struct str addr = client_addr(q->client);
    uint32_t now = (uint32_t)(clock_now() / US_PER_S);
    uint8_t answer[COOKIE_SIZE];
    enum cookie_verdict verdict;

    cookie_ring_follow(v->settings->cookies, &v->cookie_keys, &v->cookie_version);
    verdict = cookie_check(&v->cookie_keys, option, addr, now);
    v->counts.cookies[verdict]++;
    if (verdict == COOKIE_MALFORMED)
        return verdict;
    cookie_answer(&v->cookie_keys, option, verdict, addr, now, answer);
    option_add(q, OPTION_COOKIE, answer, sizeof(answer));
    return verdict;
}

static bool cookies_known(const struct query_view *v, const struct query *q)
{
    return v->settings->cookies != NULL && q->client != NULL;
}

/* false when it has been answered. */
static bool cookie_handle(struct query_view *v, struct query *q, struct str option)
{
    enum cookie_verdict verdict = COOKIE_CLIENT_ONLY;

    if (!str_is_null(option)) {
        verdict = cookie_take(v, q, option);
        q->cookie_good = verdict == COOKIE_GOOD;
    }
    if (verdict == COOKIE_MALFORMED) {
        query_answer_empty(v, q, 0, DNS_FORMERR);
        return false;
    }
    if (verdict == COOKIE_GOOD || !v->settings->cookies_required || q->tcp)
        return true;
    if (str_is_null(option)) {
        v->counts.truncated++;
        query_answer_empty(v, q, DNS_TC, DNS_NOERROR);
    } else {
        query_answer_empty(v, q, 0, DNS_BADCOOKIE);
    }
    return false;
}

bool edns_cookie_alone(struct query_view *v, struct query *q)
{
    struct asked a = options_read(q->options);
    enum cookie_verdict verdict;

    if (q->opt_size == 0 || str_is_null(a.cookie) || !cookies_known(v, q))
        return false;
    verdict = cookie_take(v, q, a.cookie);
    if (verdict == COOKIE_MALFORMED)
        return false;
    q->cookie_good = verdict == COOKIE_GOOD;
    query_answer_empty(v, q, 0, verdict == COOKIE_BAD ? DNS_BADCOOKIE : DNS_NOERROR);
    return true;
}

bool edns_options(struct query_view *v, struct query *q)
{
    struct asked a = options_read(q->options);
    uint8_t idle[2];

    if (cookies_known(v, q) && !cookie_handle(v, q, a.cookie))
        return false;
    if (a.nsid && !str_empty(v->settings->nsid))
        option_add(q, OPTION_NSID, v->settings->nsid.p, v->settings->nsid.n);
    if (a.keepalive && q->tcp) {
        write_u16(idle, v->settings->tcp_idle);
        option_add(q, OPTION_KEEPALIVE, idle, sizeof(idle));
    }
    return true;
}
