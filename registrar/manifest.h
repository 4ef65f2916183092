/* A manifest: a list of zones and their files.
 *
 *   # comment
 *   shop.example      zones/shop.example.zone
 *   10.in-addr.arpa   /etc/zones/10.zone
 *
 * One zone a line: its name, blanks, and the path, up to the end of the line; relative paths start at the manifest's
 * directory. Lines that begin with # or ; and empty ones are left out. */
#ifndef FW_REGISTRAR_MANIFEST_H
#define FW_REGISTRAR_MANIFEST_H

#include "base/error.h"
#include "base/str.h"

#define MANIFEST_BYTES_MAX ((size_t)256 << 20)
#define MANIFEST_ZONES_MAX 1000000

struct manifest_entry {
    struct str origin, path; /* path: as it can be opened from here */
    struct str problem; /* why the line cannot be used; STR_NULL: it can */
    unsigned line;
};

/* All lines, the wrong ones too. A zone that stands there twice is a problem of the later line. INVALID
 * "manifest-empty", "manifest-zones" (too many); and those of the file. */
enum status manifest_read(
    struct arena *a, struct str path, struct manifest_entry **entries_r, size_t *n_r, struct error *e) FW_MUST_CHECK;

#endif
