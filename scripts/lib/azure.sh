# shellcheck shell=bash
# Functions that the scripts share: messages, options and requests to Azure. To be sourced, not run.
# Functions return their result in $answer instead of printing it to a subshell, so that they can
# count in $changes and end the script on a failure.

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

# Prints progress to standard error. Standard output is for results and the commands of a dry run.
say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$program: $*"
    exit 1
}

usage_error() {
    say "$program: $* (see $program --help)"
    exit 2
}

# Reads the value of an option: `option_value "$@"`, with the option first. No value begins with a dash;
# a dash means that the value is missing and the next option follows.
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
    [[ $1 =~ $allowed && $1 != *. ]] || usage_error "--resource-group: '$1' is not the name of a resource group"
}

# Quotes a word for a shell, if it has to be quoted.
quote() { # WORD
    answer=$1
    local safe='^[A-Za-z0-9_./:=@,+-]+$'
    [[ $1 =~ $safe ]] || answer="'${1//\'/\'\\\'\'}'"
}

# Prints a command, quoted for a shell.
print_command() {
    local line='' word answer=''
    for word in "$@"; do
        quote "$word"
        line+=" $answer"
    done
    printf '%s\n' "${line# }" >&3
}

# Prints a note between the commands of a dry run, as a shell comment.
print_note() { printf '# %s\n' "$*" >&3; }

# Queries Azure. A dry run uses the placeholder instead.
query() { # PLACEHOLDER AZ-ARGUMENT...
    local placeholder=$1
    shift
    if $is_dry_run; then
        answer=$placeholder
    else
        answer=$(az "$@" --output tsv) || fail "az $1 $2 failed; the script stopped there"
    fi
}

# Queries Azure for JSON. If there is none, and in a dry run, uses the default.
query_json() { # DEFAULT AZ-ARGUMENT...
    local default=$1
    shift
    answer=''
    if ! $is_dry_run; then
        answer=$(az "$@" --output json) || fail "az $1 $2 failed; the script stopped there"
    fi
    [[ -n $answer && $answer != null ]] || answer=$default
}

# Runs jq on JSON.
run_jq() { # JSON JQ-ARGUMENT...
    local json=$1
    shift
    answer=$(printf '%s' "$json" | jq "$@") || fail 'cannot parse the answer of Azure'
}

# Ends the script because Azure refused a change.
fail_change() { # AZ-ARGUMENT...
    fail "az $1 $2 failed; earlier changes remain. Run $program again to continue"
}

# Changes something in Azure. A dry run prints the command instead.
change() { # PLACEHOLDER AZ-ARGUMENT...
    try_change "$@" || fail_change "${@:2}"
}

# Like change, but returns 1 if Azure refuses.
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

# Like change, for a change that needs an object that was created just before: it can take up to a
# minute until all of Microsoft Entra knows the object.
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
        say 'Retrying: Entra may not know the new object everywhere yet.'
        tries=$((tries + 1))
        sleep "${WAIT_SECONDS:-5}"
    done
}

# Asks for confirmation on the terminal. Without a terminal, --yes is required.
confirm() { # QUESTION
    if $is_confirmed || $is_dry_run; then return; fi
    [[ -t 0 ]] || fail "$1 There is no terminal to ask on: use --yes"
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

# Finds the newest deployment of a stack in a group, whether from the portal, azd or a script. It is
# recognised by a combination of parameters that only that stack has.
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

# Reads a deployment's parameters or outputs, as JSON, into $values.
read_deployment() { # GROUP DEPLOYMENT parameters|outputs
    query_json '{}' deployment group show --resource-group "$1" --name "$2" --query "properties.$3"
    values=$answer
}

# Reads the value with that name in $values. If there is none, the answer is empty and $is_found is
# false. Azure changes the case of the names of outputs, so the comparison ignores case. A dry run uses
# <NAME>.
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

# Reads an output and checks it, because it becomes part of a command: az would read a value that
# begins with @ from a file.
read_output() { # NAME
    find_value "$1"
    $is_dry_run || [[ $answer =~ ^[A-Za-z0-9][A-Za-z0-9._:/-]*$ ]] ||
        fail "the newest deployment has no $1 with a valid value, but '$answer'"
}

# Reads the outputs of a stack's newest deployment into $values.
read_outputs() { # GROUP owner|shared
    find_deployment "$1" "$2"
    [[ -n $answer ]] || fail "resource group $1 has no $2 stack: run scripts/deploy $2 --resource-group $1"
    read_deployment "$1" "$answer" outputs
    $is_dry_run || [[ $values != '{}' ]] || fail "the newest $2 deployment in $1 did not succeed: run scripts/deploy $2 --resource-group $1"
}

# Sets the title and the redirect address of a dashboard's app registration.
set_registration_names() { # APP
    title="CloudSMETS dashboard $1"
    callback=https://$1.azurewebsites.net/.auth/login/aad/callback
}

# Finds the app registration of a dashboard; the answer is empty if none certainly belongs to the
# stack. The registration in the stack's parameters takes precedence. Titles are not unique: every
# member of the tenant can create a registration with this title, and would receive the owner's
# sign-in. A registration with the title is therefore used only if it is the only one, the signed-in
# user is its only owner, it has no secret, and it redirects nowhere else.
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
    [[ -z $answer ]] || say "The app registration $answer also has the title '$title', but may not be yours, so it is not used. If it is yours: scripts/deploy owner --dashboard-client-id ID"
    answer=''
}

# Reports a run without changes.
report_changes() { # THING
    if $is_dry_run; then
        say "$1: dry run, nothing was changed."
    elif ((changes == 0)); then
        say "$1: nothing to change."
    fi
}
