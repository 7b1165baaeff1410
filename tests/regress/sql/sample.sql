-- A support team to try everything on.
\pset null '-'
SELECT * FROM slaops.load_sample('demo', tickets => 2000);

-- The same rows for a seed, on every machine.
SELECT md5(string_agg(t::text, E'\n' ORDER BY ticket_id)) AS tickets FROM demo.tickets AS t;
SELECT md5(string_agg(e::text, E'\n' ORDER BY ticket_id, seq)) AS events FROM demo.ticket_events AS e;
SELECT count(*) AS other_tickets FROM slaops.sample_tickets(2000, seed => 43) AS s JOIN demo.tickets AS t USING (ticket_id) WHERE s.created_at <> t.created_at OR s.subject <> t.subject;

-- One ticket that Tier 1 escalated to Tier 2, and Tier 2 to Engineering.
SELECT ticket_id, created_at, subject, priority, group_name, assignee, status, solved_at, csat_score, tags, attributes FROM demo.tickets
WHERE ticket_id = (SELECT min(ticket_id) FROM demo.ticket_events WHERE new_value = 'Engineering') \gx
SELECT event_at, event_type, actor_role, actor, old_value, new_value, public, seq FROM demo.ticket_events
WHERE ticket_id = (SELECT min(ticket_id) FROM demo.ticket_events WHERE new_value = 'Engineering') ORDER BY seq;
SELECT * FROM demo.agents ORDER BY group_name, agent;
SELECT * FROM demo.group_capacity ORDER BY group_name;
SELECT status, count(*) FROM demo.tickets GROUP BY status ORDER BY count(*) DESC, status;

-- The row is what the events say; each of these has no row.
SELECT t.ticket_id, f.event_type, f.now, e.new_value FROM demo.tickets AS t
CROSS JOIN LATERAL (VALUES ('status', t.status), ('group_name', t.group_name), ('assignee', t.assignee), ('priority', t.priority)) AS f (event_type, now)
JOIN LATERAL (SELECT e.new_value FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = f.event_type ORDER BY seq DESC LIMIT 1) AS e ON true
WHERE e.new_value IS DISTINCT FROM f.now;
SELECT * FROM (SELECT ticket_id, seq, event_type, old_value, lag(new_value) OVER (PARTITION BY ticket_id, event_type ORDER BY seq) AS before, new_value FROM demo.ticket_events) AS e
WHERE old_value IS DISTINCT FROM before AND before IS NOT NULL OR old_value = new_value;
SELECT * FROM (SELECT ticket_id, seq, event_type, event_at, lag(event_at, 1, event_at) OVER w AS before, row_number() OVER w AS place FROM demo.ticket_events WINDOW w AS (PARTITION BY ticket_id ORDER BY seq)) AS e
WHERE event_at < before OR seq <> place OR (event_type = 'created') <> (place = 1);
SELECT t.ticket_id FROM demo.tickets AS t JOIN demo.ticket_events AS e USING (ticket_id)
GROUP BY t.ticket_id HAVING t.created_at <> min(e.event_at)
    OR t.solved_at IS DISTINCT FROM max(e.event_at) FILTER (WHERE e.new_value = 'solved' AND t.status IN ('solved', 'closed'))
    OR t.closed_at IS DISTINCT FROM max(e.event_at) FILTER (WHERE e.new_value = 'closed')
    OR max(e.event_at) > '2026-01-05 08:00+00' OR count(*) FILTER (WHERE e.event_type = 'group_name' AND e.old_value IS NULL AND e.new_value = 'Tier 1' AND e.event_at = t.created_at) <> 1;
SELECT t.ticket_id, t.assignee FROM demo.tickets AS t WHERE t.assignee NOT IN (SELECT agent FROM demo.agents);
SELECT DISTINCT actor FROM demo.ticket_events AS e WHERE actor_role = 'agent' AND actor NOT IN (SELECT agent FROM demo.agents);
SELECT c.relname, a.attname AS without_comment FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'demo'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL);

-- Are they hitting SLA? Least on urgent incidents, and Tier 2 is the bottleneck.
SELECT count(*) > 10 AS views FROM slaops.create_marts('demo_marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', stored => false);
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT problem, what FROM demo_marts.config_health;
CREATE TEMP TABLE fct AS SELECT * FROM demo_marts.fct_sla_attainment;
SELECT metric, round((slaops.attainment(status)).attainment::numeric, 2) AS attainment FROM fct
WHERE metric IN ('first_response', 'resolution') GROUP BY ROLLUP (metric) ORDER BY metric;
SELECT type, priority, round((slaops.attainment(status)).attainment::numeric, 2) AS attainment FROM fct
WHERE metric IN ('first_response', 'resolution') GROUP BY type, priority HAVING count(*) > 100 ORDER BY attainment LIMIT 3;
SELECT started_in_group AS group_name, count(*) AS cycles, round(avg(elapsed_minutes)) AS minutes, round(1 - (slaops.attainment(status)).attainment::numeric, 2) AS breach_rate,
       round((sum(elapsed_minutes) * (1 - (slaops.attainment(status)).attainment))::numeric, -3) AS bottleneck
FROM fct WHERE metric = 'group_ownership' GROUP BY 1 ORDER BY bottleneck DESC;

-- A second time it is refused, whole; after the schema is dropped it loads, and its policies are replaced.
SELECT * FROM refusal($$SELECT slaops.load_sample('demo')$$);
SET client_min_messages = warning;
DROP SCHEMA demo_marts, demo CASCADE;
RESET client_min_messages;
SELECT * FROM slaops.load_sample('demo', 7, seed => -1, until => '2024-07-01 00:00:00.5+02');
SELECT max(event_at) < '2024-07-01 00:00+02' AS in_time FROM demo.ticket_events;
-- Any name of a schema is good, and one ticket is enough.
SELECT relation, "rows" FROM slaops.load_sample('Bob''s "team": #1', 1);

SELECT * FROM refusal($$SELECT slaops.load_sample('d', 0)$$);
SELECT * FROM refusal($$SELECT slaops.load_sample('d', 10000001)$$);
SELECT * FROM refusal($$SELECT slaops.load_sample('d', 1, until => 'infinity')$$);
SELECT * FROM refusal($$SELECT slaops.load_sample('d', 1, until => '1999-12-31 00:00+00')$$);
SELECT * FROM refusal($$SELECT slaops.load_sample('d', NULL)$$);
SELECT * FROM refusal($$SELECT slaops.load_sample('current')$$);
SELECT * FROM refusal($$SELECT slaops.load_sample('a@b')$$);
SELECT FROM slaops.load_config('policies: [{name: Ours, targets: {"*": {resolution: 1d}}}]', policy_set => 'ours');
SELECT * FROM refusal($$SELECT slaops.load_sample('ours')$$);
CREATE ROLE reader;
GRANT USAGE ON SCHEMA slaops TO reader;
SET ROLE reader;
SELECT * FROM refusal($$SELECT slaops.load_sample('d')$$);
SELECT count(*) FROM slaops.sample_events(3);
RESET ROLE;
SELECT to_regnamespace('d') AS left_behind;
SET client_min_messages = warning;
DROP SCHEMA demo, "Bob's ""team"": #1" CASCADE;
RESET client_min_messages;
REVOKE USAGE ON SCHEMA slaops FROM reader;
DROP ROLE reader;
RESET slaops.as_of;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.calendars;
DELETE FROM slaops.policy_sets;
