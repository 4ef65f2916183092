/* What a hostile, broken or slow client can do to the sandbox registry: nothing but lose its own connection. */
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>

#include "tests/registry/sandbox_fixture.h"

static struct client c;

static void setup(void)
{
    fx_setup();
}

static void setup_login(void)
{
    fx_setup();
    client_login(&c, "fourways");
}

static void teardown(void)
{
    client_close(&c);
    fx_teardown();
}

static void still_serves(void)
{
    struct client k;
    client_login(&k, "fourways");
    ck_code(domain_by_name(&k, "check", "shop.test"), 1000);
    client_close(&k);
}

static int answer_to(const char *doc)
{
    client_send(&c, doc);
    ck_assert_ptr_nonnull(client_read(&c));
    return c.code;
}

START_TEST(xml_that_is_none_is_2001_and_the_session_goes_on)
{
    static const char *const docs[] = {"x", "<epp", "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"></epq>",
        "<?xml version=\"1.0\"?>", "\x01\x02\x03", "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">\xff</epp>", "<a/>"};
    for (size_t i = 0; i < ARRAY_LEN(docs); i++) {
        int code = answer_to(docs[i]);
        if (code != 2001)
            ck_abort_msg("document %zu gave %d", i, code);
    }
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
}
END_TEST

START_TEST(entities_and_doctypes_are_refused_without_being_expanded)
{
    ck_assert_int_eq(answer_to("<?xml version=\"1.0\"?><!DOCTYPE epp [<!ENTITY a \"AAAAAAAA\"><!ENTITY b \"&a;&a;&a;&a;"
                               "\"><!ENTITY c \"&b;&b;&b;&b;\">]><epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">"
                               "<command><logout/><clTRID>&c;</clTRID></command></epp>"),
        2001);
    ck_assert(!says(&c, "AAAAAAAA"));
    ck_assert_int_eq(answer_to("<?xml version=\"1.0\"?><!DOCTYPE epp SYSTEM \"file:///etc/passwd\"><epp/>"), 2001);
    ck_assert_int_eq(answer_to("<?xml version=\"1.0\"?><!DOCTYPE epp [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
                               "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><poll op=\"req\"/>"
                               "<clTRID>&x;</clTRID></command></epp>"),
        2001);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
}
END_TEST

START_TEST(objects_that_are_known_but_not_offered_are_2307)
{
#define EPP(x) "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command>" x "<clTRID>ABC-1</clTRID></command></epp>"
    ck_assert_int_eq(answer_to(EPP("<check><o:check xmlns:o=\"urn:ietf:params:xml:ns:epp:org-1.0\"><o:id>res1</o:id>"
                                   "</o:check></check>")),
        2307);
    ck_assert_int_eq(
        answer_to(
            EPP("<info><m:info xmlns:m=\"urn:ietf:params:xml:ns:epp:maintenance-1.0\"><m:list/></m:info></info>")),
        2307);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
#undef EPP
}
END_TEST

START_TEST(deep_and_crowded_documents_are_refused)
{
    struct buf doc;
    buf_in(&doc, &c.arena, 60000);
    for (int i = 0; i < 2000; i++)
        buf_puts(&doc, "<a>");
    ck_assert_int_eq(answer_to(doc.p), 2001);
    buf_reset(&doc);
    buf_puts(&doc, "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><check><domain:check"
                   " xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">");
    for (int i = 0; i < 150; i++)
        buf_printf(&doc, "<domain:name>n%d.test</domain:name>", i);
    buf_puts(&doc, "</domain:check></check></command></epp>");
    ck_assert_int_eq(answer_to(doc.p), 2306);
}
END_TEST

START_TEST(a_ten_thousand_byte_name_is_refused)
{
    char name[10001];
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    int code = domain_by_name(&c, "check", name);
    ck_assert(code == 2005 || code == 2004 || code == 2001);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
}
END_TEST

/* A length that can be no frame: told so, then closed. */
static void bad_length(uint32_t length)
{
    struct buf out;
    buf_in(&out, &c.arena, 64);
    buf_u32(&out, length);
    ck_assert(client_send_bytes(&c, buf_view(&out)));
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 2500);
    ck_assert_ptr_null(client_read(&c));
    still_serves();
}

START_TEST(a_frame_of_length_0_ends_the_session)
{
    bad_length(0);
}
END_TEST

START_TEST(a_frame_of_length_4_ends_the_session)
{
    bad_length(4);
}
END_TEST

START_TEST(a_frame_of_two_gigabytes_ends_the_session)
{
    bad_length(UINT32_C(1) << 31);
}
END_TEST

START_TEST(a_frame_over_the_limit_ends_the_session)
{
    bad_length(65537);
}
END_TEST

START_TEST(half_a_frame_then_a_close_harms_nobody)
{
    ck_assert(client_send_bytes(&c, str_n("\0\0\1\0<epp", 8)));
    tls_close(&c.tls);
    still_serves();
}
END_TEST

START_TEST(a_command_in_single_bytes_is_understood)
{
    static const char doc[] =
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><poll op=\"req\"/></command></epp>";
    struct buf out;
    struct error e;
    buf_in(&out, &c.arena, 4096);
    ck_assert_int_eq(epp_frame_write(&out, str_of(doc), 0, &e), OK);
    for (size_t i = 0; i < out.n; i++)
        ck_assert(client_send_bytes(&c, str_n(out.p + i, 1)));
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 1300);
}
END_TEST

START_TEST(two_commands_in_one_write_get_two_answers)
{
    static const char doc[] =
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><poll op=\"req\"/></command></epp>";
    struct buf out;
    struct error e;
    buf_in(&out, &c.arena, 4096);
    ck_assert_int_eq(epp_frame_write(&out, str_of(doc), 0, &e), OK);
    ck_assert_int_eq(epp_frame_write(&out, str_of(doc), 0, &e), OK);
    ck_assert(client_send_bytes(&c, buf_view(&out)));
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 1300);
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 1300);
}
END_TEST

/* Answers to questions may wait for each other's company, but for nobody to come: each comes, in its place, also before a
 * document that is none, a change, and the end of the session. */
START_TEST(many_commands_in_one_write_are_answered_in_their_order)
{
    static const struct {
        const char *inside;
        int code;
    } say[] = {
        {"<poll op=\"req\"/>", 1300},
        {"<check><domain:check xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>a.test</domain:name>"
         "</domain:check></check>",
            1000},
        {"<nonsense/>", 2000},
        {"<poll op=\"req\"/>", 1300},
        {"<delete><domain:delete xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>a.test</domain:name>"
         "</domain:delete></delete>",
            2303},
    };
    struct buf out;
    struct error e;
    buf_in(&out, &c.arena, EPP_FRAME_MAX);
    for (size_t i = 0; i <= 50; i++) {
        const char *doc = arena_printf(&c.arena,
            "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command>%s<clTRID>IN-LINE-%zu</clTRID></command></epp>",
            i == 50 ? "<logout/>" : say[i % ARRAY_LEN(say)].inside, i);
        ck_assert_int_eq(epp_frame_write(&out, str_of(doc), 0, &e), OK);
    }
    ck_assert(client_send_bytes(&c, buf_view(&out)));
    for (size_t i = 0; i <= 50; i++) {
        ck_assert_ptr_nonnull(client_read(&c));
        ck_assert_int_eq(c.code, i == 50 ? 1500 : say[i % ARRAY_LEN(say)].code);
        ck_assert_ptr_nonnull(strstr(c.answer, arena_printf(&c.arena, ">IN-LINE-%zu<", i)));
    }
    ck_assert_ptr_null(client_read(&c));
}
END_TEST

/* What is known of names is asked for all checks that came together, but no answer is from before a change that this
 * session made between them; names in other spellings, too many and none at all have the answers they would have alone. */
START_TEST(checks_that_come_together_see_every_change_between_them)
{
#define DOMAIN(verb, inside)                                                                                           \
    "<" verb "><domain:" verb " xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">" inside "</domain:" verb           \
    "></" verb ">"
#define CHECK(a, b) DOMAIN("check", "<domain:name>" a "</domain:name><domain:name>" b "</domain:name>")
#define AUTH "<domain:authInfo><domain:pw>domain-auth</domain:pw></domain:authInfo>"
    static const struct {
        const char *inside, *first, *second; /* avail of the names of a check */
    } say[] = {
        {CHECK("one.test", "two.test"), "1", "1"},
        {CHECK("TWO.test", "-no-name-.test"), "1", "0"},
        {DOMAIN("create", "<domain:name>two.test</domain:name>" AUTH), NULL, NULL},
        {CHECK("one.test", "two.test"), "1", "0"},
        {CHECK("Two.TEST", "gold.test"), "0", "1"},
        {CHECK("one.elsewhere", "kept-back.test"), "0", "0"},
        {DOMAIN("delete", "<domain:name>two.test</domain:name>"), NULL, NULL},
        {CHECK("two.test", "one.test"), "1", "1"},
    };
    struct buf out;
    struct error e;
    buf_in(&out, &c.arena, EPP_FRAME_MAX);
    fx_sql("INSERT INTO reserved_label (label, tld) VALUES ('kept-back', '*')");
    fx_sql("UPDATE tld SET registrant_required = 0");
    for (size_t i = 0; i < ARRAY_LEN(say); i++) {
        const char *doc = arena_printf(
            &c.arena, "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command>%s</command></epp>", say[i].inside);
        ck_assert_int_eq(epp_frame_write(&out, str_of(doc), 0, &e), OK);
    }
    ck_assert(client_send_bytes(&c, buf_view(&out)));
    for (size_t i = 0; i < ARRAY_LEN(say); i++) {
        ck_assert_ptr_nonnull(client_read(&c));
        ck_assert_int_eq(c.code, 1000);
        if (say[i].first == NULL)
            continue;
        const char *first = strstr(c.answer, "avail=\""), *second = strstr(first + 1, "avail=\"");
        if (first[7] != *say[i].first || second[7] != *say[i].second)
            ck_abort_msg("command %zu: %s", i, c.answer);
    }
#undef AUTH
#undef CHECK
#undef DOMAIN
}
END_TEST

START_TEST(a_client_that_dribbles_a_command_is_cut_off)
{
    fx_settings.frame_ms = 100;
    ck_assert(client_send_bytes(&c, str_n("\0\0\1\0<epp", 8)));
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 2500);
    ck_assert_ptr_null(client_read(&c));
    fx_settings.frame_ms = 5000;
    still_serves();
}
END_TEST

START_TEST(an_idle_session_ends)
{
    client_close(&c);
    fx_settings.idle_s = 1;
    client_open_as(&c, "fourways");
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 2500);
    ck_assert_ptr_null(client_read(&c));
}
END_TEST

START_TEST(a_flood_of_commands_is_2502)
{
    static const char poll[] =
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><poll op=\"req\"/></command></epp>";
    fx_settings.commands_per_s = 1;
    client_send(&c, poll);
    client_send(&c, poll);
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 1300);
    ck_assert_ptr_nonnull(client_read(&c));
    ck_assert_int_eq(c.code, 2502);
    ck_assert_ptr_null(client_read(&c));
}
END_TEST

/* The machine has no more threads, when a test says so. */
static atomic_bool threads_gone;

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (atomic_load(&threads_gone))
        return EAGAIN;
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return real(thread, attr, run, arg);
}

static void turned_away(void)
{
    struct error e;
    struct net_addr addr;
    struct tls_conn *tls = NULL;
    char text[40];
    (void)snprintf(text, sizeof(text), "127.0.0.1:%u", sandbox_port(fx_sandbox));
    ck_assert_int_eq(net_addr_parse(str_of(text), &addr, &e), OK);
    ck_assert_int_ne(tls_connect(c.ctx, &addr, "localhost", TIMEOUT_MS, &tls, &e), OK);
}

START_TEST(connections_over_the_limit_are_turned_away)
{
    struct client k[3];
    fx_settings.max_sessions = 4;
    for (size_t i = 0; i < 3; i++)
        client_open_as(&k[i], "fourways");
    turned_away();
    for (size_t i = 0; i < 3; i++)
        client_close(&k[i]);
    ck_code(domain_by_name(&c, "check", "shop.test"), 1000);
}
END_TEST

/* Those before and after it must not remember the one that never ran: the sanitizer looks on. */
START_TEST(a_connection_for_which_there_is_no_thread_is_turned_away)
{
    struct client k;
    atomic_store(&threads_gone, true);
    turned_away();
    atomic_store(&threads_gone, false);
    client_open_as(&k, "fourways");
    ck_code(client_command(&c, "<logout/>"), 1500);
    ck_assert_ptr_null(client_read(&c));
    client_close(&c);
    client_login(&c, "fourways");
    client_close(&k);
    still_serves();
}
END_TEST

/* TLS 1.3 tells the client late: the handshake or the first read fails, but no greeting ever comes. */
START_TEST(without_a_certificate_of_its_ca_nobody_gets_a_greeting)
{
    struct error e;
    struct net_addr addr;
    struct tls_ctx *ctx;
    struct tls_conn *tls = NULL;
    char text[40], byte[1];
    size_t n = 0;
    struct tls_settings t = {.ca_file = arena_printf(&fx_arena, "%s/ca/ca.pem", fx_dir)};
    (void)snprintf(text, sizeof(text), "127.0.0.1:%u", sandbox_port(fx_sandbox));
    ck_assert_int_eq(net_addr_parse(str_of(text), &addr, &e), OK);
    ck_assert_int_eq(tls_client_ctx(&t, &ctx, &e), OK);
    if (tls_connect(ctx, &addr, "localhost", TIMEOUT_MS, &tls, &e) == OK) {
        enum status s = tls_read(tls, byte, 1, TIMEOUT_MS, &n, &e);
        ck_assert(s != OK || n == 0);
        tls_abort(&tls);
    }
    tls_ctx_free(&ctx);
    still_serves();
}
END_TEST

START_TEST(plain_tcp_and_junk_instead_of_tls_are_dropped)
{
    struct error e;
    struct net_addr addr;
    int fd;
    char text[40], reply[512];
    (void)snprintf(text, sizeof(text), "127.0.0.1:%u", sandbox_port(fx_sandbox));
    ck_assert_int_eq(net_addr_parse(str_of(text), &addr, &e), OK);
    ck_assert_int_eq(net_connect_tcp(&addr, TIMEOUT_MS, &fd, &e), OK);
    ck_assert_int_eq(write(fd, "GET / HTTP/1.0\r\n\r\n", 18), 18);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t n;
    do {
        ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
        n = read(fd, reply, sizeof(reply)); /* an alert perhaps, then the end */
    } while (n > 0);
    ck_assert_int_eq(close(fd), 0);
    still_serves();
}
END_TEST

START_TEST(a_connection_that_never_shakes_hands_is_dropped)
{
    struct error e;
    struct net_addr addr;
    int fd;
    char text[40], byte;
    fx_settings.handshake_ms = 100;
    (void)snprintf(text, sizeof(text), "127.0.0.1:%u", sandbox_port(fx_sandbox));
    ck_assert_int_eq(net_addr_parse(str_of(text), &addr, &e), OK);
    ck_assert_int_eq(net_connect_tcp(&addr, TIMEOUT_MS, &fd, &e), OK);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ck_assert_int_eq(poll(&p, 1, TIMEOUT_MS), 1);
    ck_assert_int_le(read(fd, &byte, 1), 0);
    ck_assert_int_eq(close(fd), 0);
    fx_settings.handshake_ms = 5000;
    still_serves();
}
END_TEST

/* It asks for long answers and takes none: once the buffers between are full, the server gives it up. */
START_TEST(a_client_that_does_not_read_is_cut_off)
{
    struct buf doc, out;
    struct error e;
    client_close(&c);
    fx_settings.write_ms = 200;
    client_login(&c, "fourways");
    buf_in(&doc, &c.arena, 60000);
    buf_in(&out, &c.arena, 60000);
    buf_puts(&doc, "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command><check><domain:check"
                   " xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">");
    for (int i = 0; i < 100; i++)
        buf_printf(&doc, "<domain:name>a-rather-long-name-%d.com</domain:name>", i);
    buf_puts(&doc, "</domain:check></check></command></epp>");
    ck_assert_int_eq(epp_frame_write(&out, buf_view(&doc), 0, &e), OK);
    int sent = 0;
    while (sent < 10000 && tls_write(c.tls, buf_view(&out), TIMEOUT_MS, &e) == OK)
        sent++;
    ck_assert_int_lt(sent, 10000);
    ck_assert(strcmp(e.code, "timeout") != 0);
    still_serves();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sandbox wire");
    TCase *t = tcase_create("session");
    tcase_add_checked_fixture(t, setup_login, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, xml_that_is_none_is_2001_and_the_session_goes_on);
    tcase_add_test(t, entities_and_doctypes_are_refused_without_being_expanded);
    tcase_add_test(t, objects_that_are_known_but_not_offered_are_2307);
    tcase_add_test(t, deep_and_crowded_documents_are_refused);
    tcase_add_test(t, a_ten_thousand_byte_name_is_refused);
    tcase_add_test(t, a_frame_of_length_0_ends_the_session);
    tcase_add_test(t, a_frame_of_length_4_ends_the_session);
    tcase_add_test(t, a_frame_of_two_gigabytes_ends_the_session);
    tcase_add_test(t, a_frame_over_the_limit_ends_the_session);
    tcase_add_test(t, half_a_frame_then_a_close_harms_nobody);
    tcase_add_test(t, a_command_in_single_bytes_is_understood);
    tcase_add_test(t, two_commands_in_one_write_get_two_answers);
    tcase_add_test(t, many_commands_in_one_write_are_answered_in_their_order);
    tcase_add_test(t, checks_that_come_together_see_every_change_between_them);
    tcase_add_test(t, a_client_that_dribbles_a_command_is_cut_off);
    tcase_add_test(t, a_client_that_does_not_read_is_cut_off);
    tcase_add_test(t, an_idle_session_ends);
    tcase_add_test(t, a_flood_of_commands_is_2502);
    tcase_add_test(t, connections_over_the_limit_are_turned_away);
    tcase_add_test(t, a_connection_for_which_there_is_no_thread_is_turned_away);
    suite_add_tcase(s, t);
    TCase *u = tcase_create("connection");
    tcase_add_checked_fixture(u, setup, fx_teardown);
    tcase_set_timeout(u, 60);
    tcase_add_test(u, without_a_certificate_of_its_ca_nobody_gets_a_greeting);
    tcase_add_test(u, a_connection_that_never_shakes_hands_is_dropped);
    tcase_add_test(u, plain_tcp_and_junk_instead_of_tls_are_dropped);
    suite_add_tcase(s, u);
    return suite_run(s);
}
