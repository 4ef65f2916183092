/* differential QUESTIONS BIND-ADDR … : asks, compares, counts (differential.h).
 *
 *   differential QUESTIONS OURS BIND NSD KNOT
 *
 * QUESTIONS is a file: a line of tags separated by tabs; then questions: two bytes of length, one of transport (1: TCP),
 * one of tag, the message. Prints "count KIND NAME N" lines, and each difference found, the first SHOWN_MAX whole. Ends
 * with 0 when there is none, with 1 when there are some. */
#include "base/clock.h"
#include "base/conf.h"
#include "tests/differential/differential.h"

#define SHOWN_MAX 20
#define QUESTIONS_BYTES_MAX ((size_t)512 << 20)
#define COUNTS_MAX 400
#define TAGS_MAX 64

struct count {
    const char *kind, *name;
    uint64_t n;
};

struct run {
    struct arena arena; /* for a batch */
    struct arena keep;
    struct asker *asker;
    struct count counts[COUNTS_MAX];
    size_t counts_n;
    const char *tags[TAGS_MAX];
    size_t tags_n;
    uint64_t differences;
};

/* ---- counting ---------------------------------------------------------------------------------------- */

static void count(struct run *r, const char *kind, const char *name)
{
    size_t i = 0;

    while (i < r->counts_n && (strcmp(r->counts[i].kind, kind) != 0 || strcmp(r->counts[i].name, name) != 0))
        i++;
    if (i == r->counts_n) {
        INVARIANT(r->counts_n < COUNTS_MAX);
        r->counts[r->counts_n++] = (struct count){.kind = kind, .name = arena_strdup(&r->keep, name)};
    }
    r->counts[i].n++;
}

static void count_type(struct run *r, const char *kind, uint16_t type)
{
    char name[16];
    struct buf b;

    buf_in(&b, &r->arena, sizeof(name));
    type_show(&b, type);
    buf_putc(&b, '\0');
    count(r, kind, b.p);
}

static void count_reply(struct run *r, const struct question *q, const struct reply *ours)
{
    count(r, "transport", q->tcp ? "TCP" : ours->opt ? "UDP, EDNS" : "UDP, no EDNS");
    count(r, "tag", r->tags[q->tag]);
    count(r, "kind", reply_kind(ours));
    if (ours->wrong != NULL)
        return;
    count(r, "rcode", rcode_show(ours->rcode));
    count_type(r, "asked", ours->qtype);
    if (ours->n[ANSWER] > 0 && !reply_truncated(ours))
        count_type(r, "answered", ours->records[ANSWER][ours->n[ANSWER] - 1].type);
}

/* ---- comparing --------------------------------------------------------------------------------------- */

static void difference_print(struct run *r, const struct comparison *c)
{
    struct buf b;

    if (++r->differences > SHOWN_MAX)
        return;
    buf_in(&b, &r->arena, 1 << 20);
    buf_printf(&b, "difference %llu (%s, %s): ", (unsigned long long)r->differences, r->tags[c->question->tag],
        c->question->tcp ? "TCP" : "UDP");
    name_show(&b, c->question->wire + 12);
    buf_putc(&b, ' ');
    type_show(&b, read_u16(c->question->wire + 12 + wire_len(c->question->wire + 12)));
    buf_printf(&b, ", flags %04x", read_u16(c->question->wire + 2));
    if (c->question->n > 12 + 4 + wire_len(c->question->wire + 12))
        buf_printf(&b, ", EDNS size %u", read_u16(c->question->wire + c->question->n - 8));
    buf_putc(&b, '\n');
    for (int s = 0; s < SERVERS; s++) {
        buf_printf(&b, "  %-5s", server_names[s]);
        reply_show(&b, &c->replies[s]);
    }
    (void)fwrite(b.p, 1, b.n, stdout);
}

static void difference(struct run *r, const struct comparison *c, const char *name)
{
    count(r, "difference", name);
    difference_print(r, c);
}

static void judge_disagreement(struct run *r, const struct comparison *c)
{
    const char *kind = reply_kind(&c->replies[OURS]);
    struct buf with;
    struct deviation *d;

    buf_in(&with, &r->arena, 128);
    for (int s = BIND; s < SERVERS; s++) {
        if (str_eq(c->replies[OURS].key, c->replies[s].key))
            buf_printf(&with, "%s%s", with.n > 0 ? " and " : "", server_names[s]);
    }
    if (with.n > 0) {
        buf_printf(&with, ": %s%c", kind, '\0');
        count(r, "the others differ; same as", with.p);
        return;
    }
    d = deviation_find(c);
    if (d != NULL) {
        d->n++;
        return;
    }
    difference(r, c, kind);
}

static void judge(struct run *r, const struct question *q, struct reply *replies)
{
    struct comparison c = {.asker = r->asker, .arena = &r->arena, .question = q, .replies = replies};
    bool same = true;

    for (int s = 0; s < SERVERS; s++) {
        reply_key(&r->arena, &replies[s]);
        same = same && str_eq(replies[s].key, replies[OURS].key);
    }
    count_reply(r, q, &replies[OURS]);
    if (replies[OURS].wrong == NULL && ((replies[OURS].flags ^ read_u16(q->wire + 2)) & FLAG_CD) != 0)
        difference(r, &c, "CD is not the question's");
    else if (!additional_right(&c))
        difference(r, &c, "an additional record that nobody else knows");
    else if (same && replies[OURS].wrong == NULL)
        count(r, "agreement", "all four");
    else
        judge_disagreement(r, &c);
}

/* Asks the questions of one transport; of truncated answers, what must be asked over TCP is put into again. */
static size_t ask_and_judge(
    struct run *r, const struct question *const *q, size_t n, bool tcp, const struct question **again)
{
    struct reply *replies = ARENA_ARRAY(&r->arena, n * SERVERS + 1, struct reply);
    size_t again_n = 0;

    ask_all(r->asker, &r->arena, q, n, tcp, replies);
    for (size_t i = 0; i < n; i++) {
        bool truncated = false;

        judge(r, q[i], &replies[i * SERVERS]);
        for (int s = 0; s < SERVERS; s++)
            truncated |= reply_truncated(&replies[i * SERVERS + (size_t)s]);
        if (truncated && !tcp) {
            struct question *t = arena_alloc(&r->arena, sizeof(*t));

            *t = *q[i];
            t->tcp = true;
            again[again_n++] = t;
        }
    }
    return again_n;
}

static void batch_run(struct run *r, const struct question *questions, size_t n)
{
    const struct question **udp = ARENA_ARRAY(&r->arena, n, const struct question *);
    const struct question **tcp = ARENA_ARRAY(&r->arena, n, const struct question *);
    size_t udp_n = 0, tcp_n = 0;

    for (size_t i = 0; i < n; i++) {
        if (questions[i].tcp)
            tcp[tcp_n++] = &questions[i];
        else
            udp[udp_n++] = &questions[i];
    }
    tcp_n += ask_and_judge(r, udp, udp_n, false, tcp + tcp_n);
    (void)ask_and_judge(r, tcp, tcp_n, true, NULL);
    arena_reset(&r->arena);
}

/* ---- in and out -------------------------------------------------------------------------------------- */

static size_t questions_read(struct run *r, struct str file, struct question **questions_r)
{
    struct question *q = ARENA_ARRAY(&r->keep, file.n / 20 + 1, struct question);
    struct str line, tag;
    const uint8_t *p;
    size_t n = 0, left;

    INVARIANT(str_take(&file, '\n', &line));
    while (r->tags_n < TAGS_MAX && str_take(&line, '\t', &tag))
        r->tags[r->tags_n++] = str_dupz(&r->keep, tag);
    p = (const uint8_t *)file.p;
    for (left = file.n; left >= 4 + 12 && left >= 4u + read_u16(p); n++) {
        q[n] = (struct question){.n = read_u16(p), .tcp = p[2] == 1, .tag = p[3], .wire = p + 4};
        INVARIANT(q[n].tag < r->tags_n && q[n].n <= 512);
        left -= 4u + q[n].n;
        p += 4 + q[n].n;
    }
    INVARIANT(left == 0);
    *questions_r = q;
    return n;
}

static void counts_print(const struct run *r, size_t asked, uint64_t began)
{
    for (size_t i = 0; i < r->counts_n; i++)
        printf("count\t%s\t%s\t%llu\n", r->counts[i].kind, r->counts[i].name, (unsigned long long)r->counts[i].n);
    for (size_t i = 0; deviation_at(i) != NULL; i++) {
        const struct deviation *d = deviation_at(i);

        printf("count\tdeviation\t%s (%s)\t%llu\n", d->name, d->reason, (unsigned long long)d->n);
    }
    printf("asked %zu questions, %llu differences, %.1f s\n", asked, (unsigned long long)r->differences,
        (double)(clock_monotonic_ns() - began) / 1e9);
}

int main(int argc, char **argv)
{
    static struct run r;
    struct question *questions;
    struct str file;
    struct error e;
    uint64_t began = clock_monotonic_ns();
    size_t n;

    if (argc != 2 + SERVERS) {
        fprintf(stderr, "usage: differential QUESTIONS OURS BIND NSD KNOT\n");
        return 2;
    }
    arena_init(&r.arena, 0);
    arena_init(&r.keep, (size_t)4 << 30);
    if (file_read(&r.keep, argv[1], QUESTIONS_BYTES_MAX, &file, &e) != OK) {
        fprintf(stderr, "differential: %s\n", e.text);
        return 2;
    }
    r.asker = asker_new(&r.keep, (const char *const *)argv + 2);
    n = questions_read(&r, file, &questions);
    for (size_t i = 0; i < n; i += ASK_BATCH)
        batch_run(&r, &questions[i], n - i < ASK_BATCH ? n - i : ASK_BATCH);
    counts_print(&r, n, began);
    asker_close(r.asker);
    arena_clear(&r.arena);
    arena_clear(&r.keep);
    return r.differences == 0 ? 0 : 1;
}
