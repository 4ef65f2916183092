/* What a name server reads from its own disk. The first byte chooses:
 *   0  a snapshot file as it is
 *   1  records of zones, each with a length of two bytes in front: a snapshot of another build with its checksums made right
 *   2  contents of records, likewise: a change log with its checksums made right
 *   3  pairs of place (two bytes) and value (one): a snapshot of this build whose compiled zones are changed there,
 *      with its checksums made right
 * What is loaded from records answers with well-formed messages, and written again and loaded again it is as much. Compiled
 * zones are believed as to what they say, so of the last only that no reader is led out of them.
 * Replayed by tests/nameserver/test_fuzz_snapshot.c. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "dns/master.h"
#include "dns/message.h"
#include "nameserver/changelog_format.h"
#include "nameserver/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX ((size_t)1 << 16)
#define ZONES_ASKED 4
#define NAMES_ASKED 24
#define LOG_NUMBER 1

enum mode { MODE_FILE, MODE_RECORDS, MODE_LOG, MODE_COMPILED, MODES };

struct disk {
    char dir[32];
    struct arena arena;
};

static const char *path_in(struct disk *d, const char *name)
{
    return arena_printf(&d->arena, "%s/%s", d->dir, name);
}

static void file_put(struct disk *d, const char *name, struct buf *bytes)
{
    int fd = open(path_in(d, name), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

    INVARIANT(fd >= 0 && write(fd, bytes->p, bytes->n) == (ssize_t)bytes->n);
    close(fd);
}

/* ---- right checksums around wrong things ------------------------------------------------------------------------- */

/* The next piece of the input: two bytes of length in front, or what is left. false at the end. */
static bool piece_take(struct str *rest, struct str *piece_r)
{
    size_t n;

    if (rest->n < 2)
        return false;
    n = read_u16(rest->p);
    *rest = str_n(rest->p + 2, rest->n - 2);
    n = n < rest->n ? n : rest->n;
    *piece_r = str_n(rest->p, n);
    *rest = str_n(rest->p + n, rest->n - n);
    return true;
}

static void seal_body(struct buf *out, struct str body, uint64_t zones)
{
    buf_puts(out, SNAPSHOT_MAGIC);
    buf_u64(out, SNAPSHOT_MARK);
    buf_u64(out, body.n);
    buf_u64(out, zones);
    buf_u64(out, 1);
    buf_u64(out, LOG_NUMBER);
    buf_u64(out, 0);
    buf_u64(out, snapshot_sum(0, out->p, 56));
    buf_str(out, body);
    for (uint64_t i = 0; i * SNAPSHOT_BLOCK < body.n; i++) {
        size_t at = i * SNAPSHOT_BLOCK, n = body.n - at < SNAPSHOT_BLOCK ? body.n - at : SNAPSHOT_BLOCK;

        buf_u64(out, snapshot_sum(i, body.p + at, n));
    }
}

static void seal_records(struct disk *d, struct buf *out, struct str rest)
{
    struct buf body;
    struct str piece;
    uint64_t zones = 0;

    buf_in(&body, &d->arena, INPUT_MAX * 8);
    for (size_t i = 0; i < SNAPSHOT_FRONT / 8; i++)
        buf_u64(&body, 0);
    for (; piece_take(&rest, &piece); zones++) {
        buf_u64(&body, piece.n);
        buf_str(&body, piece);
        buf_u64(&body, 0); /* nothing compiled, and no hashes */
    }
    seal_body(out, buf_view(&body), zones);
}

static void seal_record(struct buf *out, uint64_t place, struct str content)
{
    uint64_t seed = changelog_seed(LOG_NUMBER, place);
    size_t at = out->n;

    buf_u64(out, content.n);
    buf_u64(out, snapshot_sum(seed, content.p, content.n));
    buf_u64(out, snapshot_sum(seed, out->p + at, 16));
    buf_str(out, content);
}

static void seal_log(struct buf *out, struct str rest)
{
    struct str piece;

    buf_puts(out, CHANGELOG_MAGIC);
    buf_u64(out, LOG_NUMBER);
    buf_u64(out, snapshot_sum(0, out->p, 16));
    for (uint64_t place = 0; piece_take(&rest, &piece); place++)
        seal_record(out, place, piece);
}

/* ---- a snapshot of this build ----------------------------------------------------------------------------------------- */

static const char zone_text[] =
    "$TTL 300\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.2\nc CNAME www\nl CNAME l\nx CNAME no\n"
    "*.w MX 1 mail.w\n*.v CNAME www\nsub NS ns.sub\nns.sub AAAA 2001:db8::1\na.b.c TXT t\nd DNAME w\n";

static struct buf real; /* the file */
static uint64_t real_zones;

static void zone_add(struct store *st, struct arena *a, uint64_t id, const char *name)
{
    struct dns_name origin = dns_name_of(name);
    struct dns_master_options options = {.origin = &origin, .default_ttl = 300};
    struct change c = {.zone_id = id, .name = origin, .version = 1};
    struct dns_rrset *sets;
    struct error e;
    size_t n;

    INVARIANT(dns_master_read(a, str_of(zone_text), &options, &sets, &n, &e) == OK);
    c.rows = ARENA_ARRAY(a, n, struct change_row);
    for (size_t i = 0; i < n; i++) {
        struct buf packed;

        buf_in(&packed, a, DNS_PACKED_MAX);
        dns_rrset_pack(&packed, &sets[i]);
        c.rows[c.n++] = (struct change_row){.owner = dns_name_wire(&sets[i].owner),
            .type = sets[i].type,
            .ttl = sets[i].ttl,
            .data = buf_view(&packed)};
    }
    INVARIANT(store_apply(st, &c, &e) == OK);
}

/* Once: a file as it is written here, which loads without anything being compiled. */
static void real_make(struct disk *d)
{
    struct snapshot_read r;
    static struct store st;
    struct str file;
    struct error e;

    store_init(&st);
    zone_add(&st, &d->arena, 1, "a.test");
    zone_add(&st, &d->arena, 2, "b.example");
    INVARIANT(snapshot_write(&st, path_in(d, "file"), 1, &e) == OK);
    store_clear(&st);
    INVARIANT(file_read(&d->arena, path_in(d, "file"), INPUT_MAX * 8, &file, &e) == OK);
    store_init(&st);
    INVARIANT(snapshot_load_file(&st, path_in(d, "file"), &r, &e) == OK && r.zones == 2 && r.compiled == 0);
    store_clear(&st);
    buf_init(&real, file.n);
    buf_str(&real, file);
    real_zones = r.zones;
}

/* Where byte `nth` of what is compiled stands in the body, counted round and round. */
static size_t compiled_place(const struct buf *body, size_t nth)
{
    for (;;) {
        size_t at = SNAPSHOT_FRONT;

        for (uint64_t zone = 0; zone < real_zones; zone++) {
            size_t n;

            at += 8 + (size_t)read_u64(body->p + at);
            n = read_u32(body->p + at) + 8 * (size_t)read_u32(body->p + at + 4);
            at += 8;
            if (nth < n)
                return at + nth;
            nth -= n;
            at += n;
        }
    }
}

static void seal_compiled(struct disk *d, struct buf *out, struct str rest)
{
    struct buf body;
    size_t n;

    if (real.n == 0)
        real_make(d);
    n = (size_t)read_u64(real.p + 16);
    buf_in(&body, &d->arena, n);
    buf_put(&body, real.p + SNAPSHOT_HEADER, n);
    for (; rest.n >= 3; rest = str_n(rest.p + 3, rest.n - 3))
        body.p[compiled_place(&body, read_u16(rest.p))] = rest.p[2];
    seal_body(out, buf_view(&body), real_zones);
}

/* ---- what must hold of all that was loaded -------------------------------------------------------------------------- */

static void disk_ask(struct query_view *v, struct arena *a, const struct dns_name *name, uint16_t type, bool believed)
{
    struct query *q = ARENA_NEW(a, struct query);
    struct dns_message m;
    struct dns_writer w;
    struct error e;
    struct str in;

    dns_writer_begin(&w, arena_alloc(a, 512), 512, 1, 0);
    INVARIANT(dns_writer_question(&w, name, type, DNS_IN));
    in = dns_writer_end(&w);
    q->in = (const uint8_t *)in.p;
    q->in_n = in.n;
    q->out = arena_alloc(a, DNS_MESSAGE_MAX);
    q->tcp = true;
    query_view_take(v);
    query_prepare(v, q);
    query_answer(v, q);
    query_view_give(v);
    INVARIANT(dns_message_parse(a, str_n((const char *)q->out, q->out_n), &m, &e) == OK || believed);
}

/* The names of a zone and one below each. */
static size_t names_of(struct store *st, struct zone *z, struct dns_name *names_r)
{
    size_t n = 0;
    struct error e;

    zone_open(st, z);
    for (const struct owner *o = zone_owner_next(z, NULL); o != NULL && n + 2 <= NAMES_ASKED;
         o = zone_owner_next(z, o)) {
        owner_dns_name(o, &names_r[n++]);
        if (dns_name_prepend(STR("x"), &names_r[n - 1], &names_r[n], &e) == OK)
            n++;
    }
    store_rest(st);
    return n;
}

static void ask_names(struct query_view *v, struct arena *a, const struct dns_name *names, size_t n, bool believed)
{
    static const uint16_t types[] = {DNS_A, DNS_MX, DNS_ANY, DNS_SOA};

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < ARRAY_LEN(types); k++)
            disk_ask(v, a, &names[i], types[k], believed);
}

static void ask_all(struct query_view *v, struct store *st, struct arena *a)
{
    size_t n;
    uint64_t *ids = store_zone_ids(st, a, &n);
    struct dns_name *names = ARENA_ARRAY(a, NAMES_ASKED, struct dns_name);

    for (size_t i = 0; i < n && i < ZONES_ASKED; i++)
        ask_names(v, a, names, names_of(st, store_zone(st, ids[i]), names), false);
}

/* Zones that are believed are not spread out: their records are, too. */
static void ask_real(struct query_view *v, struct arena *a)
{
    static const char *const labels[] = {"a.test", "www.a.test", "c.b.example", "l.a.test", "q.w.b.example",
        "q.v.a.test", "y.sub.a.test", "y.d.b.example", "b.c.a.test", "no.b.example"};

    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        struct dns_name name = dns_name_of(labels[i]);

        ask_names(v, a, &name, 1, true);
    }
}

static void write_and_load_again(struct store *st, struct disk *d)
{
    struct snapshot_read first, second;
    static struct store again;
    struct error e;
    size_t n, m;

    INVARIANT(snapshot_write(st, path_in(d, "again"), 1, &e) == OK);
    store_init(&again);
    INVARIANT(snapshot_load_file(&again, path_in(d, "again"), &first, &e) == OK);
    (void)store_zone_ids(st, &d->arena, &n);
    (void)store_zone_ids(&again, &d->arena, &m);
    INVARIANT(first.refused == 0 && first.zones == n && n == m && st->sets_n == again.sets_n);
    INVARIANT(snapshot_write(&again, path_in(d, "again"), 1, &e) == OK);
    store_clear(&again);
    store_init(&again);
    INVARIANT(snapshot_load_file(&again, path_in(d, "again"), &second, &e) == OK && second.zones == n);
    store_clear(&again);
}

static void disk_load(struct store *st, struct disk *d, enum mode mode, struct str rest)
{
    struct changelog_read log;
    struct snapshot_read r;
    struct buf file;
    struct error e;

    buf_in(&file, &d->arena, INPUT_MAX * 16);
    if (mode == MODE_LOG)
        seal_log(&file, rest);
    else if (mode == MODE_RECORDS)
        seal_records(d, &file, rest);
    else if (mode == MODE_COMPILED)
        seal_compiled(d, &file, rest);
    else
        buf_str(&file, rest);
    file_put(d, mode == MODE_LOG ? "file.log.1" : "file", &file);
    if (mode == MODE_LOG)
        changelog_load(st, &d->arena, path_in(d, "file"), LOG_NUMBER, &log);
    else if (snapshot_load_file(st, path_in(d, "file"), &r, &e) != OK)
        INVARIANT(e.status == INVALID && e.text[0] != '\0');
}

static void clean(struct disk *d)
{
    static const char *const names[] = {"file", "file.log.1", "again", "again.prev"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        (void)unlink(path_in(d, names[i]));
    (void)rmdir(d->dir);
    arena_clear(&d->arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct query_view view;
    struct disk d = {.dir = "/dev/shm/fw-fuzz-XXXXXX"};
    static struct store st; /* static: aligned beyond what gcc's checked stack gives */
    enum mode mode;

    if (size < 1 || size > INPUT_MAX)
        return 0;
    mode = (enum mode)(data[0] % MODES);
    crypto_init();
    arena_init(&d.arena, 0);
    INVARIANT(mkdtemp(d.dir) != NULL);
    store_init(&st);
    disk_load(&st, &d, mode, str_n((const char *)data + 1, size - 1));
    query_view_init(&view, &st, NULL);
    if (mode == MODE_COMPILED) {
        ask_real(&view, &d.arena);
    } else {
        ask_all(&view, &st, &d.arena);
        write_and_load_again(&st, &d);
    }
    query_view_clear(&view);
    store_clear(&st);
    clean(&d);
    return 0;
}
