#include "registrar/manifest.h"

#include "registrar/zone_source.h"
#include "zones/zone.h"

struct manifest {
    struct arena *a;
    const char *directory;
    struct manifest_entry *entries;
    size_t n, cap;
};

static struct manifest_entry *entry_push(struct manifest *m)
{
    if (m->n == m->cap) {
        size_t cap = m->cap == 0 ? 256 : m->cap * 2;
        struct manifest_entry *more = ARENA_ARRAY(m->a, cap, struct manifest_entry);
        if (m->n > 0)
            memcpy(more, m->entries, m->n * sizeof *more);
        m->entries = more;
        m->cap = cap;
    }
    return &m->entries[m->n++];
}

static size_t word_end(struct str line)
{
    size_t i = 0;
    while (i < line.n && line.p[i] != ' ' && line.p[i] != '\t')
        i++;
    return i;
}

static void entry_read(struct manifest *m, struct str line, unsigned number)
{
    struct manifest_entry *x = entry_push(m);
    size_t n = word_end(line);
    struct error e;
    *x = (struct manifest_entry){.origin = str_n(line.p, n), .line = number, .problem = STR_NULL};
    struct str path = str_trim(str_n(line.p + n, line.n - n));
    x->path = path;
    if (path.n == 0)
        x->problem = STR("a line is the zone's name and the path of its file");
    else if (zone_name_parse(m->a, x->origin, &x->origin, NULL, &e) != OK)
        x->problem = str_of(arena_strdup(m->a, e.text));
    else if (path.p[0] != '/')
        x->path = str_printf(m->a, "%s/%.*s", m->directory, STR_ARG(path));
}

static int origin_compare(const void *pa, const void *pb)
{
    const struct manifest_entry *a = *(struct manifest_entry *const *)pa, *b = *(struct manifest_entry *const *)pb;
    int d = str_cmp(a->origin, b->origin);
    return d != 0 ? d : (a->line > b->line) - (a->line < b->line);
}

static void find_repeated(struct manifest *m)
{
    struct manifest_entry **sorted = ARENA_ARRAY(m->a, m->n, struct manifest_entry *);
    for (size_t i = 0; i < m->n; i++)
        sorted[i] = &m->entries[i];
    qsort(sorted, m->n, sizeof *sorted, origin_compare);
    for (size_t i = 1; i < m->n; i++)
        if (str_eq(sorted[i]->origin, sorted[i - 1]->origin) && str_is_null(sorted[i]->problem))
            sorted[i]->problem = str_printf(m->a, "the zone stands in line %u already", sorted[i - 1]->line);
}

enum status manifest_read(
    struct arena *a, struct str path, struct manifest_entry **entries_r, size_t *n_r, struct error *e)
{
    struct zone_source source;
    struct manifest m = {.a = a};
    struct str rest, line;
    unsigned number = 0;
    TRY(zone_source_open(&source, a, path, MANIFEST_BYTES_MAX, &rest, e));
    m.directory = source.directory;
    while (str_take(&rest, '\n', &line)) {
        number++;
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
            continue;
        if (m.n == MANIFEST_ZONES_MAX)
            return error_set(
                e, INVALID, "manifest-zones", "%.*s: more than %d zones", STR_ARG(path), MANIFEST_ZONES_MAX);
        entry_read(&m, line, number);
    }
    if (m.n == 0)
        return error_set(e, INVALID, "manifest-empty", "%.*s names no zones", STR_ARG(path));
    find_repeated(&m);
    *entries_r = m.entries;
    *n_r = m.n;
    return OK;
}
