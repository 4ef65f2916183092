/* EPP greetings and responses: struct ⇄ XML.
 *
 * Writing (a server) is exact: what encodes without an error is valid against the schemas. Reading (a
 * client) is lenient, because registries differ and their answers must not be lost over a detail: any
 * prefix, any order, unknown elements skipped within a mapping, optional and required parts may be missing,
 * dates with or without fraction, offset and time, over-long texts and unknown status words as they are. What
 * stands in resData or extension and belongs to no mapping is kept as XML. Only the result code must be there.
 */
#ifndef FW_EPP_RESPONSE_H
#define FW_EPP_RESPONSE_H

#include "base/xml.h"
#include "epp/fault.h"
#include "epp/fred_object.h"
#include "epp/maintenance.h"
#include "epp/model.h"
#include "epp/org.h"
#include "epp/poll_data.h"

/* Part of a command that a result speaks about: an element with its text. */
struct epp_value {
    struct str ns, element; /* element absent: the value was bare text (not valid, but seen) */
    struct str text;
    struct str raw; /* the element as XML, where it has more than a text (RFC 9038 puts whole answers there) */
};
struct epp_values {
    struct epp_value *v;
    size_t n;
};
struct epp_ext_value {
    struct epp_value value;
    struct str reason;
    struct str lang;
};
struct epp_ext_values {
    struct epp_ext_value *v;
    size_t n;
};
struct epp_result {
    unsigned code; /* result.h */
    struct str msg; /* the standard text of the code when absent (writing) */
    struct str lang;
    struct epp_values values;
    struct epp_ext_values ext_values;
};
struct epp_results {
    struct epp_result *v;
    size_t n;
};
struct epp_msg_q {
    bool present;
    uint64_t count;
    struct str id;
    time_us q_date;
    struct str msg; /* the text; */
    struct str msg_xml; /* the elements among it, raw (some registries put all there) */
    struct str lang;
};

struct epp_response {
    struct epp_results results; /* at least one; v[0].code decides */
    struct epp_msg_q msg_q;
    /* resData: which member is set follows from the two words */
    enum epp_object object;
    enum epp_data data;
    bool in_msg; /* the data stand in msgQ's msg, as FRED's server puts them: msg_q.msg_xml has them too */
    union {
        struct epp_check_data check;
        struct epp_create_data create;
        struct epp_renew_data renew; /* domain */
        struct epp_transfer_data transfer; /* domain, contact */
        struct epp_pending_data pending;
        struct epp_domain_info_data domain_info;
        struct epp_contact_info_data contact_info;
        struct epp_host_info_data host_info;
        struct epp_org_info_data org_info;
        struct epp_maintenance_data maintenance;
        struct epp_low_balance low_balance;
        struct epp_rgp_poll rgp_poll;
        struct epp_eurid_poll eurid_poll;
        struct epp_fred_domain_info_data fred_domain_info;
        struct epp_fred_contact_info_data fred_contact_info;
        struct epp_fred_nsset_info_data fred_nsset_info;
        struct epp_fred_keyset_info_data fred_keyset_info;
        struct epp_fred_credits fred_credits;
        struct str fred_count; /* a number: how many objects a list has */
        struct epp_fred_results fred_results;
        struct epp_fred_expiry fred_expiry;
        struct epp_key fred_idle;
        struct epp_fred_test_results fred_tested;
        struct epp_fred_low_credit fred_low_credit;
        struct epp_fred_request_fee fred_request_fee;
        struct epp_fred_domain_updated fred_domain_updated;
        struct epp_fred_contact_updated fred_contact_updated;
        struct epp_fred_nsset_updated fred_nsset_updated;
        struct epp_fred_keyset_updated fred_keyset_updated;
    } u;
    struct epp_exts other; /* elements of resData that no mapping describes; raw only (extension.h) */
    struct epp_exts ext;
    struct epp_tr_id tr_id;
    /* Reading: the first thing in resData or extension that could not be read (a date that is none, a mapping
     * we do not know), for people. The result stands all the same; but who would act on the data (a poll
     * message) must not act on half of it. */
    struct str unread;
    /* Reading by a session: the document as it came, secrets and all; set also where it could not be read. */
    struct str raw;
};

/* dcp: what a server says about its data collection policy, reduced to the fixed words. */
struct epp_greeting {
    struct str sv_id;
    time_us sv_date;
    struct epp_strs versions, langs; /* "1.0" and "en" when absent (writing) */
    struct epp_strs objects, extensions; /* URIs */
};

/* Appends one XML document. INVALID "epp-value" as in epp_command_encode. svTRID is required. */
enum status epp_response_encode(
    const struct epp_response *r, struct buf *out, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* PROTOCOL "epp-response" where there is no <epp><response> with at least one <result code>. Parse with
 * xml_limits_lenient: prefixes that nobody declared are common in what registries store and send later. What
 * has one is of no known namespace, so it is kept raw. */
enum status epp_response_decode(
    struct arena *a, const struct xml_node *root, struct epp_response *r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* A poll message that is not even XML would stay at the head of the queue for ever, since only its number
 * removes it. From such a document this takes just what the queue needs to go on, found by looking at the tags:
 * the result code, msgQ's id and count, and the transaction ids. Everything else stays absent and `unread` says
 * why. False where one of code and id cannot be found, or is no plain word. Not to be used for anything but the
 * answer to a poll: an answer that cannot be read is no answer. */
bool epp_response_salvage(struct arena *a, struct str doc, const char *why, struct epp_response *r) FW_NONNULL_ALL;

/* The policy written is fixed: access all, for admin and prov, to ours and public, kept as stated. */
enum status epp_greeting_encode(
    const struct epp_greeting *g, struct buf *out, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
enum status epp_greeting_decode(
    struct arena *a, const struct xml_node *root, struct epp_greeting *g, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
bool epp_is_greeting(const struct xml_node *root) FW_NONNULL_ALL;

/* A response of one result, for servers: the code with its standard text, the two transaction ids. */
void epp_response_simple(
    struct arena *a, struct epp_response *r, unsigned code, struct str cltrid, struct str svtrid) FW_NONNULL_ALL;
/* The same for a fault: code, and an extValue with element, value and reason. */
void epp_response_fault(struct arena *a, struct epp_response *r, const struct epp_fault *f, struct str cltrid,
    struct str svtrid) FW_NONNULL_ALL;
/* Adds an extValue to the first result (ns and element as in the command it speaks about). */
void epp_response_explain(struct arena *a, struct epp_response *r, const char *ns, const char *element,
    struct str value, struct str reason) FW_NONNULL_ALL;
/* What the data are about: a name, or a contact's or organization's id, or that of a maintenance; STR_NULL where
 * there are none, or they are about several (check). */
struct str epp_response_key(const struct epp_response *r) FW_NONNULL_ALL;
/* Whether an element of this local name (pw, newPW, authInfo, allocationToken) holds a secret. */
bool epp_is_secret(struct str local);
/* The text of a value that the server objects to, for people; "***" where it was a secret of ours. */
struct str epp_value_shown(const struct epp_value *v) FW_NONNULL_ALL;
/* All that the first result says, in one line: "2306 Parameter value policy error: reason; reason". */
struct str epp_response_text(struct arena *a, const struct epp_response *r) FW_NONNULL_ALL;

#endif
