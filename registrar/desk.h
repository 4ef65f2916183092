/* The order desk: what every program that takes orders has (web, command line, the registrar itself):
 * the database, the table of TLDs on sale, and where to wake the workers. It holds no registry credentials. */
#ifndef FW_REGISTRAR_DESK_H
#define FW_REGISTRAR_DESK_H

#include "base/clock.h"
#include "base/conf.h"
#include "base/db.h"
#include "base/net.h"
#include "registry/tld.h"

struct desk_conf {
    struct str db_socket, db_user, db_password_file, db_database;
    struct conf_list profiles; /* files */
    struct str wake; /* "127.0.0.1:8059", of fourways-registrar; "" for none */
};
/* For a program's table of configuration items, where struct desk_conf is the member `m` of `type`. */
#define DESK_CONF_ITEMS(type, m)                                                                                       \
    {"db-socket", CONF_STR, offsetof(type, m.db_socket), NULL, 0, 0, "MariaDB's unix socket."},                        \
        {"db-user", CONF_STR, offsetof(type, m.db_user), NULL, 0, 0, "Database user of this process."},                \
        {"db-password-file", CONF_STR, offsetof(type, m.db_password_file), "", 0, 0, "File with its password."},       \
        {"db-name", CONF_STR, offsetof(type, m.db_database), "fourways", 0, 0, "Database name."},                      \
        {"registry-profile", CONF_LIST, offsetof(type, m.profiles), "", 0, 0,                                          \
            "Registry profile file whose TLDs are on sale."},                                                          \
    {                                                                                                                  \
        "registrar-wake", CONF_STR, offsetof(type, m.wake), "", 0, 0,                                                  \
            "Address and port where fourways-registrar takes wake-up datagrams; empty for none."                       \
    }

struct desk {
    struct db_settings db;
    struct tld_table tlds;
    struct net_addr wake;
    bool has_wake;
};

/* Reads the files; connects to nothing. Everything lives in the arena. */
enum status desk_open(struct arena *a, const struct desk_conf *c, struct desk *d_r, struct error *e) FW_MUST_CHECK;
/* Tells the workers to look. */
void desk_wake(const struct desk *d);

#endif
