-- Risk by group and by what was lately, what waits for the customer, and small counts.
SET client_min_messages = warning;
CREATE SCHEMA risky;
-- Of 60 minutes allowed, Desk's tickets take 10. Lab's took 10 in autumn and 100 in January, when
-- they came by way of Gate after 5. Old has worked on none since autumn, when they took 100, and
-- Few has had three.
CREATE TABLE risky.ticket (
    ticket_id int, created_at timestamptz, status text, group_name text, solved_at timestamptz
);
INSERT INTO risky.ticket
SELECT
    row_number() OVER (),
    given.since + i * interval '6 hours',
    'solved',
    given.name,
    given.since + i * interval '6 hours' + given.minutes * interval '1 minute'
FROM (
    VALUES
        ('Desk', timestamptz '2026-01-10Z', 10, 40), ('Lab', '2025-10-01Z', 10, 40),
        ('Lab', '2026-01-10Z', 100, 40), ('Old', '2025-10-01Z', 100, 40),
        ('Few', '2026-01-10Z', 100, 3)
) AS given (name, since, minutes, n)
CROSS JOIN LATERAL generate_series(1, given.n) AS numbers (i);
INSERT INTO risky.ticket
SELECT 900 + row_number() OVER (), '2026-01-31 23:57Z', 'open', name, NULL
FROM unnest('{Desk,Lab,Gate,Old,Few}'::text[]) AS name;
-- Two are late, and one of these waits for its customer: it is no work for now.
INSERT INTO risky.ticket VALUES
    (910, '2026-01-31 20:00Z', 'open', 'Old', NULL),
    (911, '2026-01-31 20:00Z', 'pending', 'Old', NULL);
CREATE TABLE risky.event (
    ticket_id int, event_at timestamptz, event_type text, old_value text, new_value text
);
INSERT INTO risky.event
SELECT ticket_id, created_at + interval '5 minutes', 'group', 'Gate', 'Lab'
FROM risky.ticket
WHERE group_name = 'Lab' AND solved_at > '2026-01-01Z';
SELECT
FROM slaops.load_config(
    $$policies: [{name: All, hours: 24x7, targets: {'*': {resolution: 60m}}}]$$, 'risky'
);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'risky_marts', 'risky.ticket', 'risky.event', policy_set => 'risky', stored => false
);
SET slaops.as_of = '2026-02-01Z';
-- Few is told by all 165 that ran longer than 3 minutes: 80 took 10 minutes, the others, two of
-- them open and late, more than 60: 85 / 165.
SELECT
    ticket_id,
    group_name,
    round(breach_probability::numeric, 4) AS p,
    comparable_clocks,
    decided_clocks,
    based_on,
    is_bound,
    reason
FROM risky_marts.at_risk_tickets
ORDER BY rank;
SELECT ticket_id, group_name, breached_clocks FROM risky_marts.next_best_ticket ORDER BY rank;
RESET slaops.as_of;

-- One ticket a day is no calm that five disturb: 2 * (sqrt(5.375) - sqrt(1 + 0.375 / 8)) / sqrt(1 +
-- 1 / 8) = 2.44. Twelve do, and are asked about.
CREATE TABLE risky.calm AS
SELECT
    row_number() OVER () AS ticket_id,
    d + time '09:00' AS created_at,
    'solved'::text AS status,
    'Desk'::text AS group_name,
    d + time '09:30' AS solved_at
FROM generate_series(timestamptz '2025-10-01Z', '2026-01-31Z', '1 day') AS days (d)
CROSS JOIN LATERAL generate_series(
    1, CASE d WHEN '2026-01-14Z' THEN 5 WHEN '2026-01-22Z' THEN 12 ELSE 1 END
);
CREATE TABLE risky.none AS SELECT * FROM risky.event LIMIT 0;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'calm_marts', 'risky.calm', 'risky.none', policy_set => 'risky', stored => false
);
SET slaops.as_of = '2026-02-01Z';
SELECT
    day,
    created,
    expected,
    round(robust_z::numeric, 2) AS robust_z,
    is_anomaly,
    direction,
    mean,
    round(chance_z::numeric, 2) AS chance_z
FROM calm_marts.volume_anomalies
WHERE level = 'all' AND created > 1;
SELECT action, evidence FROM calm_marts.recommendations;
RESET slaops.as_of;
\set QUIET on
DROP SCHEMA risky, risky_marts, calm_marts CASCADE;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
RESET client_min_messages;
