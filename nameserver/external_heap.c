/* A binary heap of entries by the time they are due; each knows its place. */
#include "nameserver/external.h"
#include "nameserver/mem.h"

static void heap_set(struct externals *x, size_t at, struct external *t)
{
    x->heap[at] = t;
    t->heap_at = at;
}

static void heap_up(struct externals *x, struct external *t)
{
    size_t at = t->heap_at;

    while (at > 0 && t->due < x->heap[(at - 1) / 2]->due) {
        heap_set(x, at, x->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    heap_set(x, at, t);
}

static void heap_down(struct externals *x, struct external *t)
{
    size_t at = t->heap_at;

    for (size_t below; (below = 2 * at + 1) < x->heap_n; at = below) {
        if (below + 1 < x->heap_n && x->heap[below + 1]->due < x->heap[below]->due)
            below++;
        if (t->due <= x->heap[below]->due)
            break;
        heap_set(x, at, x->heap[below]);
    }
    heap_set(x, at, t);
}

void heap_put(struct externals *x, struct external *t, time_us due)
{
    if (t->heap_at == EXTERNAL_NOT_IN_HEAP) {
        if (x->heap_n == x->heap_cap) {
            x->heap_cap = x->heap_cap == 0 ? 64 : x->heap_cap * 2;
            x->heap = mem_grow(x->heap, x->heap_cap * sizeof(*x->heap));
        }
        heap_set(x, x->heap_n++, t);
    }
    t->due = due;
    heap_up(x, t);
    heap_down(x, t);
}

void heap_take(struct externals *x, struct external *t)
{
    struct external *last;

    if (t->heap_at == EXTERNAL_NOT_IN_HEAP)
        return;
    last = x->heap[--x->heap_n];
    if (last != t) {
        heap_set(x, t->heap_at, last);
        heap_up(x, last);
        heap_down(x, last);
    }
    t->heap_at = EXTERNAL_NOT_IN_HEAP;
}
