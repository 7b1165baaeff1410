-- What Request Tracker itself wrote down, beside the views of attach. Its times are UTC without a zone.
CREATE SCHEMA desk;

-- RT's due time after each action on a ticket that is still its own. RT works it out after a creation, a reply, and a change
-- of status or service level, and writes down what comes out; after all other actions it stays.
CREATE VIEW desk.action AS
SELECT t.ticket_id, x.at, x.action, coalesce(s.status, 'new') AS rt_status, d.due_at AS rt_due_at, coalesce(o.owner, f.owner, r.owner) AS owner
FROM support.tickets AS t JOIN tickets AS r ON r.id = t.ticket_id
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
