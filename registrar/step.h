/* Steps: the handlers that move an order. Each is idempotent, because any of them may run again after a crash at
 * any instruction: it looks before it does, or does what is harmless when repeated.
 *
 * run speaks with the world (registries, name servers) and writes nothing of its own; what a step leaves in our own
 * database is its keep, which runs in the transaction that moves the order. A worker goes through several steps before
 * it commits (order_trail in advance.h): the keeps of steps behind it have not run then. A step that must find them
 * done, or seen by other processes, is marked `settled`; the one that the plan is decided by (plan.h) always is.
 *
 * run gives OK when its work is done for good; UNAVAILABLE (also through step_wait) to be run again later; a class
 * that status_meaning() calls a failure ends the order and undoes what was done before. undo is called for steps
 * that were begun, last first; it too is idempotent, and NULL where there is nothing to take back.
 */
#ifndef FW_REGISTRAR_STEP_H
#define FW_REGISTRAR_STEP_H

#include "registrar/order.h"
#include "registry/registry.h"

/* What the registrar process shares among its threads. */
struct registrar {
    struct desk desk;
    struct registries registries;
    struct secret_key sealing;
    int epp_timeout_ms;
    const char *instance;
    struct str name_servers[4]; /* domains of the name-server columns */
    bool own_name_servers; /* we register them ourselves, by orders of kind infra */
};

struct delegation_set;
struct step_run {
    const struct registrar *us;
    struct db *db;
    struct arena *arena;
    struct order *o;
    time_us now;
    uint64_t now_ns; /* clock_monotonic_ns() then */
    int64_t wait_us; /* set by step_wait */
    time_us patient_until; /* a wait until then is no matter for a person, however long; 0: ORDER_PATIENCE_US */
    bool refused; /* the registry has said itself that what was asked for is not and will not be: the order may fail */
    struct str detail; /* for the timeline; no secrets */
    /* from run to keep */
    struct registry_domain found;
    struct str authinfo;
    struct delegation_set *drawn;
    struct step_memo *memo;
};

/* What the steps of one order that follow each other in one worker's hands need not read again; nothing of it may be
 * what somebody else could have changed to the harm of a step. Empty whenever the order was taken up anew. */
struct zone;
struct zone_sync;
struct step_memo {
    const struct zone *zone; /* the order's: name, owner and the four name servers do not change */
    const struct zone_sync *sync; /* as in-sync saw it */
};
/* The order's zone. */
enum status step_zone(struct step_run *r, struct zone *zone_r, struct error *e) FW_MUST_CHECK;

struct step {
    const char *name;
    enum status (*run)(struct step_run *r, struct error *e); /* NULL: there is only something to keep */
    enum status (*keep)(struct db *db, void *step_run, struct error *e); /* as in struct order_passed; NULL: nothing */
    enum status (*undo)(struct step_run *r, struct error *e);
    bool settled; /* what came before is committed when it runs */
    void (*told)(void *step_run); /* once what it keeps is committed: tells those who wait for it; NULL: nobody */
    /* What it waits for cannot be there at once: how long after the commit of the steps before to look first. NULL: at
     * once. */
    int64_t (*later_us)(const struct order *o);
};
const struct step *step_find(struct str name); /* NULL if unknown */

/* Not yet: look again in about wait_us. Not an error, and not counted as one. */
enum status step_wait(struct step_run *r, int64_t wait_us, struct error *e, const char *fmt, ...) FW_PRINTF(4, 5);
bool step_is_wait(const struct error *e);
void step_detail(struct step_run *r, const char *fmt, ...) FW_PRINTF(2, 3);

/* The registry of the order's name with this step's connection, and the order's allocation token; INVALID where no
 * registry serves the name, or it takes no tokens. */
enum status step_work(struct step_run *r, struct registry_work *w_r, struct error *e) FW_MUST_CHECK;
/* What the customer has agreed to pay: the registry must not ask for more. Without currency where nothing is held. */
struct registry_fee step_ceiling(const struct step_run *r);
/* "order:42:create" */
const char *step_key(struct step_run *r, const char *what);
/* The last part of a step's journal key: a domain made bare or whole is one domain ("create"). */
const char *step_verb(const char *step);

/* What came of the deciding command: shown with the order. */
struct registry_outcome;
void step_outcome(struct step_run *r, const struct registry_outcome *out);
/* The journal knows what the registry's messages have said of the transfer that rq asked for, which the registry may say to
 * nobody any more: it has forgotten the request, or the code that it can be asked about with is another by now. What is
 * pending is asked about, now and then, and given up where the registry shows nothing of it for long. Nothing is sent. OK:
 * it may yet come. DENIED "transfer-refused": it has ended, and the order may fail. */
struct registry_request;
enum status step_transfer_known(struct step_run *r, const struct registry_work *w, const struct registry_request *rq,
    struct error *e) FW_MUST_CHECK;

#define STEP(name) enum status step_##name##_run(struct step_run *r, struct error *e)
#define STEP_KEEP(name) enum status step_##name##_keep(struct db *db, void *ctx, struct error *e)
#define STEP_UNDO(name) enum status step_##name##_undo(struct step_run *r, struct error *e)
STEP(check);
STEP(contacts);
STEP_KEEP(contacts);
STEP(zone);
STEP_KEEP(zone);
STEP_UNDO(zone);
STEP(infra_zone);
STEP_KEEP(publish);
void step_publish_told(void *step_run);
STEP(in_sync);
int64_t step_in_sync_later(const struct order *o);
STEP(create);
STEP_KEEP(create);
STEP(create_bare);
STEP(hosts);
STEP(delegate);
STEP(verify);
STEP_KEEP(verify);
STEP_KEEP(capture);
STEP(look);
STEP_KEEP(look);
STEP(renew);
STEP(renewed);
STEP_KEEP(renewed);
STEP(delete);
STEP(zone_drop);
STEP(restore_look);
STEP(restore);
STEP(redelegate);
STEP(authinfo_new);
STEP_KEEP(authinfo_new);
STEP(update);
STEP(updated);
STEP_KEEP(updated);
STEP(transfer_look);
STEP(transfer);
STEP(transferred);
STEP_KEEP(transferred);
STEP(contact_transfer);
STEP(contact_decided);
STEP(release);

#endif
