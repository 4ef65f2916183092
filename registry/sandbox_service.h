/* What the sandbox offers in its greeting, and what a login took of it: objects and extensions.
 *
 * An extension that epp/ can read is not yet one that the sandbox does: only those of the table in
 * sandbox_service.c are, fewer where the personality lists its own.
 */
#ifndef FW_REGISTRY_SANDBOX_SERVICE_H
#define FW_REGISTRY_SANDBOX_SERVICE_H

#include "epp/model.h"

struct sandbox_personality;
struct epp_greeting;

struct sandbox_services {
    unsigned objects; /* bit per enum epp_object */
    unsigned extensions; /* bit per row of the table */
};

/* INVALID where the personality lists an extension that the sandbox does not know. */
enum status sandbox_services_offered(
    const struct sandbox_personality *p, struct sandbox_services *s_r, struct error *e) FW_MUST_CHECK;
/* Into the greeting's lists. */
void sandbox_services_tell(struct arena *a, struct sandbox_services s, struct epp_greeting *g);
/* Adds the bit of an offered object or extension; false where it is not offered. */
bool sandbox_services_object(struct sandbox_services offered, struct str uri, struct sandbox_services *s);
bool sandbox_services_extension(struct sandbox_services offered, struct str uri, struct sandbox_services *s);
/* Whether commands about the object are among them: by its service, or by the extension that it came with. */
bool sandbox_services_speak(struct sandbox_services s, enum epp_object object);
/* Whether the extension is among them. */
bool sandbox_services_have(struct sandbox_services s, struct str uri);

#endif
