#include "epp/object.h"

static const struct epp_object_row *const rows[] = {&epp_domain_row, &epp_contact_row, &epp_host_row, &epp_org_row,
    &epp_maintenance_row, &epp_low_balance_row, &epp_rgp_poll_row, &epp_eurid_poll_row, &epp_release_row,
    &epp_fred_domain_row, &epp_fred_contact_row, &epp_fred_nsset_row, &epp_fred_keyset_row, &epp_fred_enum_row,
    &epp_fred_row};

const struct epp_object_row *epp_object_row(enum epp_object o)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i]->object == o)
            return rows[i];
    return NULL;
}

const struct epp_object_row *epp_object_by_ns(const char *ns)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i]->ns, ns) == 0)
            return rows[i];
    return NULL;
}

const char *epp_data_name(enum epp_data d)
{
    static const char *const names[EPP_DATA_COUNT] = {"", "chkData", "creData", "infData", "renData", "trnData",
        "panData", "pollData", "resCreditInfo", "infoResponse", "resultsList", "lowCreditData", "requestFeeInfoData",
        "impendingExpData", "expData", "dnsOutageData", "delData", "idleDelData", "testData", "updateData",
        "impendingValExpData", "valExpData"};
    INVARIANT(d < EPP_DATA_COUNT);
    return names[d];
}

/* ---- authInfo -------------------------------------------------------------------------------------- */
static const struct epp_field pw_fields[] = {
    EPP_ATTR("roid", EPP_AT(epp_auth, roid), EPP_T_ROID, 0),
    EPP_OWN(EPP_AT(epp_auth, pw), EPP_T_AUTH, 1),
};
static const struct epp_shape pw_shape = EPP_SHAPE(struct epp_auth, pw_fields);

static const struct epp_field auth_fields[] = {
    EPP_PART("pw", 0, &pw_shape, 0),
    EPP_RAW("ext", EPP_AT(epp_auth, ext)),
    EPP_FLAG("null", EPP_AT(epp_auth, null)),
};
const struct epp_shape epp_auth_chg_shape = EPP_CHOICE(struct epp_auth, auth_fields);
const struct epp_shape epp_auth_shape = {
    .fields = auth_fields, .n = ARRAY_LEN(auth_fields) - 1, .size = sizeof(struct epp_auth), .choice = true};

/* ---- addresses and transaction ids ----------------------------------------------------------------- */
static const struct epp_field addr_fields[] = {
    EPP_ATTR_OR("ip", EPP_AT(epp_addr, ip), EPP_T_IP_TYPE, 0, "v4"),
    EPP_OWN(EPP_AT(epp_addr, text), EPP_T_IP, 1),
};
const struct epp_shape epp_addr_shape = EPP_SHAPE(struct epp_addr, addr_fields);

static const struct epp_field tr_id_fields[] = {
    EPP_TEXT("clTRID", EPP_AT(epp_tr_id, cltrid), EPP_T_TRID, 0),
    EPP_TEXT("svTRID", EPP_AT(epp_tr_id, svtrid), EPP_T_TRID, 1),
};
const struct epp_shape epp_tr_id_shape = {
    .fields = tr_id_fields, .n = ARRAY_LEN(tr_id_fields), .size = sizeof(struct epp_tr_id), .ns = EPP_NS};

/* ---- what differs only in "name" (domain, host) or "id" (contact) ---------------------------------- */
#define KEYS(word, key_name, key_type)                                                                                 \
    static const struct epp_field word##s_fields[] = {                                                                 \
        EPP_TEXTS(key_name, EPP_AT(epp_check, keys), key_type, 1, EPP_MANY)};                                          \
    const struct epp_shape epp_##word##s_shape = EPP_SHAPE(struct epp_check, word##s_fields);                          \
    static const struct epp_field word##_fields[] = {EPP_TEXT(key_name, EPP_AT(epp_key, key), key_type, 1)};           \
    const struct epp_shape epp_##word##_shape = EPP_SHAPE(struct epp_key, word##_fields);                              \
    EPP_CHECKS(epp_##word##_checks_shape, word, key_name, key_type, reason_shape);                                     \
    static const struct epp_field word##_done_fields[] = {                                                             \
        EPP_ATTR_BOOL("paResult", EPP_AT(epp_pending_data, result)),                                                   \
        EPP_OWN(EPP_AT(epp_pending_data, key), key_type, 1),                                                           \
    };                                                                                                                 \
    static const struct epp_shape word##_done_shape = EPP_SHAPE(struct epp_pending_data, word##_done_fields);          \
    static const struct epp_field word##_pending_fields[] = {                                                          \
        EPP_PART(key_name, 0, &word##_done_shape, 1),                                                                  \
        EPP_PART("paTRID", EPP_AT(epp_pending_data, tr_id), &epp_tr_id_shape, 1),                                      \
        EPP_TIME("paDate", EPP_AT(epp_pending_data, date), 1),                                                         \
    };                                                                                                                 \
    const struct epp_shape epp_##word##_pending_shape = EPP_SHAPE(struct epp_pending_data, word##_pending_fields)

static const struct epp_field reason_fields[] = {EPP_CHECK_REASON(EPP_T_REASON)};
static const struct epp_shape reason_shape = EPP_SHAPE(struct epp_checked, reason_fields);

KEYS(name, "name", EPP_T_LABEL);
KEYS(id, "id", EPP_T_CLID);
