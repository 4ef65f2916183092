#include "epp/idn.h"

#include "epp/shape.h"

static const struct epp_field fields[] = {
    EPP_TEXT("table", EPP_AT(epp_idn, table), EPP_T_MIN_TOKEN, 1),
    EPP_TEXT("uname", EPP_AT(epp_idn, uname), EPP_T_LABEL, 0),
};
static const struct epp_shape shape = EPP_SHAPE(struct epp_idn, fields);

const struct epp_ext_element epp_idn_data = {.ns = EPP_IDN_NS,
    .prefix = "idn",
    .name = "data",
    .shape = &shape,
    .commands = EPP_WITH(EPP_CREATE),
    .objects = EPP_ON(EPP_DOMAIN),
    .response = true};
static const struct epp_ext_element *const elements[] = {&epp_idn_data};
const struct epp_extension epp_idn_extension = EPP_EXTENSION(EPP_IDN_NS, elements);
