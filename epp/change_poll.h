/* Changes that somebody else made, changePoll-1.0 (RFC 8590): a poll message whose resData is the object as it was
 * before or after (infData), with this beside it, saying who did what to it and why. */
#ifndef FW_EPP_CHANGE_POLL_H
#define FW_EPP_CHANGE_POLL_H

#include "epp/extension.h"

#define EPP_CHANGE_POLL_NS "urn:ietf:params:xml:ns:changePoll-1.0"

struct epp_change_poll {
    struct str state; /* of the object shown: "before", or "after" (also when absent) */
    struct {
        struct str word; /* "create", "delete", "renew", "transfer", "update", "restore", "autoRenew", "autoDelete",
                          * "autoPurge", "custom" */
        struct str op; /* of a transfer or restore; the name of a custom one */
    } operation;
    time_us date;
    struct str svtrid; /* of the change */
    struct str who;
    struct {
        struct str id, type, name; /* type: "udrp", "urs", "custom" */
    } case_id;
    struct epp_text reason;
};
extern const struct epp_ext_element epp_change_poll_data;
extern const struct epp_extension epp_change_poll_extension;

#endif
