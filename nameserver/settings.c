#include "nameserver/settings.h"

#include "base/crypto.h"
#include "base/log.h"
#include "dns/message.h"
#include "nameserver/counts.h"

#define SAY_NS UINT64_C(60000000000)

const struct query_settings query_settings_default = {.udp_size = DNS_EDNS_UDP_SIZE, .tcp_idle = 100};

static enum status nsid_read(struct arena *a, struct str text, struct str *nsid_r, struct error *e)
{
    uint8_t *p;

    *nsid_r = text;
    if (str_starts(text, STR("0x"))) {
        struct str hex = str_n(text.p + 2, text.n - 2);

        p = arena_alloc(a, hex.n / 2 + 1);
        if (hex.n == 0 || !hex_decode(hex, p, hex.n / 2))
            return error_set(e, INVALID, "nsid", "nsid: \"%.*s\" is not 0x and pairs of hex digits", STR_ARG(text));
        *nsid_r = str_n((const char *)p, hex.n / 2);
    }
    if (nsid_r->n > NSID_MAX)
        return error_set(e, INVALID, "nsid", "nsid: %zu bytes; at most %d", nsid_r->n, NSID_MAX);
    return OK;
}

static enum status chaos_check(const char *item, struct str text, struct error *e)
{
    if (text.n > CHAOS_TEXT_MAX)
        return error_set(e, INVALID, "text-too-long", "%s: %zu bytes; at most %d", item, text.n, CHAOS_TEXT_MAX);
    return OK;
}

static enum status cookies_open(struct query_setup *u, struct arena *a, const struct query_conf *c, struct error *e)
{
    if (!c->cookies && (c->cookies_required || !str_empty(c->cookie_keys)))
        return error_set(e, INVALID, "cookies", "cookies = no, but cookies-required or cookie-keys is set");
    if (!c->cookies)
        return OK;
    u->settings.cookies = &u->ring;
    u->settings.cookies_required = c->cookies_required;
    if (str_empty(c->cookie_keys))
        return OK;
    u->file.path = str_dupz(a, c->cookie_keys);
    return cookie_file_load(&u->file, &u->ring, e);
}

static enum status rrl_open(struct query_setup *u, const struct query_conf *c, struct error *e)
{
    struct rrl_prefix exempt[RRL_EXEMPT_MAX];
    struct rrl_settings s = {
        .rate = (unsigned)c->rrl_rate,
        .slip = (unsigned)c->rrl_slip,
        .prefix4 = (unsigned)c->rrl_prefix4,
        .prefix6 = (unsigned)c->rrl_prefix6,
        .slots = (unsigned)c->rrl_slots,
        .exempt = exempt,
        .exempt_n = c->rrl_exempt.n,
    };

    if (s.exempt_n > RRL_EXEMPT_MAX)
        return error_set(e, INVALID, "rrl-exempt", "rrl-exempt: %zu networks; at most %d", s.exempt_n, RRL_EXEMPT_MAX);
    for (size_t i = 0; i < s.exempt_n; i++) {
        if (rrl_prefix_parse(c->rrl_exempt.items[i], &exempt[i], e) != OK)
            return error_prefix(e, "rrl-exempt");
    }
    if (c->rrl_rate > 0)
        u->settings.rrl = rrl_new(&s);
    return OK;
}

enum status query_setup_open(struct query_setup *u, struct arena *a, const struct query_conf *c, struct error *e)
{
    *u = (struct query_setup){
        .settings = {.udp_size = (uint16_t)c->udp_size,
            .tcp_idle = (uint16_t)(c->tcp_idle_s < 6553 ? c->tcp_idle_s * 10 : UINT16_MAX),
            .version = c->version,
            .identity = c->identity},
    };
    cookie_ring_init(&u->ring);
    TRY(nsid_read(a, c->nsid, &u->settings.nsid, e));
    TRY(chaos_check("version-answer", c->version, e));
    TRY(chaos_check("identity-answer", c->identity, e));
    TRY(cookies_open(u, a, c, e));
    return rrl_open(u, c, e);
}

static void keys_look(struct query_setup *u)
{
    struct error e;

    if (u->file.path == NULL || !cookie_file_changed(&u->file))
        return;
    if (cookie_file_load(&u->file, &u->ring, &e) == OK)
        log_event(LOG_INFO, "cookies", NULL, "the cookie keys have been read again");
    else
        log_event(LOG_ERROR, "cookies", NULL, "the cookie keys stay as they were: %s", e.text);
}

void query_setup_look(struct query_setup *u, uint64_t now_ns)
{
    uint64_t limited = count_rate_limited();

    keys_look(u);
    if (limited == u->limited_said || (u->said_ns != 0 && now_ns - u->said_ns < SAY_NS))
        return;
    log_event(LOG_WARN, "rate", NULL, "%llu answers were over the rate and have been dropped or cut down",
        (unsigned long long)(limited - u->limited_said));
    u->limited_said = limited;
    u->said_ns = now_ns;
}

void query_setup_close(struct query_setup *u)
{
    rrl_free(&u->settings.rrl);
    cookie_ring_clear(&u->ring);
}
