/* Login security (RFC 8807): passwords longer than the 16 characters of EPP, what software logs in, and what the
 * server has to say about the client's security: a password or certificate that ends soon, a cipher that is too
 * old, how often a login failed.
 */
#ifndef FW_EPP_LOGIN_SEC_H
#define FW_EPP_LOGIN_SEC_H

#include "epp/extension.h"

#define EPP_LOGIN_SEC_NS "urn:ietf:params:xml:ns:epp:loginSec-1.0"
#define EPP_LOGIN_SEC_PW "[LOGIN-SECURITY]" /* stands in the login where the password is in the extension */

struct epp_login_sec {
    struct {
        struct str app, tech, os; /* at least one, where the user agent is given */
    } agent;
    struct str pw, new_pw; /* secret; 6 characters or more */
};
struct epp_login_event {
    struct str type; /* "password", "certificate", "cipher", "tlsProtocol", "newPW", "stat", "custom" */
    struct str name; /* of a "stat" or "custom" event */
    struct str level; /* "warning" or "error" */
    time_us ex_date; /* when it ends or ended */
    struct str value; /* the cipher, the protocol, the count */
    struct str duration; /* over what time a "stat" was counted: "P1D" */
    struct str lang;
    struct str text;
};
struct epp_login_events {
    struct epp_login_event *v;
    size_t n;
};
struct epp_login_sec_data {
    struct epp_login_events events;
};
extern const struct epp_ext_element epp_login_sec, epp_login_sec_data;
extern const struct epp_extension epp_login_sec_extension;

/* Puts a login's passwords where they fit: those that EPP's own elements can hold stay there, longer ones go to
 * the extension with EPP_LOGIN_SEC_PW in their place (RFC 8807 section 4.1). Copies nothing: the strings must
 * live as long as both. new_pw may be absent. */
void epp_login_sec_passwords(
    struct epp_login *login, struct epp_login_sec *sec, struct str pw, struct str new_pw) FW_NONNULL_ALL;
/* What a login means as a server reads it: the password and the new one, wherever they stand. sec: NULL where the
 * command has no extension. false where EPP_LOGIN_SEC_PW refers to one that is not there (answer 2001). */
bool epp_login_sec_resolve(const struct epp_login *login, const struct epp_login_sec *sec, struct str *pw_r,
    struct str *new_pw_r) FW_MUST_CHECK;
/* All that a server has to say, in one line: "warning: certificate until 2027-04-01T22:00:00Z; error: newPW: …". */
struct str epp_login_sec_text(struct arena *a, const struct epp_login_sec_data *data) FW_NONNULL_ALL;

#endif
