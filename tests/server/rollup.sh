#!/bin/bash
# slaops.rollup of matrices, survival summaries and series: the same for every order, plan, window and size of
# memory, from states that are values, in time that goes with what is added.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
DO $$
BEGIN
    IF EXISTS (
        SELECT
        FROM pg_aggregate AS aggregate
        WHERE aggregate.aggfnoid::regproc::text = 'slaops.rollup'
            AND aggregate.aggtranstype = 'internal'::regtype
            AND (SELECT proc.proargtypes[0]::regtype::text FROM pg_proc AS proc WHERE proc.oid = aggregate.aggfnoid)
                IN ('slaops.transition_matrix', 'slaops.survival', 'slaops.series')
    ) THEN
        RAISE 'a state of rollup is internal';
    END IF;
END $$;
CREATE TABLE log AS
SELECT
    part,
    part * 10 + event AS ticket,
    'step ' || (event * 7 + part) % 40 AS activity,
    timestamptz '2026-01-01Z' + event * part * interval '1 minute' AS at,
    part / 7.0 * event AS minutes,
    event % 3 > 0 AS finished,
    timestamptz '2026-01-01Z' + event * (part % 50) * interval '1 hour' AS hour
FROM generate_series(1, 4000) AS part
CROSS JOIN generate_series(1, 5) AS event;
CREATE TABLE part AS
SELECT
    part,
    slaops.transition_matrix(ticket, activity, at) AS matrix,
    slaops.survival_agg(minutes, finished) AS survival,
    slaops.series(hour, minutes) AS series
FROM log
GROUP BY part;
ALTER TABLE part SET (parallel_workers = 4);
ANALYZE part;
-- Of all rows at once. Series are rounded once in each part, so theirs are compared among themselves.
CREATE TABLE expected AS
SELECT
    slaops.transition_matrix(ticket, activity, at)::text AS matrix,
    slaops.survival_agg(minutes, finished)::text AS survival,
    (SELECT slaops.rollup(series)::text FROM part) AS series
FROM log;

CREATE FUNCTION check_rollup(what text, query text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
    EXECUTE format(
        'SELECT count(*) FROM (%s) AS sum (matrix, survival, series), expected
         WHERE (sum.matrix::text, sum.survival::text, sum.series::text) IS DISTINCT FROM (expected.matrix, expected.survival, expected.series)',
        query
    ) INTO wrong;
    IF wrong <> 0 THEN RAISE '%: the sum differs', what; END IF;
END $$;
SET max_parallel_workers_per_gather = 0;
SELECT check_rollup('in the order of parts', 'SELECT slaops.rollup(matrix ORDER BY part), slaops.rollup(survival ORDER BY part), slaops.rollup(series ORDER BY part) FROM part');
SELECT check_rollup('backwards', 'SELECT slaops.rollup(matrix ORDER BY part DESC), slaops.rollup(survival ORDER BY part DESC), slaops.rollup(series ORDER BY part DESC) FROM part');
SELECT check_rollup('of sums', 'SELECT slaops.rollup(m), slaops.rollup(v), (SELECT slaops.rollup(series) FROM part) FROM (SELECT slaops.rollup(matrix), slaops.rollup(survival) FROM part GROUP BY part % 7) AS sum (m, v)');
SELECT check_rollup('the last row of a window', 'SELECT m, v, s FROM (SELECT part, slaops.rollup(matrix) OVER w, slaops.rollup(survival) OVER w, slaops.rollup(series) OVER w FROM part WINDOW w AS (ORDER BY part ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS sum (part, m, v, s) WHERE part = 4000');
-- Each row of a window keeps its own sum while the next is made.
DO $$
DECLARE wrong bigint;
BEGIN
    SELECT count(*) INTO wrong
    FROM (
        SELECT
            part,
            slaops.rollup(survival) OVER (ORDER BY part) AS running,
            slaops.rollup(matrix) OVER (ORDER BY part) AS running_matrix
        FROM part
        WHERE part <= 60
    ) AS sum
    WHERE sum.running::text <> (SELECT slaops.rollup(other.survival)::text FROM part AS other WHERE other.part <= sum.part)
        OR sum.running_matrix::text <> (SELECT slaops.rollup(other.matrix)::text FROM part AS other WHERE other.part <= sum.part);
    IF wrong <> 0 THEN RAISE '% running sums differ', wrong; END IF;
END $$;
-- Groups that spill to disk.
CREATE TEMP TABLE roomy AS SELECT part / 3 AS key, slaops.rollup(matrix)::text AS matrix, slaops.rollup(survival)::text AS survival FROM part GROUP BY 1;
SET work_mem = '64kB'; SET enable_sort = off;
DO $$
DECLARE wrong bigint;
BEGIN
    SELECT count(*) INTO wrong FROM (SELECT part / 3 AS key, slaops.rollup(matrix)::text, slaops.rollup(survival)::text FROM part GROUP BY 1 EXCEPT TABLE roomy) AS difference;
    IF wrong <> 0 THEN RAISE '% sums of groups that spill differ', wrong; END IF;
END $$;
RESET work_mem; RESET enable_sort;
SET max_parallel_workers_per_gather = 4;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
DO $$
DECLARE line text; partial bool := false;
BEGIN
    FOR line IN EXPLAIN SELECT slaops.rollup(matrix), slaops.rollup(survival), slaops.rollup(series) FROM part LOOP partial := partial OR line LIKE '%Partial%'; END LOOP;
    IF NOT partial THEN RAISE 'the plan is not a partial one'; END IF;
END $$;
SELECT check_rollup('in parallel', 'SELECT slaops.rollup(matrix), slaops.rollup(survival), slaops.rollup(series) FROM part');
-- A sum that fails leaves nothing behind.
DO $$
BEGIN
    PERFORM slaops.rollup(matrix) FROM (SELECT matrix FROM part WHERE part <= 5 UNION ALL SELECT matrix FROM part WHERE part = 3) AS twice;
    RAISE 'the same case twice was added';
EXCEPTION WHEN invalid_parameter_value THEN NULL;
END $$;
DO $$
BEGIN
    PERFORM slaops.series_rollup_final('\x01'::bytea);
    RAISE 'bytes that are no sum were read';
EXCEPTION WHEN invalid_binary_representation THEN NULL;
END $$;
SELECT check_rollup('in parallel once more', 'SELECT slaops.rollup(matrix), slaops.rollup(survival), slaops.rollup(series) FROM part');
SQL
