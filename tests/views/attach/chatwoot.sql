-- What attach makes of a Chatwoot: the figures are those of its story, read by plain SQL.
SET client_min_messages = warning;
CREATE EXTENSION slaops;
\set tickets 300
SELECT set_config('cw.tickets', :'tickets', false);
\ir chatwoot_tables.sql
CREATE TABLE said AS SELECT * FROM slaops.attach('chatwoot', 'cw', 'chats');
CREATE TABLE said_again AS SELECT * FROM slaops.attach('chatwoot', 'cw', 'chats');
SET slaops.as_of = '2026-04-15 00:00Z';
SELECT FROM slaops.create_marts('chats');
\ir ../../support/checks.sql
-- When so many seconds of an inbox have passed, from windows a day.
CREATE FUNCTION pg_temp.due(inbox int, business boolean, since timestamp, seconds float8) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT CASE WHEN NOT business OR inbox IN (2, 3) THEN since AT TIME ZONE 'UTC' + make_interval(secs => seconds) ELSE (
        SELECT min(w.closes - make_interval(secs => w.total - seconds))
        FROM (
            SELECT v.closes, sum(extract(epoch FROM v.closes - greatest(v.opens, since AT TIME ZONE 'UTC'))) OVER (ORDER BY v.closes) AS total
            FROM generate_series(since::date - 1, since::date + 60, '1 day') AS d (day)
            CROSS JOIN LATERAL (SELECT (d.day::timestamp + CASE inbox WHEN 4 THEN time '09:30' ELSE '09:00' END) AT TIME ZONE z.zone AS opens, (d.day::timestamp + time '17:00') AT TIME ZONE z.zone AS closes FROM (SELECT CASE inbox WHEN 4 THEN 'America/New_York' ELSE 'Europe/Berlin' END) AS z (zone)) AS v
            WHERE extract(isodow FROM d.day) < 6 AND v.closes > since AT TIME ZONE 'UTC'
        ) AS w WHERE w.total >= seconds
    ) END $$;
CREATE VIEW steps AS
SELECT s.*, lag(s.status) OVER (PARTITION BY s.conversation_id ORDER BY s.at, s.n) AS before, row_number() OVER (PARTITION BY s.conversation_id ORDER BY s.at DESC, s.n DESC) AS last FROM cw_story AS s WHERE s.status IS NOT NULL;
CREATE VIEW lives AS
SELECT c.id, c.created_at, c.inbox_id, p.*, (SELECT min(at) FROM cw_story WHERE conversation_id = c.id AND what = 'message' AND role = 'agent') AS replied_at, (SELECT min(at) FROM steps WHERE conversation_id = c.id AND status = 'resolved') AS first_solved_at,
       (SELECT status FROM steps WHERE conversation_id = c.id AND last = 1) AS status, (SELECT at FROM steps WHERE conversation_id = c.id AND last = 1 AND status = 'resolved') AS solved_at, (SELECT count(*) FROM steps WHERE conversation_id = c.id AND before = 'resolved' AND status <> 'resolved') AS reopens,
       (SELECT team FROM cw_story WHERE conversation_id = c.id AND what = 'team' ORDER BY at DESC, n DESC LIMIT 1) AS team, (SELECT assignee FROM cw_story WHERE conversation_id = c.id AND what IN ('assignee', 'created') ORDER BY at DESC, n DESC LIMIT 1) AS assignee,
       (SELECT priority FROM cw_story WHERE conversation_id = c.id AND what = 'priority' ORDER BY at DESC, n DESC LIMIT 1) AS priority, (SELECT count(*) FROM cw_story WHERE conversation_id = c.id AND what = 'message' AND role = 'agent') AS replies,
       (SELECT count(*) FROM cw_story WHERE conversation_id = c.id AND what = 'message' AND role = 'customer') AS asked, (SELECT count(*) FROM cw_story WHERE conversation_id = c.id AND what = 'note') AS notes
FROM cw.conversations AS c LEFT JOIN (SELECT id AS policy_id, name AS policy, only_during_business_hours AS business, first_response_time_threshold AS frt, next_response_time_threshold AS nrt, resolution_time_threshold AS rt FROM cw.sla_policies) AS p ON p.policy_id = c.sla_policy_id;
SELECT pg_temp.same('lives', $$SELECT ticket_id, created_at, first_response_at, first_solved_at, solved_at, status, is_open, reopens, group_name, assignee, priority, agent_replies, customer_replies, internal_notes FROM chats.int_ticket_lifecycle$$,
    $$SELECT id, created_at AT TIME ZONE 'UTC', replied_at AT TIME ZONE 'UTC', first_solved_at AT TIME ZONE 'UTC', solved_at AT TIME ZONE 'UTC', status, status <> 'resolved', reopens::int, team, assignee, priority, replies::int, asked::int, notes::int FROM lives$$, 300);
-- Clocks, and when they were due.
CREATE TABLE turns (conversation_id int, started timestamp, stopped timestamp);
DO $$
DECLARE s record; c int := 0; asked timestamp; answered boolean;
BEGIN
    FOR s IN SELECT * FROM cw_story ORDER BY conversation_id, at, n LOOP
        IF s.conversation_id <> c THEN IF asked IS NOT NULL THEN INSERT INTO turns VALUES (c, asked); END IF; c := s.conversation_id; asked := NULL; answered := false; END IF;
        IF s.what = 'message' AND s.role = 'customer' AND answered AND asked IS NULL THEN asked := s.at; END IF;
        IF asked IS NOT NULL AND (s.what = 'message' AND s.role <> 'customer' OR s.status = 'resolved') THEN INSERT INTO turns VALUES (c, asked, s.at); asked := NULL; END IF;
        answered := answered OR s.what = 'message' AND s.role = 'agent';
    END LOOP;
    IF asked IS NOT NULL THEN INSERT INTO turns VALUES (c, asked); END IF;
END $$;
-- A second of open time past the due time is late: what is done after closing time is not, where the time was up at closing time.
CREATE TABLE clocks AS
SELECT p.*, pg_temp.due(p.inbox_id, p.business, p.started, p.seconds) AS due, pg_temp.due(p.inbox_id, p.business, p.started, p.seconds + 1) AS late
FROM (
    SELECT id, 'first_response' AS metric, created_at AS started, least(replied_at, first_solved_at) AS stopped, frt AS seconds, inbox_id, business FROM lives
    UNION ALL SELECT id, 'resolution', created_at, first_solved_at, rt, inbox_id, business FROM lives
    UNION ALL SELECT id, 'next_response', started, stopped, nrt, inbox_id, business FROM turns JOIN lives ON id = conversation_id
) AS p
-- Of blocked contacts' conversations Chatwoot promises nothing: they are resolved before the policy is there.
WHERE p.seconds IS NOT NULL AND p.id % 47 <> 0;
SELECT pg_temp.same('clocks', $$SELECT ticket_id, metric, started_at, stopped_at, due_at, CASE WHEN status IN ('active', 'at_risk') THEN 'active' ELSE status END FROM chats.fct_sla_attainment WHERE status <> 'not_started'$$,
    $$SELECT id, metric, started AT TIME ZONE 'UTC', stopped AT TIME ZONE 'UTC', due, CASE WHEN coalesce(stopped AT TIME ZONE 'UTC', slaops.as_of()) >= late THEN 'breached' WHEN stopped IS NULL THEN 'active' ELSE 'met' END FROM clocks$$, 400);
-- What a bot has settled alone.
SELECT pg_temp.same('bots alone', $$SELECT ticket_id FROM chats.tickets AS t WHERE t.status = 'resolved' AND NOT EXISTS (SELECT FROM chats.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.actor_role = 'agent') AND EXISTS (SELECT FROM chats.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.actor_role = 'bot')$$,
    $$SELECT l.id FROM lives AS l WHERE l.status = 'resolved' AND EXISTS (SELECT FROM cw_story AS s WHERE s.conversation_id = l.id AND s.role = 'bot') AND NOT EXISTS (SELECT FROM cw.messages AS m WHERE m.conversation_id = l.id AND (sender_type = 'User' OR content ~ 'Ann Ames|Bo by Night|Cy Clark|Dee Doe|Eve Gone' OR message_type = 1 AND sender_type IS NULL AND content <> 'we care'))$$, 3);
-- The columns of one ticket, its events by kind, and what attach says; a second time nothing else.
DO $$
DECLARE ticket jsonb := (SELECT to_jsonb(t) FROM chats.tickets AS t WHERE ticket_id = 12);
BEGIN
    IF ticket - '{loaded_at,created_at,solved_at,status,assignee,group_name,priority}'::text[] <> '{"ticket_id": 12, "subject": null, "requester_id": "12", "organization_id": "Company 5", "brand": "Website 1", "region": "DE", "channel": "WebWidget", "tier": "Gold 1", "type": null, "closed_at": null, "csat_score": null, "cost": null, "calendar_name": "chats Website 1", "tags": ["vip", "refund"], "attributes": {"account": "Acme", "display id": 12, "Order Number": "A12"}}' THEN RAISE 'ticket %', ticket; END IF;
    IF EXISTS (SELECT FROM ((TABLE said EXCEPT TABLE said_again) UNION ALL (TABLE said_again EXCEPT TABLE said)) AS x) THEN RAISE 'attach said another thing: %', (SELECT array_agg(x::text) FROM (TABLE said_again EXCEPT TABLE said) AS x); END IF;
END $$;
SELECT pg_temp.yes('no status, group or priority that is unknown', NOT EXISTS (SELECT FROM chats.config_health WHERE problem NOT IN ('no policy matched', 'policy never matched')));
-- Private notes, bots and rules are no reply of an agent; who was deleted is.
SELECT pg_temp.same('roles', $$SELECT actor_role, public, actor IS NULL, count(*) FROM chats.ticket_events WHERE event_type = 'comment' GROUP BY 1, 2, 3$$,
    $$SELECT role, what = 'message', actor = 'Eve Gone', count(*) FROM cw_story WHERE what IN ('message', 'note') GROUP BY 1, 2, 3 UNION ALL SELECT 'system', true, true, count(*) FROM cw.messages WHERE content IN ('hello', 'we care')$$, 6);

-- On another locale, with an old schema, with columns missing or of other types, and with none at all.
CREATE SCHEMA cold;
SELECT pg_temp.refused($$SELECT slaops.attach('chatwoot', 'cold', 'colds')$$, 'table cold.conversations does not exist');
CREATE SCHEMA older;
CREATE TABLE older.conversations AS SELECT id::bigint AS id, account_id, inbox_id, status, assignee_id, created_at, updated_at FROM cw.conversations;
CREATE TABLE older.messages AS SELECT id, CASE WHEN message_type = 2 THEN 'Unterhaltung wurde von Ann wieder geöffnet' ELSE content END AS content, account_id, inbox_id, conversation_id, message_type, created_at, private, content_attributes::text AS content_attributes FROM cw.messages;
CREATE TABLE older.users AS SELECT id, name FROM cw.users;
SELECT pg_temp.refused($$SELECT slaops.attach('chatwoot', 'older', 'olders')$$, 'table older.inboxes does not exist');
CREATE TABLE older.inboxes AS SELECT id, name, 'x'::text AS timezone FROM cw.inboxes;
CREATE TABLE said_older AS SELECT * FROM slaops.attach('chatwoot', 'older', 'olders');
SELECT pg_temp.yes('what an old Chatwoot lacks has its cost', NOT EXISTS (SELECT FROM said_older WHERE finding = 'missing' AND cost = 'stays empty'));
SELECT pg_temp.yes('all of it is said', (SELECT count(*) FROM said_older WHERE finding = 'missing') = 26);
SELECT pg_temp.yes('another language is said', EXISTS (SELECT FROM said_older WHERE subject = 'activity messages' AND finding LIKE '% are not understood, such as "Unterhaltung wurde von Ann wieder geöffnet"'));
SELECT pg_temp.yes('messages are read', (SELECT count(*) FROM olders.ticket_events WHERE event_type = 'comment') = (SELECT count(*) FROM cw.messages WHERE message_type <> 2));
CREATE SCHEMA typed;
CREATE TABLE typed.conversations AS SELECT id, account_id, inbox_id, created_at AS status, created_at FROM cw.conversations;
CREATE TABLE typed.inboxes AS TABLE cw.inboxes;
CREATE TABLE typed.users AS TABLE cw.users;
SELECT pg_temp.refused($$SELECT slaops.attach('chatwoot', 'typed', 'types')$$, 'conversations.status of typed.conversations is of type timestamp without time zone, not int4');
ALTER TABLE typed.conversations DROP created_at;
SELECT pg_temp.refused($$SELECT slaops.attach('chatwoot', 'typed', 'types', columns => '{"conversations": {"status": "id"}}')$$, 'typed.conversations has no column created_at');
-- A set that somebody has changed is kept.
SELECT FROM slaops.load_config('policies: []', 'chats');
SELECT pg_temp.yes('a changed set is kept', (SELECT finding FROM slaops.attach('chatwoot', 'cw', 'chats') WHERE subject = 'policy set chats') = 'kept: it is not as attach made it' AND NOT EXISTS (SELECT FROM slaops.sla_policies WHERE policy_set = 'chats'));
