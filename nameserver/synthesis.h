/* Answers for names below a DNAME (RFC 6672): the DNAME, the CNAME made of it for this very name, with the DNAME's TTL, and
 * what there is to say here about the name it leads to.
 *
 * These cannot be compiled, because the names do not exist until somebody asks. So the answer is put together when
 * the question comes: the new name is asked for as any other, and the records of that answer are written again
 * behind what was made, compressed anew. It costs some ten times an ordinary answer, and only names below a DNAME pay.
 *
 *   - Followed while it leads through zones served here, SYNTHESIS_MAX DNAMEs, and never to a name it has been at: a
 *     circle is answered as far as it goes, each DNAME once.
 *   - The rcode is that of the last name (RFC 6604); a name that would be too long: YXDOMAIN behind the DNAME (§2.2).
 *   - CNAME and ANY are answered by the CNAME that was made, and not followed.
 *   - The DNAME's own name is no business of this file: it has data like other names.
 *
 * A CNAME that leads below a DNAME has it compiled in (chain.h). */
#ifndef FW_NAMESERVER_SYNTHESIS_H
#define FW_NAMESERVER_SYNTHESIS_H

#include "nameserver/query.h"

#define SYNTHESIS_MAX 16
#define SYNTHESIS_RDATA_AT 12 /* in a DNAME's tail: behind its owner, a pointer, and the record's head */

/* dname: the closest encloser of the question's name, an image with IMAGE_DNAME. */
void synthesis_answer(struct query_view *v, struct query *q, const struct image *dname) FW_NONNULL_ALL;
/* The answer to a question that the answer from its tail had no room for, compressed anew: tails of cuts and wildcards know
 * only the end of the question's name, so names in them that are in all of it are written out. TC where that too does not
 * fit. */
void synthesis_squeeze(struct query_view *v, struct query *q) FW_NONNULL_ALL;
void synthesis_free(struct synthesis **s) FW_NONNULL_ALL;

#endif
