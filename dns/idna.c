#include <idn2.h>
#include <unictype.h>
#include <unistr.h>

#include "base/buf.h"
#include "dns/idna.h"

#define ASCII_NAME_MAX 254 /* 253 characters and a final dot: 255 bytes on the wire */
#define SCRIPTS_MAX 8 /* different scripts in one label that are told apart; more are refused anyway */

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] >= 128)
            return false;
    return true;
}

static bool is_alabel(struct str label)
{
    return label.n > 4 && str_ieq(str_n(label.p, 4), STR("xn--"));
}

/* What libidn2 gave, into the arena; its own memory is given back. */
static struct str take_idn2(struct arena *a, void *p)
{
    struct str copy = str_n(arena_strdup(a, p), strlen(p));

    idn2_free(p);
    return copy;
}

static enum status refused(int rc, struct str label, struct error *e)
{
    bool size = rc == IDN2_TOO_BIG_LABEL || rc == IDN2_TOO_BIG_DOMAIN || rc == IDN2_PUNYCODE_BIG_OUTPUT;

    return error_set(e, INVALID, size ? "idna-too-long" : "idna-disallowed",
        "the label \"%.*s\" cannot be a domain name: %s", STR_ARG(label), idn2_strerror(rc));
}

/* A-label to U-label, only when that is a label that IDNA2008 would register as these very bytes. */
static enum status alabel_decode(struct arena *a, struct str alabel, struct str *ulabel_r, struct error *e)
{
    char *u = NULL;
    uint8_t *back = NULL;
    struct str ulabel, again;

    if (idn2_to_unicode_8z8z(str_dupz(a, str_lower(a, alabel)), &u, 0) != IDN2_OK)
        return error_set(e, INVALID, "idna-bad-alabel",
            "the label \"%.*s\" begins with xn-- but is not an encoded name", STR_ARG(alabel));
    ulabel = take_idn2(a, u);
    if (is_ascii(ulabel) || idn2_register_u8((const uint8_t *)ulabel.p, NULL, &back, IDN2_NFC_INPUT) != IDN2_OK)
        return error_set(e, INVALID, "idna-bad-alabel",
            "the label \"%.*s\" encodes characters that a domain name cannot have", STR_ARG(alabel));
    again = take_idn2(a, back);
    if (!str_ieq(again, alabel))
        return error_set(e, INVALID, "idna-bad-alabel", "the label \"%.*s\" is not the right encoding; that is %.*s",
            STR_ARG(alabel), STR_ARG(again));
    *ulabel_r = ulabel;
    return OK;
}

/* Maps what people type (case, width, composition), then holds the result against the strict rules. */
static enum status ulabel_encode(struct arena *a, struct str label, struct str *ascii_r, struct error *e)
{
    uint8_t *out = NULL;
    struct str ignored;
    int rc = idn2_lookup_u8((const uint8_t *)str_dupz(a, label), &out, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);

    if (rc != IDN2_OK)
        return refused(rc, label, e);
    *ascii_r = take_idn2(a, out);
    if (str_find(*ascii_r, '.', 0) >= 0 || str_empty(*ascii_r))
        return refused(IDN2_DISALLOWED, label, e);
    if (is_alabel(*ascii_r) && alabel_decode(a, *ascii_r, &ignored, e) != OK)
        return refused(IDN2_DISALLOWED, label, e);
    return OK;
}

static enum status label_to_ascii(struct arena *a, struct str label, struct str *ascii_r, struct error *e)
{
    struct str ignored;

    if (!is_ascii(label))
        return ulabel_encode(a, label, ascii_r, e);
    *ascii_r = str_lower(a, label);
    return is_alabel(label) ? alabel_decode(a, *ascii_r, &ignored, e) : OK;
}

static enum status check_input(struct str text, struct error *e)
{
    if (text.n > IDNA_TEXT_MAX)
        return error_set(e, INVALID, "idna-too-long", "the name has %zu bytes, the most is %d", text.n, IDNA_TEXT_MAX);
    if (!str_utf8_valid(text) || (text.n > 0 && memchr(text.p, 0, text.n) != NULL))
        return error_set(e, INVALID, "idna-bad-utf8", "the name is not valid UTF-8 text");
    return OK;
}

/* The dots of East Asian keyboards (RFC 3490 §3.1) are dots: U+3002, U+FF0E, U+FF61. */
static struct str plain_dots(struct arena *a, struct str text)
{
    static const char *const dots[] = {"\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1"};
    struct buf out;

    buf_in(&out, a, IDNA_TEXT_MAX);
    for (size_t i = 0; i < text.n;) {
        struct str rest = str_n(text.p + i, text.n - i);
        bool dot = false;

        for (size_t d = 0; d < ARRAY_LEN(dots) && !dot; d++)
            dot = str_starts(rest, str_of(dots[d]));
        buf_putc(&out, dot ? '.' : text.p[i]);
        i += dot ? 3 : 1;
    }
    return buf_view(&out);
}

enum status idna_to_ascii(struct arena *a, struct str text, struct str *ascii_r, struct error *e)
{
    struct str rest, label, ascii;
    struct buf out;
    bool first = true;

    TRY(check_input(text, e));
    rest = plain_dots(a, text);
    buf_in(&out, a, IDNA_TEXT_MAX);
    while (str_take(&rest, '.', &label)) {
        if (!first)
            buf_putc(&out, '.');
        first = false;
        TRY(label_to_ascii(a, label, &ascii, e));
        buf_str(&out, ascii);
    }
    if (buf_over(&out) || out.n > ASCII_NAME_MAX)
        return error_set(e, INVALID, "idna-too-long", "the encoded name is longer than 253 characters");
    *ascii_r = buf_view(&out);
    return OK;
}

/* ---- scripts ---------------------------------------------------------------------------------------------- */

struct scripts {
    const char *names[SCRIPTS_MAX];
    size_t n;
};

static bool scripts_has(const struct scripts *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->names[i], name) == 0)
            return true;
    return false;
}

static void scripts_of(struct str ulabel, struct scripts *s_r)
{
    ucs4_t c;

    *s_r = (struct scripts){0};
    for (size_t i = 0; i < ulabel.n;) {
        const uc_script_t *script;
        const char *name;

        i += (size_t)u8_mbtouc(&c, (const uint8_t *)ulabel.p + i, ulabel.n - i);
        script = uc_script(c);
        name = script != NULL ? script->name : "Unknown";
        if (strcmp(name, "Common") != 0 && strcmp(name, "Inherited") != 0 && !scripts_has(s_r, name) &&
            s_r->n < SCRIPTS_MAX)
            s_r->names[s_r->n++] = name;
    }
}

/* Scripts that are written together (UTS #39 §5.1, table 1b). */
static const char *const together[][4] = {
    {"Latin", "Han", "Hiragana", "Katakana"},
    {"Latin", "Han", "Bopomofo", NULL},
    {"Latin", "Han", "Hangul", NULL},
};

static bool scripts_belong(const struct scripts *s)
{
    if (s->n <= 1)
        return true;
    for (size_t t = 0; t < ARRAY_LEN(together); t++) {
        size_t in = 0;

        for (size_t k = 0; k < 4 && together[t][k] != NULL; k++)
            in += scripts_has(s, together[t][k]);
        if (in == s->n)
            return true;
    }
    return false;
}

/* Letters that a reader takes for Latin ones. A label of nothing else could be somebody's Latin name. */
static bool looks_latin(ucs4_t c)
{
    static const ucs4_t letters[] = {0x03b1, 0x03b3, 0x03b7, 0x03b9, 0x03ba, 0x03bd, 0x03bf, 0x03c1, 0x03c5, 0x03c7,
        0x03c9, 0x03f3, /* Greek */
        0x0430, 0x0435, 0x043e, 0x0440, 0x0441, 0x0443, 0x0445, 0x0455, 0x0456, 0x0458, 0x0475, /* Cyrillic … */
        0x04bb, 0x04cf, 0x0501, 0x051b, 0x051d};

    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        if (letters[i] == c)
            return true;
    return c == '-' || (c >= '0' && c <= '9');
}

static bool whole_script_confusable(struct str ulabel, const struct scripts *s)
{
    ucs4_t c;

    if (s->n != 1 || (!scripts_has(s, "Cyrillic") && !scripts_has(s, "Greek")))
        return false;
    for (size_t i = 0; i < ulabel.n;) {
        i += (size_t)u8_mbtouc(&c, (const uint8_t *)ulabel.p + i, ulabel.n - i);
        if (!looks_latin(c))
            return false;
    }
    return true;
}

static enum status check_scripts(struct arena *a, struct str ulabel, struct error *e)
{
    struct scripts s;
    struct buf names;

    scripts_of(ulabel, &s);
    if (!scripts_belong(&s)) {
        buf_in(&names, a, 256);
        for (size_t i = 0; i < s.n; i++)
            buf_printf(&names, "%s%s", i == 0 ? "" : i + 1 == s.n ? " and " : ", ", s.names[i]);
        return error_set(e, INVALID, "idna-mixed-script",
            "the label \"%.*s\" mixes the scripts %.*s, as look-alike names do; use one", STR_ARG(ulabel),
            STR_ARG(buf_view(&names)));
    }
    if (whole_script_confusable(ulabel, &s))
        return error_set(e, INVALID, "idna-whole-script",
            "the label \"%.*s\" is %s, but every letter looks like a Latin one", STR_ARG(ulabel), s.names[0]);
    return OK;
}

enum status idna_check_label(struct arena *a, struct str label, struct error *e)
{
    struct str ascii, ulabel;

    TRY(check_input(label, e));
    if (str_empty(label) || str_find(label, '.', 0) >= 0)
        return error_set(e, INVALID, "idna-disallowed", "\"%.*s\" is not a single label", STR_ARG(label));
    TRY(label_to_ascii(a, label, &ascii, e));
    if (is_alabel(ascii)) {
        TRY(alabel_decode(a, ascii, &ulabel, e));
        return check_scripts(a, ulabel, e);
    }
    /* RFC 5890 §2.3.1: hyphens in the third and fourth place are kept for encodings. */
    if (ascii.n >= 4 && ascii.p[2] == '-' && ascii.p[3] == '-')
        return error_set(e, INVALID, "idna-bad-alabel",
            "the label \"%.*s\" has hyphens in the third and fourth place, which are reserved", STR_ARG(label));
    return OK;
}

struct str idna_to_unicode(struct arena *a, struct str ascii)
{
    struct str rest = ascii, label, ulabel;
    struct error ignored;
    struct buf out;
    bool first = true;

    if (ascii.n > IDNA_TEXT_MAX)
        return ascii;
    buf_in(&out, a, IDNA_TEXT_MAX * 4);
    while (str_take(&rest, '.', &label)) {
        bool shown = is_ascii(label) && is_alabel(label) && alabel_decode(a, label, &ulabel, &ignored) == OK &&
                     check_scripts(a, ulabel, &ignored) == OK;

        if (!first)
            buf_putc(&out, '.');
        first = false;
        buf_str(&out, shown ? ulabel : label);
    }
    return buf_view(&out);
}
