#include "epp/centralnic.h"

#include "epp/object.h"

/* ---- regtype --------------------------------------------------------------------------------------- */
static const struct epp_field regtype_fields[] = {EPP_TEXT("type", EPP_AT(epp_regtype, type), EPP_T_MIN_TOKEN, 0)};
static const struct epp_shape regtype_shape = EPP_SHAPE(struct epp_regtype, regtype_fields);
static const struct epp_field regtype_chg_fields[] = {EPP_PART("chg", 0, &regtype_shape, 1)};
static const struct epp_shape regtype_chg_shape = EPP_SHAPE(struct epp_regtype, regtype_chg_fields);

#define COMMAND(word, form, verb) EPP_EXT_COMMAND(EPP_REGTYPE_NS, "regtype", word, form, verb, EPP_DOMAIN)
const struct epp_ext_element epp_regtype_create = COMMAND("create", &regtype_shape, EPP_CREATE);
const struct epp_ext_element epp_regtype_update = COMMAND("update", &regtype_chg_shape, EPP_UPDATE);
const struct epp_ext_element epp_regtype_inf_data =
    EPP_EXT_RESPONSE(EPP_REGTYPE_NS, "regtype", "infData", &regtype_shape);
#undef COMMAND
static const struct epp_ext_element *const regtype_elements[] = {
    &epp_regtype_create, &epp_regtype_update, &epp_regtype_inf_data};
const struct epp_extension epp_regtype_extension = EPP_EXTENSION(EPP_REGTYPE_NS, regtype_elements);

/* ---- auxcontact ------------------------------------------------------------------------------------ */
static const struct epp_field contact_fields[] = {
    EPP_ATTR("type", EPP_AT(epp_domain_contact, type), EPP_T_MIN_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_domain_contact, id), EPP_T_CLID, 1),
};
static const struct epp_shape contact_shape = EPP_SHAPE(struct epp_domain_contact, contact_fields);
static const struct epp_field contacts_fields[] = {
    EPP_PARTS("contact", EPP_AT(epp_auxcontacts, contacts), &contact_shape, 0, EPP_MANY)};
static const struct epp_shape contacts_shape = EPP_SHAPE(struct epp_auxcontacts, contacts_fields);
static const struct epp_field change_fields[] = {
    EPP_PART("rem", EPP_AT(epp_auxcontact_update, rem), &contacts_shape, 0),
    EPP_PART("add", EPP_AT(epp_auxcontact_update, add), &contacts_shape, 0),
};
static const struct epp_shape change_shape = EPP_SHAPE(struct epp_auxcontact_update, change_fields);

#define COMMAND(word, form, verb) EPP_EXT_COMMAND(EPP_AUXCONTACT_NS, "auxcontact", word, form, verb, EPP_DOMAIN)
const struct epp_ext_element epp_auxcontact_create = COMMAND("create", &contacts_shape, EPP_CREATE);
const struct epp_ext_element epp_auxcontact_update = COMMAND("update", &change_shape, EPP_UPDATE);
const struct epp_ext_element epp_auxcontact_inf_data =
    EPP_EXT_RESPONSE(EPP_AUXCONTACT_NS, "auxcontact", "infData", &contacts_shape);
#undef COMMAND
static const struct epp_ext_element *const auxcontact_elements[] = {
    &epp_auxcontact_create, &epp_auxcontact_update, &epp_auxcontact_inf_data};
const struct epp_extension epp_auxcontact_extension = EPP_EXTENSION(EPP_AUXCONTACT_NS, auxcontact_elements);

/* ---- pricing --------------------------------------------------------------------------------------- */
static const char *const actions[] = {"create", "renew", "transfer", "restore", NULL};
#define ASKED                                                                                                          \
    EPP_TEXT("currency", EPP_AT(epp_pricing, currency), EPP_T_CURRENCY, 1),                                            \
        EPP_WORD("action", EPP_AT(epp_pricing, action), actions, 1),                                                   \
        EPP_PART("period", EPP_AT(epp_pricing, period), &epp_period_shape, 1)
static const struct epp_field asked_fields[] = {ASKED};
static const struct epp_shape asked_shape = EPP_SHAPE(struct epp_pricing, asked_fields);
static const struct epp_field priced_fields[] = {
    ASKED, EPP_TEXT("price", EPP_AT(epp_pricing, price), EPP_T_DECIMAL, 1)};
static const struct epp_shape priced_shape = EPP_SHAPE(struct epp_pricing, priced_fields);

const struct epp_ext_element epp_pricing_check =
    EPP_EXT_COMMAND(EPP_PRICING_NS, "pricing", "check", &asked_shape, EPP_CHECK, EPP_DOMAIN);
const struct epp_ext_element epp_pricing_chk_data =
    EPP_EXT_RESPONSE(EPP_PRICING_NS, "pricing", "chkData", &priced_shape);
static const struct epp_ext_element *const pricing_elements[] = {&epp_pricing_check, &epp_pricing_chk_data};
const struct epp_extension epp_pricing_extension = EPP_EXTENSION(EPP_PRICING_NS, pricing_elements);

/* ---- web forwards ---------------------------------------------------------------------------------- */
static const struct epp_field wf_fields[] = {EPP_TEXT("url", EPP_AT(epp_wf, url), EPP_T_TOKEN, 1)};
static const struct epp_shape wf_shape = EPP_SHAPE(struct epp_wf, wf_fields);

#define COMMAND(word, verb) EPP_EXT_COMMAND(EPP_WF_NS, "wf", word, &wf_shape, verb, EPP_DOMAIN)
const struct epp_ext_element epp_wf_create = COMMAND("create", EPP_CREATE);
const struct epp_ext_element epp_wf_update = COMMAND("update", EPP_UPDATE);
const struct epp_ext_element epp_wf_inf_data = EPP_EXT_RESPONSE(EPP_WF_NS, "wf", "infData", &wf_shape);
#undef COMMAND
static const struct epp_ext_element *const wf_elements[] = {&epp_wf_create, &epp_wf_update, &epp_wf_inf_data};
const struct epp_extension epp_wf_extension = EPP_EXTENSION(EPP_WF_NS, wf_elements);

/* ---- works of art ---------------------------------------------------------------------------------- */
#define ART(name, member) EPP_TEXT(name, EPP_AT(epp_art_record, member), EPP_T_SHORT, 1)
static const struct epp_field art_fields[] = {
    ART("objectType", object_type),
    ART("materialsAndTechniques", materials),
    ART("dimensions", dimensions),
    ART("title", title),
    ART("dateOrPeriod", period),
    ART("maker", maker),
    ART("reference", reference),
};
static const struct epp_shape art_shape = EPP_SHAPE(struct epp_art_record, art_fields);

#define COMMAND(word, verb) EPP_EXT_COMMAND(EPP_ART_RECORD_NS, "artRecord", word, &art_shape, verb, EPP_DOMAIN)
const struct epp_ext_element epp_art_record_create = COMMAND("create", EPP_CREATE);
const struct epp_ext_element epp_art_record_update = COMMAND("update", EPP_UPDATE);
const struct epp_ext_element epp_art_record_inf_data =
    EPP_EXT_RESPONSE(EPP_ART_RECORD_NS, "artRecord", "infData", &art_shape);
#undef COMMAND
static const struct epp_ext_element *const art_elements[] = {
    &epp_art_record_create, &epp_art_record_update, &epp_art_record_inf_data};
const struct epp_extension epp_art_record_extension = EPP_EXTENSION(EPP_ART_RECORD_NS, art_elements);

/* ---- contacts of .sk ------------------------------------------------------------------------------- */
static const char *const legal_forms[] = {"CORP", "PERS", NULL};
static const struct epp_field ident_fields[] = {
    EPP_TEXT("corpIdent", EPP_AT(epp_sk_ident, corporation), EPP_T_LINE_32, 0),
    EPP_DATE("persIdent", EPP_AT(epp_sk_ident, person), 0),
};
static const struct epp_shape ident_shape = EPP_CHOICE(struct epp_sk_ident, ident_fields);
static const struct epp_field sk_fields[] = {
    EPP_WORD("legalForm", EPP_AT(epp_sk_ident, legal_form), legal_forms, 1),
    EPP_PART("identValue", 0, &ident_shape, 0),
};
static const struct epp_shape sk_shape = EPP_SHAPE(struct epp_sk_ident, sk_fields);

const struct epp_ext_element epp_sk_ident_create =
    EPP_EXT_COMMAND(EPP_SK_IDENT_NS, "skContactIdent", "create", &sk_shape, EPP_CREATE, EPP_CONTACT);
const struct epp_ext_element epp_sk_ident_inf_data =
    EPP_EXT_RESPONSE(EPP_SK_IDENT_NS, "skContactIdent", "infData", &sk_shape);
static const struct epp_ext_element *const sk_elements[] = {&epp_sk_ident_create, &epp_sk_ident_inf_data};
const struct epp_extension epp_sk_ident_extension = EPP_EXTENSION(EPP_SK_IDENT_NS, sk_elements);
