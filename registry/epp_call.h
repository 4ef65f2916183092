/* Shared by the files of the EPP adapter. Private to them. */
#ifndef FW_REGISTRY_EPP_CALL_H
#define FW_REGISTRY_EPP_CALL_H

#include "epp/command.h"
#include "epp/response.h"
#include "registry/epp_adapter.h"
#include "registry/epp_build.h"

struct epp_adapter {
    struct pool *pool;
    const struct registry_config *config;
    const struct epp_dialect *dialect;
    char id[REGISTRY_ID_MAX + 1];
};

struct epp_build epp_build_of(const struct epp_adapter *x, const struct registry_call *c);
/* Sends cmd on a session of the pool and reads the answer; fills c->sent and c->answer. Statuses as in
 * adapter.h. */
enum status epp_call(struct epp_adapter *x, struct registry_call *c, struct epp_command *cmd, struct epp_response *r,
    struct error *e) FW_MUST_CHECK;
/* Of whose answer nothing but the result is wanted. */
enum status epp_tell(
    struct epp_adapter *x, struct registry_call *c, struct epp_command *cmd, struct error *e) FW_MUST_CHECK;
/* Whose answer must carry that data about the command's object: PROTOCOL "epp-answer" where it does not. */
enum status epp_ask(struct epp_adapter *x, struct registry_call *c, struct epp_command *cmd, enum epp_data data,
    struct epp_response *r, struct error *e) FW_MUST_CHECK;
/* Until when c has to get its session, counted from now; and how long that is yet, 0 when it has passed. */
uint64_t epp_deadline(const struct epp_adapter *x, const struct registry_call *c);
int epp_ms_until(uint64_t deadline);
/* PROTOCOL "epp-answer" unless the answer carries that data about that object. */
enum status epp_expect(const struct registry_call *c, const struct epp_response *r, enum epp_object object,
    enum epp_data data, struct error *e) FW_MUST_CHECK;

/* check, delete and transfer, the same for all objects */
enum status epp_check(struct epp_adapter *x, struct registry_call *c, enum epp_object object, const struct str *keys,
    size_t n, struct registry_avail *out, struct error *e) FW_MUST_CHECK;
/* The answer to a check, in the order of keys. */
enum status epp_checked_take(const struct epp_adapter *x, const struct epp_response *r, const struct str *keys,
    size_t n, struct registry_avail *out, struct error *e) FW_MUST_CHECK;
enum status epp_delete(struct epp_adapter *x, struct registry_call *c, enum epp_object object, struct str key,
    struct error *e) FW_MUST_CHECK;
/* out stays as it is where the answer to a request tells nothing of the transfer; the answer to a query must. */
enum status epp_transfer(struct epp_adapter *x, struct registry_call *c, struct epp_command *cmd,
    struct registry_transfer_info *out, struct error *e) FW_MUST_CHECK;
enum epp_transfer_op epp_transfer_op_of(enum registry_transfer_op op);
/* In EPP's words (profile); at most max of them, more are dropped with a line in the log, as no decision needs that many. */
size_t epp_statuses_take(const struct epp_adapter *x, const struct epp_statuses *from, struct str *to);
void epp_dnssec_take(const struct epp_adapter *x, const struct epp_response *r, struct registry_dnssec *out);
/* The one form of an address that a contact has with us. */
void epp_postal_take(const struct epp_postal *from, struct registry_contact *to);
void epp_transfer_take(const struct epp_transfer_data *from, struct registry_transfer_info *to);

/* epp_domain.c, epp_object.c, epp_poll.c: they fill their part of the table. */
void epp_domain_verbs(struct registry_adapter *a);
void epp_object_verbs(struct registry_adapter *a);
void epp_poll_verbs(struct registry_adapter *a);
void epp_fee_verbs(struct registry_adapter *a);
void epp_launch_verbs(struct registry_adapter *a);
void epp_fred_verbs(struct registry_adapter *a); /* after the others, where the registry runs FRED */

/* Says in the command what call->fee agrees to; and what the answer says was taken. */
enum status epp_fee_put(
    const struct epp_adapter *x, const struct registry_call *c, struct epp_command *cmd, struct error *e) FW_MUST_CHECK;
void epp_fee_take(struct registry_call *c, const struct epp_response *r);

#endif
