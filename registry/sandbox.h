/* The sandbox registry: a real EPP server (RFC 5730 to 5734) for local play and for tests.
 *
 * It is the other side of everything in registry/: what Fourways asks of a registry, this one does, strictly,
 * over TLS with client certificates, for several registrars and TLDs, kept in its own database. It publishes
 * its zones as master files, as a registry does, so that a resolver can follow them.
 *
 * How a command runs (one thread per connection, sandbox_session.c):
 *   frame → XML → struct epp_command (epp/) → the handler of verb × object (sandbox_command.c) inside ONE
 *   database transaction → the answer is encoded → COMMIT → the answer is sent.
 * So a connection that breaks between the last two leaves the client with a done command and no answer. That is
 * the case every registrar must survive, and the order here is what makes it testable.
 *
 * Handlers live one file per object: sandbox_domain*.c (create, change, term, link), sandbox_contact.c, sandbox_host.c,
 * sandbox_transfer.c, sandbox_poll.c, sandbox_login.c; extensions in sandbox_fee.c, sandbox_ds.c, sandbox_token.c, sandbox_launch.c and, for RGP,
 * sandbox_grace.c; their SQL beside them in the _db.c files. Policy is data: rows of `tld`, `premium_name`,
 * `reserved_label` (sql/sandbox/), and for manners a file of registry/personalities (sandbox_personality.h). Time
 * passes by a clock that can be moved forward (sandbox_clock.h) and does its work in sandbox_sweep.c (purges, transfers
 * that nobody answered, decisions about creates, renewal at expiry); zones leave by sandbox_publish.c; mishaps are
 * ordered through sandbox_fault.h.
 *
 * Who runs it: registry/main_sandbox.c (fourways-sandbox), and tests, several in one process if they like.
 */
#ifndef FW_REGISTRY_SANDBOX_H
#define FW_REGISTRY_SANDBOX_H

#include "base/conf.h"

struct sandbox_settings {
    struct str listen; /* "127.0.0.1:7000"; port 0: any */
    struct str metrics; /* address for /metrics and /healthz; empty: none */
    struct str db_socket, db_user, db_password_file, db_name;
    struct str sql_dir; /* migrations, applied at start */
    struct str ca_dir, server_name;
    struct str key_file; /* seals authInfo; made when missing */
    struct str zone_dir;
    struct conf_list zone_servers; /* "LABELS ADDRESS…": the TLDs' own name servers, below each TLD */
    struct conf_list registrars; /* "ID PASSWORD-FILE CERT-NAME [BALANCE]" */
    struct conf_list faults; /* sandbox_fault.h */
    struct str publish_command; /* words, no shell */
    struct str personality; /* file of registry/sandbox_personality.h; empty: a plain registry */
    int64_t zone_ttl_s, publish_delay_ms, sweep_ms;
    int64_t max_sessions, max_sessions_each;
    int64_t idle_s, session_s, handshake_ms, write_ms, frame_ms, frame_max;
    int64_t commands_per_s, login_tries;
};

extern const struct conf_item sandbox_items[];
extern const size_t sandbox_items_n;

struct sandbox;

/* Migrates and seeds the database, makes CA and key when missing, publishes the zones, listens. After OK
 * it serves. Errors name what was wrong: file, database, port. s must live until sandbox_stop. */
enum status sandbox_start(const struct sandbox_settings *s, struct sandbox **sb_r, struct error *e) FW_MUST_CHECK;
/* Takes no more connections, lets each command in hand finish and answer, ends all sessions, writes the
 * zones a last time, frees. */
void sandbox_stop(struct sandbox **sb);
/* The port it listens on (for listen addresses with port 0). */
unsigned sandbox_port(const struct sandbox *sb) FW_NONNULL_ALL;
/* Waits until every change committed so far is in the published files. */
void sandbox_publish_wait(struct sandbox *sb) FW_NONNULL_ALL;
/* Does what is due at `now`, as the background sweep does by the registry's clock (sandbox_clock.h). */
enum status sandbox_sweep_now(struct sandbox *sb, int64_t now, struct error *e) FW_MUST_CHECK;

/* What an operator orders of the registry that runs, or will run, with these settings: faults (sandbox_fault.h) and
 * ways forward for its clock ("35d"; sandbox_clock.h). The database must have been made by a start before. */
enum status sandbox_operate(const struct sandbox_settings *s, const struct conf_list *faults,
    const struct conf_list *advances, struct error *e) FW_MUST_CHECK;

#endif
