#include "registry/tld.h"

#include "dns/name.h"
#include "registry/profile.h"

#define RESERVED_MAX 1000

/* "MIN-MAX" */
static bool range_parse(struct str s, int min, int max, int *min_r, int *max_r)
{
    struct str low, high;
    uint64_t a, b;
    if (!str_take(&s, '-', &low) || !str_take(&s, '-', &high) || !str_is_null(s))
        return false;
    if (!str_to_u64(low, (uint64_t)max, &a) || !str_to_u64(high, (uint64_t)max, &b) || a > b || a < (uint64_t)min)
        return false;
    *min_r = (int)a;
    *max_r = (int)b;
    return true;
}

static bool reserved_parse(struct arena *a, struct str list, struct tld_policy *p)
{
    struct str rest = list, word;
    size_t n = 0;
    while (str_take(&rest, ',', &word))
        n++;
    if (n > RESERVED_MAX)
        return false;
    p->reserved = ARENA_ARRAY(a, n, struct str);
    while (str_take(&list, ',', &word)) {
        if (word.n == 0 || word.n > DNS_LABEL_MAX)
            return false;
        p->reserved[p->reserved_n++] = str_lower(a, word);
    }
    return true;
}

static bool option_parse(struct arena *a, struct str key, struct str value, struct tld_policy *p)
{
    if (str_eqz(key, "label"))
        return range_parse(value, 1, DNS_LABEL_MAX, &p->label_min, &p->label_max);
    if (str_eqz(key, "years"))
        return range_parse(value, 1, 99, &p->years_min, &p->years_max);
    if (str_eqz(key, "reserved"))
        return reserved_parse(a, value, p);
    if (str_eqz(key, "subproduct")) {
        p->subproduct = value;
        return value.n > 0;
    }
    if (!str_eqz(key, "idn"))
        return false;
    p->idn = str_eqz(value, "yes");
    return p->idn || str_eqz(value, "no");
}

enum status tld_policy_parse(struct arena *a, struct str line, struct tld_policy *p, struct error *e)
{
    struct str rest = line, word, key;
    *p = (struct tld_policy){.label_min = 1, .label_max = DNS_LABEL_MAX, .years_min = 1, .years_max = 10};
    while (str_take(&rest, ' ', &word)) {
        if (word.n == 0)
            continue;
        if (str_is_null(p->tld)) {
            p->tld = str_lower(a, word);
            continue;
        }
        struct str value = word;
        if (!str_take(&value, '=', &key) || str_is_null(value) || !option_parse(a, key, value, p))
            return error_set(e, INVALID, "tld-option",
                "tld = %.*s: \"%.*s\" is none of label=MIN-MAX (1-63), years=MIN-MAX (1-99), idn=yes|no, "
                "subproduct=WORD, reserved=a,b,c",
                STR_ARG(line), STR_ARG(word));
    }
    struct dns_name name;
    if (dns_name_parse(p->tld.n == 0 ? STR("") : p->tld, NULL, &name, e) != OK || dns_name_check_host(&name, e) != OK)
        return error_prefix(e, "tld = %.*s", STR_ARG(line));
    return OK;
}

static int policy_compare(const void *a, const void *b)
{
    return str_cmp(((const struct tld_policy *)a)->tld, ((const struct tld_policy *)b)->tld);
}

enum status tld_table_build(
    struct arena *a, struct registry_profile *const *profiles, size_t n, struct tld_table *t, struct error *e)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += profiles[i]->tlds_n;
    struct tld_policy *all = ARENA_ARRAY(a, total, struct tld_policy);
    t->items = all;
    t->n = total;
    for (size_t i = 0, at = 0; i < n; at += profiles[i++]->tlds_n)
        if (profiles[i]->tlds_n > 0)
            memcpy(all + at, profiles[i]->tlds, profiles[i]->tlds_n * sizeof(*all));
    if (total > 1)
        qsort(all, total, sizeof(*all), policy_compare);
    for (size_t i = 1; i < total; i++)
        if (str_eq(all[i - 1].tld, all[i].tld))
            return error_set(e, EXISTS, "tld-twice", "the TLD %.*s is served by two profiles, %.*s and %.*s",
                STR_ARG(all[i].tld), STR_ARG(all[i - 1].registry), STR_ARG(all[i].registry));
    return OK;
}

enum status tld_table_read(struct arena *a, const struct str *files, size_t n, struct tld_table *t, struct error *e)
{
    struct registry_profile **profiles = ARENA_ARRAY(a, n, struct registry_profile *);
    for (size_t i = 0; i < n; i++)
        TRY(profile_read(a, str_dupz(a, files[i]), &profiles[i], e));
    return tld_table_build(a, profiles, n, t, e);
}

const struct tld_policy *tld_find(const struct tld_table *t, struct str tld)
{
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = str_cmp(tld, t->items[mid].tld);
        if (c == 0)
            return &t->items[mid];
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

/* The longest TLD wins: below co.example before below example. */
const struct tld_policy *tld_of_name(const struct tld_table *t, struct str name)
{
    ptrdiff_t dot;
    while ((dot = str_find(name, '.', 0)) >= 0) {
        name = str_n(name.p + dot + 1, name.n - (size_t)dot - 1);
        const struct tld_policy *p = tld_find(t, name);
        if (p != NULL)
            return p;
    }
    return NULL;
}

enum status tld_years_validate(const struct tld_policy *p, int64_t years, struct error *e)
{
    if (years >= p->years_min && years <= p->years_max)
        return OK;
    return error_set(e, INVALID, "years-out-of-range", "%lld years: a name below .%.*s can be held for %d to %d years",
        (long long)years, STR_ARG(p->tld), p->years_min, p->years_max);
}
