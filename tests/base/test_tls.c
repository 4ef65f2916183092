#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"
#include "tests/support/testtls.h"

/* Who may talk with whom, the private authority, and bytes that arrive. What goes wrong on the way stands in
 * test_tls_fail.c. */

static struct arena arena;
static struct error e;
static const char *dir;

static void ck_ok(enum status s)
{
    ck_assert_msg(s == OK, "%s: %s", e.code, e.text);
}

static void ck_error(enum status got, const struct error *err, enum status want, const char *code)
{
    ck_assert_msg(got == want, "status %d, not %d: %s: %s", got, want, err->code, err->text);
    ck_assert_str_eq(err->code, code);
}

static const char *path(const char *name)
{
    return testdir_path(&arena, dir, name);
}

static void ground(void)
{
    arena_init(&arena, 0);
    dir = testdir_new(&arena);
    testtls_ca(&arena, dir, "ca");
}

static void clear(void)
{
    testdir_free(dir);
    arena_clear(&arena);
}

static void play_echo(struct testtls *s, struct tls_conn *c)
{
    char data[5000];
    size_t n;
    while ((s->io = tls_read(c, data, sizeof data, TESTTLS_WAIT_MS, &n, &s->error)) == OK && n > 0) {
        s->got += n;
        if ((s->io = tls_write(c, str_n(data, n), TESTTLS_WAIT_MS, &s->error)) != OK)
            return;
    }
}

static void read_all(struct tls_conn *c, char *p, size_t want)
{
    for (size_t got = 0, n; got < want; got += n) {
        ck_ok(tls_read(c, p + got, want - got, TESTTLS_WAIT_MS, &n, &e));
        ck_assert_uint_gt(n, 0);
    }
}

static void ck_echo(struct tls_conn *c, size_t n)
{
    char *out = arena_alloc(&arena, n), *in = arena_alloc(&arena, n);
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(i * 2654435761u >> 23);
    ck_ok(tls_write(c, str_n(out, n), TESTTLS_WAIT_MS, &e));
    read_all(c, in, n);
    ck_assert_int_eq(memcmp(in, out, n), 0);
}

/* ---- going well ------------------------------------------------------------------------------- */

START_TEST(bytes_go_there_and_back)
{
    struct testtls s = {0};
    testtls_start(&arena, &s, dir, false, play_echo);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    struct tls_conn *c = testtls_connect(&s, ctx);
    ck_echo(c, 1);
    ck_echo(c, 100000);
    ck_ok(tls_write(c, STR(""), TESTTLS_WAIT_MS, &e));
    tls_close(&c);
    ck_assert_ptr_null(c);
    testtls_end(&s);
    ck_assert_uint_eq(s.got, 100001);
    tls_ctx_free(&ctx);
}
END_TEST

static void play_fingerprint(struct testtls *s, struct tls_conn *c)
{
    struct arena a;
    arena_init(&a, 0);
    struct str f = tls_peer_fingerprint(&a, c);
    snprintf(s->fingerprint, sizeof s->fingerprint, "%.*s", STR_ARG(f));
    arena_clear(&a);
}

static struct str fingerprint_of_file(const char *file)
{
    char hex[80] = "";
    FILE *p = popen(arena_printf(&arena, "openssl x509 -in %s -outform DER | sha256sum", file), "r");
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_nonnull(fgets(hex, 65, p));
    pclose(p);
    return str_of(arena_strdup(&arena, hex));
}

START_TEST(both_sides_know_the_other_s_certificate)
{
    struct testtls s = {0};
    testtls_start(&arena, &s, dir, true, play_fingerprint);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", "ca/client");
    struct tls_conn *c = testtls_connect(&s, ctx);
    ck_assert(str_eq(tls_peer_fingerprint(&arena, c), fingerprint_of_file(path("ca/server.pem"))));
    tls_close(&c);
    testtls_end(&s);
    ck_assert(str_eqz(fingerprint_of_file(path("ca/client.pem")), s.fingerprint));
    tls_ctx_free(&ctx);
}
END_TEST

START_TEST(without_a_certificate_there_is_no_fingerprint)
{
    struct testtls s = {0};
    testtls_start(&arena, &s, dir, false, play_fingerprint);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    struct tls_conn *c = testtls_connect(&s, ctx);
    tls_close(&c);
    testtls_end(&s);
    ck_assert_str_eq(s.fingerprint, "");
    tls_ctx_free(&ctx);
}
END_TEST

static void play_hundred(struct testtls *s, struct tls_conn *c)
{
    char hundred[100] = {0};
    s->io = tls_write(c, str_n(hundred, sizeof hundred), TESTTLS_WAIT_MS, &s->error);
}

START_TEST(bytes_that_wait_decrypted_are_told)
{
    struct testtls s = {0};
    char data[100];
    size_t n;
    testtls_start(&arena, &s, dir, false, play_hundred);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    struct tls_conn *c = testtls_connect(&s, ctx);
    ck_ok(tls_read(c, data, 10, TESTTLS_WAIT_MS, &n, &e));
    ck_assert_uint_eq(n, 10);
    ck_assert(tls_pending(c));
    read_all(c, data, 90);
    /* The end may have been taken from the socket with the data: it is read, and nothing waits any more. */
    ck_ok(tls_read(c, data, 10, TESTTLS_WAIT_MS, &n, &e));
    ck_assert_uint_eq(n, 0);
    ck_assert(!tls_pending(c));
    ck_assert_int_ge(tls_fd(c), 0);
    tls_close(&c);
    testtls_end(&s);
    tls_ctx_free(&ctx);
}
END_TEST

/* Passes single bytes in both directions. */
struct trickle {
    int listener;
    struct net_addr addr, to;
};

static void *trickle_main(void *arg)
{
    struct trickle *t = arg;
    struct error err;
    int out;
    char byte;
    struct pollfd l = {.fd = t->listener, .events = POLLIN};
    if (net_poll(&l, 1, net_deadline(TESTTLS_WAIT_MS)) != 1 ||
        net_connect_tcp(&t->to, TESTTLS_WAIT_MS, &out, &err) != OK)
        return NULL;
    int in = accept(t->listener, NULL, NULL);
    struct pollfd p[2] = {{.fd = in, .events = POLLIN}, {.fd = out, .events = POLLIN}};
    while (net_poll(p, 2, net_deadline(TESTTLS_WAIT_MS)) > 0) {
        int from = p[0].revents != 0 ? in : out;
        if (recv(from, &byte, 1, 0) != 1 || send(from == in ? out : in, &byte, 1, MSG_NOSIGNAL) != 1)
            break;
    }
    close(in);
    close(out);
    return NULL;
}

START_TEST(records_that_arrive_byte_by_byte_are_put_together)
{
    struct testtls s = {0};
    struct trickle t;
    pthread_t thread;
    struct tls_conn *c;
    struct net_addr any;
    testtls_start(&arena, &s, dir, true, play_echo);
    t.to = s.addr;
    ck_ok(net_addr_parse(STR("127.0.0.1:0"), &any, &e));
    ck_ok(net_listen_tcp(&any, 5, &t.listener, &e));
    ck_ok(net_addr_local(t.listener, &t.addr, &e));
    ck_assert_int_eq(pthread_create(&thread, NULL, trickle_main, &t), 0);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", "ca/client");
    ck_ok(tls_connect(ctx, &t.addr, "registry.test", TESTTLS_WAIT_MS, &c, &e));
    ck_echo(c, 3000);
    tls_close(&c);
    pthread_join(thread, NULL);
    close(t.listener);
    testtls_end(&s);
    ck_assert_uint_eq(s.got, 3000);
    tls_ctx_free(&ctx);
}
END_TEST

static void play_count(struct testtls *s, struct tls_conn *c)
{
    char data[777];
    size_t n;
    while ((s->io = tls_read(c, data, sizeof data, TESTTLS_WAIT_MS, &n, &s->error)) == OK && n > 0)
        s->got += n;
}

START_TEST(a_long_write_through_a_small_window_arrives_whole)
{
    struct testtls s = {0};
    int small = 4096;
    size_t n = 3u << 20;
    testtls_start(&arena, &s, dir, false, play_count);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    struct tls_conn *c = testtls_connect(&s, ctx);
    ck_assert_int_eq(setsockopt(tls_fd(c), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    ck_ok(tls_write(c, str_n(arena_alloc(&arena, n), n), 30000, &e));
    tls_close(&c);
    testtls_end(&s);
    ck_assert_int_eq(s.io, OK);
    ck_assert_uint_eq(s.got, n);
    tls_ctx_free(&ctx);
}
END_TEST

/* ---- who may talk ----------------------------------------------------------------------------- */

static void ck_connect_fails(const char *ca, const char *host, enum status want, const char *code, const char *part)
{
    struct testtls s = {0};
    struct tls_conn *c;
    testtls_start(&arena, &s, dir, false, NULL);
    struct tls_ctx *ctx = testtls_client(&arena, dir, ca, NULL);
    enum status got = tls_connect(ctx, &s.addr, host, TESTTLS_WAIT_MS, &c, &e);
    ck_error(got, &e, want, code);
    ck_assert_msg(strstr(e.text, part) != NULL, "\"%s\" is not in \"%s\"", part, e.text);
    ck_assert_ptr_null(c);
    testtls_end(&s);
    tls_ctx_free(&ctx);
}

START_TEST(a_server_of_another_authority_is_refused)
{
    testtls_ca(&arena, dir, "other");
    ck_connect_fails("other/ca.pem", "registry.test", DENIED, "tls-verify", "certificate");
}
END_TEST

START_TEST(a_server_with_another_name_is_refused)
{
    ck_connect_fails("ca/ca.pem", "other.test", DENIED, "tls-verify", "other.test");
    ck_connect_fails("ca/ca.pem", "sub.registry.test", DENIED, "tls-verify", "ostname");
    ck_connect_fails("ca/ca.pem", "127.0.0.2", DENIED, "tls-verify", "IP");
}
END_TEST

static void ck_client_refused(const char *identity, const char *server_code)
{
    struct testtls s = {0};
    struct tls_conn *c;
    char byte;
    size_t n;
    testtls_start(&arena, &s, dir, true, play_echo);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", identity);
    enum status got = tls_connect(ctx, &s.addr, "registry.test", TESTTLS_WAIT_MS, &c, &e);
    if (got == OK) /* TLS 1.3: the refusal comes with the first read */
        got = tls_read(c, &byte, 1, TESTTLS_WAIT_MS, &n, &e);
    ck_error(got, &e, DENIED, "tls-refused");
    tls_close(&c);
    testtls_end(&s);
    ck_error(s.status, &s.error, DENIED, server_code);
    tls_ctx_free(&ctx);
}

static void *pem_load(const char *name, bool key)
{
    FILE *f = fopen(path(name), "r");
    ck_assert_ptr_nonnull(f);
    void *x = key ? (void *)PEM_read_PrivateKey(f, NULL, NULL, NULL) : (void *)PEM_read_X509(f, NULL, NULL, NULL);
    fclose(f);
    ck_assert_ptr_nonnull(x);
    return x;
}

/* Signed by the authority once more, to be valid from and to so many seconds from now. */
static void revalidate(const char *name, long from, long to)
{
    X509 *cert = pem_load(name, false);
    EVP_PKEY *key = pem_load("ca/ca.key", true);
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notBefore(cert), from));
    ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notAfter(cert), to));
    ck_assert_int_gt(X509_sign(cert, key, EVP_sha256()), 0);
    FILE *f = fopen(path(name), "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(PEM_write_X509(f, cert), 1);
    fclose(f);
    X509_free(cert);
    EVP_PKEY_free(key);
}

START_TEST(a_certificate_is_valid_in_its_time_only)
{
    revalidate("ca/server.pem", -7200, -3600);
    ck_connect_fails("ca/ca.pem", "registry.test", DENIED, "tls-verify", "expired");
    revalidate("ca/server.pem", 3600, 7200);
    ck_connect_fails("ca/ca.pem", "registry.test", DENIED, "tls-verify", "not yet valid");
    revalidate("ca/server.pem", -3600, 3600);
    revalidate("ca/client.pem", -7200, -3600);
    ck_client_refused("ca/client", "tls-verify");
    revalidate("ca/client.pem", -3600, 3600);
    struct testtls s = {0};
    testtls_start(&arena, &s, dir, true, play_echo);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", "ca/client");
    struct tls_conn *c = testtls_connect(&s, ctx);
    ck_echo(c, 10);
    tls_close(&c);
    testtls_end(&s);
    tls_ctx_free(&ctx);
}
END_TEST

START_TEST(an_impossible_name_is_refused)
{
    ck_connect_fails("ca/ca.pem", "", INVALID, "tls-name", "");
}
END_TEST

START_TEST(an_address_can_be_the_name)
{
    struct testtls s = {0};
    struct tls_conn *c;
    testtls_start(&arena, &s, dir, false, play_echo);
    struct tls_ctx *ctx = testtls_client(&arena, dir, "ca/ca.pem", NULL);
    ck_ok(tls_connect(ctx, &s.addr, "127.0.0.1", TESTTLS_WAIT_MS, &c, &e));
    ck_echo(c, 10);
    tls_close(&c);
    testtls_end(&s);
    tls_ctx_free(&ctx);
}
END_TEST

START_TEST(a_client_without_a_certificate_is_refused_and_told)
{
    ck_client_refused(NULL, "tls-no-cert");
}
END_TEST

START_TEST(a_client_of_another_authority_is_refused_and_told)
{
    testtls_ca(&arena, dir, "other");
    ck_client_refused("other/client", "tls-verify");
}
END_TEST

START_TEST(a_server_certificate_is_no_client_certificate)
{
    ck_client_refused("ca/server", "tls-verify");
}
END_TEST

/* A handshake with at most that version, by OpenSSL itself. */
static int raw_handshake(struct testtls *s, int version)
{
    struct error err;
    int fd;
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(ctx, version);
    ck_assert_int_eq(net_connect_tcp(&s->addr, TESTTLS_WAIT_MS, &fd, &err), OK);
    fcntl(fd, F_SETFL, 0);
    SSL *ssl = SSL_new(ctx);
    SSL_set_fd(ssl, fd);
    int got = SSL_connect(ssl);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    close(fd);
    return got;
}

START_TEST(tls_1_2_is_spoken_and_1_1_is_not)
{
    struct testtls s = {0};
    testtls_start(&arena, &s, dir, false, NULL);
    ck_assert_int_eq(raw_handshake(&s, TLS1_2_VERSION), 1);
    testtls_end(&s);
    ck_assert_int_eq(s.status, OK);
    testtls_start(&arena, &s, dir, false, NULL);
    ck_assert_int_ne(raw_handshake(&s, TLS1_1_VERSION), 1);
    testtls_end(&s);
    ck_error(s.status, &s.error, PROTOCOL, "tls-handshake");
}
END_TEST

START_TEST(where_1_3_is_wanted_1_2_is_not_spoken)
{
    struct testtls s = {.only_1_3 = true};
    testtls_start(&arena, &s, dir, false, NULL);
    ck_assert_int_ne(raw_handshake(&s, TLS1_2_VERSION), 1);
    testtls_end(&s);
    ck_error(s.status, &s.error, PROTOCOL, "tls-handshake");
    testtls_start(&arena, &s, dir, false, NULL);
    ck_assert_int_eq(raw_handshake(&s, TLS1_3_VERSION), 1);
    testtls_end(&s);
    ck_assert_int_eq(s.status, OK);
}
END_TEST

/* ---- settings and the private authority ----------------------------------------------------------- */

START_TEST(missing_and_wrong_files_are_named)
{
    struct tls_ctx *ctx;
    struct tls_settings s = {.ca_file = path("nowhere.pem")};
    ck_error(tls_client_ctx(&s, &ctx, &e), &e, INVALID, "tls-ca");
    ck_assert_ptr_nonnull(strstr(e.text, "nowhere.pem"));
    s = (struct tls_settings){
        .ca_file = path("ca/ca.pem"), .cert_file = path("none.pem"), .key_file = path("ca/ca.key")};
    ck_error(tls_client_ctx(&s, &ctx, &e), &e, INVALID, "tls-cert");
    s.cert_file = path("ca/client.pem");
    ck_error(tls_client_ctx(&s, &ctx, &e), &e, INVALID, "tls-key"); /* another key */
    s.key_file = NULL;
    ck_error(tls_client_ctx(&s, &ctx, &e), &e, INVALID, "tls-key");
    testdir_write(path("junk.pem"), STR("junk"));
    s = (struct tls_settings){.ca_file = path("junk.pem")};
    ck_error(tls_client_ctx(&s, &ctx, &e), &e, INVALID, "tls-ca");
    s = (struct tls_settings){.ca_file = path("ca/ca.pem")};
    ck_error(tls_server_ctx(&s, &ctx, &e), &e, INVALID, "tls-cert");
    ck_assert_ptr_null(ctx);
}
END_TEST

static struct str content(const char *name)
{
    struct str s;
    ck_ok(file_read(&arena, path(name), 1u << 16, &s, &e));
    return s;
}

START_TEST(an_existing_authority_is_kept_and_added_to)
{
    static const char *const names[] = {"server", "client", "second"};
    struct str ca = content("ca/ca.pem"), server = content("ca/server.pem");
    struct stat st;
    ck_ok(tls_make_ca(path("ca"), names, 3, "changed.test", NULL, &e));
    ck_assert(str_eq(content("ca/ca.pem"), ca));
    ck_assert(str_eq(content("ca/server.pem"), server));
    ck_assert_int_eq(stat(path("ca/second.key"), &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(stat(path("ca/ca.key"), &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    FILE *p =
        popen(arena_printf(&arena,
                  "cd %s && openssl verify -x509_strict -CAfile ca.pem server.pem client.pem second.pem", path("ca")),
            "r");
    ck_assert_int_eq(pclose(p), 0);
}
END_TEST

START_TEST(half_an_identity_and_bad_names_are_refused)
{
    static const char *const client[] = {"client"}, *const climbing[] = {"../x"}, *const own[] = {"ca"};
    ck_assert_int_eq(unlink(path("ca/client.key")), 0);
    ck_error(tls_make_ca(path("ca"), client, 1, NULL, NULL, &e), &e, INVALID, "ca-half");
    ck_assert_ptr_nonnull(strstr(e.text, "client"));
    ck_error(tls_make_ca(path("ca"), climbing, 1, NULL, NULL, &e), &e, INVALID, "ca-name");
    ck_error(tls_make_ca(path("ca"), own, 1, NULL, NULL, &e), &e, INVALID, "ca-name");
    ck_error(tls_make_ca("/nonexistent/ca", own, 1, NULL, NULL, &e), &e, UNAVAILABLE, "ca-dir");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tls");
    TCase *c = tcase_create("tls");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, ground, clear);
    tcase_add_test(c, bytes_go_there_and_back);
    tcase_add_test(c, both_sides_know_the_other_s_certificate);
    tcase_add_test(c, without_a_certificate_there_is_no_fingerprint);
    tcase_add_test(c, bytes_that_wait_decrypted_are_told);
    tcase_add_test(c, records_that_arrive_byte_by_byte_are_put_together);
    tcase_add_test(c, a_long_write_through_a_small_window_arrives_whole);
    tcase_add_test(c, a_server_of_another_authority_is_refused);
    tcase_add_test(c, a_server_with_another_name_is_refused);
    tcase_add_test(c, a_certificate_is_valid_in_its_time_only);
    tcase_add_test(c, an_impossible_name_is_refused);
    tcase_add_test(c, an_address_can_be_the_name);
    tcase_add_test(c, a_client_without_a_certificate_is_refused_and_told);
    tcase_add_test(c, a_client_of_another_authority_is_refused_and_told);
    tcase_add_test(c, a_server_certificate_is_no_client_certificate);
    tcase_add_test(c, tls_1_2_is_spoken_and_1_1_is_not);
    tcase_add_test(c, where_1_3_is_wanted_1_2_is_not_spoken);
    tcase_add_test(c, missing_and_wrong_files_are_named);
    tcase_add_test(c, an_existing_authority_is_kept_and_added_to);
    tcase_add_test(c, half_an_identity_and_bad_names_are_refused);
    suite_add_tcase(s, c);
    return suite_run(s);
}
