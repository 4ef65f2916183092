/* Release of a domain to another registrar (epp/release.h): its sponsor gives it away, at once and without being asked;
 * who gets it is told by a message. Offered where the personality lists the extension. All domains of a registrant at
 * once are not, nor is a release that waits for the receiver. */
#ifndef FW_REGISTRY_SANDBOX_RELEASE_H
#define FW_REGISTRY_SANDBOX_RELEASE_H

#include "registry/sandbox_domain.h"

/* 2102 for a registrant's, 2201 and 2304 as for any change, 2303 where there is no such registrar, 2306 to oneself. */
enum status sandbox_domain_release(struct sandbox_call *c, struct error *e) FW_MUST_CHECK;

#endif
