-- Dashboards are computed again from the facts, and views that say the same thing twice are compared.
-- Wilson's interval by its formula.
CREATE FUNCTION pg_temp.wilson(met numeric, n numeric, sign numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN n > 0 THEN round((met / n + z * z / (2 * n) + sign * z * sqrt(met / n * (1 - met / n) / n + z * z / (4 * n * n))) / (1 + z * z / n), 9) END FROM (VALUES (1.959963984540054)) AS q (z) $$;
CREATE TABLE decided AS
SELECT f.metric, f.priority, f.last_group AS group_name, f.status = 'met' AS met, extract(epoch FROM timestamptz '2026-01-05 08:00Z' - CASE f.status WHEN 'met' THEN f.stopped_at ELSE f.breached_at END) / 86400 AS days
FROM marts.fct_sla_attainment AS f WHERE f.status IN ('met', 'breached');
SELECT pg_temp.same('overview',
    $$SELECT metric, level, priority, group_name, a, n - a, pg_temp.wilson(a, n, -1), pg_temp.wilson(a, n, 1), w, round(b::numeric / nullif(bn, 0), 9), bn, CASE WHEN pg_temp.wilson(a, n, -1) > pg_temp.wilson(b, bn, 1) THEN 'better' WHEN pg_temp.wilson(a, n, 1) < pg_temp.wilson(b, bn, -1) THEN 'worse' WHEN n > 0 AND bn > 0 THEN 'no clear change' END
      FROM (SELECT metric, CASE grouping(priority, group_name) WHEN 3 THEN 'all' WHEN 1 THEN 'priority' WHEN 2 THEN 'group' ELSE 'priority and group' END AS level, priority, group_name, count(*) FILTER (WHERE met AND days < 28) AS a, count(*) FILTER (WHERE days < 28) AS n, count(*) FILTER (WHERE days < 7) AS w,
                   count(*) FILTER (WHERE met AND days >= 28 AND days < 56) AS b, count(*) FILTER (WHERE days >= 28 AND days < 56) AS bn FROM decided GROUP BY GROUPING SETS ((metric), (metric, priority), (metric, group_name), (metric, priority, group_name))) AS x$$,
    $$SELECT metric, level, priority, group_name, met, breached, round(attainment_lower::numeric, 9), round(attainment_upper::numeric, 9), decided_7_days, round(attainment_before::numeric, 9), decided_before, trend FROM marts.sla_overview WHERE decided_ever > 0$$, 80);
SELECT pg_temp.same('attainment of groups', $$SELECT started_in_group, pg_temp.month(created_at), count(*) FILTER (WHERE status = 'met'), count(*) FILTER (WHERE status = 'breached'), pg_temp.wilson(count(*) FILTER (WHERE status = 'met'), count(*) FILTER (WHERE status IN ('met', 'breached')), -1)
      FROM marts.fct_sla_attainment WHERE metric = 'group_ownership' GROUP BY 1, 2$$,
    $$SELECT group_name, month, met, breached, round(attainment_lower::numeric, 9) FROM marts.mart_group_performance$$, 30);
SELECT pg_temp.same('clocks of each day',
    $$SELECT pg_temp.day(CASE status WHEN 'met' THEN stopped_at ELSE breached_at END), count(*) FILTER (WHERE status = 'met'), count(*) FILTER (WHERE status = 'breached'), pg_temp.wilson(count(*) FILTER (WHERE status = 'met'), count(*), 1)
      FROM marts.fct_sla_attainment WHERE status IN ('met', 'breached') GROUP BY 1$$,
    $$SELECT day, sum(met)::bigint, sum(breached)::bigint, round((slaops.attainment_rate(sum(met)::bigint, sum(breached)::bigint)).upper::numeric, 9) FROM marts.mart_sla_by_day GROUP BY day$$, 300);
SELECT pg_temp.same('clocks of each day, metric, priority and group',
    $$SELECT pg_temp.day(CASE status WHEN 'met' THEN stopped_at ELSE breached_at END) AS day, metric, priority, last_group, pg_temp.day(CASE status WHEN 'met' THEN stopped_at ELSE breached_at END) < '2026-01-05', count(*) FILTER (WHERE status = 'met'), count(*) FILTER (WHERE status = 'breached'),
             pg_temp.wilson(count(*) FILTER (WHERE status = 'met'), count(*), -1)
      FROM marts.fct_sla_attainment WHERE status IN ('met', 'breached') GROUP BY 1, 2, 3, 4$$,
    $$SELECT day, metric, priority, group_name, is_complete, met, breached, round(attainment_lower::numeric, 9) FROM marts.mart_sla_by_day$$, 3000);

-- Risk by Kaplan-Meier, in plain SQL: of those that ran longer than a clock, the product over the times at which others ended of the share that went on; of the nearest pool with 30 that ended or passed the target.
CREATE TABLE ran AS
SELECT f.metric, p.place, p.pool, f.elapsed_minutes AS minutes, f.status IN ('met', 'breached') AND f.stopped_at IS NOT NULL AS ended
FROM marts.fct_sla_attainment AS f
CROSS JOIN LATERAL (VALUES (4, ''), (3, f.priority)) AS w (place, pool)
CROSS JOIN LATERAL (SELECT w.place, w.pool UNION ALL SELECT v.place, f.priority || '|' || g.key FROM jsonb_each_text(f.group_shares) AS g, (VALUES (1), (2)) AS v (place) WHERE w.place = 4 AND (v.place = 2 OR f.started_at > timestamptz '2026-01-05 08:00Z' - interval '672 hours')) AS p
WHERE f.status NOT IN ('not_started', 'no_calendar');
CREATE TABLE curve AS
SELECT metric, place, pool, minutes, ends, n, 1 - ends / n::float8 AS stay
FROM (SELECT metric, place, pool, minutes, sum(ends) AS ends, sum(sum(all_)) OVER (PARTITION BY metric, place, pool ORDER BY minutes DESC) AS n
      FROM (SELECT metric, place, pool, minutes, count(*) AS all_, count(*) FILTER (WHERE ended) AS ends FROM ran GROUP BY 1, 2, 3, 4) AS x GROUP BY 1, 2, 3, 4) AS y;
CREATE INDEX ON curve (metric, place, pool, minutes);
CREATE INDEX ON ran (metric, place, pool, minutes);
ANALYZE ran, curve;
CREATE TABLE risk AS
SELECT DISTINCT ON (r.ticket_id, r.metric, r.cycle) r.ticket_id, r.metric, r.cycle, k.n, (ARRAY['group, last 28 days', 'group', 'priority', 'all priorities'])[w.place] AS based_on, round(k.p::numeric, 9) AS p, k.decided, k.reach = 0 AND k.p > 0 AS bound
FROM marts.fct_sla_attainment AS r
CROSS JOIN LATERAL (VALUES (1, r.priority || '|' || r.group_name), (2, r.priority || '|' || r.group_name), (3, r.priority), (4, '')) AS w (place, pool)
CROSS JOIN LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE q.ended OR q.minutes >= r.target_minutes) AS decided, count(*) FILTER (WHERE q.minutes >= r.target_minutes) AS reach,
                           coalesce((SELECT CASE WHEN min(c.stay) = 0 THEN 0 ELSE exp(sum(ln(nullif(c.stay, 0)))) END FROM curve AS c
                                     WHERE c.metric = r.metric AND c.place = w.place AND c.pool = w.pool AND c.minutes > r.elapsed_minutes AND c.minutes <= r.target_minutes), 1) AS p
                    FROM ran AS q WHERE q.metric = r.metric AND q.place = w.place AND q.pool = w.pool AND q.minutes > r.elapsed_minutes) AS k
WHERE r.is_open AND r.stopped_at IS NULL AND r.status IN ('active', 'at_risk', 'paused') AND (w.place = 4 OR k.decided >= 30 AND (k.reach > 0 OR k.p = 0))
ORDER BY 1, 2, 3, w.place;
SELECT pg_temp.same('at risk', $$SELECT * FROM risk$$, $$SELECT ticket_id, metric, cycle, comparable_clocks, CASE v.based_on WHEN 'model' THEN k.based_on ELSE v.based_on END, round(curve_probability::numeric, 9), decided_clocks, CASE v.based_on WHEN 'model' THEN k.bound ELSE is_bound END FROM marts.at_risk_tickets AS v LEFT JOIN risk AS k USING (ticket_id, metric, cycle)$$, 20);
SELECT pg_temp.same('the model or the curve', $$SELECT ticket_id, metric, cycle, based_on = 'model' FROM marts.at_risk_tickets$$, $$SELECT ticket_id, metric, cycle, is_used AND reasons[1] <> '' AND NOT is_bound FROM marts.at_risk_tickets JOIN marts.risk_model USING (metric) WHERE is_used OR breach_probability IS NOT DISTINCT FROM curve_probability$$, 20);
SELECT pg_temp.yes('some tickets are judged by a model', (SELECT count(*) FROM marts.at_risk_tickets WHERE based_on = 'model') > 0);
SELECT pg_temp.yes('more than one kind of curve is used', (SELECT count(DISTINCT based_on) FROM risk) >= 2);
SELECT pg_temp.same('every clock at risk has a share and a reason', 'SELECT true, true', $$SELECT count(*) FILTER (WHERE based_on ~ '^group') > 0, bool_and(breach_probability BETWEEN 0 AND 1 AND reason <> '') FROM marts.at_risk_tickets$$, 1);
CREATE TABLE mean_late AS SELECT metric, priority, avg(-margin_minutes) AS minutes FROM marts.fct_sla_attainment WHERE status = 'breached' AND stopped_at IS NOT NULL GROUP BY 1, 2;
SELECT pg_temp.same('what next',
    $$SELECT x.ticket_id, round((sum(x.p * x.minutes) / max(c.handle_minutes))::numeric, 6), row_number() OVER (ORDER BY round((sum(x.p * x.minutes) / max(c.handle_minutes))::numeric, 9) DESC, min(l.created_at), x.ticket_id::text)
      FROM (SELECT f.ticket_id, 1 AS p, m.minutes FROM marts.fct_sla_attainment AS f JOIN mean_late AS m USING (metric, priority) WHERE f.is_open AND f.stopped_at IS NULL AND f.status = 'breached'
            UNION ALL SELECT r.ticket_id, CASE WHEN r.is_bound THEN least(r.breach_probability, 0.5) ELSE coalesce(r.breach_probability, 0.5) END, m.minutes FROM marts.at_risk_tickets AS r JOIN mean_late AS m USING (metric, priority) WHERE r.status <> 'paused') AS x
      JOIN demo.tickets AS l USING (ticket_id) JOIN demo.group_capacity AS c USING (group_name) WHERE l.status <> 'pending' GROUP BY x.ticket_id$$,
    $$SELECT ticket_id, round(debt_avoided_per_minute::numeric, 6), rank FROM marts.next_best_ticket$$, 50);

-- Headline figures of 28 days of New York, and of the 28 before.
CREATE TABLE solution AS
SELECT e.ticket_id, e.event_at FROM (
    SELECT ticket_id, event_at, coalesce(new_value IN ('solved', 'closed'), false) AS over, lag(coalesce(new_value IN ('solved', 'closed'), false)) OVER (PARTITION BY ticket_id ORDER BY event_at, seq) AS was_over
    FROM demo.ticket_events WHERE event_type IN ('created', 'status')) AS e WHERE e.over AND NOT e.was_over;
CREATE TABLE headline AS
WITH period (is_now, since, upto) AS (VALUES (true, date '2025-12-08', date '2026-01-05'), (false, date '2025-11-10', date '2025-12-08')),
said AS (
    SELECT p.is_now, l.group_name, l.priority, 'created' AS figure, NULL AS metric, 1::numeric AS n, NULL::numeric AS value FROM life AS l JOIN period AS p ON pg_temp.day(l.created_at) >= p.since AND pg_temp.day(l.created_at) < p.upto
    UNION ALL SELECT p.is_now, l.group_name, l.priority, 'solved', NULL, 1, NULL FROM solution AS s JOIN life AS l USING (ticket_id) JOIN period AS p ON pg_temp.day(s.event_at) >= p.since AND pg_temp.day(s.event_at) < p.upto
    UNION ALL SELECT p.is_now, l.group_name, l.priority, v.figure, NULL, NULL, v.value FROM life AS l JOIN demo.tickets AS t USING (ticket_id) JOIN period AS p ON pg_temp.day(l.solved_at) >= p.since AND pg_temp.day(l.solved_at) < p.upto
        CROSS JOIN LATERAL (VALUES ('csat', l.csat_score::numeric), ('cost', t.cost::numeric), ('cost_per_ticket', t.cost::numeric), ('median_cycle_minutes', l.cycle)) AS v (figure, value)
    UNION ALL SELECT true, l.group_name, l.priority, 'backlog', NULL, 1, NULL FROM life AS l WHERE l.is_open
    UNION ALL SELECT false, b.group_name, b.priority, v.figure, NULL, v.n, NULL FROM marts.fct_backlog_snapshot AS b CROSS JOIN LATERAL (VALUES ('backlog', 1::numeric), ('breached_clocks', b.breached_clocks), ('sla_debt_minutes', b.sla_debt_minutes::numeric)) AS v (figure, n) WHERE b.day = '2025-12-08'
    UNION ALL SELECT true, f.group_name, f.priority, v.figure, NULL, v.n, NULL FROM marts.fct_sla_attainment AS f
        CROSS JOIN LATERAL (VALUES ('breached_clocks', (f.status = 'breached')::integer::numeric), ('at_risk_clocks', (f.status = 'at_risk')::integer), ('sla_debt_minutes', CASE f.status WHEN 'breached' THEN -f.margin_minutes::numeric ELSE 0 END)) AS v (figure, n) WHERE f.is_open AND f.stopped_at IS NULL
    UNION ALL SELECT p.is_now, f.last_group, f.priority, 'attainment', f.metric, NULL, (f.status = 'met')::integer FROM marts.fct_sla_attainment AS f
        JOIN period AS p ON pg_temp.day(CASE f.status WHEN 'met' THEN f.stopped_at ELSE f.breached_at END) >= p.since AND pg_temp.day(CASE f.status WHEN 'met' THEN f.stopped_at ELSE f.breached_at END) < p.upto WHERE f.status IN ('met', 'breached')
)
SELECT v.level, CASE v.level WHEN 'group' THEN s.group_name END AS group_name, CASE v.level WHEN 'priority' THEN s.priority END AS priority, s.figure, s.metric,
       round(x.now, 6) AS value, round(x.before, 6) AS before
FROM (SELECT l.level, s.figure, s.metric, CASE l.level WHEN 'group' THEN s.group_name END AS group_name, CASE l.level WHEN 'priority' THEN s.priority END AS priority FROM said AS s CROSS JOIN (VALUES ('all'), ('group'), ('priority')) AS l (level) GROUP BY 1, 2, 3, 4, 5) AS s
CROSS JOIN LATERAL (SELECT s.level) AS v
CROSS JOIN LATERAL (
    SELECT max(y.value) FILTER (WHERE y.is_now) AS now, max(y.value) FILTER (WHERE NOT y.is_now) AS before
    FROM (SELECT q.is_now, CASE WHEN s.figure IN ('csat', 'cost_per_ticket', 'attainment') THEN avg(q.value) WHEN s.figure = 'cost' THEN sum(q.value)
                 WHEN s.figure = 'median_cycle_minutes' THEN (percentile_cont(0.5) WITHIN GROUP (ORDER BY q.value::float8))::numeric ELSE sum(q.n) END AS value
          FROM said AS q WHERE q.figure = s.figure AND q.metric IS NOT DISTINCT FROM s.metric AND (s.level <> 'group' OR q.group_name IS NOT DISTINCT FROM s.group_name) AND (s.level <> 'priority' OR q.priority = s.priority) GROUP BY q.is_now) AS y
) AS x;
-- Where there is nothing in a period a count is 0, and where there is nothing in both the view may have a row or not.
SELECT pg_temp.same('headline figures',
    $$SELECT h.* FROM (SELECT level, group_name, priority, figure, metric, coalesce(value, CASE WHEN counts THEN 0 END) AS value, coalesce(before, CASE WHEN counts AND figure <> 'at_risk_clocks' THEN 0 END) AS before
      FROM (SELECT *, figure IN ('created', 'solved', 'backlog', 'breached_clocks', 'at_risk_clocks', 'sla_debt_minutes') AS counts FROM headline) AS x) AS h WHERE value <> 0 OR before <> 0$$,
    $$SELECT level, group_name, priority, figure, metric, round(value::numeric, 6), round(before::numeric, 6) FROM marts.kpi WHERE value <> 0 OR before <> 0$$, 90);
SELECT pg_temp.same('changes of headline figures', 'SELECT true, true, true', $$SELECT bool_and(change IS NOT DISTINCT FROM value - before), bool_and(is_complete), count(*) FILTER (WHERE change > 0) > 10 FROM marts.kpi$$, 1);

-- Anomalies by a join of each day with the same weekday of eight weeks; the median deviation, or the mean one where it is 0. Residuals against those of 28 days.
CREATE FUNCTION pg_temp.robust(value float8, past float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN value = m THEN 0 ELSE (value - m) / nullif(CASE WHEN mad > 0 THEN mad / 0.6744897501960817 ELSE mean * sqrt(pi() / 2) END, 0) END
    FROM (SELECT m, percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(u - m)) AS mad, avg(abs(u - m)) AS mean FROM unnest(past) AS u, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY p) AS m FROM unnest(past) AS p) AS q GROUP BY m) AS x $$;
CREATE TABLE compared AS
SELECT d.day, d.created::float8 AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY b.created) AS median, avg(b.created) AS mean, stddev_samp(b.created) AS sd, array_agg(b.created::float8) AS past
FROM marts.mart_daily_totals AS d JOIN marts.mart_daily_totals AS b ON (d.day - b.day) % 7 = 0 AND d.day - b.day BETWEEN 7 AND 56 WHERE d.day < '2026-01-05' GROUP BY 1, 2 HAVING count(*) >= 4;
SELECT pg_temp.same('anomalies',
    $$SELECT c.day, c.n, c.median, round(((c.n - c.mean::float8) / nullif(c.sd::float8, 0))::numeric, 6), round((sign(c.n - c.median) * least(abs(coalesce(pg_temp.robust(c.n, c.past), 'Infinity')), abs(c.n - c.median) / greatest(sqrt(c.median), 1)))::numeric, 6),
             CASE WHEN count(*) > 13 THEN round(pg_temp.robust(c.n - c.median, array_agg(q.n - q.median))::numeric, 6) END
      FROM compared AS c LEFT JOIN compared AS q ON c.day - q.day BETWEEN 1 AND 28 GROUP BY c.day, c.n, c.median, c.mean, c.sd, c.past$$,
    $$SELECT day, created, expected, round(z::numeric, 6), round(robust_z::numeric, 6), round(residual_z::numeric, 6) FROM marts.volume_anomalies WHERE level = 'all'$$, 300);
SELECT pg_temp.same('anomalies of counts', $$SELECT day, round(mean, 9), round((2 * (sqrt(n + 0.375) - sqrt((mean::float8 * cardinality(past) + 0.375) / cardinality(past))) / sqrt(1 + 1.0 / cardinality(past)))::numeric, 9) FROM compared$$,
    $$SELECT day, round(mean::numeric, 9), round(chance_z::numeric, 9) FROM marts.volume_anomalies WHERE level = 'all'$$, 300);
-- All tickets of the demo come to Tier 1 first.
SELECT pg_temp.same('anomalies of a group', $$SELECT 'Tier 1'::text, day, created, expected, z, robust_z, residual_z, chance_z, direction FROM marts.volume_anomalies WHERE level = 'all'$$,
    $$SELECT group_name, day, created, expected, z, robust_z, residual_z, chance_z, direction FROM marts.volume_anomalies WHERE level = 'group'$$, 300);

-- Minutes to green at ten instants, of weeks in which the backlog fell and in which it grew.
CREATE TABLE green (at timestamptz, view numeric, hand numeric);
SELECT FROM slaops.create_marts('live', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', time_zone => 'America/New_York', stored => false);
DO $$
DECLARE at timestamptz;
BEGIN
    FOR i IN 0..9 LOOP
        at := timestamptz '2025-03-03 15:00Z' + i * interval '29 days';
        PERFORM set_config('slaops.as_of', at::text, true);
        INSERT INTO green SELECT at, (SELECT round(b.minutes_to_green::numeric, 4) FROM live.backlog_summary AS b),
            CASE WHEN l.late = 0 THEN 0 WHEN f.done > f.came THEN round(l.late * o.minutes / (f.done - f.came), 4) END
        FROM (SELECT count(DISTINCT ticket_id) AS late FROM live.fct_sla_attainment WHERE is_open AND stopped_at IS NULL AND status = 'breached') AS l,
             (SELECT count(*) FILTER (WHERE over) AS done, count(*) FILTER (WHERE NOT over) AS came FROM flow WHERE event_at > at - interval '672 hours' AND event_at <= at) AS f,
             -- The calendar that most open tickets keep.
             (SELECT pg_temp.open_minutes(c.calendar_name, at - interval '672 hours', at) AS minutes FROM (SELECT calendar_name FROM live.int_ticket_lifecycle WHERE is_open AND calendar_name <> '24x7' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) AS c) AS o;
    END LOOP;
END $$;
SELECT pg_temp.same('minutes to green', 'SELECT at, hand FROM green', 'SELECT at, view FROM green', 10);
SELECT pg_temp.same('some of them never come, some do', 'SELECT true, true', 'SELECT bool_or(view IS NULL), bool_or(view > 0) FROM green', 1);

-- Whose clock the reader's session goes by does not matter, in weeks in which clocks change.
CREATE TABLE seen (at timestamptz, zone text, view text, what text);
DO $$
DECLARE at timestamptz; zone text;
BEGIN
    FOR i IN 0..6 LOOP
        at := timestamptz '2025-03-12 15:00Z' + i * interval '96 hours';
        FOREACH zone IN ARRAY '{UTC,America/New_York,Australia/Sydney}'::text[] LOOP
            PERFORM set_config('slaops.as_of', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || 'Z', true), set_config('TimeZone', zone, true);
            INSERT INTO seen SELECT at, zone, 'burn-down', concat_ws('|', b.day, b.arrivals, b.completions, b.wip, b.throughput, b.past_target) FROM live.backlog_burndown AS b;
            INSERT INTO seen SELECT at, zone, 'projection', concat_ws('|', b.day, b.arrivals, b.completions, b.wip, b.throughput, b.past_target) FROM live.backlog_projection AS b;
            INSERT INTO seen SELECT at, zone, 'backlog', concat_ws('|', b.day, b.wip, b.past_target, b.minutes_to_green, extract(epoch FROM b.green_at), b.p50_date, b.p95_date, b.never_probability) FROM live.backlog_summary AS b;
            INSERT INTO seen SELECT at, zone, 'overview', concat_ws('|', o.metric, o.level, o.priority, o.group_name, o.met, o.breached, o.decided_7_days, o.decided_before, o.attainment_before) FROM live.sla_overview AS o;
            INSERT INTO seen SELECT at, zone, 'days', concat_ws('|', o.day, o.group_name, o.priority, o.created, o.solved, o.backlog) FROM live.mart_daily_ops AS o;
            INSERT INTO seen SELECT at, zone, 'clocks of days', concat_ws('|', o.day, o.metric, o.priority, o.group_name, o.met, o.breached) FROM live.mart_sla_by_day AS o;
            INSERT INTO seen SELECT at, zone, 'groups', concat_ws('|', g.group_name, g.month, g.tickets, g.met, g.breached) FROM live.mart_group_performance AS g;
            INSERT INTO seen SELECT at, zone, 'agents', concat_ws('|', a.agent, a.month, a.replies, a.solved) FROM live.mart_agent_productivity AS a;
        END LOOP;
    END LOOP;
    PERFORM set_config('TimeZone', 'UTC', true);
END $$;
SELECT pg_temp.same('New York sees what UTC sees', $$SELECT at, view, what FROM seen WHERE zone = 'UTC'$$, $$SELECT at, view, what FROM seen WHERE zone = 'America/New_York'$$, 1000);
SELECT pg_temp.same('Sydney sees what UTC sees', $$SELECT at, view, what FROM seen WHERE zone = 'UTC'$$, $$SELECT at, view, what FROM seen WHERE zone = 'Australia/Sydney'$$, 1000);

-- The same thing in two views.
SELECT pg_temp.same('clocks', $$SELECT metric, sum(met), sum(breached), sum(open_breached) FROM marts.mart_sla GROUP BY 1$$, $$SELECT metric, count(*) FILTER (WHERE status = 'met'), count(*) FILTER (WHERE status = 'breached'), count(*) FILTER (WHERE status = 'breached' AND stopped_at IS NULL) FROM marts.fct_sla_attainment GROUP BY 1$$, 4);
SELECT pg_temp.same('clocks of the overview', $$SELECT metric, sum(met) + sum(breached), sum(open_breached) FROM marts.mart_sla GROUP BY 1$$, $$SELECT metric, decided_ever::numeric, open_breached::numeric FROM marts.sla_overview WHERE level = 'all'$$, 4);
SELECT pg_temp.same('clocks of days', $$SELECT (SELECT sum(met) FROM marts.mart_sla_by_day), (SELECT sum(breached) FROM marts.mart_sla_by_day), sum(created), sum(solved) - sum(reopened) FROM marts.mart_daily_totals$$, $$SELECT sum(met), sum(breached), count(*)::numeric, count(*) FILTER (WHERE outcome <> 'open')::numeric FROM marts.mart_ticket_outcomes$$, 1);
SELECT pg_temp.same('open tickets', $$SELECT sum(open_now), sum(resolved) FROM marts.mart_group_performance$$, $$SELECT count(*) FILTER (WHERE outcome = 'open')::numeric, count(*) FILTER (WHERE outcome <> 'open')::numeric FROM marts.mart_ticket_outcomes$$, 1);
SELECT pg_temp.same('debt', $$SELECT round(sum(sla_debt_minutes)::numeric, 3) FROM marts.mart_group_performance$$, $$SELECT round(sla_debt_minutes::numeric, 3) FROM marts.backlog_summary$$, 1);
SELECT pg_temp.same('debt of the overview', $$SELECT round(sum(sla_debt_minutes)::numeric, 3) FROM marts.sla_overview WHERE level = 'all'$$, $$SELECT round(sla_debt_minutes::numeric, 3) FROM marts.backlog_burndown WHERE day = '2026-01-05'$$, 1);
SELECT pg_temp.same('work in progress', $$SELECT day, wip, arrivals, completions FROM marts.backlog_burndown$$, $$SELECT day, backlog, created + reopened, solved FROM marts.mart_daily_totals WHERE day > '2025-11-10'$$, 56);
SELECT pg_temp.same('work in progress and snapshots', $$SELECT day + 1, wip, past_target, round(sla_debt_minutes::numeric, 3) FROM marts.backlog_burndown WHERE day < '2026-01-05'$$,
    $$SELECT day, count(*), count(*) FILTER (WHERE breached_clocks > 0), round(sum(sla_debt_minutes)::numeric, 3) FROM marts.fct_backlog_snapshot WHERE day > '2025-11-11' GROUP BY 1$$, 55);
SELECT pg_temp.same('solved tickets of agents', $$SELECT sum(solved), sum(rated) FROM marts.mart_agent_productivity$$, $$SELECT count(*)::numeric, count(csat_score)::numeric FROM marts.mart_ticket_outcomes WHERE solved_at IS NOT NULL AND assignee IS NOT NULL$$, 1);
