# Made by fourways --completion from the table of commands; names of files where nothing else fits.
_fourways() {
    local cur=${COMP_WORDS[COMP_CWORD]} words='' choices='' i
    COMPREPLY=()
    case ${COMP_WORDS[COMP_CWORD - 1]} in --config | --account | -o | --after | --authinfo-file | --before | --contact | --currency | --ds | --email | --head | --idn | --jobs | --key | --limit | --manifest | --max-price | --max-records | --max-spend | --memo | --out | --password-file | --registry | --result | --set | --token-file | --years) return ;; esac
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        --config | --account) ((i++)) ;;
        -*) [[ -n $words ]] || continue; words+="${COMP_WORDS[i]} " ;;
        *) words+="${COMP_WORDS[i]} " ;;
        esac
    done
    words=${words#help }
    case $words in
    '') choices="--config --account --json help domain contact order zone set server record batch account login key price epp ledger migrate" ;;
    "domain check "*) choices="" ;;
    "domain register "*) choices=" --years --contact --no-wait --key --max-price --token-file --ds --idn" ;;
    "domain info "*) choices="" ;;
    "domain renew "*) choices=" --years --no-wait --key --max-price" ;;
    "domain delete "*) choices=" --no-wait --key" ;;
    "domain release "*) choices=" --no-wait --key" ;;
    "domain list "*) choices=" --after --limit" ;;
    "contact transfer "*) choices=" --registry --authinfo-file --no-wait --key" ;;
    "order show "*) choices="" ;;
    "order list "*) choices=" --before --limit" ;;
    "zone create "*) choices=" --set" ;;
    "zone import "*) choices=" --manifest --keep-soa --dry-run --set --allow-include --max-records --jobs --no-wait" ;;
    "zone delete "*) choices=" --yes --force" ;;
    "zone list "*) choices=" --after --limit" ;;
    "zone show "*) choices="" ;;
    "zone export "*) choices=" --flatten" ;;
    "set create "*) choices="" ;;
    "set list "*) choices="" ;;
    "server list "*) choices="" ;;
    "server forget "*) choices="" ;;
    "record set "*) choices=" --no-wait" ;;
    "record alias "*) choices=" --elsewhere --no-wait" ;;
    "record types "*) choices="" ;;
    "record delete "*) choices=" --no-wait" ;;
    "batch plan "*) choices=" --out --years --contact" ;;
    "batch apply "*) choices=" --max-spend --result --jobs" ;;
    "account create "*) choices=" --currency --email" ;;
    "account deposit "*) choices=" --key --memo" ;;
    "account show "*) choices="" ;;
    "login create "*) choices=" --password-file" ;;
    "key create "*) choices="" ;;
    "key revoke "*) choices="" ;;
    "price set "*) choices="" ;;
    "price list "*) choices="" ;;
    "epp log "*) choices=" --limit" ;;
    "epp verify "*) choices=" --head" ;;
    "epp messages "*) choices="" ;;
    "epp message "*) choices=" --handled" ;;
    "ledger audit "*) choices="" ;;
    "migrate "*) choices="" ;;
    "domain ") choices=" check register info renew delete release list" ;;
    "contact ") choices=" transfer" ;;
    "order ") choices=" show list" ;;
    "zone ") choices=" create import delete list show export" ;;
    "set ") choices=" create list" ;;
    "server ") choices=" list forget" ;;
    "record ") choices=" set alias types delete" ;;
    "batch ") choices=" plan apply" ;;
    "account ") choices=" create deposit show" ;;
    "login ") choices=" create" ;;
    "key ") choices=" create revoke" ;;
    "price ") choices=" set list" ;;
    "epp ") choices=" log verify messages message" ;;
    "ledger ") choices=" audit" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$cur")
}
complete -o default -F _fourways fourways
