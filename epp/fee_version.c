#include "epp/fee_version.h"

#include "epp/object.h"

#define FEE "urn:ietf:params:xml:ns:fee-"
#define FEE_1_0 "urn:ietf:params:xml:ns:epp:fee-1.0"

#define PRICE(member) EPP_AT(epp_fee_price, member)
#define AMOUNT(member) EPP_AT(epp_fee_amount, member)
#define CHARGE(member) EPP_AT(epp_fee_charge, member)
#define SHAPE(type, fields_) static const struct epp_shape fields_##_shape = EPP_SHAPE(struct type, fields_)
#define FIELDS(name) static const struct epp_field name[]

static const char *const commands[] = {"create", "delete", "renew", "update", "transfer", "restore", "custom", NULL};
static const char *const applied[] = {"immediate", "delayed", NULL};

/* ---- amounts --------------------------------------------------------------------------------------- */
#define DESCRIPTION EPP_ATTR("description", AMOUNT(description), EPP_T_TEXT, 0)
#define LANG EPP_ATTR("lang", AMOUNT(lang), EPP_T_LANG, 0)
#define REFUNDABLE(or) EPP_ATTR_SAID("refundable", AMOUNT(refundable), or)
#define GRACE EPP_ATTR("grace-period", AMOUNT(grace_period), EPP_T_DURATION, 0)
#define GRACE_NONE EPP_ATTR_OR("grace-period", AMOUNT(grace_period), EPP_T_DURATION, 0, "P0D")
#define APPLIED(or) EPP_ATTR_WORD_OR("applied", AMOUNT(applied), applied, or)
#define AMOUNT_FEE EPP_OWN(AMOUNT(amount), EPP_T_FEE, 1)

FIELDS(fee05) = {DESCRIPTION, REFUNDABLE("1"), GRACE_NONE, AMOUNT_FEE};
FIELDS(fee06) = {DESCRIPTION, REFUNDABLE("1"), GRACE_NONE, APPLIED("immediate"), AMOUNT_FEE};
FIELDS(fee09) = {DESCRIPTION, REFUNDABLE(NULL), GRACE, APPLIED("immediate"), AMOUNT_FEE};
FIELDS(fee21) = {DESCRIPTION, REFUNDABLE(NULL), GRACE, APPLIED(NULL), AMOUNT_FEE};
FIELDS(fee10) = {DESCRIPTION, LANG, REFUNDABLE(NULL), GRACE, APPLIED(NULL), AMOUNT_FEE};
FIELDS(credit05) = {DESCRIPTION, EPP_OWN(AMOUNT(amount), EPP_T_CREDIT, 1)};
FIELDS(credit10) = {DESCRIPTION, LANG, EPP_OWN(AMOUNT(amount), EPP_T_CREDIT, 1)};
SHAPE(epp_fee_amount, fee05);
SHAPE(epp_fee_amount, fee06);
SHAPE(epp_fee_amount, fee09);
SHAPE(epp_fee_amount, fee21);
SHAPE(epp_fee_amount, fee10);
SHAPE(epp_fee_amount, credit05);
SHAPE(epp_fee_amount, credit10);

/* ---- parts of prices ------------------------------------------------------------------------------- */
#define NAME EPP_TEXT("name", PRICE(id), EPP_T_LABEL, 1)
#define CURRENCY(min_) EPP_TEXT("currency", PRICE(currency), EPP_T_CURRENCY, min_)
#define PERIOD(min_) EPP_PART("period", PRICE(period), &epp_period_shape, min_)
#define FEES(s, min_) EPP_PARTS("fee", PRICE(fees), &s##_shape, min_, EPP_MANY)
#define CREDITS(s) EPP_PARTS("credit", PRICE(credits), &s##_shape, 0, EPP_MANY)
#define CLASS EPP_TEXT("class", PRICE(class), EPP_T_TOKEN, 0)
#define REASON EPP_PART("reason", PRICE(reason), &reason_shape, 0)
#define AVAIL EPP_ATTR_SAID("avail", PRICE(avail), "1")
#define PHASES EPP_ATTR("phase", PRICE(phase), EPP_T_TOKEN, 0), EPP_ATTR("subphase", PRICE(subphase), EPP_T_TOKEN, 0)
#define COMMAND EPP_PART("command", 0, &command05_shape, 1)
#define OBJ_ID EPP_PART("objID", 0, &obj_id_shape, 1)
#define OBJECT EPP_PART("object", 0, &object_shape, 1)
#define DATE(name_, member) EPP_TIME(name_, PRICE(member), 0)

FIELDS(command05) = {PHASES, EPP_OWN(PRICE(command), EPP_T_FEE_NAME, 1)};
SHAPE(epp_fee_price, command05);
FIELDS(reason) = {
    EPP_ATTR("lang", EPP_AT(epp_text, lang), EPP_T_LANG, 0), EPP_OWN(EPP_AT(epp_text, text), EPP_T_TOKEN, 0)};
SHAPE(epp_text, reason);
FIELDS(obj_id) = {EPP_ATTR_OR("element", PRICE(element), EPP_T_NMTOKEN, 0, "name"), EPP_OWN(PRICE(id), EPP_T_LABEL, 1)};
SHAPE(epp_fee_price, obj_id);
/* A copy of what the check command named: <domain:name>. */
FIELDS(object) = {NAME};
static const struct epp_shape object_shape = {
    .fields = object, .n = 1, .size = sizeof(struct epp_fee_price), .ns = EPP_DOMAIN_NS, .prefix = "domain"};

/* The commands of 0.12 and later: as asked, and as answered. */
#define COMMAND_NAME EPP_ATTR("name", PRICE(command), EPP_T_FEE_NAME, 0)
#define COMMAND_WORD(min_) EPP_ATTR_WORD("name", PRICE(command), commands, min_)
#define CUSTOM EPP_ATTR("customName", PRICE(custom_name), EPP_T_TOKEN, 0)
FIELDS(asked12) = {COMMAND_NAME, PHASES, PERIOD(0), CLASS, DATE("date", date)};
FIELDS(told12) = {AVAIL, COMMAND_NAME, PHASES, PERIOD(0), FEES(fee09, 0), CREDITS(credit05), CLASS,
    EPP_TEXT("reason", PRICE(reason.text), EPP_T_TOKEN, 0), DATE("date", date), DATE("notAfter", not_after)};
FIELDS(command21) = {COMMAND_WORD(0), CUSTOM, PHASES, PERIOD(0), FEES(fee21, 0), CREDITS(credit05), CLASS, REASON};
FIELDS(asked10) = {COMMAND_WORD(1), CUSTOM, PHASES, PERIOD(0)};
FIELDS(told10) = {COMMAND_WORD(1), CUSTOM, PHASES, EPP_ATTR_SAID("standard", PRICE(standard), "0"), PERIOD(0),
    FEES(fee10, 0), CREDITS(credit10), REASON};
SHAPE(epp_fee_price, asked12);
SHAPE(epp_fee_price, told12);
SHAPE(epp_fee_price, command21);
SHAPE(epp_fee_price, asked10);
SHAPE(epp_fee_price, told10);

/* ---- check and chkData ----------------------------------------------------------------------------- */
#define COMMANDS(type, s, min_) EPP_PARTS("command", EPP_AT(type, commands), &s##_shape, min_, EPP_MANY)
#define OBJECTS(name_, s) EPP_PARTS(name_, EPP_AT(epp_fee_list, objects), &s##_shape, 1, EPP_MANY)

FIELDS(domain05) = {NAME, CURRENCY(0), COMMAND, PERIOD(0)};
FIELDS(object09) = {EPP_ATTR("objURI", PRICE(uri), EPP_T_URI, 0), OBJ_ID, CURRENCY(0), COMMAND, PERIOD(0)};
FIELDS(cd05) = {NAME, CURRENCY(1), COMMAND, PERIOD(1), FEES(fee05, 1), CLASS};
FIELDS(cd06) = {NAME, CURRENCY(1), COMMAND, PERIOD(1), FEES(fee06, 0), CLASS};
FIELDS(cd07) = {NAME, CURRENCY(1), COMMAND, PERIOD(0), FEES(fee06, 0), CLASS};
FIELDS(cd08) = {NAME, CURRENCY(1), COMMAND, PERIOD(0), FEES(fee06, 0), CREDITS(credit05), CLASS};
FIELDS(cd09) = {EPP_ATTR("objURI", PRICE(uri), EPP_T_URI, 0), OBJ_ID, CURRENCY(1), COMMAND, PERIOD(0), FEES(fee09, 0),
    CREDITS(credit05), CLASS};
FIELDS(cd11) = {AVAIL, OBJECT, COMMAND, CURRENCY(1), PERIOD(0), FEES(fee09, 0), CREDITS(credit05), CLASS,
    EPP_TEXT("reason", PRICE(reason.text), EPP_T_TOKEN, 0)};
FIELDS(cd12) = {OBJECT, COMMANDS(epp_fee_object, told12, 1)};
FIELDS(cd21) = {AVAIL, OBJ_ID, COMMANDS(epp_fee_object, command21, 0), REASON};
FIELDS(cd10) = {AVAIL, OBJ_ID, CLASS, COMMANDS(epp_fee_object, told10, 0), REASON};
SHAPE(epp_fee_object, domain05);
SHAPE(epp_fee_object, object09);
SHAPE(epp_fee_object, cd05);
SHAPE(epp_fee_object, cd06);
SHAPE(epp_fee_object, cd07);
SHAPE(epp_fee_object, cd08);
SHAPE(epp_fee_object, cd09);
SHAPE(epp_fee_object, cd11);
SHAPE(epp_fee_object, cd12);
SHAPE(epp_fee_object, cd21);
SHAPE(epp_fee_object, cd10);

FIELDS(check05) = {OBJECTS("domain", domain05)};
FIELDS(check09) = {OBJECTS("object", object09)};
FIELDS(check11) = {COMMAND, CURRENCY(0), PERIOD(0), CLASS};
FIELDS(check12) = {CURRENCY(0), COMMANDS(epp_fee_list, asked12, 1)};
FIELDS(check21) = {CURRENCY(0), COMMANDS(epp_fee_list, command21, 1)};
FIELDS(check10) = {CURRENCY(0), COMMANDS(epp_fee_list, asked10, 1)};
FIELDS(chk_data05) = {OBJECTS("cd", cd05)};
FIELDS(chk_data06) = {OBJECTS("cd", cd06)};
FIELDS(chk_data07) = {OBJECTS("cd", cd07)};
FIELDS(chk_data08) = {OBJECTS("cd", cd08)};
FIELDS(chk_data09) = {OBJECTS("cd", cd09)};
FIELDS(chk_data11) = {OBJECTS("cd", cd11)};
FIELDS(chk_data12) = {CURRENCY(0), OBJECTS("cd", cd12)};
FIELDS(chk_data21) = {CURRENCY(1), OBJECTS("cd", cd21)};
FIELDS(chk_data10) = {CURRENCY(1), OBJECTS("cd", cd10)};
SHAPE(epp_fee_list, check05);
SHAPE(epp_fee_list, check09);
SHAPE(epp_fee_list, check11);
SHAPE(epp_fee_list, check12);
SHAPE(epp_fee_list, check21);
SHAPE(epp_fee_list, check10);
SHAPE(epp_fee_list, chk_data05);
SHAPE(epp_fee_list, chk_data06);
SHAPE(epp_fee_list, chk_data07);
SHAPE(epp_fee_list, chk_data08);
SHAPE(epp_fee_list, chk_data09);
SHAPE(epp_fee_list, chk_data11);
SHAPE(epp_fee_list, chk_data12);
SHAPE(epp_fee_list, chk_data21);
SHAPE(epp_fee_list, chk_data10);

/* Prices in info, which came to an end with 0.8. */
FIELDS(info05) = {CURRENCY(0), COMMAND, PERIOD(0)};
FIELDS(info06) = {CURRENCY(1), COMMAND, PERIOD(1)};
FIELDS(inf_data05) = {CURRENCY(1), COMMAND, PERIOD(1), FEES(fee05, 1), CLASS};
FIELDS(inf_data06) = {CURRENCY(1), COMMAND, PERIOD(1), FEES(fee06, 1), CLASS};
FIELDS(inf_data07) = {CURRENCY(1), COMMAND, PERIOD(0), FEES(fee06, 1), CLASS};
SHAPE(epp_fee_list, info05);
SHAPE(epp_fee_list, info06);
SHAPE(epp_fee_list, inf_data05);
SHAPE(epp_fee_list, inf_data06);
SHAPE(epp_fee_list, inf_data07);

/* ---- charges --------------------------------------------------------------------------------------- */
#define C_CURRENCY(min_) EPP_TEXT("currency", CHARGE(currency), EPP_T_CURRENCY, min_)
#define C_PERIOD EPP_PART("period", CHARGE(period), &epp_period_shape, 0)
#define C_FEES(s, min_) EPP_PARTS("fee", CHARGE(fees), &s##_shape, min_, EPP_MANY)
#define C_CREDITS(s, min_) EPP_PARTS("credit", CHARGE(credits), &s##_shape, min_, EPP_MANY)
#define BALANCE                                                                                                        \
    EPP_TEXT("balance", CHARGE(balance), EPP_T_DECIMAL, 0),                                                            \
        EPP_TEXT("creditLimit", CHARGE(credit_limit), EPP_T_DECIMAL, 0)

FIELDS(agree05) = {C_CURRENCY(1), C_FEES(fee05, 1)};
FIELDS(agree06) = {C_CURRENCY(1), C_FEES(fee06, 1)};
FIELDS(agree07) = {C_CURRENCY(0), C_FEES(fee06, 1)};
FIELDS(agree08) = {C_CURRENCY(0), C_FEES(fee06, 1), C_CREDITS(credit05, 0)};
FIELDS(agree09) = {C_CURRENCY(0), C_FEES(fee09, 1), C_CREDITS(credit05, 0)};
FIELDS(agree21) = {C_CURRENCY(0), C_FEES(fee21, 1), C_CREDITS(credit05, 0)};
FIELDS(agree10) = {C_CURRENCY(0), C_FEES(fee10, 1), C_CREDITS(credit10, 0)};
FIELDS(done05) = {C_CURRENCY(1), C_FEES(fee05, 1), BALANCE};
FIELDS(done06) = {C_CURRENCY(1), C_FEES(fee06, 1), BALANCE};
FIELDS(done08) = {C_CURRENCY(1), C_FEES(fee06, 0), C_CREDITS(credit05, 0), BALANCE};
FIELDS(done09) = {C_CURRENCY(1), C_FEES(fee09, 0), C_CREDITS(credit05, 0), BALANCE};
FIELDS(done21) = {C_CURRENCY(0), C_PERIOD, C_FEES(fee21, 0), C_CREDITS(credit05, 0), BALANCE};
FIELDS(done10) = {C_CURRENCY(0), C_PERIOD, C_FEES(fee10, 0), C_CREDITS(credit10, 0), BALANCE};
FIELDS(trn_data06) = {C_CURRENCY(1), C_PERIOD, C_FEES(fee06, 1), BALANCE};
FIELDS(trn_data08) = {C_CURRENCY(1), C_PERIOD, C_FEES(fee06, 1), C_CREDITS(credit05, 0)};
FIELDS(trn_data09) = {C_CURRENCY(1), C_PERIOD, C_FEES(fee09, 1), C_CREDITS(credit05, 0)};
FIELDS(trn_data12) = {C_CURRENCY(1), C_PERIOD, C_FEES(fee09, 1), C_CREDITS(credit05, 0), BALANCE};
FIELDS(del_data05) = {C_CURRENCY(1), C_CREDITS(credit05, 1), BALANCE};
FIELDS(del_data08) = {C_CURRENCY(1), C_CREDITS(credit05, 0), BALANCE};
SHAPE(epp_fee_charge, agree05);
SHAPE(epp_fee_charge, agree06);
SHAPE(epp_fee_charge, agree07);
SHAPE(epp_fee_charge, agree08);
SHAPE(epp_fee_charge, agree09);
SHAPE(epp_fee_charge, agree21);
SHAPE(epp_fee_charge, agree10);
SHAPE(epp_fee_charge, done05);
SHAPE(epp_fee_charge, done06);
SHAPE(epp_fee_charge, done08);
SHAPE(epp_fee_charge, done09);
SHAPE(epp_fee_charge, done21);
SHAPE(epp_fee_charge, done10);
SHAPE(epp_fee_charge, trn_data06);
SHAPE(epp_fee_charge, trn_data08);
SHAPE(epp_fee_charge, trn_data09);
SHAPE(epp_fee_charge, trn_data12);
SHAPE(epp_fee_charge, del_data05);
SHAPE(epp_fee_charge, del_data08);

/* ---- the versions ---------------------------------------------------------------------------------- */
#define ASKS(role, uri_, word, s, verb)                                                                                \
    [role] = {.ns = uri_, .prefix = "fee", .name = word, .shape = &s##_shape, .commands = EPP_WITH(verb)}
#define TELLS(role, uri_, word, s)                                                                                     \
    [role] = {.ns = uri_, .prefix = "fee", .name = word, .shape = &s##_shape, .response = true}
#define CHECKS(uri_, check, chk_data)                                                                                  \
    ASKS(EPP_FEE_CHECK, uri_, "check", check, EPP_CHECK), TELLS(EPP_FEE_CHK_DATA, uri_, "chkData", chk_data)
#define INFOS(uri_, info, inf_data)                                                                                    \
    ASKS(EPP_FEE_INFO, uri_, "info", info, EPP_INFO), TELLS(EPP_FEE_INF_DATA, uri_, "infData", inf_data)
#define CHARGES(uri_, agree, done, trn_data, del_data)                                                                 \
    ASKS(EPP_FEE_CREATE, uri_, "create", agree, EPP_CREATE), TELLS(EPP_FEE_CRE_DATA, uri_, "creData", done),           \
        ASKS(EPP_FEE_RENEW, uri_, "renew", agree, EPP_RENEW), TELLS(EPP_FEE_REN_DATA, uri_, "renData", done),          \
        ASKS(EPP_FEE_TRANSFER, uri_, "transfer", agree, EPP_TRANSFER),                                                 \
        TELLS(EPP_FEE_TRN_DATA, uri_, "trnData", trn_data), ASKS(EPP_FEE_UPDATE, uri_, "update", agree, EPP_UPDATE),   \
        TELLS(EPP_FEE_UPD_DATA, uri_, "updData", done), TELLS(EPP_FEE_DEL_DATA, uri_, "delData", del_data)
/* The extension's list of a version's elements; those with info have two more. */
#define LIST(e)                                                                                                        \
    &e[EPP_FEE_CHECK], &e[EPP_FEE_CHK_DATA], &e[EPP_FEE_CREATE], &e[EPP_FEE_CRE_DATA], &e[EPP_FEE_RENEW],              \
        &e[EPP_FEE_REN_DATA], &e[EPP_FEE_TRANSFER], &e[EPP_FEE_TRN_DATA], &e[EPP_FEE_UPDATE], &e[EPP_FEE_UPD_DATA],    \
        &e[EPP_FEE_DEL_DATA]
#define EXTENSION(n, uri_, ...)                                                                                        \
    static const struct epp_ext_element *const list##n[] = {__VA_ARGS__};                                              \
    const struct epp_extension epp_fee##n##_extension = EPP_EXTENSION(uri_, list##n)
#define ELEMENTS(n) static const struct epp_ext_element element##n[EPP_FEE_ROLES]

ELEMENTS(05) = {CHECKS(FEE "0.5", check05, chk_data05), INFOS(FEE "0.5", info05, inf_data05),
    CHARGES(FEE "0.5", agree05, done05, done05, del_data05)};
ELEMENTS(06) = {CHECKS(FEE "0.6", check05, chk_data06), INFOS(FEE "0.6", info06, inf_data06),
    CHARGES(FEE "0.6", agree06, done06, trn_data06, del_data05)};
ELEMENTS(07) = {CHECKS(FEE "0.7", check05, chk_data07), INFOS(FEE "0.7", info05, inf_data07),
    CHARGES(FEE "0.7", agree07, done06, trn_data06, del_data05)};
ELEMENTS(08) = {CHECKS(FEE "0.8", check05, chk_data08), CHARGES(FEE "0.8", agree08, done08, trn_data08, del_data08)};
ELEMENTS(09) = {CHECKS(FEE "0.9", check09, chk_data09), CHARGES(FEE "0.9", agree09, done09, trn_data09, del_data08)};
ELEMENTS(11) = {CHECKS(FEE "0.11", check11, chk_data11), CHARGES(FEE "0.11", agree09, done09, trn_data09, del_data08)};
ELEMENTS(12) = {CHECKS(FEE "0.12", check12, chk_data12), CHARGES(FEE "0.12", agree09, done09, trn_data12, done09)};
ELEMENTS(21) = {CHECKS(FEE "0.21", check21, chk_data21), CHARGES(FEE "0.21", agree21, done21, done21, done21)};
ELEMENTS(23) = {CHECKS(FEE "0.23", check21, chk_data21), CHARGES(FEE "0.23", agree21, done21, done21, done21)};
ELEMENTS(10) = {CHECKS(FEE_1_0, check10, chk_data10), CHARGES(FEE_1_0, agree10, done10, done10, done10)};

EXTENSION(05, FEE "0.5", LIST(element05), &element05[EPP_FEE_INFO], &element05[EPP_FEE_INF_DATA]);
EXTENSION(06, FEE "0.6", LIST(element06), &element06[EPP_FEE_INFO], &element06[EPP_FEE_INF_DATA]);
EXTENSION(07, FEE "0.7", LIST(element07), &element07[EPP_FEE_INFO], &element07[EPP_FEE_INF_DATA]);
EXTENSION(08, FEE "0.8", LIST(element08));
EXTENSION(09, FEE "0.9", LIST(element09));
EXTENSION(11, FEE "0.11", LIST(element11));
EXTENSION(12, FEE "0.12", LIST(element12));
EXTENSION(21, FEE "0.21", LIST(element21));
EXTENSION(23, FEE "0.23", LIST(element23));
EXTENSION(10, FEE_1_0, LIST(element10));

const struct epp_fee_version epp_fee_versions[] = {
    {"0.5", &epp_fee05_extension, element05, .by_name = true},
    {"0.6", &epp_fee06_extension, element06, .by_name = true},
    {"0.7", &epp_fee07_extension, element07, .by_name = true},
    {"0.8", &epp_fee08_extension, element08, .by_name = true, .credits = true},
    {"0.9", &epp_fee09_extension, element09, .by_name = true, .credits = true},
    {"0.11", &epp_fee11_extension, element11, .credits = true},
    {"0.12", &epp_fee12_extension, element12, .many = true, .credits = true},
    {"0.21", &epp_fee21_extension, element21, .many = true, .credits = true},
    {"0.23", &epp_fee23_extension, element23, .many = true, .credits = true},
    {"1.0", &epp_fee10_extension, element10, .many = true, .credits = true},
};
const size_t epp_fee_version_count = ARRAY_LEN(epp_fee_versions);
