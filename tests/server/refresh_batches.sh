#!/bin/bash
# Refresh works in batches where the events of a few tickets can be had without reading all events, and only there.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
want() { [ "$2" = "$3" ] || { echo "$1: \"$2\" instead of \"$3\"" >&2; exit 1; }; }
psql_ -q -o /dev/null 2>/dev/null <<'SQL'
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 3000);
CREATE SCHEMA source;
CREATE TABLE source.tickets AS SELECT ticket_id, created_at, status, priority, group_name FROM demo.tickets;
CREATE UNIQUE INDEX ON source.tickets (ticket_id);
CREATE TABLE source.ticket_events AS SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public, seq FROM demo.ticket_events;
CREATE TABLE source.roles (code text, role text);
INSERT INTO source.roles VALUES ('agent', 'agent'), ('customer', 'customer'), ('system', 'system');
-- As loaders leave it: a small table without an index that every event is looked up in.
CREATE VIEW source.looked_up AS SELECT e.ticket_id, e.event_at, e.event_type, r.role AS actor_role, e.actor, e.old_value, e.new_value, e.public, e.seq
FROM source.ticket_events AS e LEFT JOIN source.roles AS r ON r.code = e.actor_role;
-- What an event was before, computed over the events of a ticket, and over all events.
CREATE VIEW source.by_ticket AS SELECT e.ticket_id, e.event_at, e.event_type, e.actor_role, e.actor, e.new_value, lag(e.new_value) OVER (PARTITION BY e.ticket_id, e.event_type ORDER BY e.event_at) AS old_value FROM source.ticket_events AS e;
CREATE VIEW source.over_all AS SELECT e.ticket_id, e.event_at, e.event_type, e.actor_role, e.actor, e.new_value, row_number() OVER (ORDER BY e.event_at) AS seq FROM source.ticket_events AS e;
ANALYZE;
SQL
# How many batches of 1000 a first refresh of 3000 tickets takes.
batches() {
    psql_ -q -o /dev/null -c "SET client_min_messages = warning" -c "SET slaops.as_of = '2025-12-01 08:00Z'" \
        -c "SELECT FROM slaops.create_marts('batch_marts', 'source.tickets', '$1', policy_set => 'demo')"
    psql_ -q -c "UPDATE slaops.sla_targets SET target = target * 2 WHERE policy_set = 'demo'" -c "CALL slaops.refresh('batch_marts', '2025-12-01 08:00Z', batch_size => 1000)" >"$CLUSTER_DIR/said" 2>&1
    grep -c 'NOTICE: .* of 3000 tickets$' "$CLUSTER_DIR/said"
    psql_ -q -o /dev/null -c "SELECT FROM slaops.drop_marts('batch_marts')"
}
want 'events without an index' "$(batches source.ticket_events)" 1
want 'events without an index, and a lookup' "$(batches source.looked_up)" 1
want 'events without an index, of which a view makes much' "$(batches source.by_ticket)" 1
psql_ -q -c 'CREATE INDEX ON source.ticket_events (ticket_id)' -c 'ANALYZE source.ticket_events'
want 'events with an index' "$(batches source.ticket_events)" 3
want 'events with an index, and a lookup' "$(batches source.looked_up)" 3
want 'events with an index, of which a view makes much' "$(batches source.by_ticket)" 3
want 'events with an index that a view does not let through' "$(batches source.over_all)" 1

if [ "$(psql_ -qAt -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'")" -eq 0 ]; then
    echo 'refresh_batches: without postgres_fdw, so foreign tables are not tried'
    exit 0
fi
# Foreign tables, over a second connection to the same database. Only where the foreign server is asked for its costs is its index known.
# From 17 on a row that comes over costs 0.2, which hides what finding it costs.
psql_ -q -o /dev/null -v directory="$PGHOST" -v port="$PGPORT" <<'SQL'
CREATE EXTENSION postgres_fdw;
SELECT format('CREATE SERVER loopback FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L, fdw_tuple_cost ''0.01'')', :'directory', :'port', current_database()) \gexec
CREATE USER MAPPING FOR CURRENT_USER SERVER loopback;
CREATE TABLE source.unindexed AS TABLE source.ticket_events;
ANALYZE source.unindexed;
CREATE FOREIGN TABLE source.far (ticket_id bigint, event_at timestamptz, event_type text, actor_role text, actor text, old_value text, new_value text, public boolean, seq bigint)
SERVER loopback OPTIONS (schema_name 'source', table_name 'ticket_events', use_remote_estimate 'true');
CREATE FOREIGN TABLE source.far_unindexed (ticket_id bigint, event_at timestamptz, event_type text, actor_role text, actor text, old_value text, new_value text, public boolean, seq bigint)
SERVER loopback OPTIONS (schema_name 'source', table_name 'unindexed', use_remote_estimate 'true');
CREATE FOREIGN TABLE source.far_unknown (ticket_id bigint, event_at timestamptz, event_type text, actor_role text, actor text, old_value text, new_value text, public boolean, seq bigint)
SERVER loopback OPTIONS (schema_name 'source', table_name 'ticket_events');
ANALYZE source.far_unknown;
CREATE VIEW source.far_over_all AS SELECT e.*, row_number() OVER (ORDER BY e.event_at) AS place FROM source.far AS e;
SQL
want 'foreign events whose server has an index' "$(batches source.far)" 3
want 'foreign events whose server has none' "$(batches source.far_unindexed)" 1
want 'foreign events of which no costs are known' "$(batches source.far_unknown)" 1
want 'foreign events that are fetched whole' "$(batches source.far_over_all)" 1
