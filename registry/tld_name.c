/* name_validate: from what people type to a registrable name, or to words that say what is wrong. */
#include "base/buf.h"
#include "dns/idna.h"
#include "dns/name.h"
#include "registry/tld.h"

struct check {
    struct arena *arena;
    const struct tld_table *table;
    struct str typed; /* trimmed */
    struct error *e;
};

#define SHOWN_MAX 80
/* For error texts: cut, so that a long input does not swallow the sentence. */
static struct str shown(const struct check *c, struct str s)
{
    if (s.n <= SHOWN_MAX)
        return s;
    return str_printf(c->arena, "%.*s…", STR_ARG(str_cut(s, SHOWN_MAX)));
}

static enum status bad(const struct check *c, const char *code, struct str what, const char *why)
{
    what = shown(c, what);
    return error_set(c->e, INVALID, code, "\"%.*s\" %s", STR_ARG(what), why);
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

static bool is_alabel(struct str label)
{
    return label.n >= 4 && str_ieq(str_n(label.p, 4), STR("xn--"));
}

/* Before any conversion: is it text, and is each part that people see a label at all? */
static enum status text_check(const struct check *c)
{
    struct str s = c->typed, rest = s, label;
    if (s.n == 0)
        return error_set(c->e, INVALID, "name-empty", "no name given; type one such as example.test");
    if (s.n > NAME_TEXT_MAX)
        return bad(c, "name-too-long", s, "is far longer than a domain name can be (253 characters)");
    if (!str_utf8_valid(s))
        return error_set(c->e, INVALID, "name-not-text", "the name is not valid UTF-8 text");
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return error_set(c->e, INVALID, "name-not-text", "the name contains a control character");
    while (str_take(&rest, '.', &label))
        if (label.n == 0)
            return bad(c, "label-empty", s, "has two dots in a row, or one at its start");
    return OK;
}

static enum status ascii_label_check(const struct check *c, struct str label)
{
    for (size_t i = 0; i < label.n; i++)
        if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-') {
            struct str why =
                str_printf(c->arena, "contains \"%c\": only letters, digits and hyphens are allowed", label.p[i]);
            return bad(c, "label-bad-character", label, why.p);
        }
    if (label.n > DNS_LABEL_MAX)
        return bad(c, "label-too-long", label, "is longer than 63 characters, the most between two dots");
    if (label.p[0] == '-' || label.p[label.n - 1] == '-')
        return bad(c, "label-hyphen", label, "begins or ends with a hyphen");
    /* RFC 5891 4.2.3.1: hyphens in the third and fourth place are kept for encodings such as xn--. */
    if (label.n >= 4 && label.p[2] == '-' && label.p[3] == '-' && !is_alabel(label))
        return bad(c, "label-hyphen", label, "has hyphens as its third and fourth characters");
    return OK;
}

static enum status labels_check(const struct check *c, struct str text)
{
    struct str label;
    while (str_take(&text, '.', &label))
        if (is_ascii(label))
            TRY(ascii_label_check(c, label));
    return OK;
}

/* IDNA knows more than one way to write a dot; what it makes of them is checked again as ASCII. */
static enum status to_ascii(const struct check *c, struct str *name_r)
{
    struct error idna = {0};
    if (idna_to_ascii(c->arena, c->typed, name_r, &idna) != OK) {
        bool is_long = str_eqz(STR("idna-too-long"), idna.code);
        return error_set(c->e, INVALID, is_long ? "name-too-long" : "name-idn-invalid", "%s", idna.text);
    }
    if (name_r->n > 253)
        return bad(c, "name-too-long", *name_r, "is longer than 253 characters, the most a domain name can have");
    return labels_check(c, *name_r);
}

static enum status place_check(const struct check *c, struct str name, struct str *label_r, const struct tld_policy **p)
{
    ptrdiff_t dot = str_find(name, '.', 0);
    if (tld_find(c->table, name) != NULL)
        return bad(c, "name-is-tld", name, "is a top-level domain itself; put a name in front of it");
    if (dot < 0)
        return bad(c, "name-no-tld", name, "has no ending; type one such as example.test");
    *p = tld_of_name(c->table, name);
    if (*p == NULL) {
        struct str end = name, part = name;
        while (str_take(&end, '.', &part))
            continue;
        part = str_printf(c->arena, "ends in .%.*s, which we do not sell", STR_ARG(part));
        return bad(c, "tld-not-sold", name, part.p);
    }
    *label_r = str_n(name.p, name.n - (*p)->tld.n - 1);
    if (str_find(*label_r, '.', 0) < 0)
        return OK;
    struct str why = str_printf(c->arena,
        "has more than one part in front of .%.*s; only names directly below it can be registered", STR_ARG((*p)->tld));
    return bad(c, "name-too-deep", name, why.p);
}

static enum status policy_check(const struct check *c, struct str label, const struct tld_policy *p)
{
    if ((int)label.n < p->label_min || (int)label.n > p->label_max) {
        bool is_short = (int)label.n < p->label_min;
        struct str why = str_printf(c->arena, "has %zu characters; below .%.*s names have %d to %d", label.n,
            STR_ARG(p->tld), p->label_min, p->label_max);
        return bad(c, is_short ? "label-too-short" : "label-too-long", label, why.p);
    }
    for (size_t i = 0; i < p->reserved_n; i++)
        if (str_eq(p->reserved[i], label))
            return bad(c, "name-reserved", label, "is reserved by the registry");
    if (!is_alabel(label))
        return OK;
    if (!p->idn) {
        struct str why =
            str_printf(c->arena, "has letters beyond a-z, which names below .%.*s cannot have", STR_ARG(p->tld));
        return bad(c, "name-idn-refused", idna_to_unicode(c->arena, label), why.p);
    }
    struct error idna = {0};
    if (idna_check_label(c->arena, label, &idna) != OK)
        return error_set(c->e, INVALID, "name-confusable", "%s", idna.text);
    return OK;
}

enum status name_validate(
    struct arena *a, const struct tld_table *t, struct str text, struct valid_name *n, struct error *e)
{
    struct check c = {.arena = a, .table = t, .typed = str_trim(text), .e = e};
    struct str name, label = STR_NULL;
    const struct tld_policy *p = NULL;
    if (c.typed.n > 1 && c.typed.p[c.typed.n - 1] == '.')
        c.typed.n--;
    TRY(text_check(&c));
    TRY(labels_check(&c, c.typed));
    TRY(to_ascii(&c, &name));
    TRY(place_check(&c, name, &label, &p));
    TRY(policy_check(&c, label, p));
    *n = (struct valid_name){.name = name, .shown = idna_to_unicode(a, name), .tld = p};
    return OK;
}
