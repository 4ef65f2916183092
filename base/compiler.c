#include "base/compiler.h"

#include "base/log.h"

void invariant_failed(const char *file, int line, const char *what)
{
    log_event(LOG_ERROR, "process", NULL, "broken invariant at %s:%d: %s; stopping", file, line, what);
    abort();
}
