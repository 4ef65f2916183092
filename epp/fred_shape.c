#include "epp/fred_shape.h"

const char *const epp_fred_levels[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", NULL};

/* ---- check: as in RFC 5731, but that reasons may be long ------------------------------------------------ */
static const struct epp_field reason_fields[] = {EPP_CHECK_REASON(EPP_T_TEXT)};
static const struct epp_shape reason_shape = EPP_SHAPE(struct epp_checked, reason_fields);

EPP_CHECKS(epp_fred_name_checks_shape, name, "name", EPP_T_LABEL, reason_shape);
EPP_CHECKS(epp_fred_id_checks_shape, id, "id", EPP_T_OBJ_ID, reason_shape);

/* ---- by id ---------------------------------------------------------------------------------------------- */
static const struct epp_field ids_fields[] = {EPP_TEXTS("id", EPP_AT(epp_check, keys), EPP_T_OBJ_ID, 1, EPP_MANY)};
const struct epp_shape epp_fred_ids_shape = EPP_SHAPE(struct epp_check, ids_fields);
static const struct epp_field id_fields[] = {EPP_TEXT("id", EPP_AT(epp_key, key), EPP_T_OBJ_ID, 1)};
const struct epp_shape epp_fred_id_shape = EPP_SHAPE(struct epp_key, id_fields);

static const struct epp_field created_fields[] = {EPP_CREATED("id", EPP_T_OBJ_ID)};
const struct epp_shape epp_fred_id_created_shape = EPP_SHAPE(struct epp_create_data, created_fields);

static const struct epp_field id_info_fields[] = {EPP_FRED_KEY_AUTH("id", EPP_T_OBJ_ID, 0)};
const struct epp_shape epp_fred_id_info_shape = EPP_SHAPE(struct epp_fred_key, id_info_fields);
static const struct epp_field id_transfer_fields[] = {EPP_FRED_KEY_AUTH("id", EPP_T_OBJ_ID, 1)};
const struct epp_shape epp_fred_id_transfer_shape = EPP_SHAPE(struct epp_fred_key, id_transfer_fields);
static const struct epp_field set_transfer_fields[] = {EPP_FRED_KEY_AUTH("id", EPP_T_LABEL, 1)};
const struct epp_shape epp_fred_set_transfer_shape = EPP_SHAPE(struct epp_fred_key, set_transfer_fields);

static const struct epp_field moved_fields[] = {EPP_FRED_MOVED("id", EPP_T_OBJ_ID)};
const struct epp_shape epp_fred_id_moved_shape = EPP_SHAPE(struct epp_transfer_data, moved_fields);

/* ---- sets ----------------------------------------------------------------------------------------------- */
static const char *const set_statuses[] = {"ok", "linked", "serverDeleteProhibited", "serverTransferProhibited",
    "serverUpdateProhibited", "deleteCandidate", NULL};
static const struct epp_field set_status_fields[] = {EPP_STATUS_OF(set_statuses)};
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
