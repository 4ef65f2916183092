/* Steps: the handlers that move an order. Each is idempotent, because any of them may run again after a crash at
 * any instruction: it looks before it does, or does what is harmless when repeated.
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

struct step_run {
    const struct registrar *us;
    struct db *db;
    struct arena *arena;
    struct order *o;
    time_us now;
    int64_t wait_us; /* set by step_wait */
    struct str detail; /* for the timeline; no secrets */
};

struct step {
    const char *name;
    enum status (*run)(struct step_run *r, struct error *e);
    enum status (*undo)(struct step_run *r, struct error *e);
};
const struct step *step_find(struct str name); /* NULL if unknown */

/* Not yet: look again in about wait_us. Not an error, and not counted as one. */
enum status step_wait(struct step_run *r, int64_t wait_us, struct error *e, const char *fmt, ...) FW_PRINTF(4, 5);
bool step_is_wait(const struct error *e);
void step_detail(struct step_run *r, const char *fmt, ...) FW_PRINTF(2, 3);

/* The registry of the order's name with this step's connection; NULL registry is reported as INVALID. */
enum status step_work(struct step_run *r, struct registry_work *w_r, struct error *e) FW_MUST_CHECK;
/* "order:42:create" */
const char *step_key(struct step_run *r, const char *what);
/* The last part of a step's journal key: a domain made bare or whole is one domain ("create"). */
const char *step_verb(const char *step);

#define STEP(name) enum status step_##name##_run(struct step_run *r, struct error *e)
#define STEP_UNDO(name) enum status step_##name##_undo(struct step_run *r, struct error *e)
STEP(check);
STEP(contacts);
STEP(zone);
STEP_UNDO(zone);
STEP(infra_zone);
STEP(publish);
STEP(in_sync);
STEP(create);
STEP(create_bare);
STEP(hosts);
STEP(delegate);
STEP(verify);
STEP(capture);
STEP(look);
STEP(renew);
STEP(renewed);
STEP(delete);
STEP(zone_drop);

#endif
