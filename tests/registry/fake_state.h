/* The inside of the fake registry: shared by fake_registry.c, fake_objects.c and fake_commands.c. */
#ifndef FW_TESTS_REGISTRY_FAKE_STATE_H
#define FW_TESTS_REGISTRY_FAKE_STATE_H

#include <pthread.h>

#include "tests/registry/fake_registry.h"

enum fake_kind { FAKE_FREE, FAKE_DOMAIN, FAKE_CONTACT, FAKE_HOST };

#define FAKE_OBJECTS_MAX 4096
#define FAKE_MESSAGES_MAX 256
#define FAKE_VERBS_MAX 64

struct fake_object {
    enum fake_kind kind;
    struct str name;
    struct registry_domain domain;
    struct registry_contact_info contact;
    struct registry_host_info host;
    struct str pending_cltrid;
    struct registry_transfer_info transfer; /* of a contact */
};

struct fake_registry {
    pthread_mutex_t lock;
    struct arena arena;
    struct str clid;
    time_us now;
    struct fake_object objects[FAKE_OBJECTS_MAX];
    struct registry_message messages[FAKE_MESSAGES_MAX];
    size_t messages_n, messages_at;
    struct {
        char verb[32];
        int heard, times, code;
        enum fake_mishap what;
    } verbs[FAKE_VERBS_MAX];
    bool pend, reject;
    struct str reason;
    int64_t price, price_next;
    bool contact_ids; /* made here, whatever is asked for; not told where mute is set */
    bool contact_ids_mute;
    unsigned serial;
};

void fake_lock(struct fake_registry *f);
void fake_unlock(struct fake_registry *f);
size_t fake_verb_at(struct fake_registry *f, const char *verb);
/* all under the lock */
struct fake_object *fake_find(struct fake_registry *f, enum fake_kind kind, struct str name);
struct fake_object *fake_make(struct fake_registry *f, enum fake_kind kind, struct str name);
struct fake_object *fake_domain_make(struct fake_registry *f, const struct registry_domain_create *in, struct str clid);
void fake_domain_update(struct fake_registry *f, struct registry_domain *d, const struct registry_domain_update *u);
struct registry_contact fake_contact_keep(struct fake_registry *f, const struct registry_contact *in);
struct str fake_keep(struct fake_registry *f, struct str s);

#endif
