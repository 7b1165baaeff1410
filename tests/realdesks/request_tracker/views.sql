-- Tickets and events as slaops has them, over Request Tracker's own tables. Its times are UTC without a zone.
CREATE SCHEMA desk;

-- Who is outside: a ticket's requestors, unless one of them owns it. RT asks who owns it now, of old messages too.
CREATE FUNCTION desk.role(creator integer, by_requestor boolean, owner integer) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN creator = 1 THEN 'system' WHEN by_requestor AND creator <> owner THEN 'customer' ELSE 'agent' END;

CREATE VIEW desk.requestor AS
SELECT g.instance AS ticket_id, m.memberid AS user_id
FROM groups AS g JOIN groupmembers AS m ON m.groupid = g.id
WHERE g.domain = 'RT::Ticket-Role' AND g.name = 'Requestor';

CREATE VIEW desk.tickets AS
SELECT t.id AS ticket_id, t.created AT TIME ZONE 'UTC' AS created_at, t.subject, t.sla AS tier, t.priority::text AS priority,
       q.name AS group_name, u.name AS assignee, CASE WHEN t.effectiveid <> t.id THEN 'merged' ELSE t.status END AS status, nullif(t.resolved, '1970-01-01') AT TIME ZONE 'UTC' AS solved_at,
       t.effectiveid <> t.id AS merged, t.effectiveid AS survivor_id, nullif(t.due, '1970-01-01') AT TIME ZONE 'UTC' AS rt_due_at
FROM tickets AS t JOIN queues AS q ON q.id = t.queue LEFT JOIN users AS u ON u.id = t.owner
WHERE t.type = 'ticket';

-- A ticket that is merged away lends what was written on it to the one that remains, from the merge on (known_at).
CREATE VIEW desk.ticket_events AS
WITH RECURSIVE event AS (
    SELECT x.id, x.objectid AS own_id, x.created AT TIME ZONE 'UTC' AS event_at, x.creator, a.name AS actor, e.event_type, e.old_value, e.new_value, e.public
    FROM transactions AS x
    LEFT JOIN users AS a ON a.id = x.creator
    LEFT JOIN queues AS oq ON x.field = 'Queue' AND oq.id::text = x.oldvalue
    LEFT JOIN queues AS nq ON x.field = 'Queue' AND nq.id::text = x.newvalue
    LEFT JOIN users AS ou ON x.field = 'Owner' AND ou.id::text = x.oldvalue
    LEFT JOIN users AS nu ON x.field = 'Owner' AND nu.id::text = x.newvalue
    CROSS JOIN LATERAL (
        SELECT 'created', NULL, NULL, NULL::boolean WHERE x.type = 'Create'
        UNION ALL SELECT 'comment', NULL, NULL, x.type = 'Correspond' WHERE x.type IN ('Correspond', 'Comment')
        UNION ALL SELECT 'status', x.oldvalue, x.newvalue, NULL WHERE x.type = 'Status'
        UNION ALL SELECT 'tier', x.oldvalue, x.newvalue, NULL WHERE x.field = 'SLA'
        UNION ALL SELECT 'priority', x.oldvalue, x.newvalue, NULL WHERE x.field = 'Priority'
        UNION ALL SELECT 'group_name', oq.name, nq.name, NULL WHERE x.field = 'Queue'
        UNION ALL SELECT 'assignee', ou.name, nu.name, NULL WHERE x.type = 'Set' AND x.field = 'Owner'
    ) AS e (event_type, old_value, new_value, public)
    WHERE x.objecttype = 'RT::Ticket'
),
-- Who was merged into whom, and when: the link names the one, RT's record of it the other. A chain passes on what was lent.
merge AS (
    SELECT substring(l.base FROM '\d+$')::integer AS ticket_id, substring(x.newvalue FROM '\d+$')::integer AS survivor_id,
           l.created AT TIME ZONE 'UTC' AS merged_at, min(x.id) AS id
    FROM links AS l JOIN transactions AS x ON x.field = 'MergedInto' AND x.type = 'AddLink' AND x.created = l.created
    WHERE l.type = 'MergedInto'
    GROUP BY l.base, x.newvalue, l.created
),
lent AS (
    SELECT ticket_id, survivor_id, merged_at, id FROM merge
    UNION ALL
    SELECT p.ticket_id, m.survivor_id, greatest(p.merged_at, m.merged_at), p.id FROM lent AS p JOIN merge AS m ON m.ticket_id = p.survivor_id
),
placed AS (
    SELECT e.*, e.own_id AS ticket_id, e.event_at AS known_at FROM event AS e
    UNION ALL
    SELECT e.id, e.own_id, e.event_at, e.creator, e.actor, 'comment', NULL, NULL, coalesce(e.public, true), m.survivor_id, greatest(e.event_at, m.merged_at)
    FROM event AS e JOIN lent AS m ON m.ticket_id = e.own_id
    WHERE e.event_type IN ('created', 'comment')
    UNION ALL       -- RT leaves the status of a merged ticket as it was, and shows the ticket no more
    SELECT m.id, m.ticket_id, m.merged_at, 1, NULL, 'status', NULL, 'merged', NULL, m.ticket_id, m.merged_at FROM merge AS m
)
SELECT p.ticket_id, p.event_at, p.event_type,
       desk.role(p.creator, r.user_id IS NOT NULL, t.owner) AS actor_role,
       p.actor, p.old_value, p.new_value, p.public, p.id AS seq, p.known_at, p.creator, r.user_id IS NOT NULL AS by_requestor
FROM placed AS p JOIN tickets AS t ON t.id = p.ticket_id
LEFT JOIN (SELECT DISTINCT ticket_id, user_id FROM desk.requestor) AS r ON r.ticket_id = p.ticket_id AND r.user_id = p.creator;

-- RT's due time after each action on a ticket that is still its own. RT works it out after a creation, a reply, and a change
-- of status or service level, and writes down what comes out; after all other actions it stays.
CREATE VIEW desk.action AS
SELECT t.ticket_id, x.at, x.action, coalesce(s.status, 'new') AS rt_status, d.due_at AS rt_due_at, coalesce(o.owner, f.owner, r.owner) AS owner
FROM desk.tickets AS t JOIN tickets AS r ON r.id = t.ticket_id
CROSS JOIN LATERAL (
    SELECT x.created AT TIME ZONE 'UTC' AS at, string_agg(x.type || coalesce(' ' || nullif(x.field, x.type), ''), ', ' ORDER BY x.id) AS action
    FROM transactions AS x
    WHERE x.objecttype = 'RT::Ticket' AND x.objectid = t.ticket_id
      AND (x.type IN ('Create', 'Correspond', 'Comment', 'Status', 'CustomField') OR x.type = 'Set' AND x.field NOT IN ('Due', 'Starts'))
    GROUP BY x.created) AS x
LEFT JOIN LATERAL (
    SELECT nullif(c.newvalue, '1970-01-01 00:00:00')::timestamp AT TIME ZONE 'UTC' AS due_at FROM transactions AS c
    WHERE c.objecttype = 'RT::Ticket' AND c.objectid = t.ticket_id AND c.type = 'Set' AND c.field = 'Due' AND c.created AT TIME ZONE 'UTC' <= x.at
    ORDER BY c.id DESC LIMIT 1) AS d ON true
LEFT JOIN LATERAL (
    SELECT c.newvalue AS status FROM transactions AS c
    WHERE c.objecttype = 'RT::Ticket' AND c.objectid = t.ticket_id AND c.type = 'Status' AND c.created AT TIME ZONE 'UTC' <= x.at
    ORDER BY c.id DESC LIMIT 1) AS s ON true
LEFT JOIN LATERAL (
    SELECT c.newvalue::integer AS owner FROM transactions AS c
    WHERE c.objecttype = 'RT::Ticket' AND c.objectid = t.ticket_id AND c.type = 'Set' AND c.field = 'Owner' AND c.created AT TIME ZONE 'UTC' <= x.at
    ORDER BY c.id DESC LIMIT 1) AS o ON true
LEFT JOIN LATERAL (     -- before the first change
    SELECT c.oldvalue::integer AS owner FROM transactions AS c
    WHERE c.objecttype = 'RT::Ticket' AND c.objectid = t.ticket_id AND c.type = 'Set' AND c.field = 'Owner'
    ORDER BY c.id LIMIT 1) AS f ON true;
