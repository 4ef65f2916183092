/* The result codes of RFC 5730 section 3, and what each means to the one who sent the command.
 *
 * A code of the 1000s says the command was done (1001: accepted, its outcome comes as a poll message). A
 * code of the 2000s says that it was NOT done, always: commands are atomic (RFC 5730 section 2), so a
 * failure is definite and money held for it can go back. That is true of 2400 as well ("internal server
 * error, not related to the protocol"): nothing was done, the same may succeed later. 2500, 2501 and 2502
 * are failures after which the server closes: 2500 like 2400, 2501 the credentials were refused too often,
 * 2502 too many sessions or too much traffic (wait before connecting again). 1500 answers logout. Only the
 * absence of an answer is uncertain.
 */
#ifndef FW_EPP_RESULT_H
#define FW_EPP_RESULT_H

#include "base/error.h"

enum epp_result_code {
    EPP_DONE = 1000,
    EPP_DONE_PENDING = 1001,
    EPP_QUEUE_EMPTY = 1300,
    EPP_QUEUE_ACK = 1301, /* a message is there; ack to dequeue */
    EPP_BYE = 1500,
    EPP_UNKNOWN_COMMAND = 2000,
    EPP_SYNTAX = 2001,
    EPP_USE = 2002,
    EPP_MISSING = 2003,
    EPP_RANGE = 2004,
    EPP_VALUE = 2005,
    EPP_NO_VERSION = 2100,
    EPP_NO_COMMAND = 2101,
    EPP_NO_OPTION = 2102,
    EPP_NO_EXTENSION = 2103,
    EPP_BILLING = 2104,
    EPP_NOT_RENEWABLE = 2105,
    EPP_NOT_TRANSFERABLE = 2106,
    EPP_AUTHENTICATION = 2200,
    EPP_AUTHORIZATION = 2201,
    EPP_BAD_AUTHINFO = 2202,
    EPP_PENDING_TRANSFER = 2300,
    EPP_NOT_PENDING_TRANSFER = 2301,
    EPP_OBJECT_EXISTS = 2302,
    EPP_NO_OBJECT_THERE = 2303,
    EPP_STATUS_PROHIBITS = 2304,
    EPP_ASSOCIATION_PROHIBITS = 2305,
    EPP_POLICY = 2306,
    EPP_NO_SERVICE = 2307,
    EPP_DATA_POLICY = 2308,
    EPP_FAILED = 2400,
    EPP_FAILED_CLOSING = 2500,
    EPP_AUTHENTICATION_CLOSING = 2501,
    EPP_SESSION_LIMIT_CLOSING = 2502
};

enum epp_class {
    EPP_SUCCESS,
    EPP_PENDING, /* accepted; the outcome comes by poll */
    EPP_FAILURE, /* not done, and the same again will fail again */
    EPP_RETRY /* not done; the same later may succeed */
};

struct epp_result_meaning {
    unsigned code;
    enum epp_class kind;
    bool ends; /* the server closes the session after it */
    enum status status; /* OK for both success classes */
    const char *word; /* "object-exists", the code of an error made from it */
    const char *text; /* RFC 5730's text, as a server sends it */
};

/* An unknown code is judged by its first digits, as RFC 5730 section 3 builds them (1xxx success, 2xxx
 * failure, second digit the category); anything but 1xxx and 2xxx is PROTOCOL. Never NULL. */
const struct epp_result_meaning *epp_result_meaning(unsigned code) FW_RETURNS_NONNULL;
/* The table, for tests and documents. */
const struct epp_result_meaning *epp_result_table(size_t *n_r) FW_NONNULL_ALL FW_RETURNS_NONNULL;

struct epp_response;
/* OK for success; otherwise the meaning's status, "epp-2302" as the code, and all that the first result
 * says as the text. */
enum status epp_result_error(const struct epp_response *r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

#endif
