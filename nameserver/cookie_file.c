#include <errno.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "nameserver/cookie.h"

static bool file_look(const char *path, int64_t seen[5], mode_t *mode_r)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        memset(seen, 0, 5 * sizeof(*seen));
        return false;
    }
    seen[0] = (int64_t)st.st_dev;
    seen[1] = (int64_t)st.st_ino;
    seen[2] = (int64_t)st.st_size;
    seen[3] = (int64_t)st.st_mtim.tv_sec;
    seen[4] = (int64_t)st.st_mtim.tv_nsec;
    *mode_r = st.st_mode;
    return true;
}

static enum status keys_read(const char *path, struct cookie_keys *keys_r, struct error *e)
{
    struct arena a;
    struct str text;
    enum status s;

    arena_init(&a, 0);
    s = file_read(&a, path, COOKIE_FILE_MAX, &text, e);
    if (s == OK) {
        s = cookie_keys_parse(text, keys_r, e);
        if (s != OK)
            s = error_prefix(e, "%s", path);
        crypto_wipe((void *)(uintptr_t)text.p, text.n);
    }
    arena_clear(&a);
    return s;
}

enum status cookie_file_load(struct cookie_file *f, struct cookie_ring *r, struct error *e)
{
    struct cookie_keys keys;
    mode_t mode = 0;
    enum status s;

    if (!file_look(f->path, f->seen, &mode))
        return error_set(e, errno == ENOENT ? NOT_FOUND : UNAVAILABLE, "cookie-keys",
            "cannot look at the file of cookie keys %s: %s", f->path, strerror(errno));
    if ((mode & 077) != 0)
        return error_set(e, DENIED, "cookie-keys-mode",
            "the file of cookie keys %s has mode %04o, so others may read it: chmod 600 it, and change the keys if "
            "they "
            "have",
            f->path, (unsigned)mode & 07777);
    s = keys_read(f->path, &keys, e);
    if (s == OK)
        cookie_ring_set(r, &keys);
    crypto_wipe(&keys, sizeof(keys));
    return s;
}

bool cookie_file_changed(struct cookie_file *f)
{
    int64_t seen[5];
    mode_t mode;

    (void)file_look(f->path, seen, &mode);
    return memcmp(seen, f->seen, sizeof(seen)) != 0;
}
