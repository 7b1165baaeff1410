-- Forty tickets with seven metrics each, as dbt_zendesk and a minute scan have them.
INSERT INTO tickets (ticket_id, created_at, priority, status, solved_at, calendar_name)
    SELECT id, (v ->> 'created_at')::timestamptz,
        CASE (v #>> '{targets_business_minutes,first_reply}')::int WHEN 60 THEN 'urgent' WHEN 240 THEN 'high' WHEN 480 THEN 'normal' WHEN 1440 THEN 'low' END,
        v #>> '{status_segments,-1,2}', (v #>> '{status_segments,-1,0}')::timestamptz, v ->> 'timezone'
    FROM vectors WHERE suite = 'tickets';
-- Events as an audit log has them; a segment that continues a status is no change.
INSERT INTO ticket_events (ticket_id, event_at, event_type, actor_role, old_value, new_value)
    SELECT id, (s ->> 0)::timestamptz, CASE n WHEN 1 THEN 'created' ELSE 'status' END, CASE n WHEN 1 THEN 'customer' ELSE 'agent' END,
        lag(s ->> 2) OVER (PARTITION BY id ORDER BY n), s ->> 2
    FROM vectors, jsonb_array_elements(v -> 'status_segments') WITH ORDINALITY AS e (s, n) WHERE suite = 'tickets';
DELETE FROM ticket_events WHERE event_type = 'status' AND old_value = new_value;
INSERT INTO ticket_events (ticket_id, event_at, event_type, actor_role, public)
    SELECT id, (v ->> 'first_public_agent_reply_at')::timestamptz, 'comment', 'agent', true FROM vectors WHERE suite = 'tickets';

-- One policy, its targets by priority. dbt_zendesk counts a first reply that comes after the solution, so
-- solving fulfills nothing there (dbt-run-0019, which is solved, reopened, replied to).
INSERT INTO slaops.sla_policies (policy_set, name, position) VALUES ('dbt_zendesk', 'desk', 1);
INSERT INTO slaops.sla_targets (policy_set, policy, priority, metric, target)
    SELECT 'dbt_zendesk', 'desk', p, m, minutes * interval '1 minute'
    FROM (VALUES ('urgent', 60), ('high', 240), ('normal', 480), ('low', 1440)) AS t (p, first),
         LATERAL (VALUES ('first_response', first), ('agent_work', 4 * first)) AS m (m, minutes);

CREATE TEMP TABLE rows AS
    SELECT t.ticket_id, a.*, CASE a.metric WHEN 'first_response' THEN 'first_reply' ELSE a.metric END AS vector_metric
    FROM tickets AS t, slaops.sla_attainment(t, history(t.ticket_id), 'dbt_zendesk', '2026-01-01Z') AS a
    WHERE t.ticket_id LIKE 'dbt-run-%';

-- Full resolution is the time from creation to the last solution, the solved time between with it.
INSERT INTO checks
    SELECT 'tickets', id, m, 'elapsed', r.found::text, minutes, same(r.found, minutes::numeric)
    FROM vectors CROSS JOIN jsonb_each_text(v -> 'expected_business_minutes') AS e (m, minutes)
    LEFT JOIN LATERAL (
        SELECT elapsed_minutes + CASE m WHEN 'full_resolution' THEN paused_minutes ELSE 0 END AS found
        FROM rows WHERE ticket_id = id AND vector_metric = m AND stopped_at IS NOT NULL AND cycle = 1) AS r ON true
    WHERE suite = 'tickets';
INSERT INTO checks
    SELECT 'tickets', id, m, 'breached', r.status, flag, (r.status = 'breached') = flag::boolean AND (r.margin_minutes < 0) = flag::boolean
        AND r.target_minutes = (v -> 'targets_business_minutes' ->> m)::numeric
    FROM vectors CROSS JOIN jsonb_each_text(v -> 'expected_breached') AS e (m, flag)
    LEFT JOIN rows AS r ON ticket_id = id AND vector_metric = m
    WHERE suite = 'tickets';
-- The work time's due is known to the source only when it was breached.
INSERT INTO checks
    SELECT 'tickets', id, m, 'due', r.due_at::text, due, CASE
        WHEN r.status = 'breached' THEN r.due_at = due::timestamptz AND r.breached_at = r.due_at
        WHEN m = 'agent_work' THEN due IS NULL AND r.breached_at IS NULL
        ELSE r.due_at = due::timestamptz AND r.breached_at IS NULL END
    FROM vectors CROSS JOIN jsonb_each_text(v -> 'expected_due_at') AS e (m, due)
    LEFT JOIN rows AS r ON ticket_id = id AND vector_metric = m
    WHERE suite = 'tickets';
-- A ticket as JSON has the same rows as a ticket as a row.
INSERT INTO checks
    SELECT 'json', t.ticket_id, 'rows', 'json', count(*)::text, count(r.ticket_id)::text,
        count(r.ticket_id) = count(*) AND count(*) = (SELECT count(*) FROM rows WHERE ticket_id = t.ticket_id)
    FROM tickets AS t CROSS JOIN slaops.sla_attainment(to_jsonb(t), history(t.ticket_id), 'dbt_zendesk', '2026-01-01Z') AS a
    LEFT JOIN rows AS r ON r.ticket_id = t.ticket_id AND (r.metric, r.cycle, r.status, r.elapsed_minutes) = (a.metric, a.cycle, a.status, a.elapsed_minutes)
    WHERE t.ticket_id LIKE 'dbt-run-%' GROUP BY t.ticket_id;
DROP TABLE rows;
