/* Time. Below registrar/ "now" is always a parameter: only programs and workers read the clock. */
#ifndef FW_BASE_CLOCK_H
#define FW_BASE_CLOCK_H

#include "base/error.h"
#include "base/str.h"

/* Microseconds since 1970-01-01T00:00:00Z: the unit of every stored or passed time. */
typedef int64_t time_us;
#define US_PER_S INT64_C(1000000)

time_us clock_now(void);
uint64_t clock_monotonic_ns(void);
/* "2026-11-22T13:00:05Z"; with fraction "….123456Z". RFC 3339. */
struct str time_text(struct arena *a, time_us t);
struct str time_text_us(struct arena *a, time_us t);
/* RFC 3339 / xs:dateTime with Z, an offset, or none (taken as UTC), any fraction; or a date. */
bool time_parse(struct str s, time_us *t_r) FW_NONNULL_ALL;
/* Calendar years, UTC; 29 February goes to 28 (as EPP registries do). */
time_us time_add_years(time_us t, int years);

#endif
