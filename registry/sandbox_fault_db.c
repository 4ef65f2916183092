#include "base/log.h"
#include "registry/sandbox_fault.h"

DB_QUERY(q_sandbox_faults, "SELECT id, name, arg FROM fault WHERE left_n > 0 ORDER BY id LIMIT 64");
DB_QUERY(q_sandbox_fault_fire, "UPDATE fault SET left_n = left_n - 1 WHERE id = ? AND left_n > 0");
DB_QUERY(q_sandbox_fault_insert, "INSERT INTO fault (name, left_n, arg) VALUES (?, ?, ?)");

/* "" any, "create" the verb, "domain:create" object and verb. */
static bool target_is(struct arena *a, struct str target, const struct epp_command *cmd)
{
    const char *verb = epp_verb_name(cmd->verb), *object = epp_object_name(cmd->object);
    if (str_empty(target))
        return true;
    return str_eqz(target, verb) || str_eq(target, str_printf(a, "%s:%s", object, verb));
}

enum status sandbox_fault_take(
    struct db *db, struct arena *a, const struct epp_command *cmd, struct sandbox_fault *fault_r, struct error *e)
{
    struct db_result r;
    *fault_r = (struct sandbox_fault){.kind = SB_FAULT_NONE};
    TRY(db_select(db, a, &q_sandbox_faults, DB_NO_ARGS, 64, &r, e));
    for (size_t i = 0; i < r.rows; i++) {
        struct str target;
        int64_t fired;
        enum sandbox_fault_kind kind = sandbox_fault_kind(db_str(&r, i, 1), &target);
        if (kind == SB_FAULT_NONE || !target_is(a, target, cmd))
            continue;
        TRY(db_exec(db, &q_sandbox_fault_fire, DB_ARGS(db_i(db_int(&r, i, 0))), &fired, e));
        if (fired == 0)
            continue;
        *fault_r = (struct sandbox_fault){.kind = kind, .arg = db_int(&r, i, 2)};
        log_event(LOG_WARN, "registry", NULL, "INJECTED FAULT %.*s arg=%lld hits %s%s%s", STR_ARG(db_str(&r, i, 1)),
            (long long)fault_r->arg, epp_object_name(cmd->object), cmd->object == EPP_NO_OBJECT ? "" : ":",
            epp_verb_name(cmd->verb));
        return OK;
    }
    return OK;
}

enum status sandbox_fault_order(struct db *db, struct arena *a, struct str text, struct error *e)
{
    struct sandbox_order o;
    TRY(sandbox_fault_parse(a, text, &o, e));
    log_event(
        LOG_WARN, "registry", NULL, "FAULT ORDERED: %.*s, %llu times", STR_ARG(o.name), (unsigned long long)o.count);
    return db_exec(db, &q_sandbox_fault_insert, DB_ARGS(db_s(o.name), db_i((int64_t)o.count), db_i(o.arg)), NULL, e);
}
