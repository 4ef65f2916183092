/* The domain mapping (RFC 5731). */
#include "epp/object.h"

#define NAME(type) EPP_TEXT("name", EPP_AT(type, name), EPP_T_LABEL, 1)

static const struct epp_field period_fields[] = {
    EPP_ATTR_OR("unit", EPP_AT(epp_period, unit), EPP_T_UNIT, 1, "y"),
    {.name = "", .kind = EPP_K_OWN_NUM, .offset = EPP_AT(epp_period, n), .min = 1, .max = 1, .lo = 1, .hi = 99},
};
const struct epp_shape epp_period_shape = EPP_SHAPE(struct epp_period, period_fields);

static const struct epp_field host_attr_fields[] = {
    EPP_TEXT("hostName", EPP_AT(epp_host_attr, name), EPP_T_LABEL, 1),
    EPP_PARTS("hostAddr", EPP_AT(epp_host_attr, addrs), &epp_addr_shape, 0, EPP_MANY),
};
static const struct epp_shape host_attr_shape = EPP_SHAPE(struct epp_host_attr, host_attr_fields);

static const struct epp_field ns_fields[] = {
    EPP_TEXTS("hostObj", EPP_AT(epp_ns, hosts), EPP_T_LABEL, 0, EPP_MANY),
    EPP_PARTS("hostAttr", EPP_AT(epp_ns, attrs), &host_attr_shape, 0, EPP_MANY),
};
static const struct epp_shape ns_shape = EPP_CHOICE(struct epp_ns, ns_fields);
const struct epp_shape epp_foreign_ns_shape = {.fields = ns_fields,
    .n = ARRAY_LEN(ns_fields),
    .size = sizeof(struct epp_ns),
    .choice = true,
    .ns = EPP_DOMAIN_NS,
    .prefix = "domain"};

static const struct epp_field contact_fields[] = {
    EPP_ATTR("type", EPP_AT(epp_domain_contact, type), EPP_T_CONTACT_TYPE, 0),
    EPP_OWN(EPP_AT(epp_domain_contact, id), EPP_T_CLID, 1),
};
static const struct epp_shape contact_shape = EPP_SHAPE(struct epp_domain_contact, contact_fields);

static const struct epp_field status_fields[] = {EPP_STATUS(EPP_T_DOMAIN_STATUS)};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);

/* ---- commands -------------------------------------------------------------------------------------- */
static const struct epp_field info_name_fields[] = {
    EPP_ATTR_OR("hosts", EPP_AT(epp_domain_info, hosts), EPP_T_HOSTS, 0, "all"),
    EPP_OWN(EPP_AT(epp_domain_info, name), EPP_T_LABEL, 1),
};
static const struct epp_shape info_name_shape = EPP_SHAPE(struct epp_domain_info, info_name_fields);
static const struct epp_field info_fields[] = {
    EPP_PART("name", 0, &info_name_shape, 1),
    EPP_PART("authInfo", EPP_AT(epp_domain_info, auth), &epp_auth_shape, 0),
};
static const struct epp_shape info_shape = EPP_SHAPE(struct epp_domain_info, info_fields);

static const struct epp_field create_fields[] = {
    NAME(epp_domain_create),
    EPP_PART("period", EPP_AT(epp_domain_create, period), &epp_period_shape, 0),
    EPP_PART("ns", EPP_AT(epp_domain_create, ns), &ns_shape, 0),
    EPP_TEXT("registrant", EPP_AT(epp_domain_create, registrant), EPP_T_CLID, 0),
    EPP_PARTS("contact", EPP_AT(epp_domain_create, contacts), &contact_shape, 0, EPP_MANY),
    EPP_PART("authInfo", EPP_AT(epp_domain_create, auth), &epp_auth_shape, 1),
};
static const struct epp_shape create_shape = EPP_SHAPE(struct epp_domain_create, create_fields);

static const struct epp_field change_fields[] = {
    EPP_PART("ns", EPP_AT(epp_domain_change, ns), &ns_shape, 0),
    EPP_PARTS("contact", EPP_AT(epp_domain_change, contacts), &contact_shape, 0, EPP_MANY),
    EPP_PARTS("status", EPP_AT(epp_domain_change, statuses), &status_shape, 0, 11),
};
static const struct epp_shape change_shape = EPP_SHAPE(struct epp_domain_change, change_fields);

static const struct epp_field chg_fields[] = {
    EPP_TEXT("registrant", EPP_AT(epp_domain_update, chg.registrant), EPP_T_CLID_CHG, 0),
    EPP_PART("authInfo", EPP_AT(epp_domain_update, chg.auth), &epp_auth_chg_shape, 0),
};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_domain_update, chg_fields);

static const struct epp_field update_fields[] = {
    NAME(epp_domain_update),
    EPP_PART("add", EPP_AT(epp_domain_update, add), &change_shape, 0),
    EPP_PART("rem", EPP_AT(epp_domain_update, rem), &change_shape, 0),
    EPP_PART("chg", 0, &chg_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_domain_update, update_fields);

static const struct epp_field renew_fields[] = {
    NAME(epp_domain_renew),
    EPP_DATE("curExpDate", EPP_AT(epp_domain_renew, cur_ex_date), 1),
    EPP_PART("period", EPP_AT(epp_domain_renew, period), &epp_period_shape, 0),
};
const struct epp_shape epp_domain_renew_shape = EPP_SHAPE(struct epp_domain_renew, renew_fields);

static const struct epp_field transfer_fields[] = {
    NAME(epp_domain_transfer),
    EPP_PART("period", EPP_AT(epp_domain_transfer, period), &epp_period_shape, 0),
    EPP_PART("authInfo", EPP_AT(epp_domain_transfer, auth), &epp_auth_shape, 0),
};
static const struct epp_shape transfer_shape = EPP_SHAPE(struct epp_domain_transfer, transfer_fields);

/* ---- resData --------------------------------------------------------------------------------------- */
static const struct epp_field cre_fields[] = {
    EPP_CREATED("name", EPP_T_LABEL),
    EPP_TIME("exDate", EPP_AT(epp_create_data, ex_date), 0),
};
static const struct epp_shape cre_shape = EPP_SHAPE(struct epp_create_data, cre_fields);

static const struct epp_field inf_fields[] = {
    NAME(epp_domain_info_data),
    EPP_TEXT("roid", EPP_AT(epp_domain_info_data, roid), EPP_T_ROID, 1),
    EPP_PARTS("status", EPP_AT(epp_domain_info_data, statuses), &status_shape, 0, 11),
    EPP_TEXT("registrant", EPP_AT(epp_domain_info_data, registrant), EPP_T_CLID, 0),
    EPP_PARTS("contact", EPP_AT(epp_domain_info_data, contacts), &contact_shape, 0, EPP_MANY),
    EPP_PART("ns", EPP_AT(epp_domain_info_data, ns), &ns_shape, 0),
    EPP_TEXTS("host", EPP_AT(epp_domain_info_data, hosts), EPP_T_LABEL, 0, EPP_MANY),
    EPP_RECORD(epp_domain_info_data, , 0),
    EPP_TIME("exDate", EPP_AT(epp_domain_info_data, ex_date), 0),
    EPP_TIME("trDate", EPP_AT(epp_domain_info_data, tr_date), 0),
    EPP_PART("authInfo", EPP_AT(epp_domain_info_data, auth), &epp_auth_shape, 0),
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_domain_info_data, inf_fields);

static const struct epp_field ren_fields[] = {
    NAME(epp_renew_data),
    EPP_TIME("exDate", EPP_AT(epp_renew_data, ex_date), 0),
};
static const struct epp_shape ren_shape = EPP_SHAPE(struct epp_renew_data, ren_fields);

static const struct epp_field trn_fields[] = {
    EPP_TEXT("name", EPP_AT(epp_transfer_data, key), EPP_T_LABEL, 1),
    EPP_TEXT("trStatus", EPP_AT(epp_transfer_data, status), EPP_T_TRANSFER_STATUS, 1),
    EPP_TEXT("reID", EPP_AT(epp_transfer_data, re_id), EPP_T_CLID, 1),
    EPP_TIME("reDate", EPP_AT(epp_transfer_data, re_date), 1),
    EPP_TEXT("acID", EPP_AT(epp_transfer_data, ac_id), EPP_T_CLID, 1),
    EPP_TIME("acDate", EPP_AT(epp_transfer_data, ac_date), 1),
    EPP_TIME("exDate", EPP_AT(epp_transfer_data, ex_date), 0),
};
static const struct epp_shape trn_shape = EPP_SHAPE(struct epp_transfer_data, trn_fields);

const struct epp_object_row epp_domain_row = {
    .object = EPP_DOMAIN,
    .ns = EPP_DOMAIN_NS,
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
        },
    .data =
        {
            [EPP_CHK_DATA] = &epp_name_checks_shape,
            [EPP_CRE_DATA] = &cre_shape,
            [EPP_INF_DATA] = &inf_shape,
            [EPP_REN_DATA] = &ren_shape,
            [EPP_TRN_DATA] = &trn_shape,
            [EPP_PAN_DATA] = &epp_name_pending_shape,
        },
};
