#include "registry/contact_role.h"

const struct contact_role *contact_role_find(const struct contact_role *roles, size_t n, struct str type)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(roles[i].type, type))
            return &roles[i];
    return NULL;
}

static bool type_known(struct str type)
{
    return str_eqz(type, "admin") || str_eqz(type, "tech") || str_eqz(type, "billing");
}

enum status contact_roles_read(
    struct key_file *f, const struct conf_list *lines, int most, struct contact_role **roles_r, size_t *n_r)
{
    struct contact_role *roles = ARENA_ARRAY(f->arena, lines->n, struct contact_role);
    for (size_t i = 0; i < lines->n; i++) {
        struct str words[KEY_WORDS_MAX];
        struct contact_role *role = &roles[i];
        if (key_words(lines->items[i], words) != 2 || !key_range(words[1], most, &role->min, &role->max))
            return key_fail(f, "contact", i, "must be TYPE MIN-MAX with at most %d of a type, not \"%.*s\"", most,
                STR_ARG(lines->items[i]));
        if (!type_known(words[0]))
            return key_fail(
                f, "contact", i, "is for the types admin, tech and billing, not \"%.*s\"", STR_ARG(words[0]));
        if (contact_role_find(roles, i, words[0]) != NULL)
            return key_fail(f, "contact", i, "names the type %.*s a second time", STR_ARG(words[0]));
        role->type = words[0];
    }
    *roles_r = roles;
    *n_r = lines->n;
    return OK;
}
