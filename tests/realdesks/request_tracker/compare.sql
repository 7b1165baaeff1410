-- RT's own figures beside those of slaops, with built-in metrics under a preset like request_tracker.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET TimeZone = 'UTC';
\set text `cat desk.yml`
SELECT FROM slaops.load_config(:'text', policy_set => 'request_tracker') \g /dev/null
SELECT max(created) AT TIME ZONE 'UTC' AS until FROM transactions WHERE objecttype = 'RT::Ticket' \gset

CREATE TABLE desk.ticket AS
SELECT t.*, t.attributes ? 'merged into' AS merged, r.effectiveid AS survivor_id, nullif(r.resolved, '1970-01-01') AT TIME ZONE 'UTC' AS rt_resolved_at
FROM support.tickets AS t JOIN tickets AS r ON r.id = t.ticket_id;
CREATE TABLE desk.event AS SELECT *, loaded_at AS known_at FROM support.ticket_events;
CREATE INDEX ON desk.event (ticket_id);

-- Due. RT has one due time: the sooner of what the reply is owed (or, after a reply, the next word to the customer) and the
-- resolution. What is not owed while a ticket is stalled is left out, as RT does.
CREATE TABLE desk.due AS
SELECT d.*, c.slaops_due_at, c.clocks
FROM desk.action AS d JOIN desk.ticket AS t USING (ticket_id)
CROSS JOIN LATERAL (
    SELECT slaops.ticket_history(e.event_at, e.event_type, e.actor_role, e.actor, NULL, e.old_value, e.new_value, e.public, e.seq) AS history
    FROM desk.event AS e WHERE e.ticket_id = d.ticket_id AND (e.known_at = e.event_at OR e.known_at <= d.at)) AS h
CROSS JOIN LATERAL (
    SELECT min(a.due_at) AS slaops_due_at, string_agg(format('%s %s %s', a.metric, a.status, to_char(a.due_at, 'MM-DD HH24:MI')), ', ' ORDER BY a.due_at) AS clocks
    FROM slaops.sla_attainment(t, h.history, 'request_tracker', d.at) AS a
    WHERE a.target IS NOT NULL
      AND (a.metric = 'next_response' AND a.stopped_at IS NULL
           OR a.metric = 'periodic_update' AND a.stopped_at IS NULL AND d.rt_status <> 'stalled'
           OR a.metric = 'resolution')) AS c;

CREATE TABLE desk.history AS
SELECT t.ticket_id, t, slaops.ticket_history(e.event_at, e.event_type, e.actor_role, e.actor, NULL, e.old_value, e.new_value, e.public, e.seq) AS history
FROM desk.ticket AS t JOIN desk.event AS e USING (ticket_id) GROUP BY t.ticket_id, t;

-- Resolved: RT keeps it when a ticket is opened again, slaops does not; of tickets that are done both say when.
CREATE TABLE desk.resolved AS
SELECT t.ticket_id, t.rt_resolved_at, a.stopped_at AS slaops_stopped_at
FROM desk.ticket AS t JOIN desk.history AS h USING (ticket_id)
CROSS JOIN LATERAL slaops.sla_attainment(h.t, h.history, 'request_tracker', :'until') AS a
WHERE a.metric = 'resolution' AND NOT t.merged AND t.status IN ('resolved', 'rejected', 'deleted');

-- Open tickets at noon of each day: RT's from the statuses that it wrote down.
CREATE TABLE desk.open AS
WITH day AS (SELECT generate_series(date_trunc('day', min(created_at)) + interval '12 hours', :'until', '1 day') AS at FROM desk.ticket)
SELECT d.at,
       (SELECT count(*) FROM desk.ticket AS t
        WHERE t.created_at <= d.at
          AND coalesce((SELECT x.newvalue FROM transactions AS x WHERE x.objecttype = 'RT::Ticket' AND x.objectid = t.ticket_id AND x.type = 'Status'
                        AND x.created AT TIME ZONE 'UTC' <= d.at ORDER BY x.id DESC LIMIT 1), 'new') IN ('new', 'open', 'stalled')
          AND NOT EXISTS (SELECT FROM links AS l WHERE l.type = 'MergedInto' AND l.base LIKE '%/ticket/' || t.ticket_id AND l.created AT TIME ZONE 'UTC' <= d.at)) AS rt_open,
       (SELECT count(*) FROM desk.history AS h CROSS JOIN LATERAL slaops.backlog_snapshots(h.t, h.history, ARRAY[d.at], policy_set => 'request_tracker')) AS slaops_open
FROM day AS d
UNION ALL       -- and now, by RT's own table
SELECT 'infinity', (SELECT count(*) FROM tickets WHERE type = 'ticket' AND effectiveid = id AND status IN ('new', 'open', 'stalled')),
       (SELECT count(*) FROM desk.history AS h CROSS JOIN LATERAL slaops.ticket_lifecycle(h.t, h.history, 'request_tracker', :'until') AS l WHERE l.is_open);

-- Time in each status, by ticket: RT's from one change to the next.
CREATE TABLE desk.status_time AS
SELECT ticket_id, status, r.seconds AS rt_seconds, s.seconds AS slaops_seconds
FROM (
    SELECT ticket_id, status, sum(extract(epoch FROM coalesce(lead_at, :'until') - at)) AS seconds
    FROM (SELECT x.objectid AS ticket_id, CASE WHEN x.type = 'Create' THEN coalesce(first.oldvalue, t.status) ELSE x.newvalue END AS status, x.created AT TIME ZONE 'UTC' AS at,
                 lead(x.created AT TIME ZONE 'UTC') OVER (PARTITION BY x.objectid ORDER BY x.id) AS lead_at
          FROM transactions AS x
          JOIN tickets AS t ON t.id = x.objectid
          LEFT JOIN LATERAL (SELECT f.oldvalue FROM transactions AS f WHERE f.objecttype = 'RT::Ticket' AND f.objectid = x.objectid AND f.type = 'Status' ORDER BY f.id LIMIT 1) AS first ON true
          WHERE x.objecttype = 'RT::Ticket' AND x.type IN ('Create', 'Status') AND t.effectiveid = t.id) AS x
    GROUP BY ticket_id, status HAVING sum(extract(epoch FROM coalesce(lead_at, :'until') - at)) > 0
) AS r
FULL JOIN (
    SELECT h.ticket_id, s.status, sum(s.minutes) * 60 AS seconds
    FROM desk.history AS h JOIN desk.ticket AS t USING (ticket_id) CROSS JOIN LATERAL slaops.times_in_status(h.t, h.history, as_of => :'until') AS s
    WHERE NOT t.merged GROUP BY h.ticket_id, s.status HAVING sum(s.minutes) > 0
) AS s USING (ticket_id, status);

\echo
\echo 'Request Tracker beside slaops'
SELECT what, compared, same, compared - same AS different
FROM (
    SELECT 1 AS line, 'due time after each action, of open tickets' AS what, count(*) AS compared, count(*) FILTER (WHERE rt_due_at IS NOT DISTINCT FROM slaops_due_at) AS same
    FROM desk.due WHERE rt_status IN ('new', 'open', 'stalled')
    UNION ALL
    SELECT 2, 'due time after each action, of tickets that are done', count(*), count(*) FILTER (WHERE rt_due_at IS NOT DISTINCT FROM slaops_due_at)
    FROM desk.due WHERE rt_status NOT IN ('new', 'open', 'stalled')
    UNION ALL SELECT 3, 'when it was resolved', count(*), count(*) FILTER (WHERE rt_resolved_at IS NOT DISTINCT FROM slaops_stopped_at) FROM desk.resolved
    UNION ALL SELECT 4, 'open tickets at noon of each day, and at the end', count(*), count(*) FILTER (WHERE rt_open = slaops_open) FROM desk.open
    UNION ALL SELECT 5, 'time in each status, by ticket', count(*), count(*) FILTER (WHERE abs(rt_seconds - slaops_seconds) < 0.001) FROM desk.status_time
) AS c ORDER BY line;

\echo
\echo 'Due times that differ, and why'
CREATE VIEW desk.difference AS
SELECT d.*,
       CASE WHEN abs(extract(epoch FROM rt_due_at - slaops_due_at)) <= 1
                THEN 'a second: RT counts both ends of each stalled time'
            WHEN action !~ 'Create|Correspond|Status|SLA'
                 AND NOT EXISTS (SELECT FROM desk.due AS p WHERE p.ticket_id = d.ticket_id AND p.at < d.at AND p.rt_due_at = d.rt_due_at AND p.slaops_due_at = d.slaops_due_at)
                THEN 'a merge or a new owner changed who was answered: RT sees it when it next decides'
            WHEN EXISTS (SELECT FROM desk.event AS e WHERE e.ticket_id = d.ticket_id AND e.event_type = 'tier' AND e.event_at <= d.at
                         AND EXISTS (SELECT FROM desk.event AS s WHERE s.ticket_id = d.ticket_id AND s.new_value = 'stalled' AND s.event_at <= e.event_at))
                THEN 'the level changed after a stalled time: RT leaves it out by the level of now, slaops by the level of then'
            WHEN EXISTS (SELECT FROM desk.event AS e JOIN desk.ticket AS t USING (ticket_id) WHERE e.ticket_id = d.ticket_id AND e.event_at < t.created_at AND e.known_at <= d.at)
                THEN 'a merged ticket was older: RT owes an answer from then, slaops from the creation of the one that remains'
            WHEN EXISTS (SELECT FROM desk.event AS s WHERE s.ticket_id = d.ticket_id AND s.new_value = 'stalled' AND s.event_at BETWEEN d.slaops_due_at AND d.at)
                THEN 'stalled when it was late: RT still moves the due time by the stalled time, slaops does not'
            WHEN rt_status NOT IN ('new', 'open', 'stalled')
                 AND EXISTS (SELECT FROM desk.event AS e WHERE e.ticket_id = d.ticket_id AND e.event_type = 'status' AND e.old_value = 'stalled' AND e.event_at = d.at)
                THEN 'done while stalled: RT still moves the due time by the stalled time, slaops does not'
            ELSE 'other' END AS reason
FROM desk.due AS d WHERE rt_due_at IS DISTINCT FROM slaops_due_at;
SELECT reason, count(*) FILTER (WHERE rt_status IN ('new', 'open', 'stalled')) AS open_tickets, count(*) FILTER (WHERE rt_status NOT IN ('new', 'open', 'stalled')) AS done_tickets
FROM desk.difference GROUP BY reason ORDER BY open_tickets DESC, done_tickets DESC, reason;

\echo
\echo 'Of open tickets, and what has no reason above'
SELECT ticket_id, at, action, rt_status, rt_due_at, slaops_due_at, clocks FROM desk.difference
WHERE rt_status IN ('new', 'open', 'stalled') OR reason = 'other' ORDER BY ticket_id, at LIMIT 40;
