-- Alerts: each clock that is likely to breach is reported once.
SET client_min_messages = warning;
CREATE SCHEMA watch;
-- Ten tickets took 10, 20, ... 100 minutes, of 60 allowed. A is 55 minutes old, B 5, and C waits
-- for its customer after 50.
CREATE TABLE watch.ticket (
    ticket_id text PRIMARY KEY, created_at timestamptz, priority text, status text,
    group_name text, assignee text, solved_at timestamptz
);
INSERT INTO watch.ticket
SELECT
    'old ' || i,
    '2026-01-05 00:00Z',
    'normal',
    'solved',
    'Desk',
    'ann',
    timestamptz '2026-01-05 00:00Z' + i * interval '10 minutes'
FROM generate_series(1, 10) AS numbers (i);
INSERT INTO watch.ticket VALUES
    ('A', '2026-01-06 09:00Z', 'normal', 'open', 'Desk', NULL, NULL),
    ('B', '2026-01-06 09:50Z', 'normal', 'open', 'Desk', 'ann', NULL),
    ('C', '2026-01-06 08:00Z', 'normal', 'pending', 'Desk', 'ben', NULL);
CREATE TABLE watch.event (
    ticket_id text, event_at timestamptz, event_type text, actor_role text, old_value text,
    new_value text
);
INSERT INTO watch.event
SELECT ticket_id, created_at, 'created', 'customer', NULL, 'open'
FROM watch.ticket;
INSERT INTO watch.event
SELECT ticket_id, solved_at, 'status', 'agent', 'open', 'solved'
FROM watch.ticket
WHERE solved_at IS NOT NULL;
INSERT INTO watch.event VALUES
    ('C', '2026-01-06 08:50Z', 'status', 'agent', 'open', 'pending'),
    ('C', '2026-01-06 10:00Z', 'status', 'customer', 'pending', 'open');
SELECT
FROM slaops.load_config(
    $$policies: [{name: All, hours: 24x7, targets: {'*': {requester_wait: 60m}}}]$$, 'watch'
);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'watch_marts', 'watch.ticket', 'watch.event', policy_set => 'watch', stored => false
);
SET slaops.as_of = '2026-01-06 09:55Z';
SELECT
    ticket_id,
    status,
    remaining_minutes,
    round(breach_probability::numeric, 4) AS p,
    comparable_clocks
FROM watch_marts.at_risk_tickets
ORDER BY rank;

-- Ten clocks are wanted where nobody says how few will do: A has five behind it.
SELECT count(*) AS reported FROM slaops.alert('watch_marts');
-- By 4 in 5, A breaks. Asked again there is nothing new, whoever asks and with whatever threshold;
-- from 0.4 on B counts, (7 / 12) * (4 / 5); C is paused.
SELECT
    ticket_id,
    metric,
    cycle,
    priority,
    group_name,
    assignee,
    round(breach_probability::numeric, 4) AS p,
    comparable_clocks,
    remaining_minutes,
    due_at,
    reason
FROM slaops.alert('watch_marts', min_clocks => 3);
SELECT ticket_id FROM slaops.alert('watch_marts', min_clocks => 3);
SELECT ticket_id FROM slaops.alert('watch_marts', 0.8, 3);
-- B has twelve behind it, but A and C, which go on, tell nothing of 60 minutes: ten are decided.
SELECT ticket_id FROM slaops.alert('watch_marts', 0.4, 11);
SELECT ticket_id, round(breach_probability::numeric, 4) AS p
FROM slaops.alert('watch_marts', 0.4, 3);
SELECT ticket_id FROM slaops.alert('watch_marts', 0.4, 3);
-- Two minutes after C's customer has answered it runs again.
SET slaops.as_of = '2026-01-06 10:02Z';
SELECT ticket_id, remaining_minutes FROM slaops.alert('watch_marts', min_clocks => 3);
SELECT
    ticket_id,
    metric,
    cycle,
    threshold,
    comparable_clocks,
    remaining_minutes,
    as_of,
    alerted_at = now() AS now
FROM watch_marts.risk_alerts
ORDER BY as_of, ticket_id;
-- A rolled back alert was not reported; a clock whose row is deleted is reported again.
BEGIN;
DELETE FROM watch_marts.risk_alerts WHERE ticket_id = 'C';
SELECT ticket_id FROM slaops.alert('watch_marts', min_clocks => 3);
ROLLBACK;
SELECT ticket_id FROM slaops.alert('watch_marts', min_clocks => 3);
-- How it came out: A broke at 10:00, as the call of 10:02 saw, B was done after 55 minutes, and C
-- is no more. That is written down once, and sent to nobody.
BEGIN;
UPDATE watch.ticket
SET status = 'solved', solved_at = '2026-01-06 10:45Z'
WHERE ticket_id IN ('A', 'B');
INSERT INTO watch.event
SELECT ticket_id, solved_at, 'status', 'agent', 'open', 'solved'
FROM watch.ticket
WHERE ticket_id IN ('A', 'B');
DELETE FROM watch.ticket WHERE ticket_id = 'C';
SET LOCAL slaops.as_of = '2026-01-06 11:00Z';
SELECT count(*) AS reported FROM slaops.alert('watch_marts', 0.4, 3);
SELECT ticket_id, outcome, cleared_at FROM watch_marts.risk_alerts ORDER BY ticket_id;
SET LOCAL slaops.as_of = '2026-01-06 12:00Z';
SELECT count(*) AS reported FROM slaops.alert('watch_marts', 0.4, 3);
SELECT DISTINCT cleared_at FROM watch_marts.risk_alerts;
ROLLBACK;

-- Levels: parts of the target that are used up, of which the highest is told, then the breach; each
-- once. A took 55 of 60 minutes at 09:55, B 5; a call for one group tells nothing of others.
BEGIN;
DELETE FROM watch_marts.risk_alerts;
SET LOCAL slaops.as_of = '2026-01-06 09:55Z';
SELECT count(*) AS reported
FROM slaops.alert('watch_marts', levels => '{.5,0.900,0.99}', groups => '{Other,NULL}');
SELECT ticket_id, level, round(target_used::numeric, 4) AS used, remaining_minutes, reason
FROM slaops.alert('watch_marts', levels => '{.5,0.900,0.99}', groups => '{Desk}');
SELECT count(*) AS reported FROM slaops.alert('watch_marts', levels => '{0.5,0.9,0.99}');
SELECT count(*) AS reported FROM slaops.alert('watch_marts', levels => '{0.5,0.75}');
SELECT ticket_id, level FROM slaops.alert('watch_marts', 0.4, 3, levels => '{0.05,probability}');
SET LOCAL slaops.as_of = '2026-01-06 09:59:30Z';
SELECT ticket_id, level FROM slaops.alert('watch_marts', levels => '{0.05,0.5,0.9,0.99,breach}');
-- Exactly at the target is met, and used up. A second later it is past it.
SET LOCAL slaops.as_of = '2026-01-06 10:00:00Z';
SELECT count(*) AS reported FROM slaops.alert('watch_marts', levels => '{breach}');
SET LOCAL slaops.as_of = '2026-01-06 10:00:30Z';
-- At night nothing is told, but the outcome is written down. In the morning it is told, if it still
-- holds.
SELECT count(*) AS reported
FROM slaops.alert('watch_marts', levels => '{breach}', open_hours => 'Mo-Fr 11:00-17:00 @ UTC');
SELECT ticket_id, level, outcome FROM watch_marts.risk_alerts ORDER BY ticket_id, level COLLATE "C";
SET LOCAL slaops.as_of = '2026-01-06 11:00:00Z';
SELECT
    ticket_id, level, round(target_used::numeric, 4) AS used, remaining_minutes, breach_probability,
    reason
FROM slaops.alert(
    'watch_marts', levels => '{0.99,breach}', open_hours => 'Mo-Fr 11:00-17:00 @ UTC'
);
SELECT count(*) AS reported FROM slaops.alert('watch_marts', levels => '{breach}');
SELECT level, threshold, outcome, cleared_at, count(*), count(DISTINCT alert_id) AS ids
FROM watch_marts.risk_alerts
WHERE ticket_id = 'A'
GROUP BY 1, 2, 3, 4
ORDER BY level COLLATE "C";
SELECT count(DISTINCT alert_id) = count(*) AS all_differ FROM watch_marts.alerts;
ROLLBACK;
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', levels => '{}')$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', levels => NULL)$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', levels => '{breach,NULL}')$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', levels => '{1.0}')$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', levels => '{0.0}')$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', levels => '{0.00001}')$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', levels => '{soon}')$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', open_hours => 'no such calendar')$$);

-- Readers see alerts of the tickets that they may read, and raise none.
CREATE ROLE watch_reader;
SELECT count(*) > 30 AS granted FROM slaops.grant_read('watch_marts', 'watch_reader');
ALTER TABLE watch.ticket ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON watch.ticket USING (assignee = 'ben');
SET ROLE watch_reader;
SELECT ticket_id, metric, remaining_minutes, outcome, level, alert_id IS NOT NULL AS has_id
FROM watch_marts.alerts;
SELECT ticket_id FROM watch_marts.risk_alerts;
SELECT * FROM refusal($$SELECT reason FROM watch_marts.risk_alerts$$);
SELECT as_of, refreshed_at, state FROM watch_marts.refresh_status;
SELECT state, regexp_replace(message, 'belong to .*', 'belong to ...') AS message
FROM refusal($$SELECT slaops.alert('watch_marts')$$);
RESET ROLE;
SELECT * FROM refusal($$SELECT slaops.alert(NULL)$$);
SELECT * FROM refusal($$SELECT slaops.alert('nowhere')$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', 0)$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', 'NaN')$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', NULL)$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', min_clocks => 0)$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', min_clocks => NULL)$$);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts', notify => NULL)$$);
SELECT * FROM refusal($$SELECT slaops.grant_read('nowhere', 'watch_reader')$$);
SELECT * FROM refusal($$SELECT slaops.grant_read('watch_marts', NULL)$$);
SELECT * FROM refusal($$SELECT slaops.grant_read('watch_marts', 'watch_reader', NULL)$$);
RESET slaops.as_of;
-- A table of before gets its column, and create_marts keeps what was told; drop_marts takes the
-- table away, and says that a view of one's own needs it.
ALTER TABLE watch_marts.risk_alerts DROP COLUMN comparable_clocks;
DROP VIEW watch_marts.alerts;
ALTER TABLE watch_marts.risk_alerts
    DROP COLUMN level,
    DROP COLUMN alert_id,
    DROP COLUMN target_used,
    ADD CONSTRAINT risk_alerts_pkey PRIMARY KEY (ticket_id, metric, cycle);
SELECT * FROM refusal($$SELECT slaops.alert('watch_marts')$$);
SELECT DISTINCT change FROM slaops.create_marts('watch_marts') ORDER BY change;
SELECT count(comparable_clocks) AS known, count(DISTINCT alert_id) AS ids, min(level) AS level
FROM watch_marts.risk_alerts;
SELECT pg_get_constraintdef(oid) AS key
FROM pg_constraint
WHERE conrelid = 'watch_marts.risk_alerts'::regclass AND contype <> 'n';
SELECT count(*) FROM watch_marts.risk_alerts;
CREATE VIEW watch.told AS SELECT * FROM watch_marts.risk_alerts;
SELECT * FROM refusal($$SELECT slaops.drop_marts('watch_marts')$$);
DROP VIEW watch.told;
SELECT dropped FROM slaops.drop_marts('watch_marts') WHERE dropped ~ 'alert';
SELECT count(*) AS left FROM pg_class WHERE relnamespace = 'watch_marts'::regnamespace;

-- A young team: sixty tickets of 1 to 60 hours are open, five days are allowed, and none has ended.
-- That is no certainty, and nobody is told.
CREATE TABLE watch.young AS
SELECT
    i AS ticket_id,
    timestamptz '2026-01-10 00:00Z' - i * interval '1 hour' AS created_at,
    'open'::text AS status,
    'Desk'::text AS group_name
FROM generate_series(1, 60) AS numbers (i);
CREATE TABLE watch.young_event AS
SELECT
    ticket_id,
    created_at AS event_at,
    'created'::text AS event_type,
    NULL::text AS old_value,
    'open'::text AS new_value
FROM watch.young;
SELECT
FROM slaops.load_config(
    $$policies: [{name: All, hours: 24x7, targets: {'*': {resolution: 5d}}}]$$, 'watch'
);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'watch_marts', 'watch.young', 'watch.young_event', policy_set => 'watch', stored => false
);
SET slaops.as_of = '2026-01-10 00:00Z';
SELECT count(*) AS reported FROM slaops.alert('watch_marts', 0.1, 1);
SELECT is_bound, count(*), min(breach_probability), max(decided_clocks), min(reason) AS reason
FROM watch_marts.at_risk_tickets
GROUP BY 1
ORDER BY 1;
-- One that took ten hours makes it a bound of 51 in 52 for those that were younger: no probability
-- either.
INSERT INTO watch.young VALUES (61, '2026-01-09 00:00Z', 'solved', 'Desk');
INSERT INTO watch.young_event VALUES (61, '2026-01-09 10:00Z', 'status', 'open', 'solved');
SELECT count(*) AS reported FROM slaops.alert('watch_marts', 0.1, 1);
SELECT
    ticket_id,
    round(breach_probability::numeric, 4) AS p,
    comparable_clocks,
    decided_clocks,
    is_bound,
    reason
FROM watch_marts.at_risk_tickets
WHERE ticket_id IN (5, 15)
ORDER BY rank;
RESET slaops.as_of;

-- Told alerts outlive a change of the ids' type: 7 is '7'. Ids that do not read so are kept beside,
-- under a name that is said.
INSERT INTO watch_marts.risk_alerts (ticket_id, metric, cycle, breach_probability, threshold)
VALUES (7, 'resolution', 1, 0.75, 0.5);
CREATE VIEW watch.young_text AS
SELECT ticket_id::text, created_at, status, group_name FROM watch.young;
CREATE VIEW watch.young_text_event AS
SELECT ticket_id::text, event_at, event_type, old_value, new_value FROM watch.young_event;
CREATE VIEW watch.told AS SELECT * FROM watch_marts.risk_alerts;
SELECT *
FROM refusal(
    $$SELECT slaops.create_marts('watch_marts', 'watch.young_text', 'watch.young_text_event')$$
);
DROP VIEW watch.told;
SET client_min_messages = notice;
SELECT count(*) > 30 AS made
FROM slaops.create_marts('watch_marts', 'watch.young_text', 'watch.young_text_event');
SELECT ticket_id, pg_typeof(ticket_id) AS type, metric, breach_probability
FROM watch_marts.risk_alerts;
INSERT INTO watch_marts.risk_alerts (ticket_id, metric, cycle, breach_probability, threshold)
VALUES ('INC-8', 'resolution', 1, 0.75, 0.5);
SELECT count(*) > 30 AS made
FROM slaops.create_marts('watch_marts', 'watch.young', 'watch.young_event');
SELECT ticket_id FROM watch_marts.risk_alerts;
SELECT ticket_id FROM watch_marts.risk_alerts_before ORDER BY ticket_id;
SET client_min_messages = warning;
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('watch_marts');
SELECT relname FROM pg_class WHERE relnamespace = 'watch_marts'::regnamespace ORDER BY relname;
\set QUIET on
DROP SCHEMA watch, watch_marts CASCADE;
DROP OWNED BY watch_reader;
DROP ROLE watch_reader;
RESET client_min_messages;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
