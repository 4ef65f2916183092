/* Orders as JSON, for every operation that makes or shows them. */
#ifndef FW_WEB_API_ORDER_H
#define FW_WEB_API_ORDER_H

#include "registrar/order.h"
#include "web/api.h"

/* The members of an order, into an object that is open. */
void api_order_members(struct request *r, struct json_writer *j, const struct order *o) FW_NONNULL_ALL;
/* Places an order of the account's with the request's Idempotency-Key: 202, Location, and the order. */
enum status api_order_place(struct request *r, struct order_request *rq, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
