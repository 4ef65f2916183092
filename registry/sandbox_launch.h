/* The launch of a registry (launch-1.0, RFC 8334): its phases on the clock, trademark claims, marks, and applications.
 *
 * The personality says which phases there are (launch-phase), in their order, how many days each lasts from the moment
 * the registry first served with any, and which take applications; when they are over, names are open to all. It also
 * lists the labels that a trademark clearing house knows, with the keys of their notices (trademark).
 *
 *   sunrise    a create carries the holder's mark as one encodedSignedMark
 *   landrush   a create carries nothing but the phase
 *   claims     a create of a trademark's label carries the notice that the customer has accepted
 *   open       there is no need to name the phase
 *
 * A phase that is named and is not the one that runs is refused with 2306, as is an application where names are
 * registered and the other way round; a phase, a mark or a notice that is missing, with 2003; one that cannot be read,
 * with 2005; one whose times or checksum do not hold, with 2306.
 *
 * Of a notice are checked: its id's shape, the checksum in it (RFC 9361: CRC-32 over label, notAfter and number), that it
 * has not ended, and that it was accepted in the last 48 hours. Of a mark: that it is XML of a signedMark in base64, with all
 * its parts, in its time, for that label. NOT verified are the mark's signature, the certificate behind it and the
 * clearing house's lists of revocations: the sandbox has no trust anchor of it, and says so in its log with each create.
 *
 * An application is kept as a domain that is pendingCreate under a name that no command can give; so that info, update
 * and delete that name its applicationID do what they do to domains. When its phase ends the first application for a
 * name gets it, and the others their money back; each is told by a message. Until that is done, which may be a moment
 * after the end, nobody else can register the name (2302).
 */
#ifndef FW_REGISTRY_SANDBOX_LAUNCH_H
#define FW_REGISTRY_SANDBOX_LAUNCH_H

#include "epp/launch.h"
#include "registry/sandbox_domain.h"
#include "registry/sandbox_name.h"
#include "registry/sandbox_poll.h"

/* The phase that runs; NULL: none any more. ends_r: when it ends. */
const struct sandbox_phase *sandbox_launch_phase(const struct sandbox *sb, time_us now, time_us *ends_r) FW_NONNULL_ALL;
/* A check of the claims or trademark form is answered here, without resData; one of the form avail is not. */
enum status sandbox_launch_check(struct sandbox_call *c, bool *answered_r, struct error *e) FW_MUST_CHECK;
/* May this create come in the phase that runs? decided_r: when it will be decided, where it is an application; else 0. */
enum status sandbox_launch_create(
    struct sandbox_call *c, const struct sandbox_name *name, time_us *decided_r, struct error *e) FW_MUST_CHECK;

/* What the notice of that label lacks, in words; NULL: nothing. *code_r: the result code for it. */
const char *sandbox_notice_lacks(
    const struct epp_launch_notice *n, struct str label, time_us now, unsigned *code_r) FW_NONNULL_ALL;
/* The same of an <encodedSignedMark> element, but for what stands above as not verified. */
const char *sandbox_mark_lacks(
    struct arena *a, struct str raw, struct str label, time_us now, unsigned *code_r) FW_NONNULL_ALL;

/* The name that an application's domain has in the database until it is decided. */
struct str sandbox_application_key(const struct sandbox_call *c);
bool sandbox_application_is(const struct sandbox_domain *row) FW_NONNULL_ALL;
/* Remembers what d applies for, and tells the client its id. */
enum status sandbox_application_begin(
    struct sandbox_call *c, const struct sandbox_domain *d, int years, struct error *e) FW_MUST_CHECK;
/* The applicationID in the command; STR_NULL: it is about a registration. */
struct str sandbox_application_named(const struct sandbox_call *c);
/* As sandbox_domain_open: d is the application's domain, with the name that it is for. 2303, 2306 for another phase. */
enum status sandbox_application_open(struct sandbox_call *c, struct str id, struct str name, bool lock,
    struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;
void sandbox_application_tell(struct sandbox_call *c, const struct sandbox_domain *d);
/* Takes it back, and the price. */
enum status sandbox_application_withdraw(
    struct sandbox_call *c, const struct sandbox_domain *d, struct error *e) FW_MUST_CHECK;

/* A row of application, with the outcome where there is one. */
struct sandbox_application {
    int64_t id;
    struct str name, phase;
    int years;
};
/* The end of the phase: row gets the name it is for if nobody has it (*good_r), for years from `at`. */
enum status sandbox_application_decide(struct db *db, struct arena *a, struct sandbox_domain *row, time_us at,
    bool *good_r, struct sandbox_message *m, struct error *e) FW_MUST_CHECK;
/* What a message says of an application, into the answer to a poll. */
void sandbox_application_poll(struct sandbox_call *c, const struct sandbox_message *m);

/* ---- rows ---- */
/* When the launch began by the registry's clock: `now` of the machine's, where this is the beginning. */
enum status sandbox_launch_began(
    struct db *db, struct arena *a, time_us now, time_us *began_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_application_insert(struct db *db, int64_t domain_id, struct str name, struct str phase, int years,
    int64_t *id_r, struct error *e) FW_MUST_CHECK;
/* NOT_FOUND: no such application that is undecided. */
enum status sandbox_application_find(struct db *db, struct arena *a, int64_t id, int64_t *domain_id_r,
    struct sandbox_application *x_r, struct error *e) FW_MUST_CHECK;
enum status sandbox_application_of(
    struct db *db, struct arena *a, int64_t domain_id, struct sandbox_application *x_r, struct error *e) FW_MUST_CHECK;
/* Whether some application for that name is undecided. */
enum status sandbox_application_awaited(
    struct db *db, struct arena *a, struct str name, bool *awaited_r, struct error *e) FW_MUST_CHECK;
/* The domain is what it applied for. */
enum status sandbox_application_allocate(
    struct db *db, int64_t domain_id, struct str name, time_us created, struct error *e) FW_MUST_CHECK;
enum status sandbox_application_remove(struct db *db, int64_t domain_id, struct error *e) FW_MUST_CHECK;

#endif
