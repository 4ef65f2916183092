/* Everything that changes something at a registry goes through here: exactly once, or known not at all.
 *
 * The rule: intent row committed → command sent → result row committed. The intent holds a clTRID
 * ("FW-…": 119 random bits, and unique in the table) that is never used twice, the caller's key, verb and object; the
 * transcript's row, in the same transaction, the command's bytes, with "secret:domain/NAME" where a secret of that
 * object stands ("secret:token/NAME" for an allocation token): its owner keeps it sealed, and can write the bytes out again. If no result follows (process killed, connection cut, time-out), the state is
 * UNKNOWN, and it is decided by asking the registry, never by sending the command again on faith:
 *
 *   domain create    info: ours, made since the intent, our authInfo or our registrant → done;
 *                    2303 → not done; anybody else's, or ours from before → failed (2302)
 *   domain renew     info: expiry against the journalled one → done / not done
 *   domain update    info, all that was to be added is there, all to be removed is gone → done
 *   domain delete    info: 2303 or pendingDelete → done
 *   transfer         transfer query: pending for us, or decided since the intent → done; an answer to a request: the
 *                    transfer has the status that the answer gives it → done
 *   domain restore   info: request, pendingRestore or no more pendingDelete → done; report, neither of them → done
 *   domain release   info: with the registrar that it was released to, or not shown to us any more → done
 *   contact, host,   info, compared with what was sent
 *   host set, key set
 *   authinfo send    nobody can tell: it is sent again
 *
 * A transform is named by a key that its caller chooses, such as "order:42:create", and is safe to
 * call again with the same key and the same request, by whichever process, as often as it takes:
 *   - decided before: the recorded result comes back, nothing is sent
 *   - pending (1001): OK with outcome.pending until a poll message decides it (registry/poll.h), or asking does
 *   - unknown: asked; decided, or UNAVAILABLE when the registry cannot be asked now
 *   - known not done, or failed in a way that may pass (2400, 2104 …): the next attempt, a new clTRID
 * Two processes with one key at the same time: one gets CONFLICT.
 *
 * An update that changes name servers, DS data or statuses is read back: OK means that the registry shows it. Where it
 * does not, or cannot be asked, UNAVAILABLE "registry-read-back"; the next call asks again and sends nothing.
 *
 * Price, where the profile names a version of the fee extension and demands fees: before each attempt of a create, renew,
 * transfer request or restore request the registry is asked what it costs; more than the request's ceiling, or another
 * currency than its, is DENIED "registry-price-above" or "registry-price-currency", nothing sent; else exactly that fee
 * goes with the command, and the answer's is held against it (a difference is logged as an error; the command is done
 * all the same). After 2004 to a command with a fee the price is asked for again: where it has moved, UNAVAILABLE
 * "registry-price-moved", and the next call goes by the new one; where it is still the same the refusal stands.
 *
 * Everything here stands in the transcript as well (registry/transcript.h), which holds the commands themselves.
 *
 * Statuses: OK (1000, 1001); UNAVAILABLE (try again later: not sent, or cannot be decided now);
 * UNCERTAIN (sent, no answer yet: call again, it will be decided); a definite refusal has the class
 * of its code (epp/result.h), the same at each call and with the code "epp-2302" and the like. Two classes
 * differ: what is CONFLICT there is DENIED here, since a repetition would not help, and 2104 (our account at the
 * registry is empty) and 2501 (our credentials) are UNAVAILABLE. outcome is filled as far as known in every case.
 */
#ifndef FW_REGISTRY_JOURNAL_H
#define FW_REGISTRY_JOURNAL_H

#include "registry/registry.h"

#define JOURNAL_KEY_MAX 190
/* A command that got 1001 is asked about at the first call when no message has decided it for so long, and then as
 * often again. That the object does not show it is believed when it has lasted long: longer than transfers take. */
#define JOURNAL_PENDING_ASK_US (600 * US_PER_S)
#define JOURNAL_PENDING_MAX_US (7 * 86400 * US_PER_S)
/* What waits for another registrar: so much beyond the profile's transfer-days, where that is longer. */
#define JOURNAL_PENDING_MORE_US (2 * 86400 * US_PER_S)
#define JOURNAL_ATTEMPTS_MAX 20 /* of one key; then INTERNAL "attempts-exhausted": a person must look */

enum registry_verb {
    REGISTRY_DOMAIN_CREATE,
    REGISTRY_DOMAIN_RENEW,
    REGISTRY_DOMAIN_UPDATE,
    REGISTRY_DOMAIN_DELETE,
    REGISTRY_DOMAIN_TRANSFER, /* request, and the answers to one: approve, reject, cancel */
    REGISTRY_DOMAIN_RESTORE, /* request, and report */
    REGISTRY_DOMAIN_RELEASE, /* to another registrar, where domains are pushed */
    REGISTRY_CONTACT_CREATE,
    REGISTRY_CONTACT_UPDATE,
    REGISTRY_CONTACT_DELETE,
    REGISTRY_CONTACT_TRANSFER, /* as of domains; transfer->name is the contact's id */
    REGISTRY_HOST_CREATE,
    REGISTRY_HOST_UPDATE,
    REGISTRY_HOST_DELETE,
    REGISTRY_HOST_SET_CREATE, /* where name servers are sets (registry/host_set.h) */
    REGISTRY_KEY_SET_CREATE,
    REGISTRY_AUTHINFO_SEND, /* the registry mails a domain's authInfo to its holder */
    REGISTRY_VERB_COUNT
};
/* "domain-create": in the journal, in metrics, and in break points "epp:domain-create:intent",
 * "epp:domain-create:sent", "epp:domain-create:answered" (base/daemon.h). */
const char *registry_verb_word(enum registry_verb v) FW_RETURNS_NONNULL;

enum outcome_source {
    OUTCOME_NONE, /* not decided */
    OUTCOME_ANSWER, /* sent by this call */
    OUTCOME_RECORD, /* decided earlier */
    OUTCOME_ASKED /* found out by asking */
};
struct registry_outcome {
    int code; /* 1000, 1001, 2xxx; 0: not decided */
    bool pending; /* 1001: a poll message will decide */
    enum outcome_source source;
    int attempt; /* 1 for the first */
    struct str cltrid, svtrid, msg; /* of the attempt; svtrid STR_NULL where no answer came */
    time_us created, expires; /* where the verb gives them; 0: not told. created of a transfer: when it was requested */
    struct str given; /* ANSWER to a contact create: the id that the registry gave; STR_NULL: not known */
    struct registry_fee fee; /* agreed to in the command; without currency: nothing was said of money */
    bool undone; /* certainly not done, as far as the attempts so far go: never sent, refused, or asking has shown so */
    bool unsent; /* journal_look: not one attempt was ever sent */
};

struct registry_request {
    enum registry_verb verb;
    const char *key; /* at most JOURNAL_KEY_MAX */
    int64_t order_id; /* 0: none; for people who look */
    const struct registry_domain_create *domain_create;
    const struct registry_renew *renew;
    const struct registry_domain_update *domain_update;
    const struct registry_transfer *transfer;
    const struct registry_restore *restore;
    const struct registry_release *release;
    const struct registry_contact *contact; /* create and update */
    const struct registry_host *host; /* create */
    const struct registry_host_update *host_update;
    const struct registry_host_set *host_set; /* create */
    const struct registry_key_set *key_set; /* create */
    struct str name; /* domain, contact or host to delete; domain whose authInfo is sent */
    struct registry_fee ceiling; /* what the customer has agreed to pay at most; without currency: there is no limit */
};

/* The general form; those below fill a request. */
enum status registry_transform(const struct registry_work *w, const struct registry_request *r,
    struct registry_outcome *o, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

enum status registry_domain_create(const struct registry_work *w, const char *key,
    const struct registry_domain_create *in, struct registry_outcome *o, struct error *e) FW_MUST_CHECK;
enum status registry_domain_renew(const struct registry_work *w, const char *key, const struct registry_renew *in,
    struct registry_outcome *o, struct error *e) FW_MUST_CHECK;
enum status registry_domain_update(const struct registry_work *w, const char *key,
    const struct registry_domain_update *in, struct registry_outcome *o, struct error *e) FW_MUST_CHECK;
enum status registry_domain_delete(const struct registry_work *w, const char *key, struct str name,
    struct registry_outcome *o, struct error *e) FW_MUST_CHECK;
enum status registry_domain_transfer(const struct registry_work *w, const char *key, const struct registry_transfer *in,
    struct registry_outcome *o, struct error *e) FW_MUST_CHECK;

enum status registry_contact_transfer(const struct registry_work *w, const char *key,
    const struct registry_transfer *in, struct registry_outcome *o, struct error *e) FW_MUST_CHECK;
enum status registry_domain_restore(const struct registry_work *w, const char *key, const struct registry_restore *in,
    struct registry_outcome *o, struct error *e) FW_MUST_CHECK;

/* What the journal knows of a key, without asking anybody. NOT_FOUND: never begun. */
enum status journal_look(
    const struct registry_work *w, const char *key, struct registry_outcome *o, struct error *e) FW_MUST_CHECK;

#endif
