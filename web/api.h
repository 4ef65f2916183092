/* What the API's operations have in common: JSON in with every member known and checked, JSON out, pages of lists.
 *
 * Input: a table of members says which there may be; what is not in it, or of another type, is refused by its name
 * ("changes[2].ttl"). Output: an object is written into the reply as it goes.
 */
#ifndef FW_WEB_API_H
#define FW_WEB_API_H

#include "base/json.h"
#include "web/request.h"

#define API_BODY_MAX ((size_t)1 << 20)
#define API_PAGE_MAX 500
#define API_PAGE_DEFAULT 100

enum api_type { API_STRING, API_INTEGER, API_OBJECT, API_ARRAY, API_BOOLEAN };
struct api_member {
    const char *name;
    enum api_type type;
    bool required;
    const struct json_val **value_r; /* NULL where absent (or null) */
};

/* The request's body as one object; its Content-Type must be JSON (415). */
enum status api_body(struct request *r, const struct json_val **v_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* path: where the object stands, "" at the top, "changes[2]." below. */
enum status api_members(struct request *r, const struct json_val *object, const char *path,
    const struct api_member *members, size_t n, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* STR_NULL for NULL. */
struct str api_text(const struct json_val *v);

/* ?limit= (1..API_PAGE_MAX). */
enum status api_limit(struct request *r, size_t *limit_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

/* Begins the reply's one object; api_end closes it and sets the headers. */
void api_begin(struct request *r, int status, struct json_writer *j) FW_NONNULL_ALL;
enum status api_end(struct request *r, struct json_writer *j) FW_NONNULL_ALL;
void api_headers(struct request *r, const char *content_type) FW_NONNULL_ALL;

/* {"amount": "9.00", "currency": "EUR"} */
void api_money(struct request *r, struct json_writer *j, const char *key, struct money m);
/* RFC 3339, or null for 0. */
void api_time(struct request *r, struct json_writer *j, const char *key, time_us t);
/* "name" as A-labels, and "name_unicode". */
void api_name(struct request *r, struct json_writer *j, struct str name);

#endif
