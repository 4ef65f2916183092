#include "registry/char_kinds.h"

static const struct kind {
    unsigned bit;
    const char *word, *what;
} all[] = {
    {CHARS_UPPER, "upper", "a capital letter"},
    {CHARS_LOWER, "lower", "a small letter"},
    {CHARS_DIGIT, "digit", "a digit"},
    {CHARS_SIGN, "sign", "a sign that is neither letter nor digit"},
};

static unsigned bit_of(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (str_eqz(word, all[i].word))
            return all[i].bit;
    return 0;
}

enum status char_kinds_read(struct key_file *f, const char *key, struct str words, unsigned *kinds_r)
{
    struct str word;
    *kinds_r = 0;
    while (str_take(&words, ' ', &word)) {
        unsigned bit = bit_of(word);
        if (bit == 0 && word.n > 0)
            return key_fail(f, key, 0, "takes upper, lower, digit and sign, not \"%.*s\"", STR_ARG(word));
        *kinds_r |= bit;
    }
    return OK;
}

static unsigned kind_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return CHARS_UPPER;
    if (c >= 'a' && c <= 'z')
        return CHARS_LOWER;
    return c >= '0' && c <= '9' ? CHARS_DIGIT : CHARS_SIGN;
}

const char *char_kinds_lacking(unsigned kinds, struct str text)
{
    unsigned has = 0;
    for (size_t i = 0; i < text.n; i++)
        has |= kind_of(text.p[i]);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if ((kinds & all[i].bit & ~has) != 0)
            return all[i].what;
    return NULL;
}
