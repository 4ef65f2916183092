#include "dns/master_impl.h"

static enum status read_origin(struct master *m)
{
    if (m->tokens.n != 2)
        return error_set(m->e, INVALID, "master-directive", "$ORIGIN takes one name");
    return dns_name_parse(m->tokens.items[1].text, &m->origin, &m->origin, m->e);
}

static enum status read_dollar_ttl(struct master *m)
{
    if (m->tokens.n != 2 || !dns_period_parse(m->tokens.items[1].text, &m->dollar_ttl.ttl))
        return error_set(
            m->e, INVALID, "master-directive", "$TTL takes one time in seconds (or like 1h), up to %u", DNS_TTL_MAX);
    m->dollar_ttl.known = true;
    return OK;
}

/* What the file at hand was at when another one was begun. */
struct outer {
    struct dns_tokens tokens;
    const struct str *file;
    struct dns_name origin, owner;
    bool has_owner, owner_wrong;
};

static enum status read_inside(struct master *m, const struct str *file, struct str text, const struct dns_name *origin)
{
    struct outer outer = {m->tokens, m->file, m->origin, m->owner, m->has_owner, m->owner_wrong};

    m->file = file;
    m->origin = *origin;
    m->depth++;
    TRY(master_read_text(m, text)); /* an error leaves depth as it is: its place is said */
    m->depth--;
    m->tokens = outer.tokens;
    m->file = outer.file;
    m->origin = outer.origin;
    m->owner = outer.owner;
    m->has_owner = outer.has_owner;
    m->owner_wrong = outer.owner_wrong;
    return OK;
}

static enum status read_include(struct master *m)
{
    struct dns_name origin = m->origin;
    struct str *file = ARENA_NEW(m->arena, struct str), text;
    struct buf name;

    if (m->options->include == NULL)
        return error_set(m->e, INVALID, "master-include",
            "$INCLUDE is not accepted: it reads other files; write the records themselves here");
    if (m->tokens.n != 2 && m->tokens.n != 3)
        return error_set(
            m->e, INVALID, "master-directive", "$INCLUDE takes the name of a file, and may take an origin");
    if (m->depth == DNS_MASTER_INCLUDES_MAX)
        return error_set(
            m->e, INVALID, "master-include", "more than %d files that include one another", DNS_MASTER_INCLUDES_MAX);
    if (m->tokens.n == 3)
        TRY(dns_name_parse(m->tokens.items[2].text, &m->origin, &origin, m->e));
    buf_in(&name, &m->scratch, DNS_TOKEN_MAX);
    TRY(dns_token_unescape(m->tokens.items[1].text, &name, m->e));
    TRY(m->options->include(m->options->include_ctx, *m->file, buf_view(&name), file, &text, m->e));
    return read_inside(m, file, text, &origin);
}

enum status master_read_directive(struct master *m)
{
    static const struct {
        const char *word;
        enum status (*read)(struct master *m);
    } directives[] = {{"$ORIGIN", read_origin}, {"$TTL", read_dollar_ttl}, {"$INCLUDE", read_include},
        {"$GENERATE", master_generate}};
    struct str word = m->tokens.items[0].text;

    for (size_t i = 0; i < ARRAY_LEN(directives); i++)
        if (str_ieq(word, str_of(directives[i].word)))
            return directives[i].read(m);
    return error_set(m->e, INVALID, "master-directive", "%.*s is not known; $ORIGIN, $TTL, $GENERATE and $INCLUDE are",
        STR_ARG(word));
}
