#include "epp/command.h"

#include "epp/object.h"
#include "epp/result.h"

/* One row per verb. shape: of the verb's own element, for those that have no object. */
struct verb {
    const char *name;
    const struct epp_shape *shape;
    bool object;
    bool apart; /* FRED's own: not in a <command> */
};
static const struct epp_shape nothing = {.n = 0};
static const struct verb verbs[EPP_VERB_COUNT] = {
    [EPP_HELLO] = {"hello", &nothing, false, false},
    [EPP_LOGIN] = {"login", &epp_login_shape, false, false},
    [EPP_LOGOUT] = {"logout", &nothing, false, false},
    [EPP_POLL] = {"poll", &epp_poll_shape, false, false},
    [EPP_CHECK] = {"check", NULL, true, false},
    [EPP_INFO] = {"info", NULL, true, false},
    [EPP_CREATE] = {"create", NULL, true, false},
    [EPP_UPDATE] = {"update", NULL, true, false},
    [EPP_DELETE] = {"delete", NULL, true, false},
    [EPP_RENEW] = {"renew", NULL, true, false},
    [EPP_TRANSFER] = {"transfer", NULL, true, false},
    [EPP_SEND_AUTH_INFO] = {"sendAuthInfo", NULL, true, true},
    [EPP_TEST] = {"test", NULL, true, true},
    [EPP_EXTRA] = {"extcommand", NULL, true, true},
};
static const char *const ops[EPP_OP_COUNT] = {"", "request", "query", "approve", "reject", "cancel"};

const char *epp_verb_name(enum epp_verb v)
{
    INVARIANT(v < EPP_VERB_COUNT);
    return verbs[v].name;
}

const char *epp_object_name(enum epp_object o)
{
    const struct epp_object_row *row = epp_object_row(o);
    return row != NULL ? row->prefix : "";
}

const char *epp_object_ns(enum epp_object o)
{
    const struct epp_object_row *row = epp_object_row(o);
    return row != NULL ? row->ns : EPP_NS;
}

const char *epp_op_name(enum epp_transfer_op op)
{
    INVARIANT(op < EPP_OP_COUNT);
    return ops[op];
}

bool epp_command_is_query(const struct epp_command *c)
{
    switch (c->verb) {
    case EPP_HELLO:
    case EPP_CHECK:
    case EPP_INFO:
        return true;
    case EPP_POLL:
        return str_eqz(c->u.poll.op, "req");
    case EPP_TRANSFER:
        return c->op == EPP_OP_QUERY;
    case EPP_EXTRA: /* results are given out once */
        return !c->u.fred_extra.get_results;
    default:
        return false;
    }
}

/* ---- writing --------------------------------------------------------------------------------------- */
static void write_object(struct epp_writer *w, const struct epp_command *c)
{
    const struct epp_object_row *row = epp_object_row(c->object);
    const struct epp_shape *shape = row != NULL ? row->command[c->verb] : NULL;
    const char *verb = epp_verb_name(c->verb);
    if (shape == NULL) {
        epp_write_fail(w, "the object \"%s\" has no such command", epp_object_name(c->object));
        return;
    }
    if (row->element[c->verb] != NULL)
        verb = row->element[c->verb];
    epp_write_open(w, row->ns, c->plain ? "" : row->prefix, verb);
    epp_write_shape(w, shape, &c->u);
    epp_write_close(w);
}

static void write_verb(struct epp_writer *w, const struct epp_command *c)
{
    const struct verb *v = &verbs[c->verb];
    epp_write_start(w, v->name);
    if (c->verb == EPP_TRANSFER && c->op == EPP_OP_NONE)
        epp_write_fail(w, "the attribute op is required");
    if (c->verb == EPP_TRANSFER)
        xml_set(&w->xml, "op", str_of(epp_op_name(c->op)));
    if (v->object)
        write_object(w, c);
    else
        epp_write_shape(w, v->shape, &c->u);
    epp_write_end(w);
}

/* FRED: <extension><fred:extcommand> with the command and its clTRID. What is about an object has its element. */
static void write_apart(struct epp_writer *w, const struct epp_command *c)
{
    const struct epp_object_row *row = epp_object_row(c->object);
    if (c->ext.n > 0)
        epp_write_fail(w, "a command of FRED's own cannot be extended");
    epp_write_start(w, "extension");
    epp_write_open(w, EPP_FRED_NS, "fred", epp_verb_name(EPP_EXTRA));
    if (c->verb != EPP_EXTRA) {
        epp_write_start(w, epp_verb_name(c->verb));
        write_object(w, c);
        epp_write_end(w);
        w->prefix = "fred";
    } else if (row != NULL && row->command[EPP_EXTRA] != NULL) {
        epp_write_shape(w, row->command[EPP_EXTRA], &c->u);
    } else {
        epp_write_fail(w, "the object \"%s\" has no such command", epp_object_name(c->object));
    }
    if (c->cltrid.p != NULL)
        epp_write_text(w, "clTRID", EPP_T_TRID, c->cltrid);
    epp_write_close(w);
    epp_write_end(w);
}

enum status epp_command_encode(const struct epp_command *c, struct buf *out, struct error *e)
{
    INVARIANT(c->verb < EPP_VERB_COUNT && c->op < EPP_OP_COUNT);
    struct epp_writer w;
    epp_write_begin(&w, out, e);
    if (c->verb == EPP_HELLO) {
        epp_write_empty(&w, "hello");
        return epp_write_finish(&w);
    }
    if (verbs[c->verb].apart) {
        write_apart(&w, c);
        return epp_write_finish(&w);
    }
    epp_write_start(&w, "command");
    write_verb(&w, c);
    epp_write_exts(&w, &c->ext, &(struct epp_ext_place){.verb = c->verb, .object = c->object});
    if (c->cltrid.p != NULL)
        epp_write_text(&w, "clTRID", EPP_T_TRID, c->cltrid);
    epp_write_end(&w);
    return epp_write_finish(&w);
}

/* ---- reading --------------------------------------------------------------------------------------- */
static bool is_epp(const struct xml_node *n, const char *name)
{
    return strcmp(n->name, name) == 0 && strcmp(n->ns, EPP_NS) == 0;
}

static bool read_op(struct epp_reader *r, const struct xml_node *node, struct epp_command *c)
{
    struct str op = xml_attr(node, "op");
    if (op.p == NULL)
        return epp_read_fault(r, EPP_MISSING, node, "lacks the attribute op");
    for (enum epp_transfer_op i = EPP_OP_REQUEST; i < EPP_OP_COUNT; i++)
        if (str_eqz(str_trim(op), ops[i]))
            c->op = i;
    return c->op != EPP_OP_NONE || epp_read_fault(r, EPP_RANGE, node, "has an op that is none of EPP's");
}

/* The verb's element holds the object's and nothing else; only transfer has an attribute. */
static bool verb_fits(struct epp_reader *r, const struct xml_node *node, const struct epp_command *c)
{
    for (const struct xml_attr *at = node->attrs; at != NULL; at = at->next)
        if (at->ns[0] == '\0' && !(c->verb == EPP_TRANSFER && strcmp(at->name, "op") == 0))
            return epp_read_fault(r, EPP_SYNTAX, node, "has an attribute %.64s it may not have", at->name);
    if (str_trim(node->text).n > 0)
        return epp_read_fault(r, EPP_SYNTAX, node, "may not have text of its own");
    return true;
}

/* RFC 5731 to 5733: an update that is not extended must change something. */
static bool update_changes(
    struct epp_reader *r, const struct epp_shape *shape, const struct epp_command *c, const struct xml_node *body)
{
    if (c->verb != EPP_UPDATE || c->ext.n > 0 || epp_shape_present(shape, &c->u) > 1)
        return true;
    return epp_read_missing(r, body->ns, "chg", body);
}

static bool read_object(struct epp_reader *r, const struct xml_node *node, struct epp_command *c)
{
    const struct xml_node *body = node->first;
    if (body == NULL)
        return epp_read_fault(r, EPP_SYNTAX, node, "is empty: it must hold an object's element");
    if (body->next != NULL)
        return epp_read_fault(r, EPP_SYNTAX, body->next, "is a second element in <%s>", node->name);
    const struct epp_object_row *row = epp_object_by_ns(body->ns);
    if (row == NULL)
        return epp_read_fault(r, EPP_NO_SERVICE, body, "is of an object not known here (namespace %.200s)", body->ns);
    c->object = row->object;
    const char *element = row->element[c->verb] != NULL ? row->element[c->verb] : node->name;
    if (strcmp(body->name, element) != 0)
        return epp_read_fault(r, EPP_SYNTAX, body, "may not stand in <%s>", node->name);
    if (c->verb == EPP_TRANSFER && !read_op(r, node, c))
        return false;
    const struct epp_shape *shape = row->command[c->verb];
    if (shape == NULL)
        return epp_read_fault(r, EPP_NO_COMMAND, body, "is no command of the object %s", row->prefix);
    if (!verb_fits(r, node, c) || !epp_read_shape(r, shape, row->ns, body, &c->u))
        return false;
    return update_changes(r, shape, c, body);
}

static bool read_poll(struct epp_reader *r, const struct xml_node *node, struct epp_command *c)
{
    if (!epp_read_shape(r, &epp_poll_shape, EPP_NS, node, &c->u))
        return false;
    if (str_eqz(c->u.poll.op, "ack") && c->u.poll.msg_id.n == 0)
        return epp_read_fault(r, EPP_MISSING, node, "lacks the attribute msgID, which op=\"ack\" needs");
    return true;
}

static bool find_verb(struct epp_reader *r, const struct xml_node *node, struct epp_command *c)
{
    for (enum epp_verb i = EPP_LOGIN; i < EPP_VERB_COUNT; i++)
        if (!verbs[i].apart && is_epp(node, verbs[i].name)) {
            c->verb = i;
            return true;
        }
    if (strcmp(node->ns, EPP_NS) == 0 && strcmp(node->name, "clTRID") != 0 && strcmp(node->name, "extension") != 0)
        return epp_read_fault(r, EPP_UNKNOWN_COMMAND, node, "is no command of EPP");
    return epp_read_fault(r, EPP_SYNTAX, node, "stands where a command must");
}

/* The object, which the extensions depend on; whether it stands there as it should is seen later. */
static void find_object(const struct xml_node *node, struct epp_command *c)
{
    const struct epp_object_row *row =
        verbs[c->verb].object && node->first != NULL ? epp_object_by_ns(node->first->ns) : NULL;
    if (row != NULL)
        c->object = row->object;
}

/* What follows the verb: [extension] [clTRID]. */
static bool read_tail(struct epp_reader *r, const struct xml_node *node, struct epp_command *c)
{
    if (node != NULL && is_epp(node, "extension")) {
        if (!epp_read_exts(r, node, &(struct epp_ext_place){.verb = c->verb, .object = c->object}, &c->ext))
            return false;
        node = node->next;
    }
    if (node != NULL && is_epp(node, "clTRID")) {
        if (!epp_read_leaf(r, EPP_T_TRID, node, &c->cltrid))
            return false;
        node = node->next;
    }
    return node == NULL || epp_read_fault(r, EPP_SYNTAX, node, "is not expected at this place in <command>");
}

static bool read_command(struct epp_reader *r, const struct xml_node *command, struct epp_command *c)
{
    const struct xml_node *node = command->first;
    if (!epp_read_envelope(r, command))
        return false;
    if (node == NULL)
        return epp_read_fault(r, EPP_SYNTAX, command, "is empty");
    if (!find_verb(r, node, c))
        return false;
    find_object(node, c);
    if (!read_tail(r, node->next, c))
        return false;
    if (verbs[c->verb].object)
        return read_object(r, node, c);
    if (c->verb == EPP_POLL)
        return read_poll(r, node, c);
    return epp_read_shape(r, verbs[c->verb].shape, EPP_NS, node, &c->u);
}

/* ---- FRED's own ------------------------------------------------------------------------------------ */
static bool is_fred(const struct xml_node *n, const char *name)
{
    return strcmp(n->name, name) == 0 && strcmp(n->ns, EPP_FRED_NS) == 0;
}

static bool read_extra(struct epp_reader *r, const struct xml_node *node, struct epp_command *c)
{
    struct xml_node only = *node->first, around = *node; /* without the clTRID behind it */
    only.next = NULL;
    around.first = &only;
    c->verb = EPP_EXTRA;
    c->object = EPP_FRED;
    return epp_read_shape(r, epp_object_row(EPP_FRED)->command[EPP_EXTRA], EPP_FRED_NS, &around, &c->u);
}

static bool read_extcommand(struct epp_reader *r, const struct xml_node *node, struct epp_command *c)
{
    const struct xml_node *verb = node->first, *tail = verb != NULL ? verb->next : NULL;
    if (!epp_read_envelope(r, node))
        return false;
    if (verb == NULL)
        return epp_read_fault(r, EPP_SYNTAX, node, "is empty");
    if (tail != NULL && !is_fred(tail, "clTRID"))
        return epp_read_fault(r, EPP_SYNTAX, tail, "is not expected at this place in <extcommand>");
    if (tail != NULL && tail->next != NULL)
        return epp_read_fault(r, EPP_SYNTAX, tail->next, "is not expected at this place in <extcommand>");
    if (tail != NULL && !epp_read_leaf(r, EPP_T_TRID, tail, &c->cltrid))
        return false;
    for (enum epp_verb i = EPP_SEND_AUTH_INFO; i < EPP_EXTRA; i++)
        if (is_fred(verb, verbs[i].name)) {
            c->verb = i;
            return read_object(r, verb, c);
        }
    return read_extra(r, node, c);
}

static bool read_apart(struct epp_reader *r, const struct xml_node *extension, struct epp_command *c)
{
    const struct xml_node *node = extension->first;
    if (!epp_read_envelope(r, extension))
        return false;
    if (node == NULL || !is_fred(node, "extcommand"))
        return epp_read_fault(r, EPP_UNKNOWN_COMMAND, extension, "holds no command known here");
    if (node->next != NULL)
        return epp_read_fault(r, EPP_SYNTAX, node->next, "is a second element in <extension>");
    return read_extcommand(r, node, c);
}

/* The command's clTRID, wherever it stands, if it may be sent back. */
static void find_cltrid(struct arena *a, const struct xml_node *command, struct epp_command *c)
{
    struct str v = epp_value_normal(a, EPP_T_TRID, xml_child_text(command, EPP_NS, "clTRID"));
    if (v.p != NULL && epp_cltrid_valid(v))
        c->cltrid = v;
}

static bool read_root(struct epp_reader *r, const struct xml_node *root, struct epp_command *c)
{
    if (!is_epp(root, "epp"))
        return epp_read_fault(r, EPP_SYNTAX, root, "is no <epp> of the namespace %s", EPP_NS);
    const struct xml_node *node = root->first;
    if (node == NULL)
        return epp_read_fault(r, EPP_SYNTAX, root, "is empty");
    if (is_epp(node, "command"))
        find_cltrid(r->a, node, c);
    if (!epp_read_envelope(r, root))
        return false;
    if (node->next != NULL)
        return epp_read_fault(r, EPP_SYNTAX, node->next, "is a second element in <epp>");
    if (is_epp(node, "hello")) {
        c->verb = EPP_HELLO;
        return true;
    }
    if (is_epp(node, "extension"))
        return read_apart(r, node, c);
    if (!is_epp(node, "command"))
        return epp_read_fault(r, EPP_UNKNOWN_COMMAND, node, "is neither <hello> nor <command>");
    return read_command(r, node, c);
}

enum status epp_command_decode(
    struct arena *a, const struct xml_node *root, struct epp_command *c, struct epp_fault *f, struct error *e)
{
    struct epp_reader r = {.a = a, .strict = true};
    *c = (struct epp_command){.verb = EPP_HELLO};
    bool read = read_root(&r, root, c);
    *f = r.fault;
    if (read)
        return OK;
    return error_set(e, INVALID, "epp-command", "%d: %.*s", f->code, STR_ARG(f->reason));
}
