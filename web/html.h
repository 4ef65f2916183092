/* HTML, escaped by construction.
 *
 *   html_put(h, "<td><a href=\"/orders/{}\">{}</a></td>", number, name);
 *
 * The markup is a literal (the macro takes nothing else), what comes from anywhere else is an argument, and every
 * argument is escaped: there is no way to write a value raw. Placeholders:
 *   {}   text or a quoted attribute's value: & < > " ' become references
 *   {u}  a part of a URL (path segment, query value): percent-encoded but for unreserved characters (RFC 3986 §2.3)
 * A {} directly behind `=` (an attribute without quotes), one that is not known, and a number of
 * arguments other than that of the placeholders break an invariant. What is not UTF-8, and control characters,
 * become U+FFFD. The output is well-formed XML as well, which lets tests parse every page.
 */
#ifndef FW_WEB_HTML_H
#define FW_WEB_HTML_H

#include "base/buf.h"

struct html {
    struct buf *out;
};

void html_fill(struct html *h, const char *literal, const struct str *args, size_t n) FW_NONNULL_ALL;

/* "" literal "" is what refuses anything but a literal. */
#define html_raw(h, literal) html_fill((h), "" literal "", (const struct str[]){STR_NULL}, 0)
#define html_put(h, literal, ...)                                                                                      \
    html_fill((h), "" literal "", (const struct str[]){__VA_ARGS__},                                                   \
        sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* The same, for a value alone. */
void html_text(struct html *h, struct str s) FW_NONNULL_ALL;
void html_url(struct html *h, struct str s) FW_NONNULL_ALL;
/* {u} as a string, for Location headers. */
struct str url_encode(struct arena *a, struct str s) FW_NONNULL_ALL;

#endif
