-- A support team to try everything on.
\pset null '-'
SELECT * FROM slaops.load_sample('demo', tickets => 2000);

-- The same rows for a seed, on every machine.
SELECT md5(string_agg(ticket::text, E'\n' ORDER BY ticket_id)) AS tickets
FROM demo.tickets AS ticket;
SELECT md5(string_agg(event::text, E'\n' ORDER BY ticket_id, seq)) AS events
FROM demo.ticket_events AS event;
SELECT md5(string_agg(shift::text, E'\n' ORDER BY agent, starts_at)) AS shifts
FROM demo.shifts AS shift;
SELECT md5(string_agg(work_log::text, E'\n' ORDER BY ticket_id, ended_at)) AS work_logs
FROM demo.work_logs AS work_log;
-- Nobody is in two places, everybody has a group, and work ends with an event of the agent and
-- begins after the one before.
SELECT
    count(*) FILTER (WHERE known.agent IS NULL) AS strangers,
    count(*) FILTER (WHERE shift.starts_at < shift.earlier) AS overlaps,
    count(*) FILTER (WHERE shift.ends_at - shift.starts_at <> interval '4 hours') AS lengths,
    count(DISTINCT shift.agent) AS agents
FROM (
    SELECT *, lag(ends_at) OVER (PARTITION BY agent ORDER BY starts_at) AS earlier
    FROM demo.shifts
) AS shift
LEFT JOIN demo.agents AS known ON known.agent = shift.agent AND known.group_name = shift.group_name;
SELECT
    count(*) FILTER (WHERE event.ticket_id IS NULL) AS of_nothing,
    count(*) FILTER (WHERE work_log.started_at < work_log.earlier) AS overlaps,
    count(*) FILTER (WHERE work_log.started_at >= work_log.ended_at) AS empty,
    count(*) AS logs
FROM (
    SELECT *, lag(ended_at) OVER (PARTITION BY ticket_id ORDER BY started_at) AS earlier
    FROM demo.work_logs
) AS work_log
LEFT JOIN (
    SELECT DISTINCT ticket_id, event_at, actor FROM demo.ticket_events
) AS event
    ON event.ticket_id = work_log.ticket_id
    AND event.event_at = work_log.ended_at
    AND event.actor = work_log.agent;
SELECT count(*) AS other_tickets
FROM slaops.sample_tickets(2000, seed => 43) AS ticket
JOIN demo.tickets AS ticket_too USING (ticket_id)
WHERE ticket.created_at <> ticket_too.created_at OR ticket.subject <> ticket_too.subject;

-- One ticket that Tier 1 escalated to Tier 2, and Tier 2 to Engineering.
SELECT
    ticket_id,
    created_at,
    subject,
    priority,
    group_name,
    assignee,
    status,
    solved_at,
    csat_score,
    tags,
    attributes
FROM demo.tickets
WHERE
    ticket_id = (SELECT min(ticket_id) FROM demo.ticket_events WHERE new_value = 'Engineering') \gx
SELECT event_at, event_type, actor_role, actor, old_value, new_value, public, seq
FROM demo.ticket_events
WHERE ticket_id = (SELECT min(ticket_id) FROM demo.ticket_events WHERE new_value = 'Engineering')
ORDER BY seq;
SELECT * FROM demo.agents ORDER BY group_name, agent;
SELECT * FROM demo.group_capacity ORDER BY group_name;
SELECT status, count(*) FROM demo.tickets GROUP BY status ORDER BY count(*) DESC, status;

-- The row is what the events say; each of these has no row.
SELECT ticket.ticket_id, fact.event_type, fact.now, event.new_value
FROM demo.tickets AS ticket
CROSS JOIN LATERAL (
    VALUES
        ('status', ticket.status), ('group_name', ticket.group_name),
        ('assignee', ticket.assignee), ('priority', ticket.priority)
) AS fact (event_type, now)
JOIN LATERAL (
    SELECT event.new_value
    FROM demo.ticket_events AS event
    WHERE event.ticket_id = ticket.ticket_id AND event.event_type = fact.event_type
    ORDER BY seq DESC
    LIMIT 1
) AS event
    ON true
WHERE event.new_value IS DISTINCT FROM fact.now;
SELECT *
FROM (
    SELECT
        ticket_id,
        seq,
        event_type,
        old_value,
        lag(new_value) OVER (PARTITION BY ticket_id, event_type ORDER BY seq) AS before,
        new_value
    FROM demo.ticket_events
) AS event
WHERE old_value IS DISTINCT FROM before AND before IS NOT NULL OR old_value = new_value;
SELECT *
FROM (
    SELECT
        ticket_id,
        seq,
        event_type,
        event_at,
        lag(event_at, 1, event_at) OVER w AS before,
        row_number() OVER w AS place
    FROM demo.ticket_events WINDOW w AS (PARTITION BY ticket_id ORDER BY seq)
) AS event
WHERE event_at < before OR seq <> place OR (event_type = 'created') <> (place = 1);
SELECT ticket.ticket_id
FROM demo.tickets AS ticket
JOIN demo.ticket_events AS event USING (ticket_id)
GROUP BY ticket.ticket_id
HAVING ticket.created_at <> min(event.event_at)
    OR ticket.solved_at IS DISTINCT FROM max(event.event_at) FILTER (
        WHERE event.new_value = 'solved' AND ticket.status IN ('solved', 'closed')
    )
    OR ticket.closed_at IS DISTINCT FROM max(event.event_at) FILTER (
        WHERE event.new_value = 'closed'
    )
    OR max(event.event_at) > '2026-01-05 08:00+00'
    OR count(*) FILTER (
        WHERE event.event_type = 'group_name'
        AND event.old_value IS NULL
        AND event.new_value = 'Tier 1'
        AND event.event_at = ticket.created_at
    ) <> 1;
SELECT ticket.ticket_id, ticket.assignee
FROM demo.tickets AS ticket
WHERE ticket.assignee NOT IN (SELECT agent FROM demo.agents);
SELECT DISTINCT actor
FROM demo.ticket_events AS event
WHERE actor_role = 'agent' AND actor NOT IN (SELECT agent FROM demo.agents);
SELECT class.relname, attribute.attname AS without_comment
FROM pg_class AS class
JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
WHERE class.relnamespace = 'demo'::regnamespace
    AND class.relkind = 'r'
    AND attribute.attnum > 0
    AND (
        col_description(class.oid, attribute.attnum) IS NULL OR obj_description(class.oid) IS NULL
    );

-- Are they hitting SLA? Least on urgent incidents, and Tier 2 is the bottleneck.
SELECT count(*) > 10 AS views
FROM slaops.create_marts(
    'demo_marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', stored => false
);
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT problem, what FROM demo_marts.config_health;
CREATE TEMP TABLE fct AS SELECT * FROM demo_marts.fct_sla_attainment;
SELECT metric, round((slaops.attainment(status)).attainment::numeric, 2) AS attainment FROM fct
WHERE metric IN ('first_response', 'resolution') GROUP BY ROLLUP (metric) ORDER BY metric;
SELECT type, priority, round((slaops.attainment(status)).attainment::numeric, 2) AS attainment
FROM fct
WHERE metric IN ('first_response', 'resolution')
GROUP BY type, priority
HAVING count(*) > 100
ORDER BY attainment
LIMIT 3;
SELECT
    started_in_group AS group_name,
    count(*) AS cycles,
    round(avg(elapsed_minutes)) AS minutes,
    round(1 - (slaops.attainment(status)).attainment::numeric, 2) AS breach_rate,
    round(
        (sum(elapsed_minutes) * (1 - (slaops.attainment(status)).attainment))::numeric, -3
    ) AS bottleneck
FROM fct
WHERE metric = 'group_ownership'
GROUP BY 1
ORDER BY bottleneck DESC;

-- A second time it is refused, whole; after the schema is dropped it loads, and its policies are
-- replaced.
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
SELECT
FROM slaops.load_config(
    'policies: [{name: Ours, targets: {"*": {resolution: 1d}}}]', policy_set => 'ours'
);
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
