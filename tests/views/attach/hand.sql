-- Twelve tickets whose figures are worked out by hand: the desk is open from 9 to 17 in Berlin; 25 and 26 December are holidays.
INSERT INTO canon.tickets
SELECT 90000 + x.n, x.created_at::timestamp AT TIME ZONE 'Europe/Berlin', 'by hand', x.requester, NULL, x.channel, 'hand', '2 normal', 'Tier 1', NULL, x.status, NULL, NULL, x.merged_into
FROM (VALUES
    (1, '2025-12-01 09:00', 'Hanna Kunde', 'email', 'closed', NULL::int), (2, '2025-12-01 09:00', 'Hanna Kunde', 'email', 'closed', NULL), (3, '2025-12-01 09:00', 'Hanna Kunde', 'email', 'open', NULL),
    (4, '2025-12-01 09:00', 'Hanna Kunde', 'phone', 'closed', NULL), (5, '2025-12-01 09:20', 'Hanna Kunde', 'email', 'merged', 90006), (6, '2025-12-01 09:00', 'Hanna Kunde', 'email', 'closed', NULL),
    (7, '2025-12-01 09:00', 'Hanna Kunde', 'email', 'closed', NULL), (8, '2025-12-01 09:00', 'Omar Cruz', 'web', 'new', NULL), (9, '2025-12-01 09:00', 'Hanna Kunde', 'email', 'closed', NULL),
    (10, '2025-12-24 16:00', 'Hanna Kunde', 'email', 'open', NULL), (11, '2025-06-02 09:00', 'Hanna Kunde', 'email', 'closed', NULL), (12, '2025-12-01 09:00', 'Hanna Kunde', 'email', 'closed', NULL)
) AS x (n, created_at, requester, channel, status, merged_into);
INSERT INTO canon.ticket_events (ticket_id, event_at, event_type, actor_role, actor, place) SELECT ticket_id, created_at, 'created', 'customer', requester_id, 1 FROM canon.tickets WHERE ticket_id > 90000;
INSERT INTO canon.ticket_events (ticket_id, event_at, event_type, actor_role, actor, public, place, sender, kind, typist)
SELECT CASE WHEN t.merged_into IS NULL THEN t.ticket_id ELSE t.merged_into END, t.created_at, 'comment', 'customer', t.requester_id, true, 2, 2, CASE channel WHEN 'phone' THEN 5 WHEN 'web' THEN 11 ELSE 1 END, CASE channel WHEN 'phone' THEN 'Zoe Torres' END
FROM canon.tickets AS t WHERE t.ticket_id > 90000;
UPDATE canon.ticket_events SET typist = 'Zoe Torres', sender = 2 WHERE ticket_id = 90004;
INSERT INTO canon.ticket_events (ticket_id, event_at, event_type, actor_role, actor, public, place, sender, kind)
SELECT 90000 + x.n, x.event_at::timestamp AT TIME ZONE 'Europe/Berlin', 'comment', x.actor_role, x.actor, x.public, 3, CASE x.actor_role WHEN 'agent' THEN 1 WHEN 'customer' THEN 2 ELSE 3 END, x.kind
FROM (VALUES
    (1, '2025-12-01 09:30', 'agent', 'Zoe Torres', true, 1), (2, '2025-12-01 09:10', 'agent', 'Zoe Torres', true, 1), (2, '2025-12-01 11:10', 'customer', 'Hanna Kunde', true, 1),
    (3, '2025-12-01 09:00', 'system', NULL, true, 1), (3, '2025-12-01 09:05', 'agent', 'Zoe Torres', false, 10), (3, '2025-12-01 09:10', 'agent', 'Zoe Torres', false, -10), (3, '2025-12-01 10:30', 'agent', 'Zoe Torres', true, 5),
    (5, '2025-12-01 09:40', 'agent', 'Zoe Torres', false, -10), (6, '2025-12-01 10:10', 'agent', 'Zoe Torres', true, 1), (7, '2025-12-01 09:20', 'agent', 'Grace Fischer', true, 1),
    (9, '2025-12-01 09:30', 'agent', 'Zoe Torres', true, 1), (9, '2025-12-01 11:00', 'customer', 'Hanna Kunde', true, 1), (9, '2025-12-01 11:30', 'agent', 'Zoe Torres', true, 1),
    (10, '2025-12-29 09:30', 'agent', 'Zoe Torres', true, 1), (11, '2025-06-02 09:10', 'agent', 'Zoe Torres', true, 1), (12, '2025-12-01 09:15', 'agent', 'Adam Haas', true, 1)
) AS x (n, event_at, actor_role, actor, public, kind);
INSERT INTO canon.ticket_events (ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, place)
SELECT 90000 + x.n, x.event_at::timestamp AT TIME ZONE 'Europe/Berlin', 'status', x.actor_role, x.actor, x.old_value, x.new_value, 90
FROM (VALUES
    (1, '2025-12-01 10:00', 'agent', 'Zoe Torres', 'new', 'closed'), (2, '2025-12-01 09:10', 'agent', 'Zoe Torres', 'new', 'pending'), (2, '2025-12-01 11:10', 'customer', 'Hanna Kunde', 'pending', 'open'),
    (2, '2025-12-01 12:00', 'agent', 'Zoe Torres', 'open', 'closed'), (3, '2025-12-01 10:30', 'agent', 'Zoe Torres', 'new', 'open'), (5, '2025-12-01 09:40', 'agent', 'Zoe Torres', 'new', 'merged'),
    (6, '2025-12-01 10:10', 'agent', 'Zoe Torres', 'new', 'closed'), (7, '2025-12-01 10:00', 'agent', 'Grace Fischer', 'new', 'closed'),
    (9, '2025-12-01 10:00', 'agent', 'Zoe Torres', 'new', 'closed'), (9, '2025-12-01 11:00', 'customer', 'Hanna Kunde', 'closed', 'open'), (9, '2025-12-01 12:00', 'agent', 'Zoe Torres', 'open', 'closed'),
    (10, '2025-12-29 09:30', 'agent', 'Zoe Torres', 'new', 'open'), (11, '2025-06-02 09:10', 'agent', 'Zoe Torres', 'new', 'hold'), (11, '2025-06-02 12:10', 'agent', 'Zoe Torres', 'hold', 'open'),
    (11, '2025-06-02 14:00', 'agent', 'Zoe Torres', 'open', 'closed'), (12, '2025-12-01 10:00', 'agent', 'Adam Haas', 'new', 'closed')
) AS x (n, event_at, actor_role, actor, old_value, new_value);
