/* What was said between us and the registries, and which of their messages wait for somebody. */
#include "registrar/cli.h"

#include "base/crypto.h"
#include "base/json.h"
#include "registry/poll.h"
#include "registry/transcript.h"

/* ---- the transcript of a name ----------------------------------------------------------------------------------- */

/* A document as people read it: a line for each element, every control character shown. */
static void document_print(struct cli *c, const char *arrow, struct str doc)
{
    size_t from = 0;
    while (from < doc.n) {
        ptrdiff_t at = str_find(str_n(doc.p + from, doc.n - from), '>', 0);
        size_t end = at < 0 ? doc.n : from + (size_t)at + 1;
        while (end < doc.n && doc.p[end] != '<') /* the text belongs to its element */
            end++;
        /* … and so does the end tag right behind it */
        if (end + 1 < doc.n && doc.p[end - 1] != '>' && doc.p[end + 1] == '/') {
            ptrdiff_t close = str_find(str_n(doc.p + end, doc.n - end), '>', 0);
            end = close < 0 ? doc.n : end + (size_t)close + 1;
        }
        struct str line = str_trim(str_n(doc.p + from, end - from));
        if (line.n > 0)
            printf("  %s %.*s\n", arrow, STR_ARG(cli_text(c->arena, line)));
        from = end;
    }
}

static void row_print(struct cli *c, const struct transcript_row *t)
{
    struct arena *a = c->arena;
    printf("%.*s  %.*s #%lld  %-7s %.*s", STR_ARG(time_text_us(a, t->at)), STR_ARG(t->registry), (long long)t->seq,
        transcript_kind_word(t->kind), STR_ARG(t->verb));
    if (t->code != 0)
        printf("  %d", t->code);
    if (!str_empty(t->session))
        printf("  session %.*s", STR_ARG(t->session));
    if (!str_empty(t->cltrid))
        printf("  clTRID %.*s", STR_ARG(cli_text(a, t->cltrid)));
    if (!str_empty(t->svtrid))
        printf("  svTRID %.*s", STR_ARG(cli_text(a, t->svtrid)));
    if (!str_empty(t->ref))
        printf("  %.*s", STR_ARG(t->ref));
    printf("\n");
    if (!str_empty(t->note))
        printf("  -- %.*s\n", STR_ARG(cli_text(a, t->note)));
    document_print(c, ">", t->sent);
    document_print(c, "<", t->received);
}

static void row_json(struct cli *c, struct json_writer *j, const struct transcript_row *t)
{
    json_open_object(j, NULL);
    json_put_str(j, "registry", t->registry);
    json_put_int(j, "seq", t->seq);
    json_put_str(j, "at", time_text_us(c->arena, t->at));
    json_put_str(j, "kind", str_of(transcript_kind_word(t->kind)));
    json_put_str(j, "command", t->verb);
    json_put_str(j, "object", t->object);
    json_put_str(j, "key", t->ref);
    json_put_str(j, "cltrid", t->cltrid);
    json_put_str(j, "svtrid", t->svtrid);
    json_put_str(j, "session", t->session);
    json_put_int(j, "code", t->code);
    json_put_str(j, "sent", t->sent);
    json_put_str(j, "received", t->received);
    json_put_str(j, "note", t->note);
    json_put_str(j, "hash", hex_encode(c->arena, t->hash, sizeof(t->hash)));
    json_close_object(j);
}

CMD(epp_log)
{
    struct error e;
    struct transcript_row *rows;
    size_t n = 0;
    int64_t limit = 0;
    struct str name = str_lower(c->arena, c->args[0]);
    if (cli_option_int(c, "limit", 1, 10000, 200, &limit, &e) != OK ||
        transcript_of(c->db, c->arena, name, (size_t)limit, &rows, &n, &e) != OK)
        return cli_fail(c, &e);
    if (c->json) {
        struct buf out;
        struct json_writer j;
        cli_json_begin(c, &j, &out);
        json_put_str(&j, "name", name);
        json_open_array(&j, "rows");
        for (size_t i = 0; i < n; i++)
            row_json(c, &j, &rows[i]);
        json_close_array(&j);
        cli_json_end(&j);
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        row_print(c, &rows[i]);
    if (n == 0)
        printf("nothing was said with a registry about %.*s\n", STR_ARG(cli_text(c->arena, name)));
    return 0;
}

/* ---- the chains --------------------------------------------------------------------------------------------------- */

struct known {
    struct str registry;
    struct transcript_head head;
};

/* REGISTRY:SEQ:HASH, as epp verify and the registrar's log say it. */
static enum status head_read(struct str text, struct known *k, struct error *e)
{
    struct str rest = text, seq;
    if (str_take(&rest, ':', &k->registry) && str_take(&rest, ':', &seq) &&
        str_to_i64(seq, 1, INT64_MAX, &k->head.seq) && hex_decode(rest, k->head.hash, sizeof(k->head.hash)))
        return OK;
    return error_set(
        e, INVALID, "head", "--head %.*s: give REGISTRY:NUMBER:HASH, as epp verify shows it", STR_ARG(text));
}

static enum status chain_verify(
    struct cli *c, struct json_writer *j, struct str registry, const struct known *known, bool *whole, struct error *e)
{
    struct transcript_fault fault;
    struct transcript_head head;
    int64_t rows = 0;
    bool ours = known != NULL && str_eq(known->registry, registry);
    TRY(transcript_verify(c->db, c->arena, registry, ours ? &known->head : NULL, &fault, &rows, e));
    TRY(transcript_head(c->db, c->arena, registry, &head, e));
    struct str hash = hex_encode(c->arena, head.hash, sizeof(head.hash));
    *whole = *whole && fault.seq == 0;
    if (j != NULL) {
        json_open_object(j, NULL);
        json_put_str(j, "registry", registry);
        json_put_int(j, "rows", rows);
        json_put_bool(j, "whole", fault.seq == 0);
        json_put_int(j, "broken_at", fault.seq);
        json_put_str(j, "fault", fault.what);
        json_put_int(j, "head_seq", head.seq);
        json_put_str(j, "head_hash", hash);
        json_close_object(j);
    } else if (fault.seq == 0) {
        printf("%.*s: %lld rows, whole; head %.*s:%lld:%.*s\n", STR_ARG(registry), (long long)rows, STR_ARG(registry),
            (long long)head.seq, STR_ARG(hash));
    } else {
        printf("%.*s: BROKEN at row %lld: %.*s\n", STR_ARG(registry), (long long)fault.seq, STR_ARG(fault.what));
    }
    return OK;
}

static enum status chains_verify(struct cli *c, struct json_writer *j, bool *whole, struct error *e)
{
    struct known known = {0};
    struct str *ids, head = cli_option(c, "head");
    size_t n = 0;
    bool met = str_is_null(head);
    if (!met)
        TRY(head_read(head, &known, e));
    TRY(transcript_registries(c->db, c->arena, &ids, &n, e));
    for (size_t i = 0; i < n; i++) {
        met = met || str_eq(ids[i], known.registry);
        TRY(chain_verify(c, j, ids[i], str_is_null(head) ? NULL : &known, whole, e));
    }
    if (met)
        return OK;
    /* Its chain is gone altogether. */
    return chain_verify(c, j, known.registry, &known, whole, e);
}

CMD(epp_verify)
{
    struct error e;
    struct buf out;
    struct json_writer j;
    bool whole = true;
    if (c->json) {
        cli_json_begin(c, &j, &out);
        json_open_array(&j, "chains");
    }
    if (chains_verify(c, c->json ? &j : NULL, &whole, &e) != OK)
        return cli_fail(c, &e);
    if (c->json) {
        json_close_array(&j);
        cli_json_end(&j);
    }
    return whole ? 0 : 1;
}

/* ---- messages that wait for somebody ------------------------------------------------------------------------------- */

static void note_json(struct cli *c, struct json_writer *j, const struct message_note *m)
{
    json_put_int(j, "id", m->id);
    json_put_str(j, "registry", m->registry);
    json_put_str(j, "message", m->message);
    json_put_str(j, "state", m->state);
    json_put_str(j, "received", time_text(c->arena, m->received));
    json_put_bool(j, "acknowledged", m->acked != 0);
    json_put_bool(j, "handled", m->handled != 0);
    json_put_str(j, "object", m->object);
    json_put_str(j, "text", m->text);
    json_put_str(j, "error", m->error);
}

static void note_print(struct cli *c, const struct message_note *m)
{
    struct arena *a = c->arena;
    printf("%6lld  %.*s  %.*s message %.*s, %.*s%s%s\n", (long long)m->id, STR_ARG(time_text(a, m->received)),
        STR_ARG(m->registry), STR_ARG(cli_text(a, m->message)), STR_ARG(m->state),
        m->acked != 0 ? "" : ", not acknowledged", m->handled != 0 ? ", dealt with" : "");
    if (!str_empty(m->text))
        printf("        %.*s\n", STR_ARG(cli_text(a, m->text)));
    if (!str_empty(m->error))
        printf("        %.*s\n", STR_ARG(cli_text(a, m->error)));
}

CMD(epp_messages)
{
    struct error e;
    struct message_note *list;
    size_t n = 0;
    if (messages_needing_person(c->db, c->arena, 1000, &list, &n, &e) != OK)
        return cli_fail(c, &e);
    if (c->json) {
        struct buf out;
        struct json_writer j;
        cli_json_begin(c, &j, &out);
        json_open_array(&j, "messages");
        for (size_t i = 0; i < n; i++) {
            json_open_object(&j, NULL);
            note_json(c, &j, &list[i]);
            json_close_object(&j);
        }
        json_close_array(&j);
        cli_json_end(&j);
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        note_print(c, &list[i]);
    if (n == 0)
        printf("no message of a registry waits for anybody\n");
    return 0;
}

static enum status message_get(struct cli *c, struct message_note *m, struct error *e)
{
    int64_t id = 0;
    if (!str_to_i64(c->args[0], 1, INT64_MAX, &id))
        return error_set(
            e, INVALID, "message-id", "'%.*s' is not a message's number; epp messages shows them", STR_ARG(c->args[0]));
    if (cli_flag(c, "handled"))
        TRY(message_set_handled(c->db, id, clock_now(), e));
    return message_find(c->db, c->arena, id, m, e);
}

CMD(epp_message)
{
    struct error e;
    struct message_note m;
    if (message_get(c, &m, &e) != OK)
        return cli_fail(c, &e);
    if (c->json) {
        struct buf out;
        struct json_writer j;
        cli_json_begin(c, &j, &out);
        note_json(c, &j, &m);
        json_put_str(&j, "frame", m.frame);
        cli_json_end(&j);
        return 0;
    }
    note_print(c, &m);
    document_print(c, "<", m.frame);
    return 0;
}
