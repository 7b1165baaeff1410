-- Conformance: a case against a path, or against what may follow what.
\set path '''created > (triaged)? > assigned > (reply)+ > solved'''
SELECT
    ticket.trace,
    conformance.fits,
    round(conformance.fitness::numeric, 4) AS fitness,
    conformance.cost,
    conformance.deviations
FROM (
    VALUES
        ('{created,assigned,reply,solved}'::text[]),
        ('{created,triaged,assigned,reply,reply,solved}'), ('{created,assigned,solved}'),
        ('{created,assigned,assigned,reply,solved}'), ('{created,reply,assigned,solved}'),
        ('{created,assigned,called,reply}'), ('{}'), ('{x}')
) AS ticket (trace)
CROSS JOIN LATERAL slaops.conformance(ticket.trace, :path) AS conformance;
SELECT
    ticket.trace,
    deviation.position,
    deviation.activity,
    deviation.deviation,
    deviation.expected
FROM (
    VALUES
        (1, '{created,assigned,solved}'::text[]), (2, '{created,assigned,assigned,reply,solved}'),
        (3, '{created,reply,assigned,solved}'), (4, '{created,assigned,called,reply}'),
        (5, '{created,assigned,reply,solved,reply,solved}'),
        (6, '{created,NULL,assigned,called,reply,solved}')
) AS ticket (n, trace)
CROSS JOIN LATERAL slaops.deviations(ticket.trace, :path) AS deviation
ORDER BY ticket.n, deviation.position;

-- With instants, which the aggregate and array_agg give in the same order.
SET TimeZone = 'UTC';
WITH event (case_id, activity, at) AS (
    VALUES
        (1, 'created', timestamptz '2026-01-05 09:00Z'), (1, 'reply', '2026-01-05 10:00Z'),
        (1, 'assigned', '2026-01-05 11:00Z'), (1, 'reply', '2026-01-05 12:00Z'),
        (2, 'created', '2026-01-06 09:00Z'), (2, 'assigned', '2026-01-06 10:00Z'),
        (2, 'reply', '2026-01-06 11:00Z')
)
SELECT found.case_id, deviation.*
FROM (
    SELECT case_id, slaops.trace(activity, at) AS trace, array_agg(at ORDER BY at) AS at
    FROM event
    GROUP BY case_id
) AS found
CROSS JOIN LATERAL slaops.deviations(found.trace, found.at, :path) AS deviation
ORDER BY found.case_id, deviation.position;
RESET TimeZone;
SELECT count(*) AS of_nothing
FROM (
    SELECT slaops.deviations(NULL, :path)
    UNION ALL
    SELECT slaops.deviations(NULL, NULL, :path)
    UNION ALL
    SELECT slaops.deviations('{a}', '{2026-01-01}', NULL)
) AS day;
SELECT deviation.position, deviation.at, deviation.activity, deviation.deviation
FROM slaops.deviations('{created}', NULL, 'created > solved') AS deviation;

-- Transitions.
SELECT ticket.trace, conformance.*
FROM (
    VALUES
        ('{new,open,pending,open,solved}'::text[]), ('{new,solved}'), ('{open,new,solved}'),
        ('{new,open,solved,open}')
) AS ticket (trace)
CROSS JOIN LATERAL slaops.conformance(
    ticket.trace,
    'start > new > open, open > (pending | hold | solved), (pending | hold) > open, solved > '
    '(open | end)'
) AS conformance;
SELECT deviation.*
FROM slaops.deviations('{new,solved,closed}', 'start > new > open > solved > end,') AS deviation;

-- By name; yours goes before the one that slaops brought, and a statement sees what it wrote
-- itself.
SELECT name, kind, definition, built_in FROM slaops.process_models;
SELECT fits FROM slaops.conformance('{created,"agent reply",solved}', 'happy path');
INSERT INTO slaops.process_models (name, definition) VALUES ('happy path', 'created > solved');
SELECT fits, cost FROM slaops.conformance('{created,"agent reply",solved}', 'happy path');
BEGIN;
SAVEPOINT a;
UPDATE slaops.process_models
SET kind = 'transitions', definition = 'start > created > agent reply > solved > end'
WHERE NOT built_in;
SELECT fits FROM slaops.conformance('{created,"agent reply",solved}', 'happy path');
ROLLBACK TO a;
SELECT fits FROM slaops.conformance('{created,"agent reply",solved}', 'happy path');
ROLLBACK;
DELETE FROM slaops.process_models WHERE NOT built_in;
SELECT fits FROM slaops.conformance('{created,"agent reply",solved}', 'happy path');
SELECT slaops.process_model() AS model;
SET slaops.process_model = 'created > solved';
SELECT slaops.process_model() AS model;
RESET slaops.process_model;

-- What is refused.
SELECT * FROM refusal($$SELECT slaops.conformance('{a}', 'hapy path')$$);
SELECT * FROM refusal($$SELECT slaops.conformance('{a}', 'created')$$);
SELECT fits FROM slaops.conformance('{created}', 'start > created, created > end');
SELECT * FROM refusal($$SELECT slaops.conformance('{a}', 'a > (b')$$);
SELECT *
FROM refusal($$INSERT INTO slaops.process_models (name, definition) VALUES ('x', 'a > é > ?')$$);
SELECT *
FROM refusal($$INSERT INTO slaops.process_models (name, definition) VALUES ('x', 'a > b, b > c')$$);
SELECT *
FROM refusal(
    $$
        INSERT INTO slaops.process_models (name, kind, definition) VALUES
            ('x', 'transitions', 'a > b, b > c')
    $$
);
SELECT *
FROM refusal(
    $$INSERT INTO slaops.process_models (name, kind, definition) VALUES ('x', 'graph', 'a > b')$$
);
SELECT *
FROM refusal($$INSERT INTO slaops.process_models (name, definition) VALUES ('a > b', 'a > b')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.deviations('{a,b}', ARRAY[now()], 'a > b')$$);
SELECT *
FROM refusal($$SELECT slaops.conformance(array_fill('x'::text, ARRAY[5000000]), 'a > b > c')$$);
SELECT *
FROM refusal(
    $$
        SELECT slaops.conformance(
            array_fill('x'::text, ARRAY[1900000]), 'a > b > c > d > e > f > g > h > i'
        )
    $$
);
SELECT *
FROM refusal(
    $$SELECT slaops.conformance(array_fill('x'::text, ARRAY[6000]), format('start > (%1$s) > (%1$s) > end,', (SELECT string_agg(i::text, '|') FROM generate_series(1, 310) AS numbers (i))))$$
);
-- An alternative that is written twice is one; pairs count as often as they are written.
SELECT fits
FROM slaops.conformance(
    '{a,a}', format('start > (%1$s) > (%1$s) > end,', repeat('a|', 15000) || 'a')
);
SELECT *
FROM refusal(
    $$SELECT slaops.check_process_model('transitions', format('start > a > end, (%1$s) > (%1$s), (%1$s) > (%1$s)', (SELECT string_agg(i::text, '|') FROM generate_series(1, 250) AS numbers (i))))$$
);
-- A million activities.
SELECT fits, cost, deviations
FROM slaops.conformance(
    '{created,assigned}' || array_fill('reply'::text, ARRAY[1000000]),
    'created > assigned > (reply)+ > solved'
);
