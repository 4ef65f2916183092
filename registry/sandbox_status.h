/* Statuses of registry objects (RFC 5731 §2.3, RFC 5732 §2.3, RFC 5733 §2.2) as bits in one column.
 *
 * Stored are only statuses that somebody set. What follows from other data is computed when an object is
 * shown: "ok" (nothing else), "inactive" (a domain without name servers), "linked" (a host or contact in use),
 * and stands in no column.
 */
#ifndef FW_REGISTRY_SANDBOX_STATUS_H
#define FW_REGISTRY_SANDBOX_STATUS_H

#include "epp/model.h"

enum sandbox_status_bit {
    SB_CLIENT_DELETE = 1 << 0,
    SB_CLIENT_HOLD = 1 << 1,
    SB_CLIENT_RENEW = 1 << 2,
    SB_CLIENT_TRANSFER = 1 << 3,
    SB_CLIENT_UPDATE = 1 << 4,
    SB_SERVER_DELETE = 1 << 5,
    SB_SERVER_HOLD = 1 << 6,
    SB_SERVER_RENEW = 1 << 7,
    SB_SERVER_TRANSFER = 1 << 8,
    SB_SERVER_UPDATE = 1 << 9,
    SB_PENDING_DELETE = 1 << 10,
    SB_PENDING_TRANSFER = 1 << 11,
    /* computed, never stored */
    SB_INACTIVE = 1 << 12,
    SB_LINKED = 1 << 13,
    /* stored again */
    SB_PENDING_CREATE = 1 << 14,
};

#define SB_HOLD (SB_CLIENT_HOLD | SB_SERVER_HOLD)
#define SB_NOT_IN_ZONE (SB_HOLD | SB_PENDING_DELETE | SB_PENDING_CREATE)
#define SB_PENDING (SB_PENDING_CREATE | SB_PENDING_DELETE | SB_PENDING_TRANSFER)
#define SB_NO_DELETE (SB_CLIENT_DELETE | SB_SERVER_DELETE | SB_PENDING)
#define SB_NO_RENEW (SB_CLIENT_RENEW | SB_SERVER_RENEW | SB_PENDING)
#define SB_NO_TRANSFER (SB_CLIENT_TRANSFER | SB_SERVER_TRANSFER | SB_PENDING_DELETE | SB_PENDING_CREATE)
#define SB_NO_UPDATE (SB_SERVER_UPDATE | SB_PENDING)

/* The bit of a status word; 0 for words that cannot be stored or are unknown. */
unsigned sandbox_status_bit(struct str word);
/* May a client add or remove it on this kind of object? */
bool sandbox_status_settable(unsigned bit, enum epp_object object);
/* The lowest bit's word: for error texts. */
const char *sandbox_status_word(unsigned bits) FW_RETURNS_NONNULL;
/* For an answer: all set bits as words, "ok" where RFC says so (nothing but "linked", or nothing). */
struct epp_statuses sandbox_status_list(struct arena *a, unsigned bits);

#endif
