/* fourways-sandbox: a stand-in registry for local play and tests (registry/sandbox.h). */
#include <stdio.h>

#include "base/daemon.h"
#include "base/log.h"
#include "registry/sandbox.h"

static struct conf_list faults, orders, advances;
static const struct daemon_option options[] = {
    {"fault", "FAULT", "order a mishap, as the item `fault` does: drop-after-create:3 (may stand again)", &faults},
    {"order", "FAULT", "order it of the registry that runs with this configuration, and end", &orders},
    {"advance", "TIME", "move that registry's clock forward by TIME, such as 35d or 12h, and end", &advances},
};

/* Those of the options after those of the configuration. */
static void faults_add(struct arena *a, struct sandbox_settings *s)
{
    struct str *items = ARENA_ARRAY(a, s->faults.n + faults.n, struct str);
    for (size_t i = 0; i < s->faults.n; i++)
        items[i] = s->faults.items[i];
    for (size_t i = 0; i < faults.n; i++)
        items[s->faults.n + i] = faults.items[i];
    s->faults = (struct conf_list){.items = items, .n = s->faults.n + faults.n};
}

static int operate(const struct sandbox_settings *s)
{
    struct error e;
    if (sandbox_operate(s, &orders, &advances, &e) == OK)
        return 0;
    (void)fprintf(stderr, "fourways-sandbox: %s\n", e.text);
    return e.status == INVALID ? 2 : 1;
}

static int serve(const struct sandbox_settings *s)
{
    struct sandbox *sb = NULL;
    struct error e;
    if (sandbox_start(s, &sb, &e) != OK) {
        log_event(LOG_ERROR, "process", NULL, "cannot start: %s", e.text);
        return 1;
    }
    daemon_serve();
    sandbox_stop(&sb);
    return 0;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct sandbox_settings settings = {0};
    struct daemon_info info = {.program = "fourways-sandbox",
        .purpose = "A registry for local play and tests: EPP over TLS, its own CA and database, published zones.",
        .items = sandbox_items,
        .items_n = sandbox_items_n,
        .more = options,
        .more_n = ARRAY_LEN(options)};
    arena_init(&arena, 0);
    daemon_start(&arena, &info, argc, argv, &settings);
    faults_add(&arena, &settings);
    int status = orders.n + advances.n > 0 ? operate(&settings) : serve(&settings);
    arena_clear(&arena);
    return status;
}
