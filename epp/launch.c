#include "epp/launch.h"

#include "epp/shape.h"

#define MARK_NS "urn:ietf:params:xml:ns:mark-1.0"
#define SIGNED_MARK_NS "urn:ietf:params:xml:ns:signedMark-1.0"

static const char *const phases[] = {"sunrise", "landrush", "claims", "open", "custom", NULL};
static const char *const forms[] = {"claims", "avail", "trademark", NULL};
static const char *const objects[] = {"application", "registration", NULL};
static const char *const statuses[] = {
    "pendingValidation", "validated", "invalid", "pendingAllocation", "allocated", "rejected", "custom", NULL};

static const struct epp_field phase_fields[] = {
    EPP_ATTR("name", EPP_AT(epp_launch_phase, name), EPP_T_TOKEN, 0),
    EPP_OWN_WORD(EPP_AT(epp_launch_phase, phase), phases),
};
static const struct epp_shape phase_shape = EPP_SHAPE(struct epp_launch_phase, phase_fields);
#define PHASE(type, lo) EPP_PART("phase", EPP_AT(type, phase), &phase_shape, lo)

/* ---- commands -------------------------------------------------------------------------------------- */
static const struct epp_field check_fields[] = {
    EPP_ATTR_WORD_OR("type", EPP_AT(epp_launch_check, type), forms, "claims"),
    PHASE(epp_launch_check, 0),
};
static const struct epp_shape check_shape = EPP_SHAPE(struct epp_launch_check, check_fields);

static const struct epp_field info_fields[] = {
    EPP_ATTR_SAID("includeMark", EPP_AT(epp_launch_info, include_mark), "0"),
    PHASE(epp_launch_info, 1),
    EPP_TEXT("applicationID", EPP_AT(epp_launch_info, application_id), EPP_T_TOKEN, 0),
};
static const struct epp_shape info_shape = EPP_SHAPE(struct epp_launch_info, info_fields);

static const struct epp_field code_fields[] = {
    EPP_ATTR("validatorID", EPP_AT(epp_launch_code_mark, validator), EPP_T_MIN_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_launch_code_mark, code), EPP_T_MIN_TOKEN, 1),
};
static const struct epp_shape code_shape = EPP_SHAPE(struct epp_launch_code_mark, code_fields);
static const struct epp_field code_mark_fields[] = {
    EPP_PART("code", 0, &code_shape, 0),
    EPP_ELEMENTS(MARK_NS, "mark", EPP_AT(epp_launch_code_mark, mark), 0, 1),
};
static const struct epp_shape code_mark_shape = EPP_SHAPE(struct epp_launch_code_mark, code_mark_fields);

static const struct epp_field notice_id_fields[] = {
    EPP_ATTR("validatorID", EPP_AT(epp_launch_notice, validator), EPP_T_MIN_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_launch_notice, id), EPP_T_MIN_TOKEN, 1),
};
static const struct epp_shape notice_id_shape = EPP_SHAPE(struct epp_launch_notice, notice_id_fields);
static const struct epp_field notice_fields[] = {
    EPP_PART("noticeID", 0, &notice_id_shape, 1),
    EPP_TIME("notAfter", EPP_AT(epp_launch_notice, not_after), 1),
    EPP_TIME("acceptedDate", EPP_AT(epp_launch_notice, accepted), 1),
};
static const struct epp_shape notice_shape = EPP_SHAPE(struct epp_launch_notice, notice_fields);

static const struct epp_field create_fields[] = {
    EPP_ATTR_WORD("type", EPP_AT(epp_launch_create, type), objects, 0),
    PHASE(epp_launch_create, 1),
    EPP_PARTS("codeMark", EPP_AT(epp_launch_create, code_marks), &code_mark_shape, 0, EPP_MANY),
    EPP_ELEMENTS(SIGNED_MARK_NS, "signedMark", EPP_AT(epp_launch_create, signed_marks), 0, EPP_MANY),
    EPP_ELEMENTS(SIGNED_MARK_NS, "encodedSignedMark", EPP_AT(epp_launch_create, encoded_marks), 0, EPP_MANY),
    EPP_PARTS("notice", EPP_AT(epp_launch_create, notices), &notice_shape, 0, EPP_MANY),
};
static const struct epp_shape create_shape = {.fields = create_fields,
    .n = ARRAY_LEN(create_fields),
    .size = sizeof(struct epp_launch_create),
    .choice = true,
    .maybe = true,
    .first = 2,
    .past = 5};

static const struct epp_field id_fields[] = {
    PHASE(epp_launch_id, 1),
    EPP_TEXT("applicationID", EPP_AT(epp_launch_id, application_id), EPP_T_TOKEN, 1),
};
static const struct epp_shape id_shape = EPP_SHAPE(struct epp_launch_id, id_fields);

/* ---- responses ------------------------------------------------------------------------------------- */
static const struct epp_field key_fields[] = {
    EPP_ATTR("validatorID", EPP_AT(epp_launch_key, validator), EPP_T_MIN_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_launch_key, key), EPP_T_TOKEN, 1),
};
static const struct epp_shape key_shape = EPP_SHAPE(struct epp_launch_key, key_fields);
static const struct epp_field name_fields[] = {
    EPP_ATTR_BOOL("exists", EPP_AT(epp_launch_checked, exists)),
    EPP_OWN(EPP_AT(epp_launch_checked, name), EPP_T_LABEL, 1),
};
static const struct epp_shape name_shape = EPP_SHAPE(struct epp_launch_checked, name_fields);
static const struct epp_field checked_fields[] = {
    EPP_PART("name", 0, &name_shape, 1),
    EPP_PARTS("claimKey", EPP_AT(epp_launch_checked, keys), &key_shape, 0, EPP_MANY),
};
static const struct epp_shape checked_shape = EPP_SHAPE(struct epp_launch_checked, checked_fields);
static const struct epp_field chk_fields[] = {
    PHASE(epp_launch_check_data, 0),
    EPP_PARTS("cd", EPP_AT(epp_launch_check_data, checked), &checked_shape, 1, EPP_MANY),
};
static const struct epp_shape chk_shape = EPP_SHAPE(struct epp_launch_check_data, chk_fields);

static const struct epp_field status_fields[] = {
    EPP_ATTR_WORD("s", EPP_AT(epp_launch_info_data, status.s), statuses, 1),
    EPP_ATTR("lang", EPP_AT(epp_launch_info_data, status.lang), EPP_T_LANG, 0),
    EPP_ATTR("name", EPP_AT(epp_launch_info_data, status.name), EPP_T_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_launch_info_data, status.text), EPP_T_TEXT, 0),
};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_launch_info_data, status_fields);
static const struct epp_field inf_fields[] = {
    PHASE(epp_launch_info_data, 1),
    EPP_TEXT("applicationID", EPP_AT(epp_launch_info_data, application_id), EPP_T_TOKEN, 0),
    EPP_PART("status", 0, &status_shape, 0),
    EPP_ELEMENTS(MARK_NS, "mark", EPP_AT(epp_launch_info_data, marks), 0, EPP_MANY),
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_launch_info_data, inf_fields);

/* ---- rows ------------------------------------------------------------------------------------------ */
#define COMMAND(word, form, verb) EPP_EXT_COMMAND(EPP_LAUNCH_NS, "launch", word, form, verb, EPP_DOMAIN)
#define RESPONSE(word, form) EPP_EXT_RESPONSE(EPP_LAUNCH_NS, "launch", word, form)
const struct epp_ext_element epp_launch_check = COMMAND("check", &check_shape, EPP_CHECK);
const struct epp_ext_element epp_launch_info = COMMAND("info", &info_shape, EPP_INFO);
const struct epp_ext_element epp_launch_create = COMMAND("create", &create_shape, EPP_CREATE);
const struct epp_ext_element epp_launch_update = COMMAND("update", &id_shape, EPP_UPDATE);
const struct epp_ext_element epp_launch_delete = COMMAND("delete", &id_shape, EPP_DELETE);
const struct epp_ext_element epp_launch_chk_data = RESPONSE("chkData", &chk_shape);
const struct epp_ext_element epp_launch_cre_data = RESPONSE("creData", &id_shape);
const struct epp_ext_element epp_launch_inf_data = RESPONSE("infData", &inf_shape);

static const struct epp_ext_element *const elements[] = {&epp_launch_check, &epp_launch_info, &epp_launch_create,
    &epp_launch_update, &epp_launch_delete, &epp_launch_chk_data, &epp_launch_cre_data, &epp_launch_inf_data};
const struct epp_extension epp_launch_extension = EPP_EXTENSION(EPP_LAUNCH_NS, elements);
