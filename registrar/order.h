/* Orders: what a customer asked for and how far it got.
 *
 * An order is a row that walks through the steps of its kind's plan (plan.h). Web, API and command line place
 * orders; only fourways-registrar's workers (worker.h) move them, under a lease that is committed before
 * anything is sent. Its state changes through order_advance() alone. Any process may die at any instruction:
 * steps are idempotent, and what was sent to a registry is in registry/journal.h.
 *
 *   open ── steps ──> done
 *     └─ a step fails for good ─> undoing ── undo of the steps done, last first ──> failed
 *
 * Money: placing an order holds its price in the same transaction (FUNDS if the balance does not cover it, and
 * then nothing was written or sent); `capture` posts the hold; undoing voids it.
 */
#ifndef FW_REGISTRAR_ORDER_H
#define FW_REGISTRAR_ORDER_H

#include "billing/account.h"
#include "billing/ledger.h"
#include "billing/price.h"
#include "registrar/contact.h"
#include "registrar/desk.h"
#include "registrar/domain.h"

struct order {
    int64_t id, account_id;
    struct str kind; /* a row of the plans: "register", "renew", "transfer", "ns", "lock" … (plan.c) */
    struct str name; /* A-labels */
    int years;
    int64_t contact_id;
    struct str state; /* "open", "undoing", "done", "failed" */
    struct str step; /* name of the step it is at; "" when ended */
    int attempt;
    time_us next_run;
    int64_t lease_token;
    bool needs_person;
    struct money price;
    bool held;
    struct transfer_id hold_id;
    int64_t zone_id, zone_version;
    bool zone_made;
    time_us cur_expires;
    struct str error_code, error_text;
    time_us created, finished;
    struct str args; /* what the kind needs beside the name, in the form of order_args.h; "" if nothing */
    struct str secret; /* sealed for the registrar (sealing.h); STR_NULL: none, or the order has ended */
    struct str token; /* an allocation token, sealed as the secret is; STR_NULL: none, or the order has ended */
    int epp_code; /* the registry's answer to the deciding command; 0: none yet */
    struct str cltrid, svtrid; /* of that command; "" where there is none */
    bool batch; /* as in the request */
};

#define ORDER_KEY_MAX 255

struct order_request {
    struct str kind;
    struct str name; /* as typed: U-labels, upper case, final dot are taken */
    int years; /* register, renew: 1..10 */
    const struct contact *contact; /* register: required */
    struct str
        key; /* idempotency key; STR_NULL: none. Which secret came with it is not compared (it is kept nowhere) */
    int64_t max_price; /* minor units of the account's currency; 0: whatever the price list says */
    struct str args; /* of the kind (order_args.h); STR_NULL: none */
    struct str secret; /* authInfo: transfer: required; authinfo: STR_NULL makes a new one */
    struct str token; /* allocation token (RFC 8495): register, transfer, restore; STR_NULL: none */
    const int64_t *price; /* refused when the price is not exactly this: CONFLICT "price-changed"; NULL: any */
    time_us expires; /* refused when the domain does not expire then (CONFLICT "expiry-changed"), by us and, in a
                      * renewal, by the registry; 0: whenever */
    /* One of many: it lets those of persons go before it, at the workers and at the registry, and what its plan has asked
     * already is not asked again. Nobody is woken for it: whoever places many calls desk_wake now and then. */
    bool batch;
    bool fresh; /* the key is known to be new: saves looking. Wrong, it costs a transaction that is rolled back */
};

/* Validates, prices, and writes order + hold + claim + first step in one transaction. The same key with the
 * same request gives the order it made before (*repeated_r), for ever; with another request it is CONFLICT
 * "idempotency-key-reused". INVALID names the field. EXISTS "domain-taken". FUNDS "funds". An order on a domain of the
 * account: NOT_FOUND "no-domain", CONFLICT "domain-not-active", and "domain-busy" while another is under way. Wakes the
 * workers. */
enum status order_place(const struct desk *d, struct db *db, struct arena *a, const struct account *acc,
    const struct order_request *rq, time_us now, struct order *o_r, bool *repeated_r, struct error *e) FW_MUST_CHECK;
/* The same, of which only the order's number is wanted. */
enum status order_put(const struct desk *d, struct db *db, struct arena *a, const struct account *acc,
    const struct order_request *rq, time_us now, int64_t *id_r, bool *repeated_r, struct error *e) FW_MUST_CHECK;

/* As order_place does first, without asking or writing anything: what the request is. */
struct order_checked {
    struct valid_name name;
    struct str args; /* in the one form */
    bool priced, claims, owns;
    enum price_op op;
};
enum status order_check(const struct desk *d, struct arena *a, const struct order_request *rq,
    struct order_checked *c_r, struct error *e) FW_MUST_CHECK;

/* The order that a key has made; NOT_FOUND "no-order". Says nothing about the request that made it. */
enum status order_find_key(struct db *db, struct arena *a, int64_t account_id, struct str key, struct order *o_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* account_id 0: any. NOT_FOUND "no-order". */
enum status order_find(
    struct db *db, struct arena *a, int64_t account_id, int64_t id, struct order *o_r, struct error *e) FW_MUST_CHECK;
/* Newest first; ids below `before` (0: from the newest); at most limit (≤ 500). name STR_NULL: all names. */
enum status order_list(struct db *db, struct arena *a, int64_t account_id, struct str name, int64_t before,
    size_t limit, struct order **list_r, size_t *n_r, struct error *e) FW_MUST_CHECK;
bool order_ended(const struct order *o);

/* The timeline for people: every step of the plan in order, those to come included. */
struct order_step_view {
    const char *step; /* "create" */
    const char *title; /* "Registered at the registry" */
    const char *outcome; /* "todo", "running", "waiting", "done", "failed" */
    int attempts;
    time_us started, finished; /* 0: not yet */
    struct str detail;
    bool undo;
};
enum status order_timeline(struct db *db, struct arena *a, const struct order *o, struct order_step_view **list_r,
    size_t *n_r, struct error *e) FW_MUST_CHECK;

#endif
