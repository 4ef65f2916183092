/* What a registry's poll messages mean, by the profile's `message` lines. */
#include "registry/adapter.h"
#include "registry/profile_keys.h"

static const char *const meanings[] = {
    [REGISTRY_MEANS_UNKNOWN] = "unknown",
    [REGISTRY_MEANS_TRANSFER] = "transfer",
    [REGISTRY_MEANS_RENEWED] = "renewed",
    [REGISTRY_MEANS_EXPIRED] = "expired",
    [REGISTRY_MEANS_DELETED] = "deleted",
    [REGISTRY_MEANS_UNRESTORED] = "unrestored",
    [REGISTRY_MEANS_LOW_BALANCE] = "low-balance",
};

const char *profile_meaning_word(int meaning)
{
    INVARIANT(meaning >= 0 && (size_t)meaning < ARRAY_LEN(meanings));
    return meanings[meaning];
}

/* UNKNOWN: no such word, or that one, which no line needs. */
static int meaning_of(struct str word)
{
    for (size_t i = REGISTRY_MEANS_UNKNOWN + 1; i < ARRAY_LEN(meanings); i++)
        if (str_eqz(word, meanings[i]))
            return (int)i;
    return REGISTRY_MEANS_UNKNOWN;
}

static size_t count_of(struct str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

/* One % at most; one * at most, at the end, and not by itself: that would be every message. */
static bool pattern_valid(struct str s)
{
    size_t stars = count_of(s, '*');
    return s.n > 1 && count_of(s, '%') <= 1 && stars <= 1 && (stars == 0 || s.p[s.n - 1] == '*') && !str_eqz(s, "%*");
}

enum status profile_messages_read(struct profile_reader *r)
{
    const struct conf_list *lines = &r->file->messages;
    struct registry_profile *p = &r->file->p;
    TRY(key_times(&r->keys, "message", lines, PROFILE_REMAPS_MAX));
    p->messages = ARENA_ARRAY(r->keys.arena, lines->n, struct profile_message);
    for (size_t i = 0; i < lines->n; i++) {
        struct str rest = lines->items[i], word = STR("");
        int meaning = str_take(&rest, ' ', &word) ? meaning_of(word) : REGISTRY_MEANS_UNKNOWN;
        rest = str_is_null(rest) ? STR("") : str_trim(rest);
        if (meaning == REGISTRY_MEANS_UNKNOWN || !pattern_valid(rest))
            return key_fail(&r->keys, "message", i,
                "must be MEANING PATTERN with at most one %% and one * at its end, not \"%.*s\"",
                STR_ARG(lines->items[i]));
        p->messages[p->messages_n++] = (struct profile_message){meaning, rest};
    }
    return OK;
}

static bool tail_matches(struct str text, struct str tail)
{
    if (tail.n > 0 && tail.p[tail.n - 1] == '*')
        return str_starts(text, str_n(tail.p, tail.n - 1));
    return str_eq(text, tail);
}

/* A name holds no blank and no sign but hyphen, dot and underscore: it ends where the pattern goes on. */
static size_t name_length(struct str s)
{
    size_t n = 0;
    while (n < s.n && (ascii_is_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '.' || s.p[n] == '_'))
        n++;
    return n;
}

static bool matches(struct str pattern, struct str text, struct str *object_r)
{
    ptrdiff_t place = str_find(pattern, '%', 0);
    if (place < 0)
        return tail_matches(text, pattern);
    struct str head = str_n(pattern.p, (size_t)place);
    struct str tail = str_n(pattern.p + place + 1, pattern.n - (size_t)place - 1);
    if (!str_starts(text, head))
        return false;
    struct str rest = str_n(text.p + head.n, text.n - head.n);
    for (size_t n = name_length(rest); n > 0; n--) { /* a full stop behind the name is the sentence's */
        if (!tail_matches(str_n(rest.p + n, rest.n - n), tail))
            continue;
        *object_r = str_n(rest.p, n);
        return true;
    }
    return false;
}

int profile_message(const struct registry_profile *p, struct str text, struct str *object_r)
{
    for (size_t i = 0; i < p->messages_n; i++)
        if (matches(p->messages[i].pattern, text, object_r))
            return p->messages[i].meaning;
    return REGISTRY_MEANS_UNKNOWN;
}
