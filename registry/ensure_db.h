/* What we saw to stand at registries (tables registry_host, registry_contact). Private to registry/. */
#ifndef FW_REGISTRY_ENSURE_DB_H
#define FW_REGISTRY_ENSURE_DB_H

#include "registry/ensure.h"

#define SEEN_DIGEST 32

/* NOT_FOUND where it was not seen. */
enum status seen_host(
    const struct registry_work *w, struct str host, uint8_t digest_r[SEEN_DIGEST], struct error *e) FW_MUST_CHECK;
/* The same for many: seen_r[i] says whether hosts[i] was seen with digests[i]. */
enum status seen_hosts(const struct registry_work *w, const struct str *hosts, const uint8_t (*digests)[SEEN_DIGEST],
    size_t n, bool *seen_r, struct error *e) FW_MUST_CHECK;
enum status seen_host_put(
    const struct registry_work *w, struct str host, const uint8_t digest[SEEN_DIGEST], struct error *e) FW_MUST_CHECK;
enum status seen_host_forget(const struct registry_work *w, struct str host, struct error *e) FW_MUST_CHECK;
/* theirs: the registry's own id for it; STR_NULL where ours is the registry's too. */
enum status seen_contact(const struct registry_work *w, struct str id, uint8_t digest_r[SEEN_DIGEST],
    struct str *theirs_r, struct error *e) FW_MUST_CHECK;
enum status seen_contact_put(const struct registry_work *w, struct str id, const uint8_t digest[SEEN_DIGEST],
    struct str theirs, struct error *e) FW_MUST_CHECK;
/* By our id, or by the registry's. */
enum status seen_contact_theirs(
    const struct registry_work *w, struct str id, struct str *theirs_r, struct error *e) FW_MUST_CHECK;
/* By our id or the registry's. */
enum status seen_contact_forget(const struct registry_work *w, struct str id, struct error *e) FW_MUST_CHECK;

#endif
