/* A registry in memory behind the adapter's table of functions, for unit tests of code above it.
 *
 * It keeps domains, contacts, hosts and messages with the rules that orders meet (exists, missing, linked,
 * not ours), answers with EPP's codes, and can be told to mishap: not to hear a command, to do it and not
 * answer, to refuse it. It is no stand-in for the sandbox registry: flow tests run that. Thread-safe.
 */
#ifndef FW_TESTS_REGISTRY_FAKE_REGISTRY_H
#define FW_TESTS_REGISTRY_FAKE_REGISTRY_H

#include "registry/registry.h"

struct fake_registry;

enum fake_mishap {
    FAKE_UNHEARD, /* not done, no answer: UNCERTAIN */
    FAKE_UNANSWERED, /* done, no answer: UNCERTAIN */
    FAKE_UNREACHABLE, /* nothing sent: UNAVAILABLE */
    FAKE_DEAD, /* the same, found out when the intent was written already */
    FAKE_CODE /* refused with `code`, not done */
};

/* clid: whom it takes its caller for. now: what its clock shows; may be moved with fake_registry_clock. */
struct fake_registry *fake_registry_new(const char *clid, time_us now);
void fake_registry_free(struct fake_registry **f);
void fake_registry_clock(struct fake_registry *f, time_us now);
struct registry_adapter fake_registry_adapter(struct fake_registry *f);
/* A set of this one registry, "fake", serving test, example, invalid and alt; lives in the arena. */
struct registries fake_registries(struct arena *a, struct fake_registry *f);

/* The next `times` commands of that verb ("domain-create", "domain-info", "poll-next" …) meet it. */
void fake_registry_mishap(struct fake_registry *f, const char *verb, enum fake_mishap what, int code, int times);
/* The next domain create or delete is answered 1001; a message decides it when this is called. */
void fake_registry_pend(struct fake_registry *f);
/* Requests for transfers are taken (1001), and then rejected without a message. */
void fake_registry_reject(struct fake_registry *f);
/* What another registrar does about a contact, which it had or has now: `clid` has it, and `status` says how the
 * transfer that `reid` asked for stands. Made where it is not there. */
void fake_registry_contact(
    struct fake_registry *f, const char *id, const char *clid, const char *reid, const char *status);
/* It makes the ids of contacts itself from now on; mute: and does not tell them. */
void fake_registry_contact_ids(struct fake_registry *f, bool mute);
void fake_registry_decide(struct fake_registry *f, const char *domain, bool approved);
/* What every command costs, in cents of a EUR; what comes with another fee gets 2004. 0: no prices. */
void fake_registry_price(struct fake_registry *f, int64_t cents);
/* The price from the next create on. */
void fake_registry_price_next(struct fake_registry *f, int64_t cents);
/* A message at the end of the queue. */
void fake_registry_message(struct fake_registry *f, const struct registry_message *m);
/* As if another registrar had registered it. */
void fake_registry_seize(struct fake_registry *f, const char *domain, const char *clid);
/* It loses the DS records of a domain. */
void fake_registry_drop_ds(struct fake_registry *f, const char *domain);
/* As if another registrar had it now. */
void fake_registry_give(struct fake_registry *f, const char *domain, const char *clid);
/* Why a name cannot be had, in its words. */
void fake_registry_reason(struct fake_registry *f, const char *text);
/* "kept.test" is only for who has this allocation token. */
#define FAKE_KEPT_TOKEN "Token-for-kept-1"
/* How many commands of that verb were heard. */
int fake_registry_heard(struct fake_registry *f, const char *verb);
bool fake_registry_has(struct fake_registry *f, const char *kind, const char *name); /* "domain", "host", "contact" */

#endif
