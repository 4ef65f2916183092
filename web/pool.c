#include "web/pool.h"

#include <pthread.h>

struct db_pool {
    const struct db_settings *settings;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t given;
    size_t size, out; /* out: taken, or being opened */
    struct db **idle;
    size_t idle_n;
};

enum status db_pool_open(const struct db_settings *s, size_t size, struct db_pool **p_r, struct error *e)
{
    struct db *first = NULL;
    TRY(db_open(s, &first, e));
    struct db_pool *p = calloc(1, sizeof(*p));
    INVARIANT(p != NULL && size > 0);
    p->settings = s;
    p->size = size;
    p->idle = calloc(size, sizeof(struct db *));
    INVARIANT(p->idle != NULL);
    INVARIANT(pthread_mutex_init(&p->lock, NULL) == 0 && pthread_cond_init(&p->given, NULL) == 0);
    p->idle[p->idle_n++] = first;
    *p_r = p;
    return OK;
}

/* One place is free again; with its connection where there is one. */
static void place_free(struct db_pool *p, struct db *db)
{
    (void)pthread_mutex_lock(&p->lock);
    INVARIANT(p->out > 0);
    p->out--;
    if (db != NULL)
        p->idle[p->idle_n++] = db;
    (void)pthread_cond_signal(&p->given);
    (void)pthread_mutex_unlock(&p->lock);
}

enum status db_pool_take(struct db_pool *p, struct db **db_r, struct error *e)
{
    struct db *db = NULL;
    (void)pthread_mutex_lock(&p->lock);
    while (p->out == p->size)
        (void)pthread_cond_wait(&p->given, &p->lock);
    p->out++;
    if (p->idle_n > 0)
        db = p->idle[--p->idle_n];
    (void)pthread_mutex_unlock(&p->lock);
    enum status s = db != NULL ? OK : db_open(p->settings, &db, e);
    if (s != OK)
        place_free(p, NULL);
    *db_r = s == OK ? db : NULL;
    return s;
}

void db_pool_give(struct db_pool *p, struct db **db)
{
    if (*db == NULL)
        return;
    if (db_in_transaction(*db))
        db_abort(*db);
    place_free(p, *db);
    *db = NULL;
}

void db_pool_close(struct db_pool **p)
{
    if (*p == NULL)
        return;
    INVARIANT((*p)->out == 0);
    for (size_t i = 0; i < (*p)->idle_n; i++)
        db_close(&(*p)->idle[i]);
    (void)pthread_cond_destroy(&(*p)->given);
    (void)pthread_mutex_destroy(&(*p)->lock);
    free((*p)->idle);
    free(*p);
    *p = NULL;
}
