-- Traces: order, ties, rows that say nothing; variants and their numbers.
CREATE TEMP TABLE event (case_id int, activity text, at timestamptz, seq bigint);
INSERT INTO event VALUES
    (1, 'solved', '2026-01-05 12:00Z', 9),
    (1, 'created', '2026-01-05 09:00Z', NULL),
    -- At one instant: without seq first, then by seq, then by the bytes of the activity.
    (1, 'reply', '2026-01-05 10:00Z', 2),
    (1, 'assigned', '2026-01-05 10:00Z', 2),
    (1, 'Triaged', '2026-01-05 10:00Z', 2),
    (1, 'status open', '2026-01-05 10:00Z', 1),
    (1, 'note', '2026-01-05 10:00Z', NULL),
    -- Equal events all count.
    (1, 'reply', '2026-01-05 10:00Z', 2),
    -- Rows that say nothing.
    (1, NULL, '2026-01-05 10:00Z', 3),
    (1, 'x', NULL, 3), (1, 'x', 'infinity', 3), (1, 'x', '-infinity', 3),
    (2, 'created', '2026-01-05 09:00Z', 1), (2, 'é', '2026-01-05 09:00Z', 2),
    (3, NULL, '2026-01-05 09:00Z', 1);
SELECT case_id, slaops.trace(activity, at, seq), slaops.trace(activity, at) AS without_seq
FROM event
GROUP BY case_id
ORDER BY case_id;
SELECT slaops.trace(activity, at, seq) IS NULL AS none FROM event WHERE false;

-- The order of rows does not matter.
SELECT count(DISTINCT t) AS different
FROM (
    SELECT slaops.trace(
        activity, at,
        seq ORDER BY hashint4extended((i * 31 + coalesce(seq, 0) + length(activity))::int, i)
    ) AS t
    FROM event, generate_series(1, 50) AS numbers (i)
    WHERE case_id = 1
    GROUP BY i
) AS given;

-- The numbers of variants never change.
SELECT trace, slaops.variant_id(trace)
FROM (
    VALUES
        ('{}'::text[]), ('{created,solved}'), ('{created,é}'), ('{ab,c}'), ('{a,bc}'), ('{"",a}'),
        ('{a,""}'), ('{a,NULL}'), ('{a}')
) AS given (trace);
SELECT slaops.variant_id(NULL) IS NULL AS no_trace, slaops.collapse(NULL) IS NULL AS nothing;
SELECT slaops.collapse(trace)
FROM (VALUES ('{a,a,b,a}'::text[]), ('{}'), ('{a,NULL,a}'), ('{{a,a},{b,b}}')) AS given (trace);

-- A flow chart of steps, by hand: 10 cases; a b a c four times, a b three times, a c twice, nothing
-- once.
CREATE TEMP TABLE way AS
SELECT array_agg(ROW(given.activities, given.n)::slaops.variant) AS variants
FROM (
    VALUES ('{a,b,a,c}'::text[], 4), ('{a,b}', 3), ('{a,NULL,c}', 2), (NULL, 1), ('{z}', 0)
) AS given (activities, n);
SELECT link.* FROM way, slaops.as_step_sankey(variants) AS link;
-- To two steps, and without steps that fewer than three of ten cases take: what goes on, or takes a
-- rare step, goes to one node.
SELECT link.* FROM way, slaops.as_step_sankey(variants, 2, 0.3) AS link;
SELECT count(*) FROM slaops.as_step_sankey(NULL);
SELECT * FROM slaops.as_step_sankey(ARRAY[ROW('{(start),(end),1 a}', 2)::slaops.variant], 3, 1);
-- Laws, over ways, depths and shares at random: all cases leave (start) and reach (end) or (rest),
-- as many enter a step as leave it, and every flow goes on to a later step.
CREATE TEMP TABLE chart AS
SELECT
    result.run,
    result.cases,
    result.depth,
    link.*,
    CASE link.source WHEN '(start)' THEN 0 ELSE split_part(link.source, ' ', 1)::int END AS step
FROM
    (
        SELECT
            window_row.run,
            sum(window_row.n) AS cases,
            1 + window_row.run % 7 AS depth,
            (window_row.run % 5) / 20.0 AS min_share,
            array_agg(ROW(window_row.activities, window_row.n)::slaops.variant) AS variants
        FROM (
            SELECT
                run,
                way,
                1 + abs(hashint4(run * 7919 + way)) % 20 AS n,
                array(
                    SELECT chr(97 + (abs(hashint4extended(run * 1000 + way, i)) % 4)::int)
                    FROM generate_series(1, abs(hashint4(run + way * 104729)) % 9) AS numbers (i)
                ) AS activities
            FROM generate_series(1, 60) AS run
            CROSS JOIN generate_series(1, 25) AS way
        ) AS window_row
        GROUP BY window_row.run
    ) AS result,
    slaops.as_step_sankey(result.variants, result.depth, result.min_share) AS link;
SELECT
    count(DISTINCT run) AS charts,
    max(step) AS deepest,
    count(*) FILTER (WHERE target = '(rest)') > 0 AS some_rest
FROM chart;
SELECT count(*) AS cases_lost
FROM (
    SELECT run
    FROM chart
    GROUP BY run, cases
    HAVING sum(value) FILTER (WHERE source = '(start)') <> cases
        OR sum(value) FILTER (WHERE target IN ('(end)', '(rest)')) <> cases
        OR min(value) <= 0
) AS listed;
SELECT count(*) AS unlike
FROM (
    SELECT run, source, sum(value) AS n, sum(share) AS share
    FROM chart
    WHERE step > 0
    GROUP BY run, source
) AS outgoing
FULL JOIN (
    SELECT run, target, sum(value) AS n
    FROM chart
    WHERE target NOT IN ('(end)', '(rest)')
    GROUP BY run, target
) AS item
    ON item.run = outgoing.run AND item.target = outgoing.source
WHERE outgoing.n IS DISTINCT FROM item.n OR abs(outgoing.share - 1) > 1e-9;
SELECT count(*) AS backward
FROM chart
WHERE step > depth
    OR source IN ('(end)', '(rest)')
    OR target NOT IN ('(end)', '(rest)')
    AND split_part(target, ' ', 1)::int <> step + 1;
SELECT * FROM refusal($$SELECT slaops.as_step_sankey(NULL, 0)$$);
SELECT * FROM refusal($$SELECT slaops.as_step_sankey(NULL, 3, 'NaN')$$);
SELECT * FROM refusal($$SELECT slaops.as_step_sankey(ARRAY[ROW('{a}', -3)::slaops.variant])$$);

-- A case of a million events.
SELECT
    cardinality(t),
    t[1],
    t[1000000],
    slaops.variant_id(t) <> 0 AS has_number,
    cardinality(slaops.collapse(t))
FROM (
    SELECT slaops.trace(
        'step ' || i % 10, timestamptz '2026-01-01Z' - i * interval '1 second', i
    ) AS t
    FROM generate_series(1, 1000000) AS numbers (i)
) AS given;
SELECT *
FROM refusal(
    $$
        SELECT slaops.trace(repeat('x', 1000000), now() + i * interval '1 second')
        FROM generate_series(1, 200) AS numbers (i)
    $$
);
