/* Mishaps to order, for tests of the client's side. Each fires as often as its counter says, then never more, and
 * says so loudly in the log.
 *
 * A fault is a row of table `fault` (name, arg, left_n), looked at for each command, so one may be ordered while the
 * server runs: by an INSERT, or by `fourways-sandbox --config FILE --order FAULT`. At the start configuration items
 * `fault = FAULT` and options `--fault FAULT` order them. FAULT is
 *
 *   NAME[-COMMAND][:COUNT[:ARG]]      drop-after-create:3   delay-domain-check:10:250   2400-renew
 *
 * COMMAND is a verb ("create"), or object and verb ("domain-create"); without one every command but hello is meant.
 * COUNT is how often, once if not said. Blanks may stand for the colons, and ":" for the "-" in front of COMMAND and
 * inside of it; so is the name kept in the row: "drop-after-commit:domain:create".
 *
 *   drop-before-commit, drop-before   the work is done and rolled back, the connection broken: nothing was done
 *   drop-after-commit, drop-after     the work is committed, the connection broken, no answer: it was done
 *   close-silent, close               nothing is done, the connection broken
 *   reset                             committed, then the connection reset (RST) instead of an answer
 *   half-frame                        committed, half of the answer sent, broken
 *   garbage                           committed, the answer is no XML
 *   delay-ms, delay                   waits ARG milliseconds before it begins
 *   delay-reply-ms, delay-reply       committed, then waits ARG milliseconds before the answer
 *   code, or four digits              nothing is done, the answer is result code ARG, e.g. 2400
 *   same-svtrid                       the answer carries the svTRID of the answer before it
 *   wrong-cltrid                      the answer carries a clTRID that nobody sent
 *   malformed-poll                    the answer has an element whose prefix nobody declared. For a poll, if no
 *                                     COMMAND is given
 */
#ifndef FW_REGISTRY_SANDBOX_FAULT_H
#define FW_REGISTRY_SANDBOX_FAULT_H

#include "registry/sandbox_call.h"

enum sandbox_fault_kind {
    SB_FAULT_NONE,
    SB_FAULT_DROP_BEFORE,
    SB_FAULT_DROP_AFTER,
    SB_FAULT_CLOSE,
    SB_FAULT_RESET,
    SB_FAULT_HALF,
    SB_FAULT_GARBAGE,
    SB_FAULT_DELAY,
    SB_FAULT_DELAY_REPLY,
    SB_FAULT_CODE,
    SB_FAULT_SVTRID,
    SB_FAULT_CLTRID,
    SB_FAULT_PREFIX,
};

struct sandbox_fault {
    enum sandbox_fault_kind kind;
    int64_t arg;
};

/* A fault as it is ordered. */
struct sandbox_order {
    struct str name; /* as in the row: "drop-after-commit:domain:create" */
    uint64_t count;
    int64_t arg;
};
/* INVALID on an unknown name, a bad count or argument. */
enum status sandbox_fault_parse(
    struct arena *a, struct str text, struct sandbox_order *o_r, struct error *e) FW_MUST_CHECK;
/* The kind of a row's name, and the command it is for (STR_NULL: any); SB_FAULT_NONE for a name nobody knows. */
enum sandbox_fault_kind sandbox_fault_kind(struct str name, struct str *command_r) FW_NONNULL_ALL;
/* What the client gets instead of the answer in s->out. False: the connection is to be broken off after it. */
bool sandbox_fault_answer(struct sandbox_session *s, const struct sandbox_fault *f) FW_NONNULL_ALL;

/* The fault that this command must suffer, counted down; kind SB_FAULT_NONE mostly. */
enum status sandbox_fault_take(struct db *db, struct arena *a, const struct epp_command *cmd,
    struct sandbox_fault *fault_r, struct error *e) FW_MUST_CHECK;
/* Puts a row into the table. */
enum status sandbox_fault_order(struct db *db, struct arena *a, struct str text, struct error *e) FW_MUST_CHECK;

#endif
