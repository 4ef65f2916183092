#include "epp/fred.h"

#include "epp/shape.h"

/* ---- enumval --------------------------------------------------------------------------------------- */
static const struct epp_field value_fields[] = {
    EPP_DATE("valExDate", EPP_AT(epp_enumval, valid_until), 0),
    EPP_SAID("publish", EPP_AT(epp_enumval, publish), 0),
};
static const struct epp_shape value_shape = EPP_SHAPE(struct epp_enumval, value_fields);
static const struct epp_field chg_fields[] = {EPP_PART("chg", 0, &value_shape, 1)};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_enumval, chg_fields);

#define ENUMVAL(word, form, verb)                                                                                      \
    {                                                                                                                  \
        .ns = EPP_ENUMVAL_NS, .prefix = "enumval", .name = word, .shape = form, .commands = EPP_WITH(verb),            \
        .objects = EPP_ON(EPP_FRED_DOMAIN)                                                                             \
    }
const struct epp_ext_element epp_enumval_create = ENUMVAL("create", &value_shape, EPP_CREATE);
const struct epp_ext_element epp_enumval_renew = ENUMVAL("renew", &value_shape, EPP_RENEW);
const struct epp_ext_element epp_enumval_update = ENUMVAL("update", &chg_shape, EPP_UPDATE);
const struct epp_ext_element epp_enumval_inf_data =
    EPP_EXT_RESPONSE(EPP_ENUMVAL_NS, "enumval", "infData", &value_shape);
static const struct epp_ext_element *const enumval_elements[] = {
    &epp_enumval_create, &epp_enumval_renew, &epp_enumval_update, &epp_enumval_inf_data};
const struct epp_extension epp_enumval_extension = EPP_EXTENSION(EPP_ENUMVAL_NS, enumval_elements);

/* ---- extra-addr ------------------------------------------------------------------------------------ */
static const struct epp_field addr_fields[] = {
    EPP_TEXTS("street", EPP_AT(epp_mailing_addr, street), EPP_T_LINE, 1, 3),
    EPP_TEXT("city", EPP_AT(epp_mailing_addr, city), EPP_T_LINE, 1),
    EPP_TEXT("sp", EPP_AT(epp_mailing_addr, sp), EPP_T_LINE, 0),
    EPP_TEXT("pc", EPP_AT(epp_mailing_addr, pc), EPP_T_POSTCODE, 1),
    EPP_TEXT("cc", EPP_AT(epp_mailing_addr, cc), EPP_T_CC, 1),
};
static const struct epp_shape addr_shape = EPP_SHAPE(struct epp_mailing_addr, addr_fields);
static const struct epp_field mailing_fields[] = {EPP_PART("addr", 0, &addr_shape, 1)};
static const struct epp_shape mailing_shape = EPP_SHAPE(struct epp_mailing_addr, mailing_fields);
static const struct epp_field extra_fields[] = {EPP_PART("mailing", 0, &mailing_shape, 1)};
static const struct epp_shape extra_shape = EPP_SHAPE(struct epp_extra_addr, extra_fields);
static const struct epp_field rem_fields[] = {EPP_FLAG("mailing", EPP_AT(epp_extra_addr_update, rem))};
static const struct epp_shape rem_shape = EPP_SHAPE(struct epp_extra_addr_update, rem_fields);
static const struct epp_field update_fields[] = {
    EPP_PART("set", EPP_AT(epp_extra_addr_update, set), &extra_shape, 0),
    EPP_PART("rem", 0, &rem_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_extra_addr_update, update_fields);

#define EXTRA(word, form, verb)                                                                                        \
    {                                                                                                                  \
        .ns = EPP_EXTRA_ADDR_NS, .prefix = "extra-addr", .name = word, .shape = form, .commands = EPP_WITH(verb),      \
        .objects = EPP_ON(EPP_FRED_CONTACT)                                                                            \
    }
const struct epp_ext_element epp_extra_addr_create = EXTRA("create", &extra_shape, EPP_CREATE);
const struct epp_ext_element epp_extra_addr_update = EXTRA("update", &update_shape, EPP_UPDATE);
const struct epp_ext_element epp_extra_addr_inf_data =
    EPP_EXT_RESPONSE(EPP_EXTRA_ADDR_NS, "extra-addr", "infData", &extra_shape);
static const struct epp_ext_element *const extra_elements[] = {
    &epp_extra_addr_create, &epp_extra_addr_update, &epp_extra_addr_inf_data};
const struct epp_extension epp_extra_addr_extension = EPP_EXTENSION(EPP_EXTRA_ADDR_NS, extra_elements);
