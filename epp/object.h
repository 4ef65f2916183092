/* The table of object mappings, and the tables' common parts. Internal to epp/.
 *
 * A row says which namespace an object has and which shape stands for it in each command and in each kind
 * of resData. NULL: the mapping has no such command (2101) or data.
 */
#ifndef FW_EPP_OBJECT_H
#define FW_EPP_OBJECT_H

#include "epp/shape.h"

struct epp_object_row {
    enum epp_object object;
    const char *ns, *prefix;
    const char *element[EPP_VERB_COUNT]; /* of the command; NULL: named as the verb */
    const struct epp_shape *command[EPP_VERB_COUNT];
    const struct epp_shape *data[EPP_DATA_COUNT];
};

extern const struct epp_object_row epp_domain_row, epp_contact_row, epp_host_row, epp_org_row, epp_maintenance_row,
    epp_low_balance_row, epp_rgp_poll_row, epp_eurid_poll_row, epp_release_row, epp_fred_domain_row,
    epp_fred_contact_row, epp_fred_nsset_row, epp_fred_keyset_row, epp_fred_enum_row, epp_fred_row; /* domain.c … */
const struct epp_object_row *epp_object_row(enum epp_object o); /* NULL for EPP_NO_OBJECT */
const struct epp_object_row *epp_object_by_ns(const char *ns); /* NULL where there is none */
const char *epp_data_name(enum epp_data d) FW_RETURNS_NONNULL; /* "chkData" */

/* The commands that have no object. */
extern const struct epp_shape epp_login_shape, epp_poll_shape;

/* Parts that several mappings share. */
extern const struct epp_shape epp_auth_shape; /* pw or ext */
extern const struct epp_shape epp_auth_chg_shape; /* pw, ext or null */
extern const struct epp_shape epp_addr_shape;
extern const struct epp_shape epp_period_shape;
extern const struct epp_shape epp_foreign_ns_shape; /* a domain's, within an element of another namespace */
extern const struct epp_shape epp_dnskey_shape; /* secdns.c */
extern const struct epp_shape epp_postal_addr_shape, epp_phone_shape; /* of contacts (contact.c) */
extern const struct epp_shape epp_tr_id_shape; /* its children are EPP's own */
extern const struct epp_shape epp_names_shape, epp_ids_shape; /* check commands */
extern const struct epp_shape epp_name_shape; /* commands with one name or id */
extern const struct epp_shape epp_id_shape;
extern const struct epp_shape epp_name_checks_shape, epp_id_checks_shape; /* chkData */
extern const struct epp_shape epp_name_pending_shape, epp_id_pending_shape; /* panData */

#endif
