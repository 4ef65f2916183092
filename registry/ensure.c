#include "registry/ensure.h"

#include "base/crypto.h"
#include "base/log.h"
#include "registry/ensure_db.h"
#include "registry/host_set.h"
#include "registry/verb.h"

#define ENSURE_HOSTS_MAX 64

/* A journal key of the unit of work, the object and (for updates) the wanted content. Names that would not
 * fit stand as their digest. */
static const char *key_of(const struct registry_work *w, const char *ref, const char *kind, struct str name,
    const char *verb, const uint8_t *digest)
{
    uint8_t sum[32];
    if (name.n > 64) {
        crypto_sha256(name, sum);
        name = hex_encode(w->arena, sum, sizeof(sum));
    }
    struct str content = digest == NULL ? STR("") : hex_encode(w->arena, digest, 8);
    return arena_printf(
        w->arena, "%s:%s:%.*s:%s%s%.*s", ref, kind, STR_ARG(name), verb, digest == NULL ? "" : ":", STR_ARG(content));
}

/* ---- hosts ------------------------------------------------------------------------------------------------- */

struct wanted_host {
    struct registry_host host; /* lower case; without addresses where the registry takes none */
    uint8_t digest[SEEN_DIGEST];
};

static int addr_compare(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void host_digest(const struct registry_host *h, uint8_t out[SEEN_DIGEST])
{
    struct str addrs[REGISTRY_ADDRS_MAX];
    struct buf b;
    buf_init(&b, 4096);
    if (h->addrs_n > 0)
        memcpy(addrs, h->addrs, h->addrs_n * sizeof(addrs[0]));
    qsort(addrs, h->addrs_n, sizeof(addrs[0]), addr_compare);
    buf_str(&b, h->name);
    for (size_t i = 0; i < h->addrs_n; i++) {
        buf_putc(&b, ' ');
        buf_str(&b, addrs[i]);
    }
    crypto_sha256(buf_view(&b), out);
    buf_clear(&b);
}

static enum status host_want(
    const struct registry_work *w, const struct registry_host *in, struct wanted_host *out, struct error *e)
{
    if (in->addrs_n > REGISTRY_ADDRS_MAX || str_empty(in->name) || in->name.n > 255)
        return error_set(e, INVALID, "host-bad", "host \"%.*s\": no name, or more than %d addresses", STR_ARG(in->name),
            REGISTRY_ADDRS_MAX);
    out->host = *in;
    out->host.name = str_lower(w->arena, in->name);
    if (!profile_host_has_addrs(w->registry->profile, out->host.name, STR_NULL))
        out->host.addrs_n = 0;
    else if (in->addrs_n == 0)
        return error_set(e, INVALID, "host-needs-address",
            "the name server %.*s lies in the registry's own zones and needs an address", STR_ARG(in->name));
    host_digest(&out->host, out->digest);
    return OK;
}

static enum status host_make(
    const struct registry_work *w, const char *ref, const struct wanted_host *h, struct error *e)
{
    struct registry_outcome o;
    const struct registry_request r = {
        .verb = REGISTRY_HOST_CREATE,
        .key = key_of(w, ref, "host", h->host.name, "create", h->digest),
        .host = &h->host,
    };
    return registry_transform(w, &r, &o, e);
}

static bool addr_among(struct str addr, const struct registry_host *h)
{
    for (size_t i = 0; i < h->addrs_n; i++)
        if (verb_same_addr(addr, h->addrs[i]))
            return true;
    return false;
}

static enum status host_change(const struct registry_work *w, const char *ref, const struct wanted_host *h,
    const struct registry_host *there, struct error *e)
{
    struct registry_host_update u = {.name = h->host.name};
    /* What is on both sides stays out of the command: registries refuse to add what is there. */
    for (size_t i = 0; i < h->host.addrs_n; i++)
        if (!addr_among(h->host.addrs[i], there))
            u.add_addrs[u.add_addrs_n++] = h->host.addrs[i];
    for (size_t i = 0; i < there->addrs_n; i++)
        if (!addr_among(there->addrs[i], &h->host))
            u.rem_addrs[u.rem_addrs_n++] = there->addrs[i];
    struct registry_outcome o;
    const struct registry_request r = {
        .verb = REGISTRY_HOST_UPDATE,
        .key = key_of(w, ref, "host", h->host.name, "update", h->digest),
        .host_update = &u,
    };
    return registry_transform(w, &r, &o, e);
}

/* A host that stands there already. Another registrar's may be pointed at, but is not ours to change. */
static enum status host_match(
    const struct registry_work *w, const char *ref, const struct wanted_host *h, struct error *e)
{
    struct registry_host_info info = {0};
    enum status s = registry_host_info(w, h->host.name, &info, e);
    if (s == DENIED || (s == OK && !verb_is_ours(w, info.clid)))
        return OK;
    TRY(s);
    if (verb_same_addrs(h->host.addrs, h->host.addrs_n, info.host.addrs, info.host.addrs_n))
        return OK;
    return host_change(w, ref, h, &info.host, e);
}

static enum status host_place(
    const struct registry_work *w, const char *ref, const struct wanted_host *h, bool missing, struct error *e)
{
    enum status s = missing ? host_make(w, ref, h, e) : EXISTS;
    if (s == EXISTS)
        s = host_match(w, ref, h, e);
    TRY(s);
    return seen_host_put(w, h->host.name, h->digest, e);
}

enum status registry_hosts_ensure(
    const struct registry_work *w, const char *ref, const struct registry_host *hosts, size_t n, struct error *e)
{
    if (w->registry->profile->hosts == PROFILE_HOSTS_SETS && n > 0)
        return host_set_ensure(w, ref, hosts, n, e);
    if (w->registry->profile->hosts != PROFILE_HOSTS_OBJECTS || n == 0)
        return OK;
    if (n > ENSURE_HOSTS_MAX)
        return error_set(e, INVALID, "hosts-too-many", "%zu hosts at once; at most %d", n, ENSURE_HOSTS_MAX);
    struct wanted_host *left = ARENA_ARRAY(w->arena, n, struct wanted_host);
    struct str *names = ARENA_ARRAY(w->arena, n, struct str);
    struct registry_avail *avail = ARENA_ARRAY(w->arena, n, struct registry_avail);
    uint8_t digests[ENSURE_HOSTS_MAX][SEEN_DIGEST];
    bool seen[ENSURE_HOSTS_MAX];
    size_t left_n = 0;
    for (size_t i = 0; i < n; i++) {
        TRY(host_want(w, &hosts[i], &left[i], e));
        names[i] = left[i].host.name;
        memcpy(digests[i], left[i].digest, SEEN_DIGEST);
    }
    TRY(seen_hosts(w, names, (const uint8_t(*)[SEEN_DIGEST])digests, n, seen, e));
    for (size_t i = 0; i < n; i++) {
        if (seen[i])
            continue;
        left[left_n] = left[i];
        names[left_n++] = left[i].host.name;
    }
    if (left_n == 0)
        return OK;
    TRY(registry_host_check(w, names, left_n, avail, e));
    for (size_t i = 0; i < left_n; i++)
        TRY(host_place(w, ref, &left[i], avail[i].available, e));
    return OK;
}

/* ---- contacts ---------------------------------------------------------------------------------------------- */

static void contact_digest(const struct registry_contact *c, uint8_t out[SEEN_DIGEST])
{
    const struct str parts[] = {c->name, c->org, c->street[0], c->street[1], c->street[2], c->city, c->sp, c->pc, c->cc,
        c->voice, c->fax, c->email, c->localized ? STR("loc") : STR("int")};
    struct buf b;
    buf_init(&b, 64 << 10);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_str(&b, parts[i]);
        buf_putc(&b, '\n'); /* no field can hold one */
    }
    crypto_sha256(buf_view(&b), out);
    buf_clear(&b);
}

struct contact_work {
    const struct registry_work *w;
    const char *ref;
    struct str id; /* ours */
    struct str theirs; /* what the registry knows it by, where it makes the ids; STR_NULL: not known */
    const struct registry_contact *c;
    uint8_t digest[SEEN_DIGEST];
};

/* RFC 5733 2.4: what cannot be written in ASCII goes as "loc", whatever form the registry likes better. */
static bool contact_is_ascii(const struct registry_contact *c)
{
    const struct str parts[] = {c->name, c->org, c->street[0], c->street[1], c->street[2], c->city, c->sp, c->pc};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        for (size_t k = 0; k < parts[i].n; k++)
            if ((unsigned char)parts[i].p[k] >= 0x80)
                return false;
    return true;
}

static enum status contact_send(const struct contact_work *k, enum registry_verb verb, const char *word,
    struct registry_outcome *o, struct error *e)
{
    struct registry_contact c = *k->c;
    if (verb == REGISTRY_CONTACT_UPDATE && !str_is_null(k->theirs))
        c.id = k->theirs;
    const struct registry_request r = {
        .verb = verb,
        .key = key_of(k->w, k->ref, "contact", k->id, word, k->digest),
        .contact = &c,
    };
    return registry_transform(k->w, &r, o, e);
}

static enum status contact_update(const struct contact_work *k, struct error *e)
{
    struct registry_outcome o;
    return contact_send(k, REGISTRY_CONTACT_UPDATE, "update", &o, e);
}

#define CONTACT_TRIES 4
/* Where the registry makes the ids, only its answer tells which. One whose answer is lost, or that was kept nowhere
 * because we were killed behind it, is made again: nothing points at the first, and registries drop such. */
static enum status contact_create(struct contact_work *k, struct error *e)
{
    bool ours = k->w->registry->profile->contact_ids_ours;
    for (int i = 1; i <= CONTACT_TRIES; i++) {
        struct registry_outcome o = {0};
        const char *word = i == 1 ? "create" : arena_printf(k->w->arena, "create-%d", i);
        TRY(contact_send(k, REGISTRY_CONTACT_CREATE, word, &o, e));
        k->theirs = ours ? STR_NULL : o.given;
        if (ours || !str_empty(k->theirs))
            return OK;
        if (o.source == OUTCOME_ANSWER)
            return error_set(
                e, PROTOCOL, "contact-id-missing", "the registry made the contact %.*s and told no id", STR_ARG(k->id));
    }
    return error_set(e, INTERNAL, "contact-id-lost", "the contact %.*s was made %d times, and its id never kept",
        STR_ARG(k->id), CONTACT_TRIES);
}

/* The id is there: ours as wanted, ours to mend, or not ours. */
static enum status contact_match(const struct contact_work *k, struct error *e)
{
    struct registry_contact_info info = {0};
    enum status s = registry_contact_info(k->w, k->c->id, &info, e);
    if (s == DENIED || (s == OK && !verb_is_ours(k->w, info.clid)))
        return error_set(
            e, EXISTS, "contact-id-taken", "the contact id %.*s belongs to another registrar", STR_ARG(k->c->id));
    TRY(s);
    if (verb_same_contact(k->c, &info.contact))
        return OK;
    return contact_update(k, e);
}

static enum status contact_place(struct contact_work *k, bool seen, struct error *e)
{
    enum status s = seen ? contact_update(k, e) : NOT_FOUND;
    /* Registries purge contacts that nothing points at. */
    if (s == NOT_FOUND)
        s = contact_create(k, e);
    return s == EXISTS ? contact_match(k, e) : s;
}

enum status registry_contact_ensure(
    const struct registry_work *w, const char *ref, const struct registry_contact *contact, struct error *e)
{
    if (w->registry->profile->contacts == PROFILE_CONTACTS_NONE)
        return OK;
    if (contact->id.n < 3 || contact->id.n > REGISTRY_CONTACT_ID_MAX)
        return error_set(e, INVALID, "contact-id", "a contact id has 3 to %d characters: \"%.*s\"",
            REGISTRY_CONTACT_ID_MAX, STR_ARG(contact->id));
    struct registry_contact wanted = *contact;
    wanted.localized = w->registry->profile->contact_postal == PROFILE_POSTAL_LOC || !contact_is_ascii(contact);
    struct contact_work k = {.w = w, .ref = ref, .id = contact->id, .c = &wanted};
    uint8_t seen[SEEN_DIGEST];
    contact_digest(&wanted, k.digest);
    enum status s = seen_contact(w, k.id, seen, &k.theirs, e);
    if (s != OK && s != NOT_FOUND)
        return s;
    if (s == OK && memcmp(seen, k.digest, SEEN_DIGEST) == 0)
        return OK;
    TRY(contact_place(&k, s == OK, e));
    return seen_contact_put(w, k.id, k.digest, k.theirs, e);
}

static enum status id_translate(const struct registry_work *w, struct str *id, struct error *e)
{
    if (str_empty(*id))
        return OK;
    enum status s = seen_contact_theirs(w, *id, id, e);
    if (s != NOT_FOUND)
        return s;
    return error_set(e, INVALID, "contact-id-unknown", "the contact %.*s has not been made at the registry %.*s",
        STR_ARG(*id), STR_ARG(w->registry->config.id));
}

static enum status refs_translate(
    const struct registry_work *w, struct registry_contact_ref *refs, size_t n, struct error *e)
{
    for (size_t i = 0; i < n; i++)
        TRY(id_translate(w, &refs[i].id, e));
    return OK;
}

/* A contact that is to come, or has come, from another registrar was not made by us: its id is the registry's. */
static enum status transfer_translate(const struct registry_work *w, struct registry_request *r, struct error *e)
{
    struct registry_transfer *t = arena_copy(w->arena, r->transfer, sizeof(*t));
    enum status s = seen_contact_theirs(w, t->name, &t->name, e);
    r->transfer = t;
    return s == NOT_FOUND ? OK : s;
}

enum status contact_ids_translate(const struct registry_work *w, struct registry_request *r, struct error *e)
{
    if (w->registry->profile->contact_ids_ours)
        return OK;
    if (r->verb == REGISTRY_DOMAIN_CREATE) {
        struct registry_domain_create *d = arena_copy(w->arena, r->domain_create, sizeof(*d));
        r->domain_create = d;
        TRY(id_translate(w, &d->registrant, e));
        return refs_translate(w, d->contacts, d->contacts_n, e);
    }
    if (r->verb == REGISTRY_CONTACT_DELETE)
        return id_translate(w, &r->name, e);
    if (r->verb == REGISTRY_CONTACT_TRANSFER)
        return transfer_translate(w, r, e);
    if (r->verb != REGISTRY_DOMAIN_UPDATE)
        return OK;
    struct registry_domain_update *u = arena_copy(w->arena, r->domain_update, sizeof(*u));
    r->domain_update = u;
    TRY(id_translate(w, &u->registrant, e));
    TRY(refs_translate(w, u->add_contacts, u->add_contacts_n, e));
    return refs_translate(w, u->rem_contacts, u->rem_contacts_n, e);
}

void ensure_forget_set(const struct registry_work *w, struct str id)
{
    struct error e = {0};
    if (host_set_forget(w, id, &e) != OK)
        log_event(LOG_WARN, "registry", str_dupz(w->arena, w->registry->config.id),
            "what was seen of the set %.*s could not be forgotten: %s", STR_ARG(id), e.text);
}

void ensure_forget_contact(const struct registry_work *w, struct str id)
{
    struct error e = {0};
    if (seen_contact_forget(w, id, &e) != OK)
        log_event(LOG_WARN, "registry", str_dupz(w->arena, w->registry->config.id),
            "what was seen of the contact %.*s could not be forgotten: %s", STR_ARG(id), e.text);
}

void ensure_forget_domain(const struct registry_work *w, const struct registry_domain_create *in)
{
    struct error e = {0};
    enum status s = host_set_forget(w, in->host_set, &e);
    for (size_t i = 0; i < in->hosts_n && s == OK; i++)
        s = seen_host_forget(w, str_lower(w->arena, in->hosts[i].name), &e);
    for (size_t i = 0; i < in->contacts_n && s == OK; i++)
        s = seen_contact_forget(w, in->contacts[i].id, &e);
    if (s == OK && !str_is_null(in->registrant))
        s = seen_contact_forget(w, in->registrant, &e);
    if (s != OK)
        log_event(LOG_WARN, "registry", str_dupz(w->arena, w->registry->config.id),
            "what was seen of hosts and contacts could not be forgotten: %s", e.text);
}
