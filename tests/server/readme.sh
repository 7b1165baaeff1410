#!/bin/bash
# The SQL of README.md and of docs/ runs, and the demo's SQL is the documents'.
#
# Each block ```sql runs, those of a document in one session, in a database that a comment at the
# document's head names:
#   <!-- database: empty -->       the extension
#   <!-- database: sample -->      what README.md leaves: the sample team in demo, its views in demo_marts
#   <!-- database: incidents -->   the extension and the table incident_log
#   <!-- database: zendesk -->     the extension and a Zendesk as Fivetran loads it, in schema zendesk
#   <!-- database: sidecar -->     the extension, and a server desk that has such a Zendesk
#   <!-- database: support -->     what docs/guides/your-tickets.md leaves: the same with views in support
# ```yaml is a configuration and is loaded as a dry run. ```sql,demo must also stand in
# examples/demo.sql. ```sql,ignore does not run: pg_cron, fragments.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
cd "$REPO"

scripts=${CARGO_TARGET_DIR:-$REPO/target}/readme
rm -rf "$scripts"
mkdir -p "$scripts"
python3 tests/server/readme/blocks.py "$scripts"

make_database() {       # kind, name
    case $1 in
    sample) "$PG_BIN/createdb" -T docs_readme "$2" ;;
    support) "$PG_BIN/createdb" -T docs_guides_your_tickets "$2" ;;
    zendesk)
        "$PG_BIN/createdb" "$2"
        psql_ -q -d "$2" -o /dev/null -f tests/views/attach/zendesk_tables.sql -c 'ALTER SCHEMA zd RENAME TO zendesk'
        ;;
    sidecar)
        databases+=("$2_desk")
        make_database zendesk "$2_desk"
        "$PG_BIN/createdb" "$2"
        psql_ -q -d "$2" -c 'CREATE EXTENSION slaops' -c 'CREATE EXTENSION postgres_fdw' \
            -c "CREATE SERVER desk FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$PGHOST', port '$PGPORT', dbname '$2_desk', fetch_size '10000')" \
            -c 'CREATE USER MAPPING FOR CURRENT_USER SERVER desk'
        ;;
    *)
        "$PG_BIN/createdb" "$2"
        psql_ -q -d "$2" -c 'CREATE EXTENSION slaops'
        case $1 in
        empty) ;;
        incidents)
            columns=$(zcat tests/data/incident_event_log.csv.gz | sed -n '1{s/,/ text, /g;s/$/ text/;p}')
            psql_ -q -d "$2" -c "CREATE TABLE incident_log ($columns)"
            zcat tests/data/incident_event_log.csv.gz | psql_ -q -d "$2" -c '\copy incident_log FROM pstdin csv header'
            ;;
        *) echo "readme: $2: no database of the kind '$1'" >&2; return 1 ;;
        esac
        ;;
    esac
}

ran=0
databases=()
clean_up() {
    local name
    for name in "${databases[@]}"; do
        psql_ -q -d postgres -c "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)"
    done
    psql_ -q -d postgres -c 'DROP ROLE IF EXISTS analyst'
}
# README.md and the guide to own tickets first: others go on from what they leave.
psql_ -q -d postgres -c 'CREATE ROLE analyst'
foreign=$(psql_ -qAt -d postgres -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'")
while read -r script kind; do
    if [ "$kind" = sidecar ] && [ "$foreign" -eq 0 ]; then
        echo "readme: this PostgreSQL has no postgres_fdw, so the SQL of $script does not run"
        rm -f "$scripts/$script.out"
        continue
    fi
    database=docs_$script
    databases+=("$database")
    make_database "$kind" "$database"
    if ! psql_ -q -d "$database" -f "$scripts/$script.sql" >"$scripts/$script.out" 2>"$scripts/$script.err"; then
        grep -v 'NOTICE: ' "$scripts/$script.err" >&2
        clean_up
        echo "readme: the block at $(grep '^-- at ' "$scripts/$script.out" | tail -1 | cut -c7-) failed" >&2
        exit 1
    fi
    ran=$((ran + 1))
done <"$scripts/list"
[ "$ran" -ge 15 ]

export PGDATABASE=docs_readme
# The sample team's story: Tier 2 lacks people, Tier 1 can spare some, escalations are expensive.
[ "$(psql_ -qAt -c "SELECT count(*) FROM demo_marts.recommendations WHERE area = 'capacity' AND action ~ '^Move [0-9.]+ (person|people) from Tier 1 to Tier 2 and add [0-9.]+ people: .* the move alone does not help: ' OR area = 'escalation' OR area = 'bottleneck' AND subject = 'Tier 2'")" = 3 ]
# The answers that documents show are those that they get.
python3 tests/server/readme/answers.py "$scripts"
# The figures in its first block's comments.
[ "$(psql_ -qAt <"$scripts/block-readme-01.sql" | head -1)" = 120 ]
# Forecasts of all groups begin on one day, of one without tickets lately too.
forecast=$(grep -l 'slaops.forecast(daily' "$scripts"/block-guides_forecasts-*.sql | head -1)
[ "$(psql_ -qAt -d docs_guides_forecasts <"$forecast" | cut -d'|' -f2 | sort | uniq -c | head -1 | xargs)" = "3 2026-01-05" ]
clean_up
