#include "nameserver/counts.h"

#include "base/metrics.h"

METRIC(answers_udp, "fourways_dns_answers_total", "transport=\"udp\"", "counter", "Answers given.");
METRIC(answers_tcp, "fourways_dns_answers_total", "transport=\"tcp\"", "counter", "Answers given.");
METRIC(rcode_noerror, "fourways_dns_rcode_total", "rcode=\"NOERROR\"", "counter", "Answers by rcode.");
METRIC(rcode_nxdomain, "fourways_dns_rcode_total", "rcode=\"NXDOMAIN\"", "counter", "Answers by rcode.");
METRIC(rcode_refused, "fourways_dns_rcode_total", "rcode=\"REFUSED\"", "counter", "Answers by rcode.");
METRIC(rcode_formerr, "fourways_dns_rcode_total", "rcode=\"FORMERR\"", "counter", "Answers by rcode.");
METRIC(rcode_notimp, "fourways_dns_rcode_total", "rcode=\"NOTIMP\"", "counter", "Answers by rcode.");
METRIC(rcode_notauth, "fourways_dns_rcode_total", "rcode=\"NOTAUTH\"", "counter", "Answers by rcode.");
METRIC(rcode_badvers, "fourways_dns_rcode_total", "rcode=\"BADVERS\"", "counter", "Answers by rcode.");
METRIC(rcode_badcookie, "fourways_dns_rcode_total", "rcode=\"BADCOOKIE\"", "counter", "Answers by rcode.");
METRIC(rcode_other, "fourways_dns_rcode_total", "rcode=\"other\"", "counter", "Answers by rcode.");
METRIC(referrals, "fourways_dns_referrals_total", "", "counter", "Answers that refer to a delegated zone's servers.");
METRIC(truncated, "fourways_dns_truncated_total", "", "counter", "Answers with TC that sent the client to TCP.");
METRIC(dropped, "fourways_dns_dropped_total", "", "counter", "Datagrams and messages that deserve no answer.");
METRIC(cookies_malformed, "fourways_dns_cookies_total", "cookie=\"malformed\"", "counter",
    "Queries with a COOKIE option.");
METRIC(
    cookies_client, "fourways_dns_cookies_total", "cookie=\"client-only\"", "counter", "Queries with a COOKIE option.");
METRIC(cookies_bad, "fourways_dns_cookies_total", "cookie=\"bad\"", "counter", "Queries with a COOKIE option.");
METRIC(cookies_good, "fourways_dns_cookies_total", "cookie=\"good\"", "counter", "Queries with a COOKIE option.");
METRIC(rate_dropped, "fourways_dns_rate_limited_total", "result=\"dropped\"", "counter", "Answers over the rate.");
METRIC(rate_slipped, "fourways_dns_rate_limited_total", "result=\"truncated\"", "counter", "Answers over the rate.");
METRIC(send_failed, "fourways_dns_send_failed_total", "", "counter", "Answers that the kernel did not take.");
METRIC(tcp_open, "fourways_dns_tcp_connections", "", "gauge", "TCP connections open now.");
METRIC(tcp_refused, "fourways_dns_tcp_refused_total", "", "counter", "TCP connections closed because of a limit.");
METRIC(zones, "fourways_dns_zones", "", "gauge", "Zones served.");
METRIC(names, "fourways_dns_names", "", "gauge", "Names in all zones, empty non-terminals included.");
METRIC(rrsets, "fourways_dns_rrsets", "", "gauge", "RRsets in all zones.");
METRIC(db_up, "fourways_dns_database_up", "", "gauge", "1 while the feed reads the database.");
METRIC(lag, "fourways_dns_feed_lag_microseconds", "", "gauge", "Age of the newest change when it was put in.");
METRIC(changes, "fourways_dns_changes_total", "", "counter", "Zone versions put in.");
METRIC(
    stuck, "fourways_dns_zones_stuck", "", "gauge", "Zones served at an older version because the newer is refused.");
METRIC(held, "fourways_dns_reports_held", "", "gauge", "1 while versions are not reported: the disk takes no log.");
METRIC(snapshots, "fourways_dns_snapshots_total", "result=\"written\"", "counter", "Snapshots.");
METRIC(snapshots_failed, "fourways_dns_snapshots_total", "result=\"failed\"", "counter", "Snapshots.");
METRIC(snapshot_at, "fourways_dns_snapshot_time_seconds", "", "gauge", "When the newest snapshot was written.");

/* The metrics are shared by all threads: most are not touched in most batches. */
static void add(struct metric *m, uint64_t n)
{
    if (n != 0)
        metric_add(m, (int64_t)n);
}

static struct metric *rcode_metric(unsigned rcode)
{
    static struct metric *const known[QUERY_RCODES] = {
        [DNS_NOERROR] = &rcode_noerror,
        [DNS_NXDOMAIN] = &rcode_nxdomain,
        [DNS_REFUSED] = &rcode_refused,
        [DNS_FORMERR] = &rcode_formerr,
        [DNS_NOTIMP] = &rcode_notimp,
        [DNS_NOTAUTH] = &rcode_notauth,
        [DNS_BADVERS] = &rcode_badvers,
        [DNS_BADCOOKIE] = &rcode_badcookie,
    };

    return known[rcode] != NULL ? known[rcode] : &rcode_other;
}

static void cookies_flush(const uint64_t cookies[4])
{
    add(&cookies_malformed, cookies[COOKIE_MALFORMED]);
    add(&cookies_client, cookies[COOKIE_CLIENT_ONLY]);
    add(&cookies_bad, cookies[COOKIE_BAD]);
    add(&cookies_good, cookies[COOKIE_GOOD]);
}

void counts_flush(struct query_counts *c, enum transport by)
{
    uint64_t all = 0;

    for (unsigned i = 0; i < QUERY_RCODES; i++) {
        all += c->rcode[i];
        add(rcode_metric(i), c->rcode[i]);
    }
    add(by == BY_UDP ? &answers_udp : &answers_tcp, all - c->rate_dropped);
    add(&referrals, c->referrals);
    add(&truncated, c->truncated);
    add(&dropped, c->dropped);
    cookies_flush(c->cookies);
    add(&rate_dropped, c->rate_dropped);
    add(&rate_slipped, c->rate_slipped);
    *c = (struct query_counts){.dropped = 0};
}

uint64_t count_rate_limited(void)
{
    return (uint64_t)(atomic_load_explicit(&rate_dropped.value, memory_order_relaxed) +
                      atomic_load_explicit(&rate_slipped.value, memory_order_relaxed));
}

void count_tcp_open(int by)
{
    metric_add(&tcp_open, by);
}

void count_tcp_refused(void)
{
    metric_add(&tcp_refused, 1);
}

void count_send_failed(uint64_t n)
{
    metric_add(&send_failed, (int64_t)n);
}

void count_store(const struct store *st)
{
    metric_set(&zones, (int64_t)st->zones_by_id.n);
    metric_set(&names, (int64_t)st->names_n);
    metric_set(&rrsets, (int64_t)st->sets_n);
}

void count_feed(bool connected, int64_t lag_us)
{
    metric_set(&db_up, connected);
    metric_set(&lag, lag_us);
}

void count_changes(uint64_t n)
{
    metric_add(&changes, (int64_t)n);
}

void count_zones_stuck(size_t n)
{
    metric_set(&stuck, (int64_t)n);
}

void count_holding(bool holding)
{
    metric_set(&held, holding);
}

void count_snapshot(bool written, int64_t now_us)
{
    metric_add(written ? &snapshots : &snapshots_failed, 1);
    if (written)
        metric_set(&snapshot_at, now_us / 1000000);
}
