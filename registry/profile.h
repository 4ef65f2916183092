/* How a registry wants to be spoken to, as data.
 *
 * One file per registry, registry/profiles/NAME.conf, read at start: the services to log in with, how contacts and hosts
 * are modelled, what authInfo must look like, how periods, renewals, transfers and restores work, which words and
 * codes it uses that are not EPP's, its limits, and its TLDs with their rules (registry/tld.h). Everything that
 * builds a command (registry/epp_*.c, ensure.c), reads an answer (epp_call.c) or opens a session (pool.c) asks here
 * and nowhere else what this registry is like: adding a registry is adding such a file; code changes only when it
 * speaks a dialect that no key describes.
 *
 * The keys, each with its meaning, default and limits, are one table, profile_items in registry/profile_keys.c. It is
 * also what docs/registry-profiles.md is made of (make docs). An unknown key, a bad value, a value that does not go
 * with another are refused with file, line and key. registry/profiles/sandbox.conf shows every key.
 *
 * A profile holds no credentials and no addresses: those are the registrar's own, a second file per
 * registry (struct registry_config), so that profiles can be shared and published.
 */
#ifndef FW_REGISTRY_PROFILE_H
#define FW_REGISTRY_PROFILE_H

#include "registry/contact_role.h"
#include "registry/tld.h"

#define PROFILE_SERVICES_MAX 32 /* objects, extensions, required extensions: of each */
#define PROFILE_TLDS_MAX 512
#define PROFILE_REMAPS_MAX 64 /* statuses, and codes */
#define PROFILE_SIGNS_MAX 32

struct epp_fee_version;

/* Words of the file; the first of each is the default. */
enum profile_contacts {
    PROFILE_CONTACTS_THICK, /* a domain has the contacts that the roles below demand */
    PROFILE_CONTACTS_OPTIONAL, /* contact objects exist; a domain may stand without any */
    PROFILE_CONTACTS_NONE /* there are none: a thin registry */
};
enum profile_presence { PROFILE_REQUIRED, PROFILE_OPTIONAL, PROFILE_NONE };
enum profile_postal { PROFILE_POSTAL_INT, PROFILE_POSTAL_LOC, PROFILE_POSTAL_BOTH };
enum profile_hosts {
    PROFILE_HOSTS_OBJECTS, /* RFC 5732; domains name them (hostObj) */
    PROFILE_HOSTS_ATTRIBUTES, /* inside the domain (hostAttr) */
    PROFILE_HOSTS_SETS /* FRED: a set of name servers is an object that domains name */
};
enum profile_host_addrs {
    PROFILE_ADDRS_ZONES, /* of a host below any of the registry's TLDs */
    PROFILE_ADDRS_DOMAIN, /* of a host below the very domain that it serves */
    PROFILE_ADDRS_ALWAYS
};
enum profile_style { PROFILE_STYLE_PREFIX, PROFILE_STYLE_DEFAULT };
enum profile_auth_create { PROFILE_AUTH_GIVEN, PROFILE_AUTH_EMPTY };
enum profile_auth_clear { PROFILE_CLEAR_NULL, PROFILE_CLEAR_EMPTY, PROFILE_CLEAR_NEVER };
enum profile_auth_source { PROFILE_AUTH_OURS, PROFILE_AUTH_REGISTRY };
enum profile_period { PROFILE_PERIOD_YEARS, PROFILE_PERIOD_MONTHS, PROFILE_PERIOD_NONE };
enum profile_transfer { PROFILE_TRANSFER_APPROVAL, PROFILE_TRANSFER_IMMEDIATE, PROFILE_TRANSFER_PUSH };
enum profile_restore {
    PROFILE_RESTORE_REPORT, /* RFC 3915: request, then report */
    PROFILE_RESTORE_REQUEST, /* RFC 3915: the request alone restores */
    PROFILE_RESTORE_VENDOR, /* by the registry's own extension or page */
    PROFILE_RESTORE_NONE
};
enum profile_dnssec { PROFILE_DNSSEC_DS, PROFILE_DNSSEC_KEYS, PROFILE_DNSSEC_EITHER };
enum profile_fee_need { PROFILE_FEE_NEVER, PROFILE_FEE_PREMIUM, PROFILE_FEE_ALWAYS };
/* Of the extensions that the profile names. */
/* How a create says the table or language of an internationalized name: not at all, idn-1.0, Verisign's idnLang-1.0. */
enum profile_idn { PROFILE_IDN_NONE, PROFILE_IDN_TABLE, PROFILE_IDN_LANG };
enum profile_secdns { PROFILE_SECDNS_NONE, PROFILE_SECDNS_1_0, PROFILE_SECDNS_1_1 };
enum profile_transport { PROFILE_OVER_TLS, PROFILE_OVER_HTTPS };
enum profile_tls { PROFILE_TLS_1_2, PROFILE_TLS_1_3 };

/* What the registry says, and what it means in EPP's words. */
struct profile_status_map {
    struct str theirs, ours; /* ours empty: the word is dropped */
};
struct profile_code_map {
    struct str command; /* "domain-info"; "*": any */
    int theirs, ours;
};

/* Which of the registry's messages mean what; profile_message. */
struct profile_message {
    int meaning; /* enum registry_meaning */
    struct str pattern; /* "%: renewed for a year", "data:lowBalance" */
};

struct registry_profile {
    struct str name; /* "sandbox" */
    struct str description;

    /* services and style */
    struct conf_list objects; /* service URIs demanded at login: urn:ietf:params:xml:ns:domain-1.0 … */
    struct conf_list extensions; /* used where the greeting offers them */
    struct conf_list extensions_required; /* a greeting without one is refused */
    struct str login_lang; /* "en" */
    enum profile_style style; /* of the object's element: <domain:check xmlns:domain=…> or <check xmlns=…> */

    bool fred; /* its objects are FRED's (epp/fred_object.h); as `objects` says */

    /* contacts */
    enum profile_contacts contacts;
    enum profile_presence registrant;
    struct contact_role *roles; /* of the other contacts; a role that is not here is not sent */
    size_t roles_n;
    enum profile_postal contact_postal;
    bool contact_ids_ours; /* no: the registry makes them, whatever we send */
    enum profile_auth_create contact_auth; /* what contacts carry */

    /* hosts */
    enum profile_hosts hosts;
    int64_t hosts_min, hosts_max; /* name servers of a domain; min counts only where any are given */
    bool hosts_optional; /* a domain may stand without name servers */
    enum profile_host_addrs host_addrs; /* which hosts need addresses; others are sent without */
    int64_t host_addrs_max; /* of one host */

    /* DNSSEC */
    enum profile_idn idn; /* as the extensions say */
    enum profile_secdns secdns; /* the version spoken; NONE: the registry takes nothing */
    enum profile_dnssec dnssec; /* what it is told */
    int64_t dnssec_max; /* DS records or keys of a domain */
    bool dnssec_max_sig_life; /* whether it may be told how long signatures should live */
    bool dnssec_urgent; /* whether it takes urgent changes */

    /* authInfo */
    int64_t authinfo_min, authinfo_max; /* length of the password we make */
    struct str authinfo_signs; /* signs it may hold besides letters and digits; empty: none */
    unsigned authinfo_needs; /* registry/char_kinds.h */
    enum profile_auth_create authinfo_create; /* what a create carries (RFC 9154 4.1: empty) */
    enum profile_auth_clear authinfo_clear; /* how one is taken away */
    enum profile_auth_source authinfo_source; /* who makes the one that a transfer needs */
    bool authinfo_shown; /* info returns it to the sponsor */
    bool authinfo_hashed; /* kept as a hash: info shows at most that there is one */
    int64_t authinfo_ttl_s; /* after which the registry forgets one that was set; 0: never */

    /* periods, renewal, transfer, restore */
    enum profile_period period; /* unit of the period in create, renew and transfer; NONE: not sent */
    bool renew_explicit; /* there is a renew command */
    bool renew_auto; /* at expiry the registry renews by itself, and charges */
    int64_t renew_years_min, renew_years_max; /* of one renew command */
    int64_t term_years_max; /* no expiry may lie further ahead */
    enum profile_transfer transfer;
    bool release; /* it takes the command that hands a domain to another registrar (epp/release.h) */
    bool transfer_auth; /* a transfer request needs authInfo */
    int64_t transfer_days; /* after which a pending request is granted by itself; 0: never */
    int64_t transfer_years_min, transfer_years_max; /* added to the term; max 0: no period is sent */
    enum profile_restore restore;

    /* fees */
    struct str fee_version; /* "1.0", "0.11" …; "none" */
    const struct epp_fee_version *fee; /* the same (epp/fee.h); NULL: none */
    enum profile_fee_need fee_need; /* which commands must carry the fee */
    struct str fee_currency; /* "USD"; empty: the registry's default */

    bool allocation_token; /* it takes the allocation tokens of RFC 8495 */
    bool launch; /* it has launch phases, by RFC 8334 */

    /* answers */
    struct profile_status_map *status_maps;
    size_t status_maps_n;
    struct profile_code_map *code_maps;
    size_t code_maps_n;
    struct profile_message *messages;
    size_t messages_n;

    /* limits */
    int64_t sessions_max; /* at once, for this registrar */
    int64_t check_max; /* names per check */
    int64_t pipeline; /* commands in flight on one session (RFC 5734 section 3); 1: each waits for the one before */
    bool svtrid_repeats; /* the registry's svTRIDs are not unique, so that a repeated one says nothing */
    int64_t commands_per_s; /* over all sessions; 0: no limit */
    int64_t burst; /* commands that may go at once after a pause; 0: a second's worth */
    int64_t error_penalty_ms; /* how much longer the next command waits after one that was refused */
    int64_t logins_per_min; /* over all sessions; 0: no limit */
    int64_t idle_s; /* the registry closes a session that is quiet so long; we speak earlier */
    struct str keepalive; /* with what: "poll", "hello", or "check NAME" */
    int64_t lifetime_s; /* the registry closes a session that is so old, busy or not; 0: never */
    int64_t answer_s; /* how long we wait for an answer */
    int64_t skew_s; /* by how much its clock may differ from ours */

    /* transport */
    struct str subproduct; /* namestoreExt for what belongs to no TLD (contacts, hosts outside); empty: none */
    enum profile_transport transport; /* RFC 5734, which we speak, or HTTPS, which we do not */
    bool tls_certificate; /* it wants a client certificate */
    enum profile_tls tls_min;

    struct tld_policy *tlds;
    size_t tlds_n;
};

/* INVALID with the code "profile-…" or "config-…"; the text begins with "FILE:LINE: KEY". */
enum status profile_read(
    struct arena *a, const char *path, struct registry_profile **p_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The policy of one of this registry's TLDs ("test"); NULL if it does not serve it. */
const struct tld_policy *profile_tld(const struct registry_profile *p, struct str tld);
/* True where name (A-labels) lies in one of the registry's zones: a host there needs addresses. */
bool profile_serves(const struct registry_profile *p, struct str name);
/* True where this name server of that domain must be sent with addresses. domain empty: a host object by itself. */
bool profile_host_has_addrs(const struct registry_profile *p, struct str host, struct str domain);
/* The row of that contact type; NULL where domains of this registry have none. */
const struct contact_role *profile_role(const struct registry_profile *p, struct str type);
/* Sub-product (namestoreExt) of the domain or host name; empty: none. name empty: of what has no TLD. */
struct str profile_subproduct(const struct registry_profile *p, struct str name);
/* The registry's status word in EPP's words; empty: it means nothing to us. */
struct str profile_status(const struct registry_profile *p, struct str theirs);
/* What a poll message means: enum registry_meaning. text: its words, or "data:" and the word of its response data
 * (registry/epp_poll.c). *object_r: what stands in the pattern's place of a name; untouched where it has none. */
int profile_message(const struct registry_profile *p, struct str text, struct str *object_r);
/* "renewed"; "unknown". */
const char *profile_meaning_word(int meaning);
/* The result code as EPP would have it. command: "domain-info". */
int profile_code(const struct registry_profile *p, const char *command, int theirs);

/* The registrar's connection to one registry: a `key = value` file that the registrar's configuration
 * names (registry/profiles/connection.example.conf describes each key). File names in it are relative to that
 * file's own directory. */
struct registry_config {
    struct str id; /* our word for it in the database and the logs: "sandbox" */
    struct str profile_file;
    struct str addr; /* "epp.registry.example:700", "127.0.0.1:8070" */
    struct str tls_name; /* the name its certificate must have */
    struct str clid; /* our account there */
    struct str password_file; /* one line; mode 0600 */
    struct str tech_contact; /* who answers for sets of name servers; empty where there are none */
    struct str ca_file, cert_file, key_file; /* cert and key may be empty */
    int64_t sessions_max; /* 0: the profile's */
    struct registry_profile *profile; /* read from profile_file */
};
enum status registry_config_read(
    struct arena *a, const char *path, struct registry_config *c_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
