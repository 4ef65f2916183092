/* Plans: what an order of each kind goes through, as data.
 *
 * A plan is a list of step names with a title each for people. The steps themselves (registrar/step.h) are only
 * in fourways-registrar; web and command line need the names to place an order and to show its timeline.
 * A new kind of order is one row here; a new step is one file and one row in step.c.
 */
#ifndef FW_REGISTRAR_PLAN_H
#define FW_REGISTRAR_PLAN_H

#include "billing/price.h"
#include "registrar/order_args.h"

struct plan_step {
    const char *name; /* "create" */
    const char *title; /* "Registered at the registry" */
    const char *undone; /* "Hosted zone taken back"; NULL: nothing to take back (the step has no undo) */
};

struct plan {
    const char *kind;
    const struct plan_step *steps;
    size_t n;
    bool priced; /* holds money when placed, as `op` costs */
    enum price_op op;
    bool claims; /* takes the name: nobody else can order it meanwhile */
    bool reclaims; /* and only by the account that had it: it comes back */
    bool owns; /* works on an active domain of the account */
    bool releases; /* when it is done the name is free again */
    bool of_contact; /* its name is not a domain's but the id of a contact at the registry that its args name */
    bool needs_years, needs_contact;
    enum order_args args;
    bool needs_secret, takes_secret; /* an authInfo: must, may be given */
    bool takes_token; /* an allocation token (RFC 8495) may be given */
    const char
        *asks; /* the step whose command asks the registry for it: once sent, the order fails only where the registry
                       * has refused */
    const char *decides; /* the step at which it has decided, mostly the same: behind it the order cannot fail any more,
                          * as what was bought is bought; a person looks instead */
};

const struct plan *plan_find(struct str kind); /* NULL if unknown */
/* Place of a step in a plan, or -1. */
int plan_index(const struct plan *p, struct str step);
/* The deciding step is done when the order stands at this one. */
bool plan_decided(const struct plan *p, struct str step);
/* The place of the first step with something to take back, from `place` downwards; -1: none. */
int plan_undo_from(const struct plan *p, int place);

#endif
