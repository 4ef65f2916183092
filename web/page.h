/* The frame of every page, and the pieces that pages are made of.
 *
 *   page_begin(r, &(struct page){.title = "Your zones", .nav = "zones"});
 *   html_raw(&r->html, "<h1>Your zones</h1>");
 *   …
 *   return page_end(r);
 *
 * Every page works without script; nothing stands inline, so the content security policy can refuse all of that.
 */
#ifndef FW_WEB_PAGE_H
#define FW_WEB_PAGE_H

#include "web/problem.h"
#include "web/request.h"

struct page {
    const char *title; /* without the site's name */
    const char *nav; /* which item of the menu this is: "zones"; NULL: none */
    int refresh_s; /* without script, load the page again after so many seconds; 0: never */
    int status; /* 0: 200 */
    bool has_errors; /* says so in the title, for those who hear it */
};
void page_begin(struct request *r, const struct page *p) FW_NONNULL_ALL;
enum status page_end(struct request *r) FW_NONNULL_ALL;
/* The headers of something of HTML: a page, or a part of one. */
void page_headers(struct request *r) FW_NONNULL_ALL;

/* page_error.c: replaces whatever the reply had so far. Needs no database. */
void page_error(struct request *r, const struct problem *p) FW_NONNULL_ALL;

/* ---- forms ------------------------------------------------------------------------------------------------ */

struct field {
    const char *name, *label;
    const char *hint; /* NULL or "": none */
    const char *type; /* of the input: "text", "email", "password"; "textarea" */
    const char *autocomplete; /* NULL: off */
    const char *width; /* class: "w-short", "w-half"; NULL: full */
    bool optional; /* says so */
    struct str value; /* what was typed stays */
    const char *error; /* a sentence, or NULL */
};
bool fields_good(const struct field *fields, size_t n);
/* A list of what is wrong with links to the fields; nothing where all is well. extra: an error of no field. */
void form_errors(struct request *r, const struct field *fields, size_t n, const char *extra);
void form_begin(struct request *r, struct str action) FW_NONNULL_ALL; /* <form> with its CSRF token */
void form_hidden(struct request *r, const char *name, struct str value) FW_NONNULL_ALL;
void form_field(struct request *r, const struct field *f) FW_NONNULL_ALL;
/* A select of the numbers first..last, each shown as "N unit(s)". */
void form_years(struct request *r, int first, int last, int chosen, const char *error);
void form_end(struct request *r) FW_NONNULL_ALL;

/* ---- small pieces --------------------------------------------------------------------------------------------- */

/* A domain's name for people, with its A-labels behind it where they differ. */
void put_name(struct request *r, struct str name) FW_NONNULL_ALL;
/* A word in a coloured pill; kind: "good", "busy", "bad", "plain". The word says it, the colour only helps. */
void put_tag(struct request *r, const char *kind, struct str word) FW_NONNULL_ALL;
void put_time(struct request *r, time_us t) FW_NONNULL_ALL;
/* A row of a <dl class="facts">. */
void put_fact(struct request *r, const char *name, struct str value);
struct str money_of(struct request *r, int64_t amount); /* in the account's currency */

#endif
