/* Files that are part of the program: style sheet, script, icon, the API's description. They are compiled in, so the
 * program is one file, and what it serves fits it. Their addresses carry a digest: a browser keeps them for ever. */
#ifndef FW_WEB_STATIC_H
#define FW_WEB_STATIC_H

#include "base/str.h"

struct static_asset {
    const char *name; /* "app.css" */
    const char *type;
    const char *begin, *end;
};
extern const struct static_asset static_assets[];
extern const size_t static_assets_n;

const struct static_asset *static_find(struct str name); /* NULL where there is none */
struct str static_content(const struct static_asset *s);
/* "/static/app.css?v=1a2b3c…" */
struct str static_url(struct arena *a, const char *name);

#endif
