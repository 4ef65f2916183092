/* Where each version of the fee extension puts what. Internal to epp/: fee.c makes the lists of fee.h from this.
 *
 * A version's check, chkData, info and infData are described over struct epp_fee_list. What stands for an object as
 * a whole, or for all of the list, lies in `all`; where each object has one command only (up to 0.11), that lies in
 * `all` as well. So one set of fields serves all levels: `all` is the first member of each.
 */
#ifndef FW_EPP_FEE_VERSION_H
#define FW_EPP_FEE_VERSION_H

#include "epp/fee.h"

struct epp_fee_object {
    struct epp_fee_price all;
    struct epp_fee_prices commands; /* 0.12 and later */
};
struct epp_fee_objects {
    struct epp_fee_object *v;
    size_t n;
};
struct epp_fee_list {
    struct epp_fee_price all;
    struct epp_fee_prices commands; /* of a check, 0.12 and later */
    struct epp_fee_objects objects; /* of a chkData; of a check up to 0.9 */
};

enum epp_fee_role {
    EPP_FEE_CHECK, /* struct epp_fee_list */
    EPP_FEE_CHK_DATA,
    EPP_FEE_INFO,
    EPP_FEE_INF_DATA,
    EPP_FEE_CREATE, /* struct epp_fee_charge */
    EPP_FEE_CRE_DATA,
    EPP_FEE_RENEW,
    EPP_FEE_REN_DATA,
    EPP_FEE_TRANSFER,
    EPP_FEE_TRN_DATA,
    EPP_FEE_UPDATE,
    EPP_FEE_UPD_DATA,
    EPP_FEE_DEL_DATA,
    EPP_FEE_ROLES
};

struct epp_fee_version {
    const char *name;
    const struct epp_extension *extension;
    const struct epp_ext_element *element; /* by role; those without a shape it does not have */
    bool by_name; /* a check asks for each name by itself */
    bool many; /* an object has a list of commands */
    bool credits; /* commands may have credits */
};
extern const struct epp_extension epp_fee05_extension, epp_fee06_extension, epp_fee07_extension, epp_fee08_extension,
    epp_fee09_extension, epp_fee11_extension, epp_fee12_extension, epp_fee21_extension, epp_fee23_extension,
    epp_fee10_extension;
extern const struct epp_fee_version epp_fee_versions[]; /* oldest first */
extern const size_t epp_fee_version_count;

#endif
