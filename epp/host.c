/* The host mapping (RFC 5732). */
#include "epp/object.h"

#define NAME(type) EPP_TEXT("name", EPP_AT(type, name), EPP_T_LABEL, 1)

static const struct epp_field status_fields[] = {EPP_STATUS(EPP_T_HOST_STATUS)};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);

static const struct epp_field create_fields[] = {
    NAME(epp_host_create),
    EPP_PARTS("addr", EPP_AT(epp_host_create, addrs), &epp_addr_shape, 0, EPP_MANY),
};
static const struct epp_shape create_shape = EPP_SHAPE(struct epp_host_create, create_fields);

static const struct epp_field change_fields[] = {
    EPP_PARTS("addr", EPP_AT(epp_host_change, addrs), &epp_addr_shape, 0, EPP_MANY),
    EPP_PARTS("status", EPP_AT(epp_host_change, statuses), &status_shape, 0, 7),
};
static const struct epp_shape change_shape = EPP_SHAPE(struct epp_host_change, change_fields);

static const struct epp_field chg_fields[] = {EPP_TEXT("name", EPP_AT(epp_host_update, new_name), EPP_T_LABEL, 1)};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_host_update, chg_fields);

static const struct epp_field update_fields[] = {
    NAME(epp_host_update),
    EPP_PART("add", EPP_AT(epp_host_update, add), &change_shape, 0),
    EPP_PART("rem", EPP_AT(epp_host_update, rem), &change_shape, 0),
    EPP_PART("chg", 0, &chg_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_host_update, update_fields);

static const struct epp_field cre_fields[] = {EPP_CREATED("name", EPP_T_LABEL)};
static const struct epp_shape cre_shape = EPP_SHAPE(struct epp_create_data, cre_fields);

static const struct epp_field inf_fields[] = {
    NAME(epp_host_info_data),
    EPP_TEXT("roid", EPP_AT(epp_host_info_data, roid), EPP_T_ROID, 1),
    EPP_PARTS("status", EPP_AT(epp_host_info_data, statuses), &status_shape, 1, 7),
    EPP_PARTS("addr", EPP_AT(epp_host_info_data, addrs), &epp_addr_shape, 0, EPP_MANY),
    EPP_RECORD(epp_host_info_data, , 1),
    EPP_TIME("trDate", EPP_AT(epp_host_info_data, tr_date), 0),
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_host_info_data, inf_fields);

const struct epp_object_row epp_host_row = {
    .object = EPP_HOST,
    .ns = EPP_HOST_NS,
    .prefix = "host",
    .command =
        {
            [EPP_CHECK] = &epp_names_shape,
            [EPP_INFO] = &epp_name_shape,
            [EPP_CREATE] = &create_shape,
            [EPP_UPDATE] = &update_shape,
            [EPP_DELETE] = &epp_name_shape,
        },
    .data =
        {
            [EPP_CHK_DATA] = &epp_name_checks_shape,
            [EPP_CRE_DATA] = &cre_shape,
            [EPP_INF_DATA] = &inf_shape,
            [EPP_PAN_DATA] = &epp_name_pending_shape,
        },
};
