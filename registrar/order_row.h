/* Reading a row of `orders`: shared by the files that place, list and advance orders. */
#ifndef FW_REGISTRAR_ORDER_ROW_H
#define FW_REGISTRAR_ORDER_ROW_H

#include "registrar/order.h"

#define ORDER_COLUMNS                                                                                                  \
    "id, account_id, kind, name, years, contact_id, state, step, attempt, next_run, lease_token, needs_person, price," \
    " currency, hold_id, zone_id, zone_version, zone_made, cur_expires, error_code, error_text, created, finished,"    \
    " args, secret, epp_code, cltrid, svtrid, batch, token"

struct order order_row(const struct db_result *r, size_t i);

#endif
