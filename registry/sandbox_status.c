#include "registry/sandbox_status.h"

#define ON_DOMAIN (1u << EPP_DOMAIN)
#define ON_CONTACT (1u << EPP_CONTACT)
#define ON_HOST (1u << EPP_HOST)

static const struct status_row {
    unsigned bit;
    const char *word;
    unsigned client_on; /* kinds of object on which a client may set it */
} rows[] = {
    {SB_CLIENT_DELETE, "clientDeleteProhibited", ON_DOMAIN | ON_CONTACT | ON_HOST},
    {SB_CLIENT_HOLD, "clientHold", ON_DOMAIN},
    {SB_CLIENT_RENEW, "clientRenewProhibited", ON_DOMAIN},
    {SB_CLIENT_TRANSFER, "clientTransferProhibited", ON_DOMAIN | ON_CONTACT},
    {SB_CLIENT_UPDATE, "clientUpdateProhibited", ON_DOMAIN | ON_CONTACT | ON_HOST},
    {SB_SERVER_DELETE, "serverDeleteProhibited", 0},
    {SB_SERVER_HOLD, "serverHold", 0},
    {SB_SERVER_RENEW, "serverRenewProhibited", 0},
    {SB_SERVER_TRANSFER, "serverTransferProhibited", 0},
    {SB_SERVER_UPDATE, "serverUpdateProhibited", 0},
    {SB_PENDING_CREATE, "pendingCreate", 0},
    {SB_PENDING_DELETE, "pendingDelete", 0},
    {SB_PENDING_TRANSFER, "pendingTransfer", 0},
    {SB_INACTIVE, "inactive", 0},
    {SB_LINKED, "linked", 0},
};

unsigned sandbox_status_bit(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_eqz(word, rows[i].word))
            return rows[i].bit;
    }
    return 0;
}

bool sandbox_status_settable(unsigned bit, enum epp_object object)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].bit == bit)
            return (rows[i].client_on & (1u << object)) != 0;
    }
    return false;
}

const char *sandbox_status_word(unsigned bits)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if ((bits & rows[i].bit) != 0)
            return rows[i].word;
    }
    return "ok";
}

struct epp_statuses sandbox_status_list(struct arena *a, unsigned bits)
{
    struct epp_statuses list = {.v = ARENA_ARRAY(a, ARRAY_LEN(rows) + 1, struct epp_status)};
    /* "ok" goes with no status but "linked" (RFC 5732 §2.3, RFC 5733 §2.2). */
    if ((bits & ~(unsigned)SB_LINKED) == 0)
        list.v[list.n++].s = STR("ok");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if ((bits & rows[i].bit) != 0)
            list.v[list.n++].s = str_of(rows[i].word);
    }
    return list;
}
