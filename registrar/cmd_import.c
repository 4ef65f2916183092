/* fourways zone import ORIGIN FILE, and fourways zone import --manifest FILE
 *
 * Each zone is a transaction of its own. A manifest is worked off by several connections at once, goes on behind a zone
 * that is refused, and keeps nothing on the side: whoever is killed in the middle runs the same command again, and zones
 * that are as their files say are left as they are. */
#include "registrar/cli.h"
#include "registrar/manifest.h"
#include "registrar/zone_source.h"
#include "zones/import.h"
#include "zones/sync.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#define JOBS_MAX 16
#define JOBS_DEFAULT 4

struct import_run {
    struct cli *c;
    struct zone_import_options options; /* without what is the zone's own */
    bool include, manifest;
    size_t n; /* zones of the manifest */
    pthread_mutex_t lock; /* over what follows, and over printing */
    const struct manifest_entry **queue, **later; /* later: whose aliases lead to zones that are not there yet */
    size_t queue_n, later_n;
    bool last; /* nothing is put off any more */
    size_t next, created, changed, unchanged, failed;
    size_t records;
    uint64_t started_ns, shown_ns;
    bool stopped;
    struct error stop;
};

/* One zone while it is imported. */
struct import_one {
    struct import_run *run;
    const struct manifest_entry *entry;
    struct arena arena;
    struct dns_master_report report;
    struct zone_import_done done;
    enum status status;
    struct error e;
};

/* ---- telling ---------------------------------------------------------------------------------------------------- */

static const char *result_word(const struct import_one *o)
{
    if (o->status != OK)
        return "failed";
    return o->done.created ? "created" : o->done.changed ? "changed" : "unchanged";
}

static void put_problems(struct json_writer *j, const struct dns_master_report *r, bool warnings)
{
    json_open_array(j, warnings ? "warnings" : "errors");
    for (size_t i = 0; i < r->n; i++) {
        const struct dns_master_problem *p = &r->items[i];
        if (p->warning != warnings)
            continue;
        json_open_object(j, NULL);
        json_put_str(j, "file", p->file);
        json_put_int(j, "line", p->line);
        json_put_str(j, "code", str_of(p->code));
        json_put_str(j, "detail", p->text);
        json_close_object(j);
    }
    json_close_array(j);
}

/* One object a line, so that a manifest of any length can be followed. */
static void tell_json(struct import_one *o)
{
    struct buf out;
    struct json_writer j;
    buf_in(&out, &o->arena, CLI_JSON_MAX);
    json_begin(&j, &out);
    json_open_object(&j, NULL);
    json_put_str(&j, "zone", o->entry->origin);
    json_put_str(&j, "file", o->entry->path);
    json_put_str(&j, "result", str_of(result_word(o)));
    json_put_bool(&j, "dry_run", o->run->options.dry_run);
    if (o->status == OK) {
        json_put_int(&j, "version", o->done.version);
        json_put_int(&j, "serial", o->done.serial);
        json_put_int(&j, "records", (int64_t)o->done.records);
        json_put_int(&j, "added", (int64_t)o->done.added);
        json_put_int(&j, "changed", (int64_t)o->done.differing);
        json_put_int(&j, "removed", (int64_t)o->done.removed);
        json_put_bool(&j, "ns_ignored", o->done.ns_ignored);
    } else {
        json_put_str(&j, "code", str_of(o->e.code));
        json_put_str(&j, "detail", str_of(o->e.text));
        json_put_int(&j, "errors_total", (int64_t)o->report.errors);
    }
    put_problems(&j, &o->report, false);
    put_problems(&j, &o->report, true);
    json_close_object(&j);
    printf("%.*s\n", STR_ARG(buf_view(&out)));
}

static void tell_problems(struct import_one *o)
{
    const struct dns_master_report *r = &o->report;
    for (size_t i = 0; i < r->n; i++) {
        const struct dns_master_problem *p = &r->items[i];
        fprintf(stderr, "%.*s:%u: %s%.*s [%s]\n", STR_ARG(cli_text(&o->arena, p->file)), p->line,
            p->warning ? "warning: " : "", STR_ARG(cli_text(&o->arena, p->text)), p->code);
    }
    if (r->errors + r->warnings > r->n)
        fprintf(stderr, "… and %zu more\n", r->errors + r->warnings - r->n);
}

static void tell_text(struct import_one *o)
{
    const struct zone_import_done *d = &o->done;
    struct str zone = cli_text(&o->arena, o->entry->origin);
    tell_problems(o);
    if (o->status != OK) {
        fprintf(stderr, "fourways: zone %.*s is not imported: %.*s [%s]\n", STR_ARG(zone),
            STR_ARG(cli_text(&o->arena, str_of(o->e.text))), o->e.code);
        return;
    }
    if (!o->run->manifest && d->ns_ignored)
        printf("the file's NS records of the zone itself are not taken: the zone answers with its own four\n");
    if (o->run->manifest && !d->created && !d->changed)
        return;
    printf("zone %.*s %s%s: %zu records; record sets: %zu added, %zu changed, %zu removed; version %lld, serial %u\n",
        STR_ARG(zone), o->run->options.dry_run ? "would be " : "", result_word(o), d->records, d->added, d->differing,
        d->removed, (long long)d->version, d->serial);
}

/* On a terminal's standard error, now and then. */
static void progress(struct import_run *r, bool last)
{
    uint64_t now = clock_monotonic_ns();
    size_t done = r->created + r->changed + r->unchanged + r->failed;
    if (!r->manifest || r->c->json || (!last && now - r->shown_ns < UINT64_C(500000000)))
        return;
    if (!last && !isatty(STDERR_FILENO))
        return;
    double s = (double)(now - r->started_ns) / 1e9;
    r->shown_ns = now;
    fprintf(stderr, "%s%zu/%zu zones  %zu failed  %.1f/s%s", isatty(STDERR_FILENO) ? "\r" : "", done, r->n, r->failed,
        s > 0 ? (double)done / s : 0.0, last || !isatty(STDERR_FILENO) ? "\n" : " ");
}

/* Only aliases are wrong, and what they lead to may be further down in the manifest. */
static bool put_off(struct import_one *o)
{
    struct import_run *r = o->run;
    if (!r->manifest || r->last || o->status != INVALID || o->report.errors == 0)
        return false;
    for (size_t i = 0; i < o->report.n; i++)
        if (!o->report.items[i].warning && strcmp(o->report.items[i].code, "alias-not-hosted") != 0 &&
            strcmp(o->report.items[i].code, "alias-target-missing") != 0)
            return false;
    r->later[r->later_n++] = o->entry;
    return true;
}

static void told(struct import_one *o)
{
    struct import_run *r = o->run;
    *(o->status != OK     ? &r->failed
        : o->done.created ? &r->created
        : o->done.changed ? &r->changed
                          : &r->unchanged) += 1;
    r->records += o->done.records;
    if (r->c->json)
        tell_json(o);
    else
        tell_text(o);
    if (o->status == UNAVAILABLE || o->status == UNCERTAIN || o->status == INTERNAL) {
        r->stopped = true;
        r->stop = o->e;
    }
    progress(r, false);
}

static void tell(struct import_one *o)
{
    (void)pthread_mutex_lock(&o->run->lock);
    if (!put_off(o))
        told(o);
    (void)pthread_mutex_unlock(&o->run->lock);
}

/* ---- one zone ---------------------------------------------------------------------------------------------------- */

static void show_change(void *ctx FW_UNUSED, char sign, const struct dns_name *owner, uint16_t type)
{
    struct arena a;
    arena_init(&a, 0);
    printf("%c %.*s %.*s\n", sign, STR_ARG(dns_name_text(&a, owner, true)), STR_ARG(dns_type_text(&a, type)));
    arena_clear(&a);
}

static enum status import_file(struct import_one *o, struct db *db, struct error *e)
{
    struct import_run *r = o->run;
    struct zone_import_options options = r->options;
    struct zone_source source;
    struct str text;
    if (!str_is_null(o->entry->problem))
        return error_set(
            e, INVALID, "manifest", "line %u of the manifest: %.*s", o->entry->line, STR_ARG(o->entry->problem));
    TRY(zone_source_open(&source, &o->arena, o->entry->path, options.bytes_max, &text, e));
    options.file = o->entry->path;
    if (r->include) {
        options.include = zone_source_include;
        options.include_ctx = &source;
    }
    if (options.dry_run && !r->manifest && !r->c->json)
        options.show = show_change;
    return zone_import(db, &o->arena, o->entry->origin, text, &options, clock_now(), &o->report, &o->done, e);
}

static void import_entry(
    struct import_run *r, struct db *db, const struct manifest_entry *entry, struct zone_import_done *done_r)
{
    struct import_one o = {.run = r, .entry = entry};
    arena_init(&o.arena, ZONE_IMPORT_ARENA_MAX);
    dns_master_report_init(&o.report, &o.arena, 0);
    o.status = import_file(&o, db, &o.e);
    if (o.status != OK && !r->manifest)
        r->stop = o.e;
    tell(&o);
    if (done_r != NULL)
        *done_r = o.done;
    arena_clear(&o.arena);
}

/* ---- many --------------------------------------------------------------------------------------------------------- */

static const struct manifest_entry *entry_take(struct import_run *r)
{
    const struct manifest_entry *entry = NULL;
    (void)pthread_mutex_lock(&r->lock);
    if (!r->stopped && r->next < r->queue_n)
        entry = r->queue[r->next++];
    (void)pthread_mutex_unlock(&r->lock);
    return entry;
}

static void job_failed(struct import_run *r, const struct error *e)
{
    (void)pthread_mutex_lock(&r->lock);
    r->stopped = true;
    r->stop = *e;
    (void)pthread_mutex_unlock(&r->lock);
}

static void *job(void *ctx)
{
    struct import_run *r = ctx;
    const struct manifest_entry *entry;
    struct db *db = NULL;
    struct error e;
    if (db_open(&r->c->desk.db, &db, &e) != OK) {
        job_failed(r, &e);
        return NULL;
    }
    while ((entry = entry_take(r)) != NULL)
        import_entry(r, db, entry, NULL);
    db_close(&db);
    return NULL;
}

static void jobs_run(struct import_run *r, size_t jobs)
{
    pthread_t threads[JOBS_MAX];
    size_t n = 0;
    while (n < jobs && pthread_create(&threads[n], NULL, job, r) == 0)
        n++;
    if (n == 0)
        (void)job(r);
    for (size_t i = 0; i < n; i++)
        (void)pthread_join(threads[i], NULL);
}

/* Again over those that were put off, as long as that helps; at last they are told as they are. */
static void passes_run(struct import_run *r, struct manifest_entry *entries, size_t jobs)
{
    const struct manifest_entry **other = ARENA_ARRAY(r->c->arena, r->n, const struct manifest_entry *);
    r->queue = ARENA_ARRAY(r->c->arena, r->n, const struct manifest_entry *);
    for (size_t i = 0; i < r->n; i++)
        r->queue[i] = &entries[i];
    r->queue_n = r->n;
    r->later = other;
    while (r->queue_n > 0 && !r->stopped) {
        r->next = r->later_n = 0;
        jobs_run(r, jobs);
        r->last = r->later_n == r->queue_n;
        const struct manifest_entry **done = r->queue;
        r->queue = r->later;
        r->queue_n = r->later_n;
        r->later = done;
    }
}

static void summary(struct import_run *r)
{
    struct json_writer j;
    struct buf out;
    if (!r->c->json) {
        printf("%zu zones: %zu created, %zu changed, %zu were so already, %zu failed%s; %zu records\n", r->n,
            r->created, r->changed, r->unchanged, r->failed, r->options.dry_run ? " (nothing was written)" : "",
            r->records);
        return;
    }
    cli_json_begin(r->c, &j, &out);
    json_put_int(&j, "zones", (int64_t)r->n);
    json_put_int(&j, "created", (int64_t)r->created);
    json_put_int(&j, "changed", (int64_t)r->changed);
    json_put_int(&j, "unchanged", (int64_t)r->unchanged);
    json_put_int(&j, "failed", (int64_t)r->failed);
    cli_json_end(&j);
}

static int import_manifest(struct import_run *r)
{
    struct cli *c = r->c;
    struct manifest_entry *entries;
    struct error e;
    int64_t jobs = 0;
    r->manifest = true;
    if (cli_option_int(c, "jobs", 1, JOBS_MAX, JOBS_DEFAULT, &jobs, &e) != OK ||
        manifest_read(c->arena, cli_option(c, "manifest"), &entries, &r->n, &e) != OK)
        return cli_fail(c, &e);
    (void)fflush(stdout);
    passes_run(r, entries, (size_t)jobs);
    progress(r, true);
    summary(r);
    if (r->stopped) {
        (void)error_prefix(&r->stop, "stopped after %zu of %zu zones; run it again to go on",
            r->created + r->changed + r->unchanged + r->failed, r->n);
        return cli_fail(c, &r->stop);
    }
    return r->failed > 0 ? 6 : 0;
}

/* ---- a single one -------------------------------------------------------------------------------------------------- */

static enum status wait_insync(struct cli *c, const struct zone_import_done *done, struct error *e)
{
    struct zone_sync sync;
    for (int i = 0; i < 500; i++) {
        TRY(zone_insync(c->db, c->arena, done->zone_id, done->version, &sync, e));
        if (sync.insync) {
            printf("all four name servers answer with it\n");
            return OK;
        }
        poll(NULL, 0, 20); /* the name servers report in a table */
    }
    printf("not all name servers have it yet; see: fourways zone show %.*s\n", STR_ARG(c->args[0]));
    return OK;
}

static int import_single(struct import_run *r)
{
    struct cli *c = r->c;
    struct zone_import_done done;
    struct manifest_entry entry = {.origin = c->args[0], .path = c->args[1], .problem = STR_NULL};
    struct error e;
    import_entry(r, c->db, &entry, &done);
    if (r->failed > 0)
        return status_meaning(r->stop.status)->exit_code;
    if (c->json || r->options.dry_run || cli_flag(c, "no-wait") || (!done.created && !done.changed))
        return 0;
    return wait_insync(c, &done, &e) == OK ? 0 : cli_fail(c, &e);
}

static enum status options_read(struct import_run *r, struct error *e)
{
    struct cli *c = r->c;
    int64_t records = 0;
    TRY(cli_option_int(c, "set", 1, INT64_MAX, 0, &r->options.delegation_set_id, e));
    TRY(cli_option_int(
        c, "max-records", 1, 100 * (int64_t)ZONE_IMPORT_RECORDS_MAX, (int64_t)ZONE_IMPORT_RECORDS_MAX, &records, e));
    r->options.records_max = (size_t)records;
    r->options.bytes_max = ZONE_IMPORT_BYTES_MAX;
    if (r->options.records_max > ZONE_IMPORT_RECORDS_MAX)
        r->options.bytes_max *= r->options.records_max / ZONE_IMPORT_RECORDS_MAX + 1;
    r->options.account_id = c->acc.id;
    r->options.keep_soa = cli_flag(c, "keep-soa");
    r->options.dry_run = cli_flag(c, "dry-run");
    r->include = cli_flag(c, "allow-include");
    return OK;
}

CMD(zone_import)
{
    struct error e;
    struct import_run r = {.c = c, .lock = PTHREAD_MUTEX_INITIALIZER, .started_ns = clock_monotonic_ns()};
    bool manifest = cli_flag(c, "manifest");
    if (options_read(&r, &e) != OK)
        return cli_fail(c, &e);
    if (manifest != (c->args_n == 0) || c->args_n == 1) {
        (void)error_set(&e, INVALID, "arguments", "give ORIGIN and FILE, or --manifest FILE and nothing else");
        return cli_fail(c, &e);
    }
    return manifest ? import_manifest(&r) : import_single(&r);
}
