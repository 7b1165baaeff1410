-- A vendor's figures beside those of slaops. A desk is open from 9 to 17; high is promised in 8 hours,
-- low in 16; pending is a pause. What the vendor says was worked out by hand, with one thing otherwise
-- for each ticket.
\set ON_ERROR_STOP off
SET client_min_messages = warning;
SELECT count(*) > 0 AS loaded FROM slaops.load_config($$
calendars: {recon desk: {time_zone: UTC, hours: Mo-Fr 09:00-17:00}}
default_calendar: recon desk
presets:
  recon: {like: default, metrics: {resolution: {pause: {state: pending}}}}
preset: recon
policies:
  - name: All
    when: {priority: [high, low]}
    targets:
      high: {resolution: 8h}
      low: {resolution: 16h}
$$, 'recon');
CREATE SCHEMA recon;
CREATE TABLE recon.tickets (
    ticket_id int, created_at timestamptz, status text, priority text, case_of text
);
CREATE TABLE recon.ticket_events (
    ticket_id int, event_at timestamptz, event_type text, actor_role text,
    old_value text, new_value text
);
INSERT INTO recon.tickets VALUES
    (1, '2026-03-02 09:00Z', 'open', 'high', 'the same'),
    (2, '2026-03-02 15:00Z', 'open', 'high', 'around the clock'),
    (3, '2026-03-02 09:00Z', 'open', 'high', 'no pauses'),
    (4, '2026-03-02 09:00Z', 'open', 'high', 'solved from 11 to 13, which counts'),
    (5, '2026-03-02 09:00Z', 'open', 'high', 'raised from low: as high from the start'),
    (6, '2026-03-02 09:00Z', 'open', 'high', 'promised in four hours'),
    (7, '2026-03-02 10:00:20Z', 'open', 'high', 'whole minutes'),
    (8, '2026-03-02 09:00Z', 'merged', 'high', 'merged'),
    (9, '2026-03-02 09:00Z', 'open', 'high', 'nobody knows'),
    (10, '2026-03-02 09:00Z', 'open', 'none', 'no policy'),
    (11, '2026-03-02 09:00Z', 'solved', 'high', 'time taken in other minutes');
INSERT INTO recon.ticket_events
SELECT ticket_id, created_at, 'created', 'customer', NULL, NULL FROM recon.tickets;
INSERT INTO recon.ticket_events VALUES
    (3, '2026-03-02 10:00Z', 'status', 'agent', 'open', 'pending'),
    (3, '2026-03-02 12:00Z', 'status', 'agent', 'pending', 'open'),
    (4, '2026-03-02 11:00Z', 'status', 'agent', 'open', 'solved'),
    (4, '2026-03-02 13:00Z', 'status', 'customer', 'solved', 'open'),
    (5, '2026-03-02 10:00Z', 'priority', 'agent', 'low', 'high'),
    (8, '2026-03-02 10:00Z', 'status', 'agent', 'open', 'merged'),
    (11, '2026-03-03 10:00Z', 'status', 'agent', 'open', 'solved');
CREATE TABLE recon.vendor_clocks (
    ticket_id int, metric text, due_at timestamptz, elapsed_minutes float8, target_minutes float8,
    breached boolean
);
INSERT INTO recon.vendor_clocks VALUES
    (1, 'resolution', '2026-03-02 17:00Z', NULL, NULL, true),
    (2, 'resolution', '2026-03-02 23:00Z', NULL, NULL, true),
    (3, 'resolution', '2026-03-02 17:00Z', NULL, NULL, true),
    (4, 'resolution', '2026-03-02 17:00Z', NULL, NULL, true),
    (5, 'resolution', '2026-03-02 17:00Z', NULL, NULL, true),
    (6, 'resolution', '2026-03-02 13:00Z', NULL, 240, true),
    (7, 'resolution', '2026-03-03 10:00Z', NULL, NULL, true),
    (8, 'resolution', '2026-03-02 09:30:07Z', NULL, NULL, true),
    (9, 'resolution', '2026-03-09 11:11:11Z', NULL, NULL, true),
    (10, 'resolution', '2026-03-02 17:00Z', NULL, NULL, true),
    -- From Monday 9 to Tuesday 10, around the clock.
    (11, 'resolution', NULL, 1500, NULL, true);
SET slaops.as_of = '2026-03-20 12:00Z';
SELECT count(*) > 0 AS made FROM slaops.create_marts('recon', policy_set => 'recon');
SELECT
    ticket.case_of, found.agrees, found.cause, found.switch, found.due_at, found.vendor_due_at,
    found.due_difference, found.elapsed_difference
FROM slaops.reconciliation('recon') AS found
JOIN recon.tickets AS ticket ON ticket.ticket_id::text = found.ticket_id
ORDER BY ticket.ticket_id;
-- agree_with_switch: of the eleven clocks, how many agree if the switch is set for all.
SELECT * FROM slaops.reconciliation_summary('recon');
-- What differs by less than the tolerance agrees.
SELECT count(*) FILTER (WHERE agrees) AS agree
FROM slaops.reconciliation('recon', tolerance => '1 minute');

-- A policy set with its preset changed, for one call.
SELECT clock.metric, clock.due_at
FROM recon.tickets AS ticket
CROSS JOIN LATERAL (
    SELECT slaops.ticket_history(
        event_at, event_type, actor_role, NULL, NULL, old_value, new_value, NULL, NULL
    ) AS history
    FROM recon.ticket_events AS event
    WHERE event.ticket_id = ticket.ticket_id
) AS events
CROSS JOIN LATERAL slaops.sla_attainment(
    ticket, history,
    '{"policy_set": "recon", "metrics": {"resolution": {"pause": null}}}',
    targets_only => true
) AS clock
WHERE ticket.ticket_id = 3;
SELECT refusal($$SELECT slaops.match_policy('{}'::jsonb, '{"reopn": "pause"}')$$);
SELECT refusal($$SELECT slaops.match_policy('{}'::jsonb, '{"reopen": "never"}')$$);
SELECT refusal($$SELECT slaops.match_policy('{}'::jsonb, '{"policy_set": "recn"}')$$);
SELECT refusal($$SELECT slaops.match_policy('{}'::jsonb, '{"policy_set": 1}')$$);
SELECT refusal($$SELECT slaops.match_policy('{}'::jsonb, '{"metrics": {"resolutoin": {}}}')$$);
SELECT refusal($$SELECT slaops.match_policy('{}'::jsonb, '{"metrics": []}')$$);
SELECT refusal($$SELECT slaops.match_policy('{}'::jsonb, '{"retroactive_start": "yes"}')$$);
SELECT refusal($$SELECT slaops.match_policy('{}'::jsonb, '{"reopen": ')$$);

SELECT refusal($$SELECT slaops.reconciliation('nowhere')$$);
SELECT refusal($$SELECT slaops.reconciliation('recon', tolerance => '-1 second')$$);
SELECT refusal($$SELECT slaops.reconciliation('recon', 'recon.tickets')$$);
ALTER TABLE recon.vendor_clocks ALTER breached TYPE text;
SELECT refusal($$SELECT slaops.reconciliation('recon')$$);
DROP TABLE recon.vendor_clocks;
SELECT refusal($$SELECT slaops.reconciliation('recon')$$);
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('recon');
DROP SCHEMA recon CASCADE;
RESET slaops.as_of;
