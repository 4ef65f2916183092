/* How a struct stands in XML: one table, used to write it and to read it.
 *
 * A shape is the content model of one XML element: its attributes, its own text, or its children in the
 * order of the schema. Each field ties one of these to a member of a struct. The object mappings are little
 * more than such tables, so writer and reader cannot disagree. A nested shape may lie over the same struct
 * (offset 0), for elements that exist in XML only.
 *
 * Internal to epp/: outside it, use command.h and response.h.
 */
#ifndef FW_EPP_SHAPE_H
#define FW_EPP_SHAPE_H

#include "base/xml.h"
#include "epp/fault.h"
#include "epp/model.h"
#include "epp/syntax.h"

enum epp_kind {
    EPP_K_ATTR, /* attribute; struct str */
    EPP_K_ATTR_BOOL, /* bool; says nothing about presence */
    EPP_K_ATTR_SAID, /* enum epp_said */
    EPP_K_ATTR_U64, /* uint64_t */
    EPP_K_ATTR_TIME, /* xs:dateTime; time_us */
    EPP_K_OWN, /* the element's own text; struct str */
    EPP_K_OWN_NUM, /* unsigned; type is not used, lo and hi are */
    EPP_K_OWN_MIXED, /* whatever the element holds; struct epp_mixed */
    EPP_K_ANY, /* any one element with a text, or bare text; struct epp_value */
    EPP_K_TEXT, /* child with text; struct str */
    EPP_K_TEXTS, /* such children; struct epp_strs */
    EPP_K_TIME, /* child with xs:dateTime; time_us */
    EPP_K_DATE, /* child with xs:date; time_us */
    EPP_K_FLAG, /* empty child; bool */
    EPP_K_HERE, /* the element itself is there; bool. For elements that may be empty and then mean something */
    EPP_K_SAID, /* child with xs:boolean; enum epp_said */
    EPP_K_NUM, /* child with a number from lo to hi; unsigned. 0 is present only where required */
    EPP_K_RAW, /* child whose content is kept as XML; struct str */
    EPP_K_ELEMENTS, /* children of another namespace (ns), kept as XML; struct epp_strs */
    EPP_K_SHAPE, /* child with a shape; the struct in place */
    EPP_K_SHAPES /* such children; a list laid out as struct epp_strs */
};

#define EPP_MANY 1000 /* "unbounded" in the schema; a server reads no more than this */

struct epp_field {
    const char *name; /* of child or attribute */
    enum epp_kind kind;
    enum epp_type type;
    size_t offset;
    unsigned min, max; /* occurrences */
    unsigned lo, hi; /* EPP_K_OWN_NUM, EPP_K_NUM */
    const struct epp_shape *shape;
    const char *fallback; /* what absence means: written where required, filled in when read */
    const char *const *words; /* EPP_T_WORD: what it may say; ends with NULL */
    const char *ns; /* EPP_K_ELEMENTS */
    bool distinct; /* EPP_K_SHAPES: the items' first fields, which must be struct str, differ */
};

struct epp_shape {
    const struct epp_field *fields;
    size_t n;
    size_t size; /* of the struct */
    bool choice; /* exactly one of the fields from `first` on, up to before `past` */
    bool some; /* at least one of them */
    bool maybe; /* choice: or none */
    size_t first, past; /* past 0: to the end */
    const char *ns; /* of the content, where it is not that of the element */
    const char *prefix; /* with ns; "" for EPP_NS */
};

#define EPP_SHAPE(type, table)                                                                                         \
    {                                                                                                                  \
        .fields = table, .n = ARRAY_LEN(table), .size = sizeof(type)                                                   \
    }
#define EPP_CHOICE(type, table)                                                                                        \
    {                                                                                                                  \
        .fields = table, .n = ARRAY_LEN(table), .size = sizeof(type), .choice = true                                   \
    }
#define EPP_SOME(type, table)                                                                                          \
    {                                                                                                                  \
        .fields = table, .n = ARRAY_LEN(table), .size = sizeof(type), .some = true                                     \
    }
#define EPP_AT(type, member) offsetof(struct type, member)

/* Rows: ATTR(name, offset, type, min), … */
#define EPP_ATTR(n, at, t, lo_)                                                                                        \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_ATTR, .type = t, .offset = at, .min = lo_, .max = 1                                   \
    }
#define EPP_ATTR_OR(n, at, t, lo_, or)                                                                                 \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_ATTR, .type = t, .offset = at, .min = lo_, .max = 1, .fallback = or                   \
    }
#define EPP_ATTR_BOOL(n, at)                                                                                           \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_ATTR_BOOL, .offset = at, .min = 1, .max = 1                                           \
    }
/* `or`: "1", "0", or NULL where leaving it out means neither. */
#define EPP_ATTR_SAID(n, at, or)                                                                                       \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_ATTR_SAID, .offset = at, .max = 1, .fallback = or                                     \
    }
#define EPP_ATTR_TIME(n, at)                                                                                           \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_ATTR_TIME, .offset = at, .max = 1                                                     \
    }
#define EPP_MIXED(at)                                                                                                  \
    {                                                                                                                  \
        .name = "", .kind = EPP_K_OWN_MIXED, .offset = at, .max = 1                                                    \
    }
#define EPP_OWN(at, t, lo_)                                                                                            \
    {                                                                                                                  \
        .name = "", .kind = EPP_K_OWN, .type = t, .offset = at, .min = lo_, .max = 1                                   \
    }
#define EPP_TEXT(n, at, t, lo_)                                                                                        \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_TEXT, .type = t, .offset = at, .min = lo_, .max = 1                                   \
    }
#define EPP_TEXT_OR(n, at, t, or)                                                                                      \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_TEXT, .type = t, .offset = at, .min = 1, .max = 1, .fallback = or                     \
    }
/* The same for a value that is one of some words. */
#define EPP_ATTR_WORD(n, at, list, lo_)                                                                                \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_ATTR, .type = EPP_T_WORD, .words = list, .offset = at, .min = lo_, .max = 1           \
    }
#define EPP_ATTR_WORD_OR(n, at, list, or)                                                                              \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_ATTR, .type = EPP_T_WORD, .words = list, .offset = at, .max = 1, .fallback = or       \
    }
#define EPP_OWN_WORD(at, list)                                                                                         \
    {                                                                                                                  \
        .name = "", .kind = EPP_K_OWN, .type = EPP_T_WORD, .words = list, .offset = at, .min = 1, .max = 1             \
    }
#define EPP_WORD(n, at, list, lo_)                                                                                     \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_TEXT, .type = EPP_T_WORD, .words = list, .offset = at, .min = lo_, .max = 1           \
    }
#define EPP_WORDS(n, at, list, lo_, hi_)                                                                               \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_TEXTS, .type = EPP_T_WORD, .words = list, .offset = at, .min = lo_, .max = hi_        \
    }
#define EPP_TEXTS(n, at, t, lo_, hi_)                                                                                  \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_TEXTS, .type = t, .offset = at, .min = lo_, .max = hi_                                \
    }
#define EPP_TIME(n, at, lo_)                                                                                           \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_TIME, .offset = at, .min = lo_, .max = 1                                              \
    }
#define EPP_DATE(n, at, lo_)                                                                                           \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_DATE, .offset = at, .min = lo_, .max = 1                                              \
    }
#define EPP_FLAG(n, at)                                                                                                \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_FLAG, .offset = at, .max = 1                                                          \
    }
#define EPP_HERE(at)                                                                                                   \
    {                                                                                                                  \
        .name = "", .kind = EPP_K_HERE, .offset = at, .max = 1                                                         \
    }
#define EPP_SAID(n, at, lo_)                                                                                           \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_SAID, .offset = at, .min = lo_, .max = 1                                              \
    }
#define EPP_NUM(n, at, min_, lo_, hi_)                                                                                 \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_NUM, .offset = at, .min = min_, .max = 1, .lo = lo_, .hi = hi_                        \
    }
#define EPP_RAW(n, at)                                                                                                 \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_RAW, .type = EPP_T_AUTH, .offset = at, .max = 1                                       \
    }
#define EPP_ELEMENTS(ns_, n, at, lo_, hi_)                                                                             \
    {                                                                                                                  \
        .ns = ns_, .name = n, .kind = EPP_K_ELEMENTS, .offset = at, .min = lo_, .max = hi_                             \
    }
#define EPP_PART(n, at, s, lo_)                                                                                        \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_SHAPE, .offset = at, .min = lo_, .max = 1, .shape = s                                 \
    }
#define EPP_PARTS(n, at, s, lo_, hi_)                                                                                  \
    {                                                                                                                  \
        .name = n, .kind = EPP_K_SHAPES, .offset = at, .min = lo_, .max = hi_, .shape = s                              \
    }

static inline void *epp_member(const struct epp_field *f, const void *data)
{
    return (char *)data + f->offset;
}
/* Lists of any element type, taken as what they all are. */
struct epp_list {
    void *v;
    size_t n;
};
struct epp_list epp_list_get(const struct epp_field *f, const void *data);
/* Something of the field, or anything of the shape, is set. */
bool epp_field_present(const struct epp_field *f, const void *data);
size_t epp_shape_present(const struct epp_shape *s, const void *data); /* how many fields are */
bool epp_shape_alternative(const struct epp_shape *s, size_t i); /* field i is one of the choice or the some */
bool epp_field_is_attribute(const struct epp_field *f);
/* The value that two items of the list share although they must not; STR_NULL where there is none. */
struct str epp_list_twice(const struct epp_field *f, const struct epp_list *l);

/* ---- writing --------------------------------------------------------------------------------------- */
#define EPP_DEPTH 32
struct epp_writer {
    struct xml_writer xml;
    const char *prefix; /* of the elements written now; "" in EPP's own namespace */
    char names[EPP_DEPTH][64]; /* qualified names of the open elements */
    unsigned depth;
    struct arena scratch;
    struct error *e; /* filled by the first failure; what follows is then of no interest */
    enum status status;
};
/* Writes declaration and <epp>. */
void epp_write_begin(struct epp_writer *w, struct buf *out, struct error *e);
void epp_write_start(struct epp_writer *w, const char *name);
void epp_write_end(struct epp_writer *w);
void epp_write_empty(struct epp_writer *w, const char *name);
/* Checked against the type. */
void epp_write_text(struct epp_writer *w, const char *name, enum epp_type t, struct str v);
/* Opens prefix:name with xmlns:prefix; what follows is written with that prefix until epp_write_close. */
void epp_write_open(struct epp_writer *w, const char *ns, const char *prefix, const char *name);
void epp_write_close(struct epp_writer *w);
/* Attributes and content of the element that is open. */
void epp_write_shape(struct epp_writer *w, const struct epp_shape *s, const void *data);
void epp_write_raw(struct epp_writer *w, struct str raw);
/* What an extension extends. */
struct epp_ext_place {
    bool response;
    enum epp_verb verb; /* of the command */
    enum epp_object object;
};
void epp_write_exts(struct epp_writer *w, const struct epp_exts *exts, const struct epp_ext_place *place);
void epp_write_fail(struct epp_writer *w, const char *fmt, ...) FW_PRINTF(2, 3);
enum status epp_write_finish(struct epp_writer *w) FW_MUST_CHECK; /* closes <epp> */

/* ---- reading --------------------------------------------------------------------------------------- */
struct epp_reader {
    struct arena *a;
    bool strict; /* a server's way; otherwise nothing fails but `unread` may be set */
    struct epp_fault fault; /* strict: the first one */
    struct str unread;
};
/* false: fault is set (strict only). data is the shape's struct, zeroed. */
bool epp_read_shape(
    struct epp_reader *r, const struct epp_shape *s, const char *ns, const struct xml_node *node, void *data);
bool epp_read_exts(
    struct epp_reader *r, const struct xml_node *extension, const struct epp_ext_place *place, struct epp_exts *exts);
/* Records a fault about an element and returns false; lenient: notes it as unread and returns true. */
bool epp_read_fault(struct epp_reader *r, int code, const struct xml_node *at, const char *fmt, ...) FW_PRINTF(4, 5);
/* A required part that is not there: ns and name of what is missing in `in`. */
bool epp_read_missing(struct epp_reader *r, const char *ns, const char *name, const struct xml_node *in);
/* An element that has children only: no attributes, no text of its own (strict). */
bool epp_read_envelope(struct epp_reader *r, const struct xml_node *node);
/* The text of an element that has nothing else. */
bool epp_read_leaf(struct epp_reader *r, enum epp_type t, const struct xml_node *node, struct str *v_r);
/* The value as the type has it; strict: checked, false with the fault about `at` and, for attributes, its name. */
bool epp_read_value(
    struct epp_reader *r, enum epp_type t, const struct xml_node *at, const char *attr, struct str v, struct str *v_r);
/* An element as text that declares its own namespaces. Text between elements is put in front of them. */
struct str epp_raw_of(struct arena *a, const struct xml_node *node);
struct str epp_raw_content(struct arena *a, const struct xml_node *node); /* of its children */

#endif
