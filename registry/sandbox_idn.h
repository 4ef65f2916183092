/* Internationalized names in a create: the table of characters or the language that a name says it uses (idn-1.0,
 * idnLang-1.0). Where the personality offers either, such a name must say one, and no other name may. Which tables there
 * are is not checked, and none is told by info. */
#ifndef FW_REGISTRY_SANDBOX_IDN_H
#define FW_REGISTRY_SANDBOX_IDN_H

#include "registry/sandbox_call.h"

/* name: A-labels. 2003 without, 2306 for a name that has no use for one, or whose other form is another name. */
enum status sandbox_idn_create(struct sandbox_call *c, struct str name, struct error *e) FW_MUST_CHECK;

#endif
