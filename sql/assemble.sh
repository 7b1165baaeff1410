#!/bin/bash
# The install script, from the parts that order.txt lists. MODULE_PATHNAME stays for PostgreSQL.
# `assemble.sh interface` prints the hash of what it declares of the library, `assemble.sh upgrade` the part of an upgrade
# script that is the same for every release: the hash, and the SQL of views and sources.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

parts=$(grep -v -e '^#' -e '^$' order.txt)
unlisted=$(comm -3 <(sort <<<"$parts") <(find . -name '*.sql' -not -path './upgrade/*' -printf '%P\n' | sort))
if [ -n "$unlisted" ]; then
    echo "build: sql/order.txt and the files below sql/ differ: $(tr '\n\t' '  ' <<<"$unlisted")" >&2
    exit 1
fi

model() { # file, place
    local name=${1##*/} materialized key
    materialized=$(sed -n '/^-- materialized: /{s///p;q}' "$1")
    case $materialized in
    view | table | incremental | aggregate | log) ;;
    *) echo "build: sql/$1 says none of '-- materialized: view', table, incremental, aggregate, log" >&2; exit 1 ;;
    esac
    key=$(sed -n '/^-- key: /{s///p;q}' "$1")
    [ -n "$key" ] || [[ $materialized != aggregate && $materialized != log ]] || { echo "build: sql/$1 has no line '-- key: '" >&2; exit 1; }
    # An aggregate is kept from refresh to refresh, whatever the instant.
    [ "$materialized" != aggregate ] || ! grep -n '{as_of}' "$1" >&2 || { echo "build: sql/$1 depends on {as_of}" >&2; exit 1; }
    key=${key:+"'{${key// /}}'"}
    # shellcheck disable=SC2016     # SQL's dollars
    printf 'INSERT INTO slaops.mart_templates (name, "position", materialized, "key", sql) VALUES (%s, %s, %s, %s, $model$%s$model$);\n' \
        "'${name%.sql}'" "$2" "'$materialized'" "${key:-NULL}" "$(cat "$1")"
}

mapping() { # file
    local source=${1%/*} relation=${1##*/}
    # shellcheck disable=SC2016
    printf 'INSERT INTO slaops.attach_mappings (source, relation, sql) VALUES (%s, %s, $mapping$%s$mapping$);\n' \
        "'${source##*/}'" "'${relation%.sql}'" "$(cat "$1")"
}

# What the library is declared to have: C functions, types and aggregates. The library is built with its hash and refuses
# to work with a script that declares something else.
interface() {
    # shellcheck disable=SC2086
    cat $parts | awk '/^CREATE (FUNCTION|TYPE|AGGREGATE) /{s = ""; in_it = 1} in_it {s = s $0 "\n"}
        in_it && /;$/{if (s ~ /MODULE_PATHNAME/ || s !~ /^CREATE FUNCTION/) printf "%s", s; in_it = 0}' |
        sed -E 's/ (COST|ROWS) [0-9]+//g' | md5sum | cut -c1-16
}

interface=$(interface)
if [ "${1:-}" = interface ]; then
    echo "$interface"
    exit
fi

if [ "${1:-}" = upgrade ]; then
    cat <<SQL
CREATE OR REPLACE FUNCTION slaops.interface_of_script() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS \$\$SELECT '$interface'\$\$;
DELETE FROM slaops.mart_templates;
DELETE FROM slaops.attach_mappings;
SQL
    place=0
    for part in $parts; do
        place=$((place + 1))
        case $part in
        models/build/*) ;;
        models/*) model "$part" "$place" ;;
        sources/*/*) mapping "$part" ;;
        esac
    done
    exit
fi

printf '%s\n' '\echo Use "CREATE EXTENSION slaops" to load this file. \quit'
place=0
for part in $parts; do
    place=$((place + 1))
    printf '\n-- sql/%s\n' "$part"
    case $part in
    models/build/*) cat "$part" ;;
    models/*) model "$part" "$place" ;;
    sources/*/*) mapping "$part" ;;
    schema.sql) sed "s/@interface@/$interface/" "$part" ;;
    *) cat "$part" ;;
    esac
done
