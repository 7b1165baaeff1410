#!/bin/bash
# Every way to restore a dump brings every row back: plain, custom, and the directory format in parallel, by a
# superuser and by a database owner who is none, and in whatever order the tables' data come.
# SLAOPS_RESTORES=20 tests/harness/run.sh server restore   restores each way twenty times; twice otherwise
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
times=${SLAOPS_RESTORES:-2}
owner=slaops_restorer reader=slaops_restore_reader
dumps=$(mktemp -d /tmp/slaops_restore.XXXXXXXX)
trap 'status=$?; rm -rf "$dumps"; trap - EXIT; [ -z "$cluster_owned" ] || cluster_stop; exit $status' EXIT
as() { PGUSER=$1 psql_ -q -At "${@:2}"; }
psql_ -q -c "CREATE ROLE $owner LOGIN CREATEDB" -c "CREATE ROLE $reader LOGIN"

# Targets outnumber the rest, so that a parallel restore, which takes large tables first, takes them first.
fill() {
    as "$1" -d "$2" -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
INSERT INTO slaops.calendars (name, calendar, valid_to) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC', '2026-07-01');
INSERT INTO slaops.calendars (name, calendar, valid_from) VALUES ('desk', 'Mo-Fr 08:00-17:00 @ UTC', '2026-07-01');
INSERT INTO slaops.process_models (name, definition) VALUES ('happy path', 'created > solved'), ('ours', 'a > b');
SELECT slaops.load_config('
preset: ours
default_calendar: desk
states: {pending: [Odd]}
metrics: {triage: {start: {event: created}, stop: {field: priority}}, odd: {start: {event: created}, stop: {event: odd}}}
presets: {ours: {like: jira, reopen: pause}, theirs: {like: zammad}}
policies:
  - {name: Gold, when: {priority: P1}, valid_to: 2026-07-01, targets: {P1: {first_response: 1h, triage: 1d}}}
  - {name: Gold, when: {priority: P1}, valid_from: 2026-07-01, targets: {P1: {first_response: 2h}}}
  - {name: Rest, hours: 24x7, targets: {"*": {resolution: 3d, triage: 2h}}}');
INSERT INTO slaops.presets (policy_set, name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close)
SELECT 'set ' || n, p.name, p.reopen, p.solved_before_reply, p.target_at, p.calendar_at, p.retroactive_start, p.due_at_close FROM slaops.presets AS p, generate_series(2, 8, 2) AS n WHERE p.name = 'theirs';
INSERT INTO slaops.metrics (policy_set, name, start, stop) SELECT 'set ' || n, m.name, m.start, m.stop FROM slaops.metrics AS m, generate_series(1, 9) AS n WHERE NOT m.built_in;
INSERT INTO slaops.states (policy_set, status, state) VALUES ('set 1', 'open', 'solved');
INSERT INTO slaops.policy_sets (name, preset) SELECT 'set ' || n, CASE n % 2 WHEN 0 THEN 'theirs' ELSE 'servicenow' END FROM generate_series(1, 9) AS n;
INSERT INTO slaops.sla_policies (policy_set, name, position) SELECT 'set ' || n, 'All', 1 FROM generate_series(1, 9) AS n;
INSERT INTO slaops.sla_targets (policy_set, policy, priority, metric, target)
SELECT 'set ' || n, 'All', 'P' || p, m, p * interval '1 hour'
FROM generate_series(1, 9) AS n, generate_series(1, 99) AS p, unnest('{triage,odd,resolution}'::text[]) AS m;
CREATE SCHEMA own;
CREATE TABLE own.ticket (ticket_id int PRIMARY KEY, created_at timestamptz, priority text, status text, group_name text);
CREATE TABLE own.ticket_event (event_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ticket_id int REFERENCES own.ticket, event_at timestamptz, event_type text,
    actor_role text, new_value text);
INSERT INTO own.ticket SELECT n, timestamptz '2026-01-05 09:00Z' + n * interval '3 hours', 'P' || 1 + n % 3, 'open', CASE n % 2 WHEN 0 THEN 'a' ELSE 'b' END
FROM generate_series(1, 60) AS n;
INSERT INTO own.ticket_event (ticket_id, event_at, event_type, actor_role, new_value)
SELECT ticket_id, created_at + step * ticket_id * interval '7 minutes', kind, role, value
FROM own.ticket, (VALUES (1, 'comment', 'agent', NULL), (2, 'status', NULL, 'odd'), (3, 'status', NULL, 'solved')) AS e (step, kind, role, value)
WHERE step <= ticket_id % 4;
ALTER TABLE own.ticket ENABLE ROW LEVEL SECURITY;
CREATE POLICY theirs ON own.ticket TO slaops_restore_reader USING (group_name = 'a');
SET slaops.as_of = '2026-01-12Z';
SELECT slaops.create_marts('kept', 'own.ticket', 'own.ticket_event');
CREATE MATERIALIZED VIEW own.open_time AS SELECT ticket_id, slaops.business_minutes('desk', created_at, '2026-02-01Z') AS minutes FROM own.ticket;
GRANT USAGE ON SCHEMA slaops, own, kept TO slaops_restore_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA own, kept TO slaops_restore_reader;
SQL
}

# Each table that the extension has dumped, each of the user's tables, and the views: rows and a hash of them all.
ask() {
    as postgres -d "$1" -F ' ' <<'SQL'
SET slaops.as_of = '2026-01-12Z';
SELECT format('SELECT %L, count(*), md5(string_agg(r::text, E''\n'' ORDER BY r::text COLLATE "C")) FROM %s AS r', c.oid::regclass, c.oid::regclass)
FROM pg_class AS c
WHERE c.oid = ANY ((SELECT extconfig FROM pg_extension WHERE extname = 'slaops')::oid[])
   OR c.relkind IN ('r', 'm') AND c.relnamespace IN ('own'::regnamespace, 'kept'::regnamespace)
   OR c.oid IN ('kept.fct_sla_attainment'::regclass, 'kept.fct_backlog_snapshot'::regclass, 'kept.mart_sla'::regclass, 'kept.at_risk_tickets'::regclass)
ORDER BY c.oid::regclass::text COLLATE "C" \gexec
SELECT 'targets without a partner', count(*) FROM slaops.sla_targets AS t
WHERE NOT t.checked OR t.metric NOT IN (SELECT m.name FROM slaops.metrics_of(t.policy_set) AS m)
   OR (t.policy_set, t.policy, t.valid_from) NOT IN (SELECT p.policy_set, p.name, p.valid_from FROM slaops.sla_policies AS p);
SELECT 'event', nextval(pg_get_serial_sequence('own.ticket_event', 'event_id')) > max(event_id) FROM own.ticket_event;
SELECT 'policies', md5(string_agg(p::text, '' ORDER BY p::text)) FROM pg_policies AS p;
SQL
    as "$reader" -d "$1" -c "SELECT 'reader', count(*), sum(clocks) FROM kept.mart_sla" -c "SELECT 'reader', count(*), md5(string_agg(f::text, '' ORDER BY f::text)) FROM kept.fct_sla_attainment AS f"
}

# What a database answers when it goes on from there: half a day passes, a ticket comes, refresh takes both in.
go_on() {
    as "$1" -d "$2" -o /dev/null 2>/dev/null -c "CALL slaops.refresh('kept', '2026-01-12Z')" \
        -c "INSERT INTO own.ticket VALUES (61, '2026-01-12Z', 'P1', 'new', 'a')" -c "CALL slaops.refresh('kept', '2026-01-12 12:00Z')"
    as "$1" -d "$2" -c "SELECT string_agg(reason, ',' ORDER BY refresh) FROM kept.refresh_log" \
        -c "SELECT count(*), md5(string_agg(f::text, '' ORDER BY f::text COLLATE \"C\")) FROM kept.fct_sla_attainment AS f" \
        -c "SELECT count(*), md5(string_agg(f::text, '' ORDER BY f::text COLLATE \"C\")) FROM kept.fct_backlog_snapshot AS f"
}

# What was restored is what was dumped; the first time of each way it also goes on as the original, and keeps the rules.
same() {    # ROLE DATABASE WAY [AGAIN]
    local role=$1 database=$2 what=$3 found expected=$before
    found=$(ask "$database")
    if [ "${4:-0}" = 0 ]; then
        found+=$'\n'$(go_on "$role" "$database")
        expected+=$'\n'$later
    fi
    if [ "$found" != "$expected" ]; then
        echo "$what by $role: what was restored differs"
        diff <(echo "$expected") <(echo "$found") || true
        exit 1
    fi
    if [ "${4:-0}" = 0 ]; then
        if as "$role" -d "$database" -c "INSERT INTO slaops.sla_targets (policy, metric, target) VALUES ('Rest', 'unknown', '1 day')" 2>/dev/null; then
            echo "$what by $role: a target for an unknown metric was taken"
            exit 1
        fi
        as "$role" -d "$database" -c "DELETE FROM slaops.sla_policies WHERE policy_set = 'set 1'"
        [ "$(as "$role" -d "$database" -c "SELECT count(*) FROM slaops.sla_targets WHERE policy_set = 'set 1'")" = 0 ]
    fi
    "$PG_BIN/dropdb" "$database"
}

for role in postgres "$owner"; do
    export PGUSER=$role
    "$PG_BIN/createdb" restore_from
    fill "$role" restore_from
    before=$(ask restore_from)
    [ "$(grep -c '^slaops\.' <<<"$before")" -ge 8 ]
    grep -qx 'slaops.sla_targets 2678 .*' <<<"$before"
    dump=$dumps/$role
    "$PG_BIN/pg_dump" -f "$dump.sql" restore_from
    "$PG_BIN/pg_dump" --inserts -f "$dump.inserts" restore_from
    "$PG_BIN/pg_dump" -Fc -f "$dump.custom" restore_from
    "$PG_BIN/pg_dump" -Fd -j2 -f "$dump.dir" restore_from
    later=$(go_on "$role" restore_from)
    [ "$(head -1 <<<"$later")" = first,unchanged,incremental ]
    restore() { "$PG_BIN/pg_restore" -e -d restore_to "$@"; }
    for ((i = 0; i < times; i++)); do
        for way in plain custom j2 j4 inserts; do
            [ "$way" != inserts ] || [ "$i" = 0 ] || continue
            "$PG_BIN/createdb" restore_to
            case $way in
                plain) psql_ -q -o /dev/null -d restore_to -f "$dump.sql" ;;
                inserts) psql_ -q -o /dev/null -d restore_to -f "$dump.inserts" ;;
                custom) restore "$dump.custom" ;;
                j2 | j4) restore "-$way" "$dump.dir" ;;
            esac
            same "$role" restore_to "$way" "$i"
        done
    done
    # The tables' data in the opposite order, and in that of the names: each pair of tables comes both ways.
    "$PG_BIN/pg_restore" -l "$dump.custom" >"$dump.list"
    for order in -r ''; do
        {
            awk '/ TABLE DATA / { exit } { print }' "$dump.list"
            # shellcheck disable=SC2086
            grep ' TABLE DATA ' "$dump.list" | grep ' slaops ' | sort $order -k 7
            grep ' TABLE DATA ' "$dump.list" | grep -v ' slaops '
            awk '/ TABLE DATA / { inside = 1; next } inside { print }' "$dump.list"
        } >"$dump.order"
        [ "$(sort "$dump.order")" = "$(sort "$dump.list")" ]
        "$PG_BIN/createdb" restore_to
        restore -L "$dump.order" "$dump.custom"
        same "$role" restore_to "order $order"
    done
    # The extension is there already, with its schema and its own rows; the dump comes in sections.
    "$PG_BIN/createdb" restore_to
    psql_ -q -d restore_to -c 'CREATE EXTENSION slaops'
    grep -v ' SCHEMA - slaops ' "$dump.list" >"$dump.order"
    restore --section=pre-data -L "$dump.order" "$dump.custom"
    restore --data-only -j2 "$dump.dir"
    restore --section=post-data -j2 "$dump.dir"
    same "$role" restore_to 'data only'
    if [ "$role" = "$owner" ]; then
        # A superuser restores what another role dumped: in his own name, and in that role's.
        "$PG_BIN/createdb" restore_to
        # All rows come; the extension is the superuser's, and the owner of the database keeps his rights on it.
        PGUSER=postgres "$PG_BIN/pg_restore" -j4 -d restore_to "$dump.dir" 2>"$dump.errors" || true
        [ "$(grep 'ERROR:' "$dump.errors" | grep -vc 'permission denied for schema slaops$')" = 0 ] || { cat "$dump.errors"; exit 1; }
        PGUSER=postgres psql_ -q -d restore_to -c "GRANT USAGE ON SCHEMA slaops TO $reader"
        same "$owner" restore_to 'superuser for an owner'
        "$PG_BIN/createdb" restore_to
        PGUSER=postgres restore -j4 --role="$owner" "$dump.dir"
        same "$role" restore_to 'superuser as the owner'
    else
        "$PG_BIN/createdb" restore_to
        psql_ -q -d restore_to -c 'CREATE EXTENSION slaops'
        restore --section=pre-data -L "$dump.order" "$dump.custom"
        restore --data-only --disable-triggers -j2 "$dump.dir"
        restore --section=post-data -j2 "$dump.dir"
        same "$role" restore_to 'triggers disabled'
    fi
    "$PG_BIN/dropdb" restore_from
done
export PGUSER=postgres
psql_ -q -c "DROP ROLE $owner" -c "DROP ROLE $reader"
