/* The poll command (RFC 5730 section 2.9.2.3). */
#include "epp/object.h"

static const struct epp_field poll_fields[] = {
    EPP_ATTR("op", EPP_AT(epp_poll, op), EPP_T_POLL_OP, 1),
    EPP_ATTR("msgID", EPP_AT(epp_poll, msg_id), EPP_T_TOKEN, 0),
};
const struct epp_shape epp_poll_shape = EPP_SHAPE(struct epp_poll, poll_fields);
