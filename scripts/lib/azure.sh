# shellcheck shell=bash
# What the scripts here share: speaking to their user and to Azure. Sourced, not run.
# The result of a command in Azure is left in $answer, never in a subshell, so that
# $changes counts and a failure ends the script.

program=${0##*/}
# shellcheck disable=SC2034 # for the scripts that source this
scripts_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
is_dry_run=false
is_confirmed=false
changes=0
answer=''
values='{}'
# shellcheck disable=SC2034 # for the scripts that source this
guid='[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}'
exec 3>&1

# Progress goes to standard error: standard output has results and a dry run's commands.
say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$program: $*"
    exit 1
}

usage_error() {
    say "$program: $* (see $program --help)"
    exit 2
}

# An option's value: `option_value "$@"` with the option first. No value begins with a dash: that is the
# next option, and the value was forgotten.
option_value() {
    [[ $# -ge 2 && $2 != -* ]] || usage_error "$1 needs a value"
    answer=$2
}

require_one_of() { # OPTION VALUE CHOICE...
    local option=$1 chosen=$2 choice
    shift 2
    for choice in "$@"; do
        [[ $chosen != "$choice" ]] || return 0
    done
    usage_error "$option is one of $*, not '$chosen'"
}

check_resource_group() { # VALUE
    local allowed='^[A-Za-z0-9_().-]{1,90}$'
    [[ $1 =~ $allowed && $1 != *. ]] || usage_error "--resource-group: '$1' is not a resource group's name"
}

# A command as one can paste it.
print_command() {
    local line='' word safe='^[A-Za-z0-9_./:=@,+-]+$'
    for word in "$@"; do
        [[ $word =~ $safe ]] || word="'${word//\'/\'\\\'\'}'"
        line+=" $word"
    done
    printf '%s\n' "${line# }" >&3
}

# A line among a dry run's commands that does nothing when it is pasted.
print_note() { printf '# %s\n' "$*" >&3; }

# Asks Azure something. A dry run asks nobody and takes the placeholder.
query() { # PLACEHOLDER AZ-ARGUMENT...
    local placeholder=$1
    shift
    if $is_dry_run; then
        answer=$placeholder
    else
        answer=$(az "$@" --output tsv) || fail "az $1 $2 failed; nothing further was done"
    fi
}

# Asks Azure for JSON. Where there is none, and in a dry run, it is what stands for nothing.
query_json() { # NOTHING AZ-ARGUMENT...
    local nothing=$1
    shift
    answer=''
    if ! $is_dry_run; then
        answer=$(az "$@" --output json) || fail "az $1 $2 failed; nothing further was done"
    fi
    [[ -n $answer && $answer != null ]] || answer=$nothing
}

# What jq finds in JSON.
run_jq() { # JSON JQ-ARGUMENT...
    local json=$1
    shift
    answer=$(printf '%s' "$json" | jq "$@") || fail 'what Azure answered cannot be read'
}

# Ends the script because Azure refused a change.
fail_change() { # AZ-ARGUMENT...
    fail "az $1 $2 failed; what was done before it stays, run $program again to go on"
}

# Changes something in Azure. A dry run prints the command instead.
change() { # PLACEHOLDER AZ-ARGUMENT...
    try_change "$@" || fail_change "${@:2}"
}

# The same for what Azure may refuse: returns 1 then.
try_change() { # PLACEHOLDER AZ-ARGUMENT...
    local placeholder=$1
    shift
    changes=$((changes + 1))
    if $is_dry_run; then
        print_command az "$@"
        answer=$placeholder
    else
        answer=$(az "$@" --output tsv) || return 1
    fi
}

# Changes something that hangs on what was made just before: Microsoft Entra takes up to
# a minute until it finds that everywhere.
change_with_retries() { # PLACEHOLDER AZ-ARGUMENT...
    if $is_dry_run; then
        change "$@"
        return
    fi
    local tries=1
    shift
    changes=$((changes + 1))
    until answer=$(az "$@" --output tsv); do
        ((tries < 12)) || fail_change "$@"
        say 'Trying again: what was just made may not be found everywhere yet.'
        tries=$((tries + 1))
        sleep "${WAIT_SECONDS:-5}"
    done
}

# Yes or no, from the terminal. Without one, --yes has to say it.
confirm() { # QUESTION
    if $is_confirmed || $is_dry_run; then return; fi
    [[ -t 0 ]] || fail "$1 There is no terminal to answer on: say --yes"
    local reply
    read -r -p "$1 [y/N] " reply
    [[ $reply == [yY]* ]] || fail 'stopped; nothing was changed'
}

require_sign_in() {
    command -v jq >/dev/null || fail 'jq is not installed; Azure Cloud Shell has it'
    if $is_dry_run; then return; fi
    command -v az >/dev/null || fail 'the Azure CLI (az) is not installed; Azure Cloud Shell has it'
    az account show --output none 2>/dev/null || fail 'not signed in to Azure: run az login first'
    query '' account show --query name
    say "Subscription: $answer"
}

# The newest deployment of a stack in a group, from the portal, azd or here: the one
# with the parameters that only that stack has together.
find_deployment() { # GROUP owner|shared
    local of=properties.parameters filter
    filter="$of.ingestion && $of.iotHubSku && $of.cosmosMode"
    [[ $2 == owner ]] || filter="$of.publishers && $of.alertEmail && $of.packageUri"
    query 'true' group exists --name "$1"
    if [[ $answer != true ]]; then
        answer=''
        return
    fi
    query "cloudsmets-$2" deployment group list --resource-group "$1" \
        --query "sort_by([?$filter], &properties.timestamp)[-1].name"
}

# A deployment's parameters or outputs, as JSON into $values.
read_deployment() { # GROUP DEPLOYMENT parameters|outputs
    query_json '{}' deployment group show --resource-group "$1" --name "$2" --query "properties.$3"
    values=$answer
}

# The value of that name in $values; empty, and $is_found false, if there is none. Azure changes the
# case of outputs' names, so that they are compared without it. A dry run shows <NAME>.
find_value() { # NAME
    is_found=true
    if $is_dry_run; then
        answer="<$1>"
        return
    fi
    # shellcheck disable=SC2016 # the dollar sign is jq's
    run_jq "$values" -r --arg name "$1" '
        [to_entries[] | select((.key | ascii_downcase) == ($name | ascii_downcase)) | .value.value] |
        if length == 0 or .[0] == null then "-" elif (.[0] | type) == "string" then "+" + .[0] else "+" + (.[0] | tojson) end'
    # shellcheck disable=SC2034 # for the scripts that source this
    [[ $answer == +* ]] || is_found=false
    answer=${answer:1}
}

# An output that becomes part of a command: az would take one that begins with @ for a file.
read_output() { # NAME
    find_value "$1"
    $is_dry_run || [[ $answer =~ ^[A-Za-z0-9][A-Za-z0-9._:/-]*$ ]] ||
        fail "the newest deployment says no $1 that could be one, but '$answer'"
}

# The outputs of a stack's newest deployment.
read_outputs() { # GROUP owner|shared
    find_deployment "$1" "$2"
    [[ -n $answer ]] || fail "resource group $1 has no $2 stack: run scripts/deploy $2 --resource-group $1"
    read_deployment "$1" "$answer" outputs
    $is_dry_run || [[ $values != '{}' ]] || fail "the newest $2 deployment in $1 did not succeed: run scripts/deploy $2 --resource-group $1"
}

# The title and the redirect address of a dashboard's app registration.
set_registration_names() { # APP
    title="CloudSMETS dashboard $1"
    callback=https://$1.azurewebsites.net/.auth/login/aad/callback
}

# The app registration of a dashboard, into $answer; empty if none is surely the stack's own. It is
# the one that the stack was told. Titles are not unique: everybody in the tenant can make one with
# this title, and would get the owner's sign-in. So one that is found by it counts only if it is
# the only one, the signed-in user is its only owner, nobody has a secret of it, and it leads
# nowhere else.
find_registration() { # APP CLIENT-ID
    set_registration_names "$1"
    if [[ $2 =~ ^$guid$ ]]; then
        query '' ad app list --filter "appId eq '$2'" --query '[0].appId'
        [[ -z $answer ]] || return 0
    fi
    local found candidate user
    query_json '[]' ad app list --filter "displayName eq '$title'"
    found=$answer
    # shellcheck disable=SC2016 # the dollar signs are jq's
    run_jq "$found" -r --arg callback "$callback" '
        map(select(([.web, .spa, .publicClient | .redirectUris // [] | .[]] | all(. == $callback)) and
            (.passwordCredentials // [] | length) + (.keyCredentials // [] | length) == 0)) as $fit |
        if length == 1 and ($fit | length) == 1 then $fit[0].appId else "" end'
    candidate=$answer
    if [[ -n $candidate ]]; then
        query '' ad signed-in-user show --query id
        user=$answer
        query '' ad app owner list --id "$candidate" --query '[].id'
        if [[ -n $user && $answer == "$user" ]]; then
            answer=$candidate
            return
        fi
    fi
    run_jq "$found" -r '[.[].appId] | join(", ")'
    [[ -z $answer ]] || say "Not surely yours, so left alone: the app registration $answer, also titled '$title'. If it is yours: scripts/deploy owner --dashboard-client-id ID"
    answer=''
}

# What a run came to, for one that may find nothing to do.
report_changes() { # THING
    if $is_dry_run; then
        say "$1: dry run, nothing was changed."
    elif ((changes == 0)); then
        say "$1: nothing to change."
    fi
}
