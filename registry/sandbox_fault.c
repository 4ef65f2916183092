#include "registry/sandbox_fault.h"

#include <sys/socket.h>

#define WORDS_MAX 6
#define COUNT_MAX 1000000
#define ARG_MAX 86400000

/* The first name of a kind is the one that rows have. */
static const struct fault_name {
    const char *name;
    enum sandbox_fault_kind kind;
} names[] = {
    {"drop-before-commit", SB_FAULT_DROP_BEFORE},
    {"drop-before", SB_FAULT_DROP_BEFORE},
    {"drop-after-commit", SB_FAULT_DROP_AFTER},
    {"drop-after", SB_FAULT_DROP_AFTER},
    {"close-silent", SB_FAULT_CLOSE},
    {"close", SB_FAULT_CLOSE},
    {"reset", SB_FAULT_RESET},
    {"half-frame", SB_FAULT_HALF},
    {"garbage", SB_FAULT_GARBAGE},
    {"delay-ms", SB_FAULT_DELAY},
    {"delay-reply-ms", SB_FAULT_DELAY_REPLY},
    {"delay-reply", SB_FAULT_DELAY_REPLY},
    {"delay", SB_FAULT_DELAY},
    {"code", SB_FAULT_CODE},
    {"same-svtrid", SB_FAULT_SVTRID},
    {"wrong-cltrid", SB_FAULT_CLTRID},
    {"malformed-poll", SB_FAULT_PREFIX},
};

static const char *kind_name(enum sandbox_fault_kind kind)
{
    size_t i = 0;
    while (names[i].kind != kind)
        i++;
    return names[i].name;
}

enum sandbox_fault_kind sandbox_fault_kind(struct str name, struct str *command_r)
{
    ptrdiff_t colon = str_find(name, ':', 0);
    struct str kind = colon < 0 ? name : str_n(name.p, (size_t)colon);
    *command_r = colon < 0 ? STR_NULL : str_n(name.p + colon + 1, name.n - (size_t)colon - 1);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eqz(kind, names[i].name))
            return names[i].kind;
    }
    return SB_FAULT_NONE;
}

/* ---- ordering ---------------------------------------------------------------------------------------- */

static bool is_code(struct str word)
{
    uint64_t code;
    return word.n == 4 && str_to_u64(word, 9999, &code) && code >= 1000;
}

/* The kind that the word begins with, and the command behind it. */
static enum sandbox_fault_kind word_kind(struct str word, struct str *command_r)
{
    *command_r = STR_NULL;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str name = str_of(names[i].name);
        if (str_eq(word, name))
            return names[i].kind;
        if (!str_starts(word, name) || word.n < name.n + 2 || word.p[name.n] != '-')
            continue;
        struct str rest = str_n(word.p + name.n + 1, word.n - name.n - 1);
        if (rest.p[0] >= '0' && rest.p[0] <= '9')
            continue;
        *command_r = rest;
        return names[i].kind;
    }
    return SB_FAULT_NONE;
}

/* "2400-create", "2400" */
static bool word_code(struct str word, struct str *command_r, int64_t *code_r)
{
    struct str code = str_n(word.p, word.n < 4 ? word.n : 4);
    *command_r = STR_NULL;
    if (!is_code(code) || !str_to_i64(code, 1000, 9999, code_r))
        return false;
    if (word.n > 5 && word.p[4] == '-')
        *command_r = str_n(word.p + 5, word.n - 5);
    return word.n == 4 || word.n > 5;
}

/* "drop-after", "domain", "create", "3": at colons and blanks. 0: too many, or none. */
static size_t words_of(struct str text, struct str *words)
{
    size_t n = 0, from = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != ':' && text.p[i] != ' ')
            continue;
        if (i > from && n == WORDS_MAX)
            return 0;
        if (i > from)
            words[n++] = str_n(text.p + from, i - from);
        from = i + 1;
    }
    return n;
}

/* A verb, or object and verb, as logs show them. */
static bool command_known(struct arena *a, struct str command)
{
    for (enum epp_verb v = EPP_LOGIN; v < EPP_VERB_COUNT; v++) {
        if (str_eqz(command, epp_verb_name(v)))
            return true;
        for (enum epp_object o = EPP_DOMAIN; o < EPP_OBJECT_COUNT; o++) {
            if (str_eq(command, str_printf(a, "%s:%s", epp_object_name(o), epp_verb_name(v))))
                return true;
        }
    }
    return false;
}

static struct str command_join(struct arena *a, struct str head, const struct str *words, size_t n)
{
    struct buf b;
    buf_in(&b, a, 256);
    buf_str(&b, head);
    for (size_t i = 0; i < n; i++) {
        if (b.n > 0)
            buf_puts(&b, ":");
        buf_str(&b, words[i]);
    }
    for (size_t i = 0; i < b.n; i++)
        b.p[i] = b.p[i] == '-' ? ':' : b.p[i];
    return buf_view(&b);
}

static bool is_number(struct str word)
{
    return word.p[0] >= '0' && word.p[0] <= '9';
}

static enum status numbers_read(
    struct str text, const struct str *words, size_t n, struct sandbox_order *o, struct error *e)
{
    if (n > 0 && !str_to_u64(words[0], COUNT_MAX, &o->count))
        return error_set(
            e, INVALID, "fault-count", "fault \"%.*s\": the count is no number up to %d", STR_ARG(text), COUNT_MAX);
    if (n > 1 && !str_to_i64(words[1], 0, ARG_MAX, &o->arg))
        return error_set(
            e, INVALID, "fault-arg", "fault \"%.*s\": the argument is no number up to %d", STR_ARG(text), ARG_MAX);
    if (n > 2)
        return error_set(e, INVALID, "fault-words", "fault \"%.*s\": too many words", STR_ARG(text));
    return OK;
}

enum status sandbox_fault_parse(struct arena *a, struct str text, struct sandbox_order *o_r, struct error *e)
{
    struct str words[WORDS_MAX] = {STR_NULL}, command = STR_NULL;
    size_t n = words_of(str_trim(text), words), at = 1;
    *o_r = (struct sandbox_order){.count = 1};
    enum sandbox_fault_kind kind = SB_FAULT_NONE;
    if (n > 0)
        kind = word_code(words[0], &command, &o_r->arg) ? SB_FAULT_CODE : word_kind(words[0], &command);
    if (kind == SB_FAULT_NONE)
        return error_set(e, INVALID, "fault-unknown", "fault \"%.*s\" is unknown", STR_ARG(text));
    while (at < n && !is_number(words[at]))
        at++;
    command = command_join(a, command, words + 1, at - 1);
    if (str_empty(command) && kind == SB_FAULT_PREFIX)
        command = STR("poll");
    if (!str_empty(command) && !command_known(a, command))
        return error_set(
            e, INVALID, "fault-command", "fault \"%.*s\": there is no command %.*s", STR_ARG(text), STR_ARG(command));
    TRY(numbers_read(text, words + at, n - at, o_r, e));
    o_r->name = str_printf(a, "%s%s%.*s", kind_name(kind), str_empty(command) ? "" : ":", STR_ARG(command));
    return OK;
}

/* ---- what the client gets --------------------------------------------------------------------------- */

static void frame_set(struct sandbox_session *s, struct str doc)
{
    buf_reset(&s->out);
    buf_u32(&s->out, (uint32_t)(doc.n + EPP_FRAME_HEADER));
    buf_str(&s->out, doc);
}

/* Where the text begins in the document; doc.n where it is not. */
static size_t place_of(struct str doc, const char *text)
{
    struct str t = str_of(text);
    for (size_t i = 0; i + t.n <= doc.n; i++) {
        if (memcmp(doc.p + i, t.p, t.n) == 0)
            return i;
    }
    return doc.n;
}

/* The answer with what stands from `from` to `to` replaced. */
static void answer_edit(struct sandbox_session *s, struct str doc, size_t from, size_t to, struct str text)
{
    struct str edited =
        str_printf(&s->arena, "%.*s%.*s%.*s", (int)from, doc.p, STR_ARG(text), (int)(doc.n - to), doc.p + to);
    frame_set(s, edited);
}

/* The text of the first element of that name; what it was is nothing to the client. */
static void element_set(struct sandbox_session *s, struct str doc, const char *open, const char *close, struct str text)
{
    size_t from = place_of(doc, open), to = place_of(doc, close);
    if (from + strlen(open) <= to && to < doc.n)
        answer_edit(s, doc, from + strlen(open), to, text);
}

static bool reset(struct sandbox_session *s)
{
    struct linger now = {.l_onoff = 1};
    buf_reset(&s->out);
    (void)setsockopt(tls_fd(s->tls), SOL_SOCKET, SO_LINGER, &now, sizeof(now)); /* close sends a RST */
    return false;
}

static void answer_spoil(struct sandbox_session *s, const struct sandbox_fault *f)
{
    struct str doc = str_dup(&s->arena, str_n(s->out.p + EPP_FRAME_HEADER, s->out.n - EPP_FRAME_HEADER));
    if (f->kind == SB_FAULT_GARBAGE)
        frame_set(s, STR("this is no XML"));
    else if (f->kind == SB_FAULT_SVTRID)
        element_set(s, doc, "<svTRID>", "</svTRID>", str_of(s->last_svtrid));
    else if (f->kind == SB_FAULT_CLTRID)
        element_set(s, doc, "<clTRID>", "</clTRID>", STR("nobody-sent-this"));
    else if (f->kind == SB_FAULT_PREFIX && place_of(doc, "<trID>") < doc.n)
        answer_edit(s, doc, place_of(doc, "<trID>"), place_of(doc, "<trID>"),
            STR("<extension><odd:note>its prefix is of no namespace</odd:note></extension>"));
}

static void svtrid_keep(struct sandbox_session *s)
{
    struct str doc = str_n(s->out.p, s->out.n);
    size_t from = place_of(doc, "<svTRID>") + strlen("<svTRID>"), to = place_of(doc, "</svTRID>");
    if (to == doc.n || from > to || to - from >= sizeof(s->last_svtrid))
        return;
    memcpy(s->last_svtrid, doc.p + from, to - from);
    s->last_svtrid[to - from] = '\0';
}

bool sandbox_fault_answer(struct sandbox_session *s, const struct sandbox_fault *f)
{
    switch (f->kind) {
    case SB_FAULT_DROP_AFTER:
        buf_reset(&s->out);
        return false;
    case SB_FAULT_RESET:
        return reset(s);
    case SB_FAULT_HALF:
        s->out.n /= 2;
        return false;
    case SB_FAULT_DELAY_REPLY:
        sandbox_wait(s->sb, f->arg);
        return true;
    case SB_FAULT_NONE:
        break;
    default:
        answer_spoil(s, f);
    }
    if (s->control.faults) /* for the one that repeats it */
        svtrid_keep(s);
    return true;
}
