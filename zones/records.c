#include "zones/change.h"
#include "zones/records_impl.h"
#include "zones/sort.h"

struct str record_label(struct arena *a, const struct dns_name *owner, uint16_t type)
{
    struct str name = dns_name_text(a, owner, false), word = dns_type_text(a, type);
    return str_printf(a, "%.*s %.*s", STR_ARG(name), STR_ARG(word));
}

/* ---- owners ------------------------------------------------------------ */

static bool text_below(struct str name, struct str zone)
{
    return name.n > zone.n && name.p[name.n - zone.n - 1] == '.' &&
           str_ieq(str_n(name.p + name.n - zone.n, zone.n), zone);
}

struct str record_owner_complete(struct arena *a, struct str zone_name, struct str typed)
{
    struct str t = str_trim(typed);
    if (str_empty(t) || str_eqz(t, "@"))
        return zone_name;
    if (t.p[t.n - 1] == '.')
        return str_n(t.p, t.n - 1);
    if (str_ieq(t, zone_name) || text_below(t, zone_name))
        return t;
    return str_printf(a, "%.*s.%.*s", STR_ARG(t), STR_ARG(zone_name));
}

struct str record_target_complete(struct arena *a, struct str zone_name, struct str typed)
{
    bool inside = str_eqz(typed, "@") || str_find(typed, '.', 0) < 0;
    return inside ? record_owner_complete(a, zone_name, typed) : typed;
}

struct str record_owner_relative(struct arena *a, struct str zone_name, struct str name)
{
    struct str n = name;
    if (n.n > 1 && n.p[n.n - 1] == '.')
        n.n--;
    if (str_ieq(n, zone_name))
        return STR("@");
    return text_below(n, zone_name) ? str_dup(a, str_n(n.p, n.n - zone_name.n - 1)) : name;
}

/* ---- text to RRset ------------------------------------------------------------ */

enum status record_head_parse(const struct dns_name *apex, struct str name, struct str type, struct arena *a,
    struct dns_rrset *rrset_r, struct error *e)
{
    struct dns_name owner = *apex;
    uint16_t code;
    struct str n = str_trim(name), t = str_trim(type);
    if (!str_eqz(n, "@") && dns_name_parse(n, NULL, &owner, e) != OK)
        return error_prefix(e, "record name \"%.*s\"", (int)(n.n < 200 ? n.n : 200), n.p != NULL ? n.p : "");
    if (!dns_type_parse(t, &code) || !dns_type_is_data(code))
        return error_set(e, INVALID, "record-type", "%.*s: \"%.*s\" is not a record type that a zone can have here",
            STR_ARG(n), (int)(t.n < 40 ? t.n : 40), t.p != NULL ? t.p : "");
    dns_name_lower(&owner);
    dns_rrset_init(rrset_r, &owner, code, 0);
    if (!dns_name_is_subdomain(&owner, apex)) {
        struct str label = record_label(a, &owner, code), zone = dns_name_text(a, apex, false);
        return error_set(
            e, INVALID, "record-outside", "%.*s: the name is not in the zone %.*s", STR_ARG(label), STR_ARG(zone));
    }
    return OK;
}

static enum status value_add(struct arena *a, struct dns_rrset *set, struct str text, struct error *e)
{
    struct str rdata;
    TRY(dns_rdata_parse(a, set->type, text, NULL, &rdata, e));
    if (dns_rrset_has(set, rdata))
        return error_set(e, INVALID, "record-duplicate", "the same value stands there twice");
    return dns_rrset_add(a, set, rdata, e);
}

static enum status values_parse(struct arena *a, const struct record_set *set, struct dns_rrset *rrset, struct error *e)
{
    if (set->ttl < 0 || set->ttl > DNS_TTL_MAX)
        return error_set(
            e, INVALID, "record-ttl", "TTL %lld is not in 0 to %u seconds", (long long)set->ttl, DNS_TTL_MAX);
    rrset->ttl = (uint32_t)set->ttl;
    if (set->values_n == 0 || set->values_n > ZONE_RRSET_RECORDS_MAX)
        return error_set(
            e, INVALID, "record-values", "%zu values; a record set has 1 to %d", set->values_n, ZONE_RRSET_RECORDS_MAX);
    for (size_t i = 0; i < set->values_n; i++)
        if (value_add(a, rrset, set->values[i], e) != OK)
            return set->values_n == 1 ? e->status : error_prefix(e, "value %zu", i + 1);
    return OK;
}

enum status record_parse(struct arena *a, const struct dns_name *apex, const struct record_set *set,
    struct dns_rrset *rrset_r, struct error *e)
{
    TRY(record_head_parse(apex, set->name, set->type, a, rrset_r, e));
    struct str label = record_label(a, &rrset_r->owner, rrset_r->type);
    if (!str_is_null(set->alias))
        return error_set(e, INVALID, "record-values", "%.*s: is an alias and has no values", STR_ARG(label));
    if (values_parse(a, set, rrset_r, e) != OK)
        return error_prefix(e, "%.*s", STR_ARG(label));
    return OK;
}

/* ---- RRset to text ------------------------------------------------------------ */

struct record_set record_text(struct arena *a, const struct dns_rrset *rrset)
{
    struct str *values = ARENA_ARRAY(a, rrset->n, struct str);
    for (size_t i = 0; i < rrset->n; i++)
        values[i] = dns_rdata_text(a, rrset->type, rrset->rdata[i]);
    return (struct record_set){
        .name = dns_name_text(a, &rrset->owner, false),
        .type = dns_type_text(a, rrset->type),
        .ttl = rrset->ttl,
        .values = values,
        .values_n = rrset->n,
    };
}

struct dns_rrset rrset_of_row(struct arena *a, const struct rrset_row *row)
{
    struct dns_rrset set;
    struct error e;
    dns_rrset_init(&set, &row->owner, row->type, row->ttl);
    if (!row_is_alias(row))
        INVARIANT(dns_rrset_unpack(a, &set, row->packed, &e) == OK);
    return set;
}

struct record_set record_of_row(struct arena *a, const struct record_row *row)
{
    struct dns_rrset rrset = rrset_of_row(a, &row->set);
    struct record_set set = record_text(a, &rrset);
    if (row_is_alias(&row->set)) {
        set.alias = dns_name_text(a, &row->set.alias_owner, false);
        set.alias_zone = row->alias_zone;
        set.alias_zone_id = row->set.alias_zone_id;
        set.alias_external = row_is_external(&row->set);
    }
    return set;
}

/* ---- reading ------------------------------------------------------------ */

static enum status zone_gone(int64_t zone_id, struct error *e)
{
    return error_set(e, NOT_FOUND, "zone", "there is no hosted zone number %lld", (long long)zone_id);
}

static enum status cursor_parse(
    struct arena *a, const struct record_cursor *after, struct str *key_r, uint16_t *type_r, struct error *e)
{
    struct dns_name name;
    *key_r = STR("");
    *type_r = 0;
    if (after == NULL || str_is_null(after->name))
        return OK;
    if (dns_name_parse(after->name, NULL, &name, e) != OK ||
        (!str_is_null(after->type) && !dns_type_parse(after->type, type_r)))
        return error_set(e, INVALID, "record-cursor", "\"%.*s %.*s\" is no place in a list of records",
            (int)(after->name.n < 200 ? after->name.n : 200), after->name.p, STR_ARG(after->type));
    *key_r = sort_key(a, &name);
    return OK;
}

enum status record_list(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id,
    const struct record_cursor *after, size_t limit, struct record_list *list_r, struct error *e)
{
    struct str key;
    uint16_t type;
    struct record_rows rows;
    if (limit < 1 || limit > RECORD_LIST_MAX)
        return error_set(
            e, INVALID, "record-list-limit", "a list of %zu records: ask for 1 to %d", limit, RECORD_LIST_MAX);
    TRY(cursor_parse(a, after, &key, &type, e));
    TRY(record_db_rows(db, a, zone_id, account_id, key, type, limit + 1, &rows, e));
    if (!rows.found)
        return zone_gone(zone_id, e);
    list_r->version = rows.version;
    list_r->more = rows.n > limit;
    list_r->n = list_r->more ? limit : rows.n;
    list_r->items = ARENA_ARRAY(a, list_r->n, struct record_set);
    for (size_t i = 0; i < list_r->n; i++)
        list_r->items[i] = record_of_row(a, &rows.items[i]);
    return OK;
}

enum status record_find(struct db *db, struct arena *a, int64_t zone_id, int64_t account_id, struct str name,
    struct str type, struct record_set *set_r, struct error *e)
{
    struct zone z;
    struct dns_rrset head;
    struct record_row row;
    TRY(zone_find_id(db, a, zone_id, account_id, &z, e));
    TRY(record_head_parse(&z.apex, name, type, a, &head, e));
    enum status s = record_db_find(db, a, zone_id, &head.owner, head.type, &row, e);
    if (s == NOT_FOUND) {
        struct str label = record_label(a, &head.owner, head.type);
        return error_set(e, NOT_FOUND, "record", "there is no record set %.*s", STR_ARG(label));
    }
    TRY(s);
    *set_r = record_of_row(a, &row);
    return OK;
}
