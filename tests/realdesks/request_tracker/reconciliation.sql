-- After compare.sql: each open ticket after each of its actions as a ticket of its own, with what had happened by then. RT's due times are the
-- vendor's; a switch that a team has otherwise than RT must be the one that reconciliation proposes.
CREATE SCHEMA past;
CREATE TABLE past.moment AS
SELECT d.ticket_id || '@' || row_number() OVER (PARTITION BY d.ticket_id ORDER BY d.at) AS moment_id, d.ticket_id, d.at, d.rt_due_at,
       coalesce(was.new_value, will.old_value, t.tier) AS tier
FROM desk.due AS d JOIN desk.ticket AS t USING (ticket_id)
LEFT JOIN LATERAL (SELECT e.new_value FROM desk.event AS e WHERE e.ticket_id = d.ticket_id AND e.event_type = 'tier' AND e.event_at <= d.at ORDER BY e.event_at DESC, e.seq DESC LIMIT 1) AS was ON true
LEFT JOIN LATERAL (SELECT e.old_value FROM desk.event AS e WHERE e.ticket_id = d.ticket_id AND e.event_type = 'tier' AND e.event_at > d.at ORDER BY e.event_at, e.seq LIMIT 1) AS will ON true
WHERE d.rt_status IN ('new', 'open') AND d.rt_due_at IS NOT NULL;
CREATE TABLE past.tickets AS
SELECT m.moment_id AS ticket_id, t.created_at, t.priority, t.group_name, m.tier, 'open' AS status FROM past.moment AS m JOIN desk.ticket AS t USING (ticket_id);
CREATE TABLE past.ticket_events AS
SELECT m.moment_id AS ticket_id, e.event_at, e.event_type, e.actor_role, e.actor, e.old_value, e.new_value, e.public, e.seq
FROM past.moment AS m JOIN desk.event AS e ON e.ticket_id = m.ticket_id AND e.event_at <= m.at AND e.known_at <= m.at;
CREATE TABLE past.vendor_clocks AS
SELECT moment_id AS ticket_id, 'next_response, periodic_update, resolution' AS metric, rt_due_at AS due_at FROM past.moment;
SET slaops.as_of = :'until';
SELECT set_config('desk.yml', :'text', false) \g /dev/null

CREATE TABLE past.switch (position int, preset text, cause text, proposed jsonb);
-- calendar_at changes nothing here: a level's calendar comes with its policy.
INSERT INTO past.switch VALUES
    (1, '', NULL, NULL),
    (2, 'reopen: resume', 'reopened', '{"reopen": "count"}'),
    (3, 'solved_before_reply: fulfill', 'solved before reply', '{"solved_before_reply": "ignore"}'),
    (4, 'target_at: event', 'priority changed', '{"target_at": "current"}'),
    (5, 'retroactive_start: false', 'late policy', '{"retroactive_start": true}'),
    (6, 'due_at_close: close', 'closing time', '{"due_at_close": "next_open"}'),
    (7, 'pause', 'pause', '{"pause": {"state": "pending"}}');
CREATE TABLE past.found (position int, metric text, cause text, switch jsonb, clocks bigint, share float8, agree_with_switch bigint, example text);
DO $$
DECLARE
    one past.switch;
BEGIN
    FOR one IN SELECT * FROM past.switch ORDER BY position LOOP
        PERFORM FROM slaops.load_config(
            CASE one.preset
                WHEN 'pause' THEN replace(current_setting('desk.yml'), 'pause: {state: pending, tier: [EMEA, High]}', 'pause: null')
                ELSE replace(current_setting('desk.yml'), 'like: request_tracker', E'like: request_tracker\n    ' || one.preset)
            END, policy_set => 'past'
        );
        PERFORM FROM slaops.create_marts('past', policy_set => 'past');
        IF one.position > 1 THEN PERFORM FROM slaops.refresh_now('past'); END IF;
        INSERT INTO past.found SELECT one.position, s.* FROM slaops.reconciliation_summary('past') AS s;
    END LOOP;
END $$;

DO $$
BEGIN
    IF (SELECT sum(clocks) FILTER (WHERE cause = 'agrees') < 0.99 * sum(clocks) OR sum(clocks) < 300 FROM past.found WHERE position = 1) THEN RAISE 'fewer of RT''s due times agree than compare.sql finds'; END IF;
    IF EXISTS (
        SELECT FROM past.switch AS s LEFT JOIN LATERAL (
            SELECT f.* FROM past.found AS f WHERE f.position = s.position AND f.switch IS NOT NULL ORDER BY f.agree_with_switch DESC NULLS LAST, f.clocks DESC LIMIT 1) AS best ON true
        WHERE s.position > 1 AND (best.cause = s.cause AND best.switch = s.proposed AND best.clocks >= 5
            AND best.agree_with_switch >= (SELECT clocks FROM past.found WHERE position = 1 AND cause = 'agrees')) IS NOT TRUE)
        THEN RAISE 'reconciliation proposes another switch than RT''s';
    END IF;
END $$;
