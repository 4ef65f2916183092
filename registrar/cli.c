#include "registrar/cli.h"

#include "base/json.h"

#define CONTACT_HELP "--contact FIELD=VALUE …"

const struct cli_command cli_commands[] = {
    {"domain check", "NAME", "", "is the name free, and what does it cost", 1, 1, true, cmd_domain_check, true},
    {"domain register", "NAME", "years,contact,no-wait!,key,max-price,token-file,ds,idn",
        "register it (" CONTACT_HELP "; else the account's latest)", 1, 1, true, cmd_domain_register, true},
    {"domain info", "NAME", "", "what we and the registry know of it", 1, 1, true, cmd_domain_info, true},
    {"domain renew", "NAME", "years,no-wait!,key,max-price", "add years to its term", 1, 1, true, cmd_domain_renew,
        true},
    {"domain delete", "NAME", "no-wait!,key", "delete it at the registry, with its zone", 1, 1, true, cmd_domain_delete,
        true},
    {"domain release", "NAME TAG", "no-wait!,key", "hand it to another registrar, where the registry does it so", 2, 2,
        true, cmd_domain_release, true},
    {"domain list", "", "after,limit", "the account's domains", 0, 0, true, cmd_domain_list, true},
    {"contact transfer", "OPERATION ID", "registry,authinfo-file,no-wait!,key",
        "query, request, approve, reject or cancel the transfer of a contact", 2, 2, true, cmd_contact_transfer, true},
    {"order show", "ID", "", "an order with its timeline", 1, 1, true, cmd_order_show, true},
    {"order list", "", "before,limit", "the account's orders, newest first", 0, 0, true, cmd_order_list, true},
    {"zone create", "NAME", "set", "a hosted zone, on the next delegation set or on --set ID", 1, 1, true,
        cmd_zone_create, false},
    {"zone import", "[ORIGIN FILE]", "manifest,keep-soa!,dry-run!,set,allow-include!,max-records,jobs,no-wait!",
        "make zones be what master files say (--manifest: many)", 0, 2, true, cmd_zone_import, true},
    {"zone delete", "NAME", "yes!,force!", "stop answering for it (--yes: with its records)", 1, 1, true,
        cmd_zone_delete, false},
    {"zone list", "", "after,limit", "the account's hosted zones", 0, 0, true, cmd_zone_list, false},
    {"zone show", "NAME", "", "a zone: its records, and what each name server serves", 1, 1, true, cmd_zone_show,
        false},
    {"zone export", "NAME [FILE]", "flatten!", "the zone as a master file", 1, 2, true, cmd_zone_export, false},
    {"set create", "", "", "a reusable delegation set of four name servers", 0, 0, true, cmd_set_create, false},
    {"set list", "", "", "the account's reusable delegation sets", 0, 0, true, cmd_set_list, false},
    {"server list", "", "", "the name servers: last contact, lag, zones they are behind on", 0, 0, false,
        cmd_server_list, true},
    {"server forget", "ID", "", "zones no longer wait for this name server, which is gone for good", 1, 1, false,
        cmd_server_forget, false},
    {"record set", "ZONE OWNER TYPE TTL VALUE...", "no-wait!", "make the RRset be exactly this", 5, 105, true,
        cmd_record_set, false},
    {"record alias", "ZONE OWNER TYPE TARGET", "elsewhere!,no-wait!", "answer with the target's records of the type", 4,
        4, true, cmd_record_alias, false},
    {"record types", "", "", "the types of records, with an example of each", 0, 0, false, cmd_record_types, false},
    {"record delete", "ZONE OWNER TYPE", "no-wait!", "delete the RRset", 3, 3, true, cmd_record_delete, false},
    {"batch plan", "FILE.csv", "out,years,contact", "check and price every row of a file; orders nothing", 1, 1, true,
        cmd_batch_plan, true},
    {"batch apply", "PLAN", "max-spend,result,jobs", "do what a plan says; run again to resume", 1, 1, true,
        cmd_batch_apply, true},
    {"account create", "NAME", "currency,email", "a customer's account", 1, 1, false, cmd_account_create, false},
    {"account deposit", "AMOUNT", "key,memo", "money that came in for the account", 1, 1, true, cmd_account_deposit,
        false},
    {"account show", "", "", "balance and statement", 0, 0, true, cmd_account_show, true},
    {"login create", "NAME", "password-file", "a person's login for the account", 1, 1, true, cmd_login_create, false},
    {"key create", "", "", "an API key for the account; shown once", 0, 0, true, cmd_key_create, false},
    {"key revoke", "KEY", "", "end an API key", 1, 1, false, cmd_key_revoke, false},
    {"price set", "TLD OPERATION AMOUNT CURRENCY", "", "per year; register, renew, restore, transfer", 4, 4, false,
        cmd_price_set, false},
    {"price list", "", "", "the price list", 0, 0, false, cmd_price_list, true},
    {"epp log", "NAME", "limit", "all that was said with the registry about it", 1, 1, false, cmd_epp_log, true},
    {"epp verify", "", "head", "prove that the transcripts are whole", 0, 0, false, cmd_epp_verify, true},
    {"epp messages", "", "", "messages that somebody must look at", 0, 0, false, cmd_epp_messages, true},
    {"epp message", "ID", "handled!", "one of them as it came", 1, 1, false, cmd_epp_message, true},
    {"ledger audit", "", "", "prove that the books balance", 0, 0, false, cmd_ledger_audit, false},
    {"migrate", "", "", "bring the database schema up to date", 0, 0, false, cmd_migrate, false},
};
const size_t cli_commands_n = ARRAY_LEN(cli_commands);

/* What the options mean; an option means the same with every command that takes it. */
const struct cli_option_text cli_options[] = {
    {"after", "NAME", "go on behind this name of an earlier list"},
    {"allow-include", NULL, "let zone files $INCLUDE others from their own directory and below"},
    {"authinfo-file", "FILE",
        "file with the object's authInfo and nothing else; not given, it is asked for at the terminal"},
    {"before", "ID", "go on below this number of an earlier list"},
    {"contact", "FIELD=VALUE",
        "of the registrant, once a field; what is not given is as in the account's latest order:\n"
        "                          name, org, street, city, state, postal_code, country (as DE), email,\n"
        "                          phone (as +49.301234567)"},
    {"currency", "CODE", "three letters, ISO 4217 (default EUR)"},
    {"dry-run", NULL, "show what would change, and change nothing"},
    {"ds", "RECORDS",
        "DS records, or keys, that the registry is to publish with it, as the column ds of a batch has them"},
    {"elsewhere", NULL,
        "the target is in somebody else's zone, also where a zone hosted here would\n"
        "                          hold its name; not given: it is where no zone hosted here holds it"},
    {"email", "ADDRESS", "where the account's owner reads mail"},
    {"flatten", NULL, "show the addresses that an alias answers with instead of a comment that names its target"},
    {"force", NULL, "also while a registered domain is answered by it, with all its records"},
    {"handled", NULL, "somebody has dealt with it: it is no longer listed"},
    {"head", "REGISTRY:NUMBER:HASH",
        "the end of a chain as it was noted earlier, from this command or the registrar's log:\n"
        "                          the chain must still pass through it"},
    {"idn", "TABLE", "table or language of an internationalized name, as its registry calls it"},
    {"jobs", "N", "so many connections to the database at once, 1 to 16 (default 4)"},
    {"keep-soa", NULL, "take the SOA of the file (the serial never goes back), not the zone's own"},
    {"key", "TEXT", "idempotency key: the same key never does the same thing twice, however often it is tried"},
    {"limit", "N", "at most so many"},
    {"manifest", "FILE", "a list of zones: in each line its name and the path of its file"},
    {"max-price", "AMOUNT", "refuse to order when it costs more, as 12.00"},
    {"max-records", "N", "of one zone (default 10000000)"},
    {"max-spend", "AMOUNT", "order no more than this pays for, as 1200.00"},
    {"memo", "TEXT", "a note in the statement"},
    {"no-wait", NULL, "do not wait until it is done"},
    {"out", "FILE", "where the plan goes; -o FILE is the same"},
    {"password-file", "FILE", "file with the password and nothing else"},
    {"registry", "NAME", "the registry by the name of its profile; need not be given where there is one only"},
    {"result", "FILE", "where the result of each row goes (default PLAN.result.csv)"},
    {"set", "ID", "number of a reusable delegation set of the account (fourways set list)"},
    {"token-file", "FILE", "file with the allocation token of a name that is not for everybody, and nothing else"},
    {"yes", NULL, "with all its records, and without being asked"},
    {"years", "N", "1 to 10 (default 1)"},
};
const size_t cli_options_n = ARRAY_LEN(cli_options);

struct str cli_option(const struct cli *c, const char *name)
{
    for (size_t i = c->options_n; i-- > 0;)
        if (str_eqz(c->options[i].name, name))
            return c->options[i].value;
    return STR_NULL;
}

bool cli_flag(const struct cli *c, const char *name)
{
    return !str_is_null(cli_option(c, name));
}

enum status cli_option_int(
    const struct cli *c, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *v_r, struct error *e)
{
    struct str s = cli_option(c, name);
    *v_r = fallback;
    if (str_is_null(s) || str_to_i64(s, min, max, v_r))
        return OK;
    return error_set(e, INVALID, "option", "--%s %.*s: give a number from %lld to %lld", name, STR_ARG(s),
        (long long)min, (long long)max);
}

struct str cli_text(struct arena *a, struct str s)
{
    struct buf out;
    buf_in(&out, a, s.n * 4 + 1);
    for (size_t i = 0; i < s.n;) {
        size_t n = str_utf8_len(str_n(s.p + i, s.n - i));
        const unsigned char *c = (const unsigned char *)s.p + i;
        bool shown = n > 1 ? !(c[0] == 0xc2 && c[1] < 0xa0) : n == 1 && *c >= 0x20 && *c != 0x7f;
        n = n == 0 ? 1 : n;
        if (shown)
            buf_put(&out, c, n);
        for (size_t k = 0; !shown && k < n; k++)
            buf_printf(&out, "\\x%02X", c[k]);
        i += n;
    }
    return buf_view(&out);
}

void cli_json_begin(struct cli *c, struct json_writer *j, struct buf *out)
{
    buf_in(out, c->arena, CLI_JSON_MAX);
    json_begin(j, out);
    json_open_object(j, NULL);
}

void cli_json_end(struct json_writer *j)
{
    json_close_object(j);
    printf("%.*s\n", STR_ARG(buf_view(j->out)));
}

int cli_fail(const struct cli *c, const struct error *e)
{
    if (c->json) {
        struct buf out;
        struct json_writer j;
        buf_init(&out, 8192);
        json_begin(&j, &out);
        json_open_object(&j, NULL);
        json_put_str(&j, "status", str_of(status_meaning(e->status)->word));
        json_put_str(&j, "code", str_of(e->code));
        json_put_str(&j, "detail", str_of(e->text));
        json_close_object(&j);
        fprintf(stderr, "%.*s\n", STR_ARG(buf_view(&out)));
        buf_clear(&out);
    } else {
        fprintf(stderr, "fourways: %.*s [%s]\n", STR_ARG(cli_text(c->arena, str_of(e->text))), e->code);
    }
    return status_meaning(e->status)->exit_code;
}
