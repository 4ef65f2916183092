/* Shared by commands that place orders: reading a registrant from options, and watching an order to its end. */
#ifndef FW_REGISTRAR_CMD_ORDER_H
#define FW_REGISTRAR_CMD_ORDER_H

#include "registrar/cli.h"

/* --contact FIELD=VALUE …, on top of the account's latest contact where there is one. */
enum status cmd_contact(struct cli *c, struct contact *contact_r, struct error *e) FW_MUST_CHECK;
/* --max-price in the account's currency; 0 when it is not given. INVALID "max-price" for 0. */
enum status cmd_max_price(struct cli *c, int64_t *amount_r, struct error *e) FW_MUST_CHECK;
/* Prints each step as it is done (to standard error); gives the order when it has ended, or when the registry has taken it and
 * it waits at the step `until` for somebody who may take days (NULL: only when it has ended). */
enum status cmd_watch(
    struct cli *c, int64_t order_id, const char *until, struct order *o_r, struct error *e) FW_MUST_CHECK;
/* A secret, from the file that the option names or asked for at the terminal, never from the command line. INVALID
 * "secret-needed" where there is neither. `what`: "authInfo of X". */
enum status cmd_secret(
    struct cli *c, const char *option, const char *what, struct str *secret_r, struct error *e) FW_MUST_CHECK;
/* The order and its timeline, as text or JSON, to standard output. */
enum status cmd_order_print(struct cli *c, const struct order *o, struct error *e) FW_MUST_CHECK;

#endif
