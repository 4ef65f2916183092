#include "registrar/plan.h"

/* The zone answers on all four servers before the registry delegates to them: never a lame delegation. */
static const struct plan_step register_steps[] = {
    {"check", "Free at the registry", NULL},
    {"contacts", "Registrant known to the registry", NULL},
    {"zone", "Hosted zone made", "Hosted zone taken back"},
    {"publish", "Zone handed to the name servers", NULL},
    {"in-sync", "All four name servers answer", NULL},
    {"create", "Registered at the registry", NULL},
    {"verify", "Read back from the registry and the name servers", NULL},
    {"capture", "Paid", NULL},
};
static const struct plan_step renew_steps[] = {
    {"look", "Term read from the registry", NULL},
    {"renew", "Renewed at the registry", NULL},
    {"renewed", "New term read back", NULL},
    {"capture", "Paid", NULL},
};
static const struct plan_step delete_steps[] = {
    {"delete", "Deleted at the registry", NULL},
    {"zone-drop", "Hosted zone removed", NULL},
};
static const struct plan_step restore_steps[] = {
    {"restore-look", "Can be restored", NULL},
    {"zone", "Hosted zone made", "Hosted zone taken back"},
    {"publish", "Zone handed to the name servers", NULL},
    {"in-sync", "All four name servers answer", NULL},
    {"restore", "Restored at the registry", NULL},
    {"redelegate", "Delegated to the four name servers", NULL},
    {"verify", "Read back from the registry and the name servers", NULL},
    {"capture", "Paid", NULL},
};
/* Each kind of change is a row in change.c. */
static const struct plan_step change_steps[] = {
    {"update", "Changed at the registry", NULL},
    {"updated", "Read back from the registry", NULL},
};
static const struct plan_step contacts_steps[] = {
    {"contacts", "Registrant known to the registry", NULL},
    {"update", "Changed at the registry", NULL},
    {"updated", "Read back from the registry", NULL},
};
static const struct plan_step authinfo_steps[] = {
    {"authinfo-new", "Authorisation code ready", NULL},
    {"update", "Changed at the registry", NULL},
    {"updated", "Read back from the registry", NULL},
};
/* A request that is refused later, by its holder or by the other registrar, ends the order as failed: so it is decided
 * only by the domain being here. Nothing else ends it once it is sent: it may yet be approved, and must be paid then. */
static const struct plan_step transfer_steps[] = {
    {"transfer-look", "Can be transferred, and the authorisation code is right", NULL},
    {"transfer", "Transfer requested at the registry", NULL},
    {"transferred", "Transferred to us", NULL},
    {"capture", "Paid", NULL},
};
/* The answers to somebody's request are decided by their own command, our request by the other registrar. */
static const struct plan_step contact_transfer_steps[] = {
    {"contact-transfer", "Said to the registry", NULL},
    {"contact-decided", "Transfer of the contact decided", NULL},
};
/* The zone stays: its names go on answering while the domain's holder moves. */
static const struct plan_step release_steps[] = {
    {"release", "Released to the other registrar", NULL},
};
/* A name server's own domain: its hosts need the domain, and its delegation needs the hosts. */
static const struct plan_step infra_steps[] = {
    {"infra-zone", "Zone of the name servers made", NULL},
    {"publish", "Zone handed to the name servers", NULL},
    {"in-sync", "All four name servers answer", NULL},
    {"contacts", "Registrant known to the registry", NULL},
    {"create-bare", "Registered at the registry, not yet delegated", NULL},
    {"hosts", "Host objects with their addresses at the registry", NULL},
    {"delegate", "Delegated to the four name servers", NULL},
    {"verify", "Read back from the registry and the name servers", NULL},
};

#define STEPS(s) .steps = s, .n = ARRAY_LEN(s)
static const struct plan plans[] = {
    {.kind = "register",
        STEPS(register_steps),
        .priced = true,
        .op = PRICE_REGISTER,
        .claims = true,
        .needs_years = true,
        .needs_contact = true,
        .args = ARGS_REGISTER,
        .asks = "create",
        .takes_token = true,
        .decides = "create"},
    {.kind = "renew",
        STEPS(renew_steps),
        .priced = true,
        .op = PRICE_RENEW,
        .owns = true,
        .needs_years = true,
        .asks = "renew",
        .decides = "renew"},
    {.kind = "delete", STEPS(delete_steps), .owns = true, .releases = true, .asks = "delete", .decides = "delete"},
    {.kind = "restore",
        STEPS(restore_steps),
        .priced = true,
        .op = PRICE_RESTORE,
        .claims = true,
        .reclaims = true,
        .asks = "restore",
        .takes_token = true,
        .decides = "restore"},
    {.kind = "transfer",
        STEPS(transfer_steps),
        .priced = true,
        .op = PRICE_TRANSFER,
        .claims = true,
        .needs_secret = true,
        .takes_secret = true,
        .asks = "transfer",
        .takes_token = true,
        .decides = "transferred"},
    {.kind = "ns", STEPS(change_steps), .owns = true, .args = ARGS_HOSTS, .asks = "update", .decides = "update"},
    {.kind = "contacts",
        STEPS(contacts_steps),
        .owns = true,
        .needs_contact = true,
        .asks = "update",
        .decides = "update"},
    {.kind = "ds", STEPS(change_steps), .owns = true, .args = ARGS_DNSSEC, .asks = "update", .decides = "update"},
    {.kind = "lock", STEPS(change_steps), .owns = true, .args = ARGS_LOCKS, .asks = "update", .decides = "update"},
    {.kind = "unlock", STEPS(change_steps), .owns = true, .args = ARGS_LOCKS, .asks = "update", .decides = "update"},
    {.kind = "authinfo",
        STEPS(authinfo_steps),
        .owns = true,
        .takes_secret = true,
        .asks = "update",
        .decides = "update"},
    {.kind = "contact-transfer",
        STEPS(contact_transfer_steps),
        .of_contact = true,
        .args = ARGS_CONTACT,
        .takes_secret = true,
        .asks = "contact-transfer",
        .decides = "contact-decided"},
    {.kind = "release",
        STEPS(release_steps),
        .owns = true,
        .releases = true,
        .args = ARGS_TAG,
        .asks = "release",
        .decides = "release"},
    {.kind = "infra",
        STEPS(infra_steps),
        .claims = true,
        .needs_years = true,
        .needs_contact = true,
        .asks = "create-bare",
        .decides = "create-bare"},
};

const struct plan *plan_find(struct str kind)
{
    for (size_t i = 0; i < ARRAY_LEN(plans); i++)
        if (str_eqz(kind, plans[i].kind))
            return &plans[i];
    return NULL;
}

int plan_index(const struct plan *p, struct str step)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eqz(step, p->steps[i].name))
            return (int)i;
    return -1;
}

bool plan_decided(const struct plan *p, struct str step)
{
    return plan_index(p, step) > plan_index(p, str_of(p->decides));
}

int plan_undo_from(const struct plan *p, int place)
{
    while (place >= 0 && p->steps[place].undone == NULL)
        place--;
    return place;
}
