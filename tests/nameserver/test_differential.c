/* Compiled answers against the reference resolver: seeded zones that grow, change and go, with everything that can stand
 * in each other's way (nested zones, cuts, glue, wildcards, chains, circles, aliases across zones), asked for
 * every name there is and names around them, after every change. SEED=n picks another run; it is printed. */
#include "nameserver/changelog.h"
#include "nameserver/packed.h"
#include "nameserver/snapshot.h"
#include "tests/nameserver/fixture.h"
#include "tests/nameserver/reference.h"
#include "tests/support/testdb.h"

#ifdef __SANITIZE_ADDRESS__ /* many times as slow: the same kinds of changes, in fewer steps */
#define STEPS 100
#else
#define STEPS 260
#endif
#define QUESTIONS_A_STEP 400

static struct fixture f;
static struct ref ref;
static struct ref_answer want;
static uint64_t rng;
static unsigned long long seed;
static size_t taken, compiled; /* zones that restarts found compiled, and those they had to compile */
static size_t restarts, disowned; /* the latter: zones of another build's snapshots */

/* What a process keeps on the disk; only in runs with restarts. */
static struct {
    const char *path;
    struct changelog *log;
    struct snapshot_writer *w;
    uint64_t from; /* first log that goes on from what w writes */
} disk;

static unsigned roll(unsigned bound)
{
    rng = rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(rng >> 33) % bound;
}

static const char *const zone_names[] = {
    "test", "a.test", "b.a.test", "b.test", "x.y.b.test", "other.example", "w.other.example", "a.b.a.test"};
static const char *const labels[] = {"a", "b", "c", "*", "x", "y", "www"};
static const uint16_t types[] = {DNS_A, DNS_AAAA, DNS_MX, DNS_TXT, DNS_SRV, DNS_CNAME, DNS_NS, DNS_DS, DNS_DNAME};
static const uint16_t asked[] = {
    DNS_A, DNS_AAAA, DNS_MX, DNS_TXT, DNS_SRV, DNS_CNAME, DNS_NS, DNS_DS, DNS_SOA, DNS_ANY, DNS_CAA, DNS_DNAME};

static struct dns_name random_name(void)
{
    struct dns_name name = dns_name_of(zone_names[roll(ARRAY_LEN(zone_names))]);
    struct error e;

    for (unsigned n = roll(4); n > 0; n--) {
        struct dns_name longer;

        if (dns_name_prepend(str_of(labels[roll(ARRAY_LEN(labels))]), &name, &longer, &e) == OK)
            name = longer;
    }
    return name;
}

static struct dns_name random_name_in(const struct dns_name *zone)
{
    for (;;) {
        struct dns_name name = random_name();

        if (dns_name_is_subdomain(&name, zone))
            return name;
    }
}

static struct str random_rdata(uint16_t type)
{
    struct dns_name target = random_name();
    struct buf b;

    buf_in(&b, &f.a, 600);
    if (type == DNS_MX)
        buf_u16(&b, (uint16_t)roll(3));
    if (type == DNS_SRV)
        buf_put(&b, "\0\1\0\2\0\3", 6);
    if (type == DNS_A)
        buf_u32(&b, 0xc0000200u + roll(200));
    else if (type == DNS_AAAA)
        buf_printf(&b, "%016u", roll(1000));
    else if (type == DNS_TXT)
        buf_printf(&b, "%c%04u", 4, roll(10000));
    else if (type == DNS_DS)
        buf_put(&b, "\0\1\x8\1abcdefghijklmnopqrst", 24);
    else
        buf_put(&b, target.wire, target.len);
    return buf_view(&b);
}

/* ---- the same change to both -------------------------------------------------------------------------------- */

static void ref_drop(unsigned zone, const struct dns_name *owner, uint16_t type)
{
    for (size_t i = 0; i < ref.n; i++) {
        if (ref.sets[i].zone == zone && ref.sets[i].set.type == type && dns_name_equal(&ref.sets[i].set.owner, owner)) {
            ref.sets[i] = ref.sets[--ref.n];
            return;
        }
    }
}

static void ref_keep(const struct ref_set *s)
{
    ref_drop(s->zone, &s->set.owner, s->set.type);
    INVARIANT(ref.n < REF_SETS_MAX);
    ref.sets[ref.n++] = *s;
}

static bool ref_has_other(unsigned zone, const struct dns_name *owner, uint16_t type)
{
    for (size_t i = 0; i < ref.n; i++) {
        if (ref.sets[i].zone == zone && ref.sets[i].set.type != type && dns_name_equal(&ref.sets[i].set.owner, owner))
            return true;
    }
    return false;
}

static void row_add(struct change *c, const struct ref_set *s)
{
    struct change_row *r;

    if (!s->alias) {
        change_add_set(&f.a, c, &s->set);
        return;
    }
    r = change_add(&f.a, c);
    *r = (struct change_row){.owner = str_dup(&f.a, dns_name_wire(&s->set.owner)),
        .type = s->set.type,
        .alias = true,
        .alias_zone = s->alias_zone + 1,
        .data = str_dup(&f.a, dns_name_wire(&s->alias_to))};
}

static bool change_has(const struct change *c, const struct dns_name *owner, uint16_t type)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->rows[i].type == type && str_eq(c->rows[i].owner, dns_name_wire(owner)))
            return true;
    }
    return false;
}

static struct ref_set random_set(unsigned zone)
{
    struct ref_set s = {.zone = zone};
    struct dns_name owner = random_name_in(&ref.zones[zone].name);
    uint16_t type = types[roll(ARRAY_LEN(types))];
    struct error e;

    dns_rrset_init(&s.set, &owner, type, 1 + roll(1000));
    if (type != DNS_NS && type != DNS_DNAME && roll(3) == 0) {
        s.alias = true;
        s.alias_zone = roll(ARRAY_LEN(zone_names));
        s.alias_to = random_name();
        return s;
    }
    for (unsigned n = dns_type_has(type, DNS_TYPE_SINGLETON) ? 1 : 1 + roll(3); n > 0; n--)
        ck_assert_msg(dns_rrset_add(&f.a, &s.set, random_rdata(type), &e) == OK, "%s", e.text);
    return s;
}

/* A set that may stand where it is put. NS at a wildcard is left out (RFC 4592 §4.2 leaves it undefined). */
static void random_put(struct change *c, unsigned zone)
{
    struct ref_set s = random_set(zone);
    bool apex = s.set.owner.labels == ref.zones[zone].name.labels;
    bool cname = s.set.type == DNS_CNAME || ref_find(&ref, zone, &s.set.owner, DNS_CNAME) != NULL;

    if (change_has(c, &s.set.owner, s.set.type))
        return;
    if ((cname && (apex || ref_has_other(zone, &s.set.owner, s.set.type))) ||
        (s.set.type == DNS_NS && dns_name_is_wildcard(&s.set.owner)))
        return;
    row_add(c, &s);
    ref_keep(&s);
}

static void random_delete(struct change *c, unsigned zone)
{
    const struct ref_set *s;

    if (ref.n == 0)
        return;
    s = &ref.sets[roll((unsigned)ref.n)];
    if (s->zone != zone || s->set.type == DNS_SOA || change_has(c, &s->set.owner, s->set.type))
        return;
    *change_add(&f.a, c) =
        (struct change_row){.owner = str_dup(&f.a, dns_name_wire(&s->set.owner)), .type = s->set.type, .deleted = true};
    ref_drop(zone, &s->set.owner, s->set.type);
}

static void put_soa(struct change *c, unsigned zone, uint32_t serial)
{
    struct ref_set s = {.zone = zone};
    struct dns_soa soa = {.mname = random_name(), .rname = random_name(), .serial = serial, .minimum = roll(1000)};
    struct error e;

    dns_rrset_init(&s.set, &ref.zones[zone].name, DNS_SOA, 500);
    ck_assert(dns_rrset_add(&f.a, &s.set, dns_soa_build(&f.a, &soa), &e) == OK);
    row_add(c, &s);
    ref_keep(&s);
}

static void zone_remove(unsigned zone)
{
    if (disk.log != NULL)
        changelog_removal(disk.log, zone + 1);
    store_remove(&f.st, store_zone(&f.st, zone + 1));
    ref.zones[zone].live = false;
    for (size_t i = ref.n; i-- > 0;) {
        if (ref.sets[i].zone == zone)
            ref.sets[i] = ref.sets[--ref.n];
    }
}

static void random_step(unsigned step)
{
    unsigned zone = roll(ARRAY_LEN(zone_names));
    struct change c = {.zone_id = zone + 1, .name = dns_name_of(zone_names[zone]), .version = step + 1};
    uint64_t base;

    if (ref.zones[zone].live && roll(8) == 0) {
        zone_remove(zone);
        return;
    }
    ref.zones[zone] = (struct ref_zone){true, c.name};
    put_soa(&c, zone, step + 1);
    for (unsigned n = 1 + roll(12); n > 0; n--) {
        if (roll(3) == 0)
            random_delete(&c, zone);
        else
            random_put(&c, zone);
    }
    base = store_zone(&f.st, c.zone_id) != NULL ? store_zone(&f.st, c.zone_id)->version : 0;
    apply(&f, &c);
    if (disk.log != NULL)
        changelog_change(disk.log, &c, base);
}

/* ---- comparing ---------------------------------------------------------------------------------------------------- */

static bool section_has(const struct dns_message *m, int s, const struct dns_record *want_r)
{
    for (size_t i = 0; i < m->n[s]; i++) {
        const struct dns_record *r = &m->records[s][i];

        if (r->type == want_r->type && r->ttl == want_r->ttl && dns_name_equal(&r->owner, &want_r->owner) &&
            dns_rdata_compare(r->type, r->rdata, want_r->rdata) == 0)
            return true;
    }
    return false;
}

/* A wildcard's CNAME that leads to a name it covers itself stands twice when that name is asked for; and the reference
 * puts a DNAME that was asked for behind the chain that has it. */
static size_t section_size(const struct dns_record *r, size_t n)
{
    size_t twice = 0;

    for (size_t i = 0; i < n; i++) {
        bool again = false;

        for (size_t k = 0; k < i && dns_type_has(r[i].type, DNS_TYPE_SINGLETON); k++)
            again |= r[k].type == r[i].type && dns_name_equal(&r[k].owner, &r[i].owner);
        twice += again;
    }
    return n - twice;
}

static bool answers_agree(const struct dns_message *m)
{
    if (m->rcode != want.rcode || ((m->header.flags & DNS_AA) != 0) != want.aa)
        return false;
    for (int s = 0; s < DNS_SECTIONS; s++) {
        if (section_size(m->records[s], m->n[s]) != section_size(want.records[s], want.n[s]))
            return false;
        for (size_t i = 0; i < want.n[s]; i++) {
            if (!section_has(m, s, &want.records[s][i]))
                return false;
        }
    }
    return true;
}

static void differ(unsigned step, const struct dns_name *name, uint16_t type, const struct dns_message *m)
{
    struct dns_message w = {.rcode = want.rcode, .header.flags = want.aa ? DNS_AA : 0};

    for (int s = 0; s < DNS_SECTIONS; s++) {
        w.n[s] = want.n[s];
        w.records[s] = want.records[s];
    }
    ck_abort_msg("seed %llu step %u, %.*s type %u:\n got  %s\n want %s", seed, step,
        STR_ARG(dns_name_text(&f.a, name, false)), type, shown(&f, m), shown(&f, &w));
}

static void compare_some(unsigned step)
{
    struct arena outer = f.a;

    arena_init(&f.a, 0);
    for (unsigned i = 0; i < QUESTIONS_A_STEP; i++) {
        struct dns_name name = random_name();
        uint16_t type = asked[roll(ARRAY_LEN(asked))];
        struct dns_message m;

        if (i % 2 == 0 && ref.n > 0)
            name = ref.sets[roll((unsigned)ref.n)].set.owner;
        ref_ask(&ref, &name, type, &want);
        m = ask_name(&f, &name, type, (struct how){.tcp = true});
        if (!answers_agree(&m))
            differ(step, &name, type, &m);
        arena_reset(&f.a);
    }
    arena_clear(&f.a);
    f.a = outer;
}

/* ---- restarts ------------------------------------------------------------------------------------------------------ */

/* A snapshot goes along with the changes, a zone a step, so that hardly any two zones in it are from the same moment. */
static void disk_step(void)
{
    struct error e;

    if (disk.w == NULL) {
        disk.from = changelog_turn(disk.log);
        ck_assert_msg(snapshot_begin(&f.st, disk.path, disk.from, 1, &disk.w, &e) == OK, "%s", e.text);
    }
    if (snapshot_step(disk.w, 0) != SNAPSHOT_MORE)
        ck_assert_msg(snapshot_end(&disk.w, &e) == OK, "%s", e.text);
    ck_assert_msg(changelog_sync(disk.log, &e) == OK, "%s", e.text);
}

/* The process ends here, its snapshot finished, and another one begins with what is there; each third is of another build. */
static void restart(void)
{
    struct arena keep = f.a;
    struct snapshot_read r;
    struct changelog_read log;
    struct error e;

    if (disk.w != NULL)
        ck_assert_msg(snapshot_end(&disk.w, &e) == OK, "%s", e.text);
    if (++restarts % 3 == 0)
        snapshot_disown(disk.path);
    changelog_free(&disk.log);
    query_view_clear(&f.view);
    store_clear(&f.st);
    store_init(&f.st);
    f.st.packed_names_max = roll(3) == 0 ? 3 : PACKED_NAMES_MAX;
    query_view_init(&f.view, &f.st, NULL);
    f.a = keep;
    snapshot_load(&f.st, &f.a, disk.path, &r);
    changelog_load(&f.st, &f.a, disk.path, r.path != NULL ? r.log_from : 0, &log);
    ck_assert_uint_eq(r.refused + log.damaged + log.refused, 0);
    if (restarts % 3 == 0) {
        ck_assert_uint_eq(r.compiled, r.zones);
        disowned += r.zones;
    }
    taken += r.zones - r.compiled;
    compiled += r.compiled;
    disk.log = changelog_new(disk.path, log.next);
}

static void run_seed_with_restarts(unsigned long long s)
{
    const char *dir = testdir_new(&f.a);

    disk.path = testdir_path(&f.a, dir, "zones");
    disk.log = changelog_new(disk.path, 1);
    for (unsigned step = 0; step < STEPS; step++) {
        random_step(step);
        disk_step();
        if (roll(6) == 0)
            restart();
        compare_some(step);
        (void)epoch_reclaim(&f.st.epochs);
    }
    if (disk.w != NULL) {
        struct error e;

        ck_assert_msg(snapshot_end(&disk.w, &e) == OK, "%s (seed %llu)", e.text, s);
    }
    changelog_free(&disk.log);
    testdir_free(dir);
}

static void seed_begin(unsigned long long s)
{
    seed = s;
    rng = s * 2 + 1;
    fixture_open(&f);
    ref.sets = ARENA_ARRAY(&f.a, REF_SETS_MAX, struct ref_set);
    ref.n = 0;
    memset(ref.zones, 0, sizeof(ref.zones));
}

static void run_seed(unsigned long long s)
{
    seed_begin(s);
    for (unsigned step = 0; step < STEPS; step++) {
        random_step(step);
        compare_some(step);
        (void)epoch_reclaim(&f.st.epochs);
    }
    fixture_close(&f);
}

START_TEST(compiled_answers_are_those_of_the_reference)
{
    static const unsigned long long seeds[] = {1, 2, 3, 4, 17};
    const char *given = getenv("SEED");

    if (given != NULL) {
        run_seed(strtoull(given, NULL, 10));
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(seeds); i++)
        run_seed(seeds[i]);
}
END_TEST

START_TEST(so_they_are_after_each_restart_from_a_snapshot_that_changes_overtook)
{
    const char *given = getenv("SEED");
    unsigned long long seeds[] = {1, 11, 16}, n = ARRAY_LEN(seeds);

    if (given != NULL) {
        seeds[0] = strtoull(given, NULL, 10);
        n = 1;
    }
    for (size_t i = 0; i < n; i++) {
        seed_begin(seeds[i]);
        run_seed_with_restarts(seeds[i]);
        fixture_close(&f);
    }
    ck_assert_uint_gt(taken, 10);
    ck_assert_uint_gt(compiled, 10);
    ck_assert_uint_gt(disowned, 10);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, so_they_are_after_each_restart_from_a_snapshot_that_changes_overtook);
    tcase_add_test(t, compiled_answers_are_those_of_the_reference);
}

int main(void)
{
    return fixture_main("nameserver differential", add);
}
