-- What should be done? Actions drawn from the other views, each with its evidence; the most pressing first. Nothing is advised where the figures are few.
WITH finding AS (
    -- Each view is planned by itself: slaops.rows_of.
    -- Tickets are late and nobody is working on them yet.
    SELECT 1 AS urgency, 'backlog' AS area, NULL::text AS subject, format('Clear the %s open tickets that are past a target; next_best_ticket says in which order', count(DISTINCT f.ticket_id)) AS action,
           format('%s clocks past their target owe %s hours', count(*), round(sum(-f.minutes_early) / 60)) AS evidence, count(DISTINCT f.ticket_id)::double precision AS weight
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status = 'breached'
    HAVING count(*) > 0
    UNION ALL
    SELECT 1, 'backlog', NULL, 'Solve more than comes in: at the pace of the last 28 days the backlog never gets to green',
           format('%s open, %s past target; throughput %s a day', b.wip, b.past_target, round(b.throughput::numeric, 1)), b.past_target
    FROM slaops.rows_of(NULL::{schema}.backlog_burndown) AS b
    WHERE b.kind = 'actual' AND b.day = ({as_of} AT TIME ZONE {time_zone})::date AND b.past_target > 0 AND b.minutes_to_green IS NULL
    UNION ALL
    -- Short on half of the working days and more.
    SELECT 2, 'capacity', c.group_name, format('%s lacks %s full-time people: add them, or send it less', c.group_name, ceil((c.utilization_28 - 1) * c.fte * 10) / 10),
           format('short on %s working days of the last 28 days; utilization %s %%', c.short_days_28, round(c.utilization_28::numeric * 100)), c.utilization_28
    FROM (SELECT DISTINCT ON (g.group_name) g.* FROM slaops.rows_of(NULL::{schema}.capacity_gap) AS g ORDER BY g.group_name, g.day DESC) AS c
    WHERE c.utilization_28 > 1 AND c.short_days_28 >= 8
    UNION ALL
    SELECT 2, 'bottleneck', b.group_name, format('Look at %s first: it is the bottleneck, by %s', b.group_name, b.driven_by),
           format('%s %% of the score of all groups: %s open minutes a ticket, %s tickets, %s %% of its clocks late', round(b.share::numeric * 100), round(b.cycle_minutes), b.volume, round(b.breach_rate::numeric * 100)), b.share
    FROM slaops.rows_of(NULL::{schema}.bottlenecks) AS b
    WHERE b.rank = 1 AND b.share >= 0.4 AND b.volume >= 30
    UNION ALL
    SELECT 3, 'sla', o.metric, format('Find out why %s of priority %s is missed most', o.metric, o.priority),
           format('attainment %s %% of the last %s clocks (%s to %s %%), before that %s %%', round(o.attainment::numeric * 100), o.met + o.breached, round(o.attainment_lower::numeric * 100),
                  round(o.attainment_upper::numeric * 100), coalesce(round(o.attainment_before::numeric * 100)::text, 'unknown')), 1 - o.attainment
    FROM (SELECT s.* FROM slaops.rows_of(NULL::{schema}.sla_overview) AS s WHERE s.priority IS NOT NULL AND s.met + s.breached >= 30 AND s.attainment < 0.9 ORDER BY s.attainment LIMIT 1) AS o
    UNION ALL
    SELECT 3, 'sla', o.metric, format('Find out what changed: %s has become worse', o.metric),
           format('attainment %s %% in the last 28 days, %s %% in the 28 before, and the intervals do not meet', round(o.attainment::numeric * 100), round(o.attainment_before::numeric * 100)), -o.change
    FROM slaops.rows_of(NULL::{schema}.sla_overview) AS o
    WHERE o.priority IS NULL AND o.trend = 'worse'
    UNION ALL
    SELECT 4, 'process', p.deviation, format('Have fewer tickets %s', CASE p.deviation WHEN 'no reply' THEN 'solved without a reply' ELSE p.deviation END),
           format('%s tickets (%s %%) take %s more open hours than the happy path (%s to %s)', p.tickets, round(p.share::numeric * 100, 1), round(p.extra_minutes / 60), round(p.extra_lower / 60), round(p.extra_upper / 60)),
           p.share * p.extra_minutes
    FROM (SELECT c.* FROM slaops.rows_of(NULL::{schema}.process_conformance) AS c WHERE c.group_name IS NULL AND c.extra_lower > 0 AND c.tickets >= 30 ORDER BY c.share * c.extra_minutes DESC LIMIT 1) AS p
    UNION ALL
    SELECT 4, 'csat', d.driver, format('Customers are less content where %s is %s: see whether it can be avoided', d.driver, d.value),
           format('mean rating %s against %s, difference %s (%s to %s), %s ratings', round(d.mean_with::numeric, 2), round(d.mean_without::numeric, 2), round(d.effect::numeric, 2),
                  round(d.effect_lower::numeric, 2), round(d.effect_upper::numeric, 2), d.with_it), -d.effect
    FROM (SELECT c.* FROM slaops.rows_of(NULL::{schema}.csat_drivers) AS c WHERE c.verdict = 'lower' ORDER BY c.effect LIMIT 1) AS d
    UNION ALL
    SELECT 5, 'volume', NULL, format('Ask what happened on %s', string_agg(a.day::text, ', ' ORDER BY a.day)), format('far more tickets than on such weekdays: %s', string_agg(a.created::text, ', ' ORDER BY a.day)), max(a.robust_z)
    FROM slaops.rows_of(NULL::{schema}.volume_anomalies) AS a
    WHERE a.direction = 'more' AND a.day > ({as_of} AT TIME ZONE {time_zone})::date - 56
    HAVING count(*) > 0
)
SELECT
    row_number() OVER (ORDER BY f.urgency, f.weight DESC, f.area, f.action) AS rank, -- Place: late tickets, then people and bottlenecks, then metrics, process and CSAT, then volume.
    f.area,                 -- backlog, capacity, bottleneck, sla, process, csat or volume.
    f.subject,              -- The group, metric, deviation or driver that it is about.
    f.action,               -- What to do.
    f.evidence              -- The figures that say so.
FROM finding AS f
ORDER BY rank
