-- Clocks explained, and clocks whose calendar or target changes on the way.
\pset null '(null)'
CREATE TEMP TABLE clock AS
SELECT c::slaops.sla_clock AS clock
FROM (
    VALUES (
        'start 2026-05-22T15:00:00Z, pause 2026-05-22T16:00:00Z, resume 2026-05-25T09:00:00Z, '
        'pause 2026-05-25T17:00:00Z, resume 2026-05-26T09:00:00Z, stop 2026-05-26T12:00:00Z'
    )
) AS given (c);
\set desk '''Mo-Fr 09:00-17:00; PH off @ America/New_York, US''::slaops.calendar'
\set utc '''Mo-Fr 09:00-17:00; 2026 May 25 off "Bank holiday" @ UTC''::slaops.calendar'
SELECT step.* FROM clock, slaops.explain(clock, :utc, '2 hours', '2026-06-01Z') AS step;
-- The ledger adds up to the clock, and crosses where the clock was breached.
SELECT
    sum(open_minutes) FILTER (WHERE state = 'running') = slaops.elapsed_minutes(
        clock, :utc, '2026-06-01Z'
    ) AS adds_up,
    max(crossed_at) = slaops.breached_at(clock, :utc, '2 hours', '2026-06-01Z') AS crosses
FROM clock, slaops.explain(clock, :utc, '2 hours', '2026-06-01Z') AS step
GROUP BY
    clock::text,
    slaops.elapsed_minutes(clock, :utc, '2026-06-01Z'),
    slaops.breached_at(clock, :utc, '2 hours', '2026-06-01Z');
-- Memorial Day; a clock that still runs; one that stopped, was reopened and started from zero.
SELECT step.*
FROM slaops.explain(
    'start 2026-05-22T20:00:00Z'::slaops.sla_clock, :desk, '1 day', '2026-05-27 14:00Z'
) AS step;
SELECT step.*
FROM slaops.explain(
    'start 2026-01-05T09:00:00Z, stop 2026-01-05T10:00:00Z, reopen 2026-01-05T12:00:00Z, '
    'reset 2026-01-05T13:00:00Z, stop 2026-01-05T15:00:00Z'::slaops.sla_clock,
    'Mo-Fr 09:00-17:00 @ UTC', '1 hour', '2026-01-06Z'
) AS step;
SELECT count(*) FROM slaops.explain(''::slaops.sla_clock, :utc, '1 hour', 'infinity');
SELECT step.*
FROM slaops.explain(
    'start 2026-01-05T09:00:00Z'::slaops.sla_clock, 'off @ UTC', '1 hour', 'infinity'
) AS step;
SELECT step.*
FROM slaops.explain(
    'start 2026-01-05T09:00:00Z'::slaops.sla_clock, '24/7 @ UTC', '1 hour', 'infinity'
) AS step;
INSERT INTO slaops.calendars (name, calendar) VALUES
    ('desk', 'Mo-Fr 09:00-17:00; 2026 Jan 06 off @ UTC');
SELECT step.*
FROM slaops.explain(
    'start 2026-01-06T09:00:00Z'::slaops.sla_clock, 'desk', '1 hour', '2026-01-06 17:00Z'
) AS step;

-- Priority rises from low to urgent at noon: 480 minutes were promised, 60 are allowed since.
\set change 'ARRAY[(''-infinity'', ''Mo-Fr 09:00-17:00 @ UTC'', ''8 hours''), (''2026-01-05 12:00Z'', ''24/7 @ UTC'', ''1 hour'')]::slaops.sla_term[]'
SELECT
    target_at,
    calendar_at,
    standing.status,
    standing.elapsed_minutes,
    standing.target,
    standing.remaining_minutes,
    standing.due_at,
    standing.promised_due_at,
    standing.breached_at
FROM
    unnest('{event,first,current}'::text[]) AS target_at,
    unnest('{each,event,current}'::text[]) AS calendar_at,
    slaops.standing(
        'start 2026-01-05T10:00:00Z, pause 2026-01-05T11:00:00Z, resume 2026-01-05T11:30:00Z, '
        'stop 2026-01-05T18:00:00Z',
        :change, '2026-01-06Z', target_at, calendar_at
    ) AS standing;
SELECT step.*
FROM slaops.explain_standing(
    'start 2026-01-05T10:00:00Z, stop 2026-01-05T18:00:00Z', :change, '2026-01-06Z', 'current'
) AS step;
-- A term that begins as the clock stops, or later, is none of it, whatever comes after the stop:
-- met, of four hours, due at one.
SELECT target_at, calendar_at, standing.status, standing.target, standing.due_at
FROM
    (
        VALUES ('event', 'each'), ('current', 'each'), ('current', 'current'), ('first', 'first')
    ) AS window_row (target_at, calendar_at),
    slaops.standing(
        'start 2026-01-05T09:00:00Z, stop 2026-01-05T12:00:00Z, pause 2026-01-05T12:30:00Z',
        ARRAY[
            ('-infinity', 'Mo-Fr 09:00-17:00 @ UTC', '4 hours'),
            ('2026-01-05 12:00Z', 'off @ UTC', '1 hour')
        ]::slaops.sla_term[],
        '2026-01-06Z', target_at, calendar_at
    ) AS standing;
-- Part of the time in each calendar: 959.78 minutes in Chicago's, 0.35 in San Francisco's.
SELECT
    round(elapsed_minutes::numeric, 4) AS each,
    (
        SELECT round(elapsed_minutes::numeric, 4)
        FROM slaops.standing(clock, terms, '2020-10-01Z', calendar_at => 'current')
    ) AS last_only
FROM
    (
        VALUES (
            'start 2020-09-29T17:01:38Z, stop 2020-09-30T19:01:46Z'::slaops.sla_clock,
            ARRAY[
                ('-infinity', 'Mo-Su 12:00-02:00 @ UTC', '1 day'),
                ('2020-09-30 19:01:25Z', 'Mo-Fr 15:00-00:30 @ UTC', '1 day')
            ]::slaops.sla_term[]
        )
    ) AS given (clock, terms),
    slaops.standing(clock, terms, '2020-10-01Z') AS standing;

SELECT * FROM refusal($$SELECT slaops.standing('start 2026-01-05T10:00:00Z', '{}', now())$$);
SELECT *
FROM refusal(
    $$
        SELECT slaops.standing(
            'start 2026-01-05T10:00:00Z', ARRAY[('-infinity', 'desk', '0')]::slaops.sla_term[],
            now()
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.standing(
            'start 2026-01-05T10:00:00Z', ARRAY[('-infinity', 'desk', NULL)]::slaops.sla_term[],
            now()
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.standing(
            'start 2026-01-05T10:00:00Z',
            ARRAY[
                ('2026-01-01Z', 'desk', '1 h'), ('2026-01-01Z', 'desk', '2 h')
            ]::slaops.sla_term[],
            now()
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.standing(
            'start 2026-01-05T10:00:00Z', ARRAY[('-infinity', 'dsk', '1 h')]::slaops.sla_term[],
            now()
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.standing(
            'start 2026-01-05T10:00:00Z', ARRAY[('-infinity', 'desk', '1 h')]::slaops.sla_term[],
            now(), 'each'
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.standing(
            'start 2026-01-05T10:00:00Z',
            ARRAY[('-infinity', 'desk', '1 month')]::slaops.sla_term[], now()
        )
    $$
);
DELETE FROM slaops.calendars;
