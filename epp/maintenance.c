/* The registry maintenance mapping (RFC 9167). */
#include "epp/maintenance.h"

#include "epp/object.h"

static const char *const poll_types[] = {"create", "update", "delete", "courtesy", "end", NULL};
static const char *const impacts[] = {"none", "partial", "full", NULL};
static const char *const environments[] = {"production", "ote", "staging", "dev", "custom", NULL};
static const char *const reasons[] = {"planned", "emergency", NULL};
static const char *const forms[] = {"plain", "html", NULL};

static const struct epp_field id_fields[] = {
    EPP_ATTR("name", EPP_AT(epp_maintenance_id, name), EPP_T_TOKEN, 0),
    EPP_ATTR("lang", EPP_AT(epp_maintenance_id, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_maintenance_id, id), EPP_T_TOKEN, 1),
};
static const struct epp_shape id_shape = EPP_SHAPE(struct epp_maintenance_id, id_fields);

static const struct epp_field info_fields[] = {
    EPP_FLAG("list", EPP_AT(epp_maintenance_info, list)),
    EPP_PART("id", EPP_AT(epp_maintenance_info, id), &id_shape, 0),
};
static const struct epp_shape info_shape = EPP_CHOICE(struct epp_maintenance_info, info_fields);

/* ---- resData --------------------------------------------------------------------------------------- */
static const struct epp_field listed_fields[] = {
    EPP_PART("id", EPP_AT(epp_maintenance_item, id), &id_shape, 1),
    EPP_TIME("start", EPP_AT(epp_maintenance_item, start), 1),
    EPP_TIME("end", EPP_AT(epp_maintenance_item, end), 1),
    EPP_TIME("crDate", EPP_AT(epp_maintenance_item, cr_date), 1),
    EPP_TIME("upDate", EPP_AT(epp_maintenance_item, up_date), 0),
};
static const struct epp_shape listed_shape = EPP_SHAPE(struct epp_maintenance_item, listed_fields);
static const struct epp_field list_fields[] = {
    EPP_HERE(EPP_AT(epp_maintenance_data, list.present)),
    EPP_PARTS("listItem", EPP_AT(epp_maintenance_data, list.items), &listed_shape, 0, EPP_MANY),
};
static const struct epp_shape list_shape = EPP_SHAPE(struct epp_maintenance_data, list_fields);

static const struct epp_field system_fields[] = {
    EPP_TEXT("name", EPP_AT(epp_maintenance_system, name), EPP_T_TOKEN, 1),
    EPP_TEXT("host", EPP_AT(epp_maintenance_system, host), EPP_T_LABEL, 0),
    EPP_WORD("impact", EPP_AT(epp_maintenance_system, impact), impacts, 1),
};
static const struct epp_shape system_shape = EPP_SHAPE(struct epp_maintenance_system, system_fields);
static const struct epp_field systems_fields[] = {
    EPP_PARTS("system", EPP_AT(epp_maintenance, systems), &system_shape, 1, EPP_MANY),
};
static const struct epp_shape systems_shape = EPP_SHAPE(struct epp_maintenance, systems_fields);

static const struct epp_field environment_fields[] = {
    EPP_ATTR_WORD("type", EPP_AT(epp_maintenance, environment.type), environments, 1),
    EPP_ATTR("name", EPP_AT(epp_maintenance, environment.name), EPP_T_TOKEN, 0),
    EPP_OWN(EPP_AT(epp_maintenance, environment.text), EPP_T_TOKEN, 0),
};
static const struct epp_shape environment_shape = EPP_SHAPE(struct epp_maintenance, environment_fields);

static const struct epp_field type_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_text, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_text, text), EPP_T_TEXT, 1),
};
static const struct epp_shape type_shape = EPP_SHAPE(struct epp_text, type_fields);

static const struct epp_field description_fields[] = {
    EPP_ATTR("lang", EPP_AT(epp_maintenance_description, lang), EPP_T_LANG, 0),
    EPP_ATTR_WORD_OR("type", EPP_AT(epp_maintenance_description, type), forms, "plain"),
    EPP_OWN(EPP_AT(epp_maintenance_description, text), EPP_T_TEXT, 1),
};
static const struct epp_shape description_shape = EPP_SHAPE(struct epp_maintenance_description, description_fields);

static const struct epp_field tlds_fields[] = {
    EPP_TEXTS("tld", EPP_AT(epp_maintenance, tlds), EPP_T_LABEL, 1, EPP_MANY)};
static const struct epp_shape tlds_shape = EPP_SHAPE(struct epp_maintenance, tlds_fields);

static const struct epp_field intervention_fields[] = {
    EPP_SAID("connection", EPP_AT(epp_maintenance, intervention.connection), 1),
    EPP_SAID("implementation", EPP_AT(epp_maintenance, intervention.implementation), 1),
};
static const struct epp_shape intervention_shape = EPP_SHAPE(struct epp_maintenance, intervention_fields);

static const struct epp_field item_fields[] = {
    EPP_PART("id", EPP_AT(epp_maintenance, id), &id_shape, 1),
    EPP_PARTS("type", EPP_AT(epp_maintenance, types), &type_shape, 0, EPP_MANY),
    EPP_WORD("pollType", EPP_AT(epp_maintenance, poll_type), poll_types, 0),
    EPP_PART("systems", 0, &systems_shape, 1),
    EPP_PART("environment", 0, &environment_shape, 1),
    EPP_TIME("start", EPP_AT(epp_maintenance, start), 1),
    EPP_TIME("end", EPP_AT(epp_maintenance, end), 1),
    EPP_WORD("reason", EPP_AT(epp_maintenance, reason), reasons, 1),
    EPP_TEXT("detail", EPP_AT(epp_maintenance, detail), EPP_T_URI, 0),
    EPP_PARTS("description", EPP_AT(epp_maintenance, descriptions), &description_shape, 0, EPP_MANY),
    EPP_PART("tlds", 0, &tlds_shape, 0),
    EPP_PART("intervention", 0, &intervention_shape, 0),
    EPP_TIME("crDate", EPP_AT(epp_maintenance, cr_date), 1),
    EPP_TIME("upDate", EPP_AT(epp_maintenance, up_date), 0),
};
static const struct epp_shape item_shape = EPP_SHAPE(struct epp_maintenance, item_fields);

static const struct epp_field inf_fields[] = {
    EPP_PART("list", 0, &list_shape, 0),
    EPP_PART("item", EPP_AT(epp_maintenance_data, item), &item_shape, 0),
};
static const struct epp_shape inf_shape = EPP_CHOICE(struct epp_maintenance_data, inf_fields);

const struct epp_object_row epp_maintenance_row = {
    .object = EPP_MAINTENANCE,
    .ns = EPP_MAINTENANCE_NS,
    .prefix = "maint",
    .command = {[EPP_INFO] = &info_shape},
    .data = {[EPP_INF_DATA] = &inf_shape},
};
