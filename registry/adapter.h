/* The one interface to a registry, whatever it speaks.
 *
 * A `struct registry_adapter` is a table of functions, one per verb, over plain structs: names are
 * A-labels as struct str, times are time_us, result codes are EPP's (1000, 1001, 2302 …) because
 * every registry's back end can be described with them. Two makers: registry/epp_adapter.h (EPP over
 * TLS through a session pool, RFC 5730-5734) and tests/registry/fake_registry.h (a registry in
 * memory, for unit tests of code above). Orders never call an adapter directly: reads go through
 * registry/registry.h, transforms through registry/journal.h, which decides what a missing answer
 * means.
 *
 * What a status means here:
 *   OK           the registry answered 1xxx; call->answer.code says which (1001: will be done later)
 *   UNAVAILABLE  nothing was sent (no session, login refused, limits): the same later may succeed;
 *                or the registry said 2400/2500-2502: call->sent tells these apart
 *   UNCERTAIN    the command may have been read, no answer came: ask before doing more
 *   others       the registry answered 2xxx: call->answer holds code and texts, the class is from
 *                the table in epp/result.h (2302 EXISTS, 2303 NOT_FOUND, 2201 DENIED …)
 * Functions are safe to call from several threads. What they give back lives in call->arena.
 */
#ifndef FW_REGISTRY_ADAPTER_H
#define FW_REGISTRY_ADAPTER_H

#include "base/clock.h"
#include "base/error.h"
#include "base/str.h"

#define REGISTRY_HOSTS_MAX 13 /* name servers of a domain */
#define REGISTRY_ADDRS_MAX 13 /* addresses of a host, both families */
#define REGISTRY_CONTACTS_MAX 12 /* admin, tech, billing: up to four each */
#define REGISTRY_STATUSES_MAX 16
#define REGISTRY_DS_MAX 16 /* DS records, or keys, of a domain */
#define REGISTRY_ID_MAX 32 /* our own short word for a registry: "sandbox" */
#define REGISTRY_CONTACT_ID_MAX 16 /* eppcom:clIDType, RFC 5733 */
#define REGISTRY_AUTHINFO_MAX 64
#define REGISTRY_PIPELINE_MAX 64 /* commands in flight on one session */
#define REGISTRY_CLTRID_MAX 64 /* epp:trIDStringType, RFC 5730 */

/* Money as the registry counts it: minor units (cents, yen). */
struct registry_fee {
    int64_t amount;
    struct str currency; /* "EUR"; STR_NULL: nothing was said of money */
};

/* What the registry says that a command would cost. */
struct registry_quote {
    struct registry_fee fee; /* without currency: it gives no price, and reason may say why */
    bool premium; /* the name has a price of its own */
    struct str reason;
};

struct registry_answer {
    int code; /* 0: none came */
    struct str msg; /* the registry's words */
    struct str reason; /* its reasons and offending values, joined by "; "; STR_NULL if none */
    struct str cltrid, svtrid;
    struct str given; /* to a contact create: the id that the registry gave; STR_NULL: not told */
    struct registry_fee charged; /* what the command cost, where the registry says it */
    struct str frame; /* where call->keep: the document, secrets blacked out; also one that could not be read */
};

/* One command: what goes with it and what came back beside the data. Zeroed but for the arena is a
 * plain call. */
/* Which commands go first when they have to wait (registry/pool_queue.h). */
enum registry_lane {
    REGISTRY_LANE_AUTO, /* by the verb: transfers and restores are urgent, the rest normal */
    REGISTRY_LANE_URGENT,
    REGISTRY_LANE_NORMAL,
    REGISTRY_LANE_BATCH
};

struct registry_call {
    struct arena *arena;
    enum registry_lane lane;
    int64_t customer; /* for whom: they take turns; 0: for ourselves */
    struct str cltrid; /* STR_NULL: the adapter makes one */
    /* To get a session, for all commands together that the verb takes; 0: the profile's answer_s, which also bounds each
     * answer. */
    int timeout_ms;
    /* Called when a session is ready and the command encoded, before the first byte goes out. Not OK:
     * nothing is sent and the call fails with it. `frame` is the command with `secret` in place of each secret,
     * and `secret_token` in that of an allocation token. */
    enum status (*intent)(void *ctx, struct str frame, struct error *e);
    struct str secret, secret_token; /* STR_NULL: "***"; must need no escaping in XML */
    /* An allocation token (RFC 8495): goes with checks and creates of domains, transfer and restore requests. STR_NULL:
     * none. */
    struct str token;
    bool keep; /* answer.frame is wanted */
    struct registry_fee fee; /* goes with the command: what we agree to pay. Without currency: nothing is said */
    /* Called when all bytes are out. */
    void (*gone)(void *ctx);
    void *ctx;
    bool sent; /* out: at least one byte may have reached the registry */
    struct str session; /* out, set before intent is called: a word for the connection; STR_NULL: it has none */
    struct registry_answer answer; /* out */
};

struct registry_avail {
    struct str name;
    bool available;
    struct str reason; /* why not, in the registry's words; STR_NULL if it gave none */
};

struct registry_host {
    struct str name;
    struct str addrs[REGISTRY_ADDRS_MAX]; /* "192.0.2.1", "2001:db8::1" */
    size_t addrs_n; /* 0: a host outside the registry's zones */
};

/* A set of name servers that domains name (registry/host_set.h). */
struct registry_host_set {
    struct str id;
    struct registry_host hosts[REGISTRY_HOSTS_MAX];
    size_t hosts_n;
    struct str tech; /* the contact who answers for it */
};
struct registry_host_set_info {
    struct registry_host_set set;
    struct str clid;
    time_us created;
};

struct registry_host_info {
    struct registry_host host;
    struct str roid, clid, crid;
    struct str statuses[REGISTRY_STATUSES_MAX];
    size_t statuses_n;
    time_us created, updated; /* 0: not told */
};

struct registry_contact_ref {
    struct str type; /* "admin", "tech", "billing" */
    struct str id;
};

struct registry_ds {
    int key_tag, alg, digest_type;
    struct str digest; /* hexadecimal */
};
struct registry_dnskey {
    int flags, protocol, alg;
    struct str key; /* base64 */
};
/* DNSSEC data of a domain (registry/dnssec.h): DS records, or keys. */
struct registry_dnssec {
    struct registry_ds ds[REGISTRY_DS_MAX];
    size_t ds_n;
    struct registry_dnskey keys[REGISTRY_DS_MAX];
    size_t keys_n;
    int max_sig_life; /* seconds that signatures should live; 0: not said */
};
/* A set of keys that domains name (registry/host_set.h). */
struct registry_key_set {
    struct str id;
    struct registry_dnskey keys[REGISTRY_DS_MAX];
    size_t keys_n;
    struct str tech; /* as of a set of name servers */
};
struct registry_key_set_info {
    struct registry_key_set set;
    struct str clid;
    time_us created;
};
struct registry_dnssec_change {
    struct registry_dnssec add, rem;
    struct registry_dnssec whole; /* what there shall be then */
    int max_sig_life; /* to be set; 0: as it is */
    bool urgent; /* out of turn */
};

/* The claims of trademark holders to a name while a registry is launched (RFC 8334), and the key by which the clearing
 * house gives the notice that a customer has to accept. */
struct registry_claim {
    struct str name;
    bool exists;
    struct str key, validator; /* STR_NULL: not told; validator then "tmch" */
};
/* A notice that the customer accepted. */
struct registry_notice {
    struct str id, validator; /* validator STR_NULL: "tmch" */
    time_us not_after, accepted;
};

struct registry_domain_create {
    struct str name;
    int years;
    struct registry_host hosts[REGISTRY_HOSTS_MAX]; /* addresses are sent only where hosts are attributes */
    size_t hosts_n;
    struct str
        host_set; /* filled in by the journal: the set of these hosts, where the registry has sets; else STR_NULL */
    struct str registrant;
    struct registry_contact_ref contacts[REGISTRY_CONTACTS_MAX];
    size_t contacts_n;
    struct str
        idn_table; /* table or language of an internationalized name, as the registry calls it; STR_NULL: not said */
    struct registry_dnssec dnssec; /* published with it; empty: none */
    struct str
        key_set; /* filled in by the journal: the set of these keys, where the registry has sets; else STR_NULL */
    struct str authinfo;
    struct registry_notice notice; /* in the claims phase of a launch; id STR_NULL: none */
};

/* What create, renew and transfer give back. */
struct registry_done {
    struct str name;
    time_us created, expires; /* 0: not told */
    bool pending; /* a transfer that the answer shows as pending, whatever its code says */
};

struct registry_domain {
    struct str name, roid, clid, crid, upid, registrant;
    struct str statuses[REGISTRY_STATUSES_MAX];
    size_t statuses_n;
    struct str rgp[REGISTRY_STATUSES_MAX]; /* "redemptionPeriod", "pendingRestore" … (RFC 3915) */
    size_t rgp_n;
    struct registry_contact_ref contacts[REGISTRY_CONTACTS_MAX];
    size_t contacts_n;
    struct registry_host hosts[REGISTRY_HOSTS_MAX];
    size_t hosts_n;
    struct registry_dnssec dnssec;
    time_us created, updated, expires, transferred; /* 0: not told */
    struct str authinfo; /* STR_NULL unless the registry shows it to its sponsor */
};

struct registry_domain_update {
    struct str name;
    struct registry_host add_hosts[REGISTRY_HOSTS_MAX], rem_hosts[REGISTRY_HOSTS_MAX];
    size_t add_hosts_n, rem_hosts_n;
    struct registry_host hosts[REGISTRY_HOSTS_MAX]; /* all that it shall have then: for registries that have sets */
    size_t hosts_n;
    struct str host_set; /* as in a create */
    struct registry_contact_ref add_contacts[REGISTRY_CONTACTS_MAX], rem_contacts[REGISTRY_CONTACTS_MAX];
    size_t add_contacts_n, rem_contacts_n;
    struct str add_statuses[REGISTRY_STATUSES_MAX], rem_statuses[REGISTRY_STATUSES_MAX];
    size_t add_statuses_n, rem_statuses_n;
    struct registry_dnssec_change dnssec;
    struct str
        key_set; /* filled in by the journal: the set of all keys there shall be, empty for none; else STR_NULL */
    struct str registrant; /* STR_NULL: unchanged */
    struct str authinfo; /* STR_NULL: unchanged */
};

struct registry_renew {
    struct str name;
    time_us expires; /* as the registry has it now: its date guards against renewing twice */
    int years;
};

/* Restoration of a deleted domain (RFC 3915): the request, and the report where the registry demands one. */
enum registry_restore_op { REGISTRY_RESTORE_REQUEST, REGISTRY_RESTORE_REPORT };
struct registry_restore {
    struct str name;
    enum registry_restore_op op;
    /* the report */
    struct str before, after; /* the registration as it was, and as it shall be: words for people */
    time_us deleted, restored; /* when it was deleted, and when the restore was requested */
    struct str reason, other; /* other: STR_NULL, or what else is to be said */
    struct str statements[2]; /* the second may be STR_NULL */
};

enum registry_transfer_op {
    REGISTRY_TRANSFER_REQUEST,
    REGISTRY_TRANSFER_CANCEL,
    REGISTRY_TRANSFER_APPROVE,
    REGISTRY_TRANSFER_REJECT
};
struct registry_transfer {
    struct str name;
    enum registry_transfer_op op;
    struct str authinfo; /* request; STR_NULL otherwise */
    int years; /* request: 0 leaves it to the registry */
};
/* To the registrar whom the registry knows by that tag. */
struct registry_release {
    struct str name, tag;
};
struct registry_transfer_info {
    struct str name;
    struct str status; /* "pending", "clientApproved" … RFC 5730 2.9.3.4 */
    struct str reid, acid; /* who asked, who must or did act */
    time_us requested, acts_by; /* acts_by: when the action was or will be taken */
    time_us expires; /* 0: not told */
};

struct registry_contact {
    struct str id; /* chosen by us, 3..16 characters, unique for ever */
    struct str name, org; /* org may be STR_NULL */
    struct str street[3];
    size_t street_n;
    struct str city, sp, pc, cc; /* sp, pc may be STR_NULL; cc: ISO 3166, two capitals */
    struct str voice, fax, email; /* "+49.301234567"; voice, fax may be STR_NULL */
    bool localized; /* postalInfo type "loc" instead of "int" */
    struct str authinfo; /* STR_NULL: a random one that nobody keeps */
};
struct registry_contact_info {
    struct registry_contact contact;
    struct str roid, clid, crid;
    struct str statuses[REGISTRY_STATUSES_MAX];
    size_t statuses_n;
    time_us created, updated;
};

struct registry_host_update {
    struct str name;
    struct str add_addrs[REGISTRY_ADDRS_MAX], rem_addrs[REGISTRY_ADDRS_MAX];
    size_t add_addrs_n, rem_addrs_n;
};

enum registry_message_kind {
    REGISTRY_MESSAGE_UNREADABLE, /* nothing of it may be acted upon: `unread` says why */
    REGISTRY_MESSAGE_OTHER, /* text only, or data that we do not know: a person reads it */
    REGISTRY_MESSAGE_DECIDED, /* panData: a command that had got 1001 is decided (RFC 5731 3.3) */
    REGISTRY_MESSAGE_TRANSFER /* trnData: a transfer moved */
};
/* What a message is about where no response data of EPP says it: by the profile's `message` lines. */
enum registry_meaning {
    REGISTRY_MEANS_UNKNOWN, /* a person reads it */
    REGISTRY_MEANS_TRANSFER, /* a domain changed, or is to change, its registrar */
    REGISTRY_MEANS_RENEWED, /* the registry renewed a domain by itself */
    REGISTRY_MEANS_EXPIRED, /* a domain has reached its end without being renewed */
    REGISTRY_MEANS_DELETED, /* a domain is gone */
    REGISTRY_MEANS_UNRESTORED, /* a restore came to nothing */
    REGISTRY_MEANS_LOW_BALANCE /* our account there runs low */
};
struct registry_message {
    struct str id; /* the registry's */
    uint64_t count; /* messages waiting there, this one included */
    time_us queued;
    struct str text;
    enum registry_message_kind kind;
    struct str object; /* domain name, contact id or host name; STR_NULL where none is named */
    bool approved; /* DECIDED: paResult */
    struct str cltrid, svtrid; /* DECIDED: of the command that was pending */
    struct registry_transfer_info transfer; /* TRANSFER */
    bool contact; /* TRANSFER: of a contact, not of a domain */
    enum registry_meaning meaning; /* OTHER */
    struct str unread;
    struct str frame; /* the whole answer as it came, secrets blacked out: kept as evidence */
};

struct registry_adapter {
    void *ctx;
    /* reads */
    enum status (*domain_check)(void *ctx, struct registry_call *c, const struct str *names, size_t n,
        struct registry_avail *out, struct error *e);
    /* INVALID "launch-not-spoken" where the profile does not name launch-1.0; 2306 where no claims phase runs. */
    enum status (*domain_claims)(void *ctx, struct registry_call *c, const struct str *names, size_t n,
        struct registry_claim *out, struct error *e);
    /* authinfo: STR_NULL, or to see a domain of another registrar. */
    enum status (*domain_info)(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
        struct registry_domain *out, struct error *e);
    /* The price of a "create", "renew", "transfer" or "restore" of that name. INVALID "fee-not-spoken" where the
     * profile names no version of the fee extension. */
    /* What a command would cost for each of the names, and whether they can be registered, by one check. */
    enum status (*domain_quotes)(void *ctx, struct registry_call *c, const struct str *names, size_t n,
        const char *command, int years, struct registry_avail *avail, struct registry_quote *out, struct error *e);
    enum status (*domain_quote)(void *ctx, struct registry_call *c, struct str name, const char *command, int years,
        struct registry_quote *out, struct error *e);
    enum status (*contact_check)(void *ctx, struct registry_call *c, const struct str *ids, size_t n,
        struct registry_avail *out, struct error *e);
    enum status (*contact_info)(
        void *ctx, struct registry_call *c, struct str id, struct registry_contact_info *out, struct error *e);
    enum status (*host_check)(void *ctx, struct registry_call *c, const struct str *names, size_t n,
        struct registry_avail *out, struct error *e);
    enum status (*host_info)(
        void *ctx, struct registry_call *c, struct str name, struct registry_host_info *out, struct error *e);
    enum status (*transfer_query)(void *ctx, struct registry_call *c, struct str name, struct str authinfo,
        struct registry_transfer_info *out, struct error *e);
    enum status (*contact_transfer_query)(void *ctx, struct registry_call *c, struct str id, struct str authinfo,
        struct registry_transfer_info *out, struct error *e);
    /* NULL where the registry has no sets of name servers. */
    enum status (*host_set_info)(
        void *ctx, struct registry_call *c, struct str id, struct registry_host_set_info *out, struct error *e);
    enum status (*key_set_info)(
        void *ctx, struct registry_call *c, struct str id, struct registry_key_set_info *out, struct error *e);
    /* NOT_FOUND: the queue is empty (1300). Where no message can be made out, not even its id: as any question that
     * was not answered, with answer.frame (where call->keep) as all that is left of it. */
    enum status (*poll_next)(void *ctx, struct registry_call *c, struct registry_message *out, struct error *e);
    /* transforms: only registry/journal.c calls these */
    enum status (*domain_create)(void *ctx, struct registry_call *c, const struct registry_domain_create *in,
        struct registry_done *out, struct error *e);
    enum status (*domain_renew)(void *ctx, struct registry_call *c, const struct registry_renew *in,
        struct registry_done *out, struct error *e);
    enum status (*domain_update)(
        void *ctx, struct registry_call *c, const struct registry_domain_update *in, struct error *e);
    enum status (*domain_delete)(void *ctx, struct registry_call *c, struct str name, struct error *e);
    enum status (*domain_restore)(
        void *ctx, struct registry_call *c, const struct registry_restore *in, struct error *e);
    enum status (*transfer)(void *ctx, struct registry_call *c, const struct registry_transfer *in,
        struct registry_transfer_info *out, struct error *e);
    /* NULL where there is no such command. */
    enum status (*domain_release)(
        void *ctx, struct registry_call *c, const struct registry_release *in, struct error *e);
    /* in->name is the contact's id, and years mean nothing. */
    enum status (*contact_transfer)(void *ctx, struct registry_call *c, const struct registry_transfer *in,
        struct registry_transfer_info *out, struct error *e);
    enum status (*contact_create)(
        void *ctx, struct registry_call *c, const struct registry_contact *in, struct error *e);
    enum status (*contact_update)(
        void *ctx, struct registry_call *c, const struct registry_contact *in, struct error *e);
    enum status (*contact_delete)(void *ctx, struct registry_call *c, struct str id, struct error *e);
    enum status (*host_create)(void *ctx, struct registry_call *c, const struct registry_host *in, struct error *e);
    enum status (*host_update)(
        void *ctx, struct registry_call *c, const struct registry_host_update *in, struct error *e);
    enum status (*host_delete)(void *ctx, struct registry_call *c, struct str name, struct error *e);
    enum status (*host_set_create)(
        void *ctx, struct registry_call *c, const struct registry_host_set *in, struct error *e); /* as host_set_info */
    enum status (*key_set_create)(
        void *ctx, struct registry_call *c, const struct registry_key_set *in, struct error *e);
    /* To the domain's holder, by mail. NULL where there is no such command. */
    enum status (*authinfo_send)(void *ctx, struct registry_call *c, struct str name, struct error *e);
    enum status (*poll_ack)(void *ctx, struct registry_call *c, struct str id, struct error *e);
};

#endif
