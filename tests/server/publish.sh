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
SELECT slaops.load_sample('demo', 400);
-- Groups whose people are planned by the half hour, and their shifts.
CREATE TABLE demo.capacity AS SELECT *, 240::float8 AS due_minutes FROM demo.group_capacity;
CREATE TABLE demo.roster AS
SELECT agents.agent, day.at + interval '9 hours' AS starts_at, day.at + interval '17 hours' AS ends_at
FROM demo.agents AS agents
CROSS JOIN generate_series(timestamptz '2025-11-24Z', '2026-01-20Z', '1 day') AS day (at);
SET slaops.as_of = '2025-12-01 08:00Z';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.capacity', agents => 'demo.agents', shifts => 'demo.roster', work_logs => 'demo.work_logs');
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
[ "$(rows copy | awk -F'|' '$2 > 0' | wc -l)" -ge 60 ]
for table in int_risk_model int_group_workload capacity_by_day int_staffing_queues arrivals_by_half_hour staffing_needs staffing_gaps forecast_log; do
    want "are there rows of $table" "$(psql_ -qAt -d copy -c "SELECT count(*) > 0 FROM marts.stored_$table")" t
done
psql_ -q -c "CALL slaops.refresh('marts', '2025-12-10 08:00Z')" 
same 'a refresh of some days'
# Another month, so that risk models are fitted again; shifts that go and change; a table of the books that shrinks.
psql_ -q -c "DELETE FROM demo.roster WHERE extract(isodow FROM starts_at) > 5" -c "UPDATE demo.roster SET ends_at = ends_at - interval '2 hours' WHERE agent < 'G'" -c "UPDATE demo.work_logs SET ended_at = ended_at + interval '1 minute' WHERE ticket_id = 20" -c "CALL slaops.refresh('marts', '2026-01-02 08:00Z')" 
same 'a refresh of a month'
want 'risk models of January' "$(psql_ -qAt -d copy -c "SELECT bool_and(copy.fitted_at >= '2026-01-01') FROM (SELECT DISTINCT fitted_at FROM marts.stored_int_risk_model WHERE run = (SELECT max(run) FROM marts.stored_int_risk_model)) AS copy")" t
psql_ -q -c 'DELETE FROM demo.tickets WHERE ticket_id % 7 = 0' -c "UPDATE demo.tickets SET priority = 'low' WHERE ticket_id % 11 = 0" -c "CALL slaops.refresh('marts', '2026-01-05 08:00Z')" 
same 'tickets that changed and went'

# A few tables and the number of the published run, as docs/operations/replication.md has it.
"$PG_BIN/createdb" few
psql_ -q -c 'CREATE PUBLICATION few FOR TABLE marts.stored_mart_sla, marts.stored_int_ticket_lifecycle, marts.mart_state (one, run, as_of, summary_run)'
psql_ -q -d few -c 'CREATE SCHEMA marts' -c 'CREATE TABLE marts.mart_state (one boolean PRIMARY KEY, run bigint, as_of timestamptz, summary_run bigint)'
"$PG_BIN/pg_dump" --schema-only --no-comments --table=marts.stored_mart_sla --table=marts.stored_int_ticket_lifecycle postgres |
    awk 'BEGIN { RS = ";\n"; ORS = ";\n" } !/CREATE POLICY/' | psql_ -q -d few -o /dev/null
psql_ -qAt -o /dev/null -c "SELECT pg_create_logical_replication_slot('few', 'pgoutput')"
psql_ -q -d few -c "CREATE SUBSCRIPTION few CONNECTION 'host=$PGHOST port=$PGPORT user=$PGUSER dbname=postgres' PUBLICATION few WITH (create_slot = false, slot_name = few)"
psql_ -q -c "INSERT INTO demo.ticket_events (ticket_id, event_at, event_type, actor_role, actor, public, seq) SELECT ticket_id, '2026-01-05 09:00Z', 'comment', 'agent', 'Ann', true, 999 FROM demo.tickets"
psql_ -q -o /dev/null -c "SET client_min_messages = error" -c "CALL slaops.refresh('marts', '2026-01-06 08:00Z', batch_size => 50)"
want_rows="SELECT (SELECT as_of FROM marts.mart_state), count(*), sum(row.clocks), md5(string_agg(row::text, '|' ORDER BY row.place)) FROM marts.stored_mart_sla AS row JOIN marts.mart_state AS state ON row.run = state.run"
for _ in $(seq 240); do
    [ "$(psql_ -qAt -d few -c "$want_rows")" != "$(psql_ -qAt -c "$want_rows")" ] || break
    sleep 0.5
done
want 'a few tables' "$(psql_ -qAt -d few -c "$want_rows")" "$(psql_ -qAt -c "$want_rows")"
for name in copy few; do psql_ -q -d "$name" -c "ALTER SUBSCRIPTION $name DISABLE" -c "ALTER SUBSCRIPTION $name SET (slot_name = NONE)" -c "DROP SUBSCRIPTION $name"; done
# A worker that finishes its table says LOG with the same context.
# shellcheck disable=SC2016     # awk's dollar.
errors='match($0, /\[[0-9]+\]/) { pid = substr($0, RSTART, RLENGTH) } / (ERROR|FATAL|LOG):  / { error[pid] = / ERROR:  / } / CONTEXT:  processing remote data/ && error[pid] { n++ } END { print n + 0 }'
want 'errors of the subscriber' "$(awk "$errors" "$CLUSTER_DIR/log")" 0
