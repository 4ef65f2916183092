/* Internationalised names: U-label (what people read) to A-label (what DNS and EPP carry) and back,
 * IDNA2008 (RFC 5891), non-transitional, with UTS #46 mapping of what people type (case, width).
 * Conversion happens at the edges only; everything inside is A-labels.
 *
 * Further rules are ours:
 *   - a registrable label is of one script, plus Common and Inherited; the usual combinations are one script:
 *     Japanese (Latin, Han, Hiragana, Katakana), Chinese (Latin, Han, Bopomofo), Korean (Latin, Han, Hangul).
 *     That is the "highly restrictive" level of UTS #39 §5.2.
 *   - a name that breaks it is shown as A-labels, so that a page never shows a look-alike.
 *
 * A label whose letters all look Latin, though they are Cyrillic or Greek, is refused as well: that costs a few true
 * words in those scripts, and saves the owners of Latin names.
 *
 * Uses libidn2 and libunistring, which stay behind dns/idna.c. Pure functions, thread-safe.
 */
#ifndef FW_DNS_IDNA_H
#define FW_DNS_IDNA_H

#include "base/error.h"
#include "base/str.h"

#define IDNA_TEXT_MAX 1024 /* bytes of UTF-8 taken */

/* "Müller.example" → "xn--mller-kva.example": lower case ASCII, no final dot unless given one. Pure ASCII
 * comes back lowered; existing A-labels are verified by a round trip. INVALID "idna-bad-utf8", "idna-disallowed",
 * "idna-too-long", "idna-bad-alabel"; the text names the label. */
enum status idna_to_ascii(struct arena *a, struct str text, struct str *ascii_r, struct error *e) FW_MUST_CHECK;
/* For showing: A-labels become U-labels where they convert, convert back to the same, and keep the
 * script rule; other labels stay as they are. Never fails. */
struct str idna_to_unicode(struct arena *a, struct str ascii);
/* May this label be registered? U-label or A-label. INVALID "idna-mixed-script" names the scripts, "idna-whole-script"
 * for a label that is all Cyrillic or Greek letters which look Latin. ASCII labels pass, but
 * for reserved hyphens ("idna-bad-alabel"). Says nothing of length or of the host-name rule. */
enum status idna_check_label(struct arena *a, struct str label, struct error *e) FW_MUST_CHECK;

#endif
