#include "epp/org_ext.h"

#include "epp/shape.h"

static const struct epp_field link_fields[] = {
    EPP_ATTR("role", EPP_AT(epp_org_link, role), EPP_T_TOKEN, 1),
    EPP_OWN(EPP_AT(epp_org_link, id), EPP_T_TOKEN, 1),
};
static const struct epp_shape link_shape = EPP_SHAPE(struct epp_org_link, link_fields);
static const struct epp_field some_fields[] = {
    EPP_PARTS("id", EPP_AT(epp_org_ext, ids), &link_shape, 1, EPP_MANY),
};
static const struct epp_shape some_shape = EPP_SHAPE(struct epp_org_ext, some_fields);
static const struct epp_field any_fields[] = {
    EPP_PARTS("id", EPP_AT(epp_org_ext, ids), &link_shape, 0, EPP_MANY),
};
static const struct epp_shape any_shape = EPP_SHAPE(struct epp_org_ext, any_fields);
static const struct epp_field update_fields[] = {
    EPP_PART("add", EPP_AT(epp_org_ext_update, add), &some_shape, 0),
    EPP_PART("rem", EPP_AT(epp_org_ext_update, rem), &some_shape, 0),
    EPP_PART("chg", EPP_AT(epp_org_ext_update, chg), &some_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_org_ext_update, update_fields);

/* Any object may have organizations behind it. */
const struct epp_ext_element epp_org_ext_create = {
    .ns = EPP_ORG_EXT_NS, .prefix = "orgext", .name = "create", .shape = &some_shape, .commands = EPP_WITH(EPP_CREATE)};
const struct epp_ext_element epp_org_ext_update = {.ns = EPP_ORG_EXT_NS,
    .prefix = "orgext",
    .name = "update",
    .shape = &update_shape,
    .commands = EPP_WITH(EPP_UPDATE)};
const struct epp_ext_element epp_org_ext_inf_data = EPP_EXT_RESPONSE(EPP_ORG_EXT_NS, "orgext", "infData", &any_shape);
static const struct epp_ext_element *const elements[] = {
    &epp_org_ext_create, &epp_org_ext_update, &epp_org_ext_inf_data};
const struct epp_extension epp_org_ext_extension = EPP_EXTENSION(EPP_ORG_EXT_NS, elements);
