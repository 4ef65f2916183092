/* The message queue (RFC 5730 §2.9.2.3): what a registrar did not ask for but must know. */
#ifndef FW_REGISTRY_SANDBOX_POLL_H
#define FW_REGISTRY_SANDBOX_POLL_H

#include "registry/sandbox_call.h"

struct sandbox_message {
    int64_t id;
    time_us at;
    struct str text;
    enum epp_object object;
    enum epp_data data; /* EPP_NO_DATA, EPP_TRN_DATA, EPP_PAN_DATA */
    struct epp_transfer_data transfer;
    struct epp_pending_data pending;
    struct {
        bool told; /* the message is about the balance: sandbox_balance.h */
        int64_t balance, threshold; /* cents */
    } low;
    struct str application, phase, outcome; /* of a launch's application; STR_NULL: it is about none */
};

enum status sandbox_message_put(
    struct db *db, struct str registrar, const struct sandbox_message *m, struct error *e) FW_MUST_CHECK;
/* The oldest; NOT_FOUND on an empty queue. count_r: how many wait, this one included. */
enum status sandbox_message_first(struct db *db, struct arena *a, struct str registrar, struct sandbox_message *m_r,
    int64_t *count_r, struct error *e) FW_MUST_CHECK;
/* The queue's length and its oldest id (0: empty). */
enum status sandbox_message_count(struct db *db, struct arena *a, struct str registrar, int64_t *count_r,
    int64_t *first_r, struct error *e) FW_MUST_CHECK;
/* removed_r: false where the registrar has no such message. */
enum status sandbox_message_ack(
    struct db *db, struct str registrar, int64_t id, bool *removed_r, struct error *e) FW_MUST_CHECK;

enum status sandbox_poll(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

#endif
