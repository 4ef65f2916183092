#include "epp/allocation_token.h"

#include "epp/shape.h"

static const struct epp_field token_fields[] = {EPP_OWN(EPP_AT(epp_allocation_token, token), EPP_T_SECRET, 1)};
static const struct epp_shape token_shape = EPP_SHAPE(struct epp_allocation_token, token_fields);
static const struct epp_shape info_shape = {.size = sizeof(struct epp_nothing)};

const struct epp_ext_element epp_allocation_token = {.ns = EPP_ALLOCATION_TOKEN_NS,
    .prefix = "allocationToken",
    .name = "allocationToken",
    .shape = &token_shape,
    .commands = EPP_WITH(EPP_CHECK) | EPP_WITH(EPP_CREATE) | EPP_WITH(EPP_TRANSFER) | EPP_WITH(EPP_UPDATE),
    .response = true};
const struct epp_ext_element epp_allocation_token_info = {.ns = EPP_ALLOCATION_TOKEN_NS,
    .prefix = "allocationToken",
    .name = "info",
    .shape = &info_shape,
    .commands = EPP_WITH(EPP_INFO)};
static const struct epp_ext_element *const elements[] = {&epp_allocation_token, &epp_allocation_token_info};
const struct epp_extension epp_allocation_token_extension = EPP_EXTENSION(EPP_ALLOCATION_TOKEN_NS, elements);
