-- A Zammad that is not as the mapping knows it: empty, of other versions, with columns missing or of other types.
CREATE FUNCTION pg_temp.fails(statement text, state text, said text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
    EXECUTE statement;
    RAISE 'no error: %', statement USING ERRCODE = 'ZZZZZ';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    IF SQLSTATE <> state OR concat_ws(' ', SQLERRM, hint) NOT LIKE said THEN RAISE 'not so: % %, %', SQLSTATE, SQLERRM, hint; END IF;
END $$;
CREATE FUNCTION pg_temp.clone(new_schema text, with_rows boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t text;
BEGIN
    EXECUTE format('CREATE SCHEMA %I', new_schema);
    FOR t IN SELECT table_name FROM information_schema.tables WHERE table_schema = 'zammad' AND table_type = 'BASE TABLE' AND table_name NOT IN ('word', 'gone') LOOP
        EXECUTE format('CREATE TABLE %1$I.%2$I (LIKE zammad.%2$I)', new_schema, t);
        IF with_rows THEN EXECUTE format('INSERT INTO %1$I.%2$I SELECT * FROM zammad.%2$I', new_schema, t); END IF;
    END LOOP;
END $$;
CREATE FUNCTION pg_temp.said(schema text, like_this text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(concat_ws(': ', subject, finding, cost), '; ' ORDER BY subject), 'nothing') FROM slaops.attach('zammad', schema, 'from' || schema) WHERE concat_ws(': ', subject, finding, cost) LIKE like_this
$$;

-- Nothing there, and no rows yet.
CREATE SCHEMA void;
SELECT pg_temp.fails($$SELECT * FROM slaops.attach('zammad', 'void')$$, '42P01', 'table void.tickets does not exist The mapping zammad needs it. Is void the schema of its tables?%');
SELECT pg_temp.fails($$SELECT * FROM slaops.attach('zammad', 'nowhere')$$, '3F000', 'schema nowhere does not exist%');
SELECT pg_temp.clone('new', false);
SELECT pg_temp.yes('a new Zammad', pg_temp.said('new', 'policy set%') LIKE 'policy set fromnew: made: preset zammad: it promises nothing yet%');
SELECT FROM slaops.create_marts('fromnew');
SELECT pg_temp.no('tickets of a new Zammad', count(*)) FROM fromnew.int_ticket_lifecycle;

-- Before version 5: no column response_time, so that update_time is that for a response; no last_close_at, no VIP, no tags.
SELECT pg_temp.clone('old', true);
ALTER TABLE old.slas DROP response_time;
ALTER TABLE old.tickets DROP last_close_at;
ALTER TABLE old.users DROP vip;
ALTER TABLE old.ticket_states DROP ignore_escalation;
DROP TABLE old.tags;
SELECT pg_temp.yes(x.what, pg_temp.said('old', x.what) LIKE x.said)
FROM (VALUES ('users.vip%', 'users.vip: missing: policies cannot ask for customers who are VIP'), ('tags%', 'tags: missing: policies cannot ask for tags'), ('tickets.last_close_at%', 'tickets.last_close_at: missing: a ticket that was opened again%'),
    ('ticket_states.ignore_escalation%', 'ticket_states.ignore_escalation: missing: clocks stop in states of the types pending alone'), ('SLA 0 hand%', '%"next_response": "240m"%'), ('status%', 'nothing')) AS x (what, said);
SELECT pg_temp.yes('a state by its type alone', slaops.state_of('pending but counting', 'fromold') = 'pending' AND slaops.state_of('waiting for supplier', 'fromold') = 'open');
SELECT pg_temp.no('events that an old version lacks', (SELECT count(*) FROM fromold.ticket_events) - (SELECT count(*) FROM fromzammad.ticket_events));

-- A later version: longer numbers, times with a zone, JSON, columns and states that are not known yet.
SELECT pg_temp.clone('later', true);
ALTER TABLE later.tickets ALTER id TYPE bigint, ALTER created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC', ADD ai_agent_running boolean NOT NULL DEFAULT false;
ALTER TABLE later.histories ALTER o_id TYPE bigint, ALTER created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC';
ALTER TABLE later.slas ALTER condition TYPE jsonb USING CASE WHEN name = '99 torn' THEN '[1]' ELSE slaops.yaml_to_jsonb(condition) END;
INSERT INTO later.ticket_state_types VALUES (10, 'frozen');
INSERT INTO later.ticket_states VALUES (11, 10, 'frozen', NULL, true, false, true);
SELECT pg_temp.yes('a later version', pg_temp.said('later', 'status frozen%') = 'status frozen: pending: it is of the type frozen, and stops clocks');
SELECT pg_temp.same('a later version', 'SELECT ticket_id, created_at, status, attributes FROM fromlater.tickets', 'SELECT ticket_id, created_at, status, attributes FROM fromzammad.tickets', 1200);
SELECT pg_temp.same('events of a later version', 'SELECT ticket_id, event_at, event_type, actor, old_value, new_value FROM fromlater.ticket_events', 'SELECT ticket_id, event_at, event_type, actor, old_value, new_value FROM fromzammad.ticket_events', 7000);
SELECT pg_temp.yes('its policies', slaops.stored_config('fromlater') -> 'policies' = replace((slaops.stored_config('fromzammad') -> 'policies')::text, 'fromzammad', 'fromlater')::jsonb);
-- The desk is upgraded under an attached schema.
ALTER TABLE later.tickets ADD another text DEFAULT 'x', DROP note;
SELECT pg_temp.fails('ALTER TABLE later.tickets ALTER title TYPE text', '0A000', 'cannot alter type of a column used by a view or rule%');
SELECT pg_temp.yes('after an upgrade', pg_temp.said('later', '%tickets: made') = 'fromlater.tickets: made');

-- What the mapping cannot do without, and columns of types that it cannot read.
DROP VIEW fromlater.tickets, fromlater.ticket_events;
ALTER TABLE later.tickets RENAME state_id TO status_id;
SELECT pg_temp.fails($$SELECT * FROM slaops.attach('zammad', 'later', 'fromlater')$$, '42703', 'later.tickets has no column state_id It has: id, group_id, %');
SELECT * FROM slaops.attach('zammad', 'later', 'fromlater', columns => '{"tickets": {"state_id": "status_id"}}');
ALTER TABLE later.tickets RENAME status_id TO state_id;
DROP VIEW fromlater.tickets, fromlater.ticket_events;
ALTER TABLE later.histories ADD moved uuid;
ALTER TABLE later.histories DROP o_id;
ALTER TABLE later.histories RENAME moved TO o_id;
SELECT pg_temp.fails($$SELECT * FROM slaops.attach('zammad', 'later', 'fromlater')$$, '42804', 'histories.o_id of later.histories is of type uuid, not int4%');
-- A policy set that somebody changed is kept.
SELECT FROM slaops.load_config('default_calendar: fromold With lunch', 'fromold');
SELECT pg_temp.yes('a changed set', pg_temp.said('old', 'policy set%') = 'policy set fromold: kept: it is not as attach made it: only statuses that have no state in it are added');
