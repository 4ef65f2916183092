#include "tests/support/testserver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/net.h"
#include "tests/support/testdb.h"

/* Check runs each test in a process of its own, so the first test that needs the server starts it for
 * all: its socket stands in a page shared with the others. A watcher holds the reading end of a pipe
 * whose writing end every process of this program has; when the last is gone, it ends the server. */

#define START_TIMEOUT_MS 60000

static struct shared {
    char socket[100];
} * shared;
static int life[2] = {-1, -1};

__attribute__((constructor)) static void before_main(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    INVARIANT(shared != MAP_FAILED);
    INVARIANT(pipe2(life, O_CLOEXEC) == 0);
}

static bool answers(const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    INVARIANT(fd >= 0);
    bool ok = connect(fd, (const struct sockaddr *)&sa, sizeof sa) == 0;
    close(fd);
    return ok;
}

static pid_t server_spawn(const char *dir)
{
    char script[4096];
    snprintf(script, sizeof script, "%s/tests/support/private-mariadb", test_root());
    pid_t pid = fork();
    INVARIANT(pid >= 0);
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);
    execl(script, script, dir, (char *)NULL);
    _exit(127);
}

static FW_NORETURN void watcher_main(const char *dir, int ready_fd)
{
    setsid();
    close(life[1]);
    pid_t server = server_spawn(dir);
    char path[100];
    snprintf(path, sizeof path, "%s/socket", dir);
    uint64_t deadline = net_deadline(START_TIMEOUT_MS);
    bool ok = false;
    struct pollfd p = {.fd = life[0]};
    /* A server tells nobody when its socket is there, so it is asked, twenty times a second. */
    while (!(ok = answers(path)) && net_poll(&p, 1, net_deadline(50)) == 0 && waitpid(server, NULL, WNOHANG) == 0 &&
           net_deadline(0) < deadline)
        ;
    (void)!write(ready_fd, ok ? "y" : "n", 1);
    close(ready_fd);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    if (ok)
        net_poll(&p, 1, NET_NO_DEADLINE);
    kill(server, SIGKILL); /* nothing of it is kept, so it need not write it down */
    waitpid(server, NULL, 0);
    testdir_free(dir);
    _exit(0);
}

static void server_start(void)
{
    const char *tmp = getenv("TMPDIR");
    char dir[80];
    snprintf(dir, sizeof dir, "%s/fw-db-XXXXXX", tmp != NULL && strlen(tmp) < 50 ? tmp : "/tmp");
    INVARIANT(mkdtemp(dir) != NULL);
    int ready[2];
    INVARIANT(pipe2(ready, O_CLOEXEC) == 0);
    pid_t pid = fork();
    INVARIANT(pid >= 0);
    if (pid == 0) {
        close(ready[0]);
        if (fork() == 0) /* an orphan: nobody here has to wait for it */
            watcher_main(dir, ready[1]);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    close(ready[1]);
    char answer = 'n';
    ssize_t got;
    while ((got = read(ready[0], &answer, 1)) < 0 && errno == EINTR)
        ;
    close(ready[0]);
    if (got != 1 || answer != 'y') {
        fprintf(stderr, "the private MariaDB did not start: see %s/tests/support/private-mariadb\n", test_root());
        abort();
    }
    snprintf(shared->socket, sizeof shared->socket, "%s/socket", dir);
}

const char *testserver_socket(void)
{
    const char *given = getenv("FOURWAYS_TEST_DB_SOCKET");
    if (given != NULL && *given != '\0')
        return given;
    if (shared->socket[0] == '\0')
        server_start();
    return shared->socket;
}
