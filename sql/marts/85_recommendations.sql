-- What should be done? Actions drawn from the other views, each with its evidence; the most pressing first. Nothing is advised where the figures are few.
WITH here AS (
    -- The schema as it is called today.
    SELECT quote_ident(n.nspname) AS schema, ({as_of} AT TIME ZONE {time_zone})::date AS day
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE t.oid = pg_typeof(NULL::{schema}.mart_sla)
), capacity AS MATERIALIZED (
    -- Each view is planned by itself: slaops.rows_of.
    SELECT c.* FROM slaops.rows_of(NULL::{schema}.capacity_gap) AS c
), staffed AS MATERIALIZED (
    -- As it is now, what is expected, and the weekdays on which it is short every other time.
    SELECT DISTINCT ON (c.group_name) c.group_name, c.fte, c.utilization_28, c.short_days_28, c.open_now, coalesce(c.fte_to_hold, c.utilization_28 * c.fte) AS to_hold, c.fte_to_clear,
           (SELECT CASE WHEN count(*) >= 5 THEN 'weekdays' ELSE string_agg(w.name, ', ' ORDER BY w.place) END
            FROM (SELECT extract(isodow FROM d.day) AS place, btrim(to_char(min(d.day), 'Day')) || 's' AS name FROM capacity AS d WHERE d.group_name = c.group_name
                  GROUP BY 1 HAVING count(*) FILTER (WHERE d.short) * 2 >= count(*)) AS w) AS days
    FROM capacity AS c
    ORDER BY c.group_name, c.day DESC
), short AS (
    -- Short on half of the working days and more, and it will go on.
    SELECT s.*, row_number() OVER (ORDER BY s.to_hold / s.fte DESC, s.group_name) AS place
    FROM staffed AS s
    WHERE s.utilization_28 > 1 AND s.short_days_28 >= 8 AND s.to_hold > s.fte
), moved AS (
    -- Halves of people, from the group that can spare most and stays at nine tenths.
    SELECT s.group_name, d.group_name AS donor, d.fte AS donor_fte, d.to_hold AS donor_to_hold, least(ceil((s.to_hold - s.fte) * 2) / 2, floor((d.fte - d.to_hold / 0.9) * 2) / 2) AS people
    FROM short AS s
    CROSS JOIN LATERAL (
        SELECT o.* FROM staffed AS o
        WHERE o.utilization_28 <= 0.9 AND o.fte - o.to_hold / 0.9 >= 0.5
        ORDER BY o.fte - o.to_hold / 0.9 DESC, o.group_name LIMIT 1
    ) AS d
    WHERE s.place = 1
), busy AS (
    -- The group's own clocks that started on days when it had time, and on days when it had not.
    SELECT d.group_name, sum(k.met) FILTER (WHERE NOT d.short) AS met_below, sum(k.n) FILTER (WHERE NOT d.short) AS below, count(*) FILTER (WHERE NOT d.short) AS days_below,
           sum(k.met) FILTER (WHERE d.short) AS met_above, sum(k.n) FILTER (WHERE d.short) AS above, count(*) FILTER (WHERE d.short) AS days_above
    FROM capacity AS d
    JOIN (
        SELECT f.started_in_group AS group_name, (f.started_at AT TIME ZONE {time_zone})::date AS day, count(*) AS n, count(*) FILTER (WHERE f.status = 'met') AS met
        FROM slaops.rows_of(NULL::{schema}.fct_sla_attainment, '{metric,status,started_in_group,started_at}') AS f
        WHERE f.metric = 'group_ownership' AND f.status IN ('met', 'breached')
        GROUP BY 1, 2
    ) AS k ON k.group_name = d.group_name AND k.day = d.day
    GROUP BY d.group_name
), overview AS MATERIALIZED (
    SELECT s.* FROM slaops.rows_of(NULL::{schema}.sla_overview) AS s
), finding AS (
    -- Tickets are late and nobody is working on them yet.
    SELECT 1 AS urgency, 'backlog' AS area, NULL::text AS subject, format('Clear the %s open tickets that are past a target; next_best_ticket says in which order', count(DISTINCT f.ticket_id)) AS action,
           format('%s clocks past their target owe %s hours', count(*), round(sum(-f.minutes_early) / 60)) AS evidence, count(DISTINCT f.ticket_id)::double precision AS weight,
           format('SELECT * FROM %s.next_best_ticket WHERE breached_clocks > 0 ORDER BY rank', max(h.schema)) AS query
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
    SELECT 2, 'capacity', s.group_name,
           CASE WHEN m.people >= 0.5
                THEN format('Move %s people from %s to %s on %s: expected utilisation of %s from %s to %s, of %s from %s to %s', trim_scale(m.people::numeric), m.donor, s.group_name, coalesce(s.days, 'weekdays'),
                            s.group_name, round((s.to_hold / s.fte)::numeric, 2), round((s.to_hold / (s.fte + m.people))::numeric, 2),
                            m.donor, round((m.donor_to_hold / m.donor_fte)::numeric, 2), round((m.donor_to_hold / (m.donor_fte - m.people))::numeric, 2))
                ELSE format('%s lacks %s full-time people: add them, or send it less', s.group_name, ceil((s.to_hold - s.fte) * 10) / 10) END,
           concat(format('short on %s working days of the last 28 days; utilization %s %%', s.short_days_28, round(s.utilization_28::numeric * 100)),
                  format('; %s people, %s needed for what is expected', round(s.fte::numeric, 1), round(s.to_hold::numeric, 1)),
                  CASE WHEN s.fte_to_clear > s.to_hold THEN format(', %s with the %s open tickets in four weeks', round(s.fte_to_clear::numeric, 1), s.open_now) END,
                  -- Effects are told where both kinds of days say something.
                  CASE WHEN b.days_below >= 5 AND b.days_above >= 5 AND b.below >= 30 AND b.above >= 30
                       THEN format('; its clocks that started on %s days below capacity: %s %% of %s met, on %s days above: %s %% of %s%s', b.days_below, round(b.met_below * 100 / b.below), b.below, b.days_above, round(b.met_above * 100 / b.above), b.above,
                                   CASE WHEN abs(b.met_below / b.below - b.met_above / b.above) < 1.96 * sqrt((b.met_below + b.met_above) / (b.below + b.above) * (1 - (b.met_below + b.met_above) / (b.below + b.above)) * (1 / b.below + 1 / b.above)) THEN ', no clear difference' END) END),
           s.utilization_28, format('SELECT * FROM %s.capacity_gap WHERE group_name IN (%L, %L) ORDER BY day DESC, group_name', h.schema, s.group_name, coalesce(m.donor, s.group_name))
    FROM short AS s
    CROSS JOIN here AS h
    LEFT JOIN moved AS m ON m.group_name = s.group_name
    LEFT JOIN busy AS b ON b.group_name = s.group_name
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
    FROM (SELECT s.* FROM overview AS s WHERE s.priority IS NOT NULL AND s.met + s.breached >= 30 AND s.attainment < 0.9 ORDER BY s.attainment LIMIT 1) AS o
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
           format('%s tickets (%s %%) take %s more open hours than the happy path (%s to %s)', p.tickets, round(p.share::numeric * 100, 1), round(p.extra_minutes / 60), round(p.extra_lower / 60), round(p.extra_upper / 60)),
           p.share * p.extra_minutes, format('SELECT * FROM %s.process_conformance WHERE deviation = %L', h.schema, p.deviation)
    FROM (SELECT c.* FROM slaops.rows_of(NULL::{schema}.process_conformance) AS c WHERE c.group_name IS NULL AND c.extra_lower > 0 AND c.tickets >= 30 ORDER BY c.share * c.extra_minutes DESC LIMIT 1) AS p
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
    SELECT 5, 'volume', NULL, format('Ask what happened on %s', string_agg(a.day::text, ', ' ORDER BY a.day)), format('far more tickets than on such weekdays: %s', string_agg(a.created::text, ', ' ORDER BY a.day)), max(a.robust_z),
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
    f.action,               -- What to do; for people how many, from where, and what utilisation is expected then.
    f.evidence,             -- The figures that say so.
    f.query                 -- The query that shows them.
FROM finding AS f
ORDER BY rank
