/* Tags found by looking at the text, for documents that need not be XML: what must be struck out of a log
 * whatever it is, and what a broken poll message still tells. Internal to epp/.
 */
#ifndef FW_EPP_SCAN_H
#define FW_EPP_SCAN_H

#include "base/str.h"

/* What begins with a '<': a tag, a comment, a CDATA section, an instruction. */
struct epp_tag {
    size_t end; /* behind its last byte; the document's end where it is not closed */
    struct str name; /* qualified; of start and end tags */
    bool start, close; /* neither: comment and the like. A self-closing tag is not a start. */
};
struct epp_tag epp_tag_at(struct str doc, size_t at); /* doc.p[at] is '<' */
struct str epp_tag_local(const struct epp_tag *t); /* the name without its prefix */
/* The attribute's text as it stands, references and all; STR_NULL where it is not there. */
struct str epp_tag_attr(struct str doc, const struct epp_tag *t, const char *name) FW_NONNULL_ALL;

#endif
