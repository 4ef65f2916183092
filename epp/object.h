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

/* Fields that several mappings have. A status: its word, of a type or out of a list, and what people are told of it. */
#define EPP_STATUS(type) EPP_ATTR("s", EPP_AT(epp_status, s), type, 1), EPP_STATUS_TEXT
#define EPP_STATUS_OF(words) EPP_ATTR_WORD("s", EPP_AT(epp_status, s), words, 1), EPP_STATUS_TEXT
#define EPP_STATUS_TEXT                                                                                                \
    EPP_ATTR("lang", EPP_AT(epp_status, lang), EPP_T_LANG, 0), EPP_OWN(EPP_AT(epp_status, text), EPP_T_TEXT, 0)
/* clID to upDate of an info. record: what stands before the members' names ("record.", or nothing); cr: whether crID and
 * crDate are required. */
#define EPP_RECORD(type, record, cr)                                                                                   \
    EPP_TEXT("clID", EPP_AT(type, record cl_id), EPP_T_CLID, 1),                                                       \
        EPP_TEXT("crID", EPP_AT(type, record cr_id), EPP_T_CLID, cr),                                                  \
        EPP_TIME("crDate", EPP_AT(type, record cr_date), cr),                                                          \
        EPP_TEXT("upID", EPP_AT(type, record up_id), EPP_T_CLID, 0),                                                   \
        EPP_TIME("upDate", EPP_AT(type, record up_date), 0)
/* The answer to a create, up to its date. key: "name" or "id". */
#define EPP_CREATED(key_name, key_type)                                                                                \
    EPP_TEXT(key_name, EPP_AT(epp_create_data, key), key_type, 1),                                                     \
        EPP_TIME("crDate", EPP_AT(epp_create_data, cr_date), 1)
/* Defines the shape of chkData; word is its own within the file, reason the shape of a reason. */
#define EPP_CHECKS(shape, word, key_name, key_type, reason)                                                            \
    static const struct epp_field word##_avail_fields[] = {                                                            \
        EPP_ATTR_BOOL("avail", EPP_AT(epp_checked, avail)),                                                            \
        EPP_OWN(EPP_AT(epp_checked, key), key_type, 1),                                                                \
    };                                                                                                                 \
    static const struct epp_shape word##_avail_shape = EPP_SHAPE(struct epp_checked, word##_avail_fields);             \
    static const struct epp_field word##_checked_fields[] = {                                                          \
        EPP_PART(key_name, 0, &word##_avail_shape, 1),                                                                 \
        EPP_PART("reason", 0, &reason, 0),                                                                             \
    };                                                                                                                 \
    static const struct epp_shape word##_checked_shape = EPP_SHAPE(struct epp_checked, word##_checked_fields);         \
    static const struct epp_field word##_checks_fields[] = {EPP_PARTS("cd", 0, &word##_checked_shape, 1, EPP_MANY)};   \
    const struct epp_shape shape = EPP_SHAPE(struct epp_check_data, word##_checks_fields)
#define EPP_CHECK_REASON(type)                                                                                         \
    EPP_ATTR("lang", EPP_AT(epp_checked, lang), EPP_T_LANG, 0), EPP_OWN(EPP_AT(epp_checked, reason), type, 1)

/* Parts that several mappings share. */
extern const struct epp_shape epp_auth_shape; /* pw or ext */
extern const struct epp_shape epp_auth_chg_shape; /* pw, ext or null */
extern const struct epp_shape epp_addr_shape;
extern const struct epp_shape epp_period_shape;
extern const struct epp_shape epp_domain_renew_shape; /* command */
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
