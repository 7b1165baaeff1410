#!/bin/bash
# docs/guides/shards.md, with a head and two shards: what its statements send to the shards, and that their answers are those of
# a single server.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
guide=$REPO/docs/guides/shards.md
want() {
    [ "$2" = "$3" ] || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

# The shards' servers, each made by a shell of its own, until this one ends.
shard_server() {
    cluster_start >&2
    echo "$CLUSTER_DIR"
    read -r _ || true
}
coproc shards {
    exec 3<&0
    (shard_server <&3) &
    (shard_server <&3)
    wait
}
read -r shard0_dir <&"${shards[0]}"
read -r shard1_dir <&"${shards[0]}"
cluster_use
if [ "$(psql_ -qAt -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'")" -eq 0 ]; then
    echo 'shards: without postgres_fdw, so it cannot run'
    exit 77
fi
for dir in "$shard0_dir" "$shard1_dir"; do PGHOST=$dir PGPORT=5432 "$PG_BIN/createdb" support; done
at_shards() {
    local dir
    for dir in "$shard0_dir" "$shard1_dir"; do PGHOST=$dir PGPORT=5432 psql_ -qAt -d support "$@" || return 1; done
}

# The guide's blocks of a place, between two of its headings, with this machine's addresses.
blocks() { # shard or head, heading
    awk -v place="$1" -v heading="$2" '
        /^## / { here = index($0, heading) > 0 }
        /^```/ { inside = here && $0 == "```sql," place; next }
        inside' "$guide" | sed -e "s|'shard0.example'|'$shard0_dir', port '5432'|" -e "s|'shard1.example'|'$shard1_dir', port '5432'|"
}
run() { # shard or head, heading
    local sql
    sql=$(blocks "$@")
    [ -n "$sql" ] || { echo "shards: the guide has no block of the $1 in $2" >&2; exit 1; }
    case $1 in
        shard) PGOPTIONS="-c client_min_messages=warning -c slaops.as_of=2026-01-05T08:00Z" at_shards -o /dev/null -c "$sql" ;;
        head) { echo "SET client_min_messages = warning;"; echo "$sql"; } | psql_ -q -o /dev/null ;;
    esac
}
run shard '## 1.'
run head '## 1.'
psql_ -q -o /dev/null <<'SQL'
SELECT slaops.load_sample('demo', 1500);
INSERT INTO desk.tickets SELECT * FROM demo.tickets;
INSERT INTO desk.ticket_events SELECT * FROM demo.ticket_events;
SQL
want 'tickets of the shards' "$(at_shards -c 'SELECT count(*) BETWEEN 600 AND 900 FROM desk.tickets' | sort | uniq -c | tr -s ' ')" ' 2 t'
at_shards -c 'ANALYZE'
psql_ -q -c 'ANALYZE desk.tickets' -c 'ANALYZE desk.ticket_events'
run head '## 2.'
run shard '## 3.'
run head '## 3.'
psql_ -qAt -c "SELECT slaops.dump_config('demo')" >"$CLUSTER_DIR/demo.yml"
echo "SELECT FROM slaops.load_config(:'config', policy_set => 'demo')" >"$CLUSTER_DIR/load.sql"
at_shards -o /dev/null -v config="$(cat "$CLUSTER_DIR/demo.yml")" -f "$CLUSTER_DIR/load.sql"
run shard '## 4.'
run head '## 4.'

# What a shard is asked, and whether both are asked at the same time.
settings='SET enable_partitionwise_aggregate = on; SET enable_partitionwise_join = on;'
ships() { # what, query, what the shards are asked, how many scans are asynchronous: 2, or any
    local plan
    plan=$(psql_ -qAt -c "$settings" -c "EXPLAIN (VERBOSE, COSTS OFF) $2")
    [ "${4:-}" = any ] || want "scans of both shards at a time: $1" "$(grep -c 'Async Foreign Scan' <<<"$plan" || true)" "${4:-2}"
    [ "$(grep -cF "Remote SQL: $3" <<<"$plan")" -eq 2 ] || { printf '%s\n%s\ndoes not ask the shards\n%s\n' "$1" "$plan" "$3" >&2; exit 1; }
}
hours='Mo-Fr 09:00-17:00; PH off @ America/New_York, US'
ships 'a condition' "SELECT ticket_id FROM desk.tickets WHERE slaops.is_open('$hours'::slaops.calendar, created_at)" \
    "SELECT ticket_id FROM desk.tickets WHERE (slaops.is_open('$hours'::slaops.calendar, created_at))"
ships 'an aggregate per ticket' 'SELECT ticket_id, slaops.trace(event_type, event_at, seq) FROM desk.ticket_events GROUP BY ticket_id' \
    'SELECT ticket_id, slaops.trace(event_type, event_at, seq) FROM desk.ticket_events GROUP BY 1'
ships 'a history per ticket' \
    'SELECT ticket_id, slaops.ticket_history(event_at, event_type, actor_role, actor, NULL, old_value, new_value, public, seq) FROM desk.ticket_events GROUP BY ticket_id' \
    'SELECT ticket_id, slaops.ticket_history(event_at, event_type, actor_role, actor, NULL::text, old_value, new_value, public, seq) FROM desk.ticket_events GROUP BY 1'
ships 'a summary' 'SELECT slaops.rollup(matrix) FROM desk.process' 'SELECT matrix FROM desk.process'
ships 'summaries by group' 'SELECT group_name, slaops.rollup(minutes_to_solve) FROM desk.groups GROUP BY group_name' 'SELECT group_name, minutes_to_solve FROM desk.groups' any
# What does not ship, so that rows come over.
ships 'a calendar by its name' "SELECT ticket_id FROM desk.tickets WHERE slaops.is_open('demo emea', created_at)" 'SELECT ticket_id, created_at FROM desk.tickets'
ships 'an aggregate of all rows' 'SELECT slaops.transition_matrix(ticket_id, event_type, event_at, seq) FROM desk.ticket_events' 'SELECT ticket_id, event_at, event_type, seq FROM desk.ticket_events' 0

# The shards' answers are those of the single server that the head's own tables are.
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('single', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo');
SQL
psql_ -q -o /dev/null <<SQL
\i $(dirname "$0")/../support/checks.sql
$settings
SELECT pg_temp.same('what is open', \$\$SELECT ticket_id FROM demo.tickets WHERE slaops.is_open('demo americas', created_at)\$\$, \$\$SELECT ticket_id FROM desk.tickets WHERE slaops.is_open('$hours'::slaops.calendar, created_at)\$\$, 300);
SELECT pg_temp.same('by name', \$\$SELECT ticket_id FROM demo.tickets WHERE slaops.is_open('demo emea', created_at)\$\$, \$\$SELECT ticket_id FROM desk.tickets WHERE slaops.is_open('demo emea', created_at)\$\$, 300);
SELECT pg_temp.same('traces', 'SELECT ticket_id, slaops.trace(event_type, event_at, seq) FROM demo.ticket_events GROUP BY ticket_id', 'SELECT ticket_id, slaops.trace(event_type, event_at, seq) FROM desk.ticket_events GROUP BY ticket_id', 1500);
SELECT pg_temp.same('histories', h.sql, replace(h.sql, 'demo.', 'desk.'), 1500)
FROM (SELECT 'SELECT ticket_id, slaops.ticket_history(event_at, event_type, actor_role, actor, NULL, old_value, new_value, public, seq)::text FROM demo.ticket_events GROUP BY ticket_id') AS h (sql);
SELECT pg_temp.same('the matrix', 'SELECT slaops.transition_matrix(ticket_id, event_type, event_at, seq)::text FROM demo.ticket_events', 'SELECT slaops.rollup(matrix)::text FROM desk.process', 1);
SELECT pg_temp.same('the matrix of rows', 'SELECT slaops.rollup(matrix)::text FROM desk.process', 'SELECT slaops.transition_matrix(ticket_id, event_type, event_at, seq)::text FROM desk.ticket_events', 1);
SELECT pg_temp.same('summaries by group', \$\$SELECT group_name, count(*), slaops.series(date_trunc('hour', created_at), 1, '1 day')::text, slaops.survival_agg(round(slaops.business_minutes('$hours'::slaops.calendar, created_at, solved_at)), true)::text FROM demo.tickets GROUP BY group_name\$\$,
    'SELECT group_name, sum(tickets)::bigint, slaops.rollup(arrivals)::text, slaops.rollup(minutes_to_solve)::text FROM desk.groups GROUP BY group_name', 3);
SELECT pg_temp.same('a forecast', \$\$SELECT f.* FROM (SELECT slaops.series(created_at, 1, '1 day') AS s FROM demo.tickets) AS a CROSS JOIN LATERAL slaops.forecast(a.s, 14) AS f\$\$,
    'SELECT f.* FROM (SELECT slaops.rollup(arrivals) AS s FROM desk.groups) AS a CROSS JOIN LATERAL slaops.forecast(a.s, 14) AS f', 14);
SELECT pg_temp.same('attainment', m.sql, replace(m.sql, 'single.', 'desk.'), 200)
FROM (SELECT 'SELECT metric, policy, priority, group_name, month, sum(clocks), sum(met), sum(breached), sum(open_breached), sum(at_risk), sum(on_track), sum(not_started) FROM single.mart_sla GROUP BY metric, policy, priority, group_name, month') AS m (sql);
SELECT pg_temp.yes('shards of one instant', count(DISTINCT as_of) = 1 AND count(*) = 2) FROM desk.refresh_status;
-- A reader of summaries sees no ticket.
CREATE ROLE summaries;
GRANT USAGE ON SCHEMA desk, slaops TO summaries;
GRANT SELECT ON desk.process, desk.groups TO summaries;
SET ROLE summaries;
SELECT pg_temp.yes('a reader of summaries', count(*) = 2) FROM desk.process;
SELECT pg_temp.yes('a reader of summaries has no rows', NOT has_table_privilege('desk.tickets', 'SELECT'));
RESET ROLE;
DROP OWNED BY summaries;
DROP ROLE summaries;
SQL

# A shard that is away is an error, not a smaller figure.
cluster_owned=$shard1_dir cluster_ctl -m immediate stop
said=$(psql_ -qAt -c 'SELECT slaops.rollup(matrix) FROM desk.process' 2>&1 || true)
grep -q 'could not connect to server "shard1"' <<<"$said" || { echo "a shard that is away: ${said:0:200}" >&2; exit 1; }
