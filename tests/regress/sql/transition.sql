-- Transition matrices: what follows what, and how long it takes.
SET search_path = public, slaops;
CREATE TEMP TABLE event (ticket int, activity text, at timestamptz, seq bigint);
INSERT INTO event VALUES
    -- Monday 5 January 2026. Rows are in no order.
    (1, 'solved', '2026-01-05 12:00Z', 3), (1, 'created', '2026-01-05 09:00Z', 1),
    (1, 'reply', '2026-01-05 10:00Z', 2),
    -- Over a night: 16:30 to 09:30 the next day.
    (2, 'created',  '2026-01-05 16:30Z', 1), (2, 'reply', '2026-01-06 09:30Z', 2),
    -- Rework: two replies, solved twice.
    (3, 'created', '2026-01-06 09:00Z', 1), (3, 'reply', '2026-01-06 09:30Z', 2),
    (3, 'reply', '2026-01-06 10:00Z', 3),
    (3, 'solved', '2026-01-06 11:00Z', 4), (3, 'reopened', '2026-01-06 13:00Z', 5),
    (3, 'solved', '2026-01-06 15:00Z', 6),
    -- No events.
    (NULL, 'reply', '2026-01-06 09:00Z', 9), (4, NULL, '2026-01-06 09:00Z', 9),
    (4, 'reply', NULL, 9), (4, 'reply', 'infinity', 9), (4, 'reply', '-infinity', 9);
CREATE TEMP TABLE matrix AS
SELECT
    transition_matrix(ticket, activity, at) AS tm,
    transition_matrix(ticket, activity, at, 'Mo-Fr 09:00-17:00 @ UTC') AS open
FROM event;
SELECT
    from_activity,
    to_activity,
    n,
    cases,
    probability,
    total_minutes,
    mean_minutes,
    min,
    max,
    p50,
    p90,
    p95,
    exact
FROM matrix, transitions(tm);
SELECT
    from_activity,
    to_activity,
    total_minutes,
    business_total_minutes AS business_total,
    business_mean_minutes AS business_mean,
    business_min,
    business_max,
    business_p50,
    business_p90,
    business_p95
FROM matrix, transitions(open)
WHERE total_minutes IS NOT NULL;
SELECT activity, n, share FROM matrix, start_activities(tm);
SELECT activity, n, share FROM matrix, end_activities(tm);
\x on
SELECT stats.* FROM matrix, matrix_stats(open) AS stats;
\x off
SELECT
    activity,
    visits,
    cases,
    case_share,
    starts,
    ends,
    total_minutes,
    mean_minutes,
    business_total_minutes,
    business_mean_minutes
FROM matrix, activity_stats(open);
SELECT loop.* FROM matrix, loops(open) AS loop;
SELECT loop.activity, loop.business_loop_minutes FROM matrix, loops(tm) AS loop;
-- From the start: the mean of steps and minutes of a case, as matrix_stats has them.
SELECT remaining.* FROM matrix, expected_remaining(open) AS remaining;
SELECT remaining.* FROM matrix, expected_remaining(tm, '{solved}') AS remaining;
SELECT outcome.* FROM matrix, outcome_probabilities(tm) AS outcome;
SELECT outcome.* FROM matrix, outcome_probabilities(tm, '{reopened,no such}') AS outcome;
SELECT * FROM refusal($$SELECT expected_remaining(tm, '{solvd}') FROM matrix$$);
SELECT link.* FROM matrix, as_sankey(open) AS link;
SELECT cell.* FROM matrix, as_heatmap(tm) AS cell;
SELECT as_dot(open) FROM matrix;
SELECT as_dot(tm, 2) FROM matrix;
SELECT tm FROM matrix;

-- Events of one instant: by seq, those without one first, then by name.
CREATE TEMP TABLE tie AS
SELECT 1 AS ticket, a AS activity, timestamptz '2026-01-05 09:00Z' AS at, s AS seq
FROM (VALUES ('c', 1), ('b', 2), ('a', 3), ('d', NULL)) AS given (a, s);
SELECT string_agg(from_activity || '>' || to_activity, ' ' ORDER BY from_activity)
FROM (SELECT transition_matrix(ticket, activity, at, seq) AS tm FROM tie) AS made, transitions(tm);
SELECT string_agg(from_activity || '>' || to_activity, ' ' ORDER BY from_activity)
FROM (SELECT transition_matrix(ticket, activity, at) AS tm FROM tie) AS made, transitions(tm);

-- Cases of any type that hashes; what is equal is one case.
SELECT count(DISTINCT tm::text) AS forms FROM (
    SELECT (transition_matrix(ticket::bigint, activity, at, seq))::text::jsonb - 'sample' AS tm
    FROM event
    UNION ALL
    SELECT (transition_matrix(ticket::smallint, activity, at, seq))::text::jsonb - 'sample'
    FROM event
    UNION ALL
    SELECT (transition_matrix(ticket::text, activity, at, seq))::text::jsonb - 'sample'
    FROM event
    UNION ALL
    SELECT (transition_matrix('ticket ' || ticket, activity, at, seq))::text::jsonb - 'sample'
    FROM event
    UNION ALL
    SELECT (transition_matrix(ticket::text::char(9), activity, at, seq))::text::jsonb - 'sample'
    FROM event
    UNION ALL
    SELECT (transition_matrix(lpad(ticket::text, 32, '0')::uuid, activity, at, seq))::text::jsonb - 'sample'
    FROM event
    UNION ALL
    SELECT (transition_matrix(date '2026-01-01' + ticket, activity, at, seq))::text::jsonb - 'sample'
    FROM event
    -- 1.0 and 1.00 are one number.
    UNION ALL
    SELECT (transition_matrix(round(ticket::numeric, seq::int), activity, at, seq))::text::jsonb - 'sample'
    FROM event
    UNION ALL
    SELECT (transition_matrix(('t' || ticket) COLLATE "C", activity, at, seq))::text::jsonb - 'sample'
    FROM event
) AS made;
-- Types whose hash functions drop information, and types with several forms of one value.
CREATE TYPE pair AS (tenant int, id bigint);
SELECT kind, (matrix_stats(tm)).cases
FROM (
    SELECT 'composite: 2' AS kind, transition_matrix(c, 'a', '2026-01-01Z'::timestamptz) AS tm
    FROM (VALUES (ROW(1, 0)::pair), (ROW(1, 4294967297)::pair)) AS given (c)
    UNION ALL
    SELECT 'instants', transition_matrix(c, 'a', '2026-01-01Z'::timestamptz)
    FROM (VALUES (timestamptz '2000-01-01 00:00Z'), ('2000-01-01 01:11:34.967297Z')) AS given (c)
    UNION ALL
    SELECT 'numeric: 4', transition_matrix(c, 'a', '2026-01-01Z'::timestamptz)
    FROM (VALUES (1::numeric), (1.0), (1.50), (1.5), (-1), (100), (1e2)) AS given (c)
    UNION ALL
    SELECT 'float: 3', transition_matrix(c, 'a', '2026-01-01Z'::timestamptz)
    FROM (VALUES (0::float8), (-0.0), ('NaN'), ('-NaN'), (1)) AS given (c)
    UNION ALL
    SELECT 'char(n): 1', transition_matrix(c, 'a', '2026-01-01Z'::timestamptz)
    FROM (VALUES ('a'::char(2)), ('a   '::bpchar)) AS given (c)
    UNION ALL
    SELECT 'name', transition_matrix(c, 'a', '2026-01-01Z'::timestamptz)
    FROM (VALUES ('a'::name), ('b')) AS given (c)
    UNION ALL
    SELECT 'bytea', transition_matrix(c, 'a', '2026-01-01Z'::timestamptz)
    FROM (VALUES ('\x00'::bytea), ('\x0000')) AS given (c)
    UNION ALL
    SELECT 'range', transition_matrix(c, 'a', '2026-01-01Z'::timestamptz)
    FROM (VALUES (numrange(1, 2)), (numrange(-1, 2))) AS given (c)
) AS made;
DROP TYPE pair;
-- Zendesk's ids are bigint beyond 2^32; negative ones are cases too.
SELECT s.cases, s.events
FROM
    (
        SELECT transition_matrix(
            t, 'x', '2026-01-01Z'::timestamptz + s * interval '1 minute'
        ) AS tm
        FROM
            unnest(ARRAY[9007199254740993, 9007199254740992, -1, 0]) AS t,
            generate_series(1, 3) AS s
    ) AS m,
    matrix_stats(tm) AS s;

-- Matrices of other cases add up; a case must be whole in one of them.
SELECT (
    (SELECT transition_matrix(ticket, activity, at) FROM event WHERE ticket = 1) + (
        SELECT transition_matrix(ticket, activity, at) FROM event WHERE ticket IS DISTINCT FROM 1
    )
)::text = tm::text AS same
FROM matrix;
SELECT rollup(part)::text = (SELECT tm::text FROM matrix) AS same
FROM (SELECT transition_matrix(ticket, activity, at) AS part FROM event GROUP BY ticket) AS part;
SELECT * FROM refusal('SELECT tm + tm FROM matrix');
SELECT rollup(tm) IS NULL AS none FROM matrix WHERE false;

-- Nothing to gather, and nothing but rows to skip.
SELECT transition_matrix(ticket, activity, at) IS NULL AS none FROM event WHERE false;
SELECT transition_matrix(ticket, activity, at) FROM event WHERE ticket IS NULL;
SELECT count(*)
FROM
    (SELECT transition_matrix(ticket, activity, at) AS tm FROM event WHERE ticket IS NULL) AS made,
    transitions(tm);

-- As a window function: the matrix so far.
SELECT
    ticket,
    seq,
    (matrix_stats(transition_matrix(ticket, activity, at) OVER (ORDER BY ticket, seq))).events
FROM event
WHERE ticket < 3;

-- By a registered calendar, and each case under its own.
INSERT INTO slaops.calendars (name, calendar) VALUES ('early desk', 'Mo-Fr 06:00-14:00 @ UTC');
SELECT business_total_minutes
FROM
    (SELECT transition_matrix(ticket, activity, at, 'early desk') AS tm FROM event) AS made,
    transitions(tm)
WHERE (from_activity, to_activity) = ('created', 'reply');
SELECT n, total_minutes, business_total_minutes
FROM
    (
        SELECT transition_matrix(
            ticket, activity, at,
            CASE ticket WHEN 1 THEN 'early desk' WHEN 2 THEN 'Mo-Fr 09:00-17:00 @ UTC' END, seq
        ) AS tm
        FROM event
    ) AS made,
    transitions(tm)
WHERE (from_activity, to_activity) = ('created', 'reply');
-- Two spellings of one calendar are one; where some case has none, what remains in open time is not
-- known.
SELECT count(*)
FROM
    (
        SELECT transition_matrix(
            1, 'a', at, CASE seq WHEN 1 THEN '24/7 @ UTC' ELSE '00:00-24:00  @ UTC' END
        ) AS tm
        FROM event
    ) AS made,
    transitions(tm);
SELECT count(business_expected_minutes)
FROM
    (
        SELECT transition_matrix(
            ticket, activity, at, CASE ticket WHEN 1 THEN 'early desk' END, seq
        ) AS tm
        FROM event
    ) AS made,
    expected_remaining(tm);
SELECT DISTINCT business_loop_minutes
FROM
    (SELECT transition_matrix(ticket, activity, at, NULL::text, seq) AS tm FROM event) AS made,
    loops(tm);
DELETE FROM slaops.calendars WHERE name = 'early desk';

-- Activities that are called as the beginning and the end of a case get a backslash, and one more
-- if they have some.
CREATE TEMP TABLE bracketed AS
SELECT transition_matrix(
    1, elements.activity, '2026-01-05 09:00Z'::timestamptz + elements.place * interval '1 minute'
) AS tm
FROM unnest(
    ARRAY['(start)', '(end)', '\(start)', '\\(end)', '(Start)', 'x (end)']
) WITH ORDINALITY AS elements (activity, place);
SELECT from_activity, to_activity, n FROM bracketed, transitions(tm);
SELECT tm::text::transition_matrix::text = tm::text AS reads_again FROM bracketed;
-- A final activity is named as the events call it, or as the matrix does.
SELECT final, expected_steps, probability
FROM
    bracketed,
    unnest(ARRAY['(end)', '\(end)', '\\(end)', '\\\(end)']) AS final,
    expected_remaining(tm, ARRAY[final])
WHERE activity = '(start)';

-- What is refused.
SELECT *
FROM refusal(
    $$SELECT replace(tm::text, '"name":"reply"', '"name":"(end)"')::transition_matrix FROM matrix$$
);
SELECT *
FROM refusal(
    $$
        SELECT transition_matrix(
            ticket, activity, at,
            CASE seq WHEN 1 THEN '24/7 @ UTC' ELSE 'Mo-Fr 09:00-17:00 @ UTC' END
        )
        FROM event
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT transition_matrix(ticket, activity, at, CASE seq WHEN 1 THEN '24/7 @ UTC' END)
        FROM event
    $$
);
SELECT *
FROM refusal($$SELECT transition_matrix(ticket, activity, at, 'no such desk') FROM event$$);
SELECT * FROM refusal($$SELECT transition_matrix(1, repeat('a', 1001), now())$$);
SELECT * FROM refusal($$SELECT expected_remaining(tm, ARRAY[NULL]::text[]) FROM matrix$$);
SELECT *
FROM refusal(
    $$
        SELECT count(*)
        FROM
            (
                SELECT transition_matrix(
                    1, i::text, '2026-01-01Z'::timestamptz + i * interval '1 second'
                ) AS tm
                FROM generate_series(1, 2001) AS numbers (i)
            ) AS made,
            as_heatmap(tm)
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT replace(tm::text, '"name":"reply"', '"name":"re\u0000ply"')::transition_matrix
        FROM matrix
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT replace(
            tm::text, '"cases":3,"events"', '"more":1,"cases":3,"events"'
        )::transition_matrix
        FROM matrix
    $$
);
SELECT * FROM refusal($$SELECT transition_matrix('(1,1)'::point, activity, at) FROM event$$);
SELECT *
FROM refusal(
    $$
        SELECT transition_matrix(ticket, ticket || activity || i, at)
        FROM event, generate_series(1, 2000) AS numbers (i)
    $$
);
SELECT state, left(message, 36) AS message FROM refusal($$SET slaops.transition_memory = '1kB'$$);
SET slaops.transition_memory = '64kB';
SELECT *
FROM refusal(
    $$
        SELECT transition_matrix(1, 'a', now() + i * interval '1 minute')
        FROM generate_series(1, 4000) AS numbers (i)
    $$
);
RESET slaops.transition_memory;
SELECT * FROM refusal($$SELECT '{"cases":1}'::transition_matrix$$);
SELECT *
FROM refusal(
    $$SELECT replace(tm::text, '"visits":4', '"visits":5')::transition_matrix FROM matrix$$
);
RESET search_path;
