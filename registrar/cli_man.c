/* The manual page and the completion of bash: made from the table of commands, so that neither is ever behind. */
#include "base/daemon.h"
#include "registrar/cli.h"

/* ---- the manual page (man(7)) ---------------------------------------------------------------------------------------- */

/* Text of the tables as roff: blanks folded, nothing taken for a request or a typographic hyphen. */
static void roff(FILE *out, const char *text)
{
    bool blank = false, begun = false;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == ' ' || *p == '\n') {
            blank = begun;
            continue;
        }
        if (blank)
            fputc(' ', out);
        if (!begun && (*p == '.' || *p == '\''))
            fputs("\\&", out);
        blank = false;
        begun = true;
        if (*p == '\\')
            fputs("\\e", out);
        else if (*p == '-')
            fputs("\\-", out);
        else
            fputc(*p, out);
    }
}

static const struct cli_option_text *option_text(struct str name)
{
    for (size_t i = 0; i < cli_options_n; i++)
        if (str_eqz(name, cli_options[i].name))
            return &cli_options[i];
    return NULL;
}

/* The next of a command's options, without its mark. */
static bool option_take(struct str *rest, struct str *name)
{
    if (str_empty(*rest) || !str_take(rest, ',', name))
        return false;
    if (str_ends(*name, STR("!")))
        name->n--;
    return true;
}

static void man_command(FILE *out, const struct cli_command *c)
{
    struct str rest = str_of(c->options), name;
    fputs(".TP\n.B ", out);
    roff(out, c->words);
    if (c->args[0] != '\0') {
        fputs("\\fR ", out);
        roff(out, c->args);
    }
    while (option_take(&rest, &name)) {
        const struct cli_option_text *o = option_text(name);
        fprintf(out, " \\fR[\\fB\\-\\-");
        roff(out, o->name);
        fprintf(out, "\\fR%s%s]", o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
    }
    fputs("\n", out);
    roff(out, c->help);
    fputs("\n", out);
}

static void man_option(FILE *out, const struct cli_option_text *o)
{
    fputs(".TP\n.B \\-\\-", out);
    roff(out, o->name);
    if (o->value != NULL)
        fprintf(out, " \\fI%s", o->value);
    fputs("\n", out);
    roff(out, o->help);
    fputs("\n", out);
}

int cli_print_man(FILE *out)
{
    fputs(".\\\" Made by fourways \\-\\-man from the table of commands.\n"
          ".TH FOURWAYS 1 \"\" \"Fourways " FOURWAYS_VERSION "\" \"User Commands\"\n"
          ".SH NAME\nfourways \\- domains, zones, orders and accounts of a Fourways registrar\n"
          ".SH SYNOPSIS\n.B fourways\n[\\fB\\-\\-config\\fR FILE] [\\fB\\-\\-account\\fR NAME]"
          " [\\fB\\-\\-json\\fR] COMMAND ...\n"
          ".SH COMMANDS\n",
        out);
    for (size_t i = 0; i < cli_commands_n; i++)
        man_command(out, &cli_commands[i]);
    fputs(".SH OPTIONS\n.TP\n.B \\-\\-config \\fIFILE\nthe configuration, instead of those under FILES\n"
          ".TP\n.B \\-\\-account \\fINAME\nfor whom, instead of the configuration's account\n"
          ".TP\n.B \\-\\-json\nanswer as JSON, where the command can; errors are JSON, too\n"
          ".PP\nAnd of the commands, each with the same meaning wherever it is taken:\n",
        out);
    for (size_t i = 0; i < cli_options_n; i++)
        man_option(out, &cli_options[i]);
    fputs(".SH EXIT STATUS\n.TP\n.B 0\ndone\n.TP\n.B 1\nfailed\n.TP\n.B 2\nwrong use or input\n"
          ".TP\n.B 6\nsome rows of a batch or zones of a manifest were not done\n"
          ".SH ENVIRONMENT\n.TP\n.B FOURWAYS_CONFIG\nthe configuration, where \\-\\-config is not given\n"
          ".SH FILES\n.I var/etc/fourways.conf\nor\n.I /etc/fourways/fourways.conf\n",
        out);
    return ferror(out) ? 1 : 0;
}

/* ---- bash ------------------------------------------------------------------------------------------------------------- */

/* The words that may follow `prefix` ("" or "domain "), each once: commands of a kind stand together in the table. */
static void completion_words(FILE *out, struct str prefix)
{
    struct str last = STR_NULL;
    for (size_t i = 0; i < cli_commands_n; i++) {
        struct str rest = str_of(cli_commands[i].words), word;
        if (!str_starts(rest, prefix))
            continue;
        rest = str_n(rest.p + prefix.n, rest.n - prefix.n);
        (void)str_take(&rest, ' ', &word);
        if (!str_eq(word, last))
            fprintf(out, " %.*s", STR_ARG(word));
        last = word;
    }
}

static void completion_command(FILE *out, const struct cli_command *c)
{
    struct str rest = str_of(c->options), name;
    fprintf(out, "    \"%s \"*) choices=\"", c->words);
    while (option_take(&rest, &name))
        fprintf(out, " --%.*s", STR_ARG(name));
    fputs("\" ;;\n", out);
}

static void completion_groups(FILE *out)
{
    struct str last = STR_NULL;
    for (size_t i = 0; i < cli_commands_n; i++) {
        struct str rest = str_of(cli_commands[i].words), word;
        (void)str_take(&rest, ' ', &word);
        if (str_empty(rest) || str_eq(word, last))
            continue;
        last = word;
        struct str prefix = str_n(word.p, word.n + 1);
        fprintf(out, "    \"%.*s\") choices=\"", STR_ARG(prefix));
        completion_words(out, prefix);
        fputs("\" ;;\n", out);
    }
}

int cli_print_completion(FILE *out)
{
    fputs("# Made by fourways --completion from the table of commands; names of files where nothing else fits.\n"
          "_fourways() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} words='' choices='' i\n"
          "    COMPREPLY=()\n"
          "    case ${COMP_WORDS[COMP_CWORD - 1]} in --config | --account | -o",
        out);
    for (size_t i = 0; i < cli_options_n; i++)
        if (cli_options[i].value != NULL)
            fprintf(out, " | --%s", cli_options[i].name);
    fputs(") return ;; esac\n"
          "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        case ${COMP_WORDS[i]} in\n"
          "        --config | --account) ((i++)) ;;\n"
          "        -*) [[ -n $words ]] || continue; words+=\"${COMP_WORDS[i]} \" ;;\n"
          "        *) words+=\"${COMP_WORDS[i]} \" ;;\n"
          "        esac\n"
          "    done\n"
          "    words=${words#help }\n"
          "    case $words in\n"
          "    '') choices=\"--config --account --json help",
        out);
    completion_words(out, STR(""));
    fputs("\" ;;\n", out);
    for (size_t i = 0; i < cli_commands_n; i++)
        completion_command(out, &cli_commands[i]);
    completion_groups(out);
    fputs("    esac\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$cur\")\n"
          "}\n"
          "complete -o default -F _fourways fourways\n",
        out);
    return ferror(out) ? 1 : 0;
}
