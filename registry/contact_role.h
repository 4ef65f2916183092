/* The types of contacts that a domain has beside its registrant, and how many of each: key `contact` of profiles and
 * personalities. */
#ifndef FW_REGISTRY_CONTACT_ROLE_H
#define FW_REGISTRY_CONTACT_ROLE_H

#include "registry/key_file.h"

struct contact_role {
    struct str type; /* "admin", "tech", "billing" */
    int min, max;
};

/* NULL: there is none of that type. */
const struct contact_role *contact_role_find(const struct contact_role *roles, size_t n, struct str type);
/* From lines "TYPE MIN-MAX", each type once; most: the greatest MAX. roles_r lies in f's arena. */
enum status contact_roles_read(struct key_file *f, const struct conf_list *lines, int most,
    struct contact_role **roles_r, size_t *n_r) FW_MUST_CHECK;

#endif
