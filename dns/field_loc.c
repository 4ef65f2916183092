/* LOC (RFC 1876): a position on the Earth. Text is "52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m" with minutes,
 * seconds and what is behind the altitude optional; the wire has the last three first, behind the version. */
#include <inttypes.h>

#include "dns/layout.h"

#define LOC_SIZE 16
#define ANGLE_ZERO UINT32_C(0x80000000) /* the equator, the prime meridian */
#define ARC_DEGREE 3600000u /* thousandths of a second of arc */
#define ALTITUDE_ZERO 10000000 /* cm below the reference that 0 means */
#define ALTITUDE_MAX (UINT32_MAX - (uint32_t)ALTITUDE_ZERO)
#define SIZE_MAX_CM UINT64_C(9000000000)

static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/* ---- the wire ------------------------------------------------------------------------------------------------ */

/* A digit and a power of ten; 0 has the power 0. */
static bool size_good(uint8_t v)
{
    return v == 0 || (v >> 4 >= 1 && v >> 4 <= 9 && (v & 15) <= 9);
}

static bool angle_good(uint32_t v, uint32_t degrees)
{
    uint32_t arc = v >= ANGLE_ZERO ? v - ANGLE_ZERO : ANGLE_ZERO - v;

    return arc <= degrees * ARC_DEGREE;
}

/* Of a version that is not known nothing else may be assumed (RFC 1876 §2). */
ptrdiff_t measure_loc(const uint8_t *p, size_t n)
{
    if (n > 0 && p[0] != 0)
        return (ptrdiff_t)n;
    if (n < LOC_SIZE || !size_good(p[1]) || !size_good(p[2]) || !size_good(p[3]) || !angle_good(read_u32(p + 4), 90) ||
        !angle_good(read_u32(p + 8), 180))
        return -1;
    return LOC_SIZE;
}

/* ---- from text -------------------------------------------------------------------------------------------------- */

/* The next token, or nothing at the end. */
static struct str peek(const struct field_reader *r)
{
    return r->at < r->n ? r->tokens[r->at].text : STR("");
}

/* Digits, and up to `places` more behind a point: v_r is in units of the last place. */
static bool parse_decimal(struct str s, size_t places, uint64_t max, uint64_t *v_r)
{
    size_t digits = 0, behind = 0, i = 0;
    bool point = false;

    *v_r = 0;
    for (; i < s.n && behind <= places && *v_r <= max; i++) {
        if (s.p[i] == '.' && !point && digits > 0) {
            point = true;
            continue;
        }
        if (!ascii_is_digit(s.p[i]))
            return false;
        *v_r = *v_r * 10 + (uint64_t)(s.p[i] - '0');
        digits++;
        behind += point;
    }
    if (i < s.n || behind > places || digits == 0)
        return false;
    for (; behind < places; behind++)
        *v_r *= 10;
    return *v_r <= max;
}

static enum status over(struct field_reader *r, struct str s, const char *what)
{
    return error_set(r->e, INVALID, "rdata-location", "%.*s is over %s", STR_ARG(s), what);
}

static enum status parse_degrees(struct field_reader *r, uint32_t max, uint32_t *arc_r)
{
    struct str s = peek(r);
    uint64_t v;

    if (!parse_decimal(s, 0, 1000000, &v))
        return error_set(r->e, INVALID, "rdata-location", "\"%.*s\" is not a number of degrees", STR_ARG(s));
    if (v > max)
        return over(r, s, max == 90 ? "90" : "180");
    *arc_r = (uint32_t)v * ARC_DEGREE;
    r->at++;
    return OK;
}

/* Minutes and then seconds, each only if the token is a number. */
static enum status parse_minutes_seconds(struct field_reader *r, uint32_t *arc_r)
{
    struct str s = peek(r);
    uint64_t v;

    if (s.n == 0 || !ascii_is_digit(s.p[0]))
        return OK;
    if (!parse_decimal(s, 0, 59, &v))
        return error_set(r->e, INVALID, "rdata-location", "\"%.*s\" is not a number of minutes to 59", STR_ARG(s));
    *arc_r += (uint32_t)v * 60000;
    r->at++;
    s = peek(r);
    if (s.n == 0 || !ascii_is_digit(s.p[0]))
        return OK;
    if (!parse_decimal(s, 3, 59999, &v))
        return error_set(r->e, INVALID, "rdata-location",
            "\"%.*s\" is not a number of seconds to 59.999 with at most three places", STR_ARG(s));
    *arc_r += (uint32_t)v;
    r->at++;
    return OK;
}

/* words: the letter for more than zero and the one for less. */
static enum status parse_angle(struct field_reader *r, const char *part, uint32_t max, const char *words, uint32_t *v_r)
{
    uint32_t arc = 0;
    struct str s;
    char c;

    r->part = part;
    TRY(parse_degrees(r, max, &arc));
    TRY(parse_minutes_seconds(r, &arc));
    s = peek(r);
    c = s.n == 1 ? s.p[0] : '\0';
    if (c == '\0' || strchr(words, c) == NULL)
        return error_set(r->e, INVALID, "rdata-location", "%c or %c is missing behind degrees, minutes and seconds",
            words[0], words[1]);
    if (arc > max * ARC_DEGREE)
        return error_set(r->e, INVALID, "rdata-location", "more than %u degrees", max);
    *v_r = c == words[0] ? ANGLE_ZERO + arc : ANGLE_ZERO - arc;
    r->at++;
    return OK;
}

static struct str without_m(struct str s)
{
    return s.n > 0 && ascii_lower(s.p[s.n - 1]) == 'm' ? str_n(s.p, s.n - 1) : s;
}

static enum status parse_altitude(struct field_reader *r, uint32_t *v_r)
{
    struct str s = peek(r), number = without_m(s);
    bool below = number.n > 0 && number.p[0] == '-';
    uint64_t cm;

    r->part = "altitude";
    if (number.n > 0 && (below || number.p[0] == '+'))
        number = str_n(number.p + 1, number.n - 1);
    if (!parse_decimal(number, 2, below ? ALTITUDE_ZERO : ALTITUDE_MAX, &cm))
        return error_set(r->e, INVALID, "rdata-location",
            "\"%.*s\" is not a number of metres from -100000.00 to 42849672.95", STR_ARG(s));
    *v_r = (uint32_t)(below ? ALTITUDE_ZERO - cm : ALTITUDE_ZERO + cm);
    r->at++;
    return OK;
}

/* What a digit and a power of ten cannot say is rounded down. */
static uint8_t size_encode(uint64_t cm)
{
    uint8_t power = 0;

    while (cm > 9) {
        cm /= 10;
        power++;
    }
    return (uint8_t)(cm << 4 | power);
}

static enum status parse_size(struct field_reader *r, const char *part, uint8_t *v_r)
{
    struct str s = peek(r);
    uint64_t cm;

    r->part = part;
    if (r->at == r->n)
        return OK;
    if (!parse_decimal(without_m(s), 2, SIZE_MAX_CM, &cm))
        return error_set(
            r->e, INVALID, "rdata-location", "\"%.*s\" is not a number of metres up to 90000000.00", STR_ARG(s));
    *v_r = size_encode(cm);
    r->at++;
    return OK;
}

enum status parse_loc(struct field_reader *r)
{
    uint8_t size = 0x12, horizontal = 0x16, vertical = 0x13; /* 1 m, 10 km, 10 m */
    uint32_t latitude = 0, longitude = 0, altitude = 0;

    TRY(parse_angle(r, "latitude", 90, "NS", &latitude));
    TRY(parse_angle(r, "longitude", 180, "EW", &longitude));
    TRY(parse_altitude(r, &altitude));
    TRY(parse_size(r, "size", &size));
    TRY(parse_size(r, "horizontal precision", &horizontal));
    TRY(parse_size(r, "vertical precision", &vertical));
    buf_u8(r->out, 0);
    buf_u8(r->out, size);
    buf_u8(r->out, horizontal);
    buf_u8(r->out, vertical);
    buf_u32(r->out, latitude);
    buf_u32(r->out, longitude);
    buf_u32(r->out, altitude);
    return OK;
}

/* ---- to text ------------------------------------------------------------------------------------------------------ */

static void write_angle(struct buf *out, uint32_t v, char more, char less)
{
    uint32_t arc = v >= ANGLE_ZERO ? v - ANGLE_ZERO : ANGLE_ZERO - v;

    buf_printf(out, "%u %u %u.%03u %c ", arc / ARC_DEGREE, arc / 60000 % 60, arc / 1000 % 60, arc % 1000,
        v >= ANGLE_ZERO ? more : less);
}

static void write_size(struct buf *out, uint8_t v)
{
    uint64_t cm = (uint64_t)(v >> 4) * tens[v & 15];

    if (cm % 100 == 0)
        buf_printf(out, " %" PRIu64 "m", cm / 100);
    else
        buf_printf(out, " %" PRIu64 ".%02um", cm / 100, (unsigned)(cm % 100));
}

void write_loc(struct buf *out, struct str raw)
{
    const uint8_t *p = (const uint8_t *)raw.p;
    int64_t cm;

    if (p[0] != 0) {
        write_generic(out, raw);
        return;
    }
    cm = (int64_t)read_u32(p + 12) - ALTITUDE_ZERO;
    write_angle(out, read_u32(p + 4), 'N', 'S');
    write_angle(out, read_u32(p + 8), 'E', 'W');
    buf_printf(out, "%s%" PRId64 ".%02um", cm < 0 ? "-" : "", (cm < 0 ? -cm : cm) / 100,
        (unsigned)((cm < 0 ? -cm : cm) % 100));
    for (size_t i = 1; i <= 3; i++)
        write_size(out, p[i]);
}
