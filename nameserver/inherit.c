#include "nameserver/inherit.h"

#include <netinet/in.h>
#include <unistd.h>

#include "nameserver/mem.h"

bool inherit_add(struct inherited *i, enum inherit_kind kind, int fd)
{
    struct inherited_socket s = {.kind = kind, .fd = fd};
    struct error e;

    if (i->n == INHERIT_MAX || net_addr_local(fd, &s.addr, &e) != OK) {
        close(fd);
        return false;
    }
    if (i->n == i->cap) {
        i->cap = i->cap == 0 ? 64 : i->cap * 2;
        i->sockets = mem_grow(i->sockets, i->cap * sizeof(*i->sockets));
    }
    i->sockets[i->n++] = s;
    return true;
}

static bool addr_same(const struct net_addr *a, const struct net_addr *b)
{
    const struct sockaddr_in *a4 = (const void *)&a->sa, *b4 = (const void *)&b->sa;
    const struct sockaddr_in6 *a6 = (const void *)&a->sa, *b6 = (const void *)&b->sa;

    if (a->sa.ss_family != b->sa.ss_family)
        return false;
    if (a->sa.ss_family == AF_INET)
        return a4->sin_port == b4->sin_port && a4->sin_addr.s_addr == b4->sin_addr.s_addr;
    return a6->sin6_port == b6->sin6_port && a6->sin6_scope_id == b6->sin6_scope_id &&
           memcmp(&a6->sin6_addr, &b6->sin6_addr, sizeof(a6->sin6_addr)) == 0;
}

int inherit_take(struct inherited *i, enum inherit_kind kind, const struct net_addr *addr)
{
    for (size_t k = 0; i != NULL && k < i->n; k++) {
        struct inherited_socket *s = &i->sockets[k];
        int fd = s->fd;

        if (fd < 0 || s->kind != kind || !addr_same(&s->addr, addr))
            continue;
        s->fd = -1;
        return fd;
    }
    return -1;
}

void inherit_clear(struct inherited *i)
{
    for (size_t k = 0; k < i->n; k++) {
        if (i->sockets[k].fd >= 0)
            close(i->sockets[k].fd);
    }
    mem_free(i->sockets);
    *i = (struct inherited){.n = 0};
}
