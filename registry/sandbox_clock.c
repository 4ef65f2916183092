#include "registry/sandbox_clock.h"

#include "base/clock.h"
#include "base/log.h"
#include "registry/sandbox_clock_db.h"
#include "registry/sandbox_policy_db.h"

#define DAY_US (86400 * US_PER_S)
#define ADVANCE_MAX_US (100 * 365 * DAY_US)

time_us sandbox_now(const struct sandbox *sb)
{
    return clock_now() + atomic_load(&sb->ahead);
}

/* Under the mutex: the others wait until the world is as it is at that time. */
static enum status lead_take(struct sandbox *sb, int64_t ahead, struct error *e)
{
    if (ahead <= atomic_load(&sb->ahead))
        return OK;
    log_event(LOG_WARN, "registry", NULL, "the clock goes forward by %lld s",
        (long long)((ahead - atomic_load(&sb->ahead)) / US_PER_S));
    TRY(sandbox_sweep_now(sb, clock_now() + ahead, e));
    atomic_store(&sb->ahead, ahead);
    return OK;
}

static enum status lead_follow(struct sandbox *sb, int64_t ahead, struct error *e)
{
    if (ahead <= atomic_load(&sb->ahead))
        return OK;
    pthread_mutex_lock(&sb->clock_mutex);
    enum status s = lead_take(sb, ahead, e);
    pthread_mutex_unlock(&sb->clock_mutex);
    return s;
}

enum status sandbox_control_read(struct sandbox_session *s, struct error *e)
{
    struct sandbox_control *k = &s->control;
    if (k->fresh)
        return OK;
    arena_reset(&k->arena);
    TRY(sandbox_control_select(s->db, k, e));
    TRY(lead_follow(s->sb, k->ahead, e));
    k->fresh = !k->faults; /* each command looks at them anew: they count down */
    return OK;
}

enum status sandbox_clock_follow(struct sandbox *sb, struct db *db, struct error *e)
{
    struct arena a;
    int64_t ahead = 0;
    arena_init(&a, 0);
    enum status s = sandbox_clock_select(db, &a, &ahead, e);
    arena_clear(&a);
    return s == OK ? lead_follow(sb, ahead, e) : s;
}

enum status sandbox_clock_advance(struct db *db, struct str by, struct error *e)
{
    static const struct {
        char unit;
        int64_t us;
    } units[] = {{'s', US_PER_S}, {'m', 60 * US_PER_S}, {'h', 3600 * US_PER_S}, {'d', DAY_US}, {'y', 365 * DAY_US}};
    uint64_t n;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (by.n < 2 || by.p[by.n - 1] != units[i].unit || !str_to_u64(str_n(by.p, by.n - 1), 1u << 30, &n))
            continue;
        if (n == 0 || n > (uint64_t)(ADVANCE_MAX_US / units[i].us))
            break;
        return sandbox_clock_add(db, (int64_t)n * units[i].us, e);
    }
    return error_set(e, INVALID, "advance",
        "\"%.*s\" is no time to go forward by: write 90s, 15m, 12h, 35d or 2y, up to "
        "100 years",
        STR_ARG(by));
}
