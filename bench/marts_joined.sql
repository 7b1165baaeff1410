-- plain SQL, part of it, over open days
-- Three metrics, minutes by status and by group, and the age of each open ticket on each day; no debt, risk, policies, pauses, holidays.
CREATE TEMP TABLE open_day AS
SELECT c.name AS calendar_name, (d + c.opens) AT TIME ZONE c.zone AS opens, (d + c.closes) AT TIME ZONE c.zone AS closes
FROM (VALUES ('americas', time '09:00', time '17:00', 'America/New_York'), ('emea', '08:30', '17:00', 'Europe/London'), ('apac', '09:00', '18:00', 'Asia/Singapore')) AS c (name, opens, closes, zone)
CROSS JOIN generate_series(timestamp '2025-01-01', '2026-02-01', '1 day') AS d
WHERE extract(isodow FROM d) < 6;
CREATE INDEX ON open_day (calendar_name, closes);
ANALYZE open_day;
CREATE TEMP TABLE stretch AS
SELECT t.ticket_id, 'first_response' AS metric, NULL::text AS part, split_part(t.calendar_name, ' ', 2) AS calendar_name, t.created_at AS from_at, coalesce(min(e.event_at), '2026-01-05 08:00Z') AS to_at
FROM tickets AS t LEFT JOIN ticket_events AS e ON e.ticket_id = t.ticket_id AND e.event_type = 'comment' AND e.actor_role = 'agent' AND e.public GROUP BY 1, 4, 5
UNION ALL SELECT ticket_id, 'resolution', NULL, split_part(calendar_name, ' ', 2), created_at, coalesce(solved_at, '2026-01-05 08:00Z') FROM tickets
UNION ALL
SELECT e.ticket_id, 'group_ownership', e.new_value, split_part(t.calendar_name, ' ', 2), e.event_at, lead(e.event_at, 1, coalesce(t.solved_at, '2026-01-05 08:00Z')) OVER (PARTITION BY e.ticket_id ORDER BY e.event_at, e.seq)
FROM ticket_events AS e JOIN tickets AS t USING (ticket_id) WHERE e.event_type = 'group_name'
UNION ALL
SELECT s.* FROM (
    SELECT e.ticket_id, 'status', coalesce(e.new_value, 'new') AS part, split_part(t.calendar_name, ' ', 2), e.event_at, lead(e.event_at, 1, '2026-01-05 08:00Z') OVER (PARTITION BY e.ticket_id ORDER BY e.event_at, e.seq)
    FROM ticket_events AS e JOIN tickets AS t USING (ticket_id) WHERE e.event_type IN ('created', 'status')) AS s WHERE s.part NOT IN ('solved', 'closed')
UNION ALL
SELECT t.ticket_id, 'age', NULL, split_part(t.calendar_name, ' ', 2), t.created_at, d
FROM tickets AS t JOIN generate_series(timestamptz '2025-01-05', '2026-01-05', '1 day') AS d ON d >= t.created_at AND d < coalesce(t.solved_at, 'infinity');
CREATE TEMP TABLE attainment AS
SELECT s.ticket_id, s.metric, s.part, s.from_at, s.to_at, coalesce(sum(extract(epoch FROM least(o.closes, s.to_at) - greatest(o.opens, s.from_at))), 0) / 60 AS minutes
FROM stretch AS s LEFT JOIN open_day AS o ON o.calendar_name = s.calendar_name AND o.closes > s.from_at AND o.opens < s.to_at
GROUP BY 1, 2, 3, 4, 5
