/* Commands as a shipped profile wants them: each is read again by our own strict reader, and kept for the schemas
 * (ops/check-epp-xsd). */
#ifndef FW_TESTS_REGISTRY_FRAMES_FIXTURE_H
#define FW_TESTS_REGISTRY_FRAMES_FIXTURE_H

#include "registry/fit.h"
#include "tests/epp/gen.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

static struct arena arena;
static struct error e;

#define NOW ((time_us)1767225600 * US_PER_S) /* 2026-01-01 */

static void setup(void)
{
    arena_init(&arena, 0);
    error_clear(&e);
}

static void teardown(void)
{
    arena_clear(&arena);
}

static struct registry_profile *profile_of(const char *name)
{
    struct registry_profile *p = NULL;
    const char *file = arena_printf(&arena, "registry/profiles/%s.conf", name);
    ck_assert_msg(profile_read(&arena, testdir_path(&arena, test_root(), file), &p, &e) == OK, "%s", e.text);
    ck_assert(str_eqz(p->name, name));
    return p;
}

static bool has(const char *doc, const char *text)
{
    return strstr(doc, text) != NULL;
}

static void ck_has(const char *name, const char *doc, const char *text, bool wanted)
{
    ck_assert_msg(has(doc, text) == wanted, "%s: \"%s\" %s in %s", name, text, wanted ? "is not" : "is", doc);
}

/* Which schemas it goes by (ops/check-epp-xsd). */
static const char *kind_of(const char *doc)
{
    if (strstr(doc, "http://www.nic.cz/") != NULL)
        return "fred";
    return strstr(doc, "http://www.nominet.org.uk/") != NULL ? "nominet" : "valid";
}

/* Every command about an object says the sub-product, where there is one. */
static const char *written_as(const char *name, const char *subproduct, unsigned number, struct epp_command *cmd)
{
    cmd->cltrid = STR("FW-test-0001");
    struct str doc = encode_command(&arena, cmd);
    const char *z = str_dupz(&arena, doc);
    keep_frame(kind_of(z), arena_printf(&arena, "profile-%s", name), number, doc);
    (void)decode_command(&arena, doc);
    bool about = cmd->object != EPP_NO_OBJECT && subproduct[0] != '\0';
    ck_has(name, z, arena_printf(&arena, "<namestoreExt:subProduct>%s<", subproduct), about);
    return z;
}

/* NULL, with e->code, where the profile refuses. */
static const struct registry_request *fitted(const struct registry_profile *p, const struct registry_request *in)
{
    struct registry_request *out = ARENA_NEW(&arena, struct registry_request);
    error_clear(&e);
    return request_fit(p, &arena, NOW, in, out, &e) == OK ? out : NULL;
}

static void create_request(const struct registry_profile *p, const char *tld, struct registry_domain_create *in)
{
    struct str domain = str_printf(&arena, "example.%s", tld);
    bool short_term = profile_tld(p, str_of(tld))->years_max < 2;
    *in = (struct registry_domain_create){
        .name = domain,
        .years = short_term ? 1 : 2,
        .registrant = STR("FW-R1"),
        .contacts = {{STR("admin"), STR("FW-A1")}, {STR("tech"), STR("FW-T1")}, {STR("billing"), STR("FW-B1")}},
        .contacts_n = 3,
        .hosts = {{.name = str_printf(&arena, "ns1.%.*s", STR_ARG(domain)),
                      .addrs = {STR("192.0.2.1"), STR("2001:db8::1")},
                      .addrs_n = 2},
            {.name = STR("ns2.elsewhere.example"), .addrs = {STR("192.0.2.2")}, .addrs_n = 1}},
        .hosts_n = 2,
        .authinfo = registry_authinfo_new(p, &arena),
    };
}

#endif
