/* Contracts that the compiler checks: put them in the prototype, beside the name. */
#ifndef FW_BASE_COMPILER_H
#define FW_BASE_COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FW_MUST_CHECK __attribute__((warn_unused_result))
#define FW_NONNULL_ALL __attribute__((nonnull))
#define FW_NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define FW_RETURNS_NONNULL __attribute__((returns_nonnull))
#define FW_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define FW_NORETURN __attribute__((noreturn))
#define FW_UNUSED __attribute__((unused))
#define FW_LIKELY(x) __builtin_expect(!!(x), 1)
#define FW_COLD __attribute__((cold, noinline)) /* off the path that is worth measuring */
#define FW_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define FW_ALWAYS_INLINE inline __attribute__((always_inline))
#define FW_NOINLINE __attribute__((noinline))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A broken invariant stops the program, in production too: wrong data must not go on.
 * Use it for what can only be our own mistake, never for input from outside. */
void invariant_failed(const char *file, int line, const char *what) FW_NORETURN;
#define INVARIANT(x) ((x) ? (void)0 : invariant_failed(__FILE__, __LINE__, #x))

#endif
