/* Which names can be bought, and by what rules, as data.
 *
 * A TLD's policy is one `tld =` line of a registry's profile. A table joins the lines of all
 * profiles; the first profile that names a TLD serves it. Who asks: the registrar for every name
 * that comes from outside (page, command line, API), before anything is looked up or written.
 *
 * name_validate is the one door for such text: what it gives back is the canonical A-label form in
 * lower case without a final dot, exactly one label below a TLD that we sell.
 */
#ifndef FW_REGISTRY_TLD_H
#define FW_REGISTRY_TLD_H

#include "base/error.h"
#include "base/str.h"

#define NAME_TEXT_MAX 1024 /* bytes of text that name_validate looks at */

struct tld_policy {
    struct str tld; /* "test", A-labels */
    struct str registry; /* profile name */
    int label_min, label_max; /* characters of the A-label */
    int years_min, years_max;
    bool idn; /* labels beyond ASCII */
    struct str subproduct; /* of the registry's (namestoreExt); STR_NULL: none */
    struct str *reserved; /* labels that the registry never gives out */
    size_t reserved_n;
};

struct tld_table {
    const struct tld_policy *items; /* sorted by tld */
    size_t n;
};

/* One `tld =` line of a profile:
 *   NAME [label=MIN-MAX] [years=MIN-MAX] [idn=yes|no] [subproduct=WORD] [reserved=a,b,c]
 * Defaults: label=1-63 years=1-10 idn=no, nothing reserved. */
enum status tld_policy_parse(
    struct arena *a, struct str line, struct tld_policy *p_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

struct registry_profile;
/* Joins the TLDs of the profiles. EXISTS "tld-twice" if two serve the same. */
enum status tld_table_build(struct arena *a, struct registry_profile *const *profiles, size_t n, struct tld_table *t_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* From profile files alone, for a process that has no credentials. */
enum status tld_table_read(struct arena *a, const struct str *profile_files, size_t n, struct tld_table *t_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

const struct tld_policy *tld_find(const struct tld_table *t, struct str tld);
/* The policy of the TLD under which the A-label name lies; NULL if we do not sell it. */
const struct tld_policy *tld_of_name(const struct tld_table *t, struct str name);

struct valid_name {
    struct str name; /* "xn--bcher-kva.test" */
    struct str shown; /* for people: "bücher.test" */
    const struct tld_policy *tld;
};
/* INVALID with the code: "name-empty", "name-too-long", "name-not-text", "label-empty", "label-too-long",
 * "label-too-short", "label-bad-character", "label-hyphen", "name-no-tld", "tld-not-sold", "name-too-deep"
 * (more than one label below the TLD), "name-is-tld", "name-idn-refused" (this TLD has none),
 * "name-idn-invalid" (IDNA2008), "name-confusable" (mixed scripts), "name-reserved". The text names the
 * label and what would be right. */
enum status name_validate(struct arena *a, const struct tld_table *t, struct str text, struct valid_name *n_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* INVALID "years-out-of-range" with the range in the text. */
enum status tld_years_validate(const struct tld_policy *p, int64_t years, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
