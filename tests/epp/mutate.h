/* Hostile variants of good documents: one change to one element. */
#ifndef FW_TESTS_EPP_MUTATE_H
#define FW_TESTS_EPP_MUTATE_H

#include "tests/epp/gen.h"

enum mutation {
    DROP,
    DOUBLE,
    RENAME,
    OTHER_NS,
    SWAP,
    LENGTHEN,
    EMPTY,
    ADD_TEXT,
    DROP_ATTR,
    SPOIL_ATTR,
    ADD_ATTR,
    ADD_CHILD,
    MUTATIONS
};

static inline struct xml_node *nth(struct xml_node *n, unsigned *k)
{
    if ((*k)-- == 0)
        return n;
    for (struct xml_node *c = n->first; c != NULL; c = c->next) {
        struct xml_node *found = nth(c, k);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static inline struct xml_node **link_of(struct xml_node *n)
{
    struct xml_node **link = &n->parent->first;
    while (*link != n)
        link = &(*link)->next;
    return link;
}

/* false where the mutation cannot be done to that element. */
static inline bool mutate_tree(struct arena *arena, struct xml_node *n, enum mutation how)
{
    struct xml_node *copy = arena_copy(arena, n, sizeof *n), *next = n->next;
    switch (how) {
    case DROP:
        *link_of(n) = next;
        return true;
    case DOUBLE:
        n->next = copy;
        return true;
    case SWAP:
        if (next == NULL || (strcmp(next->name, n->name) == 0 && strcmp(next->ns, n->ns) == 0))
            return false;
        *link_of(n) = next;
        n->next = next->next;
        next->next = n;
        return true;
    default:
        *copy = (struct xml_node){.ns = n->ns, .name = "extra", .parent = n, .next = n->first};
        n->first = copy;
        return true;
    }
}

static inline bool mutate_attribute(struct arena *arena, struct xml_node *n, enum mutation how)
{
    struct xml_attr *extra = ARENA_NEW(arena, struct xml_attr);
    if (how == ADD_ATTR) {
        *extra = (struct xml_attr){.ns = "", .name = "bogus", .value = STR("1"), .next = n->attrs};
        n->attrs = extra;
        return true;
    }
    if (n->attrs == NULL)
        return false;
    if (how == SPOIL_ATTR)
        n->attrs->value = STR("bogus value !");
    else
        n->attrs = n->attrs->next;
    return true;
}

static inline bool mutate(struct arena *arena, struct xml_node *n, enum mutation how)
{
    char *x = arena_alloc(arena, 12000);
    memset(x, 'x', 12000);
    switch (how) {
    case RENAME:
        n->name = "bogus";
        return true;
    case OTHER_NS:
        n->ns = "urn:wrong";
        return true;
    case LENGTHEN:
        n->text = str_n(x, 12000);
        return n->first == NULL;
    case EMPTY:
        n->text = STR("");
        return n->first == NULL;
    case ADD_TEXT:
        n->text = STR("junk");
        return n->first != NULL;
    case DROP_ATTR:
    case SPOIL_ATTR:
    case ADD_ATTR:
        return mutate_attribute(arena, n, how);
    default:
        return mutate_tree(arena, n, how);
    }
}

/* Where the document holds what is kept as XML (authInfo's ext, a report's texts, marks), mutants of that are
 * accepted without regard to its schema. */
static inline bool holds_raw(struct str doc)
{
    static const char *const signs[] = {"<ext>", "<infData", "<rgpStatus", "ns:mark-1.0", "ns:signedMark-1.0"};
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (memmem(doc.p, doc.n, signs[i], strlen(signs[i])) != NULL)
            return true;
    return false;
}

#endif
