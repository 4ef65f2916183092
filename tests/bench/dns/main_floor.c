/* What the kernel costs: receives 32 datagrams at a time, makes each a reply with one record behind the question, and sends
 * them back. No parsing, no lookup. It binds 127.0.0.1, prints its port, and runs until it is killed. */
#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/compiler.h"

#define BATCH 32
#define ROOM 1500

static const uint8_t record[16] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 1};

static struct mmsghdr messages[BATCH];
static struct iovec vecs[BATCH];
static struct sockaddr_storage peers[BATCH];
static uint8_t bytes[BATCH][ROOM];

static int receive(int fd)
{
    for (unsigned i = 0; i < BATCH; i++) {
        messages[i].msg_hdr.msg_namelen = sizeof(peers[i]);
        vecs[i].iov_len = ROOM - sizeof(record);
    }
    return recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
}

static void reply(unsigned i)
{
    size_t n = messages[i].msg_len;

    if (n >= 12)
        bytes[i][2] |= 0x84;
    memcpy(bytes[i] + n, record, sizeof(record));
    vecs[i].iov_len = n + sizeof(record);
}

static void serve(int fd)
{
    for (;;) {
        int n = receive(fd), at = 0;

        for (int i = 0; i < n; i++)
            reply((unsigned)i);
        while (at < n) {
            int sent = sendmmsg(fd, messages + at, (unsigned)(n - at), 0);

            at += sent > 0 ? sent : 1;
        }
    }
}

int main(void)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(sa);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, n) != 0 || getsockname(fd, (struct sockaddr *)&sa, &n) != 0) {
        (void)fprintf(stderr, "dns-floor: %s\n", strerror(errno));
        return 1;
    }
    for (unsigned i = 0; i < BATCH; i++) {
        vecs[i].iov_base = bytes[i];
        messages[i].msg_hdr = (struct msghdr){.msg_name = &peers[i], .msg_iov = &vecs[i], .msg_iovlen = 1};
    }
    printf("%u\n", ntohs(sa.sin_port));
    (void)fflush(stdout);
    serve(fd);
}
