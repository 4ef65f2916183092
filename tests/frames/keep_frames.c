/* Keeps every document that epp/ writes in a test program, whoever asks for it: our client, the sandbox, a test.
 *
 * Linked into the programs of tests/registry with --wrap (Makefile), so that nothing of the product knows of it. Where
 * $EPP_FRAMES_DIR names a directory, each document goes into a file there, and ops/check-epp-xsd holds them against the
 * schemas. Documents that differ only in their digits and transaction ids are kept once: lives repeat themselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "epp/command.h"
#include "epp/response.h"

enum status __real_epp_command_encode(const struct epp_command *c, struct buf *out, struct error *e);
enum status __real_epp_response_encode(const struct epp_response *r, struct buf *out, struct error *e);
enum status __real_epp_greeting_encode(const struct epp_greeting *g, struct buf *out, struct error *e);
enum status __wrap_epp_command_encode(const struct epp_command *c, struct buf *out, struct error *e);
enum status __wrap_epp_response_encode(const struct epp_response *r, struct buf *out, struct error *e);
enum status __wrap_epp_greeting_encode(const struct epp_greeting *g, struct buf *out, struct error *e);

/* FNV-1a over what makes documents different. */
static uint64_t likeness(struct str doc)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < doc.n; i++) {
        struct str rest = str_n(doc.p + i, doc.n - i);
        if (str_starts(rest, STR("TRID>"))) { /* clTRID and svTRID: to the end of the element */
            ptrdiff_t end = str_find(rest, '<', 0);
            i += end > 0 ? (size_t)end : 0;
        }
        unsigned char ch = (unsigned char)doc.p[i];
        h = (h ^ (ch >= '0' && ch <= '9' ? '0' : ch)) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* Some registries' own have schemas of their own, and four drafts of the fee extension have none that was kept. */
static const char *family(struct str doc)
{
    static const struct {
        const char *says, *family;
    } families[] = {{"=\"http://www.nic.cz/xml/epp/", "fred"}, {"=\"http://www.eurid.eu/xml/epp/", "eurid"},
        {"=\"http://www.nominet.org.uk/epp/xml/", "nominet"}, {"=\"urn:ietf:params:xml:ns:fee-0.7\"", "no-schema"},
        {"=\"urn:ietf:params:xml:ns:fee-0.8\"", "no-schema"}, {"=\"urn:ietf:params:xml:ns:fee-0.9\"", "no-schema"},
        {"=\"urn:ietf:params:xml:ns:fee-0.21\"", "no-schema"}};
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        if (memmem(doc.p, doc.n, families[i].says, strlen(families[i].says)) != NULL)
            return families[i].family;
    }
    return "valid";
}

static void keep(struct str doc)
{
    const char *dir = getenv("EPP_FRAMES_DIR");
    char path[512];
    if (dir == NULL || dir[0] == '\0')
        return;
    (void)snprintf(path, sizeof(path), "%s/%s-%016llx.xml", dir, family(doc), (unsigned long long)likeness(doc));
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0 && errno == EEXIST)
        return;
    if (fd < 0 || write(fd, doc.p, doc.n) != (ssize_t)doc.n) {
        perror(path);
        abort();
    }
    (void)close(fd);
}

static enum status kept(enum status st, const struct buf *out, size_t begin)
{
    struct str all = buf_view(out);
    if (st == OK)
        keep(str_n(all.p + begin, all.n - begin));
    return st;
}

enum status __wrap_epp_command_encode(const struct epp_command *c, struct buf *out, struct error *e)
{
    size_t begin = out->n;
    return kept(__real_epp_command_encode(c, out, e), out, begin);
}

enum status __wrap_epp_response_encode(const struct epp_response *r, struct buf *out, struct error *e)
{
    size_t begin = out->n;
    return kept(__real_epp_response_encode(r, out, e), out, begin);
}

enum status __wrap_epp_greeting_encode(const struct epp_greeting *g, struct buf *out, struct error *e)
{
    size_t begin = out->n;
    return kept(__real_epp_greeting_encode(g, out, e), out, begin);
}
