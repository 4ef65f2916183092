/* EDNS options: what a query's ask for, and what the answer's say. Off the fast path: it is asked only about queries whose
 * OPT carries options, and where cookies are required.
 *
 *   NSID (RFC 5001)                   answered when there is one to tell
 *   COOKIE (RFC 7873)                 answered; the first one counts (§5.2). See cookie.h
 *   edns-tcp-keepalive (RFC 7828)     over TCP answered with the idle time-out; over UDP not looked at (§3.2.1)
 *   client subnet (RFC 7871)          left out of the answer: nothing here depends on it (§7.1.3)
 *   Padding (RFC 7830)                left out: it is for encrypted transport (RFC 8467 §4)
 *   EXPIRE (RFC 7314)                 left out: there are no secondaries to tell
 *   all others                        as if they were not there (RFC 6891 §6.1.2)
 *
 * An Extended DNS Error (RFC 8914) is said only with REFUSED for a name outside of all zones: 20, Not Authoritative. It
 * tells a lame delegation from a policy; everything else is said by the rcode.
 *
 * Cookies required means, over UDP: with a COOKIE option but no good server cookie, BADCOOKIE and a cookie to come back
 * with (RFC 7873 §5.2.3); without the option, an empty answer with TC. So nobody gets data without having shown that
 * packets reach them.
 */
#ifndef FW_NAMESERVER_EDNS_H
#define FW_NAMESERVER_EDNS_H

#include "nameserver/query.h"

#define EDE_NOT_AUTHORITATIVE 20

/* Reads the query's options and prepares the answer's. false when that was the answer already. */
bool edns_options(struct query_view *v, struct query *q) FW_NONNULL_ALL;
/* A query without question, refused as such: if it asks for a cookie it gets one (RFC 7873 §5.4), and the result is true. */
bool edns_cookie_alone(struct query_view *v, struct query *q) FW_NONNULL_ALL;
/* Puts an Extended DNS Error into the answer that is still to be written, if it may have an OPT record. */
void edns_explain(struct query *q, uint16_t code) FW_NONNULL_ALL;

#endif
