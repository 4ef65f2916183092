/* The objects of FRED, the registry software of .cz and others: domains, contacts, sets of name servers (nsset) and sets
 * of DNSSEC keys (keyset). They stand in the place of RFC 5731 to 5733, with namespaces of their own.
 *
 * How they differ: a domain names one nsset and one keyset instead of hosts and DS records; its contacts are a registrant
 * and administrators, technical contacts belong to the sets; an address has one form; authInfo is plain text; statuses
 * are the registry's alone; only transfers can be requested, and take place at once; expiry is a day. Beside the commands
 * of EPP there are some of FRED's own, which stand in an <extension> directly below <epp>: send the authInfo to the
 * holder, have a set tested, list objects, show the credit. Poll messages tell of transfers, expiry, deletion, changes.
 *
 * Where a struct of model.h says it all, it is used: epp_check, epp_key, epp_domain_renew, epp_check_data,
 * epp_create_data, epp_renew_data.
 */
#ifndef FW_EPP_FRED_OBJECT_H
#define FW_EPP_FRED_OBJECT_H

#include "epp/secdns.h"

#define EPP_FRED_NS "http://www.nic.cz/xml/epp/fred-1.5"
#define EPP_FRED_DOMAIN_NS "http://www.nic.cz/xml/epp/domain-1.4"
#define EPP_FRED_CONTACT_NS "http://www.nic.cz/xml/epp/contact-1.6"
#define EPP_FRED_NSSET_NS "http://www.nic.cz/xml/epp/nsset-1.2"
#define EPP_FRED_KEYSET_NS "http://www.nic.cz/xml/epp/keyset-1.3"

struct epp_fred_key { /* info, and transfer with the op in the command */
    struct str key;
    struct str auth; /* secret */
};
/* What an info answer of any object has. */
struct epp_fred_record {
    struct str roid;
    struct epp_statuses statuses;
    struct str cl_id, cr_id;
    time_us cr_date;
    struct str up_id;
    time_us up_date, tr_date;
};

/* ---- domains --------------------------------------------------------------------------------------- */
struct epp_fred_domain_create {
    struct str name;
    struct epp_period period;
    struct str nsset, keyset, registrant;
    struct epp_strs admins;
    struct str auth; /* secret */
};
struct epp_fred_domain_update {
    struct str name;
    struct epp_strs add_admins, rem_admins, rem_temps;
    struct {
        struct str nsset, keyset; /* empty: the domain has none any more */
        struct str registrant;
        struct str auth; /* secret */
    } chg;
};
struct epp_fred_domain_info_data {
    struct str name;
    struct epp_fred_record record;
    struct str registrant, nsset, keyset;
    struct epp_strs admins, temps;
    time_us ex_date; /* a day */
    struct str auth; /* secret */
};

/* ---- contacts -------------------------------------------------------------------------------------- */
struct epp_fred_ident {
    struct str type; /* "op" (identity card), "passport", "mpsv", "ico" (company), "birthday" */
    struct str value;
};
struct epp_fred_disclose {
    bool flag; /* true: may be disclosed; false: may not */
    bool addr; /* not in a create */
    bool voice, fax, email, vat, ident, notify_email;
};
struct epp_fred_contact { /* create, and update, where all but the id is what changes */
    struct str id;
    struct epp_postal postal; /* without type */
    struct str voice, fax;
    struct str email, notify_email; /* several are parted by commas */
    struct str auth; /* secret */
    struct epp_fred_disclose disclose;
    struct str vat;
    struct epp_fred_ident ident;
};
struct epp_fred_contact_info_data {
    struct epp_fred_contact contact;
    struct epp_fred_record record;
};

/* ---- nssets ---------------------------------------------------------------------------------------- */
struct epp_fred_ns {
    struct str name;
    struct epp_strs addrs; /* of hosts within the registry's zones only */
};
struct epp_fred_nss {
    struct epp_fred_ns *v;
    size_t n;
};
struct epp_fred_nsset { /* create, and what info tells of its content */
    struct str id;
    struct epp_fred_nss ns; /* up to 10 */
    struct epp_strs techs; /* contacts, one at least */
    struct str auth; /* secret */
    struct str report_level; /* of tests: "0" to "10" */
};
struct epp_fred_nsset_update {
    struct str id;
    struct {
        struct epp_fred_nss ns;
        struct epp_strs techs;
    } add;
    struct {
        struct epp_strs names, techs;
    } rem;
    struct {
        struct str auth; /* secret */
        struct str report_level;
    } chg;
};
struct epp_fred_nsset_info_data {
    struct epp_fred_nsset nsset;
    struct epp_fred_record record;
};

/* ---- keysets --------------------------------------------------------------------------------------- */
struct epp_fred_keyset { /* as with nssets */
    struct str id;
    struct epp_dnskeys keys; /* up to 10 */
    struct epp_strs techs; /* 1 to 10 */
    struct str auth; /* secret */
};
struct epp_fred_keys {
    struct epp_dnskeys keys;
    struct epp_strs techs;
};
struct epp_fred_keyset_update {
    struct str id;
    struct epp_fred_keys add, rem;
    struct {
        struct str auth; /* secret */
    } chg;
};
struct epp_fred_keyset_info_data {
    struct epp_fred_keyset keyset;
    struct epp_fred_record record;
};

/* ---- commands of its own ---------------------------------------------------------------------------- */
/* EPP_SEND_AUTH_INFO is about any of the objects: struct epp_key. */
struct epp_fred_test { /* EPP_TEST of an nsset or a keyset: whether servers answer for these domains */
    struct str id;
    struct str level; /* of nssets: "0" to "10" */
    struct epp_strs names;
};
/* EPP_EXTRA of EPP_FRED: exactly one is set. A list command makes a list at the server and answers how long it is
 * (EPP_INFO_RESPONSE); get_results then takes it in portions (EPP_RESULTS_LIST) until one is empty. */
struct epp_fred_extra {
    struct str domains_by_nsset, /* first: what begins a command's body is read as its key */ domains_by_keyset,
        domains_by_contact, nssets_by_contact, keysets_by_contact;
    struct str nssets_by_ns; /* a host's name */
    bool credit_info; /* answered with EPP_CREDIT_DATA */
    bool list_domains, list_contacts, list_nssets, list_keysets;
    bool get_results;
};
struct epp_fred_credit {
    struct str zone; /* "cz" */
    struct str amount; /* decimal, in the registry's currency */
};
struct epp_fred_credits {
    struct epp_fred_credit *v;
    size_t n;
};
struct epp_fred_results {
    struct epp_strs items;
};

/* ---- poll messages ---------------------------------------------------------------------------------- */
/* EPP_TRN_DATA of any object is struct epp_transfer_data with key, ac_date (when it was done) and re_id (who has it now);
 * EPP_IDLE_DEL_DATA (deleted, since nothing used it) is struct epp_key. */
struct epp_fred_expiry {
    struct str name;
    time_us date; /* a day: when the domain, or the validation of an ENUM domain, expires or did */
};
struct epp_fred_test_result {
    struct str test, note;
    enum epp_said passed;
};
struct epp_fred_test_results {
    struct str id;
    struct str cltestid;
    struct epp_strs names;
    struct {
        struct epp_fred_test_result *v;
        size_t n;
    } results;
};
struct epp_fred_low_credit {
    struct str zone;
    struct epp_fred_credit limit, credit;
};
struct epp_fred_request_fee {
    time_us from, to;
    struct str free_requests, used_requests; /* numbers */
    struct str price;
};
/* An object of ours that the registry changed. */
struct epp_fred_domain_updated {
    struct epp_fred_domain_info_data before, after;
    struct str op_trid;
};
struct epp_fred_contact_updated {
    struct epp_fred_contact_info_data before, after;
    struct str op_trid;
};
struct epp_fred_nsset_updated {
    struct epp_fred_nsset_info_data before, after;
    struct str op_trid;
};
struct epp_fred_keyset_updated {
    struct epp_fred_keyset_info_data before, after;
    struct str op_trid;
};

#endif
