#include "base/clock.h"

time_us clock_now(void)
{
    struct timespec ts;
    INVARIANT(clock_gettime(CLOCK_REALTIME, &ts) == 0);
    return (time_us)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

uint64_t clock_monotonic_ns(void)
{
    struct timespec ts;
    INVARIANT(clock_gettime(CLOCK_MONOTONIC, &ts) == 0);
    return (uint64_t)ts.tv_sec * UINT64_C(1000000000) + (uint64_t)ts.tv_nsec;
}

/* Whole seconds (rounded down, before 1970 too) as a calendar time; the rest in *fraction_r. */
static struct tm calendar_of(time_us t, int *fraction_r)
{
    int64_t seconds = t / US_PER_S, fraction = t % US_PER_S;
    if (fraction < 0) {
        fraction += US_PER_S;
        seconds--;
    }
    struct tm tm;
    time_t s = (time_t)seconds;
    INVARIANT(gmtime_r(&s, &tm) != NULL);
    *fraction_r = (int)fraction;
    return tm;
}

struct str time_text(struct arena *a, time_us t)
{
    int fraction;
    struct tm tm = calendar_of(t, &fraction);
    return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
        tm.tm_min, tm.tm_sec);
}

struct str time_text_us(struct arena *a, time_us t)
{
    int fraction;
    struct tm tm = calendar_of(t, &fraction);
    return str_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
        tm.tm_hour, tm.tm_min, tm.tm_sec, fraction);
}

static bool take_number(struct str *s, size_t digits, int min, int max, int *v_r)
{
    uint64_t v;
    if (s->n < digits || !str_to_u64(str_n(s->p, digits), (uint64_t)max, &v) || (int)v < min)
        return false;
    *s = str_n(s->p + digits, s->n - digits);
    *v_r = (int)v;
    return true;
}

/* Takes one character that is in set. */
static bool take_any(struct str *s, const char *set)
{
    if (s->n == 0 || s->p[0] == '\0' || strchr(set, s->p[0]) == NULL)
        return false;
    *s = str_n(s->p + 1, s->n - 1);
    return true;
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static bool take_date(struct str *s, struct tm *tm)
{
    int year, month, day;
    if (!take_number(s, 4, 0, 9999, &year) || !take_any(s, "-") || !take_number(s, 2, 1, 12, &month) ||
        !take_any(s, "-") || !take_number(s, 2, 1, month_days(year, month), &day))
        return false;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    tm->tm_mday = day;
    return true;
}

/* Digits past the microsecond are read and dropped. */
static bool take_fraction(struct str *s, int *fraction_r)
{
    int fraction = 0;
    size_t n = 0;
    for (; n < s->n && ascii_is_digit(s->p[n]); n++)
        if (n < 6)
            fraction = fraction * 10 + (s->p[n] - '0');
    for (size_t i = n; i < 6; i++)
        fraction *= 10;
    *s = str_n(s->p + n, s->n - n);
    *fraction_r = fraction;
    return n > 0;
}

/* Second 60 is a leap second (RFC 3339, section 5.7); it reads as the second after it. */
static bool take_clock(struct str *s, struct tm *tm, int *fraction_r)
{
    if (!take_number(s, 2, 0, 23, &tm->tm_hour) || !take_any(s, ":") || !take_number(s, 2, 0, 59, &tm->tm_min) ||
        !take_any(s, ":") || !take_number(s, 2, 0, 60, &tm->tm_sec))
        return false;
    return !take_any(s, ".") || take_fraction(s, fraction_r);
}

/* Nothing left, Z, or an offset. */
static bool take_zone(struct str *s, int *offset_s_r)
{
    int hours, minutes;
    *offset_s_r = 0;
    if (s->n == 0 || take_any(s, "Zz"))
        return true;
    bool west = s->p[0] == '-';
    if (!take_any(s, "+-") || !take_number(s, 2, 0, 23, &hours) || !take_any(s, ":") ||
        !take_number(s, 2, 0, 59, &minutes))
        return false;
    *offset_s_r = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

bool time_parse(struct str s, time_us *t_r)
{
    struct tm tm = {0};
    int fraction = 0, offset_s;
    if (!take_date(&s, &tm))
        return false;
    if (take_any(&s, "Tt ") && !take_clock(&s, &tm, &fraction))
        return false;
    if (!take_zone(&s, &offset_s) || s.n != 0)
        return false;
    *t_r = ((time_us)timegm(&tm) - offset_s) * US_PER_S + fraction;
    return true;
}

time_us time_add_years(time_us t, int years)
{
    int fraction;
    struct tm tm = calendar_of(t, &fraction);
    tm.tm_year += years;
    if (tm.tm_mon == 1 && tm.tm_mday == 29 && !is_leap(tm.tm_year + 1900))
        tm.tm_mday = 28;
    return (time_us)timegm(&tm) * US_PER_S + fraction;
}
