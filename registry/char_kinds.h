/* Kinds of characters that a password must have one of each: authInfo, and registrars' passwords. A set of kinds is the
 * sum of its bits. */
#ifndef FW_REGISTRY_CHAR_KINDS_H
#define FW_REGISTRY_CHAR_KINDS_H

#include "registry/key_file.h"

enum { CHARS_UPPER = 1, CHARS_LOWER = 2, CHARS_DIGIT = 4, CHARS_SIGN = 8 }; /* ASCII's; all else is a sign */

/* From the value of a key, words of upper, lower, digit and sign; empty: none. */
enum status char_kinds_read(struct key_file *f, const char *key, struct str words, unsigned *kinds_r) FW_MUST_CHECK;
/* What the text lacks of them, for people: "a capital letter"; NULL: nothing. */
const char *char_kinds_lacking(unsigned kinds, struct str text);

#endif
