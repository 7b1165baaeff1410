#!/bin/bash
# A real company's incidents, end to end: policies, all metrics, marts. What the views say is worked out
# again from the times in status and by a clock of hand-made signals.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
support=$(dirname "$0")/../support
log=$REPO/tests/data/incident_event_log.csv.gz
columns=$(zcat "$log" | sed -n '1{s/,/ text, /g;s/$/ text/;p}')
psql_ -q -c 'CREATE EXTENSION slaops' -c "CREATE TABLE incident_log ($columns)"
zcat "$log" | psql_ -q -c '\copy incident_log FROM pstdin csv header'
psql_ -q -o /dev/null -f "$support/incidents.sql" -f "$support/checks.sql" -f - <<'SQL'
CREATE VIEW tickets AS
SELECT DISTINCT ON (number) number AS ticket_id, to_timestamp(opened_at, 'DD/MM/YYYY HH24:MI') AS created_at, priority,
       nullif(assignment_group, '?') AS group_name, incident_state AS status
FROM incident_log ORDER BY number, sys_mod_count::bigint DESC;
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 08:00-18:00 @ UTC');
INSERT INTO slaops.sla_policies (name, position, conditions, hours, calendar_name) VALUES
    ('Urgent', 10, '{"priority": ["1 - Critical", "2 - High"]}', '24x7', NULL), ('Rest', 20, '{}', 'business', 'desk');
INSERT INTO slaops.sla_targets (policy, priority, metric, target) VALUES
    ('Urgent', '1 - Critical', 'resolution', '4 hours'), ('Urgent', '2 - High', 'resolution', '12 hours'),
    ('Rest', '3 - Moderate', 'resolution', '3 days'), ('Rest', '4 - Low', 'resolution', '5 days'),
    ('Urgent', '*', 'agent_work', '6 hours'), ('Rest', '*', 'agent_work', '3 days'),
    ('Urgent', '*', 'group_ownership', '4 hours'), ('Rest', '*', 'group_ownership', '1 day');
SELECT FROM slaops.create_marts('support', 'tickets', 'ticket_events', stored => false);
-- Again, as after an upgrade.
SELECT FROM slaops.create_marts('support', 'tickets', 'ticket_events', stored => false);
SET slaops.as_of = '2017-03-01Z';
CREATE TABLE fact AS SELECT * FROM support.fct_sla_attainment;
CREATE TABLE history AS
SELECT t.ticket_id, t, slaops.ticket_history(e.event_at, e.event_type, NULL, NULL, NULL, e.old_value, e.new_value, NULL, e.seq) AS history
FROM support.stg_tickets AS t JOIN ticket_events AS e USING (ticket_id) GROUP BY t.ticket_id, t;

SELECT pg_temp.yes('there is something to test', (SELECT count(*) > 500 FROM tickets) AND (SELECT count(*) > 3000 FROM fact));
SELECT pg_temp.no('tickets without a status for a metric with a target', count(*))
FROM tickets CROSS JOIN (VALUES ('resolution'), ('agent_work'), ('group_ownership')) AS m (metric)
LEFT JOIN fact AS f USING (ticket_id, metric) WHERE f.status IS NULL;
SELECT pg_temp.no('rows whose shares do not sum to one', count(*)) FROM fact
WHERE (SELECT sum(value::numeric) FROM jsonb_each_text(status_shares)) <> 1 OR (SELECT sum(value::numeric) FROM jsonb_each_text(group_shares)) <> 1;

-- Elapsed time is the time in the states that count, in the calendar of the policy.
CREATE TABLE part AS
SELECT h.ticket_id, c.calendar_name, s.* FROM history AS h
JOIN (SELECT DISTINCT ticket_id, CASE calendar_name WHEN '24x7' THEN '24/7 @ UTC' ELSE calendar_name END AS calendar_name, calendar_name AS own FROM fact) AS c USING (ticket_id)
CROSS JOIN LATERAL slaops.times_in_status(h.t, h.history, c.calendar_name) AS s;
SELECT pg_temp.no('clocks differ from the times in status: ' || coalesce(min(f.ticket_id || ' ' || f.metric), ''), count(*))
FROM fact AS f
JOIN (
    SELECT ticket_id, calendar_name,
           sum(minutes) FILTER (WHERE state IS NULL OR state NOT IN ('solved', 'closed')) AS resolution,
           sum(minutes) FILTER (WHERE state IS NULL OR state NOT IN ('solved', 'closed', 'pending')) AS requester_wait,
           sum(minutes) FILTER (WHERE state IS NULL OR state NOT IN ('solved', 'closed', 'pending', 'hold')) AS agent_work
    FROM part GROUP BY ticket_id, calendar_name
) AS p ON p.ticket_id = f.ticket_id AND p.calendar_name = CASE f.calendar_name WHEN '24x7' THEN '24/7 @ UTC' ELSE f.calendar_name END
WHERE abs(f.elapsed_minutes - coalesce(CASE f.metric WHEN 'resolution' THEN p.resolution WHEN 'requester_wait' THEN p.requester_wait WHEN 'agent_work' THEN p.agent_work END, 0)) > 1e-6
  AND f.metric IN ('resolution', 'requester_wait', 'agent_work');
SELECT pg_temp.no('tickets whose groups do not sum to the resolution', count(*)) FROM (
    SELECT ticket_id FROM fact WHERE metric IN ('group_ownership', 'resolution')
    -- A priority that changed may have moved the later groups to another calendar.
    GROUP BY ticket_id HAVING count(DISTINCT calendar_name) = 1 AND abs(sum(elapsed_minutes) FILTER (WHERE metric = 'group_ownership') - sum(elapsed_minutes) FILTER (WHERE metric = 'resolution')) > 1e-6) AS x;

-- A clock of signals made by hand says the same.
SELECT pg_temp.no('clocks differ from those of hand-made signals', count(*))
FROM fact AS f JOIN (
    SELECT ticket_id, slaops.sla_clock_agg(at, signal, seq) AS clock
    FROM (SELECT ticket_id, created_at AS at, 'start' AS signal, -1 AS seq FROM tickets
          UNION ALL SELECT ticket_id, event_at, CASE WHEN new_value IN ('Resolved', 'Closed') THEN 'stop' ELSE 'reopen' END, seq
          FROM ticket_events WHERE event_type = 'status') AS s
    GROUP BY ticket_id) AS c USING (ticket_id)
CROSS JOIN LATERAL (VALUES (CASE f.calendar_name WHEN '24x7' THEN '24/7 @ UTC' ELSE f.calendar_name END)) AS n (calendar)
WHERE f.metric = 'resolution'
  -- What was logged before the incident was opened counts there and not here.
  AND NOT EXISTS (SELECT FROM ticket_events AS e WHERE e.ticket_id = f.ticket_id AND e.event_at < f.created_at)
  AND (abs(f.elapsed_minutes - slaops.elapsed_minutes(c.clock, n.calendar, slaops.as_of())) > 1e-6
    OR f.status <> slaops.sla_status(c.clock, n.calendar, f.target, slaops.as_of())
    OR f.breached_at IS DISTINCT FROM slaops.breached_at(c.clock, n.calendar, f.target, slaops.as_of())
    OR f.elapsed_minutes IS DISTINCT FROM (SELECT a.elapsed_minutes FROM history AS h, slaops.sla_attainment(to_jsonb(h.t), h.history) AS a
                                           WHERE h.ticket_id = f.ticket_id AND a.metric = 'resolution'));
SELECT pg_temp.no('breaches without their instant, or the other way round', count(*)) FROM fact
WHERE (status = 'breached') <> (breached_at IS NOT NULL) OR (status = 'breached' AND margin_minutes >= 0) OR (status = 'met' AND margin_minutes < 0);

-- The mart counts what the facts have, and its rates are theirs.
SELECT pg_temp.yes('the mart counts every clock with a target',
    (SELECT (sum(clocks), sum(met), sum(breached)) FROM support.mart_sla)
    = (SELECT (count(*)::numeric, count(*) FILTER (WHERE status = 'met')::numeric, count(*) FILTER (WHERE status = 'breached')::numeric) FROM fact WHERE target IS NOT NULL));

-- At an instant of the past, what was known then.
SET slaops.as_of = '2016-03-10 12:00Z';
SELECT pg_temp.no('events of the future in a view of the past', count(*)) FROM support.fct_sla_attainment
WHERE started_at > slaops.as_of() OR stopped_at > slaops.as_of() OR breached_at > slaops.as_of() OR created_at > slaops.as_of();
SELECT pg_temp.yes('some clocks run at that instant', (SELECT count(*) > 10 FROM support.fct_sla_attainment WHERE status IN ('active', 'at_risk')));

-- What the configuration does not know is named, and only that.
SELECT pg_temp.no('unknown statuses', count(*)) FROM support.config_health WHERE problem = 'unknown status' AND what <> '-100';
DELETE FROM slaops.states WHERE status = 'awaiting vendor';
UPDATE slaops.sla_policies SET conditions = '{"priority": "3 - Moderate"}' WHERE name = 'Rest';
INSERT INTO slaops.sla_policies (name, position, conditions) VALUES ('Never', 30, '{"priority": "9"}');
SELECT pg_temp.yes('config_health names what is missing', (SELECT array_agg(problem || ': ' || what ORDER BY problem, what) FROM support.config_health
        WHERE problem IN ('unknown status', 'no policy matched', 'policy never matched') AND what <> '-100')
    = '{no policy matched: 4 - Low,policy never matched: Never,unknown status: Awaiting Vendor}');
SQL
# Stored facts are those worked out when asked: filled at once, brought forward by refresh, and taken back.
psql_ -q -o /dev/null -f "$support/checks.sql" -f - <<'SQL'
CREATE FUNCTION pg_temp.same(instant timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text; wrong bigint; total bigint;
BEGIN
    FOREACH name IN ARRAY '{fct_sla_attainment,int_ticket_lifecycle,fct_backlog_snapshot,int_agent_activity}'::text[] LOOP
        PERFORM set_config('slaops.as_of', instant::text, false);
        EXECUTE format('CREATE TEMP TABLE live AS SELECT l::text AS line FROM support.%I AS l', name);
        PERFORM set_config('slaops.as_of', '', false);
        EXECUTE format('CREATE TEMP TABLE kept AS SELECT k::text AS line FROM kept.%I AS k', name);
        SELECT count(*) INTO wrong FROM ((TABLE live EXCEPT ALL TABLE kept) UNION ALL (TABLE kept EXCEPT ALL TABLE live)) AS x;
        SELECT count(*) INTO total FROM live;
        IF wrong <> 0 OR total = 0 AND name <> 'int_agent_activity' THEN RAISE '% of % rows of % differ as of %', wrong, total, name, instant; END IF;
        DROP TABLE live, kept;
    END LOOP;
END $$;
SET client_min_messages = warning;
SET slaops.as_of = '2016-03-10 12:00Z';
SELECT FROM slaops.create_marts('kept', 'tickets', 'ticket_events');
SELECT pg_temp.same('2016-03-10 12:00Z');
CALL slaops.refresh('kept', '2016-03-11 09:00Z', batch_size => 7);
SELECT pg_temp.same('2016-03-11 09:00Z');
CALL slaops.refresh('kept', '2016-05-20 09:00Z', batch_size => 50);
SELECT pg_temp.same('2016-05-20 09:00Z');
CALL slaops.refresh('kept', '2016-03-02 09:00Z');
SELECT pg_temp.same('2016-03-02 09:00Z');
CALL slaops.refresh('kept', '2017-03-01Z');
-- The backlog at fifty instants, cycle times and volumes, counted from the log itself.
CREATE TABLE life AS
SELECT ticket_id, event_at, seq, new_value IN ('Resolved', 'Closed') AS over, coalesce(lag(new_value IN ('Resolved', 'Closed')) OVER (PARTITION BY ticket_id ORDER BY event_at, seq), false) AS was_over
FROM ticket_events WHERE event_type = 'status';
CREATE TABLE instant AS SELECT timestamptz '2016-03-01 10:11Z' + (i * 1.7 + (i * 37 % 24) / 24.0) * interval '1 day' AS at FROM generate_series(0, 49) AS i;
SELECT pg_temp.no('instants at which the backlog is another', count(*)) FROM (
    SELECT i.at, (SELECT count(*) FROM tickets AS t WHERE t.created_at <= i.at
                  AND (SELECT l.over FROM life AS l WHERE l.ticket_id = t.ticket_id AND l.event_at <= i.at ORDER BY l.event_at DESC, l.seq DESC LIMIT 1) IS NOT TRUE) AS open FROM instant AS i
) AS plain FULL JOIN (
    SELECT b.at, b.open FROM (SELECT array_agg(u.opened) AS opened, array_agg(u.closed) AS closed FROM kept.int_ticket_lifecycle AS l, unnest(l.open_from, l.open_to) AS u (opened, closed)) AS p,
        LATERAL slaops.backlog_at(p.opened, p.closed, array(SELECT at FROM instant ORDER BY at)) AS b
) AS swept USING (at) WHERE plain.open IS DISTINCT FROM swept.open OR plain.open IS NULL;
SELECT pg_temp.yes('there was a backlog', (SELECT count(*) > 20 FROM kept.mart_daily_totals WHERE backlog > 20));
SELECT pg_temp.no('cycle times that differ', count(*)) FROM kept.mart_ticket_outcomes AS o
JOIN (SELECT ticket_id, max(event_at) FILTER (WHERE over AND NOT was_over) AS solved_at FROM life GROUP BY ticket_id) AS l USING (ticket_id) JOIN tickets AS t USING (ticket_id)
WHERE o.outcome <> 'open' AND NOT EXISTS (SELECT FROM life AS e WHERE e.ticket_id = t.ticket_id AND e.event_at < t.created_at)
  AND abs(o.cycle_minutes - extract(epoch FROM l.solved_at - t.created_at) / 60) > 1e-6;
SELECT pg_temp.no('days whose volume differs', count(*)) FROM (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS n FROM tickets GROUP BY 1) AS c
FULL JOIN (SELECT day, created FROM kept.mart_daily_totals WHERE created > 0) AS o USING (day) WHERE c.n IS DISTINCT FROM o.created;
SELECT pg_temp.no('groups whose volume differs', count(*)) FROM (
    SELECT g.group_name, count(DISTINCT l.ticket_id) AS n FROM kept.int_ticket_lifecycle AS l, unnest(l.groups) AS g (group_name) GROUP BY 1) AS v
LEFT JOIN (SELECT * FROM kept.bottlenecks WHERE level = 'group') AS b USING (group_name) LEFT JOIN (SELECT group_name, sum(tickets) AS tickets FROM kept.mart_group_performance GROUP BY 1) AS p USING (group_name)
WHERE v.n IS DISTINCT FROM b.volume OR v.n IS DISTINCT FROM p.tickets;
SELECT pg_temp.yes('some tickets come back to a group', (SELECT count(*) > 5 FROM kept.int_ticket_lifecycle AS l WHERE cardinality(l.groups) > (SELECT count(DISTINCT g) FROM unnest(l.groups) AS g)));
SELECT pg_temp.yes('what is open is told by all views', (SELECT count(*) FROM kept.int_ticket_lifecycle WHERE is_open) = (SELECT backlog FROM kept.mart_daily_totals ORDER BY day DESC LIMIT 1));
SQL
