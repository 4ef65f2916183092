#include "zones/import.h"

#include "zones/import_impl.h"

static void check_soa(struct import *m)
{
    struct error e;
    if (!m->o->keep_soa || m->soa != NULL)
        return;
    (void)error_set(&e, INVALID, "import-no-soa", "the file has no SOA record of the zone to keep");
    dns_master_report_add(m->report, m->o->file, 0, false, &e);
}

enum status zone_import(struct db *db, struct arena *a, struct str origin, struct str text,
    const struct zone_import_options *o, time_us now, struct dns_master_report *report, struct zone_import_done *done_r,
    struct error *e)
{
    INVARIANT(o->account_id != ZONE_ANY_ACCOUNT && !db_in_transaction(db));
    struct import m = {.a = a, .o = o, .report = report};
    TRY(zone_name_parse(a, origin, NULL, &m.apex, e));
    TRY(import_read(&m, text, e));
    check_soa(&m);
    TRY(import_check(&m, e));
    dns_master_report_sort(report);
    TRY(dns_master_report_status(report, e));
    return import_apply(&m, db, origin, now, done_r, e);
}
