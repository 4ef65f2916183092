#include "epp/result.h"

#include "epp/response.h"

#define ENDS true
static const struct epp_result_meaning table[] = {
    {1000, EPP_SUCCESS, false, OK, "done", "Command completed successfully"},
    {1001, EPP_PENDING, false, OK, "pending", "Command completed successfully; action pending"},
    {1300, EPP_SUCCESS, false, OK, "queue-empty", "Command completed successfully; no messages"},
    {1301, EPP_SUCCESS, false, OK, "queue-message", "Command completed successfully; ack to dequeue"},
    {1500, EPP_SUCCESS, ENDS, OK, "bye", "Command completed successfully; ending session"},
    {2000, EPP_FAILURE, false, INTERNAL, "unknown-command", "Unknown command"},
    {2001, EPP_FAILURE, false, INTERNAL, "syntax", "Command syntax error"},
    {2002, EPP_FAILURE, false, INTERNAL, "command-use", "Command use error"},
    {2003, EPP_FAILURE, false, INVALID, "parameter-missing", "Required parameter missing"},
    {2004, EPP_FAILURE, false, INVALID, "parameter-range", "Parameter value range error"},
    {2005, EPP_FAILURE, false, INVALID, "parameter-syntax", "Parameter value syntax error"},
    {2100, EPP_FAILURE, false, INTERNAL, "no-version", "Unimplemented protocol version"},
    {2101, EPP_FAILURE, false, INVALID, "no-command", "Unimplemented command"},
    {2102, EPP_FAILURE, false, INVALID, "no-option", "Unimplemented option"},
    {2103, EPP_FAILURE, false, INVALID, "no-extension", "Unimplemented extension"},
    {2104, EPP_FAILURE, false, FUNDS, "billing", "Billing failure"},
    {2105, EPP_FAILURE, false, CONFLICT, "not-renewable", "Object is not eligible for renewal"},
    {2106, EPP_FAILURE, false, CONFLICT, "not-transferable", "Object is not eligible for transfer"},
    {2200, EPP_FAILURE, false, DENIED, "authentication", "Authentication error"},
    {2201, EPP_FAILURE, false, DENIED, "authorization", "Authorization error"},
    {2202, EPP_FAILURE, false, DENIED, "authinfo", "Invalid authorization information"},
    {2300, EPP_FAILURE, false, CONFLICT, "pending-transfer", "Object pending transfer"},
    {2301, EPP_FAILURE, false, CONFLICT, "not-pending-transfer", "Object not pending transfer"},
    {2302, EPP_FAILURE, false, EXISTS, "object-exists", "Object exists"},
    {2303, EPP_FAILURE, false, NOT_FOUND, "object-unknown", "Object does not exist"},
    {2304, EPP_FAILURE, false, CONFLICT, "status-prohibits", "Object status prohibits operation"},
    {2305, EPP_FAILURE, false, CONFLICT, "association-prohibits", "Object association prohibits operation"},
    {2306, EPP_FAILURE, false, INVALID, "policy", "Parameter value policy error"},
    {2307, EPP_FAILURE, false, INVALID, "no-service", "Unimplemented object service"},
    {2308, EPP_FAILURE, false, INVALID, "data-policy", "Data management policy violation"},
    {2400, EPP_RETRY, false, UNAVAILABLE, "failed", "Command failed"},
    {2500, EPP_RETRY, ENDS, UNAVAILABLE, "failed-closing", "Command failed; server closing connection"},
    {2501, EPP_FAILURE, ENDS, DENIED, "authentication-closing", "Authentication error; server closing connection"},
    {2502, EPP_RETRY, ENDS, UNAVAILABLE, "session-limit", "Session limit exceeded; server closing connection"},
};

/* Codes of no row, by RFC 5730 section 3: x0zz syntax, x1zz rules, x2zz security, x3zz data, x4zz server,
 * x5zz connection. */
static const struct epp_result_meaning by_category[] = {
    {0, EPP_FAILURE, false, INVALID, "unlisted", "Protocol syntax"},
    {0, EPP_FAILURE, false, INVALID, "unlisted", "Implementation-specific rules"},
    {0, EPP_FAILURE, false, DENIED, "unlisted", "Security"},
    {0, EPP_FAILURE, false, CONFLICT, "unlisted", "Data management"},
    {0, EPP_RETRY, false, UNAVAILABLE, "unlisted", "Server system"},
    {0, EPP_RETRY, ENDS, UNAVAILABLE, "unlisted", "Connection management"},
};
static const struct epp_result_meaning unlisted_failure = {0, EPP_FAILURE, false, INVALID, "unlisted", "Failure"};
static const struct epp_result_meaning unlisted_success = {0, EPP_SUCCESS, false, OK, "unlisted", "Success"};
static const struct epp_result_meaning nonsense = {
    0, EPP_FAILURE, false, PROTOCOL, "nonsense", "Not a result code of EPP"};

const struct epp_result_meaning *epp_result_table(size_t *n_r)
{
    *n_r = ARRAY_LEN(table);
    return table;
}

const struct epp_result_meaning *epp_result_meaning(unsigned code)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (table[i].code == code)
            return &table[i];
    if (code / 1000 == 1)
        return &unlisted_success;
    if (code / 1000 != 2)
        return &nonsense;
    return code / 100 % 10 < ARRAY_LEN(by_category) ? &by_category[code / 100 % 10] : &unlisted_failure;
}

enum status epp_result_error(const struct epp_response *r, struct error *e)
{
    INVARIANT(r->results.n > 0);
    const struct epp_result_meaning *m = epp_result_meaning(r->results.v[0].code);
    if (m->status == OK)
        return OK;
    char code[ERROR_CODE_MAX];
    snprintf(code, sizeof code, "epp-%u", r->results.v[0].code);
    struct arena a;
    arena_init(&a, 0);
    struct str text = epp_response_text(&a, r);
    enum status s = error_set(e, m->status, code, "%.*s", STR_ARG(text));
    arena_clear(&a);
    return s;
}
