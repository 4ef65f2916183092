/* Launch phases of a registry, launch-1.0 (RFC 8334): sunrise, landrush, claims, and those a registry names itself.
 *
 * In the claims phase a check of the form "claims" tells whether the trademark clearing house knows marks of that
 * name, and by which key the notice can be fetched; a create then says which notice the customer has accepted, and
 * when. In sunrise a create carries a mark, signed by the clearing house, or the code of one. A phase may take
 * applications instead of registrations: the answer names an application, which is asked about, changed and withdrawn
 * by its identifier until it is allocated or rejected, and poll messages tell of its status.
 *
 * Phases that are limited to some customers or names have no word of their own: phase "custom" (or the word they are
 * nearest to) and a name.
 *
 * Marks are kept as XML. As read they mean the same, but their prefixes are not kept, so a signature over one that was
 * read cannot be verified any more, and encodedSignedMark is the form to use: its text stays as it is. What is written
 * is written byte by byte as it was given.
 */
#ifndef FW_EPP_LAUNCH_H
#define FW_EPP_LAUNCH_H

#include "epp/extension.h"

#define EPP_LAUNCH_NS "urn:ietf:params:xml:ns:launch-1.0"

struct epp_launch_phase {
    struct str phase; /* "sunrise", "landrush", "claims", "open", "custom" */
    struct str name; /* of a custom phase, or of a part of another */
};
/* check: <check/> by itself asks for claims */
struct epp_launch_check {
    struct str type; /* "claims" (also when absent), "avail", "trademark" */
    struct epp_launch_phase phase;
};
struct epp_launch_info {
    enum epp_said include_mark;
    struct epp_launch_phase phase;
    struct str application_id;
};
struct epp_launch_code_mark {
    struct str code, validator;
    struct epp_strs mark; /* raw, at most one */
};
struct epp_launch_code_marks {
    struct epp_launch_code_mark *v;
    size_t n;
};
struct epp_launch_notice {
    struct str id, validator;
    time_us not_after, accepted;
};
struct epp_launch_notices {
    struct epp_launch_notice *v;
    size_t n;
};
struct epp_launch_create {
    struct str type; /* "application" or "registration"; absent: as the phase has it */
    struct epp_launch_phase phase;
    /* at most one of the three */
    struct epp_launch_code_marks code_marks;
    struct epp_strs signed_marks; /* raw */
    struct epp_strs encoded_marks; /* raw */
    struct epp_launch_notices notices;
};
/* update, delete; and the answer to create (creData), where an application was made */
struct epp_launch_id {
    struct epp_launch_phase phase;
    struct str application_id;
};
struct epp_launch_key {
    struct str key, validator;
};
struct epp_launch_keys {
    struct epp_launch_key *v;
    size_t n;
};
struct epp_launch_checked {
    struct str name;
    bool exists; /* marks of that name exist */
    struct epp_launch_keys keys; /* of their notices */
};
struct epp_launch_check_data {
    struct epp_launch_phase phase;
    struct {
        struct epp_launch_checked *v;
        size_t n;
    } checked;
};
struct epp_launch_info_data { /* also in poll messages */
    struct epp_launch_phase phase;
    struct str application_id;
    struct {
        struct str s; /* "pendingValidation", "validated", … "custom" */
        struct str lang;
        struct str name; /* of a custom status */
        struct str text;
    } status;
    struct epp_strs marks; /* raw */
};

extern const struct epp_ext_element epp_launch_check, epp_launch_info, epp_launch_create, epp_launch_update,
    epp_launch_delete, epp_launch_chk_data, epp_launch_cre_data, epp_launch_inf_data;
extern const struct epp_extension epp_launch_extension;

#endif
