#include "epp/ttl.h"

#include "epp/shape.h"

static const char *const types[] = {"NS", "DS", "DNAME", "A", "AAAA", "custom", NULL};

#define TYPE                                                                                                           \
    EPP_ATTR_WORD("for", EPP_AT(epp_ttl_value, type), types, 1),                                                       \
        EPP_ATTR("custom", EPP_AT(epp_ttl_value, custom), EPP_T_RR_TYPE, 0)
#define VALUE EPP_OWN(EPP_AT(epp_ttl_value, ttl), EPP_T_TTL, 1)

static const struct epp_field wanted_fields[] = {TYPE, VALUE};
static const struct epp_shape wanted_shape = EPP_SHAPE(struct epp_ttl_value, wanted_fields);
static const struct epp_field told_fields[] = {
    TYPE,
    EPP_ATTR("min", EPP_AT(epp_ttl_value, min), EPP_T_SECONDS, 0),
    EPP_ATTR("default", EPP_AT(epp_ttl_value, fallback), EPP_T_SECONDS, 0),
    EPP_ATTR("max", EPP_AT(epp_ttl_value, max), EPP_T_SECONDS, 0),
    VALUE,
};
static const struct epp_shape told_shape = EPP_SHAPE(struct epp_ttl_value, told_fields);

#define VALUES(form)                                                                                                   \
    {                                                                                                                  \
        .name = "ttl", .kind = EPP_K_SHAPES, .offset = EPP_AT(epp_ttl, values), .min = 1, .max = EPP_MANY,             \
        .shape = form, .distinct = true                                                                                \
    }
static const struct epp_field set_fields[] = {VALUES(&wanted_shape)};
static const struct epp_shape set_shape = EPP_SHAPE(struct epp_ttl, set_fields);
static const struct epp_field inf_fields[] = {VALUES(&told_shape)};
static const struct epp_shape inf_shape = EPP_SHAPE(struct epp_ttl, inf_fields);
static const struct epp_field info_fields[] = {EPP_ATTR_SAID("policy", EPP_AT(epp_ttl_info, policy), "0")};
static const struct epp_shape info_shape = EPP_SHAPE(struct epp_ttl_info, info_fields);

#define COMMAND(word, form, verb)                                                                                      \
    {                                                                                                                  \
        .ns = EPP_TTL_NS, .prefix = "ttl", .name = word, .shape = form, .commands = EPP_WITH(verb),                    \
        .objects = EPP_ON(EPP_DOMAIN) | EPP_ON(EPP_HOST)                                                               \
    }
const struct epp_ext_element epp_ttl_info = COMMAND("info", &info_shape, EPP_INFO);
const struct epp_ext_element epp_ttl_create = COMMAND("create", &set_shape, EPP_CREATE);
const struct epp_ext_element epp_ttl_update = COMMAND("update", &set_shape, EPP_UPDATE);
const struct epp_ext_element epp_ttl_inf_data = EPP_EXT_RESPONSE(EPP_TTL_NS, "ttl", "infData", &inf_shape);
static const struct epp_ext_element *const elements[] = {
    &epp_ttl_info, &epp_ttl_create, &epp_ttl_update, &epp_ttl_inf_data};
const struct epp_extension epp_ttl_extension = EPP_EXTENSION(EPP_TTL_NS, elements);
