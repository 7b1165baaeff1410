#!/bin/bash
# Parallel plans give what serial plans give, for every aggregate and for a function in a worker.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
CREATE TABLE event AS
SELECT (hashint4(i) & 1023) AS ticket, timestamptz '2026-01-01Z' + i * interval '7 minutes' AS at, i AS seq,
       (ARRAY['start', 'pause', 'resume', 'stop', 'reopen', 'reset', 'cancel'])[1 + (hashint4(i * 7) & 7) % 7] AS signal
FROM generate_series(1, 60000) AS i;
ALTER TABLE event SET (parallel_workers = 4);
ANALYZE event;
CREATE TABLE serial AS SELECT ticket, slaops.sla_clock_agg(at, signal, seq) AS clock, slaops.sla_clock_agg(at, signal) AS without_seq FROM event GROUP BY ticket;
SET max_parallel_workers_per_gather = 4;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
-- Called debug_parallel_query from 16 on.
DO $$ BEGIN PERFORM set_config(name, 'on', false) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query'); END $$;
CREATE TEMP TABLE plan (line text);
DO $$
DECLARE line text;
BEGIN
    FOR line IN EXPLAIN SELECT ticket, slaops.sla_clock_agg(at, signal, seq) FROM event GROUP BY ticket LOOP INSERT INTO plan VALUES (line); END LOOP;
    IF NOT EXISTS (SELECT FROM plan WHERE plan.line LIKE '%Partial%') THEN RAISE 'the plan is not a partial one'; END IF;
END $$;
DO $$
DECLARE wrong bigint;
BEGIN
    SELECT count(*) INTO wrong FROM (
        SELECT ticket, slaops.sla_clock_agg(at, signal, seq)::text AS a, slaops.sla_clock_agg(at, signal)::text AS b FROM event GROUP BY ticket) AS p
    FULL JOIN serial AS s USING (ticket) WHERE p.a IS DISTINCT FROM s.clock::text OR p.b IS DISTINCT FROM s.without_seq::text;
    IF wrong <> 0 THEN RAISE '% clocks differ between parallel and serial plans', wrong; END IF;
    -- The roll-up of partial clocks, in parallel too.
    SELECT count(*) INTO wrong FROM (
        SELECT ticket, slaops.rollup(part)::text AS a FROM (
            SELECT ticket, slaops.sla_clock_agg(at, signal, seq) AS part FROM event GROUP BY ticket, seq % 5) AS parts GROUP BY ticket) AS p
    FULL JOIN serial AS s USING (ticket) WHERE p.a IS DISTINCT FROM s.clock::text;
    IF wrong <> 0 THEN RAISE '% rolled-up clocks differ', wrong; END IF;
END $$;
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ Europe/Berlin');
DO $$
DECLARE a float8; b float8; c float8;
BEGIN
    SELECT sum(slaops.business_minutes('Mo-Fr 09:00-17:00 @ Europe/Berlin'::slaops.calendar, timestamptz '2026-01-01Z', at)),
           sum(slaops.business_minutes('desk', timestamptz '2026-01-01Z', at)) INTO a, b FROM event;
    SET LOCAL max_parallel_workers_per_gather = 0;
    PERFORM set_config(name, 'off', true) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
    SELECT sum(slaops.business_minutes('desk', timestamptz '2026-01-01Z', at)) INTO c FROM event;
    IF a <> b OR a <> c THEN RAISE 'workers and leader differ: % % %', a, b, c; END IF;
END $$;
SQL
