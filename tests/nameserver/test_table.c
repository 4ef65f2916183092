/* The table and the version clock by themselves, and readers that race a writer. */
#include <pthread.h>
#include <sys/mman.h>

#include "nameserver/compile.h"
#include "nameserver/mem.h"
#include "tests/nameserver/fixture.h"

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

static uint64_t hash_of(struct str wire)
{
    return name_hash_of(&f.st.table.keys, (const uint8_t *)wire.p, wire.n);
}

static const struct image *find(const char *text)
{
    struct str wire = wire_of(&f.a, text);
    const struct image *i;

    query_view_take(&f.view);
    i = table_find(f.view.slots, f.view.clock, hash_of(wire), (const uint8_t *)wire.p, wire.n, 0);
    query_view_give(&f.view);
    return i;
}

static void serve_many(uint64_t id, const char *origin, int from, int to)
{
    struct buf b;

    buf_in(&b, &f.a, 8 << 20);
    for (int i = from; i < to; i++)
        buf_printf(&b, "h%d A 192.0.2.%d\n", i, i % 256);
    buf_putc(&b, '\0');
    serve(&f, id, origin, b.p);
}

START_TEST(every_name_is_found_while_the_table_grows_and_shrinks)
{
    serve_many(1, "one.test", 0, 5000);
    for (int i = 0; i < 5000; i++)
        ck_assert(find(arena_printf(&f.a, "h%d.one.test", i)) != NULL);
    ck_assert(find("h5000.one.test") == NULL);
    serve_many(2, "two.test", 0, 3000);
    store_remove(&f.st, store_zone(&f.st, 1));
    while (epoch_reclaim(&f.st.epochs))
        ;
    for (int i = 0; i < 3000; i++) {
        ck_assert(find(arena_printf(&f.a, "h%d.two.test", i)) != NULL);
        ck_assert(find(arena_printf(&f.a, "h%d.one.test", i)) == NULL);
    }
    ck_assert_uint_eq(f.st.table.names, 3002);
}
END_TEST

/* From 65,537 names on its slots are 2 MiB and more, which come from elsewhere. */
START_TEST(a_large_table_holds_what_a_small_one_did)
{
    for (unsigned zone = 1; zone <= 140; zone++) {
        char origin[40];

        (void)snprintf(origin, sizeof(origin), "z%u.test", zone);
        serve_many(zone, origin, 0, 500);
        arena_reset(&f.a);
        (void)epoch_reclaim(&f.st.epochs);
    }
    ck_assert_uint_ge(atomic_load(&f.st.table.slots)->mask, (1u << 18) - 1);
    for (unsigned zone = 1; zone <= 140; zone++) {
        ck_assert(find(arena_printf(&f.a, "h%u.z%u.test", zone, zone)) != NULL);
        ck_assert(find(arena_printf(&f.a, "h500.z%u.test", zone)) == NULL);
    }
}
END_TEST

/* A zone's memory goes right behind the last trace of its names, and a reader may come in between: where the zone was
 * there is nothing here. */
START_TEST(what_is_gone_leads_to_no_zone)
{
    void *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct str wire = wire_of(&f.a, "one.test");
    struct image *i = mem_new(sizeof(*i) + wire.n);

    ck_assert(nowhere != MAP_FAILED);
    i->zone = nowhere;
    i->name_len = (uint8_t)wire.n;
    i->labels = 2;
    memcpy((uint8_t *)i->slots, wire.p, wire.n);
    table_put(&f.st.table, i);
    table_put(&f.st.table, image_gone(i));
    epoch_publish(&f.st.epochs);
    ck_assert_int_eq(ask(&f, "www.one.test", DNS_A).rcode, DNS_REFUSED);
    ck_assert_int_eq(ask(&f, "one.test", DNS_A).rcode, DNS_REFUSED);
}
END_TEST

START_TEST(names_that_come_and_go_do_not_fill_the_table)
{
    size_t first;

    serve_many(1, "one.test", 0, 100);
    first = atomic_load(&f.st.table.slots)->mask;
    for (int i = 0; i < 3000; i++) {
        struct change c = next_version(&f, 1, "one.test", arena_printf(&f.a, "t%d A 192.0.2.1\n", i));

        if (i > 0)
            change_add_deletion(&f.a, &c, arena_printf(&f.a, "t%d.one.test", i - 1), DNS_A);
        apply(&f, &c);
        (void)epoch_reclaim(&f.st.epochs);
        ck_assert(find(arena_printf(&f.a, "t%d.one.test", i)) != NULL);
    }
    ck_assert_uint_le(atomic_load(&f.st.table.slots)->mask, first * 2 + 1);
}
END_TEST

START_TEST(a_reader_keeps_seeing_the_state_it_began_with)
{
    struct str wire = wire_of(&f.a, "h1.one.test");
    uint64_t hash = hash_of(wire);
    const struct image *before, *after;
    struct change c;

    serve_many(1, "one.test", 0, 3);
    query_view_take(&f.view);
    before = table_find(f.view.slots, f.view.clock, hash, (const uint8_t *)wire.p, wire.n, 0);
    c = next_version(&f, 1, "one.test", "h1 A 192.0.2.99\nnew A 192.0.2.1\n");
    apply(&f, &c);
    ck_assert(epoch_reclaim(&f.st.epochs)); /* something waits for this reader */
    after = table_find(f.view.slots, f.view.clock, hash, (const uint8_t *)wire.p, wire.n, 0);
    ck_assert_ptr_eq(before, after);
    ck_assert_uint_eq(zone_negative(before->zone, f.view.clock)->born, before->born);
    query_view_give(&f.view);
    ck_assert(find("h1.one.test") != before);
    while (epoch_reclaim(&f.st.epochs))
        ;
}
END_TEST

/* ---- readers and a writer ------------------------------------------------------------------------------------------ */

#define READERS 3
#define VERSIONS 3000

static atomic_bool finished;
static _Atomic uint64_t answered;

/* Each version v of the zone says v in its SOA serial, in the TXT of `even` or `odd` (the other does not exist), and in the alias and
 * chain that come from another zone. Whatever is asked, no answer may show two different versions, and a batch
 * may never show two states; that the zone is not there is a state too. */
#define NOT_THERE UINT32_MAX

struct seen {
    uint32_t serial; /* of this batch; 0: none yet */
};

static void check_version(struct seen *s, uint32_t v)
{
    INVARIANT(v != 0);
    INVARIANT(s->serial == 0 || s->serial == v);
    s->serial = v;
}

static uint32_t txt_number(const struct dns_record *r)
{
    uint64_t v = 0;

    INVARIANT(str_to_u64(str_n(r->rdata.p + 1, r->rdata.n - 1), UINT32_MAX, &v));
    return (uint32_t)v;
}

static void check_answer(struct seen *s, const struct dns_message *m)
{
    struct dns_name one = dns_name_of("one.test");

    if (m->rcode == DNS_REFUSED)
        check_version(s, NOT_THERE);
    for (int section = 0; section < DNS_SECTIONS; section++) {
        for (size_t i = 0; i < m->n[section]; i++) {
            const struct dns_record *r = &m->records[section][i];

            if (r->type == DNS_SOA && dns_name_equal(&r->owner, &one))
                check_version(s, read_u32(r->rdata.p + r->rdata.n - 20));
            if (r->type == DNS_TXT)
                check_version(s, txt_number(r));
        }
    }
}

static void ask_batch(struct query_view *v, struct query *q, struct arena *a)
{
    static const char *const names[] = {"even.one.test", "odd.one.test", "one.test", "chain.two.test",
        "x.wild.one.test", "alias.two.test", "nothing.one.test"};
    struct seen s = {.serial = 0};
    uint8_t in[300];

    query_view_take(v);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct dns_name name = dns_name_of(names[i]);
        struct dns_message m;
        struct error e;

        q->in = in;
        q->in_n = question_write(in, &name, i == 2 ? DNS_SOA : DNS_TXT, &(struct how){.size = 0});
        query_prepare(v, q);
        query_answer(v, q);
        INVARIANT(dns_message_parse(a, str_n((const char *)q->out, q->out_n), &m, &e) == OK);
        INVARIANT(m.rcode == DNS_NOERROR || m.rcode == DNS_NXDOMAIN || m.rcode == DNS_REFUSED);
        check_answer(&s, &m);
    }
    query_view_give(v);
    arena_reset(a);
    atomic_fetch_add(&answered, ARRAY_LEN(names));
}

static void *reader_main(void *st)
{
    struct query_view v;
    static _Thread_local struct query q;
    static _Thread_local uint8_t out[QUERY_UDP_MAX];
    struct arena a;

    arena_init(&a, 0);
    query_view_init(&v, st, NULL);
    q.out = out;
    while (!atomic_load(&finished))
        ask_batch(&v, &q, &a);
    query_view_clear(&v);
    arena_clear(&a);
    return NULL;
}

static void write_version(uint32_t v, const char *more)
{
    struct change c = change_of(&f.a, 1, v, "one.test",
        arena_printf(&f.a, "@ SOA ns1 h %u 1 1 1 300\n%s TXT %u\nt TXT %u\n*.wild TXT %u\n%s", v,
            v % 2 == 0 ? "even" : "odd", v, v, v, more));

    if (store_zone(&f.st, 1) != NULL)
        change_add_deletion(&f.a, &c, v % 2 == 0 ? "odd.one.test" : "even.one.test", DNS_TXT);
    apply(&f, &c);
}

static void write_while_read(void (*write)(uint32_t v))
{
    pthread_t threads[READERS];
    struct change c;
    struct arena outer;

    write_version(1, "");
    c = change_of(&f.a, 2, 1, "two.test", SOA_LINE "chain CNAME even.one.test.\n");
    change_add_alias(&f.a, &c, "alias.two.test", DNS_TXT, 1, "t.one.test");
    apply(&f, &c);
    atomic_store(&finished, false);
    atomic_store(&answered, 0);
    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, reader_main, &f.st), 0);
    outer = f.a;
    arena_init(&f.a, 0);
    for (uint32_t v = 2; v < VERSIONS; v++) {
        write(v);
        (void)epoch_reclaim(&f.st.epochs);
        arena_reset(&f.a);
    }
    while (atomic_load(&answered) < 2000)
        sched_yield();
    atomic_store(&finished, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    arena_clear(&f.a);
    f.a = outer;
}

static void write_next(uint32_t v)
{
    write_version(v, "");
}

START_TEST(no_answer_and_no_batch_mixes_two_versions)
{
    write_while_read(write_next);
}
END_TEST

/* Over the size of packed zones, back under half of it, gone, there again. */
static void write_size(uint32_t v)
{
    char more[20 * 32] = "";
    struct change c;
    size_t n = 0;

    if (v % 8 == 7) {
        store_remove(&f.st, store_zone(&f.st, 1));
        return;
    }
    for (unsigned i = 0; v % 8 == 2 && i < 20; i++)
        n += (size_t)snprintf(more + n, sizeof(more) - n, "m%u A 192.0.2.1\n", i);
    if (v % 8 != 4) {
        write_version(v, more);
        ck_assert((v % 8 == 2 || v % 8 == 3) == (store_zone(&f.st, 1)->packed == NULL));
        return;
    }
    c = change_of(&f.a, 1, v, "one.test",
        arena_printf(&f.a, "@ SOA ns1 h %u 1 1 1 300\neven TXT %u\nt TXT %u\n*.wild TXT %u\n", v, v, v, v));
    change_add_deletion(&f.a, &c, "odd.one.test", DNS_TXT);
    for (unsigned i = 0; i < 20; i++)
        change_add_deletion(&f.a, &c, arena_printf(&f.a, "m%u.one.test", i), DNS_A);
    apply(&f, &c);
    ck_assert_ptr_nonnull(store_zone(&f.st, 1)->packed);
}

START_TEST(nor_where_the_zone_outgrows_its_block_shrinks_goes_and_comes_back)
{
    f.st.packed_names_max = 12;
    write_while_read(write_size);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, every_name_is_found_while_the_table_grows_and_shrinks);
    tcase_add_test(t, a_large_table_holds_what_a_small_one_did);
    tcase_add_test(t, what_is_gone_leads_to_no_zone);
    tcase_add_test(t, names_that_come_and_go_do_not_fill_the_table);
    tcase_add_test(t, a_reader_keeps_seeing_the_state_it_began_with);
    tcase_add_test(t, no_answer_and_no_batch_mixes_two_versions);
    tcase_add_test(t, nor_where_the_zone_outgrows_its_block_shrinks_goes_and_comes_back);
}

int main(void)
{
    return fixture_main("nameserver table", add);
}
