/* The contact mapping (RFC 5733). */
#include "epp/object.h"

#define ID(type) EPP_TEXT("id", EPP_AT(type, id), EPP_T_CLID, 1)

static const struct epp_field addr_fields[] = {
    EPP_TEXTS("street", EPP_AT(epp_postal, addr.street), EPP_T_OPT_LINE, 0, 3),
    EPP_TEXT("city", EPP_AT(epp_postal, addr.city), EPP_T_LINE, 1),
    EPP_TEXT("sp", EPP_AT(epp_postal, addr.sp), EPP_T_OPT_LINE, 0),
    EPP_TEXT("pc", EPP_AT(epp_postal, addr.pc), EPP_T_POSTCODE, 0),
    EPP_TEXT("cc", EPP_AT(epp_postal, addr.cc), EPP_T_CC, 1),
};
const struct epp_shape epp_postal_addr_shape = EPP_SHAPE(struct epp_postal, addr_fields);

/* In a change name and addr may be left out (lo = 0). */
#define POSTAL(lo)                                                                                                     \
    EPP_ATTR("type", EPP_AT(epp_postal, type), EPP_T_POSTAL_TYPE, 1),                                                  \
        EPP_TEXT("name", EPP_AT(epp_postal, name), EPP_T_LINE, lo),                                                    \
        EPP_TEXT("org", EPP_AT(epp_postal, org), EPP_T_OPT_LINE, 0), EPP_PART("addr", 0, &epp_postal_addr_shape, lo)
static const struct epp_field postal_fields[] = {POSTAL(1)};
static const struct epp_shape postal_shape = EPP_SHAPE(struct epp_postal, postal_fields);
static const struct epp_field chg_postal_fields[] = {POSTAL(0)};
static const struct epp_shape chg_postal_shape = EPP_SHAPE(struct epp_postal, chg_postal_fields);

static const struct epp_field phone_fields[] = {
    EPP_ATTR("x", EPP_AT(epp_phone, ext), EPP_T_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_phone, number), EPP_T_PHONE, 1),
};
const struct epp_shape epp_phone_shape = EPP_SHAPE(struct epp_phone, phone_fields);

static const struct epp_field disclose_type_fields[] = {EPP_ATTR("type", 0, EPP_T_POSTAL_TYPE, 1)};
static const struct epp_shape disclose_type_shape = EPP_SHAPE(struct str, disclose_type_fields);
static const struct epp_field disclose_fields[] = {
    EPP_ATTR_BOOL("flag", EPP_AT(epp_disclose, flag)),
    EPP_PARTS("name", EPP_AT(epp_disclose, name), &disclose_type_shape, 0, 2),
    EPP_PARTS("org", EPP_AT(epp_disclose, org), &disclose_type_shape, 0, 2),
    EPP_PARTS("addr", EPP_AT(epp_disclose, addr), &disclose_type_shape, 0, 2),
    EPP_FLAG("voice", EPP_AT(epp_disclose, voice)),
    EPP_FLAG("fax", EPP_AT(epp_disclose, fax)),
    EPP_FLAG("email", EPP_AT(epp_disclose, email)),
};
static const struct epp_shape disclose_shape = EPP_SHAPE(struct epp_disclose, disclose_fields);

static const struct epp_field status_fields[] = {EPP_STATUS(EPP_T_CONTACT_STATUS)};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);

/* ---- commands -------------------------------------------------------------------------------------- */
static const struct epp_field info_fields[] = {
    ID(epp_contact_info),
    EPP_PART("authInfo", EPP_AT(epp_contact_info, auth), &epp_auth_shape, 0),
};
static const struct epp_shape info_shape = EPP_SHAPE(struct epp_contact_info, info_fields);

static const struct epp_field create_fields[] = {
    ID(epp_contact_create),
    EPP_PARTS("postalInfo", EPP_AT(epp_contact_create, postal), &postal_shape, 1, 2),
    EPP_PART("voice", EPP_AT(epp_contact_create, voice), &epp_phone_shape, 0),
    EPP_PART("fax", EPP_AT(epp_contact_create, fax), &epp_phone_shape, 0),
    EPP_TEXT("email", EPP_AT(epp_contact_create, email), EPP_T_MIN_TOKEN, 1),
    EPP_PART("authInfo", EPP_AT(epp_contact_create, auth), &epp_auth_shape, 1),
    EPP_PART("disclose", EPP_AT(epp_contact_create, disclose), &disclose_shape, 0),
};
static const struct epp_shape create_shape = EPP_SHAPE(struct epp_contact_create, create_fields);

static const struct epp_field change_fields[] = {EPP_PARTS("status", 0, &status_shape, 1, 7)};
static const struct epp_shape change_shape = EPP_SHAPE(struct epp_statuses, change_fields);

static const struct epp_field chg_fields[] = {
    EPP_PARTS("postalInfo", EPP_AT(epp_contact_update, chg.postal), &chg_postal_shape, 0, 2),
    EPP_PART("voice", EPP_AT(epp_contact_update, chg.voice), &epp_phone_shape, 0),
    EPP_PART("fax", EPP_AT(epp_contact_update, chg.fax), &epp_phone_shape, 0),
    EPP_TEXT("email", EPP_AT(epp_contact_update, chg.email), EPP_T_MIN_TOKEN, 0),
    EPP_PART("authInfo", EPP_AT(epp_contact_update, chg.auth), &epp_auth_shape, 0),
    EPP_PART("disclose", EPP_AT(epp_contact_update, chg.disclose), &disclose_shape, 0),
};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_contact_update, chg_fields);

static const struct epp_field update_fields[] = {
    ID(epp_contact_update),
    EPP_PART("add", EPP_AT(epp_contact_update, add), &change_shape, 0),
    EPP_PART("rem", EPP_AT(epp_contact_update, rem), &change_shape, 0),
    EPP_PART("chg", 0, &chg_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_contact_update, update_fields);

/* ---- resData --------------------------------------------------------------------------------------- */
static const struct epp_field cre_fields[] = {EPP_CREATED("id", EPP_T_CLID)};
static const struct epp_shape cre_shape = EPP_SHAPE(struct epp_create_data, cre_fields);

static const struct epp_field inf_fields[] = {
    ID(epp_contact_info_data),
    EPP_TEXT("roid", EPP_AT(epp_contact_info_data, roid), EPP_T_ROID, 1),
    EPP_PARTS("status", EPP_AT(epp_contact_info_data, statuses), &status_shape, 1, 7),
    EPP_PARTS("postalInfo", EPP_AT(epp_contact_info_data, postal), &postal_shape, 1, 2),
    EPP_PART("voice", EPP_AT(epp_contact_info_data, voice), &epp_phone_shape, 0),
    EPP_PART("fax", EPP_AT(epp_contact_info_data, fax), &epp_phone_shape, 0),
    EPP_TEXT("email", EPP_AT(epp_contact_info_data, email), EPP_T_MIN_TOKEN, 1),
    EPP_RECORD(epp_contact_info_data, , 1),
    EPP_TIME("trDate", EPP_AT(epp_contact_info_data, tr_date), 0),
    EPP_PART("authInfo", EPP_AT(epp_contact_info_data, auth), &epp_auth_shape, 0),
    EPP_PART("disclose", EPP_AT(epp_contact_info_data, disclose), &disclose_shape, 0),
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_contact_info_data, inf_fields);

static const struct epp_field trn_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_transfer_data, key), EPP_T_CLID, 1),
    EPP_TEXT("trStatus", EPP_AT(epp_transfer_data, status), EPP_T_TRANSFER_STATUS, 1),
    EPP_TEXT("reID", EPP_AT(epp_transfer_data, re_id), EPP_T_CLID, 1),
    EPP_TIME("reDate", EPP_AT(epp_transfer_data, re_date), 1),
    EPP_TEXT("acID", EPP_AT(epp_transfer_data, ac_id), EPP_T_CLID, 1),
    EPP_TIME("acDate", EPP_AT(epp_transfer_data, ac_date), 1),
};
static const struct epp_shape trn_shape = EPP_SHAPE(struct epp_transfer_data, trn_fields);

const struct epp_object_row epp_contact_row = {
    .object = EPP_CONTACT,
    .ns = EPP_CONTACT_NS,
    .prefix = "contact",
    .command =
        {
            [EPP_CHECK] = &epp_ids_shape,
            [EPP_INFO] = &info_shape,
            [EPP_CREATE] = &create_shape,
            [EPP_UPDATE] = &update_shape,
            [EPP_DELETE] = &epp_id_shape,
            [EPP_TRANSFER] = &info_shape,
        },
    .data =
        {
            [EPP_CHK_DATA] = &epp_id_checks_shape,
            [EPP_CRE_DATA] = &cre_shape,
            [EPP_INF_DATA] = &inf_shape,
            [EPP_TRN_DATA] = &trn_shape,
            [EPP_PAN_DATA] = &epp_id_pending_shape,
        },
};
