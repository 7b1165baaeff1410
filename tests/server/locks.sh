#!/bin/bash
# Locks: readers and strangers hold nobody up, calls wait for one another without a deadlock, and say for whom.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
fail() { echo "locks: $*" >&2; exit 1; }
ask() { psql_ -q -At "$@"; }
work=$(mktemp -d -p "$CLUSTER_DIR")
ask -c "CREATE EXTENSION slaops" -c "CREATE SCHEMA desk" -c "CREATE ROLE locks_reader LOGIN"
ask >/dev/null <<'SQL'
SET client_min_messages = warning;
CREATE TABLE desk.tickets AS SELECT i AS ticket_id, timestamptz '2026-01-05 09:00Z' + i * interval '1 minute' AS created_at, 'open' AS status FROM generate_series(1, 600) AS i;
CREATE TABLE desk.ticket_events AS SELECT ticket_id, created_at AS event_at, 'created' AS event_type FROM desk.tickets;
CREATE INDEX ON desk.ticket_events (ticket_id);
CREATE VIEW desk.other_tickets AS SELECT * FROM desk.tickets WHERE ticket_id % 2 = 0;
SELECT FROM slaops.create_marts('desk');
GRANT USAGE ON SCHEMA slaops, desk TO locks_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA desk TO locks_reader;
SQL

# A reader cannot lock what refresh locks, and an advisory lock of any key is none of its business.
for mode in 'ROW EXCLUSIVE' 'SHARE UPDATE EXCLUSIVE' SHARE 'ACCESS EXCLUSIVE'; do
    ! ask -U locks_reader -c "LOCK TABLE desk.mart_state IN $mode MODE" 2>/dev/null || fail "a reader may lock in mode $mode"
done
said=$(ask -U locks_reader -c "SELECT slaops.hold_lock('desk.mart_state')" 2>&1) && fail 'a reader may hold the lock'
[[ $said == *'not yours, or not locked'* ]] || fail "$said"

# A reader idle in a transaction, on every table that refresh writes and two views, does not hold up a refresh, nor does the advisory
# lock of old. 20 s are plenty for 600 tickets.
{ echo 'BEGIN;'; ask -c "SELECT format('SELECT count(*) FROM desk.%I;', relname) FROM pg_class WHERE relnamespace = 'desk'::regnamespace AND (relkind = 'r' OR relname IN ('mart_sla', 'sla_overview'))"
  echo "SELECT pg_advisory_lock(hashtextextended('slaops.refresh ' || 'desk.mart_state'::regclass::oid::text, 0));"; echo '\! touch '"$work"/ready; echo 'SELECT pg_sleep(60);'; } >"$work/reader.sql"
psql_ -q -At -U locks_reader -f "$work/reader.sql" >/dev/null 2>&1 &
reader=$!
for _ in $(seq 300); do [ ! -e "$work/ready" ] || break; sleep 0.1; done
[ -e "$work/ready" ] || fail 'the reader did not begin'
ask -c 'SET client_min_messages = warning' -c "SET lock_timeout = '20s'" -c "UPDATE desk.tickets SET status = 'pending' WHERE ticket_id <= 100" \
    -c "CALL slaops.refresh('desk')" -c "UPDATE desk.tickets SET status = 'open' WHERE ticket_id <= 100" -c "SELECT slaops.refresh_now('desk')" >/dev/null
kill "$reader" 2>/dev/null || true
wait "$reader" 2>/dev/null || true
ask -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'locks_reader'" >/dev/null

# A refresh waits for the one before it over all its commits, and says for whom. The first is held inside a batch by a lock
# on the events that only its owner can take.
{ echo "BEGIN; LOCK TABLE desk.ticket_events IN ACCESS EXCLUSIVE MODE;"; echo '\! touch '"$work"/held; echo 'SELECT pg_sleep(4);'; } >"$work/hold.sql"
psql_ -q -At -f "$work/hold.sql" >/dev/null &
for _ in $(seq 300); do [ ! -e "$work/held" ] || break; sleep 0.1; done
PGAPPNAME=first_refresh psql_ -q -At -c "CALL slaops.refresh('desk', '2026-03-01Z')" >"$work/first" 2>&1 &
first=$!
for _ in $(seq 100); do
    pid=$(ask -c "SELECT l.pid FROM pg_locks AS l WHERE l.relation = 'desk.mart_state'::regclass AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted")
    [ -z "$pid" ] || break
    sleep 0.1
done
[ -n "$pid" ] || fail 'the first refresh holds no lock'
ask -c "CALL slaops.refresh('desk', '2026-03-02Z')" >"$work/second" 2>&1
wait "$first"
grep -q "waiting for process $pid of postgres" "$work/second" || fail "the second refresh says: $(cat "$work/second")"
[ "$(ask -c "SELECT as_of FROM desk.mart_state")" = '2026-03-02 00:00:00+00' ] || fail 'the second refresh came first'
wait
[ "$(ask -c "SELECT count(*) FROM pg_locks AS l WHERE l.relation = 'desk.mart_state'::regclass AND l.pid <> pg_backend_pid()")" = 0 ] || fail 'a lock is left'
# Nor does one that fails, or is cancelled, keep it while its session goes on.
ask -c "ALTER TABLE desk.stored_fct_sla_attainment ADD CONSTRAINT trouble CHECK (ticket_id < 0) NOT VALID" -c "UPDATE desk.tickets SET status = 'pending' WHERE ticket_id = 1"
psql -X -q -At >"$work/failed" 2>&1 <<'SQL' || true
CALL slaops.refresh('desk', '2026-03-03Z');
SELECT count(*) FROM pg_locks AS l WHERE l.relation = 'desk.mart_state'::regclass AND l.mode = 'ShareUpdateExclusiveLock';
SQL
[ "$(tail -1 "$work/failed")" = 0 ] || fail "after an error: $(cat "$work/failed")"
ask -c 'ALTER TABLE desk.stored_fct_sla_attainment DROP CONSTRAINT trouble'

# create_marts with other sources, refresh and alert at once: no deadlock.
seconds=${SLAOPS_LOCK_SECONDS:-8}
end=$((SECONDS + seconds))
loop() {    # FILE STATEMENT...: one statement after another, until the time is over
    local file=$1 s
    shift
    while [ $SECONDS -lt $end ]; do
        for s in "$@"; do psql -X -q -At -c "$s" >>"$work/$file" 2>&1 || true; done
    done
}
loop a "SELECT FROM slaops.create_marts('desk', 'desk.other_tickets')" "SELECT FROM slaops.create_marts('desk', 'desk.tickets')" &
loop b "CALL slaops.refresh('desk', now())" &
loop c "SELECT FROM slaops.alert('desk')" "SELECT slaops.refresh_now('desk', now())" &
wait
! grep -hE '^ERROR' "$work"/[abc] | sort | uniq -c | grep . || fail 'errors above'

# Two that begin in one new schema: both end well, or the second says what has happened.
for n in 1 2 3 4 5; do
    for who in x y; do
        psql -X -q -At -c 'SET client_min_messages = warning' -c "SELECT FROM slaops.create_marts('new$n', 'desk.tickets', 'desk.ticket_events', stored => false)" >"$work/$who" 2>&1 &
    done
    wait
    ! grep -hE '^ERROR' "$work"/[xy] | grep -vF "another session has just made views in the schema new$n" || fail 'an unclear error'
    [ "$(ask -c "SELECT count(*) FROM new$n.mart_sla")" -ge 0 ]
done
ask -c 'DROP OWNED BY locks_reader' -c 'DROP ROLE locks_reader'
