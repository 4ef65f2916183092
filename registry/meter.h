/* What we count about registries: commands by verb and code, time spent waiting for answers, sessions. */
#ifndef FW_REGISTRY_METER_H
#define FW_REGISTRY_METER_H

#include "base/metrics.h"

/* verb "domain-create", code 0 where no answer came; ns from the first byte sent to the last of the answer.
 * fourways_registry_commands_total{registry,verb,code}, fourways_registry_command_us_total{registry,verb}. */
void meter_command(const char *registry, const char *verb, unsigned code, uint64_t ns) FW_NONNULL_ALL;
/* fourways_registry_sessions{registry} and fourways_registry_stopped{registry} */
struct metric *meter_sessions(const char *registry) FW_NONNULL_ALL FW_RETURNS_NONNULL;
struct metric *meter_stopped(const char *registry) FW_NONNULL_ALL FW_RETURNS_NONNULL;
/* fourways_registry_journal_commits_total{registry} and fourways_registry_journal_writes_total{registry} */
struct metric *meter_journal_commits(struct str registry) FW_RETURNS_NONNULL;
struct metric *meter_journal_writes(struct str registry) FW_RETURNS_NONNULL;

#endif
