/* Secrets that a command needs: what stands on a command line is seen by everybody on the machine. */
#include "registrar/cmd_order.h"

#include "base/conf.h"

#include <termios.h>
#include <unistd.h>

#define SECRET_MAX 1024

/* Typed, and not shown. The terminal is as it was when this returns; a signal meanwhile leaves it to the shell. */
static bool terminal_read(const char *what, char *line, size_t size)
{
    struct termios was, quiet;
    bool read = false;
    FILE *tty = fopen("/dev/tty", "r+");
    if (tty == NULL)
        return false;
    if (tcgetattr(fileno(tty), &was) == 0) {
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        /* The prompt comes when nothing is shown any more: what is typed before is thrown away, what is typed then is not. */
        bool set = tcsetattr(fileno(tty), TCSAFLUSH, &quiet) == 0;
        (void)dprintf(fileno(tty), "%s: ", what);
        read = set && fgets(line, (int)size, tty) != NULL;
        (void)tcsetattr(fileno(tty), TCSAFLUSH, &was);
        (void)dprintf(fileno(tty), "\n");
    }
    (void)fclose(tty);
    return read;
}

enum status cmd_secret(struct cli *c, const char *option, const char *what, struct str *secret_r, struct error *e)
{
    struct str path = cli_option(c, option), text;
    if (!str_is_null(path)) {
        TRY(file_read(c->arena, str_dupz(c->arena, path), SECRET_MAX, &text, e));
    } else {
        char *line = arena_alloc(c->arena, SECRET_MAX);
        if (!isatty(STDIN_FILENO) || !terminal_read(what, line, SECRET_MAX))
            return error_set(e, INVALID, "secret-needed",
                "the %s is needed, and nobody is there to type it: give --%s FILE", what, option);
        text = str_of(line);
    }
    *secret_r = str_trim(text);
    if (str_empty(*secret_r))
        return error_set(e, INVALID, "secret-empty", "the %s is empty", what);
    return OK;
}
