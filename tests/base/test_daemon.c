#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/daemon.h"
#include "tests/support/suite.h"
#include "tests/support/testdb.h"

/* daemon_start ends the process for much of what it does, so each case runs it in a child whose output
 * and end are looked at. */

struct settings {
    struct str name;
};

static const struct conf_item items[] = {
    {"name", CONF_STR, offsetof(struct settings, name), NULL, 0, 0, "The name."},
};
static bool option_given;
static struct conf_list wishes;
static const struct daemon_option more[] = {{"wish", "WISH", "what is wished for", &wishes}};
static const struct daemon_info info = {.program = "fourways-x",
    .purpose = "does x.",
    .items = items,
    .items_n = ARRAY_LEN(items),
    .option = "special",
    .option_help = "does it in a special way",
    .option_given = &option_given,
    .more = more,
    .more_n = ARRAY_LEN(more)};

static struct arena a;
static const char *dir, *conf;

static void setup(void)
{
    arena_init(&a, 0);
    dir = testdir_new(&a);
    conf = testdir_path(&a, dir, "x.conf");
    testdir_write(conf, STR("name = hello\n"));
    (void)unsetenv("FOURWAYS_READY_FD");
    (void)unsetenv("FOURWAYS_BREAK");
}

static void teardown(void)
{
    testdir_free(dir);
    arena_clear(&a);
}

struct child {
    pid_t pid;
    int fd; /* its standard output and error */
};

/* Starts run(argv) in a child; argv ends with NULL. */
static struct child child_start(void (*run)(char **argv), const char *const *argv)
{
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    (void)fflush(NULL);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        char *copy[8] = {NULL};
        for (size_t i = 0; argv[i] != NULL && i < 7; i++)
            copy[i] = arena_strdup(&a, argv[i]);
        (void)close(fds[0]);
        if (dup2(fds[1], STDOUT_FILENO) < 0 || dup2(fds[1], STDERR_FILENO) < 0)
            _exit(99);
        (void)close(fds[1]);
        run(copy);
        (void)fflush(NULL);
        _exit(0);
    }
    (void)close(fds[1]);
    return (struct child){pid, fds[0]};
}

/* All that the child writes, when it has ended. */
static const char *child_end(struct child c, int *status_r)
{
    struct buf b;
    buf_in(&b, &a, 100000);
    for (;;) {
        ssize_t n = read(c.fd, buf_room(&b, 4096), 4096);
        ck_assert_int_ge(n, 0);
        if (n == 0)
            break;
        b.n += (size_t)n;
    }
    buf_puts(&b, "");
    (void)close(c.fd);
    ck_assert_int_eq(waitpid(c.pid, status_r, 0), c.pid);
    return b.p;
}

static void start_only(char **argv)
{
    struct settings target;
    int argc = 0;
    while (argv[argc] != NULL)
        argc++;
    daemon_start(&a, &info, argc, argv, &target);
    (void)printf("started with %.*s%s\n", STR_ARG(target.name), option_given ? ", specially" : "");
    for (size_t i = 0; i < wishes.n; i++)
        (void)printf("wish %zu: %.*s\n", i + 1, STR_ARG(wishes.items[i]));
}

#define ARGS(...) ((const char *const[]){"fourways-x", __VA_ARGS__, NULL})

static const char *output_of(const char *const *argv, int exit_wanted)
{
    int status;
    const char *text = child_end(child_start(start_only, argv), &status);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == exit_wanted, "%d %s", status, text);
    return text;
}

static void says(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in: %s", part, text);
}

START_TEST(the_configuration_is_read)
{
    says(output_of(ARGS("--config", conf), 0), "started with hello");
}
END_TEST

START_TEST(an_option_of_the_program_is_told_to_it)
{
    says(output_of(ARGS("--config", conf, "--special"), 0), "started with hello, specially");
    const char *both = output_of(ARGS("--wish", "rain", "--config", conf, "--wish=snow"), 0);
    says(both, "wish 1: rain");
    says(both, "wish 2: snow");
    says(output_of(ARGS("--config", conf, "--wish"), 2), "--help lists the options");
}
END_TEST

START_TEST(questions_about_the_program_are_answered)
{
    const char *help = output_of(ARGS("--help"), 0);
    says(help, "does x.");
    says(help, "--check-config");
    says(help, "--special        does it in a special way");
    says(help, "--wish WISH      what is wished for");
    says(output_of(ARGS("--help-config"), 0), "name =");
    says(output_of(ARGS("--version"), 0), "fourways-x " FOURWAYS_VERSION);
    says(output_of(ARGS("--config", conf, "--check-config"), 0), "is good");
}
END_TEST

START_TEST(wrong_use_ends_with_2_and_a_reason)
{
    says(output_of(ARGS("--nonsense"), 2), "--help lists the options");
    says(output_of(ARGS("--config", conf, "extra"), 2), "\"extra\" is not an option");
    says(output_of(ARGS("--log", "info"), 2), "--config FILE is missing");
    says(output_of(ARGS("--config", conf, "--log", "loud"), 2), "must be error, warn, info or debug");
    says(output_of(ARGS("--config", "/nonexistent/c"), 2), "/nonexistent/c");
    testdir_write(conf, STR("name = x\nnam = y\n"));
    says(output_of(ARGS("--config", conf, "--check-config"), 2), ":2: unknown key");
}
END_TEST

static void wait_for_stop(char **argv)
{
    start_only(argv);
    struct pollfd p = {.fd = daemon_stop_fd(), .events = POLLIN};
    bool early = daemon_stopping();
    daemon_ready();
    while (poll(&p, 1, -1) < 0)
        continue;
    /* Nobody takes the word away: it is still there for the next who looks. */
    (void)printf("early=%d stopping=%d again=%d\n", early, daemon_stopping(), poll(&p, 1, 0));
}

/* Runs wait_for_stop, waits until it is ready, then does what `act` is: a signal. */
static const char *stopped_by(int signo)
{
    int ready[2], status;
    char word[8] = "";
    ck_assert_int_eq(pipe(ready), 0);
    ck_assert_int_eq(setenv("FOURWAYS_READY_FD", arena_printf(&a, "%d", ready[1]), 1), 0);
    struct child c = child_start(wait_for_stop, ARGS("--config", conf));
    (void)close(ready[1]);
    ck_assert_int_eq(read(ready[0], word, 6), 6);
    ck_assert_str_eq(word, "ready\n");
    ck_assert_int_eq(read(ready[0], word, 1), 0); /* closed after the word */
    (void)close(ready[0]);
    ck_assert_int_eq(kill(c.pid, SIGPIPE), 0);
    ck_assert_int_eq(kill(c.pid, signo), 0);
    const char *text = child_end(c, &status);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return text;
}

START_TEST(sigterm_stops_and_sigpipe_does_not)
{
    says(stopped_by(SIGTERM), "early=0 stopping=1 again=1");
}
END_TEST

START_TEST(sigint_stops)
{
    says(stopped_by(SIGINT), "early=0 stopping=1 again=1");
}
END_TEST

START_TEST(the_program_can_stop_itself)
{
    struct pollfd p = {.fd = daemon_stop_fd(), .events = POLLIN};
    ck_assert_int_eq(poll(&p, 1, 0), 0);
    ck_assert(!daemon_stopping());
    daemon_stop();
    daemon_stop();
    ck_assert_int_eq(poll(&p, 1, 0), 1);
    ck_assert(daemon_stopping());
}
END_TEST

START_TEST(a_bad_ready_descriptor_is_refused)
{
    static const char *const bad[] = {"", "x", "-1", "999", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(setenv("FOURWAYS_READY_FD", bad[i], 1), 0);
        says(output_of(ARGS("--config", conf), 2), "FOURWAYS_READY_FD");
    }
}
END_TEST

/* The environment is read at a program's first instruction, so the child is this program anew. */
static void pass_points(char **argv)
{
    (void)argv;
    (void)execl("/proc/self/exe", "test_daemon", "pass-break-points", conf, (char *)NULL);
    _exit(98);
}

static int points_passed(char *config)
{
    arena_init(&a, 0);
    char *argv[] = {arena_strdup(&a, "fourways-x"), arena_strdup(&a, "--config"), config, NULL};
    start_only(argv);
    breakpoint("create:before");
    (void)printf("passed create:before\n");
    (void)fflush(stdout);
    breakpoint("create:after");
    (void)printf("passed create:after\n");
    return 0;
}

static const char *with_breaks(const char *breaks, int *status_r)
{
    ck_assert_int_eq(setenv("FOURWAYS_BREAK", breaks, 1), 0);
    return child_end(child_start(pass_points, ARGS("x")), status_r);
}

START_TEST(a_break_point_kills_where_it_stands)
{
    int status;
    const char *text = with_breaks("other=KILL,create:after=KILL", &status);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    says(text, "BREAK POINT set: SIGKILL at \"create:after\"");
    says(text, "passed create:before");
    says(text, "BREAK POINT \"create:after\" reached");
    ck_assert_ptr_null(strstr(text, "passed create:after"));
}
END_TEST

START_TEST(a_break_point_stops_until_continued)
{
    int status;
    ck_assert_int_eq(setenv("FOURWAYS_BREAK", "create:before=STOP", 1), 0);
    struct child c = child_start(pass_points, ARGS("x"));
    ck_assert_int_eq(waitpid(c.pid, &status, WUNTRACED), c.pid);
    ck_assert(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    ck_assert_int_eq(kill(c.pid, SIGCONT), 0);
    says(child_end(c, &status), "passed create:after");
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(other_break_points_and_none_change_nothing)
{
    int status;
    says(with_breaks("create=KILL,create:before:x=STOP", &status), "passed create:after");
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_int_eq(unsetenv("FOURWAYS_BREAK"), 0);
    says(child_end(child_start(pass_points, ARGS("x")), &status), "passed create:after");
}
END_TEST

START_TEST(break_points_that_are_not_understood_are_refused)
{
    static const char *const bad[] = {"", "create", "create=", "=KILL", "create=kill", "create=KILL,", "create=TERM"};
    int status;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        says(with_breaks(bad[i], &status), "is not of the form NAME=KILL or NAME=STOP");
        ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    }
}
END_TEST

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "pass-break-points") == 0)
        return points_passed(argv[2]);
    Suite *s = suite_create("daemon");
    TCase *c = tcase_create("daemon");
    tcase_set_timeout(c, 30);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, the_configuration_is_read);
    tcase_add_test(c, an_option_of_the_program_is_told_to_it);
    tcase_add_test(c, questions_about_the_program_are_answered);
    tcase_add_test(c, wrong_use_ends_with_2_and_a_reason);
    tcase_add_test(c, sigterm_stops_and_sigpipe_does_not);
    tcase_add_test(c, sigint_stops);
    tcase_add_test(c, the_program_can_stop_itself);
    tcase_add_test(c, a_bad_ready_descriptor_is_refused);
    tcase_add_test(c, a_break_point_kills_where_it_stands);
    tcase_add_test(c, a_break_point_stops_until_continued);
    tcase_add_test(c, other_break_points_and_none_change_nothing);
    tcase_add_test(c, break_points_that_are_not_understood_are_refused);
    suite_add_tcase(s, c);
    return suite_run(s);
}
