/* What some registries put into the resData of their poll messages, in namespaces of their own: an element <pollData>.
 * It is read like the data of an object, with EPP_POLL_DATA as its kind.
 */
#ifndef FW_EPP_POLL_DATA_H
#define FW_EPP_POLL_DATA_H

#include "epp/model.h"

#define EPP_LOW_BALANCE_NS "http://www.verisign.com/epp/lowbalance-poll-1.0"
#define EPP_RGP_POLL_NS "http://www.verisign.com/epp/rgp-poll-1.0"
#define EPP_EURID_POLL_NS "http://www.eurid.eu/xml/epp/poll-1.2"

/* Verisign: the account runs low. Amounts are as the registry writes them. */
struct epp_low_balance {
    struct str registrar;
    struct str limit;
    struct {
        struct str type; /* "FIXED", "PERCENT" */
        struct str value;
    } threshold;
    struct str available;
};
/* Verisign: a restored domain still lacks its report. */
struct epp_rgp_poll {
    struct str name;
    struct epp_status status; /* of RGP */
    time_us req_date, report_due;
};
/* EURid: all of its messages. */
struct epp_eurid_poll {
    struct str context; /* "DOMAIN", "TRANSFER", "REGISTRATION_LIMIT", … */
    struct str object_type, object, object_unicode;
    struct str action; /* "CREATED", "REJECTED", "AWAY", … */
    struct str code;
    struct str detail;
    struct str registrar;
};

#endif
