#include "registrar/infra.h"

#include "base/log.h"
#include "zones/delegation.h"

static enum status column_parse(struct str line, struct delegation_column *col, struct error *e)
{
    struct str rest = line, part[4];
    size_t n = 0;
    struct str word;
    while (n < 4 && str_take(&rest, ' ', &word))
        if (!str_empty(word))
            part[n++] = word;
    if (n != 3)
        return error_set(
            e, INVALID, "name-server", "name-server = %.*s: give DOMAIN IPV4 IPV6 (- for none)", STR_ARG(line));
    *col = (struct delegation_column){
        .domain = part[0],
        .ipv4 = str_eqz(part[1], "-") ? STR_NULL : part[1],
        .ipv6 = str_eqz(part[2], "-") ? STR_NULL : part[2],
    };
    return OK;
}

static struct str tld_of(struct str name)
{
    struct str rest = name, part = name;
    while (str_take(&rest, '.', &part))
        ;
    return part;
}

static enum status columns_read(
    const struct infra_conf *c, struct delegation_column cols[DELEGATION_COLUMNS], struct error *e)
{
    if (c->name_servers.n != DELEGATION_COLUMNS)
        return error_set(e, INVALID, "name-server", "there are %zu lines name-server; exactly %d are needed",
            c->name_servers.n, DELEGATION_COLUMNS);
    for (size_t i = 0; i < DELEGATION_COLUMNS; i++) {
        TRY(column_parse(c->name_servers.items[i], &cols[i], e));
        for (size_t j = 0; j < i; j++)
            if (str_ieq(tld_of(cols[i].domain), tld_of(cols[j].domain)))
                return error_set(e, INVALID, "name-server",
                    "%.*s and %.*s are under one TLD; the four columns need four", STR_ARG(cols[j].domain),
                    STR_ARG(cols[i].domain));
    }
    return OK;
}

static enum status house_contact(const struct infra_conf *c, struct contact *contact, struct error *e)
{
    for (size_t i = 0; i < c->contact.n; i++) {
        struct str rest = c->contact.items[i], key;
        bool known = false;
        if (str_empty(str_trim(rest)) || !str_take(&rest, ' ', &key))
            continue;
        for (size_t f = 0; f < contact_fields_n; f++)
            if (str_eqz(key, contact_fields[f].key)) {
                *contact_field_of(contact, &contact_fields[f]) = str_trim(rest);
                known = true;
            }
        if (!known)
            return error_set(e, INVALID, "house-contact", "house-contact has no field '%.*s'", STR_ARG(key));
    }
    return OK;
}

static enum status infra_order(struct registrar *us, struct db *db, struct arena *a, const struct account *house,
    const struct contact *contact, struct str domain, time_us now, struct error *e)
{
    struct order o, *last;
    size_t n = 0;
    if (registries_serving(&us->registries, domain) == NULL)
        return OK;
    TRY(order_list(db, a, house->id, domain, 0, 1, &last, &n, e));
    if (n == 1 && !str_eqz(last->state, "failed"))
        return OK;
    if (n == 1)
        log_event(LOG_WARN, "order", str_dupz(a, domain),
            "order %lld for this name server's domain failed (%.*s), trying anew", (long long)last->id,
            STR_ARG(last->error_text));
    struct order_request rq = {
        .kind = STR("infra"),
        .name = domain,
        .years = 1,
        .contact = contact,
        .key = str_printf(a, "infra:%.*s:%lld", STR_ARG(domain), n == 1 ? (long long)last->id : 0LL),
    };
    enum status s = order_place(&us->desk, db, a, house, &rq, now, &o, NULL, e);
    if (s == CONFLICT && strcmp(e->code, "idempotency-key-reused") == 0)
        return OK; /* another registrar process, with other contact data, was first */
    return s;
}

enum status infra_ensure(
    struct registrar *us, const struct infra_conf *c, struct db *db, struct arena *a, time_us now, struct error *e)
{
    struct delegation_column cols[DELEGATION_COLUMNS];
    struct account house;
    struct contact contact = {0};
    TRY(columns_read(c, cols, e));
    TRY(delegation_pool_ensure(db, cols, e));
    for (size_t i = 0; i < DELEGATION_COLUMNS; i++)
        us->name_servers[i] = cols[i].domain;
    us->own_name_servers = c->own;
    if (!c->own)
        return OK;
    TRY(house_contact(c, &contact, e));
    enum status s = account_create(db, a, c->account, STR(""), STR("EUR"), now, &house, e);
    if (s == EXISTS)
        s = account_find(db, a, c->account, &house, e);
    TRY(s);
    for (size_t i = 0; i < DELEGATION_COLUMNS; i++)
        TRY(infra_order(us, db, a, &house, &contact, cols[i].domain, now, e));
    return OK;
}
