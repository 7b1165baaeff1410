-- SLA clocks: the aggregate, the roll-up, and what can be asked of a clock.
\pset null '(null)'
CREATE TEMP TABLE signal (ticket int, at timestamptz, signal text, seq bigint);
INSERT INTO signal VALUES
    (1, '2026-01-05 09:00Z', 'start', 1), (1, '2026-01-05 10:00Z', 'pause', 2),
    (1, '2026-01-05 11:00Z', 'resume', 3), (1, '2026-01-05 15:00Z', 'stop', 4),
    (2, '2026-01-05 09:00Z', 'start', 1),
    (3, '2026-01-05 09:00Z', 'start', 1), (3, '2026-01-05 12:00Z', 'pause', 2),
    (4, '2026-01-05 16:00Z', 'start', 1), (4, '2026-01-05 17:00Z', 'stop', 2),
    (4, '2026-01-06 10:00Z', 'reopen', 3), (4, '2026-01-06 12:00Z', 'stop', 4),
    (5, '2026-01-05 09:00Z', 'pause', 1),
    (6, '2026-01-05 09:00Z', 'start', 1), (6, '2026-01-05 10:00Z', 'cancel', 2),
    (7, '2026-01-05 09:00Z', 'start', 1), (7, '2026-01-05 12:00Z', 'reset', 2),
    (7, '2026-01-05 13:00Z', 'stop', 3);
CREATE TEMP TABLE clock AS
SELECT ticket, slaops.sla_clock_agg(at, signal, seq) AS clock FROM signal GROUP BY ticket;
SELECT * FROM clock ORDER BY ticket;

-- Target: four hours of a nine-to-five day.
\set desk '''Mo-Fr 09:00-17:00 @ UTC''::slaops.calendar'
SELECT
    ticket,
    slaops.elapsed_minutes(clock, :desk, '2026-01-07 00:00Z') AS elapsed,
    slaops.elapsed_minutes(clock, :desk) AS ended,
    slaops.paused_minutes(clock, :desk, '2026-01-07 00:00Z') AS paused,
    slaops.remaining_minutes(clock, :desk, '4 hours', '2026-01-07 00:00Z') AS remaining,
    slaops.due_at(clock, :desk, '4 hours') AS due,
    slaops.breached_at(clock, :desk, '4 hours', '2026-01-07 00:00Z') AS breached,
    slaops.sla_status(clock, :desk, '4 hours', '2026-01-07 00:00Z') AS status
FROM clock
ORDER BY ticket;

-- The same ticket through its day.
SELECT
    as_of,
    slaops.sla_status(clock, :desk, '5 hours', as_of),
    slaops.elapsed_minutes(clock, :desk, as_of),
    slaops.due_at(clock, :desk, '5 hours', as_of)
FROM
    clock,
    unnest(
        '{2026-01-05 08:00Z,2026-01-05 09:30Z,2026-01-05 10:30Z,2026-01-05 14:30Z,2026-01-05 '
        '15:00Z,2026-01-06 00:00Z}'::timestamptz[]
    ) AS as_of
WHERE ticket = 1;
SELECT slaops.sla_status(clock, :desk, '5 hours', '2026-01-05 12:00Z', warn_fraction => 0.25)
FROM clock
WHERE ticket = 1;

-- Exactly on the target is met; a microsecond more is not. A day is one working day.
SELECT slaops.sla_status(clock, :desk, '5 hours', '2026-01-06 00:00Z') AS on_target,
       slaops.sla_status(clock, :desk, '4:59:59.999999', '2026-01-06 00:00Z') AS just_over,
       slaops.due_at(clock, :desk, '1 day') AS one_day FROM clock WHERE ticket = 1;

-- A calendar that never opens never breaches.
SELECT
    slaops.due_at(clock, 'off @ UTC', '1 hour'),
    slaops.sla_status(clock, 'off @ UTC', '1 hour', '2030-01-01'),
    slaops.breached_at(clock, 'off @ UTC', '1 hour')
FROM clock
WHERE ticket = 2;

SELECT
    slaops.due_at(clock, 'off @ UTC', '3 days') AS due,
    slaops.sla_status(clock, 'off @ UTC', '3 days', '2030-01-01') AS status,
    slaops.remaining_minutes(clock, 'off @ UTC', '3 days', '2030-01-01') AS remaining
FROM clock
WHERE ticket = 2;

-- Order of rows, doubles and partial clocks do not matter.
SELECT bool_and(clock.clock::text = other.clock::text) AS same
FROM clock
JOIN (
    SELECT ticket, slaops.rollup(part) AS clock
    FROM (
        SELECT ticket, slaops.sla_clock_agg(at, signal, seq) AS part
        FROM (SELECT * FROM signal UNION ALL SELECT * FROM signal ORDER BY seq DESC) AS summed
        GROUP BY ticket, seq % 2
    ) AS parts
    GROUP BY ticket
) AS other USING (ticket);

-- Ties go by seq, then start before pause before stop.
SELECT slaops.sla_clock_agg(at, signal)
FROM (
    VALUES
        ('2026-01-05 09:00Z'::timestamptz, 'stop'), ('2026-01-05 09:00Z', 'pause'),
        ('2026-01-05 09:00Z', 'start')
) AS given (at, signal);
SELECT slaops.sla_clock_agg(at, signal, seq)
FROM (
    VALUES
        ('2026-01-05 09:00Z'::timestamptz, 'stop', 1), ('2026-01-05 09:00Z', 'start', 2),
        ('2026-01-05 09:00Z', 'pause', NULL)
) AS given (at, signal, seq);

-- Rows without an instant or a signal, or at infinity, say nothing.
SELECT slaops.sla_clock_agg(at, signal)
FROM (
    VALUES (NULL::timestamptz, 'start'), ('2026-01-05 09:00Z', NULL), ('infinity', 'stop')
) AS given (at, signal);
SELECT slaops.sla_clock_agg(at, signal) IS NULL AS no_rows FROM signal WHERE false;

-- Text form, in every year.
SELECT k AS clock, k::slaops.sla_clock::text = k AS reads_back
FROM (
    SELECT slaops.sla_clock_agg(at, 'start')::text AS k
    FROM unnest(
        '{4713-01-01 BC,0001-01-01,9999-12-31,10000-01-01,294276-12-31}'::timestamptz[]
    ) AS instants (at)
    GROUP BY at
    ORDER BY at
) AS given;
SELECT bool_and(clock::text::slaops.sla_clock::text = clock::text) FROM clock;

-- What it refuses.
\x on
SELECT * FROM refusal($$SELECT slaops.sla_clock_agg(now(), 'begin')$$);
SELECT * FROM refusal($$SELECT slaops.sla_clock_agg(now(), 'strat')$$);
SELECT *
FROM refusal($$SELECT slaops.due_at(clock, :desk, '1 month') FROM clock WHERE ticket = 1$$);
SELECT *
FROM refusal($$SELECT slaops.due_at(clock, :desk, '-1 hour') FROM clock WHERE ticket = 1$$);
SELECT *
FROM refusal(
    $$SELECT slaops.sla_status(clock, :desk, '1 hour', now(), 80) FROM clock WHERE ticket = 1$$
);
SELECT * FROM refusal($$SELECT 'start yesterday'::slaops.sla_clock$$);
\x off
