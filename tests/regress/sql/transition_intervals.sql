-- Transition matrices of events that last: working time apart from waiting.
SET search_path = public, slaops;
CREATE TEMP TABLE work (ticket int, activity text, started_at timestamptz, ended_at timestamptz);
INSERT INTO work VALUES
    -- Monday 5 January 2026. Rows are in no order. A night lies within the fix, and the test begins
    -- half an hour before the fix is done.
    (1, 'test', '2026-01-06 09:30Z', '2026-01-06 11:00Z'),
    (1, 'triage', '2026-01-05 09:00Z', '2026-01-05 09:10Z'),
    (1, 'fix', '2026-01-05 16:00Z', '2026-01-06 10:00Z'),
    -- At once.
    (2, 'triage', '2026-01-05 10:00Z', '2026-01-05 10:05Z'),
    (2, 'fix', '2026-01-05 10:05Z', '2026-01-05 12:00Z'),
    -- Twice, and the first outlasts the second.
    (3, 'fix', '2026-01-06 09:00Z', '2026-01-06 15:00Z'),
    (3, 'fix', '2026-01-06 10:00Z', '2026-01-06 11:00Z'),
    -- Still going on, or unknown.
    (3, 'fix', '2026-01-06 12:00Z', NULL), (3, 'fix', NULL, '2026-01-06 12:00Z'),
    (3, 'fix', '2026-01-06 12:00Z', 'infinity');
CREATE TEMP TABLE matrix AS
SELECT transition_matrix(ticket, activity, started_at, ended_at, 'Mo-Fr 09:00-17:00 @ UTC') AS tm
FROM work;

-- From the end of one to the start of the next, which is negative where they overlap.
SELECT
    from_activity,
    to_activity,
    n,
    total_minutes,
    min,
    max,
    business_total_minutes AS open
FROM matrix, transitions(tm);
SELECT
    activity,
    visits,
    total_minutes AS waiting,
    work_total_minutes AS work,
    work_mean_minutes AS mean,
    work_p50 AS p50,
    business_work_total_minutes AS open_work,
    business_work_p50 AS open_p50
FROM matrix, activity_stats(tm);
-- A case lasts until its last event ends, whichever that is.
SELECT
    cases,
    events,
    skipped,
    first_at,
    last_at,
    mean_minutes,
    business_mean_minutes AS open,
    has_intervals
FROM matrix, matrix_stats(tm);
-- What remains from the end of an activity, with the work to come.
SELECT activity, expected_steps, expected_minutes, business_expected_minutes
FROM matrix, expected_remaining(tm);

-- Events whose start is their end are instants.
SELECT
    (transition_matrix(ticket, activity, started_at, started_at))::text::jsonb #- '{activities}'
    = (transition_matrix(ticket, activity, started_at))::text::jsonb #- '{activities}' AS same
FROM work
WHERE started_at IS NOT NULL;
-- In every spelling.
SELECT count(DISTINCT made.tm) AS matrices
FROM (
    SELECT transition_matrix(
        ticket, activity, started_at, ended_at, 'Mo-Fr 09:00-17:00 @ UTC'::calendar
    )::text AS tm
    FROM work
    UNION ALL
    SELECT transition_matrix(
        ticket, activity, started_at, ended_at, 'Mo-Fr 09:00-17:00 @ UTC'::calendar, 1
    )::text
    FROM work
    UNION ALL
    SELECT transition_matrix(
        ticket, activity, started_at, ended_at, 'Mo-Fr 09:00-17:00 @ UTC', 1
    )::text
    FROM work
    UNION ALL
    SELECT tm::text
    FROM matrix
) AS made;
-- seq decides between two that start at one instant; without it the one that ends first does.
SELECT
    (SELECT activity FROM start_activities(by_end)) AS by_end,
    (SELECT activity FROM start_activities(by_seq)) AS by_seq
FROM (
    SELECT
        transition_matrix(1, name, '2026-01-05 09:00Z', ended_at) AS by_end,
        transition_matrix(1, name, '2026-01-05 09:00Z', ended_at, seq) AS by_seq
    FROM
        (
            VALUES
                ('long', timestamptz '2026-01-05 10:00Z', 1::bigint),
                ('short', timestamptz '2026-01-05 09:30Z', 2)
        ) AS event (name, ended_at, seq)
) AS made;
-- Matrices add up, and read as they were written.
SELECT rollup(part)::text = (SELECT tm::text FROM matrix) AS adds_up
FROM (
    SELECT transition_matrix(
        ticket, activity, started_at, ended_at, 'Mo-Fr 09:00-17:00 @ UTC'
    ) AS part
    FROM work
    GROUP BY ticket
) AS parts;
SELECT tm::text::transition_matrix::text = tm::text AS reads_again FROM matrix;
-- More durations than are kept each, on both sides of 0.
SELECT
    n,
    min,
    max,
    round(p50::numeric, 1) AS p50,
    round(p90::numeric) AS p90,
    exact
FROM
    (
        SELECT transition_matrix(
            i / 2,
            CASE i % 2 WHEN 0 THEN 'a' ELSE 'b' END,
            '2026-01-05 09:00Z'::timestamptz + i % 2 * interval '1 hour',
            '2026-01-05 09:00Z'::timestamptz + i % 2 * interval '1 hour'
            + CASE i % 2 WHEN 0 THEN i / 2 % 121 * interval '1 minute' ELSE interval '0' END
        ) AS tm
        FROM generate_series(0, 19359) AS i
    ) AS made,
    transitions(tm)
WHERE from_activity = 'a';

-- What is refused.
SELECT *
FROM refusal(
    $$SELECT transition_matrix(ticket, activity, ended_at, started_at) FROM work$$
);
SELECT *
FROM refusal(
    $$
        SELECT transition_matrix(1, 'a', at)
        FROM (
            VALUES (timestamptz '4713-02-01 00:00Z BC'), ('294276-12-31 00:00Z')
        ) AS event (at)
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT replace(
            tm::text, '"work_wall":{"n":1,"total":5400000000,"min":5400000000',
            '"work_wall":{"n":1,"total":5400000000,"min":-5400000000'
        )::transition_matrix
        FROM matrix
    $$
);
RESET search_path;
