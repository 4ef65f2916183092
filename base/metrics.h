/* Counters and gauges for Prometheus. A metric is a static struct that registers itself; values are
 * relaxed atomics, so counting costs one add. metrics_write prints the text exposition format;
 * metrics_serve answers GET /metrics (and GET /healthz) on an address through httpd. */
#ifndef FW_BASE_METRICS_H
#define FW_BASE_METRICS_H

#include <stdatomic.h>

#include "base/httpd.h"

struct metric {
    const char *name; /* "fourways_orders_done_total" */
    const char *labels; /* "step=\"create\"" or "" */
    const char *help;
    const char *type; /* "counter" or "gauge" */
    _Atomic int64_t value;
};
#define METRIC(var, name_, labels_, type_, help_)                                                                      \
    static struct metric var = {name_, labels_, help_, type_, 0};                                                      \
    static struct metric *const var##_reg __attribute__((used, section("fw_metrics"))) = &var

static inline void metric_add(struct metric *m, int64_t n)
{
    atomic_fetch_add_explicit(&m->value, n, memory_order_relaxed);
}
static inline void metric_set(struct metric *m, int64_t n)
{
    atomic_store_explicit(&m->value, n, memory_order_relaxed);
}
/* Metrics with values known only at run time (e.g. a label per registry): made once, kept for ever. */
struct metric *metric_new(const char *name, const char *labels, const char *type, const char *help);
void metrics_write(struct buf *out);
/* addr as net_addr_parse takes it. One server per process (healthy is kept for all).
 * healthy: NULL or a function that fills a reason and returns false → 503 on /healthz. */
enum status metrics_serve(
    struct str addr, bool (*healthy)(char *why, size_t n), struct httpd **h_r, struct error *e) FW_MUST_CHECK;

#endif
