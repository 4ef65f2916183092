/* Notices and marks of a trademark clearing house, as far as they can be judged without its keys. */
#include "base/xml.h"
#include "dns/name.h"
#include "registry/sandbox_launch.h"

#define SIGNED_MARK_NS "urn:ietf:params:xml:ns:signedMark-1.0"
#define MARK_NS "urn:ietf:params:xml:ns:mark-1.0"
#define SIGNATURE_NS "http://www.w3.org/2000/09/xmldsig#"
#define CHECKSUM_DIGITS 8
#define NUMBER_MAX 19 /* digits behind the checksum */
#define ACCEPTED_US (48 * 3600 * US_PER_S)
#define MARK_DEPTH 16

/* CRC-32 of ISO 3309, as zlib has it. */
static uint32_t crc32_of(struct str s)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < s.n; i++) {
        crc ^= (unsigned char)s.p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (UINT32_C(0xedb88320) & (0 - (crc & 1)));
    }
    return ~crc;
}

static bool all_of(struct str s, const char *set)
{
    for (size_t i = 0; i < s.n; i++) {
        if (strchr(set, s.p[i]) == NULL)
            return false;
    }
    return true;
}

static bool checksum_holds(const struct epp_launch_notice *n, struct str label)
{
    char text[DNS_LABEL_MAX + 64], sum[CHECKSUM_DIGITS + 1];
    struct str number = str_n(n->id.p + CHECKSUM_DIGITS, n->id.n - CHECKSUM_DIGITS);
    int len = snprintf(
        text, sizeof(text), "%.*s%lld%.*s", STR_ARG(label), (long long)(n->not_after / US_PER_S), STR_ARG(number));
    (void)snprintf(sum, sizeof(sum), "%08x", crc32_of(str_n(text, (size_t)len)));
    return str_ieq(str_n(n->id.p, CHECKSUM_DIGITS), str_of(sum));
}

const char *sandbox_notice_lacks(const struct epp_launch_notice *n, struct str label, time_us now, unsigned *code_r)
{
    struct str sum = str_n(n->id.p, n->id.n < CHECKSUM_DIGITS ? n->id.n : CHECKSUM_DIGITS);
    struct str number = str_n(n->id.p + sum.n, n->id.n - sum.n);
    *code_r = EPP_VALUE;
    if (sum.n < CHECKSUM_DIGITS || !all_of(sum, "0123456789abcdefABCDEF") || str_empty(number) ||
        number.n > NUMBER_MAX || !all_of(number, "0123456789"))
        return "a noticeID is a checksum of 8 hexadecimal digits and a number";
    *code_r = EPP_POLICY;
    if (!str_is_null(n->validator) && !str_eqz(n->validator, "tmch"))
        return "the notices are those of tmch";
    if (!checksum_holds(n, label))
        return "the noticeID's checksum is not of this name and notAfter";
    if (n->not_after <= now)
        return "the notice has ended";
    if (n->accepted > now || n->accepted >= n->not_after)
        return "it was accepted at a time that is yet to come, or after its end";
    if (n->accepted < now - ACCEPTED_US)
        return "it was accepted more than 48 hours ago";
    return NULL;
}

/* <label> stands at several depths, by the kind of mark. */
static bool label_named(const struct xml_node *n, struct str label, unsigned depth)
{
    if (strcmp(n->ns, MARK_NS) == 0 && strcmp(n->name, "label") == 0 && str_ieq(str_trim(n->text), label))
        return true;
    for (const struct xml_node *k = n->first; k != NULL && depth < MARK_DEPTH; k = k->next) {
        if (label_named(k, label, depth + 1))
            return true;
    }
    return false;
}

/* base64 with line breaks, inside the element as it came. */
static bool mark_decode(struct arena *a, struct str raw, struct xml_node **root_r)
{
    struct xml_node *element;
    struct error e;
    struct buf b;
    struct str doc;
    if (xml_parse(a, raw, &xml_limits_default, &element, &e) != OK)
        return false;
    buf_in(&b, a, raw.n);
    for (size_t i = 0; i < element->text.n; i++) {
        if (strchr(" \t\r\n", element->text.p[i]) == NULL)
            buf_put(&b, &element->text.p[i], 1);
    }
    return base64_decode(a, buf_view(&b), &doc) && xml_parse(a, doc, &xml_limits_default, root_r, &e) == OK;
}

const char *sandbox_mark_lacks(struct arena *a, struct str raw, struct str label, time_us now, unsigned *code_r)
{
    struct xml_node *smd;
    time_us begins, ends;
    *code_r = EPP_VALUE;
    if (!mark_decode(a, raw, &smd) || strcmp(smd->ns, SIGNED_MARK_NS) != 0 || strcmp(smd->name, "signedMark") != 0)
        return "an encodedSignedMark is a signedMark in base64";
    const struct xml_node *mark = xml_child(smd, MARK_NS, "mark");
    if (mark == NULL || xml_child(smd, SIGNATURE_NS, "Signature") == NULL ||
        xml_child(smd, SIGNED_MARK_NS, "issuerInfo") == NULL || str_empty(xml_child_text(smd, SIGNED_MARK_NS, "id")))
        return "the signedMark has not all its parts";
    if (!time_parse(xml_child_text(smd, SIGNED_MARK_NS, "notBefore"), &begins) ||
        !time_parse(xml_child_text(smd, SIGNED_MARK_NS, "notAfter"), &ends))
        return "the signedMark's notBefore and notAfter are times";
    *code_r = EPP_POLICY;
    if (now < begins || now >= ends)
        return "the signedMark is not of this time";
    return label_named(mark, label, 0) ? NULL : "the mark is not for this name";
}
