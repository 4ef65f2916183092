/* Master files: whatever is read can be written, and then reads and writes as the same bytes; and reading on behind errors
 * finds errors exactly where reading up to the first one does.
 * Replayed by tests/dns/test_fuzz.c. */
#include "dns/master.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX ((size_t)1 << 20)

static struct str write_out(struct arena *a, const struct dns_name *zone, struct dns_rrset *sets, size_t n)
{
    struct buf out;

    buf_in(&out, a, (size_t)64 << 20);
    dns_master_write(&out, zone, sets, n);
    INVARIANT(!buf_over(&out));
    return buf_view(&out);
}

static void read_on(const uint8_t *data, size_t size, struct dns_master_options options, bool good)
{
    struct dns_master_report report;
    struct dns_rrset *sets;
    struct arena a;
    struct error e;
    size_t n;

    arena_init(&a, 0);
    dns_master_report_init(&report, &a, 0);
    options.report = &report;
    INVARIANT((dns_master_read(&a, str_n((const char *)data, size), &options, &sets, &n, &e) == OK) == good);
    INVARIANT((report.errors == 0) == good);
    arena_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dns_name zone = dns_name_of("example.test");
    struct dns_master_options options = {
        .origin = &zone, .default_ttl = 300, .bytes_max = INPUT_MAX, .records_max = 2000};
    struct dns_rrset *sets;
    struct arena a;
    struct error e;
    size_t n;

    arena_init(&a, 0);
    if (dns_master_read(&a, str_n((const char *)data, size), &options, &sets, &n, &e) == OK) {
        struct str first = write_out(&a, &zone, sets, n);

        options.bytes_max = (size_t)64 << 20;
        INVARIANT(dns_master_read(&a, first, &options, &sets, &n, &e) == OK);
        INVARIANT(str_eq(write_out(&a, &zone, sets, n), first));
        read_on(data, size, options, true);
    } else {
        INVARIANT(e.status == INVALID && e.text[0] != '\0');
        read_on(data, size, options, false);
    }
    arena_clear(&a);
    return 0;
}
