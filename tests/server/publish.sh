#!/bin/bash
# Stored views can be published: refresh goes on, and a subscriber has the same rows, also those that change and go.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_start wal_level=logical max_logical_replication_workers=4
want() { [ "$2" = "$3" ] || { echo "$1: \"$2\" instead of \"$3\"" >&2; exit 1; }; }
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 200);
SET slaops.as_of = '2025-12-01 08:00Z';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents');
SQL
tables=$(psql_ -qAt -c "SELECT relname FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relkind = 'r' AND relname LIKE 'stored\_%' ORDER BY 1")
[ "$(wc -l <<<"$tables")" -ge 20 ]
psql_ -q -c 'CREATE PUBLICATION figures FOR TABLES IN SCHEMA marts'
"$PG_BIN/createdb" copy
psql_ -q -d copy -c 'CREATE EXTENSION slaops' -c 'CREATE SCHEMA marts'
# Tables without the policies, which ask views that are not there.
mapfile -t every < <(psql_ -qAt -c "SELECT '--table=marts.' || relname FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relkind = 'r'")
"$PG_BIN/pg_dump" --schema-only --no-comments "${every[@]}" postgres | awk 'BEGIN { RS = ";\n"; ORS = ";\n" } !/CREATE POLICY/' | psql_ -q -d copy -o /dev/null
# In one cluster the slot must be there before: the command would wait for its own transaction.
psql_ -qAt -o /dev/null -c "SELECT pg_create_logical_replication_slot('copy', 'pgoutput')"
psql_ -q -d copy -c "CREATE SUBSCRIPTION copy CONNECTION 'host=$PGHOST port=$PGPORT user=$PGUSER dbname=postgres' PUBLICATION figures WITH (create_slot = false, slot_name = copy)" 
rows() { # database
    local table
    for table in $tables; do
        psql_ -qAt -d "$1" -c "SELECT '$table', count(*), md5(string_agg(t::text, '|' ORDER BY t::text COLLATE \"C\")) FROM marts.$table AS t"
    done
}
same() {
    local there
    for _ in $(seq 240); do
        there=$(rows copy)
        [ "$there" != "$(rows postgres)" ] || return 0
        sleep 0.5
    done
    diff <(rows postgres) <(echo "$there") >&2 || true
    echo "the subscriber has other rows: $1" >&2
    exit 1
}
same 'a first copy'
[ "$(rows copy | awk -F'|' '$2 > 0' | wc -l)" -ge 20 ]
psql_ -q -c "CALL slaops.refresh('marts', '2025-12-10 08:00Z')" 
same 'a refresh of some days'
psql_ -q -c 'DELETE FROM demo.tickets WHERE ticket_id % 7 = 0' -c "UPDATE demo.tickets SET priority = 'low' WHERE ticket_id % 11 = 0" -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z')" 
same 'tickets that changed and went'
psql_ -q -d copy -c 'ALTER SUBSCRIPTION copy DISABLE' -c 'ALTER SUBSCRIPTION copy SET (slot_name = NONE)' -c 'DROP SUBSCRIPTION copy'
want 'errors of the subscriber' "$(grep -c 'CONTEXT:  processing remote data' "$CLUSTER_DIR/log" || true)" 0
