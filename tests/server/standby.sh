#!/bin/bash
# A hot standby: every view and every function that only reads answers there as on the primary; a changed configuration reaches
# sessions that are open there; what writes says that it is a standby; once promoted, it refreshes.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_start wal_level=replica max_wal_senders=4 hot_standby=on
want() { [ "$2" = "$3" ] || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }; }
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 400);
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('support', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents');
SELECT FROM slaops.create_marts('live', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', stored => false);
SQL
as_of='2026-01-05 08:00Z'

# The standby, beside it.
standby=$CLUSTER_DIR/standby
cluster_as_owner "$PG_BIN/pg_basebackup" --host="$CLUSTER_DIR" --pgdata="$standby" --write-recovery-conf --checkpoint=fast --no-sync
cluster_as_owner mkdir "$CLUSTER_DIR/there"
echo "unix_socket_directories = '$CLUSTER_DIR/there'" | cluster_as_owner tee -a "$standby/postgresql.conf" >/dev/null
standby_ctl() { cluster_as_owner "$PG_BIN/pg_ctl" -s -w -t 60 -D "$standby" -l "$CLUSTER_DIR/there/log" "$@"; }
trap 'status=$?; standby_ctl -m immediate stop >/dev/null 2>&1 || true; (exit $status); cluster_on_exit' EXIT
standby_ctl start >/dev/null
there() { PGHOST=$CLUSTER_DIR/there psql_ -qAt "$@"; }
want 'the standby' "$(there -c 'SELECT pg_is_in_recovery()')" t
replayed() {
    local lsn
    lsn=$(psql_ -qAt -c 'SELECT pg_current_wal_insert_lsn()')
    for _ in $(seq 600); do
        [ "$(there -c "SELECT pg_last_wal_replay_lsn() >= '$lsn'")" != t ] || return 0
        sleep 0.1
    done
    echo 'the standby does not follow' >&2
    exit 1
}

# Every view of both schemas. Sums of floats end alike, since both servers have the same pages and plans; an age is of now.
views() {
    psql_ -qAt -c "SELECT format('SELECT %L, count(*), md5(string_agg(q.line, chr(10) ORDER BY q.line COLLATE \"C\")) FROM %s AS v CROSS JOIN LATERAL (SELECT %s) AS q (line);',
            c.oid::regclass, c.oid::regclass, CASE c.relname WHEN 'refresh_status' THEN '(to_jsonb(v) - ''age'')::text' ELSE 'v::text' END)
        FROM pg_class AS c WHERE c.relnamespace IN ('support'::regnamespace, 'live'::regnamespace) AND c.relkind IN ('v', 'm') ORDER BY c.oid::regclass::text"
}
same_views() { # what
    replayed
    psql_ -qAt -c "SET slaops.as_of = '$as_of'" -f "$CLUSTER_DIR/views.sql" >"$CLUSTER_DIR/here.out"
    there -c "SET slaops.as_of = '$as_of'" -f "$CLUSTER_DIR/views.sql" >"$CLUSTER_DIR/there.out"
    diff "$CLUSTER_DIR/here.out" "$CLUSTER_DIR/there.out" >&2 || { echo "other rows on the standby: $1" >&2; exit 1; }
}
{ echo 'SET jit = off; SET max_parallel_workers_per_gather = 0;'; views; } >"$CLUSTER_DIR/views.sql"
replayed
same_views 'at first'
[ "$(wc -l <"$CLUSTER_DIR/here.out")" -ge 130 ]
[ "$(awk -F'|' '$2 > 0' "$CLUSTER_DIR/here.out" | wc -l)" -ge 90 ]

# The example of every function's comment that runs in a transaction that only reads.
examples() {
    psql_ -qAt -c "SELECT DISTINCT regexp_replace(d.description, '^.*Example: (.*;)\s*$', '\1')
        FROM pg_description AS d JOIN pg_proc AS p ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
        WHERE p.pronamespace = 'slaops'::regnamespace AND p.prokind IN ('f', 'a', 'w') AND d.description ~ 'Example: .*;\s*$' ORDER BY 1"
}
examples >"$CLUSTER_DIR/examples"
ran=0
wrong=0
answer() { # where, statement
    { echo "SET slaops.as_of = '$as_of';"; echo 'BEGIN READ ONLY; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;'; echo "$2"; echo 'ROLLBACK;'; } | "$1" 2>&1 | sed 's/^psql:<stdin>:[0-9]*: //' || true
}
here() { psql_ -qAt "$@"; }
while read -r statement; do
    # How long ago something was, differs from call to call.
    [[ $statement != *"now() -"* ]] || continue
    mine=$(answer here "$statement")
    # What writes: told by the server itself.
    ! grep -q 'in a read-only transaction' <<<"$mine" || continue
    theirs=$(answer there "$statement")
    if grep -q '^ERROR: ' <<<"$mine"; then continue; fi
    ran=$((ran + 1))
    [ "$mine" = "$theirs" ] || { printf '%s\nhere   %s\nthere  %s\n' "$statement" "${mine:0:300}" "${theirs:0:300}" >&2; wrong=$((wrong + 1)); }
done <"$CLUSTER_DIR/examples"
echo "standby: $ran examples of $(wc -l <"$CLUSTER_DIR/examples")"
want 'examples that answer otherwise' "$wrong" 0
[ "$ran" -ge 200 ]

# A session that is open on the standby sees the configuration change: a calendar, a policy's target, the views' rows.
coproc session { PGHOST=$CLUSTER_DIR/there psql_ -qAt; }
ask() { # statement of one row
    echo "$1;" >&"${session[1]}"
    read -r answer <&"${session[0]}"
}
hours="SELECT slaops.business_minutes('demo emea', '2026-01-05 00:00Z', '2026-01-06 00:00Z')"
due="SELECT count(*) FROM live.fct_sla_attainment WHERE target = '77 minutes'"
ask "$hours"; want 'open minutes' "$answer" 510
ask "$due"; want 'clocks of a target that nobody has' "$answer" 0
ask "SELECT pg_backend_pid()"; pid=$answer
psql_ -qAt -o /dev/null <<'SQL'
UPDATE slaops.calendars SET calendar = 'Mo-Fr 08:00-09:30 @ Europe/London' WHERE name = 'demo emea';
SELECT slaops.load_config(regexp_replace(slaops.dump_config('demo'), 'first_response: 30m', 'first_response: 77m'), policy_set => 'demo');
SQL
replayed
ask "$hours"; want 'open minutes after a change of the calendar' "$answer" 90
ask "$due"; [ "$answer" -gt 10 ] || { echo "clocks of the new target: $answer" >&2; exit 1; }
psql_ -qAt -o /dev/null -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('support', '2026-01-05 18:00Z')"
replayed
ask "SELECT as_of FROM support.refresh_status"; want 'as of' "$answer" '2026-01-05 18:00:00+00'
ask "SELECT count(*) > 10 FROM support.fct_sla_attainment WHERE target = '77 minutes'"; want 'stored clocks of the new target' "$answer" t
ask "SELECT pg_backend_pid()"; want 'the session' "$answer" "$pid"
as_of='2026-01-05 18:00Z'
same_views 'after a refresh'

# What writes says what this server is.
refused() { # statement, message
    local said
    said=$(there -c '\set VERBOSITY verbose' -c "$1" 2>&1 || true)
    grep -qF "ERROR:  25006: $2" <<<"$said" || { printf '%s\n%s\n' "$1" "$said" >&2; exit 1; }
}
standby_says='this server is a standby: views of schema support are only read here'
refused "CALL slaops.refresh('support')" "$standby_says"
refused "SELECT slaops.refresh_now('support')" "$standby_says"
refused "SELECT slaops.alert('support')" "$standby_says"
refused "SELECT slaops.drop_marts('support')" "$standby_says"
refused "SELECT slaops.create_marts('support')" "$standby_says"
want 'the hint' "$(there -c "CALL slaops.refresh('support')" 2>&1 | grep '^HINT')" 'HINT:  Call it on the primary; the rows are here moments later.'
refused "SELECT slaops.load_sample('other')" 'cannot execute CREATE SCHEMA in a read-only transaction'
refused "SELECT slaops.load_config('policies: []')" 'cannot execute'
want 'a dry run' "$(there -c "SELECT count(*) FROM slaops.load_config(slaops.dump_config('demo'), policy_set => 'demo', dry_run => true)")" 0

# The primary is gone: the standby takes its place, and refreshes.
cluster_ctl -m immediate stop
standby_ctl promote
there -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('support', '2026-01-06 08:00Z')"
ask "SELECT as_of FROM support.refresh_status"; want 'as of, promoted' "$answer" '2026-01-06 08:00:00+00'
