#include "tests/support/db_relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/testdb.h"

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    (void)snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
    return sa;
}

static bool is_met(struct db_relay *r, const char *data, size_t n)
{
    const char *marker = r->marker;
    if (marker == NULL || memmem(data, n, marker, strlen(marker)) == NULL || atomic_fetch_sub(&r->skip, 1) > 0)
        return false;
    r->marker = NULL;
    return true;
}

/* One connection, until either side ends it or it is cut. */
static void relay_pump(struct db_relay *r, int client, int server)
{
    char data[65536];
    while (!r->stop) {
        struct pollfd p[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (poll(p, 2, 20) <= 0)
            continue;
        if (p[1].revents != 0) {
            ssize_t n = recv(server, data, sizeof(data), 0);
            if (n <= 0 || send(client, data, (size_t)n, MSG_NOSIGNAL) != n)
                return;
        }
        if (p[0].revents == 0)
            continue;
        ssize_t n = recv(client, data, sizeof(data), 0);
        bool met = n > 0 && is_met(r, data, (size_t)n);
        if (n <= 0 || (met && r->cut == DB_CUT_BEFORE_SERVER) || send(server, data, (size_t)n, MSG_NOSIGNAL) != n)
            return;
        if (met) {
            (void)!recv(server, data, sizeof(data), 0); /* it has answered: it is done, but nobody hears it */
            return;
        }
    }
}

static void *relay_main(void *arg)
{
    struct db_relay *r = arg;
    while (!r->stop) {
        struct pollfd p = {.fd = r->listener, .events = POLLIN};
        if (poll(&p, 1, 20) <= 0)
            continue;
        int client = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
        int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_un sa = address_of(r->upstream);
        if (connect(server, (const struct sockaddr *)&sa, sizeof(sa)) == 0)
            relay_pump(r, client, server);
        (void)close(client);
        (void)close(server);
    }
    return NULL;
}

void db_relay_start(struct db_relay *r, struct arena *a, enum db_cut cut)
{
    *r = (struct db_relay){.through = *testdb_settings(), .cut = cut};
    r->dir = testdir_new(a);
    r->upstream = r->through.socket;
    r->through.socket = testdir_path(a, r->dir, "relay");
    r->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un sa = address_of(r->through.socket);
    INVARIANT(bind(r->listener, (const struct sockaddr *)&sa, sizeof(sa)) == 0);
    INVARIANT(listen(r->listener, 4) == 0);
    INVARIANT(pthread_create(&r->thread, NULL, relay_main, r) == 0);
}

void db_relay_stop(struct db_relay *r)
{
    r->stop = true;
    (void)pthread_join(r->thread, NULL);
    (void)close(r->listener);
    testdir_free(r->dir);
}
