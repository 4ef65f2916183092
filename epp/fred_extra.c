/* FRED's commands that are about no single object, their answers, and poll messages about money. */
#include "epp/fred_shape.h"

#define AT(member) EPP_AT(epp_fred_extra, member)
/* Objects that have to do with one: its id, or a host's name, in an element of its own. */
#define OF(word, type, name)                                                                                           \
    static const struct epp_field word##_fields[] = {EPP_TEXT(name, AT(word), type, 1)};                               \
    static const struct epp_shape word##_shape = EPP_SHAPE(struct epp_fred_extra, word##_fields)
OF(domains_by_nsset, EPP_T_OBJ_ID, "id");
OF(domains_by_keyset, EPP_T_OBJ_ID, "id");
OF(domains_by_contact, EPP_T_OBJ_ID, "id");
OF(nssets_by_contact, EPP_T_OBJ_ID, "id");
OF(keysets_by_contact, EPP_T_OBJ_ID, "id");
OF(nssets_by_ns, EPP_T_LABEL, "name");

static const struct epp_field extra_fields[] = {
    EPP_FLAG("creditInfo", AT(credit_info)),
    EPP_FLAG("listDomains", AT(list_domains)),
    EPP_FLAG("listContacts", AT(list_contacts)),
    EPP_FLAG("listNssets", AT(list_nssets)),
    EPP_FLAG("listKeysets", AT(list_keysets)),
    EPP_PART("domainsByNsset", 0, &domains_by_nsset_shape, 0),
    EPP_PART("domainsByKeyset", 0, &domains_by_keyset_shape, 0),
    EPP_PART("domainsByContact", 0, &domains_by_contact_shape, 0),
    EPP_PART("nssetsByContact", 0, &nssets_by_contact_shape, 0),
    EPP_PART("keysetsByContact", 0, &keysets_by_contact_shape, 0),
    EPP_PART("nssetsByNs", 0, &nssets_by_ns_shape, 0),
    EPP_FLAG("getResults", AT(get_results)),
};
static const struct epp_shape extra_shape = EPP_CHOICE(struct epp_fred_extra, extra_fields);

static const struct epp_field credit_fields[] = {
    EPP_TEXT("zone", EPP_AT(epp_fred_credit, zone), EPP_T_LABEL, 1),
    EPP_TEXT("credit", EPP_AT(epp_fred_credit, amount), EPP_T_AMOUNT, 1),
};
static const struct epp_shape credit_shape = EPP_SHAPE(struct epp_fred_credit, credit_fields);
static const struct epp_field credits_fields[] = {EPP_PARTS("zoneCredit", 0, &credit_shape, 0, EPP_MANY)};
static const struct epp_shape credits_shape = EPP_SHAPE(struct epp_fred_credits, credits_fields);

static const struct epp_field count_fields[] = {EPP_TEXT("count", 0, EPP_T_SECONDS, 1)};
static const struct epp_shape count_shape = EPP_SHAPE(struct str, count_fields);
static const struct epp_field results_fields[] = {
    EPP_TEXTS("item", EPP_AT(epp_fred_results, items), EPP_T_TOKEN, 0, EPP_MANY)};
static const struct epp_shape results_shape = EPP_SHAPE(struct epp_fred_results, results_fields);

static const struct epp_field low_fields[] = {
    EPP_TEXT("zone", EPP_AT(epp_fred_low_credit, zone), EPP_T_LABEL, 1),
    EPP_PART("limit", EPP_AT(epp_fred_low_credit, limit), &credit_shape, 1),
    EPP_PART("credit", EPP_AT(epp_fred_low_credit, credit), &credit_shape, 1),
};
static const struct epp_shape low_shape = EPP_SHAPE(struct epp_fred_low_credit, low_fields);
static const struct epp_field request_fee_fields[] = {
    EPP_TIME("periodFrom", EPP_AT(epp_fred_request_fee, from), 1),
    EPP_TIME("periodTo", EPP_AT(epp_fred_request_fee, to), 1),
    EPP_TEXT("totalFreeCount", EPP_AT(epp_fred_request_fee, free_requests), EPP_T_SECONDS, 1),
    EPP_TEXT("usedCount", EPP_AT(epp_fred_request_fee, used_requests), EPP_T_SECONDS, 1),
    EPP_TEXT("price", EPP_AT(epp_fred_request_fee, price), EPP_T_AMOUNT, 1),
};
static const struct epp_shape request_fee_shape = EPP_SHAPE(struct epp_fred_request_fee, request_fee_fields);

const struct epp_object_row epp_fred_row = {
    .object = EPP_FRED,
    .ns = EPP_FRED_NS,
    .prefix = "fred",
    .element = {[EPP_EXTRA] = "extcommand"},
    .command = {[EPP_EXTRA] = &extra_shape},
    .data =
        {
            [EPP_CREDIT_DATA] = &credits_shape,
            [EPP_INFO_RESPONSE] = &count_shape,
            [EPP_RESULTS_LIST] = &results_shape,
            [EPP_LOW_CREDIT_DATA] = &low_shape,
            [EPP_REQUEST_FEE_DATA] = &request_fee_shape,
        },
};
