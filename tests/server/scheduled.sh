#!/bin/bash
# What a team schedules: slaops.refresh by pg_cron, and REFRESH MATERIALIZED VIEW CONCURRENTLY of views of its own over marts, functions and
# values of slaops.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
want() { [ "$2" = "$3" ] || { echo "$1: \"$2\" instead of \"$3\"" >&2; exit 1; }; }
ask() { psql_ -qAt -c "$1"; }
cron=
settings=()
if [ -e "$("$PG_CONFIG" --pkglibdir)/pg_cron.so" ]; then
    cron=yes
    settings+=(shared_preload_libraries=pg_cron cron.database_name=postgres)
fi
cluster_start "${settings[@]}"
# pg_cron connects as a client does: here there is only the private socket.
[ -z "$cron" ] || psql_ -q -c "ALTER SYSTEM SET cron.host = '$PGHOST'"
cluster_ctl -m fast restart >/dev/null
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 500);
SET slaops.as_of = '2025-11-01 08:00Z';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo');
RESET slaops.as_of;
CREATE SCHEMA own;
CREATE MATERIALIZED VIEW own.over_marts AS
SELECT metric, sum(met) AS met, sum(breached) AS breached, (slaops.attainment_rate(sum(met)::bigint, sum(breached)::bigint)).attainment
FROM marts.mart_sla GROUP BY metric;
CREATE UNIQUE INDEX ON own.over_marts (metric);
CREATE MATERIALIZED VIEW own.over_functions AS
SELECT ticket_id, slaops.business_minutes('Mo-Fr 09:00-17:00 @ Europe/Berlin'::slaops.calendar, created_at, solved_at) AS minutes
FROM demo.tickets WHERE solved_at IS NOT NULL;
CREATE UNIQUE INDEX ON own.over_functions (ticket_id);
-- A value of each type that a view may hold.
CREATE MATERIALIZED VIEW own.over_values AS
SELECT coalesce(t.priority, 'none') AS priority,
       slaops.survival_agg(extract(epoch FROM t.solved_at - t.created_at)::float8 / 60, true) AS survival,
       slaops.series(t.created_at, 1) AS series,
       slaops.transition_matrix(e.ticket_id, e.event_type, e.event_at) AS matrix,
       slaops.ticket_history(e.event_at, e.event_type, e.actor_role, e.actor, NULL, e.old_value, e.new_value, e.public, e.seq) AS history,
       min(c.calendar::text)::slaops.calendar AS calendar
FROM demo.tickets AS t
JOIN demo.ticket_events AS e ON e.ticket_id = t.ticket_id
CROSS JOIN (SELECT calendar FROM slaops.calendars ORDER BY name LIMIT 1) AS c
WHERE t.solved_at IS NULL OR t.solved_at >= t.created_at
GROUP BY 1;
CREATE UNIQUE INDEX ON own.over_values (priority);
CREATE TABLE own.before AS SELECT (SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM own.over_marts AS v) AS marts, (SELECT count(*) FROM own.over_functions) AS functions,
    (SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM own.over_values AS v) AS values;
DELETE FROM demo.ticket_events WHERE ticket_id % 5 = 0;
DELETE FROM demo.tickets WHERE ticket_id % 5 = 0;
SQL
views='REFRESH MATERIALIZED VIEW CONCURRENTLY own.over_marts; REFRESH MATERIALIZED VIEW CONCURRENTLY own.over_functions; REFRESH MATERIALIZED VIEW CONCURRENTLY own.over_values'
if [ -n "$cron" ]; then
    last=$(ask 'SELECT max(refresh) FROM marts.refresh_log')
    # As docs/guides/keeping-fresh.md says; the views a moment later, so that they read what was refreshed.
    psql_ -q -o /dev/null -c 'CREATE EXTENSION pg_cron' -c "SELECT cron.schedule('slaops refresh', '* * * * *', \$\$CALL slaops.refresh('marts')\$\$)"
    for _ in $(seq 160); do
        [ "$(ask "SELECT count(*) FROM marts.refresh_log WHERE refresh > $last AND state = 'done'")" = 0 ] || break
        sleep 0.5
    done
    want 'a refresh by pg_cron' "$(ask "SELECT reason, state, as_of > now() - interval '5 minutes' FROM marts.refresh_log WHERE refresh > $last ORDER BY refresh LIMIT 1")" 'incremental|done|t'
    ask "SELECT cron.unschedule('slaops refresh')" >/dev/null
    for view in over_marts over_functions over_values; do
        psql_ -q -o /dev/null -c "SELECT cron.schedule('$view', '* * * * *', 'REFRESH MATERIALIZED VIEW CONCURRENTLY own.$view')"
    done
    for _ in $(seq 160); do
        [ "$(ask "SELECT count(DISTINCT jobid) FROM cron.job_run_details WHERE command LIKE 'REFRESH%' AND status NOT IN ('starting', 'running')")" -lt 3 ] || break
        sleep 0.5
    done
    want 'materialized views by pg_cron' "$(ask "SELECT DISTINCT status || ' ' || return_message FROM cron.job_run_details WHERE command LIKE 'REFRESH%'")" 'succeeded REFRESH MATERIALIZED VIEW'
else
    echo 'scheduled: no pg_cron in this PostgreSQL, so the refreshes were called by hand'
    psql_ -q -c "CALL slaops.refresh('marts')" 2>/dev/null
    tr ';' '\n' <<<"$views" | while read -r view; do psql_ -q -c "$view"; done
fi
want 'materialized views that did not change' "$(ask "SELECT concat_ws(' ',
    CASE WHEN marts = (SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM own.over_marts AS v) THEN 'over_marts' END,
    CASE WHEN functions = (SELECT count(*) FROM own.over_functions) THEN 'over_functions' END,
    CASE WHEN values = (SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM own.over_values AS v) THEN 'over_values' END) FROM own.before")" ''
# Each is what its query gives now.
for view in over_marts over_functions over_values; do
    definition=$(ask "SELECT rtrim(pg_get_viewdef('own.$view'), ';')")
    want "$view" "$(ask "SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM own.$view AS v")" "$(ask "SELECT md5(string_agg(v::text, '|' ORDER BY v::text)) FROM ($definition) AS v")"
done
