#!/bin/bash
# Tickets and events that Citus has distributed, as far as a server without Citus can tell: its list of distributed tables
# is stood in for, so that views and refresh read through the functions that gather. Figures are those of tables that are
# not on the list, also after changes; and a worker of a distributed query must be told the instant.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_start allow_system_table_mods=on
want() { [ "$2" = "$3" ] || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }; }
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 400);
CREATE TABLE pg_catalog.pg_dist_partition (
    logicalrelid regclass,
    partmethod "char",
    partkey text,
    colocationid integer
);
GRANT SELECT ON pg_catalog.pg_dist_partition TO PUBLIC;
CREATE SCHEMA far;
CREATE TABLE far.tickets AS TABLE demo.tickets;
ALTER TABLE far.tickets ADD PRIMARY KEY (ticket_id);
CREATE TABLE far.ticket_events AS TABLE demo.ticket_events;
CREATE INDEX ON far.ticket_events (ticket_id);
CREATE VIEW far.apart AS SELECT * FROM far.ticket_events;
INSERT INTO pg_catalog.pg_dist_partition VALUES
    ('far.tickets', 'h', '{VAR :varno 1 :varattno 1 :vartype 20 }', 7),
    ('far.ticket_events', 'h', '{VAR :varno 1 :varattno 1 :vartype 20 }', 7);
ANALYZE;
CREATE ROLE reader;
CREATE ROLE stranger;
SQL
want 'both together' "$(psql_ -qAt -c "SELECT slaops.is_colocated('far.tickets', 'far.ticket_events'), slaops.is_colocated('far.tickets', 'far.apart'), slaops.is_distributed('far.apart'), slaops.is_distributed('demo.tickets')")" 't|f|t|f'
make_marts() { # schema, tickets, events, more
    psql_ -q -o /dev/null -c 'SET client_min_messages = warning' -c "SET slaops.as_of = '2025-12-01 08:00Z'" -c "SELECT FROM slaops.create_marts('$1', '$2', '$3', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents'$4)"
}
make_marts near demo.tickets demo.ticket_events ''
make_marts gathered far.tickets far.ticket_events ''
make_marts scattered far.tickets far.apart ''
make_marts unstored far.tickets far.apart ', stored => false'
views=$(psql_ -qAt -c "SELECT relname FROM pg_class WHERE relnamespace = 'near'::regnamespace AND relkind = 'v' AND relname <> 'refresh_status' ORDER BY 1")
[ "$(wc -l <<<"$views")" -gt 90 ]
# The basis of a risk model is a hash of SQL, which names its schema, and so do recommendations.
rows() { # schema, views, as_of
    local view
    for view in $2; do
        echo "SELECT '$view', count(*), md5(coalesce(string_agg(line.text, '|' ORDER BY line.text COLLATE \"C\"), '')) FROM (SELECT replace((to_jsonb(seen) - 'basis')::text, '$1.', '') AS text FROM $1.$view AS seen) AS line;"
    done | PGOPTIONS="-c slaops.as_of=$3" psql_ -qAt
}
same() { # schema, views, as_of
    diff <(rows near "$2" "$3") <(rows "$1" "$2" "$3") >&2 || { echo "the views of $1 have other rows as of $3" >&2; exit 1; }
}
same gathered "$views" 2025-12-01T08:00Z
same unstored 'int_ticket_lifecycle int_sla_clocks fct_sla_attainment fct_backlog_snapshot mart_sla kpi config_health' 2025-12-01T08:00Z
# The events are read in the statement that the nodes get, and nowhere else.
plan() { psql_ -qAt -c "EXPLAIN SELECT * FROM gathered.$1"; }
for view in stg_tickets stg_ticket_events int_sla_clocks config_health; do
    if grep -E 'Scan.* on (tickets|ticket_events)\M' <<<"$(plan "$view")"; then echo "$view reads a distributed table in its own plan" >&2; exit 1; fi
    grep -qE 'Function Scan on gathered_' <<<"$(plan "$view")" || { echo "$view does not gather" >&2; exit 1; }
done
want 'batches' "$(psql_ -qAt -c "SELECT slaops.refresh_in_batches('gathered', to_jsonb(state)) FROM gathered.mart_state AS state")" "$(psql_ -qAt -c "SELECT slaops.refresh_in_batches('near', to_jsonb(state)) FROM near.mart_state AS state")"

change() { # SQL with TICKETS and EVENTS
    psql_ -q -c "${1//SCHEMA/demo}" -c "${1//SCHEMA/far}"
}
refresh() { # as_of, more
    local schema
    for schema in near gathered scattered; do psql_ -q -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('$schema', as_of => '$1'$2)"; done
}
change "
    UPDATE SCHEMA.tickets SET priority = 'low' WHERE ticket_id % 11 = 0;
    DELETE FROM SCHEMA.tickets WHERE ticket_id % 13 = 0;
    DELETE FROM SCHEMA.ticket_events WHERE ticket_id % 17 = 0;"
refresh 2025-12-03T08:00Z ''
same scattered "$views" 2025-12-03T08:00Z
change "
    INSERT INTO SCHEMA.ticket_events (ticket_id, event_at, event_type, actor_role, actor, public, seq)
    SELECT ticket_id, '2025-12-03 12:00Z', 'comment', 'agent', 'ann', true, 1000000 + ticket_id FROM SCHEMA.tickets WHERE ticket_id % 7 = 0;"
refresh 2025-12-04T08:00Z ", since => '2025-12-03 10:00Z', batch_size => 20"
same gathered "$views" 2025-12-04T08:00Z
same scattered "$views" 2025-12-04T08:00Z

# A column that is renamed is asked for by its old name: a refresh says so, until it has that again.
psql_ -q -c 'ALTER TABLE far.tickets RENAME COLUMN priority TO urgency'
if said=$(psql_ -qAt -c "CALL slaops.refresh('gathered', as_of => '2025-12-05 08:00Z')" 2>&1); then echo 'a renamed column is no longer read, and nothing said so' >&2; exit 1; fi
[[ $said == *'column "urgency" of far.tickets had another name when the views were made'* ]] || { echo "$said" >&2; exit 1; }
psql_ -q -c 'ALTER TABLE far.tickets RENAME COLUMN urgency TO priority'
refresh 2025-12-05T08:00Z ''
same gathered "$views" 2025-12-05T08:00Z

# Facts on the workers, as the guide has them: the SQL is the guide's, and the sums are those of mart_sla.
psql_ -q -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('near', as_of => '2026-01-05 08:00Z')"
# shellcheck disable=SC2016     # sed's dollars
sed -n '/^### Facts on the workers/,/^## /p' "$REPO/docs/guides/large-data.md" | sed -n '/^```sql$/,/^```$/p' | grep -v '^```' >"$CLUSTER_DIR/guide.sql"
psql_ -q -o /dev/null -f "$CLUSTER_DIR/guide.sql"
want 'the sums of the guide' "$(psql_ -qAt -c 'SELECT metric, policy, group_name, month, sum(met), sum(breached) FROM demo.sla_by_month WHERE met + breached > 0 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4')" \
    "$(psql_ -qAt -c 'SELECT metric, policy, group_name, month, sum(met), sum(breached) FROM near.mart_sla WHERE met + breached > 0 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4')"
[ "$(psql_ -qAt -c 'SELECT sum(met) > 300 AND sum(breached) > 30 FROM demo.sla_by_month')" = t ]

# The views depend on the tables, and ask the reader for his rights on them.
psql_ -q -o /dev/null -c "SELECT FROM slaops.grant_read('gathered', 'reader')"
want 'rows of a reader' "$(psql_ -qAt -c 'SET ROLE reader' -c 'SELECT count(*) > 0 FROM gathered.stg_tickets')" t
psql_ -q -c 'GRANT USAGE ON SCHEMA gathered, slaops TO stranger' -c 'GRANT SELECT ON gathered.stg_tickets TO stranger'
if said=$(psql_ -qAt -c 'SET ROLE stranger' -c 'SELECT count(*) FROM gathered.stg_tickets' 2>&1); then echo "a stranger read $said" >&2; exit 1; fi
[[ $said == *'permission denied'* ]]
if said=$(psql_ -qAt -c 'DROP TABLE far.tickets' 2>&1); then echo 'the views do not depend on the tickets' >&2; exit 1; fi
[[ $said == *'view gathered.stg_tickets depends on table far.tickets'* ]] || { echo "$said" >&2; exit 1; }
for column in tickets.priority ticket_events.public; do
    if said=$(psql_ -qAt -c "ALTER TABLE far.${column%.*} DROP COLUMN ${column#*.}" 2>&1); then echo "the views do not depend on $column" >&2; exit 1; fi
    [[ $said == *"view gathered.stg_${column%.*} depends on column ${column#*.} of table far.${column%.*}"* ]] || { echo "$said" >&2; exit 1; }
done
psql_ -q -c 'ALTER TABLE far.tickets ADD COLUMN mood text' -c 'ALTER TABLE far.tickets DROP COLUMN mood'

# A worker.
worker() { PGAPPNAME='citus_internal gpid=10000000042' PGOPTIONS="${1:+-c slaops.as_of=$1}" psql_ -qAt -c 'SELECT slaops.as_of()' 2>&1; }
if said=$(worker ''); then echo "a worker answered as of $said" >&2; exit 1; fi
[[ $said == *'each node would answer of its own instant'* ]] || { echo "$said" >&2; exit 1; }
want 'a worker that was told' "$(worker 2026-01-05T08:00Z)" '2026-01-05 08:00:00+00'
want 'anybody else' "$(psql_ -qAt -c "SET application_name = 'citus report'" -c 'SELECT slaops.as_of() = statement_timestamp()')" t
