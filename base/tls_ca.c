#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/tls.h"

#define VALID_S (3650L * 86400)
#define BACKDATE_S 86400L /* a peer's clock may be behind */
#define PEM_FILE_MAX ((size_t)64 << 10)
#define NAME_MAX_CHARS 64

struct identity {
    X509 *cert;
    EVP_PKEY *key;
};

/* What a new certificate is for. */
struct request {
    const char *name; /* file and common name */
    bool ca, server;
    const char *san; /* in X.509v3 configuration syntax: "DNS:a,IP:b"; NULL: none */
};

static void identity_clear(struct identity *id)
{
    X509_free(id->cert);
    EVP_PKEY_free(id->key);
    *id = (struct identity){0};
}

static enum status ca_failed(struct error *e, const char *name, const char *doing)
{
    unsigned long code = ERR_get_error();
    const char *reason = ERR_reason_error_string(code);
    ERR_clear_error();
    return error_set(e, INTERNAL, "ca", "%s for %s: %s", doing, name, reason != NULL ? reason : "OpenSSL failed");
}

/* ---- files ------------------------------------------------------------------------------------ */

static enum status pem_write(
    struct arena *a, const char *dir, const char *name, const char *suffix, BIO *bio, int mode, struct error *e)
{
    char *p = NULL;
    long n = BIO_get_mem_data(bio, &p);
    return file_write(arena_printf(a, "%s/%s.%s", dir, name, suffix), str_n(p, (size_t)n), mode, e);
}

/* The key first: a certificate whose key is missing would look complete. */
static enum status identity_save(
    struct arena *a, const char *dir, const char *name, const struct identity *id, struct error *e)
{
    BIO *key = BIO_new(BIO_s_secmem()), *cert = BIO_new(BIO_s_mem());
    INVARIANT(key != NULL && cert != NULL);
    enum status s = OK;
    if (PEM_write_bio_PKCS8PrivateKey(key, id->key, NULL, NULL, 0, NULL, NULL) != 1 ||
        PEM_write_bio_X509(cert, id->cert) != 1)
        s = ca_failed(e, name, "writing");
    if (s == OK)
        s = pem_write(a, dir, name, "key", key, 0600, e);
    if (s == OK)
        s = pem_write(a, dir, name, "pem", cert, 0644, e);
    BIO_free(key);
    BIO_free(cert);
    return s;
}

static enum status identity_load(
    struct arena *a, const char *dir, const char *name, struct identity *id, struct error *e)
{
    struct str cert, key;
    TRY(file_read(a, arena_printf(a, "%s/%s.pem", dir, name), PEM_FILE_MAX, &cert, e));
    TRY(file_read(a, arena_printf(a, "%s/%s.key", dir, name), PEM_FILE_MAX, &key, e));
    BIO *cert_bio = BIO_new_mem_buf(cert.p, (int)cert.n), *key_bio = BIO_new_mem_buf(key.p, (int)key.n);
    INVARIANT(cert_bio != NULL && key_bio != NULL);
    id->cert = PEM_read_bio_X509(cert_bio, NULL, NULL, NULL);
    id->key = PEM_read_bio_PrivateKey(key_bio, NULL, NULL, NULL);
    BIO_free(cert_bio);
    BIO_free(key_bio);
    if (id->cert != NULL && id->key != NULL && X509_check_private_key(id->cert, id->key) == 1)
        return OK;
    identity_clear(id);
    return ca_failed(e, name, "reading the existing certificate and key");
}

static enum status both_exist(struct arena *a, const char *dir, const char *name, bool *exist_r, struct error *e)
{
    bool cert = access(arena_printf(a, "%s/%s.pem", dir, name), F_OK) == 0;
    bool key = access(arena_printf(a, "%s/%s.key", dir, name), F_OK) == 0;
    *exist_r = cert && key;
    /* A key alone is what an interrupted run leaves; it is made anew. */
    if (cert && !key)
        return error_set(e, INVALID, "ca-half",
            "%s/%s.pem has no %s.key beside it: put the key back or remove the certificate", dir, name, name);
    return OK;
}

/* ---- making ----------------------------------------------------------------------------------- */

static bool extension_add(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    bool ok = x != NULL && X509_add_ext(cert, x, -1) == 1;
    X509_EXTENSION_free(x);
    return ok;
}

static bool extensions_add(X509 *cert, X509 *issuer, const struct request *rq)
{
    if (!extension_add(cert, issuer, NID_subject_key_identifier, "hash"))
        return false;
    if (rq->ca)
        return extension_add(cert, issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
               extension_add(cert, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    return extension_add(cert, issuer, NID_authority_key_identifier, "keyid") &&
           extension_add(cert, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           extension_add(cert, issuer, NID_key_usage, "critical,digitalSignature") &&
           extension_add(cert, issuer, NID_ext_key_usage, rq->server ? "serverAuth" : "clientAuth") &&
           (rq->san == NULL || extension_add(cert, issuer, NID_subject_alt_name, rq->san));
}

static bool subject_set(X509 *cert, const struct request *rq)
{
    X509_NAME *name = X509_get_subject_name(cert);
    const unsigned char *cn = (const unsigned char *)(rq->ca ? "Fourways private CA" : rq->name);
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, cn, -1, -1, 0) == 1;
}

/* 120 random bits: RFC 5280 section 4.1.2.2 asks for a positive number of at most 20 octets. */
static bool serial_set(X509 *cert)
{
    BIGNUM *n = BN_new();
    bool ok = n != NULL && BN_rand(n, 120, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert)) != NULL;
    BN_free(n);
    return ok;
}

static bool cert_fill(struct identity *id, const struct identity *ca, const struct request *rq)
{
    X509 *issuer = rq->ca ? id->cert : ca->cert;
    return X509_set_version(id->cert, X509_VERSION_3) == 1 && serial_set(id->cert) && subject_set(id->cert, rq) &&
           X509_gmtime_adj(X509_getm_notBefore(id->cert), -BACKDATE_S) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(id->cert), VALID_S) != NULL &&
           X509_set_issuer_name(id->cert, X509_get_subject_name(issuer)) == 1 &&
           X509_set_pubkey(id->cert, id->key) == 1 && extensions_add(id->cert, issuer, rq) &&
           X509_sign(id->cert, rq->ca ? id->key : ca->key, EVP_sha256()) > 0;
}

static enum status identity_make(
    const struct request *rq, const struct identity *ca, struct identity *id, struct error *e)
{
    *id = (struct identity){.cert = X509_new(), .key = EVP_EC_gen("P-256")};
    if (id->cert != NULL && id->key != NULL && cert_fill(id, ca, rq))
        return OK;
    identity_clear(id);
    return ca_failed(e, rq->name, "making a certificate");
}

/* The identity of that name, kept or made; *id_r is the caller's to clear. */
static enum status identity_have(struct arena *a, const char *dir, const struct request *rq, const struct identity *ca,
    struct identity *id_r, struct error *e)
{
    bool exists;
    *id_r = (struct identity){0};
    TRY(both_exist(a, dir, rq->name, &exists, e));
    if (exists)
        return identity_load(a, dir, rq->name, id_r, e);
    TRY(identity_make(rq, ca, id_r, e));
    enum status s = identity_save(a, dir, rq->name, id_r, e);
    if (s != OK)
        identity_clear(id_r);
    return s;
}

static enum status name_check(const char *name, struct error *e)
{
    struct str s = str_of(name);
    bool ok = s.n > 0 && s.n <= NAME_MAX_CHARS && !str_eqz(s, "ca");
    for (size_t i = 0; ok && i < s.n; i++)
        ok = ascii_is_alnum(s.p[i]) || s.p[i] == '-' || s.p[i] == '_';
    if (ok)
        return OK;
    return error_set(e, INVALID, "ca-name",
        "\"%s\" cannot name a certificate: 1 to %d letters, digits, - and _, and not \"ca\"", name, NAME_MAX_CHARS);
}

static const char *san_text(struct arena *a, const char *dns, const char *ip)
{
    if (dns == NULL && ip == NULL)
        return NULL;
    if (dns != NULL && ip != NULL)
        return arena_printf(a, "DNS:%s,IP:%s", dns, ip);
    return dns != NULL ? arena_printf(a, "DNS:%s", dns) : arena_printf(a, "IP:%s", ip);
}

static enum status leaves_have(struct arena *a, const char *dir, const struct identity *ca, const char *const *names,
    size_t n, const char *san, struct error *e)
{
    for (size_t i = 0; i < n; i++) {
        struct identity leaf;
        bool server = str_eqz(str_of(names[i]), "server");
        struct request rq = {.name = names[i], .server = server, .san = server ? san : NULL};
        TRY(name_check(names[i], e));
        TRY(identity_have(a, dir, &rq, ca, &leaf, e));
        identity_clear(&leaf);
    }
    return OK;
}

enum status tls_make_ca(const char *dir, const char *const *names, size_t n, const char *server_san_dns,
    const char *server_san_ip, struct error *e)
{
    struct arena a;
    struct identity ca;
    ERR_clear_error();
    if (mkdir(dir, 0755) != 0 && errno != EEXIST)
        return error_set(e, UNAVAILABLE, "ca-dir", "making the directory %s: %s", dir, strerror(errno));
    arena_init(&a, 0);
    struct request rq = {.name = "ca", .ca = true};
    enum status s = identity_have(&a, dir, &rq, NULL, &ca, e);
    if (s == OK)
        s = leaves_have(&a, dir, &ca, names, n, san_text(&a, server_san_dns, server_san_ip), e);
    identity_clear(&ca);
    arena_clear(&a);
    return s;
}
