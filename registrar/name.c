#include "registrar/name.h"

enum status name_check(const struct desk *d, struct arena *a, struct str typed, struct name_offer *n_r, struct error *e)
{
    struct valid_name v;
    TRY(name_validate(a, &d->tlds, typed, &v, e));
    *n_r = (struct name_offer){
        .name = v.name,
        .shown = v.shown,
        .label = str_n(v.name.p, v.name.n - v.tld->tld.n - 1),
        .tld = v.tld->tld,
        .years_min = v.tld->years_min,
        .years_max = v.tld->years_max,
    };
    return OK;
}

struct str name_tld(const struct desk *d, size_t i)
{
    return i < d->tlds.n ? d->tlds.items[i].tld : STR_NULL;
}
