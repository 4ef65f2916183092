/* Verisign's own: namestoreExt-1.1, sync-1.0 and idnLang-1.0.
 *
 * A server that serves several registries has to be told which one a command is for: the sub-product, "dotCOM" or
 * "dotNET", with every command about an object, and with every answer. Where it is wrong, the answer says so in
 * epp_namestore_error.
 *
 * Sync moves the end of a registration to another day of the year; the update that carries it changes nothing
 * else. An internationalized name is created with its language.
 */
#ifndef FW_EPP_VERISIGN_H
#define FW_EPP_VERISIGN_H

#include "epp/extension.h"

#define EPP_NAMESTORE_NS "http://www.verisign-grs.com/epp/namestoreExt-1.1"
#define EPP_IDN_LANG_NS "http://www.verisign.com/epp/idnLang-1.0"
#define EPP_SYNC_NS "http://www.verisign.com/epp/sync-1.0"

struct epp_namestore {
    struct str sub_product;
};
struct epp_namestore_error {
    struct str code; /* "1": there is no such sub-product, or not for this client */
    struct str lang;
    struct str msg;
};
struct epp_sync {
    struct str month_day; /* "--12-31" */
};
struct epp_idn_lang {
    struct str tag; /* of three letters as the registry lists them: "GER" */
};
extern const struct epp_ext_element epp_namestore, epp_namestore_error, epp_sync_update, epp_idn_lang_tag;
extern const struct epp_extension epp_namestore_extension, epp_sync_extension, epp_idn_lang_extension;

/* The day of the year in UTC, as epp_sync wants it. */
struct str epp_sync_day(struct arena *a, time_us t) FW_NONNULL_ALL;

#endif
