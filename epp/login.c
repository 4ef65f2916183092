/* The login command (RFC 5730 section 2.9.1.1). */
#include "epp/object.h"

static const struct epp_field options_fields[] = {
    EPP_TEXT_OR("version", EPP_AT(epp_login, version), EPP_T_VERSION, "1.0"),
    EPP_TEXT_OR("lang", EPP_AT(epp_login, lang), EPP_T_LANG, "en"),
};
static const struct epp_shape options_shape = EPP_SHAPE(struct epp_login, options_fields);

static const struct epp_field extension_fields[] = {
    EPP_TEXTS("extURI", EPP_AT(epp_login, extensions), EPP_T_URI, 1, EPP_MANY)};
static const struct epp_shape extension_shape = EPP_SHAPE(struct epp_login, extension_fields);

static const struct epp_field services_fields[] = {
    EPP_TEXTS("objURI", EPP_AT(epp_login, objects), EPP_T_URI, 1, EPP_MANY),
    EPP_PART("svcExtension", 0, &extension_shape, 0),
};
static const struct epp_shape services_shape = EPP_SHAPE(struct epp_login, services_fields);

static const struct epp_field login_fields[] = {
    EPP_TEXT("clID", EPP_AT(epp_login, clid), EPP_T_CLID, 1),
    EPP_TEXT("pw", EPP_AT(epp_login, pw), EPP_T_PW, 1),
    EPP_TEXT("newPW", EPP_AT(epp_login, new_pw), EPP_T_PW, 0),
    EPP_PART("options", 0, &options_shape, 1),
    EPP_PART("svcs", 0, &services_shape, 1),
};
const struct epp_shape epp_login_shape = EPP_SHAPE(struct epp_login, login_fields);
