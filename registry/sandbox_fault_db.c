#include "registry/sandbox_fault.h"

#include "base/log.h"

DB_QUERY(q_sandbox_faults, "SELECT id, name, arg FROM fault WHERE left_n > 0 ORDER BY id LIMIT 64");
DB_QUERY(q_sandbox_fault_fire, "UPDATE fault SET left_n = left_n - 1 WHERE id = ? AND left_n > 0");
DB_QUERY(q_sandbox_fault_insert, "INSERT INTO fault (name, left_n, arg) VALUES (?, ?, ?)");

static const struct fault_name {
    const char *name;
    enum sandbox_fault_kind kind;
} names[] = {
    {"drop-before-commit", SB_FAULT_DROP_BEFORE},
    {"drop-after-commit", SB_FAULT_DROP_AFTER},
    {"close-silent", SB_FAULT_CLOSE},
    {"half-frame", SB_FAULT_HALF},
    {"garbage", SB_FAULT_GARBAGE},
    {"delay-ms", SB_FAULT_DELAY},
    {"delay-reply-ms", SB_FAULT_DELAY_REPLY},
    {"code", SB_FAULT_CODE},
};

static enum sandbox_fault_kind fault_kind(struct str name, struct str *target_r)
{
    ptrdiff_t colon = str_find(name, ':', 0);
    struct str kind = colon < 0 ? name : str_n(name.p, (size_t)colon);
    *target_r = colon < 0 ? STR_NULL : str_n(name.p + colon + 1, name.n - (size_t)colon - 1);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eqz(kind, names[i].name))
            return names[i].kind;
    }
    return SB_FAULT_NONE;
}

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
        enum sandbox_fault_kind kind = fault_kind(db_str(&r, i, 1), &target);
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

enum status sandbox_fault_order(struct db *db, struct str text, struct error *e)
{
    struct str rest = str_trim(text), name, word, target;
    uint64_t count = 1;
    int64_t arg = 0;
    if (!str_take(&rest, ' ', &name) || fault_kind(name, &target) == SB_FAULT_NONE)
        return error_set(e, INVALID, "fault-unknown", "fault \"%.*s\" is unknown", STR_ARG(text));
    rest = str_trim(rest);
    if (!str_empty(rest) && str_take(&rest, ' ', &word) && !str_to_u64(word, 1000000, &count))
        return error_set(e, INVALID, "fault-count", "fault \"%.*s\": the count is no number", STR_ARG(text));
    rest = str_trim(rest);
    if (!str_empty(rest) && !str_to_i64(rest, 0, 86400000, &arg))
        return error_set(e, INVALID, "fault-arg", "fault \"%.*s\": the argument is no number", STR_ARG(text));
    log_event(LOG_WARN, "registry", NULL, "FAULT ORDERED: %.*s, %llu times", STR_ARG(name), (unsigned long long)count);
    return db_exec(db, &q_sandbox_fault_insert, DB_ARGS(db_s(name), db_i((int64_t)count), db_i(arg)), NULL, e);
}
