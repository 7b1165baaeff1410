-- plain SQL, less of it, over open minutes
-- First response, resolution and group ownership alone.
CREATE TEMP TABLE open_minute AS
SELECT c.name AS calendar_name, d + i * interval '1 minute' AS at
FROM (VALUES ('americas', time '09:00', time '17:00', 'America/New_York'), ('emea', '08:30', '17:00', 'Europe/London'), ('apac', '09:00', '18:00', 'Asia/Singapore')) AS c (name, opens, closes, zone)
CROSS JOIN LATERAL (SELECT (d + c.opens) AT TIME ZONE c.zone AS d FROM generate_series(timestamp '2025-01-01', '2026-02-01', '1 day') AS d WHERE extract(isodow FROM d) < 6) AS d
CROSS JOIN LATERAL generate_series(0, (extract(epoch FROM c.closes - c.opens) / 60)::int - 1) AS i;
CREATE INDEX ON open_minute (calendar_name, at);
ANALYZE open_minute;
CREATE TEMP TABLE clock AS
SELECT t.ticket_id, 'first_response' AS metric, t.calendar_name, t.created_at AS from_at, coalesce(min(e.event_at), '2026-01-05 08:00Z') AS to_at
FROM tickets AS t LEFT JOIN ticket_events AS e ON e.ticket_id = t.ticket_id AND e.event_type = 'comment' AND e.actor_role = 'agent' AND e.public GROUP BY 1, 2, 3, 4
UNION ALL SELECT ticket_id, 'resolution', calendar_name, created_at, coalesce(solved_at, '2026-01-05 08:00Z') FROM tickets
UNION ALL
SELECT e.ticket_id, 'group_ownership', t.calendar_name, e.event_at, lead(e.event_at, 1, coalesce(t.solved_at, '2026-01-05 08:00Z')) OVER (PARTITION BY e.ticket_id ORDER BY e.event_at, e.seq)
FROM ticket_events AS e JOIN tickets AS t USING (ticket_id) WHERE e.event_type = 'group_name';
CREATE TEMP TABLE attainment AS
SELECT k.ticket_id, k.metric, k.from_at, k.to_at, m.minutes
FROM clock AS k
CROSS JOIN LATERAL (SELECT count(*) AS minutes FROM open_minute AS m WHERE m.calendar_name = split_part(k.calendar_name, ' ', 2) AND m.at >= k.from_at AND m.at < k.to_at) AS m
