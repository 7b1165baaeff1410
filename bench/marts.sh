#!/bin/bash
# Time the marts of a support team: made and filled, brought forward by a day, and beside plain SQL that works out
# a part of them. Prints one table.
#
#   BENCH_TICKETS="50000 1000000"   sizes of the team
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
cluster_start shared_buffers=1GB work_mem=64MB maintenance_work_mem=256MB max_wal_size=8GB checkpoint_timeout=1h jit=off autovacuum=off
sql() { psql_ -qAt "$@" 2>/dev/null; }
say() { echo "bench: $*" >&2; }
sql -c 'CREATE EXTENSION slaops' -c 'CREATE TABLE line (place serial, name text, tickets bigint, seconds float8, mb float8)'
until='2026-01-05 08:00+00'
before='2026-01-04 08:00+00'

# Milliseconds and the largest anonymous memory of a session that runs some SQL.
timed() {
    local backend most=0 now from to
    coproc SESSION { psql_ -qAt 2>/dev/null; }
    echo 'SELECT pg_backend_pid();' >&"${SESSION[1]}"
    read -r backend <&"${SESSION[0]}"
    from=$(date +%s%N)
    printf '%s;\n\\echo finished\n' "$1" >&"${SESSION[1]}"
    local line=
    while [ "$line" != finished ]; do
        read -r -t 0.1 line <&"${SESSION[0]}" || true
        now=$(awk '/^RssAnon/ { print $2 }' "/proc/$backend/status" 2>/dev/null || echo 0)
        [ "${now:-0}" -le "$most" ] || most=$now
    done
    to=$(date +%s%N)
    echo '\q' >&"${SESSION[1]}"
    wait "$SESSION_PID" 2>/dev/null || true
    seconds=$(awk -v n=$((to - from)) 'BEGIN { print n / 1e9 }')
    mb=$(awk -v kb="$most" 'BEGIN { print kb / 1024 }')
}
add() { sql -c "INSERT INTO line (name, tickets, seconds, mb) VALUES ('$1', $2, $seconds, $mb)"; }

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
    for plain in joined spine; do
        [ $plain = joined ] || [ "$tickets" -le 50000 ] || continue
        say "plain SQL, $plain"
        timed "SET search_path = t$tickets; $(cat "bench/marts_$plain.sql")"
        add "$(sed -n '1s/^-- //p' bench/marts_$plain.sql)" "$tickets"
    done
    sql -c "DROP SCHEMA t$tickets CASCADE"
done
psql_ -q -P footer=off <<'SQL'
SELECT l.name, l.tickets, round(l.seconds::numeric, 2) AS seconds, round((l.seconds / l.tickets * 1e6)::numeric, 1) AS us_per_ticket, round(l.mb::numeric, 1) AS peak_mb,
       round((l.seconds / f.seconds)::numeric, 3) AS of_create_marts
FROM line AS l JOIN line AS f ON f.tickets = l.tickets AND f.name = 'create_marts, all facts' ORDER BY l.place;
SELECT 'time a ticket, the largest team against the smallest' AS ratio, round((max(s.seconds / s.tickets) FILTER (WHERE s.tickets = m.most) / max(s.seconds / s.tickets) FILTER (WHERE s.tickets = m.least))::numeric, 2) AS value
FROM line AS s, (SELECT max(tickets) AS most, min(tickets) AS least FROM line) AS m WHERE s.name = 'create_marts, all facts';
SQL
