/* Registrants. A contact is what the customer typed, checked; its row never changes. The same data from
 * the same account is the same contact, so a batch of 100,000 names makes one contact at the registry. */
#ifndef FW_REGISTRAR_CONTACT_H
#define FW_REGISTRAR_CONTACT_H

#include "base/clock.h"
#include "base/crypto.h"
#include "base/db.h"

struct contact {
    int64_t id; /* 0 until stored */
    struct str handle; /* our identifier at every registry (RFC 5733 §2.1 clIDType), 3..16 */
    struct str name, org, street, city, state, postal_code;
    struct str country; /* ISO 3166-1 alpha-2, upper case */
    struct str phone; /* +CC.NNNN (E.164, RFC 5733 §2.5) */
    struct str email;
};

/* The fields with their labels and limits: forms, API and batch read this table, so that a field is one row. */
struct contact_field {
    const char *key; /* "postal_code" */
    const char *label; /* "Postal code" */
    const char *hint; /* "+49.301234567" or "" */
    size_t offset; /* of the struct str in struct contact */
    size_t max; /* bytes */
    bool required;
    const char *autocomplete; /* HTML autofill token */
};
extern const struct contact_field contact_fields[];
extern const size_t contact_fields_n;
struct str *contact_field_of(struct contact *c, const struct contact_field *f) FW_RETURNS_NONNULL;

/* A registry's id of a contact, as it wrote it. INVALID "contact-id". */
enum status contact_id_check(struct str id, struct error *e) FW_MUST_CHECK;

/* One message per wrong field: why[i] is NULL or a sentence for contact_fields[i]. Also trims and normalises
 * (country to upper case, phone without blanks). false if any is wrong. */
bool contact_check(struct arena *a, struct contact *c, const char *why[]);
/* Checks, then finds the account's equal contact or stores a new one (in the caller's transaction when there
 * is one). INVALID "contact-FIELD" names the first wrong field. */
enum status contact_store(
    struct db *db, struct arena *a, int64_t account_id, struct contact *c, time_us now, struct error *e) FW_MUST_CHECK;
enum status contact_find(
    struct db *db, struct arena *a, int64_t id, struct contact *c_r, struct error *e) FW_MUST_CHECK;
/* The account's newest, to fill a form with; NOT_FOUND when it has none. */
enum status contact_latest(
    struct db *db, struct arena *a, int64_t account_id, struct contact *c_r, struct error *e) FW_MUST_CHECK;
/* The contact's password at registries, made on first use (sealed with the registrar's key; only
 * fourways-registrar holds that). `fresh` is stored when there is none yet. */
enum status contact_authinfo(struct db *db, struct arena *a, const struct secret_key *sealing, int64_t id,
    struct str fresh, struct str *authinfo_r, struct error *e) FW_MUST_CHECK;

#endif
