/* FRED's objects (epp/fred_object.h), where the personality says `fred = yes`.
 *
 * Domains and contacts are kept as everywhere: a command of FRED's becomes the one of RFC 5731 or 5733 that says the
 * same, its handler does it, and the answer is put into FRED's words. Sets of name servers have tables of their own; a
 * domain that names one gets the set's name servers as attributes. Sets of keys are kept, and not published. Transfers
 * take place at once; only the request is known. Not kept: changes and transfers of sets, lists, tests. Messages to
 * registrars other than of transfers are those of RFC 5731.
 */
#ifndef FW_REGISTRY_SANDBOX_FRED_H
#define FW_REGISTRY_SANDBOX_FRED_H

#include "registry/sandbox_call.h"

enum status sandbox_fred_domain_check(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_domain_info(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_domain_create(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_domain_update(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_domain_renew(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_domain_delete(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_domain_transfer(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_domain_mail(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_contact_check(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_contact_info(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_contact_create(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_contact_update(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_fred_contact_delete(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
/* Of sets of either kind: the command's object says which. */
enum status sandbox_set_check(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_set_info(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_set_delete(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_nsset_create(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_keyset_create(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

/* A set's row. Wherever `set` is asked for it is the kind: EPP_FRED_NSSET or EPP_FRED_KEYSET. */
struct sandbox_set {
    struct str id, sponsor;
    struct str level; /* of an nsset */
    time_us created;
};
/* Refuses with 2303 and the element that named the set where there is none. share: as below. */
enum status sandbox_set_open(struct sandbox_call *c, enum epp_object set, const char *element, struct str id,
    bool share, struct sandbox_set *s_r, struct error *e) FW_MUST_CHECK;

/* ---- rows (sandbox_set_db.c) ---------------------------------------------------------------------------------- */
/* share: kept from going away until the transaction ends. */
enum status sandbox_set_find(struct db *db, struct arena *a, enum epp_object set, struct str id, bool share,
    struct sandbox_set *s_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_set_insert(
    struct db *db, enum epp_object set, const struct sandbox_set *s, struct error *e) FW_MUST_CHECK;
enum status sandbox_set_remove(struct db *db, enum epp_object set, struct str id, struct error *e) FW_MUST_CHECK;
enum status sandbox_set_tech_add(
    struct db *db, enum epp_object set, struct str id, int64_t contact_id, struct error *e) FW_MUST_CHECK;
enum status sandbox_set_techs(struct db *db, struct arena *a, enum epp_object set, struct str id,
    struct epp_strs *list_r, struct error *e) FW_MUST_CHECK;
/* How many domains name it. */
enum status sandbox_set_links(
    struct db *db, struct arena *a, enum epp_object set, struct str id, int64_t *n_r, struct error *e) FW_MUST_CHECK;
/* The set that a domain names; STR_NULL: none. Putting an empty one takes it away. */
enum status sandbox_domain_set(struct db *db, struct arena *a, enum epp_object set, struct str domain, struct str *id_r,
    struct error *e) FW_MUST_CHECK;
enum status sandbox_domain_set_put(
    struct db *db, enum epp_object set, struct str domain, struct str id, struct error *e) FW_MUST_CHECK;

enum status sandbox_nsset_host_add(
    struct db *db, struct str id, size_t position, struct str name, struct str addrs, struct error *e) FW_MUST_CHECK;
enum status sandbox_nsset_hosts(
    struct db *db, struct arena *a, struct str id, struct epp_fred_nss *list_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_keyset_key_add(
    struct db *db, struct str id, size_t position, const struct epp_dnskey *k, struct error *e) FW_MUST_CHECK;
enum status sandbox_keyset_keys(
    struct db *db, struct arena *a, struct str id, struct epp_dnskeys *list_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_mail_put(
    struct db *db, struct str domain, struct str text, time_us now, struct error *e) FW_MUST_CHECK;

#endif
