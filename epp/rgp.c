/* Registry grace periods, RGP-1.0 (RFC 3915). */
#include "epp/extension.h"
#include "epp/shape.h"

static const struct epp_field status_fields[] = {
    EPP_ATTR("s", EPP_AT(epp_status, s), EPP_T_RGP_STATUS, 1),
    EPP_ATTR("lang", EPP_AT(epp_status, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_status, text), EPP_T_TEXT, 0),
};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);
static const struct epp_field data_fields[] = {
    EPP_PARTS("rgpStatus", EPP_AT(epp_rgp_data, statuses), &status_shape, 1, EPP_MANY)};
static const struct epp_shape data_shape = EPP_SHAPE(struct epp_rgp_data, data_fields);

static const struct epp_field text_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_text, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_text, text), EPP_T_TEXT, 1),
};
static const struct epp_shape text_shape = EPP_SHAPE(struct epp_text, text_fields);
static const struct epp_field report_fields[] = {
    EPP_TEXT("preData", EPP_AT(epp_rgp_update, report.pre_data), EPP_T_TEXT, 1),
    EPP_TEXT("postData", EPP_AT(epp_rgp_update, report.post_data), EPP_T_TEXT, 1),
    EPP_TIME("delTime", EPP_AT(epp_rgp_update, report.del_time), 1),
    EPP_TIME("resTime", EPP_AT(epp_rgp_update, report.res_time), 1),
    EPP_PART("resReason", EPP_AT(epp_rgp_update, report.reason), &text_shape, 1),
    EPP_PARTS("statement", EPP_AT(epp_rgp_update, report.statements), &text_shape, 1, 2),
    EPP_TEXT("other", EPP_AT(epp_rgp_update, report.other), EPP_T_TEXT, 0),
};
static const struct epp_shape report_shape = EPP_SHAPE(struct epp_rgp_update, report_fields);
static const struct epp_field restore_fields[] = {
    EPP_ATTR("op", EPP_AT(epp_rgp_update, op), EPP_T_RGP_OP, 1),
    EPP_PART("report", 0, &report_shape, 0),
};
static const struct epp_shape restore_shape = EPP_SHAPE(struct epp_rgp_update, restore_fields);
static const struct epp_field update_fields[] = {EPP_PART("restore", 0, &restore_shape, 1)};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_rgp_update, update_fields);

const struct epp_ext_element epp_rgp_inf_data = {EPP_RGP_NS, "rgp", "infData", &data_shape, true, EPP_INFO};
const struct epp_ext_element epp_rgp_up_data = {EPP_RGP_NS, "rgp", "upData", &data_shape, true, EPP_UPDATE};
const struct epp_ext_element epp_rgp_update = {EPP_RGP_NS, "rgp", "update", &update_shape, false, EPP_UPDATE};
