#include "epp/fred_shape.h"

const char *const epp_fred_levels[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", NULL};

/* ---- check: as in RFC 5731, but that reasons may be long ------------------------------------------------ */
static const struct epp_field reason_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_checked, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_checked, reason), EPP_T_TEXT, 1),
};
static const struct epp_shape reason_shape = EPP_SHAPE(struct epp_checked, reason_fields);

#define CHECKS(word, key_name, key_type)                                                                               \
    static const struct epp_field word##_avail_fields[] = {                                                            \
        EPP_ATTR_BOOL("avail", EPP_AT(epp_checked, avail)),                                                            \
        EPP_OWN(EPP_AT(epp_checked, key), key_type, 1),                                                                \
    };                                                                                                                 \
    static const struct epp_shape word##_avail_shape = EPP_SHAPE(struct epp_checked, word##_avail_fields);             \
    static const struct epp_field word##_checked_fields[] = {                                                          \
        EPP_PART(key_name, 0, &word##_avail_shape, 1),                                                                 \
        EPP_PART("reason", 0, &reason_shape, 0),                                                                       \
    };                                                                                                                 \
    static const struct epp_shape word##_checked_shape = EPP_SHAPE(struct epp_checked, word##_checked_fields);         \
    static const struct epp_field word##_checks_fields[] = {EPP_PARTS("cd", 0, &word##_checked_shape, 1, EPP_MANY)};   \
    const struct epp_shape epp_fred_##word##_checks_shape = EPP_SHAPE(struct epp_check_data, word##_checks_fields)

CHECKS(name, "name", EPP_T_LABEL);
CHECKS(id, "id", EPP_T_OBJ_ID);

/* ---- by id ---------------------------------------------------------------------------------------------- */
static const struct epp_field ids_fields[] = {EPP_TEXTS("id", EPP_AT(epp_check, keys), EPP_T_OBJ_ID, 1, EPP_MANY)};
const struct epp_shape epp_fred_ids_shape = EPP_SHAPE(struct epp_check, ids_fields);
static const struct epp_field id_fields[] = {EPP_TEXT("id", EPP_AT(epp_key, key), EPP_T_OBJ_ID, 1)};
const struct epp_shape epp_fred_id_shape = EPP_SHAPE(struct epp_key, id_fields);

static const struct epp_field created_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_create_data, key), EPP_T_OBJ_ID, 1),
    EPP_TIME("crDate", EPP_AT(epp_create_data, cr_date), 1),
};
const struct epp_shape epp_fred_id_created_shape = EPP_SHAPE(struct epp_create_data, created_fields);

#define KEY_AUTH(type, lo)                                                                                             \
    EPP_TEXT("id", EPP_AT(epp_fred_key, key), type, 1),                                                                \
        EPP_TEXT("authInfo", EPP_AT(epp_fred_key, auth), EPP_T_AUTH_300, lo)
static const struct epp_field id_info_fields[] = {KEY_AUTH(EPP_T_OBJ_ID, 0)};
const struct epp_shape epp_fred_id_info_shape = EPP_SHAPE(struct epp_fred_key, id_info_fields);
static const struct epp_field id_transfer_fields[] = {KEY_AUTH(EPP_T_OBJ_ID, 1)};
const struct epp_shape epp_fred_id_transfer_shape = EPP_SHAPE(struct epp_fred_key, id_transfer_fields);
static const struct epp_field set_transfer_fields[] = {KEY_AUTH(EPP_T_LABEL, 1)};
const struct epp_shape epp_fred_set_transfer_shape = EPP_SHAPE(struct epp_fred_key, set_transfer_fields);

static const struct epp_field moved_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_transfer_data, key), EPP_T_OBJ_ID, 1),
    EPP_TIME("trDate", EPP_AT(epp_transfer_data, ac_date), 1),
    EPP_TEXT("clID", EPP_AT(epp_transfer_data, re_id), EPP_T_CLID, 1),
};
const struct epp_shape epp_fred_id_moved_shape = EPP_SHAPE(struct epp_transfer_data, moved_fields);

/* ---- sets ----------------------------------------------------------------------------------------------- */
static const char *const set_statuses[] = {"ok", "linked", "serverDeleteProhibited", "serverTransferProhibited",
    "serverUpdateProhibited", "deleteCandidate", NULL};
static const struct epp_field set_status_fields[] = {
    EPP_ATTR_WORD("s", EPP_AT(epp_status, s), set_statuses, 1),
    EPP_ATTR("lang", EPP_AT(epp_status, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_status, text), EPP_T_TEXT, 0),
};
const struct epp_shape epp_fred_set_status_shape = EPP_SHAPE(struct epp_status, set_status_fields);

static const struct epp_field result_fields[] = {
    EPP_TEXT("testname", EPP_AT(epp_fred_test_result, test), EPP_T_LABEL, 1),
    EPP_SAID("status", EPP_AT(epp_fred_test_result, passed), 1),
    EPP_TEXT("note", EPP_AT(epp_fred_test_result, note), EPP_T_TEXT, 0),
};
static const struct epp_shape result_shape = EPP_SHAPE(struct epp_fred_test_result, result_fields);
static const struct epp_field tested_fields[] = {
    EPP_TEXT("cltestid", EPP_AT(epp_fred_test_results, cltestid), EPP_T_TRID, 0),
    EPP_TEXT("id", EPP_AT(epp_fred_test_results, id), EPP_T_OBJ_ID, 1),
    EPP_TEXTS("name", EPP_AT(epp_fred_test_results, names), EPP_T_LABEL, 0, EPP_MANY),
    EPP_PARTS("result", EPP_AT(epp_fred_test_results, results), &result_shape, 0, EPP_MANY),
};
const struct epp_shape epp_fred_tested_shape = EPP_SHAPE(struct epp_fred_test_results, tested_fields);
