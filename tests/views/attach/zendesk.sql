-- What attach makes of a Zendesk gives the figures of the canonical tables: by Fivetran's layout, and by the names of the API as
-- Airbyte and dlt load them.
\set tickets 1200
\ir zendesk_tables.sql
-- What happens at real desks: the request itself is a comment, agents write notes, take tickets and give them back, and one of
-- them has left the team since.
CREATE TEMP TABLE planted AS
SELECT t.ticket_id, t.created_at + p.later AS event_at, p.event_type, CASE WHEN p.event_type = 'comment' AND p.public THEN 'customer' ELSE 'agent' END AS actor_role,
       CASE WHEN p.event_type = 'comment' AND p.public THEN t.requester_id ELSE 'Adam Haas' END AS actor, p.old_value, p.new_value, p.public, 1::bigint AS seq
FROM demo.tickets AS t
JOIN (VALUES
    ('0 min'::interval, 'comment', NULL, NULL, true, 1), ('1 min', 'comment', NULL, NULL, false, 9), ('2 min', 'assignee', NULL, 'Adam Haas', NULL, 50), ('3 min', 'assignee', 'Adam Haas', NULL, NULL, 50)
) AS p (later, event_type, old_value, new_value, public, every) ON t.ticket_id % p.every = 0 AND t.created_at + p.later < '2026-01-05 08:00Z'
WHERE p.event_type = 'comment' OR NOT EXISTS (SELECT FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = 'assignee');
INSERT INTO demo.ticket_events SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public, seq FROM planted;
INSERT INTO zd.ticket_comment (id, ticket_id, user_id, created, body, public) SELECT 100000 + row_number() OVER (), p.ticket_id, u.id, p.event_at, '...', p.public FROM planted AS p JOIN zd."user" AS u ON u.name = p.actor WHERE p.event_type = 'comment';
INSERT INTO zd.ticket_field_history SELECT p.ticket_id, 'assignee_id', p.event_at, u.id, a.id::text FROM planted AS p JOIN zd."user" AS u ON u.name = p.actor LEFT JOIN zd."user" AS a ON a.name = p.new_value WHERE p.event_type = 'assignee';
UPDATE zd."user" SET role = 'end-user' WHERE name = 'Adam Haas';
\ir zendesk_airbyte_tables.sql
\ir zendesk_dlt_tables.sql
CREATE TABLE said AS SELECT 'zd' AS layout, s.* FROM slaops.attach('zendesk', 'zd', 'fromzd') AS s
UNION ALL SELECT 'za', s.* FROM slaops.attach('zendesk_api', 'za', 'fromza') AS s UNION ALL SELECT 'zl', s.* FROM slaops.attach('zendesk_api', 'zl', 'fromzl') AS s;
CREATE TABLE said_again AS SELECT 'zd' AS layout, s.* FROM slaops.attach('zendesk', 'zd', 'fromzd') AS s
UNION ALL SELECT 'za', s.* FROM slaops.attach('zendesk_api', 'za', 'fromza') AS s UNION ALL SELECT 'zl', s.* FROM slaops.attach('zendesk_api', 'zl', 'fromzl') AS s;
SET slaops.as_of = '2026-01-05 08:00+00';
-- dlt loads no schedules.
CREATE VIEW zl_scheduled AS SELECT t.*, d.calendar_name AS c FROM fromzl.tickets AS t JOIN demo.tickets AS d USING (ticket_id);
CREATE VIEW zl_tickets AS SELECT ticket_id, created_at, subject, requester_id, organization_id, brand, region, channel, tier, type, priority, group_name, assignee, status, solved_at, closed_at, csat_score, cost, c AS calendar_name, tags, attributes, loaded_at FROM zl_scheduled;
SELECT FROM slaops.create_marts('direct', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo');
SELECT FROM slaops.create_marts('fromzd', policy_set => 'demo');
SELECT FROM slaops.create_marts('fromza', policy_set => 'demo');
SELECT FROM slaops.create_marts('fromzl', 'zl_tickets', 'fromzl.ticket_events', policy_set => 'demo');
\ir ../../support/checks.sql
SELECT pg_temp.same(format('%s of %s', v, f), format('SELECT %s FROM direct.%s', c, v), format('SELECT %s FROM %s.%s', c, f, v), n)
FROM (VALUES
    ('fct_sla_attainment', 'ticket_id, metric, cycle, policy, priority, target, started_at, stopped_at, elapsed_minutes, paused_minutes, due_at, breached_at, status, cause_status, cause_group, group_name, brand, channel', 5000),
    ('int_ticket_lifecycle', 'ticket_id, created_at, first_response_at, first_response_by, solved_at, closed_at, is_open, status, group_name, assignee, priority, states, groups, group_minutes, reopens, escalations, agent_replies, customer_replies, internal_notes, cycle_minutes, business_cycle_minutes, organization_id', 1200),
    ('fct_backlog_snapshot', 'ticket_id, day, state, group_name, priority, age_minutes, business_age_minutes, sla_debt_minutes, risk', 1000),
    ('int_agent_activity', '*', 200), ('process_variants', 'rank, activities, tickets, median_cycle_minutes', 15), ('bottlenecks', 'level, rank, group_name, volume', 3)
) AS x (v, c, n)
CROSS JOIN (VALUES ('fromzd'), ('fromza'), ('fromzl')) AS layout (f);
SELECT pg_temp.same('tickets of dlt', 'SELECT ticket_id, tags, subject, type, attributes FROM fromza.tickets WHERE ticket_id <> 17', 'SELECT ticket_id, tags, subject, type, attributes FROM fromzl.tickets WHERE ticket_id <> 17', 1199);
SELECT pg_temp.same('fields of events', 'SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public FROM fromza.ticket_events', 'SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public FROM fromzl.ticket_events', 7000);
DO $$
BEGIN
    IF (SELECT array_agg(subject || ': ' || finding ORDER BY subject) FROM said WHERE layout = 'zd') <>
        '{audit_log: missing,fromzd.ticket_events: made,fromzd.tickets: made,satisfaction_rating: missing,"schedule americas: calendar ''fromzd americas''","schedule apac: calendar ''fromzd apac''","schedule emea: calendar ''fromzd emea''",sla_policy_metric_history: missing,ticket_comment._fivetran_synced: missing,ticket_field_history._fivetran_synced: missing,ticket_sla_policy: missing,ticket_tag: missing}'
        OR EXISTS (SELECT FROM ((TABLE said EXCEPT TABLE said_again) UNION ALL (TABLE said_again EXCEPT TABLE said)) AS x) THEN RAISE 'attach said %', (SELECT array_agg(subject || ': ' || finding ORDER BY subject) FROM said WHERE layout = 'zd'); END IF;
    IF (SELECT array_agg(subject ORDER BY layout, subject) FROM said WHERE layout <> 'zd' AND finding = 'missing') <>
        '{audit_logs,custom_statuses,sla_policies,ticket_forms,ticket_metrics,tickets.ticket_form_id,audit_logs,custom_statuses,schedules,sla_policies,ticket_forms,ticket_metric_events,ticket_metrics,tickets.custom_status_id,tickets.ticket_form_id}' THEN
        RAISE 'attach of the API said %', (SELECT array_agg(subject ORDER BY layout, subject) FROM said WHERE layout <> 'zd' AND finding = 'missing'); END IF;
    IF (SELECT attributes ->> 'zendesk first_reply_time' FROM fromzd.tickets WHERE ticket_id = 17) <> '{"minutes": 480}' THEN RAISE 'what Zendesk promised is lost'; END IF;
    IF (SELECT attributes FROM fromza.tickets WHERE ticket_id = 17) - 'Plan' - 'Number of Seats' <> '{"sla policy": "All", "zendesk first_reply_time": "{\"minutes\": 480, \"in_business_hours\": true}"}' THEN RAISE 'attributes of the API: %', (SELECT attributes FROM fromza.tickets WHERE ticket_id = 17); END IF;
    IF EXISTS (SELECT FROM fromza.tickets AS t JOIN demo.tickets AS d USING (ticket_id) WHERE (d.attributes ->> 'plan' = 'team') <> (t.attributes ->> 'Plan' = 'Team plan') OR t.attributes -> 'Number of Seats' <> d.attributes -> 'seats') THEN RAISE 'custom fields are lost'; END IF;
END $$;
