/* What a server answers to a command it cannot read: the result code of RFC 5730 section 3, and the
 * element at fault, so that the answer can name it in <extValue>. */
#ifndef FW_EPP_FAULT_H
#define FW_EPP_FAULT_H

#include "base/error.h"
#include "base/str.h"

struct epp_fault {
    int code; /* 2000, 2001, 2003, 2004, 2005, 2100, 2101, 2103, 2306, 2307; 0: no fault */
    const char *ns; /* of the element at fault */
    const char *element; /* local name */
    struct str value; /* its text as received, cut to 64 characters; never a secret's */
    struct str reason; /* one sentence for people */
};

#endif
