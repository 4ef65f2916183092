/* What the sandbox registry makes for itself at start: schema, key, certificates, registrars. */
#ifndef FW_REGISTRY_SANDBOX_SEED_H
#define FW_REGISTRY_SANDBOX_SEED_H

#include "registry/sandbox_call.h"

/* Migrates the database, makes key, CA and certificates that are missing, inserts registrars and faults of the
 * configuration. What exists stays as it is, but for a registrar's certificate, which follows its file. */
enum status sandbox_seed(struct sandbox *sb, struct db *db, struct error *e) FW_MUST_CHECK;

#endif
