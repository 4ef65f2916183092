#include "registrar/desk.h"

enum status desk_open(struct arena *a, const struct desk_conf *c, struct desk *d_r, struct error *e)
{
    struct desk d = {
        .db.socket = str_dupz(a, c->db_socket),
        .db.user = str_dupz(a, c->db_user),
        .db.database = str_dupz(a, c->db_database),
    };
    if (!str_empty(c->db_password_file)) {
        struct str password;
        TRY(file_read(a, str_dupz(a, c->db_password_file), 1024, &password, e));
        d.db.password = str_dupz(a, str_trim(password));
    }
    TRY(tld_table_read(a, c->profiles.items, c->profiles.n, &d.tlds, e));
    if (!str_empty(c->wake)) {
        TRY(net_addr_parse(c->wake, &d.wake, e));
        d.has_wake = true;
    }
    *d_r = d;
    return OK;
}

void desk_wake(const struct desk *d)
{
    if (d->has_wake)
        net_wake(&d->wake);
}
