/* fourways: the command line for operators. */
#include "base/crypto.h"
#include "base/daemon.h"
#include "base/log.h"
#include "registrar/cli.h"

#include <signal.h>
#include <unistd.h>

static const struct conf_item items[] = {
    DESK_CONF_ITEMS(struct cli_conf, desk),
    {"account", CONF_STR, offsetof(struct cli_conf, account), "", 0, 0, "Account used where --account is not given."},
    {"web-key-file", CONF_STR, offsetof(struct cli_conf, web_key_file), "", 0, 0,
        "File with the key that API secrets are sealed with."},
    {"migrations", CONF_STR, offsetof(struct cli_conf, migrations), "sql", 0, 0,
        "Directory of the numbered migrations."},
};

static int usage(FILE *out)
{
    fprintf(out, "usage: fourways [--config FILE] [--account NAME] [--json] COMMAND …\n\n");
    for (size_t i = 0; i < cli_commands_n; i++)
        fprintf(out, "  %-16s %-32s %s\n", cli_commands[i].words, cli_commands[i].args, cli_commands[i].help);
    fprintf(out,
        "\nThe configuration is FILE, or $FOURWAYS_CONFIG, or var/etc/fourways.conf, or"
        " /etc/fourways/fourways.conf.\n\n"
        "  fourways help COMMAND    a command's options\n"
        "  fourways --help-config   every configuration item with its default, as a file to start from\n"
        "  fourways --man           this help as a manual page: fourways --man | man -l -\n"
        "  fourways --completion    for bash: source <(fourways --completion)\n"
        "  fourways --version       the version\n\n"
        "Exit status: 0 done, 1 failed, 2 wrong use or input, 6 some rows of a batch or zones of a manifest failed.\n");
    return out == stdout ? 0 : 2;
}

static const char *config_path(const char *given)
{
    static const char *const places[] = {"var/etc/fourways.conf", "/etc/fourways/fourways.conf"};
    if (given == NULL)
        given = getenv("FOURWAYS_CONFIG");
    for (size_t i = 0; given == NULL && i < ARRAY_LEN(places); i++)
        if (access(places[i], R_OK) == 0)
            given = places[i];
    return given;
}

/* Whether argv[at…] begin with a command's words; how many they are. */
static int words_match(const char *words, int argc, char **argv, int at)
{
    struct str rest = str_of(words), word;
    int n = 0;
    while (str_take(&rest, ' ', &word)) {
        if (at + n >= argc || !str_eqz(word, argv[at + n]))
            return 0;
        n++;
    }
    return n;
}

static const struct cli_command *command_find(int argc, char **argv, int at, int *words_r)
{
    for (size_t i = 0; i < cli_commands_n; i++)
        if ((*words_r = words_match(cli_commands[i].words, argc, argv, at)) > 0)
            return &cli_commands[i];
    return NULL;
}

static void option_help(struct str name, FILE *out)
{
    for (size_t i = 0; i < cli_options_n; i++) {
        if (!str_eqz(name, cli_options[i].name))
            continue;
        const char *value = cli_options[i].value;
        int used =
            fprintf(out, "  --%s%s%s", cli_options[i].name, value != NULL ? " " : "", value != NULL ? value : "");
        fprintf(out, "%*s%s\n", used < 26 ? 26 - used : 1, "", cli_options[i].help);
        return;
    }
    INVARIANT(!"every option of a command has its text");
}

static int command_help(const struct cli_command *cmd, FILE *out)
{
    fprintf(out, "usage: fourways %s%s%s%s\n\n%s\n", cmd->words, cmd->args[0] == '\0' ? "" : " ", cmd->args,
        cmd->options[0] == '\0' ? "" : " [options]", cmd->help);
    struct str rest = str_of(cmd->options), name;
    if (!str_empty(rest))
        fprintf(out, "\n");
    while (!str_empty(str_of(cmd->options)) && str_take(&rest, ',', &name)) {
        if (str_ends(name, STR("!")))
            name.n--;
        option_help(name, out);
    }
    return out == stdout ? 0 : 2;
}

/* 0: unknown, 1: takes no value, 2: takes one */
static int option_kind(const struct cli_command *cmd, struct str name)
{
    struct str rest = str_of(cmd->options), known;
    while (str_take(&rest, ',', &known)) {
        bool flag = str_ends(known, STR("!"));
        if (flag)
            known.n--;
        if (!str_empty(known) && str_eq(known, name))
            return flag ? 1 : 2;
    }
    return 0;
}

static int arguments_read(struct cli *c, const struct cli_command *cmd, int argc, char **argv, int at)
{
    bool only_args = false;
    c->args = ARENA_ARRAY(c->arena, (size_t)argc + 1, struct str);
    for (; at < argc; at++) {
        struct str word = str_of(argv[at]);
        if (!only_args && str_eqz(word, "-o"))
            word = STR("--out");
        if (only_args || !str_starts(word, STR("--"))) {
            c->args[c->args_n++] = word;
            continue;
        }
        only_args = word.n == 2;
        if (only_args)
            continue;
        struct str name = str_n(word.p + 2, word.n - 2);
        int kind = option_kind(cmd, name);
        if (kind == 0 || (kind == 2 && at + 1 >= argc) || c->options_n == CLI_OPTIONS_MAX) {
            fprintf(stderr, "fourways %s: --%.*s %s\n", cmd->words, STR_ARG(name),
                kind == 0 ? "is not an option of this command" : "needs a value");
            return command_help(cmd, stderr);
        }
        c->options[c->options_n].name = name;
        c->options[c->options_n++].value = kind == 2 ? str_of(argv[++at]) : STR("yes");
    }
    if (c->args_n < cmd->args_min || c->args_n > cmd->args_max) {
        fprintf(stderr, "fourways %s: %zu arguments given\n", cmd->words, c->args_n);
        return command_help(cmd, stderr);
    }
    return 0;
}

static enum status cli_open(struct cli *c, const char *config, const char *account, bool needs_account, struct error *e)
{
    if (config == NULL)
        return error_set(e, INVALID, "no-config",
            "there is no configuration: give --config FILE, or start a copy here with \"make start\"");
    TRY(conf_read(c->arena, config, items, ARRAY_LEN(items), &c->conf, e));
    TRY(desk_open(c->arena, &c->conf.desk, &c->desk, e));
    TRY(db_open(&c->desk.db, &c->db, e));
    struct str name = account != NULL ? str_of(account) : c->conf.account;
    if (!needs_account)
        return OK;
    if (str_empty(name))
        return error_set(e, INVALID, "no-account", "give --account NAME");
    return account_find(c->db, c->arena, name, &c->acc, e);
}

/* --help and the like, or a mistake: the exit code. */
static int told(const char *option)
{
    if (strcmp(option, "--help") == 0)
        return usage(stdout);
    if (strcmp(option, "--version") == 0)
        return printf("fourways %s\n", FOURWAYS_VERSION) > 0 ? 0 : 1;
    if (strcmp(option, "--man") == 0)
        return cli_print_man(stdout);
    if (strcmp(option, "--completion") == 0)
        return cli_print_completion(stdout);
    if (strcmp(option, "--help-config") != 0) {
        fprintf(stderr, "fourways: %s is no option, or its value is missing\n\n", option);
        return usage(stderr);
    }
    conf_print(items, ARRAY_LEN(items));
    return 0;
}

static int command_run(struct cli *c, const struct cli_command *cmd, const char *config, const char *account)
{
    struct error e = {0};
    if (cli_open(c, config_path(config), account, cmd->needs_account, &e) != OK) {
        int code = cli_fail(c, &e);
        db_close(&c->db);
        return code;
    }
    int code = cmd->run(c);
    db_close(&c->db);
    return code;
}

int cli_run(int argc, char **argv)
{
    struct arena a;
    struct cli c = {.arena = &a};
    const char *config = NULL, *account = NULL;
    int at = 1, words = 0;
    for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
        if (strcmp(argv[at], "--json") == 0)
            c.json = true;
        else if (strcmp(argv[at], "--config") == 0 && at + 1 < argc)
            config = argv[++at];
        else if (strcmp(argv[at], "--account") == 0 && at + 1 < argc)
            account = argv[++at];
        else
            return told(argv[at]);
    }
    bool help = at < argc && strcmp(argv[at], "help") == 0;
    const struct cli_command *cmd = command_find(argc, argv, at + help, &words);
    help = help || (at + words < argc && strcmp(argv[at + words], "--help") == 0);
    if (help)
        return cmd != NULL ? command_help(cmd, stdout) : usage(stdout);
    if (cmd == NULL)
        return usage(stderr);
    arena_init(&a, 0);
    int code = arguments_read(&c, cmd, argc, argv, at + words);
    if (code == 0 && c.json && !cmd->json) {
        struct error e;
        (void)error_set(&e, INVALID, "no-json", "%s has no JSON answer: leave --json out", cmd->words);
        code = cli_fail(&c, &e);
    }
    if (code == 0)
        code = command_run(&c, cmd, config, account);
    arena_clear(&a);
    return code;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    log_init(NULL, LOG_WARN);
    crypto_init();
    return cli_run(argc, argv);
}
