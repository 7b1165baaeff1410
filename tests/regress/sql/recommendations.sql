-- What is advised of people, targets and thin evidence. All clocks run day and night.
SET client_min_messages = warning;
SET slaops.as_of = '2026-01-05 08:00Z';
CREATE SCHEMA advice;
SELECT
FROM slaops.load_config(
    $$policies: [{name: All, hours: 24x7, targets: {'*': {resolution: 1d, group_ownership: 1d}}}]$$,
    policy_set => 'advice'
);
-- 20 tickets of 48 minutes a day for the one person of A, 18 for that of B, 5 of 24 for the eight
-- of C: 2, 1.8 and 0.25 people's work. Each is solved within the day.
CREATE TABLE advice.ticket AS
SELECT
    row_number() OVER () AS ticket_id,
    d + interval '9 hours' + i * interval '1 minute' AS created_at,
    'solved'::text AS status,
    'normal'::text AS priority,
    g AS group_name,
    d + interval '10 hours' AS solved_at
FROM
    (VALUES ('A', 20), ('B', 18), ('C', 5)) AS given (g, n),
    generate_series(timestamptz '2025-11-03Z', '2026-01-04Z', '1 day') AS days (d),
    generate_series(1, n) AS numbers (i);
CREATE VIEW advice.event AS
SELECT
    ticket_id,
    created_at AS event_at,
    'created'::text AS event_type,
    NULL::text AS old_value,
    NULL::text AS new_value
FROM advice.ticket
UNION ALL
SELECT ticket_id, solved_at, 'status', 'open', 'solved'
FROM advice.ticket
WHERE solved_at IS NOT NULL;
CREATE TABLE advice.capacity AS
SELECT given.*, NULL::float8 AS attainment_target
FROM (
    VALUES ('A', 1::float8, 48::float8), ('B', 1, 48), ('C', 8, 24)
) AS given (group_name, fte, handle_minutes);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'advice_marts', 'advice.ticket', 'advice.event', policy_set => 'advice', stored => false,
    group_capacity => 'advice.capacity'
);
-- Both get people of C, who are idle, so that neither is busy for more than 95 % of its time; they
-- are short every day, so no day is named.
SELECT rank, area, action, evidence, query FROM advice_marts.recommendations;
-- Where C can spare one person for A, and nobody for B, the others are to be added: 2 / 0.95 = 2.11
-- and 1.8 / 0.95 = 1.89.
UPDATE advice.capacity SET fte = 1.3 WHERE group_name = 'C';
SELECT rank, area, action FROM advice_marts.recommendations;
-- Two groups give what one has not.
UPDATE advice.capacity SET fte = 0.8 WHERE group_name = 'C';
INSERT INTO advice.capacity VALUES ('D', 1.4, 24);
INSERT INTO advice.ticket
SELECT
    100000 + row_number() OVER (),
    d + interval '9 hours' + i * interval '1 minute',
    'solved',
    'normal',
    'D',
    d + interval '10 hours'
FROM
    generate_series(timestamptz '2025-11-03Z', '2026-01-04Z', '1 day') AS days (d),
    generate_series(1, 5) AS numbers (i);
SELECT rank, area, action, query FROM advice_marts.recommendations WHERE subject = 'A';
-- People for a stated target, beside what slaops.fte_to_attain says: 20 a day of 48 minutes, a day
-- for each, and somebody there for all the 24 hours, in shifts of 8. None where work alone takes
-- too long: e^(-1440 / 4800) = 0.74 of tickets take longer.
UPDATE advice.capacity SET attainment_target = 0.95;
UPDATE advice.capacity SET handle_minutes = 4800 WHERE group_name = 'D';
SELECT
    group_name,
    attainment_target,
    target_minutes,
    fte_to_attain,
    slaops.fte_to_attain(20, 48, 1440, 0.95, 24) * 24 / 8 AS "of A"
FROM advice_marts.capacity_gap
WHERE fte_to_hold IS NOT NULL
ORDER BY group_name;

-- A group that is two weeks old, with twice the work of its person: its own days count, and what it
-- lacks is told. A row a day since then; an old group has 56.
TRUNCATE advice.ticket, advice.capacity;
INSERT INTO advice.ticket
SELECT
    row_number() OVER (),
    d + interval '9 hours' + i * interval '1 minute',
    'solved',
    'normal',
    g,
    d + interval '11 hours'
FROM
    (
        VALUES ('New', timestamptz '2025-12-22Z', 20), ('Old', '2025-10-01Z', 5)
    ) AS given (g, since, n),
    generate_series(since, '2026-01-04Z', '1 day') AS days (d),
    generate_series(1, n) AS numbers (i);
INSERT INTO advice.capacity VALUES ('New', 1, 48), ('Old', 1, 40);
SELECT
    gap.group_name,
    count(*) AS days,
    min(daily.day) AS since,
    gap.utilization_28,
    gap.fte_to_hold
FROM advice_marts.capacity_gap AS gap
JOIN advice_marts.capacity_by_day AS daily USING (group_name)
GROUP BY 1, 4, 5
ORDER BY 1;
SELECT area, action FROM advice_marts.recommendations WHERE area = 'capacity';

-- A group of this morning has its last day, with what is open. A group that is late, or lacks
-- people for its own queue, gives none. A target in percent is named.
INSERT INTO advice.capacity VALUES
    ('Today', 2, 48, NULL), ('Queue', 1.4, 24, 0.95), ('Percent', 1, 30, 95);
INSERT INTO advice.ticket VALUES (900001, '2026-01-05 07:00Z', 'open', 'normal', 'Today', NULL);
INSERT INTO advice.ticket
SELECT
    910000 + row_number() OVER (),
    d + interval '9 hours' + i * interval '1 minute',
    CASE WHEN d < '2025-12-20' THEN 'open' ELSE 'solved' END,
    'normal',
    'Queue',
    CASE WHEN d >= '2025-12-20' THEN d + interval '10 hours' END
FROM
    generate_series(timestamptz '2025-11-03Z', '2026-01-04Z', '1 day') AS days (d),
    generate_series(1, 5) AS numbers (i);
SELECT
    group_name,
    last_day,
    tickets_28,
    fte,
    open_now,
    round(fte_to_hold::numeric, 2) AS hold,
    round(fte_to_clear::numeric, 2) AS clear
FROM advice_marts.capacity_gap
WHERE group_name IN ('Today', 'Queue') AND open_now IS NOT NULL;
SELECT area, action FROM advice_marts.recommendations WHERE area = 'capacity';
SELECT what FROM advice_marts.config_health WHERE problem = 'unusable number in a capacity';

-- A team of one group is told of no bottleneck, and of one priority not that it is missed most. 88
-- of 100 were met: not the nine tenths asked where nothing is stated, and more than 85 %.
TRUNCATE advice.ticket, advice.capacity;
INSERT INTO advice.ticket
SELECT
    row_number() OVER (),
    d + i * interval '1 minute',
    'solved',
    'normal',
    'Desk',
    d + CASE WHEN i <= 12 THEN interval '30 hours' ELSE interval '11 hours' END
FROM
    generate_series(timestamptz '2025-11-03Z', '2026-01-03Z', '1 day') AS days (d),
    generate_series(1, 100) AS numbers (i);
SELECT rank, area, action, evidence FROM advice_marts.recommendations;
INSERT INTO advice.capacity VALUES ('Desk', 5, 10, 0.85);
SELECT count(*) AS advised FROM advice_marts.recommendations;
UPDATE advice.capacity SET attainment_target = 0.95;
SELECT area, action, evidence FROM advice_marts.recommendations;

-- Two tickets, one of them late, tell nothing of the pace.
TRUNCATE advice.ticket, advice.capacity;
INSERT INTO advice.ticket VALUES
    (1, '2025-12-10 09:00Z', 'open', 'normal', 'Desk', NULL),
    (2, '2025-12-22 09:00Z', 'solved', 'normal', 'Desk', '2025-12-22 12:00Z');
SELECT area, action FROM advice_marts.recommendations;
-- Two come a day and one is done: 56 and 28 of 28 days differ by 28, chance by 1.96 * sqrt(84) =
-- 18. Dates of queries are ISO, whatever the session's.
INSERT INTO advice.ticket
SELECT
    10 + row_number() OVER (),
    d + i * interval '1 hour',
    CASE i WHEN 1 THEN 'solved' ELSE 'open' END,
    'normal',
    'Desk',
    CASE i WHEN 1 THEN d + interval '3 hours' END
FROM
    generate_series(timestamptz '2025-11-03Z', '2026-01-04Z', '1 day') AS days (d),
    generate_series(1, 2) AS numbers (i);
INSERT INTO advice.capacity VALUES ('Desk', 0.1, 48);
SET datestyle = 'SQL, DMY';
SELECT area, action, query FROM advice_marts.recommendations;
DO $$
DECLARE advice record; n bigint;
BEGIN
    FOR advice IN SELECT r.* FROM advice_marts.recommendations AS r LOOP
        EXECUTE format('SELECT count(*) FROM (%s) AS q', advice.query) INTO n;
        IF n = 0 THEN RAISE 'nothing behind: %', advice.action; END IF;
    END LOOP;
END $$;
RESET datestyle;
DROP SCHEMA advice, advice_marts CASCADE;
DELETE FROM slaops.sla_policies WHERE policy_set = 'advice';
RESET slaops.as_of;
RESET client_min_messages;
