#include "epp/shape.h"

#include "epp/response.h"

struct epp_list epp_list_get(const struct epp_field *f, const void *data)
{
    struct epp_list l;
    memcpy(&l, epp_member(f, data), sizeof l);
    return l;
}

static bool str_present(const struct epp_field *f, const void *data)
{
    const struct str *s = epp_member(f, data);
    return s->p != NULL;
}

bool epp_field_present(const struct epp_field *f, const void *data)
{
    const void *m = epp_member(f, data);
    switch (f->kind) {
    case EPP_K_ATTR:
    case EPP_K_OWN:
    case EPP_K_TEXT:
    case EPP_K_RAW:
        return str_present(f, data);
    case EPP_K_ATTR_BOOL:
        return false;
    case EPP_K_ATTR_SAID:
    case EPP_K_SAID:
        return *(const enum epp_said *)m != EPP_UNSAID;
    case EPP_K_ATTR_U64:
        return *(const uint64_t *)m != 0;
    case EPP_K_OWN_MIXED:
        return ((const struct epp_mixed *)m)->text.p != NULL || ((const struct epp_mixed *)m)->xml.p != NULL;
    case EPP_K_NUM:
    case EPP_K_OWN_NUM:
        return *(const unsigned *)m != 0;
    case EPP_K_ANY:
        return ((const struct epp_value *)m)->element.p != NULL || ((const struct epp_value *)m)->text.p != NULL;
    case EPP_K_ATTR_TIME:
    case EPP_K_TIME:
    case EPP_K_DATE:
        return *(const time_us *)m != 0;
    case EPP_K_FLAG:
    case EPP_K_HERE:
        return *(const bool *)m;
    case EPP_K_SHAPE:
        return epp_shape_present(f->shape, m) > 0;
    case EPP_K_TEXTS:
    case EPP_K_ELEMENTS:
    case EPP_K_SHAPES:
        return epp_list_get(f, data).n > 0;
    }
    return false;
}

size_t epp_shape_present(const struct epp_shape *s, const void *data)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += epp_field_present(&s->fields[i], data);
    return n;
}

bool epp_shape_alternative(const struct epp_shape *s, size_t i)
{
    return (s->choice || s->some) && i >= s->first && (s->past == 0 || i < s->past);
}

bool epp_field_is_attribute(const struct epp_field *f)
{
    return f->kind == EPP_K_ATTR || f->kind == EPP_K_ATTR_BOOL || f->kind == EPP_K_ATTR_SAID ||
           f->kind == EPP_K_ATTR_U64 || f->kind == EPP_K_ATTR_TIME;
}

static struct str first_of(const struct epp_field *f, const struct epp_list *l, size_t i)
{
    const struct str *s = epp_member(&f->shape->fields[0], (const char *)l->v + i * f->shape->size);
    return *s;
}

struct str epp_list_twice(const struct epp_field *f, const struct epp_list *l)
{
    for (size_t i = 1; f->distinct && i < l->n; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(first_of(f, l, i), first_of(f, l, k)))
                return first_of(f, l, i);
    return STR_NULL;
}
