-- Work logs: touch time and waiting of stages, tickets and statuses; what work follows what.
SET client_min_messages = warning;
SELECT count(*) > 0 AS loaded FROM slaops.load_config($$
calendars:
  worked: Mo-Fr 09:00-17:00 @ UTC
policies: [{name: All, targets: {"*": {resolution: 8h}}}]
$$, policy_set => 'worked');
CREATE SCHEMA raw_work;
CREATE TABLE raw_work.tickets (
    ticket_id integer, created_at timestamptz, status text, priority text, group_name text,
    calendar_name text, solved_at timestamptz
);
-- 2026-01-05 is a Monday.
INSERT INTO raw_work.tickets VALUES
    (1, '2026-01-05 09:00Z', 'solved', 'high', 'desk', 'worked', '2026-01-06 11:00Z'),
    (2, '2026-01-05 10:00Z', 'open', 'high', 'desk', 'worked', NULL),
    (3, '2026-01-05 10:00Z', 'open', 'low', 'lab', 'unknown', NULL),
    (4, '2026-01-05 10:00Z', 'open', 'low', 'desk', 'worked', NULL);
CREATE TABLE raw_work.ticket_events (
    ticket_id integer, event_at timestamptz, event_type text, actor_role text, new_value text
);
INSERT INTO raw_work.ticket_events VALUES
    (1, '2026-01-05 09:00Z', 'created', 'customer', 'new'),
    (1, '2026-01-05 10:00Z', 'status', 'agent', 'open'),
    (1, '2026-01-05 12:00Z', 'status', 'agent', 'pending'),
    (1, '2026-01-06 10:00Z', 'status', 'customer', 'open'),
    (1, '2026-01-06 11:00Z', 'status', 'agent', 'solved'),
    (2, '2026-01-05 10:00Z', 'created', 'customer', 'open'),
    (3, '2026-01-05 10:00Z', 'created', 'customer', 'open'),
    (4, '2026-01-05 10:00Z', 'created', 'customer', 'open');
CREATE TABLE raw_work.logs (
    ticket_id bigint, agent text, started_at timestamptz, ended_at timestamptz, activity text
);
INSERT INTO raw_work.logs VALUES
    -- Half an hour new, then open; a colleague beside from 10:30 to 11:15.
    (1, 'ann', '2026-01-05 09:30Z', '2026-01-05 11:00Z', 'triage'),
    (1, 'bob', '2026-01-05 10:30Z', '2026-01-05 11:15Z', 'fix'),
    -- While it was pending, half of it in the evening.
    (1, 'bob', '2026-01-05 16:00Z', '2026-01-05 18:00Z', 'fix'),
    -- The solution comes in the middle of it.
    (1, 'ann', '2026-01-06 10:30Z', '2026-01-06 11:30Z', 'test'),
    -- No activity, on an open ticket; beyond the instant of the figures.
    (2, 'ann', '2026-01-06 09:00Z', '2026-01-06 10:00Z', NULL),
    (2, 'ann', '2026-01-06 13:00Z', '2026-01-06 15:00Z', NULL),
    -- The calendar is unknown, so that there are no open minutes.
    (3, NULL, '2026-01-05 11:00Z', '2026-01-05 12:00Z', NULL),
    -- What cannot be counted.
    (4, 'ann', '2026-01-05 12:00Z', '2026-01-05 11:00Z', NULL),
    (4, 'ann', '2026-01-05 12:00Z', NULL, NULL),
    (4, 'ann', '1970-01-01 00:00Z', '2026-01-05 11:00Z', NULL),
    (9, 'ann', '2026-01-05 12:00Z', '2026-01-05 13:00Z', NULL);
SET slaops.as_of = '2026-01-06 14:00Z';
SELECT count(*) > 0 AS made
FROM slaops.create_marts(
    'worked', 'raw_work.tickets', 'raw_work.ticket_events', policy_set => 'worked',
    work_logs => 'raw_work.logs'
);
SELECT count(*) FROM worked.stg_work_logs;
SELECT
    ticket_id, status, group_name, phase, minutes, touch_minutes, wait_minutes, wall_minutes,
    wall_touch_minutes, work_minutes, logs
FROM worked.int_stage_work
ORDER BY ticket_id, from_at;
SELECT
    ticket_id, group_name, logs, agents, lead_minutes, touch_minutes, wait_minutes,
    round(flow_efficiency::numeric, 4) AS flow, wall_lead_minutes AS wall_lead,
    wall_touch_minutes AS wall_touch, work_minutes AS work, work_minutes_elsewhere AS elsewhere
FROM worked.int_ticket_work
ORDER BY ticket_id;
SELECT
    group_name, priority, status, phase, stretches, touched, tickets, lead_minutes AS lead,
    touch_minutes AS touch, wait_minutes AS wait, round(flow_efficiency::numeric, 4) AS flow,
    wall_lead_minutes AS wall_lead, wall_touch_minutes AS wall_touch, work_minutes AS work
FROM worked.touch_time
ORDER BY group_name, priority, status;
-- The second fix begins before the triage has ended: its waiting is negative.
SELECT
    group_name, activity, next_activity, times, tickets, share, wall_waiting_minutes AS wall_wait,
    waiting_minutes AS wait, p50_waiting_minutes AS p50, wall_work_minutes AS wall_work,
    work_minutes AS work, p90_work_minutes AS p90
FROM worked.work_transitions
ORDER BY group_name, activity, next_activity;
SELECT problem, what, tickets, example, remedy
FROM worked.config_health
WHERE problem LIKE 'work log%'
ORDER BY problem;
-- Touch and waiting are the lead time; statuses, tickets and stages have the same sums.
SELECT
    (SELECT sum(touch_minutes + wait_minutes) = sum(lead_minutes) FROM worked.touch_time) AS parted,
    (SELECT sum(lead_minutes) FROM worked.int_ticket_work)
    = (SELECT sum(lead_minutes) FROM worked.touch_time) AS same_lead,
    (SELECT sum(work_minutes - work_minutes_elsewhere) FROM worked.int_ticket_work)
    = (SELECT sum(work_minutes) FROM worked.int_stage_work) AS same_work;

-- A log that comes later is in the figures after the next refresh, though no ticket has changed.
INSERT INTO raw_work.logs VALUES
    (4, 'ann', '2026-01-05 12:00Z', '2026-01-05 13:00Z', NULL);
CALL slaops.refresh('worked');
SELECT touch_minutes FROM worked.touch_time WHERE priority = 'low' AND group_name = 'desk';
SELECT state, reason FROM worked.refresh_log ORDER BY refresh DESC LIMIT 1;

-- Rows that are stored are those that are computed when read, and mart_sql prints their queries.
SELECT count(*) > 0 AS made
FROM slaops.create_marts(
    'worked_live', 'raw_work.tickets', 'raw_work.ticket_events', policy_set => 'worked',
    stored => false, work_logs => 'raw_work.logs'
);
SELECT
    (
        SELECT count(*)
        FROM (
            SELECT live.* FROM worked_live.touch_time AS live
            EXCEPT
            SELECT stored.* FROM worked.touch_time AS stored
        ) AS other
    ) AS touch_time,
    (
        SELECT count(*)
        FROM (
            SELECT live.* FROM worked_live.work_transitions AS live
            EXCEPT
            SELECT stored.* FROM worked.work_transitions AS stored
        ) AS other
    ) AS work_transitions;
SELECT
    slaops.mart_sql('stg_work_logs', 'worked') LIKE '%raw_work.logs%' AS own,
    slaops.mart_sql('stg_work_logs', 'worked', work_logs => 'raw_work.tickets')
    LIKE '%raw_work.tickets%' AS given;
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('worked_live');
DROP SCHEMA worked_live;

-- Without logs, and with what is none.
SELECT count(*) > 0 AS made FROM slaops.create_marts('worked', work_logs => '-');
CALL slaops.refresh('worked');
SELECT
    (SELECT count(*) FROM worked.stg_work_logs) AS logs,
    (SELECT count(*) FROM worked.touch_time) AS touch_time,
    (SELECT count(*) FROM worked.work_transitions) AS work_transitions,
    (SELECT count(*) FROM worked.int_ticket_work) AS int_ticket_work;
SELECT refusal($$SELECT slaops.create_marts('worked', work_logs => 'raw_work.tickets')$$);
SELECT refusal($$SELECT slaops.create_marts('worked', work_logs => 'worked.stg_work_logs')$$);
CREATE TABLE raw_work.other AS
SELECT inet '10.0.0.1' AS ticket_id, started_at, ended_at FROM raw_work.logs;
SELECT refusal($$SELECT slaops.create_marts('worked', work_logs => 'raw_work.other')$$);
CREATE VIEW raw_work.zoneless AS
SELECT ticket_id, started_at AT TIME ZONE 'UTC' AS started_at, ended_at FROM raw_work.logs;
SELECT refusal($$SELECT slaops.create_marts('worked', work_logs => 'raw_work.zoneless')$$);
SELECT count(*) > 0 AS made FROM slaops.create_marts('worked', work_logs => 'raw_work.logs');
SELECT count(*) FROM worked.int_ticket_work;

-- A reader sees work of the tickets that are his.
CREATE ROLE work_reader;
SELECT granted FROM slaops.grant_read('worked', 'work_reader')
WHERE granted ~ 'stg_work_logs|touch_time|work_transitions|_work$|raw_work.logs' ORDER BY 1;
ALTER TABLE raw_work.tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY low ON raw_work.tickets TO work_reader USING (priority = 'low');
SET ROLE work_reader;
SELECT ticket_id, touch_minutes FROM worked.int_ticket_work ORDER BY ticket_id;
SELECT group_name, priority, status, tickets, touch_minutes FROM worked.touch_time ORDER BY 1, 2;
SELECT group_name, activity, tickets FROM worked.work_transitions ORDER BY 1;
RESET ROLE;
-- And if logs are kept from him, none of them.
ALTER TABLE raw_work.tickets DISABLE ROW LEVEL SECURITY;
ALTER TABLE raw_work.logs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON raw_work.logs TO work_reader USING (agent = 'bob');
SET ROLE work_reader;
SELECT ticket_id, touch_minutes FROM worked.int_ticket_work ORDER BY ticket_id;
SELECT group_name, activity, tickets FROM worked.work_transitions ORDER BY 1;
RESET ROLE;
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('worked');
DROP SCHEMA worked;
DROP SCHEMA raw_work CASCADE;
DROP OWNED BY work_reader;
DROP ROLE work_reader;
RESET slaops.as_of;
