/* Registry grace periods, RGP-1.0 (RFC 3915): what period a name is in, and its restoration after a delete.
 *
 * A restoration is two updates: <restore op="request">, which the registry answers with pendingRestore, and
 * <restore op="report">, which says what was deleted and why it comes back. Many registries ask for the
 * request only.
 */
#ifndef FW_EPP_RGP_H
#define FW_EPP_RGP_H

#include "epp/extension.h"

struct epp_rgp_data { /* of an info answer (infData) or an update's (upData) */
    struct epp_statuses statuses; /* "addPeriod", "redemptionPeriod", … */
};
struct epp_rgp_text {
    struct epp_mixed text;
    struct str lang;
};
struct epp_rgp_texts {
    struct epp_rgp_text *v;
    size_t n;
};
struct epp_rgp_update {
    struct str op; /* "request" or "report" */
    struct {
        struct epp_mixed pre_data, post_data; /* the registration as it was, and as it shall be */
        time_us del_time, res_time;
        struct epp_rgp_text reason;
        struct epp_rgp_texts statements; /* 1 or 2 */
        struct epp_mixed other;
    } report;
};
extern const struct epp_ext_element epp_rgp_inf_data, epp_rgp_up_data, epp_rgp_update;
extern const struct epp_extension epp_rgp_extension;

#endif
