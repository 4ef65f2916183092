/* Records on the pages: what each kind of record is called, how it is typed, and the form for one. */
#ifndef FW_WEB_RECORD_FORM_H
#define FW_WEB_RECORD_FORM_H

#include "web/page.h"
#include "zones/change.h"

/* What a person can add: a type, or an alias of a type. The common ones are rows in record_form.c; every other type that
 * dns/type.h knows as data is offered too, in the words of its table. */
struct record_kind {
    const char *key; /* "MX", "alias-A": in addresses and forms */
    const char *type;
    bool alias;
    const char *title; /* "Mail server (MX)" */
    const char *help; /* what it is for, one sentence */
    const char *label; /* of the field for values */
    const char *hint; /* how a value looks */
};
/* The common ones in the order of the page, then the others; NULL behind the last. */
const struct record_kind *record_kind_at(struct arena *a, size_t i) FW_NONNULL_ALL;
bool record_kind_is_common(size_t i);
const struct record_kind *record_kind_find(struct arena *a, struct str key); /* NULL: none */
/* Of a record set that is there; NULL for types that the pages do not edit. */
const struct record_kind *record_kind_of(struct arena *a, const struct record_set *set) FW_NONNULL_ALL;

/* One record set as typed. */
struct record_form {
    const struct zone *zone;
    const struct record_kind *kind;
    struct str name, ttl, values, target; /* as typed; values: one a line */
    const char *name_why, *ttl_why, *values_why, *target_why;
};

void record_form_read(struct request *r, struct record_form *f) FW_NONNULL_ALL;
void record_form_fill(struct request *r, struct record_form *f, const struct record_set *set) FW_NONNULL_ALL;
/* false: the form says what is wrong. */
bool record_form_set(struct request *r, struct record_form *f, struct record_set *set_r) FW_NONNULL_ALL;
/* Puts an error of zones/ at the field it is about. false where it is about no field. */
bool record_form_blame(struct request *r, struct record_form *f, const struct error *e) FW_NONNULL_ALL;
bool record_form_good(const struct record_form *f) FW_NONNULL_ALL;
/* The error summary, and the fields. fixed_name: the owner cannot be changed here. */
void record_form_errors(struct request *r, const struct record_form *f, const char *extra);
void record_form_put(struct request *r, const struct record_form *f, bool fixed_name) FW_NONNULL_ALL;
/* Values one a line. */
struct str record_lines(struct arena *a, const struct str *values, size_t n);
bool record_lines_split(struct arena *a, struct str lines, const struct str **values_r, size_t *n_r) FW_NONNULL_ALL;

#endif
