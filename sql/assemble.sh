#!/bin/bash
# The install script, from the parts that order.txt lists. MODULE_PATHNAME stays for PostgreSQL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

parts=$(grep -v -e '^#' -e '^$' order.txt)
unlisted=$(comm -3 <(sort <<<"$parts") <(find . -name '*.sql' -not -path './upgrade/*' -printf '%P\n' | sort))
if [ -n "$unlisted" ]; then
    echo "build: sql/order.txt and the files below sql/ differ: $(tr '\n\t' '  ' <<<"$unlisted")" >&2
    exit 1
fi

model() { # file, place
    local name=${1##*/} stored=false
    case $(sed -n '/^-- materialized: /{s///p;q}' "$1") in
    table) stored=true ;;
    view) ;;
    *) echo "build: sql/$1 says neither '-- materialized: table' nor '-- materialized: view'" >&2; exit 1 ;;
    esac
    # shellcheck disable=SC2016     # SQL's dollars
    printf 'INSERT INTO slaops.mart_templates (name, "position", stored, sql) VALUES (%s, %s, %s, $model$%s$model$);\n' \
        "'${name%.sql}'" "$2" "$stored" "$(cat "$1")"
}

mapping() { # file
    local source=${1%/*} relation=${1##*/}
    # shellcheck disable=SC2016
    printf 'INSERT INTO slaops.attach_mappings (source, relation, sql) VALUES (%s, %s, $mapping$%s$mapping$);\n' \
        "'${source##*/}'" "'${relation%.sql}'" "$(cat "$1")"
}

printf '%s\n' '\echo Use "CREATE EXTENSION slaops" to load this file. \quit'
place=0
for part in $parts; do
    place=$((place + 1))
    printf '\n-- sql/%s\n' "$part"
    case $part in
    models/build/*) cat "$part" ;;
    models/*) model "$part" "$place" ;;
    sources/*/*) mapping "$part" ;;
    *) cat "$part" ;;
    esac
done
