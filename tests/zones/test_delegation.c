#include "zones/delegation.h"

#include <pthread.h>

#include "tests/zones/zones_test.h"

START_TEST(every_number_draws_another_set)
{
    uint8_t *seen = calloc(DELEGATION_CAPACITY / 8, 1);
    unsigned r[DELEGATION_COLUMNS];
    for (int64_t i = 0; i < DELEGATION_CAPACITY; i++) {
        delegation_rows(i, r);
        size_t at = (size_t)r[0] << 18 | r[1] << 9 | r[2];
        if (seen[at / 8] & 1u << at % 8)
            ck_abort_msg("draw %lld gives a set that was drawn before", (long long)i);
        seen[at / 8] |= (uint8_t)(1u << at % 8);
    }
    free(seen);
}
END_TEST

static unsigned rows_shared(const unsigned *x, const unsigned *y)
{
    return (x[0] == y[0]) + (x[1] == y[1]) + (x[2] == y[2]) + (x[3] == y[3]);
}

START_TEST(no_two_of_twenty_thousand_sets_share_more_than_two_servers)
{
    enum { N = 20000 };
    static unsigned rows[N][DELEGATION_COLUMNS];
    unsigned most = 0;
    for (int i = 0; i < N; i++)
        delegation_rows(i * INT64_C(6700), rows[i]);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < i; j++) {
            unsigned n = rows_shared(rows[i], rows[j]);
            most = n > most ? n : most;
        }
    ck_assert_uint_eq(most, 2); /* two do occur: the bound is the bound */
}
END_TEST

START_TEST(consecutive_draws_use_all_rows_of_all_columns_evenly)
{
    unsigned used[DELEGATION_COLUMNS][DELEGATION_ROWS] = {0}, r[DELEGATION_COLUMNS];
    for (int64_t i = 0; i < 512 * 100; i++) {
        delegation_rows(i, r);
        for (int c = 0; c < DELEGATION_COLUMNS; c++)
            used[c][r[c]]++;
    }
    for (int c = 0; c < DELEGATION_COLUMNS; c++)
        for (int row = 0; row < DELEGATION_ROWS; row++)
            ck_assert_msg(used[c][row] >= 50 && used[c][row] <= 160, "column %d row %d: %u", c, row, used[c][row]);
}
END_TEST

START_TEST(the_pool_is_filled_once_and_its_hosts_have_their_addresses)
{
    struct str v4, v6;
    ok(delegation_pool_ensure(db, pool, &err));
    ok(delegation_host_find(db, &a, STR("NS-0.fourways-dns.test"), &v4, &v6, &err));
    ck_assert(str_eqz(v4, "127.0.0.11") && str_eqz(v6, "::1"));
    ok(delegation_host_find(db, &a, STR("ns-1023.fourways-dns.example"), &v4, &v6, &err));
    ck_assert(str_eqz(v4, "127.0.0.12") && str_is_null(v6));
    ok(delegation_host_find(db, &a, STR("ns-2047.fourways-dns.alt"), &v4, &v6, &err));
    refused(delegation_host_find(db, &a, STR("ns-512.fourways-dns.test"), &v4, &v6, &err), NOT_FOUND, "name-server",
        "ns-512");
}
END_TEST

START_TEST(the_pool_takes_new_addresses_but_no_new_domain_and_no_nonsense)
{
    struct delegation_column c[DELEGATION_COLUMNS];
    struct str v4, v6;
    memcpy(c, pool, sizeof c);
    c[1].ipv6 = STR("2001:db8::1");
    ok(delegation_pool_ensure(db, c, &err));
    ok(delegation_host_find(db, &a, STR("ns-600.fourways-dns.example"), &v4, &v6, &err));
    ck_assert(str_eqz(v6, "2001:db8::1"));
    c[2].domain = STR("elsewhere.invalid");
    refused(delegation_pool_ensure(db, c, &err), INVALID, "pool-domain", "fourways-dns.invalid");
    memcpy(c, pool, sizeof c);
    c[3].ipv4 = STR("127.0.0.256");
    refused(delegation_pool_ensure(db, c, &err), INVALID, "pool-address", "column 3");
    c[3].ipv4 = c[3].ipv6 = STR_NULL;
    refused(delegation_pool_ensure(db, c, &err), INVALID, "pool-address", "column 3");
    c[0].domain = STR("no_host.test");
    refused(delegation_pool_ensure(db, c, &err), INVALID, "bad-host-name", "column 0");
}
END_TEST

START_TEST(a_drawn_set_is_four_hosts_of_four_domains)
{
    struct delegation_set set, found;
    ok(delegation_set_draw(db, &a, T0, &set, &err));
    for (unsigned c = 0; c < DELEGATION_COLUMNS; c++) {
        struct str host = str_printf(&a, "ns-%u.%.*s", 512 * c + set.row[c], STR_ARG(pool[c].domain));
        ck_assert(str_eq(set.host[c], host));
    }
    ck_assert_uint_eq(set.row[3], (set.row[0] + set.row[1] + set.row[2]) % 512);
    ok(delegation_set_find(db, &a, set.id, ZONE_ANY_ACCOUNT, &found, &err));
    refused(delegation_set_find(db, &a, set.id, ACCOUNT, &found, &err), NOT_FOUND, "delegation-set", "reusable");
}
END_TEST

enum { THREADS = 8, DRAWS = 50 };
struct drawer {
    pthread_t thread;
    struct delegation_set sets[DRAWS];
    struct error e;
    enum status s;
};

static void *drawer_run(void *ctx)
{
    struct drawer *d = ctx;
    struct arena own;
    struct db *mine;
    arena_init(&own, 0);
    d->s = db_open(testdb_settings(), &mine, &d->e);
    for (int i = 0; d->s == OK && i < DRAWS; i++)
        d->s = delegation_set_draw(mine, &own, T0, &d->sets[i], &d->e);
    db_close(&mine);
    arena_clear(&own);
    return NULL;
}

START_TEST(hundreds_of_parallel_draws_are_all_distinct)
{
    static struct drawer d[THREADS];
    const struct delegation_set *all[THREADS * DRAWS];
    for (int t = 0; t < THREADS; t++)
        ck_assert_int_eq(pthread_create(&d[t].thread, NULL, drawer_run, &d[t]), 0);
    for (int t = 0; t < THREADS; t++) {
        ck_assert_int_eq(pthread_join(d[t].thread, NULL), 0);
        ck_assert_msg(d[t].s == OK, "%s", d[t].e.text);
        for (int i = 0; i < DRAWS; i++)
            all[t * DRAWS + i] = &d[t].sets[i];
    }
    for (int i = 0; i < THREADS * DRAWS; i++)
        for (int j = 0; j < i; j++)
            ck_assert_uint_le(rows_shared(all[i]->row, all[j]->row), 2);
}
END_TEST

START_TEST(a_draw_that_is_rolled_back_gives_its_set_back)
{
    struct delegation_set first, second;
    ok(db_begin(db, &err));
    ok(delegation_set_draw(db, &a, T0, &first, &err));
    db_abort(db);
    ok(delegation_set_draw(db, &a, T0, &second, &err));
    ck_assert(memcmp(first.row, second.row, sizeof first.row) == 0);
    ck_assert_int_gt(second.id, first.id); /* the id has a gap, the sets have none */
}
END_TEST

START_TEST(the_last_set_can_be_drawn_and_then_it_is_over)
{
    struct delegation_set set;
    ok(db_run_script(db, STR("UPDATE delegation_draw SET drawn = 134217727;"), &err));
    ok(delegation_set_draw(db, &a, T0, &set, &err));
    refused(delegation_set_draw(db, &a, T0, &set, &err), UNAVAILABLE, "delegation-pool", "134217728");
}
END_TEST

START_TEST(without_a_filled_pool_there_is_no_set)
{
    struct delegation_set set;
    ok(db_run_script(db, STR("DELETE FROM name_server WHERE col = 2;"), &err));
    refused(delegation_set_draw(db, &a, T0, &set, &err), UNAVAILABLE, "delegation-pool", "not been filled");
}
END_TEST

START_TEST(a_reusable_set_serves_many_zones_of_its_account_only)
{
    struct delegation_set set, *sets;
    size_t n;
    struct zone one, two;
    ok(delegation_set_create_reusable(db, &a, ACCOUNT, T0, &set, &err));
    struct zone_new new = {.account_id = ACCOUNT, .name = STR("one.test"), .delegation_set_id = set.id};
    ok(zone_create(db, &a, &new, T0, &one, NULL, &err));
    new.name = STR("two.test");
    ok(zone_create(db, &a, &new, T0, &two, NULL, &err));
    for (int c = 0; c < DELEGATION_COLUMNS; c++)
        ck_assert(str_eq(one.ns[c], set.host[c]) && str_eq(two.ns[c], set.host[c]));
    new = (struct zone_new){.account_id = OTHER, .name = STR("three.test"), .delegation_set_id = set.id};
    refused(zone_create(db, &a, &new, T0, &two, NULL, &err), NOT_FOUND, "delegation-set", "no reusable");
    ok(delegation_set_list(db, &a, ACCOUNT, &sets, &n, &err));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(sets[0].id, set.id);
    ok(delegation_set_list(db, &a, OTHER, &sets, &n, &err));
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(an_account_has_a_limited_number_of_reusable_sets)
{
    struct delegation_set set;
    for (int i = 0; i < DELEGATION_REUSABLE_MAX; i++)
        ok(delegation_set_create_reusable(db, &a, ACCOUNT, T0, &set, &err));
    refused(delegation_set_create_reusable(db, &a, ACCOUNT, T0, &set, &err), INVALID, "delegation-set-limit", "100");
    ok(delegation_set_create_reusable(db, &a, OTHER, T0, &set, &err));
}
END_TEST

START_TEST(the_domain_of_a_column_is_a_zone_with_all_its_hosts)
{
    struct zone z, second;
    ok(delegation_infra_zone_fill(db, &a, 0, ACCOUNT, T0, &z, &err));
    ck_assert_int_eq(z.rrsets, 2 + 2 * 512);
    ck_assert_str_eq(values_of(&z, "ns-0.fourways-dns.test", "A"), "127.0.0.11");
    ck_assert_str_eq(values_of(&z, "ns-511.fourways-dns.test", "AAAA"), "::1");
    ok(delegation_infra_zone_fill(db, &a, 0, ACCOUNT, T0, &second, &err));
    ck_assert_int_eq(second.id, z.id);
    ck_assert_int_eq(second.version, z.version); /* nothing differed, nothing was written */
}
END_TEST

START_TEST(new_addresses_of_a_column_reach_its_zone_and_old_ones_go)
{
    struct delegation_column c[DELEGATION_COLUMNS];
    struct zone z;
    memcpy(c, pool, sizeof c);
    ok(delegation_infra_zone_fill(db, &a, 3, ACCOUNT, T0, &z, &err));
    c[3].ipv4 = STR("127.0.0.44");
    c[3].ipv6 = STR_NULL;
    ok(delegation_pool_ensure(db, c, &err));
    ok(delegation_infra_zone_fill(db, &a, 3, ACCOUNT, T0, &z, &err));
    ck_assert_int_eq(z.rrsets, 2 + 512);
    ck_assert_str_eq(values_of(&z, "ns-2000.fourways-dns.alt", "A"), "127.0.0.44");
    ck_assert_ptr_null(values_of(&z, "ns-2000.fourways-dns.alt", "AAAA"));
    ok(db_run_script(db, STR("DELETE FROM name_server WHERE col = 1;"), &err));
    refused(delegation_infra_zone_fill(db, &a, 1, ACCOUNT, T0, &z, &err), INVALID, "pool-domain", "column 1");
}
END_TEST

TEST_MAIN("delegation", every_number_draws_another_set, no_two_of_twenty_thousand_sets_share_more_than_two_servers,
    consecutive_draws_use_all_rows_of_all_columns_evenly, the_pool_is_filled_once_and_its_hosts_have_their_addresses,
    the_pool_takes_new_addresses_but_no_new_domain_and_no_nonsense, a_drawn_set_is_four_hosts_of_four_domains,
    hundreds_of_parallel_draws_are_all_distinct, a_draw_that_is_rolled_back_gives_its_set_back,
    the_last_set_can_be_drawn_and_then_it_is_over, without_a_filled_pool_there_is_no_set,
    a_reusable_set_serves_many_zones_of_its_account_only, an_account_has_a_limited_number_of_reusable_sets,
    the_domain_of_a_column_is_a_zone_with_all_its_hosts, new_addresses_of_a_column_reach_its_zone_and_old_ones_go);
