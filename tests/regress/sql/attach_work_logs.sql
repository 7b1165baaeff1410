-- attach makes work_logs where a source has them, and create_marts reads them.
SET client_min_messages = warning;
SET timezone = 'UTC';
-- The tables that the mappings of a source read, empty, with the columns that they list.
CREATE FUNCTION pg_temp.make_source(source text, schema text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    item record;
BEGIN
    EXECUTE format('CREATE SCHEMA %I', schema);
    FOR item IN
        SELECT named.relation AS name, string_agg(format('%I %s', named.name, named.type), ', ') AS columns
        FROM (
            SELECT listed.name AS relation, (slaops.attach_names(entry.text))[1] AS name, min(split_part(entry.text, ' ', 2)) AS type
            FROM slaops.attach_mappings AS known
            CROSS JOIN slaops.attach_tables(known.sql) AS listed
            CROSS JOIN regexp_split_to_table(listed.spec, ',\s*') AS entry (text)
            WHERE known.source = make_source.source AND known.relation <> 'config'
                AND entry.text NOT LIKE '% others' AND entry.text NOT LIKE '\_%' AND listed.name NOT LIKE '%\_\_%'
            GROUP BY 1, 2
        ) AS named
        GROUP BY named.relation
    LOOP
        EXECUTE format('CREATE TABLE %I.%I (%s)', schema, item.name, item.columns);
    END LOOP;
END
$$;
CREATE TABLE attached_logs (source text, finding text, cost text);
CREATE FUNCTION pg_temp.attach_source(source text, columns jsonb DEFAULT '{}') RETURNS void LANGUAGE sql AS $$
    INSERT INTO attached_logs
    SELECT attach_source.source, said.finding, said.cost
    FROM slaops.attach(
        attach_source.source, 'from_' || attach_source.source, 'as_' || attach_source.source,
        columns => attach_source.columns
    ) AS said
    WHERE said.subject ~ 'work_logs$'
$$;
SELECT pg_temp.make_source(source, 'from_' || source)
FROM unnest('{jira,jira_api,servicenow,zammad,znuny,request_tracker}'::text[]) AS source;
INSERT INTO from_jira.issue (id, key, created, status, reporter) VALUES (1, 'SUP-1', '2026-01-05 08:00Z', '1', 'u9');
INSERT INTO from_jira."user" (id, name) VALUES ('u1', 'ann');
INSERT INTO from_jira.worklog (issue_id, author_id, started, time_spent_seconds) VALUES
    (1, 'u1', '2026-01-05 09:00Z', 900), (1, 'u2', '2026-01-05 10:00Z', 60), (1, 'u1', '2026-01-05 11:00Z', 0),
    (2, 'u1', '2026-01-05 11:00Z', 60);
SELECT pg_temp.attach_source('jira');
SELECT * FROM as_jira.work_logs ORDER BY started_at;
INSERT INTO from_jira_api.issues (id, key, created) VALUES ('1', 'SUP-1', '2026-01-05 08:00Z');
ALTER TABLE from_jira_api.issue_worklogs RENAME time_spent_seconds TO "timeSpentSeconds";
ALTER TABLE from_jira_api.issue_worklogs RENAME issue_id TO "issueId";
ALTER TABLE from_jira_api.issue_worklogs ALTER started TYPE text;
INSERT INTO from_jira_api.issue_worklogs ("issueId", author, started, "timeSpentSeconds") VALUES
    ('1', '{"displayName": "ann", "accountId": "u1"}', '2026-01-05T10:00:00.000+0100', 900),
    ('1', '{"accountId": "u2"}', '2026-01-05T10:00:00.000+0000', 60);
SELECT pg_temp.attach_source('jira_api');
SELECT * FROM as_jira_api.work_logs ORDER BY started_at;
INSERT INTO from_servicenow.incident (sys_id, number, opened_at, state) VALUES ('s1', 'INC1', '2026-01-05 08:00Z', '2');
INSERT INTO from_servicenow.sys_user (sys_id, name) VALUES ('u1', 'ann');
INSERT INTO from_servicenow.task_time_worked (task, "user", time_in_seconds, sys_created_on) VALUES
    ('s1', 'u1', '900', '2026-01-05 09:15Z'), ('s1', 'u2', '1970-01-01 01:00:00', '2026-01-05 11:00Z'),
    ('s1', 'u1', '', '2026-01-05 12:00Z'), ('s2', 'u1', '60', '2026-01-05 12:00Z');
SELECT pg_temp.attach_source('servicenow');
SELECT * FROM as_servicenow.work_logs ORDER BY started_at;
INSERT INTO from_zammad.users (id, firstname, lastname) VALUES (3, 'Ann', 'Lee');
INSERT INTO from_zammad.ticket_time_accounting_types (id, name) VALUES (1, 'repair');
INSERT INTO from_zammad.ticket_time_accountings (ticket_id, time_unit, type_id, created_by_id, created_at) VALUES
    (7, 1.5, 1, 3, '2026-01-05 09:00Z'), (7, 0, NULL, 3, '2026-01-05 10:00Z'), (7, 30, NULL, 4, '2026-01-05 11:00Z');
SELECT pg_temp.attach_source('zammad');
SELECT * FROM as_zammad.work_logs ORDER BY started_at;
-- A team that counts hours says so.
SELECT pg_temp.attach_source('zammad', '{"ticket_time_accountings": {"time_unit": "(ticket_time_accountings.time_unit * 60)"}}');
SELECT * FROM as_zammad.work_logs ORDER BY started_at;
INSERT INTO from_znuny.users (id, first_name, last_name) VALUES (3, 'Ann', 'Lee');
INSERT INTO from_znuny.time_accounting (id, ticket_id, time_unit, create_time, create_by) VALUES
    (1, 7, 12.5, '2026-01-05 09:00Z', 3), (2, 7, -5, '2026-01-05 10:00Z', 3);
SELECT pg_temp.attach_source('znuny');
SELECT * FROM as_znuny.work_logs ORDER BY started_at;
INSERT INTO from_request_tracker.users (id, name) VALUES (3, 'ann');
INSERT INTO from_request_tracker.transactions (id, objecttype, objectid, type, timetaken, creator, created) VALUES
    (1, 'RT::Ticket', 7, 'Correspond', 20, 3, '2026-01-05 09:00Z'), (2, 'RT::Ticket', 7, 'Comment', 0, 3, '2026-01-05 10:00Z'),
    (3, 'RT::User', 7, 'Set', 20, 3, '2026-01-05 11:00Z');
SELECT pg_temp.attach_source('request_tracker');
SELECT * FROM as_request_tracker.work_logs ORDER BY started_at;
-- create_marts reads them by itself.
SELECT source, (SELECT count(*) > 0 FROM slaops.create_marts('as_' || source, stored => false)) AS made
FROM unnest('{jira,zammad}'::text[]) AS source;
SELECT
    (SELECT count(*) FROM as_jira.stg_work_logs) AS jira,
    (SELECT count(*) FROM as_zammad.stg_work_logs) AS zammad;
SELECT ticket_id, agents, wall_touch_minutes, work_minutes FROM as_jira.int_ticket_work;
-- Others are given by name.
CREATE TABLE from_jira.other AS SELECT * FROM as_jira.work_logs LIMIT 1;
SELECT count(*) > 0 AS made FROM slaops.create_marts('as_jira', work_logs => 'from_jira.other');
SELECT count(*) FROM as_jira.stg_work_logs;
-- Where there are none, that is said; a relation of one's own stays.
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('as_jira');
DROP TABLE from_jira.worklog CASCADE;
SELECT pg_temp.attach_source('jira');
CREATE TABLE as_jira.work_logs (ticket_id text, started_at timestamptz, ended_at timestamptz);
SELECT pg_temp.attach_source('jira');
SELECT count(*) FROM as_jira.work_logs;
SELECT * FROM attached_logs;
DROP TABLE attached_logs;
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('as_zammad');
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY '{jira,jira_api,servicenow,zammad,znuny,request_tracker}'::text[] LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', 'as_' || name);
        EXECUTE format('DROP SCHEMA %I CASCADE', 'from_' || name);
    END LOOP;
END
$$;
