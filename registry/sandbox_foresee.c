#include "registry/sandbox_foresee.h"

#include "base/log.h"

#define FORESEEN_MAX 50 /* names: one question to the database */
#define NAME_MAX_TEXT 253

static bool checks_domains(const struct sandbox_heard *h)
{
    bool domain = h->cmd.object == EPP_DOMAIN || h->cmd.object == EPP_FRED_DOMAIN;
    return h->fault.code == 0 && h->cmd.verb == EPP_CHECK && domain;
}

/* Beside a name in other characters the database would refuse the question for all. */
static bool ascii_only(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] > 0x7f)
            return false;
    }
    return true;
}

/* Names as they are kept. What is no name is left out: the check says so without the database. */
static void names_add(struct arena *a, const struct epp_strs *keys, struct sandbox_known *known, size_t *n)
{
    for (size_t i = 0; i < keys->n && *n < FORESEEN_MAX; i++) {
        ptrdiff_t dot = str_find(keys->v[i], '.', 0);
        if (dot < 0 || keys->v[i].n > NAME_MAX_TEXT || !ascii_only(keys->v[i]))
            continue;
        struct str name = str_lower(a, keys->v[i]);
        known[(*n)++] = (struct sandbox_known){.name = name, .label = str_n(name.p, (size_t)dot)};
    }
}

void sandbox_foresee(struct sandbox_session *s)
{
    struct arena *a = &s->heard_arena;
    struct error e;
    size_t n = 0;
    if (s->db == NULL || s->foreseen_n > 0 || s->heard_at + 1 == s->heard_n || !checks_domains(s->heard[s->heard_at]))
        return;
    struct sandbox_known *known = ARENA_ARRAY(a, FORESEEN_MAX, struct sandbox_known);
    for (size_t i = s->heard_at; i < s->heard_n; i++) {
        const struct sandbox_heard *h = s->heard[i];
        if (h->fault.code == 0 && !epp_command_is_query(&h->cmd))
            break;
        if (checks_domains(h))
            names_add(a, &h->cmd.u.check.keys, known, &n);
    }
    if (n < 2)
        return;
    if (sandbox_names_known(s->db, a, known, n, &e) != OK) {
        log_event(LOG_WARN, "registry", s->peer, "names could not be asked for together: %s", e.text);
        return;
    }
    s->foreseen = known;
    s->foreseen_n = n;
}

static const struct sandbox_known *foreseen_find(const struct sandbox_session *s, struct str name)
{
    for (size_t i = 0; i < s->foreseen_n; i++) {
        if (str_eq(s->foreseen[i].name, name))
            return &s->foreseen[i];
    }
    return NULL;
}

bool sandbox_foreseen(const struct sandbox_session *s, struct sandbox_known *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct sandbox_known *found = foreseen_find(s, known[i].name);
        if (found == NULL)
            return false;
        known[i] = *found;
    }
    return true;
}
