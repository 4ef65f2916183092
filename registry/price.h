/* What a command may cost: asked of the registry before each attempt, held against the customer's ceiling, put into the
 * command. registry/journal.h says how it goes. Private to registry/.
 */
#ifndef FW_REGISTRY_PRICE_H
#define FW_REGISTRY_PRICE_H

#include "registry/journal_db.h"

/* The fee that the next attempt must name; without currency where the profile or the command knows none. `last`: the
 * attempt before it. DENIED "registry-price-above", "registry-price-currency", "registry-no-price", or "epp-2004" where
 * the attempt before was refused at the same price. *asked_r: on OK what the transcript is to say of the question, to be
 * written together with the intent that follows from it; without a verb where none was put. */
enum status price_agree(const struct registry_work *w, const struct registry_request *r, struct str object,
    const struct journal_row *last, struct registry_fee *fee_r, struct transcript_row *asked_r,
    struct error *e) FW_MUST_CHECK;
/* 2004 to a command that named its price: another price by now, or any other value out of range (a renewal's date)?
 * True also where that cannot be found out: price_agree looks again before the next attempt. */
bool price_moved(const struct registry_work *w, const struct registry_request *r, const struct journal_row *row);

#endif
