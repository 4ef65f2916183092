/* Inside of the query path: what the rarer answers, in files of their own, use of query.c. */
#ifndef FW_NAMESERVER_QUERY_IMPL_H
#define FW_NAMESERVER_QUERY_IMPL_H

#include "nameserver/query.h"

/* The answer to a prepared question of class IN and a type that zones hold, from the table. */
void query_answer_name(struct query_view *v, struct query *q) FW_NONNULL_ALL;
/* Header, question and OPT. flags: DNS_AA, DNS_TC. */
void query_answer_empty(struct query_view *v, struct query *q, unsigned flags, unsigned rcode) FW_NONNULL_ALL;
/* The OPT record behind an answer that stands in out, all but q->opt_size bytes of it; and counts the rcode. */
void query_answer_done(struct query_view *v, struct query *q, unsigned rcode) FW_NONNULL_ALL;

#endif
