/* What this process counts, for /metrics. */
#ifndef FW_NAMESERVER_COUNTS_H
#define FW_NAMESERVER_COUNTS_H

#include "nameserver/query.h"

enum transport { BY_UDP, BY_TCP };

/* Adds what a thread has counted since the last time, and starts it at zero; once per batch. */
void counts_flush(struct query_counts *c, enum transport by) FW_NONNULL_ALL;

/* Answers over the rate so far, dropped or cut down; of all threads. */
uint64_t count_rate_limited(void);
void count_tcp_open(int by); /* +1, -1 */
void count_tcp_refused(void); /* a client's or the whole limit was reached */
void count_send_failed(uint64_t n);
/* What is served now. */
void count_store(const struct store *st) FW_NONNULL_ALL;
void count_feed(bool connected, int64_t lag_us);
void count_changes(uint64_t n);
void count_zones_stuck(size_t n); /* that cannot be brought up to date as things are */
void count_holding(bool holding); /* reports, since the change log cannot be written */
void count_snapshot(bool written, int64_t now_us);

#endif
