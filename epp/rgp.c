#include "epp/rgp.h"

#include "epp/object.h"

static const struct epp_field status_fields[] = {EPP_STATUS(EPP_T_RGP_STATUS)};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);
static const struct epp_field data_fields[] = {
    EPP_PARTS("rgpStatus", EPP_AT(epp_rgp_data, statuses), &status_shape, 1, EPP_MANY)};
static const struct epp_shape data_shape = EPP_SHAPE(struct epp_rgp_data, data_fields);

static const struct epp_field mixed_fields[] = {EPP_MIXED(0)};
static const struct epp_shape mixed_shape = EPP_SHAPE(struct epp_mixed, mixed_fields);
static const struct epp_field text_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_rgp_text, lang), EPP_T_LANG, 0),
    EPP_MIXED(EPP_AT(epp_rgp_text, text)),
};
static const struct epp_shape text_shape = EPP_SHAPE(struct epp_rgp_text, text_fields);
static const struct epp_field report_fields[] = {
    EPP_PART("preData", EPP_AT(epp_rgp_update, report.pre_data), &mixed_shape, 1),
    EPP_PART("postData", EPP_AT(epp_rgp_update, report.post_data), &mixed_shape, 1),
    EPP_TIME("delTime", EPP_AT(epp_rgp_update, report.del_time), 1),
    EPP_TIME("resTime", EPP_AT(epp_rgp_update, report.res_time), 1),
    EPP_PART("resReason", EPP_AT(epp_rgp_update, report.reason), &text_shape, 1),
    EPP_PARTS("statement", EPP_AT(epp_rgp_update, report.statements), &text_shape, 1, 2),
    EPP_PART("other", EPP_AT(epp_rgp_update, report.other), &mixed_shape, 0),
};
static const struct epp_shape report_shape = EPP_SHAPE(struct epp_rgp_update, report_fields);
static const struct epp_field restore_fields[] = {
    EPP_ATTR("op", EPP_AT(epp_rgp_update, op), EPP_T_RGP_OP, 1),
    EPP_PART("report", 0, &report_shape, 0),
};
static const struct epp_shape restore_shape = EPP_SHAPE(struct epp_rgp_update, restore_fields);
static const struct epp_field update_fields[] = {EPP_PART("restore", 0, &restore_shape, 1)};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_rgp_update, update_fields);

const struct epp_ext_element epp_rgp_inf_data = {
    .ns = EPP_RGP_NS, .prefix = "rgp", .name = "infData", .shape = &data_shape, .response = true};
const struct epp_ext_element epp_rgp_up_data = {
    .ns = EPP_RGP_NS, .prefix = "rgp", .name = "upData", .shape = &data_shape, .response = true};
const struct epp_ext_element epp_rgp_update = {.ns = EPP_RGP_NS,
    .prefix = "rgp",
    .name = "update",
    .shape = &update_shape,
    .commands = EPP_WITH(EPP_UPDATE),
    .objects = EPP_ON(EPP_DOMAIN)};
static const struct epp_ext_element *const elements[] = {&epp_rgp_inf_data, &epp_rgp_up_data, &epp_rgp_update};
const struct epp_extension epp_rgp_extension = EPP_EXTENSION(EPP_RGP_NS, elements);
