-- Of what tickets and events say, without slaops: lives, stretches with groups, days, agents, CSAT.
\ir ../../support/checks.sql
CREATE FUNCTION pg_temp.day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS $$ SELECT (at AT TIME ZONE 'America/New_York')::date $$;
CREATE FUNCTION pg_temp.month(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS $$ SELECT date_trunc('month', at AT TIME ZONE 'America/New_York')::date $$;

-- Working days in plain SQL; only the list of holidays comes from the calendars.
CREATE TABLE open_day AS
SELECT c.name AS calendar_name, (d + c.opens) AT TIME ZONE c.zone AS opens, (d + c.closes) AT TIME ZONE c.zone AS closes
FROM (VALUES ('demo americas', time '09:00', time '17:00', 'America/New_York'), ('demo emea', '08:30', '17:00', 'Europe/London'), ('demo apac', '09:00', '18:00', 'Asia/Singapore')) AS c (name, opens, closes, zone)
CROSS JOIN generate_series(timestamp '2024-11-01', '2026-04-01', '1 day') AS d
WHERE extract(isodow FROM d) < 6
  AND d::date NOT IN (SELECT h.day FROM slaops.calendars AS k CROSS JOIN LATERAL slaops.holidays(k.calendar, '2024-11-01', '2026-04-01') AS h WHERE k.name = c.name);
CREATE INDEX ON open_day (calendar_name, closes);
CREATE FUNCTION pg_temp.open_minutes(calendar text, a timestamptz, b timestamptz) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT CASE calendar WHEN '24x7' THEN extract(epoch FROM b - a) / 60
        ELSE (SELECT coalesce(sum(extract(epoch FROM least(o.closes, b) - greatest(o.opens, a))), 0) / 60 FROM open_day AS o WHERE o.calendar_name = calendar AND o.closes > a AND o.opens < b) END $$;

-- The calendar: around the clock for urgent tickets, else the ticket's own.
CREATE TABLE life AS
SELECT t.ticket_id, t.created_at, t.solved_at, t.solved_at IS NULL AS is_open, t.group_name, t.csat_score, t.channel, t.type, t.tier, t.priority, t.assignee,
       coalesce(e.reopens, 0) AS reopens, coalesce(e.escalations, 0) AS escalations, coalesce(e.replies, 0) AS replies, e.answered,
       pg_temp.open_minutes(CASE t.priority WHEN 'urgent' THEN '24x7' ELSE t.calendar_name END, t.created_at, coalesce(t.solved_at, '2026-01-05 08:00Z')) AS cycle,
       CASE t.priority WHEN 'urgent' THEN '24x7' ELSE t.calendar_name END AS calendar_name
FROM demo.tickets AS t
LEFT JOIN (
    SELECT ticket_id, count(*) FILTER (WHERE event_type = 'status' AND old_value = 'solved' AND new_value = 'open') AS reopens, count(*) FILTER (WHERE event_type = 'group_name' AND old_value IS NOT NULL) AS escalations,
           count(*) FILTER (WHERE event_type = 'comment' AND actor_role = 'agent' AND public) AS replies, min(event_at) FILTER (WHERE event_type = 'comment' AND actor_role = 'agent' AND public) AS answered
    FROM demo.ticket_events GROUP BY ticket_id
) AS e USING (ticket_id);
SELECT pg_temp.same('outcomes',
    $$SELECT ticket_id, CASE WHEN is_open THEN 'open' WHEN reopens > 0 AND escalations > 0 THEN 'escalated and reopened' WHEN reopens > 0 THEN 'reopened' WHEN escalations > 0 THEN 'escalated'
             WHEN replies = 0 THEN 'solved without a reply' WHEN replies = 1 THEN 'solved in one reply' ELSE 'solved' END, reopens, escalations, round(extract(epoch FROM answered - created_at) / 60, 6), round(cycle, 6) FROM life$$,
    $$SELECT ticket_id, outcome, reopens, escalations, round(first_response_minutes::numeric, 6), round(business_cycle_minutes::numeric, 6) FROM marts.mart_ticket_outcomes$$, 5000);

-- Days: every change of a life is one up or one down, and the backlog is their sum.
CREATE TABLE flow AS
SELECT ticket_id, event_at, event_type = 'created' AS created, over, was_over FROM (
    SELECT ticket_id, event_at, event_type, coalesce(new_value IN ('solved', 'closed'), false) AS over, lag(coalesce(new_value IN ('solved', 'closed'), false)) OVER (PARTITION BY ticket_id ORDER BY event_at, seq) AS was_over
    FROM demo.ticket_events WHERE event_type IN ('created', 'status')) AS e
WHERE over IS DISTINCT FROM was_over;
SELECT pg_temp.same('days', $$SELECT g::date AS day, count(f.*) FILTER (WHERE f.created), count(f.*) FILTER (WHERE NOT f.created AND NOT f.over), count(f.*) FILTER (WHERE f.over),
        (sum(coalesce(sum(CASE WHEN f.over THEN -1 WHEN f.over IS NOT NULL THEN 1 END), 0)) OVER (ORDER BY g))::bigint
      FROM generate_series((SELECT pg_temp.day(min(created_at)) FROM demo.tickets)::timestamp, '2026-01-05', '1 day') AS g LEFT JOIN flow AS f ON pg_temp.day(f.event_at) = g::date GROUP BY g$$,
    $$SELECT day, created, reopened, solved, backlog FROM marts.mart_daily_totals$$, 360);
SELECT pg_temp.same('days of groups and priorities', $$SELECT * FROM (
          SELECT g::date AS day, c.group_name, c.priority, g < '2026-01-05', count(f.*) FILTER (WHERE f.created) AS created, count(f.*) FILTER (WHERE NOT f.created AND NOT f.over) AS reopened, count(f.*) FILTER (WHERE f.over) AS solved,
                 (sum(coalesce(sum(CASE WHEN f.over THEN -1 WHEN f.over IS NOT NULL THEN 1 END), 0)) OVER (PARTITION BY c.group_name, c.priority ORDER BY g))::bigint AS backlog
          FROM generate_series((SELECT pg_temp.day(min(created_at)) FROM demo.tickets)::timestamp, '2026-01-05', '1 day') AS g CROSS JOIN (SELECT DISTINCT group_name, priority FROM demo.tickets) AS c
          LEFT JOIN (SELECT flow.*, t.group_name, t.priority FROM flow JOIN demo.tickets AS t USING (ticket_id)) AS f ON pg_temp.day(f.event_at) = g::date AND f.group_name = c.group_name AND f.priority = c.priority
          GROUP BY g, c.group_name, c.priority) AS x
      WHERE created + reopened + solved + backlog > 0$$,
    $$SELECT day, group_name, priority, is_complete, created, reopened, solved, backlog FROM marts.mart_daily_ops$$, 2000);
-- At fifty days drawn by chance (the seed makes them the same ones): the last state of each ticket as the day ended.
SELECT setseed(0.42);
CREATE TABLE drawn AS SELECT day FROM marts.mart_daily_totals WHERE day < '2026-01-05' ORDER BY random() LIMIT 50;
SELECT pg_temp.same('backlog as fifty days ended',
    $$SELECT d.day, count(*) FROM drawn AS d CROSS JOIN LATERAL (
          SELECT DISTINCT ON (e.ticket_id) e.new_value FROM demo.ticket_events AS e
          WHERE e.event_type IN ('created', 'status') AND e.event_at < (d.day + 1)::timestamp AT TIME ZONE 'America/New_York' ORDER BY e.ticket_id, e.event_at DESC, e.seq DESC) AS l
      WHERE coalesce(l.new_value, 'new') NOT IN ('solved', 'closed') GROUP BY d.day$$,
    $$SELECT day, sum(backlog)::bigint FROM marts.mart_daily_ops WHERE day IN (TABLE drawn) AND backlog > 0 GROUP BY day$$, 45);
SELECT pg_temp.same('cycles of days', $$SELECT pg_temp.day(solved_at), round((percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle::float8))::numeric, 6) FROM life WHERE solved_at IS NOT NULL GROUP BY 1$$,
    $$SELECT day, round(median_cycle_minutes::numeric, 6) FROM marts.mart_daily_totals WHERE median_cycle_minutes IS NOT NULL$$, 250);
SELECT pg_temp.same('cycles and ratings of groups and priorities', $$SELECT pg_temp.day(solved_at), group_name, priority, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle::float8))::numeric, 6), count(csat_score), round(avg(csat_score)::numeric, 6) FROM life WHERE solved_at IS NOT NULL GROUP BY 1, 2, 3$$,
    $$SELECT day, group_name, priority, round(median_cycle_minutes::numeric, 6), rated, round(csat::numeric, 6) FROM marts.mart_daily_ops WHERE median_cycle_minutes IS NOT NULL$$, 1000);

-- Agents.
SELECT pg_temp.same('what agents wrote',
    $$SELECT actor, pg_temp.month(event_at), count(DISTINCT ticket_id), count(*) FILTER (WHERE public), count(*) FILTER (WHERE NOT public) FROM demo.ticket_events WHERE event_type = 'comment' AND actor_role = 'agent' GROUP BY 1, 2$$,
    $$SELECT agent, month, tickets_touched, replies, notes FROM marts.mart_agent_productivity WHERE tickets_touched > 0$$, 50);
SELECT pg_temp.same('what agents solved',
    $$SELECT l.assignee, ARRAY[a.group_name], pg_temp.month(l.solved_at), count(*), round((count(*) / a.fte)::numeric, 6), count(*) FILTER (WHERE l.reopens > 0), round((percentile_cont(0.5) WITHIN GROUP (ORDER BY l.cycle::float8))::numeric, 6), a.cost_per_hour
      FROM life AS l LEFT JOIN demo.agents AS a ON a.agent = l.assignee WHERE l.solved_at IS NOT NULL AND l.assignee IS NOT NULL GROUP BY l.assignee, pg_temp.month(l.solved_at), a.group_name, a.fte, a.cost_per_hour$$,
    $$SELECT agent, group_names, month, solved, round(solved_per_fte::numeric, 6), reopened, round(median_cycle_minutes::numeric, 6), cost_per_hour FROM marts.mart_agent_productivity WHERE solved > 0$$, 50);

-- Groups: from each change of group or status to the next, unless the ticket was solved.
CREATE TABLE turn AS
SELECT e.ticket_id, pg_temp.month(l.created_at) AS month, e.group_name, sum(CASE WHEN NOT e.over THEN pg_temp.open_minutes(l.calendar_name, e.event_at, e.until) ELSE 0 END) AS minutes
FROM (
    SELECT s.ticket_id, s.event_at, coalesce(lead(s.event_at) OVER w, '2026-01-05 08:00Z') AS until,
           (SELECT g.new_value FROM demo.ticket_events AS g WHERE g.ticket_id = s.ticket_id AND g.event_type = 'group_name' AND (g.event_at, g.seq) <= (s.event_at, s.seq) ORDER BY g.event_at DESC, g.seq DESC LIMIT 1) AS group_name,
           coalesce((SELECT g.new_value IN ('solved', 'closed') FROM demo.ticket_events AS g WHERE g.ticket_id = s.ticket_id AND g.event_type = 'status' AND (g.event_at, g.seq) <= (s.event_at, s.seq) ORDER BY g.event_at DESC, g.seq DESC LIMIT 1), false) AS over
    FROM demo.ticket_events AS s WHERE s.event_type IN ('created', 'status', 'group_name')
    WINDOW w AS (PARTITION BY s.ticket_id ORDER BY s.event_at, s.seq)
) AS e JOIN life AS l USING (ticket_id)
WHERE e.group_name IS NOT NULL
GROUP BY e.ticket_id, l.created_at, e.group_name;
SELECT pg_temp.same('groups',
    $$SELECT t.group_name, t.month, count(*), count(*) FILTER (WHERE l.group_name = t.group_name AND NOT l.is_open), count(*) FILTER (WHERE l.group_name <> t.group_name), count(*) FILTER (WHERE l.group_name = t.group_name AND l.reopens > 0),
             count(*) FILTER (WHERE l.group_name = t.group_name AND l.is_open), round(sum(t.minutes), 4), round(avg(t.minutes), 4), round((percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minutes::float8))::numeric, 4)
      FROM turn AS t JOIN life AS l USING (ticket_id) GROUP BY 1, 2$$,
    $$SELECT group_name, month, tickets, resolved, passed_on, reopened, open_now, round(owned_minutes::numeric, 4), round(mean_owned_minutes::numeric, 4), round(median_owned_minutes::numeric, 4) FROM marts.mart_group_performance$$, 30);

-- CSAT: each driver with its rest, by the textbook's variances.
CREATE TABLE rated AS
SELECT l.*, l.cycle > (SELECT percentile_cont(0.75) WITHIN GROUP (ORDER BY q.cycle::float8) FROM life AS q WHERE q.csat_score IS NOT NULL) AS long_cycle,
       EXISTS (SELECT FROM marts.fct_sla_attainment AS f WHERE f.ticket_id = l.ticket_id AND f.status = 'breached') AS late
FROM life AS l WHERE l.csat_score IS NOT NULL;
CREATE TABLE driver AS
SELECT d.driver, d.value, r.ticket_id, r.csat_score, d.holds FROM rated AS r CROSS JOIN LATERAL (VALUES ('reopened', 'yes', r.reopens > 0), ('escalated', 'yes', r.escalations > 0), ('past a target', 'yes', r.late),
    ('long cycle', 'above three quarters of tickets', r.long_cycle), ('more than one reply', 'yes', r.replies > 1)) AS d (driver, value, holds)
UNION ALL
SELECT k.driver, k.value, r.ticket_id, r.csat_score, k.value = CASE k.driver WHEN 'group' THEN r.group_name WHEN 'channel' THEN r.channel WHEN 'type' THEN r.type WHEN 'priority' THEN r.priority ELSE r.tier END
FROM rated AS r CROSS JOIN (SELECT DISTINCT d.driver, d.value FROM rated AS q CROSS JOIN LATERAL (VALUES ('group', q.group_name), ('channel', q.channel), ('type', q.type), ('priority', q.priority), ('tier', q.tier)) AS d (driver, value)) AS k;
SELECT pg_temp.same('what moves CSAT',
    $$SELECT x.driver, x.value, x.n1, x.n0, round((x.m1 - x.m0)::numeric, 6), round((x.m1 - x.m0 - 1.96 * sqrt(x.v1 / x.n1 + x.v0 / x.n0))::numeric, 6), round((x.m1 - x.m0 + 1.96 * sqrt(x.v1 / x.n1 + x.v0 / x.n0))::numeric, 6)
      FROM (SELECT driver, value, count(*) FILTER (WHERE holds) AS n1, count(*) FILTER (WHERE NOT holds) AS n0, avg(csat_score) FILTER (WHERE holds) AS m1, avg(csat_score) FILTER (WHERE NOT holds) AS m0,
                   var_samp(csat_score) FILTER (WHERE holds) AS v1, var_samp(csat_score) FILTER (WHERE NOT holds) AS v0 FROM driver GROUP BY 1, 2) AS x$$,
    $$SELECT driver, value, with_it, without_it, round(effect::numeric, 6), round(effect_lower::numeric, 6), round(effect_upper::numeric, 6) FROM marts.csat_drivers$$, 23);
-- Cost, the same way; tickets that are open have none yet.
CREATE TABLE priced AS SELECT l.ticket_id, t.cost, l.reopens > 0 AS reopened, l.escalations > 0 AS escalated, l.replies > 1 AS replied, l.priority FROM life AS l JOIN demo.tickets AS t USING (ticket_id) WHERE NOT l.is_open;
SELECT pg_temp.same('what moves cost',
    $$SELECT d.driver, d.value, count(*) FILTER (WHERE holds), count(*) FILTER (WHERE NOT holds), round((avg(cost) FILTER (WHERE holds) - avg(cost) FILTER (WHERE NOT holds))::numeric, 6),
             round((avg(cost) FILTER (WHERE holds) - avg(cost) FILTER (WHERE NOT holds) - 1.96 * sqrt(var_samp(cost) FILTER (WHERE holds) / count(*) FILTER (WHERE holds) + var_samp(cost) FILTER (WHERE NOT holds) / count(*) FILTER (WHERE NOT holds)))::numeric, 6)
      FROM priced AS p CROSS JOIN LATERAL (VALUES ('reopened', 'yes', p.reopened), ('escalated', 'yes', p.escalated), ('more than one reply', 'yes', p.replied), ('priority', 'urgent', p.priority = 'urgent')) AS d (driver, value, holds) GROUP BY 1, 2$$,
    $$SELECT driver, value, with_it, without_it, round(effect::numeric, 6), round(effect_lower::numeric, 6) FROM marts.outcome_drivers WHERE outcome = 'cost' AND (driver IN ('reopened', 'escalated', 'more than one reply') OR value = 'urgent')$$, 4);
-- Churn by organization: those of whose tickets a larger part was reopened, or came by phone, than of all.
SELECT pg_temp.same('what moves churn',
    $$SELECT d.driver, d.value, count(*) FILTER (WHERE holds), count(*) FILTER (WHERE NOT holds), round(avg(left_us) FILTER (WHERE holds), 9), round(avg(left_us) FILTER (WHERE NOT holds), 9)
      FROM (SELECT t.organization_id, max((t.attributes ->> 'churned' = 'true')::integer) AS left_us, avg((l.reopens > 0)::integer) AS reopened, avg((t.channel = 'phone')::integer) AS phone FROM demo.tickets AS t JOIN life AS l USING (ticket_id) GROUP BY 1) AS o
      CROSS JOIN (SELECT avg((l.reopens > 0)::integer) AS reopened, avg((l.channel = 'phone')::integer) AS phone FROM life AS l) AS a
      CROSS JOIN LATERAL (VALUES ('reopened', 'yes', o.reopened > a.reopened OR o.reopened = 1), ('channel', 'phone', o.phone > a.phone OR o.phone = 1)) AS d (driver, value, holds) GROUP BY 1, 2$$,
    $$SELECT driver, value, with_it, without_it, round(mean_with::numeric, 9), round(mean_without::numeric, 9) FROM marts.outcome_drivers WHERE outcome = 'churn' AND (driver = 'reopened' OR value = 'phone')$$, 2);
-- What if: clocks of Tier 2 by the queue of their day, in days of its people. The half of days with the shorter queue, and ten parts of the others, pooled until none with a longer queue did better; then a moment after the other of the days to come.
CREATE FUNCTION pg_temp.expected(extra float8) RETURNS TABLE (attainment float8, days bigint, clocks bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    has record; part record; uptos float8[] := '{}'; mets numeric[] := '{}'; ns numeric[] := '{}'; ds bigint[] := '{}'; k integer := 0; longest float8; middle float8; queue float8; total float8 := 0; used bigint[] := '{}'; place integer;
BEGIN
    SELECT s.*, c.hours_per_day * 60 * c.occupancy / s.handle_minutes AS pace INTO has FROM slaops.simulate_capacity('marts', jsonb_build_object('Tier 2', extra)) AS s JOIN demo.group_capacity AS c USING (group_name) WHERE s.group_name = 'Tier 2';
    DROP TABLE IF EXISTS behind;
    CREATE TEMP TABLE behind AS
    SELECT k.day, count(*) AS clocks, sum(k.met) AS met, max(coalesce(q.n, 0)) / (has.fte_now * has.pace) AS wait
    FROM (SELECT (started_at AT TIME ZONE 'America/New_York')::date AS day, (status = 'met')::integer AS met FROM marts.fct_sla_attainment WHERE metric = 'group_ownership' AND status IN ('met', 'breached') AND started_in_group = 'Tier 2' AND (started_at AT TIME ZONE 'America/New_York')::date > date '2026-01-05' - 364) AS k
    LEFT JOIN (SELECT day, count(*) AS n FROM marts.fct_backlog_snapshot WHERE group_name = 'Tier 2' GROUP BY 1) AS q ON q.day = k.day GROUP BY 1;
    middle := (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) FROM behind);
    longest := (SELECT max(wait) FROM behind);
    FOR part IN SELECT x.place, max(wait) AS upto, sum(x.met) AS met, sum(x.clocks) AS n, count(*) AS d FROM (SELECT s.*, ((SELECT count(*) FROM behind AS o WHERE o.wait > middle AND o.wait < s.wait) * 10 / (SELECT count(*) FROM behind WHERE wait > middle)) AS place FROM behind AS s WHERE wait > middle) AS x GROUP BY 1 ORDER BY 1 LOOP
        k := k + 1; uptos[k] := part.upto; mets[k] := part.met; ns[k] := part.n; ds[k] := part.d;
        WHILE k > 1 AND mets[k] / ns[k] >= mets[k - 1] / ns[k - 1] LOOP
            uptos[k - 1] := uptos[k]; mets[k - 1] := mets[k - 1] + mets[k]; ns[k - 1] := ns[k - 1] + ns[k]; ds[k - 1] := ds[k - 1] + ds[k]; k := k - 1;
        END LOOP;
    END LOOP;
    SELECT array[middle] || uptos[1:k], array[sum(s.met)] || mets[1:k], array[sum(s.clocks)] || ns[1:k], array[count(*)] || ds[1:k] INTO uptos, mets, ns, ds FROM behind AS s WHERE s.wait <= middle;
    FOR i IN 0..19999 LOOP
        queue := greatest(has.backlog_now + (has.arrivals_per_day - has.fte * has.pace) * (i + 0.5) / 20000 * has.days, 0) / (has.fte * has.pace);
        IF queue > longest * 1.5 THEN RETURN; END IF;
        place := least((SELECT count(*) + 1 FROM unnest(uptos) AS u WHERE u < queue), k + 1);
        total := total + mets[place] / ns[place] / 20000;
        IF NOT place = ANY (used) THEN used := used || place::bigint; END IF;
    END LOOP;
    RETURN QUERY SELECT total, sum(ds[u])::bigint, sum(ns[u])::bigint FROM unnest(used) AS u;
END $$;
SELECT pg_temp.yes(format('attainment of Tier 2 with %s more people', v.extra), (SELECT abs(e.attainment - s.attainment_expected) < 1e-4 AND e.days = s.expected_basis_days AND e.clocks = s.expected_basis_clocks
    FROM pg_temp.expected(v.extra) AS e CROSS JOIN slaops.simulate_capacity('marts', jsonb_build_object('Tier 2', v.extra)) AS s WHERE s.group_name = 'Tier 2'))
FROM (VALUES (-0.5), (0), (6), (8), (12), (60)) AS v (extra);
SELECT pg_temp.yes('more people never lower it', (SELECT count(*) = 81 AND bool_and(rises IS NOT FALSE) FROM (SELECT attainment_expected >= lag(attainment_expected) OVER (ORDER BY fte) AS rises
    FROM slaops.simulate_capacity('marts', (SELECT jsonb_agg(jsonb_build_object('Tier 2', n / 4.0)) FROM generate_series(0, 80) AS n)) WHERE group_name = 'Tier 2') AS x));
-- Stored figures are of one instant; to ask for another is refused without the query that would have told it.
DO $$
DECLARE context text;
BEGIN
    SET LOCAL slaops.as_of = '2025-12-01 08:00Z';
    PERFORM slaops.simulate_capacity('marts');
    RAISE 'not refused';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
    PERFORM pg_temp.yes('the error is brief: ' || sqlerrm, sqlerrm ~ '^slaops.as_of is' AND context !~ 'behind');
END $$;
