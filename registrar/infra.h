/* The name servers' own side of things at start: the pool of hosts, and orders for their domains. */
#ifndef FW_REGISTRAR_INFRA_H
#define FW_REGISTRAR_INFRA_H

#include "registrar/step.h"

struct infra_conf {
    struct conf_list name_servers; /* four lines: domain, IPv4 or -, IPv6 or - */
    bool own;
    struct str account; /* that owns the name servers' zones and domains */
    struct conf_list contact;
};
#define INFRA_CONF_ITEMS(type, m)                                                                                      \
    {"name-server", CONF_LIST, offsetof(type, m.name_servers), NULL, 0, 0,                                             \
        "A column of name servers: DOMAIN IPV4 IPV6 (- for none); exactly four lines, four different TLDs."},          \
        {"own-name-servers", CONF_BOOL, offsetof(type, m.own), "yes", 0, 0,                                            \
            "Whether we register the name servers' domains ourselves; no: they are registered elsewhere."},            \
        {"house-account", CONF_STR, offsetof(type, m.account), "house", 0, 0,                                          \
            "Account that owns the name servers' domains."},                                                           \
    {                                                                                                                  \
        "house-contact", CONF_LIST, offsetof(type, m.contact), "", 0, 0,                                               \
            "Registrant of the name servers' domains: one line a field, FIELD VALUE (name, street, city …)."         \
    }

/* Fills the pool of hosts, opens the house account, and places an order of kind infra for each of the four domains
 * that we serve ourselves, where the newest one is missing or failed. Idempotent; runs at each start. */
enum status infra_ensure(struct registrar *us, const struct infra_conf *c, struct db *db, struct arena *a, time_us now,
    struct error *e) FW_MUST_CHECK;

#endif
