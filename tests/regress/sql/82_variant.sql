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
SELECT case_id, slaops.trace(activity, at, seq), slaops.trace(activity, at) AS without_seq FROM event GROUP BY case_id ORDER BY case_id;
SELECT slaops.trace(activity, at, seq) IS NULL AS none FROM event WHERE false;

-- The order of rows does not matter.
SELECT count(DISTINCT t) AS different FROM (
    SELECT slaops.trace(activity, at, seq ORDER BY hashint4extended((i * 31 + coalesce(seq, 0) + length(activity))::int, i)) AS t
    FROM event, generate_series(1, 50) AS i WHERE case_id = 1 GROUP BY i) AS v;

-- The numbers of variants never change.
SELECT trace, slaops.variant_id(trace) FROM (VALUES
    ('{}'::text[]), ('{created,solved}'), ('{created,é}'), ('{ab,c}'), ('{a,bc}'), ('{"",a}'), ('{a,""}'), ('{a,NULL}'), ('{a}')) AS v (trace);
SELECT slaops.variant_id(NULL) IS NULL AS no_trace, slaops.collapse(NULL) IS NULL AS nothing;
SELECT slaops.collapse(trace) FROM (VALUES ('{a,a,b,a}'::text[]), ('{}'), ('{a,NULL,a}'), ('{{a,a},{b,b}}')) AS v (trace);

-- A case of a million events.
SELECT cardinality(t), t[1], t[1000000], slaops.variant_id(t) <> 0 AS has_number, cardinality(slaops.collapse(t))
FROM (SELECT slaops.trace('step ' || i % 10, timestamptz '2026-01-01Z' - i * interval '1 second', i) AS t FROM generate_series(1, 1000000) AS i) AS v;
SELECT * FROM refusal($$SELECT slaops.trace(repeat('x', 1000000), now() + i * interval '1 second') FROM generate_series(1, 200) AS i$$);
