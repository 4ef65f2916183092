#include "web/record_form.h"

#include <ctype.h>

#include "dns/type.h"

static const struct record_kind common[] = {
    {"A", "A", false, "IPv4 address (A)", "Where the name is, for most of the Internet.", "IPv4 addresses",
        "One a line, such as 192.0.2.1"},
    {"AAAA", "AAAA", false, "IPv6 address (AAAA)", "Where the name is, over IPv6.", "IPv6 addresses",
        "One a line, such as 2001:db8::1"},
    {"alias-A", "A", true, "Alias, IPv4",
        "Answers with the IPv4 addresses of another name, here or elsewhere, such as a load balancer’s; also possible "
        "for the zone’s own name.",
        "Target", "A name hosted here, such as www.shop.test, or the full name of a host elsewhere"},
    {"alias-AAAA", "AAAA", true, "Alias, IPv6",
        "Answers with the IPv6 addresses of another name, here or elsewhere, such as a load balancer’s; also possible "
        "for the zone’s own name.",
        "Target", "A name hosted here, such as www.shop.test, or the full name of a host elsewhere"},
    {"CNAME", "CNAME", false, "Other name (CNAME)",
        "Says that the name is another name for a target anywhere. Nothing "
        "else may stand beside it.",
        "Target", "A whole name with its final dot, such as shop.example.net."},
    {"MX", "MX", false, "Mail server (MX)", "Which servers take mail for the name.", "Mail servers",
        "One a line: preference and name, such as 10 mail.example.net."},
    {"TXT", "TXT", false, "Text (TXT)", "Text for proofs of ownership, mail policies and the like.", "Texts",
        "One record a line, in quotation marks, such as \"v=spf1 -all\""},
    {"NS", "NS", false, "Delegation (NS)", "Hands a name below this zone to other name servers.", "Name servers",
        "One a line, such as ns1.example.net."},
    {"SRV", "SRV", false, "Service (SRV)", "Where a service is, under names such as _sip._tcp.", "Servers",
        "One a line: priority, weight, port and name, such as 10 60 5060 sip.example.net."},
    {"CAA", "CAA", false, "Certificate authority (CAA)", "Which authorities may issue certificates for the name.",
        "Authorities", "One a line, such as 0 issue \"ca.example.net\""},
};
#define TTL_DEFAULT "300"
#define TYPED_MAX 40000 /* bytes of a field that are sent back */

static bool is_common(const struct dns_type *t)
{
    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        if (strcmp(common[i].type, t->name) == 0)
            return true;
    return false;
}

/* "Fingerprint of a host's SSH key (SSHFP)" */
static const struct record_kind *kind_of_type(struct arena *a, const struct dns_type *t)
{
    struct record_kind *k = ARENA_NEW(a, struct record_kind);
    char *help = arena_printf(a, "%s.", t->help), *title = arena_printf(a, "%s (%s)", t->help, t->name);

    help[0] = title[0] = (char)toupper((unsigned char)t->help[0]);
    *k = (struct record_kind){.key = t->name,
        .type = t->name,
        .title = title,
        .help = help,
        .label = "Values",
        .hint = arena_printf(a, "One a line, such as %s", t->example)};
    return k;
}

/* The zone's own data at its apex is not for people to change. */
static bool is_other(const struct dns_type *t)
{
    return (t->flags & DNS_TYPE_DATA) != 0 && (t->flags & DNS_TYPE_APEX) == 0 && !is_common(t);
}

const struct record_kind *record_kind_at(struct arena *a, size_t i)
{
    const struct dns_type *t;

    if (i < ARRAY_LEN(common))
        return &common[i];
    i -= ARRAY_LEN(common);
    for (size_t k = 0; (t = dns_type_at(k)) != NULL; k++)
        if (is_other(t) && i-- == 0)
            return kind_of_type(a, t);
    return NULL;
}

bool record_kind_is_common(size_t i)
{
    return i < ARRAY_LEN(common);
}

static const struct record_kind *other_find(struct arena *a, struct str type)
{
    const struct dns_type *t;

    for (size_t k = 0; (t = dns_type_at(k)) != NULL; k++)
        if (str_eqz(type, t->name) && is_other(t))
            return kind_of_type(a, t);
    return NULL;
}

/* Of types whose aliases are rare there is no choice on the page, but those that are there can be changed. */
static const struct record_kind *alias_find(struct arena *a, struct str type)
{
    const struct record_kind *of = other_find(a, type);
    struct record_kind *k = ARENA_NEW(a, struct record_kind);

    for (size_t i = 0; of == NULL && i < ARRAY_LEN(common); i++)
        if (!common[i].alias && str_eqz(type, common[i].type))
            of = &common[i];
    if (of == NULL)
        return NULL;
    *k = (struct record_kind){.key = arena_printf(a, "alias-%s", of->type),
        .type = of->type,
        .alias = true,
        .title = arena_printf(a, "Alias, %s", of->type),
        .help = arena_printf(a, "Answers with the %s records of another name hosted here.", of->type),
        .label = "Target",
        .hint = "A name hosted here, such as www.shop.test"};
    return k;
}

const struct record_kind *record_kind_find(struct arena *a, struct str key)
{
    struct str alias = STR("alias-");

    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        if (str_eqz(key, common[i].key))
            return &common[i];
    if (key.n > alias.n && str_eq(str_n(key.p, alias.n), alias))
        return alias_find(a, str_n(key.p + alias.n, key.n - alias.n));
    return other_find(a, key);
}

const struct record_kind *record_kind_of(struct arena *a, const struct record_set *set)
{
    bool alias = !str_is_null(set->alias);

    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        if (str_eqz(set->type, common[i].type) && alias == common[i].alias)
            return &common[i];
    return alias ? alias_find(a, set->type) : other_find(a, set->type);
}

/* ---- values, one a line ---------------------------------------------------------------------------------------- */

struct str record_lines(struct arena *a, const struct str *values, size_t n)
{
    size_t room = 1;
    for (size_t i = 0; i < n; i++)
        room += values[i].n + 1;
    struct buf b;
    buf_in(&b, a, room);
    for (size_t i = 0; i < n; i++) {
        buf_str(&b, values[i]);
        if (i + 1 < n)
            buf_putc(&b, '\n');
    }
    return buf_view(&b);
}

bool record_lines_split(struct arena *a, struct str lines, const struct str **values_r, size_t *n_r)
{
    struct str line;
    struct str *values = ARENA_ARRAY(a, ZONE_RRSET_RECORDS_MAX, struct str);
    *values_r = values;
    *n_r = 0;
    while (str_take(&lines, '\n', &line)) {
        line = str_trim(line);
        if (str_empty(line))
            continue;
        if (*n_r == ZONE_RRSET_RECORDS_MAX)
            return false;
        values[(*n_r)++] = line;
    }
    return true;
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

void record_form_read(struct request *r, struct record_form *f)
{
    f->name = request_form(r, "name");
    f->ttl = request_form(r, "ttl");
    f->values = request_form(r, "values");
    f->target = request_form(r, "target");
}

void record_form_fill(struct request *r, struct record_form *f, const struct record_set *set)
{
    f->name = record_owner_relative(r->arena, f->zone->name, set->name);
    f->ttl = text_int(r->arena, set->ttl);
    f->values = record_lines(r->arena, set->values, set->values_n);
    f->target = set->alias;
}

bool record_form_good(const struct record_form *f)
{
    return f->name_why == NULL && f->ttl_why == NULL && f->values_why == NULL && f->target_why == NULL;
}

bool record_form_set(struct request *r, struct record_form *f, struct record_set *set_r)
{
    *set_r = (struct record_set){
        .name = record_owner_complete(r->arena, f->zone->name, f->name),
        .type = str_of(f->kind->type),
    };
    if (f->kind->alias) {
        set_r->alias = record_target_complete(r->arena, f->zone->name, f->target);
        f->target_why = str_empty(f->target) ? "Say which name it answers like" : NULL;
        return record_form_good(f);
    }
    if (!str_to_i64(f->ttl, 0, INT32_MAX, &set_r->ttl))
        f->ttl_why = "The time to live is a number of seconds, 0 to 2147483647";
    if (!record_lines_split(r->arena, f->values, &set_r->values, &set_r->values_n))
        f->values_why = arena_printf(r->arena, "There are more than %d values", ZONE_RRSET_RECORDS_MAX);
    else if (set_r->values_n == 0)
        f->values_why = arena_printf(r->arena, "%s: at least one is needed", f->kind->label);
    return record_form_good(f);
}

/* What zones/ says of a record set's data begins with the set ("www.shop.test A: …"): at its own form that need not be
 * said. NULL where the text is about something else, the owner's name for one. */
static const char *text_of_data(struct request *r, const struct record_form *f, const char *text)
{
    struct str name = record_owner_complete(r->arena, f->zone->name, f->name);
    if (str_ends(name, STR(".")))
        name.n--;
    struct str front = str_printf(r->arena, "%.*s %s: ", STR_ARG(str_lower(r->arena, name)), f->kind->type);
    bool data = str_starts(str_lower(r->arena, str_of(text)), str_lower(r->arena, front));
    return data ? arena_strdup(r->arena, text + front.n) : NULL;
}

/* The place for an error's text. Codes of names may be about the owner or about a name in the data. */
static const char **why_of(struct request *r, struct record_form *f, const char *code, bool data)
{
    const char *field = problem_field(r->arena, code);
    bool of_name = str_starts(str_of(code), STR("name-")) || str_starts(str_of(code), STR("label-"));
    if (field != NULL && strcmp(field, "ttl") == 0)
        return &f->ttl_why;
    if (field == NULL || of_name ? !data : strcmp(field, "name") == 0 || strcmp(field, "type") == 0)
        return &f->name_why;
    return f->kind->alias ? &f->target_why : &f->values_why;
}

bool record_form_blame(struct request *r, struct record_form *f, const struct error *e)
{
    if (e->status != INVALID && e->status != EXISTS)
        return false;
    const char *data = text_of_data(r, f, e->text);
    *why_of(r, f, e->code, data != NULL) = data != NULL ? data : arena_strdup(r->arena, e->text);
    return true;
}

/* ---- the form -------------------------------------------------------------------------------------------------- */

static struct str shortened(struct str s)
{
    return str_n(s.p, s.n <= TYPED_MAX ? s.n : TYPED_MAX);
}

static size_t fields_of(const struct record_form *f, struct field fields[3])
{
    const struct record_kind *k = f->kind;
    fields[0] = (struct field){.name = "name",
        .label = "Name",
        .type = "text",
        .width = "w-half",
        .hint = "In front of the zone’s name; @ or nothing is the zone’s own name",
        .optional = true,
        .value = shortened(f->name),
        .error = f->name_why};
    if (k->alias) {
        fields[1] = (struct field){.name = "target",
            .label = k->label,
            .hint = k->hint,
            .type = "text",
            .value = shortened(f->target),
            .error = f->target_why};
        return 2;
    }
    fields[1] = (struct field){.name = "values",
        .label = k->label,
        .hint = k->hint,
        .type = "textarea",
        .value = shortened(f->values),
        .error = f->values_why};
    fields[2] = (struct field){.name = "ttl",
        .label = "Time to live",
        .type = "text",
        .width = "w-short",
        .hint = "Seconds that resolvers may keep it",
        .value = shortened(f->ttl),
        .error = f->ttl_why};
    return 3;
}

void record_form_errors(struct request *r, const struct record_form *f, const char *extra)
{
    struct field fields[3];
    size_t n = fields_of(f, fields);
    form_errors(r, fields, n, extra);
}

void record_form_put(struct request *r, const struct record_form *f, bool fixed_name)
{
    struct field fields[3];
    size_t n = fields_of(f, fields);
    if (!fixed_name)
        form_field(r, &fields[0]);
    for (size_t i = 1; i < n; i++)
        form_field(r, &fields[i]);
}
