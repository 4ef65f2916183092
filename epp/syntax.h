/* The simple types of the EPP schemas (eppcom-1.0 and those of the mappings), as one table: white space,
 * length in characters, form, and words. Used on everything written and, by servers, on everything read.
 */
#ifndef FW_EPP_SYNTAX_H
#define FW_EPP_SYNTAX_H

#include "base/error.h"
#include "base/str.h"

enum epp_type {
    EPP_T_TEXT, /* normalizedString, any length up to 10,000 characters */
    EPP_T_AUTH, /* the same; secret */
    EPP_T_TOKEN,
    EPP_T_MIN_TOKEN, /* not empty */
    EPP_T_SECONDS, /* 0 to 2147483647 */
    EPP_T_TTL, /* the same or empty */
    EPP_T_RR_TYPE, /* a record type's name: "TXT" */
    EPP_T_SHORT, /* a token of at most 255 characters */
    EPP_T_TOKEN_20, /* and of at most 20; */
    EPP_T_TOKEN_50, /* from 1 to 50; */
    EPP_T_TOKEN_200, /* of at most 200 */
    EPP_T_BILL_DAYS, /* 0 to 182 */
    EPP_T_BILL_DAYS_CHG, /* the same or empty */
    EPP_T_LINE_32, /* a line of at most 32 */
    EPP_T_WORD, /* one of those that the field itself lists (shape.h) */
    EPP_T_CLID, /* 3 to 16 characters: client and contact identifiers */
    EPP_T_CLID_CHG, /* the same or empty */
    EPP_T_LABEL, /* 1 to 255 characters: names of domains and hosts */
    EPP_T_ROID,
    EPP_T_TRID, /* 3 to 64 */
    EPP_T_SVID,
    EPP_T_PW, /* 6 to 16; secret */
    EPP_T_LANG,
    EPP_T_VERSION,
    EPP_T_URI,
    EPP_T_REASON, /* 1 to 32 */
    EPP_T_LINE, /* postal line, 1 to 255 */
    EPP_T_OPT_LINE,
    EPP_T_POSTCODE,
    EPP_T_CC,
    EPP_T_CC_CHG, /* the same or less */
    EPP_T_PHONE, /* empty, or E.164 as +CC.number */
    EPP_T_IP,
    EPP_T_IP_TYPE,
    EPP_T_UNIT,
    EPP_T_HOSTS,
    EPP_T_CONTACT_TYPE,
    EPP_T_POSTAL_TYPE,
    EPP_T_POLL_OP,
    EPP_T_TRANSFER_STATUS,
    EPP_T_DOMAIN_STATUS,
    EPP_T_CONTACT_STATUS,
    EPP_T_HOST_STATUS,
    EPP_T_RGP_STATUS,
    EPP_T_RGP_OP,
    EPP_T_BASE64, /* not empty; blanks within are dropped */
    EPP_T_HEX, /* whole octets */
    EPP_T_CURRENCY, /* three capital letters */
    EPP_T_DECIMAL, /* up to 18 digits */
    EPP_T_FEE, /* 0 or more */
    EPP_T_CREDIT, /* 0 or less */
    EPP_T_DURATION, /* P5D, PT12H */
    EPP_T_MONTH_DAY, /* --12-31 */
    EPP_T_NMTOKEN,
    EPP_T_FEE_NAME, /* 3 to 16 characters: commands in fee-0.5 to 0.12 */
    EPP_T_LONG_PW, /* 6 or more; secret */
    EPP_T_SECRET, /* a token that is not empty; secret */
    EPP_T_SUBPRODUCT, /* 1 to 64 */
    EPP_T_OBJ_ID, /* FRED's: 1 to 63 characters; */
    EPP_T_OBJ_ID_CHG, /* the same or empty; */
    EPP_T_OBJ_ID_NEW, /* of an object that is made: 1 to 30 letters and digits, single hyphens between; */
    EPP_T_AUTH_300, /* at most 300; secret; */
    EPP_T_EMAILS, /* addresses parted by commas; */
    EPP_T_EMAILS_CHG, /* the same or empty */
    EPP_T_TOKEN_32, /* at most 32; */
    EPP_T_AMOUNT, /* of money: up to 10 digits, two of them behind the point */
    EPP_TYPE_COUNT
};

/* 0, or the result code a server answers: 2004 (a word the schema does not list), 2005 (length or
 * form). why_r, when not NULL, gets a constant or arena text for people ("must have 3 to 16 characters"). */
int epp_value_check(struct arena *a, enum epp_type t, struct str v, struct str *why_r);
/* NULL when the value stands as epp_value_normal would leave it; otherwise what is wrong, for people. */
const char *epp_value_loose(enum epp_type t, struct str v);
bool epp_type_secret(enum epp_type t);
/* words ends with NULL. */
bool epp_word_listed(const char *const *words, struct str v) FW_NONNULL_ALL;
#define EPP_WORD_WHY "is not one of the words the schema lists"
/* The value as XML Schema sees it: for tokens outer blanks removed and inner runs made one, for normalized
 * strings tabs and line ends made blanks. v itself where nothing changes, otherwise a copy in the arena. */
struct str epp_value_normal(struct arena *a, enum epp_type t, struct str v);

/* Shorthands for callers that check input before building a command. */
bool epp_clid_valid(struct str v);
bool epp_cltrid_valid(struct str v);
bool epp_roid_valid(struct str v);
bool epp_label_valid(struct str v);
bool epp_phone_valid(struct str v);

#endif
