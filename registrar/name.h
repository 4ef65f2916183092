/* Names as people type them, for those who sell: the door to the TLD policies (registry/tld.h) for pages and API,
 * which must not reach into registry/ themselves. */
#ifndef FW_REGISTRAR_NAME_H
#define FW_REGISTRAR_NAME_H

#include "registrar/desk.h"

struct name_offer {
    struct str name; /* A-labels: "xn--bcher-kva.test" */
    struct str shown; /* for people: "bücher.test" */
    struct str label, tld; /* of name */
    int years_min, years_max;
};

/* INVALID with the codes of name_validate. */
enum status name_check(const struct desk *d, struct arena *a, struct str typed, struct name_offer *n_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The TLDs on sale, in order; STR_NULL behind the last. */
struct str name_tld(const struct desk *d, size_t i) FW_NONNULL_ALL;

#endif
