#include "epp/poll_data.h"

#include "epp/object.h"

static const char *const thresholds[] = {"FIXED", "PERCENT", NULL};

static const struct epp_field threshold_fields[] = {
    EPP_ATTR_WORD("type", EPP_AT(epp_low_balance, threshold.type), thresholds, 1),
    EPP_OWN(EPP_AT(epp_low_balance, threshold.value), EPP_T_TEXT, 1),
};
static const struct epp_shape threshold_shape = EPP_SHAPE(struct epp_low_balance, threshold_fields);
static const struct epp_field low_fields[] = {
    EPP_TEXT("registrarName", EPP_AT(epp_low_balance, registrar), EPP_T_LABEL, 1),
    EPP_TEXT("creditLimit", EPP_AT(epp_low_balance, limit), EPP_T_TEXT, 1),
    EPP_PART("creditThreshold", 0, &threshold_shape, 1),
    EPP_TEXT("availableCredit", EPP_AT(epp_low_balance, available), EPP_T_TEXT, 1),
};
static const struct epp_shape low_shape = EPP_SHAPE(struct epp_low_balance, low_fields);

static const struct epp_field status_fields[] = {EPP_STATUS(EPP_T_RGP_STATUS)};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);
static const struct epp_field rgp_fields[] = {
    EPP_TEXT("name", EPP_AT(epp_rgp_poll, name), EPP_T_LABEL, 1),
    EPP_PART("rgpStatus", EPP_AT(epp_rgp_poll, status), &status_shape, 1),
    EPP_TIME("reqDate", EPP_AT(epp_rgp_poll, req_date), 1),
    EPP_TIME("reportDueDate", EPP_AT(epp_rgp_poll, report_due), 1),
};
static const struct epp_shape rgp_shape = EPP_SHAPE(struct epp_rgp_poll, rgp_fields);

static const struct epp_field eurid_fields[] = {
    EPP_TEXT("context", EPP_AT(epp_eurid_poll, context), EPP_T_TEXT, 1),
    EPP_TEXT("objectType", EPP_AT(epp_eurid_poll, object_type), EPP_T_TEXT, 1),
    EPP_TEXT("object", EPP_AT(epp_eurid_poll, object), EPP_T_TEXT, 1),
    EPP_TEXT("objectUnicode", EPP_AT(epp_eurid_poll, object_unicode), EPP_T_TEXT, 0),
    EPP_TEXT("action", EPP_AT(epp_eurid_poll, action), EPP_T_TEXT, 1),
    EPP_TEXT("code", EPP_AT(epp_eurid_poll, code), EPP_T_SECONDS, 1),
    EPP_TEXT("detail", EPP_AT(epp_eurid_poll, detail), EPP_T_TEXT, 0),
    EPP_TEXT("registrar", EPP_AT(epp_eurid_poll, registrar), EPP_T_TEXT, 0),
};
static const struct epp_shape eurid_shape = EPP_SHAPE(struct epp_eurid_poll, eurid_fields);

const struct epp_object_row epp_low_balance_row = {.object = EPP_LOW_BALANCE,
    .ns = EPP_LOW_BALANCE_NS,
    .prefix = "lowbalance-poll",
    .data = {[EPP_POLL_DATA] = &low_shape}};
const struct epp_object_row epp_rgp_poll_row = {
    .object = EPP_RGP_POLL, .ns = EPP_RGP_POLL_NS, .prefix = "rgp-poll", .data = {[EPP_POLL_DATA] = &rgp_shape}};
const struct epp_object_row epp_eurid_poll_row = {
    .object = EPP_EURID_POLL, .ns = EPP_EURID_POLL_NS, .prefix = "poll", .data = {[EPP_POLL_DATA] = &eurid_shape}};
