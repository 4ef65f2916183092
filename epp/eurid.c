#include "epp/eurid.h"

#include "epp/object.h"

/* ---- contact-ext ----------------------------------------------------------------------------------- */
#define CONTACT(name, member, type, lo) EPP_TEXT(name, EPP_AT(epp_eurid_contact, member), type, lo)
#define PERSON(lo) EPP_SAID("naturalPerson", EPP_AT(epp_eurid_contact, natural_person), lo)
static const struct epp_field contact_create_fields[] = {
    CONTACT("type", type, EPP_T_TOKEN_50, 1),
    CONTACT("vat", vat, EPP_T_TOKEN_20, 0),
    CONTACT("lang", lang, EPP_T_CC, 1),
    CONTACT("whoisEmail", whois_email, EPP_T_SHORT, 0),
    PERSON(1),
    CONTACT("countryOfCitizenship", citizenship, EPP_T_CC, 0),
};
static const struct epp_shape contact_create_shape = EPP_SHAPE(struct epp_eurid_contact, contact_create_fields);
static const struct epp_field contact_chg_fields[] = {
    CONTACT("vat", vat, EPP_T_TOKEN_20, 0),
    CONTACT("lang", lang, EPP_T_CC, 0),
    CONTACT("whoisEmail", whois_email, EPP_T_SHORT, 0),
    PERSON(0),
    CONTACT("countryOfCitizenship", citizenship, EPP_T_CC_CHG, 0),
};
static const struct epp_shape contact_chg_shape = EPP_SHAPE(struct epp_eurid_contact, contact_chg_fields);
static const struct epp_field contact_update_fields[] = {EPP_PART("chg", 0, &contact_chg_shape, 0)};
static const struct epp_shape contact_update_shape = EPP_SHAPE(struct epp_eurid_contact, contact_update_fields);
static const struct epp_field contact_inf_fields[] = {
    CONTACT("type", type, EPP_T_TOKEN_50, 1),
    CONTACT("vat", vat, EPP_T_TOKEN_20, 0),
    CONTACT("lang", lang, EPP_T_CC, 1),
    CONTACT("whoisEmail", whois_email, EPP_T_SHORT, 0),
    PERSON(0),
    CONTACT("countryOfCitizenship", citizenship, EPP_T_CC, 0),
    EPP_SAID("hasReservedDomain", EPP_AT(epp_eurid_contact, has_reserved), 0),
    EPP_SAID("hasDomainOnHold", EPP_AT(epp_eurid_contact, has_on_hold), 0),
    EPP_SAID("hasDomainRegistryLock", EPP_AT(epp_eurid_contact, has_registry_lock), 0),
    EPP_SAID("hasDomainRegistrarLock", EPP_AT(epp_eurid_contact, has_registrar_lock), 0),
};
static const struct epp_shape contact_inf_shape = EPP_SHAPE(struct epp_eurid_contact, contact_inf_fields);

#define COMMAND(word, form, verb) EPP_EXT_COMMAND(EPP_EURID_CONTACT_NS, "contact-ext", word, form, verb, EPP_CONTACT)
const struct epp_ext_element epp_eurid_contact_create = COMMAND("create", &contact_create_shape, EPP_CREATE);
const struct epp_ext_element epp_eurid_contact_update = COMMAND("update", &contact_update_shape, EPP_UPDATE);
const struct epp_ext_element epp_eurid_contact_inf_data =
    EPP_EXT_RESPONSE(EPP_EURID_CONTACT_NS, "contact-ext", "infData", &contact_inf_shape);
#undef COMMAND
static const struct epp_ext_element *const contact_elements[] = {
    &epp_eurid_contact_create, &epp_eurid_contact_update, &epp_eurid_contact_inf_data};
const struct epp_extension epp_eurid_contact_extension = EPP_EXTENSION(EPP_EURID_CONTACT_NS, contact_elements);

/* ---- domain-ext: commands -------------------------------------------------------------------------- */
static const struct epp_field person_fields[] = {
    EPP_ATTR("type", EPP_AT(epp_domain_contact, type), EPP_T_TOKEN_50, 0),
    EPP_OWN(EPP_AT(epp_domain_contact, id), EPP_T_CLID, 1),
};
static const struct epp_shape person_shape = EPP_SHAPE(struct epp_domain_contact, person_fields);

#define PERSONS(type, in) EPP_PARTS("contact", EPP_AT(type, in contacts), &person_shape, 0, EPP_MANY)
#define GROUPS(type, in)                                                                                               \
    EPP_TEXTS("nsgroup", EPP_AT(type, in nsgroups), EPP_T_TOKEN_50, 0, 9),                                             \
        EPP_TEXT("keygroup", EPP_AT(type, in keygroup), EPP_T_TOKEN_50, 0)
#define REFERENCE(type) EPP_TEXT("registrarReference", EPP_AT(type, reference), EPP_T_SHORT, 0)

static const struct epp_field create_fields[] = {
    PERSONS(epp_eurid_create, links.),
    GROUPS(epp_eurid_create, links.),
    EPP_TEXT("voucher", EPP_AT(epp_eurid_create, voucher), EPP_T_LABEL, 0),
    REFERENCE(epp_eurid_create),
};
static const struct epp_shape create_shape = EPP_SHAPE(struct epp_eurid_create, create_fields);

static const struct epp_field links_fields[] = {PERSONS(epp_eurid_links, ), GROUPS(epp_eurid_links, )};
static const struct epp_shape links_shape = EPP_SHAPE(struct epp_eurid_links, links_fields);
static const struct epp_field chg_fields[] = {REFERENCE(epp_eurid_update)};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_eurid_update, chg_fields);
static const struct epp_field update_fields[] = {
    EPP_PART("add", EPP_AT(epp_eurid_update, add), &links_shape, 0),
    EPP_PART("rem", EPP_AT(epp_eurid_update, rem), &links_shape, 0),
    EPP_PART("chg", 0, &chg_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_eurid_update, update_fields);

static const struct epp_field schedule_fields[] = {EPP_TIME("delDate", EPP_AT(epp_eurid_delete, date), 1)};
static const struct epp_shape schedule_shape = EPP_SHAPE(struct epp_eurid_delete, schedule_fields);
static const struct epp_field delete_fields[] = {
    EPP_PART("schedule", 0, &schedule_shape, 0),
    EPP_FLAG("cancel", EPP_AT(epp_eurid_delete, cancel)),
};
static const struct epp_shape delete_shape = EPP_CHOICE(struct epp_eurid_delete, delete_fields);

static const struct epp_field request_fields[] = {
    EPP_TEXT("registrant", EPP_AT(epp_eurid_transfer, registrant), EPP_T_CLID, 1),
    PERSONS(epp_eurid_transfer, links.),
    EPP_PART("ns", EPP_AT(epp_eurid_transfer, ns), &epp_foreign_ns_shape, 0),
    GROUPS(epp_eurid_transfer, links.),
    REFERENCE(epp_eurid_transfer),
};
static const struct epp_shape request_shape = EPP_SHAPE(struct epp_eurid_transfer, request_fields);
static const struct epp_field transfer_fields[] = {EPP_PART("request", 0, &request_shape, 1)};
static const struct epp_shape transfer_shape = EPP_SHAPE(struct epp_eurid_transfer, transfer_fields);

/* ---- domain-ext: responses ------------------------------------------------------------------------- */
#define STATE(name, member) EPP_SAID(name, EPP_AT(epp_eurid_domain, member), 1)
#define STATES                                                                                                         \
    STATE("onHold", on_hold), STATE("reserved", reserved), STATE("quarantined", quarantined),                          \
        STATE("suspended", suspended)
#define AVAILABLE EPP_TIME("availableDate", EPP_AT(epp_eurid_domain, available_date), 0)
#define DELETION EPP_TIME("deletionDate", EPP_AT(epp_eurid_domain, deletion_date), 0)
#define COUNTRIES                                                                                                      \
    EPP_TEXT("registrantCountry", EPP_AT(epp_eurid_domain, country), EPP_T_CC, 1),                                     \
        EPP_TEXT("registrantCountryOfCitizenship", EPP_AT(epp_eurid_domain, citizenship), EPP_T_CC, 0),                \
        REFERENCE(epp_eurid_domain)

static const struct epp_field inf_fields[] = {
    STATES,
    STATE("seized", seized),
    AVAILABLE,
    EPP_TIME("scheduledSuspensionDate", EPP_AT(epp_eurid_domain, suspension_date), 0),
    DELETION,
    PERSONS(epp_eurid_domain, links.),
    GROUPS(epp_eurid_domain, links.),
    STATE("delayed", delayed),
    EPP_NUM("maxExtensionPeriod", EPP_AT(epp_eurid_domain, max_extension), 1, 0, 65535),
    COUNTRIES,
};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_eurid_domain, inf_fields);

static const struct epp_field trn_fields[] = {
    STATES,
    AVAILABLE,
    DELETION,
    EPP_TEXT("registrant", EPP_AT(epp_eurid_domain, registrant), EPP_T_CLID, 1),
    PERSONS(epp_eurid_domain, links.),
    EPP_PART("ns", EPP_AT(epp_eurid_domain, ns), &epp_foreign_ns_shape, 0),
    GROUPS(epp_eurid_domain, links.),
    STATE("delayed", delayed),
    EPP_TEXT("reason", EPP_AT(epp_eurid_domain, reason), EPP_T_TEXT, 1),
    COUNTRIES,
};
static const struct epp_shape trn_shape = EPP_SHAPE(struct epp_eurid_domain, trn_fields);

static const struct epp_field status_fields[] = {EPP_STATUS(EPP_T_DOMAIN_STATUS)};
static const struct epp_shape status_shape = EPP_SHAPE(struct epp_status, status_fields);
static const struct epp_field checked_fields[] = {
    EPP_TEXT("name", EPP_AT(epp_eurid_checked, name), EPP_T_LABEL, 1),
    EPP_TIME("availableDate", EPP_AT(epp_eurid_checked, available_date), 0),
    EPP_PARTS("status", EPP_AT(epp_eurid_checked, statuses), &status_shape, 0, 11),
};
static const struct epp_shape checked_shape = EPP_SHAPE(struct epp_eurid_checked, checked_fields);
static const struct epp_field chk_fields[] = {
    EPP_PARTS("domain", EPP_AT(epp_eurid_check_data, domains), &checked_shape, 1, EPP_MANY)};
static const struct epp_shape chk_shape = EPP_SHAPE(struct epp_eurid_check_data, chk_fields);

static const struct epp_field ren_fields[] = {
    {.name = "removedDeletionDate",
        .kind = EPP_K_FLAG,
        .offset = EPP_AT(epp_eurid_renew_data, removed_deletion_date),
        .min = 1,
        .max = 1},
};
static const struct epp_shape ren_shape = EPP_SHAPE(struct epp_eurid_renew_data, ren_fields);

#define COMMAND(word, form, verb) EPP_EXT_COMMAND(EPP_EURID_DOMAIN_NS, "domain-ext", word, form, verb, EPP_DOMAIN)
#define RESPONSE(word, form) EPP_EXT_RESPONSE(EPP_EURID_DOMAIN_NS, "domain-ext", word, form)
const struct epp_ext_element epp_eurid_create = COMMAND("create", &create_shape, EPP_CREATE);
const struct epp_ext_element epp_eurid_update = COMMAND("update", &update_shape, EPP_UPDATE);
const struct epp_ext_element epp_eurid_delete = COMMAND("delete", &delete_shape, EPP_DELETE);
const struct epp_ext_element epp_eurid_transfer = COMMAND("transfer", &transfer_shape, EPP_TRANSFER);
const struct epp_ext_element epp_eurid_chk_data = RESPONSE("chkData", &chk_shape);
const struct epp_ext_element epp_eurid_inf_data = RESPONSE("infData", &inf_shape);
const struct epp_ext_element epp_eurid_ren_data = RESPONSE("renData", &ren_shape);
const struct epp_ext_element epp_eurid_trn_data = RESPONSE("trnData", &trn_shape);
#undef COMMAND
#undef RESPONSE
static const struct epp_ext_element *const domain_elements[] = {&epp_eurid_create, &epp_eurid_update, &epp_eurid_delete,
    &epp_eurid_transfer, &epp_eurid_chk_data, &epp_eurid_inf_data, &epp_eurid_ren_data, &epp_eurid_trn_data};
const struct epp_extension epp_eurid_domain_extension = EPP_EXTENSION(EPP_EURID_DOMAIN_NS, domain_elements);

/* ---- authInfo -------------------------------------------------------------------------------------- */
static const struct epp_field auth_fields[] = {
    EPP_FLAG("request", EPP_AT(epp_eurid_auth, request)),
    EPP_FLAG("cancel", EPP_AT(epp_eurid_auth, cancel)),
};
static const struct epp_shape auth_shape = EPP_CHOICE(struct epp_eurid_auth, auth_fields);
static const struct epp_field auth_inf_fields[] = {EPP_TIME("validUntil", EPP_AT(epp_eurid_auth_data, valid_until), 1)};
static const struct epp_shape auth_inf_shape = EPP_SHAPE(struct epp_eurid_auth_data, auth_inf_fields);

const struct epp_ext_element epp_eurid_auth_info =
    EPP_EXT_COMMAND(EPP_EURID_AUTH_NS, "authInfo", "info", &auth_shape, EPP_INFO, EPP_DOMAIN);
const struct epp_ext_element epp_eurid_auth_inf_data =
    EPP_EXT_RESPONSE(EPP_EURID_AUTH_NS, "authInfo", "infData", &auth_inf_shape);
static const struct epp_ext_element *const auth_elements[] = {&epp_eurid_auth_info, &epp_eurid_auth_inf_data};
const struct epp_extension epp_eurid_auth_extension = EPP_EXTENSION(EPP_EURID_AUTH_NS, auth_elements);

/* ---- names that look alike, and their forms -------------------------------------------------------- */
static const struct epp_field blocked_fields[] = {
    EPP_TEXT("name", EPP_AT(epp_eurid_blocked, name), EPP_T_LABEL, 1),
    EPP_TEXTS("blockedBy", EPP_AT(epp_eurid_blocked, by), EPP_T_LABEL, 1, EPP_MANY),
};
static const struct epp_shape blocked_shape = EPP_SHAPE(struct epp_eurid_blocked, blocked_fields);
static const struct epp_field homoglyph_fields[] = {
    EPP_PARTS("domain", EPP_AT(epp_eurid_homoglyphs, domains), &blocked_shape, 1, EPP_MANY)};
static const struct epp_shape homoglyph_shape = EPP_SHAPE(struct epp_eurid_homoglyphs, homoglyph_fields);
static const struct epp_field idn_fields[] = {
    EPP_TEXT("ace", EPP_AT(epp_eurid_idn, ace), EPP_T_LABEL, 1),
    EPP_TEXT("unicode", EPP_AT(epp_eurid_idn, unicode), EPP_T_LABEL, 1),
};
static const struct epp_shape idn_shape = EPP_SHAPE(struct epp_eurid_idn, idn_fields);
static const struct epp_field mapping_fields[] = {
    EPP_PARTS("name", EPP_AT(epp_eurid_idns, names), &idn_shape, 1, EPP_MANY)};
static const struct epp_shape mapping_shape = EPP_SHAPE(struct epp_eurid_idns, mapping_fields);

const struct epp_ext_element epp_eurid_homoglyph_chk_data =
    EPP_EXT_RESPONSE(EPP_EURID_HOMOGLYPH_NS, "homoglyph", "chkData", &homoglyph_shape);
const struct epp_ext_element epp_eurid_idn_mapping =
    EPP_EXT_RESPONSE(EPP_EURID_IDN_NS, "idn", "mapping", &mapping_shape);
static const struct epp_ext_element *const homoglyph_elements[] = {&epp_eurid_homoglyph_chk_data};
const struct epp_extension epp_eurid_homoglyph_extension = EPP_EXTENSION(EPP_EURID_HOMOGLYPH_NS, homoglyph_elements);
static const struct epp_ext_element *const idn_elements[] = {&epp_eurid_idn_mapping};
const struct epp_extension epp_eurid_idn_extension = EPP_EXTENSION(EPP_EURID_IDN_NS, idn_elements);
