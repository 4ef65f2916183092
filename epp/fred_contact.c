/* FRED's contacts. */
#include "epp/fred_shape.h"

#define AT(member) EPP_AT(epp_fred_contact, member)

static const struct epp_field addr_fields[] = {
    EPP_TEXTS("street", EPP_AT(epp_postal, addr.street), EPP_T_OPT_LINE, 1, 3),
    EPP_TEXT("city", EPP_AT(epp_postal, addr.city), EPP_T_LINE, 1),
    EPP_TEXT("sp", EPP_AT(epp_postal, addr.sp), EPP_T_OPT_LINE, 0),
    EPP_TEXT("pc", EPP_AT(epp_postal, addr.pc), EPP_T_POSTCODE, 1),
    EPP_TEXT("cc", EPP_AT(epp_postal, addr.cc), EPP_T_CC, 1),
};
static const struct epp_shape addr_shape = EPP_SHAPE(struct epp_postal, addr_fields);
static const struct epp_field addr_read_fields[] = {
    EPP_TEXTS("street", EPP_AT(epp_postal, addr.street), EPP_T_OPT_LINE, 0, 3),
    EPP_TEXT("city", EPP_AT(epp_postal, addr.city), EPP_T_LINE, 0),
    EPP_TEXT("sp", EPP_AT(epp_postal, addr.sp), EPP_T_OPT_LINE, 0),
    EPP_TEXT("pc", EPP_AT(epp_postal, addr.pc), EPP_T_POSTCODE, 0),
    EPP_TEXT("cc", EPP_AT(epp_postal, addr.cc), EPP_T_CC, 0),
};
static const struct epp_shape addr_read_shape = EPP_SHAPE(struct epp_postal, addr_read_fields);

#define POSTAL(lo, addr)                                                                                               \
    EPP_TEXT("name", EPP_AT(epp_postal, name), EPP_T_LINE, lo),                                                        \
        EPP_TEXT("org", EPP_AT(epp_postal, org), EPP_T_OPT_LINE, 0), EPP_PART("addr", 0, &addr, lo)
static const struct epp_field postal_fields[] = {POSTAL(1, addr_shape)};
static const struct epp_shape postal_shape = EPP_SHAPE(struct epp_postal, postal_fields);
static const struct epp_field chg_postal_fields[] = {POSTAL(0, addr_shape)};
static const struct epp_shape chg_postal_shape = EPP_SHAPE(struct epp_postal, chg_postal_fields);
static const struct epp_field read_postal_fields[] = {POSTAL(0, addr_read_shape)}; /* others' may be hidden */
static const struct epp_shape read_postal_shape = EPP_SHAPE(struct epp_postal, read_postal_fields);

#define SHOWN(name, member) EPP_FLAG(name, EPP_AT(epp_fred_disclose, member))
#define DISCLOSE                                                                                                       \
    SHOWN("voice", voice), SHOWN("fax", fax), SHOWN("email", email), SHOWN("vat", vat), SHOWN("ident", ident),         \
        SHOWN("notifyEmail", notify_email)
static const struct epp_field disclose_fields[] = {EPP_ATTR_BOOL("flag", EPP_AT(epp_fred_disclose, flag)), DISCLOSE};
static const struct epp_shape disclose_shape = EPP_SHAPE(struct epp_fred_disclose, disclose_fields);
static const struct epp_field disclose_addr_fields[] = {
    EPP_ATTR_BOOL("flag", EPP_AT(epp_fred_disclose, flag)), SHOWN("addr", addr), DISCLOSE};
static const struct epp_shape disclose_addr_shape = EPP_SHAPE(struct epp_fred_disclose, disclose_addr_fields);

static const char *const ident_types[] = {"op", "passport", "mpsv", "ico", "birthday", NULL};
static const struct epp_field ident_fields[] = {
    EPP_ATTR_WORD("type", EPP_AT(epp_fred_ident, type), ident_types, 1),
    EPP_OWN(EPP_AT(epp_fred_ident, value), EPP_T_TOKEN_32, 0),
};
static const struct epp_shape ident_shape = EPP_SHAPE(struct epp_fred_ident, ident_fields);
static const struct epp_field chg_ident_fields[] = {
    EPP_ATTR_WORD("type", EPP_AT(epp_fred_ident, type), ident_types, 0),
    EPP_OWN(EPP_AT(epp_fred_ident, value), EPP_T_TOKEN_32, 0),
};
static const struct epp_shape chg_ident_shape = EPP_SHAPE(struct epp_fred_ident, chg_ident_fields);

/* ---- commands -------------------------------------------------------------------------------------- */
#define NUMBERS EPP_TEXT("voice", AT(voice), EPP_T_PHONE, 0), EPP_TEXT("fax", AT(fax), EPP_T_PHONE, 0)
#define AUTH EPP_TEXT("authInfo", AT(auth), EPP_T_AUTH_300, 0)

static const struct epp_field create_fields[] = {
    EPP_TEXT("id", AT(id), EPP_T_OBJ_ID_NEW, 1),
    EPP_PART("postalInfo", AT(postal), &postal_shape, 1),
    NUMBERS,
    EPP_TEXT("email", AT(email), EPP_T_EMAILS, 1),
    AUTH,
    EPP_PART("disclose", AT(disclose), &disclose_shape, 0),
    EPP_TEXT("vat", AT(vat), EPP_T_TOKEN_20, 0),
    EPP_PART("ident", AT(ident), &ident_shape, 0),
    EPP_TEXT("notifyEmail", AT(notify_email), EPP_T_EMAILS, 0),
};
static const struct epp_shape create_shape = EPP_SHAPE(struct epp_fred_contact, create_fields);

static const struct epp_field chg_fields[] = {
    EPP_PART("postalInfo", AT(postal), &chg_postal_shape, 0),
    NUMBERS,
    EPP_TEXT("email", AT(email), EPP_T_EMAILS, 0),
    AUTH,
    EPP_PART("disclose", AT(disclose), &disclose_addr_shape, 0),
    EPP_TEXT("vat", AT(vat), EPP_T_TOKEN_20, 0),
    EPP_PART("ident", AT(ident), &chg_ident_shape, 0),
    EPP_TEXT("notifyEmail", AT(notify_email), EPP_T_EMAILS_CHG, 0),
};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_fred_contact, chg_fields);
static const struct epp_field update_fields[] = {
    EPP_TEXT("id", AT(id), EPP_T_OBJ_ID, 1),
    EPP_PART("chg", 0, &chg_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_fred_contact, update_fields);

/* ---- resData --------------------------------------------------------------------------------------- */
static const char *const statuses[] = {"ok", "linked", "serverTransferProhibited", "serverDeleteProhibited",
    "serverUpdateProhibited", "deleteCandidate", "conditionallyIdentifiedContact", "identifiedContact",
    "validatedContact", "mojeidContact", "serverContactNameChangeProhibited",
    "serverContactOrganizationChangeProhibited", "serverContactIdentChangeProhibited",
    "serverContactPermanentAddressChangeProhibited", NULL};
static const struct epp_field status_fields[] = {EPP_STATUS_OF(statuses)};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);

#define INF(member) EPP_AT(epp_fred_contact_info_data, member)
static const struct epp_field inf_fields[] = {
    EPP_TEXT("id", INF(contact.id), EPP_T_OBJ_ID, 1),
    EPP_TEXT("roid", INF(record.roid), EPP_T_ROID, 1),
    EPP_PARTS("status", INF(record.statuses), &status_shape, 0, 13),
    EPP_PART("postalInfo", INF(contact.postal), &read_postal_shape, 1),
    EPP_TEXT("voice", INF(contact.voice), EPP_T_PHONE, 0),
    EPP_TEXT("fax", INF(contact.fax), EPP_T_PHONE, 0),
    EPP_TEXT("email", INF(contact.email), EPP_T_EMAILS, 0),
    EPP_RECORD(epp_fred_contact_info_data, record., 1),
    EPP_TIME("trDate", INF(record.tr_date), 0),
    EPP_TEXT("authInfo", INF(contact.auth), EPP_T_AUTH_300, 0),
    EPP_PART("disclose", INF(contact.disclose), &disclose_addr_shape, 0),
    EPP_TEXT("vat", INF(contact.vat), EPP_T_TOKEN_20, 0),
    EPP_PART("ident", INF(contact.ident), &ident_shape, 0),
    EPP_TEXT("notifyEmail", INF(contact.notify_email), EPP_T_EMAILS, 0),
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_fred_contact_info_data, inf_fields);
static const struct epp_field updated_fields[] = {EPP_FRED_UPDATED(epp_fred_contact_updated, inf_shape)};
static const struct epp_shape updated_shape = EPP_SHAPE(struct epp_fred_contact_updated, updated_fields);

const struct epp_object_row epp_fred_contact_row = {
    .object = EPP_FRED_CONTACT,
    .ns = EPP_FRED_CONTACT_NS,
    .prefix = "contact",
    .command =
        {
            [EPP_CHECK] = &epp_fred_ids_shape,
            [EPP_INFO] = &epp_fred_id_info_shape,
            [EPP_CREATE] = &create_shape,
            [EPP_UPDATE] = &update_shape,
            [EPP_DELETE] = &epp_fred_id_shape,
            [EPP_TRANSFER] = &epp_fred_id_transfer_shape,
            [EPP_SEND_AUTH_INFO] = &epp_fred_id_shape,
        },
    .data =
        {
            [EPP_CHK_DATA] = &epp_fred_id_checks_shape,
            [EPP_CRE_DATA] = &epp_fred_id_created_shape,
            [EPP_INF_DATA] = &inf_shape,
            [EPP_TRN_DATA] = &epp_fred_id_moved_shape,
            [EPP_IDLE_DEL_DATA] = &epp_fred_id_shape,
            [EPP_UPDATE_DATA] = &updated_shape,
        },
};
