/* What an order needs beside a name, as text: written by people (a cell of a file, an option), checked and brought to one
 * form when the order is placed, read again by its steps. One form for the same meaning, so that equal requests are equal.
 *
 *   hosts   "ours" (the four name servers of the domain's hosted zone), or 1 to 13 name servers apart by blanks, in each
 *           behind slashes the addresses of one inside the registry: "ns1.example.net ns2.shop.test/192.0.2.1/2001:db8::1"
 *   dnssec  "none", or DS records (the whole set that is wanted) apart by semicolons, each as in a zone: key tag,
 *           algorithm, digest type, digest: "12345 13 2 49FD46E6…; 12346 13 4 8F3C…". Where the registry takes keys, each
 *           is "key", flags, protocol, algorithm, key in base64: "key 257 3 13 mdsswUyr…". Beside them may stand
 *           "max-sig-life SECONDS" and "urgent" (RFC 5910)
 *   register what a domain is registered with: nothing, or apart by semicolons DNSSEC data as above ("urgent" is for changes)
 *           and "idn TABLE", the table or language that an internationalized name uses, as its registry calls it
 *   contact what is to be done about the transfer of a contact, and the registry by the name of its profile: "request sandbox";
 *           the word is request, approve, reject or cancel (RFC 5733 3.2.4)
 *   tag     whom a domain is released to, as its registry names registrars: "EXAMPLE-TAG"
 *   locks   words of: delete hold renew transfer update (RFC 5731 2.3: client…Prohibited, clientHold), apart by blanks
 */
#ifndef FW_REGISTRAR_ORDER_ARGS_H
#define FW_REGISTRAR_ORDER_ARGS_H

#include "base/buf.h"
#include "registry/adapter.h"

#define ORDER_ARGS_MAX 4000

enum order_args { ARGS_NONE, ARGS_HOSTS, ARGS_LOCKS, ARGS_DNSSEC, ARGS_REGISTER, ARGS_CONTACT, ARGS_TAG };

/* In the one form. INVALID "args" names what is wrong with them; "args-needed", "args-unused". */
enum status order_args_check(
    enum order_args kind, struct arena *a, struct str text, struct str *canonical_r, struct error *e) FW_MUST_CHECK;

/* n 0: ours. */
enum status order_args_hosts(struct arena *a, struct str text, struct registry_host hosts[REGISTRY_HOSTS_MAX],
    size_t *n_r, struct error *e) FW_MUST_CHECK;

/* In one order whatever that of the text was; INVALID also as registry/dnssec.h says. */
enum status order_args_dnssec(
    struct arena *a, struct str text, struct registry_dnssec *out, bool *urgent_r, struct error *e) FW_MUST_CHECK;

/* Empty, and STR_NULL, where nothing is said. */
enum status order_args_register(
    struct arena *a, struct str text, struct registry_dnssec *dnssec, struct str *idn_r, struct error *e) FW_MUST_CHECK;

#define ORDER_LOCKS_MAX 5
/* The statuses that the words stand for, "clientTransferProhibited" …, in the order of the words' alphabet. */
enum status order_args_locks(
    struct str text, struct str statuses[ORDER_LOCKS_MAX], size_t *n_r, struct error *e) FW_MUST_CHECK;

enum status order_args_contact(
    struct str text, enum registry_transfer_op *op_r, struct str *registry_r, struct error *e) FW_MUST_CHECK;

/* For the files that read them. The next word between blanks; false at the end. */
bool order_args_word(struct str *rest, struct str *word);
enum status order_args_dnssec_put(struct arena *a, struct str text, struct buf *out, struct error *e) FW_MUST_CHECK;
enum status order_args_register_put(struct arena *a, struct str text, struct buf *out, struct error *e) FW_MUST_CHECK;

#endif
