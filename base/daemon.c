#include "base/daemon.h"

#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"

#define EXIT_USAGE 2

static pthread_once_t stop_once = PTHREAD_ONCE_INIT;
static atomic_int stop_fd = -1;
static atomic_bool stopping;
static atomic_int ready_fd = -1;

/* ---- stopping -------------------------------------------------------------------------------------- */

static void stop_open(void)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    INVARIANT(fd >= 0);
    atomic_store(&stop_fd, fd);
}

int daemon_stop_fd(void)
{
    INVARIANT(pthread_once(&stop_once, stop_open) == 0);
    return atomic_load(&stop_fd);
}

bool daemon_stopping(void)
{
    return atomic_load(&stopping);
}

/* Async-signal-safe. Nobody reads the descriptor, so it stays readable for every waiter. */
static void stop_raise(int fd)
{
    uint64_t one = 1;
    atomic_store(&stopping, true);
    ssize_t n = write(fd, &one, sizeof(one));
    (void)n; /* fails only when it is readable already */
}

static void on_signal(int signo)
{
    (void)signo;
    stop_raise(atomic_load(&stop_fd));
}

void daemon_stop(void)
{
    stop_raise(daemon_stop_fd());
}

static void signals_start(void)
{
    struct sigaction stop = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)daemon_stop_fd();
    (void)sigemptyset(&stop.sa_mask);
    (void)sigemptyset(&ignore.sa_mask);
    INVARIANT(sigaction(SIGTERM, &stop, NULL) == 0);
    INVARIANT(sigaction(SIGINT, &stop, NULL) == 0);
    INVARIANT(sigaction(SIGPIPE, &ignore, NULL) == 0);
}

void daemon_stop_on_signal(void)
{
    struct sigaction stop = {.sa_handler = on_signal};
    stop.sa_flags = SA_RESTART | (int)SA_RESETHAND;
    (void)daemon_stop_fd();
    (void)sigemptyset(&stop.sa_mask);
    INVARIANT(sigaction(SIGTERM, &stop, NULL) == 0);
    INVARIANT(sigaction(SIGINT, &stop, NULL) == 0);
}

/* ---- readiness ------------------------------------------------------------------------------------- */

static void usage_fail(const char *fmt, ...) FW_PRINTF(1, 2) FW_NORETURN;

static void usage_fail(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputc('\n', stderr);
    exit(EXIT_USAGE);
}

/* Looked at early, so that a bad number is an error at the start and no child inherits the descriptor. */
static void ready_start(void)
{
    const char *text = getenv("FOURWAYS_READY_FD");
    uint64_t fd;
    if (text == NULL)
        return;
    if (!str_to_u64(str_of(text), 1 << 20, &fd) || fcntl((int)fd, F_SETFD, FD_CLOEXEC) != 0)
        usage_fail("FOURWAYS_READY_FD: \"%s\" is not an open descriptor", text);
    atomic_store(&ready_fd, (int)fd);
}

void daemon_ready(void)
{
    static const char word[] = "ready\n";
    log_event(LOG_INFO, "process", NULL, "ready");
    int fd = atomic_exchange(&ready_fd, -1);
    if (fd < 0)
        return;
    if (write(fd, word, sizeof(word) - 1) != (ssize_t)(sizeof(word) - 1))
        log_event(LOG_WARN, "process", NULL, "whoever waits on FOURWAYS_READY_FD has gone");
    (void)close(fd);
}

void daemon_serve(void)
{
    struct pollfd stop = {.fd = daemon_stop_fd(), .events = POLLIN};
    daemon_ready();
    while (!daemon_stopping())
        (void)poll(&stop, 1, -1);
    log_event(LOG_INFO, "process", NULL, "stopping");
}

/* ---- break points ---------------------------------------------------------------------------------- */

/* NULL, or "name=KILL,name=STOP". */
static const char *breaks;

__attribute__((constructor)) static void breaks_load(void)
{
    breaks = getenv("FOURWAYS_BREAK");
}

/* The signal of one item, 0 if it is not understood; the name in *name_r. (A name may hold "=".) */
static int break_parse(struct str item, struct str *name_r)
{
    static const struct {
        struct str ending;
        int signo;
    } endings[] = {{{"=KILL", 5}, SIGKILL}, {{"=STOP", 5}, SIGSTOP}};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        if (item.n > endings[i].ending.n && str_ends(item, endings[i].ending)) {
            *name_r = str_n(item.p, item.n - endings[i].ending.n);
            return endings[i].signo;
        }
    }
    return 0;
}

static void breaks_check(void)
{
    struct str rest = str_of(breaks), item, name;
    while (str_take(&rest, ',', &item)) {
        int signo = break_parse(item, &name);
        if (signo == 0)
            usage_fail("FOURWAYS_BREAK: \"%.*s\" is not of the form NAME=KILL or NAME=STOP", STR_ARG(item));
        log_event(LOG_WARN, "process", NULL,
            "BREAK POINT set: %s at \"%.*s\"; this process will not survive passing it",
            signo == SIGKILL ? "SIGKILL" : "SIGSTOP", STR_ARG(name));
    }
}

/* Each fires once: a process that was stopped and goes on must not stop again at the next pass. */
#define BREAKS_MAX 32
static atomic_bool break_fired[BREAKS_MAX];

static void break_pass(const char *name)
{
    struct str rest = str_of(breaks), item, item_name;
    for (size_t i = 0; i < BREAKS_MAX && str_take(&rest, ',', &item); i++) {
        int signo = break_parse(item, &item_name);
        if (signo == 0 || !str_eqz(item_name, name) || atomic_exchange(&break_fired[i], true))
            continue;
        log_event(LOG_WARN, "process", NULL, "BREAK POINT \"%s\" reached", name);
        (void)kill(getpid(), signo);
    }
}

void breakpoint(const char *name)
{
    if (FW_UNLIKELY(breaks != NULL))
        break_pass(name);
}

/* ---- the start -------------------------------------------------------------------------------------- */

struct daemon_options {
    const char *config;
    enum log_level level;
    bool check;
};

static void print_help(const struct daemon_info *d)
{
    (void)printf("%s: %s\n\n"
                 "usage: %s --config FILE [options]\n\n"
                 "  --config FILE    read the configuration from FILE (required)\n",
        d->program, d->purpose, d->program);
    if (d->option != NULL)
        (void)printf("  --%-14s %s\n", d->option, d->option_help);
    for (size_t i = 0; i < d->more_n; i++) {
        char head[40];
        (void)snprintf(head, sizeof head, "%s %s", d->more[i].name, d->more[i].value);
        (void)printf("  --%-14s %s\n", head, d->more[i].help);
    }
    (void)printf(
        "  --check-config   only check the configuration; exit 0 if it is good, 2 if not\n"
        "  --help-config    print every configuration item with its default, as a file to start from\n"
        "  --log LEVEL      error, warn, info (default) or debug; the log goes to standard error\n"
        "  --version        print the version\n"
        "  --help           print this\n\n"
        "It stays in the foreground. Once it serves, it writes \"ready\" to the descriptor that the variable\n"
        "FOURWAYS_READY_FD names, if there is one. SIGTERM and SIGINT end it in good order; it may also be killed\n"
        "at any time and started again. Exit status: 0 ended in good order, 1 could not run (the log says why),\n"
        "2 a mistake in the options or the configuration.\n");
}

/* Questions about the program: answers and ends it. */
static void question_answer(const struct daemon_info *d, int option)
{
    if (option == 'h')
        print_help(d);
    else if (option == 'H')
        conf_print(d->items, d->items_n);
    else if (option == 'v')
        (void)printf("%s %s\n", d->program, FOURWAYS_VERSION);
    else
        return;
    exit(0);
}

#define OPTIONS_COMMON 7
#define MORE_FIRST 256 /* val of the first option of the program's own */

static void options_list(const struct daemon_info *d, struct option *list)
{
    const struct option common[OPTIONS_COMMON] = {
        {"config", required_argument, NULL, 'c'}, {"check-config", no_argument, NULL, 'k'},
        {"help-config", no_argument, NULL, 'H'}, {"log", required_argument, NULL, 'l'},
        {"version", no_argument, NULL, 'v'}, {"help", no_argument, NULL, 'h'},
        {d->option, no_argument, NULL, 'o'}, /* comes last: it ends the list where there is none */
    };
    INVARIANT(d->more_n <= DAEMON_MORE_MAX);
    for (size_t i = 0; i < d->more_n; i++)
        *list++ = (struct option){d->more[i].name, required_argument, NULL, MORE_FIRST + (int)i};
    memcpy(list, common, sizeof common);
    list[OPTIONS_COMMON] = (struct option){NULL, 0, NULL, 0};
}

static void more_take(struct arena *a, const struct daemon_option *o, const char *value)
{
    struct str *items = ARENA_ARRAY(a, o->given->n + 1, struct str);
    if (o->given->n > 0)
        memcpy(items, o->given->items, o->given->n * sizeof *items);
    items[o->given->n] = str_of(value);
    *o->given = (struct conf_list){.items = items, .n = o->given->n + 1};
}

static void option_take(
    struct arena *a, const struct daemon_info *d, int option, const char *value, struct daemon_options *o)
{
    question_answer(d, option);
    if (option == 'c') {
        o->config = value;
    } else if (option == 'k') {
        o->check = true;
    } else if (option == 'o') {
        *d->option_given = true;
    } else if (option >= MORE_FIRST) {
        more_take(a, &d->more[option - MORE_FIRST], value);
    } else if (option != 'l') {
        usage_fail("%s --help lists the options", d->program);
    } else if (!log_level_parse(value, &o->level)) {
        usage_fail("%s: --log \"%s\": must be error, warn, info or debug", d->program, value);
    }
}

static void options_parse(struct arena *a, const struct daemon_info *d, int argc, char **argv, struct daemon_options *o)
{
    struct option options[DAEMON_MORE_MAX + OPTIONS_COMMON + 1];
    int option;
    options_list(d, options);
    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        option_take(a, d, option, optarg, o);
    if (optind < argc)
        usage_fail("%s: \"%s\" is not an option; --help lists them", d->program, argv[optind]);
    if (o->config == NULL)
        usage_fail("%s: --config FILE is missing; --help-config prints one to start from", d->program);
}

void daemon_start(struct arena *a, const struct daemon_info *d, int argc, char **argv, void *target)
{
    struct daemon_options o = {.level = LOG_INFO};
    struct error e;
    options_parse(a, d, argc, argv, &o);
    if (conf_read(a, o.config, d->items, d->items_n, target, &e) != OK)
        usage_fail("%s: %s", d->program, e.text);
    if (o.check) {
        (void)printf("%s: %s is good\n", d->program, o.config);
        exit(0);
    }
    log_init(d->program, o.level);
    breaks_check();
    ready_start();
    crypto_init();
    signals_start();
    log_event(LOG_INFO, "process", NULL, "starting, version %s, configuration %s", FOURWAYS_VERSION, o.config);
}
