-- What if: capacity_gap with other people. Two groups of a desk that is open from 9 to 17. Twelve
-- tickets of an hour come to Desk every working day since 13 October. Until the end of the year
-- each was done in an hour, its own target is three; since 5 January eight a day are, the oldest
-- first.
-- So 4 k wait as the k-th day begins (from 0), 160 now, and of its clocks only the first three of
-- that day were met. Lab has one ticket a day and two people.
SET client_min_messages = warning;
CREATE SCHEMA plan;
CREATE TABLE plan.ticket AS
SELECT
    row_number() OVER (ORDER BY g, d, i) AS ticket_id,
    g AS group_name,
    d + interval '9 hours' + i * interval '5 minutes' AS created_at,
    CASE
        WHEN g = 'Lab' OR d < '2026-01-05Z' THEN d + interval '10 hours' + i * interval '5 minutes'
        WHEN named.n < 320 THEN (
            SELECT timestamptz '2026-01-05Z' + (
                named.n / 8 + named.n / 40 * 2 + (named.n % 8 + 10) / 24.0
            ) * interval '1 day'
        )
    END AS solved_at,
    'plan desk'::text AS calendar_name,
    CASE i % 2 WHEN 0 THEN 'Acme' ELSE 'Bolt' END || extract(day FROM d) AS organization_id,
    jsonb_build_object('churned', i % 2 = 0 AND extract(day FROM d) > 21) AS attributes,
    CASE WHEN g = 'Lab' THEN 40 ELSE 10 END + i % 2 AS cost
FROM (VALUES ('Desk', 11), ('Lab', 0)) AS given (g, last)
CROSS JOIN LATERAL generate_series(timestamptz '2025-10-13Z', '2026-02-27Z', '1 day') AS days (d)
CROSS JOIN LATERAL generate_series(0, last) AS numbers (i)
CROSS JOIN LATERAL (
    SELECT (
        extract(
            day FROM d - timestamptz '2026-01-05Z'
        )::integer / 7 * 5 + extract(isodow FROM d)::integer - 1
    ) * 12 + i AS n
) AS named
WHERE extract(isodow FROM d) < 6;
ALTER TABLE plan.ticket ADD status text;
UPDATE plan.ticket SET status = CASE WHEN solved_at IS NULL THEN 'open' ELSE 'solved' END;
CREATE TABLE plan.event AS
SELECT
    ticket_id,
    created_at AS event_at,
    'created'::text AS event_type,
    NULL::text AS old_value,
    'open'::text AS new_value
FROM plan.ticket
UNION ALL
SELECT ticket_id, created_at, 'group_name', NULL, group_name
FROM plan.ticket
UNION ALL
SELECT ticket_id, solved_at, 'status', 'open', 'solved'
FROM plan.ticket
WHERE solved_at IS NOT NULL;
CREATE TABLE plan.capacity AS
SELECT 'Desk'::text AS group_name, 1.2 AS fte, 60 AS handle_minutes UNION ALL SELECT 'Lab', 2, 60;
SELECT FROM slaops.load_config($$
default_calendar: plan desk
calendars: {plan desk: {hours: Mo-Fr 09:00-17:00, time_zone: UTC}}
policies: [{name: All, targets: {'*': {group_ownership: 180m}}}]
$$, policy_set => 'plan');
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'plan_marts', 'plan.ticket', 'plan.event', policy_set => 'plan', stored => false,
    group_capacity => 'plan.capacity'
);
SET slaops.as_of = '2026-03-02 08:00Z';

-- With nothing changed it is what capacity_gap says.
SELECT
    group_name,
    fte,
    fte_to_hold,
    fte_to_clear,
    fte_gap,
    arrivals_per_day,
    backlog_now,
    days,
    handle_minutes,
    utilization_28,
    short_days_28
FROM slaops.simulate_capacity('plan_marts')
EXCEPT ALL
SELECT
    group_name,
    fte,
    fte_to_hold,
    fte_to_clear,
    fte_gap_28,
    arrivals_per_day,
    open_now,
    working_days_28,
    handle_minutes,
    utilization_28,
    short_days_28
FROM plan_marts.capacity_gap
WHERE fte_to_hold IS NOT NULL;
SELECT DISTINCT working_days_28, handle_minutes, hours_per_day, occupancy, calendar_name
FROM plan_marts.capacity_gap
WHERE fte_to_hold IS NOT NULL;
CREATE FUNCTION pg_temp.shown(
    extra_fte jsonb DEFAULT NULL, arrivals float8 DEFAULT 1, handling float8 DEFAULT 1,
    occupancy float8 DEFAULT NULL, shrinkage float8 DEFAULT 0, working_days float8 DEFAULT NULL
) RETURNS TABLE (
    people numeric, hold numeric, clear numeric, utilization numeric, backlog_after numeric,
    clear_days numeric, clears_on date, wait numeric, expected numeric, days bigint, clocks bigint,
    cleared numeric, cleared_days bigint, cleared_clocks bigint
) LANGUAGE sql AS $$
    SELECT fte::numeric, round(fte_to_hold::numeric, 3), round(fte_to_clear::numeric, 3), round(simulated.utilization::numeric, 3), round(simulated.backlog_after::numeric, 3), round(simulated.clear_days::numeric, 3), simulated.clears_on, round(wait_days::numeric, 3),
           round(attainment_expected::numeric, 4), expected_basis_days, expected_basis_clocks, round(attainment_cleared::numeric, 4), cleared_basis_days, cleared_basis_clocks
    FROM slaops.simulate_capacity('plan_marts', $1, $2, $3, $4, $5, $6) AS simulated WHERE group_name = 'Desk' $$;
-- 1.2 people do 9.6 of 12 a day: 160 are 208 after 20 days, 184 on average, 19.2 days of work; 16.7
-- to 21.7 of them all the while, and the longest seen is 156 / 9.6 = 16.25. Behind any queue no
-- clock was met: the 39 days on which one waited count as one, with 468 clocks.
SELECT * FROM pg_temp.shown();
-- Half a person more: 13.6 a day, 128 after 20 days, cleared on the hundredth, Friday 17 July. 11.8
-- to 9.4 days of work wait meanwhile: none is met. With the queue gone as on the 61 days on which
-- none waited: 60 * 12 + 3 of 61 * 12.
SELECT * FROM pg_temp.shown('{"Desk": 0.5}');
-- In five days 1.2 people are 172, 166 on average, 17.3 days. Six people do 48: 36 a day less,
-- cleared in 4.444 days, on Friday; the other 0.556 of five days are like the 61 without a queue:
-- 0.9877 * 0.1111 = 0.1097.
SELECT * FROM pg_temp.shown(working_days => 5);
SELECT * FROM pg_temp.shown('{"Desk": 4.8}', working_days => 5);
-- More people never lower it. A queue beyond one and a half of the longest seen, 24.4 days of work,
-- tells nothing: 0.8 people have 25 to 31.
SELECT count(*) AS plans, bool_and(rises) AS never_lower
FROM (
    SELECT attainment_expected >= lag(attainment_expected) OVER (ORDER BY fte) AS rises
    FROM slaops.simulate_capacity(
        'plan_marts',
        (
            SELECT jsonb_agg(jsonb_build_object('Desk', n / 4.0))
            FROM generate_series(0, 60) AS numbers (n)
        )
    )
    WHERE group_name = 'Desk'
) AS found;
SELECT people, expected, days, clocks FROM pg_temp.shown('{"Desk": -0.4}');
-- Half of the tickets, twice the minutes, four fifths of the day, a fifth away; nobody at all.
SELECT people, hold, clear, utilization, backlog_after
FROM pg_temp.shown(arrivals => 0.5)
UNION ALL
SELECT people, hold, clear, utilization, backlog_after
FROM pg_temp.shown(handling => 2)
UNION ALL
SELECT people, hold, clear, utilization, backlog_after
FROM pg_temp.shown(occupancy => 0.8)
UNION ALL
SELECT people, hold, clear, utilization, backlog_after
FROM pg_temp.shown(shrinkage => 0.2)
UNION ALL
SELECT people, hold, clear, utilization, backlog_after
FROM pg_temp.shown('{"Desk": -1.2}');
-- After three weeks no clock of Desk began behind a queue, which is expected to come, and the 15 of
-- Lab are too few to tell.
SET slaops.as_of = '2025-11-03 08:00Z';
SELECT group_name, attainment_expected, expected_basis_days, expected_basis_clocks
FROM slaops.simulate_capacity('plan_marts')
ORDER BY group_name;
SET slaops.as_of = '2026-03-02 08:00Z';
-- Those that lack most come first.
SELECT group_name, fte_now, fte, fte_gap > 0 AS lacks
FROM slaops.simulate_capacity('plan_marts', '{"Desk": 0.5, "Lab": -0.5}');
-- Several plans at once.
SELECT plan, group_name, fte, round(backlog_after::numeric) AS backlog_after
FROM slaops.simulate_capacity('plan_marts', '[{}, {"Desk": 0.5}, {"Desk": 1, "Lab": -1}]')
WHERE group_name = 'Desk';

-- What is advised are these figures, and its query shows them.
SELECT action, evidence, query FROM plan_marts.recommendations WHERE area = 'capacity' \gset
\echo :action
\echo :evidence
SELECT
    plan,
    group_name,
    round(fte::numeric, 1) AS fte,
    round(utilization::numeric, 2) AS utilization,
    round(attainment_expected * 100) AS expected,
    expected_basis_clocks,
    round(attainment_cleared * 100) AS cleared,
    clears_on,
    round(backlog_after) AS backlog_after
FROM (:query) AS asked
ORDER BY group_name, plan;

-- What is refused.
-- A driver's strings need no cast.
PREPARE by_string (varchar, varchar) AS
SELECT group_name, fte_now, fte, fte_gap > 0 AS lacks FROM slaops.simulate_capacity($1, $2);
EXECUTE by_string ('plan_marts', '{"Desk": 0.5, "Lab": -0.5}');
DEALLOCATE by_string;
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', 'Desk: 1')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity(NULL)$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('nowhere')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '{"Dsek": 1}')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '{"Desk": "one"}')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '[{}, 1]')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '1')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '[[{}]]')$$);
SELECT *
FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '[{}, {"Dsek": 1}]')$$);
SELECT count(*) FROM slaops.simulate_capacity('plan_marts', '[]');
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '{"Desk": -2}')$$);
SELECT *
FROM refusal(
    $$
        SELECT *
        FROM slaops.simulate_capacity(
            'plan_marts', '[{}, {"Lab": -2, "Desk": -1.1}, {"Lab": -2.5}]'
        )
    $$
);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '{"Desk": 1e300}')$$);
SELECT *
FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', arrivals_factor => -1)$$);
SELECT *
FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', arrivals_factor => 'NaN')$$);
SELECT *
FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', handling_factor => NULL)$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', occupancy => 80)$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', shrinkage => 1)$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', occupancy => 0)$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', shrinkage => 'NaN')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', working_days => 0)$$);
SELECT *
FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', working_days => 'inf')$$);
-- A row without a group does not switch that off.
INSERT INTO plan.capacity VALUES (NULL, 1, 60);
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '{"Dsek": 1}')$$);
DELETE FROM plan.capacity WHERE group_name IS NULL;
-- Readers ask with their own rights.
CREATE ROLE plan_reader;
GRANT USAGE ON SCHEMA slaops, plan_marts TO plan_reader;
SET ROLE plan_reader;
SELECT state, message FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts')$$);
RESET ROLE;
GRANT USAGE ON SCHEMA plan TO plan_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA plan, plan_marts TO plan_reader;
ALTER TABLE plan.ticket ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plan.ticket TO plan_reader USING (group_name = 'Lab');
SET ROLE plan_reader;
SELECT group_name, backlog_now, round(arrivals_per_day::numeric, 6) AS arrivals_per_day
FROM slaops.simulate_capacity('plan_marts')
ORDER BY group_name;
RESET ROLE;
-- Without capacities there is nothing to change.
SELECT count(*) > 30 AS made FROM slaops.create_marts('plan_marts', group_capacity => '-');
SELECT count(*) FROM slaops.simulate_capacity('plan_marts');
SELECT * FROM refusal($$SELECT * FROM slaops.simulate_capacity('plan_marts', '{"Desk": 1}')$$);

-- Outcomes. Lab's 100 tickets cost 40, of Desk's 1040 solved ones those of even minutes 10, the
-- others 11. Customers are Acme and Bolt by day of the month, and of Acme those after the 21st have
-- left: 10 of 31, none of Bolt's.
SELECT
    outcome,
    driver,
    value,
    with_it,
    without_it,
    round(mean_with::numeric, 4) AS mean_with,
    round(mean_without::numeric, 4) AS mean_without,
    round(effect::numeric, 4) AS effect,
    round(effect_lower::numeric, 4) AS lower,
    round(effect_upper::numeric, 4) AS upper,
    verdict
FROM plan_marts.outcome_drivers;
UPDATE plan.ticket SET attributes = '{}', cost = NULL;
SELECT count(*) FROM plan_marts.outcome_drivers;
RESET slaops.as_of;
\set QUIET on
DROP SCHEMA plan, plan_marts CASCADE;
DROP OWNED BY plan_reader;
DROP ROLE plan_reader;
RESET client_min_messages;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.calendars;
DELETE FROM slaops.policy_sets;
