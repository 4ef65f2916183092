/* What the journal must know of each transform: how to send it, and how to find out whether it was done.
 *
 * One row per verb, in verb_domain.c, verb_contact.c, verb_host.c, verb_fred.c, verb_restore.c and verb_release.c; verb.c joins them. A settle function only
 * asks (info, transfer query) and judges; it never changes anything at the registry.
 */
#ifndef FW_REGISTRY_VERB_H
#define FW_REGISTRY_VERB_H

#include "registry/journal_db.h"

enum verdict_kind {
    VERDICT_DONE, /* it was done, by us */
    VERDICT_NOT_DONE, /* it was not; it may be sent again */
    VERDICT_REFUSED /* it was not and cannot be: code and why say what the registry would answer */
};
struct verdict {
    enum verdict_kind kind;
    int code; /* 0: 1000 for DONE; 1001 where the object shows that it is pending */
    const char *why; /* one sentence, for the journal and the log */
    time_us created, expires;
};

/* A command in doubt. */
struct doubt {
    const struct registry_work *w;
    const struct registry_request *r;
    bool fitted; /* r is as it was sent; else its ids of contacts may be ours where the registry has its own */
    time_us since; /* an object made by the command cannot be older; the clocks' difference is taken off */
    time_us basis;
    bool answered; /* the registry said that it was done: only what it shows counts, not what it keeps to itself */
};

struct verb_row {
    const char *word;
    const char *at_intent, *at_sent, *at_answered; /* break points */
    struct str (*object)(const struct registry_request *r); /* STR_NULL: the request lacks its data */
    enum status (*send)(const struct registry_adapter *a, struct registry_call *c, const struct registry_request *r,
        struct registry_done *out, struct error *e);
    /* Not OK: it cannot be asked now, or the answer says nothing. */
    enum status (*settle)(const struct doubt *d, struct verdict *v, struct error *e);
};
#define VERB_ROW(word_, object_, send_, settle_)                                                                       \
    {                                                                                                                  \
        word_, "epp:" word_ ":intent", "epp:" word_ ":sent", "epp:" word_ ":answered", object_, send_, settle_         \
    }

const struct verb_row *verb_find(enum registry_verb v) FW_RETURNS_NONNULL;
extern const struct verb_row verb_domain_create, verb_domain_renew, verb_domain_update, verb_domain_delete,
    verb_domain_transfer, verb_domain_restore, verb_domain_release;
extern const struct verb_row verb_contact_create, verb_contact_update, verb_contact_delete, verb_contact_transfer;
extern const struct verb_row verb_host_create, verb_host_update, verb_host_delete;
extern const struct verb_row verb_host_set_create, verb_key_set_create, verb_authinfo_send;

/* "request", "approve", "reject" or "cancel" of a transfer; STR_NULL of what is none. */
struct str verb_op(const struct registry_request *r);
/* For settle functions: turns NOT_FOUND into OK with *found_r false. */
enum status verb_found(enum status s, bool *found_r) FW_MUST_CHECK;
/* Refused to show it to us, which some registries show to its sponsor only. 2200 says nothing of the object: it doubts our
 * credentials. */
bool verb_hidden(enum status s, const struct error *e);
bool verb_is_ours(const struct registry_work *w, struct str clid);
bool verb_has_status(const struct str *statuses, size_t n, const char *word);
/* The same set of addresses, in any order and spelling. */
bool verb_same_addrs(const struct str *a, size_t an, const struct str *b, size_t bn);
bool verb_same_addr(struct str a, struct str b);
/* All that a registry shows of a contact is as in `wanted` (authInfo aside). */
bool verb_same_contact(const struct registry_contact *wanted, const struct registry_contact *there);

#endif
