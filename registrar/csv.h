/* CSV (RFC 4180), a row at a time from a whole file in memory: quoted fields, doubled quotes, LF or CRLF. */
#ifndef FW_REGISTRAR_CSV_H
#define FW_REGISTRAR_CSV_H

#include "base/error.h"
#include "base/str.h"

#define CSV_FIELDS_MAX 64
#define CSV_FIELD_BYTES_MAX 4096

struct csv {
    struct str rest;
    size_t line; /* of the row read last, from 1 */
    size_t next_line;
};
struct csv_row {
    struct str field[CSV_FIELDS_MAX];
    size_t n;
};
void csv_begin(struct csv *c, struct str text);
/* NOT_FOUND at the end. Empty lines are passed over. INVALID names the line. Fields live in a or in the text. */
enum status csv_next(struct csv *c, struct arena *a, struct csv_row *row_r, struct error *e) FW_MUST_CHECK;
/* Appends a field, quoted where it must be. */
struct buf;
void csv_put(struct buf *out, struct str field, bool last);

#endif
