#include "registrar/contact.h"

const struct contact_field contact_fields[] = {
    {"name", "Full name", "", offsetof(struct contact, name), 255, true, "name"},
    {"org", "Organisation", "if the domain belongs to one", offsetof(struct contact, org), 255, false, "organization"},
    {"street", "Street and number", "", offsetof(struct contact, street), 255, true, "street-address"},
    {"city", "City", "", offsetof(struct contact, city), 255, true, "address-level2"},
    {"state", "State or province", "", offsetof(struct contact, state), 255, false, "address-level1"},
    {"postal_code", "Postal code", "", offsetof(struct contact, postal_code), 16, true, "postal-code"},
    {"country", "Country", "two letters, such as DE", offsetof(struct contact, country), 2, true, "country"},
    {"phone", "Phone", "+CC.NUMBER, such as +49.301234567", offsetof(struct contact, phone), 17, true, "tel"},
    {"email", "E-mail", "", offsetof(struct contact, email), 254, true, "email"},
};
const size_t contact_fields_n = ARRAY_LEN(contact_fields);

struct str *contact_field_of(struct contact *c, const struct contact_field *f)
{
    return (struct str *)(void *)((char *)c + f->offset);
}

/* Also U+0080 to U+009F, and U+FFFE and U+FFFF, which no XML document may contain (XML 1.0 §2.2). The text is UTF-8. */
static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const unsigned char *c = (const unsigned char *)s.p + i;
        if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0) || (*c == 0xef && c[1] == 0xbf && c[2] >= 0xbe))
            return true;
    }
    return false;
}

static const char *field_why(struct arena *a, const struct contact_field *f, struct str v)
{
    if (str_empty(v))
        return f->required ? arena_printf(a, "%s is missing", f->label) : NULL;
    if (v.n > f->max)
        return arena_printf(a, "%s has %zu bytes; at most %zu are possible", f->label, v.n, f->max);
    if (!str_utf8_valid(v))
        return arena_printf(a, "%s is not text (UTF-8)", f->label);
    if (has_control(v))
        return arena_printf(a, "%s contains a control character", f->label);
    return NULL;
}

static const char *country_why(struct arena *a, struct contact *c)
{
    char up[2];
    for (size_t i = 0; c->country.n == 2 && i < 2; i++) {
        char l = ascii_lower(c->country.p[i]);
        if (l < 'a' || l > 'z')
            return "Country is not two letters, such as DE";
        up[i] = (char)(l - 'a' + 'A');
    }
    if (c->country.n != 2)
        return "Country is not two letters, such as DE";
    c->country = str_n(arena_copy(a, up, 2), 2);
    return NULL;
}

/* RFC 5733 §2.5: "+", one to three digits, ".", one to fourteen digits. Blanks, hyphens, slashes and brackets that people
 * type are dropped. */
static const char *phone_why(struct arena *a, struct contact *c)
{
    struct buf b;
    buf_in(&b, a, 64);
    for (size_t i = 0; i < c->phone.n; i++)
        if (c->phone.p[i] == '\0' || strchr(" -()/", c->phone.p[i]) == NULL)
            buf_putc(&b, c->phone.p[i]);
    struct str s = buf_view(&b);
    ptrdiff_t dot = str_find(s, '.', 0);
    bool good =
        s.n > 0 && s.p[0] == '+' && dot >= 2 && dot <= 4 && s.n - (size_t)dot - 1 >= 1 && s.n - (size_t)dot - 1 <= 14;
    for (size_t i = 1; good && i < s.n; i++)
        good = i == (size_t)dot || ascii_is_digit(s.p[i]);
    if (!good)
        return "Phone is not of the form +CC.NUMBER, such as +49.301234567";
    c->phone = s;
    return NULL;
}

/* Labels of letters, digits and hyphens, at least two. */
static bool is_mail_domain(struct str s)
{
    struct str rest = s, label;
    size_t n = 0;
    while (str_take(&rest, '.', &label)) {
        if (label.n < 1 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-')
                return false;
        n++;
    }
    return n >= 2;
}

/* RFC 5321's dot-string before the @: what registries take. */
static const char *email_why(struct str s)
{
    static const char *const why = "E-mail is not an address such as name@domain.example";
    ptrdiff_t at = str_find(s, '@', 0);
    if (at < 1 || at > 64 || s.p[0] == '.' || s.p[at - 1] == '.')
        return why;
    for (size_t i = 0; i < (size_t)at; i++) {
        bool dots = s.p[i] == '.' && s.p[i + 1] == '.';
        if (dots || (!ascii_is_alnum(s.p[i]) && strchr("!#$%&'*+-/=?^_`{|}~.", s.p[i]) == NULL))
            return why;
    }
    return is_mail_domain(str_n(s.p + at + 1, s.n - (size_t)at - 1)) ? NULL : why;
}

bool contact_check(struct arena *a, struct contact *c, const char *why[])
{
    bool good = true;
    for (size_t i = 0; i < contact_fields_n; i++) {
        const struct contact_field *f = &contact_fields[i];
        struct str *v = contact_field_of(c, f);
        *v = str_is_null(*v) ? STR("") : str_trim(*v);
        why[i] = NULL;
        if (f->offset == offsetof(struct contact, phone) && v->n > 0 && v->n <= 40)
            why[i] = phone_why(a, c);
        if (why[i] == NULL)
            why[i] = field_why(a, f, *v);
        if (why[i] == NULL && f->offset == offsetof(struct contact, country))
            why[i] = country_why(a, c);
        if (why[i] == NULL && f->offset == offsetof(struct contact, email))
            why[i] = email_why(*v);
        good = good && why[i] == NULL;
    }
    return good;
}

#define CONTACT_ID_MAX 64 /* of those that registries make */

enum status contact_id_check(struct str id, struct error *e)
{
    bool right = id.n > 0 && id.n <= CONTACT_ID_MAX;
    for (size_t i = 0; i < id.n; i++)
        right = right && id.p[i] > ' ' && id.p[i] < 0x7f;
    if (right)
        return OK;
    return error_set(e, INVALID, "contact-id", "'%.*s' is no id of a contact: 1 to %d characters without blanks",
        STR_ARG(str_utf8_valid(id) ? id : STR("?")), CONTACT_ID_MAX);
}
