/* Secrets on their way to a registry (an authInfo that a customer gives with an order): who takes the order seals it for
 * fourways-registrar and cannot open it again, nor can anybody who reads the database. */
#ifndef FW_REGISTRAR_SEALING_H
#define FW_REGISTRAR_SEALING_H

#include "base/clock.h"
#include "base/crypto.h"
#include "base/db.h"

#define SEALED_PLAIN_MAX 255

/* What it is sealed as is part of what it is sealed for: in another column, or with another name, it does not open, so
 * that whoever writes to the database cannot have a registry told an authInfo where a token belongs. */
enum sealed_as { SEALED_AUTHINFO, SEALED_TOKEN };

/* At the start of fourways-registrar: its public half goes where the others find it. */
enum status sealing_publish(struct db *db, const struct secret_key *k, time_us now, struct error *e) FW_MUST_CHECK;
/* For the name of an order. UNAVAILABLE "sealing-key" while no registrar has ever run. */
enum status sealing_seal(struct db *db, struct arena *a, enum sealed_as as, struct str name, struct str plain,
    struct str *sealed_r, struct error *e) FW_MUST_CHECK;
enum status sealing_open(struct arena *a, const struct secret_key *k, enum sealed_as as, struct str name,
    struct str sealed, struct str *plain_r, struct error *e) FW_MUST_CHECK;

#endif
