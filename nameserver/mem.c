#include "nameserver/mem.h"

#include <stdlib.h>
#include <unistd.h>

#define TUNABLES "GLIBC_TUNABLES"

void mem_large_pages(char **argv)
{
    if (getenv(TUNABLES) != NULL || setenv(TUNABLES, "glibc.malloc.hugetlb=1", 1) != 0)
        return;
    (void)execv("/proc/self/exe", argv);
}
