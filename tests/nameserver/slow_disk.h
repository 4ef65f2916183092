/* A disk that takes its time: an fdatasync that returns when the test lets it, in the place of the C library's. Of what a
 * name server does, only the change log calls it. And waiting for what other threads do. */
#ifndef FW_TESTS_NAMESERVER_SLOW_DISK_H
#define FW_TESTS_NAMESERVER_SLOW_DISK_H

#include <check.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

#define PATIENCE_NS (30 * UINT64_C(1000000000))
#define WAIT_UNTIL(is, with) wait_until((is), (with), #is " " #with)

static _Atomic bool disk_slow;
static _Atomic unsigned disk_waiting;

int fdatasync(int fd)
{
    atomic_fetch_add(&disk_waiting, 1);
    while (atomic_load(&disk_slow))
        (void)poll(NULL, 0, 1);
    atomic_fetch_sub(&disk_waiting, 1);
    return (int)syscall(SYS_fdatasync, fd);
}

static void wait_until(bool (*is)(int64_t with), int64_t with, const char *what)
{
    uint64_t from = clock_monotonic_ns();

    while (!is(with)) {
        ck_assert_msg(clock_monotonic_ns() - from < PATIENCE_NS, "not within half a minute: %s", what);
        (void)poll(NULL, 0, 1);
    }
}

static bool disk_is_waited_for(int64_t with FW_UNUSED)
{
    return atomic_load(&disk_waiting) > 0;
}

#endif
