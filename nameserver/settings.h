/* What an operator chooses about answers.
 *
 * struct query_settings is what the threads that answer read: made before they start, shared by all of them, and not
 * changed while they run (cookie keys and the table of rates have ways of their own). struct query_conf is the same as it
 * stands in a configuration file; query_setup is made of it, and owns what is behind it.
 */
#ifndef FW_NAMESERVER_SETTINGS_H
#define FW_NAMESERVER_SETTINGS_H

#include "base/conf.h"
#include "nameserver/cookie.h"
#include "nameserver/rrl.h"

#define NSID_MAX 64
#define CHAOS_TEXT_MAX 255 /* one character-string */

struct query_settings {
    uint16_t udp_size; /* 512..QUERY_UDP_MAX: the longest answer over UDP, and what OPT says that we take */
    uint16_t tcp_idle; /* what edns-tcp-keepalive says, in 100 ms */
    struct str nsid; /* bytes, at most NSID_MAX; empty: not answered */
    struct str version, identity; /* text in class CH, at most CHAOS_TEXT_MAX; empty: REFUSED */
    struct cookie_ring *cookies; /* NULL: COOKIE is an option like any unknown one */
    bool cookies_required;
    struct rrl *rrl; /* NULL: no rate is limited */
};

/* 1232 bytes, ten seconds, and nothing else. */
extern const struct query_settings query_settings_default;

struct query_conf {
    int64_t udp_size, tcp_idle_s;
    struct str nsid; /* text, or 0x and hex digits */
    struct str version, identity;
    bool cookies, cookies_required;
    struct str cookie_keys; /* path; empty: a random key */
    int64_t rrl_rate; /* 0: off */
    int64_t rrl_slip, rrl_prefix4, rrl_prefix6, rrl_slots;
    struct conf_list rrl_exempt;
};

struct query_setup {
    struct query_settings settings;
    struct cookie_ring ring;
    struct cookie_file file; /* path NULL: none */
    uint64_t limited_said; /* count_rate_limited() when it was last logged */
    uint64_t said_ns;
};

/* INVALID with the item's name in the text; the cookie keys' errors are cookie_file_load's. The arena, and what c points
 * into, live as long as the setup. Close it in any case. */
enum status query_setup_open(
    struct query_setup *u, struct arena *a, const struct query_conf *c, struct error *e) FW_MUST_CHECK;
/* Once a second: reads the cookie keys again when their file has been replaced, and says once a minute, in the log, that
 * rates have been limited. */
void query_setup_look(struct query_setup *u, uint64_t now_ns) FW_NONNULL_ALL;
void query_setup_close(struct query_setup *u) FW_NONNULL_ALL;

#endif
