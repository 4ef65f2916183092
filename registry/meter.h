/* What we count about registries: commands by verb and code, time spent waiting for answers, sessions. */
#ifndef FW_REGISTRY_METER_H
#define FW_REGISTRY_METER_H

#include "base/metrics.h"
#include "registry/adapter.h"

/* verb "domain-create", code 0 where no answer came; ns from the first byte sent to the last of the answer.
 * fourways_registry_commands_total{registry,verb,code}, fourways_registry_command_us_total{registry,verb}. */
void meter_command(const char *registry, const char *verb, unsigned code, uint64_t ns) FW_NONNULL_ALL;
/* What a session pool shows of itself, each labelled with the registry: fourways_registry_sessions, _session_limit (what
 * the registry grants, as far as we know), _stopped, _in_flight, _waiting{lane}. */
struct pool_meters {
    struct metric *sessions, *limit, *stopped, *in_flight;
    struct metric *waiting[REGISTRY_LANE_BATCH + 1];
};
void meter_pool(const char *registry, struct pool_meters *m_r) FW_NONNULL_ALL;
/* fourways_registry_session_attempts_total{registry,result}: opened, failed, refused */
void meter_session_opened(const char *registry, const char *result) FW_NONNULL_ALL;
/* fourways_registry_sessions_ended_total{registry,why} */
void meter_session_ended(const char *registry, const char *why) FW_NONNULL_ALL;
/* fourways_registry_journal_commits_total{registry} and fourways_registry_journal_writes_total{registry} */
struct metric *meter_journal_commits(struct str registry) FW_RETURNS_NONNULL;
struct metric *meter_journal_writes(struct str registry) FW_RETURNS_NONNULL;

#endif
