/* The organization mapping (RFC 8543). */
#include "epp/org.h"

#include "epp/object.h"

static const char *const statuses[] = {"ok", "hold", "terminated", "clientDeleteProhibited", "clientUpdateProhibited",
    "clientLinkProhibited", "linked", "pendingCreate", "pendingUpdate", "pendingDelete", "serverDeleteProhibited",
    "serverUpdateProhibited", "serverLinkProhibited", NULL};
static const char *const role_statuses[] = {"ok", "clientLinkProhibited", "linked", "serverLinkProhibited", NULL};
static const char *const contact_types[] = {"admin", "billing", "tech", "abuse", "custom", NULL};

#define ID(type) EPP_TEXT("id", EPP_AT(type, id), EPP_T_CLID, 1)
#define STATUSES(type, lo, hi) EPP_WORDS("status", EPP_AT(type, statuses), statuses, lo, hi)

static const struct epp_field role_fields[] = {
    EPP_TEXT("type", EPP_AT(epp_org_role, type), EPP_T_TOKEN, 1),
    EPP_WORDS("status", EPP_AT(epp_org_role, statuses), role_statuses, 0, 3),
    EPP_TEXT("roleID", EPP_AT(epp_org_role, id), EPP_T_TOKEN, 0),
};
static const struct epp_shape role_shape = EPP_SHAPE(struct epp_org_role, role_fields);

static const struct epp_field contact_fields[] = {
    EPP_ATTR_WORD("type", EPP_AT(epp_org_contact, type), contact_types, 1),
    EPP_ATTR("typeName", EPP_AT(epp_org_contact, type_name), EPP_T_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_org_contact, id), EPP_T_CLID, 1),
};
static const struct epp_shape contact_shape = EPP_SHAPE(struct epp_org_contact, contact_fields);

#define POSTAL(lo)                                                                                                     \
    EPP_ATTR("type", EPP_AT(epp_postal, type), EPP_T_POSTAL_TYPE, 1),                                                  \
        EPP_TEXT("name", EPP_AT(epp_postal, name), EPP_T_LINE, lo), EPP_PART("addr", 0, &epp_postal_addr_shape, 0)
static const struct epp_field postal_fields[] = {POSTAL(1)};
static const struct epp_shape postal_shape = EPP_SHAPE(struct epp_postal, postal_fields);
static const struct epp_field chg_postal_fields[] = {POSTAL(0)};
static const struct epp_shape chg_postal_shape = EPP_SHAPE(struct epp_postal, chg_postal_fields);

/* What create, update and info have in common; at: the member's place. */
#define PARENT(type, member) EPP_TEXT("parentId", EPP_AT(type, member), EPP_T_CLID, 0)
#define REACH(type, in, form)                                                                                          \
    EPP_PARTS("postalInfo", EPP_AT(type, in postal), form, 0, 2),                                                      \
        EPP_PART("voice", EPP_AT(type, in voice), &epp_phone_shape, 0),                                                \
        EPP_PART("fax", EPP_AT(type, in fax), &epp_phone_shape, 0),                                                    \
        EPP_TEXT("email", EPP_AT(type, in email), EPP_T_MIN_TOKEN, 0),                                                 \
        EPP_TEXT("url", EPP_AT(type, in url), EPP_T_URI, 0)
#define CONTACTS(type) EPP_PARTS("contact", EPP_AT(type, contacts), &contact_shape, 0, EPP_MANY)

/* ---- commands -------------------------------------------------------------------------------------- */
static const struct epp_field create_fields[] = {
    ID(epp_org_create),
    EPP_PARTS("role", EPP_AT(epp_org_create, roles), &role_shape, 1, EPP_MANY),
    STATUSES(epp_org_create, 0, 4),
    PARENT(epp_org_create, parent),
    REACH(epp_org_create, , &postal_shape),
    CONTACTS(epp_org_create),
};
static const struct epp_shape create_shape = EPP_SHAPE(struct epp_org_create, create_fields);

static const struct epp_field change_fields[] = {
    CONTACTS(epp_org_change),
    EPP_PARTS("role", EPP_AT(epp_org_change, roles), &role_shape, 0, EPP_MANY),
    STATUSES(epp_org_change, 0, 9),
};
static const struct epp_shape change_shape = EPP_SHAPE(struct epp_org_change, change_fields);
static const struct epp_field chg_fields[] = {
    PARENT(epp_org_update, chg.parent),
    REACH(epp_org_update, chg., &chg_postal_shape),
};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_org_update, chg_fields);
static const struct epp_field update_fields[] = {
    ID(epp_org_update),
    EPP_PART("add", EPP_AT(epp_org_update, add), &change_shape, 0),
    EPP_PART("rem", EPP_AT(epp_org_update, rem), &change_shape, 0),
    EPP_PART("chg", 0, &chg_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_org_update, update_fields);

/* ---- resData --------------------------------------------------------------------------------------- */
static const struct epp_field cre_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_create_data, key), EPP_T_CLID, 1),
    EPP_TIME("crDate", EPP_AT(epp_create_data, cr_date), 1),
};
static const struct epp_shape cre_shape = EPP_SHAPE(struct epp_create_data, cre_fields);

static const struct epp_field inf_fields[] = {
    ID(epp_org_info_data),
    EPP_TEXT("roid", EPP_AT(epp_org_info_data, roid), EPP_T_ROID, 1),
    EPP_PARTS("role", EPP_AT(epp_org_info_data, roles), &role_shape, 1, EPP_MANY),
    STATUSES(epp_org_info_data, 1, 9),
    PARENT(epp_org_info_data, parent),
    REACH(epp_org_info_data, , &postal_shape),
    CONTACTS(epp_org_info_data),
    EPP_TEXT("clID", EPP_AT(epp_org_info_data, cl_id), EPP_T_CLID, 0),
    EPP_TEXT("crID", EPP_AT(epp_org_info_data, cr_id), EPP_T_CLID, 1),
    EPP_TIME("crDate", EPP_AT(epp_org_info_data, cr_date), 1),
    EPP_TEXT("upID", EPP_AT(epp_org_info_data, up_id), EPP_T_CLID, 0),
    EPP_TIME("upDate", EPP_AT(epp_org_info_data, up_date), 0),
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_org_info_data, inf_fields);

const struct epp_object_row epp_org_row = {
    .object = EPP_ORG,
    .ns = EPP_ORG_NS,
    .prefix = "org",
    .command =
        {
            [EPP_CHECK] = &epp_ids_shape,
            [EPP_INFO] = &epp_id_shape,
            [EPP_CREATE] = &create_shape,
            [EPP_UPDATE] = &update_shape,
            [EPP_DELETE] = &epp_id_shape,
        },
    .data =
        {
            [EPP_CHK_DATA] = &epp_id_checks_shape,
            [EPP_CRE_DATA] = &cre_shape,
            [EPP_INF_DATA] = &inf_shape,
            [EPP_PAN_DATA] = &epp_id_pending_shape,
        },
};
