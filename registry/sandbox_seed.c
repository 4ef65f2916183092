#include "registry/sandbox_seed.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "registry/sandbox_fault.h"
#include "registry/sandbox_launch.h"
#include "registry/sandbox_login.h"

#define PASSWORD_CHARS 16 /* the longest that EPP takes (RFC 5730 pwType) */
#define PASSWORD_FILE_MAX 256
#define PEM_MAX 65536
#define REGISTRARS_MAX 64
#define BALANCE_DEFAULT 100000000 /* cents */

struct registrar_item {
    struct str id, password_file, cert;
    int64_t balance;
};

static enum status item_bad(struct error *e, struct str item, const char *what)
{
    return error_set(e, INVALID, "registrar-item", "registrar = %.*s: %s; write ID PASSWORD-FILE CERTIFICATE [BALANCE]",
        STR_ARG(item), what);
}

static bool word_take(struct str *rest, struct str *word_r)
{
    *rest = str_trim(*rest);
    if (str_empty(*rest))
        return false;
    return str_take(rest, ' ', word_r) && !str_empty(*word_r);
}

static enum status item_read(struct str item, struct registrar_item *r, struct error *e)
{
    struct str rest = item, balance;
    *r = (struct registrar_item){.balance = BALANCE_DEFAULT};
    if (!word_take(&rest, &r->id) || !word_take(&rest, &r->password_file) || !word_take(&rest, &r->cert))
        return item_bad(e, item, "three words at least");
    if (r->id.n < 3 || r->id.n > SB_REGISTRAR_MAX)
        return item_bad(e, item, "an id has 3 to 16 characters");
    if (str_find(r->cert, '/', 0) >= 0 || str_eqz(r->cert, "ca") || str_eqz(r->cert, "server"))
        return item_bad(e, item, "this is no name for a registrar's certificate");
    if (word_take(&rest, &balance) && !str_to_i64(balance, 0, INT64_C(1) << 50, &r->balance))
        return item_bad(e, item, "the balance is a number of cents");
    return OK;
}

/* The password in the file; a new one where there is no file. */
static enum status password_ensure(struct arena *a, const char *path, struct str *password_r, struct error *e)
{
    if (access(path, F_OK) != 0) {
        struct str made = crypto_token(a, PASSWORD_CHARS);
        TRY(file_write(path, made, 0600, e));
    }
    TRY(file_read(a, path, PASSWORD_FILE_MAX, password_r, e));
    *password_r = str_trim(*password_r);
    if (password_r->n < 6 || password_r->n > PASSWORD_CHARS)
        return error_set(e, INVALID, "password-length", "%s: an EPP password has 6 to 16 characters", path);
    return OK;
}

/* SHA-256 of the certificate itself, as TLS shows it: of the bytes inside the PEM armour. */
static enum status cert_fingerprint(struct arena *a, const char *path, struct str *hex_r, struct error *e)
{
    struct str pem, der, line, rest;
    struct buf b64;
    uint8_t digest[32];
    bool inside = false;
    TRY(file_read(a, path, PEM_MAX, &pem, e));
    buf_in(&b64, a, PEM_MAX);
    rest = pem;
    while (str_take(&rest, '\n', &line)) {
        line = str_trim(line);
        if (str_eq(line, STR("-----END CERTIFICATE-----")))
            break;
        if (inside)
            buf_str(&b64, line);
        inside = inside || str_eq(line, STR("-----BEGIN CERTIFICATE-----"));
    }
    if (!base64_decode(a, buf_view(&b64), &der) || der.n == 0)
        return error_set(e, INVALID, "certificate", "%s holds no PEM certificate", path);
    crypto_sha256(der, digest);
    *hex_r = hex_encode(a, digest, sizeof(digest));
    return OK;
}

/* A registrar that is there already keeps its password, which it may have changed since; only where the file
 * is gone, so that nobody knows it any more, there is a new one. */
static enum status registrar_keep(struct sandbox *sb, struct db *db, const struct registrar_item *r, struct str print,
    struct str known_print, struct error *e)
{
    struct arena *a = &sb->arena;
    const char *file = str_dupz(a, r->password_file);
    struct str password;
    if (!str_eq(known_print, print))
        TRY(sandbox_registrar_fingerprint(db, r->id, print, e));
    if (access(file, F_OK) == 0)
        return OK;
    TRY(password_ensure(a, file, &password, e));
    log_event(LOG_WARN, "registry", str_dupz(a, r->id), "%s was missing: new password made", file);
    return sandbox_registrar_password(db, r->id, password_hash(a, password), clock_now(), e);
}

static enum status registrar_seed(struct sandbox *sb, struct db *db, const struct registrar_item *r, struct error *e)
{
    struct str password, print;
    struct sandbox_registrar known;
    struct arena *a = &sb->arena;
    TRY(cert_fingerprint(a, arena_printf(a, "%.*s/%.*s.pem", STR_ARG(sb->s->ca_dir), STR_ARG(r->cert)), &print, e));
    enum status s = sandbox_registrar_find(db, a, r->id, &known, e);
    if (s == OK)
        return registrar_keep(sb, db, r, print, known.fingerprint, e);
    if (s != NOT_FOUND)
        return s;
    TRY(password_ensure(a, str_dupz(a, r->password_file), &password, e));
    TRY(sandbox_registrar_insert(db, r->id, password_hash(a, password), print, r->balance, clock_now(), e));
    log_event(LOG_INFO, "registry", str_dupz(a, r->id), "registrar added");
    return OK;
}

static enum status dir_ensure(const char *path, mode_t mode, struct error *e)
{
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return OK;
    return error_set(e, UNAVAILABLE, "directory", "cannot make directory %s: %s", path, strerror(errno));
}

static enum status certificates_ensure(struct sandbox *sb, const struct registrar_item *r, size_t n, struct error *e)
{
    struct arena *a = &sb->arena;
    const char **names = ARENA_ARRAY(a, n + 1, const char *);
    const char *dir = str_dupz(a, sb->s->ca_dir);
    names[0] = "server";
    for (size_t i = 0; i < n; i++)
        names[i + 1] = str_dupz(a, r[i].cert);
    TRY(dir_ensure(dir, 0700, e));
    return tls_make_ca(dir, names, n + 1, str_dupz(a, sb->s->server_name), "127.0.0.1", e);
}

static enum status key_ensure(struct sandbox *sb, struct error *e)
{
    const char *path = str_dupz(&sb->arena, sb->s->key_file);
    if (access(path, F_OK) != 0)
        TRY(secret_key_create(path, e));
    return secret_key_load(path, &sb->key, e);
}

enum status sandbox_seed(struct sandbox *sb, struct db *db, struct error *e)
{
    struct registrar_item items[REGISTRARS_MAX];
    size_t n = sb->s->registrars.n;
    int reached;
    if (n > REGISTRARS_MAX)
        return error_set(e, INVALID, "registrar-item", "at most %d registrars", REGISTRARS_MAX);
    for (size_t i = 0; i < n; i++)
        TRY(item_read(sb->s->registrars.items[i], &items[i], e));
    TRY(db_migrate(db, str_dupz(&sb->arena, sb->s->sql_dir), &reached, e));
    TRY(key_ensure(sb, e));
    TRY(certificates_ensure(sb, items, n, e));
    for (size_t i = 0; i < n; i++)
        TRY(registrar_seed(sb, db, &items[i], e));
    for (size_t i = 0; i < sb->s->faults.n; i++)
        TRY(sandbox_fault_order(db, &sb->arena, sb->s->faults.items[i], e));
    if (sb->as.phases_n > 0)
        TRY(sandbox_launch_began(db, &sb->arena, clock_now(), &sb->launch_began, e));
    return dir_ensure(str_dupz(&sb->arena, sb->s->zone_dir), 0755, e); /* zones are public: name servers read them */
}
