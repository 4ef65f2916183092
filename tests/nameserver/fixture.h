/* A store with zones written as master files, and questions put to it as bytes. */
#ifndef FW_TESTS_NAMESERVER_FIXTURE_H
#define FW_TESTS_NAMESERVER_FIXTURE_H

#include <check.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "dns/master.h"
#include "nameserver/ahead.h"
#include "nameserver/query.h"
#include "nameserver/snapshot_format.h"

struct fixture {
    struct arena a;
    struct store st;
    struct query_view view;
    struct query q;
    uint8_t in[2048];
    uint8_t out[DNS_MESSAGE_MAX];
};

static FW_UNUSED void fixture_open(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    crypto_init();
    arena_init(&f->a, 0);
    store_init(&f->st);
    query_view_init(&f->view, &f->st, NULL);
}

static FW_UNUSED void fixture_close(struct fixture *f)
{
    query_view_clear(&f->view);
    store_clear(&f->st);
    arena_clear(&f->a);
}

/* ---- zones ------------------------------------------------------------------------------------------------- */

static FW_UNUSED struct change_row *change_add(struct arena *a, struct change *c)
{
    struct change_row *rows = ARENA_ARRAY(a, c->n + 1, struct change_row);

    if (c->n > 0)
        memcpy(rows, c->rows, c->n * sizeof(*rows));
    c->rows = rows;
    return &c->rows[c->n++];
}

static FW_UNUSED struct str wire_of(struct arena *a, const char *text)
{
    struct dns_name name = dns_name_of(text);

    dns_name_lower(&name);
    return str_dup(a, dns_name_wire(&name));
}

static FW_UNUSED void change_add_set(struct arena *a, struct change *c, const struct dns_rrset *set)
{
    struct change_row *r = change_add(a, c);
    struct dns_name owner = set->owner;
    struct buf packed;

    dns_name_lower(&owner);
    buf_in(&packed, a, DNS_PACKED_MAX);
    dns_rrset_pack(&packed, set);
    *r = (struct change_row){
        .owner = str_dup(a, dns_name_wire(&owner)), .type = set->type, .ttl = set->ttl, .data = buf_view(&packed)};
}

/* Rows of a master file. */
static FW_UNUSED struct change change_of(
    struct arena *a, uint64_t id, uint64_t version, const char *origin, const char *text)
{
    struct dns_name name = dns_name_of(origin);
    struct dns_master_options options = {.origin = &name, .default_ttl = 300};
    struct change c = {.zone_id = id, .name = name, .version = version};
    struct dns_rrset *sets;
    struct error e;
    size_t n;

    text = arena_printf(a, "$TTL 300\n%s", text);
    ck_assert_msg(dns_master_read(a, str_of(text), &options, &sets, &n, &e) == OK, "%s", e.text);
    for (size_t i = 0; i < n; i++)
        change_add_set(a, &c, &sets[i]);
    return c;
}

static FW_UNUSED void change_add_alias(
    struct arena *a, struct change *c, const char *owner, uint16_t type, uint64_t zone, const char *target)
{
    *change_add(a, c) = (struct change_row){
        .owner = wire_of(a, owner), .type = type, .alias = true, .alias_zone = zone, .data = wire_of(a, target)};
}

static FW_UNUSED void change_add_deletion(struct arena *a, struct change *c, const char *owner, uint16_t type)
{
    *change_add(a, c) = (struct change_row){.owner = wire_of(a, owner), .type = type, .deleted = true};
}

static FW_UNUSED void apply(struct fixture *f, const struct change *c)
{
    struct error e;

    ck_assert_msg(store_apply(&f->st, c, &e) == OK, "%s", e.text);
}

#define SOA_LINE "@ 3600 SOA ns1 hostmaster 1 3600 600 86400 300\n@ 3600 NS ns1\nns1 A 192.0.2.53\n"

/* A zone with SOA, NS and the address of its name server, and the given lines. */
static FW_UNUSED void serve(struct fixture *f, uint64_t id, const char *origin, const char *lines)
{
    struct change c = change_of(&f->a, id, 1, origin, arena_printf(&f->a, SOA_LINE "%s", lines));

    apply(f, &c);
}

/* The zone's next version: lines added, or replaced where the type is there. */
static FW_UNUSED struct change next_version(struct fixture *f, uint64_t id, const char *origin, const char *lines)
{
    uint64_t version = store_zone(&f->st, id)->version + 1;
    char *text = arena_printf(
        &f->a, "@ 3600 SOA ns1 hostmaster %llu 3600 600 86400 300\n%s", (unsigned long long)version, lines);

    return change_of(&f->a, id, version, origin, text);
}

/* ---- questions --------------------------------------------------------------------------------------------- */

struct how {
    bool no_edns, do_bit, tcp;
    uint16_t size; /* 0: 1232 */
    uint16_t class_; /* 0: IN */
};

static FW_UNUSED size_t question_write(uint8_t *p, const struct dns_name *name, uint16_t type, const struct how *how)
{
    size_t n = 12;

    memset(p, 0, 12);
    write_u16(p, 0x4711);
    write_u16(p + 2, DNS_RD);
    write_u16(p + 4, 1);
    memcpy(p + n, name->wire, name->len);
    n += name->len;
    write_u16(p + n, type);
    write_u16(p + n + 2, how->class_ != 0 ? how->class_ : DNS_IN);
    n += 4;
    if (how->no_edns)
        return n;
    memset(p + n, 0, DNS_OPT_SIZE);
    write_u16(p + n + 1, DNS_OPT);
    write_u16(p + n + 3, how->size != 0 ? how->size : 1232);
    write_u16(p + n + 7, how->do_bit ? 0x8000 : 0);
    write_u16(p + 10, 1);
    return n + DNS_OPT_SIZE;
}

/* Raw bytes in; the answer's bytes, empty for none. */
static FW_UNUSED struct str ask_raw(struct fixture *f, const void *in, size_t n, bool tcp)
{
    f->q.in = in;
    f->q.in_n = n;
    f->q.out = f->out;
    f->q.tcp = tcp;
    query_view_take(&f->view);
    query_prepare(&f->view, &f->q);
    ahead_fetch(&f->view, &f->q, 1);
    query_answer(&f->view, &f->q);
    query_view_give(&f->view);
    return str_n((const char *)f->out, f->q.out_n);
}

static FW_UNUSED struct dns_message ask_name(
    struct fixture *f, const struct dns_name *name, uint16_t type, struct how how)
{
    struct dns_message m;
    struct error e;
    struct str out = ask_raw(f, f->in, question_write(f->in, name, type, &how), how.tcp);

    ck_assert_uint_gt(out.n, 0);
    if (!how.tcp)
        ck_assert_uint_le(out.n, how.no_edns ? 512 : how.size != 0 && how.size < 1232 ? how.size : 1232);
    ck_assert_msg(dns_message_parse(&f->a, out, &m, &e) == OK, "%s", e.text);
    return m;
}

static FW_UNUSED struct dns_message ask(struct fixture *f, const char *name, uint16_t type)
{
    struct dns_name n = dns_name_of(name);

    return ask_name(f, &n, type, (struct how){.size = 0});
}

/* "rcode aa|-- | answer | authority | additional": records as "owner ttl type rdata" joined by ", ". */
static FW_UNUSED const char *shown(struct fixture *f, const struct dns_message *m)
{
    struct buf b;

    buf_in(&b, &f->a, 1 << 20);
    buf_puts(&b, dns_rcode_text(m->rcode));
    buf_puts(&b, (m->header.flags & DNS_AA) != 0 ? " aa" : " --");
    if ((m->header.flags & DNS_TC) != 0)
        buf_puts(&b, " tc");
    for (int s = 0; s < DNS_SECTIONS; s++) {
        buf_puts(&b, " |");
        for (size_t i = 0; i < m->n[s]; i++) {
            const struct dns_record *r = &m->records[s][i];

            buf_puts(&b, i > 0 ? ", " : " ");
            dns_name_write(&b, &r->owner, false);
            buf_printf(&b, " %u ", r->ttl);
            dns_type_write(&b, r->type);
            buf_putc(&b, ' ');
            dns_rdata_write(&b, r->type, r->rdata);
        }
    }
    buf_putc(&b, '\0');
    return b.p;
}

/* Asks, and compares with what `shown` says. */
#define ASK(f, name, type, want)                                                                                       \
    do {                                                                                                               \
        struct dns_message m_ = ask((f), (name), (type));                                                              \
        ck_assert_str_eq(shown((f), &m_), (want));                                                                     \
    } while (0)

/* Makes the snapshot say that another build wrote it: its compiled zones are nobody's, its records are as good as before. */
static FW_UNUSED void snapshot_disown(const char *path)
{
    static uint8_t header[SNAPSHOT_HEADER], block[SNAPSHOT_BLOCK], sum[8];
    int fd = open(path, O_RDWR | O_CLOEXEC);
    uint64_t bytes;
    size_t n;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pread(fd, header, sizeof(header), 0), sizeof(header));
    bytes = read_u64(header + 16);
    n = bytes < SNAPSHOT_BLOCK ? bytes : SNAPSHOT_BLOCK;
    ck_assert_int_eq(pread(fd, block, n, SNAPSHOT_HEADER), (ssize_t)n);
    block[0] ^= 1; /* of the build's number */
    write_u64(sum, snapshot_sum(0, block, n));
    ck_assert_int_eq(pwrite(fd, block, n, SNAPSHOT_HEADER), (ssize_t)n);
    ck_assert_int_eq(pwrite(fd, sum, sizeof(sum), (off_t)(SNAPSHOT_HEADER + bytes)), sizeof(sum));
    close(fd);
}

/* Runs the cases; the runner reads Check's own summary. */
static FW_UNUSED int fixture_main(const char *name, void (*add)(TCase *t))
{
    Suite *s = suite_create(name);
    TCase *t = tcase_create("all");
    SRunner *r;
    int failed;

    log_init(NULL, LOG_ERROR);
    add(t);
    tcase_set_timeout(t, 150);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? 0 : 1;
}

#endif
