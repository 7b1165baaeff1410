#!/bin/bash
# Time the marts of a support team: made and filled, brought forward by a day, beside a COPY of the same rows, and beside
# plain SQL that works out a part of them. Prints tables.
#
#   BENCH_TICKETS="50000 1000000"   sizes of the team
#   BENCH_PLAIN=                    without the plain SQL, which takes most of the time
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
cluster_start shared_buffers=1GB work_mem=64MB maintenance_work_mem=256MB max_wal_size=8GB checkpoint_timeout=1h jit=off autovacuum=off max_parallel_workers_per_gather=0
sql() { psql_ -qAt "$@" 2>/dev/null; }
say() { echo "bench: $*" >&2; }
sql -c 'CREATE EXTENSION slaops' -c 'CREATE TABLE line (place serial, name text, tickets bigint, seconds float8, cpu float8, mb float8)' -c 'CREATE TABLE size (tickets bigint, facts float8, summaries float8)'
until='2026-01-05 08:00+00'
before='2026-01-04 08:00+00'

# Seconds by the clock and of CPU, and the largest anonymous memory, of a session that runs some SQL.
timed() {
    local said=$CLUSTER_DIR/said backend='' most=0 now
    local ticks="SELECT 'ticks ' || split_part(s, ' ', 12)::bigint + split_part(s, ' ', 13)::bigint || ' ' || extract(epoch FROM clock_timestamp()) FROM (SELECT regexp_replace(pg_read_file('/proc/self/stat'), '.*\) ', '') AS s) AS stat"
    psql_ -qAt -c "SELECT 'pid ' || pg_backend_pid()" -c "$ticks" -c "$1" -c "$ticks" >"$said" 2>/dev/null &
    local session=$!
    while kill -0 "$session" 2>/dev/null; do
        [ -n "$backend" ] || backend=$(sed -n 's/^pid //p' "$said")
        now=$(awk '/^RssAnon/ { print $2 }' "/proc/$backend/status" 2>/dev/null || echo 0)
        [ "${now:-0}" -le "$most" ] || most=$now
        sleep 0.05
    done
    wait "$session" || { echo "bench: failed: $1" >&2; exit 1; }
    read -r cpu seconds < <(awk -v hz="$(getconf CLK_TCK)" '/^ticks / { if (n++) print ($2 - t) / hz, $3 - s; t = $2; s = $3 }' "$said")
    mb=$(awk -v kb="$most" 'BEGIN { print kb / 1024 }')
}
add() { sql -c "INSERT INTO line (name, tickets, seconds, cpu, mb) VALUES ('$1', $2, $seconds, $cpu, $mb)"; }

for tickets in ${BENCH_TICKETS:-50000 1000000}; do
    say "making $tickets tickets"
    sql -c "SELECT slaops.load_sample('t$tickets', $tickets)" >/dev/null
    # The last day is loaded later.
    sql -c "CREATE TABLE t$tickets.later AS SELECT * FROM t$tickets.ticket_events WHERE event_at > '$before'" \
        -c "CREATE TABLE t$tickets.new AS SELECT * FROM t$tickets.tickets WHERE created_at > '$before'" \
        -c "DELETE FROM t$tickets.ticket_events WHERE event_at > '$before'" -c "DELETE FROM t$tickets.tickets WHERE created_at > '$before'" \
        -c "CREATE INDEX ON t$tickets.ticket_events (event_at)" -c "VACUUM ANALYZE t$tickets.ticket_events" -c "VACUUM ANALYZE t$tickets.tickets"
    say "create_marts of $tickets"
    timed "SET slaops.as_of = '$before'; SELECT FROM slaops.create_marts('m$tickets', 't$tickets.tickets', 't$tickets.ticket_events', policy_set => 't$tickets', group_capacity => 't$tickets.group_capacity', agents => 't$tickets.agents')"
    add 'create_marts, all facts' "$tickets"
    # The floor: the same rows into tables of the same shape with the same indexes.
    say "COPY of the same rows"
    copies=
    sql -c 'CREATE SCHEMA copy'
    for store in $(sql -c "SELECT 'stored_' || name FROM slaops.mart_templates WHERE materialized = 'incremental'"); do
        sql -c "COPY m$tickets.$store TO '$CLUSTER_DIR/data/$store.copy' (FORMAT binary)" -c "CREATE TABLE copy.$store (LIKE m$tickets.$store INCLUDING INDEXES)"
        copies+="COPY copy.$store FROM '$CLUSTER_DIR/data/$store.copy' (FORMAT binary); "
    done
    timed "$copies"
    add 'COPY of the same facts, with their indexes' "$tickets"
    sql -c 'DROP SCHEMA copy CASCADE'
    rm -f "$CLUSTER_DIR"/data/stored_*.copy
    sql -c "INSERT INTO size SELECT $tickets, sum(pg_total_relation_size(c.oid)) FILTER (WHERE m.materialized = 'incremental'), sum(pg_total_relation_size(c.oid)) FILTER (WHERE m.materialized <> 'incremental')
        FROM pg_class AS c JOIN slaops.mart_templates AS m ON c.relname = 'stored_' || m.name WHERE c.relnamespace = 'm$tickets'::regnamespace"
    # By the clock, with another core where there is one; the figures of CPU are of one process.
    say 'create_marts with parallel workers'
    timed "SET max_parallel_workers_per_gather = 2; SET slaops.as_of = '$before'; SELECT FROM slaops.create_marts('p$tickets', 't$tickets.tickets', 't$tickets.ticket_events', policy_set => 't$tickets', group_capacity => 't$tickets.group_capacity', agents => 't$tickets.agents')"
    add 'create_marts, with parallel workers' "$tickets"
    sql -c "DROP SCHEMA p$tickets CASCADE"
    sql -c "INSERT INTO t$tickets.tickets SELECT * FROM t$tickets.new" -c "INSERT INTO t$tickets.ticket_events SELECT * FROM t$tickets.later"
    say "refresh of a day"
    timed "CALL slaops.refresh('m$tickets', '$until', since => '$before')"
    add 'refresh of one day, since' "$tickets"
    sql -c "UPDATE t$tickets.tickets SET subject = 'other' WHERE ticket_id % 1000 = 0"
    timed "CALL slaops.refresh('m$tickets', '$until')"
    add 'refresh of 0.1 % changed rows, all looked at' "$tickets"
    # The one dashboard that is not stored; bench/views.sh reads the others.
    timed "SELECT sum(length(health::text)) FROM m$tickets.config_health AS health"
    add 'view config_health' "$tickets"
    # A full refresh beside readers is another matter than the first: old rows stay until it is published.
    sql -c "UPDATE slaops.sla_targets SET target = target * 2 WHERE policy_set = 't$tickets'"
    timed "CALL slaops.refresh('m$tickets', '$until')"
    add 'refresh, all facts anew' "$tickets"
    for plain in ${BENCH_PLAIN-joined spine}; do
        [ "$plain" = joined ] || [ "$tickets" -le 50000 ] || continue
        say "plain SQL, $plain"
        timed "SET search_path = t$tickets; $(cat "bench/marts_$plain.sql")"
        add "$(sed -n '1s/^-- //p' "bench/marts_$plain.sql")" "$tickets"
    done
    sql -c "DROP SCHEMA t$tickets CASCADE"
done
psql_ -q -P footer=off <<'SQL'
SELECT l.name, l.tickets, round(l.seconds::numeric, 2) AS seconds, round(l.cpu::numeric, 2) AS cpu_seconds, round((l.cpu / l.tickets * 1e6)::numeric, 1) AS cpu_us_per_ticket, round(l.mb::numeric, 1) AS peak_mb,
       round((l.cpu / f.cpu)::numeric, 3) AS of_create_marts
FROM line AS l JOIN line AS f ON f.tickets = l.tickets AND f.name = 'create_marts, all facts' ORDER BY l.place;
SELECT v.name, v.tickets, round(v.ratio::numeric, 3) AS ratio, v.target, CASE WHEN v.ratio <= v.target THEN 'ok' ELSE 'over' END AS verdict
FROM (
    SELECT 1 AS place, 'CPU of create_marts over that of the COPY' AS name, l.tickets, l.cpu / c.cpu AS ratio, 2.0 AS target
    FROM line AS l JOIN line AS c USING (tickets) WHERE l.name = 'create_marts, all facts' AND c.name LIKE 'COPY%'
    UNION ALL
    SELECT 2, 'CPU of a day''s refresh over that of create_marts', l.tickets, l.cpu / c.cpu, CASE WHEN l.tickets >= 1000000 THEN 0.03 ELSE 0.15 END
    FROM line AS l JOIN line AS c USING (tickets) WHERE c.name = 'create_marts, all facts' AND l.name LIKE 'refresh of one day%'
    UNION ALL
    SELECT 3, 'bytes of stored summaries over those of facts', s.tickets, s.summaries / s.facts, 0.333 FROM size AS s
    UNION ALL
    SELECT 5, 'create_marts with workers by the clock, over CPU of one process', l.tickets, l.seconds / c.cpu, 0.65
    FROM line AS l JOIN line AS c USING (tickets) WHERE c.name = 'create_marts, all facts' AND l.name LIKE 'create_marts, with%'
    UNION ALL
    SELECT 4, 'CPU a ticket over that of the smallest team', l.tickets, (l.cpu / l.tickets) / first_value(l.cpu / l.tickets) OVER (ORDER BY l.tickets), 1.2
    FROM line AS l WHERE l.name = 'create_marts, all facts'
) AS v
ORDER BY v.tickets, v.place;
SQL
