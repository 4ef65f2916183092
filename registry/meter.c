#include "registry/meter.h"

#include <pthread.h>

#include "base/str.h"
#include "registry/pool_queue.h"

#define METERS_MAX 2048
#define LABELS_MAX 160

/* Found by name and labels, made at first use, kept for ever. Commands come at the pace of a network round
 * trip, so a walk over a few hundred rows under a lock is not felt. */
static struct {
    pthread_mutex_t lock;
    size_t n;
    struct {
        const char *name;
        char labels[LABELS_MAX];
        struct metric *metric;
    } rows[METERS_MAX];
} meters = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct metric *meter_find(const char *name, const char *labels, const char *type, const char *help)
{
    struct metric *m = NULL;
    (void)pthread_mutex_lock(&meters.lock);
    for (size_t i = 0; i < meters.n && m == NULL; i++)
        if (meters.rows[i].name == name && str_eqz(str_of(labels), meters.rows[i].labels))
            m = meters.rows[i].metric;
    if (m == NULL) {
        INVARIANT(meters.n < METERS_MAX);
        (void)snprintf(meters.rows[meters.n].labels, LABELS_MAX, "%s", labels);
        meters.rows[meters.n].name = name;
        m = meters.rows[meters.n++].metric = metric_new(name, labels, type, help);
    }
    (void)pthread_mutex_unlock(&meters.lock);
    return m;
}

static const char commands_name[] = "fourways_registry_commands_total";
static const char wait_name[] = "fourways_registry_command_us_total";
static const char sessions_name[] = "fourways_registry_sessions";
static const char stopped_name[] = "fourways_registry_stopped";
static const char commits_name[] = "fourways_registry_journal_commits_total";
static const char writes_name[] = "fourways_registry_journal_writes_total";

/* Codes come from outside: only those that RFC 5730 could hold make a row. */
void meter_command(const char *registry, const char *verb, unsigned code, uint64_t ns)
{
    char labels[LABELS_MAX];
    if (code >= 3000 || (code != 0 && code < 1000))
        code = 9999;
    (void)snprintf(labels, sizeof(labels), "registry=\"%s\",verb=\"%s\",code=\"%u\"", registry, verb, code);
    metric_add(meter_find(commands_name, labels, "counter", "Commands sent, by result code; 0: no answer."), 1);
    (void)snprintf(labels, sizeof(labels), "registry=\"%s\",verb=\"%s\"", registry, verb);
    metric_add(
        meter_find(wait_name, labels, "counter", "Microseconds spent waiting for answers."), (int64_t)(ns / 1000));
}

static struct metric *of_registry(const char *name, const char *registry, const char *type, const char *help)
{
    char labels[LABELS_MAX];
    (void)snprintf(labels, sizeof(labels), "registry=\"%s\"", registry);
    return meter_find(name, labels, type, help);
}

static struct metric *gauge(const char *name, const char *registry, const char *help)
{
    return of_registry(name, registry, "gauge", help);
}

static struct metric *counter(const char *name, struct str registry, const char *help)
{
    char id[64];
    (void)snprintf(id, sizeof(id), "%.*s", STR_ARG(registry));
    return of_registry(name, id, "counter", help);
}

static const char limit_name[] = "fourways_registry_session_limit";
static const char in_flight_name[] = "fourways_registry_in_flight";
static const char waiting_name[] = "fourways_registry_waiting";
static const char attempts_name[] = "fourways_registry_session_attempts_total";
static const char ended_name[] = "fourways_registry_sessions_ended_total";

/* With one label more. */
static struct metric *labelled(
    const char *name, const char *registry, const char *label, const char *value, const char *type, const char *help)
{
    char labels[LABELS_MAX];
    (void)snprintf(labels, sizeof(labels), "registry=\"%s\",%s=\"%s\"", registry, label, value);
    return meter_find(name, labels, type, help);
}

void meter_pool(const char *registry, struct pool_meters *m)
{
    *m = (struct pool_meters){
        .sessions = gauge(sessions_name, registry, "EPP sessions open."),
        .limit = gauge(limit_name, registry, "EPP sessions that the registry grants, as far as is known."),
        .stopped = gauge(stopped_name, registry, "1 while the registry refuses our credentials: a person must look."),
        .in_flight = gauge(in_flight_name, registry, "Commands that have a place on a session."),
    };
    for (enum registry_lane l = REGISTRY_LANE_URGENT; l <= REGISTRY_LANE_BATCH; l++)
        m->waiting[l] = labelled(waiting_name, registry, "lane", registry_lane_word(l), "gauge",
            "Commands that wait for a place on a session.");
}

void meter_session_opened(const char *registry, const char *result)
{
    metric_add(labelled(attempts_name, registry, "result", result, "counter", "Attempts to open a session."), 1);
}

void meter_session_ended(const char *registry, const char *why)
{
    metric_add(labelled(ended_name, registry, "why", why, "counter", "Sessions ended."), 1);
}

struct metric *meter_journal_commits(struct str registry)
{
    return counter(commits_name, registry, "Commits of the journal.");
}

struct metric *meter_journal_writes(struct str registry)
{
    return counter(writes_name, registry, "Intents and results committed; several go into one commit.");
}
