#include "epp/nominet.h"

#include "epp/object.h"

static const char *const flags[] = {"y", "Y", "n", "N", NULL};
static const char *const yes[] = {"y", "Y", NULL};

/* ---- contact-nom-ext ------------------------------------------------------------------------------- */
static const char *const contact_types[] = {"LTD", "PLC", "IND", "FIND", "RCHAR", "SCH", "LLP", "STRA", "PTNR", "GOV",
    "CRC", "STAT", "FCORP", "IP", "FOTHER", "OTHER", "UNKNOWN", NULL};
static const struct epp_field contact_fields[] = {
    EPP_TEXT("trad-name", EPP_AT(epp_nom_contact, trad_name), EPP_T_SHORT, 0),
    EPP_WORD("type", EPP_AT(epp_nom_contact, type), contact_types, 0),
    EPP_TEXT("co-no", EPP_AT(epp_nom_contact, company_number), EPP_T_SHORT, 0),
    EPP_WORD("opt-out", EPP_AT(epp_nom_contact, opt_out), flags, 0),
};
static const struct epp_shape contact_shape = EPP_SHAPE(struct epp_nom_contact, contact_fields);

#define COMMAND(word, verb)                                                                                            \
    EPP_EXT_COMMAND(EPP_NOM_CONTACT_NS, "contact-nom-ext", word, &contact_shape, verb, EPP_CONTACT)
const struct epp_ext_element epp_nom_contact_create = COMMAND("create", EPP_CREATE);
const struct epp_ext_element epp_nom_contact_update = COMMAND("update", EPP_UPDATE);
const struct epp_ext_element epp_nom_contact_inf_data =
    EPP_EXT_RESPONSE(EPP_NOM_CONTACT_NS, "contact-nom-ext", "infData", &contact_shape);
#undef COMMAND
static const struct epp_ext_element *const contact_elements[] = {
    &epp_nom_contact_create, &epp_nom_contact_update, &epp_nom_contact_inf_data};
const struct epp_extension epp_nom_contact_extension = EPP_EXTENSION(EPP_NOM_CONTACT_NS, contact_elements);

/* ---- domain-nom-ext -------------------------------------------------------------------------------- */
static const char *const bills[] = {"bc", "th", NULL};
static const char *const bills_chg[] = {"", "bc", "th", NULL};
static const char *const periods[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};
static const char *const periods_chg[] = {"", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};
static const char *const flags_chg[] = {"", "y", "Y", "n", "N", NULL};
static const char *const statuses[] = {
    "Registered until expiry date.", "Renewal required.", "No longer required", NULL};

#define FIELD(name, member, list) EPP_WORD(name, EPP_AT(epp_nom_domain, member), list, 0)
#define DAYS(name, member, type) EPP_TEXT(name, EPP_AT(epp_nom_domain, member), type, 0)
#define NOTES(most) EPP_TEXTS("notes", EPP_AT(epp_nom_domain, notes), EPP_T_TOKEN_200, 0, most)
#define RESELLER(type) EPP_TEXT("reseller", EPP_AT(epp_nom_domain, reseller), type, 0)
static const struct epp_field create_fields[] = {
    FIELD("first-bill", first_bill, bills),
    FIELD("recur-bill", recur_bill, bills),
    DAYS("auto-bill", auto_bill, EPP_T_BILL_DAYS),
    DAYS("next-bill", next_bill, EPP_T_BILL_DAYS),
    FIELD("auto-period", auto_period, periods),
    FIELD("next-period", next_period, periods),
    NOTES(20),
    RESELLER(EPP_T_LABEL),
};
static const struct epp_shape create_shape = EPP_SHAPE(struct epp_nom_domain, create_fields);
static const struct epp_field update_fields[] = {
    FIELD("first-bill", first_bill, bills_chg),
    FIELD("recur-bill", recur_bill, bills_chg),
    DAYS("auto-bill", auto_bill, EPP_T_BILL_DAYS_CHG),
    DAYS("next-bill", next_bill, EPP_T_BILL_DAYS_CHG),
    FIELD("auto-period", auto_period, periods_chg),
    FIELD("next-period", next_period, periods_chg),
    FIELD("renew-not-required", renew_not_required, flags_chg),
    NOTES(EPP_MANY),
    RESELLER(EPP_T_SHORT),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_nom_domain, update_fields);
static const struct epp_field inf_fields[] = {
    EPP_WORD("reg-status", EPP_AT(epp_nom_domain, status), statuses, 1),
    FIELD("first-bill", first_bill, bills),
    FIELD("recur-bill", recur_bill, bills),
    DAYS("auto-bill", auto_bill, EPP_T_BILL_DAYS),
    FIELD("auto-period", auto_period, periods),
    DAYS("next-bill", next_bill, EPP_T_BILL_DAYS),
    FIELD("next-period", next_period, periods),
    FIELD("renew-not-required", renew_not_required, yes),
    NOTES(EPP_MANY),
    RESELLER(EPP_T_LABEL),
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_nom_domain, inf_fields);
static const struct epp_field chk_fields[] = {
    EPP_ATTR("abuse-limit", EPP_AT(epp_nom_check_data, abuse_limit), EPP_T_SECONDS, 0)};
static const struct epp_shape chk_shape = EPP_SHAPE(struct epp_nom_check_data, chk_fields);

#define NOM(kind, ...) EPP_EXT_##kind(EPP_NOM_DOMAIN_NS, "domain-nom-ext", __VA_ARGS__)
const struct epp_ext_element epp_nom_create = NOM(COMMAND, "create", &create_shape, EPP_CREATE, EPP_DOMAIN);
const struct epp_ext_element epp_nom_update = NOM(COMMAND, "update", &update_shape, EPP_UPDATE, EPP_DOMAIN);
const struct epp_ext_element epp_nom_chk_data = NOM(RESPONSE, "chkData", &chk_shape);
const struct epp_ext_element epp_nom_inf_data = NOM(RESPONSE, "infData", &inf_shape);
static const struct epp_ext_element *const domain_elements[] = {
    &epp_nom_create, &epp_nom_update, &epp_nom_chk_data, &epp_nom_inf_data};
const struct epp_extension epp_nom_domain_extension = EPP_EXTENSION(EPP_NOM_DOMAIN_NS, domain_elements);

/* ---- nom-data-quality ------------------------------------------------------------------------------ */
static const struct epp_field validate_fields[] = {
    {.name = "validate", .kind = EPP_K_FLAG, .offset = EPP_AT(epp_nom_quality_update, validate), .min = 1, .max = 1},
};
static const struct epp_shape validate_shape = EPP_SHAPE(struct epp_nom_quality_update, validate_fields);
static const struct epp_field names_fields[] = {
    EPP_ATTR("noDomains", EPP_AT(epp_nom_quality, domains.count), EPP_T_SECONDS, 0),
    EPP_TEXTS("domainName", EPP_AT(epp_nom_quality, domains.names), EPP_T_LABEL, 0, EPP_MANY),
};
static const struct epp_shape names_shape = EPP_SHAPE(struct epp_nom_quality, names_fields);
static const struct epp_field quality_fields[] = {
    EPP_TEXT("status", EPP_AT(epp_nom_quality, status), EPP_T_MIN_TOKEN, 1),
    EPP_TEXT("reason", EPP_AT(epp_nom_quality, reason), EPP_T_MIN_TOKEN, 0),
    EPP_TIME("dateCommenced", EPP_AT(epp_nom_quality, commenced), 0),
    EPP_TIME("dateToSuspend", EPP_AT(epp_nom_quality, to_suspend), 0),
    EPP_WORD("lockApplied", EPP_AT(epp_nom_quality, lock_applied), flags, 0),
    EPP_PART("domainListData", 0, &names_shape, 0),
};
static const struct epp_shape quality_shape = EPP_SHAPE(struct epp_nom_quality, quality_fields);

const struct epp_ext_element epp_nom_quality_update =
    EPP_EXT_COMMAND(EPP_NOM_QUALITY_NS, "data-quality", "update", &validate_shape, EPP_UPDATE, EPP_CONTACT);
const struct epp_ext_element epp_nom_quality_inf_data =
    EPP_EXT_RESPONSE(EPP_NOM_QUALITY_NS, "data-quality", "infData", &quality_shape);
static const struct epp_ext_element *const quality_elements[] = {&epp_nom_quality_update, &epp_nom_quality_inf_data};
const struct epp_extension epp_nom_quality_extension = EPP_EXTENSION(EPP_NOM_QUALITY_NS, quality_elements);

/* ---- std-release ----------------------------------------------------------------------------------- */
static const struct epp_field release_what_fields[] = {
    EPP_TEXT("domainName", EPP_AT(epp_release, domain), EPP_T_LABEL, 0),
    EPP_TEXT("registrant", EPP_AT(epp_release, registrant), EPP_T_CLID, 0),
    EPP_TEXT("registrarTag", EPP_AT(epp_release, registrar_tag), EPP_T_CLID, 1),
};
static const struct epp_shape release_shape = {.fields = release_what_fields,
    .n = ARRAY_LEN(release_what_fields),
    .size = sizeof(struct epp_release),
    .choice = true,
    .past = 2};
const struct epp_object_row epp_release_row = {.object = EPP_RELEASE,
    .ns = EPP_RELEASE_NS,
    .prefix = "release",
    .element = {[EPP_UPDATE] = "release"},
    .command = {[EPP_UPDATE] = &release_shape}};
