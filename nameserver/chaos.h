/* Questions about the server itself, in class CH (RFC 4892): which software answers, and which of many servers.
 *
 *   version.bind, version.server      settings->version
 *   id.server, hostname.bind          settings->identity
 *
 * Only TXT and ANY, only in class CH, and only what the operator has written; all else in classes other than IN is
 * REFUSED. The TTL is 0: the next question may reach another server.
 */
#ifndef FW_NAMESERVER_CHAOS_H
#define FW_NAMESERVER_CHAOS_H

#include "nameserver/query.h"

/* A query in a class other than IN. */
void chaos_answer(struct query_view *v, struct query *q) FW_NONNULL_ALL;

#endif
