-- A Zendesk by the names of its API: what a small warehouse becomes, and what is said where it
-- lacks something.
SET client_min_messages = warning;
CREATE SCHEMA zen;
SELECT * FROM refusal($$SELECT slaops.attach('zendesk_api', 'zen', 'api')$$);
CREATE TABLE zen.tickets (
    id bigint, created_at text, status text, requester_id bigint, assignee_id bigint,
    group_id bigint, priority text, type text, via text, tags text, custom_fields text,
    satisfaction_rating json, organization_id bigint
);
-- Times and JSON as text, as some loaders leave them.
INSERT INTO zen.tickets VALUES
    (
        1, '2026-01-05T09:00:00Z', 'solved', 7, 3, 20, 'high', 'incident',
        '{"channel": "email", "source": {"rel": null}}', '["vip", "eu"]',
        '[{"id": 50, "value": "gold"}, {"id": 51, "value": null}]',
        '{"id": 4, "score": "good", "comment": "thanks"}', 30
    ),
    (
        2, '2026-01-05T09:00:00Z', 'closed', 8, NULL, 20, NULL, NULL,
        '{"channel": "web"}', '["closed_by_merge"]', NULL, '{"score": "bad"}', NULL
    ),
    (3, '2026-01-05T09:00:00Z', 'deleted', 8, NULL, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT * FROM slaops.attach('zendesk_api', 'zen', 'api') ORDER BY subject;
SELECT ticket_id, created_at, channel, tags, csat_score, group_name, attributes
FROM api.tickets
ORDER BY ticket_id;
SELECT ticket_id, event_type, actor_role FROM api.ticket_events ORDER BY ticket_id;

CREATE TABLE zen.users (id bigint, name text, role text);
INSERT INTO zen.users VALUES
    (3, 'Ann', 'agent'), (4, 'Ben', 'end-user'), (5, 'Cem', 'end-user'), (6, 'Dora', 'agent'),
    (7, 'Emil', 'end-user'), (8, 'Fay', 'end-user');
CREATE TABLE zen.groups (id bigint, name text);
INSERT INTO zen.groups VALUES (20, 'Tier 1'), (21, 'Tier 2');
CREATE TABLE zen.organizations (id bigint, name text);
INSERT INTO zen.organizations VALUES (30, 'Acme');
CREATE TABLE zen.ticket_fields (id bigint, title text, custom_field_options jsonb);
INSERT INTO zen.ticket_fields VALUES
    (50, 'Plan', '[{"id": 1, "name": "Gold plan", "value": "gold"}]'), (51, 'Seats', NULL);
-- Ben has left the team on 1 March, Dora has joined it then.
CREATE TABLE zen.audit_logs (
    source_id bigint, source_type text, created_at timestamptz, change_description text
);
INSERT INTO zen.audit_logs VALUES
    (
        4, 'user', '2026-03-01Z',
        E'Guide role changed from Agent to not set\nSupport role changed from Agent to End-user'
    ),
    (6, 'user', '2026-03-01Z', 'Support role changed from End-user to Agent'),
    (4, 'ticket', '2026-01-01Z', 'Support role changed from End-user to Agent');
CREATE TABLE zen.ticket_audits (
    id bigint, ticket_id bigint, created_at timestamptz, author_id bigint, via jsonb, events text
);
INSERT INTO zen.ticket_audits VALUES
    (
        100, 1, '2026-01-05 09:00Z', 7, '{"channel": "email"}',
        '[{"id": 1, "type": "Comment", "author_id": 7, "public": true, "body": "Help"},
        {"id": 2, "type": "Create", "field_name": "status", "value": "new"},
        {"id": 3, "type": "Create", "field_name": "group_id", "value": "20"},
        {"id": 4, "type": "Change", "field_name": "priority", "value": "high",
        "previous_value": null, "via": {"channel": "rule", "source": {"rel": "trigger"}}}]'
    ),
    (
        101, 1, '2026-01-05 10:00Z', 4, NULL,
        '[{"id": 5, "type": "Comment", "author_id": 4, "public": true, "body": "On it"},
        {"id": 6, "type": "Change", "field_name": "assignee_id", "value": "4",
        "previous_value": null},
        {"id": 7, "type": "Change", "field_name": "status", "value": "open",
        "previous_value": "new"},
        {"id": 8, "type": "Change", "field_name": "custom_status_id", "value": "9",
        "previous_value": "8"}, {"id": 9, "type": "Notification", "subject": "x"}]'
    ),
    (
        102, 1, '2026-01-05 11:00Z', 6, NULL,
        '[{"id": 10, "type": "Comment", "author_id": 6, "public": true, "body": "Me too"}]'
    ),
    (
        103, 1, '2026-01-05 12:00Z', 5, NULL,
        '[{"id": 11, "type": "Comment", "author_id": 5, "public": false, "body": "Note"},
        {"id": 12, "type": "Change", "field_name": "assignee_id", "value": null,
        "previous_value": "4"}]'
    ),
    (
        104, 1, '2026-01-05 13:00Z', 3,
        '{"channel": "system", "source": {"rel": "merge", "from": {"ticket_ids": [2]}}}',
        '[{"id": 13, "type": "Comment", "author_id": 3, "public": true, "body": "Merged"}]'
    ),
    (
        105, 1, '2026-04-05 13:00Z', 4, NULL,
        '[{"id": 14, "type": "Comment", "author_id": 4, "public": true, "body": "As a customer"}]'
    );
CREATE TABLE zen.schedules (id bigint, name text, time_zone text, intervals text);
INSERT INTO zen.schedules VALUES
    (
        2, 'Berlin', 'Berlin',
        '[{"start_time": 1980, "end_time": 2460}, {"start_time": 3420, "end_time": 3900}]'
    ),
    (1, 'Tokyo', 'Tokyo', '[{"start_time": 1980, "end_time": 2460}]'),
    (3, 'Nothing', 'Tokyo', '[]'), (4, 'Mars', 'Olympus', '[{"start_time": 0, "end_time": 60}]');
CREATE TABLE zen.ticket_metric_events (
    id bigint, ticket_id bigint, metric text, type text, time timestamptz, sla jsonb
);
INSERT INTO zen.ticket_metric_events VALUES
    (
        1, 1, 'first_reply_time', 'apply_sla', '2026-01-05 09:00Z',
        '{"target": 30, "business_hours": true, "policy": {"id": 4, "title": "By phone"}}'
    );
CREATE TABLE zen.sla_policies (
    id bigint, title text, description text, position int, filter jsonb, policy_metrics jsonb
);
INSERT INTO zen.sla_policies VALUES
    (
        1, 'VIP', 'For those who pay', 2,
        '{"all": [{"field": "current_tags", "operator": "includes", "value": "vip gold"},
        {"field": "group_id", "operator": "is_not", "value": 21}],
        "any": [{"field": "custom_fields_50", "operator": "is", "value": "gold"},
        {"field": "organization_id", "operator": "is", "value": "30"}]}',
        '[{"priority": "high", "metric": "first_reply_time", "target": 30,
        "target_in_seconds": 1800, "business_hours": false},
        {"priority": "high", "metric": "requester_wait_time", "target": 480,
        "business_hours": true},
        {"priority": "low", "metric": "group_ownership_time", "target": 10,
        "business_hours": true}]'
    ),
    (
        2, 'Incidents', '', 1,
        '{"all": [{"field": "ticket_type_id", "operator": "is", "value": "3"},
        {"field": "assignee_id", "operator": "not_present", "value": ""}], "any": []}',
        '[{"priority": "urgent", "metric": "total_resolution_time", "target": 240,
        "business_hours": true}]'
    ),
    (
        3, 'Web', NULL, 3,
        '{"all": [{"field": "via_id", "operator": "is", "value": "0"}], "any": []}',
        '[{"priority": "low", "metric": "agent_work_time", "target": 60, "business_hours": true}]'
    ),
    (
        4, 'By phone', NULL, 4,
        '{"all": [{"field": "via_id", "operator": "is", "value": "34"}], "any": []}',
        '[{"priority": "low", "metric": "next_reply_time", "target": 60, "business_hours": true}]'
    ),
    (
        5, 'Both', NULL, 5,
        '{"all": [{"field": "current_tags", "operator": "includes", "value": "a"},
        {"field": "current_tags", "operator": "not_includes", "value": "b"}], "any": []}',
        '[{"priority": "low", "metric": "next_reply_time", "target": 60, "business_hours": true}]'
    ),
    (6, 'Everybody', NULL, 6, '{"all": [], "any": []}',
        '[{"priority": "normal", "metric": "first_reply_time", "target": 90,
        "business_hours": true}]'
    );
SELECT *
FROM slaops.attach('zendesk_api', 'zen', 'api')
WHERE finding <> 'missing'
ORDER BY subject;
SELECT event_at, event_type, actor_role, actor, old_value, new_value, public
FROM api.ticket_events
WHERE ticket_id = 1
ORDER BY event_at, seq;
SELECT ticket_id, group_name, assignee, attributes FROM api.tickets ORDER BY ticket_id;
SELECT slaops.dump_config('api');
SELECT ticket_id, slaops.match_policy(ticket, 'api') AS policy
FROM api.tickets AS ticket
ORDER BY ticket_id;
-- Again: nothing changes. A set that somebody changed is left alone.
SELECT subject, finding, cost
FROM slaops.attach('zendesk_api', 'zen', 'api')
WHERE subject LIKE 'policy set%';
UPDATE slaops.sla_targets SET target = '1 hour' WHERE policy_set = 'api' AND policy = 'Web';
UPDATE slaops.sla_targets SET target = '1 hour' WHERE policy_set = 'api' AND policy = 'Everybody';
SELECT subject, finding, cost
FROM slaops.attach('zendesk_api', 'zen', 'api')
WHERE subject LIKE 'policy set%';
-- Behind a policy for every ticket no other applies; where one never applies for another reason,
-- no set is made.
UPDATE zen.sla_policies SET position = 2 WHERE id = 6;
SELECT subject, finding, cost
FROM slaops.attach('zendesk_api', 'zen', 'shadowed')
WHERE subject ~ 'polic';
SELECT name FROM slaops.sla_policies WHERE policy_set = 'shadowed' ORDER BY position;
UPDATE zen.sla_policies SET position = 7 WHERE id = 6;
INSERT INTO zen.sla_policies (id, title, position, filter, policy_metrics)
SELECT
    8 AS policy_id,
    'Incidents again' AS title,
    5 AS position,
    policy.filter,
    policy.policy_metrics
FROM zen.sla_policies AS policy
WHERE policy.id = 2;
SELECT subject, finding, cost
FROM slaops.attach('zendesk_api', 'zen', 'unmade')
WHERE subject ~ '^policy .*(again|unmade)';
DROP SCHEMA api CASCADE;
DROP SCHEMA shadowed CASCADE;
DROP SCHEMA unmade CASCADE;

-- Columns of other types, and columns that are gone.
ALTER TABLE zen.ticket_audits DROP COLUMN events;
SELECT * FROM refusal($$SELECT slaops.attach('zendesk_api', 'zen', 'other')$$);
ALTER TABLE zen.ticket_audits ADD COLUMN events int[];
SELECT * FROM refusal($$SELECT slaops.attach('zendesk_api', 'zen', 'other')$$);
DROP TABLE zen.ticket_audits;
ALTER TABLE zen.schedules DROP COLUMN intervals;
SELECT * FROM refusal($$SELECT slaops.attach('zendesk_api', 'zen', 'other')$$);
DROP TABLE zen.schedules;
ALTER TABLE zen.tickets ALTER COLUMN id TYPE text;
SELECT count(*) > 0 AS attached FROM slaops.attach('zendesk_api', 'zen', 'other');
SELECT ticket_id, pg_typeof(ticket_id) FROM other.tickets ORDER BY ticket_id;
UPDATE zen.tickets SET id = 'A-1' WHERE id = '1';
SELECT * FROM refusal($$SELECT ticket_id FROM other.tickets$$);
ALTER TABLE zen.tickets DROP COLUMN created_at CASCADE;
SELECT * FROM refusal($$SELECT slaops.attach('zendesk_api', 'zen', 'other')$$);

-- Fivetran's tables have the policies that Zendesk applied.
CREATE SCHEMA fiv;
CREATE TABLE fiv.ticket (id bigint, created_at timestamptz, status text, priority text);
INSERT INTO fiv.ticket VALUES (1, '2026-01-05 09:00Z', 'new', 'high');
CREATE TABLE fiv.ticket_field_history (
    ticket_id bigint, field_name text, value text, updated timestamptz
);
CREATE TABLE fiv.ticket_sla_policy (ticket_id bigint, sla_policy_id bigint, policy_applied_at text);
INSERT INTO fiv.ticket_sla_policy VALUES
    (1, 1000, '2026-01-05 09:00Z'), (1, 1001, '2026-01-05 10:00Z');
CREATE TABLE fiv.sla_policy_metric_history (
    sla_policy_id bigint, index int, sla_policy_updated_at timestamptz, business_hours boolean,
    metric text, priority text, target int
);
INSERT INTO fiv.sla_policy_metric_history VALUES
    (1001, 0, '2025-01-01Z', true, 'first_reply_time', 'high', 60),
    (1001, 0, '2026-01-01Z', true, 'first_reply_time', 'high', 30),
    (1001, 1, '2026-01-01Z', false, 'agent_work_time', 'high', 600);
SELECT subject, finding, cost
FROM slaops.attach('zendesk', 'fiv', 'five')
WHERE finding <> 'missing';
SELECT priority, metric, target, hours FROM slaops.sla_targets WHERE policy_set = 'five';
SELECT attributes, slaops.match_policy(ticket, 'five') AS policy FROM five.tickets AS ticket;
DROP SCHEMA zen CASCADE;
DROP SCHEMA other CASCADE;
DROP SCHEMA fiv CASCADE;
DROP SCHEMA five CASCADE;
DELETE FROM slaops.sla_targets WHERE policy_set IN ('api', 'shadowed', 'unmade', 'other', 'five');
DELETE FROM slaops.sla_policies WHERE policy_set IN ('api', 'shadowed', 'unmade', 'other', 'five');
DELETE FROM slaops.policy_sets WHERE name IN ('api', 'shadowed', 'unmade', 'other', 'five');
DELETE FROM slaops.calendars;
RESET client_min_messages;
