/* What FRED's mappings share. Internal to epp/. */
#ifndef FW_EPP_FRED_SHAPE_H
#define FW_EPP_FRED_SHAPE_H

#include "epp/fred_object.h"
#include "epp/object.h"

extern const struct epp_shape epp_fred_name_checks_shape, epp_fred_id_checks_shape; /* chkData */
extern const struct epp_shape epp_fred_ids_shape, epp_fred_id_shape; /* check; commands with one id */
extern const struct epp_shape epp_fred_id_created_shape; /* creData */
extern const struct epp_shape epp_fred_id_info_shape, epp_fred_id_transfer_shape, epp_fred_set_transfer_shape;
extern const struct epp_shape epp_fred_id_moved_shape; /* trnData of a poll message */
extern const struct epp_shape epp_fred_tested_shape; /* testData */
extern const struct epp_shape epp_fred_set_status_shape;
extern const char *const epp_fred_levels[]; /* "0" to "10" */

/* The object and its code, in the order that info and transfer have them. */
#define EPP_FRED_KEY_AUTH(key_name, type, lo)                                                                          \
    EPP_TEXT(key_name, EPP_AT(epp_fred_key, key), type, 1),                                                            \
        EPP_TEXT("authInfo", EPP_AT(epp_fred_key, auth), EPP_T_AUTH_300, lo)
/* trnData of a poll message. */
#define EPP_FRED_MOVED(key_name, type)                                                                                 \
    EPP_TEXT(key_name, EPP_AT(epp_transfer_data, key), type, 1),                                                       \
        EPP_TIME("trDate", EPP_AT(epp_transfer_data, ac_date), 1),                                                     \
        EPP_TEXT("clID", EPP_AT(epp_transfer_data, re_id), EPP_T_CLID, 1)
/* updateData of a poll message: the object before and after, each of the shape inf. */
#define EPP_FRED_UPDATED(type, inf)                                                                                    \
    EPP_TEXT("opTRID", EPP_AT(type, op_trid), EPP_T_TRID, 1), EPP_PART("oldData", EPP_AT(type, before), &inf, 1),      \
        EPP_PART("newData", EPP_AT(type, after), &inf, 1)

#endif
