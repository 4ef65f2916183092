#include "web/static.h"

#include "base/crypto.h"
#include "web/handlers.h"

/* The assembler puts the file between two symbols; module.mk makes this object depend on the files. */
#define ASSET(symbol, path)                                                                                            \
    __asm__(".section .rodata\n"                                                                                       \
            ".global asset_" #symbol "_begin\nasset_" #symbol "_begin:\n"                                              \
            ".incbin \"" path "\"\n"                                                                                   \
            ".global asset_" #symbol "_end\nasset_" #symbol "_end:\n"                                                  \
            ".byte 0\n.previous\n");                                                                                   \
    extern const char asset_##symbol##_begin[], asset_##symbol##_end[]

ASSET(css, "web/static/app.css");
ASSET(js, "web/static/app.js");
ASSET(icon, "web/static/icon.svg");
ASSET(openapi, "web/static/openapi.json");

const struct static_asset static_assets[] = {
    {"app.css", "text/css; charset=utf-8", asset_css_begin, asset_css_end},
    {"app.js", "text/javascript; charset=utf-8", asset_js_begin, asset_js_end},
    {"icon.svg", "image/svg+xml", asset_icon_begin, asset_icon_end},
    {"openapi.json", "application/json", asset_openapi_begin, asset_openapi_end},
};
const size_t static_assets_n = ARRAY_LEN(static_assets);

const struct static_asset *static_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(static_assets); i++)
        if (str_eqz(name, static_assets[i].name))
            return &static_assets[i];
    return NULL;
}

struct str static_content(const struct static_asset *s)
{
    return str_n(s->begin, (size_t)(s->end - s->begin));
}

static struct str digest_of(struct arena *a, const struct static_asset *s)
{
    uint8_t d[32];
    crypto_sha256(static_content(s), d);
    return hex_encode(a, d, 8);
}

struct str static_url(struct arena *a, const char *name)
{
    const struct static_asset *s = static_find(str_of(name));
    INVARIANT(s != NULL);
    return str_printf(a, "/static/%s?v=%.*s", name, STR_ARG(digest_of(a, s)));
}

/* With its digest in the address a file never changes; without, it may. */
static enum status serve(struct request *r, const struct static_asset *s)
{
    bool fixed = str_eq(request_query(r, "v"), digest_of(r->arena, s));
    struct str tag = str_printf(r->arena, "\"%.*s\"", STR_ARG(digest_of(r->arena, s)));
    request_header(r, "Content-Type", str_of(s->type));
    request_header(r, "X-Content-Type-Options", STR("nosniff"));
    request_header(r, "Content-Security-Policy", STR("default-src 'none'"));
    request_header(r, "Cache-Control", fixed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    request_header(r, "ETag", tag);
    if (str_eq(http_header(r->http, "if-none-match"), tag)) {
        r->reply->status = 304;
        return OK;
    }
    buf_str(&r->reply->body, static_content(s));
    return OK;
}

HANDLER(static_file)
{
    const struct static_asset *s = static_find(r->params[0]);
    if (s == NULL)
        return error_set(e, NOT_FOUND, "no-file", "There is no file of that name.");
    return serve(r, s);
}

HANDLER(static_openapi)
{
    (void)e;
    return serve(r, static_find(STR("openapi.json")));
}
