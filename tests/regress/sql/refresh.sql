-- Stored facts: made at once, brought up to date by what changed, and taken away again.
\set ON_ERROR_STOP off
SET client_min_messages = warning;
CREATE SCHEMA warehouse;
CREATE TABLE warehouse.tickets (
    ticket_id int PRIMARY KEY, created_at timestamptz, priority text, status text, group_name text,
    loaded_at timestamptz
);
CREATE TABLE warehouse.ticket_events (
    ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text,
    old_value text, new_value text, loaded_at timestamptz
);
INSERT INTO warehouse.tickets
SELECT i, timestamptz '2026-01-05 09:00Z' + i * interval '1 hour', 'P1', 'open', 'Tier 1'
FROM generate_series(1, 5) AS numbers (i);
UPDATE warehouse.tickets SET status = 'solved' WHERE ticket_id <= 2;
INSERT INTO warehouse.ticket_events
SELECT
    i,
    timestamptz '2026-01-05 12:00Z' + i * interval '1 hour',
    'status',
    'agent',
    'Ann',
    'open',
    'solved'
FROM generate_series(1, 2) AS numbers (i);
SELECT FROM slaops.load_config($$
policies:
  - {name: All, hours: 24x7, targets: {'*': {first_response: 6h, resolution: 1d}}}
$$, 'refresh');
SET slaops.as_of = '2026-01-06 00:00Z';
RESET client_min_messages;
SELECT view_name, change
FROM slaops.create_marts(
    'mine', 'warehouse.tickets', 'warehouse.ticket_events', policy_set => 'refresh'
)
ORDER BY view_name COLLATE "C"
LIMIT 3;
RESET slaops.as_of;
SELECT as_of, run, pending, stored, policy_set FROM mine.mart_state;
SELECT metric, status, count(*)
FROM mine.fct_sla_attainment
GROUP BY metric, status
ORDER BY metric, status;
SELECT day, count(*), sum(sla_debt_minutes) AS debt
FROM mine.fct_backlog_snapshot
GROUP BY day
ORDER BY day;
-- Figures of another instant are not passed off as those asked for.
SET slaops.as_of = '2026-01-07 00:00Z';
SELECT count(*) FROM mine.mart_sla;
RESET slaops.as_of;

-- The same call twice changes nothing; a day later open tickets are looked at again, the days that
-- have passed are not.
CALL slaops.refresh('mine', '2026-01-06 00:00Z');
CALL slaops.refresh('mine', '2026-01-07 00:00Z');
SELECT ticket_id, run FROM mine.stored_int_ticket_lifecycle ORDER BY ticket_id;
SELECT run, day, count(*), sum(sla_debt_minutes) AS debt
FROM mine.stored_fct_backlog_snapshot
GROUP BY run, day
ORDER BY run, day;
-- A late event and a changed row touch their tickets; a ticket that is gone is gone.
INSERT INTO warehouse.ticket_events VALUES
    (1, '2026-01-05 11:30Z', 'comment', 'agent', 'Bob', NULL, NULL, '2026-01-07 10:00Z');
UPDATE warehouse.tickets SET group_name = 'Tier 2' WHERE ticket_id = 3;
DELETE FROM warehouse.tickets WHERE ticket_id = 4;
CALL slaops.refresh('mine', '2026-01-07 00:00Z');
SELECT ticket_id, run, first_response_by, group_name
FROM mine.stored_int_ticket_lifecycle
ORDER BY ticket_id;
SELECT run, day, array_agg(ticket_id ORDER BY ticket_id) AS tickets
FROM mine.fct_backlog_snapshot
JOIN mine.stored_fct_backlog_snapshot USING (ticket_id, day)
GROUP BY run, day
ORDER BY run, day;
-- With since, what happened or was loaded since then; a doubled event is a change, and an event of
-- the future waits for its time.
INSERT INTO warehouse.ticket_events VALUES
    (2, '2026-01-05 10:30Z', 'comment', 'agent', 'Bob', NULL, NULL, '2026-01-06 10:00Z'),
    (1, '2026-01-05 11:30Z', 'comment', 'agent', 'Bob', NULL, NULL, '2026-01-07 11:00Z'),
    (5, '2026-01-09 10:00Z', 'comment', 'agent', 'Cyd', NULL, NULL, NULL);
CALL slaops.refresh('mine', '2026-01-07 00:00Z', since => '2026-01-07 00:00Z');
SELECT ticket_id, run, first_response_by FROM mine.stored_int_ticket_lifecycle ORDER BY ticket_id;
CALL slaops.refresh('mine', '2026-01-10 00:00Z', since => '2026-01-09 00:00Z');
SELECT ticket_id, first_response_by FROM mine.int_ticket_lifecycle ORDER BY ticket_id;
CALL slaops.refresh('mine', '2026-01-10 00:00Z');
SELECT ticket_id, first_response_by FROM mine.int_ticket_lifecycle ORDER BY ticket_id;
-- Policies that change touch all; in a transaction refresh_now is all or nothing.
UPDATE slaops.sla_targets
SET target = '2 days'
WHERE policy_set = 'refresh' AND metric = 'resolution';
BEGIN;
SELECT slaops.refresh_now('mine', '2026-01-10 00:00Z');
SELECT DISTINCT target FROM mine.fct_sla_attainment WHERE metric = 'resolution';
ROLLBACK;
SELECT DISTINCT target FROM mine.fct_sla_attainment WHERE metric = 'resolution';
CALL slaops.refresh('mine', '2026-01-10 00:00Z', batch_size => 3);
SELECT DISTINCT target FROM mine.fct_sla_attainment WHERE metric = 'resolution';
SELECT refresh, run, state, reason, as_of, since, tickets, tickets_done, error
FROM mine.refresh_log
ORDER BY refresh;
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

-- Asked again create_marts keeps its choices and says what is new; what is not its own it neither
-- replaces nor drops.
SELECT DISTINCT change FROM slaops.create_marts('mine');
GRANT USAGE ON SCHEMA mine TO PUBLIC;
GRANT SELECT ON mine.mart_sla TO PUBLIC;
CREATE VIEW public.uses_sla AS SELECT sum(breached) AS breached FROM mine.mart_sla;
UPDATE slaops.mart_templates
SET sql = replace(sql, 'cell.clocks,', 'cell.clocks::int AS clocks,')
WHERE name = 'mart_sla';
SELECT * FROM refusal($$SELECT slaops.create_marts('mine')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.drop_marts('mine')$$);
DROP VIEW public.uses_sla;
SELECT view_name, change
FROM slaops.create_marts('mine')
WHERE change <> 'unchanged' AND view_name = 'mine.mart_sla';
SELECT
    has_table_privilege('public', 'mine.mart_sla', 'SELECT') AS granted,
    (SELECT count(*) FROM mine.int_ticket_lifecycle) AS kept;
UPDATE slaops.mart_templates
SET sql = replace(sql, 'cell.clocks::int AS clocks,', 'cell.clocks,')
WHERE name = 'mart_sla';
SELECT * FROM refusal($$SELECT slaops.create_marts('mine', stored => false)$$);
SELECT * FROM refusal($$SELECT slaops.create_marts('mine', time_zone => 'Mars/Olympus')$$);
SELECT *
FROM refusal(
    $$
        SELECT slaops.create_marts(
            'warehouse2', group_capacity => 'warehouse.tickets', tickets => 'warehouse.tickets',
            ticket_events => 'warehouse.ticket_events'
        )
    $$
);
CREATE TABLE warehouse.mart_sla (own int);
SELECT * FROM refusal($$SELECT slaops.create_marts('warehouse')$$);
ALTER TABLE warehouse.tickets DROP CONSTRAINT tickets_pkey;
INSERT INTO warehouse.tickets SELECT * FROM warehouse.tickets WHERE ticket_id = 5;
SELECT * FROM refusal($$SELECT slaops.refresh_now('mine', '2026-01-11 00:00Z')$$);
DELETE FROM warehouse.tickets WHERE ticket_id = 5;
INSERT INTO warehouse.tickets VALUES (7, '1975-01-01Z', 'P1', 'open', 'Tier 1');
CALL slaops.refresh('mine', '2026-01-10 00:00Z');
SELECT count(*), min(day) FROM mine.fct_backlog_snapshot WHERE ticket_id = 7;
SELECT count(*), min(day) FROM mine.mart_daily_totals;
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

-- What only a row tells has its instant: a ticket solved or created after the instant gone back to
-- is not so yet.
SET client_min_messages = warning;
CREATE SCHEMA bare;
CREATE TABLE bare.tickets (
    ticket_id int, created_at timestamptz, status text, solved_at timestamptz,
    closed_at timestamptz
);
CREATE TABLE bare.ticket_events (ticket_id int, event_at timestamptz, event_type text);
INSERT INTO bare.tickets VALUES
    (1, '2026-01-01Z', 'solved', '2026-01-03Z', NULL),
    (2, '2026-01-10Z', 'solved', '2026-01-12Z', NULL),
    (3, '2026-01-10Z', 'closed', '2026-01-12Z', '2026-01-15Z'),
    (4, '2026-01-10Z', 'solved', '2026-01-12Z', NULL);
INSERT INTO bare.ticket_events VALUES (4, '2026-01-10Z', 'created');
SELECT
FROM slaops.load_config(
    $$policies: [{name: Old, hours: 24x7, targets: {'*': {resolution: 1d}}}]$$, 'bare'
);
SELECT
FROM slaops.load_config(
    $$policies: [{name: Other, hours: 24x7, targets: {'*': {resolution: 10d}}}]$$, 'bare 2'
);
SET slaops.as_of = '2026-02-01Z';
SELECT count(*) > 30 AS made FROM slaops.create_marts('bare', policy_set => 'bare');
RESET slaops.as_of;
CALL slaops.refresh('bare', '2026-01-11Z');
SELECT ticket_id, is_open, solved_at, closed_at FROM bare.int_ticket_lifecycle ORDER BY ticket_id;
CALL slaops.refresh('bare', '2026-01-02Z');
SELECT ticket_id, is_open FROM bare.int_ticket_lifecycle ORDER BY ticket_id;
CALL slaops.refresh('bare', '2026-01-13Z');
SELECT ticket_id, solved_at, closed_at FROM bare.int_ticket_lifecycle ORDER BY ticket_id;
CALL slaops.refresh('bare', '2026-01-16Z');
SELECT ticket_id, closed_at FROM bare.int_ticket_lifecycle WHERE closed_at IS NOT NULL;
-- Settings of the session are no change of the configuration.
SET TimeZone = 'Asia/Tokyo';
SET IntervalStyle = 'iso_8601';
SET extra_float_digits = 0;
CALL slaops.refresh('bare', '2026-01-16 00:00Z');
RESET TimeZone;
RESET IntervalStyle;
RESET extra_float_digits;
SELECT reason FROM bare.refresh_log ORDER BY refresh DESC LIMIT 1;
-- A policy that ends counts as one that begins, and a ticket that was deleted meanwhile is gone.
UPDATE slaops.sla_policies SET valid_to = '2026-01-20Z' WHERE policy_set = 'bare';
CALL slaops.refresh('bare', '2026-01-16Z');
INSERT INTO bare.tickets VALUES (5, '2026-01-15Z', 'open');
CALL slaops.refresh('bare', '2026-01-19Z');
DELETE FROM bare.tickets WHERE ticket_id = 1;
CALL slaops.refresh('bare', '2026-01-21Z');
CALL slaops.refresh('bare', '2026-01-21Z');
SELECT reason, tickets FROM bare.refresh_log ORDER BY refresh DESC LIMIT 2;
SELECT ticket_id FROM bare.int_ticket_lifecycle ORDER BY ticket_id;
-- Inside a transaction or a function refresh cannot commit: it says so, and leaves no lock behind.
CREATE FUNCTION pg_temp.by_function() RETURNS void LANGUAGE sql AS $$
    CALL slaops.refresh('bare', '2026-01-21Z')
$$;
BEGIN;
CALL slaops.refresh('bare', '2026-01-21Z');
ROLLBACK;
SELECT * FROM refusal($$SELECT pg_temp.by_function()$$);
ALTER TABLE bare.refresh_log ADD CONSTRAINT trouble CHECK (state <> 'failed') NOT VALID;
ALTER TABLE bare.stored_int_ticket_lifecycle ADD CONSTRAINT trouble CHECK (ticket_id < 0) NOT VALID;
\set VERBOSITY terse
CALL slaops.refresh('bare', '2026-01-22Z');
\set VERBOSITY default
ALTER TABLE bare.refresh_log DROP CONSTRAINT trouble;
ALTER TABLE bare.stored_int_ticket_lifecycle DROP CONSTRAINT trouble;
SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
CALL slaops.refresh('bare', '2026-01-21Z');
-- Another policy set is in the figures at once, as of the same instant; or, where the filling is
-- left to refresh, that is said.
UPDATE slaops.sla_policies SET valid_to = 'infinity' WHERE policy_set = 'bare';
CALL slaops.refresh('bare', '2026-01-21Z');
SELECT policy, status, count(*) FROM bare.fct_sla_attainment GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) > 30 AS made FROM slaops.create_marts('bare', policy_set => 'bare 2');
SELECT policy, status, count(*), (SELECT as_of FROM bare.mart_state) AS as_of
FROM bare.fct_sla_attainment
GROUP BY 1, 2
ORDER BY 1, 2;
SET client_min_messages = notice;
SELECT count(*) > 30 AS made
FROM slaops.create_marts('bare', policy_set => 'bare', refresh => false);
SET client_min_messages = warning;
SELECT DISTINCT policy FROM bare.fct_sla_attainment;
CALL slaops.refresh('bare', '2026-01-21Z');
SELECT DISTINCT policy FROM bare.fct_sla_attainment;
-- Over stored facts every view that looks at an instant refuses another one, also those that read
-- no fact.
SET slaops.as_of = '2026-01-11Z';
SELECT * FROM refusal($$SELECT count(*) FROM bare.int_event_transitions$$);
SELECT * FROM refusal($$SELECT count(*) FROM bare.int_sla_clocks$$);
SELECT * FROM refusal($$SELECT count(*) FROM bare.config_health$$);
RESET slaops.as_of;
-- mart_sql prints the query that is there, and knows what views there are.
SELECT
    md5(slaops.mart_sql('int_sla_clocks', 'bare')) = (
        SELECT objects ->> 'int_sla_clocks' FROM bare.mart_state
    ) AS the_same,
    slaops.mart_sql('stg_tickets', 'bare') ~ 'FROM bare.tickets' AS filled,
    slaops.mart_sql('mart_sla', 'nowhere') ~ 'nowhere.int_sla' AS without;
SELECT state, message, left(hint, 60) FROM refusal($$SELECT slaops.mart_sql('mart_slo')$$);

-- Where columns change all is made anew: what was added to it by hand is named first, grants of
-- columns stay, and so does the instant.
CREATE INDEX own_index ON bare.stored_fct_sla_attainment (policy);
CREATE POLICY own_policy ON bare.stored_fct_sla_attainment AS RESTRICTIVE USING (
    EXISTS (SELECT FROM bare.mart_sla)
);
CREATE RULE own_rule AS ON DELETE TO bare.mart_sla DO INSTEAD NOTHING;
GRANT SELECT (metric, clocks) ON bare.mart_sla TO PUBLIC;
GRANT SELECT (ticket_id) ON bare.stored_fct_sla_attainment TO PUBLIC;
UPDATE slaops.mart_templates
SET sql = replace(sql, 'cell.clocks,', 'cell.clocks::int AS clocks,')
WHERE name = 'mart_sla';
SELECT * FROM refusal($$SELECT slaops.create_marts('bare')$$);
SELECT * FROM refusal($$SELECT * FROM slaops.drop_marts('bare')$$);
DROP RULE own_rule ON bare.mart_sla;
DROP POLICY own_policy ON bare.stored_fct_sla_attainment;
SELECT change, count(*) > 20 AS many FROM slaops.create_marts('bare') GROUP BY change;
SELECT
    as_of,
    to_regclass('bare.own_index') AS kept,
    has_column_privilege('public', 'bare.mart_sla', 'clocks', 'SELECT') AS granted,
    has_column_privilege('public', 'bare.mart_sla', 'met', 'SELECT') AS more
FROM bare.mart_state;
UPDATE slaops.mart_templates
SET sql = replace(sql, 'cell.clocks::int AS clocks,', 'cell.clocks,')
WHERE name = 'mart_sla';
-- What a group can do is given, kept, and given up.
CREATE TABLE bare.capacity AS SELECT 'G'::text AS group_name, 1 AS fte;
SELECT count(*) > 30 AS made FROM slaops.create_marts('bare', group_capacity => 'bare.capacity');
SELECT count(*) > 30 AS made FROM slaops.create_marts('bare');
SELECT group_capacity, (SELECT count(*) FROM bare.stg_group_capacity) FROM bare.mart_state;
SELECT count(*) > 30 AS made FROM slaops.create_marts('bare', group_capacity => '-');
SELECT group_capacity, (SELECT count(*) FROM bare.stg_group_capacity), as_of FROM bare.mart_state;
-- Ids of another type, in tables that took the names of those of before: facts and books are made
-- anew, unless an index of one's own would go with them.
ALTER TABLE bare.tickets RENAME TO numbered;
CREATE TABLE bare.tickets AS
SELECT md5(ticket_id::text)::uuid AS ticket_id, created_at, status, solved_at, closed_at
FROM bare.numbered;
SELECT * FROM refusal($$SELECT slaops.create_marts('bare', 'bare.tickets')$$);
ALTER TABLE bare.ticket_events RENAME TO numbered_events;
CREATE TABLE bare.ticket_events AS
SELECT md5(ticket_id::text)::uuid AS ticket_id, event_at, event_type FROM bare.numbered_events;
SELECT * FROM refusal($$SELECT slaops.create_marts('bare', 'bare.tickets', 'bare.ticket_events')$$);
DROP INDEX bare.own_index;
SELECT change, count(*) > 20 AS many
FROM slaops.create_marts('bare', 'bare.tickets', 'bare.ticket_events')
GROUP BY change;
SELECT
    as_of,
    (SELECT count(*) FROM bare.int_ticket_lifecycle) AS tickets,
    (
        SELECT format_type(atttypid, -1)
        FROM pg_attribute
        WHERE attrelid = 'bare.refresh_queue'::regclass AND attname = 'ticket_id'
    ) AS ids,
    has_column_privilege(
        'public', 'bare.stored_fct_sla_attainment', 'ticket_id', 'SELECT'
    ) AS granted
FROM bare.mart_state;
CALL slaops.refresh('bare', '2026-01-25Z');
-- Columns that cannot be what they should are said at once, not in the middle of a refresh.
CREATE TABLE bare.odd AS
SELECT ticket_id, created_at, status, '["a"]'::jsonb AS tags FROM bare.tickets;
SELECT * FROM refusal($$SELECT slaops.create_marts('odd', 'bare.odd', 'bare.ticket_events')$$);
ALTER TABLE bare.odd ALTER tags TYPE text;
SELECT * FROM refusal($$SELECT slaops.create_marts('odd', 'bare.odd', 'bare.ticket_events')$$);
ALTER TABLE bare.odd RENAME tags TO attributes;
SELECT * FROM refusal($$SELECT slaops.create_marts('odd', 'bare.odd', 'bare.ticket_events')$$);
ALTER TABLE bare.odd DROP attributes, ALTER ticket_id TYPE json USING to_json(ticket_id);
ALTER TABLE bare.odd RENAME created_at TO event_at;
ALTER TABLE bare.odd RENAME status TO event_type;
SELECT * FROM refusal($$SELECT slaops.create_marts('odd', 'bare.tickets', 'bare.odd')$$);
SELECT *
FROM refusal(
    $$
        SELECT slaops.create_marts(
            'odd', 'bare.tickets', 'bare.ticket_events', policy_set => 'bear'
        )
    $$
);
SELECT *
FROM refusal($$SELECT slaops.create_marts('slaops', 'bare.tickets', 'bare.ticket_events')$$);
-- Another's table is not taken for ours, and who does not own the views is told who does.
CREATE SCHEMA odd;
CREATE TABLE odd.mart_state (own int);
SELECT * FROM refusal($$SELECT slaops.create_marts('odd', 'bare.tickets', 'bare.ticket_events')$$);
SELECT * FROM refusal($$CALL slaops.refresh('odd')$$);
SELECT * FROM refusal($$SELECT slaops.drop_marts('odd')$$);
CREATE ROLE slaops_reader;
GRANT USAGE ON SCHEMA slaops, bare TO slaops_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA bare TO slaops_reader;
SET ROLE slaops_reader;
SELECT state, regexp_replace(message, 'belong to .*', 'belong to ...') AS message
FROM refusal($$CALL slaops.refresh('bare')$$);
SELECT state, regexp_replace(message, 'belong to .*', 'belong to ...') AS message
FROM refusal($$SELECT slaops.create_marts('bare')$$);
SELECT state, regexp_replace(message, 'belong to .*', 'belong to ...') AS message
FROM refusal($$SELECT slaops.drop_marts('bare')$$);
RESET ROLE;
SELECT count(*) > 20 AS dropped FROM slaops.drop_marts('bare');
DROP SCHEMA bare, odd CASCADE;
DROP OWNED BY slaops_reader;
DROP ROLE slaops_reader;
RESET client_min_messages;
SET client_min_messages = warning;
DROP SCHEMA mine, warehouse CASCADE;
RESET client_min_messages;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
