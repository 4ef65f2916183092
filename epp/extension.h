/* Extensions of commands and responses (RFC 5730 section 2.7.3): one file and one row each.
 *
 * A row names an element inside <extension>, where it may stand, and its shape. What a response carries
 * and no row describes is kept raw; in a command it is refused with 2103.
 */
#ifndef FW_EPP_EXTENSION_H
#define FW_EPP_EXTENSION_H

#include "epp/model.h"

struct epp_shape;

struct epp_ext_element {
    const char *ns, *prefix, *name;
    const struct epp_shape *shape;
    bool response; /* stands in responses; otherwise in commands with the verb below */
    enum epp_verb verb;
};

/* The element's row; NULL where there is none. */
const struct epp_ext_element *epp_ext_row(const char *ns, const char *name, bool response) FW_NONNULL_ALL;
/* The data of the first element of that kind in the list; NULL where there is none. */
const void *epp_ext_find(const struct epp_exts *list, const struct epp_ext_element *type) FW_NONNULL_ALL;
/* Appends an element, with its data, to a list kept in the arena. */
void epp_ext_add(
    struct arena *a, struct epp_exts *list, const struct epp_ext_element *type, const void *data) FW_NONNULL_ALL;
/* The namespaces of all rows, for greeting and login. */
const char *const *epp_ext_uris(size_t *n_r) FW_NONNULL_ALL FW_RETURNS_NONNULL;

/* ---- RGP-1.0 (RFC 3915) -------------------------------------------------------------------------- */
struct epp_rgp_data { /* of an info answer (infData) or an update's (upData) */
    struct epp_statuses statuses; /* "addPeriod", "redemptionPeriod", … */
};
struct epp_rgp_update {
    struct str op; /* "request" or "report" */
    struct {
        struct str pre_data, post_data;
        time_us del_time, res_time;
        struct epp_text reason;
        struct epp_texts statements; /* 1 or 2 */
        struct str other;
    } report;
};
extern const struct epp_ext_element epp_rgp_inf_data, epp_rgp_up_data, epp_rgp_update;

#endif
