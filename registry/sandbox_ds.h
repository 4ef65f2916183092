/* DNSSEC of domains (secDNS-1.1, RFC 5910), published with the delegation.
 *
 * The personality says which of the RFC's two interfaces the registry has (secdns): DS records, keys, or both, though
 * never both for one domain. Of a key the registry makes the DS record itself (RFC 4034 5.1.4, SHA-256), and an info
 * tells the key again. Whether maxSigLife is taken and up to how much (max-sig-life), and whether there are urgent
 * updates (ds-urgent), is the personality's too; what it does not have is refused as the RFC says for a server
 * without that service: 2306 for the other interface, 2102 for the two options.
 */
#ifndef FW_REGISTRY_SANDBOX_DS_H
#define FW_REGISTRY_SANDBOX_DS_H

#include "epp/secdns.h"
#include "registry/sandbox_domain.h"

#define SB_DNSKEY_PROTOCOL 3 /* the only one (RFC 4034 2.1.2) */

/* A row of domain_ds. */
struct sandbox_ds {
    unsigned key_tag, alg, digest_type;
    struct str digest; /* bytes */
    unsigned key_flags;
    struct str pub_key; /* base64; STR_NULL: it was given as a DS record */
};

/* What a create or update says about DNSSEC, done. No word about it: nothing. */
enum status sandbox_ds_create(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
enum status sandbox_ds_update(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
/* Into the answer to an info, where the session asked for the extension. */
enum status sandbox_ds_tell(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;

/* Whether a zone may be signed with that key, wherever a command gives it: 2306 for an algorithm, a protocol or flags that
 * no zone's key has, 2005 where its bytes are no base64, 2004 for too many of them. */
enum status sandbox_dnskey_check(
    struct sandbox_call *c, const struct epp_dnskey *k, struct str *bytes_r, struct error *e) FW_MUST_CHECK;

/* Fills ds and keys. */
enum status sandbox_ds_list(
    struct db *db, struct arena *a, int64_t domain_id, struct epp_secdns *s_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_ds_add(
    struct db *db, int64_t domain_id, const struct sandbox_ds *ds, struct error *e) FW_MUST_CHECK;
enum status sandbox_ds_drop(
    struct db *db, int64_t domain_id, const struct sandbox_ds *ds, bool *found_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_ds_clear(struct db *db, int64_t domain_id, struct error *e) FW_MUST_CHECK;
/* maxSigLife of the domain; 0: never said. */
enum status sandbox_sig_life(
    struct db *db, struct arena *a, int64_t domain_id, unsigned *seconds_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_sig_life_set(struct db *db, int64_t domain_id, unsigned seconds, struct error *e) FW_MUST_CHECK;

#endif
