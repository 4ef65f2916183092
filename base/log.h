/* One line per event, on standard error, subject first:
 *   2026-11-22T13:00:05.123Z info order 42 welcome.test: step create done cltrid=FW-…
 * The subject is a parameter so that no line can forget it. Control characters, and anything
 * that is not UTF-8, are escaped. Secrets are never passed here. Thread-safe; one write a line. */
#ifndef FW_BASE_LOG_H
#define FW_BASE_LOG_H

#include "base/compiler.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* program: stands in each line when not NULL. level: the most talkative that is written. */
void log_init(const char *program, enum log_level level);
/* Whether such lines are written, for what costs much to say. */
bool log_enabled(enum log_level level);
bool log_level_parse(const char *word, enum log_level *level_r) FW_NONNULL_ALL;
/* kind: "order", "zone", "registry", "http", "db", "process" …; subject may be NULL. */
void log_event(enum log_level level, const char *kind, const char *subject, const char *fmt, ...) FW_PRINTF(4, 5);

#endif
