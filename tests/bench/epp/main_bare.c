/* The reference: epp-bare CERTIFICATES PORT DEPTH SECONDS
 * As little as a client can do that speaks EPP at all: OpenSSL, a buffer, snprintf for the command, libxml2's tree for
 * the answer, and a look at its result code and clTRID. Up to DEPTH checks are in flight; what is due goes out by one
 * write. Prints checks per second. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/epp/wire.h"

static struct wire_buf in, out;

static void fail(const char *what)
{
    (void)fprintf(stderr, "bare: %s\n", what);
    exit(1);
}

static void check_send(unsigned long n)
{
    wire_frame(&out,
        EPP_OPEN "<command><check><domain:check xmlns:domain=\"urn:ietf:params:xml:ns:domain-1.0\">"
                 "<domain:name>name-%lu.test</domain:name></domain:check></check><clTRID>BARE-%lu</clTRID></command>"
                 "</epp>",
        n, n);
}

static xmlNode *find(xmlNode *node, const char *name)
{
    for (; node != NULL; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0)
            return node;
        xmlNode *below = find(node->children, name);
        if (below != NULL)
            return below;
    }
    return NULL;
}

/* The code and clTRID of an answer. */
static void answer_read(const char *doc, size_t len, unsigned long n)
{
    char want[40];
    (void)snprintf(want, sizeof(want), "BARE-%lu", n);
    xmlDoc *x = xmlReadMemory(doc, (int)len, NULL, NULL, XML_PARSE_NONET);
    xmlNode *result = x != NULL ? find(xmlDocGetRootElement(x), "result") : NULL;
    xmlNode *id = result != NULL ? find(result->parent->children, "clTRID") : NULL;
    if (id == NULL)
        fail("no answer");
    xmlChar *code = xmlGetProp(result, (const xmlChar *)"code"), *text = xmlNodeGetContent(id);
    if (strcmp((const char *)code, "1000") != 0 || strcmp((const char *)text, want) != 0)
        fail("a wrong answer");
    xmlFree(code);
    xmlFree(text);
    xmlFreeDoc(x);
}

static unsigned long run(SSL *ssl, unsigned depth, double seconds)
{
    unsigned long sent = 0, got = 0;
    double end = wire_seconds() + seconds;
    bool on = true;
    while (on || got < sent) {
        while (on && sent - got < depth)
            check_send(sent++);
        if (!wire_write(ssl, &out) || !wire_read(ssl, &in))
            fail("the connection broke");
        size_t at = 0, len;
        for (const char *doc; (doc = wire_next(&in, at, &len, &at)) != NULL;)
            answer_read(doc, len, got++);
        wire_drop(&in, at);
        on = wire_seconds() < end;
    }
    return got;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    SSL *ssl = SSL_new(wire_context(argv[1], false, "client"));
    (void)SSL_set_fd(ssl, wire_connect((unsigned)strtoul(argv[2], NULL, 10)));
    size_t len, next;
    if (SSL_connect(ssl) != 1)
        fail("no TLS");
    while (wire_next(&in, 0, &len, &next) == NULL)
        if (!wire_read(ssl, &in))
            fail("no greeting");
    wire_drop(&in, next);
    double start = wire_seconds();
    unsigned long n = run(ssl, (unsigned)strtoul(argv[3], NULL, 10), (double)strtoul(argv[4], NULL, 10));
    (void)printf("%.0f\n", (double)n / (wire_seconds() - start));
    SSL_free(ssl);
    return 0;
}
