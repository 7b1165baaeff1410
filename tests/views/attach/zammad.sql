-- What attach makes of a Zammad gives the figures of what truly happened, its promises as somebody read them who was not the mapping,
-- and those of twelve tickets as they were worked out by hand.
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 1200);
\ir zammad_tables.sql
\ir ../../support/checks.sql
SET slaops.as_of = '2026-01-05 08:00+00';
SET timezone = 'UTC';
CREATE TABLE said AS SELECT s.* FROM slaops.attach('zammad', 'zammad', 'fromzammad') AS s;
CREATE TABLE said_again AS SELECT s.* FROM slaops.attach('zammad', 'zammad', 'fromzammad') AS s;

-- The promises, read from the tables of zammad_tables.sql by eye.
SELECT FROM slaops.load_config($$
preset: zammad
default_calendar: fromzammad Berlin
states:
  new: [new]
  open: [open, pending but counting]
  pending: [pending close, pending reminder, waiting for supplier]
  closed: [closed, merged, removed, solved]
policies:
  - {name: 0 hand, calendar: fromzammad Berlin, when: {type: hand}, targets: {'*': {first_response: 60m, next_response: 90m, pausable_update: 240m, resolution: 480m}}}
  - {name: 1 urgent, calendar: fromzammad Around the clock, when: {priority: 4 urgent}, targets: {'*': {first_response: 60m, next_response: 120m, resolution: 480m}}}
  - name: 2 gold
    calendar: fromzammad Berlin
    when: {organization.support_contract: gold, status: [new, open, closed, solved], priority: {not: 1 low}}
    targets: {'*': {first_response: 120m, resolution: 960m}}
  - {name: 3 press, calendar: fromzammad With lunch, when: {group_name: [Second line, Engineering], tags: [vip, press]}, targets: {'*': {next_response: 480m}}}
  - {name: 4 either, calendar: fromzammad With lunch, when: [{customer.vip: true}, {assignee: null}], targets: {'*': {first_response: 240m}}}
  - {name: 'Not: all', calendar: fromzammad With lunch, targets: {'*': {first_response: 960m, resolution: 9600m}}}
$$, 'by eye');
SELECT pg_temp.yes('promises: ' || coalesce(difference, 'none'), difference IS NULL)
FROM (SELECT string_agg(concat_ws(' ', action, kind, name, detail), '; ') AS difference FROM slaops.config_changes(slaops.stored_config('by eye') - 'calendars', slaops.stored_config('fromzammad') - 'calendars', 'by eye')) AS x;
SELECT pg_temp.same('calendars', $$SELECT name, calendar::text FROM slaops.calendars WHERE name LIKE 'fromzammad %'$$, $$VALUES
    ('fromzammad Berlin', slaops.make_calendar('Mo-Fr 09:00-17:00', 'Europe/Berlin', NULL, '{2025-12-25,2025-12-26}')::text), ('fromzammad Around the clock', slaops.make_calendar('Mo-Su 00:00-24:00', 'Etc/UTC')::text),
    ('fromzammad With lunch', slaops.make_calendar('Mo-Fr 08:30-12:00,13:00-17:00', 'Europe/London')::text)$$, 3);

-- Tickets and events are what truly happened.
SELECT pg_temp.same('tickets', $$SELECT ticket_id, created_at, subject, organization_id, channel, type, priority, group_name, assignee, status, tags, attributes ->> 'plan', (attributes ->> 'seats')::int, (attributes ->> 'merged into')::int FROM fromzammad.tickets$$,
    $$SELECT ticket_id, created_at, subject, organization_id, channel, type, priority, group_name, assignee, status, nullif(tags, '{}'), plan, seats, merged_into FROM canon.tickets$$, 1250);
SELECT pg_temp.same('requesters', $$SELECT t.ticket_id, u.firstname FROM fromzammad.tickets AS t JOIN zammad.users AS u ON u.id::text = t.requester_id$$, $$SELECT ticket_id, split_part(requester_id, ' ', 1) FROM canon.tickets$$, 1250);
SELECT pg_temp.same('events', $$SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public FROM fromzammad.ticket_events$$,
    $$SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public FROM canon.ticket_events$$, 7000);
SELECT pg_temp.no('tickets with other attributes of their organization', count(*)) FROM fromzammad.tickets AS t LEFT JOIN zammad.organizations AS o ON o.name = t.organization_id WHERE t.attributes ->> 'organization.support_contract' IS DISTINCT FROM o.support_contract;
SELECT pg_temp.yes('attributes: ' || keys, keys = '{customer.vip,"merged into",number,organization.support_contract,plan,seats}') FROM (SELECT array_agg(DISTINCT key ORDER BY key)::text AS keys FROM fromzammad.tickets, jsonb_object_keys(attributes) AS key) AS x;
SELECT pg_temp.same('when they were closed', $$SELECT ticket_id, solved_at, closed_at FROM fromzammad.tickets WHERE status IN ('closed', 'solved', 'merged')$$,
    $$SELECT t.ticket_id, CASE WHEN t.status <> 'merged' THEN e.at END, e.at FROM canon.tickets AS t JOIN (SELECT ticket_id, max(event_at) AS at FROM canon.ticket_events WHERE new_value IN ('closed', 'solved', 'merged') GROUP BY ticket_id) AS e USING (ticket_id) WHERE t.status IN ('closed', 'solved', 'merged')$$, 1100);
SELECT pg_temp.no('tickets that were merged and are open', count(*)) FROM fromzammad.tickets WHERE status = 'merged' AND slaops.state_of(status, 'fromzammad') <> 'closed';

-- Without a line of configuration the figures are those of the story, measured by the same promises.
CREATE VIEW canon.as_tickets AS
SELECT t.ticket_id, t.created_at, f.requester_id, t.organization_id, NULL::text AS brand, t.channel, t.type, t.priority, t.group_name, t.assignee, t.status, f.solved_at, f.closed_at, t.tags,
       jsonb_strip_nulls(jsonb_build_object('organization.support_contract', o.support_contract, 'customer.vip', u.vip)) AS attributes
FROM canon.tickets AS t JOIN fromzammad.tickets AS f USING (ticket_id) LEFT JOIN zammad.organizations AS o ON o.name = t.organization_id LEFT JOIN zammad.users AS u ON u.id::text = f.requester_id;
CREATE VIEW canon.as_events AS SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public, CASE event_type WHEN 'created' THEN 0 WHEN 'comment' THEN 1 ELSE 2 + place END AS seq FROM canon.ticket_events;
SELECT FROM slaops.create_marts('fromzammad');
SELECT FROM slaops.create_marts('direct', 'canon.as_tickets', 'canon.as_events', policy_set => 'by eye');
SELECT pg_temp.same(v, format('SELECT %s FROM direct.%s', c, v), format('SELECT %s FROM fromzammad.%s', c, v), n)
FROM (VALUES
    ('fct_sla_attainment', 'ticket_id, metric, cycle, policy, priority, target, started_at, stopped_at, elapsed_minutes, paused_minutes, due_at, breached_at, status, cause_status, cause_group, group_name, channel', 2300),
    ('int_ticket_lifecycle', 'ticket_id, created_at, first_response_at, first_response_by, solved_at, closed_at, is_open, status, group_name, assignee, priority, states, groups, group_minutes, reopens, escalations, agent_replies, customer_replies, internal_notes, cycle_minutes, business_cycle_minutes, organization_id', 1250),
    ('fct_backlog_snapshot', 'ticket_id, day, state, group_name, priority, age_minutes, business_age_minutes, sla_debt_minutes, risk', 400), ('int_agent_activity', '*', 200)
) AS x (v, c, n);
SELECT pg_temp.no('statuses without a state', count(*)) FROM fromzammad.config_health WHERE problem ILIKE '%status%state%';

-- By hand.
SELECT pg_temp.same('by hand', $$SELECT ticket_id, metric, cycle, elapsed, paused, due_at, status FROM canon.by_hand$$,
    $$SELECT f.ticket_id::int, f.metric, f.cycle, f.elapsed_minutes::numeric, f.paused_minutes::numeric, f.due_at AT TIME ZONE 'Europe/Berlin', f.status
      FROM fromzammad.fct_sla_attainment AS f JOIN canon.by_hand AS h ON h.ticket_id = f.ticket_id AND h.metric = f.metric AND h.cycle = f.cycle$$, 23);
SELECT pg_temp.no('clocks of the merged ticket that count: ' || coalesce(string_agg(metric || ' ' || status, ', '), ''), count(*)) FROM fromzammad.fct_sla_attainment WHERE ticket_id = 90005 AND status NOT IN ('cancelled', 'not_started');
SELECT pg_temp.yes('the request of an agent waits: ' || status, status = 'breached') FROM fromzammad.fct_sla_attainment WHERE ticket_id = 90008 AND metric = 'first_response';

-- What Zammad itself would write of the tickets that were worked out by hand: due times of clocks that run, minutes cut off of those that are done.
UPDATE zammad.tickets AS t SET
    close_escalation_at = h.due_at AT TIME ZONE 'Europe/Berlin' AT TIME ZONE 'UTC'
FROM canon.by_hand AS h JOIN fromzammad.fct_sla_attainment AS f ON f.ticket_id = h.ticket_id AND f.metric = h.metric AND f.cycle = h.cycle
WHERE t.id = h.ticket_id AND h.metric = 'resolution' AND f.stopped_at IS NULL;
UPDATE zammad.tickets AS t SET close_in_min = floor(h.elapsed), close_diff_in_min = 480 - floor(h.elapsed)
FROM canon.by_hand AS h WHERE t.id = h.ticket_id AND h.metric = 'resolution' AND h.status IN ('met', 'breached') AND t.close_escalation_at IS NULL;
UPDATE zammad.tickets AS t SET first_response_in_min = floor(h.elapsed), first_response_diff_in_min = 60 - floor(h.elapsed)
FROM canon.by_hand AS h WHERE t.id = h.ticket_id AND h.metric = 'first_response' AND h.status IN ('met', 'breached');
CREATE TABLE reconciled AS SELECT * FROM slaops.reconciliation('fromzammad');
SELECT pg_temp.yes('clocks of Zammad that are compared: ' || count(*), count(*) > 10) FROM reconciled;
SELECT pg_temp.no('clocks of Zammad that differ: ' || coalesce(string_agg(concat_ws(' ', ticket_id, metric, cause, switch, vendor_due_at, due_at, vendor_elapsed_minutes, elapsed_minutes, status, vendor_breached), '; '), ''), count(*)) FROM reconciled WHERE NOT agrees AND cause <> 'rounding';

-- What was said, once and again.
UPDATE said SET finding = NULL WHERE subject IN ('policy 9 urgent and gold', 'calendar Torn', 'SLA 99 torn') AND finding ~ 'never matches|YAML at line';
SELECT pg_temp.same('what was said', $$SELECT subject, finding FROM said WHERE finding IS DISTINCT FROM 'made'$$, $$VALUES
    ('fromzammad.work_logs', 'left out'), ('policy set fromzammad', 'made: preset zammad'), ('policy 9 urgent and gold', NULL),
    ('status waiting for supplier', 'pending: it is of the type open, and stops clocks'), ('status pending but counting', 'open: it is of the type pending reminder, and stops no clocks'),
    ('calendar Berlin', 'calendar ''fromzammad Berlin'''), ('calendar Around the clock', 'calendar ''fromzammad Around the clock'''), ('calendar With lunch', 'calendar ''fromzammad With lunch'''),
    ('calendar On Mars', 'its time zone "Mars/Base" is not known'), ('calendar Torn', NULL),
    ('SLA 0 hand', 'policy'), ('SLA 1 urgent', 'policy'), ('SLA 2 gold', 'policy'), ('SLA 3 press', 'policy'), ('SLA 4 either', 'policy'), ('SLA 9 urgent and gold', 'policy'), ('SLA Not: all', 'policy'),
    ('SLA 5 in the title', 'no policy: ticket.title is not read'), ('SLA 6 nested', 'no policy: groups of conditions stand in one another'), ('SLA 7 on Mars', 'no policy: its calendar "On Mars" was not read'),
    ('SLA 8 nothing', 'no policy: it has no times'), ('SLA All of them', 'no policy: of those without conditions only the last is used'), ('SLA Also all', 'no policy: of those without conditions only the last is used'), ('SLA 99 torn', NULL)$$, 24);
SELECT pg_temp.same('what is said again', 'SELECT subject, finding, cost FROM said_again', $$SELECT subject, coalesce(finding, (SELECT a.finding FROM said_again AS a WHERE a.subject = s.subject)), cost FROM said AS s$$, 25);
\ir zammad_other.sql
