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

/* clID to trDate, in the order that they all have. RECORD: the prefix of the member. cr: whether crID and crDate are
 * required. */
#define EPP_FRED_DATES(type, RECORD, cr)                                                                               \
    EPP_TEXT("clID", EPP_AT(type, RECORD.cl_id), EPP_T_CLID, 1),                                                       \
        EPP_TEXT("crID", EPP_AT(type, RECORD.cr_id), EPP_T_CLID, cr),                                                  \
        EPP_TIME("crDate", EPP_AT(type, RECORD.cr_date), cr),                                                          \
        EPP_TEXT("upID", EPP_AT(type, RECORD.up_id), EPP_T_CLID, 0),                                                   \
        EPP_TIME("upDate", EPP_AT(type, RECORD.up_date), 0)

#endif
