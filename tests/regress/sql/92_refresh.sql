-- Stored facts: made at once, brought up to date by what changed, and taken away again.
\set ON_ERROR_STOP off
SET client_min_messages = warning;
CREATE SCHEMA warehouse;
CREATE TABLE warehouse.tickets (ticket_id int PRIMARY KEY, created_at timestamptz, priority text, status text, group_name text, loaded_at timestamptz);
CREATE TABLE warehouse.ticket_events (ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text, old_value text, new_value text, loaded_at timestamptz);
INSERT INTO warehouse.tickets SELECT i, timestamptz '2026-01-05 09:00Z' + i * interval '1 hour', 'P1', 'open', 'Tier 1' FROM generate_series(1, 5) AS i;
UPDATE warehouse.tickets SET status = 'solved' WHERE ticket_id <= 2;
INSERT INTO warehouse.ticket_events SELECT i, timestamptz '2026-01-05 12:00Z' + i * interval '1 hour', 'status', 'agent', 'Ann', 'open', 'solved' FROM generate_series(1, 2) AS i;
SELECT FROM slaops.load_config($$
policies:
  - {name: All, hours: 24x7, targets: {'*': {first_response: 6h, resolution: 1d}}}
$$, 'refresh');
SET slaops.as_of = '2026-01-06 00:00Z';
RESET client_min_messages;
SELECT view_name, change FROM slaops.create_marts('mine', 'warehouse.tickets', 'warehouse.ticket_events', policy_set => 'refresh') ORDER BY view_name COLLATE "C" LIMIT 3;
RESET slaops.as_of;
SELECT as_of, run, pending, stored, policy_set FROM mine.mart_state;
SELECT metric, status, count(*) FROM mine.fct_sla_attainment GROUP BY metric, status ORDER BY metric, status;
SELECT day, count(*), sum(sla_debt_minutes) AS debt FROM mine.fct_backlog_snapshot GROUP BY day ORDER BY day;
-- Figures of another instant are not passed off as those asked for.
SET slaops.as_of = '2026-01-07 00:00Z';
SELECT count(*) FROM mine.mart_sla;
RESET slaops.as_of;

-- The same call twice changes nothing; a day later open tickets are looked at again, the days that have passed are not.
CALL slaops.refresh('mine', '2026-01-06 00:00Z');
CALL slaops.refresh('mine', '2026-01-07 00:00Z');
SELECT ticket_id, run FROM mine.stored_int_ticket_lifecycle ORDER BY ticket_id;
SELECT run, day, count(*), sum(sla_debt_minutes) AS debt FROM mine.stored_fct_backlog_snapshot GROUP BY run, day ORDER BY run, day;
-- A late event and a changed row touch their tickets; a ticket that is gone is gone.
INSERT INTO warehouse.ticket_events VALUES (1, '2026-01-05 11:30Z', 'comment', 'agent', 'Bob', NULL, NULL, '2026-01-07 10:00Z');
UPDATE warehouse.tickets SET group_name = 'Tier 2' WHERE ticket_id = 3;
DELETE FROM warehouse.tickets WHERE ticket_id = 4;
CALL slaops.refresh('mine', '2026-01-07 00:00Z');
SELECT ticket_id, run, first_response_by, group_name FROM mine.stored_int_ticket_lifecycle ORDER BY ticket_id;
SELECT run, day, array_agg(ticket_id ORDER BY ticket_id) AS tickets FROM mine.fct_backlog_snapshot JOIN mine.stored_fct_backlog_snapshot USING (ticket_id, day) GROUP BY run, day ORDER BY run, day;
-- With since, what happened or was loaded since then; a doubled event is a change, and an event of the future waits for its time.
INSERT INTO warehouse.ticket_events VALUES
    (2, '2026-01-05 10:30Z', 'comment', 'agent', 'Bob', NULL, NULL, '2026-01-06 10:00Z'), (1, '2026-01-05 11:30Z', 'comment', 'agent', 'Bob', NULL, NULL, '2026-01-07 11:00Z'),
    (5, '2026-01-09 10:00Z', 'comment', 'agent', 'Cyd', NULL, NULL, NULL);
CALL slaops.refresh('mine', '2026-01-07 00:00Z', since => '2026-01-07 00:00Z');
SELECT ticket_id, run, first_response_by FROM mine.stored_int_ticket_lifecycle ORDER BY ticket_id;
CALL slaops.refresh('mine', '2026-01-10 00:00Z', since => '2026-01-09 00:00Z');
SELECT ticket_id, first_response_by FROM mine.int_ticket_lifecycle ORDER BY ticket_id;
CALL slaops.refresh('mine', '2026-01-10 00:00Z');
SELECT ticket_id, first_response_by FROM mine.int_ticket_lifecycle ORDER BY ticket_id;
-- Policies that change touch all; in a transaction refresh_now is all or nothing.
UPDATE slaops.sla_targets SET target = '2 days' WHERE policy_set = 'refresh' AND metric = 'resolution';
BEGIN;
SELECT slaops.refresh_now('mine', '2026-01-10 00:00Z');
SELECT DISTINCT target FROM mine.fct_sla_attainment WHERE metric = 'resolution';
ROLLBACK;
SELECT DISTINCT target FROM mine.fct_sla_attainment WHERE metric = 'resolution';
CALL slaops.refresh('mine', '2026-01-10 00:00Z', batch_size => 3);
SELECT DISTINCT target FROM mine.fct_sla_attainment WHERE metric = 'resolution';
SELECT refresh, run, state, reason, as_of, since, tickets, tickets_done, error FROM mine.refresh_log ORDER BY refresh;
-- A refresh that fails leaves the figures as they were, says why, and goes on when it can.
INSERT INTO warehouse.tickets VALUES (6, '2026-01-09 09:00Z', 'P1', 'open', 'Tier 1');
ALTER TABLE mine.stored_int_agent_activity ADD CONSTRAINT trouble CHECK (ticket_id < 0) NOT VALID;
INSERT INTO warehouse.ticket_events VALUES (6, '2026-01-09 10:00Z', 'comment', 'agent', 'Ann');
CALL slaops.refresh('mine', '2026-01-10 00:00Z');
SELECT state, tickets, tickets_done, error FROM mine.refresh_log ORDER BY refresh DESC LIMIT 1;
SELECT count(*) FROM mine.int_ticket_lifecycle;
ALTER TABLE mine.stored_int_agent_activity DROP CONSTRAINT trouble;
CALL slaops.refresh('mine', '2026-01-10 00:00Z');
SELECT state, tickets, tickets_done, error FROM mine.refresh_log ORDER BY refresh DESC LIMIT 2;
SELECT count(*) FROM mine.int_ticket_lifecycle;

-- Asked again create_marts keeps its choices and says what is new; what is not its own it neither replaces nor drops.
SELECT DISTINCT change FROM slaops.create_marts('mine');
GRANT USAGE ON SCHEMA mine TO PUBLIC;
GRANT SELECT ON mine.mart_sla TO PUBLIC;
CREATE VIEW public.uses_sla AS SELECT sum(breached) AS breached FROM mine.mart_sla;
UPDATE slaops.mart_templates SET sql = replace(sql, 'count(*) AS clocks,', 'count(*)::int AS clocks,') WHERE name = 'mart_sla';
SELECT * FROM refusal($$SELECT slaops.create_marts('mine')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.drop_marts('mine')$$);
DROP VIEW public.uses_sla;
SELECT view_name, change FROM slaops.create_marts('mine') WHERE change <> 'unchanged' AND view_name = 'mine.mart_sla';
SELECT has_table_privilege('public', 'mine.mart_sla', 'SELECT') AS granted, (SELECT count(*) FROM mine.int_ticket_lifecycle) AS kept;
UPDATE slaops.mart_templates SET sql = replace(sql, 'count(*)::int AS clocks,', 'count(*) AS clocks,') WHERE name = 'mart_sla';
SELECT * FROM refusal($$SELECT slaops.create_marts('mine', stored => false)$$);
SELECT * FROM refusal($$SELECT slaops.create_marts('mine', time_zone => 'Mars/Olympus')$$);
SELECT * FROM refusal($$SELECT slaops.create_marts('warehouse2', group_capacity => 'warehouse.tickets', tickets => 'warehouse.tickets', ticket_events => 'warehouse.ticket_events')$$);
CREATE TABLE warehouse.mart_sla (own int);
SELECT * FROM refusal($$SELECT slaops.create_marts('warehouse')$$);
ALTER TABLE warehouse.tickets DROP CONSTRAINT tickets_pkey;
INSERT INTO warehouse.tickets SELECT * FROM warehouse.tickets WHERE ticket_id = 5;
SELECT * FROM refusal($$SELECT slaops.refresh_now('mine', '2026-01-11 00:00Z')$$);
DELETE FROM warehouse.tickets WHERE ticket_id = 5;
INSERT INTO warehouse.tickets VALUES (7, '0001-01-01Z', 'P1', 'open', 'Tier 1');
CALL slaops.refresh('mine', '2026-01-10 00:00Z');
SELECT count(*), min(day) FROM mine.fct_backlog_snapshot WHERE ticket_id = 7;
SELECT count(*), min(day) FROM mine.mart_daily_ops;
UPDATE mine.mart_state SET version = '0.0.9';
SELECT * FROM refusal($$CALL slaops.refresh('mine')$$);
SELECT DISTINCT change FROM slaops.create_marts('mine');
SELECT * FROM refusal($$CALL slaops.refresh('nowhere')$$);
SELECT * FROM refusal($$CALL slaops.refresh(NULL)$$);
SELECT * FROM refusal($$CALL slaops.refresh('mine', 'infinity')$$);
SELECT * FROM refusal($$CALL slaops.refresh('mine', batch_size => 0)$$);
CREATE TABLE mine.own AS SELECT 1 AS one;
SELECT count(*) > 15 AS dropped FROM slaops.drop_marts('mine');
SELECT relname FROM pg_class WHERE relnamespace = 'mine'::regnamespace;
SELECT * FROM refusal($$SELECT * FROM slaops.drop_marts('mine')$$);
SET client_min_messages = warning;
DROP SCHEMA mine, warehouse CASCADE;
RESET client_min_messages;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
