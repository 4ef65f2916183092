/* What kind of registry the sandbox plays: limits, models and quirks, as data that it enforces.
 *
 * One file per family of registries, registry/personalities/NAME.conf; the keys have the names and words of the
 * profiles that clients read (registry/profile.h), where both speak of the same thing: what a profile promises, a
 * personality demands. The sandbox reads one at its start (configuration item `personality`) and asks nothing but
 * it about manners; prices, periods and labels are rows of table `tld`. Adding a personality is adding a file. The
 * keys, each with its meaning, default and limits, are one table, personality_items in sandbox_personality.c; an
 * empty file, or none, is a plain RFC registry of host and contact objects.
 */
#ifndef FW_REGISTRY_SANDBOX_PERSONALITY_H
#define FW_REGISTRY_SANDBOX_PERSONALITY_H

#include "registry/char_kinds.h"
#include "registry/contact_role.h"

#define SB_TOKENS_MAX 16
#define SB_PHASES_MAX 4
#define SB_TRADEMARKS_MAX 16

/* Words of the file, in the order of personality_items; the first of each is the default. */
enum sandbox_contacts { SB_CONTACTS_THICK, SB_CONTACTS_NONE };
enum sandbox_registrant { SB_REGISTRANT_TLD, SB_REGISTRANT_REQUIRED, SB_REGISTRANT_OPTIONAL };
enum sandbox_hosts { SB_HOSTS_OBJECTS, SB_HOSTS_ATTRIBUTES, SB_HOSTS_BESIDE };
enum sandbox_restore { SB_RESTORE_REPORT, SB_RESTORE_REQUEST, SB_RESTORE_NONE };
enum sandbox_transfer_mode { SB_TRANSFER_APPROVAL, SB_TRANSFER_IMMEDIATE, SB_TRANSFER_PUSH };
enum sandbox_contact_ids { SB_IDS_CLIENT, SB_IDS_AUTO, SB_IDS_REGISTRY };
enum sandbox_contact_auth { SB_CONTACT_AUTH_GIVEN, SB_CONTACT_AUTH_EMPTY };
enum sandbox_host_addrs { SB_ADDRS_DOMAIN, SB_ADDRS_ALWAYS };
enum sandbox_auth_clear { SB_CLEAR_ANY, SB_CLEAR_NULL, SB_CLEAR_EMPTY, SB_CLEAR_NEVER };
enum sandbox_period { SB_PERIOD_ANY, SB_PERIOD_YEARS, SB_PERIOD_MONTHS, SB_PERIOD_NONE };
enum sandbox_excess { SB_EXCESS_CLOSE, SB_EXCESS_REFUSE, SB_EXCESS_DELAY };
enum sandbox_fee_need { SB_FEE_NEVER, SB_FEE_PREMIUM, SB_FEE_ALWAYS };
enum sandbox_low_balance { SB_LOW_NONE, SB_LOW_TEXT, SB_LOW_VERISIGN, SB_LOW_FRED };
enum sandbox_secdns { SB_SECDNS_DS, SB_SECDNS_KEYS, SB_SECDNS_BOTH };
enum sandbox_postal_rule { SB_POSTAL_BOTH, SB_POSTAL_INT, SB_POSTAL_LOC };

/* A label whose names are only for who has the token (RFC 8495). */
struct sandbox_token {
    struct str label, token;
};

/* One of a launch (sandbox_launch.h). */
struct sandbox_phase {
    struct str word; /* "sunrise", "landrush", "claims" */
    int64_t days;
    bool applications;
};
/* A label that the trademark clearing house knows, and the key of its notice. */
struct sandbox_trademark {
    struct str label, key;
};

struct sandbox_personality {
    struct str name, description;

    /* session */
    struct conf_list extensions; /* offered, of those that the sandbox knows; empty: all */
    bool fred; /* FRED's objects in the place of EPP's own: sandbox_fred.h */
    bool login_all_services; /* a login must name every object of the greeting */
    int64_t sessions_max; /* of one registrar; 0: as the configuration says, like those below */
    int64_t idle_s, lifetime_s;
    bool farewell; /* an answer 2500 before the session is closed for its age or its silence */
    int64_t pipeline; /* 1: a command that comes before the answer to the last is refused (2002); 0: any may */
    int64_t commands_per_s, burst;
    enum sandbox_excess excess; /* 2502 and closed, 2400, or kept waiting */
    int64_t error_penalty_ms; /* before the answer to a refused command */
    int64_t check_max; /* keys in one check */

    /* passwords of registrars */
    int64_t password_min, password_max; /* length of a new one; more than 16 needs the loginSec extension */
    unsigned password_needs; /* char_kinds.h */
    int64_t password_days, password_warn_days; /* it ends so long after it was set; 0: never. Told so long before */
    int64_t lock_after, lock_s; /* failed logins that lock the account, 0: none do; and for how long */

    /* contacts */
    enum sandbox_contacts contacts;
    enum sandbox_registrant registrant;
    struct contact_role *roles;
    size_t roles_n; /* 0: contacts of any type in any number */
    enum sandbox_postal_rule postal;
    enum sandbox_contact_ids contact_ids; /* who makes them; AUTO: the registry, for who asks for "auto" */
    enum sandbox_contact_auth contact_auth; /* EMPTY: a create may leave it empty */

    /* hosts */
    enum sandbox_hosts hosts;
    int64_t hosts_min, hosts_max; /* name servers of a domain; min counts only where it has any */
    bool hosts_optional; /* a domain may stand without */
    enum sandbox_host_addrs host_addrs; /* where they are attributes */

    /* authInfo */
    int64_t authinfo_min, authinfo_max;
    unsigned authinfo_needs; /* char_kinds.h */
    bool authinfo_empty; /* a create may leave it empty (RFC 9154 4.1): then there is none */
    bool authinfo_shown; /* info tells it to the sponsor */
    bool authinfo_reset; /* a transfer takes it away */
    enum sandbox_auth_clear authinfo_clear; /* how an update may */

    /* ways of doing */
    bool namestore; /* each command on an object says its sub-product */
    enum sandbox_period period; /* of create, renew and transfer */
    bool renew; /* there is a renew command */
    bool create_pending; /* a create is answered 1001, and its outcome comes as a message */
    int64_t create_pending_s;
    struct str create_denied; /* labels that begin so are denied in the end; empty: none is */
    enum sandbox_restore restore;
    enum sandbox_transfer_mode transfer;
    bool transfer_renews; /* a transfer adds its period, and costs it */
    enum sandbox_fee_need fee_need; /* which commands must say what they agree to pay */
    enum sandbox_low_balance low_balance; /* form of the message about it: sandbox_balance.h */
    int64_t low_balance_cents;
    int64_t ds_max; /* DS records of a domain; 0: it takes none */
    enum sandbox_secdns secdns; /* which of RFC 5910's interfaces */
    int64_t max_sig_life; /* seconds; 0: it is not taken */
    bool ds_urgent; /* there are urgent updates */
    struct sandbox_token tokens[SB_TOKENS_MAX];
    size_t tokens_n;
    struct sandbox_phase phases[SB_PHASES_MAX]; /* one after the other, then names are open */
    size_t phases_n;
    struct sandbox_trademark trademarks[SB_TRADEMARKS_MAX];
    size_t trademarks_n;
};

extern const struct conf_item sandbox_personality_items[];
extern const size_t sandbox_personality_items_n;

/* path empty: the defaults. INVALID names file, line and key. */
enum status sandbox_personality_read(
    struct arena *a, struct str path, struct sandbox_personality *p_r, struct error *e) FW_MUST_CHECK;
/* NULL when the password is one that the personality takes, else what it lacks. */
const char *sandbox_authinfo_lacks(const struct sandbox_personality *p, struct str pw);
/* The same of a registrar's own new password. */
const char *sandbox_password_lacks(const struct sandbox_personality *p, struct str pw);

#endif
