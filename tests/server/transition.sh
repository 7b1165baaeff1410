#!/bin/bash
# Transition matrices against window functions on a real log, in parallel plans, and at their limits.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
support=$(dirname "$0")/../support
log=$REPO/tests/data/incident_event_log.csv.gz
columns=$(zcat "$log" | sed -n '1{s/,/ text, /g;s/$/ text/;p}')
psql_ -q -c 'CREATE EXTENSION slaops' -c "CREATE TABLE incident_log ($columns)"
zcat "$log" | psql_ -q -c '\copy incident_log FROM pstdin csv header'
psql_ -q -o /dev/null -f "$support/checks.sql" -f "$support/transition.sql" -f - <<'SQL'
CREATE TABLE event AS
SELECT number AS case_id, incident_state AS activity, to_timestamp(sys_updated_at, 'DD/MM/YYYY HH24:MI') AS at, sys_mod_count::bigint AS seq FROM incident_log;
SELECT pg_temp.as_windows('the incident log', 10);

-- Every plan and every type of id says the same.
CREATE TABLE many AS SELECT case_id || '-' || i AS case_id, hashtext(case_id || i)::bigint * 1000003 AS id, activity, at, seq FROM event, generate_series(1, 12) AS i ORDER BY random();
ALTER TABLE many SET (parallel_workers = 4);
ANALYZE many;
CREATE TABLE serial AS SELECT slaops.transition_matrix(case_id, activity, at, seq) AS by_text, slaops.transition_matrix(id, activity, at, 'Mo-Fr 08:00-18:00 @ UTC', seq) AS by_id FROM many;
CREATE TABLE serial_lasting AS SELECT slaops.transition_matrix(case_id, activity, at, at + seq * interval '1 minute', 'Mo-Fr 08:00-18:00 @ UTC', seq) AS tm FROM many;
CREATE TABLE by_state AS SELECT left(case_id, 7) AS part, slaops.transition_matrix(case_id, activity, at, seq) AS tm FROM many GROUP BY 1;
SET max_parallel_workers_per_gather = 4;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
CREATE TEMP TABLE plan (line text);
DO $$
DECLARE line text;
BEGIN
    FOR line IN EXPLAIN SELECT slaops.transition_matrix(case_id, activity, at, seq) FROM many LOOP INSERT INTO plan VALUES (line); END LOOP;
    IF NOT EXISTS (SELECT FROM plan WHERE plan.line LIKE '%Partial%') THEN RAISE 'the plan is not a partial one'; END IF;
END $$;
SELECT pg_temp.yes('parallel plans say the same', (SELECT slaops.transition_matrix(case_id, activity, at, seq)::text FROM many) = by_text::text
    AND (SELECT slaops.transition_matrix(id, activity, at, 'Mo-Fr 08:00-18:00 @ UTC', seq)::text FROM many) = by_id::text) FROM serial;
SELECT pg_temp.yes('parallel plans of events that last say the same', (SELECT slaops.transition_matrix(case_id, activity, at, at + seq * interval '1 minute', 'Mo-Fr 08:00-18:00 @ UTC', seq)::text FROM many) = tm::text
    AND (slaops.matrix_stats(tm)).has_intervals) FROM serial_lasting;
SELECT pg_temp.no('groups that a parallel plan folds otherwise', count(*)) FROM by_state AS b
JOIN (SELECT left(case_id, 7) AS part, slaops.transition_matrix(case_id, activity, at, seq) AS tm FROM many GROUP BY 1) AS p USING (part) WHERE p.tm::text <> b.tm::text;
SELECT pg_temp.yes('groups add up', count(*) > 10 AND slaops.rollup(tm)::text = (SELECT by_text::text FROM serial)) FROM by_state;
SELECT pg_temp.yes('in a table and back', (SELECT string_agg(tm::text, '' ORDER BY part) FROM by_state) = (SELECT string_agg(tm::text::slaops.transition_matrix::text, '' ORDER BY part) FROM by_state));
RESET ALL;

-- Hash aggregation with many small states.
SELECT pg_temp.no('cases whose own matrix is not what the whole says', (sum(s.events) - (SELECT count(*) FROM many))::bigint) FROM (SELECT slaops.transition_matrix(case_id, activity, at, seq) AS tm FROM many GROUP BY case_id) AS m, slaops.matrix_stats(tm) AS s;

-- One case of a million events; a million cases of one event.
SELECT pg_temp.yes('one case of a million events', (s.cases, s.events) = (1, 1000000)) FROM (
    SELECT slaops.transition_matrix(1, 'step ' || i % 7, '2026-01-01Z'::timestamptz + (i::bigint * 7919 % 1000000) * interval '1 second') AS tm FROM generate_series(1, 1000000) AS i) AS m, slaops.matrix_stats(tm) AS s;
SELECT pg_temp.yes('a million events of one instant', (s.cases, s.transitions) = (1, 1)) FROM (
    SELECT slaops.transition_matrix(1, 'a', '2026-01-01Z'::timestamptz) AS tm FROM generate_series(1, 1000000) AS i) AS m, slaops.matrix_stats(tm) AS s;
SELECT pg_temp.yes('a million cases', (s.cases, s.transitions, s.p90) = (1000000, 0, 0)) FROM (
    SELECT slaops.transition_matrix(i, 'a', '2026-01-01Z'::timestamptz) AS tm FROM generate_series(1, 1000000) AS i) AS m, slaops.matrix_stats(tm) AS s;
SQL
refused() { # SQLSTATE, statement
    local out
    out=$(psql_ -v VERBOSITY=sqlstate -c "$2" 2>&1 >/dev/null || true)
    [[ "$out" == *"$1"* ]] || { echo "expected $1, got: $out" >&2; exit 1; }
}
refused 54000 "SELECT slaops.transition_matrix(i % 1000, 'activity ' || i, now()) FROM generate_series(1, 1000000) AS i"
refused 54000 "SELECT slaops.transition_matrix(1, (i * 7919 % 3001)::text, '2026-01-01Z'::timestamptz + hashint8(i) * interval '1 second') FROM generate_series(1, 400000::bigint) AS i"
refused 54000 "SET slaops.transition_memory = '8MB'; SELECT slaops.transition_matrix(i, 'a', now()) FROM generate_series(1, 1000000) AS i"
refused 57014 "SET statement_timeout = '1500ms'; SELECT slaops.transition_matrix(i, 'a', now()) FROM generate_series(1, 100000000) AS i"
