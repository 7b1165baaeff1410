-- How many people: Erlang B, C and A, and work that may wait.
SELECT
    round(slaops.erlang_b(20, 30)::numeric, 12) AS b,
    round(slaops.erlang_c(20, 30)::numeric, 12) AS c,
    slaops.erlang_c(30, 30) AS full_up,
    slaops.erlang_b(0, 0) AS nobody;
-- The published example: 200 calls of three minutes in an hour, 80 % within 20 seconds, at most 85
-- % busy: 14 agents, 20 on the payroll.
SELECT
    slaops.agents_required(200, 180, 0.8, 20, max_occupancy => 0.85) AS agents,
    slaops.agents_required(200, 180, 0.8, 20, 0.85, shrinkage => 0.3) AS paid,
    slaops.agents_required(200, 180, 0.8, 20, 0.85, patience_seconds => 300) AS impatient,
    round(slaops.service_level(200, 180, 14, 20)::numeric, 6) AS level,
    round(slaops.speed_of_answer(200, 180, 14)::numeric, 4) AS wait;
SELECT
    n AS agents,
    round(slaops.service_level(200, 180, n, 20)::numeric, 4) AS all_wait,
    round(slaops.service_level(200, 180, n, 20, 300)::numeric, 4) AS some_leave,
    slaops.speed_of_answer(200, 180, n)::numeric(10, 2) AS wait,
    slaops.speed_of_answer(200, 180, n, 300)::numeric(10, 2) AS wait_some_leave
FROM generate_series(11, 14) AS numbers (n);
SELECT
    slaops.speed_of_answer(200, 180, 9) AS too_few,
    slaops.service_level(200, 180, 9, 20) AS none_in_time,
    round(slaops.service_level(200, 180, 9, 20, 300)::numeric, 4) AS some_leave,
    slaops.service_level(200, 180, 14, NULL) AS unknown;
\x
SELECT
    round(wait_probability::numeric, 9) AS wait_probability,
    round(abandon_probability::numeric, 9) AS abandon_probability,
    round(speed_of_answer::numeric, 6) AS speed_of_answer,
    round(occupancy::numeric, 6) AS occupancy,
    round(queue_length::numeric, 6) AS queue_length
FROM slaops.erlang_a(10, 14, 180, 300);
\x
SELECT
    round(slaops.erlang_c(9900, 10000)::numeric, 9) AS large,
    slaops.agents_required(200000, 180, 0.8, 20) AS agents,
    slaops.agents_required(200000, 180, 0.8, 20, patience_seconds => 300) AS impatient;

-- Tickets: 100 a day of 20 minutes; one does 8 hours x 0.85 x 0.7 = 285.6 minutes.
SELECT
    round(slaops.fte_to_hold(100, 20, 8, 0.85, 0.3)::numeric, 4) AS hold,
    round(slaops.fte_to_clear(200, 100, 20, 10, 8, 0.85, 0.3)::numeric, 4) AS clear,
    slaops.fte_to_hold(96, 5) AS plain;
-- By a date: from Monday to before the next Monday but one, with a holiday, are nine days.
INSERT INTO slaops.calendars (name, calendar) VALUES
    ('staffing', 'Mo-Fr 09:00-17:00; PH off @ America/New_York, US');
-- Six tickets of 40 minutes a day: one person has half of the work of a day, and 63 % are done
-- within 80 minutes. For more, two. Half of the time on tickets and a fifth of it away: 2 / 0.8.
SELECT
    slaops.fte_to_attain(6, 40, 80, 0.63) AS one,
    slaops.fte_to_attain(6, 40, 80, 0.64) AS two,
    slaops.fte_to_attain(6, 20, 80, 0.64, 8, 0.5, 0.2) AS paid,
    slaops.fte_to_attain(6, 40, 0, 0.9, target_metric => 'response') AS at_once,
    slaops.fte_to_hold(96, 40) AS hold,
    slaops.fte_to_attain(96, 40, 240, 0.95) AS attain,
    slaops.service_level(12, 2400, 9, 0) AS nine_begin_at_once,
    slaops.fte_to_attain(0, 40, 80, 0.9) AS none;
SELECT
    slaops.fte_to_clear_by(
        450, 96, 5, 'Mo-Fr 09:00-17:00; PH off @ America/New_York, US'::slaops.calendar,
        '2026-01-19', '2026-02-02'
    ) AS by_calendar,
    slaops.fte_to_clear_by(450, 96, 5, 'staffing', '2026-01-19', '2026-02-02') AS by_name,
    slaops.fte_to_clear(450, 96, 5, 9) AS nine_days;
SELECT
    fte,
    round(capacity_per_day::numeric, 2) AS capacity,
    round(utilization::numeric, 3) AS utilization,
    round(net_flow_per_day::numeric, 2) AS net_flow,
    round(backlog_after::numeric, 1) AS backlog_after,
    round(clear_days::numeric, 2) AS clear_days,
    round(expected_wait_days::numeric, 3) AS wait_days
FROM slaops.capacity_simulator(
    200, 100, 20, 6, 10, working_days => 10, occupancy => 0.85, shrinkage => 0.3
);
SELECT * FROM slaops.capacity_simulator(10, 0, 20, 0, 0.2, 0.1);
SELECT count(*) FROM slaops.capacity_simulator(10, 5, 20, 3, 2);
-- Patience of a minute, a day, three years, longer than the universe, and no end to it: a queue
-- that holds comes to Erlang C's; of one that
-- does not the surplus, a third here, gives up after a wait in proportion.
SELECT
    patience,
    round(queue.wait_probability::numeric, 9) AS wait_holds,
    round(queue.speed_of_answer::numeric, 6) AS speed_holds,
    round(queue_after.abandon_probability::numeric, 9) AS give_up,
    round((queue_after.speed_of_answer / patience)::numeric, 9) AS of_patience
FROM
    unnest('{60,86400,1e8,1e18,1e300,Infinity}'::float8[]) AS patience,
    slaops.erlang_a(20, 22, 180, patience) AS queue,
    slaops.erlang_a(30, 20, 180, least(patience, 1e308)) AS queue_after;
SELECT
    round(wait_probability::numeric, 9) AS wait_probability,
    round(speed_of_answer::numeric, 6) AS speed_of_answer,
    round(slaops.erlang_c(9900, 10000)::numeric, 9) AS c
FROM slaops.erlang_a(9900, 10000, 180, 1e15);

SELECT * FROM refusal($$SELECT slaops.erlang_b(-1, 5)$$);
SELECT * FROM refusal($$SELECT slaops.erlang_c('NaN', 5)$$);
SELECT * FROM refusal($$SELECT slaops.erlang_c(5, -1)$$);
SELECT * FROM refusal($$SELECT slaops.erlang_b(5, 1000001)$$);
SELECT * FROM refusal($$SELECT slaops.erlang_a(5, 5, 0, 300)$$);
SELECT * FROM refusal($$SELECT slaops.erlang_a(5, 5, 180, 0)$$);
SELECT * FROM refusal($$SELECT slaops.service_level(-5, 180, 14, 20)$$);
SELECT * FROM refusal($$SELECT slaops.service_level(1e9, 180, 14, 20)$$);
SELECT * FROM refusal($$SELECT slaops.service_level(200, 180, 14, -1)$$);
SELECT * FROM refusal($$SELECT slaops.agents_required(200, 180, 80, 20)$$);
SELECT * FROM refusal($$SELECT slaops.agents_required(200, 180, 0.8, 20, 85)$$);
SELECT * FROM refusal($$SELECT slaops.agents_required(200, 180, 0.8, 20, 0.85, 1)$$);
SELECT * FROM refusal($$SELECT slaops.agents_required(19999999, 180, 0.999, 0)$$);
SELECT * FROM refusal($$SELECT slaops.fte_to_attain(96, 40, 60, 0.95)$$);
SELECT * FROM refusal($$SELECT slaops.fte_to_attain(96, 40, 60, 0.5, target_metric => 'reply')$$);
SELECT * FROM refusal($$SELECT slaops.fte_to_attain(96, 40, 60, 1.5)$$);
SELECT * FROM refusal($$SELECT slaops.fte_to_hold(-1, 20)$$);
SELECT * FROM refusal($$SELECT slaops.fte_to_hold(1, 20, 30)$$);
SELECT * FROM refusal($$SELECT slaops.fte_to_clear(100, 1, 20, 0)$$);
SELECT *
FROM refusal($$SELECT slaops.fte_to_clear_by(100, 1, 20, 'staffing', '2026-01-17', '2026-01-20')$$);
SELECT *
FROM refusal($$SELECT slaops.fte_to_clear_by(100, 1, 20, 'staffing', '2026-01-17', 'infinity')$$);
SELECT *
FROM refusal($$SELECT slaops.fte_to_clear_by(100, 1, 20, 'staffin', '2026-01-17', '2026-03-17')$$);
SELECT * FROM refusal($$SELECT slaops.capacity_simulator(100, 1, 20, 0, 1e9)$$);
SELECT * FROM refusal($$SELECT slaops.capacity_simulator(-100, 1, 20, 0, 10)$$);
-- What no number holds.
SELECT * FROM refusal($$SELECT slaops.fte_to_hold(1e308, 1e10)$$);
SELECT * FROM refusal($$SELECT slaops.fte_to_hold(1, 1e-308)$$);
SELECT * FROM refusal($$SELECT slaops.fte_to_clear(1e308, 1, 20, 1e-9)$$);
SELECT *
FROM refusal(
    $$SELECT slaops.fte_to_clear_by(1e308, 1e308, 1e6, 'staffing', '2026-01-20', '2026-01-21')$$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.capacity_simulator(
            1e308, 1e308, 20, 1e300, 1e308, 1e308, working_days => 1e300
        )
    $$
);
SELECT *
FROM refusal($$SELECT slaops.agents_required(200, 180, 0.8, 20, 0.85, 0.9999999999999999)$$);
SELECT * FROM refusal($$SELECT slaops.erlang_a(5, 5, 1e-308, 300)$$);
SELECT * FROM refusal($$SELECT slaops.erlang_a(20, 5, 1, 1.7e308)$$);
\set QUIET on
DELETE FROM slaops.calendars WHERE name = 'staffing';
