#include "registry/sandbox_grace.h"

static bool listed(const struct epp_statuses *list, struct str word)
{
    for (size_t i = 0; i < list->n; i++) {
        if (str_eq(list->v[i].s, word))
            return true;
    }
    return false;
}

static struct str deletion_word(const struct sandbox_domain *d, const struct sandbox_tld *tld, time_us now)
{
    if (d->restore_requested != 0)
        return STR("pendingRestore");
    return now < d->deleted + tld->redemption ? STR("redemptionPeriod") : STR("pendingDelete");
}

enum status sandbox_rgp_statuses(struct db *db, struct arena *a, const struct sandbox_domain *d,
    const struct sandbox_tld *tld, time_us now, struct epp_statuses *list_r, struct error *e)
{
    struct sandbox_graces graces;
    *list_r = (struct epp_statuses){.v = ARENA_ARRAY(a, 4, struct epp_status)};
    if ((d->statuses & SB_PENDING_DELETE) != 0) {
        list_r->v[list_r->n++].s = deletion_word(d, tld, now);
        return OK;
    }
    if (now < d->created + tld->add_grace)
        list_r->v[list_r->n++].s = STR("addPeriod");
    TRY(sandbox_graces(db, a, d->id, now, &graces, e));
    for (size_t i = 0; i < graces.n && list_r->n < 4; i++) {
        if (!listed(list_r, graces.v[i].kind))
            list_r->v[list_r->n++].s = graces.v[i].kind;
    }
    return OK;
}
