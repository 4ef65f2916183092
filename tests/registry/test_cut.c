#include "registry/transcript.h"
#include "tests/registry/client_fixture.h"

/* The cut test: a seeded life of 200 commands (contacts, hosts, domains, transfers both ways, restores, messages), in
 * which every command's connection is cut after a chosen byte. Afterwards the journal, the registry's objects, its book
 * of commands and its money agree exactly with what was asked for: nothing is missing, nothing was done twice.
 *
 *   test_cut                       as part of the tests: a life of 60 commands, each cut at a byte of its own; a sample
 *                                  of the bytes of a connection from its very first
 *   test_cut --life up|down        each command cut at its byte --from, then the next life at the next byte, to --to
 *   test_cut --life random         lives --from to --to, each command of each cut at a byte of its own
 *   test_cut --stream up|down      a short life on a connection of its own (handshake, greeting, login, four
 *                                  commands), cut at byte --from, then again at the next
 *     --seed N (1)   --from N (1)   --to N (until nothing is left to cut)   --every N (1)   --commands N (200)
 *
 * All bytes are bytes of the TCP stream, TLS records and all. A failure names seed, life and command: the same options
 * with that byte as --from and --to run it again. */

/* A delete that got 1001 is one: the registry keeps the name for weeks yet. */
DB_QUERY(t_undecided, "SELECT COUNT(*) FROM registry_command WHERE state IN ('intent', 'unknown') OR (state = 'pending'"
                      " AND verb <> 'domain-delete')");

static struct {
    uint64_t seed, random;
    const char *mode; /* up, down, random */
    long from, to, every;
    int commands;
} opt = {.seed = 1, .mode = "random", .from = 1, .every = 1, .commands = 200};

static struct {
    long life, at; /* at: the byte, 0 for none */
    enum cut_direction direction;
    int command; /* of this life */
    int cuts; /* in it */
    bool uncut; /* the life that the others are held against */
    struct figures {
        int64_t cost, objects; /* what the registry took from us; a digest of what stands there */
    } wanted;
    int64_t balance; /* before the life */
    struct client rival;
} run;

static uint64_t mixed(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* The life's own choices: the same at each cut. */
static unsigned choose(unsigned n)
{
    opt.random = mixed(opt.random);
    return (unsigned)(opt.random % n);
}

#define demand(cond, ...)                                                                                              \
    do {                                                                                                               \
        if (!(cond))                                                                                                   \
            ck_abort_msg("seed %llu, --life %s byte or life %ld, command %d cut %s at %ld: %s",                        \
                (unsigned long long)opt.seed, opt.mode, run.life, run.command,                                         \
                run.direction == CUT_UP ? "up" : "down", run.at, arena_printf(&cl_arena, __VA_ARGS__));                \
    } while (0)

/* ---- cutting --------------------------------------------------------------------------------------------------- */

static void set_reopen(void)
{
    registries_close(&cl_set);
    cl_open();
}

/* So that the bytes are counted from the command's first, there is a session before it. */
static void warm(void)
{
    struct registry_avail avail[1];
    const struct str name = STR("warm.test");
    for (int i = 0; i < 5; i++) {
        if (registry_domain_check(&cl_w, &name, 1, avail, &cl_e) == OK)
            return;
        set_reopen();
    }
    demand(false, "no session: %s", cl_e.text);
}

static void cut_next(void)
{
    run.command++;
    run.at = run.life;
    run.direction = strcmp(opt.mode, "up") == 0 ? CUT_UP : CUT_DOWN;
    if (strcmp(opt.mode, "random") == 0) {
        uint64_t r = mixed(opt.seed ^ mixed((uint64_t)run.life * 1000 + (uint64_t)run.command));
        run.direction = r % 2 == 0 ? CUT_UP : CUT_DOWN;
        run.at = (long)(1 + (r >> 8) % 1400);
    }
    warm();
    if (!run.uncut)
        cut_relay_arm(cl_relay, run.direction, (size_t)run.at);
}

static void cut_done(void)
{
    run.cuts += cut_relay_fired(cl_relay);
    cut_relay_disarm(cl_relay);
}

/* As the registrar does it: the same key again until it is decided. What a backing-off pool would wait for, a process
 * started anew does not. */
static enum status drive(const struct registry_request *in)
{
    struct registry_request r = *in;
    enum status s = UNCERTAIN;
    cut_next();
    r.key = arena_printf(&cl_arena, "cut:%ld:%d", run.life, run.command);
    for (int i = 0; i < 12 && (s == UNCERTAIN || s == UNAVAILABLE); i++) {
        if (strcmp(cl_e.code, "registry-unreachable") == 0)
            set_reopen();
        error_clear(&cl_e);
        cl_w.now = clock_now();
        s = registry_transform(&cl_w, &r, &cl_o, &cl_e);
    }
    cut_done();
    return s;
}

static void done(const struct registry_request *r)
{
    enum status s = drive(r);
    demand(s == OK, "%s gave %s: %s", registry_verb_word(r->verb), status_meaning(s)->word, cl_e.text);
}

static enum status message_ignore(
    void *ctx, const struct registry_work *w, const struct registry_message *m, struct str key, struct error *e)
{
    (void)ctx, (void)w, (void)m, (void)key, (void)e;
    return OK;
}

static void messages_fetch(void)
{
    const struct poll_handler h = {message_ignore, NULL};
    enum status s = UNAVAILABLE;
    size_t n = 1;
    cut_next();
    for (int i = 0; i < 30 && (s != OK || n > 0); i++) {
        if (strcmp(cl_e.code, "registry-unreachable") == 0)
            set_reopen();
        error_clear(&cl_e);
        s = registry_poll_run(&cl_w, &h, 100, &n, &cl_e);
    }
    cut_done();
    demand(s == OK && n == 0, "the queue does not empty: %s", cl_e.text);
}

/* ---- the stories a life is made of ------------------------------------------------------------------------------- */

static struct str fresh(const char *tld)
{
    return str_printf(&cl_arena, "c%ld-%d-%s.%s", run.life, run.command, opt.mode, tld);
}

static struct registry_domain_create domain_new(const char *tld, int years)
{
    return (struct registry_domain_create){.name = fresh(tld),
        .years = years,
        .registrant = STR("FW1"),
        .authinfo = registry_authinfo_new(cl_w.registry->profile, &cl_arena)};
}

static void create(const struct registry_domain_create *in)
{
    done(&(struct registry_request){.verb = REGISTRY_DOMAIN_CREATE, .domain_create = in});
}

static void update(struct registry_domain_update u)
{
    done(&(struct registry_request){.verb = REGISTRY_DOMAIN_UPDATE, .domain_update = &u});
}

static void delete (struct str name)
{
    done(&(struct registry_request){.verb = REGISTRY_DOMAIN_DELETE, .name = name});
}

static int64_t at_registry(const char *what, struct str name)
{
    return fx_number(arena_printf(&fx_arena, "SELECT %s FROM domain WHERE name = '%.*s'", what, STR_ARG(name)));
}

/* Bought, delegated, locked, renewed, and given back within the grace period or kept. */
static void story_domain(void)
{
    struct registry_host hosts[2] = {{.name = fresh("ns1.example.net")}, {.name = fresh("ns2.example.net")}};
    for (int i = 0; i < 2; i++)
        done(&(struct registry_request){.verb = REGISTRY_HOST_CREATE, .host = &hosts[i]});
    struct registry_domain_create in = domain_new("test", 1 + (int)choose(3));
    create(&in);
    update((struct registry_domain_update){.name = in.name, .add_hosts = {hosts[0], hosts[1]}, .add_hosts_n = 2});
    update((struct registry_domain_update){
        .name = in.name, .add_statuses = {STR("clientTransferProhibited")}, .add_statuses_n = 1});
    int years = 1 + (int)choose(3);
    const struct registry_renew renew = {.name = in.name, .expires = at_registry("expires", in.name), .years = years};
    done(&(struct registry_request){.verb = REGISTRY_DOMAIN_RENEW, .renew = &renew});
    demand(at_registry("expires", in.name) == time_add_years(renew.expires, years), "renewed once and no more");
    update((struct registry_domain_update){.name = in.name,
        .rem_statuses = {STR("clientTransferProhibited")},
        .rem_statuses_n = 1,
        .rem_hosts = {hosts[0]},
        .rem_hosts_n = 1,
        .authinfo = registry_authinfo_new(cl_w.registry->profile, &cl_arena)});
    if (choose(2) == 0)
        return;
    delete (in.name);
}

static void story_restore(void)
{
    struct registry_domain_create in = domain_new("alt", 1);
    create(&in);
    delete (in.name);
    struct registry_restore r = {.name = in.name,
        .before = STR("as it was"),
        .after = STR("as it was"),
        .deleted = cl_w.now,
        .restored = cl_w.now,
        .reason = STR("A mistake."),
        .statements = {STR("It was asked for."), STR("It is true.")}};
    done(&(struct registry_request){.verb = REGISTRY_DOMAIN_RESTORE, .restore = &r});
    if (choose(3) == 0)
        return;
    r.op = REGISTRY_RESTORE_REPORT;
    done(&(struct registry_request){.verb = REGISTRY_DOMAIN_RESTORE, .restore = &r});
    demand(at_registry("deleted", in.name) == 0, "it is restored");
}

static void transfer(struct str name, enum registry_transfer_op op, struct str authinfo)
{
    const struct registry_transfer t = {
        .name = name, .op = op, .authinfo = authinfo, .years = op == REGISTRY_TRANSFER_REQUEST ? 1 : 0};
    done(&(struct registry_request){.verb = REGISTRY_DOMAIN_TRANSFER, .transfer = &t});
}

static void rival_transfer(const char *op, struct str name, const char *more)
{
    int code = client_command(&run.rival,
        "<transfer op=\"%s\"><domain:transfer xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\"><domain:name>%.*s"
        "</domain:name>%s</domain:transfer></transfer>",
        op, STR_ARG(name), more);
    demand(code == 1000 || code == 1001, "the rival's %s gave %d", op, code);
}

/* A pending request is decided by its message, or by asking; the journal must know it before the books are compared. */
static void transfer_decided(int command)
{
    struct registry_outcome o;
    const char *key = arena_printf(&cl_arena, "cut:%ld:%d", run.life, command);
    demand(journal_look(&cl_w, key, &o, &cl_e) == OK && o.code != 0, "%s is undecided", key);
}

static void story_transfer_in(void)
{
    struct str name = fresh("test"), auth = STR("domain-auth");
    demand(domain_create(&run.rival, str_dupz(&cl_arena, name), REGISTRANT) == 1000, "the rival's create");
    transfer(name, REGISTRY_TRANSFER_REQUEST, auth);
    int command = run.command;
    switch (choose(3)) {
    case 0:
        rival_transfer("approve", name, "");
        break;
    case 1:
        rival_transfer("reject", name, "");
        break;
    default:
        transfer(name, REGISTRY_TRANSFER_CANCEL, STR_NULL);
        break;
    }
    transfer_decided(command);
    if (choose(2) == 0)
        messages_fetch();
}

static void story_transfer_out(void)
{
    struct registry_domain_create in = domain_new("test", 1);
    create(&in);
    rival_transfer("request", in.name,
        arena_printf(
            &cl_arena, "<domain:authInfo><domain:pw>%.*s</domain:pw></domain:authInfo>", STR_ARG(in.authinfo)));
    bool approve = choose(2) == 0;
    transfer(in.name, approve ? REGISTRY_TRANSFER_APPROVE : REGISTRY_TRANSFER_REJECT, STR_NULL);
    demand(at_registry(approve ? "sponsor = 'rival'" : "sponsor = 'fourways'", in.name) == 1, "it is whose it must be");
    if (choose(2) == 0)
        messages_fetch();
}

static void story_objects(void)
{
    struct registry_contact c;
    cl_contact(&c);
    c.id = str_printf(&cl_arena, "K%ld-%d", run.life, run.command);
    done(&(struct registry_request){.verb = REGISTRY_CONTACT_CREATE, .contact = &c});
    c.city = STR("Another Town");
    done(&(struct registry_request){.verb = REGISTRY_CONTACT_UPDATE, .contact = &c});
    struct registry_domain_create in = domain_new("test", 1);
    in.registrant = c.id;
    create(&in);
    struct registry_host h = {
        .name = str_printf(&cl_arena, "ns1.%.*s", STR_ARG(in.name)), .addrs = {STR("192.0.2.1")}, .addrs_n = 1};
    done(&(struct registry_request){.verb = REGISTRY_HOST_CREATE, .host = &h});
    const struct registry_host_update u = {.name = h.name,
        .add_addrs = {STR("2001:db8::1")},
        .add_addrs_n = 1,
        .rem_addrs = {STR("192.0.2.1")},
        .rem_addrs_n = 1};
    done(&(struct registry_request){.verb = REGISTRY_HOST_UPDATE, .host_update = &u});
    done(&(struct registry_request){.verb = REGISTRY_HOST_DELETE, .name = h.name});
    delete (in.name);
    done(&(struct registry_request){.verb = REGISTRY_CONTACT_DELETE, .name = c.id});
}

/* What cannot be done must stay undone, and be known to be. */
static void story_refused(void)
{
    struct str name = fresh("test");
    demand(domain_create(&run.rival, str_dupz(&cl_arena, name), REGISTRANT) == 1000, "the rival's create");
    struct registry_domain_create in = domain_new("test", 1);
    in.name = name;
    enum status s = drive(&(struct registry_request){.verb = REGISTRY_DOMAIN_CREATE, .domain_create = &in});
    demand(s == EXISTS, "a name that is taken gave %s: %s", status_meaning(s)->word, cl_e.text);
}

static void (*const stories[])(void) = {
    story_domain, story_restore, story_transfer_in, story_transfer_out, story_objects, story_refused};

/* ---- afterwards ---------------------------------------------------------------------------------------------------- */

static int64_t both(const char *sql)
{
    char *s = arena_strdup(&fx_arena, sql), *at;
    struct buf b;
    buf_in(&b, &fx_arena, 4096);
    for (; (at = strstr(s, "ours.")) != NULL; s = at + 5)
        buf_printf(&b, "%.*s`%s`.", (int)(at - s), s, cl_database);
    buf_puts(&b, s);
    return fx_number(str_dupz(&fx_arena, buf_view(&b)));
}

static void books_agree(void)
{
    struct transcript_fault fault;
    int64_t rows = 0, n;
    messages_fetch();
    demand(fx_number("SELECT COUNT(*) FROM message WHERE registrar = 'fourways'") == 0, "every message was taken");
    struct db_result r;
    ck_status(db_select_one(cl_db, &cl_arena, &t_undecided, DB_NO_ARGS, &r, &cl_e), OK);
    n = db_int(&r, 0, 0);
    demand(n == 0, "%lld commands are undecided", (long long)n);
    /* Every command that the registry carried out for us belongs to a key that we know to be done (or, of a transfer, to
     * have been taken and rejected later) … (The joins are such that the keys of both tables serve them: after a hundred
     * lives there are tens of thousands of rows.) */
    n = both("SELECT COUNT(*) FROM command_done d WHERE d.registrar = 'fourways' AND NOT EXISTS (SELECT 1 FROM"
             " ours.registry_command c JOIN ours.registry_command f ON f.registry = c.registry AND f.ref = c.ref WHERE"
             " c.cltrid = CONVERT(d.cltrid USING ascii) COLLATE ascii_bin AND (f.state IN ('done', 'pending') OR"
             " (f.verb = 'domain-transfer' AND f.code = 2308))) AND d.command NOT LIKE '%poll%'");
    demand(n == 0, "the registry did %lld commands that we do not know as done", (long long)n);
    /* … each key was carried out once; an update may have been twice, as it says what is to be … */
    n = both("SELECT COUNT(*) FROM (SELECT c.ref FROM ours.registry_command c JOIN command_done d ON d.registrar ="
             " 'fourways' AND d.cltrid = c.cltrid WHERE c.verb NOT LIKE '%update' GROUP BY c.ref HAVING COUNT(*) <> 1)"
             " twice");
    demand(n == 0, "%lld commands were carried out twice", (long long)n);
    /* … and none that we hold for done is missing there. */
    n = both(
        "SELECT COUNT(*) FROM (SELECT f.ref FROM ours.registry_command f JOIN ours.registry_command c ON c.registry ="
        " f.registry AND c.ref = f.ref LEFT JOIN command_done d ON d.registrar = 'fourways' AND d.cltrid = c.cltrid"
        " WHERE f.state = 'done' GROUP BY f.ref HAVING COUNT(d.svtrid) = 0) missing");
    demand(n == 0, "%lld commands are done here and unknown there", (long long)n);
    n = fx_number("SELECT r.balance - (SELECT SUM(p.amount) FROM posting p WHERE p.registrar = r.id) FROM registrar r"
                  " WHERE r.id = 'fourways'");
    demand(n == 10000000, "from %lld its postings do not lead to its balance", (long long)n);
    ck_status(transcript_verify(cl_db, &cl_arena, STR("sandbox"), NULL, &fault, &rows, &cl_e), OK);
    demand(fault.seq == 0 && rows > run.command, "the transcript of %lld rows: %.*s", (long long)rows,
        STR_ARG(fault.what));
}

static int64_t balance(void)
{
    return fx_number("SELECT balance FROM registrar WHERE id = 'fourways'");
}

/* What stands at the registry of this life: every object without the number of its life. */
static int64_t objects(void)
{
    return fx_number(arena_printf(&fx_arena,
        "SELECT CRC32(GROUP_CONCAT(what ORDER BY what)) FROM (SELECT CONCAT_WS('|', SUBSTR(name, LOCATE('-', name)),"
        " sponsor, creator, ROUND((expires - created) / 31557600000000), statuses, deleted <> 0, restore_requested <> "
        "0,"
        " (SELECT COUNT(*) FROM domain_ns n WHERE n.domain_id = d.id)) what FROM domain d WHERE name LIKE 'c%ld-%%'"
        " UNION ALL SELECT CONCAT_WS('|', SUBSTR(name, LOCATE('-', name)), sponsor, statuses, (SELECT COUNT(*) FROM"
        " host_addr a WHERE a.host_id = h.id)) FROM host h WHERE name LIKE 'c%ld-%%'"
        " UNION ALL SELECT CONCAT_WS('|', SUBSTR(handle, LOCATE('-', handle)), sponsor, statuses) FROM contact WHERE"
        " handle LIKE 'K%ld-%%') everything",
        run.life, run.life, run.life));
}

/* The rival speaks to the registry without the relay. */
static void rival_login(void)
{
    client_login(&run.rival, "rival");
}

static void life(long number, bool uncut)
{
    rival_login(); /* each life anew: the registry ends sessions that last */
    run.life = number;
    run.uncut = uncut;
    run.command = run.cuts = 0;
    run.balance = balance();
    opt.random = mixed(opt.seed);
    while (run.command < opt.commands)
        stories[choose(ARRAY_LEN(stories))]();
    books_agree();
    struct figures f = {.cost = run.balance - balance(), .objects = objects()};
    if (uncut)
        run.wanted = f;
    demand(f.cost == run.wanted.cost, "the registry took %lld, and %lld from a life without cuts", (long long)f.cost,
        (long long)run.wanted.cost);
    demand(f.objects == run.wanted.objects, "what stands at the registry is not what a life without cuts leaves there");
    client_close(&run.rival);
}

static void setup(void)
{
    struct registry_contact c;
    cl_setup();
    rival_login();
    ck_assert_int_eq(contact_create(&run.rival, "ada"), 1000);
    client_close(&run.rival);
    cl_contact(&c);
    ck_status(registry_contact_ensure(&cl_w, "fixture", &c, &cl_e), OK);
}

static void teardown(void)
{
    cl_teardown();
}

/* ---- a connection from its first byte ----------------------------------------------------------------------------- */

/* Whether the cut came. A connection of its own: what was there is closed first. */
static bool stream(long at, bool uncut)
{
    int64_t before = balance();
    run.life = run.at = at;
    run.command = 0;
    run.direction = strcmp(opt.mode, "up") == 0 ? CUT_UP : CUT_DOWN;
    set_reopen();
    if (!uncut)
        cut_relay_arm(cl_relay, run.direction, (size_t)at);
    struct registry_domain_create in = domain_new("test", 1);
    const struct registry_renew renew = {.name = in.name, .years = 1};
    struct registry_request rs[] = {{.verb = REGISTRY_DOMAIN_CREATE, .domain_create = &in},
        {.verb = REGISTRY_DOMAIN_RENEW, .renew = &renew}, {.verb = REGISTRY_DOMAIN_DELETE, .name = in.name}};
    struct registry_renew dated = renew;
    for (size_t i = 0; i < ARRAY_LEN(rs); i++) {
        enum status s = UNCERTAIN;
        rs[i].key = arena_printf(&cl_arena, "stream:%s:%ld:%zu", opt.mode, at, i);
        if (i == 1) {
            dated.expires = at_registry("expires", in.name);
            rs[i].renew = &dated;
        }
        for (int k = 0; k < 12 && (s == UNCERTAIN || s == UNAVAILABLE); k++) {
            if (strcmp(cl_e.code, "registry-unreachable") == 0)
                set_reopen();
            error_clear(&cl_e);
            cl_w.now = clock_now();
            s = registry_transform(&cl_w, &rs[i], &cl_o, &cl_e);
        }
        demand(s == OK, "%s gave %s: %s", registry_verb_word(rs[i].verb), status_meaning(s)->word, cl_e.text);
    }
    bool fired = cut_relay_fired(cl_relay);
    cut_relay_disarm(cl_relay);
    int64_t cost = before - balance();
    if (uncut)
        run.wanted.cost = cost;
    demand(cost == run.wanted.cost && objects() == 0, "the registry took %lld, not %lld", (long long)cost,
        (long long)run.wanted.cost);
    return fired;
}

START_TEST(a_life_in_which_every_command_is_cut_ends_with_books_that_agree)
{
    life(900000, true);
    life(1, false);
    ck_assert_int_gt(run.cuts, 0);
}
END_TEST

static const char *const ways[] = {"up", "down"};

START_TEST(a_connection_cut_at_any_byte_from_its_first_loses_and_doubles_nothing)
{
    opt.mode = ways[_i];
    int cuts = 0;
    (void)stream(900000, true);
    for (long at = 1 + (long)choose(300); at < 7000; at += 300 + (long)choose(400))
        cuts += stream(at, false);
    ck_assert_int_gt(cuts, 5);
    opt.mode = "random";
    books_agree();
}
END_TEST

/* ---- by hand ------------------------------------------------------------------------------------------------------ */

static bool by_hand_stream, by_hand_life;

START_TEST(by_hand)
{
    long n = 0, end = opt.to > 0 ? opt.to : by_hand_stream ? 100000 : 2000;
    if (by_hand_stream)
        (void)stream(900000, true);
    else
        life(900000, true);
    for (long at = opt.from; at <= end; at += opt.every, n++) {
        if (by_hand_stream && !stream(at, false) && opt.to == 0)
            break;
        if (by_hand_life) {
            life(at, false);
            if (run.cuts == 0 && opt.to == 0)
                break;
        }
        if (n % 50 == 0) {
            printf("%s %ld: %d cuts in %d commands\n", opt.mode, at, run.cuts, run.command);
            (void)fflush(stdout);
        }
    }
    books_agree();
    printf("%ld %s, all books agree\n", n, by_hand_stream ? "connections" : "lives");
}
END_TEST

static int usage(void)
{
    fprintf(stderr, "usage: test_cut [--life up|down|random | --stream up|down] [--seed N] [--from N] [--to N]"
                    " [--every N] [--commands N]\n");
    return 2;
}

static bool option_read(const char *name, const char *value)
{
    int64_t v;
    if (strcmp(name, "--life") == 0 || strcmp(name, "--stream") == 0) {
        by_hand_life = strcmp(name, "--life") == 0;
        by_hand_stream = !by_hand_life;
        opt.mode = value;
        return strcmp(value, "up") == 0 || strcmp(value, "down") == 0 || (by_hand_life && strcmp(value, "random") == 0);
    }
    if (!str_to_i64(str_of(value), 1, 1000000000, &v))
        return false;
    if (strcmp(name, "--seed") == 0)
        opt.seed = (uint64_t)v;
    else if (strcmp(name, "--from") == 0)
        opt.from = (long)v;
    else if (strcmp(name, "--to") == 0)
        opt.to = (long)v;
    else if (strcmp(name, "--every") == 0)
        opt.every = (long)v;
    else if (strcmp(name, "--commands") == 0)
        opt.commands = (int)v;
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2)
        if (i + 1 >= argc || !option_read(argv[i], argv[i + 1]))
            return usage();
    Suite *s = suite_create("cut");
    TCase *c = tcase_create("cut");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, argc > 1 ? 0 : 120);
    if (by_hand_life || by_hand_stream) {
        tcase_add_test(c, by_hand);
    } else {
        opt.commands = 60;
        tcase_add_test(c, a_life_in_which_every_command_is_cut_ends_with_books_that_agree);
        tcase_add_loop_test(
            c, a_connection_cut_at_any_byte_from_its_first_loses_and_doubles_nothing, 0, (int)ARRAY_LEN(ways));
    }
    suite_add_tcase(s, c);
    return suite_run(s);
}
