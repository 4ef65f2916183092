/* What a registry announces of its maintenance, maintenance-1.0 (RFC 9167): asked for as a list or one by one, and sent
 * as poll messages when it is planned, changed, called off, near and over. */
#ifndef FW_EPP_MAINTENANCE_H
#define FW_EPP_MAINTENANCE_H

#include "epp/model.h"

#define EPP_MAINTENANCE_NS "urn:ietf:params:xml:ns:epp:maintenance-1.0"

struct epp_maintenance_id {
    struct str id;
    struct str name, lang; /* for people */
};
struct epp_maintenance_info { /* one of the two */
    struct epp_maintenance_id id;
    bool list;
};
struct epp_maintenance_item {
    struct epp_maintenance_id id;
    time_us start, end;
    time_us cr_date, up_date;
};
struct epp_maintenance_system {
    struct str name;
    struct str host;
    struct str impact; /* "none", "partial", "full" */
};
struct epp_maintenance_description {
    struct str lang;
    struct str type; /* "plain" (also when absent), "html" */
    struct str text;
};
struct epp_maintenance {
    struct epp_maintenance_id id;
    struct epp_texts types; /* "Routine Maintenance", … */
    struct str poll_type; /* in a poll message: "create", "update", "delete", "courtesy", "end" */
    struct {
        struct epp_maintenance_system *v;
        size_t n;
    } systems;
    struct {
        struct str type; /* "production", "ote", "staging", "dev", "custom" */
        struct str name; /* with "custom" */
        struct str text;
    } environment;
    time_us start, end;
    struct str reason; /* "planned", "emergency" */
    struct str detail; /* URI */
    struct {
        struct epp_maintenance_description *v;
        size_t n;
    } descriptions;
    struct epp_strs tlds;
    struct {
        enum epp_said connection, implementation; /* a client must do something about it */
    } intervention;
    time_us cr_date, up_date;
};
struct epp_maintenance_data { /* one of the two */
    struct {
        bool present; /* also where it is empty */
        struct {
            struct epp_maintenance_item *v;
            size_t n;
        } items;
    } list;
    struct epp_maintenance item;
};

#endif
