/* Publication: the TLD zones and a root zone as master files, for any name server to load.
 *
 * Level-triggered: a thread is woken after each commit that may have changed a delegation, waits a moment
 * for more (publish_delay_ms), builds every zone from the database and writes those whose content differs
 * from what was published last, each atomically and with a serial that rises. So a wake-up that is lost,
 * doubled or early costs nothing, and a restart publishes what a crash left unpublished.
 *
 * A TLD's zone has its SOA, its own name servers and their addresses (configuration), an NS RRset for each
 * domain that has name servers and is neither on hold nor pendingDelete, and A and AAAA of each internal host
 * that some domain uses. root.zone delegates the TLDs, so that a resolver can start from it.
 */
#ifndef FW_REGISTRY_SANDBOX_PUBLISH_H
#define FW_REGISTRY_SANDBOX_PUBLISH_H

#include "registry/sandbox_call.h"

struct sandbox_publisher;

/* Publishes once before it returns, then starts the thread. */
enum status sandbox_publish_start(struct sandbox *sb, struct sandbox_publisher **p_r, struct error *e) FW_MUST_CHECK;
void sandbox_publish_wake(struct sandbox_publisher *p) FW_NONNULL_ALL;
/* Publishes what is still waiting, ends the thread, frees. */
void sandbox_publish_stop(struct sandbox_publisher **p);

#endif
