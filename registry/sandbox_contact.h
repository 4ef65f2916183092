/* Contact objects (RFC 5733): rows, and lookups that domains need too. */
#ifndef FW_REGISTRY_SANDBOX_CONTACT_H
#define FW_REGISTRY_SANDBOX_CONTACT_H

#include "registry/sandbox_host.h"

struct sandbox_contact {
    int64_t id;
    struct str handle, sponsor, creator, updater;
    time_us created, updated, transferred;
    unsigned statuses;
    struct epp_phone voice, fax;
    struct str email;
    unsigned disclose; /* bits, sandbox_contact.c */
    struct str auth_sealed;
};

enum status sandbox_contact_find(struct db *db, struct arena *a, struct str handle, enum sandbox_lock lock,
    struct sandbox_contact *c_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_contact_find_id(
    struct db *db, struct arena *a, int64_t id, struct sandbox_contact *c_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_contact_insert(struct db *db, struct sandbox_contact *c, struct error *e) FW_MUST_CHECK;
/* All but id, handle, creator, created. */
enum status sandbox_contact_store(struct db *db, const struct sandbox_contact *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_contact_remove(struct db *db, int64_t id, struct error *e) FW_MUST_CHECK;
/* Writes one postal form over what was there. */
enum status sandbox_postal_store(
    struct db *db, int64_t contact_id, const struct epp_postal *p, struct error *e) FW_MUST_CHECK;
enum status sandbox_postals(
    struct db *db, struct arena *a, int64_t contact_id, struct epp_postals *list_r, struct error *e) FW_MUST_CHECK;
/* How many domains name it, as registrant or otherwise. */
enum status sandbox_contact_links(
    struct db *db, struct arena *a, int64_t id, int64_t *links_r, struct error *e) FW_MUST_CHECK;

enum status sandbox_contact_check(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_contact_info(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_contact_create(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_contact_update(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;
enum status sandbox_contact_delete(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

#endif
