#include "dns/master.h"

static int compare(const void *a, const void *b)
{
    return dns_rrset_compare(a, b);
}

void dns_master_write_set(struct buf *out, const struct dns_name *origin, const struct dns_rrset *set)
{
    for (size_t i = 0; i < set->n; i++) {
        dns_name_write_relative(out, &set->owner, origin);
        buf_printf(out, "\t%u\tIN\t", set->ttl);
        dns_type_write(out, set->type);
        buf_putc(out, '\t');
        dns_rdata_write(out, set->type, set->rdata[i]);
        buf_putc(out, '\n');
    }
}

void dns_master_write_head(struct buf *out, const struct dns_name *origin, uint32_t ttl)
{
    buf_puts(out, "$ORIGIN ");
    dns_name_write(out, origin, true);
    buf_printf(out, "\n$TTL %u\n", ttl);
}

/* The apex comes first by itself: a name sorts in front of all that is below it. Every line says its TTL; $TTL is for
 * lines that people add. */
void dns_master_write(struct buf *out, const struct dns_name *origin, struct dns_rrset *sets, size_t n)
{
    if (n > 1)
        qsort(sets, n, sizeof(*sets), compare);
    dns_master_write_head(out, origin, n > 0 ? sets[0].ttl : 3600);
    for (size_t i = 0; i < n; i++)
        dns_master_write_set(out, origin, &sets[i]);
}
