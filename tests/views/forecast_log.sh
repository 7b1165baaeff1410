#!/bin/bash
# Forecasts are kept through refreshes, and their accuracy is computed again from tickets and events.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 600);
SET slaops.as_of = '2025-11-28 12:00Z';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', time_zone => 'America/New_York');
SELECT FROM slaops.create_marts('live', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', time_zone => 'America/New_York', stored => false);
RESET slaops.as_of;
SQL
ask() { psql_ -qAt "$@"; }
want() { # what, found, wanted
    [ "$2" = "$3" ] || { printf '%s\nis   %s\nnot  %s\n' "$1" "$2" "$3" >&2; exit 1; }
}
# Two instants of one day of New York, which has no clock change here: the first forecast stands.
for at in '2025-12-01 12:00Z' '2025-12-02 04:00Z' '2025-12-04 12:00Z' '2025-12-08 12:00Z' '2025-12-15 12:00Z' '2025-12-22 12:00Z' '2025-12-29 12:00Z' '2026-01-05 12:00Z'; do
    psql_ -q -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('marts', '$at')"
done
want 'instants of forecasts' "$(ask -c "SELECT string_agg(DISTINCT made_on || ' ' || to_char(as_of AT TIME ZONE 'UTC', 'HH24'), ', ') FROM marts.forecast_log")" \
    '2025-11-28 12, 2025-12-01 12, 2025-12-04 12, 2025-12-08 12, 2025-12-15 12, 2025-12-22 12, 2025-12-29 12, 2026-01-05 12'
for at in '2025-12-01 12:00Z' '2025-12-22 12:00Z'; do
    want "the forecasts $at" "$(ask <<SQL
SET slaops.as_of = '$at';
SET extra_float_digits = -3;
CREATE TEMP TABLE said AS SELECT level, group_name, day, expected, lower_80, upper_80, lower_95, upper_95, method FROM live.volume_forecast;
RESET slaops.as_of;
CREATE TEMP TABLE kept AS SELECT level, group_name, day, expected, lower_80, upper_80, lower_95, upper_95, method FROM marts.forecast_log WHERE as_of = '$at';
SELECT (SELECT count(*) >= 28 FROM kept), (SELECT count(*) FROM (SELECT s::text FROM said AS s EXCEPT SELECT k::text FROM kept AS k) AS x), (SELECT count(*) FROM (SELECT k::text FROM kept AS k EXCEPT SELECT s::text FROM said AS s) AS x);
SQL
)" 't|0|0'
done

# By days of New York and the first group that an event names.
want 'accuracy' "$(ask <<'SQL'
CREATE TEMP TABLE came AS
SELECT (t.created_at AT TIME ZONE 'America/New_York')::date AS day,
       coalesce((SELECT e.new_value FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = 'group_name' ORDER BY e.event_at, e.seq LIMIT 1), '(none)') AS group_name
FROM demo.tickets AS t;
CREATE TEMP TABLE tried AS
SELECT f.*, (SELECT count(*) FROM came AS c WHERE c.day = f.day AND (f.level = 'all' OR c.group_name = f.group_name)) AS n
FROM marts.forecast_log AS f WHERE f.day < '2026-01-05';
CREATE TEMP TABLE hand AS
SELECT level, group_name, horizon, count(*) AS days, round(avg(n), 9) AS mean_tickets, round(avg(expected - n)::numeric, 9) AS bias, round(avg(abs(expected - n))::numeric, 9) AS mae, round(sqrt(avg((expected - n) * (expected - n)))::numeric, 9) AS rmse,
       round((sum(abs(expected - n)) / nullif(sum(n), 0))::numeric, 9) AS wape, round(count(*) FILTER (WHERE n >= lower_80 AND n <= upper_80)::numeric / nullif(count(lower_80), 0), 9) AS coverage_80,
       round(count(*) FILTER (WHERE n >= lower_95 AND n <= upper_95)::numeric / nullif(count(lower_95), 0), 9) AS coverage_95
FROM tried GROUP BY 1, 2, 3;
CREATE TEMP TABLE told (level, group_name, horizon, days, mean_tickets, bias, mae, rmse, wape, coverage_80, coverage_95) AS
SELECT level, group_name, horizon, days, round(mean_tickets::numeric, 9), round(bias::numeric, 9), round(mae::numeric, 9), round(rmse::numeric, 9), round(wape::numeric, 9), round(coverage_80::numeric, 9), round(coverage_95::numeric, 9) FROM marts.forecast_accuracy;
SELECT (SELECT count(*) >= 56 AND max(days) >= 7 AND min(coverage_80) < 1 FROM hand), (SELECT count(*) FROM ((TABLE hand EXCEPT TABLE told) UNION ALL (TABLE told EXCEPT TABLE hand)) AS x);
SQL
)" 't|0'

# Going back and forth and making the views anew leaves what was said.
said=$(ask -c "SELECT md5(string_agg(f::text, '|' ORDER BY f::text)) FROM marts.forecast_log AS f")
for at in '2025-12-15 20:00Z' '2026-01-05 12:00Z'; do psql_ -q -c 'SET client_min_messages = warning' -c "CALL slaops.refresh('marts', '$at')"; done
want 'after going back' "$(ask -c "SELECT md5(string_agg(f::text, '|' ORDER BY f::text)) FROM marts.forecast_log AS f")" "$said"
# A version that had other columns: those that there still are stay.
psql_ -q -o /dev/null -c 'SET client_min_messages = warning' -c 'ALTER TABLE marts.stored_forecast_log ADD COLUMN mood text' -c "SELECT FROM slaops.create_marts('marts')"
want 'in a table of other columns' "$(ask -c "SELECT md5(string_agg(f::text, '|' ORDER BY f::text)) FROM marts.forecast_log AS f")" "$said"
want 'the column of before' "$(ask -c "SELECT count(*) FROM pg_attribute WHERE attrelid = 'marts.stored_forecast_log'::regclass AND attname = 'mood'")" 0

# Who sees some tickets only sees no forecast of all: what these foretell now.
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE ROLE forecast_reader;
GRANT SELECT ON demo.tickets, demo.ticket_events TO forecast_reader;
GRANT USAGE ON SCHEMA demo TO forecast_reader;
SELECT FROM slaops.grant_read('marts', 'forecast_reader');
SQL
want 'a reader of all' "$(ask -c 'SET ROLE forecast_reader' -c 'SELECT count(*) > 0 FROM marts.forecast_log')" t
psql_ -q -c 'ALTER TABLE demo.tickets ENABLE ROW LEVEL SECURITY' -c 'CREATE POLICY a_few ON demo.tickets USING (ticket_id <= 100)'
want 'a reader of some' "$(ask -c 'SET ROLE forecast_reader' -c "SELECT (SELECT string_agg(DISTINCT made_on::text, ' ') FROM marts.forecast_log), (SELECT sum(expected) < 1 FROM marts.forecast_log WHERE level = 'all' AND day = '2026-01-06'), (SELECT count(*) FROM marts.stored_forecast_log), (SELECT count(*) FROM marts.forecast_accuracy)")" '2026-01-05|t|0|0'
want 'the others' "$(ask -c "SELECT sum(expected) >= 1 FROM marts.forecast_log WHERE level = 'all' AND day = '2026-01-06' AND made_on = '2026-01-05'")" t
psql_ -q -c 'DROP OWNED BY forecast_reader' -c 'DROP ROLE forecast_reader'
