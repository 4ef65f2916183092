/* A registry as the registrar sees it: profile + connection + adapter, and the reads.
 *
 * registries_open reads the connection files that the registrar's configuration lists; nothing is
 * connected until the first command. One set per process, shared by all threads. A unit of work
 * carries its own database connection, arena and clock reading in a struct registry_work.
 *
 * Transforms are in registry/journal.h, ensuring hosts and contacts in registry/ensure.h, messages
 * in registry/poll.h.
 */
#ifndef FW_REGISTRY_REGISTRY_H
#define FW_REGISTRY_REGISTRY_H

#include "base/db.h"
#include "registry/adapter.h"
#include "registry/profile.h"
#include "registry/tld.h"

struct pool;
struct journal_group;
struct transcript_row;

struct registry {
    struct registry_config config;
    const struct registry_profile *profile; /* config.profile */
    struct registry_adapter adapter;
    struct pool *pool; /* NULL where the adapter is not EPP */
    struct journal_group *group; /* registry/journal_group.h; NULL: each write of the journal is committed alone */
};

struct registries {
    struct registry *items;
    size_t n;
    struct tld_table tlds;
};

/* files: connection files (struct registry_config). The arena must live as long as the set. */
enum status registries_open(
    struct arena *a, const struct str *files, size_t n, struct registries *rs_r, struct error *e) FW_MUST_CHECK;
/* Logs out of all sessions; no call may be running. */
void registries_close(struct registries *rs);
/* The registry that serves the TLD of this A-label name; NULL if none of ours does. */
struct registry *registries_serving(const struct registries *rs, struct str name);
/* The one whose profile has that name (struct tld_policy says it too); NULL if none of ours has. */
struct registry *registries_named(const struct registries *rs, struct str profile);
/* false, with the reason, when a registry refuses us (bad credentials): a person must look. */
bool registries_healthy(const struct registries *rs, char *why, size_t n);

struct registry_work {
    struct registry *registry;
    struct db *db; /* outside any transaction. Reads need none: without one they are not in the transcript */
    struct arena *arena;
    time_us now;
    uint64_t
        now_ns; /* clock_monotonic_ns() at that moment, so that what comes later is written down as later; 0: all is
                      * written down as at `now` */
    int timeout_ms; /* to get a session; 0: the profile's answer_s, which also bounds each answer */
    enum registry_lane lane; /* AUTO unless it is a batch job */
    struct str token; /* allocation token of the domain that it is about (RFC 8495); STR_NULL: none */
    int64_t customer; /* the account for which it is; customers take turns; 0: ourselves */
};

/* What the clock shows by now. */
time_us registry_time(const struct registry_work *w);

/* out has n elements, in the order of names (lower-case A-labels). Asks in portions of the registry's
 * limit. A name that the registry left out of its answer is PROTOCOL "check-incomplete". */
enum status registry_domain_check(const struct registry_work *w, const struct str *names, size_t n,
    struct registry_avail *out, struct error *e) FW_MUST_CHECK;
/* Whether trademark holders claim the names, while the registry's launch is in that phase; as domain_claims of the
 * adapter. A registration of one that is claimed carries the notice that the customer has accepted. */
enum status registry_domain_claims(const struct registry_work *w, const struct str *names, size_t n,
    struct registry_claim *out, struct error *e) FW_MUST_CHECK;
/* NOT_FOUND where it does not exist (2303). */
enum status registry_domain_info(const struct registry_work *w, struct str name, struct str authinfo,
    struct registry_domain *out, struct error *e) FW_MUST_CHECK;
/* What a "create", "renew", "transfer" or "restore" would cost now. */
enum status registry_domain_quote(const struct registry_work *w, struct str name, const char *command, int years,
    struct registry_quote *out, struct error *e) FW_MUST_CHECK;
/* The same of many, and whether they can be registered; in portions of the registry's limit, and not in the transcript.
 * Where the registry tells no prices only that, and quotes without currency. */
enum status registry_domain_quotes(const struct registry_work *w, const struct str *names, size_t n,
    const char *command, int years, struct registry_avail *avail, struct registry_quote *out,
    struct error *e) FW_MUST_CHECK;
/* The same as registry_domain_quote, but what the transcript is to say of it is left to the caller: to be written with what follows from it, or
 * by registry_question_keep, which logs where that fails. Without a verb: there is nothing to be said. */
enum status registry_domain_quote_row(const struct registry_work *w, struct str name, const char *command, int years,
    struct registry_quote *out, struct transcript_row *row_r, struct error *e) FW_MUST_CHECK;
void registry_question_keep(const struct registry_work *w, const struct transcript_row *row);
enum status registry_contact_info(
    const struct registry_work *w, struct str id, struct registry_contact_info *out, struct error *e) FW_MUST_CHECK;
enum status registry_host_check(const struct registry_work *w, const struct str *names, size_t n,
    struct registry_avail *out, struct error *e) FW_MUST_CHECK;
enum status registry_host_info(
    const struct registry_work *w, struct str name, struct registry_host_info *out, struct error *e) FW_MUST_CHECK;
enum status registry_host_set_info(
    const struct registry_work *w, struct str id, struct registry_host_set_info *out, struct error *e) FW_MUST_CHECK;
enum status registry_key_set_info(
    const struct registry_work *w, struct str id, struct registry_key_set_info *out, struct error *e) FW_MUST_CHECK;
enum status registry_contact_transfer_query(const struct registry_work *w, struct str id, struct str authinfo,
    struct registry_transfer_info *out, struct error *e) FW_MUST_CHECK;
enum status registry_transfer_query(const struct registry_work *w, struct str name, struct str authinfo,
    struct registry_transfer_info *out, struct error *e) FW_MUST_CHECK;
/* A password as the profile demands it: its length (24 characters where it may be), letters of both cases, digits, and
 * one of each kind of characters that must be there. Seal it (base/crypto.h) before storing. */
struct str registry_authinfo_new(const struct registry_profile *p, struct arena *a);
/* INVALID "authinfo-length", "authinfo-characters": the registry would refuse it. */
enum status registry_authinfo_check(const struct registry_profile *p, struct str text, struct error *e) FW_MUST_CHECK;

#endif
