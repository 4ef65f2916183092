/* FRED's sets that domains name: of name servers (nsset), and of DNSSEC keys (keyset). */
#include "epp/fred_shape.h"

#define TECHS(type, member, lo, hi) EPP_TEXTS("tech", EPP_AT(type, member), EPP_T_OBJ_ID, lo, hi)
#define AUTH(type, member) EPP_TEXT("authInfo", EPP_AT(type, member), EPP_T_AUTH_300, 0)
#define LEVEL(name, type, member, lo) EPP_WORD(name, EPP_AT(type, member), epp_fred_levels, lo)
#define SETS_MAX 10

static const struct epp_field test_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_fred_test, id), EPP_T_OBJ_ID, 1),
    LEVEL("level", epp_fred_test, level, 0),
    EPP_TEXTS("name", EPP_AT(epp_fred_test, names), EPP_T_LABEL, 0, EPP_MANY),
};
static const struct epp_shape nsset_test_shape = EPP_SHAPE(struct epp_fred_test, test_fields);
static const struct epp_field keyset_test_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_fred_test, id), EPP_T_OBJ_ID, 1),
    EPP_TEXTS("name", EPP_AT(epp_fred_test, names), EPP_T_LABEL, 0, EPP_MANY),
};
static const struct epp_shape keyset_test_shape = EPP_SHAPE(struct epp_fred_test, keyset_test_fields);

/* ---- nsset ----------------------------------------------------------------------------------------- */
static const struct epp_field ns_fields[] = {
    EPP_TEXT("name", EPP_AT(epp_fred_ns, name), EPP_T_LABEL, 1),
    EPP_TEXTS("addr", EPP_AT(epp_fred_ns, addrs), EPP_T_IP, 0, EPP_MANY),
};
static const struct epp_shape ns_shape = EPP_SHAPE(struct epp_fred_ns, ns_fields);

static const struct epp_field nsset_create_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_fred_nsset, id), EPP_T_OBJ_ID_NEW, 1),
    EPP_PARTS("ns", EPP_AT(epp_fred_nsset, ns), &ns_shape, 1, SETS_MAX),
    TECHS(epp_fred_nsset, techs, 1, EPP_MANY),
    AUTH(epp_fred_nsset, auth),
    LEVEL("reportlevel", epp_fred_nsset, report_level, 0),
};
static const struct epp_shape nsset_create_shape = EPP_SHAPE(struct epp_fred_nsset, nsset_create_fields);

static const struct epp_field nsset_add_fields[] = {
    EPP_PARTS("ns", EPP_AT(epp_fred_nsset_update, add.ns), &ns_shape, 0, SETS_MAX),
    TECHS(epp_fred_nsset_update, add.techs, 0, EPP_MANY),
};
static const struct epp_shape nsset_add_shape = EPP_SHAPE(struct epp_fred_nsset_update, nsset_add_fields);
static const struct epp_field nsset_rem_fields[] = {
    EPP_TEXTS("name", EPP_AT(epp_fred_nsset_update, rem.names), EPP_T_LABEL, 0, SETS_MAX),
    TECHS(epp_fred_nsset_update, rem.techs, 0, EPP_MANY),
};
static const struct epp_shape nsset_rem_shape = EPP_SHAPE(struct epp_fred_nsset_update, nsset_rem_fields);
static const struct epp_field nsset_chg_fields[] = {
    AUTH(epp_fred_nsset_update, chg.auth),
    LEVEL("reportlevel", epp_fred_nsset_update, chg.report_level, 0),
};
static const struct epp_shape nsset_chg_shape = EPP_SHAPE(struct epp_fred_nsset_update, nsset_chg_fields);
static const struct epp_field nsset_update_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_fred_nsset_update, id), EPP_T_OBJ_ID, 1),
    EPP_PART("add", 0, &nsset_add_shape, 0),
    EPP_PART("rem", 0, &nsset_rem_shape, 0),
    EPP_PART("chg", 0, &nsset_chg_shape, 0),
};
static const struct epp_shape nsset_update_shape = EPP_SHAPE(struct epp_fred_nsset_update, nsset_update_fields);

#define INF(member) EPP_AT(epp_fred_nsset_info_data, member)
static const struct epp_field nsset_inf_fields[] = {
    EPP_TEXT("id", INF(nsset.id), EPP_T_OBJ_ID, 1),
    EPP_TEXT("roid", INF(record.roid), EPP_T_ROID, 1),
    EPP_PARTS("status", INF(record.statuses), &epp_fred_set_status_shape, 0, 6),
    EPP_RECORD(epp_fred_nsset_info_data, record., 0),
    EPP_TIME("trDate", INF(record.tr_date), 0),
    AUTH(epp_fred_nsset_info_data, nsset.auth),
    EPP_PARTS("ns", INF(nsset.ns), &ns_shape, 0, SETS_MAX),
    TECHS(epp_fred_nsset_info_data, nsset.techs, 1, EPP_MANY),
    LEVEL("reportlevel", epp_fred_nsset_info_data, nsset.report_level, 1),
};
#undef INF
static const struct epp_shape nsset_inf_shape = EPP_SHAPE(struct epp_fred_nsset_info_data, nsset_inf_fields);
static const struct epp_field nsset_updated_fields[] = {EPP_FRED_UPDATED(epp_fred_nsset_updated, nsset_inf_shape)};
static const struct epp_shape nsset_updated_shape = EPP_SHAPE(struct epp_fred_nsset_updated, nsset_updated_fields);

const struct epp_object_row epp_fred_nsset_row = {
    .object = EPP_FRED_NSSET,
    .ns = EPP_FRED_NSSET_NS,
    .prefix = "nsset",
    .command =
        {
            [EPP_CHECK] = &epp_fred_ids_shape,
            [EPP_INFO] = &epp_fred_id_info_shape,
            [EPP_CREATE] = &nsset_create_shape,
            [EPP_UPDATE] = &nsset_update_shape,
            [EPP_DELETE] = &epp_fred_id_shape,
            [EPP_TRANSFER] = &epp_fred_set_transfer_shape,
            [EPP_SEND_AUTH_INFO] = &epp_fred_id_shape,
            [EPP_TEST] = &nsset_test_shape,
        },
    .data =
        {
            [EPP_CHK_DATA] = &epp_fred_id_checks_shape,
            [EPP_CRE_DATA] = &epp_fred_id_created_shape,
            [EPP_INF_DATA] = &nsset_inf_shape,
            [EPP_TRN_DATA] = &epp_fred_id_moved_shape,
            [EPP_IDLE_DEL_DATA] = &epp_fred_id_shape,
            [EPP_TEST_DATA] = &epp_fred_tested_shape,
            [EPP_UPDATE_DATA] = &nsset_updated_shape,
        },
};

/* ---- keyset ---------------------------------------------------------------------------------------- */
static const struct epp_field keyset_create_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_fred_keyset, id), EPP_T_OBJ_ID_NEW, 1),
    EPP_PARTS("dnskey", EPP_AT(epp_fred_keyset, keys), &epp_dnskey_shape, 0, SETS_MAX),
    TECHS(epp_fred_keyset, techs, 1, SETS_MAX),
    AUTH(epp_fred_keyset, auth),
};
static const struct epp_shape keyset_create_shape = EPP_SHAPE(struct epp_fred_keyset, keyset_create_fields);

static const struct epp_field keys_fields[] = {
    EPP_PARTS("dnskey", EPP_AT(epp_fred_keys, keys), &epp_dnskey_shape, 0, SETS_MAX),
    TECHS(epp_fred_keys, techs, 0, EPP_MANY),
};
static const struct epp_shape keys_shape = EPP_SHAPE(struct epp_fred_keys, keys_fields);
static const struct epp_field keyset_chg_fields[] = {AUTH(epp_fred_keyset_update, chg.auth)};
static const struct epp_shape keyset_chg_shape = EPP_SHAPE(struct epp_fred_keyset_update, keyset_chg_fields);
static const struct epp_field keyset_update_fields[] = {
    EPP_TEXT("id", EPP_AT(epp_fred_keyset_update, id), EPP_T_OBJ_ID, 1),
    EPP_PART("add", EPP_AT(epp_fred_keyset_update, add), &keys_shape, 0),
    EPP_PART("rem", EPP_AT(epp_fred_keyset_update, rem), &keys_shape, 0),
    EPP_PART("chg", 0, &keyset_chg_shape, 0),
};
static const struct epp_shape keyset_update_shape = EPP_SHAPE(struct epp_fred_keyset_update, keyset_update_fields);

#define INF(member) EPP_AT(epp_fred_keyset_info_data, member)
static const struct epp_field keyset_inf_fields[] = {
    EPP_TEXT("id", INF(keyset.id), EPP_T_OBJ_ID, 1),
    EPP_TEXT("roid", INF(record.roid), EPP_T_ROID, 1),
    EPP_PARTS("status", INF(record.statuses), &epp_fred_set_status_shape, 0, 6),
    EPP_RECORD(epp_fred_keyset_info_data, record., 0),
    EPP_TIME("trDate", INF(record.tr_date), 0),
    AUTH(epp_fred_keyset_info_data, keyset.auth),
    EPP_PARTS("dnskey", INF(keyset.keys), &epp_dnskey_shape, 0, SETS_MAX),
    TECHS(epp_fred_keyset_info_data, keyset.techs, 1, EPP_MANY),
};
static const struct epp_shape keyset_inf_shape = EPP_SHAPE(struct epp_fred_keyset_info_data, keyset_inf_fields);
static const struct epp_field keyset_updated_fields[] = {EPP_FRED_UPDATED(epp_fred_keyset_updated, keyset_inf_shape)};
static const struct epp_shape keyset_updated_shape = EPP_SHAPE(struct epp_fred_keyset_updated, keyset_updated_fields);

const struct epp_object_row epp_fred_keyset_row = {
    .object = EPP_FRED_KEYSET,
    .ns = EPP_FRED_KEYSET_NS,
    .prefix = "keyset",
    .command =
        {
            [EPP_CHECK] = &epp_fred_ids_shape,
            [EPP_INFO] = &epp_fred_id_info_shape,
            [EPP_CREATE] = &keyset_create_shape,
            [EPP_UPDATE] = &keyset_update_shape,
            [EPP_DELETE] = &epp_fred_id_shape,
            [EPP_TRANSFER] = &epp_fred_set_transfer_shape,
            [EPP_SEND_AUTH_INFO] = &epp_fred_id_shape,
            [EPP_TEST] = &keyset_test_shape,
        },
    .data =
        {
            [EPP_CHK_DATA] = &epp_fred_id_checks_shape,
            [EPP_CRE_DATA] = &epp_fred_id_created_shape,
            [EPP_INF_DATA] = &keyset_inf_shape,
            [EPP_TRN_DATA] = &epp_fred_id_moved_shape,
            [EPP_IDLE_DEL_DATA] = &epp_fred_id_shape,
            [EPP_TEST_DATA] = &epp_fred_tested_shape,
            [EPP_UPDATE_DATA] = &keyset_updated_shape,
        },
};
