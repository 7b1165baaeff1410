SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 5000);
SET slaops.as_of = '2026-01-05 08:00+00';
-- Longer than the team's own, so that they cross stages, nights and each other, and begin before the ticket and end after it.
CREATE TABLE demo.long_work AS
SELECT ticket_id, agent, started_at - ticket_id % 50 * interval '1 hour' AS started_at, ended_at, activity FROM demo.work_logs
UNION ALL
SELECT ticket_id, 'A colleague', started_at - interval '10 minutes', ended_at + ticket_id % 30 * interval '1 hour', NULL FROM demo.work_logs WHERE ticket_id % 3 = 0;
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents', work_logs => 'demo.long_work');
RESET slaops.as_of;
\ir ../../support/checks.sql

-- Working days in plain SQL.
CREATE TABLE open_day AS
SELECT c.name AS calendar_name, (d + c.opens) AT TIME ZONE c.zone AS opens, (d + c.closes) AT TIME ZONE c.zone AS closes
FROM (VALUES ('demo americas', time '09:00', time '17:00', 'America/New_York'), ('demo emea', '08:30', '17:00', 'Europe/London'), ('demo apac', '09:00', '18:00', 'Asia/Singapore')) AS c (name, opens, closes, zone)
CROSS JOIN generate_series(timestamp '2024-12-01', '2026-02-01', '1 day') AS d
WHERE extract(isodow FROM d) < 6
  AND d::date NOT IN (SELECT h.day FROM slaops.calendars AS k CROSS JOIN LATERAL slaops.holidays(k.calendar, '2024-12-01', '2026-02-01') AS h WHERE k.name = c.name);
CREATE INDEX ON open_day (calendar_name, closes);
CREATE FUNCTION pg_temp.open_minutes(calendar text, a timestamptz, b timestamptz) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(extract(epoch FROM least(o.closes, b) - greatest(o.opens, a))), 0) / 60 FROM open_day AS o WHERE o.calendar_name = calendar AND o.closes > a AND o.opens < b $$;

-- Attainment: first response and resolution, of tickets whose priority never changed and that were not reopened.
CREATE TABLE clock AS
SELECT t.ticket_id, m.metric, g.target, t.priority,
       CASE WHEN p.hours = '24x7' THEN extract(epoch FROM m.stop - t.created_at) / 60 ELSE pg_temp.open_minutes(t.calendar_name, t.created_at, m.stop) END AS elapsed
FROM (
    SELECT t.*, (SELECT min(e.event_at) FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = 'comment' AND e.actor_role = 'agent' AND e.public) AS answered
    FROM demo.tickets AS t
    WHERE t.solved_at IS NOT NULL AND NOT EXISTS (SELECT FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND (e.event_type = 'priority' OR e.event_type = 'status' AND e.new_value = 'open'))
) AS t
CROSS JOIN LATERAL (VALUES ('first_response', t.answered), ('resolution', t.solved_at)) AS m (metric, stop)
CROSS JOIN LATERAL (SELECT CASE t.priority WHEN 'urgent' THEN 'Urgent' ELSE 'Business hours' END AS policy, CASE t.priority WHEN 'urgent' THEN '24x7' ELSE 'business' END AS hours) AS p
JOIN slaops.sla_targets AS g ON g.policy = p.policy AND g.metric = m.metric AND g.priority = t.priority
WHERE m.stop IS NOT NULL AND m.stop <= t.solved_at;
SELECT pg_temp.same('minutes and status of clocks',
    $$SELECT ticket_id, metric, round(elapsed, 6) AS minutes, CASE WHEN elapsed > extract(epoch FROM target) / 60 THEN 'breached' ELSE 'met' END AS status FROM clock WHERE target < '1 day'$$,
    $$SELECT f.ticket_id, f.metric, round(f.elapsed_minutes::numeric, 6), f.status FROM marts.fct_sla_attainment AS f JOIN clock AS c ON c.ticket_id = f.ticket_id AND c.metric = f.metric AND c.target < '1 day'$$, 6000);

-- Backlog at fifty instants, cycle times, what each day saw.
CREATE TABLE life AS SELECT ticket_id, event_at, new_value IN ('solved', 'closed') AS over FROM demo.ticket_events WHERE event_type IN ('created', 'status');
CREATE TABLE instant AS SELECT timestamptz '2025-01-10Z' + (i * 7.123 + (i * 37 % 24) / 24.0) * interval '1 day' AS at FROM generate_series(0, 49) AS i;
SELECT pg_temp.same('backlog at fifty instants',
    $$SELECT i.at, count(*) AS open FROM instant AS i CROSS JOIN LATERAL (
          SELECT DISTINCT ON (l.ticket_id) l.over FROM life AS l WHERE l.event_at <= i.at ORDER BY l.ticket_id, l.event_at DESC, l.over DESC) AS t WHERE t.over IS NOT TRUE GROUP BY i.at$$,
    $$SELECT b.at, b.open FROM (SELECT array_agg(u.opened) AS opened, array_agg(u.closed) AS closed FROM marts.int_ticket_lifecycle AS l, unnest(l.open_from, l.open_to) AS u (opened, closed)) AS p,
          LATERAL slaops.backlog_at(p.opened, p.closed, array(SELECT at FROM instant ORDER BY at)) AS b$$, 50);
SELECT pg_temp.same('cycle times',
    $$SELECT ticket_id, round(extract(epoch FROM solved_at - created_at) / 60, 6) FROM demo.tickets WHERE solved_at IS NOT NULL$$,
    $$SELECT ticket_id, round(cycle_minutes::numeric, 6) FROM marts.mart_ticket_outcomes WHERE outcome <> 'open'$$, 4000);
SELECT pg_temp.same('open minutes from creation to solved, nights and waiting in between',
    $$SELECT ticket_id, round(pg_temp.open_minutes(calendar_name, created_at, solved_at), 6) FROM demo.tickets WHERE solved_at IS NOT NULL AND priority <> 'urgent'
          AND ticket_id NOT IN (SELECT ticket_id FROM demo.ticket_events WHERE event_type = 'priority')$$,
    $$SELECT ticket_id, round(business_cycle_minutes::numeric, 6) FROM marts.int_ticket_lifecycle WHERE NOT is_open AND priority <> 'urgent'
          AND ticket_id NOT IN (SELECT ticket_id FROM demo.ticket_events WHERE event_type = 'priority')$$, 3000);
SELECT pg_temp.same('what each day saw',
    $$SELECT (event_at AT TIME ZONE 'UTC')::date AS day, count(*) FILTER (WHERE event_type = 'created') AS created, count(*) FILTER (WHERE new_value = 'solved') AS solved
      FROM demo.ticket_events WHERE event_type = 'created' OR event_type = 'status' AND new_value = 'solved' GROUP BY 1$$,
    $$SELECT day, created, solved FROM marts.mart_daily_totals WHERE created + solved > 0$$, 300);
SELECT pg_temp.same('what each day cost, and its ratings',
    $$SELECT (solved_at AT TIME ZONE 'UTC')::date AS day, round(sum(cost)::numeric, 4), count(csat_score), round(avg(csat_score)::numeric, 6) FROM demo.tickets WHERE solved_at IS NOT NULL GROUP BY 1$$,
    $$SELECT day, round(cost::numeric, 4), rated, round(csat::numeric, 6) FROM marts.mart_daily_totals WHERE cost IS NOT NULL$$, 250);
SELECT pg_temp.same('what each group''s days cost', $$SELECT (solved_at AT TIME ZONE 'UTC')::date, group_name, priority, round(sum(cost)::numeric, 4) FROM demo.tickets WHERE solved_at IS NOT NULL GROUP BY 1, 2, 3$$,
    $$SELECT day, group_name, priority, round(cost::numeric, 4) FROM marts.mart_daily_ops WHERE cost IS NOT NULL$$, 500);

-- What agents did.
SELECT pg_temp.same('replies and notes',
    $$SELECT actor, date_trunc('month', event_at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE public), count(*) FILTER (WHERE NOT public), count(DISTINCT ticket_id)
      FROM demo.ticket_events WHERE event_type = 'comment' AND actor_role = 'agent' GROUP BY 1, 2$$,
    $$SELECT agent, month, replies, notes, tickets_touched FROM marts.mart_agent_productivity WHERE tickets_touched > 0$$, 50);
SELECT pg_temp.same('tickets that agents solved',
    $$SELECT assignee, date_trunc('month', solved_at AT TIME ZONE 'UTC')::date, count(*), round(avg(csat_score)::numeric, 6), count(csat_score), round(sum(cost)::numeric, 4),
             count(*) FILTER (WHERE ticket_id IN (SELECT ticket_id FROM demo.ticket_events WHERE event_type = 'status' AND old_value = 'solved' AND new_value = 'open'))
      FROM demo.tickets WHERE solved_at IS NOT NULL AND assignee IS NOT NULL GROUP BY 1, 2$$,
    $$SELECT agent, month, solved, round(csat::numeric, 6), rated, round(cost::numeric, 4), reopened FROM marts.mart_agent_productivity WHERE solved > 0$$, 50);

-- Ways through the process, and what they do to customers.
SELECT pg_temp.same('variants',
    $$SELECT steps, count(*) FROM (
          SELECT ticket_id, string_agg(step, '>' ORDER BY n) AS steps FROM (
              SELECT ticket_id, step, n, lag(step) OVER (PARTITION BY ticket_id ORDER BY n) AS before FROM (
                  SELECT ticket_id, row_number() OVER (PARTITION BY ticket_id ORDER BY event_at, seq) AS n,
                         CASE event_type WHEN 'created' THEN 'created' WHEN 'comment' THEN actor_role || ' reply' WHEN 'status' THEN 'status ' || new_value WHEN 'group_name' THEN 'group ' || new_value END AS step
                  FROM demo.ticket_events WHERE event_type IN ('created', 'comment', 'status', 'group_name') AND public IS NOT FALSE) AS e) AS f
          WHERE step IS DISTINCT FROM before GROUP BY ticket_id) AS g
      JOIN demo.tickets USING (ticket_id) WHERE solved_at IS NOT NULL GROUP BY steps$$,
    $$SELECT array_to_string(activities, '>'), tickets FROM marts.process_variants$$, 20);
SELECT pg_temp.same('CSAT of reopened and escalated tickets',
    $$SELECT d.driver, count(*) FILTER (WHERE d.holds), count(*) FILTER (WHERE NOT d.holds), round((avg(csat_score) FILTER (WHERE d.holds) - avg(csat_score) FILTER (WHERE NOT d.holds))::numeric, 6),
             round((1.96 * sqrt(var_samp(csat_score) FILTER (WHERE d.holds) / count(*) FILTER (WHERE d.holds) + var_samp(csat_score) FILTER (WHERE NOT d.holds) / count(*) FILTER (WHERE NOT d.holds)))::numeric, 6)
      FROM demo.tickets AS t
      CROSS JOIN LATERAL (VALUES ('reopened', EXISTS (SELECT FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = 'status' AND e.old_value = 'solved' AND e.new_value = 'open')),
          ('escalated', EXISTS (SELECT FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = 'group_name' AND e.old_value IS NOT NULL))) AS d (driver, holds)
      WHERE t.csat_score IS NOT NULL GROUP BY d.driver$$,
    $$SELECT driver, with_it, without_it, round(effect::numeric, 6), round((effect - effect_lower)::numeric, 6) FROM marts.csat_drivers WHERE driver IN ('reopened', 'escalated')$$, 2);
SELECT pg_temp.same('deviations from the happy path',
    $$SELECT 'escalated to another group', count(*) FROM demo.tickets WHERE solved_at IS NOT NULL AND ticket_id IN (SELECT ticket_id FROM demo.ticket_events WHERE event_type = 'group_name' AND old_value IS NOT NULL)
      UNION ALL SELECT 'no reply', count(*) FROM demo.tickets WHERE solved_at IS NOT NULL AND ticket_id NOT IN (SELECT ticket_id FROM demo.ticket_events WHERE event_type = 'comment' AND actor_role = 'agent')
      UNION ALL SELECT 'waited for the customer', count(*) FROM demo.tickets WHERE solved_at IS NOT NULL AND ticket_id IN (SELECT ticket_id FROM demo.ticket_events WHERE new_value = 'pending')$$,
    $$SELECT deviation, tickets FROM marts.process_conformance WHERE level = 'all' AND deviation IN ('escalated to another group', 'no reply', 'waited for the customer')$$, 3);
SELECT pg_temp.same('deviations that lives know too',
    $$SELECT v.deviation, count(*) FROM marts.int_ticket_lifecycle AS l CROSS JOIN LATERAL (VALUES ('reopened', l.reopens > 0), ('more than one reply', l.agent_replies > 1), ('on hold', 'hold' = ANY (l.states)), ('no reply', l.agent_replies = 0)) AS v (deviation, holds)
      WHERE NOT l.is_open AND v.holds GROUP BY 1$$,
    $$SELECT deviation, tickets FROM marts.process_conformance WHERE level = 'all' AND deviation IN ('reopened', 'more than one reply', 'on hold', 'no reply')$$, 4);
SELECT pg_temp.same('deviations of each level add up', $$SELECT v.level, v.deviation, sum(v.tickets), sum(v.times) FROM marts.process_conformance AS v WHERE v.level <> 'all' GROUP BY 1, 2$$,
    $$SELECT n.level, v.deviation, v.tickets::numeric, v.times::numeric FROM marts.process_conformance AS v, (VALUES ('priority'), ('group'), ('priority and group')) AS n (level) WHERE v.level = 'all'$$, 21);
SELECT pg_temp.same('deviations of priorities and groups',
    $$SELECT l.priority, coalesce(l.group_name, l.groups[cardinality(l.groups)], '(none)'), v.deviation, count(*) FROM marts.int_ticket_lifecycle AS l CROSS JOIN LATERAL (VALUES ('reopened', l.reopens > 0), ('more than one reply', l.agent_replies > 1), ('on hold', 'hold' = ANY (l.states)), ('no reply', l.agent_replies = 0)) AS v (deviation, holds)
      WHERE NOT l.is_open AND v.holds GROUP BY 1, 2, 3$$,
    $$SELECT priority, group_name, deviation, tickets FROM marts.process_conformance WHERE level = 'priority and group' AND tickets > 0 AND deviation IN ('reopened', 'more than one reply', 'on hold', 'no reply')$$, 20);
SELECT pg_temp.same('times of deviating tickets by priority',
    $$SELECT priority, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY business_cycle_minutes))::numeric, 6), round(avg(business_cycle_minutes)::numeric, 6)
      FROM marts.int_ticket_lifecycle WHERE NOT is_open AND agent_replies > 1 GROUP BY 1$$,
    $$SELECT d.priority, round(d.median_cycle_minutes::numeric, 6), round((d.extra_minutes + h.mean)::numeric, 6) FROM marts.process_conformance AS d
      JOIN (SELECT o.priority, avg(o.business_cycle_minutes) AS mean FROM marts.mart_ticket_outcomes AS o JOIN marts.int_ticket_paths AS p USING (ticket_id) CROSS JOIN LATERAL slaops.conformance(p.steps, 'happy path') AS c WHERE c.fits GROUP BY 1) AS h USING (priority)
      WHERE d.level = 'priority' AND d.deviation = 'more than one reply'$$, 4);
SELECT pg_temp.same('variants of groups and priorities',
    $$SELECT o.last_group, o.priority, p.variant_id, count(*), count(*) FILTER (WHERE o.breached > 0), count(o.csat_score), round(coalesce(sum(o.csat_score), 0)::numeric, 6), round((percentile_cont(0.5) WITHIN GROUP (ORDER BY o.business_cycle_minutes))::numeric, 6), round(sum(o.business_cycle_minutes)::numeric, 4)
      FROM marts.mart_ticket_outcomes AS o JOIN marts.int_ticket_paths AS p USING (ticket_id) WHERE o.outcome <> 'open' GROUP BY 1, 2, 3$$,
    $$SELECT group_name, priority, variant_id, tickets, breached_tickets, rated, round(csat_sum::numeric, 6), round(median_cycle_minutes::numeric, 6), round(minutes::numeric, 4) FROM marts.variants_by_group$$, 100);
SELECT pg_temp.same('variants of groups are variants', $$SELECT variant_id, activities, sum(tickets) FROM marts.variants_by_group GROUP BY 1, 2$$, $$SELECT variant_id, activities, tickets::numeric FROM marts.process_variants$$, 20);
SELECT pg_temp.same('transitions',
    $$SELECT t.priority, e.step, e.next, count(*), round((coalesce(sum(e.wall), 0) / 60)::numeric, 3) FROM demo.tickets AS t JOIN (
          SELECT ticket_id, step, lead(step) OVER w AS next, extract(epoch FROM lead(event_at) OVER w - event_at) AS wall FROM (
              SELECT *, CASE WHEN event_type = 'comment' AND public IS FALSE THEN 'internal note' WHEN event_type = 'comment' THEN actor_role || ' reply' WHEN event_type = 'status' THEN 'status ' || new_value WHEN event_type = 'group_name' THEN 'group ' || new_value ELSE event_type END AS step
              FROM demo.ticket_events) AS s
          WINDOW w AS (PARTITION BY ticket_id ORDER BY event_at, seq)) AS e USING (ticket_id) GROUP BY 1, 2, 3$$,
    $$SELECT priority, activity, next_activity, sum(times)::bigint, round(sum(wall_minutes)::numeric, 3) FROM marts.transitions_by_group GROUP BY 1, 2, 3$$, 60);
SELECT pg_temp.same('transitions and activities of groups add up', $$SELECT activity, volume, tickets, round((cycle_minutes * volume)::numeric, 3), round((waiting_minutes * volume)::numeric, 3) FROM marts.bottleneck_activities$$,
    $$SELECT b.activity, sum(b.volume)::bigint, sum(b.tickets)::bigint, round(sum(b.minutes)::numeric, 3), round(sum(b.waiting_minutes)::numeric, 3) FROM marts.activities_by_group AS b GROUP BY 1$$, 5);
SELECT pg_temp.same('open minutes of transitions', $$SELECT activity, group_name, priority, round(sum(minutes)::numeric, 3) FROM marts.transitions_by_group WHERE timed > 0 GROUP BY 1, 2, 3$$,
    $$SELECT activity, group_name, priority, round(minutes::numeric, 3) FROM marts.activities_by_group$$, 50);
SELECT pg_temp.same('stages are the time of groups', $$SELECT group_name, round(sum(minutes)::numeric, 3) FROM marts.int_ticket_stages WHERE group_name IS NOT NULL GROUP BY 1$$,
    $$SELECT g.group_name, round(sum(g.minutes)::numeric, 3) FROM marts.int_ticket_lifecycle AS l CROSS JOIN LATERAL unnest(l.groups, l.group_minutes) AS g (group_name, minutes) GROUP BY 1$$, 3);
-- Touch time by a sweep: a ticket's time is cut at each instant at which anything begins or ends.
CREATE TEMPORARY TABLE piece AS
SELECT s.ticket_id, s.from_at AS stage_from, s.to_at AS stage_to, s.status, l.calendar_name, cut.at AS from_at, lead(cut.at) OVER (PARTITION BY s.ticket_id, s.from_at, s.to_at, s.status ORDER BY cut.at) AS to_at
FROM marts.int_ticket_stages AS s
JOIN marts.int_ticket_lifecycle AS l USING (ticket_id)
CROSS JOIN LATERAL (
    SELECT s.from_at AS at UNION SELECT s.to_at
    UNION SELECT unnest(ARRAY[w.started_at, w.ended_at]) FROM demo.long_work AS w WHERE w.ticket_id = s.ticket_id
    UNION SELECT unnest(ARRAY[d.opens, d.closes]) FROM open_day AS d WHERE d.calendar_name = l.calendar_name AND d.closes > s.from_at AND d.opens < s.to_at
) AS cut
WHERE cut.at BETWEEN s.from_at AND s.to_at AND EXISTS (SELECT FROM demo.long_work AS w WHERE w.ticket_id = s.ticket_id);
SELECT pg_temp.same('touch time of stages', $$SELECT ticket_id, from_at, status, round(coalesce(touch_minutes, -1)::numeric, 3), round(wall_touch_minutes::numeric, 3), round(wait_minutes::numeric, 3), round(work_minutes::numeric, 3) FROM marts.int_stage_work WHERE to_at > from_at$$,
    $$SELECT ticket_id, stage_from, status, round(sum(minutes) FILTER (WHERE touched AND open), 3), round(sum(minutes) FILTER (WHERE touched), 3), round(sum(minutes) FILTER (WHERE open AND NOT touched), 3), round(sum(minutes * people), 3)
    FROM (
        SELECT p.ticket_id, p.stage_from, p.status, seen.minutes, seen.people, seen.people > 0 AS touched, seen.open
        FROM piece AS p
        CROSS JOIN LATERAL (SELECT (extract(epoch FROM p.to_at - p.from_at) / 60)::numeric AS minutes, (SELECT count(*) FROM demo.long_work AS w WHERE w.ticket_id = p.ticket_id AND w.started_at <= p.from_at AND w.ended_at >= p.to_at) AS people,
            p.calendar_name = '24x7' OR EXISTS (SELECT FROM open_day AS d WHERE d.calendar_name = p.calendar_name AND d.opens <= p.from_at AND d.closes >= p.to_at) AS open) AS seen
        WHERE p.to_at IS NOT NULL
        UNION ALL SELECT DISTINCT p.ticket_id, p.stage_from, p.status, 0, 0, o.touched, o.open FROM piece AS p, (VALUES (true, true), (true, false), (false, true)) AS o (touched, open) WHERE p.stage_to > p.stage_from
    ) AS x GROUP BY 1, 2, 3$$, 400);
SELECT pg_temp.same('bottlenecks of priorities add up', $$SELECT group_name, sum(volume), sum(open_now), round(sum(minutes)::numeric, 3), sum(met), sum(breached) FROM marts.bottlenecks WHERE level = 'priority and group' GROUP BY 1$$,
    $$SELECT group_name, volume::numeric, open_now::numeric, round(minutes::numeric, 3), met::numeric, breached::numeric FROM marts.bottlenecks WHERE level = 'group'$$, 3);
SELECT pg_temp.yes('working and waiting are the cycle time', (SELECT bool_and(abs(working_minutes + waiting_minutes - cycle_minutes) < 1e-6) FROM marts.bottlenecks));
SELECT pg_temp.same('hand-offs', $$SELECT old_value, new_value, count(*) FROM demo.ticket_events WHERE event_type = 'group_name' AND old_value IS NOT NULL GROUP BY 1, 2$$,
    $$SELECT from_group, to_group, handoffs FROM marts.group_handoffs WHERE level = 'all'$$, 2);
SELECT pg_temp.same('hand-offs of priorities', $$SELECT t.priority, e.old_value, e.new_value, count(*), count(DISTINCT e.ticket_id) FROM demo.ticket_events AS e JOIN demo.tickets AS t USING (ticket_id) WHERE e.event_type = 'group_name' AND e.old_value IS NOT NULL GROUP BY 1, 2, 3$$,
    $$SELECT priority, from_group, to_group, handoffs, tickets FROM marts.group_handoffs WHERE level = 'priority'$$, 6);
SELECT pg_temp.same('reopenings and their minutes',
    $$SELECT count(*), round(sum(slaops.business_minutes(CASE t.calendar_name WHEN '24x7' THEN '24/7 @ UTC' ELSE t.calendar_name END, e.event_at, coalesce((SELECT min(s.event_at) FROM demo.ticket_events AS s WHERE s.ticket_id = e.ticket_id AND s.new_value = 'solved' AND s.event_at > e.event_at), '2026-01-05 08:00Z')))::numeric, 3)
      FROM demo.ticket_events AS e JOIN marts.int_ticket_lifecycle AS t USING (ticket_id) WHERE e.event_type = 'status' AND e.old_value = 'solved' AND e.new_value = 'open'$$,
    $$SELECT sum(times)::bigint, round(sum(minutes)::numeric, 3) FROM marts.rework WHERE level = 'group' AND kind = 'reopened'$$, 1);
SELECT pg_temp.same('rework of each level adds up', $$SELECT level, kind, sum(tickets), sum(times), round(sum(minutes)::numeric, 3), round(sum(share)::numeric, 9), sum(met), sum(breached) FROM marts.rework WHERE level <> 'all' GROUP BY 1, 2$$,
    $$SELECT n.level, r.kind, r.tickets::numeric, r.times::numeric, round(r.minutes::numeric, 3), round(r.share::numeric, 9), r.met::numeric, r.breached::numeric FROM marts.rework AS r, (VALUES ('priority'), ('group'), ('priority and group')) AS n (level) WHERE r.level = 'all'$$, 3);
SELECT pg_temp.same('what escalations add',
    $$SELECT round((avg(business_cycle_minutes) FILTER (WHERE escalations > 0) - avg(business_cycle_minutes) FILTER (WHERE escalations = 0))::numeric, 6) FROM marts.mart_ticket_outcomes WHERE outcome <> 'open'$$,
    $$SELECT round(added_minutes::numeric, 6) FROM marts.escalation_impact WHERE level = 'all'$$, 1);
SELECT pg_temp.same('what escalations add, by priority and group',
    $$SELECT priority, last_group, count(*) FILTER (WHERE escalations > 0), count(*) FILTER (WHERE escalations = 0), round((avg(business_cycle_minutes) FILTER (WHERE escalations > 0) - avg(business_cycle_minutes) FILTER (WHERE escalations = 0))::numeric, 6),
             round((percentile_cont(0.5) WITHIN GROUP (ORDER BY business_cycle_minutes) FILTER (WHERE escalations > 0))::numeric, 6) FROM marts.mart_ticket_outcomes WHERE outcome <> 'open' GROUP BY 1, 2$$,
    $$SELECT priority, group_name, escalated, not_escalated, round(added_minutes::numeric, 6), round(median_cycle_minutes::numeric, 6) FROM marts.escalation_impact WHERE level = 'priority and group'$$, 8);
SELECT pg_temp.same('how often things happened before a solution', $$SELECT sum(volume) FROM marts.bottleneck_activities WHERE activity IN ('created', 'status pending', 'status hold')$$,
    $$SELECT count(*)::numeric FROM demo.ticket_events WHERE event_type = 'created' OR new_value IN ('pending', 'hold')$$, 1);
SELECT pg_temp.same('volume and cycle time of groups',
    $$SELECT new_value, count(DISTINCT ticket_id) FROM demo.ticket_events WHERE event_type = 'group_name' GROUP BY 1$$,
    $$SELECT group_name, volume FROM marts.bottlenecks WHERE level = 'group'$$, 3);
SELECT pg_temp.same('tickets that came to groups in the last eight weeks',
    $$SELECT c.group_name, d.day, count(*) FROM (SELECT group_name, mode() WITHIN GROUP (ORDER BY calendar_name) AS calendar_name FROM demo.tickets GROUP BY 1) AS c
      JOIN demo.ticket_events AS e ON e.event_type = 'group_name' AND e.new_value = c.group_name AND e.event_at > '2025-11-01Z'
      CROSS JOIN LATERAL (SELECT (greatest(min(o.opens), e.event_at) AT TIME ZONE 'UTC')::date AS day FROM open_day AS o WHERE o.calendar_name = c.calendar_name AND o.closes > e.event_at) AS d
      WHERE d.day BETWEEN '2025-11-17' AND '2026-01-02' GROUP BY 1, 2$$,
    $$SELECT group_name, day, tickets FROM marts.capacity_by_day WHERE day BETWEEN '2025-11-17' AND '2026-01-02' AND tickets > 0$$, 60);

-- Views that say the same thing twice say the same.
SELECT pg_temp.same('clocks in three views', $$SELECT metric, sum(met), sum(breached), sum(open_breached), sum(at_risk) FROM marts.mart_sla GROUP BY metric$$,
    $$SELECT metric, count(*) FILTER (WHERE status = 'met'), count(*) FILTER (WHERE status = 'breached'), count(*) FILTER (WHERE status = 'breached' AND stopped_at IS NULL), count(*) FILTER (WHERE status = 'at_risk')
      FROM marts.fct_sla_attainment GROUP BY metric$$, 5);
SELECT pg_temp.same('clocks decided, in the overview', $$SELECT metric, sum(met + breached) FROM marts.mart_sla GROUP BY metric$$, $$SELECT metric, decided_ever FROM marts.sla_overview WHERE level = 'all'$$, 5);
SELECT pg_temp.same('groups add up', $$SELECT metric, sum(decided_ever), sum(running), sum(met), sum(decided_7_days), sum(decided_before) FROM marts.sla_overview WHERE level = 'group' GROUP BY metric$$,
    $$SELECT metric, decided_ever, running, met, decided_7_days, decided_before FROM marts.sla_overview WHERE level = 'all'$$, 5);
SELECT pg_temp.same('priorities add up', $$SELECT metric, sum(decided_ever), sum(running), sum(met) FROM marts.sla_overview WHERE level = 'priority' GROUP BY metric$$,
    $$SELECT metric, decided_ever, running, met FROM marts.sla_overview WHERE level = 'all'$$, 5);
SELECT pg_temp.same('clocks of groups', $$SELECT group_name, sum(met), sum(breached) FROM marts.mart_sla WHERE metric = 'group_ownership' GROUP BY 1$$,
    $$SELECT group_name, sum(met), sum(breached) FROM marts.mart_group_performance GROUP BY 1$$, 3);
SELECT pg_temp.same('clocks of days', $$SELECT sum(met), sum(breached) FROM marts.mart_sla_by_day$$, $$SELECT sum(met), sum(breached) FROM marts.mart_sla$$, 1);
SELECT pg_temp.same('clocks of outcomes', $$SELECT sum(met), sum(breached), round(sum(minutes_late)::numeric, 3) FROM marts.mart_ticket_outcomes$$, $$SELECT sum(met), sum(breached), round(sum(minutes_late)::numeric, 3) FROM marts.mart_sla$$, 1);
-- What happens on the stroke of midnight is seen as the day begins, not as the one before ends.
CREATE TABLE midnight AS SELECT event_at::date AS day FROM demo.ticket_events WHERE event_at = date_trunc('day', event_at);
SELECT pg_temp.same('backlog of days and snapshots', $$SELECT day + 1, backlog FROM marts.mart_daily_totals WHERE day < '2026-01-05' AND backlog > 0 AND day + 1 NOT IN (TABLE midnight)$$,
    $$SELECT day, count(*) FROM marts.fct_backlog_snapshot WHERE day > '2025-01-05' AND day NOT IN (TABLE midnight) GROUP BY 1$$, 300);
SELECT pg_temp.same('work in progress', $$SELECT day, wip::bigint FROM marts.backlog_burndown$$, $$SELECT day, backlog FROM marts.mart_daily_totals WHERE day > '2026-01-05'::date - 56$$, 56);
SELECT pg_temp.same('debt now', $$SELECT past_target::bigint, round(sla_debt_minutes::numeric, 3) FROM marts.backlog_burndown WHERE day = '2026-01-05'$$,
    $$SELECT count(DISTINCT ticket_id), coalesce(round(sum(-margin_minutes)::numeric, 3), 0) FROM marts.fct_sla_attainment WHERE is_open AND stopped_at IS NULL AND status = 'breached'$$, 1);
SELECT pg_temp.same('every late or risky ticket that does not wait for the customer has a rank', $$SELECT ticket_id FROM marts.next_best_ticket$$,
    $$SELECT DISTINCT ticket_id FROM marts.fct_sla_attainment WHERE is_open AND stopped_at IS NULL AND status IN ('breached', 'active', 'at_risk') AND ticket_status <> 'pending'$$, 10);
SELECT pg_temp.yes('debt avoided falls with the rank', (SELECT bool_and(ok) FROM (SELECT debt_avoided_per_minute <= lag(debt_avoided_per_minute) OVER (ORDER BY rank) AS ok FROM marts.next_best_ticket) AS x));
SELECT pg_temp.same('solved tickets in two views', $$SELECT sum(tickets) FROM marts.process_variants$$, $$SELECT count(*)::numeric FROM marts.mart_ticket_outcomes WHERE outcome <> 'open'$$, 1);
SELECT pg_temp.yes('the story is found: Tier 2, an outage, escalations', (SELECT group_name = 'Tier 2' FROM marts.bottlenecks WHERE level = 'group' AND rank = 1)
    AND EXISTS (SELECT FROM marts.volume_anomalies WHERE level = 'all' AND direction = 'more' AND day = '2025-08-14') AND (SELECT effect_upper < 0 FROM marts.csat_drivers WHERE driver = 'escalated'));

-- A tenth of the team's tickets is work for a tenth of it, but two people at least: nobody is to be moved.
SELECT pg_temp.yes('and what to do about it: fewer escalations', EXISTS (SELECT FROM marts.recommendations WHERE area = 'escalation' AND evidence ~ '[0-9]+ escalated tickets took')
    AND NOT EXISTS (SELECT FROM marts.recommendations WHERE area = 'capacity'));
-- The same tickets are not advised on twice.
SELECT pg_temp.yes('escalations are told once', (SELECT count(*) = 1 FROM marts.recommendations WHERE area = 'escalation' OR subject = 'escalated to another group'));
-- The query of each piece of advice runs, and shows something, whatever dates look like.
SET datestyle = 'SQL, DMY';
DO $$
DECLARE advice record; n bigint;
BEGIN
    FOR advice IN SELECT r.* FROM marts.recommendations AS r LOOP
        EXECUTE format('SELECT count(*) FROM (%s) AS q', advice.query) INTO n;
        IF n = 0 THEN RAISE 'nothing behind: %', advice.action; END IF;
    END LOOP;
END $$;
SELECT pg_temp.yes('no text has a gap', (SELECT count(*) > 0 AND bool_and(concat(action, evidence, title) !~ '[{}<>]|\[\[|\]\]') FROM marts.recommendations));
RESET datestyle;

-- Any name is good, and braces in it are nobody's placeholders.
SELECT slaops.load_sample('Bob''s "x" %s {schema}', 100);
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('Mart''s "y" %I {tickets}', '"Bob''s ""x"" %s {schema}".tickets', '"Bob''s ""x"" %s {schema}".ticket_events', policy_set => 'Bob''s "x" %s {schema}');
RESET slaops.as_of;
CALL slaops.refresh('Mart''s "y" %I {tickets}', '2026-01-05 09:00Z');
SELECT pg_temp.yes('a hundred tickets under odd names', (SELECT count(*) = 100 FROM "Mart's ""y"" %I {tickets}".mart_ticket_outcomes));
SELECT FROM slaops.drop_marts('Mart''s "y" %I {tickets}');
-- Teams of no tickets and of odd ones have views that answer.
CREATE SCHEMA odd;
CREATE TABLE odd.tickets AS SELECT * FROM demo.tickets LIMIT 0;
CREATE TABLE odd.ticket_events AS SELECT * FROM demo.ticket_events LIMIT 0;
CREATE FUNCTION pg_temp.read_all(schema text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE name text; n bigint; total bigint := 0;
BEGIN
    FOR name IN SELECT m.name FROM slaops.mart_templates AS m LOOP EXECUTE format('SELECT count(*) FROM (SELECT v::text FROM %I.%I AS v OFFSET 0) AS x', schema, name) INTO n; total := total + n; END LOOP;
    RETURN total;
END $$;
SELECT FROM slaops.create_marts('odd', group_capacity => 'demo.group_capacity');
SELECT pg_temp.yes('nothing is said of nobody', (SELECT count(*) = 0 FROM odd.recommendations) AND pg_temp.read_all('odd') > 0);
INSERT INTO odd.tickets (ticket_id, created_at, status) VALUES (1, '2026-01-01Z', 'open'), (2, 'infinity', 'open'), (3, NULL, 'solved'), (4, '-infinity', 'solved'), (5, '2030-01-01Z', 'new'), (NULL, '2026-01-01Z', 'open');
INSERT INTO odd.ticket_events (ticket_id, event_at, event_type, new_value) VALUES (1, 'infinity', 'status', 'solved'), (2, NULL, 'comment', NULL), (3, '-infinity', 'status', 'solved'), (3, '2026-01-02Z', 'status', 'open'), (9, '2026-01-02Z', 'status', 'open');
CALL slaops.refresh('odd', '2026-02-01Z');
SELECT pg_temp.yes('odd tickets are read', pg_temp.read_all('odd') > 20 AND (SELECT count(*) = 1 FROM odd.mart_ticket_outcomes WHERE ticket_id = 1));
