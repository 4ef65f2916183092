/* The objects, commands and responses of EPP (RFC 5730 to 5733) as plain structs.
 *
 * Who builds them: the client fills a command and reads a response; a server reads a command and
 * fills a response. Both use the same structs, because one set of tables (shape.h) describes how
 * each stands in XML and is used to write and to read it. Nothing in here owns memory: strings and
 * lists lie in the arena that was given to the decoder, or wherever the caller has them.
 *
 * "Absent" is the zero value throughout, so that a struct starts as {0} and only what is meant is
 * set: a string with p == NULL (an empty string with p != NULL is an empty element, which some
 * updates use to clear a value), a time of 0, a number of 0, a list of 0 items, a flag of false. A
 * nested struct is absent when everything in it is.
 *
 * Values that a schema enumerates (status words, contact types, "int" and "loc") are strings:
 * writing refuses words the schema does not know, reading as a server does too, reading as a client
 * lets them through.
 */
#ifndef FW_EPP_MODEL_H
#define FW_EPP_MODEL_H

#include "base/clock.h"
#include "base/str.h"

#define EPP_NS "urn:ietf:params:xml:ns:epp-1.0"
#define EPP_DOMAIN_NS "urn:ietf:params:xml:ns:domain-1.0"
#define EPP_CONTACT_NS "urn:ietf:params:xml:ns:contact-1.0"
#define EPP_HOST_NS "urn:ietf:params:xml:ns:host-1.0"
#define EPP_RGP_NS "urn:ietf:params:xml:ns:rgp-1.0"

enum epp_verb {
    EPP_HELLO, /* not a <command>: <hello/> directly in <epp> */
    EPP_LOGIN,
    EPP_LOGOUT,
    EPP_POLL,
    EPP_CHECK,
    EPP_INFO,
    EPP_CREATE,
    EPP_UPDATE,
    EPP_DELETE,
    EPP_RENEW,
    EPP_TRANSFER,
    EPP_SEND_AUTH_INFO, /* these are FRED's own (fred_object.h), and stand in an <extension>, not a <command> */
    EPP_TEST,
    EPP_EXTRA,
    EPP_VERB_COUNT
};
enum epp_object {
    EPP_NO_OBJECT,
    EPP_DOMAIN,
    EPP_CONTACT,
    EPP_HOST,
    EPP_ORG,
    EPP_MAINTENANCE,
    EPP_LOW_BALANCE, /* these have no commands: they come in poll messages (poll_data.h) */
    EPP_RGP_POLL,
    EPP_EURID_POLL,
    EPP_RELEASE, /* this has nothing but an update (release.h) */
    EPP_FRED_DOMAIN, /* FRED's own (fred_object.h) */
    EPP_FRED_CONTACT,
    EPP_FRED_NSSET,
    EPP_FRED_KEYSET,
    EPP_FRED_ENUM,
    EPP_FRED,
    EPP_OBJECT_COUNT
};
enum epp_data {
    EPP_NO_DATA,
    EPP_CHK_DATA,
    EPP_CRE_DATA,
    EPP_INF_DATA,
    EPP_REN_DATA,
    EPP_TRN_DATA,
    EPP_PAN_DATA,
    EPP_POLL_DATA,
    EPP_CREDIT_DATA, /* from here on FRED's (fred_object.h) */
    EPP_INFO_RESPONSE,
    EPP_RESULTS_LIST,
    EPP_LOW_CREDIT_DATA,
    EPP_REQUEST_FEE_DATA,
    EPP_IMPENDING_EXP_DATA,
    EPP_EXP_DATA,
    EPP_DNS_OUTAGE_DATA,
    EPP_DEL_DATA,
    EPP_IDLE_DEL_DATA,
    EPP_TEST_DATA,
    EPP_UPDATE_DATA,
    EPP_IMPENDING_VAL_EXP_DATA,
    EPP_VAL_EXP_DATA,
    EPP_DATA_COUNT
};
enum epp_transfer_op {
    EPP_OP_NONE,
    EPP_OP_REQUEST,
    EPP_OP_QUERY,
    EPP_OP_APPROVE,
    EPP_OP_REJECT,
    EPP_OP_CANCEL,
    EPP_OP_COUNT
};

/* Lists. All have this layout (shape.c relies on it). */
struct epp_strs {
    struct str *v;
    size_t n;
};

/* A text for people; English when lang is absent. */
struct epp_text {
    struct str text;
    struct str lang;
};
struct epp_texts {
    struct epp_text *v;
    size_t n;
};
/* Content that may be text, XML or both: the text, and what elements stand with it (raw, each declaring its
 * own namespaces). Where the text stood between elements it is put in front of them. */
struct epp_mixed {
    struct str text;
    struct str xml;
};
/* Of elements that say all by being there. */
struct epp_nothing {
    char none;
};
/* A boolean that may be left out. */
enum epp_said { EPP_UNSAID, EPP_NO, EPP_YES };
/* A status word with an optional remark for people. */
struct epp_status {
    struct str s; /* "clientHold" */
    struct str lang;
    struct str text;
};
struct epp_statuses {
    struct epp_status *v;
    size_t n;
};
/* authInfo: exactly one of pw, ext, null. */
struct epp_auth {
    struct str pw; /* secret */
    struct str roid; /* attribute of pw: the object (a registrant) whose authInfo it is */
    struct str ext; /* secret; raw XML */
    bool null; /* in a domain update: remove the authInfo */
};
/* An address of a host. ip is "v4" or "v6"; absent means v4, and reading fills it in. */
struct epp_addr {
    struct str ip;
    struct str text;
};
struct epp_addrs {
    struct epp_addr *v;
    size_t n;
};
struct epp_period {
    unsigned n; /* 1 to 99 */
    struct str unit; /* "y" (also when absent) or "m" */
};

/* ---- check, delete, host info: by key (a name, or a contact's id) ------------------------------- */
struct epp_check {
    struct epp_strs keys;
};
struct epp_key {
    struct str key;
};

/* ---- session commands ---------------------------------------------------------------------------- */
struct epp_login {
    struct str clid;
    struct str pw, new_pw; /* secret; 6 to 16 characters */
    struct str version, lang; /* "1.0" and "en" when absent */
    struct epp_strs objects; /* objURI */
    struct epp_strs extensions; /* extURI */
};
struct epp_poll {
    struct str op; /* "req" or "ack" */
    struct str msg_id; /* for ack */
};

/* ---- domain commands (RFC 5731) ------------------------------------------------------------------ */
struct epp_host_attr {
    struct str name;
    struct epp_addrs addrs;
};
struct epp_host_attrs {
    struct epp_host_attr *v;
    size_t n;
};
/* Name servers: either host objects or host attributes, as the registry's model is. */
struct epp_ns {
    struct epp_strs hosts; /* hostObj */
    struct epp_host_attrs attrs; /* hostAttr */
};
struct epp_domain_contact {
    struct str type; /* "admin", "tech", "billing" */
    struct str id;
};
struct epp_domain_contacts {
    struct epp_domain_contact *v;
    size_t n;
};
struct epp_domain_info {
    struct str name;
    struct str hosts; /* "all" (also when absent), "del", "sub", "none" */
    struct epp_auth auth;
};
struct epp_domain_create {
    struct str name;
    struct epp_period period;
    struct epp_ns ns;
    struct str registrant;
    struct epp_domain_contacts contacts;
    struct epp_auth auth;
};
struct epp_domain_change { /* add and rem */
    struct epp_ns ns;
    struct epp_domain_contacts contacts;
    struct epp_statuses statuses;
};
struct epp_domain_update {
    struct str name;
    struct epp_domain_change add, rem;
    struct {
        struct str registrant; /* empty: remove it */
        struct epp_auth auth;
    } chg;
};
struct epp_domain_renew {
    struct str name;
    time_us cur_ex_date; /* only the day counts (UTC) */
    struct epp_period period;
};
struct epp_domain_transfer {
    struct str name;
    struct epp_period period;
    struct epp_auth auth;
};

/* ---- contact commands (RFC 5733) ----------------------------------------------------------------- */
struct epp_postal {
    struct str type; /* "int" (ASCII) or "loc" */
    struct str name, org;
    struct {
        struct epp_strs street; /* up to 3 */
        struct str city, sp, pc, cc;
    } addr;
};
struct epp_postals {
    struct epp_postal *v; /* up to 2 */
    size_t n;
};
struct epp_phone {
    struct str number; /* "+1.7035555555" (E.164 in EPP's form) */
    struct str ext;
};
struct epp_disclose_types { /* of "int" and "loc" */
    struct str *v;
    size_t n;
};
struct epp_disclose {
    bool flag; /* true: may be disclosed; false: may not */
    struct epp_disclose_types name, org, addr;
    bool voice, fax, email;
};
/* info, and transfer with the op in the command */
struct epp_contact_info {
    struct str id;
    struct epp_auth auth;
};
struct epp_contact_create {
    struct str id;
    struct epp_postals postal;
    struct epp_phone voice, fax;
    struct str email;
    struct epp_auth auth;
    struct epp_disclose disclose;
};
struct epp_contact_update {
    struct str id;
    struct epp_statuses add, rem;
    struct {
        struct epp_postals postal;
        struct epp_phone voice, fax; /* an empty number clears it */
        struct str email;
        struct epp_auth auth;
        struct epp_disclose disclose;
    } chg;
};

/* ---- host commands (RFC 5732) -------------------------------------------------------------------- */
struct epp_host_create {
    struct str name;
    struct epp_addrs addrs;
};
struct epp_host_change {
    struct epp_addrs addrs;
    struct epp_statuses statuses;
};
struct epp_host_update {
    struct str name;
    struct epp_host_change add, rem;
    struct str new_name; /* chg */
};

/* ---- what responses carry ------------------------------------------------------------------------ */
struct epp_tr_id {
    struct str cltrid, svtrid;
};
struct epp_checked {
    struct str key; /* name or contact id */
    bool avail;
    struct str reason; /* up to 32 characters */
    struct str lang;
};
struct epp_check_data {
    struct epp_checked *v;
    size_t n;
};
struct epp_create_data {
    struct str key;
    time_us cr_date;
    time_us ex_date; /* domain only */
};
struct epp_renew_data {
    struct str name;
    time_us ex_date;
};
struct epp_transfer_data {
    struct str key;
    struct str status; /* "pending", "clientApproved", … */
    struct str re_id; /* who asked */
    time_us re_date;
    struct str ac_id; /* who must act, or did */
    time_us ac_date; /* by when, or when */
    time_us ex_date; /* domain only */
};
/* The outcome of an action that was answered 1001; comes as a poll message. */
struct epp_pending_data {
    struct str key;
    bool result; /* true: it was done */
    struct epp_tr_id tr_id; /* of the command it answers */
    time_us date;
};
struct epp_domain_info_data {
    struct str name, roid;
    struct epp_statuses statuses;
    struct str registrant;
    struct epp_domain_contacts contacts;
    struct epp_ns ns;
    struct epp_strs hosts; /* subordinate hosts */
    struct str cl_id, cr_id;
    time_us cr_date;
    struct str up_id;
    time_us up_date, ex_date, tr_date;
    struct epp_auth auth;
};
struct epp_contact_info_data {
    struct str id, roid;
    struct epp_statuses statuses;
    struct epp_postals postal;
    struct epp_phone voice, fax;
    struct str email;
    struct str cl_id, cr_id;
    time_us cr_date;
    struct str up_id;
    time_us up_date, tr_date;
    struct epp_auth auth;
    struct epp_disclose disclose;
};
struct epp_host_info_data {
    struct str name, roid;
    struct epp_statuses statuses;
    struct epp_addrs addrs;
    struct str cl_id, cr_id;
    time_us cr_date;
    struct str up_id;
    time_us up_date, tr_date;
};

/* ---- extensions ---------------------------------------------------------------------------------- */
struct epp_ext_element; /* extension.h: one row per extension element */
/* One element inside <extension>. type is NULL for what no row describes: then only ns, name and raw
 * (well-formed XML that declares its own namespaces) are set. */
struct epp_ext {
    const struct epp_ext_element *type;
    const void *data; /* the row's struct */
    struct str ns, name;
    struct str raw;
};
struct epp_exts {
    struct epp_ext *v;
    size_t n;
};

#endif
