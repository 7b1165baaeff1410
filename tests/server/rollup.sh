#!/bin/bash
# slaops.rollup of matrices, survival summaries and series: the same for every order, plan, window and size of
# memory, from states that are values, as those of survival_agg and series are, in time that goes with what is added
# and with the number of groups.
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
        INNER JOIN pg_proc AS proc ON proc.oid = aggregate.aggfnoid
        WHERE aggregate.aggtranstype = 'internal'::regtype
            AND (
                proc.oid::regproc::text IN ('slaops.survival_agg', 'slaops.series')
                OR (
                    proc.oid::regproc::text = 'slaops.rollup'
                    AND proc.proargtypes[0]::regtype::text IN ('slaops.transition_matrix', 'slaops.survival', 'slaops.series')
                )
            )
    ) THEN
        RAISE 'a state is internal';
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
-- Fifteen times as many groups of a hash table: a group takes as long. With a memory context for each, PostgreSQL walks
-- them all for each new one, and a group took fourteen times as long.
CREATE FUNCTION best_of_three(query text) RETURNS interval LANGUAGE plpgsql AS $$
DECLARE began timestamptz; best interval := '1 day';
BEGIN
    FOR i IN 1..3 LOOP
        began := clock_timestamp();
        EXECUTE query;
        best := least(best, clock_timestamp() - began);
    END LOOP;
    RETURN best;
END $$;
CREATE TABLE small AS SELECT part, slaops.survival_agg(minutes, true) AS survival, slaops.series(timestamptz '2026-01-01Z', minutes) AS series
FROM generate_series(1, 60000) AS part CROSS JOIN generate_series(1, 2) AS minutes GROUP BY part;
ANALYZE small;
SET max_parallel_workers_per_gather = 0; SET enable_sort = off; SET work_mem = '1GB';
DO $$
DECLARE
    query text;
    few interval;
    many interval;
BEGIN
    FOREACH query IN ARRAY ARRAY[
        'SELECT count(sum) FROM (SELECT slaops.rollup(survival) AS sum FROM small WHERE part <= 4000 GROUP BY part % 2000) AS groups',
        'SELECT count(sum) FROM (SELECT slaops.rollup(series) AS sum FROM small WHERE part <= 4000 GROUP BY part % 2000) AS groups',
        'SELECT count(sum) FROM (SELECT slaops.survival_agg(part, true) AS sum FROM small WHERE part <= 4000 GROUP BY part % 2000) AS groups',
        'SELECT count(sum) FROM (SELECT slaops.series(timestamptz ''2026-01-01Z'', part) AS sum FROM small WHERE part <= 4000 GROUP BY part % 2000) AS groups'
    ] LOOP
        few := best_of_three(query);
        many := best_of_three(replace(replace(query, '4000', '60000'), '2000', '30000'));
        IF many > 15 * 4 * few THEN RAISE '%: % for 2,000 groups, % for 30,000', query, few, many; END IF;
    END LOOP;
END $$;
RESET enable_sort; RESET work_mem;
-- Steps and what they hold are called by aggregates, but can be called by anybody.
DO $$
DECLARE call text;
BEGIN
    FOREACH call IN ARRAY ARRAY[
        'slaops.survival_transition(NULL, 30, true)', 'slaops.survival_transition(''30 x2'', 30, true)', 'slaops.survival_combine(NULL, ''30 x2'')',
        'slaops.series_transition(NULL, now(), 1)', 'slaops.series_transition(''\x01'', now(), 1)', 'slaops.series_combine(NULL, ''\x01'')'
    ] LOOP
        BEGIN
            EXECUTE 'SELECT ' || call;
            RAISE '% answered', call;
        EXCEPTION WHEN invalid_parameter_value THEN NULL;
        END;
    END LOOP;
END $$;
-- States as they go from shard to shard: those of parts, by an aggregate that is made of the same steps and has no end.
CREATE AGGREGATE series_state(timestamptz, double precision) (SFUNC = slaops.series_transition, STYPE = bytea);
CREATE AGGREGATE series_states(bytea) (SFUNC = slaops.series_combine, STYPE = bytea, FINALFUNC = slaops.series_final);
CREATE AGGREGATE survival_states(slaops.survival) (SFUNC = slaops.survival_combine, STYPE = slaops.survival);
DO $$
BEGIN
    IF (SELECT series_states(state)::text FROM (SELECT series_state(hour, minutes) AS state FROM log GROUP BY part % 8) AS shards)
        <> (SELECT slaops.series(hour, minutes)::text FROM log)
    THEN
        RAISE 'series of shards add up to another one';
    END IF;
    IF (SELECT survival_states(state)::text FROM (SELECT slaops.survival_agg(minutes, finished) AS state FROM log GROUP BY part % 8) AS shards)
        <> (SELECT slaops.survival_agg(minutes, finished)::text FROM log)
    THEN
        RAISE 'survival summaries of shards add up to another one';
    END IF;
END $$;
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
