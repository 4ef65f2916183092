/* What commands cost: the fee extension, RFC 8748 (fee-1.0) and the drafts that registries still run: 0.5, 0.6,
 * 0.7, 0.8, 0.9, 0.11, 0.12, 0.21 and 0.23.
 *
 * They all say the same in different places: what a command on an object would cost (a price, in the answer to a
 * check), and what was agreed to or was taken (a charge, in commands and answers that change something). So there
 * is one struct for each, whatever the version, and fee_version.c has the tables that say where each version puts
 * what. A caller picks the version once, from what the session logged in with:
 *
 *   const struct epp_fee_version *v = epp_fee_newest(&extensions);
 *   TRY(epp_fee_ask(a, &check.ext, v, &names, &questions, e));
 *   …
 *   struct epp_fee_prices prices = epp_fee_prices(a, &answer.ext);
 *   …
 *   TRY(epp_fee_agree(a, &create.ext, v, EPP_CREATE, &charge, e));
 *   …
 *   const struct epp_fee_charge *taken = epp_fee_charged(&answer.ext);
 *
 * Answers are read whatever their version is, so that the caller need not know what was asked with.
 *
 * What differs that a caller can notice: up to 0.9 a check asks for each name by itself, from 0.11 on for all names
 * of the check command; 0.11 asks for one command at a time. Up to 0.7 there are no credits in commands. Before
 * 0.9 only domain names have prices. A period, a class, a date and so on that a version has no place for is left
 * out. A restore is asked for as "restore" and agreed to in the update that restores.
 *
 * Lists and strings handed in are not copied: they must live as long as the command or answer.
 *
 * Amounts are decimal numbers as text, because their precision is the registry's: epp_fee_minor makes minor units
 * of them, exactly or not at all.
 */
#ifndef FW_EPP_FEE_H
#define FW_EPP_FEE_H

#include "base/error.h"
#include "epp/extension.h"

struct epp_fee_version;

struct epp_fee_amount {
    struct str amount; /* a fee is 0 or more, a credit 0 or less */
    struct str description;
    struct str lang; /* fee-1.0 */
    enum epp_said refundable; /* fees only, as all that follows */
    struct str grace_period; /* how long it can be refunded: "P5D" */
    struct str applied; /* "immediate", or "delayed" until an offline review is done */
};
struct epp_fee_amounts {
    struct epp_fee_amount *v;
    size_t n;
};

/* What one command on one object costs; or, with the object and what follows the period absent, the question. */
struct epp_fee_price {
    struct str id; /* name of the object */
    struct str element; /* the element that holds it in the object's mapping; "name" when absent */
    struct str uri; /* of the object's mapping: 0.9 only; a domain when absent */
    struct str command; /* "create", "renew", "transfer", "restore", "delete", "update", "custom" */
    struct str custom_name; /* of a "custom" command: 0.21 and later */
    struct str phase, subphase; /* launch phase (RFC 8334) */
    struct epp_period period;
    struct str currency; /* "USD" */
    struct str class; /* "standard", or a name of the registry's for what has a price of its own */
    enum epp_said avail; /* EPP_NO: no price can be given, see reason */
    enum epp_said standard; /* fee-1.0: the price is that of the class "standard" */
    struct epp_fee_amounts fees, credits; /* none with avail: it costs nothing */
    struct epp_text reason;
    time_us date, not_after; /* 0.12: when the command would run; until when the price holds */
};
struct epp_fee_prices {
    struct epp_fee_price *v;
    size_t n;
};

/* What a command is agreed to cost, or cost. */
struct epp_fee_charge {
    struct str currency;
    struct epp_period period; /* of a transfer */
    struct epp_fee_amounts fees, credits;
    struct str balance; /* what is left in the account after the command; answers only */
    struct str credit_limit; /* how far below 0 the balance may be; answers only */
};

/* ---- versions -------------------------------------------------------------------------------------- */
/* By namespace URI; NULL where it is none of the versions. */
const struct epp_fee_version *epp_fee_version(struct str uri);
/* By name: "1.0", "0.23" …; NULL likewise. */
const struct epp_fee_version *epp_fee_named(struct str name);
/* The newest of those in the list; NULL where there is none. */
const struct epp_fee_version *epp_fee_newest(const struct epp_strs *uris) FW_NONNULL_ALL;
/* Number i, oldest first; NULL behind the last. */
const struct epp_fee_version *epp_fee_nth(size_t i);
const char *epp_fee_uri(const struct epp_fee_version *v) FW_NONNULL_ALL FW_RETURNS_NONNULL;
const char *epp_fee_name(const struct epp_fee_version *v) FW_NONNULL_ALL FW_RETURNS_NONNULL; /* "0.23" */
/* Questions that one check command can ask for all its names: 1 up to 0.11. */
bool epp_fee_asks_many(const struct epp_fee_version *v) FW_NONNULL_ALL;

/* ---- client ---------------------------------------------------------------------------------------- */
/* Adds to a check command of these names what each of the questions would cost for each of them. INVALID
 * "fee-version" where the version can ask only one question at a time. Up to 0.9 there is a question for each
 * name, so more names times questions than EPP_MANY are refused when the command is encoded. */
enum status epp_fee_ask(struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v,
    const struct epp_strs *names, const struct epp_fee_prices *questions, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* All prices in an answer, one for each object and command, with what the answer says for several of them
 * repeated in each. Empty where there are none. */
struct epp_fee_prices epp_fee_prices(struct arena *a, const struct epp_exts *exts) FW_NONNULL_ALL;
/* The price of that command on that object; names are compared as DNS does. NULL where there is none. */
const struct epp_fee_price *epp_fee_price(
    const struct epp_fee_prices *prices, struct str id, const char *command) FW_NONNULL_ALL;
/* Adds to a create, renew, transfer or update what we agree to pay. INVALID "fee-version" where the version has no
 * place for it: other verbs, credits up to 0.7. */
enum status epp_fee_agree(struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v, enum epp_verb verb,
    const struct epp_fee_charge *charge, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* What the answer to a create, renew, transfer, update or delete says was charged; NULL where it does not. */
const struct epp_fee_charge *epp_fee_charged(const struct epp_exts *exts) FW_NONNULL_ALL;

/* ---- server ---------------------------------------------------------------------------------------- */
/* The version that a command uses; NULL where it has no fee element. */
const struct epp_fee_version *epp_fee_used(const struct epp_exts *exts) FW_NONNULL_ALL;
/* What a check command asks, one question for each command asked for; with the name it is about up to 0.9, and
 * without where it is about all names of the check. */
struct epp_fee_prices epp_fee_asked(struct arena *a, const struct epp_exts *exts) FW_NONNULL_ALL;
/* Adds prices to an answer to a check; those of the same object stand next to each other. The class, avail and
 * reason of an object, and the currency, are taken from the first of them where the version has one place only. */
void epp_fee_answer(struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v,
    const struct epp_fee_prices *prices) FW_NONNULL_ALL;
/* What a command agrees to pay; NULL where it says nothing. */
const struct epp_fee_charge *epp_fee_agreed(const struct epp_exts *exts) FW_NONNULL_ALL;
/* Adds to the answer to a create, renew, transfer, update or delete what was charged. Up to 0.7 an answer must have
 * a fee (a delete's: a credit); encoding fails without. */
void epp_fee_tell(struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v, enum epp_verb verb,
    const struct epp_fee_charge *charge) FW_NONNULL_ALL;

/* ---- money ----------------------------------------------------------------------------------------- */
/* Minor units of a currency with that many digits behind the point: "10.5", 2 → 1050. false where the number is
 * finer than that, too large, or no number. */
bool epp_fee_minor(struct str amount, unsigned digits, int64_t *minor_r) FW_NONNULL_ALL;
/* The other way: 1050, 2 → "10.50". */
struct str epp_fee_decimal(struct arena *a, int64_t minor, unsigned digits) FW_NONNULL_ALL;
/* Sum of fees and credits, as epp_fee_minor. */
bool epp_fee_total(const struct epp_fee_amounts *fees, const struct epp_fee_amounts *credits, unsigned digits,
    int64_t *minor_r) FW_NONNULL_ALL;
/* Whether the object has a price of its own: by its class where it has one, which is "standard" for those that
 * have none (0.8 and later); EPP_UNSAID where the answer leaves it open. */
enum epp_said epp_fee_premium(const struct epp_fee_price *price) FW_NONNULL_ALL;

#endif
