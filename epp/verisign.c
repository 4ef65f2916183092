#include "epp/verisign.h"

#include "epp/shape.h"

static const struct epp_field product_fields[] = {
    EPP_TEXT("subProduct", EPP_AT(epp_namestore, sub_product), EPP_T_SUBPRODUCT, 1)};
static const struct epp_shape product_shape = EPP_SHAPE(struct epp_namestore, product_fields);

static const char *const codes[] = {"1", NULL};
static const struct epp_field msg_fields[] = {
    EPP_ATTR_WORD("code", EPP_AT(epp_namestore_error, code), codes, 1),
    EPP_ATTR("lang", EPP_AT(epp_namestore_error, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_namestore_error, msg), EPP_T_TEXT, 0),
};
static const struct epp_shape msg_shape = EPP_SHAPE(struct epp_namestore_error, msg_fields);
static const struct epp_field error_fields[] = {EPP_PART("msg", 0, &msg_shape, 1)};
static const struct epp_shape error_shape = EPP_SHAPE(struct epp_namestore_error, error_fields);

static const struct epp_field sync_fields[] = {
    EPP_TEXT("expMonthDay", EPP_AT(epp_sync, month_day), EPP_T_MONTH_DAY, 1)};
static const struct epp_shape sync_shape = EPP_SHAPE(struct epp_sync, sync_fields);

static const struct epp_field lang_fields[] = {EPP_OWN(EPP_AT(epp_idn_lang, tag), EPP_T_LANG, 1)};
static const struct epp_shape lang_shape = EPP_SHAPE(struct epp_idn_lang, lang_fields);

#define OBJECT_COMMANDS                                                                                                \
    (EPP_WITH(EPP_CHECK) | EPP_WITH(EPP_INFO) | EPP_WITH(EPP_CREATE) | EPP_WITH(EPP_UPDATE) | EPP_WITH(EPP_DELETE) |   \
        EPP_WITH(EPP_RENEW) | EPP_WITH(EPP_TRANSFER))
const struct epp_ext_element epp_namestore = {.ns = EPP_NAMESTORE_NS,
    .prefix = "namestoreExt",
    .name = "namestoreExt",
    .shape = &product_shape,
    .commands = OBJECT_COMMANDS,
    .response = true};
const struct epp_ext_element epp_namestore_error = {
    .ns = EPP_NAMESTORE_NS, .prefix = "namestoreExt", .name = "nsExtErrData", .shape = &error_shape, .response = true};
const struct epp_ext_element epp_sync_update = {.ns = EPP_SYNC_NS,
    .prefix = "sync",
    .name = "update",
    .shape = &sync_shape,
    .commands = EPP_WITH(EPP_UPDATE),
    .objects = EPP_ON(EPP_DOMAIN)};
const struct epp_ext_element epp_idn_lang_tag = {.ns = EPP_IDN_LANG_NS,
    .prefix = "idnLang",
    .name = "tag",
    .shape = &lang_shape,
    .commands = EPP_WITH(EPP_CREATE),
    .objects = EPP_ON(EPP_DOMAIN)};
static const struct epp_ext_element *const namestore_elements[] = {&epp_namestore, &epp_namestore_error};
static const struct epp_ext_element *const sync_elements[] = {&epp_sync_update};
static const struct epp_ext_element *const lang_elements[] = {&epp_idn_lang_tag};
const struct epp_extension epp_idn_lang_extension = EPP_EXTENSION(EPP_IDN_LANG_NS, lang_elements);
const struct epp_extension epp_namestore_extension = EPP_EXTENSION(EPP_NAMESTORE_NS, namestore_elements);
const struct epp_extension epp_sync_extension = EPP_EXTENSION(EPP_SYNC_NS, sync_elements);

struct str epp_sync_day(struct arena *a, time_us t)
{
    struct str day = time_text(a, t); /* 2026-12-31T… */
    return str_printf(a, "--%.*s", 5, day.p + 5);
}
