#!/bin/bash
# Whatever happens to a warehouse, refreshed facts and aggregates are those that a fresh create_marts works out.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 400);
-- Ids of another kind than numbers, and no index to find them by.
CREATE SCHEMA own;
CREATE TABLE own.tickets AS SELECT md5(ticket_id::text)::uuid AS id, t.* FROM demo.tickets AS t;
ALTER TABLE own.tickets DROP COLUMN ticket_id;
ALTER TABLE own.tickets RENAME COLUMN id TO ticket_id;
CREATE TABLE own.ticket_events AS SELECT md5(ticket_id::text)::uuid AS id, e.*, NULL::timestamptz AS loaded_at FROM demo.ticket_events AS e;
ALTER TABLE own.ticket_events DROP COLUMN ticket_id;
ALTER TABLE own.ticket_events RENAME COLUMN id TO ticket_id;
SET slaops.as_of = '2025-07-01 12:00Z';
SELECT FROM slaops.create_marts('walk', 'own.tickets', 'own.ticket_events', policy_set => 'demo', time_zone => 'America/New_York', dimensions => '{region,vip}');
RESET slaops.as_of;
CREATE FUNCTION content(schema text) RETURNS TABLE (line text) LANGUAGE plpgsql AS $$
DECLARE query text;
BEGIN
    FOR query IN
        -- 1.50 and 1.5 are one sum.
        SELECT format('SELECT concat_ws('' '', %L, %s) FROM %I.%I AS v', model.name,
            string_agg(format(CASE a.atttypid WHEN 'numeric'::regtype THEN 'trim_scale(v.%I)' ELSE 'coalesce(v.%I::text, ''-'')' END, a.attname), ', ' ORDER BY a.attnum), schema, model.name)
        FROM slaops.mart_templates AS model
        JOIN pg_attribute AS a ON a.attrelid = format('%I.%I', schema, model.name)::regclass AND a.attnum > 0
        WHERE model.materialized IN ('incremental', 'aggregate')
        GROUP BY model.name
    LOOP
        RETURN QUERY EXECUTE query;
    END LOOP;
END $$;
SQL
step=0
# what happens, when it is then, what else refresh is given
walk() {
    step=$((step + 1))
    psql_ -q -o /dev/null -c "$1" -c "SET client_min_messages = warning" -c "CALL slaops.refresh('walk', '$2'${3:+, $3})"
    psql_ -q -o /dev/null -v at="$2" <<'SQL'
SET client_min_messages = warning;
SET slaops.as_of = :'at';
SELECT FROM slaops.create_marts('fresh', 'own.tickets', 'own.ticket_events', policy_set => 'demo', time_zone => 'America/New_York', dimensions => '{region,vip}');
RESET slaops.as_of;
SQL
    wrong=$(psql_ -qAt -c "SELECT count(*) || ' ' || coalesce(min(x.line), '') FROM ((SELECT * FROM content('walk') EXCEPT ALL SELECT * FROM content('fresh'))
        UNION ALL (SELECT * FROM content('fresh') EXCEPT ALL SELECT * FROM content('walk'))) AS x" \
        -c "SELECT FROM slaops.drop_marts('fresh')")
    [ "${wrong%% *}" = 0 ] || { echo "step $step, $1: ${wrong}" >&2; exit 1; }
}
some="(SELECT ticket_id FROM own.tickets ORDER BY md5(ticket_id::text || '"
walk "SELECT 1" '2025-07-01 12:00Z'
walk "SELECT 1" '2025-07-03 01:00Z'
walk "INSERT INTO own.ticket_events SELECT ticket_id, created_at + interval '20 minutes', 'comment', 'agent', 'Late Ann', NULL, NULL, true, NULL FROM own.tickets WHERE ticket_id IN ${some}a') LIMIT 20)" '2025-07-03 01:00Z'
walk "INSERT INTO own.ticket_events SELECT ticket_id, '2025-08-01Z', 'status', 'agent', 'Ann', 'closed', 'open', NULL, NULL FROM own.tickets WHERE status = 'closed' AND ticket_id IN ${some}b') LIMIT 40)" '2025-07-20 00:00Z'
walk "SELECT 1" '2025-08-02 00:00Z'
walk "DELETE FROM own.tickets WHERE ticket_id IN ${some}c') LIMIT 10)" '2025-08-02 00:00Z'
walk "DELETE FROM own.ticket_events WHERE ticket_id IN ${some}d') LIMIT 15) AND event_type <> 'created'" '2025-08-02 00:00Z'
walk "INSERT INTO own.ticket_events SELECT * FROM own.ticket_events WHERE ticket_id IN ${some}e') LIMIT 15)" '2025-08-02 00:00Z'
walk "UPDATE own.tickets SET priority = 'urgent', csat_score = 1, calendar_name = 'demo apac' WHERE ticket_id IN ${some}f') LIMIT 15)" '2025-08-02 00:00Z'
walk "UPDATE own.tickets SET priority = 'low' WHERE ticket_id IN ${some}h') LIMIT 15)" '2025-08-02 00:00Z'
walk "UPDATE own.tickets SET attributes = '{\"vip\": true}', tags = '{vip}', cost = 7 WHERE ticket_id IN ${some}i') LIMIT 15)" '2025-08-02 00:00Z'
# Values that no sum and no index takes, calendars that nobody knows, and a solution of nobody knows when.
walk "UPDATE own.tickets SET csat_score = (ARRAY['infinity', '-infinity', 'nan', '1e308', '-1e308', '1e-300'])[1 + i % 6]::float8, cost = (ARRAY['nan', '1e308', 'infinity', '-infinity', '1e-300'])[1 + i % 5]::float8
    FROM (SELECT ticket_id AS id, row_number() OVER (ORDER BY ticket_id) AS i FROM own.tickets) AS n WHERE id = ticket_id AND ticket_id IN ${some}j') LIMIT 60)" '2025-08-02 00:00Z'
walk "UPDATE own.tickets SET csat_score = 4, cost = 2 WHERE ticket_id IN ${some}j') LIMIT 30)" '2025-08-02 00:00Z'
walk "UPDATE own.tickets SET calendar_name = 'nobody ' || left(ticket_id::text, 1), created_at = '2025-05-05Z', group_name = 'Desk' WHERE ticket_id IN ${some}k') LIMIT 20)" '2025-08-02 00:00Z'
walk "UPDATE own.tickets SET group_name = page.text, priority = page.text, organization_id = page.text, assignee = page.text, attributes = jsonb_build_object('vip', page.text, 'churned', true)
    FROM (SELECT string_agg(md5(i::text), '') AS text FROM generate_series(1, 200) AS i) AS page WHERE ticket_id IN ${some}l') LIMIT 3)" '2025-08-02 00:00Z'
walk "UPDATE own.tickets SET group_name = group_name || 'x', attributes = NULL WHERE length(group_name) > 5000" '2025-08-02 00:00Z'
walk "INSERT INTO own.tickets (ticket_id, created_at, status) SELECT md5('s' || i)::uuid, '2025-07-21Z', (ARRAY['solved', 'closed'])[i] FROM generate_series(1, 2) AS i" '2025-08-02 00:00Z'
walk "SELECT 1" '2025-07-25 00:00Z'
walk "UPDATE own.tickets SET created_at = created_at + interval '1 day' WHERE ticket_id IN ${some}g') LIMIT 15)" '2025-09-15 13:37Z'
walk "SELECT 1" '2025-03-01 00:00Z'
walk "SELECT 1" '2025-12-24 00:00Z' "batch_size => 17"
walk "INSERT INTO own.tickets (ticket_id, created_at, status) SELECT md5('n' || i)::uuid, '2025-12-20Z', 'open' FROM generate_series(1, 5) AS i" '2025-12-24 00:00Z'
walk "INSERT INTO own.ticket_events (ticket_id, event_at, event_type, actor_role, actor) SELECT md5('n' || i)::uuid, '2025-12-30Z', 'comment', 'agent', 'Bo' FROM generate_series(1, 5) AS i" '2026-01-02 00:00Z' "since => '2025-12-28Z'"
walk "INSERT INTO own.ticket_events (ticket_id, event_at, event_type, actor_role, actor, loaded_at) SELECT md5('n' || i)::uuid, '2025-12-21Z', 'comment', 'agent', 'Cy', '2026-01-03Z' FROM generate_series(1, 5) AS i" '2026-01-03 06:00Z' "since => '2026-01-02Z'"
walk "UPDATE slaops.sla_targets SET target = target / 3 WHERE policy_set = 'demo' AND metric = 'resolution'" '2026-01-03 06:00Z'
walk "UPDATE slaops.calendars SET calendar = 'Mo-Su 00:00-12:00 @ UTC' WHERE name = 'demo emea'" '2026-01-03 06:00Z'
walk "INSERT INTO slaops.sla_policies (policy_set, name, position, conditions, valid_from) VALUES ('demo', 'Soon', 5, '{\"channel\": \"chat\"}', '2026-01-04')" '2026-01-03 12:00Z'
walk "INSERT INTO slaops.sla_targets (policy_set, policy, priority, metric, target, valid_from) VALUES ('demo', 'Soon', '*', 'resolution', '10 minutes', '2026-01-04')" '2026-01-06 12:00Z'
walk "TRUNCATE own.ticket_events" '2026-01-06 12:00Z'
walk "TRUNCATE own.tickets" '2026-01-06 12:00Z'
walk "INSERT INTO own.tickets (ticket_id, created_at, status) VALUES (md5('x')::uuid, '2026-01-05Z', 'open')" '2026-01-07 00:00Z'
# What only rows tell: created, solved and closed without an event; time goes on and back over each of these.
walk "INSERT INTO own.tickets (ticket_id, created_at, status, solved_at, closed_at) SELECT md5('r' || i)::uuid, '2026-01-10Z'::timestamptz + i * interval '1 hour', CASE WHEN i % 2 = 0 THEN 'solved' ELSE 'closed' END,
    '2026-01-12Z'::timestamptz + i * interval '1 hour', CASE WHEN i % 2 = 1 THEN '2026-01-14Z'::timestamptz + i * interval '1 hour' END FROM generate_series(1, 12) AS i" '2026-02-01 00:00Z'
walk "SELECT 1" '2026-01-12 06:30Z'
walk "SELECT 1" '2026-01-10 06:30Z'
walk "SELECT 1" '2026-01-13 00:00Z'
walk "SELECT 1" '2026-01-14 06:30Z'
walk "UPDATE slaops.sla_policies SET valid_to = '2026-01-20' WHERE policy_set = 'demo' AND name = 'Soon' AND valid_from = '2026-01-04'" '2026-01-16 00:00Z'
walk "DELETE FROM own.tickets WHERE ticket_id = md5('r3')::uuid" '2026-01-21 00:00Z'
walk "SELECT 1" '2026-01-19 00:00Z'
