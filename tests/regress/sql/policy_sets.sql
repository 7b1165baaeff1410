-- Two desks in one database: words, metrics and presets of one policy set change nothing in
-- another.
\set ON_ERROR_STOP off
SET client_min_messages = warning;
CREATE SCHEMA desks;
CREATE TABLE desks.tickets (
    ticket_id int PRIMARY KEY, created_at timestamptz, priority text, status text, tier text,
    attributes jsonb
);
CREATE TABLE desks.ticket_events (
    ticket_id int, event_at timestamptz, event_type text, actor_role text, old_value text,
    new_value text
);
INSERT INTO desks.tickets
SELECT
    i,
    timestamptz '2026-01-05 09:00Z' + i * interval '1 hour',
    'P1',
    CASE WHEN i <= 6 THEN 'resolved' ELSE 'open' END,
    'gold',
    '{"contract": "x"}'
FROM generate_series(1, 8) AS numbers (i);
INSERT INTO desks.ticket_events
SELECT
    i,
    timestamptz '2026-01-05 12:00Z' + i * interval '1 hour',
    'status',
    'agent',
    'open',
    'resolved'
FROM generate_series(1, 6) AS numbers (i);
SELECT
FROM slaops.load_config(
    'policies: [{name: All, hours: 24x7, targets: {"*": {resolution: 1d}}}]', 'rt'
);
-- In Redmine "Resolved" waits for the customer's word, and "Closed" is the end.
SELECT
FROM slaops.load_config(
    '{states: {pending: [Resolved], open: [open]}, policies: [{name: All, hours: 24x7, '
    'targets: {"*": {resolution: 1d}}}]}',
    'redmine'
);
SET slaops.as_of = '2026-01-06 00:00Z';
SELECT count(*) > 30 AS made
FROM slaops.create_marts('rt', 'desks.tickets', 'desks.ticket_events', policy_set => 'rt');
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'redmine', 'desks.tickets', 'desks.ticket_events', policy_set => 'redmine'
);
SELECT 'rt' AS desk, state, is_open, count(*)
FROM rt.int_ticket_lifecycle
GROUP BY 2, 3
UNION ALL
SELECT 'redmine', state, is_open, count(*)
FROM redmine.int_ticket_lifecycle
GROUP BY 2, 3
ORDER BY 1, 2;
SELECT 'rt' AS desk, activity, count(*)
FROM rt.int_event_transitions
GROUP BY 2
UNION ALL
SELECT 'redmine', activity, count(*)
FROM redmine.int_event_transitions
GROUP BY 2
ORDER BY 1, 2;
SELECT 'rt' AS desk, state, count(*)
FROM rt.int_ticket_stages
GROUP BY 2
UNION ALL
SELECT 'redmine', state, count(*)
FROM redmine.int_ticket_stages
GROUP BY 2
ORDER BY 1, 2;
SELECT 'rt' AS desk, status, count(*)
FROM rt.fct_sla_attainment
GROUP BY 2
UNION ALL
SELECT 'redmine', status, count(*)
FROM redmine.fct_sla_attainment
GROUP BY 2
ORDER BY 1, 2;

-- A metric that never stops, a preset and a status of another set: a refresh takes the two open
-- tickets, as before.
RESET client_min_messages;
CALL slaops.refresh('rt', '2026-01-07 00:00Z');
SELECT
FROM slaops.load_config(
    'metrics: {loop: {start: {event: created}, stop: {event: never_happens}}}
presets: {default: {like: default, reopen: ignore}}
states: {open: [Resolved]}
policies: [{name: All, targets: {"*": {loop: 1h}}}]',
    'other'
);
CALL slaops.refresh('rt', '2026-01-08 00:00Z');
-- A metric of its own unsettles them all, and a preset of its own is a changed configuration.
SELECT
FROM slaops.load_config(
    'metrics: {loop: {start: {event: created}, stop: {event: never_happens}}}', 'rt'
);
CALL slaops.refresh('rt', '2026-01-08 00:00Z');
CALL slaops.refresh('rt', '2026-01-09 00:00Z');
SELECT count(*)
FROM slaops.load_config('presets: {default: {like: default, reopen: ignore}}', 'rt');
CALL slaops.refresh('rt', '2026-01-09 00:00Z');
-- To say what is built in changes nothing.
SELECT action, kind, name FROM slaops.load_config('states: {solved: [resolved]}', 'rt');
CALL slaops.refresh('rt', '2026-01-09 00:00Z');
RESET slaops.as_of;

-- Conditions of the set that nothing meets are named, of metrics, of the preset's changes and of
-- policies; not what some ticket or event has.
SET client_min_messages = error;
SELECT
FROM slaops.load_config(
    '
metrics:
  slip:
    start: [{event: created}, {event: status}]
    stop: [{field: grop_name}, {field: status}]
    pause: {state: pending, tire: gold, tier: gold}
presets: {default: {like: default, metrics: {resolution: {cancel: {event: [merged, comment, change]}}}}}
policies:
  - {name: All, when: [{contract: x}, {contracts: x, brand: acme}], hours: 24x7, targets: {"*": {resolution: 1d}}}',
    'rt'
);
RESET client_min_messages;
SELECT what, left(remedy, 60) AS remedy
FROM rt.config_health
WHERE problem = 'condition that nothing meets'
ORDER BY what COLLATE "C";
SELECT count(*) FROM redmine.config_health WHERE problem = 'condition that nothing meets';

-- A set is there as soon as a table has a row of it.
INSERT INTO slaops.states (policy_set, status, state) VALUES ('words', 'odd', 'open');
SELECT slaops.match_policy('{}', 'words'), string_agg(name, ', ' ORDER BY name) AS sets
FROM slaops.policy_set_names() AS set_name (name);
SELECT * FROM refusal($$SELECT slaops.match_policy('{}', 'wrods')$$);
SELECT *
FROM refusal(
    $$
        SELECT *
        FROM slaops.create_marts(
            'wrong', 'desks.tickets', 'desks.ticket_events', policy_set => 'wrods'
        )
    $$
);

SET client_min_messages = warning;
SELECT count(*) > 30 AS dropped FROM slaops.drop_marts('rt');
SELECT count(*) > 30 AS dropped FROM slaops.drop_marts('redmine');
DROP SCHEMA desks CASCADE; DROP SCHEMA IF EXISTS rt, redmine, wrong CASCADE;
DELETE FROM slaops.sla_policies; DELETE FROM slaops.policy_sets;
DELETE FROM slaops.states WHERE NOT built_in; DELETE FROM slaops.metrics WHERE NOT built_in;
DELETE FROM slaops.presets WHERE NOT built_in;
RESET client_min_messages;
