/* Changes to a domain at its registry: what an order of kinds ns, contacts, ds, lock, unlock, authinfo is about.
 *
 * A change is a difference: given the domain as the registry shows it, what is to be added, removed and set so that it is
 * as ordered. The step "update" sends it, unless there is none; the step "updated" demands that there is none left. So
 * whoever dies in between finds out by looking. A new kind of change is one file and one row in change.c, and its plan.
 */
#ifndef FW_REGISTRAR_CHANGE_H
#define FW_REGISTRAR_CHANGE_H

#include "registrar/step.h"
#include "registry/journal.h"

struct change {
    const char *kind;
    /* Before the update: what it points at stands there. NULL: it points at nothing. */
    enum status (*ready)(struct step_run *r, const struct registry_work *w, struct error *e);
    enum status (*diff)(struct step_run *r, const struct registry_work *w, const struct registry_domain *there,
        struct registry_domain_update *up, struct error *e);
    /* As in struct step; NULL: nothing. */
    enum status (*keep)(struct db *db, struct step_run *r, struct error *e);
};
const struct change *change_find(struct str kind); /* NULL if unknown */

#define CHANGE_READY(name)                                                                                             \
    enum status change_##name##_ready(struct step_run *r, const struct registry_work *w, struct error *e)
#define CHANGE_DIFF(name)                                                                                              \
    enum status change_##name##_diff(struct step_run *r, const struct registry_work *w,                                \
        const struct registry_domain *there, struct registry_domain_update *up, struct error *e)
#define CHANGE_KEEP(name) enum status change_##name##_keep(struct db *db, struct step_run *r, struct error *e)
CHANGE_READY(ns);
CHANGE_DIFF(ns);
CHANGE_DIFF(contacts);
CHANGE_KEEP(contacts);
CHANGE_READY(ds);
CHANGE_DIFF(ds);
CHANGE_DIFF(lock);
CHANGE_DIFF(unlock);
CHANGE_DIFF(authinfo);
CHANGE_KEEP(authinfo);

#endif
