#include "epp/syntax.h"

#include "epp/result.h"

typedef bool form_fn(struct str v);

/* One row per simple type. Lengths are in characters, as XML Schema counts. */
struct simple_type {
    unsigned min, max;
    bool line; /* normalizedString: blanks stay; otherwise a token: they are collapsed */
    bool packed; /* a token in which blanks mean nothing at all: they are dropped */
    bool secret;
    form_fn *form;
    const char *form_text; /* what form demands */
    const char *const *words;
};

#define TEXT_MAX 10000

static bool form_roid(struct str v)
{
    ptrdiff_t dash = str_find(v, '-', 0);
    if (dash < 1 || dash > 80 || v.n - dash - 1 < 1 || v.n - dash - 1 > 8)
        return false;
    for (size_t i = 0; i < v.n; i++)
        if (i != (size_t)dash && !ascii_is_alnum(v.p[i]) && !(v.p[i] == '_' && i < (size_t)dash))
            return false;
    return true;
}

static bool form_language(struct str v)
{
    struct str rest = v, part;
    bool first = true;
    while (str_take(&rest, '-', &part)) {
        if (part.n < 1 || part.n > 8)
            return false;
        for (size_t i = 0; i < part.n; i++)
            if (!ascii_is_alnum(part.p[i]) || (first && ascii_is_digit(part.p[i])))
                return false;
        first = false;
    }
    return true;
}

/* Absolute: a scheme, then characters RFC 3986 lets stand. */
static bool form_uri(struct str v)
{
    ptrdiff_t colon = str_find(v, ':', 0);
    if (colon < 1 || !ascii_is_alnum(v.p[0]) || ascii_is_digit(v.p[0]))
        return false;
    for (ptrdiff_t i = 0; i < colon; i++)
        if (!ascii_is_alnum(v.p[i]) && strchr("+-.", v.p[i]) == NULL)
            return false;
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] <= ' ' || v.p[i] == 0x7f || strchr("<>\"{}|\\^`", v.p[i]) != NULL)
            return false;
    return true;
}

static bool all_digits(struct str v, size_t min, size_t max)
{
    if (v.n < min || v.n > max)
        return false;
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_is_digit(v.p[i]))
            return false;
    return true;
}

static bool form_phone(struct str v)
{
    if (v.n == 0)
        return true;
    struct str rest = str_n(v.p + 1, v.n - 1), country;
    if (v.p[0] != '+' || !str_take(&rest, '.', &country))
        return false;
    return all_digits(country, 1, 3) && all_digits(rest, 1, 14);
}

static bool is_hex(char c)
{
    return ascii_is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static bool form_hex(struct str v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!is_hex(v.p[i]))
            return false;
    return v.n % 2 == 0;
}

/* The last digit before padding has no bits to spare (XML Schema part 2, section 3.2.16). */
static bool form_base64(struct str v)
{
    size_t n = v.n;
    while (n > 0 && v.n - n < 2 && v.p[n - 1] == '=')
        n--;
    for (size_t i = 0; i < n; i++)
        if (!ascii_is_alnum(v.p[i]) && v.p[i] != '+' && v.p[i] != '/')
            return false;
    if (v.n % 4 != 0 || n == 0)
        return false;
    return n == v.n || strchr(v.n - n == 2 ? "AQgw" : "AEIMQUYcgkosw048", v.p[n - 1]) != NULL;
}

static bool form_currency(struct str v)
{
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] < 'A' || v.p[i] > 'Z')
            return false;
    return v.n == 3;
}

#define DECIMAL_DIGITS 18

/* Optional sign, digits, optional point and digits. *zero_r: the value is 0. */
static bool decimal(struct str v, bool *negative_r, bool *zero_r)
{
    size_t digits = 0, points = 0, from = v.n > 0 && (v.p[0] == '+' || v.p[0] == '-');
    *negative_r = v.n > 0 && v.p[0] == '-';
    *zero_r = true;
    for (size_t i = from; i < v.n; i++) {
        bool digit = ascii_is_digit(v.p[i]);
        if (!digit && v.p[i] != '.')
            return false;
        digits += digit;
        points += !digit;
        *zero_r = *zero_r && (!digit || v.p[i] == '0');
    }
    return digits > 0 && digits <= DECIMAL_DIGITS && points <= 1;
}

static bool form_decimal(struct str v)
{
    bool negative, zero;
    return decimal(v, &negative, &zero);
}

static bool form_fee(struct str v)
{
    bool negative, zero;
    return decimal(v, &negative, &zero) && (zero || !negative);
}

static bool form_credit(struct str v)
{
    bool negative, zero;
    return decimal(v, &negative, &zero) && (zero || negative);
}

static bool form_amount(struct str v)
{
    bool negative, zero;
    size_t digits = 0;
    ptrdiff_t point = str_find(v, '.', 0);
    for (size_t i = 0; i < v.n; i++)
        digits += ascii_is_digit(v.p[i]);
    return decimal(v, &negative, &zero) && digits <= 10 && (point < 0 || v.n - (size_t)point <= 3);
}

/* Takes "5Y" and the like from the front: digits and one of the units, each at most once and in their order. */
static bool take_units(struct str *v, const char *units, bool *any)
{
    while (v->n > 0 && v->p[0] != 'T') {
        size_t n = 0;
        while (n < v->n && (ascii_is_digit(v->p[n]) || v->p[n] == '.'))
            n++;
        const char *point = memchr(v->p, '.', n), *unit = n < v->n ? strchr(units, v->p[n]) : NULL;
        if (n == 0 || unit == NULL || *unit == '\0' || (point != NULL && *unit != 'S'))
            return false;
        if (point != NULL && (v->p[0] == '.' || v->p[n - 1] == '.' || memrchr(v->p, '.', n) != point))
            return false;
        units = unit + 1;
        *v = str_n(v->p + n + 1, v->n - n - 1);
        *any = true;
    }
    return true;
}

static bool form_duration(struct str v)
{
    bool date = false, time = false;
    if (v.n > 0 && v.p[0] == '-')
        v = str_n(v.p + 1, v.n - 1);
    if (v.n == 0 || v.p[0] != 'P')
        return false;
    v = str_n(v.p + 1, v.n - 1);
    if (!take_units(&v, "YMD", &date))
        return false;
    if (v.n == 0)
        return date;
    v = str_n(v.p + 1, v.n - 1);
    return take_units(&v, "HMS", &time) && v.n == 0 && time;
}

/* --MM-DD. A time zone may follow by the schema; a day of the year has none here. */
static bool form_month_day(struct str v)
{
    static const char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t month, day;
    if (v.n != 7 || memcmp(v.p, "--", 2) != 0 || v.p[4] != '-')
        return false;
    if (!str_to_u64(str_n(v.p + 2, 2), 12, &month) || !str_to_u64(str_n(v.p + 5, 2), 31, &day))
        return false;
    return month >= 1 && day >= 1 && day <= (uint64_t)days[month - 1];
}

static bool form_nmtoken(struct str v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_is_alnum(v.p[i]) && strchr("-._:", v.p[i]) == NULL && (unsigned char)v.p[i] < 0x80)
            return false;
    return true;
}

static bool whole_number(struct str v, uint64_t most)
{
    uint64_t n;
    if (v.n > 1 && v.p[0] == '+')
        v = str_n(v.p + 1, v.n - 1);
    return str_to_u64(v, most, &n);
}

static bool form_seconds(struct str v)
{
    return whole_number(v, INT32_MAX);
}

static bool form_ttl(struct str v)
{
    return v.n == 0 || form_seconds(v);
}

static bool form_bill_days(struct str v)
{
    return whole_number(v, 182);
}

static bool form_bill_days_chg(struct str v)
{
    return v.n == 0 || form_bill_days(v);
}

static bool form_rr_type(struct str v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_is_digit(v.p[i]) && !(v.p[i] >= 'A' && v.p[i] <= 'Z') && v.p[i] != '-')
            return false;
    return v.n > 0 && v.p[0] >= 'A' && v.p[0] <= 'Z' && v.p[v.n - 1] != '-' && (v.n > 1 || v.p[0] == 'A');
}

static bool form_object_id(struct str v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_is_alnum(v.p[i]) && (v.p[i] != '-' || i == 0 || i + 1 == v.n || v.p[i - 1] == '-'))
            return false;
    return true;
}

static size_t characters(struct str v)
{
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++)
        n += ((unsigned char)v.p[i] & 0xc0) != 0x80;
    return n;
}

/* Each: up to 64 characters, one @, and something behind it. */
static bool form_emails(struct str v)
{
    struct str rest = v, one, local;
    if (v.n == 0 || str_find(v, ' ', 0) >= 0 || v.p[v.n - 1] == ',')
        return false;
    while (str_take(&rest, ',', &one)) {
        if (!str_take(&one, '@', &local) || local.n == 0 || characters(local) > 64)
            return false;
        if (str_empty(one) || str_find(one, '@', 0) >= 0)
            return false;
    }
    return true;
}

static bool form_emails_chg(struct str v)
{
    return v.n == 0 || form_emails(v);
}

static const char *const words_version[] = {"1.0", NULL};
static const char *const words_ip[] = {"v4", "v6", NULL};
static const char *const words_unit[] = {"y", "m", NULL};
static const char *const words_hosts[] = {"all", "del", "none", "sub", NULL};
static const char *const words_contact_type[] = {"admin", "billing", "tech", NULL};
static const char *const words_postal[] = {"int", "loc", NULL};
static const char *const words_poll[] = {"req", "ack", NULL};
static const char *const words_transfer[] = {
    "pending", "clientApproved", "clientCancelled", "clientRejected", "serverApproved", "serverCancelled", NULL};
static const char *const words_domain_status[] = {"ok", "inactive", "clientDeleteProhibited", "clientHold",
    "clientRenewProhibited", "clientTransferProhibited", "clientUpdateProhibited", "pendingCreate", "pendingDelete",
    "pendingRenew", "pendingTransfer", "pendingUpdate", "serverDeleteProhibited", "serverHold", "serverRenewProhibited",
    "serverTransferProhibited", "serverUpdateProhibited", NULL};
static const char *const words_contact_status[] = {"ok", "linked", "clientDeleteProhibited", "clientTransferProhibited",
    "clientUpdateProhibited", "pendingCreate", "pendingDelete", "pendingTransfer", "pendingUpdate",
    "serverDeleteProhibited", "serverTransferProhibited", "serverUpdateProhibited", NULL};
static const char *const words_host_status[] = {"ok", "linked", "clientDeleteProhibited", "clientUpdateProhibited",
    "pendingCreate", "pendingDelete", "pendingTransfer", "pendingUpdate", "serverDeleteProhibited",
    "serverUpdateProhibited", NULL};
static const char *const words_rgp_status[] = {"addPeriod", "autoRenewPeriod", "renewPeriod", "transferPeriod",
    "pendingDelete", "pendingRestore", "redemptionPeriod", NULL};
static const char *const words_rgp_op[] = {"request", "report", NULL};

#define WORDS(w)                                                                                                       \
    {                                                                                                                  \
        .max = 64, .words = w                                                                                          \
    }
static const struct simple_type types[EPP_TYPE_COUNT] = {
    [EPP_T_TEXT] = {.max = TEXT_MAX, .line = true},
    [EPP_T_AUTH] = {.max = 255, .line = true, .secret = true},
    [EPP_T_TOKEN] = {.max = TEXT_MAX},
    [EPP_T_MIN_TOKEN] = {.min = 1, .max = 320},
    [EPP_T_SECONDS] = {.min = 1, .max = 64, .form = form_seconds, .form_text = "must be from 0 to 2147483647"},
    [EPP_T_TTL] = {.max = 64, .form = form_ttl, .form_text = "must be empty, or from 0 to 2147483647"},
    [EPP_T_RR_TYPE] = {.min = 1, .max = 64, .form = form_rr_type, .form_text = "must be a record type such as TXT"},
    [EPP_T_SHORT] = {.max = 255},
    [EPP_T_TOKEN_20] = {.max = 20},
    [EPP_T_TOKEN_50] = {.min = 1, .max = 50},
    [EPP_T_TOKEN_200] = {.max = 200},
    [EPP_T_BILL_DAYS] = {.min = 1, .max = 64, .form = form_bill_days, .form_text = "must be from 0 to 182"},
    [EPP_T_BILL_DAYS_CHG] = {.max = 64, .form = form_bill_days_chg, .form_text = "must be empty, or from 0 to 182"},
    [EPP_T_LINE_32] = {.max = 32, .line = true},
    [EPP_T_WORD] = {.max = 64},
    [EPP_T_CLID] = {.min = 3, .max = 16},
    [EPP_T_CLID_CHG] = {.max = 16},
    [EPP_T_LABEL] = {.min = 1, .max = 255},
    [EPP_T_ROID] = {.min = 3, .max = 89, .form = form_roid, .form_text = "must look like D1234-REP"},
    [EPP_T_TRID] = {.min = 3, .max = 64},
    [EPP_T_SVID] = {.min = 3, .max = 64, .line = true},
    [EPP_T_PW] = {.min = 6, .max = 16, .secret = true},
    [EPP_T_LANG] = {.min = 1, .max = 64, .form = form_language, .form_text = "must be a language tag such as en"},
    [EPP_T_VERSION] = WORDS(words_version),
    [EPP_T_URI] = {.min = 1, .max = 1024, .form = form_uri, .form_text = "must be a URI"},
    [EPP_T_REASON] = {.min = 1, .max = 32},
    [EPP_T_LINE] = {.min = 1, .max = 255, .line = true},
    [EPP_T_OPT_LINE] = {.max = 255, .line = true},
    [EPP_T_POSTCODE] = {.max = 16},
    [EPP_T_CC] = {.min = 2, .max = 2},
    [EPP_T_CC_CHG] = {.max = 2},
    [EPP_T_PHONE] = {.max = 17, .form = form_phone, .form_text = "must look like +1.7035555555"},
    [EPP_T_IP] = {.min = 3, .max = 45},
    [EPP_T_IP_TYPE] = WORDS(words_ip),
    [EPP_T_UNIT] = WORDS(words_unit),
    [EPP_T_HOSTS] = WORDS(words_hosts),
    [EPP_T_CONTACT_TYPE] = WORDS(words_contact_type),
    [EPP_T_POSTAL_TYPE] = WORDS(words_postal),
    [EPP_T_POLL_OP] = WORDS(words_poll),
    [EPP_T_TRANSFER_STATUS] = WORDS(words_transfer),
    [EPP_T_DOMAIN_STATUS] = WORDS(words_domain_status),
    [EPP_T_CONTACT_STATUS] = WORDS(words_contact_status),
    [EPP_T_HOST_STATUS] = WORDS(words_host_status),
    [EPP_T_RGP_STATUS] = WORDS(words_rgp_status),
    [EPP_T_RGP_OP] = WORDS(words_rgp_op),
    [EPP_T_BASE64] = {.min = 1, .max = TEXT_MAX, .packed = true, .form = form_base64, .form_text = "must be base64"},
    [EPP_T_HEX] = {.max = TEXT_MAX, .packed = true, .form = form_hex, .form_text = "must be octets in hexadecimal"},
    [EPP_T_CURRENCY] = {.min = 3, .max = 3, .form = form_currency, .form_text = "must be three capitals, such as USD"},
    [EPP_T_DECIMAL] = {.min = 1, .max = 32, .form = form_decimal, .form_text = "must be a decimal number"},
    [EPP_T_FEE] = {.min = 1, .max = 32, .form = form_fee, .form_text = "must be a decimal number, 0 or more"},
    [EPP_T_CREDIT] = {.min = 1, .max = 32, .form = form_credit, .form_text = "must be a decimal number, 0 or less"},
    [EPP_T_DURATION] = {.min = 2, .max = 64, .form = form_duration, .form_text = "must be a duration such as P5D"},
    [EPP_T_MONTH_DAY] = {.min = 7, .max = 7, .form = form_month_day, .form_text = "must be a day such as --12-31"},
    [EPP_T_NMTOKEN] = {.min = 1, .max = 255, .form = form_nmtoken, .form_text = "must be a name without blanks"},
    [EPP_T_FEE_NAME] = {.min = 3, .max = 16},
    [EPP_T_LONG_PW] = {.min = 6, .max = 1024, .secret = true},
    [EPP_T_SECRET] = {.min = 1, .max = 1024, .secret = true},
    [EPP_T_SUBPRODUCT] = {.min = 1, .max = 64},
    [EPP_T_OBJ_ID] = {.min = 1, .max = 63},
    [EPP_T_OBJ_ID_CHG] = {.max = 63},
    [EPP_T_OBJ_ID_NEW] = {.min = 1,
        .max = 30,
        .form = form_object_id,
        .form_text = "must be letters and digits, with single hyphens between"},
    [EPP_T_AUTH_300] = {.max = 300, .line = true, .secret = true},
    [EPP_T_EMAILS] = {.min = 3, .max = 320, .form = form_emails, .form_text = "must be addresses parted by commas"},
    [EPP_T_EMAILS_CHG] = {.max = 320,
        .form = form_emails_chg,
        .form_text = "must be empty, or addresses parted by commas"},
    [EPP_T_TOKEN_32] = {.max = 32},
    [EPP_T_AMOUNT] = {.min = 1, .max = 12, .form = form_amount, .form_text = "must be an amount such as 12.50"},
};

bool epp_word_listed(const char *const *words, struct str v)
{
    for (; *words != NULL; words++)
        if (str_eqz(v, *words))
            return true;
    return false;
}

static int length_fault(struct arena *a, const struct simple_type *t, struct str *why_r)
{
    if (why_r != NULL && t->min == t->max)
        *why_r = str_printf(a, "must have %u characters", t->min);
    else if (why_r != NULL && t->min == 0)
        *why_r = str_printf(a, "must have at most %u characters", t->max);
    else if (why_r != NULL)
        *why_r = str_printf(a, "must have %u to %u characters", t->min, t->max);
    return EPP_VALUE;
}

int epp_value_check(struct arena *a, enum epp_type type, struct str v, struct str *why_r)
{
    const struct simple_type *t = &types[type];
    if (t->words != NULL) {
        if (epp_word_listed(t->words, v))
            return 0;
        if (why_r != NULL)
            *why_r = STR(EPP_WORD_WHY);
        return type == EPP_T_VERSION ? EPP_NO_VERSION : EPP_RANGE;
    }
    size_t n = characters(v);
    if (n < t->min || n > t->max)
        return length_fault(a, t, why_r);
    if (t->form != NULL && !t->form(v)) {
        if (why_r != NULL)
            *why_r = str_of(t->form_text);
        return EPP_VALUE;
    }
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *epp_value_loose(enum epp_type type, struct str v)
{
    bool line = types[type].line;
    for (size_t i = 0; i < v.n; i++) {
        if (is_blank(v.p[i]) && types[type].packed)
            return "must not hold blanks";
        if (is_blank(v.p[i]) && v.p[i] != ' ')
            return "must not hold tabs or line ends";
        if (!line && v.p[i] == ' ' && (i == 0 || i + 1 == v.n || v.p[i - 1] == ' '))
            return "must not begin or end with a blank, nor have two in a row";
    }
    return NULL;
}

bool epp_type_secret(enum epp_type t)
{
    return types[t].secret;
}

struct str epp_value_normal(struct arena *a, enum epp_type type, struct str v)
{
    if (str_is_null(v) || epp_value_loose(type, v) == NULL)
        return v;
    bool line = types[type].line;
    if (!line)
        v = str_trim(v);
    char *out = arena_alloc(a, v.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++)
        if (!is_blank(v.p[i]))
            out[n++] = v.p[i];
        else if (types[type].packed)
            continue;
        else if (line || out[n - 1] != ' ')
            out[n++] = ' ';
    return str_n(out, n);
}

static bool valid(enum epp_type t, struct str v)
{
    return epp_value_loose(t, v) == NULL && epp_value_check(NULL, t, v, NULL) == 0;
}

bool epp_clid_valid(struct str v)
{
    return valid(EPP_T_CLID, v);
}
bool epp_cltrid_valid(struct str v)
{
    return valid(EPP_T_TRID, v);
}
bool epp_roid_valid(struct str v)
{
    return valid(EPP_T_ROID, v);
}
bool epp_label_valid(struct str v)
{
    return valid(EPP_T_LABEL, v);
}
bool epp_phone_valid(struct str v)
{
    return v.n > 0 && valid(EPP_T_PHONE, v);
}
