/* Master files into zones, with the real database. */
#include "zones/import.h"

#include "dns/soa.h"
#include "tests/zones/zones_test.h"
#include "zones/export.h"

static struct dns_master_report report;
static struct zone_import_done done;

static enum status import_with(const char *origin, const char *text, struct zone_import_options o)
{
    o.account_id = o.account_id != 0 ? o.account_id : ACCOUNT;
    dns_master_report_init(&report, &a, 0);
    return zone_import(db, &a, str_of(origin), str_of(text), &o, T0 + 5, &report, &done, &err);
}

static enum status import_text(const char *text)
{
    return import_with("shop.test", text, (struct zone_import_options){0});
}

static struct zone shop(void)
{
    struct zone z;
    ok(zone_find(db, &a, STR("shop.test"), ACCOUNT, &z, &err));
    return z;
}

static struct dns_soa soa_of_shop(uint32_t *ttl_r)
{
    struct record_set set;
    struct dns_rrset rrset;
    struct dns_soa soa;
    struct zone z = shop();
    ok(record_find(db, &a, z.id, ACCOUNT, STR("shop.test"), STR("SOA"), &set, &err));
    ok(record_parse(&a, &z.apex, &set, &rrset, &err));
    ck_assert(dns_soa_read(rrset.rdata[0], &soa));
    *ttl_r = rrset.ttl;
    return soa;
}

static int64_t count(const char *sql)
{
    struct db_query q = {"test_count", sql};
    struct db_result r;
    ok(db_select_one(db, &a, &q, DB_NO_ARGS, &r, &err));
    return db_int(&r, 0, 0);
}

/* "2 code\n…", warnings with a w. */
static const char *problems(void)
{
    struct buf b;
    buf_in(&b, &a, 1 << 20);
    for (size_t i = 0; i < report.n; i++)
        buf_printf(&b, "%u%s %s\n", report.items[i].line, report.items[i].warning ? "w" : "", report.items[i].code);
    buf_putc(&b, '\0');
    return b.p;
}

static const char *exported(void)
{
    struct buf out;
    buf_in(&out, &a, 1 << 20);
    ok(zone_export(db, &a, shop().id, ACCOUNT, EXPORT_ALIAS_COMMENT, &out, &err));
    buf_putc(&out, '\0');
    return out.p;
}

#define FILE_TEXT                                                                                                      \
    "$TTL 300\n"                                                                                                       \
    "@ 3600 SOA ns.old.example. admin.old.example. 2026112201 1 2 3 4\n"                                               \
    "@ NS ns1.old.example.\n"                                                                                          \
    "@ NS ns2.old.example.\n"                                                                                          \
    "@ MX 10 mail\n"                                                                                                   \
    "mail A 192.0.2.25\n"                                                                                              \
    "WWW A 192.0.2.1\n"                                                                                                \
    "www A 192.0.2.2\n"                                                                                                \
    "sub NS ns.sub\n"                                                                                                  \
    "ns.sub A 192.0.2.53\n"                                                                                            \
    "odd TYPE4711 \\# 2 abcd\n"                                                                                        \
    "$GENERATE 1-200 h$ A 192.0.2.$\n"

START_TEST(a_file_becomes_a_zone_with_its_own_soa_and_ns)
{
    ok(import_text(FILE_TEXT));
    struct zone z = shop();
    ck_assert(done.created && done.changed && done.ns_ignored);
    ck_assert_uint_eq(done.records, 207);
    ck_assert_uint_eq(done.added, 206);
    ck_assert_int_eq(z.rrsets, 208);
    ck_assert_int_eq(z.version, done.version);
    ck_assert_uint_eq(z.serial, done.serial);
    ck_assert_str_eq(values_of(&z, "www.shop.test", "A"), "192.0.2.1|192.0.2.2");
    ck_assert_str_eq(values_of(&z, "h200.shop.test", "A"), "192.0.2.200");
    ck_assert_str_eq(values_of(&z, "shop.test", "MX"), "10 mail.shop.test.");
    ck_assert_ptr_nonnull(strstr(values_of(&z, "shop.test", "NS"), "fourways-dns.test"));
    ck_assert_ptr_nonnull(strstr(values_of(&z, "shop.test", "SOA"), "fourways-dns"));
    ck_assert_int_eq(count("SELECT COUNT(*) FROM rrset WHERE deleted = 0"), 208);
    ck_assert_int_eq(
        count("SELECT COUNT(*) FROM rrset r JOIN zone z ON z.id = r.zone_id WHERE r.version > z.version"), 0);
}
END_TEST

START_TEST(the_same_file_again_changes_nothing)
{
    ok(import_text(FILE_TEXT));
    struct zone before = shop();
    ok(import_text(FILE_TEXT));
    ck_assert(!done.created && !done.changed);
    ck_assert_uint_eq(done.added + done.differing + done.removed, 0);
    ck_assert_int_eq(done.version, before.version);
    ck_assert_int_eq(shop().version, before.version);
    ck_assert_uint_eq(shop().serial, before.serial);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM zone_change"), 2); /* made, imported */
}
END_TEST

START_TEST(only_what_differs_is_written_as_one_version)
{
    ok(import_text(FILE_TEXT));
    struct zone before = shop();
    ok(import_text("$TTL 300\n@ MX 10 mail\nmail A 192.0.2.26\nwww 60 A 192.0.2.1\nwww 60 A 192.0.2.2\n"
                   "new TXT x\nsub NS ns.sub\nns.sub A 192.0.2.53\n"
                   "$GENERATE 1-200 h$ A 192.0.2.$\n"));
    ck_assert_uint_eq(done.added, 1);
    ck_assert_uint_eq(done.differing, 2); /* mail, www */
    ck_assert_uint_eq(done.removed, 1); /* odd */
    ck_assert_int_eq(shop().version, before.version + 1);
    ck_assert_int_eq(shop().serial, before.serial + 1);
    ck_assert_int_eq(shop().rrsets, 208);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM rrset r JOIN zone z ON z.id = r.zone_id AND r.version = z.version"),
        5); /* and the SOA */
    ck_assert_int_eq(count("SELECT COUNT(*) FROM rrset WHERE deleted = 1 AND LENGTH(rdata) = 0"), 1);
    /* what went comes back out of its tombstone */
    ok(import_text(FILE_TEXT));
    ck_assert_uint_eq(done.added, 1);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM rrset WHERE deleted = 1"), 1);
}
END_TEST

START_TEST(a_zone_of_several_pages_is_compared_to_its_end)
{
    ok(import_text("$TTL 60\n$GENERATE 1-3500 h$ A 192.0.2.1\n$GENERATE 1-3500 h$ TXT x$\n"));
    ck_assert_uint_eq(done.added, 7000);
    ok(import_text("$TTL 60\n$GENERATE 1-3500 h$ A 192.0.2.1\n$GENERATE 1-3500 h$ TXT x$\n"));
    ck_assert(!done.changed);
    ok(import_text("$TTL 60\n$GENERATE 2-3500/2 h$ A 192.0.2.1\n$GENERATE 1-3500 h$ TXT x$\nz A 192.0.2.1\n"));
    ck_assert_uint_eq(done.removed, 1750);
    ck_assert_uint_eq(done.added, 1);
    ck_assert_int_eq(shop().rrsets, 1750 + 3500 + 1 + 2);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM rrset WHERE deleted = 0"), 5253);
    ok(import_text(""));
    ck_assert_uint_eq(done.removed, 5251);
    ck_assert_int_eq(shop().rrsets, 2);
}
END_TEST

START_TEST(the_number_of_record_sets_is_raised_for_an_operator)
{
    ok(import_text("$TTL 60\n$GENERATE 1-12000 h$ A 192.0.2.1\n"));
    ck_assert_int_ge(shop().rrsets_max, 12002);
    struct zone z = shop();
    ok(change_one(&z, '=', record("one-more.shop.test", "A", 60, "192.0.2.1")));
}
END_TEST

START_TEST(a_kept_soa_moves_its_serial_only_forward)
{
    uint32_t ttl;
    struct zone_import_options keep = {.keep_soa = true};
    ok(import_with("shop.test", FILE_TEXT, keep));
    struct dns_soa soa = soa_of_shop(&ttl);
    ck_assert_uint_eq(ttl, 3600);
    ck_assert_uint_eq(soa.serial, 2026112201);
    ck_assert_uint_eq(soa.refresh, 1);
    ck_assert(str_eqz(dns_name_text(&a, &soa.mname, false), "ns.old.example"));
    ck_assert_uint_eq(shop().serial, 2026112201);
    ok(import_with("shop.test", FILE_TEXT, keep));
    ck_assert(!done.changed);
    /* a newer one is a change of its own */
    const char *newer = "$TTL 300\n@ 3600 SOA ns.old.example. admin.old.example. 2026112300 1 2 3 4\n";
    ok(import_with("shop.test", newer, keep));
    ck_assert_uint_eq(soa_of_shop(&ttl).serial, 2026112300);
    ok(import_with("shop.test", newer, keep));
    ck_assert(!done.changed);
    /* an older one does not go back, and is none where all else is the same */
    const char *older = "$TTL 300\n@ 3600 SOA ns.old.example. admin.old.example. 7 1 2 3 4\n";
    ok(import_with("shop.test", older, keep));
    ck_assert(!done.changed);
    ok(import_with("shop.test", "$TTL 300\n@ 3600 SOA ns.old.example. admin.old.example. 7 1 2 3 5\n", keep));
    ck_assert(done.changed);
    ck_assert_uint_eq(soa_of_shop(&ttl).serial, 2026112301);
    ck_assert_uint_eq(soa_of_shop(&ttl).minimum, 5);
    /* and without the option the zone's own stays */
    ok(import_text(FILE_TEXT));
    ck_assert_uint_eq(soa_of_shop(&ttl).minimum, 5);
    ck_assert_uint_eq(soa_of_shop(&ttl).serial, 2026112302);
    refused(import_with("shop.test", "a 1 A 192.0.2.1\n", keep), INVALID, "master-errors", "no SOA record");
}
END_TEST

START_TEST(a_new_zone_takes_any_serial_it_keeps)
{
    uint32_t ttl;
    ok(import_with("shop.test", "@ 60 SOA a.example. b.example. 4000000000 1 2 3 4\n",
        (struct zone_import_options){.keep_soa = true}));
    ck_assert_uint_eq(soa_of_shop(&ttl).serial, 4000000000);
}
END_TEST

START_TEST(every_error_of_a_file_is_told_and_nothing_is_written)
{
    static const char text[] = "$TTL 60\n" /* 1 */
                               "a CNAME b\n"
                               "a TXT x\n"
                               "b A 192.0.2.1\n"
                               "b 61 A 192.0.2.2\n" /* 5 */
                               "c MX 70000 b\n"
                               "sub NS ns.sub\n"
                               "below.sub TXT x\n"
                               "sub MX 10 b\n"
                               "* NS ns.example.\n" /* 10 */
                               "d DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n"
                               "dn DNAME x.example.\n"
                               "x.dn A 192.0.2.1\n"
                               "e MX 10 none\n"
                               "f SRV 0 0 1 a\n" /* 15 */
                               "g NS gone\n"
                               "@ CNAME b\n"
                               "i MX 0 .\n"
                               "i MX 10 b\n"
                               "j SOA a b 1 2 3 4 5\n" /* 20 */
                               "k NS ns.k\n"
                               "ns.k AAAA 2001:db8::1\n"
                               "l NS x.k\n"
                               "m MX 10 under.wild\n"
                               "*.wild A 192.0.2.1\n" /* 25 */
                               "o.example.org. A 192.0.2.1\n"
                               "p NS 192.0.2.1\n"
                               "q CNAME q\n"
                               "r TXT \"open\n";
    refused(import_text(text), INVALID, "master-errors", "errors, the first in line 2");
    ck_assert_str_eq(problems(),
        "2 cname-beside\n5 master-ttl-mismatch\n6 rdata-number\n7 glue-missing\n8 below-delegation\n9 at-delegation\n"
        "10 ns-wildcard\n11 ds-without-ns\n13 below-dname\n14w target-no-address\n15w target-cname\n16 ns-no-address\n"
        "17 cname-apex\n17 cname-beside\n18 record-host\n20 soa-not-apex\n26 master-out-of-zone\n27 ns-no-address\n"
        "28 cname-self\n29 open-quote\n");
    ck_assert_int_eq(count("SELECT COUNT(*) FROM zone"), 0);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM rrset"), 0);
}
END_TEST

START_TEST(too_many_records_of_a_name_are_told_once_so_that_other_errors_are_seen)
{
    refused(import_text("$TTL 60\n$GENERATE 1-5000 a TXT $\nb MX x b\n"), INVALID, "master-errors", "2 errors");
    ck_assert_str_eq(problems(), "2 record-values\n3 rdata-number\n");
}
END_TEST

START_TEST(warnings_do_not_keep_a_zone_out)
{
    ok(import_text("$TTL 60\ne MX 10 none\nf SRV 0 0 1 c\nc CNAME x.example.\nl NS c\n"));
    ck_assert_str_eq(problems(), "2w target-no-address\n3w target-cname\n5w target-cname\n");
    ck_assert_uint_eq(done.added, 4);
}
END_TEST

START_TEST(aliases_go_out_and_come_back)
{
    struct zone other = make_zone("other.test", ACCOUNT);
    ok(change_one(&other, '+', record("end.other.test", "A", 77, "192.0.2.7")));
    ok(import_text(FILE_TEXT));
    struct zone z = shop();
    ok(change_one(&z, '+', alias("@", "A", "end.other.test")));
    ok(change_one(&z, '+', alias("deep.er.shop.test", "A", "www.shop.test")));
    const char *text = exported();
    ok(import_text(text));
    ck_assert(!done.changed && !done.ns_ignored);
    /* as a zone that is made from it */
    ok(zone_delete(db, z.id, ACCOUNT, true, T0, &err));
    ok(import_text(text));
    ck_assert(done.created);
    z = shop();
    ck_assert_str_eq(values_of(&z, "shop.test", "A"), "-> end.other.test");
    ck_assert_str_eq(values_of(&z, "deep.er.shop.test", "A"), "-> www.shop.test");
    ck_assert_int_eq(z.rrsets, 210);
    /* an alias becomes records, records an alias */
    ok(import_text("$TTL 60\n; alias: www.shop.test. A -> end.other.test.\ndeep.er A 192.0.2.3\n"));
    ck_assert_str_eq(values_of(&z, "www.shop.test", "A"), "-> end.other.test");
    ck_assert_str_eq(values_of(&z, "deep.er.shop.test", "A"), "192.0.2.3");
    ck_assert_ptr_null(values_of(&z, "shop.test", "A"));
    ck_assert_int_eq(shop().rrsets, 4);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM rrset r JOIN zone z ON z.id = r.zone_id AND z.deleted = 0"
                           " WHERE r.deleted = 0 AND r.alias_owner IS NOT NULL"),
        1);
}
END_TEST

START_TEST(aliases_to_names_elsewhere_go_out_and_come_back_as_such)
{
    struct zone far = make_zone("far.test", ACCOUNT);
    ok(change_one(&far, '+', record("lb.far.test", "A", 60, "192.0.2.1")));
    ok(import_text("a 1 A 192.0.2.1\n; alias: shop.test. A -> lb.elsewhere.example. (elsewhere)\n"
                   "; alias: b.shop.test. A -> lb.far.test. (elsewhere)\n"));
    const char *text = exported();
    ck_assert_ptr_nonnull(strstr(text, "; alias: shop.test. A -> lb.elsewhere.example. (elsewhere)\n"));
    ck_assert_ptr_nonnull(strstr(text, "; alias: b.shop.test. A -> lb.far.test. (elsewhere)\n"));
    ok(import_text(text));
    ck_assert(!done.changed);
    ok(import_text("a 1 A 192.0.2.1\n; alias: shop.test. A -> lb.elsewhere.example. (elsewhere)\n"
                   "; alias: b.shop.test. A -> lb.far.test.\n"));
    ck_assert_uint_eq(done.differing, 1); /* here from now on */
    ck_assert_ptr_nonnull(strstr(exported(), "; alias: b.shop.test. A -> lb.far.test.\n"));
    ok(import_text("; alias: a.shop.test. A -> lb.far.test.\n"));
    ok(import_text("; alias: a.shop.test. A -> lb.far.test. (elsewhere)\n"));
    ck_assert(done.changed);
    ck_assert_ptr_nonnull(strstr(exported(), "; alias: a.shop.test. A -> lb.far.test. (elsewhere)\n"));
    refused(
        import_text("; alias: c.shop.test. A -> a.shop.test. (elsewhere)\n"), INVALID, "master-errors", "in this zone");
}
END_TEST

START_TEST(aliases_that_lead_nowhere_are_told_by_line)
{
    ok(import_text("a 1 A 192.0.2.1\n"));
    refused(import_text("; alias: x.shop.test. A -> y.nowhere.test.\n"
                        "; alias: y.shop.test. NS -> a.shop.test.\n"
                        "; alias: z.example. A -> a.shop.test.\n"
                        "; alias: w.shop.test. A -> a..b.\n"
                        "; alias: v.shop.test. A -> a.shop.test. (flattened)\n"
                        "; alias: that people write\n"
                        "u 1 A 192.0.2.1\n; alias: u.shop.test. A -> a.shop.test.\n"
                        "; alias: shop.test. NS -> a.shop.test.\n"
                        "; alias: shop.test. SOA -> a.shop.test.\n"),
        INVALID, "master-errors", "6 errors");
    ck_assert_str_eq(
        problems(), "2 alias-type\n3 master-out-of-zone\n4 empty-label\n8 alias-values\n9 alias-type\n10 alias-type\n");
    refused(import_text("a 1 A 192.0.2.1\n; alias: x.shop.test. A -> 192.0.2.1. (elsewhere)\n"
                        "; alias: z.shop.test. A -> a_b.nowhere.test. (elsewhere)\n"
                        "; alias: y.shop.test. A -> lb.nowhere.test.\n"),
        INVALID, "master-errors", "3 errors");
    ck_assert_str_eq(problems(), "2 alias-target-host\n3 alias-target-host\n4 alias-not-hosted\n");
    refused(import_text("; alias: x.shop.test. A -> y.shop.test.\n; alias: y.shop.test. A -> x.shop.test.\n"), INVALID,
        "master-errors", "leads back to itself");
    refused(import_text("\n; alias: x.shop.test. A -> gone.shop.test.\n"), INVALID, "master-errors",
        "line 2: x.shop.test A: the alias target");
    struct zone z = shop();
    ck_assert_str_eq(values_of(&z, "a.shop.test", "A"), "192.0.2.1");
    ck_assert_ptr_null(values_of(&z, "x.shop.test", "A"));
}
END_TEST

START_TEST(an_alias_into_a_zone_that_was_made_anew_finds_it)
{
    static const char text[] = "; alias: x.shop.test. A -> a.else.test.\n";
    ok(import_with("else.test", "a 1 A 192.0.2.1\n", (struct zone_import_options){0}));
    int64_t before = done.zone_id;
    ok(import_text(text));
    ok(zone_delete(db, before, ACCOUNT, true, T0, &err));
    refused(import_text(text), INVALID, "master-errors", "is in no zone hosted here");
    ok(import_with("else.test", "a 1 A 192.0.2.1\n", (struct zone_import_options){0}));
    ck_assert_int_ne(done.zone_id, before);
    int64_t again = done.zone_id;
    ok(import_text(text));
    ck_assert(done.changed);
    ck_assert_uint_eq(done.differing, 1);
    struct record_set set;
    ok(record_find(db, &a, shop().id, ACCOUNT, STR("x.shop.test"), STR("A"), &set, &err));
    ck_assert_int_eq(set.alias_zone_id, again);
    ok(import_text(text));
    ck_assert(!done.changed);
}
END_TEST

static struct buf shown;

static void on_show(void *ctx, char sign, const struct dns_name *owner, uint16_t type)
{
    (void)ctx;
    buf_printf(
        &shown, "%c%.*s %.*s\n", sign, STR_ARG(dns_name_text(&a, owner, false)), STR_ARG(dns_type_text(&a, type)));
}

START_TEST(a_dry_run_tells_all_and_writes_nothing)
{
    struct zone_import_options o = {.dry_run = true, .show = on_show};
    buf_in(&shown, &a, 10000);
    ok(import_with("shop.test", "a 1 A 192.0.2.1\n", o));
    ck_assert(done.created && done.changed);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM zone"), 0);
    ok(import_text("a 1 A 192.0.2.1\nb 1 A 192.0.2.1\n; alias: c.shop.test. A -> a.shop.test.\n"));
    struct zone before = shop();
    buf_reset(&shown);
    ok(import_with("shop.test", "b 2 A 192.0.2.1\nd 1 TXT x\n", o));
    ck_assert(str_eqz(buf_view(&shown), "-a.shop.test A\n=b.shop.test A\n-c.shop.test A\n+d.shop.test TXT\n"));
    ck_assert_int_eq(shop().version, before.version);
    ck_assert_str_eq(values_of(&before, "a.shop.test", "A"), "192.0.2.1");
    refused(
        import_with("shop.test", "; alias: c.shop.test. A -> z.shop.test.\n", o), INVALID, "master-errors", "does not");
}
END_TEST

/* From inside of the import's transaction. Its zone has a name that no other test has used: where one of that name has
 * been deleted just now, and is not purged, the database locks the gap beside it, too. */
static void on_show_create(void *ctx, char sign, const struct dns_name *owner, uint16_t type)
{
    struct db *mine;
    struct zone z;
    struct zone_new n = {.account_id = ACCOUNT, .name = STR("quick.test")};
    (void)owner;
    if (sign != '+' || type != DNS_TXT)
        return;
    ok(db_open(testdb_settings(), &mine, &err));
    ok(zone_create(mine, &a, &n, T0, &z, ctx, &err));
    db_close(&mine);
}

START_TEST(zones_can_be_made_while_an_import_makes_one)
{
    bool created = false;
    ok(import_with("alone.test", "$TTL 1\nb TXT x\nc A 192.0.2.1\n",
        (struct zone_import_options){.show = on_show_create, .show_ctx = &created}));
    ck_assert(created && done.created);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM delegation_set"), 2);
    ok(import_with("alone.test", "$TTL 1\nb TXT y\n", (struct zone_import_options){0}));
    ck_assert_int_eq(count("SELECT COUNT(*) FROM delegation_set"), 2);
}
END_TEST

START_TEST(other_peoples_zones_and_bad_names_are_refused)
{
    ok(import_text("a 1 A 192.0.2.1\n"));
    refused(import_with("shop.test", "a 1 A 192.0.2.1\n", (struct zone_import_options){.account_id = OTHER}), DENIED,
        "zone-taken", "shop.test");
    refused(import_with("sub.shop.test", "", (struct zone_import_options){.account_id = OTHER}), DENIED, "zone-taken",
        "sub.shop.test");
    refused(import_with("test", "", (struct zone_import_options){0}), INVALID, "zone-name", "two labels");
    refused(import_with("shop.test", "", (struct zone_import_options){.delegation_set_id = 99}), CONFLICT,
        "zone-delegation-set", "another");
    refused(import_with("x.test", "", (struct zone_import_options){.delegation_set_id = 99}), NOT_FOUND,
        "delegation-set", "99");
    refused(import_with("x.test", "a 1 A 192.0.2.1\nb 1 A 192.0.2.1\n", (struct zone_import_options){.records_max = 1}),
        INVALID, "master-errors", "line 2: more than 1 records");
    refused(import_with("x.test", "a 1 A 192.0.2.1\n", (struct zone_import_options){.bytes_max = 5}), INVALID,
        "master-errors", "16 bytes");
    refused(import_with("x.test", "$INCLUDE x\n", (struct zone_import_options){0}), INVALID, "master-errors",
        "line 1: $INCLUDE is not accepted");
}
END_TEST

START_TEST(a_failure_in_the_middle_leaves_the_zone_as_it_was)
{
    ok(import_text("a 1 A 192.0.2.1\n"));
    struct zone before = shop();
    ok(db_run_script(db,
        STR("DELIMITER $$\nCREATE TRIGGER die BEFORE INSERT ON rrset FOR EACH ROW BEGIN"
            " IF NEW.owner LIKE '%h900%' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'conflict: stop'; END IF; "
            "END$$\nDELIMITER ;\n"),
        &err));
    enum status s = import_text("$TTL 60\n$GENERATE 1-1000 h$ A 192.0.2.1\n");
    ok(db_run_script(db, STR("DROP TRIGGER die"), &err));
    ck_assert_int_eq(s, CONFLICT);
    ck_assert_int_eq(shop().version, before.version);
    ck_assert_int_eq(count("SELECT COUNT(*) FROM rrset"), 3);
    ck_assert_str_eq(values_of(&before, "a.shop.test", "A"), "192.0.2.1");
}
END_TEST

START_TEST(many_pages_export_as_the_same_bytes_that_they_import)
{
    ok(import_text(
        "$TTL 60\n$GENERATE 1-2500 h$ A 192.0.2.1\n@ TXT \"a;b\" \"\\\"q\\\"\"\n\\@.x MX 10 h1\n*.w CAA 0 issue "
        "\"ca\"\ns NS h1\ns NS n.s\nn.s A 192.0.2.5\na.s A 192.0.2.5\n"));
    const char *first = exported();
    ck_assert_ptr_nonnull(strstr(first, "\\@.x\t60\tIN\tMX\t10 h1.shop.test.\n"));
    ok(import_text(first));
    ck_assert(!done.changed);
    ok(zone_delete(db, shop().id, ACCOUNT, true, T0, &err));
    ok(import_with("shop.test", first, (struct zone_import_options){.keep_soa = true}));
    const char *second = exported();
    /* but for the names of its new set of name servers and the version */
    ck_assert_str_eq(strstr(first, "*.w\t"), strstr(second, "*.w\t"));
}
END_TEST

TEST_MAIN("import", a_file_becomes_a_zone_with_its_own_soa_and_ns, the_same_file_again_changes_nothing,
    only_what_differs_is_written_as_one_version, a_zone_of_several_pages_is_compared_to_its_end,
    the_number_of_record_sets_is_raised_for_an_operator, a_kept_soa_moves_its_serial_only_forward,
    a_new_zone_takes_any_serial_it_keeps, every_error_of_a_file_is_told_and_nothing_is_written,
    too_many_records_of_a_name_are_told_once_so_that_other_errors_are_seen, warnings_do_not_keep_a_zone_out,
    aliases_go_out_and_come_back, aliases_to_names_elsewhere_go_out_and_come_back_as_such,
    aliases_that_lead_nowhere_are_told_by_line, an_alias_into_a_zone_that_was_made_anew_finds_it,
    a_dry_run_tells_all_and_writes_nothing, zones_can_be_made_while_an_import_makes_one,
    other_peoples_zones_and_bad_names_are_refused, a_failure_in_the_middle_leaves_the_zone_as_it_was,
    many_pages_export_as_the_same_bytes_that_they_import);
