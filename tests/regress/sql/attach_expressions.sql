-- Tables of one's own by generic: columns by expressions, joins, and what is wrong in them named.
SET client_min_messages = warning;
CREATE SCHEMA app;
CREATE TABLE app.queues (id int, name text, deleted bool);
CREATE TABLE app.cases (
    id int PRIMARY KEY, opened timestamp, queue int, prio int, state text, labels jsonb
);
CREATE TABLE app.log (case_id int, at timestamptz, kind text, was text, is_now text, by_staff bool);
INSERT INTO app.queues VALUES (1, 'Printers', false), (2, 'Networks', false), (2, 'Old', true);
INSERT INTO app.cases VALUES
    (1, '2026-01-05 09:00', 1, 1, 'OPEN', '["vip", "eu"]'),
    (2, '2026-01-05 10:00', 2, 3, 'DONE', '[]'), (3, '2026-01-05 11:00', NULL, 3, 'OPEN', NULL);
INSERT INTO app.log VALUES
    (1, '2026-01-05 09:30Z', 'reply', NULL, NULL, true),
    (2, '2026-01-05 12:00Z', 'state', 'OPEN', 'DONE', true);
-- What the table does not hold as it is wanted: a name behind an id, a label for a number, words of
-- its own, an array in JSON, a role from a flag.
CREATE FUNCTION own(tickets jsonb, joins text DEFAULT NULL) RETURNS text
LANGUAGE sql
AS $$
    SELECT format(
        'SELECT subject, finding, cost
        FROM slaops.attach(
            ''generic'', schema => ''mine'', tickets => ''app.cases'',
            ticket_events => ''app.log'', time_zone => ''Europe/Berlin'', joins => %L,
            columns => %L
        )
        WHERE finding <> ''missing''',
        CASE WHEN joins IS NOT NULL THEN jsonb_build_object('tickets', joins) END,
        jsonb_build_object(
            'tickets', '{"ticket_id": "id", "created_at": "opened"}'::jsonb || tickets,
            'ticket_events', '{
                "ticket_id": "case_id", "event_at": "at",
                "event_type": "(CASE kind WHEN ''reply'' THEN ''comment'' ELSE ''status'' END)",
                "actor_role": "(CASE WHEN by_staff THEN ''agent'' ELSE ''customer'' END)",
                "old_value": "was", "new_value": "is_now", "public": "(kind = ''reply'')"
            }'::jsonb
        )
    )
$$;
SELECT own('{
    "created_at": "(opened + interval ''1 minute'')", "status": "(lower(state))",
    "group_name": "(SELECT name FROM queues WHERE id = tickets.queue AND NOT deleted)",
    "priority": "(''P'' || tickets.prio)",
    "tags": "(ARRAY(SELECT jsonb_array_elements_text(tickets.labels)))"
}') AS statement \gset
:statement;
SELECT ticket_id, created_at, status, group_name, priority, tags
FROM mine.tickets
ORDER BY ticket_id;
SELECT ticket_id, event_at, event_type, actor_role, old_value, new_value, public
FROM mine.ticket_events
ORDER BY ticket_id;
SELECT count(*) > 50 AS views FROM slaops.create_marts('mine');
SELECT ticket_id, group_name, status, solved_at FROM mine.int_ticket_lifecycle ORDER BY ticket_id;
-- The same by a join.
SELECT own(
    '{"group_name": "(queue.name)"}',
    'LEFT JOIN queues AS queue ON queue.id = tickets.queue AND NOT queue.deleted'
) AS statement \gset
:statement;
SELECT ticket_id, group_name FROM mine.tickets ORDER BY ticket_id;
-- A join that doubles or loses rows is said.
SELECT own(
    '{"group_name": "(queue.name)"}', 'JOIN queues AS queue ON queue.id = tickets.queue'
) AS statement \gset
:statement;

-- What is wrong is named, with what it may be.
SELECT * FROM refusal(own('{"group_name": "(SELECT name FROM queue)"}'));
SELECT * FROM refusal(own('{"group_name": "(queues.name)"}'));
SELECT * FROM refusal(own('{"group_name": "(SELECT id, name FROM queues)"}'));
SELECT * FROM refusal(own('{"group_name": "(1), (2)"}'));
SELECT * FROM refusal(own('{"group_name": "(lower(state)"}'));
SELECT * FROM refusal(own('{"group_name": "(lower(state) -- )"}'));
SELECT * FROM refusal(own('{"group_name": "(1) FROM app.log; DROP TABLE app.log; SELECT (1)"}'));
SELECT * FROM refusal(own('{"group_name": "(1)))) ; DROP TABLE app.log; SELECT ((((1)"}'));
SELECT * FROM refusal(own('{"group_name": "(max(state))"}'));
SELECT * FROM refusal(own('{"group_name": "(row_number() OVER ())"}'));
SELECT * FROM refusal(own('{"group_name": "(generate_series(1, 2))"}'));
SELECT * FROM refusal(own('{"closed_at": "(prio)"}'));
SELECT * FROM refusal(own('{"tags": "(state)"}'));
SELECT * FROM refusal(own('{"group_name": "state of"}'));
SELECT * FROM refusal(own('{}', 'JOIN nowhere ON true'));
SELECT * FROM refusal(own('{}', ', app.log; DROP TABLE app.log'));
SELECT * FROM refusal(own('{}', 'WHERE true'));
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'mine', tickets => 'app.cases', ticket_events => 'app.log',
            joins => '{"cases": "JOIN app.queues"}'
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'mine', tickets => 'app.cases', ticket_events => 'app.log',
            joins => '{"tickets": [{"JOIN": "app.queues"}]}'
        )
    $$
);
SELECT count(*) AS log_is_there FROM app.log;
-- Only what the caller may read, and no code that another role could change later.
CREATE ROLE app_reader;
CREATE ROLE app_writer;
GRANT USAGE ON SCHEMA slaops TO app_reader;
GRANT USAGE ON SCHEMA app, public TO app_reader, app_writer;
GRANT CREATE ON SCHEMA app TO app_writer;
GRANT SELECT ON app.cases, app.log TO app_reader;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO app_reader', current_database()); END $$;
SET ROLE app_writer;
CREATE FUNCTION app.lower(jsonb) RETURNS text LANGUAGE sql AS $$ SELECT 'not yours' $$;
CREATE FUNCTION app.label(int) RETURNS text LANGUAGE sql AS $$ SELECT 'not yours' $$;
RESET ROLE;
SELECT replace(own('{"group_name": "(SELECT name FROM app.queues)"}'), 'mine', 'readers') AS queues,
    replace(own('{"group_name": "(app.label(prio))"}'), 'mine', 'readers') AS label,
    replace(own('{"group_name": "(lower(labels))"}'), 'mine', 'readers') AS lower,
    replace(own('{"group_name": "(lower(state))"}'), 'mine', 'readers') AS fine
\gset
SET ROLE app_reader;
SELECT * FROM refusal(:'queues');
SELECT * FROM refusal(:'label');
SELECT * FROM refusal(:'lower');
:fine;
RESET ROLE;
DROP OWNED BY app_reader, app_writer;
DROP ROLE app_reader, app_writer;
DROP FUNCTION own;
DROP SCHEMA app, mine CASCADE;
RESET client_min_messages;
