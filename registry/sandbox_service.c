#include "registry/sandbox_service.h"

#include "epp/allocation_token.h"
#include "epp/fee.h"
#include "epp/idn.h"
#include "epp/launch.h"
#include "epp/login_sec.h"
#include "epp/poll_data.h"
#include "epp/release.h"
#include "epp/response.h"
#include "epp/rgp.h"
#include "epp/secdns.h"
#include "epp/verisign.h"
#include "registry/sandbox_personality.h"

static const struct object_row {
    enum epp_object object;
    const char *uri;
} objects[] = {{EPP_DOMAIN, EPP_DOMAIN_NS}, {EPP_CONTACT, EPP_CONTACT_NS}, {EPP_HOST, EPP_HOST_NS},
    {EPP_FRED_DOMAIN, EPP_FRED_DOMAIN_NS}, {EPP_FRED_CONTACT, EPP_FRED_CONTACT_NS}, {EPP_FRED_NSSET, EPP_FRED_NSSET_NS},
    {EPP_FRED_KEYSET, EPP_FRED_KEYSET_NS}};

#define FEE_NS(version) "urn:ietf:params:xml:ns:fee-" version

static const struct extension_row {
    const char *uri;
    bool usual; /* offered where the personality lists none */
} extensions[] = {
    {EPP_RGP_NS, true},
    {EPP_SECDNS_NS, true},
    {"urn:ietf:params:xml:ns:epp:fee-1.0", true},
    {EPP_ALLOCATION_TOKEN_NS, false},
    {EPP_LOGIN_SEC_NS, false},
    {EPP_LAUNCH_NS, false},
    {EPP_NAMESTORE_NS, false},
    {EPP_LOW_BALANCE_NS, false},
    {EPP_RELEASE_NS, false},
    {EPP_IDN_NS, false},
    {EPP_IDN_LANG_NS, false},
    {FEE_NS("0.5"), false},
    {FEE_NS("0.6"), false},
    {FEE_NS("0.7"), false},
    {FEE_NS("0.8"), false},
    {FEE_NS("0.9"), false},
    {FEE_NS("0.11"), false},
    {FEE_NS("0.12"), false},
    {FEE_NS("0.21"), false},
    {FEE_NS("0.23"), false},
};

static unsigned extension_bit(struct str uri)
{
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        if (str_eqz(uri, extensions[i].uri))
            return 1u << i;
    }
    return 0;
}

enum status sandbox_services_offered(const struct sandbox_personality *p, struct sandbox_services *s_r, struct error *e)
{
    *s_r = (struct sandbox_services){.objects = 1u << EPP_DOMAIN};
    if (p->contacts != SB_CONTACTS_NONE)
        s_r->objects |= 1u << EPP_CONTACT;
    if (p->hosts != SB_HOSTS_ATTRIBUTES)
        s_r->objects |= 1u << EPP_HOST;
    if (p->fred)
        s_r->objects = 1u << EPP_FRED_DOMAIN | 1u << EPP_FRED_CONTACT | 1u << EPP_FRED_NSSET | 1u << EPP_FRED_KEYSET;
    for (size_t i = 0; i < p->extensions.n; i++) {
        unsigned bit = extension_bit(p->extensions.items[i]);
        if (bit == 0)
            return error_set(e, INVALID, "personality-extension",
                "personality %.*s: the sandbox knows no extension %.*s", STR_ARG(p->name),
                STR_ARG(p->extensions.items[i]));
        s_r->extensions |= bit;
    }
    for (size_t i = 0; i < ARRAY_LEN(extensions) && p->extensions.n == 0; i++)
        s_r->extensions |= extensions[i].usual ? 1u << i : 0;
    return OK;
}

void sandbox_services_tell(struct arena *a, struct sandbox_services s, struct epp_greeting *g)
{
    g->objects = (struct epp_strs){.v = ARENA_ARRAY(a, ARRAY_LEN(objects), struct str)};
    g->extensions = (struct epp_strs){.v = ARENA_ARRAY(a, ARRAY_LEN(extensions), struct str)};
    for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
        if ((s.objects & (1u << objects[i].object)) != 0)
            g->objects.v[g->objects.n++] = str_of(objects[i].uri);
    }
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        if ((s.extensions & (1u << i)) != 0)
            g->extensions.v[g->extensions.n++] = str_of(extensions[i].uri);
    }
}

bool sandbox_services_object(struct sandbox_services offered, struct str uri, struct sandbox_services *s)
{
    unsigned bit = 0;
    for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
        if (str_eqz(uri, objects[i].uri))
            bit = 1u << objects[i].object;
    }
    s->objects |= bit & offered.objects;
    return (bit & offered.objects) != 0;
}

bool sandbox_services_extension(struct sandbox_services offered, struct str uri, struct sandbox_services *s)
{
    unsigned bit = extension_bit(uri) & offered.extensions;
    s->extensions |= bit;
    return bit != 0;
}

bool sandbox_services_speak(struct sandbox_services s, enum epp_object object)
{
    return object == EPP_RELEASE ? sandbox_services_have(s, STR(EPP_RELEASE_NS)) : (s.objects & (1u << object)) != 0;
}

bool sandbox_services_have(struct sandbox_services s, struct str uri)
{
    return (s.extensions & extension_bit(uri)) != 0;
}
