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
-- Traces, and a function that reads its own table in a worker.
DO $$
DECLARE line text; partial bool := false; wrong bigint;
BEGIN
    FOR line IN EXPLAIN SELECT ticket, slaops.trace(signal, at, seq) FROM event GROUP BY ticket LOOP partial := partial OR line LIKE '%Partial%'; END LOOP;
    IF NOT partial THEN RAISE 'the plan of traces is not a partial one'; END IF;
    CREATE TEMP TABLE trace AS SELECT ticket, slaops.trace(signal, date_trunc('day', at), seq % 3) AS trace, slaops.trace(signal, at) AS by_at FROM event GROUP BY ticket;
    CREATE TABLE parallel_trace AS SELECT ticket, slaops.trace(signal, date_trunc('day', at), seq % 3) AS trace, slaops.trace(signal, at) AS by_at, min(signal) AS signal FROM event GROUP BY ticket;
    SELECT count(*) INTO wrong FROM (
        SELECT ticket, array_agg(signal ORDER BY date_trunc('day', at), seq % 3, signal COLLATE "C") AS a, array_agg(signal ORDER BY at) AS b FROM event GROUP BY ticket) AS s
    FULL JOIN parallel_trace AS p USING (ticket) FULL JOIN trace AS t USING (ticket)
    WHERE s.a IS DISTINCT FROM p.trace OR s.b IS DISTINCT FROM p.by_at OR s.a IS DISTINCT FROM t.trace;
    IF wrong <> 0 THEN RAISE '% traces differ', wrong; END IF;
    ALTER TABLE parallel_trace SET (parallel_workers = 4);
    SELECT count(*) INTO wrong FROM parallel_trace AS t WHERE (slaops.conformance(t.trace, 'happy path')).cost <> (slaops.conformance(t.trace, 'created > (assigned | customer reply)* > agent reply > (assigned | customer reply)* > (solved | closed) > (closed | customer reply)*')).cost;
    IF wrong <> 0 THEN RAISE '% costs differ', wrong; END IF;
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

-- Tickets: their histories, rows and policies.
CREATE TABLE ticket AS SELECT i AS ticket_id, timestamptz '2026-01-01Z' AS created_at, 'P' || i % 3 AS priority, 'open' AS status FROM generate_series(0, 1023) AS i;
CREATE TABLE ticket_event AS
SELECT ticket AS ticket_id, at AS event_at, (ARRAY['status', 'comment', 'group_name'])[1 + seq % 3] AS event_type, (ARRAY['agent', 'customer'])[1 + seq % 2] AS actor_role,
       (ARRAY['open', 'pending', 'solved'])[1 + (hashint4(seq) & 7) % 3] AS new_value, seq::bigint AS seq FROM event;
ALTER TABLE ticket_event SET (parallel_workers = 4);
ALTER TABLE ticket SET (parallel_workers = 4);
ANALYZE ticket, ticket_event;
INSERT INTO slaops.sla_policies (name, position, conditions) VALUES ('urgent', 1, '{"priority": "P0"}'), ('rest', 2, '{"priority": {"not": "P2"}}');
INSERT INTO slaops.sla_targets (policy, metric, target) SELECT p.name, m.name, '8 hours' FROM slaops.sla_policies AS p, slaops.metrics AS m;
SELECT FROM slaops.create_marts('support', 'ticket', 'ticket_event', stored => false);
SET slaops.as_of = '2027-06-01Z';
DO $$
DECLARE line text; seen bool := false;
BEGIN
    FOR line IN EXPLAIN SELECT ticket_id, slaops.ticket_history(event_at, event_type, actor_role, NULL, NULL, NULL, new_value, NULL, seq) FROM ticket_event GROUP BY 1 LOOP seen := seen OR line LIKE '%Partial%'; END LOOP;
    IF NOT seen THEN RAISE 'the plan of histories is not a partial one'; END IF;
    seen := false;
    FOR line IN EXPLAIN (VERBOSE) SELECT slaops.match_policy(t) FROM ticket AS t LOOP seen := seen OR line LIKE '%Gather%'; END LOOP;
    IF NOT seen THEN RAISE 'policies are not matched in workers'; END IF;
END $$;
CREATE TABLE parallel_fact AS SELECT * FROM support.fct_sla_attainment;
CREATE TABLE parallel_match AS SELECT ticket_id, slaops.match_policy(t) AS policy FROM ticket AS t;
CREATE TABLE parallel_history AS SELECT ticket_id, slaops.ticket_history(event_at, event_type, actor_role, NULL, NULL, NULL, new_value, NULL, seq)::text AS history FROM ticket_event GROUP BY ticket_id;
SET max_parallel_workers_per_gather = 0;
DO $$ BEGIN PERFORM set_config(name, 'off', false) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query'); END $$;
DO $$
DECLARE wrong bigint;
BEGIN
    SELECT count(*) INTO wrong FROM (TABLE parallel_match EXCEPT SELECT ticket_id, slaops.match_policy(t) FROM ticket AS t) AS x;
    IF wrong <> 0 OR (SELECT count(DISTINCT policy) FROM parallel_match) <> 2 THEN RAISE '% policies differ', wrong; END IF;
    SELECT count(*) INTO wrong FROM (
        TABLE parallel_history EXCEPT SELECT ticket_id, slaops.ticket_history(event_at, event_type, actor_role, NULL, NULL, NULL, new_value, NULL, seq)::text FROM ticket_event GROUP BY ticket_id) AS x;
    IF wrong <> 0 THEN RAISE '% histories differ', wrong; END IF;
    SELECT count(*) INTO wrong FROM (
        SELECT ticket_id, slaops.rollup(part)::text AS history
        FROM (SELECT ticket_id, slaops.ticket_history(event_at, event_type, actor_role, NULL, NULL, NULL, new_value, NULL, seq) AS part FROM ticket_event GROUP BY ticket_id, seq % 5) AS parts
        GROUP BY ticket_id) AS r JOIN parallel_history AS p USING (ticket_id) WHERE r.history <> p.history;
    IF wrong <> 0 THEN RAISE '% rolled-up histories differ', wrong; END IF;
    SELECT count(*) INTO wrong FROM (
        SELECT ticket_id, metric, cycle, status, elapsed_minutes, due_at, status_shares::text FROM parallel_fact
        EXCEPT SELECT ticket_id, metric, cycle, status, elapsed_minutes, due_at, status_shares::text FROM support.fct_sla_attainment) AS x;
    IF wrong <> 0 OR (SELECT count(*) FROM parallel_fact) < 10000 THEN RAISE '% rows differ', wrong; END IF;
END $$;
SQL
