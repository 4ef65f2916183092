/* FRED's domains, and what its poll messages say of them. */
#include "epp/fred.h"
#include "epp/fred_shape.h"

#define NAME(type) EPP_TEXT("name", EPP_AT(type, name), EPP_T_LABEL, 1)
#define AUTH(type, member, lo) EPP_TEXT("authInfo", EPP_AT(type, member), EPP_T_AUTH_300, lo)
#define ADMINS(type, member) EPP_TEXTS("admin", EPP_AT(type, member), EPP_T_OBJ_ID, 0, EPP_MANY)

/* ---- commands -------------------------------------------------------------------------------------- */
static const struct epp_field info_fields[] = {EPP_FRED_KEY_AUTH("name", EPP_T_LABEL, 0)};
static const struct epp_shape info_shape = EPP_SHAPE(struct epp_fred_key, info_fields);
static const struct epp_field transfer_fields[] = {EPP_FRED_KEY_AUTH("name", EPP_T_LABEL, 1)};
static const struct epp_shape transfer_shape = EPP_SHAPE(struct epp_fred_key, transfer_fields);

static const struct epp_field create_fields[] = {
    NAME(epp_fred_domain_create),
    EPP_PART("period", EPP_AT(epp_fred_domain_create, period), &epp_period_shape, 0),
    EPP_TEXT("nsset", EPP_AT(epp_fred_domain_create, nsset), EPP_T_OBJ_ID, 0),
    EPP_TEXT("keyset", EPP_AT(epp_fred_domain_create, keyset), EPP_T_OBJ_ID, 0),
    EPP_TEXT("registrant", EPP_AT(epp_fred_domain_create, registrant), EPP_T_OBJ_ID, 1),
    ADMINS(epp_fred_domain_create, admins),
    AUTH(epp_fred_domain_create, auth, 0),
};
static const struct epp_shape create_shape = EPP_SHAPE(struct epp_fred_domain_create, create_fields);

static const struct epp_field add_fields[] = {ADMINS(epp_fred_domain_update, add_admins)};
static const struct epp_shape add_shape = EPP_SHAPE(struct epp_fred_domain_update, add_fields);
static const struct epp_field rem_fields[] = {
    ADMINS(epp_fred_domain_update, rem_admins),
    EPP_TEXTS("tempcontact", EPP_AT(epp_fred_domain_update, rem_temps), EPP_T_OBJ_ID, 0, EPP_MANY),
};
static const struct epp_shape rem_shape = EPP_SHAPE(struct epp_fred_domain_update, rem_fields);
static const struct epp_field chg_fields[] = {
    EPP_TEXT("nsset", EPP_AT(epp_fred_domain_update, chg.nsset), EPP_T_OBJ_ID_CHG, 0),
    EPP_TEXT("keyset", EPP_AT(epp_fred_domain_update, chg.keyset), EPP_T_OBJ_ID_CHG, 0),
    EPP_TEXT("registrant", EPP_AT(epp_fred_domain_update, chg.registrant), EPP_T_OBJ_ID, 0),
    AUTH(epp_fred_domain_update, chg.auth, 0),
};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_fred_domain_update, chg_fields);
static const struct epp_field update_fields[] = {
    NAME(epp_fred_domain_update),
    EPP_PART("add", 0, &add_shape, 0),
    EPP_PART("rem", 0, &rem_shape, 0),
    EPP_PART("chg", 0, &chg_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_fred_domain_update, update_fields);

/* ---- resData --------------------------------------------------------------------------------------- */
static const struct epp_field cre_fields[] = {
    EPP_CREATED("name", EPP_T_LABEL),
    EPP_DATE("exDate", EPP_AT(epp_create_data, ex_date), 0),
};
static const struct epp_shape cre_shape = EPP_SHAPE(struct epp_create_data, cre_fields);
static const struct epp_field ren_fields[] = {
    NAME(epp_renew_data),
    EPP_DATE("exDate", EPP_AT(epp_renew_data, ex_date), 0),
};
static const struct epp_shape ren_shape = EPP_SHAPE(struct epp_renew_data, ren_fields);

static const char *const statuses[] = {"ok", "serverDeleteProhibited", "serverRenewProhibited",
    "serverTransferProhibited", "serverUpdateProhibited", "serverRegistrantChangeProhibited", "serverBlocked",
    "serverOutzoneManual", "serverInzoneManual", "expired", "outzone", "notValidated", "deleteCandidate", NULL};
static const struct epp_field status_fields[] = {EPP_STATUS_OF(statuses)};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);

#define INF(member) EPP_AT(epp_fred_domain_info_data, member)
static const struct epp_field inf_fields[] = {
    NAME(epp_fred_domain_info_data),
    EPP_TEXT("roid", INF(record.roid), EPP_T_ROID, 1),
    EPP_PARTS("status", INF(record.statuses), &status_shape, 0, 13),
    EPP_TEXT("registrant", INF(registrant), EPP_T_OBJ_ID, 0),
    ADMINS(epp_fred_domain_info_data, admins),
    EPP_TEXT("nsset", INF(nsset), EPP_T_LABEL, 0),
    EPP_TEXT("keyset", INF(keyset), EPP_T_LABEL, 0),
    EPP_RECORD(epp_fred_domain_info_data, record., 0),
    EPP_DATE("exDate", INF(ex_date), 0),
    EPP_TIME("trDate", INF(record.tr_date), 0),
    AUTH(epp_fred_domain_info_data, auth, 0),
    EPP_TEXTS("tempcontact", INF(temps), EPP_T_OBJ_ID, 0, EPP_MANY),
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_fred_domain_info_data, inf_fields);

/* ---- poll messages --------------------------------------------------------------------------------- */
static const struct epp_field moved_fields[] = {EPP_FRED_MOVED("name", EPP_T_LABEL)};
static const struct epp_shape moved_shape = EPP_SHAPE(struct epp_transfer_data, moved_fields);
static const struct epp_field expiry_fields[] = {
    NAME(epp_fred_expiry),
    EPP_DATE("exDate", EPP_AT(epp_fred_expiry, date), 1),
};
static const struct epp_shape expiry_shape = EPP_SHAPE(struct epp_fred_expiry, expiry_fields);
static const struct epp_field valid_fields[] = {
    NAME(epp_fred_expiry),
    EPP_DATE("valExDate", EPP_AT(epp_fred_expiry, date), 1),
};
static const struct epp_shape valid_shape = EPP_SHAPE(struct epp_fred_expiry, valid_fields);
static const struct epp_field updated_fields[] = {EPP_FRED_UPDATED(epp_fred_domain_updated, inf_shape)};
static const struct epp_shape updated_shape = EPP_SHAPE(struct epp_fred_domain_updated, updated_fields);

const struct epp_object_row epp_fred_domain_row = {
    .object = EPP_FRED_DOMAIN,
    .ns = EPP_FRED_DOMAIN_NS,
    .prefix = "domain",
    .command =
        {
            [EPP_CHECK] = &epp_names_shape,
            [EPP_INFO] = &info_shape,
            [EPP_CREATE] = &create_shape,
            [EPP_UPDATE] = &update_shape,
            [EPP_DELETE] = &epp_name_shape,
            [EPP_RENEW] = &epp_domain_renew_shape,
            [EPP_TRANSFER] = &transfer_shape,
            [EPP_SEND_AUTH_INFO] = &epp_name_shape,
        },
    .data =
        {
            [EPP_CHK_DATA] = &epp_fred_name_checks_shape,
            [EPP_CRE_DATA] = &cre_shape,
            [EPP_INF_DATA] = &inf_shape,
            [EPP_REN_DATA] = &ren_shape,
            [EPP_TRN_DATA] = &moved_shape,
            [EPP_IMPENDING_EXP_DATA] = &expiry_shape,
            [EPP_EXP_DATA] = &expiry_shape,
            [EPP_DNS_OUTAGE_DATA] = &expiry_shape,
            [EPP_DEL_DATA] = &expiry_shape,
            [EPP_UPDATE_DATA] = &updated_shape,
        },
};
/* The validation of ENUM domains, in poll messages; with commands it is an extension (fred.h). */
const struct epp_object_row epp_fred_enum_row = {
    .object = EPP_FRED_ENUM,
    .ns = EPP_ENUMVAL_NS,
    .prefix = "enumval",
    .data = {[EPP_IMPENDING_VAL_EXP_DATA] = &valid_shape, [EPP_VAL_EXP_DATA] = &valid_shape},
};
