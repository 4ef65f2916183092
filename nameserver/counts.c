#include "nameserver/counts.h"

#include "base/metrics.h"

METRIC(answers_udp, "fourways_dns_answers_total", "transport=\"udp\"", "counter", "Answers given.");
METRIC(answers_tcp, "fourways_dns_answers_total", "transport=\"tcp\"", "counter", "Answers given.");
METRIC(rcode_noerror, "fourways_dns_rcode_total", "rcode=\"NOERROR\"", "counter", "Answers by rcode.");
METRIC(rcode_nxdomain, "fourways_dns_rcode_total", "rcode=\"NXDOMAIN\"", "counter", "Answers by rcode.");
METRIC(rcode_refused, "fourways_dns_rcode_total", "rcode=\"REFUSED\"", "counter", "Answers by rcode.");
METRIC(rcode_other, "fourways_dns_rcode_total", "rcode=\"other\"", "counter", "Answers by rcode.");
METRIC(referrals, "fourways_dns_referrals_total", "", "counter", "Answers that refer to a delegated zone's servers.");
METRIC(truncated, "fourways_dns_truncated_total", "", "counter", "Answers with TC that sent the client to TCP.");
METRIC(dropped, "fourways_dns_dropped_total", "", "counter", "Datagrams and messages that deserve no answer.");
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

void counts_flush(struct query_counts *c, enum transport by)
{
    uint64_t all = 0;

    for (unsigned i = 0; i < QUERY_RCODES; i++)
        all += c->rcode[i];
    metric_add(by == BY_UDP ? &answers_udp : &answers_tcp, (int64_t)all);
    metric_add(&rcode_noerror, (int64_t)c->rcode[DNS_NOERROR]);
    metric_add(&rcode_nxdomain, (int64_t)c->rcode[DNS_NXDOMAIN]);
    metric_add(&rcode_refused, (int64_t)c->rcode[DNS_REFUSED]);
    all -= c->rcode[DNS_NOERROR] + c->rcode[DNS_NXDOMAIN] + c->rcode[DNS_REFUSED];
    metric_add(&rcode_other, (int64_t)all);
    metric_add(&referrals, (int64_t)c->referrals);
    metric_add(&truncated, (int64_t)c->truncated);
    metric_add(&dropped, (int64_t)c->dropped);
    *c = (struct query_counts){.dropped = 0};
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
