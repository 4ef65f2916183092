#include "epp/secdns.h"

#include "epp/object.h"

#define OCTET 255
#define SHORT 65535
#define LIFE INT32_MAX

static const struct epp_field key_fields[] = {
    EPP_NUM("flags", EPP_AT(epp_dnskey, flags), 1, 0, SHORT),
    EPP_NUM("protocol", EPP_AT(epp_dnskey, protocol), 1, 0, OCTET),
    EPP_NUM("alg", EPP_AT(epp_dnskey, alg), 1, 0, OCTET),
    EPP_TEXT("pubKey", EPP_AT(epp_dnskey, pub_key), EPP_T_BASE64, 1),
};
const struct epp_shape epp_dnskey_shape = EPP_SHAPE(struct epp_dnskey, key_fields);

#define DS_FIELDS                                                                                                      \
    EPP_NUM("keyTag", EPP_AT(epp_ds, key_tag), 1, 0, SHORT), EPP_NUM("alg", EPP_AT(epp_ds, alg), 1, 0, OCTET),         \
        EPP_NUM("digestType", EPP_AT(epp_ds, digest_type), 1, 0, OCTET),                                               \
        EPP_TEXT("digest", EPP_AT(epp_ds, digest), EPP_T_HEX, 1)
#define DS_KEY EPP_PART("keyData", EPP_AT(epp_ds, key), &epp_dnskey_shape, 0)

/* ---- 1.1 ------------------------------------------------------------------------------------------- */
static const struct epp_field ds_fields[] = {DS_FIELDS, DS_KEY};
static const struct epp_shape ds_shape = EPP_SHAPE(struct epp_ds, ds_fields);

static const struct epp_field data_fields[] = {
    EPP_NUM("maxSigLife", EPP_AT(epp_secdns, max_sig_life), 0, 1, LIFE),
    EPP_PARTS("dsData", EPP_AT(epp_secdns, ds), &ds_shape, 0, EPP_MANY),
    EPP_PARTS("keyData", EPP_AT(epp_secdns, keys), &epp_dnskey_shape, 0, EPP_MANY),
};
static const struct epp_shape data_shape = {
    .fields = data_fields, .n = ARRAY_LEN(data_fields), .size = sizeof(struct epp_secdns), .choice = true, .first = 1};

static const struct epp_field rem_fields[] = {
    EPP_SAID("all", EPP_AT(epp_secdns_update, rem.all), 0),
    EPP_PARTS("dsData", EPP_AT(epp_secdns_update, rem.ds), &ds_shape, 0, EPP_MANY),
    EPP_PARTS("keyData", EPP_AT(epp_secdns_update, rem.keys), &epp_dnskey_shape, 0, EPP_MANY),
};
static const struct epp_shape rem_shape = EPP_CHOICE(struct epp_secdns_update, rem_fields);
static const struct epp_field chg_fields[] = {
    EPP_NUM("maxSigLife", EPP_AT(epp_secdns_update, chg.max_sig_life), 0, 1, LIFE)};
static const struct epp_shape chg_shape = EPP_SHAPE(struct epp_secdns_update, chg_fields);
static const struct epp_field update_fields[] = {
    EPP_ATTR_SAID("urgent", EPP_AT(epp_secdns_update, urgent), "0"),
    EPP_PART("rem", 0, &rem_shape, 0),
    EPP_PART("add", EPP_AT(epp_secdns_update, add), &data_shape, 0),
    EPP_PART("chg", 0, &chg_shape, 0),
};
static const struct epp_shape update_shape = EPP_SHAPE(struct epp_secdns_update, update_fields);

/* ---- 1.0 ------------------------------------------------------------------------------------------- */
static const struct epp_field ds10_fields[] = {
    DS_FIELDS, EPP_NUM("maxSigLife", EPP_AT(epp_ds, max_sig_life), 0, 1, LIFE), DS_KEY};
static const struct epp_shape ds10_shape = EPP_SHAPE(struct epp_ds, ds10_fields);
static const struct epp_field data10_fields[] = {EPP_PARTS("dsData", EPP_AT(epp_secdns, ds), &ds10_shape, 1, EPP_MANY)};
static const struct epp_shape data10_shape = EPP_SHAPE(struct epp_secdns, data10_fields);

static const struct epp_field list10_fields[] = {EPP_PARTS("dsData", 0, &ds10_shape, 1, EPP_MANY)};
static const struct epp_shape list10_shape = EPP_SHAPE(struct epp_ds_list, list10_fields);
static const struct epp_field tag_fields[] = {{.name = "", .kind = EPP_K_OWN_NUM, .min = 1, .max = 1, .hi = SHORT}};
static const struct epp_shape tag_shape = EPP_SHAPE(struct epp_key_tag, tag_fields);
static const struct epp_field tags_fields[] = {EPP_PARTS("keyTag", 0, &tag_shape, 1, EPP_MANY)};
static const struct epp_shape tags_shape = EPP_SHAPE(struct epp_key_tags, tags_fields);
static const struct epp_field update10_fields[] = {
    EPP_ATTR_SAID("urgent", EPP_AT(epp_secdns10_update, urgent), "0"),
    EPP_PART("add", EPP_AT(epp_secdns10_update, add), &list10_shape, 0),
    EPP_PART("chg", EPP_AT(epp_secdns10_update, chg), &list10_shape, 0),
    EPP_PART("rem", EPP_AT(epp_secdns10_update, rem), &tags_shape, 0),
};
static const struct epp_shape update10_shape = {.fields = update10_fields,
    .n = ARRAY_LEN(update10_fields),
    .size = sizeof(struct epp_secdns10_update),
    .choice = true,
    .first = 1};

/* ---- where they stand ------------------------------------------------------------------------------ */
#define COMMAND(uri, word, s, verb)                                                                                    \
    {                                                                                                                  \
        .ns = uri, .prefix = "secDNS", .name = word, .shape = s, .commands = EPP_WITH(verb),                           \
        .objects = EPP_ON(EPP_DOMAIN)                                                                                  \
    }
#define INF_DATA(uri, s)                                                                                               \
    {                                                                                                                  \
        .ns = uri, .prefix = "secDNS", .name = "infData", .shape = s, .response = true                                 \
    }
const struct epp_ext_element epp_secdns_create = COMMAND(EPP_SECDNS_NS, "create", &data_shape, EPP_CREATE);
const struct epp_ext_element epp_secdns_update = COMMAND(EPP_SECDNS_NS, "update", &update_shape, EPP_UPDATE);
const struct epp_ext_element epp_secdns_inf_data = INF_DATA(EPP_SECDNS_NS, &data_shape);
const struct epp_ext_element epp_secdns10_create = COMMAND(EPP_SECDNS10_NS, "create", &data10_shape, EPP_CREATE);
const struct epp_ext_element epp_secdns10_update = COMMAND(EPP_SECDNS10_NS, "update", &update10_shape, EPP_UPDATE);
const struct epp_ext_element epp_secdns10_inf_data = INF_DATA(EPP_SECDNS10_NS, &data10_shape);

static const struct epp_ext_element *const elements[] = {&epp_secdns_create, &epp_secdns_update, &epp_secdns_inf_data};
static const struct epp_ext_element *const elements10[] = {
    &epp_secdns10_create, &epp_secdns10_update, &epp_secdns10_inf_data};
const struct epp_extension epp_secdns_extension = EPP_EXTENSION(EPP_SECDNS_NS, elements);
const struct epp_extension epp_secdns10_extension = EPP_EXTENSION(EPP_SECDNS10_NS, elements10);
