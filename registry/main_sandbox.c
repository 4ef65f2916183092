/* fourways-sandbox: a stand-in registry for local play and tests (registry/sandbox.h). */
#include "base/daemon.h"
#include "base/log.h"
#include "registry/sandbox.h"

int main(int argc, char **argv)
{
    struct arena arena;
    struct sandbox_settings settings = {0};
    struct sandbox *sb = NULL;
    struct error e;
    arena_init(&arena, 0);
    struct daemon_info info = {.program = "fourways-sandbox",
        .purpose = "A registry for local play and tests: EPP over TLS, its own CA and database, published zones.",
        .items = sandbox_items,
        .items_n = sandbox_items_n};
    daemon_start(&arena, &info, argc, argv, &settings);
    if (sandbox_start(&settings, &sb, &e) != OK) {
        log_event(LOG_ERROR, "process", NULL, "cannot start: %s", e.text);
        return 1;
    }
    daemon_serve();
    sandbox_stop(&sb);
    arena_clear(&arena);
    return 0;
}
