#include "epp/change_poll.h"

#include "epp/shape.h"

static const char *const states[] = {"before", "after", NULL};
static const char *const operations[] = {"create", "delete", "renew", "transfer", "update", "restore", "autoRenew",
    "autoDelete", "autoPurge", "custom", NULL};
static const char *const cases[] = {"udrp", "urs", "custom", NULL};

static const struct epp_field operation_fields[] = {
    EPP_ATTR("op", EPP_AT(epp_change_poll, operation.op), EPP_T_TOKEN, 0),
    EPP_OWN_WORD(EPP_AT(epp_change_poll, operation.word), operations),
};
static const struct epp_shape operation_shape = EPP_SHAPE(struct epp_change_poll, operation_fields);
static const struct epp_field case_fields[] = {
    EPP_ATTR_WORD("type", EPP_AT(epp_change_poll, case_id.type), cases, 1),
    EPP_ATTR("name", EPP_AT(epp_change_poll, case_id.name), EPP_T_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_change_poll, case_id.id), EPP_T_TOKEN, 1),
};
static const struct epp_shape case_shape = EPP_SHAPE(struct epp_change_poll, case_fields);
static const struct epp_field reason_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_text, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_text, text), EPP_T_REASON, 1),
};
static const struct epp_shape reason_shape = EPP_SHAPE(struct epp_text, reason_fields);
static const struct epp_field data_fields[] = {
    EPP_ATTR_WORD_OR("state", EPP_AT(epp_change_poll, state), states, "after"),
    EPP_PART("operation", 0, &operation_shape, 1),
    EPP_TIME("date", EPP_AT(epp_change_poll, date), 1),
    EPP_TEXT("svTRID", EPP_AT(epp_change_poll, svtrid), EPP_T_TRID, 1),
    EPP_TEXT("who", EPP_AT(epp_change_poll, who), EPP_T_LINE, 1),
    EPP_PART("caseId", 0, &case_shape, 0),
    EPP_PART("reason", EPP_AT(epp_change_poll, reason), &reason_shape, 0),
};
static const struct epp_shape data_shape = EPP_SHAPE(struct epp_change_poll, data_fields);

const struct epp_ext_element epp_change_poll_data =
    EPP_EXT_RESPONSE(EPP_CHANGE_POLL_NS, "changePoll", "changeData", &data_shape);
static const struct epp_ext_element *const elements[] = {&epp_change_poll_data};
const struct epp_extension epp_change_poll_extension = EPP_EXTENSION(EPP_CHANGE_POLL_NS, elements);
