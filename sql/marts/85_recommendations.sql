-- What should be done? Actions drawn from the other views, each with its evidence; the most pressing first. Nothing is advised where the figures are few.
WITH here AS (
    -- The schema as it is called today.
    SELECT quote_ident(n.nspname) AS schema, n.nspname::text AS name, ({as_of} AT TIME ZONE {time_zone})::date AS day
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE t.oid = pg_typeof(NULL::{schema}.mart_sla)
), capacity AS MATERIALIZED (
    -- Each view is planned by itself: slaops.rows_of.
    SELECT c.* FROM slaops.rows_of(NULL::{schema}.capacity_gap) AS c
), staffed AS MATERIALIZED (
    -- As it is now, what is expected, and the weekdays on which it is short every other time.
    SELECT DISTINCT ON (c.group_name) c.group_name, c.fte, c.utilization_28, c.short_days_28, sum(c.tickets) OVER (PARTITION BY c.group_name ORDER BY c.day RANGE BETWEEN interval '27 days' PRECEDING AND CURRENT ROW)::double precision AS tickets_28, c.open_now, c.fte_to_hold AS to_hold, c.fte_to_clear,
           (SELECT CASE WHEN count(*) >= 5 THEN 'weekdays' ELSE string_agg(w.name, ', ' ORDER BY w.place) END
            FROM (SELECT extract(isodow FROM d.day) AS place, btrim(to_char(min(d.day), 'Day')) || 's' AS name FROM capacity AS d WHERE d.group_name = c.group_name
                  GROUP BY 1 HAVING count(*) FILTER (WHERE d.short) * 2 >= count(*)) AS w) AS days
    FROM capacity AS c
    ORDER BY c.group_name, c.day DESC
), short AS (
    -- Short on half of the working days and more, by more tickets than chance brings (Poisson's), and it will go on.
    SELECT s.*, row_number() OVER (ORDER BY s.to_hold / s.fte DESC, s.group_name) AS place
    FROM staffed AS s
    WHERE s.utilization_28 * (1 - 1.96 / sqrt(nullif(s.tickets_28, 0))) > 1 AND s.short_days_28 >= 8 AND s.to_hold > s.fte
), moved AS (
    -- Halves of people, from the group that can spare most and stays at nine tenths.
    SELECT s.group_name, d.group_name AS donor, least(ceil((s.to_hold - s.fte) * 2) / 2, floor((d.fte - d.to_hold / 0.9) * 2) / 2) AS people
    FROM short AS s
    CROSS JOIN LATERAL (
        SELECT o.* FROM staffed AS o
        WHERE o.utilization_28 <= 0.9 AND o.fte - o.to_hold / 0.9 >= 0.5
        ORDER BY o.fte - o.to_hold / 0.9 DESC, o.group_name LIMIT 1
    ) AS d
    WHERE s.place = 1
), plan AS MATERIALIZED (
    SELECT s.*, m.donor, p.people, jsonb_build_object(s.group_name, p.people) || CASE WHEN m.donor IS NULL THEN '{}' ELSE jsonb_build_object(m.donor, -p.people) END AS extra
    FROM short AS s
    LEFT JOIN moved AS m ON m.group_name = s.group_name AND m.people >= 0.5
    CROSS JOIN LATERAL (SELECT trim_scale(coalesce(m.people, ceil((s.to_hold - s.fte) * 10) / 10)::numeric) AS people) AS p
), what_if AS MATERIALIZED (
    SELECT r.*
    FROM (SELECT jsonb_agg(p.extra) AS plans FROM plan AS p HAVING count(*) > 0) AS p
    CROSS JOIN here AS h
    CROSS JOIN LATERAL slaops.simulate_capacity(h.name, '[{}]' || p.plans) AS r
), overview AS MATERIALIZED (
    SELECT s.* FROM slaops.rows_of(NULL::{schema}.sla_overview) AS s
), finding AS (
    -- Tickets are late and nobody is working on them yet.
    SELECT 1 AS urgency, 'backlog' AS area, NULL::text AS subject, format('Clear the %s past a target; next_best_ticket says in which order', CASE count(DISTINCT f.ticket_id) WHEN 1 THEN 'open ticket that is' ELSE count(DISTINCT f.ticket_id) || ' open tickets that are' END) AS action,
           format('%s past target, by %s hours in all', CASE count(*) WHEN 1 THEN '1 clock is' ELSE count(*) || ' clocks are' END, round(sum(-f.minutes_early)::numeric / 60, 1)) AS evidence, count(DISTINCT f.ticket_id)::double precision AS weight,
           format('SELECT * FROM %s.fct_sla_attainment WHERE is_open AND stopped_at IS NULL AND status = %L ORDER BY minutes_early', max(h.schema), 'breached') AS query
    FROM {schema}.fct_sla_attainment AS f
    CROSS JOIN here AS h
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status = 'breached'
    HAVING count(*) > 0
    UNION ALL
    SELECT 1, 'backlog', NULL, 'Solve more than comes in: at the pace of the last weeks the backlog never gets to green',
           format('%s open, %s past target; throughput %s a day; in %s %% of 1000 futures drawn from the last 56 business days they are still late after 730', b.wip, b.past_target, round(b.throughput::numeric, 1), round(b.never_probability::numeric * 100)),
           b.past_target, format('SELECT * FROM %s.backlog_burndown WHERE day = %L', h.schema, h.day)
    FROM slaops.rows_of(NULL::{schema}.backlog_burndown) AS b
    JOIN here AS h ON h.day = b.day
    WHERE b.kind = 'actual' AND b.past_target > 0 AND b.minutes_to_green IS NULL AND b.never_probability >= 0.5
    UNION ALL
    SELECT 2, 'capacity', p.group_name,
           CASE WHEN p.donor IS NULL THEN format('%s lacks %s full-time people: add them, or send it less', p.group_name, p.people)
                ELSE format('Move %s people from %s to %s on %s', p.people, p.donor, p.group_name, coalesce(p.days, 'weekdays')) END
           || format(': expected utilisation of %s from %s to %s', p.group_name, round(a.utilisation::numeric, 2), round(w.utilisation::numeric, 2))
           || CASE WHEN p.donor IS NULL THEN '' ELSE format(', of %s from %s to %s', p.donor, round(da.utilisation::numeric, 2), round(dw.utilisation::numeric, 2)) END
           -- Attainment is told where the groups' own past says something.
           || CASE WHEN num_nulls(a.attainment_expected, w.attainment_expected) = 0
                   THEN format('; expected attainment of %s in the next %s working days %s %s %%', p.group_name, w.days,
                               CASE WHEN round(a.attainment_expected::numeric * 100) = round(w.attainment_expected::numeric * 100) THEN 'stays at' ELSE format('from %s %% to', round(a.attainment_expected::numeric * 100)) END, round(w.attainment_expected::numeric * 100)) ELSE '' END
           || CASE WHEN w.backlog_now > 0 AND w.clears_on IS NOT NULL AND w.attainment_cleared IS DISTINCT FROM w.attainment_expected AND w.attainment_cleared IS NOT NULL
                   THEN format('; once its queue is worked off, by %s, %s %%', w.clears_on, round(w.attainment_cleared::numeric * 100)) ELSE '' END,
           concat(format('short on %s working days of the last 28 days; utilization %s %%', a.short_days_28, round(a.utilization_28::numeric * 100)),
                  format('; %s people, %s needed for what is expected', round(a.fte::numeric, 1), round(a.fte_to_hold::numeric, 1)),
                  CASE WHEN a.fte_to_clear > a.fte_to_hold THEN format(', %s with the %s open tickets in four weeks', round(a.fte_to_clear::numeric, 1), a.backlog_now) END,
                  format('; its %s open tickets become %s as it is, %s with it', a.backlog_now, round(a.backlog_after), round(w.backlog_after)),
                  CASE WHEN num_nulls(a.attainment_expected, w.attainment_expected) = 0
                       THEN format('; clocks of %s begun behind such queues: %s %% of %s met as it is, %s %% of %s with it', p.group_name, round(a.attainment_expected::numeric * 100), a.expected_from_clocks, round(w.attainment_expected::numeric * 100), w.expected_from_clocks) END,
                  CASE WHEN w.backlog_now > 0 AND w.clears_on IS NOT NULL AND w.attainment_cleared IS DISTINCT FROM w.attainment_expected AND w.attainment_cleared IS NOT NULL
                       THEN format('; on the half of days with the shorter queue: %s %% of %s', round(w.attainment_cleared::numeric * 100), w.cleared_from_clocks) END,
                  CASE WHEN num_nulls(da.attainment_expected, dw.attainment_expected) = 0
                       THEN format('; clocks of %s: %s %% of %s as it is, %s %% of %s with it', p.donor, round(da.attainment_expected::numeric * 100), da.expected_from_clocks, round(dw.attainment_expected::numeric * 100), dw.expected_from_clocks) END),
           p.utilization_28,
           format('SELECT * FROM slaops.simulate_capacity(%L, %L) WHERE group_name IN (%L, %L)', h.name, jsonb_build_array('{}'::jsonb, p.extra), p.group_name, coalesce(p.donor, p.group_name))
    FROM plan AS p
    CROSS JOIN here AS h
    JOIN what_if AS a ON a.plan = '{}' AND a.group_name = p.group_name
    JOIN what_if AS w ON w.plan = p.extra AND w.group_name = p.group_name
    LEFT JOIN what_if AS da ON da.plan = '{}' AND da.group_name = p.donor
    LEFT JOIN what_if AS dw ON dw.plan = p.extra AND dw.group_name = p.donor
    UNION ALL
    SELECT 2, 'bottleneck', b.group_name, format('Look at %s first: it is the bottleneck, by %s', b.group_name, b.driven_by),
           format('%s %% of the score of all groups: %s open minutes a ticket, %s tickets, %s %% of its clocks late', round(b.share::numeric * 100), round(b.cycle_minutes), b.volume, round(b.breach_rate::numeric * 100)), b.share,
           format('SELECT * FROM %s.bottlenecks', h.schema)
    FROM slaops.rows_of(NULL::{schema}.bottlenecks, '{rank,group_name,cycle_minutes,volume,breach_rate,share,driven_by}') AS b
    CROSS JOIN here AS h
    WHERE b.rank = 1 AND b.share >= 0.4 AND b.volume >= 30 AND b.breach_rate >= 0.1
    UNION ALL
    SELECT 3, 'sla', o.metric, format('Find out why %s of priority %s is missed most', o.metric, o.priority),
           format('attainment %s %% of the last %s clocks (%s to %s %%), before that %s %%', round(o.attainment::numeric * 100), o.met + o.breached, round(o.attainment_lower::numeric * 100),
                  round(o.attainment_upper::numeric * 100), coalesce(round(o.attainment_before::numeric * 100)::text, 'unknown')), 1 - o.attainment,
           format('SELECT * FROM %s.sla_overview WHERE metric = %L', h.schema, o.metric)
    FROM (SELECT s.* FROM overview AS s WHERE s.priority IS NOT NULL AND s.met + s.breached >= 30 AND s.attainment_upper < 0.9 ORDER BY s.attainment LIMIT 1) AS o
    CROSS JOIN here AS h
    UNION ALL
    SELECT 3, 'sla', o.metric, format('Find out what changed: %s has become worse', o.metric),
           format('attainment %s %% in the last 28 days, %s %% in the 28 before, and the intervals do not meet', round(o.attainment::numeric * 100), round(o.attainment_before::numeric * 100)), -o.change,
           format('SELECT * FROM %s.sla_overview WHERE metric = %L', h.schema, o.metric)
    FROM overview AS o
    CROSS JOIN here AS h
    WHERE o.priority IS NULL AND o.trend = 'worse'
    UNION ALL
    SELECT 4, 'escalation', NULL, format('Have more tickets solved where they begin: a tenth fewer escalations are %s open hours of customers'' time less', round(e.total_added_minutes / 600)),
           format('%s escalated tickets took %s open hours, %s others %s: %s more (%s to %s); %s %% of their clocks late against %s %%; hard tickets are escalated, so not all of it is saved', e.escalated, round((e.mean_cycle_minutes / 60)::numeric, 1),
                  e.not_escalated, round((e.mean_cycle_minutes_others / 60)::numeric, 1), round((e.added_minutes / 60)::numeric, 1), round((e.added_lower / 60)::numeric, 1), round((e.added_upper / 60)::numeric, 1),
                  round(e.breach_rate::numeric * 100), round(e.breach_rate_others::numeric * 100)), e.escalated::double precision / (e.escalated + e.not_escalated),
           format('SELECT * FROM %s.escalation_impact', h.schema)
    FROM slaops.rows_of(NULL::{schema}.escalation_impact) AS e
    CROSS JOIN here AS h
    WHERE e.priority = 'all' AND least(e.escalated, e.not_escalated) >= 30 AND e.escalated * 20 >= e.escalated + e.not_escalated
      AND e.added_lower > 0 AND e.breach_rate > e.breach_rate_others + 0.1
    UNION ALL
    SELECT 4, 'process', p.deviation, format('Have fewer tickets %s', CASE p.deviation WHEN 'no reply' THEN 'solved without a reply' ELSE p.deviation END),
           format('%s tickets (%s %%) take %s more open hours than the happy path (%s to %s)', p.tickets, round(p.share::numeric * 100, 1), round(p.extra_minutes::numeric / 60, 1), round(p.extra_lower::numeric / 60, 1), round(p.extra_upper::numeric / 60, 1)),
           p.share * p.extra_minutes, format('SELECT * FROM %s.process_conformance WHERE deviation = %L', h.schema, p.deviation)
    FROM (
        -- Surely, at 99.8 %, a tenth longer than the happy path.
        SELECT c.* FROM (SELECT r.*, max(r.median_cycle_minutes) FILTER (WHERE r.deviation = 'happy path') OVER () AS happy_minutes FROM slaops.rows_of(NULL::{schema}.process_conformance) AS r WHERE r.group_name IS NULL) AS c
        WHERE c.extra_minutes - (c.extra_minutes - c.extra_lower) * 3.09 / 1.96 > c.happy_minutes / 10 AND c.tickets >= 30
        ORDER BY c.share * c.extra_minutes DESC LIMIT 1
    ) AS p
    CROSS JOIN here AS h
    UNION ALL
    -- Some twenty drivers are looked at: the interval is stretched from 95 to 99.8 %, so that chance finds one in fifty teams.
    SELECT 4, 'csat', d.driver, format('Customers are less content where %s is %s: see whether it can be avoided', d.driver, d.value),
           format('mean rating %s against %s, difference %s (%s to %s), %s ratings', round(d.mean_with::numeric, 2), round(d.mean_without::numeric, 2), round(d.effect::numeric, 2),
                  round(d.effect_lower::numeric, 2), round(d.effect_upper::numeric, 2), d.with_it), -d.effect,
           format('SELECT * FROM %s.csat_drivers WHERE verdict = %L', h.schema, 'lower')
    FROM (SELECT c.* FROM slaops.rows_of(NULL::{schema}.csat_drivers) AS c WHERE c.verdict = 'lower' AND c.effect + (c.effect_upper - c.effect) * 3.09 / 1.96 < 0 ORDER BY c.effect LIMIT 1) AS d
    CROSS JOIN here AS h
    UNION ALL
    SELECT 5, 'volume', NULL, format('Ask what happened on %s', string_agg(a.day::text, ', ' ORDER BY a.day)), format('far more tickets than on such weekdays: %s', string_agg(format('%s (%s expected)', a.created, round(a.expected::numeric, CASE WHEN a.expected < 10 THEN 1 ELSE 0 END)), ', ' ORDER BY a.day)), max(a.robust_z),
           format('SELECT * FROM %s.volume_anomalies WHERE is_anomaly ORDER BY day DESC', max(h.schema))
    FROM slaops.rows_of(NULL::{schema}.volume_anomalies) AS a
    CROSS JOIN here AS h
    WHERE a.direction = 'more' AND a.day > h.day - 56
    HAVING count(*) > 0
)
SELECT
    row_number() OVER (ORDER BY f.urgency, f.weight DESC, f.area, f.action) AS rank, -- Place: late tickets, then people and bottlenecks, then metrics, process and CSAT, then volume.
    f.area,                 -- backlog, capacity, bottleneck, sla, escalation, process, csat or volume.
    f.subject,              -- The group, metric, deviation or driver that it is about.
    f.action,               -- What to do; for people how many, from where, and what utilisation and attainment are expected then.
    f.evidence,             -- The figures that say so.
    f.query                 -- The query that shows them.
FROM finding AS f
ORDER BY rank
