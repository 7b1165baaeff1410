-- What views and functions say of whole logs, worked out again.
\ir ../../support/checks.sql

-- Jira: the time in the state before each transition is the source's own.
SET slaops.as_of = '2018-12-31Z';
CREATE VIEW jira_ticket AS SELECT key AS ticket_id, created::timestamptz AS created_at, status, priority FROM jira_issue;
CREATE VIEW jira_event AS
SELECT key AS ticket_id, "when"::timestamptz AS event_at, CASE WHEN coalesce(from_status, '') = '' THEN 'created' ELSE 'status' END AS event_type,
       nullif(from_status, '') AS old_value, to_status AS new_value FROM jira_transition;
SELECT FROM slaops.create_marts('jira', 'jira_ticket', 'jira_event', stored => false);
CREATE TABLE jira_stretch AS
SELECT t.ticket_id, s.* FROM jira.stg_tickets AS t
JOIN (SELECT ticket_id, slaops.ticket_history(event_at, event_type, NULL, NULL, NULL, old_value, new_value, NULL, NULL) AS history FROM jira_event GROUP BY ticket_id) AS h USING (ticket_id)
CROSS JOIN LATERAL slaops.times_in_status(t, history) AS s;
SELECT pg_temp.yes('4,094 times in state reproduce to 5e-9 days', (
    SELECT count(*) = 4094 AND max(abs(s.minutes / 1440 - x.days_in_from_status::float8)) <= 5e-9
    FROM jira_transition AS x JOIN jira_stretch AS s ON s.ticket_id = x.key AND s.status = x.from_status AND s.to_at = x."when"::timestamptz
    WHERE x.days_in_from_status <> ''));
SELECT pg_temp.yes('6,260 transitions of 2,166 issues', (SELECT count(*) FROM jira_transition) = 6260 AND (SELECT count(DISTINCT ticket_id) FROM jira_stretch) = 2166);
SELECT pg_temp.no('statuses of Jira unknown', count(*)) FROM jira.config_health WHERE problem = 'unknown status';
-- The same as Fivetran would have loaded it: statuses and priorities by number, the history of fields without what was before.
CREATE SCHEMA loaded;
CREATE TABLE loaded.status AS SELECT row_number() OVER (ORDER BY name)::int AS id, name FROM (SELECT to_status AS name FROM jira_transition UNION SELECT status FROM jira_issue) AS n;
CREATE TABLE loaded.priority AS SELECT row_number() OVER (ORDER BY priority)::int AS id, priority AS name FROM (SELECT DISTINCT priority FROM jira_issue WHERE priority <> '') AS n;
CREATE TABLE loaded.issue AS
SELECT row_number() OVER (ORDER BY key) AS id, key, created::timestamptz AS created, s.id AS status, p.id AS priority FROM jira_issue AS i JOIN loaded.status AS s ON s.name = i.status LEFT JOIN loaded.priority AS p ON p.name = i.priority;
CREATE TABLE loaded.issue_field_history AS
SELECT i.id AS issue_id, 'status' AS field_id, s.id::text AS value, t."when"::timestamptz AS "time" FROM jira_transition AS t JOIN loaded.issue AS i USING (key) JOIN loaded.status AS s ON s.name = t.to_status;
SELECT FROM slaops.attach('jira', 'loaded', 'fromjira');
SELECT FROM slaops.create_marts('fromjira', stored => false);
CREATE TABLE jira_both AS
SELECT d.ticket_id, (d.created_at, d.solved_at, d.closed_at, d.status, d.priority, d.states, d.reopens, d.cycle_minutes)::text AS direct,
       (l.created_at, l.solved_at, l.closed_at, l.status, l.priority, l.states, l.reopens, l.cycle_minutes)::text AS loaded
FROM jira.int_ticket_lifecycle AS d LEFT JOIN fromjira.int_ticket_lifecycle AS l USING (ticket_id);
SELECT pg_temp.no('issues that attach tells otherwise: ' || coalesce(min(ticket_id || ' ' || direct || ' ' || loaded), ''), count(*)) FROM jira_both WHERE loaded IS DISTINCT FROM direct;
SELECT pg_temp.yes('2,166 issues by attach', (SELECT count(*) = 2166 FROM jira_both));

-- The help desk: activities are statuses; what is not said stays unknown.
SET slaops.as_of = '2015-01-01Z';
INSERT INTO slaops.states (status, state) VALUES ('assign seriousness', 'new'), ('insert ticket', 'new'), ('take in charge ticket', 'open'),
    ('wait', 'pending'), ('require upgrade', 'hold'), ('resolve ticket', 'solved'), ('create sw anomaly', 'open');
CREATE VIEW desk_event AS
SELECT case_id AS ticket_id, to_timestamp(complete_timestamp, 'YYYY/MM/DD HH24:MI:SS.MS') AS event_at, 'status' AS event_type,
       lag(activity) OVER w AS old_value, activity AS new_value, row_number() OVER w AS seq
FROM helpdesk WINDOW w AS (PARTITION BY case_id ORDER BY to_timestamp(complete_timestamp, 'YYYY/MM/DD HH24:MI:SS.MS'), ctid);
CREATE VIEW desk_ticket AS
SELECT DISTINCT ON (ticket_id) ticket_id, min(event_at) OVER (PARTITION BY ticket_id) AS created_at, new_value AS status, seriousness_2 AS priority
FROM desk_event JOIN (SELECT DISTINCT ON (case_id) case_id AS ticket_id, seriousness_2 FROM helpdesk ORDER BY case_id, ctid) AS s USING (ticket_id)
ORDER BY ticket_id, seq DESC;

-- The whole incident log.
CREATE VIEW incident_event AS
SELECT ticket_id, event_at, v.*, seq
FROM (SELECT number AS ticket_id, to_timestamp(sys_updated_at, 'DD/MM/YYYY HH24:MI') AS event_at, sys_mod_count::bigint AS seq, incident_state, assignment_group,
             lag(incident_state, 1, incident_state) OVER w AS state_before, lag(assignment_group, 1, assignment_group) OVER w AS group_before
      FROM incident_log WINDOW w AS (PARTITION BY number ORDER BY sys_mod_count::bigint)) AS e
CROSS JOIN LATERAL (VALUES ('status', state_before, incident_state), ('group_name', group_before, assignment_group)) AS v (event_type, old_value, new_value)
WHERE v.old_value <> v.new_value;
CREATE VIEW incident_ticket AS
SELECT DISTINCT ON (number) number AS ticket_id, to_timestamp(opened_at, 'DD/MM/YYYY HH24:MI') AS created_at, priority, assignment_group AS group_name,
       incident_state AS status, to_timestamp(nullif(resolved_at, '?'), 'DD/MM/YYYY HH24:MI') AS solved_at
FROM incident_log ORDER BY number, sys_mod_count::bigint DESC;

INSERT INTO slaops.calendars (name, calendar) VALUES ('office', 'Mo-Fr 09:00-18:00; PH off @ Europe/Rome, IT');
INSERT INTO slaops.sla_policies (name, position, calendar_name) VALUES ('All', 1, 'office');
INSERT INTO slaops.sla_targets (policy, metric, target) SELECT 'All', m.name, '2 days' FROM slaops.metrics AS m WHERE m.built_in;

CREATE FUNCTION pg_temp.check_log(schema text, tickets text, events text, wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
    PERFORM FROM slaops.create_marts(schema, tickets::regclass, events::regclass, stored => false);
    EXECUTE format('CREATE TEMP TABLE fact AS SELECT * FROM %I.fct_sla_attainment', schema);
    EXECUTE format('CREATE TEMP TABLE history AS SELECT t.ticket_id, t, h.history FROM %I.stg_tickets AS t JOIN (SELECT ticket_id, slaops.ticket_history(event_at, event_type, actor_role, actor,
        field, old_value, new_value, public, seq) AS history FROM %I.stg_ticket_events GROUP BY ticket_id) AS h USING (ticket_id)', schema, schema);
    -- Every metric of every ticket has a status: eight rows at least.
    SELECT count(*) INTO wrong FROM (SELECT ticket_id FROM fact GROUP BY ticket_id HAVING count(DISTINCT metric) <> 8 OR count(*) <> count(status)) AS x;
    IF wrong <> 0 OR (SELECT count(DISTINCT ticket_id) FROM fact) <> wanted THEN RAISE '%: % tickets without a status for a metric, % in all', schema, wrong, (SELECT count(DISTINCT ticket_id) FROM fact); END IF;
    -- Elapsed time is the sum of the times in the states that count.
    CREATE TEMP TABLE part AS SELECT h.ticket_id, s.state, sum(s.minutes) AS minutes FROM history AS h CROSS JOIN LATERAL slaops.times_in_status(h.t, h.history, 'office') AS s GROUP BY 1, 2;
    SELECT count(*) INTO wrong FROM fact AS f JOIN (
        SELECT ticket_id, coalesce(sum(minutes) FILTER (WHERE state IS NULL OR state NOT IN ('solved', 'closed')), 0) AS resolution,
               coalesce(sum(minutes) FILTER (WHERE state IS NULL OR state NOT IN ('solved', 'closed', 'pending')), 0) AS requester_wait,
               coalesce(sum(minutes) FILTER (WHERE state IS NULL OR state NOT IN ('solved', 'closed', 'pending', 'hold')), 0) AS agent_work
        FROM part GROUP BY ticket_id) AS p USING (ticket_id)
    WHERE abs(elapsed_minutes - CASE metric WHEN 'resolution' THEN resolution WHEN 'requester_wait' THEN requester_wait WHEN 'agent_work' THEN agent_work ELSE elapsed_minutes END) > 1e-6;
    IF wrong <> 0 THEN RAISE '%: % clocks differ from the times in status', schema, wrong; END IF;
    -- The stories of the hundred worst add up and cross where they were breached.
    SELECT count(*) INTO wrong FROM (
        SELECT f.ticket_id, f.metric, f.cycle FROM (SELECT * FROM fact WHERE status = 'breached' ORDER BY margin_minutes LIMIT 100) AS f JOIN history AS h USING (ticket_id)
        CROSS JOIN LATERAL slaops.explain_sla(h.t, h.history, f.metric, f.cycle) AS s
        GROUP BY f.ticket_id, f.metric, f.cycle, f.elapsed_minutes, f.breached_at
        HAVING abs(sum(s.open_minutes) FILTER (WHERE s.state = 'running') - f.elapsed_minutes) > 1e-6 OR max(s.crossed_at) IS DISTINCT FROM f.breached_at) AS x;
    IF wrong <> 0 THEN RAISE '%: % stories do not add up', schema, wrong; END IF;
    DROP TABLE fact, history, part;
END $$;
SELECT pg_temp.check_log('desk', 'desk_ticket', 'desk_event', 4580);
SELECT pg_temp.yes('the unknown statuses of the help desk are named, and only these', (SELECT array_agg(what ORDER BY what COLLATE "C") FROM desk.config_health WHERE problem = 'unknown status')
    = '{DUPLICATE,INVALID,"Resolve SW anomaly","Schedule intervention",VERIFIED}');
SET slaops.as_of = '2017-03-01Z';
SELECT pg_temp.check_log('incident', 'incident_ticket', 'incident_event', 24918);
SELECT pg_temp.yes('-100 alone is unknown', (SELECT array_agg(what) FROM incident.config_health WHERE problem = 'unknown status') = '{-100}');
