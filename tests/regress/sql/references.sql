-- Targets name policies and metrics, policy sets name presets: what names a thing that is not there
-- is refused.
INSERT INTO slaops.metrics (policy_set, name, start, stop) VALUES
    ('refer', 'triage', '{"event": "created"}', '{"field": "priority"}'),
    ('refer', 'spare', '{"event": "created"}', '{"field": "priority"}');
INSERT INTO slaops.presets (
    policy_set, name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start,
    due_at_close
)
SELECT
    'refer',
    v,
    preset.reopen,
    preset.solved_before_reply,
    preset.target_at,
    preset.calendar_at,
    preset.retroactive_start,
    preset.due_at_close
FROM slaops.presets AS preset, unnest('{ours,theirs}'::text[]) AS elements (v)
WHERE preset.name = 'default';
INSERT INTO slaops.sla_policies (policy_set, name, position, valid_to) VALUES
    ('refer', 'Gold', 1, '2026-01-01Z');
INSERT INTO slaops.sla_policies (policy_set, name, position, valid_from) VALUES
    ('refer', 'Gold', 1, '2026-01-01Z'), ('refer', 'Rest', 2, '-infinity');
INSERT INTO slaops.policy_sets (name, preset) VALUES ('refer', 'ours');
INSERT INTO slaops.sla_targets (policy_set, policy, valid_from, metric, target) VALUES
    ('refer', 'Gold', '-infinity', 'triage', '1 hour'),
    ('refer', 'Gold', '2026-01-01Z', 'triage', '2 hours'),
    ('refer', 'Rest', '-infinity', 'resolution', '1 day');
CREATE VIEW target AS
SELECT policy_set, policy, valid_from AT TIME ZONE 'UTC' AS valid_from, metric, target, checked
FROM slaops.sla_targets
ORDER BY 1, 2, 3, 4;
TABLE target;
SELECT refusal.* FROM (VALUES
    (1, $$INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES ('refer', 'Rest', 'triaje', '1 hour')$$),
    (2, $$INSERT INTO slaops.sla_targets (policy_set, policy, metric, target, checked) VALUES ('refer', 'Rest', 'triaje', '1 hour', NULL)$$),
    (3, $$INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES ('refer', 'Rust', 'triage', '1 hour')$$),
    (4, $$INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES ('refers', 'Rest', 'triage', '1 hour')$$),
    (5, $$UPDATE slaops.sla_targets SET metric = 'triaje' WHERE policy_set = 'refer'$$),
    (6, $$UPDATE slaops.sla_targets SET valid_from = '2026-02-01Z' WHERE policy_set = 'refer' AND policy = 'Rest'$$),
    (7, $$INSERT INTO slaops.policy_sets (name, preset) VALUES ('other', 'our')$$),
    (8, $$UPDATE slaops.policy_sets SET preset = 'our' WHERE name = 'refer'$$),
    (9, $$DELETE FROM slaops.metrics WHERE name IN ('spare', 'triage')$$),
    (10, $$UPDATE slaops.metrics SET name = 'triaje' WHERE name = 'triage'$$),
    (11, $$DELETE FROM slaops.presets WHERE NOT built_in$$),
    (12, $$UPDATE slaops.presets SET name = 'our' WHERE name = 'ours'$$),
    (13, $$TRUNCATE slaops.sla_policies$$),
    (14, $$TRUNCATE slaops.metrics$$),
    (15, $$TRUNCATE slaops.presets$$),
    (16, $$INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES ('refer', 'Rest', NULL, '1 hour')$$),
    -- What another set has is not there.
    (17, $$WITH p AS (INSERT INTO slaops.sla_policies (policy_set, name, position) VALUES ('other', 'All', 1)) INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES ('other', 'All', 'triage', '1 hour')$$),
    (18, $$INSERT INTO slaops.policy_sets (name, preset) VALUES ('other', 'ours')$$),
    (19, $$UPDATE slaops.metrics SET policy_set = 'other' WHERE name = 'triage'$$),
    (20, $$UPDATE slaops.presets SET policy_set = 'other' WHERE name = 'ours'$$),
    (21, $$UPDATE slaops.policy_sets SET name = 'other' WHERE name = 'refer'$$),
    (22, $$UPDATE slaops.sla_policies SET policy_set = 'other' WHERE policy_set = 'refer' AND name = 'Gold'$$),
    (23, $$INSERT INTO slaops.states (policy_set, status, state) VALUES ('', 'odd', 'open')$$),
    (24, $$INSERT INTO slaops.metrics (policy_set, name, start, stop, built_in) VALUES ('refer', 'odd', '{"event": "created"}', '{"field": "priority"}', true)$$)) AS given (n, statement), LATERAL refusal(given.statement) AS refusal ORDER BY n;
-- Each of these stands; a metric and a preset that stand over built-in ones may go, as these are
-- there.
INSERT INTO slaops.metrics (policy_set, name, start, stop) VALUES
    ('refer', 'resolution', '{"event": "created"}', '{"field": "priority"}');
DELETE FROM slaops.metrics WHERE policy_set = 'refer' AND name = 'resolution';
-- NULL for a bound is no bound, in each table that has bounds.
INSERT INTO slaops.sla_policies (policy_set, name, position, valid_from, valid_to) VALUES
    ('bounds', 'All', 1, NULL, NULL);
INSERT INTO slaops.sla_targets (policy_set, policy, valid_from, metric, target) VALUES
    ('bounds', 'All', NULL, 'resolution', '1 hour');
SELECT *
FROM refusal(
    $$
        INSERT INTO slaops.sla_targets (policy_set, policy, valid_from, metric, target) VALUES
            ('bounds', 'Any', NULL, 'resolution', '1 hour')
    $$
);
UPDATE slaops.sla_policies SET valid_from = '2026-01-01Z' WHERE policy_set = 'bounds';
UPDATE slaops.sla_policies SET valid_from = NULL, valid_to = NULL WHERE policy_set = 'bounds';
SELECT policy.valid_from, policy.valid_to, target.valid_from AS target_from, target.checked
FROM slaops.sla_policies AS policy
JOIN slaops.sla_targets AS target USING (policy_set)
WHERE policy_set = 'bounds';
DELETE FROM slaops.sla_policies WHERE policy_set = 'bounds';
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES
    ('refer', 'Rest', 'resolution', '2 days') ON CONFLICT (
        policy_set, policy, valid_from, priority, metric
    ) DO UPDATE
SET target = EXCLUDED.target;
WITH policy AS (
    INSERT INTO slaops.sla_policies (policy_set, name, position) VALUES
        ('refer', 'Both', 3)
    RETURNING *
)
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target)
SELECT policy_set, name, 'spare', '3 hours'
FROM policy;
UPDATE slaops.metrics SET name = 'unused', description = 'Moved.' WHERE name = 'spare' AND false;
UPDATE slaops.metrics SET name = name, description = 'As before.' WHERE name = 'triage';
UPDATE slaops.presets SET name = 'ourselves' WHERE name = 'theirs';
WITH gone AS (DELETE FROM slaops.sla_targets WHERE metric = 'spare')
DELETE
FROM slaops.metrics
WHERE name = 'spare';
TABLE target;
-- A policy that is renamed, or whose version begins at another time, takes its targets along; in
-- one statement too.
UPDATE slaops.sla_policies
SET
    name = 'Silver',
    valid_from = CASE WHEN valid_from = '-infinity' THEN '2025-01-01Z' ELSE valid_from END
WHERE policy_set = 'refer' AND name = 'Gold';
UPDATE slaops.sla_policies SET policy_set = 'referred' WHERE policy_set = 'refer' AND name = 'Rest';
TABLE target;
DELETE FROM slaops.sla_policies WHERE policy_set = 'refer' AND valid_from = '2025-01-01Z';
TABLE target;
-- A row of a dump says that it was checked; it waits for what it names. Asked to, it is checked
-- again.
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target, checked) VALUES
    ('restored', 'All', 'later', '1 hour', true);
INSERT INTO slaops.policy_sets (name, preset, checked) VALUES ('restored', 'later', true);
SELECT *
FROM refusal($$UPDATE slaops.sla_targets SET checked = false WHERE policy_set = 'restored'$$);
SELECT * FROM refusal($$UPDATE slaops.policy_sets SET checked = false WHERE name = 'restored'$$);
SELECT * FROM refusal($$SELECT slaops.match_policy('{}', 'restored')$$);
INSERT INTO slaops.sla_targets (policy, valid_from, metric, target, checked) VALUES
    ('All', '-infinity', 'later', '1 hour', true),
    ('All', '2026-01-01Z', 'resolution', '1 hour', true);
CREATE TABLE ticket (ticket_id int, created_at timestamptz, priority text, status text);
CREATE TABLE ticket_event (ticket_id int, event_at timestamptz, event_type text);
SELECT count(*) > 30 AS made
FROM slaops.create_marts(
    'refer', 'ticket', 'ticket_event', policy_set => 'current', stored => false
);
SELECT problem, what, remedy
FROM refer.config_health
WHERE problem ~ '^target'
ORDER BY problem, what;
SELECT count(*) > 30 AS dropped FROM slaops.drop_marts('refer');
DROP TABLE ticket, ticket_event;
DELETE FROM slaops.sla_targets WHERE policy_set = 'current';
INSERT INTO slaops.presets (
    policy_set, name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start,
    due_at_close
)
SELECT
    'restored',
    v,
    preset.reopen,
    preset.solved_before_reply,
    preset.target_at,
    preset.calendar_at,
    preset.retroactive_start,
    preset.due_at_close
FROM slaops.presets AS preset, unnest('{later}'::text[]) AS elements (v)
WHERE preset.name = 'default';
INSERT INTO slaops.sla_policies (policy_set, name, position) VALUES ('restored', 'All', 1);
SELECT slaops.match_policy('{}', 'restored');
SELECT *
FROM refusal($$UPDATE slaops.sla_targets SET checked = false WHERE policy_set = 'restored'$$);
UPDATE slaops.sla_policies SET name = 'Any' WHERE policy_set = 'restored';
UPDATE slaops.policy_sets SET checked = false WHERE name = 'restored' RETURNING checked;
-- No foreign key between tables that are dumped, or a parallel restore loses one.
SELECT conrelid::regclass, conname
FROM pg_constraint
WHERE contype = 'f'
    AND conrelid = ANY ((SELECT extconfig FROM pg_extension WHERE extname = 'slaops')::oid[]);

DROP VIEW target;
DROP SCHEMA IF EXISTS refer;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
DELETE FROM slaops.metrics WHERE NOT built_in;
DELETE FROM slaops.presets WHERE NOT built_in;
SELECT count(*) FROM slaops.sla_targets;
