#include "registry/sandbox.h"

#define ITEM(key_, type_, field, fallback_, min_, max_, help_)                                                         \
    {                                                                                                                  \
        .key = key_, .type = type_, .offset = offsetof(struct sandbox_settings, field), .fallback = fallback_,         \
        .min = min_, .max = max_, .help = help_                                                                        \
    }

const struct conf_item sandbox_items[] = {
    ITEM("listen", CONF_STR, listen, "127.0.0.1:7000", 0, 0, "Address and port of the EPP server."),
    ITEM("metrics", CONF_STR, metrics, "", 0, 0, "Address and port for /metrics and /healthz; empty for none."),
    ITEM("db-socket", CONF_STR, db_socket, NULL, 0, 0, "Unix socket of MariaDB."),
    ITEM("db-user", CONF_STR, db_user, "fw_sandbox", 0, 0, "Database user."),
    ITEM("db-password-file", CONF_STR, db_password_file, "", 0, 0, "File with its password; empty for none."),
    ITEM("db-name", CONF_STR, db_name, "fourways_sandbox", 0, 0, "Database of this registry, which must exist."),
    ITEM("sql-dir", CONF_STR, sql_dir, "sql/sandbox", 0, 0, "Directory of the migrations, applied at start."),
    ITEM("ca-dir", CONF_STR, ca_dir, NULL, 0, 0,
        "Directory of ca.pem, server.pem and the registrars' certificates with their keys; made when missing."),
    ITEM("server-name", CONF_STR, server_name, "localhost", 0, 0, "DNS name in the server's certificate."),
    ITEM("key-file", CONF_STR, key_file, NULL, 0, 0, "Key that seals authInfo at rest; made when missing."),
    ITEM("zone-dir", CONF_STR, zone_dir, NULL, 0, 0, "Directory for the published zones, TLD.zone and root.zone."),
    ITEM("zone-server", CONF_LIST, zone_servers, "", 0, 0,
        "A name server of the TLDs: labels below each TLD, then its addresses, as in \"a.nic 127.0.0.1 ::1\"."),
    ITEM("registrar", CONF_LIST, registrars, "", 0, 0,
        "A registrar: its id, a file with its password (made when missing), the name of its certificate, and the "
        "balance it begins with in cents."),
    ITEM("fault", CONF_LIST, faults, "", 0, 0,
        "For tests: a mishap to order, NAME[-COMMAND][:COUNT[:ARG]], as in \"drop-after-create:3\" "
        "(registry/sandbox_fault.h)."),
    ITEM("publish-command", CONF_STR, publish_command, "", 0, 0,
        "Program and arguments, separated by blanks, run without a shell after zones were published."),
    ITEM("personality", CONF_STR, personality, "", 0, 0,
        "File that says what kind of registry to play, one of registry/personalities; empty for a plain one."),
    ITEM("zone-ttl", CONF_INT, zone_ttl_s, "300", 1, 86400, "TTL of the published records, seconds."),
    ITEM("publish-delay", CONF_INT, publish_delay_ms, "200", 1, 60000,
        "How long a change waits for others before the zones are written, milliseconds."),
    ITEM("sweep-interval", CONF_INT, sweep_ms, "5000", 10, 3600000,
        "How often purges, renewals and unanswered transfers are looked for, milliseconds."),
    ITEM("sessions-max", CONF_INT, max_sessions, "128", 1, 4096, "Connections at once."),
    ITEM("sessions-max-each", CONF_INT, max_sessions_each, "32", 1, 4096, "Sessions of one registrar at once."),
    ITEM("idle-timeout", CONF_INT, idle_s, "600", 1, 86400, "A session ends after so many seconds without a command."),
    ITEM("session-timeout", CONF_INT, session_s, "86400", 1, 604800, "A session ends after so many seconds."),
    ITEM("handshake-timeout", CONF_INT, handshake_ms, "10000", 10, 60000, "Time for the TLS handshake, milliseconds."),
    ITEM("write-timeout", CONF_INT, write_ms, "10000", 10, 60000, "Time for a client to take an answer, milliseconds."),
    ITEM("frame-timeout", CONF_INT, frame_ms, "10000", 10, 600000,
        "Time from the first byte of a command to its last, milliseconds."),
    ITEM("frame-max", CONF_INT, frame_max, "262144", 1024, 1048576, "Longest command, bytes with its header."),
    ITEM("commands-per-second", CONF_INT, commands_per_s, "500", 1, 1000000,
        "Commands a session may send in a second, on average and in one burst."),
    ITEM("login-tries", CONF_INT, login_tries, "3", 1, 100, "Failed logins after which the connection is closed."),
};
const size_t sandbox_items_n = ARRAY_LEN(sandbox_items);
