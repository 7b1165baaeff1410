-- What attach makes of a Zendesk gives the figures of the canonical tables.
\ir zendesk_tables.sql
CREATE TABLE said AS SELECT * FROM slaops.attach('zendesk', 'zd', 'fromzd');
CREATE TABLE said_again AS SELECT * FROM slaops.attach('zendesk', 'zd', 'fromzd');
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts('direct', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo');
SELECT FROM slaops.create_marts('fromzd', policy_set => 'demo');
\ir ../../support/checks.sql
SELECT pg_temp.same(v || ' by both paths', format('SELECT %s FROM direct.%s', c, v), format('SELECT %s FROM fromzd.%s', c, v), n)
FROM (VALUES
    ('fct_sla_attainment', 'ticket_id, metric, cycle, policy, priority, target, started_at, stopped_at, elapsed_minutes, paused_minutes, due_at, breached_at, status, cause_status, cause_group, group_name, brand, channel', 12000),
    ('int_ticket_lifecycle', 'ticket_id, created_at, first_response_at, first_response_by, solved_at, closed_at, is_open, status, group_name, assignee, priority, states, groups, group_minutes, reopens, escalations, agent_replies, customer_replies, cycle_minutes, business_cycle_minutes, organization_id', 3000),
    ('fct_backlog_snapshot', 'ticket_id, day, state, group_name, priority, age_minutes, business_age_minutes, sla_debt_minutes, risk', 3000),
    ('int_agent_activity', '*', 500), ('process_variants', 'rank, activities, tickets, median_cycle_minutes', 20), ('bottlenecks', 'level, rank, group_name, volume', 3)
) AS x (v, c, n);
DO $$
BEGIN
    IF (SELECT array_agg(subject || ': ' || finding ORDER BY subject) FROM said) <>
        '{fromzd.ticket_events: made,fromzd.tickets: made,satisfaction_rating: missing,"schedule americas: calendar ''fromzd americas''","schedule apac: calendar ''fromzd apac''","schedule emea: calendar ''fromzd emea''",ticket_comment._fivetran_synced: missing,ticket_field_history._fivetran_synced: missing,ticket_tag: missing}'
        OR EXISTS (SELECT FROM ((TABLE said EXCEPT TABLE said_again) UNION ALL (TABLE said_again EXCEPT TABLE said)) AS x) THEN RAISE 'attach said %', (SELECT array_agg(subject || ': ' || finding ORDER BY subject) FROM said); END IF;
    IF (SELECT attributes ->> 'zendesk first_reply_time' FROM fromzd.tickets WHERE ticket_id = 17) <> '{"minutes": 480}' THEN RAISE 'what Zendesk promised is lost'; END IF;
END $$;
