/* What the shipped profiles make of messages as their registries send them: an EPP server over TLS says each one by the
 * documentation's example. */
#include "registry/registry.h"
#include "tests/epp/server.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

#define DOMAIN(data, inside)                                                                                           \
    "<" data " xmlns='http://www.nic.cz/xml/epp/domain-1.4'><name>a.cz</name>" inside "</" data ">"
#define FRED(data) "<msg>" DOMAIN(data, "<exDate>2026-01-02</exDate>") "</msg>"
#define LOW_CREDIT                                                                                                     \
    "<msg><f:lowCreditData "                                                                                           \
    "xmlns:f='http://www.nic.cz/xml/epp/fred-1.5'><f:zone>cz</f:zone><f:limit><f:zone>cz</f:zone>"                     \
    "<f:credit>5000.00</f:credit></f:limit><f:credit><f:zone>cz</f:zone><f:credit>4999.00</f:credit></f:credit>"       \
    "</f:lowCreditData></msg>"
#define FRED_TRANSFER "<msg>" DOMAIN("trnData", "<trDate>2026-01-02</trDate><clID>REG-OTHER</clID>") "</msg>"
#define NOMINET "http://www.nominet.org.uk/epp/xml/std-notifications-1.2"
#define EURID(context, action)                                                                                         \
    "<p:pollData xmlns:p='http://www.eurid.eu/xml/epp/poll-1.2'><p:context>" context "</p:context><p:objectType>"      \
    "DOMAIN</p:objectType><p:object>a.eu</p:object><p:objectUnicode>a.eu</p:objectUnicode><p:action>" action           \
    "</p:action><p:code>1</p:code></p:pollData>"
#define LOW_BALANCE                                                                                                    \
    "<l:pollData xmlns:l='http://www.verisign.com/epp/lowbalance-poll-1.0'><l:registrarName>Us</l:registrarName>"      \
    "<l:creditLimit>1000</l:creditLimit><l:creditThreshold type='PERCENT'>10</l:creditThreshold><l:availableCredit>"   \
    "80.00</l:availableCredit></l:pollData>"
#define INFO                                                                                                           \
    "<d:infData xmlns:d='urn:ietf:params:xml:ns:domain-1.0'><d:name>a.wales</d:name><d:roid>D1-N</d:roid><d:clID>Us"   \
    "</d:clID></d:infData>"

static const struct sample {
    const char *profile, *msg, *data;
    enum registry_message_kind kind;
    enum registry_meaning meaning;
    const char *object;
} samples[] = {
    {"cz", LOW_CREDIT, "", REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_LOW_BALANCE, ""},
    {"cz", FRED("expData"), "", REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_EXPIRED, "a.cz"},
    {"cz", FRED("delData"), "", REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_DELETED, "a.cz"},
    {"cz", FRED("impendingExpData"), "", REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_UNKNOWN, "a.cz"},
    {"cz", FRED_TRANSFER, "", REGISTRY_MESSAGE_TRANSFER, REGISTRY_MEANS_UNKNOWN, "a.cz"},
    {"at", "<msg>Domain deleted: a.at</msg>",
        "<message xmlns='http://www.nic.at/xsd/at-ext-message-1.0' type='domain-deleted'><desc>Domain deleted: "
        "a.at</desc>"
        "<data><entry name='domain'>a.at</entry></data></message>",
        REGISTRY_MESSAGE_UNREADABLE, REGISTRY_MEANS_DELETED, "a.at"},
    {"at",
        "<msg>EPP response to a transaction executed on your behalf: objecttype [domain] command [transfer-execute]"
        " objectname [a.at]</msg>",
        "<message xmlns='http://www.nic.at/xsd/at-ext-message-1.0' type='response-copy'/>", REGISTRY_MESSAGE_UNREADABLE,
        REGISTRY_MEANS_TRANSFER, "a.at"},
    {"uk", "<msg>Domains Released Notification</msg>", "<n:relData xmlns:n='" NOMINET "'/>",
        REGISTRY_MESSAGE_UNREADABLE, REGISTRY_MEANS_TRANSFER, ""},
    {"uk", "<msg>Registrar Change Notification</msg>", "<n:rcData xmlns:n='" NOMINET "'/>", REGISTRY_MESSAGE_UNREADABLE,
        REGISTRY_MEANS_TRANSFER, ""},
    {"uk", "<msg>Domain name Cancellation Notification</msg>", "<n:cancData xmlns:n='" NOMINET "'/>",
        REGISTRY_MESSAGE_UNREADABLE, REGISTRY_MEANS_DELETED, ""},
    {"uk", "<msg>Account Details Change Notification</msg>", "", REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_UNKNOWN, ""},
    {"nominet-gtld", "<msg>Domain deleted</msg>", INFO, REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_DELETED, "a.wales"},
    {"nominet-gtld", "<msg>Domain amended</msg>", INFO, REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_UNKNOWN, "a.wales"},
    {"se", "<msg>Message</msg>", "<i:transferNotify xmlns:i='urn:se:iis:xml:epp:iis-1.2'/>",
        REGISTRY_MESSAGE_UNREADABLE, REGISTRY_MEANS_TRANSFER, ""},
    {"se", "<msg>Message</msg>", "<i:deleteNotify xmlns:i='urn:se:iis:xml:epp:iis-1.2'/>", REGISTRY_MESSAGE_UNREADABLE,
        REGISTRY_MEANS_DELETED, ""},
    {"eu", "<msg>Transfer</msg>", EURID("TRANSFER", "AWAY"), REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_TRANSFER, "a.eu"},
    {"eu", "<msg>Deleted</msg>", EURID("DOMAIN", "DELETED"), REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_DELETED, "a.eu"},
    {"verisign", "<msg>Low Account Balance</msg>", LOW_BALANCE, REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_LOW_BALANCE, ""},
    {"sandbox", "<msg>a.test: renewed for a year</msg>", "", REGISTRY_MESSAGE_OTHER, REGISTRY_MEANS_RENEWED, "a.test"},
};

static struct arena arena;
static struct error e;
static struct server server;
static struct registries set;
static const char *dir;
static const struct sample *sample;

static void setup(void)
{
    static const char *const names[] = {"server", "client"};
    crypto_init();
    arena_init(&arena, 0);
    error_clear(&e);
    dir = testdir_new(&arena);
    ck_assert_msg(tls_make_ca(dir, names, 2, "epp.test", "127.0.0.1", &e) == OK, "%s", e.text);
    server_open(&server, dir);
}

static void teardown(void)
{
    server_close(&server);
    testdir_free(dir);
    arena_clear(&arena);
}

static const char *in_dir(const char *name)
{
    return testdir_path(&arena, dir, name);
}

static const char *greeting_of(const struct registry_profile *p)
{
    struct buf out;
    size_t used = p->extensions.n, n = used + p->extensions_required.n;
    struct str *extensions = ARENA_ARRAY(&arena, n + 1, struct str);
    for (size_t i = 0; i < n; i++)
        extensions[i] = i < used ? p->extensions.items[i] : p->extensions_required.items[i - used];
    const struct epp_greeting g = {.sv_id = STR("Test Registry"),
        .sv_date = 1700000000 * US_PER_S,
        .objects = {p->objects.items, p->objects.n},
        .extensions = {extensions, n}};
    buf_in(&out, &arena, 1 << 16);
    ck_assert_msg(epp_greeting_encode(&g, &out, &e) == OK, "%s", e.text);
    return str_dupz(&arena, buf_view(&out));
}

static void say(struct server *s, const struct epp_command *c)
{
    if (c->verb != EPP_POLL) {
        server_usual(s, c);
        return;
    }
    const char *data = sample->data[0] != '\0' ? arena_printf(&s->a, "<resData>%s</resData>", sample->data) : "";
    server_send(
        s, str_printf(&s->a,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?><epp xmlns=\"" EPP_NS "\"><response><result code=\"1301\">"
               "<msg>Command completed successfully; ack to dequeue</msg></result><msgQ count=\"1\" id=\"12345\">"
               "<qDate>2026-01-02T03:04:05Z</qDate>%s</msgQ>%s<trID><clTRID>%.*s</clTRID><svTRID>S-1</svTRID></trID>"
               "</response></epp>",
               sample->msg, data, STR_ARG(c->cltrid)));
}

static void connect_as(const char *profile)
{
    struct str file = str_of(in_dir("registry.conf"));
    ck_assert_int_eq(file_write(in_dir("our.pw"), STR("secret-one\n"), 0600, &e), OK);
    testdir_write(
        file.p, str_printf(&arena,
                    "id = r\nprofile = %s/registry/profiles/%s.conf\naddr = %s\ntls-name = epp.test\nclid = fourways\n"
                    "password-file = our.pw\nca-file = ca.pem\ncert-file = client.pem\nkey-file = client.key\n"
                    "tech-contact = FWTECH\nsessions-max = 1\n",
                    test_root(), profile, str_dupz(&arena, net_addr_text(&arena, &server.addr))));
    ck_assert_msg(registries_open(&arena, &file, 1, &set, &e) == OK, "%s", e.text);
}

START_TEST(a_registry_s_message_is_understood_as_its_profile_says)
{
    sample = &samples[_i];
    connect_as(sample->profile);
    server.greeting = greeting_of(set.items[0].profile);
    server.serve = say;
    server_start(&server);
    const struct registry_adapter *x = &set.items[0].adapter;
    struct registry_call c = {.arena = &arena, .timeout_ms = 10000, .keep = true};
    struct registry_message m = {0};
    enum status s = x->poll_next(x->ctx, &c, &m, &e);
    registries_close(&set);
    server_join(&server);
    ck_assert_msg(s == OK, "%s: %s", sample->profile, e.text);
    ck_assert_msg(
        m.meaning == sample->meaning, "%s: %s%s means %d", sample->profile, sample->msg, sample->data, m.meaning);
    ck_assert_msg(m.kind == sample->kind, "%s: %s%s is of kind %d: %.*s", sample->profile, sample->msg, sample->data,
        m.kind, STR_ARG(m.unread));
    ck_assert_msg(str_eqz(m.object, sample->object), "%s: it names \"%.*s\"", sample->profile, STR_ARG(m.object));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("profile_messages");
    TCase *c = tcase_create("profile_messages");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, a_registry_s_message_is_understood_as_its_profile_says, 0, (int)ARRAY_LEN(samples));
    suite_add_tcase(s, c);
    return suite_run(s);
}
