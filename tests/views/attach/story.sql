-- What truly happened: the sample team's story in the schema canon, with more of what happens at real desks. The words for states are
-- still those of the sample: new, open, pending, hold, solved, closed, and merged.
CREATE SCHEMA canon;
CREATE TABLE canon.tickets AS
SELECT ticket_id::int, date_trunc('milliseconds', created_at) AS created_at, subject, requester_id, organization_id, channel, type, ('{"low": "1 low", "normal": "2 normal", "high": "3 high", "urgent": "4 urgent"}'::jsonb) ->> priority AS priority,
       CASE group_name WHEN 'Tier 2' THEN 'Second line' ELSE group_name END AS group_name, assignee, status, attributes ->> 'plan' AS plan, (attributes ->> 'seats')::int AS seats, NULL::int AS merged_into
FROM demo.tickets;
CREATE TABLE canon.ticket_events (ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text, old_value text, new_value text, public boolean, place int,
    -- How a desk has a comment: sender (1 agent, 2 customer, 3 system), kind (1 mail, 5 phone, 10 internal note, -10 note that the customer
    -- may read), who typed it for somebody else.
    sender int, kind int, typist text);
INSERT INTO canon.ticket_events
SELECT ticket_id, date_trunc('milliseconds', event_at), event_type, actor_role, actor, old_value, new_value, CASE WHEN event_type = 'comment' THEN public END, 100 * seq, CASE actor_role WHEN 'customer' THEN 2 ELSE 1 END, 1
FROM demo.ticket_events WHERE NOT (event_type = 'group_name' AND old_value IS NULL);
UPDATE canon.ticket_events SET old_value = CASE old_value WHEN 'Tier 2' THEN 'Second line' ELSE old_value END, new_value = CASE new_value WHEN 'Tier 2' THEN 'Second line' ELSE new_value END WHERE event_type = 'group_name';
UPDATE canon.ticket_events SET old_value = ('{"low": "1 low", "normal": "2 normal", "high": "3 high", "urgent": "4 urgent"}'::jsonb) ->> old_value, new_value = ('{"low": "1 low", "normal": "2 normal", "high": "3 high", "urgent": "4 urgent"}'::jsonb) ->> new_value WHERE event_type = 'priority';
INSERT INTO canon.ticket_events
SELECT t.ticket_id, t.created_at + x.later, 'comment', x.actor_role, CASE x.actor_role WHEN 'agent' THEN 'Adam Haas' WHEN 'customer' THEN t.requester_id END, NULL, NULL, x.public, x.place, x.sender, x.kind
FROM canon.tickets AS t
JOIN (VALUES
    ('0 s'::interval, 'customer', true, 1, 2, 1, 1),
    ('0 s', 'system', true, 2, 3, 1, 13),      -- an automatic answer
    ('1 min', 'agent', false, 1, 1, 10, 9),    -- an internal note
    ('2 min', 'agent', false, 1, 1, -10, 11)   -- a note that the customer may see, which is no message to him
) AS x (later, actor_role, public, place, sender, kind, every) ON t.ticket_id % x.every = 0 AND t.created_at + x.later < '2026-01-05 08:00Z';
-- Who replies first takes the ticket; some give it back.
INSERT INTO canon.ticket_events
SELECT f.ticket_id, f.event_at + x.later, 'assignee', 'agent', f.actor, CASE WHEN x.back THEN f.actor END, CASE WHEN NOT x.back THEN f.actor END, NULL, 50
FROM (SELECT DISTINCT ON (ticket_id) ticket_id, event_at, actor FROM canon.ticket_events WHERE event_type = 'comment' AND actor_role = 'agent' AND public ORDER BY ticket_id, event_at, place) AS f
JOIN (VALUES ('0 s'::interval, false, 5), ('30 s', true, 15)) AS x (later, back, every) ON f.ticket_id % x.every = 0
WHERE NOT EXISTS (SELECT FROM canon.ticket_events AS e WHERE e.ticket_id = f.ticket_id AND e.event_type = 'assignee');
UPDATE canon.tickets AS t SET assignee = l.new_value FROM (SELECT DISTINCT ON (ticket_id) ticket_id, new_value FROM canon.ticket_events WHERE event_type = 'assignee' ORDER BY ticket_id, event_at DESC, place DESC) AS l WHERE l.ticket_id = t.ticket_id;
-- The same request again, merged into the first after an hour: its message is in the first now.
INSERT INTO canon.tickets SELECT 20000 + ticket_id, created_at + interval '20 min', subject, requester_id, organization_id, 'email', type, priority, group_name, NULL, 'merged', plan, seats, ticket_id FROM canon.tickets WHERE ticket_id % 40 = 3 AND created_at < '2025-12-20';
INSERT INTO canon.ticket_events
SELECT CASE WHEN x.moved THEN t.merged_into ELSE t.ticket_id END, t.created_at + x.later, x.event_type, x.actor_role, CASE x.actor_role WHEN 'agent' THEN 'Zoe Torres' ELSE t.requester_id END, x.old_value, x.new_value, x.public, 1, x.sender, x.kind
FROM canon.tickets AS t
CROSS JOIN (VALUES
    (false, '0 s'::interval, 'created', 'customer', NULL, NULL, NULL::bool, NULL, NULL), (true, '0 s', 'comment', 'customer', NULL, NULL, true, 2, 1),
    (false, '1 h', 'comment', 'agent', NULL, NULL, false, 1, -10), (false, '1 h', 'status', 'agent', 'new', 'merged', NULL, NULL, NULL)
) AS x (moved, later, event_type, actor_role, old_value, new_value, public, sender, kind)
WHERE t.merged_into IS NOT NULL;
-- A call that an agent wrote down for the customer and closed in the same form: there is no record of a change.
INSERT INTO canon.tickets SELECT 40000 + ticket_id, created_at + interval '5 min', subject, requester_id, organization_id, 'phone', type, priority, 'Tier 1', 'Zoe Torres', 'closed', plan, seats FROM canon.tickets WHERE ticket_id < 20000 AND ticket_id % 40 = 5 AND created_at < '2026-01-01';
INSERT INTO canon.ticket_events SELECT t.ticket_id, t.created_at, x.event_type, 'customer', t.requester_id, NULL, NULL, x.public, x.place, 2, 5, 'Zoe Torres'
FROM canon.tickets AS t CROSS JOIN (VALUES ('created', NULL::bool, 1), ('comment', true, 2)) AS x (event_type, public, place) WHERE t.ticket_id > 40000;
