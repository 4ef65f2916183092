/* The keys of a profile: one table, which is read, checked, and printed as docs/registry-profiles.md. */
#include "registry/profile_keys.h"

#include "registry/adapter.h"

#define AT(field) offsetof(struct profile_file, p.field)
#define TEXT(field) offsetof(struct profile_file, field)

const struct conf_item profile_items[] = {
    /* ---- Name ---- */
    {"name", CONF_STR, AT(name), NULL, 0, 0, "Name of the registry in TLD tables and logs."},
    {"description", CONF_STR, AT(description), "", 0, 0, "What it is, for people."},

    /* ---- Services ---- */
    {"object", CONF_LIST, AT(objects), NULL, 0, 0, "Object service URI demanded at login."},
    {"extension", CONF_LIST, AT(extensions), "", 0, 0,
        "Extension URI used where the registry offers it; those of fee-version and restore come by themselves."},
    {"extension-required", CONF_LIST, AT(extensions_required), "", 0, 0,
        "Extension URI demanded at login: a registry that does not offer it is refused."},
    {"login-lang", CONF_STR, AT(login_lang), "en", 0, 0, "Language of the registry's messages, asked for at login."},
    {"style", CONF_WORD, AT(style), "prefix|default", 0, 0,
        "How the object's element names its namespace: by a prefix (domain:check), or as the default one."},

    /* ---- Contacts ---- */
    {"contacts", CONF_WORD, AT(contacts), "thick|optional|none", 0, 0,
        "Contact objects: domains must have them, may have them, or there are none (a thin registry)."},
    {"registrant", CONF_WORD, AT(registrant), "required|optional|none", 0, 0, "Registrant of a domain."},
    {"contact", CONF_LIST, TEXT(roles), "", 0, 0,
        "TYPE MIN-MAX: a type of contact that a domain has beside its registrant (admin, tech, billing), and how many; "
        "a type that is not named is not sent."},
    {"contact-postal", CONF_WORD, AT(contact_postal), "int|loc|both", 0, 0,
        "Form of contacts' addresses: int (ASCII), loc (local), or both with the same content. What ASCII cannot say "
        "goes as loc."},
    {"contact-ids-ours", CONF_BOOL, AT(contact_ids_ours), "yes", 0, 0,
        "Whether we choose the ids of contacts; no: the registry makes them, and we ask for \"auto\"."},
    {"contact-authinfo", CONF_WORD, AT(contact_auth), "given|empty", 0, 0,
        "authInfo of contacts: a password that nobody needs, or an empty one."},

    /* ---- Hosts ---- */
    {"hosts", CONF_WORD, AT(hosts), "objects|attributes|sets", 0, 0,
        "Name servers: objects of their own, attributes of the domain, or sets that domains name (FRED)."},
    {"hosts-min", CONF_INT, AT(hosts_min), "2", 0, REGISTRY_HOSTS_MAX, "Fewest name servers of a domain with any."},
    {"hosts-max", CONF_INT, AT(hosts_max), "13", 1, REGISTRY_HOSTS_MAX, "Most name servers of a domain."},
    {"hosts-optional", CONF_BOOL, AT(hosts_optional), "no", 0, 0, "Whether a domain may stand without name servers."},
    {"host-addresses", CONF_WORD, AT(host_addrs), "zones|domain|always", 0, 0,
        "Which name servers are sent with addresses: those below any TLD of the registry, those below the domain that "
        "they serve, or all."},
    {"host-addresses-max", CONF_INT, AT(host_addrs_max), "13", 1, REGISTRY_ADDRS_MAX, "Most addresses of a host."},

    /* ---- DNSSEC ---- */
    {"dnssec", CONF_WORD, AT(dnssec), "ds|keys|either", 0, 0,
        "What the registry is told of a signed domain, where an extension secDNS stands above: DS records, the keys "
        "from "
        "which it makes them, or either."},
    {"dnssec-max", CONF_INT, AT(dnssec_max), "6", 1, REGISTRY_DS_MAX, "Most DS records, or keys, of a domain."},
    {"dnssec-max-sig-life", CONF_BOOL, AT(dnssec_max_sig_life), "no", 0, 0,
        "Whether it may be told how long signatures should live (maxSigLife)."},
    {"dnssec-urgent", CONF_BOOL, AT(dnssec_urgent), "no", 0, 0, "Whether it takes urgent changes (RFC 5910)."},

    /* ---- authInfo ---- */
    {"authinfo-min", CONF_INT, AT(authinfo_min), "12", 6, REGISTRY_AUTHINFO_MAX, "Shortest authInfo, characters."},
    {"authinfo-max", CONF_INT, AT(authinfo_max), "16", 6, REGISTRY_AUTHINFO_MAX, "Longest authInfo, characters."},
    {"authinfo-signs", CONF_STR, AT(authinfo_signs), "-_.!", 0, 0,
        "Signs that authInfo may hold beside ASCII letters and digits; empty: none."},
    {"authinfo-needs", CONF_STR, TEXT(needs), "upper lower digit sign", 0, 0,
        "Kinds of characters of which authInfo must hold one at least: of upper, lower, digit, sign."},
    {"authinfo-create", CONF_WORD, AT(authinfo_create), "given|empty", 0, 0,
        "What a create carries: a fresh authInfo, or an empty one that is set only when it is needed (RFC 9154)."},
    {"authinfo-clear", CONF_WORD, AT(authinfo_clear), "null|empty|never", 0, 0,
        "How authInfo is taken away: by a null element, by an empty password, or not at all."},
    {"authinfo-source", CONF_WORD, AT(authinfo_source), "ours|registry", 0, 0,
        "Who makes the authInfo that a transfer needs: we set it by update, or the registry hands it to the holder."},
    {"authinfo-shown", CONF_BOOL, AT(authinfo_shown), "no", 0, 0, "Whether info shows authInfo to the sponsor."},
    {"authinfo-hashed", CONF_BOOL, AT(authinfo_hashed), "no", 0, 0,
        "Whether the registry keeps a hash of it only, so that info shows at most that there is one."},
    {"authinfo-ttl-s", CONF_INT, AT(authinfo_ttl_s), "0", 0, 366 * 86400,
        "Seconds after which the registry forgets authInfo that was set; 0: never."},

    /* ---- Periods, renewal, transfer, restore ---- */
    {"period", CONF_WORD, AT(period), "years|months|none", 0, 0,
        "Unit of the period in create, renew and transfer; none: the registry takes no period."},
    {"renew-explicit", CONF_BOOL, AT(renew_explicit), "yes", 0, 0, "Whether there is a renew command."},
    {"renew-auto", CONF_BOOL, AT(renew_auto), "yes", 0, 0,
        "Whether the registry renews a domain by itself when it expires, and charges for it."},
    {"renew-years-min", CONF_INT, AT(renew_years_min), "1", 1, 99, "Fewest years of one renewal."},
    {"renew-years-max", CONF_INT, AT(renew_years_max), "10", 1, 99, "Most years of one renewal."},
    {"term-years-max", CONF_INT, AT(term_years_max), "10", 1, 99, "Years ahead beyond which no domain can expire."},
    {"transfer", CONF_WORD, AT(transfer), "approval|immediate|push", 0, 0,
        "How a domain changes its registrar: on request, which the other registrar can answer; on request, at once; or "
        "pushed by the one that has it."},
    {"release", CONF_BOOL, AT(release), "no", 0, 0,
        "Whether the registrar that has a domain hands it to another by release (Nominet's std-release-1.0)."},
    {"transfer-authinfo", CONF_BOOL, AT(transfer_auth), "yes", 0, 0, "Whether a transfer request needs authInfo."},
    {"transfer-days", CONF_INT, AT(transfer_days), "5", 0, 90,
        "Days after which a transfer request that nobody answered is granted; 0: never."},
    {"transfer-years-min", CONF_INT, AT(transfer_years_min), "1", 0, 99, "Fewest years that a transfer adds."},
    {"transfer-years-max", CONF_INT, AT(transfer_years_max), "1", 0, 99,
        "Most years that a transfer adds; 0: it adds none, and no period is sent."},
    {"restore", CONF_WORD, AT(restore), "report|request|vendor|none", 0, 0,
        "How a deleted domain is restored: RFC 3915 request and report, the request alone, the registry's own way, or "
        "not at all."},

    /* ---- Fees ---- */
    {"fee-version", CONF_STR, AT(fee_version), "none", 0, 0,
        "Version of the fee extension: 1.0, one of the drafts 0.5 to 0.9, 0.11, 0.12, 0.21, 0.23, or none."},
    {"fee-needed", CONF_WORD, AT(fee_need), "never|premium|always", 0, 0,
        "Which commands that cost money must say how much: none, those on premium names, all."},
    {"fee-currency", CONF_STR, AT(fee_currency), "", 0, 0,
        "Currency of fees, ISO 4217; empty: the registry's default."},

    /* ---- Answers ---- */
    {"status", CONF_LIST, TEXT(statuses), "", 0, 0,
        "THEIRS OURS: a status word of the registry's own, and the word of EPP for it, or - where it means nothing."},
    {"code", CONF_LIST, TEXT(codes), "", 0, 0,
        "COMMAND THEIRS OURS: a result code that the registry uses in its own way, and the code of EPP that says what "
        "it "
        "means; COMMAND is like domain-info, or * for all."},

    {"message", CONF_LIST, TEXT(messages), "", 0, 0,
        "MEANING PATTERN: what a poll message means whose data are not EPP's own: transfer, renewed, expired, deleted, "
        "unrestored or low-balance. PATTERN is its whole text, in which one % stands for the object's name and one * "
        "at "
        "the end for anything; or data: and the word of its response data: lowBalance, rgp, or EURid's CONTEXT "
        "ACTION."},

    /* ---- Limits ---- */
    {"sessions-max", CONF_INT, AT(sessions_max), "4", 1, 256, "Sessions that the registry grants us at once."},
    {"check-max", CONF_INT, AT(check_max), "5", 1, 1000,
        "Names in one check command; more are asked in several commands."},
    {"pipeline", CONF_INT, AT(pipeline), "1", 1, REGISTRY_PIPELINE_MAX,
        "Commands in flight on one session; 1 to wait for each answer."},
    {"svtrid-repeats", CONF_BOOL, AT(svtrid_repeats), "no", 0, 0,
        "Whether the registry gives the same svTRID more than once."},
    {"commands-per-s", CONF_INT, AT(commands_per_s), "0", 0, 100000,
        "Commands per second over all sessions; 0 for no limit."},
    {"burst", CONF_INT, AT(burst), "0", 0, 100000,
        "Commands that may go at once after a pause; 0 for a second's worth of commands-per-s."},
    {"error-penalty-ms", CONF_INT, AT(error_penalty_ms), "0", 0, 60000,
        "Milliseconds that the next command waits after a refused one."},
    {"logins-per-min", CONF_INT, AT(logins_per_min), "0", 0, 6000, "Logins per minute; 0 for no limit."},
    {"idle-s", CONF_INT, AT(idle_s), "600", 5, 86400, "Seconds of silence after which the registry closes a session."},
    {"keepalive", CONF_STR, AT(keepalive), "poll", 0, 0,
        "What is said on a silent session: poll (a request, nothing is taken from the queue), hello, or check NAME."},
    {"lifetime-s", CONF_INT, AT(lifetime_s), "0", 0, 604800,
        "Seconds after which the registry closes a session, busy or not; 0 for never."},
    {"answer-s", CONF_INT, AT(answer_s), "60", 1, 600, "Seconds to wait for an answer."},
    {"skew-s", CONF_INT, AT(skew_s), "60", 0, 86400, "Seconds by which the registry's clock may differ from ours."},

    /* ---- Connection ---- */
    {"subproduct", CONF_STR, AT(subproduct), "", 0, 0,
        "Sub-product (namestoreExt) of commands on objects that lie in no TLD; a tld line has its own."},
    {"transport", CONF_WORD, AT(transport), "tls|https", 0, 0,
        "How EPP is carried: over TLS (RFC 5734), or over HTTPS, with which no connection is made: we do not speak "
        "it."},
    {"tls-certificate", CONF_BOOL, AT(tls_certificate), "no", 0, 0, "Whether the registry wants a client certificate."},
    {"tls-min", CONF_WORD, AT(tls_min), "1.2|1.3", 0, 0, "Lowest version of TLS."},

    /* ---- TLDs ---- */
    {"tld", CONF_LIST, TEXT(tlds), NULL, 0, 0,
        "NAME [label=MIN-MAX] [years=MIN-MAX] [idn=yes|no] [subproduct=WORD] [reserved=a,b,c]."},
};
const size_t profile_items_n = ARRAY_LEN(profile_items);
