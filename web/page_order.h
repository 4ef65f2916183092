/* Orders in words, for the pages that show them. */
#ifndef FW_WEB_PAGE_ORDER_H
#define FW_WEB_PAGE_ORDER_H

#include "registrar/order.h"
#include "web/page.h"

struct str order_kind_word(struct str kind);
void put_order_state(struct request *r, const struct order *o) FW_NONNULL_ALL;
/* A table of orders; says so where there are none. */
void put_orders(struct request *r, const struct order *list, size_t n) FW_NONNULL_ALL;

#endif
