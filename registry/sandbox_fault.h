/* Mishaps to order, for tests of the client's side. Each fires as often as its counter says, then never more, and
 * says so loudly in the log.
 *
 * A fault is a row of table `fault` (name, arg, left_n), read at each command, so a test may insert rows
 * while the server runs; configuration items `fault = NAME [COUNT [ARG]]` insert rows at start. The name may
 * end in ":COMMAND": a verb ("create"), or object and verb as logs show them ("domain:create"); without
 * one every command but hello is meant.
 *
 *   drop-before-commit    the work is done and rolled back, the connection broken: the client must find nothing
 *   drop-after-commit     the work is committed, the connection broken, no answer: the client must find it done
 *   close-silent          nothing is done, the connection broken
 *   half-frame            committed, half of the answer sent, broken
 *   garbage               committed, the answer is no XML
 *   delay-ms              waits arg milliseconds before it begins
 *   delay-reply-ms        committed, then waits arg milliseconds before the answer
 *   code                  nothing is done, the answer is result code arg, e.g. 2400
 */
#ifndef FW_REGISTRY_SANDBOX_FAULT_H
#define FW_REGISTRY_SANDBOX_FAULT_H

#include "registry/sandbox_call.h"

enum sandbox_fault_kind {
    SB_FAULT_NONE,
    SB_FAULT_DROP_BEFORE,
    SB_FAULT_DROP_AFTER,
    SB_FAULT_CLOSE,
    SB_FAULT_HALF,
    SB_FAULT_GARBAGE,
    SB_FAULT_DELAY,
    SB_FAULT_DELAY_REPLY,
    SB_FAULT_CODE,
};

struct sandbox_fault {
    enum sandbox_fault_kind kind;
    int64_t arg;
};

/* The fault that this command must suffer, counted down; kind SB_FAULT_NONE mostly. */
enum status sandbox_fault_take(struct db *db, struct arena *a, const struct epp_command *cmd,
    struct sandbox_fault *fault_r, struct error *e) FW_MUST_CHECK;
/* "NAME[:COMMAND] [COUNT [ARG]]" as a row. INVALID on an unknown name. */
enum status sandbox_fault_order(struct db *db, struct str text, struct error *e) FW_MUST_CHECK;

#endif
