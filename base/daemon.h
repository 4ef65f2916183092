/* What every program's main does: options, signals, readiness.
 *   fourways-x --config FILE [--help] [--help-config] [--version] [--check-config] [--log LEVEL]
 * SIGTERM and SIGINT make daemon_stop_fd() readable and daemon_stopping() true; SIGPIPE is ignored.
 * Ready: "ready\n" is written to the descriptor in $FOURWAYS_READY_FD, if set, then closed. */
#ifndef FW_BASE_DAEMON_H
#define FW_BASE_DAEMON_H

#include "base/conf.h"

#define FOURWAYS_VERSION "0.1"

/* An option of a program's own that takes a value, and may stand several times. */
struct daemon_option {
    const char *name, *value; /* "fault", "FAULT" */
    const char *help;
    struct conf_list *given; /* gets the values, as they came */
};
struct daemon_info {
    const char *program; /* "fourways-dns" */
    const char *purpose; /* one sentence for --help */
    const struct conf_item *items;
    size_t items_n;
    /* An option of its own, without a value: "takeover", what --help says, where to say that it was given. NULL: none. */
    const char *option, *option_help;
    bool *option_given;
    const struct daemon_option *more;
    size_t more_n; /* at most DAEMON_MORE_MAX */
};
#define DAEMON_MORE_MAX 8
/* Parses the arguments, reads the configuration into target, starts log, crypto and signals.
 * Exits the process itself for --help and the like and for errors (exit 2, text on stderr). */
void daemon_start(struct arena *a, const struct daemon_info *d, int argc, char **argv, void *target);
int daemon_stop_fd(void);
bool daemon_stopping(void);
void daemon_stop(void); /* as if a signal had come */
/* For a command that is no daemon: the first SIGINT or SIGTERM only makes daemon_stopping() true, the next ends it. */
void daemon_stop_on_signal(void);
void daemon_ready(void);
/* Says that the program is ready, and comes back when it is to stop. */
void daemon_serve(void);

/* Break points for the crash matrix: with FOURWAYS_BREAK="create:before=KILL" (or =STOP) in the
 * environment the process sends itself that signal when it passes breakpoint("create:before").
 * Several are separated by commas. Works in every program, from its first instruction; daemon_start says
 * them loudly in the log and refuses what it does not understand. Each fires once in a process's life. Costs one
 * pointer test otherwise. */
void breakpoint(const char *name);

#endif
