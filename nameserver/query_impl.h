/* Between the parts of the query path: query.c is what every question takes; the rarer answers are in files of their own. */
#ifndef FW_NAMESERVER_QUERY_IMPL_H
#define FW_NAMESERVER_QUERY_IMPL_H

#include "nameserver/query.h"

/* ---- query.c ------------------------------------------------------------------------------------------ */

/* The answer to a prepared question of class IN and a type that zones hold, from the table. */
void query_answer_name(struct query_view *v, struct query *q) FW_NONNULL_ALL;
/* Header, question and OPT. flags: DNS_AA, DNS_TC. */
void query_answer_empty(struct query_view *v, struct query *q, unsigned flags, unsigned rcode) FW_NONNULL_ALL;
/* With one record in the answer section, and AA; its owner may point to the question. */
void query_answer_record(struct query_view *v, struct query *q, const void *record, size_t n) FW_NONNULL_ALL;
/* The OPT record behind an answer that stands in out, all but q->opt_size bytes of it; and counts the rcode. */
void query_answer_done(struct query_view *v, struct query *q, unsigned rcode) FW_NONNULL_ALL;

/* ---- query_refuse.c ---------------------------------------------------------------------------------- */

/* What dns_query_parse has refused. */
void query_refuse(struct query_view *v, struct query *q) FW_NONNULL_ALL;
/* A source port that no resolver asks from: what answers there would be answered again (port 7, echo), or cannot be reached
 * (port 0). Not 53: old resolvers ask from it, and an answer is not answered. */
bool query_port_reflects(uint16_t port);

/* ---- query_limit.c: an answer that is ready, over UDP, where rates are limited ----------------------- */

/* Leaves it, cuts it down to TC, or takes it away. */
void query_limit(struct query_view *v, struct query *q) FW_NONNULL_ALL;

#endif
