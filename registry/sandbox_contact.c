#include "registry/sandbox_contact.h"

/* Bits of the disclose column: the flag, then what it speaks about (RFC 5733 §2.9). */
enum {
    D_FLAG = 1,
    D_NAME_INT = 2,
    D_NAME_LOC = 4,
    D_ORG_INT = 8,
    D_ORG_LOC = 16,
    D_ADDR_INT = 32,
    D_ADDR_LOC = 64,
    D_VOICE = 128,
    D_FAX = 256,
    D_EMAIL = 512,
};

static unsigned types_pack(const struct epp_disclose_types *t, unsigned bit_int, unsigned bit_loc)
{
    unsigned bits = 0;
    for (size_t i = 0; i < t->n; i++)
        bits |= str_eqz(t->v[i], "int") ? bit_int : bit_loc;
    return bits;
}

static unsigned disclose_pack(const struct epp_disclose *d)
{
    unsigned bits = types_pack(&d->name, D_NAME_INT, D_NAME_LOC) | types_pack(&d->org, D_ORG_INT, D_ORG_LOC) |
                    types_pack(&d->addr, D_ADDR_INT, D_ADDR_LOC) | (d->voice ? D_VOICE : 0u) | (d->fax ? D_FAX : 0u) |
                    (d->email ? D_EMAIL : 0u);
    return bits | (d->flag ? D_FLAG : 0u);
}

static struct epp_disclose_types types_unpack(struct arena *a, unsigned bits, unsigned bit_int, unsigned bit_loc)
{
    struct epp_disclose_types t = {.v = ARENA_ARRAY(a, 2, struct str)};
    if ((bits & bit_int) != 0)
        t.v[t.n++] = STR("int");
    if ((bits & bit_loc) != 0)
        t.v[t.n++] = STR("loc");
    return t;
}

static struct epp_disclose disclose_unpack(struct arena *a, unsigned bits)
{
    return (struct epp_disclose){
        .flag = (bits & D_FLAG) != 0,
        .name = types_unpack(a, bits, D_NAME_INT, D_NAME_LOC),
        .org = types_unpack(a, bits, D_ORG_INT, D_ORG_LOC),
        .addr = types_unpack(a, bits, D_ADDR_INT, D_ADDR_LOC),
        .voice = (bits & D_VOICE) != 0,
        .fax = (bits & D_FAX) != 0,
        .email = (bits & D_EMAIL) != 0,
    };
}

enum status sandbox_contact_check(struct sandbox_call *c, struct error *e)
{
    const struct epp_strs *keys = &c->cmd->u.check.keys;
    TRY(sandbox_check_size(c, "id", e));
    struct epp_check_data *data = &c->rsp->u.check;
    *data = (struct epp_check_data){.v = ARENA_ARRAY(c->arena, keys->n, struct epp_checked), .n = keys->n};
    for (size_t i = 0; i < keys->n; i++) {
        struct sandbox_contact k;
        enum status s = sandbox_contact_find(c->db, c->arena, keys->v[i], SB_READ, &k, e);
        if (s != OK && s != NOT_FOUND)
            return s;
        data->v[i] = (struct epp_checked){
            .key = keys->v[i], .avail = s == NOT_FOUND, .reason = s == OK ? STR("In use") : STR_NULL};
    }
    sandbox_reply(c, EPP_DONE, EPP_CHK_DATA);
    return OK;
}

static enum status contact_open(
    struct sandbox_call *c, struct str handle, enum sandbox_lock lock, struct sandbox_contact *k, struct error *e)
{
    enum status s = sandbox_contact_find(c->db, c->arena, handle, lock, k, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "id", handle, "there is no contact of that id");
    return s;
}

static enum status contact_owned(struct sandbox_call *c, const struct sandbox_contact *k, struct error *e)
{
    if (str_eq(k->sponsor, c->who))
        return OK;
    return sandbox_refuse(
        c, e, EPP_AUTHORIZATION, "id", k->handle, "the contact is sponsored by %.*s", STR_ARG(k->sponsor));
}

/* Personal data goes to the sponsor, and to who shows the authInfo (RFC 5733 §3.1.2). */
static enum status contact_may_read(struct sandbox_call *c, const struct sandbox_contact *k, struct error *e)
{
    const struct epp_auth *given = &c->cmd->u.contact_info.auth;
    bool any = !str_is_null(given->pw) || !str_is_null(given->ext);
    if (any && !sandbox_auth_matches(c, "contact", k->handle, k->auth_sealed, given))
        return sandbox_refuse(c, e, EPP_BAD_AUTHINFO, NULL, STR_NULL, "the authInfo is not this contact's");
    return any ? OK : contact_owned(c, k, e);
}

enum status sandbox_contact_info(struct sandbox_call *c, struct error *e)
{
    struct sandbox_contact k;
    int64_t links;
    struct epp_contact_info_data *d = &c->rsp->u.contact_info;
    TRY(contact_open(c, c->cmd->u.contact_info.id, SB_READ, &k, e));
    TRY(contact_may_read(c, &k, e));
    TRY(sandbox_contact_links(c->db, c->arena, k.id, &links, e));
    TRY(sandbox_postals(c->db, c->arena, k.id, &d->postal, e));
    d->id = k.handle;
    d->roid = str_printf(c->arena, "C%lld-FWSB", (long long)k.id);
    d->statuses = sandbox_status_list(c->arena, k.statuses | (links > 0 ? SB_LINKED : 0));
    d->voice = k.voice;
    d->fax = k.fax;
    d->email = k.email;
    d->cl_id = k.sponsor;
    d->cr_id = k.creator;
    d->cr_date = k.created;
    d->up_id = k.updater;
    d->up_date = k.updated;
    d->tr_date = k.transferred;
    d->disclose = disclose_unpack(c->arena, k.disclose);
    if (str_eq(k.sponsor, c->who) && c->sb->as.authinfo_shown)
        TRY(sandbox_unseal(c, "contact", k.handle, k.auth_sealed, &d->auth.pw, e));
    sandbox_reply(c, EPP_DONE, EPP_INF_DATA);
    return OK;
}

static enum status ascii_policy(struct sandbox_call *c, struct str part, struct error *e)
{
    for (size_t k = 0; k < part.n; k++) {
        if ((unsigned char)part.p[k] >= 0x80)
            return sandbox_refuse(c, e, EPP_POLICY, "postalInfo", part, "a postalInfo of type int is written in ASCII");
    }
    return OK;
}

/* "int" is the form everybody can read (RFC 5733 §2.4): ASCII. */
static enum status postal_policy(struct sandbox_call *c, const struct epp_postal *p, struct error *e)
{
    bool international = str_eqz(p->type, "int");
    if (c->sb->as.postal != SB_POSTAL_BOTH && international != (c->sb->as.postal == SB_POSTAL_INT))
        return sandbox_refuse(
            c, e, EPP_POLICY, "postalInfo", p->type, "this registry keeps no postalInfo of that type");
    if (!international)
        return OK;
    struct str parts[] = {p->name, p->org, p->addr.city, p->addr.sp, p->addr.pc};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        TRY(ascii_policy(c, parts[i], e));
    for (size_t i = 0; i < p->addr.street.n; i++)
        TRY(ascii_policy(c, p->addr.street.v[i], e));
    return OK;
}

/* ISO 3166-1 alpha-2. */
static const char countries[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

static enum status cc_policy(struct sandbox_call *c, struct str cc, struct error *e)
{
    struct str rest = str_of(countries), one;
    while (str_take(&rest, ' ', &one)) {
        if (str_eq(one, cc))
            return OK;
    }
    return sandbox_refuse(c, e, EPP_VALUE, "cc", cc, "a country is two capital letters of ISO 3166-1");
}

/* local@domain, no blanks, a domain of names (RFC 5322 3.4.1 without what nobody's mail system takes). */
static bool email_valid(struct str email)
{
    ptrdiff_t at = str_find(email, '@', 0);
    if (at <= 0 || str_find(email, '@', (size_t)at + 1) >= 0 || str_find(email, ' ', 0) >= 0)
        return false;
    struct str domain = str_n(email.p + at + 1, email.n - (size_t)at - 1), label;
    if (email.p[0] == '.' || email.p[at - 1] == '.' || str_find(domain, '.', 0) < 0)
        return false;
    while (str_take(&domain, '.', &label)) {
        if (str_empty(label))
            return false;
    }
    return true;
}

static enum status email_policy(struct sandbox_call *c, struct str email, struct error *e)
{
    if (email_valid(email))
        return OK;
    return sandbox_refuse(c, e, EPP_VALUE, "email", email, "an e-mail address has the form local@domain");
}

static enum status postals_write(struct sandbox_call *c, int64_t id, const struct epp_postals *list, struct error *e)
{
    for (size_t i = 0; i < list->n; i++) {
        TRY(postal_policy(c, &list->v[i], e));
        TRY(cc_policy(c, list->v[i].addr.cc, e));
        TRY(sandbox_postal_store(c->db, id, &list->v[i], e));
    }
    return OK;
}

#define MADE_ID_RANDOM 12 /* characters */

static struct str contact_id(struct sandbox_call *c)
{
    struct str asked = c->cmd->u.contact_create.id;
    enum sandbox_contact_ids who = c->sb->as.contact_ids;
    if (who == SB_IDS_CLIENT || (who == SB_IDS_AUTO && !str_eqz(asked, "auto")))
        return asked;
    return str_printf(c->arena, "SB-%.*s", STR_ARG(crypto_token(c->arena, MADE_ID_RANDOM)));
}

enum status sandbox_contact_create(struct sandbox_call *c, struct error *e)
{
    const struct epp_contact_create *in = &c->cmd->u.contact_create;
    struct str id = contact_id(c);
    if (c->sb->as.contact_auth != SB_CONTACT_AUTH_EMPTY || !str_empty(in->auth.pw))
        TRY(sandbox_auth_policy(c, &in->auth, true, e));
    if (in->postal.n == 2 && str_eq(in->postal.v[0].type, in->postal.v[1].type))
        return sandbox_refuse(
            c, e, EPP_POLICY, "postalInfo", in->postal.v[0].type, "one postalInfo of each type at most");
    struct sandbox_contact k = {
        .handle = id,
        .sponsor = c->who,
        .creator = c->who,
        .created = c->now,
        .voice = in->voice,
        .fax = in->fax,
        .email = in->email,
        .disclose = disclose_pack(&in->disclose),
        .auth_sealed = sandbox_seal_auth(c, "contact", id, &in->auth),
    };
    TRY(email_policy(c, k.email, e));
    enum status s = sandbox_contact_insert(c->db, &k, e);
    if (s == EXISTS)
        return sandbox_refuse(c, e, EPP_OBJECT_EXISTS, "id", in->id, "there is a contact of that id");
    if (s != OK)
        return s;
    TRY(postals_write(c, k.id, &in->postal, e));
    c->rsp->u.create = (struct epp_create_data){.key = k.handle, .cr_date = k.created};
    sandbox_reply(c, EPP_DONE, EPP_CRE_DATA);
    return OK;
}

static enum status statuses_change(
    struct sandbox_call *c, unsigned *statuses, const struct epp_statuses *list, bool add, struct error *e)
{
    for (size_t i = 0; i < list->n; i++) {
        unsigned bit = sandbox_status_bit(list->v[i].s);
        if (!sandbox_status_settable(bit, EPP_CONTACT))
            return sandbox_refuse(
                c, e, EPP_POLICY, "status", list->v[i].s, "only the registry sets or removes this status");
        *statuses = add ? *statuses | bit : *statuses & ~bit;
    }
    return OK;
}

/* What the command gives replaces name, org or the whole address of the form of that type; a new type needs all. */
static enum status postal_merge(
    struct sandbox_call *c, const struct epp_postals *have, const struct epp_postal *in, int64_t id, struct error *e)
{
    struct epp_postal p = {.type = in->type};
    for (size_t i = 0; i < have->n; i++) {
        if (str_eq(have->v[i].type, in->type))
            p = have->v[i];
    }
    if (!str_is_null(in->name))
        p.name = in->name;
    if (!str_is_null(in->org))
        p.org = in->org;
    if (!str_is_null(in->addr.city))
        p.addr = in->addr;
    if (str_is_null(p.name) || str_is_null(p.addr.city))
        return sandbox_refuse(c, e, EPP_MISSING, "postalInfo", in->type, "a new postalInfo needs name and address");
    struct epp_postals one = {.v = &p, .n = 1};
    return postals_write(c, id, &one, e);
}

static enum status contact_may_update(struct sandbox_call *c, const struct sandbox_contact *k, struct error *e)
{
    unsigned left = k->statuses;
    TRY(contact_owned(c, k, e));
    TRY(statuses_change(c, &left, &c->cmd->u.contact_update.rem, false, e));
    unsigned bar = (k->statuses & SB_NO_UPDATE) | (left & SB_CLIENT_UPDATE);
    if (bar != 0)
        return sandbox_refuse(
            c, e, EPP_STATUS_PROHIBITS, "id", k->handle, "the contact has status %s", sandbox_status_word(bar));
    return OK;
}

static enum status contact_fields(struct sandbox_call *c, struct sandbox_contact *k, struct error *e)
{
    const struct epp_contact_update *in = &c->cmd->u.contact_update;
    if (!str_is_null(in->chg.voice.number))
        k->voice = in->chg.voice;
    if (!str_is_null(in->chg.fax.number))
        k->fax = in->chg.fax;
    if (!str_is_null(in->chg.email)) {
        TRY(email_policy(c, in->chg.email, e));
        k->email = in->chg.email;
    }
    if (disclose_pack(&in->chg.disclose) != 0)
        k->disclose = disclose_pack(&in->chg.disclose);
    if (!str_is_null(in->chg.auth.pw) || !str_is_null(in->chg.auth.ext)) {
        TRY(sandbox_auth_policy(c, &in->chg.auth, false, e));
        k->auth_sealed = sandbox_seal_auth(c, "contact", k->handle, &in->chg.auth);
    }
    return OK;
}

enum status sandbox_contact_update(struct sandbox_call *c, struct error *e)
{
    const struct epp_contact_update *in = &c->cmd->u.contact_update;
    struct sandbox_contact k;
    struct epp_postals have;
    TRY(contact_open(c, in->id, SB_LOCK, &k, e));
    TRY(contact_may_update(c, &k, e));
    TRY(statuses_change(c, &k.statuses, &in->rem, false, e));
    TRY(statuses_change(c, &k.statuses, &in->add, true, e));
    TRY(contact_fields(c, &k, e));
    TRY(sandbox_postals(c->db, c->arena, k.id, &have, e));
    for (size_t i = 0; i < in->chg.postal.n; i++)
        TRY(postal_merge(c, &have, &in->chg.postal.v[i], k.id, e));
    k.updater = c->who;
    k.updated = c->now;
    TRY(sandbox_contact_store(c->db, &k, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

enum status sandbox_contact_delete(struct sandbox_call *c, struct error *e)
{
    struct sandbox_contact k;
    int64_t links;
    TRY(contact_open(c, c->cmd->u.key.key, SB_LOCK, &k, e));
    TRY(contact_owned(c, &k, e));
    unsigned bar = k.statuses & SB_NO_DELETE;
    if (bar != 0)
        return sandbox_refuse(
            c, e, EPP_STATUS_PROHIBITS, "id", k.handle, "the contact has status %s", sandbox_status_word(bar));
    TRY(sandbox_contact_links(c->db, c->arena, k.id, &links, e));
    if (links > 0)
        return sandbox_refuse(
            c, e, EPP_ASSOCIATION_PROHIBITS, "id", k.handle, "%lld links from domains", (long long)links);
    TRY(sandbox_contact_remove(c->db, k.id, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}
