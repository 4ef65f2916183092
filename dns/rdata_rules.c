/* What ties the fields of one record together, type by type. The layouts say how each field looks; a rule finds all of
 * them good. A rule's error
 * begins with the field. Rules hold for what a zone is given; what other servers send is only looked at by its layout. */
#include "dns/layout.h"

struct digest_size {
    uint8_t kind;
    uint16_t bytes;
};

static const struct digest_size ds_sizes[] = {{1, 20}, {2, 32}, {4, 48}}; /* RFC 3658, 4509, 6605 */
static const struct digest_size sshfp_sizes[] = {{1, 20}, {2, 32}}; /* RFC 4255, 6594 */

/* The kind stands at byte `at` of the data, and the digest is all behind it. Kinds that are not known have any size. */
static enum status check_digest(
    const struct digest_size *sizes, size_t n, struct str rdata, size_t at, const char *field, struct error *e)
{
    uint8_t kind = (uint8_t)rdata.p[at];
    size_t have = rdata.n - at - 1;

    for (size_t i = 0; i < n; i++)
        if (sizes[i].kind == kind && sizes[i].bytes != have)
            return error_set(
                e, INVALID, "rdata-length", "%s: %zu bytes, and type %u has %u", field, have, kind, sizes[i].bytes);
    return OK;
}

static enum status check_ds(struct str rdata, struct error *e)
{
    return check_digest(ds_sizes, ARRAY_LEN(ds_sizes), rdata, 3, "digest", e);
}

static enum status check_sshfp(struct str rdata, struct error *e)
{
    return check_digest(sshfp_sizes, ARRAY_LEN(sshfp_sizes), rdata, 1, "fingerprint", e);
}

/* The parameters of an alias (priority 0) should not be there and are not looked at (RFC 9460 §2.4.2). */
static enum status check_svcb(struct str rdata, struct error *e)
{
    struct dns_field f[DNS_FIELDS_MAX];

    if (read_u16(rdata.p) == 0)
        return OK;
    (void)dns_rdata_fields(DNS_SVCB, rdata, f);
    return svcb_check(str_n(rdata.p + f[2].at, f[2].n), e);
}

/* ---- NAPTR ------------------------------------------------------------------------------------------------- */

/* Takes what stands in front of the next delimiter off *rest; \X stands for itself. false where there is none. */
static bool take_part(struct str *rest, char delimiter, struct str *part_r)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->p[i] == delimiter) {
            *part_r = str_n(rest->p, i);
            *rest = str_n(rest->p + i + 1, rest->n - i - 1);
            return true;
        }
        if (rest->p[i] == '\\')
            i++;
    }
    return false;
}

static unsigned count_groups(struct str ere)
{
    unsigned n = 0;

    for (size_t i = 0; i < ere.n; i++) {
        n += ere.p[i] == '(';
        if (ere.p[i] == '\\')
            i++;
    }
    return n;
}

/* Each \1 to \9 must have its group. */
static bool references_fit(struct str replacement, unsigned groups)
{
    for (size_t i = 0; i + 1 < replacement.n; i++) {
        if (replacement.p[i] != '\\')
            continue;
        i++;
        if (ascii_is_digit(replacement.p[i]) && (unsigned)(replacement.p[i] - '0') > groups)
            return false;
    }
    return true;
}

/* "!expression!replacement!" and perhaps i (RFC 3402 §3.2), or nothing. */
static bool substitution_good(struct str s)
{
    struct str expression, replacement, rest;
    char delimiter;

    if (s.n == 0)
        return true;
    delimiter = s.p[0];
    rest = str_n(s.p + 1, s.n - 1);
    if (ascii_is_digit(delimiter) || delimiter == 'i' || delimiter == '\\' || delimiter == '\0')
        return false;
    return take_part(&rest, delimiter, &expression) && take_part(&rest, delimiter, &replacement) && expression.n > 0 &&
           references_fit(replacement, count_groups(expression)) && (rest.n == 0 || str_eqz(rest, "i"));
}

static enum status check_naptr(struct str rdata, struct error *e)
{
    struct dns_field f[DNS_FIELDS_MAX];
    struct str regexp;

    (void)dns_rdata_fields(DNS_NAPTR, rdata, f);
    regexp = str_n(rdata.p + f[4].at + 1, f[4].n - 1);
    if (substitution_good(regexp))
        return OK;
    return error_set(e, INVALID, "rdata-regexp",
        "regexp: it must look like \"!^(.*)$!sip:\\\\1@example.net!\", with a group for each \\\\1 to \\\\9");
}

static const struct {
    uint16_t type;
    enum status (*check)(struct str rdata, struct error *e);
} rules[] = {
    {DNS_NAPTR, check_naptr},
    {DNS_DS, check_ds},
    {DNS_CDS, check_ds},
    {DNS_SSHFP, check_sshfp},
    {DNS_SVCB, check_svcb},
    {DNS_HTTPS, check_svcb},
};

enum status rdata_rules(uint16_t type, struct str rdata, struct error *e)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (rules[i].type == type && rules[i].check(rdata, e) != OK)
            return error_set(e, INVALID, e->code, "%s %s", dns_type_find(type)->name, e->text);
    return OK;
}
