/* EPP commands: struct ⇄ XML.
 *
 * A command is a verb, for most verbs an object, and a body, the member of the union that the two
 * select (see the comments). Adding an object mapping is one file and one row in object.c; adding an
 * extension is one file and one row in extension.c.
 *
 *   struct epp_command c = {.verb = EPP_CREATE, .object = EPP_DOMAIN, .cltrid = id};
 *   c.u.domain_create.name = STR("example.test");
 *   TRY(epp_command_encode(&c, &buf, e));
 *
 * What encodes without an error is valid against the schemas of RFC 5730 to 5733.
 */
#ifndef FW_EPP_COMMAND_H
#define FW_EPP_COMMAND_H

#include "base/xml.h"
#include "epp/fault.h"
#include "epp/fred_object.h"
#include "epp/maintenance.h"
#include "epp/model.h"
#include "epp/org.h"
#include "epp/release.h"

/* The body of a command about an object begins with the object's key, a struct str, whichever it is. */
struct epp_command {
    enum epp_verb verb;
    enum epp_object object; /* EPP_NO_OBJECT for hello, login, logout, poll */
    enum epp_transfer_op op; /* for EPP_TRANSFER */
    union {
        struct epp_login login;
        struct epp_poll poll;
        struct epp_check check; /* any object */
        struct epp_key key; /* delete and send-authInfo of any object; info of host and org */
        struct epp_domain_info domain_info;
        struct epp_domain_create domain_create;
        struct epp_domain_update domain_update;
        struct epp_domain_renew domain_renew;
        struct epp_domain_transfer domain_transfer;
        struct epp_contact_info contact_info;
        struct epp_contact_info contact_transfer;
        struct epp_contact_create contact_create;
        struct epp_contact_update contact_update;
        struct epp_host_create host_create;
        struct epp_host_update host_update;
        struct epp_org_create org_create;
        struct epp_org_update org_update;
        struct epp_maintenance_info maintenance_info;
        struct epp_release release;
        struct epp_fred_key fred_key; /* info and transfer of FRED's objects */
        struct epp_fred_domain_create fred_domain_create;
        struct epp_fred_domain_update fred_domain_update;
        struct epp_fred_contact fred_contact; /* create and update */
        struct epp_fred_nsset fred_nsset_create;
        struct epp_fred_nsset_update fred_nsset_update;
        struct epp_fred_keyset fred_keyset_create;
        struct epp_fred_keyset_update fred_keyset_update;
        struct epp_fred_test fred_test;
        struct epp_fred_extra fred_extra;
    } u;
    bool plain; /* writing: the object's element has no prefix but the default namespace; some servers want it so */
    struct epp_exts ext;
    struct str cltrid; /* 3 to 64 characters; may be absent */
};

/* Appends one XML document (no frame header). INVALID "epp-value" names the element that is missing or
 * whose value the schema does not allow; INVALID "epp-too-large" when buf's maximum is passed. */
enum status epp_command_encode(
    const struct epp_command *c, struct buf *out, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* Reads a command strictly, as a server must: names, namespaces, order, counts, types and lengths of the
 * schemas. Fills *c (also partly on failure: cltrid is set whenever it could be read, so that the answer
 * can carry it, and verb and object as far as they are known). On failure INVALID "epp-command" with the
 * text, and *f with the result code to answer. Strings are copied to, or lie in, the arena of `root`. */
enum status epp_command_decode(struct arena *a, const struct xml_node *root, struct epp_command *c, struct epp_fault *f,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* "domain:create", "transfer query" …: for logs and error texts. */
const char *epp_verb_name(enum epp_verb v) FW_RETURNS_NONNULL;
const char *epp_object_name(enum epp_object o) FW_RETURNS_NONNULL; /* "domain"; "" for none */
const char *epp_object_ns(enum epp_object o) FW_RETURNS_NONNULL; /* EPP's own for none */
const char *epp_op_name(enum epp_transfer_op op) FW_RETURNS_NONNULL; /* "request"; "" for none */
/* True for commands that change nothing at the server, so that one may simply ask again: hello, check,
 * info, poll req, transfer query. */
bool epp_command_is_query(const struct epp_command *c) FW_NONNULL_ALL;

#endif
