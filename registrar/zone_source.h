/* Zone files on disk, for the command line: the file that was named, and those it includes.
 *
 * What is named on the command line or in a manifest may be anywhere. What a zone file includes comes from whoever wrote
 * the file: it is opened only where the operator allows it, below the directory of the file that was named, step by
 * step without following any symbolic link, and never through "..". Only regular files are read. */
#ifndef FW_REGISTRAR_ZONE_SOURCE_H
#define FW_REGISTRAR_ZONE_SOURCE_H

#include "base/error.h"
#include "base/str.h"

struct zone_source {
    struct arena *arena; /* the texts live there */
    size_t bytes_max; /* of one file */
    const char *directory; /* of the file that was named */
};

/* INVALID "file-open", "file-kind", "file-too-large"; UNAVAILABLE "file-read". */
enum status zone_source_open(struct zone_source *s, struct arena *a, struct str path, size_t bytes_max,
    struct str *text_r, struct error *e) FW_MUST_CHECK;
/* For zone_import_options.include; ctx is the source. INVALID "include-path" as well. */
enum status zone_source_include(
    void *ctx, struct str from, struct str name, struct str *file_r, struct str *text_r, struct error *e) FW_MUST_CHECK;

#endif
