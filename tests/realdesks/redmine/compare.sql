-- Redmine's own figures beside those of slaops, over the views and the policy set that attach made.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SELECT max(created_on) AT TIME ZONE :'zone' AS until FROM journals \gset
CREATE SCHEMA desk;

CREATE TABLE desk.ticket AS SELECT * FROM support.tickets;
CREATE TABLE desk.event AS SELECT * FROM support.ticket_events;
CREATE INDEX ON desk.event (ticket_id);
CREATE TABLE desk.history AS
SELECT t.ticket_id, t, slaops.ticket_history(e.event_at, e.event_type, e.actor_role, e.actor, NULL, e.old_value, e.new_value, e.public, e.seq) AS history
FROM desk.ticket AS t JOIN desk.event AS e USING (ticket_id) GROUP BY t.ticket_id, t;

-- Redmine's statuses one after another: the first is the old value of the first change, or the one of now.
CREATE TABLE desk.status AS
WITH change AS (
    SELECT j.journalized_id AS issue_id, j.id, j.created_on AT TIME ZONE :'zone' AS at, d.old_value::integer AS old_id, d.value::integer AS new_id
    FROM journals AS j JOIN journal_details AS d ON d.journal_id = j.id
    WHERE j.journalized_type = 'Issue' AND d.property = 'attr' AND d.prop_key = 'status_id'
),
step AS (
    SELECT issue_id, id, at, new_id AS status_id FROM change
    UNION ALL
    SELECT i.id, 0, i.created_on AT TIME ZONE :'zone', coalesce((SELECT c.old_id FROM change AS c WHERE c.issue_id = i.id ORDER BY c.id LIMIT 1), i.status_id) FROM issues AS i
)
SELECT step.issue_id AS ticket_id, s.name AS status, s.is_closed, step.at, lead(step.at) OVER (PARTITION BY step.issue_id ORDER BY step.id) AS until
FROM step JOIN issue_statuses AS s ON s.id = step.status_id;

-- When an issue was closed, of issues that are: Redmine notes when it came into a closed status from an open one.
CREATE TABLE desk.closed AS
SELECT i.id AS ticket_id, i.closed_on AT TIME ZONE :'zone' AS redmine_closed_at, a.stopped_at AS slaops_stopped_at, l.closed_at AS slaops_closed_at,
       (SELECT count(*) FROM desk.status AS s WHERE s.ticket_id = i.id AND s.is_closed) AS closed_statuses
FROM issues AS i JOIN issue_statuses AS s ON s.id = i.status_id AND s.is_closed JOIN desk.history AS h ON h.ticket_id = i.id
CROSS JOIN LATERAL slaops.sla_attainment(h.t, h.history, 'support', :'until') AS a
CROSS JOIN LATERAL slaops.ticket_lifecycle(h.t, h.history, 'support', :'until') AS l
WHERE a.metric = 'resolution';

-- Open issues at noon of each day, and now by Redmine's own table.
CREATE TABLE desk.open AS
WITH day AS (SELECT generate_series(date_trunc('day', min(created_at)) + interval '12 hours', :'until', '1 day') AS at FROM desk.ticket)
SELECT d.at,
       (SELECT count(*) FROM desk.status AS s WHERE NOT s.is_closed AND s.at <= d.at AND (s.until IS NULL OR s.until > d.at)) AS redmine_open,
       (SELECT count(*) FROM desk.history AS h CROSS JOIN LATERAL slaops.backlog_snapshots(h.t, h.history, ARRAY[d.at], policy_set => 'support')) AS slaops_open
FROM day AS d
UNION ALL
SELECT 'infinity', (SELECT count(*) FROM issues AS i JOIN issue_statuses AS s ON s.id = i.status_id WHERE NOT s.is_closed),
       (SELECT count(*) FROM desk.history AS h CROSS JOIN LATERAL slaops.ticket_lifecycle(h.t, h.history, 'support', :'until') AS l WHERE l.is_open);

CREATE TABLE desk.status_time AS
SELECT ticket_id, status, r.seconds AS redmine_seconds, s.seconds AS slaops_seconds
FROM (
    SELECT ticket_id, status, sum(extract(epoch FROM coalesce(until, :'until') - at)) AS seconds
    FROM desk.status GROUP BY ticket_id, status HAVING sum(extract(epoch FROM coalesce(until, :'until') - at)) > 0
) AS r
FULL JOIN (
    SELECT h.ticket_id, s.status, sum(s.minutes) * 60 AS seconds
    FROM desk.history AS h CROSS JOIN LATERAL slaops.times_in_status(h.t, h.history, as_of => :'until') AS s
    GROUP BY h.ticket_id, s.status HAVING sum(s.minutes) > 0
) AS s USING (ticket_id, status);

-- Replies: who may edit issues is inside, and the one who left was.
CREATE TABLE desk.role AS
SELECT j.id, u.login, e.actor_role
FROM journals AS j JOIN users AS u ON u.id = j.user_id
JOIN desk.event AS e ON e.ticket_id = j.journalized_id AND e.event_type = 'comment' AND e.event_at = j.created_on AT TIME ZONE :'zone' AND e.seq = j.id * 8
WHERE j.notes <> '';

CREATE VIEW desk.comparison AS
SELECT 1 AS line, 'when it was closed (closed_on), and the end of the resolution' AS what, count(*) AS compared, count(*) FILTER (WHERE redmine_closed_at IS NOT DISTINCT FROM slaops_stopped_at) AS same FROM desk.closed
UNION ALL SELECT 2, 'when it was closed, in the life of the ticket', count(*), count(*) FILTER (WHERE redmine_closed_at IS NOT DISTINCT FROM slaops_closed_at) FROM desk.closed
UNION ALL SELECT 3, 'open issues at noon of each day, and at the end', count(*), count(*) FILTER (WHERE redmine_open = slaops_open) FROM desk.open
UNION ALL SELECT 4, 'time in each status, by issue', count(*), count(*) FILTER (WHERE abs(redmine_seconds - slaops_seconds) < 0.001) FROM desk.status_time
UNION ALL SELECT 5, 'agent or customer, of each note', count(*), count(*) FILTER (WHERE actor_role = CASE WHEN login LIKE 'agent%' THEN 'agent' ELSE 'customer' END) FROM desk.role;

\echo
\echo 'Redmine beside slaops'
SELECT what, compared, same, compared - same AS different FROM desk.comparison ORDER BY line;

\echo
\echo 'What differs, and why'
CREATE VIEW desk.difference AS
SELECT ticket_id, redmine_closed_at, slaops_stopped_at, slaops_closed_at,
       CASE WHEN redmine_closed_at <> slaops_closed_at
                 AND EXISTS (SELECT FROM desk.status AS s JOIN desk.status AS b ON b.ticket_id = s.ticket_id AND b.until = s.at
                             WHERE s.ticket_id = c.ticket_id AND s.is_closed AND b.is_closed AND s.at > c.redmine_closed_at)
                THEN 'from one closed status into another: Redmine keeps the first instant'
            ELSE 'other' END AS reason
FROM desk.closed AS c
WHERE redmine_closed_at IS DISTINCT FROM slaops_stopped_at OR redmine_closed_at IS DISTINCT FROM slaops_closed_at;
SELECT reason, count(*) AS issues FROM desk.difference GROUP BY reason ORDER BY issues DESC;
SELECT * FROM desk.difference WHERE reason = 'other' ORDER BY ticket_id LIMIT 20;
