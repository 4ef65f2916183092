/* The command line: a table of commands, each with its words, arguments, usage and function.
 *
 *   fourways [--config FILE] [--account NAME] [--json] COMMAND …
 *
 * One row in cli.c and one function in a cmd_*.c file make a command; `fourways help`, the usage errors, the
 * check of the number of arguments, the manual page and the completion come from the table. Exit codes are those of status_meaning(): 0 done, 1 failed,
 * 2 wrong use or input; batch and zone import --manifest also 6, some rows failed.
 */
#ifndef FW_REGISTRAR_CLI_H
#define FW_REGISTRAR_CLI_H

#include "base/json.h"
#include "registrar/order.h"
#include "zones/zone.h"

struct cli_conf {
    struct desk_conf desk;
    struct str account; /* used where --account is not given */
    struct str web_key_file; /* seals API secrets */
    struct str migrations; /* directory */
};

#define CLI_OPTIONS_MAX 64

struct cli {
    struct arena *arena;
    struct cli_conf conf;
    struct desk desk;
    struct db *db;
    struct account acc; /* commands that act for an account */
    bool json;
    struct str *args;
    size_t args_n; /* behind the command's words */
    struct {
        struct str name, value;
    } options[CLI_OPTIONS_MAX];
    size_t options_n; /* --name VALUE */
};

struct cli_command {
    const char *words; /* "domain register" */
    const char *args; /* "NAME" */
    const char *options; /* "years,contact,wait!,key,max-price": `!` takes no value; any of them may stand again */
    const char *help; /* one line */
    size_t args_min, args_max;
    bool needs_account;
    int (*run)(struct cli *c); /* exit code */
    bool json; /* --json gives its answer as JSON; for the others it is refused, but their errors are JSON anyway */
};
extern const struct cli_command cli_commands[];
extern const size_t cli_commands_n;

struct cli_option_text {
    const char *name, *value, *help; /* value NULL: it takes none */
};
extern const struct cli_option_text cli_options[];
extern const size_t cli_options_n;

/* The manual page and the completion of bash, from the two tables. 0, or 1 where they cannot be written. */
int cli_print_man(FILE *out);
int cli_print_completion(FILE *out);

/* STR_NULL when not given; the last one counts. */
struct str cli_option(const struct cli *c, const char *name);
bool cli_flag(const struct cli *c, const char *name);
/* INVALID "option" with its name when it is not a number in the range. */
enum status cli_option_int(const struct cli *c, const char *name, int64_t min, int64_t max, int64_t fallback,
    int64_t *v_r, struct error *e) FW_MUST_CHECK;
/* Text that others wrote (customers, registries), for a terminal: control characters and what is not UTF-8 become \xNN. */
struct str cli_text(struct arena *a, struct str s);
/* A command's answer as one JSON object: begin, put members, end prints it. */
#define CLI_JSON_MAX ((size_t)16 << 20)
void cli_json_begin(struct cli *c, struct json_writer *j, struct buf *out);
void cli_json_end(struct json_writer *j);
/* Prints "fourways: TEXT" (or problem JSON with --json) on standard error; gives the exit code of the class. */
int cli_fail(const struct cli *c, const struct error *e);
int cli_run(int argc, char **argv);

#define CMD(name) int cmd_##name(struct cli *c)
CMD(domain_register);
CMD(domain_check);
CMD(domain_info);
CMD(domain_renew);
CMD(domain_delete);
CMD(domain_release);
CMD(domain_list);
CMD(contact_transfer);
CMD(order_show);
CMD(order_list);
CMD(zone_create);
CMD(zone_delete);
CMD(set_create);
CMD(set_list);
CMD(server_list);
CMD(server_forget);
CMD(zone_list);
CMD(zone_show);
CMD(zone_import);
CMD(zone_export);
CMD(record_set);
CMD(record_alias);
CMD(record_delete);
CMD(record_types);
CMD(batch_plan);
CMD(batch_apply);
CMD(account_create);
CMD(account_deposit);
CMD(account_show);
CMD(login_create);
CMD(key_create);
CMD(key_revoke);
CMD(price_set);
CMD(price_list);
CMD(epp_log);
CMD(epp_verify);
CMD(epp_messages);
CMD(epp_message);
CMD(ledger_audit);
CMD(migrate);

#endif
