/* Releasing domains to another registrar (Nominet, std-release-1.0): an <update> whose element is <release>. The answer
 * is 1000, or 1001 where the other registrar must accept. */
#ifndef FW_EPP_RELEASE_H
#define FW_EPP_RELEASE_H

#include "epp/model.h"

#define EPP_RELEASE_NS "http://www.nominet.org.uk/epp/xml/std-release-1.0"

struct epp_release {
    struct str domain; /* one domain, or */
    struct str registrant; /* all of a contact's */
    struct str registrar_tag; /* to whom */
};

#endif
