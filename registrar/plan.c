#include "registrar/plan.h"

/* The zone answers on all four servers before the registry delegates to them: never a lame delegation. */
static const struct plan_step register_steps[] = {
    {"check", "Free at the registry"},
    {"contacts", "Registrant known to the registry"},
    {"zone", "Hosted zone made"},
    {"publish", "Zone handed to the name servers"},
    {"in-sync", "All four name servers answer"},
    {"create", "Registered at the registry"},
    {"verify", "Read back from the registry and the name servers"},
    {"capture", "Paid"},
};
static const struct plan_step renew_steps[] = {
    {"look", "Term read from the registry"},
    {"renew", "Renewed at the registry"},
    {"renewed", "New term read back"},
    {"capture", "Paid"},
};
static const struct plan_step delete_steps[] = {
    {"delete", "Deleted at the registry"},
    {"zone-drop", "Hosted zone removed"},
};
/* A name server's own domain: its hosts need the domain, and its delegation needs the hosts. */
static const struct plan_step infra_steps[] = {
    {"infra-zone", "Zone of the name servers made"},
    {"publish", "Zone handed to the name servers"},
    {"in-sync", "All four name servers answer"},
    {"contacts", "Registrant known to the registry"},
    {"create-bare", "Registered at the registry, not yet delegated"},
    {"hosts", "Host objects with their addresses at the registry"},
    {"delegate", "Delegated to the four name servers"},
    {"verify", "Read back from the registry and the name servers"},
};

#define STEPS(s) .steps = s, .n = ARRAY_LEN(s)
static const struct plan plans[] = {
    {.kind = "register",
        STEPS(register_steps),
        .priced = true,
        .op = PRICE_REGISTER,
        .claims = true,
        .needs_years = true,
        .needs_contact = true},
    {.kind = "renew", STEPS(renew_steps), .priced = true, .op = PRICE_RENEW, .owns = true, .needs_years = true},
    {.kind = "delete", STEPS(delete_steps), .owns = true},
    {.kind = "infra", STEPS(infra_steps), .claims = true, .needs_years = true, .needs_contact = true},
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
