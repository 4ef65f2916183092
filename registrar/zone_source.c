#include "registrar/zone_source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status read_fd(struct zone_source *s, int fd, struct str path, struct str *text_r, struct error *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return error_set(e, INVALID, "file-kind", "%.*s is not a regular file", STR_ARG(path));
    if ((uint64_t)st.st_size > s->bytes_max)
        return error_set(e, INVALID, "file-too-large", "%.*s has %lld bytes, the most is %zu", STR_ARG(path),
            (long long)st.st_size, s->bytes_max);
    size_t n = 0, size = (size_t)st.st_size;
    char *p = arena_alloc(s->arena, size + 1);
    while (n < size) {
        ssize_t got = read(fd, p + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(e, UNAVAILABLE, "file-read", "cannot read %.*s: %s", STR_ARG(path), strerror(errno));
        if (got == 0)
            break;
        n += (size_t)got;
    }
    *text_r = str_n(p, n);
    return OK;
}

static enum status open_failed(struct str path, struct error *e)
{
    return error_set(e, INVALID, "file-open", "cannot open %.*s: %s", STR_ARG(path),
        errno == ELOOP ? "it is a symbolic link" : strerror(errno));
}

enum status zone_source_open(
    struct zone_source *s, struct arena *a, struct str path, size_t bytes_max, struct str *text_r, struct error *e)
{
    const char *slash = NULL;
    *s = (struct zone_source){.arena = a, .bytes_max = bytes_max, .directory = "."};
    if (memchr(path.p, '\0', path.n) != NULL)
        return error_set(e, INVALID, "file-open", "the name of the file has a NUL byte in it");
    const char *z = str_dupz(a, path);
    slash = strrchr(z, '/');
    if (slash != NULL)
        s->directory = slash == z ? "/" : str_dupz(a, str_n(z, (size_t)(slash - z)));
    int fd = open(z, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return open_failed(path, e);
    enum status status = read_fd(s, fd, path, text_r, e);
    (void)close(fd);
    return status;
}

static enum status bad_path(struct str name, const char *why, struct error *e)
{
    return error_set(e, INVALID, "include-path", "$INCLUDE \"%.*s\": %s", STR_ARG(name), why);
}

/* One step down; closes the directory it came from. -1 with errno. */
static int step_open(struct zone_source *s, int directory, struct str part, bool last)
{
    int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (last ? O_NONBLOCK : O_DIRECTORY);
    int fd = openat(directory, str_dupz(s->arena, part), flags);
    int kept = errno;
    (void)close(directory);
    errno = kept;
    return fd;
}

enum status zone_source_include(
    void *ctx, struct str from FW_UNUSED, struct str name, struct str *file_r, struct str *text_r, struct error *e)
{
    struct zone_source *s = ctx;
    struct str rest = name, part;
    if (name.n == 0 || name.p[0] == '/' || memchr(name.p, '\0', name.n) != NULL)
        return bad_path(name, "the path must be relative: it is looked for beside the zone file", e);
    int fd = open(s->directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (fd < 0)
        return open_failed(str_of(s->directory), e);
    while (str_take(&rest, '/', &part)) {
        if (part.n == 0 || str_eqz(part, ".") || str_eqz(part, "..")) {
            (void)close(fd);
            return bad_path(name, "the path must lead down from the zone file's directory, without \"..\"", e);
        }
        fd = step_open(s, fd, part, str_is_null(rest));
        if (fd < 0)
            return bad_path(name,
                errno == ELOOP || errno == ENOTDIR ? "a part of it is a symbolic link or no directory"
                                                   : strerror(errno),
                e);
    }
    *file_r = str_printf(s->arena, "%s/%.*s", s->directory, STR_ARG(name));
    enum status status = read_fd(s, fd, *file_r, text_r, e);
    (void)close(fd);
    return status;
}
