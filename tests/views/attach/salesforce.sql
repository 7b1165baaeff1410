-- What attach makes of a Salesforce: the figures are those of its story, read by plain SQL, by each way in which loaders write names.
SET client_min_messages = warning;
CREATE EXTENSION slaops;
\set cases 240
SELECT set_config('sf.cases', :'cases', false);
\ir salesforce_tables.sql
CREATE TABLE said AS SELECT * FROM slaops.attach('salesforce', 'sf', 'cases');
CREATE TABLE said_again AS SELECT * FROM slaops.attach('salesforce', 'sf', 'cases');
SELECT FROM slaops.attach('salesforce', 'sff', 'casesf');
SELECT FROM slaops.attach('salesforce', 'sfl', 'casesl');
SET slaops.as_of = '2026-05-01 00:00Z';
SELECT FROM slaops.create_marts('cases');
\ir ../../support/checks.sql
-- One team in three layouts.
SELECT pg_temp.same('tickets ' || layout, 'SELECT to_jsonb(t) - ''calendar_name'' FROM cases.tickets AS t', format('SELECT to_jsonb(t) - ''calendar_name'' FROM %s.tickets AS t', layout), 230),
       pg_temp.same('events ' || layout, 'TABLE cases.ticket_events', format('TABLE %s.ticket_events', layout), 1000),
       pg_temp.same('policies ' || layout, 'SELECT conditions, (SELECT jsonb_agg(ARRAY[x.priority, x.metric, x.target::text] ORDER BY x.priority, x.metric) FROM slaops.sla_targets AS x WHERE x.policy_set = p.policy_set AND x.policy = p.name) FROM slaops.sla_policies AS p WHERE policy_set = ''cases''',
                   format('SELECT conditions, (SELECT jsonb_agg(ARRAY[x.priority, x.metric, x.target::text] ORDER BY x.priority, x.metric) FROM slaops.sla_targets AS x WHERE x.policy_set = p.policy_set AND x.policy = p.name) FROM slaops.sla_policies AS p WHERE policy_set = %L', layout), 2)
FROM (VALUES ('casesf'), ('casesl')) AS l (layout);
-- When so many seconds have passed, from windows a day: Default closes early on Fridays, and on 17 March nobody works.
CREATE FUNCTION pg_temp.due(always boolean, since timestamptz, seconds float8) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT min(w.closes - make_interval(secs => w.total - seconds))
    FROM (
        SELECT v.closes, sum(extract(epoch FROM v.closes - greatest(v.opens, since))) OVER (ORDER BY v.closes) AS total
        FROM generate_series((since - interval '2 days')::date::timestamp, since::date + 60, '1 day') AS d (day)
        CROSS JOIN LATERAL (
            SELECT d.day AT TIME ZONE 'UTC' AS opens, (d.day + interval '1 day') AT TIME ZONE 'UTC' AS closes WHERE always
            UNION ALL SELECT (d.day + time '09:00') AT TIME ZONE 'America/Los_Angeles', (d.day + CASE extract(isodow FROM d.day) WHEN 5 THEN time '15:30' ELSE '17:00' END) AT TIME ZONE 'America/Los_Angeles' WHERE NOT always AND extract(isodow FROM d.day) < 6
        ) AS v
        WHERE d.day <> '2026-03-17' AND v.closes > since
    ) AS w WHERE w.total >= seconds $$;
CREATE VIEW steps AS
SELECT s.*, s.value IN ('Closed', 'Fixed') AS closed, lag(s.value IN ('Closed', 'Fixed')) OVER (PARTITION BY s.case_id ORDER BY s.at, s.n) AS closed_before, row_number() OVER (PARTITION BY s.case_id ORDER BY s.at DESC, s.n DESC) AS last FROM sf_story AS s WHERE s.what IN ('created', 'status');
CREATE VIEW lives AS
SELECT c."Id" AS id, c."CreatedDate" AS created_at, c."BusinessHoursId" = '01m2' AS always, p."Name" AS tier, (SELECT min(at) FROM sf_story WHERE case_id = c."Id" AND what = 'message' AND role = 'agent' AND public) AS replied_at, (SELECT min(at) FROM steps WHERE case_id = c."Id" AND closed) AS first_closed_at,
       (SELECT value FROM steps WHERE case_id = c."Id" AND last = 1) AS status, (SELECT at FROM steps WHERE case_id = c."Id" AND last = 1 AND closed) AS closed_at, (SELECT count(*) FROM steps WHERE case_id = c."Id" AND closed_before AND NOT closed) AS reopens,
       (SELECT value FROM sf_story WHERE case_id = c."Id" AND what = 'queue' ORDER BY at DESC, n DESC LIMIT 1) AS queue, (SELECT CASE what WHEN 'owner' THEN value END FROM sf_story WHERE case_id = c."Id" AND what IN ('owner', 'queue') ORDER BY at DESC, n DESC LIMIT 1) AS owner,
       (SELECT value FROM sf_story WHERE case_id = c."Id" AND what = 'priority' ORDER BY at DESC, n DESC LIMIT 1) AS priority, (SELECT count(*) FROM sf_story WHERE case_id = c."Id" AND what = 'message' AND role = 'agent' AND public) AS replies,
       (SELECT count(*) FROM sf_story WHERE case_id = c."Id" AND what = 'message' AND role = 'customer') AS asked, (SELECT count(*) FROM sf_story WHERE case_id = c."Id" AND what = 'message' AND NOT public) AS notes
FROM sf."Case" AS c LEFT JOIN sf."Entitlement" AS e ON e."Id" = c."EntitlementId" LEFT JOIN sf."SlaProcess" AS p ON p."Id" = e."SlaProcessId" WHERE NOT c."IsDeleted" AND c."CaseNumber" <> '00000019';
SELECT pg_temp.same('lives', $$SELECT ticket_id, created_at, first_response_at, first_solved_at, solved_at, status, is_open, reopens, group_name, assignee, priority, agent_replies, customer_replies, internal_notes, tier FROM cases.int_ticket_lifecycle WHERE ticket_id <> '500000000000019AAA'$$,
    $$SELECT id, created_at, replied_at, first_closed_at, closed_at, status, closed_at IS NULL, reopens::int, queue, owner, priority, replies::int, asked::int, notes::int, tier FROM lives$$, 230);
-- The target is that of the priority just before the end. Closed without a reply, a first response is void.
CREATE TABLE clocks AS
SELECT p.*, pg_temp.due(p.always, p.created_at, p.seconds) AS due, pg_temp.due(p.always, p.created_at, p.seconds + 1) AS late
FROM (
    SELECT l.id, m.metric, l.created_at, l.always, m.stopped, m.void, CASE WHEN l.tier = 'Gold' THEN CASE (SELECT value FROM sf_story WHERE case_id = l.id AND what = 'priority' AND (at < coalesce(m.stopped, 'infinity') OR at = l.created_at) ORDER BY at DESC, n DESC LIMIT 1) WHEN 'High' THEN 60 ELSE 240 END ELSE 480 END * 60 * m.times AS seconds
    FROM lives AS l CROSS JOIN LATERAL (VALUES ('first_response', l.replied_at, l.first_closed_at < coalesce(l.replied_at, 'infinity'), 1), ('resolution', l.first_closed_at, false, 10)) AS m (metric, stopped, void, times)
    WHERE l.tier IS NOT NULL
) AS p;
SELECT pg_temp.same('clocks', $$SELECT ticket_id, metric, CASE WHEN status <> 'cancelled' THEN stopped_at END, due_at, CASE WHEN status IN ('active', 'at_risk') THEN 'active' ELSE status END FROM cases.fct_sla_attainment WHERE ticket_id <> '500000000000019AAA'$$,
    $$SELECT id, metric, CASE WHEN NOT coalesce(void, false) THEN stopped END, CASE WHEN NOT coalesce(void, false) THEN due END, CASE WHEN void THEN 'cancelled' WHEN coalesce(stopped, slaops.as_of()) >= late THEN 'breached' WHEN stopped IS NULL THEN 'active' ELSE 'met' END FROM clocks$$, 300);
-- Merged, and kept: no longer open, and its emails are the other's.
SELECT pg_temp.yes('a merged case is closed', (SELECT status = 'merged' AND attributes ->> 'merged into' = '500000000000001AAA' FROM cases.tickets WHERE ticket_id = '500000000000019AAA') AND NOT (SELECT is_open FROM cases.int_ticket_lifecycle WHERE ticket_id = '500000000000019AAA'));
SELECT pg_temp.no('cases in the recycle bin', (SELECT count(*) FROM cases.tickets WHERE attributes ->> 'case number' IN ('00000013', '00000017')));
-- Drafts are no messages, automatic replies are the system's, a portal's user is a customer.
SELECT pg_temp.same('roles', $$SELECT actor_role, public, actor, count(*) FROM cases.ticket_events WHERE event_type = 'comment' GROUP BY 1, 2, 3$$,
    $$SELECT role, public, actor, count(*) FROM sf_story WHERE what = 'message' AND case_id NOT IN (SELECT "Id" FROM sf."Case" WHERE "IsDeleted") GROUP BY 1, 2, 3 UNION ALL SELECT 'system', true, 'Automated Process', count(*) FROM sf."EmailMessage" WHERE "AutomationType" IS NOT NULL AND "ParentId" NOT IN (SELECT "Id" FROM sf."Case" WHERE "IsDeleted")$$, 6);
SELECT pg_temp.yes('custom fields go by their names', (SELECT attributes @> '{"seats": 3, "product line": "Pumps"}' FROM cases.tickets WHERE attributes ->> 'case number' = '00000003'));
SELECT pg_temp.same('what attach said a second time', 'TABLE said', 'TABLE said_again', 10);
SELECT pg_temp.same('and what of it is of note', $$SELECT subject, finding FROM said WHERE subject ~ '^(status|business hours|holidays|milestone|policy)'$$, $$VALUES ('status urgent', 'only in the history: it was renamed or removed'), ('status working', 'open: Salesforce says only that it is not closed'), ('business hours Always', 'calendar ''cases Always'''),
    ('business hours Default', 'calendar ''cases Default'''), ('business hours Never', 'it has no hours'), ('holidays', '2 of 4 are in every calendar'), ('milestone Weekly Call', 'not read: its name tells of no metric'), ('policy set cases', 'made: preset salesforce')$$, 8);

-- An empty schema, columns missing, and columns of other types.
CREATE SCHEMA cold;
SELECT pg_temp.refused($$SELECT slaops.attach('salesforce', 'cold', 'colds')$$, 'table cold."case" does not exist');
CREATE SCHEMA bare;
CREATE TABLE bare."Case" AS SELECT "Id", "CreatedDate"::text AS "CreatedDate", "Status" FROM sf."Case";
CREATE TABLE said_bare AS SELECT * FROM slaops.attach('salesforce', 'bare', 'bares');
SELECT pg_temp.yes('each thing missing has its cost', (SELECT count(*) > 20 AND bool_and(cost <> 'stays empty') FROM said_bare WHERE finding = 'missing'));
SELECT pg_temp.yes('cases are read', (SELECT count(*) FROM bares.tickets WHERE created_at IS NOT NULL) = 240 AND (SELECT count(*) FROM bares.ticket_events) = 240);
SELECT FROM slaops.create_marts('bares');
DROP SCHEMA bares CASCADE;
ALTER TABLE bare."Case" DROP "Status";
SELECT pg_temp.refused($$SELECT slaops.attach('salesforce', 'bare', 'bares')$$, 'bare."Case" has no column status');
ALTER TABLE bare."Case" ADD "Status" text, ADD "IsClosed" timestamptz;
SELECT pg_temp.refused($$SELECT slaops.attach('salesforce', 'bare', 'bares')$$, '"case"."IsClosed" of bare."Case" is of type timestamp with time zone, not bool');
