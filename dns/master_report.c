#include "dns/master.h"

void dns_master_report_init(struct dns_master_report *r, struct arena *a, size_t max)
{
    *r = (struct dns_master_report){.arena = a, .max = max != 0 ? max : DNS_MASTER_PROBLEMS_MAX};
}

void dns_master_report_add(
    struct dns_master_report *r, struct str file, unsigned line, bool warning, const struct error *e)
{
    size_t *count = warning ? &r->warnings : &r->errors;

    (*count)++;
    if (r->n == r->max)
        return;
    if (r->n == r->cap) {
        size_t cap = r->cap == 0 ? 8 : r->cap * 2;
        struct dns_master_problem *items = ARENA_ARRAY(r->arena, cap, struct dns_master_problem);
        if (r->n > 0)
            memcpy(items, r->items, r->n * sizeof(*items));
        r->items = items;
        r->cap = cap;
    }
    r->items[r->n++] = (struct dns_master_problem){
        .file = str_is_null(file) ? STR("") : file,
        .line = line,
        .warning = warning,
        .code = arena_strdup(r->arena, e->code),
        .text = str_of(arena_strdup(r->arena, e->text)),
    };
}

static size_t file_rank(const struct dns_master_report *r, struct str file)
{
    size_t i = 0;

    while (i < r->n && !str_eq(r->items[i].file, file))
        i++;
    return i;
}

static bool before(const struct dns_master_problem *a, size_t a_rank, const struct dns_master_problem *b, size_t b_rank)
{
    return a_rank != b_rank ? a_rank < b_rank : a->line < b->line;
}

/* By insertion: at most a thousand, and nearly in order. */
void dns_master_report_sort(struct dns_master_report *r)
{
    size_t *rank = ARENA_ARRAY(r->arena, r->n, size_t);

    for (size_t i = 0; i < r->n; i++)
        rank[i] = file_rank(r, r->items[i].file);
    for (size_t i = 1; i < r->n; i++) {
        struct dns_master_problem item = r->items[i];
        size_t item_rank = rank[i], at = i;

        for (; at > 0 && before(&item, item_rank, &r->items[at - 1], rank[at - 1]); at--) {
            r->items[at] = r->items[at - 1];
            rank[at] = rank[at - 1];
        }
        r->items[at] = item;
        rank[at] = item_rank;
    }
}

enum status dns_master_report_status(const struct dns_master_report *r, struct error *e)
{
    const struct dns_master_problem *first = r->items;

    if (r->errors == 0)
        return OK;
    while (first < r->items + r->n && first->warning)
        first++;
    if (first == r->items + r->n)
        return error_set(e, INVALID, "master-errors", "%zu errors", r->errors);
    if (r->errors == 1)
        return error_set(e, INVALID, "master-errors", "line %u: %.*s", first->line, STR_ARG(first->text));
    return error_set(e, INVALID, "master-errors", "%zu errors, the first in line %u: %.*s", r->errors, first->line,
        STR_ARG(first->text));
}
