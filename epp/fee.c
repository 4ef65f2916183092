#include "epp/fee.h"

#include "epp/fee_version.h"
#include "epp/shape.h"

/* ---- versions -------------------------------------------------------------------------------------- */
const struct epp_fee_version *epp_fee_nth(size_t i)
{
    return i < epp_fee_version_count ? &epp_fee_versions[i] : NULL;
}

const struct epp_fee_version *epp_fee_version(struct str uri)
{
    for (size_t i = 0; i < epp_fee_version_count; i++)
        if (str_eqz(uri, epp_fee_uri(&epp_fee_versions[i])))
            return &epp_fee_versions[i];
    return NULL;
}

const struct epp_fee_version *epp_fee_named(struct str name)
{
    for (size_t i = 0; i < epp_fee_version_count; i++)
        if (str_eqz(name, epp_fee_versions[i].name))
            return &epp_fee_versions[i];
    return NULL;
}

const struct epp_fee_version *epp_fee_newest(const struct epp_strs *uris)
{
    const struct epp_fee_version *best = NULL;
    for (size_t i = 0; i < uris->n; i++) {
        const struct epp_fee_version *v = epp_fee_version(uris->v[i]);
        if (v != NULL && (best == NULL || v > best))
            best = v;
    }
    return best;
}

const char *epp_fee_uri(const struct epp_fee_version *v)
{
    return v->extension->uri;
}

const char *epp_fee_name(const struct epp_fee_version *v)
{
    return v->name;
}

bool epp_fee_asks_many(const struct epp_fee_version *v)
{
    return v->many || v->by_name;
}

/* The version of an element, and what it is there; NULL where it is none of the fee extension's. */
static const struct epp_fee_version *version_of(const struct epp_ext *x, enum epp_fee_role *role_r)
{
    const struct epp_fee_version *v = x->type != NULL ? epp_fee_version(x->ns) : NULL;
    if (v != NULL)
        *role_r = (enum epp_fee_role)(x->type - v->element);
    return v;
}

const struct epp_fee_version *epp_fee_used(const struct epp_exts *exts)
{
    enum epp_fee_role role;
    for (size_t i = 0; i < exts->n; i++) {
        const struct epp_fee_version *v = version_of(&exts->v[i], &role);
        if (v != NULL)
            return v;
    }
    return NULL;
}

/* ---- lists of prices: from what the elements hold to one row for each command on each object ------------ */
struct gather {
    struct arena *a;
    struct epp_fee_prices out;
    size_t room;
};

static void gather_row(struct gather *g, const struct epp_fee_price *row)
{
    if (g->out.n == g->room) {
        struct epp_fee_price *more = ARENA_ARRAY(g->a, g->room * 2 + 8, struct epp_fee_price);
        if (g->out.n > 0)
            memcpy(more, g->out.v, g->out.n * sizeof *more);
        g->out.v = more;
        g->room = g->room * 2 + 8;
    }
    g->out.v[g->out.n++] = *row;
}

/* A command's row, with what its object says for all of its commands. */
static struct epp_fee_price inherit(struct epp_fee_price row, const struct epp_fee_price *object)
{
    row.id = object->id;
    row.element = object->element;
    row.uri = object->uri;
    if (row.currency.p == NULL)
        row.currency = object->currency;
    if (row.class.p == NULL)
        row.class = object->class;
    if (row.reason.text.p == NULL)
        row.reason = object->reason;
    if (row.avail == EPP_UNSAID || object->avail == EPP_NO)
        row.avail = object->avail;
    return row;
}

static void gather_commands(
    struct gather *g, bool many, const struct epp_fee_price *object, const struct epp_fee_prices *commands)
{
    for (size_t i = 0; many && i < commands->n; i++) {
        struct epp_fee_price row = inherit(commands->v[i], object);
        gather_row(g, &row);
    }
    if (!many || commands->n == 0)
        gather_row(g, object);
}

static void gather_list(struct gather *g, const struct epp_fee_version *v, const struct epp_fee_list *list)
{
    for (size_t i = 0; i < list->objects.n; i++) {
        struct epp_fee_price object = list->objects.v[i].all;
        if (object.currency.p == NULL)
            object.currency = list->all.currency;
        gather_commands(g, v->many, &object, &list->objects.v[i].commands);
    }
    if (list->objects.n == 0)
        gather_commands(g, v->many, &list->all, &list->commands);
}

static struct epp_fee_prices gather_roles(
    struct arena *a, const struct epp_exts *exts, enum epp_fee_role one, enum epp_fee_role other)
{
    struct gather g = {.a = a};
    for (size_t i = 0; i < exts->n; i++) {
        enum epp_fee_role role;
        const struct epp_fee_version *v = version_of(&exts->v[i], &role);
        if (v != NULL && (role == one || role == other))
            gather_list(&g, v, exts->v[i].data);
    }
    return g.out;
}

struct epp_fee_prices epp_fee_prices(struct arena *a, const struct epp_exts *exts)
{
    return gather_roles(a, exts, EPP_FEE_CHK_DATA, EPP_FEE_INF_DATA);
}

struct epp_fee_prices epp_fee_asked(struct arena *a, const struct epp_exts *exts)
{
    return gather_roles(a, exts, EPP_FEE_CHECK, EPP_FEE_INFO);
}

const struct epp_fee_price *epp_fee_price(const struct epp_fee_prices *prices, struct str id, const char *command)
{
    for (size_t i = 0; i < prices->n; i++)
        if (str_ieq(prices->v[i].id, id) && str_eqz(prices->v[i].command, command))
            return &prices->v[i];
    return NULL;
}

/* ---- and back ------------------------------------------------------------------------------------------ */
static void add(struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v, enum epp_fee_role role,
    const void *data, size_t size)
{
    epp_ext_add(a, exts, &v->element[role], arena_copy(a, data, size));
}

static struct epp_fee_objects questions_by_name(
    struct arena *a, const struct epp_strs *names, const struct epp_fee_prices *questions)
{
    struct epp_fee_objects out = {ARENA_ARRAY(a, names->n * questions->n, struct epp_fee_object), 0};
    for (size_t i = 0; i < names->n; i++)
        for (size_t k = 0; k < questions->n; k++) {
            out.v[out.n].all = questions->v[k];
            out.v[out.n++].all.id = names->v[i];
        }
    return out;
}

enum status epp_fee_ask(struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v,
    const struct epp_strs *names, const struct epp_fee_prices *questions, struct error *e)
{
    struct epp_fee_list list = {0};
    if (questions->n == 0)
        return error_set(e, INVALID, "fee-version", "a check for prices must ask for at least one command");
    if (questions->n > 1 && !epp_fee_asks_many(v))
        return error_set(
            e, INVALID, "fee-version", "fee-%s asks for one command at a time, not for %zu", v->name, questions->n);
    if (v->by_name)
        list.objects = questions_by_name(a, names, questions);
    else
        list.all = questions->v[0];
    if (v->many)
        list.commands = *questions;
    add(a, exts, v, EPP_FEE_CHECK, &list, sizeof list);
    return OK;
}

static size_t same_object(const struct epp_fee_prices *prices, size_t from)
{
    size_t n = 1;
    while (from + n < prices->n && str_ieq(prices->v[from].id, prices->v[from + n].id))
        n++;
    return n;
}

/* One object of a version that has a list of commands in it. */
static struct epp_fee_object object_of(const struct epp_fee_price *rows, size_t n)
{
    struct epp_fee_object o = {.all = rows[0]};
    for (size_t i = 0; i < n; i++)
        if (rows[i].avail != EPP_NO)
            o.all.avail = rows[i].avail;
    if (rows[0].command.p == NULL)
        return o; /* no price for anything, and why */
    o.all.reason = (struct epp_text){0};
    o.commands = (struct epp_fee_prices){(struct epp_fee_price *)rows, n};
    return o;
}

void epp_fee_answer(
    struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v, const struct epp_fee_prices *prices)
{
    struct epp_fee_list list = {.objects.v = ARENA_ARRAY(a, prices->n, struct epp_fee_object)};
    size_t n;
    for (size_t i = 0; i < prices->n; i += n) {
        n = v->many ? same_object(prices, i) : 1;
        struct epp_fee_object *o = &list.objects.v[list.objects.n++];
        if (v->many)
            *o = object_of(&prices->v[i], n);
        else
            o->all = prices->v[i];
    }
    if (prices->n > 0)
        list.all.currency = prices->v[0].currency;
    add(a, exts, v, EPP_FEE_CHK_DATA, &list, sizeof list);
}

/* ---- charges ------------------------------------------------------------------------------------------- */
static const struct {
    enum epp_verb verb;
    enum epp_fee_role agreed, told;
} verbs[] = {
    {EPP_CREATE, EPP_FEE_CREATE, EPP_FEE_CRE_DATA}, {EPP_RENEW, EPP_FEE_RENEW, EPP_FEE_REN_DATA},
    {EPP_TRANSFER, EPP_FEE_TRANSFER, EPP_FEE_TRN_DATA}, {EPP_UPDATE, EPP_FEE_UPDATE, EPP_FEE_UPD_DATA},
    {EPP_DELETE, EPP_FEE_ROLES, EPP_FEE_DEL_DATA}, /* a delete command says nothing about money */
};

enum status epp_fee_agree(struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v, enum epp_verb verb,
    const struct epp_fee_charge *charge, struct error *e)
{
    enum epp_fee_role role = EPP_FEE_ROLES;
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (verbs[i].verb == verb)
            role = verbs[i].agreed;
    if (role == EPP_FEE_ROLES)
        return error_set(e, INVALID, "fee-version", "the fee extension has nothing to agree to in such a command");
    if (charge->credits.n > 0 && !v->credits)
        return error_set(e, INVALID, "fee-version", "fee-%s has no credits in commands", v->name);
    add(a, exts, v, role, charge, sizeof *charge);
    return OK;
}

void epp_fee_tell(struct arena *a, struct epp_exts *exts, const struct epp_fee_version *v, enum epp_verb verb,
    const struct epp_fee_charge *charge)
{
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (verbs[i].verb == verb)
            add(a, exts, v, verbs[i].told, charge, sizeof *charge);
}

static const struct epp_fee_charge *find_charge(const struct epp_exts *exts, bool told)
{
    for (size_t i = 0; i < exts->n; i++) {
        enum epp_fee_role role = EPP_FEE_ROLES;
        version_of(&exts->v[i], &role);
        for (size_t k = 0; k < ARRAY_LEN(verbs) && role != EPP_FEE_ROLES; k++)
            if (role == (told ? verbs[k].told : verbs[k].agreed))
                return exts->v[i].data;
    }
    return NULL;
}

const struct epp_fee_charge *epp_fee_charged(const struct epp_exts *exts)
{
    return find_charge(exts, true);
}

const struct epp_fee_charge *epp_fee_agreed(const struct epp_exts *exts)
{
    return find_charge(exts, false);
}

/* ---- money --------------------------------------------------------------------------------------------- */
#define DIGITS_MAX 18

/* Appends a decimal digit; false where it passes 64 bits. */
static bool shift_in(int64_t *v, int digit)
{
    return !__builtin_mul_overflow(*v, 10, v) && !__builtin_add_overflow(*v, digit, v);
}

bool epp_fee_minor(struct str amount, unsigned digits, int64_t *minor_r)
{
    bool negative = amount.n > 0 && amount.p[0] == '-', point = false;
    size_t from = amount.n > 0 && (amount.p[0] == '-' || amount.p[0] == '+');
    unsigned behind = 0;
    int64_t v = 0;
    if (epp_value_check(NULL, EPP_T_DECIMAL, amount, NULL) != 0 || digits > DIGITS_MAX)
        return false;
    for (size_t i = from; i < amount.n; i++) {
        if (amount.p[i] == '.')
            point = true;
        else if (point && behind >= digits && amount.p[i] != '0')
            return false;
        else if (!point || behind++ < digits)
            if (!shift_in(&v, amount.p[i] - '0'))
                return false;
    }
    for (; behind < digits; behind++)
        if (!shift_in(&v, 0))
            return false;
    *minor_r = negative ? -v : v;
    return true;
}

struct str epp_fee_decimal(struct arena *a, int64_t minor, unsigned digits)
{
    INVARIANT(digits <= DIGITS_MAX);
    uint64_t v = minor < 0 ? -(uint64_t)minor : (uint64_t)minor, unit = 1;
    const char *sign = minor < 0 ? "-" : "";
    for (unsigned i = 0; i < digits; i++)
        unit *= 10;
    if (digits == 0)
        return str_printf(a, "%s%llu", sign, (unsigned long long)v);
    return str_printf(
        a, "%s%llu.%0*llu", sign, (unsigned long long)(v / unit), (int)digits, (unsigned long long)(v % unit));
}

static bool sum(const struct epp_fee_amounts *amounts, unsigned digits, int64_t *total)
{
    int64_t v;
    for (size_t i = 0; i < amounts->n; i++)
        if (!epp_fee_minor(amounts->v[i].amount, digits, &v) || __builtin_add_overflow(*total, v, total))
            return false;
    return true;
}

bool epp_fee_total(
    const struct epp_fee_amounts *fees, const struct epp_fee_amounts *credits, unsigned digits, int64_t *minor_r)
{
    *minor_r = 0;
    return sum(fees, digits, minor_r) && sum(credits, digits, minor_r);
}

enum epp_said epp_fee_premium(const struct epp_fee_price *price)
{
    if (price->class.n > 0)
        return str_ieq(price->class, STR("standard")) ? EPP_NO : EPP_YES;
    return price->standard == EPP_YES ? EPP_NO : EPP_UNSAID;
}
