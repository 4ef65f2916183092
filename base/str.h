/* A slice of bytes that somebody else owns. Not NUL-terminated unless said so.
 * p is NULL only where n is 0 (STR_NULL: "absent", as in an SQL NULL or a missing element);
 * an empty but present string has p != NULL and n == 0. */
#ifndef FW_BASE_STR_H
#define FW_BASE_STR_H

#include "base/arena.h"
#include "base/compiler.h"

struct str {
    const char *p;
    size_t n;
};

#define STR(lit) ((struct str){.p = "" lit, .n = sizeof(lit) - 1})
#define STR_NULL ((struct str){.p = NULL, .n = 0})
/* For printf: printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).n, ((s).p != NULL ? (s).p : "")

struct str str_of(const char *z); /* NULL gives STR_NULL */
static inline struct str str_n(const char *p, size_t n)
{
    return (struct str){.p = p, .n = n};
}
static inline bool str_is_null(struct str s)
{
    return s.p == NULL;
}
static inline bool str_empty(struct str s)
{
    return s.n == 0;
}
bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *z) FW_NONNULL_ALL;
bool str_ieq(struct str a, struct str b); /* ASCII case only */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Offset of the first c at or after from, or -1. */
ptrdiff_t str_find(struct str s, char c, size_t from);
/* At most max bytes from the front, never half a character (of well-formed UTF-8). Columns are sized in characters, so what
 * fits in bytes fits there. */
struct str str_cut(struct str s, size_t max);
struct str str_trim(struct str s); /* blanks, tabs, CR, LF on both ends */
/* Takes the part in front of the first sep off *rest (and the sep); at the end takes the rest.
 * false once *rest is STR_NULL, which is set after the last part. "a,b," gives "a", "b", "". */
bool str_take(struct str *rest, char sep, struct str *part_r) FW_NONNULL_ALL;
struct str str_dup(struct arena *a, struct str s); /* STR_NULL stays STR_NULL */
char *str_dupz(struct arena *a, struct str s) FW_RETURNS_NONNULL; /* NUL-terminated */
struct str str_lower(struct arena *a, struct str s); /* ASCII */
struct str str_printf(struct arena *a, const char *fmt, ...) FW_PRINTF(2, 3);
/* Whole-string decimal; false on empty, junk, or out of range. A sign only in str_to_i64. */
bool str_to_u64(struct str s, uint64_t max, uint64_t *v_r) FW_NONNULL_ALL;
bool str_to_i64(struct str s, int64_t min, int64_t max, int64_t *v_r) FW_NONNULL_ALL;
bool str_utf8_valid(struct str s);
/* Bytes of the well-formed UTF-8 character that s begins with (RFC 3629: shortest form, no surrogates);
 * 0 if it begins with none. */
size_t str_utf8_len(struct str s);
char ascii_lower(char c);
bool ascii_is_digit(char c);
bool ascii_is_alnum(char c);

#endif
