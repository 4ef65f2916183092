/* Master files (RFC 1035 §5, RFC 2308 §4 for $TTL): writing a zone out, and reading one in.
 *
 * The writer gives one RRset after another: $ORIGIN and $TTL, the apex first with SOA in front, then
 * canonical order, names relative to the origin, so that two exports of the same zone are the same bytes.
 *
 * The reader takes what people and other servers write: comments, parentheses, quotes, escapes, owner left
 * out, class and TTL in either order, RFC 3597 types, a byte order mark in front, and the directives
 *   $ORIGIN NAME
 *   $TTL TIME                periods like 1h30m too
 *   $INCLUDE FILE [ORIGIN]   only where the caller opens files (options.include): this folder opens none. Origin and
 *                            owner are afterwards what they were before; a $TTL in there stays, as in BIND
 *   $GENERATE FROM-TO[/STEP] OWNER [TTL] [CLASS] TYPE DATA
 *                            BIND's: one record a number. $ is the number, ${OFFSET[,WIDTH[,BASE]]} the same moved,
 *                            padded, in base d, o, x, X, or n and N (its hexadecimal digits, lowest first, with dots
 *                            between: reverse zones); \$ and $$ are a dollar sign. DATA that is one quoted string
 *                            stands for the words in it
 *
 * Every error has its line. Without a report the first one ends the reading ("line 12: MX preference: …"). With
 * a report all are kept in it, and reading goes on behind the record that is wrong: behind its last
 * parenthesis where there is one, else, where that is missing, with the next line that begins with a name.
 */
#ifndef FW_DNS_MASTER_H
#define FW_DNS_MASTER_H

#include "dns/rrset.h"

#define DNS_MASTER_BYTES_MAX ((size_t)32 << 20)
#define DNS_MASTER_RECORDS_MAX 100000
#define DNS_MASTER_PROBLEMS_MAX 1000
#define DNS_MASTER_INCLUDES_MAX 10 /* files inside of one another */
#define DNS_MASTER_WIDTH_MAX 255 /* of a number in $GENERATE */

/* Sorts sets in place (dns_rrset_compare, apex first) and writes them. Class IN. */
void dns_master_write(struct buf *out, const struct dns_name *origin, struct dns_rrset *sets, size_t n) FW_NONNULL_ALL;
/* The two lines in front, and one RRset behind another, for who writes a zone piece by piece. */
void dns_master_write_head(struct buf *out, const struct dns_name *origin, uint32_t ttl) FW_NONNULL_ALL;
void dns_master_write_set(struct buf *out, const struct dns_name *origin, const struct dns_rrset *set) FW_NONNULL_ALL;

struct dns_master_problem {
    struct str file; /* as in dns_master_options; "" where there is no name for it */
    unsigned line; /* 0: of the whole */
    bool warning;
    const char *code;
    struct str text;
};
/* What is wrong with a file, in the order it was found. The first `max` are kept, all are counted. */
struct dns_master_report {
    struct arena *arena;
    size_t max;
    struct dns_master_problem *items;
    size_t n, cap;
    size_t errors, warnings;
};
/* max 0: DNS_MASTER_PROBLEMS_MAX. */
void dns_master_report_init(struct dns_master_report *r, struct arena *a, size_t max) FW_NONNULL_ALL;
void dns_master_report_add(
    struct dns_master_report *r, struct str file, unsigned line, bool warning, const struct error *e) FW_NONNULL_ALL;
/* By file as first met, then line; equal ones as they were found. */
void dns_master_report_sort(struct dns_master_report *r) FW_NONNULL_ALL;
/* OK without errors (warnings are none), else INVALID "master-errors", which counts them and says the first. */
enum status dns_master_report_status(const struct dns_master_report *r, struct error *e) FW_MUST_CHECK;

struct dns_master_record {
    struct dns_name owner;
    uint16_t type;
    uint32_t ttl;
    struct str rdata; /* until record() returns */
    unsigned line;
    const struct str *file; /* lives as long as the arena */
};
struct dns_master_options {
    const struct dns_name *origin; /* the zone; owners outside of it are errors */
    uint32_t default_ttl; /* until a $TTL or a record's TTL; 0: a record without one is an error unless SOA gives it */
    size_t bytes_max; /* with all that is included; 0: DNS_MASTER_BYTES_MAX */
    size_t records_max; /* 0: DNS_MASTER_RECORDS_MAX */
    struct str file; /* what messages call the text; STR_NULL: "line 12: …", else "zones/a.zone:12: …" */
    struct dns_master_report *report; /* NULL: the first error ends it */
    /* $INCLUDE; NULL: refused. `from` is the name of the file it stands in, `name` what it says. Gives the text, and the
     * name for messages and for includes further in. The texts must live until the scan ends. */
    enum status (*include)(
        void *ctx, struct str from, struct str name, struct str *file_r, struct str *text_r, struct error *e);
    void *include_ctx;
    /* Each comment that is a line of its own (outside of parentheses), from behind the `;`. NULL: not wanted. */
    enum status (*comment)(void *ctx, struct str text, const struct str *file, unsigned line, struct error *e);
};

/* One call per record in file order. What record() and comment() (both get ctx) return is an error of that line;
 * one other than INVALID always ends the reading. Memory: what the records are made from is used again for the
 * next one, so `a` keeps only the report and names of files. INVALID "master-syntax", "master-directive",
 * "master-generate", "master-include", "master-class", "master-ttl", "master-type", "master-out-of-zone", or the codes
 * of names, tokens and RDATA; "master-too-large" and "master-too-many" end the reading with a report too. */
enum status dns_master_scan(struct arena *a, struct str text, const struct dns_master_options *options,
    enum status (*record)(void *ctx, const struct dns_master_record *r, struct error *e), void *ctx,
    struct error *e) FW_MUST_CHECK;

/* All records as RRsets in the writer's order. Records of one RRset with different TTLs are an error
 * "master-ttl-mismatch" (RFC 2181 §5.2); the same record twice is one. Says nothing of what a zone needs (SOA, CNAME beside other
 * data): that is for zones/. About 600 bytes of arena a record. */
enum status dns_master_read(struct arena *a, struct str text, const struct dns_master_options *options,
    struct dns_rrset **sets_r, size_t *n_r, struct error *e) FW_MUST_CHECK;

#endif
