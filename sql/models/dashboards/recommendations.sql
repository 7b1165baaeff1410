-- What should be done? Actions drawn from the other views, each with its evidence; the most
-- pressing first. Nothing is advised where the figures are few.
-- materialized: table
WITH here AS (
    -- The schema as it is called today.
    SELECT quote_ident(n.nspname) AS schema, n.nspname::text AS name, ({as_of} AT TIME ZONE {time_zone})::date AS day
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE t.oid = pg_typeof(NULL::{schema}.mart_sla)
), capacity AS MATERIALIZED (
    -- Each view is planned by itself: slaops.rows_of.
    SELECT c.* FROM slaops.rows_of(NULL::{schema}.capacity_by_day) AS c
), weekday AS (
    -- The weekdays on which a group is short every other time; nothing where it is on all of them.
    SELECT w.group_name, CASE WHEN bool_and(w.short) THEN NULL
                              WHEN array_agg(w.place ORDER BY w.place) FILTER (WHERE w.short) = '{1,2,3,4,5}' THEN 'weekdays'
                              ELSE string_agg(w.name, ', ' ORDER BY w.place) FILTER (WHERE w.short) END AS days
    FROM (
        SELECT d.group_name, extract(isodow FROM d.day)::integer AS place, btrim(to_char(min(d.day), 'Day')) || 's' AS name, count(*) FILTER (WHERE d.short) * 2 >= count(*) AS short
        FROM capacity AS d GROUP BY 1, 2
    ) AS w
    GROUP BY w.group_name
), staffed AS MATERIALIZED (
    -- As it is now, and what is expected.
    SELECT c.group_name, c.fte, c.utilization_28, c.short_days_28, c.tickets_28::double precision AS tickets_28,
           c.open_now, c.fte_to_hold AS to_hold, c.fte_to_clear AS to_clear, c.fte_to_attain, c.attainment_target, c.target_minutes
    FROM slaops.rows_of(NULL::{schema}.capacity_gap) AS c
), short AS (
    -- Short on half of the working days and more, by more tickets than chance brings
    -- (Poisson's), and it will go on; who needs half a million people has other figures to
    -- look at. Halves of people that bring it to 95 %: at 100 % no queue gets shorter.
    SELECT s.*, sum(s.need) OVER (ORDER BY s.place) AS upto
    FROM (
        SELECT s.*, ceil((s.to_hold / 0.95 - s.fte) * 2 - 1e-6) / 2 AS need, row_number() OVER (ORDER BY s.to_hold / s.fte DESC, s.group_name) AS place
        FROM staffed AS s
        WHERE s.utilization_28 * (1 - 1.96 / sqrt(nullif(s.tickets_28, 0))) > 1 AND s.short_days_28 >= 8 AND s.to_hold > s.fte AND s.to_hold < 500000
    ) AS s
), donor AS (
    -- Halves of people that a group can spare and stay at nine tenths, clear its own queue
    -- in four weeks and keep its stated target; not one that has had no ticket, which may be
    -- new.
    SELECT d.*, sum(d.spare) OVER (ORDER BY d.place) AS upto
    FROM (
        SELECT o.group_name, floor((o.fte - o.needed) * 2 + 1e-6) / 2 AS spare, row_number() OVER (ORDER BY o.fte - o.needed DESC, o.group_name) AS place
        FROM (SELECT s.*, greatest(s.to_hold / 0.9, s.to_clear, s.fte_to_attain) AS needed FROM staffed AS s) AS o
        WHERE o.utilization_28 <= 0.9 AND o.tickets_28 > 0 AND o.fte - o.needed >= 0.5 - 5e-7
    ) AS d
), moved AS MATERIALIZED (
    -- From the group that can spare most to the one that is shortest, then on along both lists.
    SELECT s.group_name, d.group_name AS donor, d.place, trim_scale((least(s.upto, d.upto) - greatest(s.upto - s.need, d.upto - d.spare))::numeric) AS people
    FROM short AS s
    JOIN donor AS d ON least(s.upto, d.upto) > greatest(s.upto - s.need, d.upto - d.spare)
), plan AS MATERIALIZED (
    SELECT s.*, w.days, m.movers, m.donors, coalesce(m.people, 0) AS moved, n.added, n.cleared
    FROM short AS s
    JOIN weekday AS w ON w.group_name = s.group_name
    LEFT JOIN (SELECT o.group_name, sum(o.people) AS people, array_agg(o.donor ORDER BY o.place) AS donors,
                      string_agg(format('%s %s from %s', o.people, CASE o.people WHEN 1 THEN 'person' ELSE 'people' END, o.donor), ' and ' ORDER BY o.place) AS movers
               FROM moved AS o GROUP BY o.group_name) AS m ON m.group_name = s.group_name
    CROSS JOIN LATERAL (SELECT trim_scale(greatest(ceil((s.to_hold / 0.95 - s.fte)::numeric * 10 - coalesce(m.people, 0) * 10 - 0.000001) / 10, 0)) AS added,
                               CASE WHEN s.to_clear < 500000 THEN trim_scale(ceil((s.to_clear - s.fte)::numeric * 10 - coalesce(m.people, 0) * 10 - 0.000001) / 10) END AS cleared) AS n
), extra AS MATERIALIZED (
    -- All groups at once: with the moves alone, with those added, and with those that clear
    -- the queues in four weeks.
    SELECT jsonb_object_agg(e.group_name, e.moved) FILTER (WHERE e.moved <> 0) AS moves, jsonb_object_agg(e.group_name, e.moved + e.added) AS whole, jsonb_object_agg(e.group_name, e.moved + greatest(e.added, e.cleared)) AS clears
    FROM (
        SELECT p.group_name, p.moved, p.added, p.cleared FROM plan AS p
        UNION ALL
        SELECT m.donor, -sum(m.people), 0, 0 FROM moved AS m GROUP BY m.donor
    ) AS e
    HAVING count(*) > 0
), what_if AS MATERIALIZED (
    SELECT r.*
    FROM extra AS e
    CROSS JOIN here AS h
    CROSS JOIN LATERAL slaops.simulate_capacity(h.name, (SELECT jsonb_agg(DISTINCT v.plan) FROM (VALUES ('{}'::jsonb), (e.moves), (e.whole), (e.clears)) AS v (plan) WHERE v.plan IS NOT NULL)) AS r
), given AS (
    -- The groups that people come from.
    SELECT m.group_name, string_agg(format(', of %s from %s to %s', m.donor, round(a.utilization::numeric, 2), round(w.utilization::numeric, 2)), '' ORDER BY m.place) AS utilization,
           string_agg(CASE WHEN num_nulls(a.attainment_expected, w.attainment_expected) = 0
                           THEN format('; clocks of %s: %s %% of %s as it is, %s %% of %s with it', m.donor, round(a.attainment_expected::numeric * 100), a.expected_basis_clocks, round(w.attainment_expected::numeric * 100), w.expected_basis_clocks) END, '' ORDER BY m.place) AS clocks
    FROM moved AS m
    CROSS JOIN extra AS e
    JOIN what_if AS a ON a.plan = '{}' AND a.group_name = m.donor
    JOIN what_if AS w ON w.plan = e.whole AND w.group_name = m.donor
    GROUP BY m.group_name
), stated AS MATERIALIZED (
    SELECT g.group_name, g.attainment_target AS target FROM staffed AS g WHERE g.attainment_target IS NOT NULL
), goal AS MATERIALIZED (
    -- What the groups state, each as often as it had clocks since the month of 28 days ago;
    -- nine tenths where one states nothing.
    SELECT m.metric, m.priority, sum(coalesce(s.target, 0.9) * (m.met + m.breached)) / sum(m.met + m.breached) AS target
    FROM here AS h
    CROSS JOIN LATERAL slaops.rows_of(NULL::{schema}.mart_sla, '{metric,priority,group_name,month,met,breached}') AS m
    LEFT JOIN stated AS s ON s.group_name = m.group_name
    WHERE EXISTS (SELECT FROM stated) AND m.month >= date_trunc('month', (h.day - 28)::timestamp)::date
    GROUP BY m.metric, m.priority
    HAVING sum(m.met + m.breached) > 0
), burndown AS MATERIALIZED (
    SELECT b.* FROM slaops.rows_of(NULL::{schema}.backlog_burndown) AS b
), flow AS (
    SELECT sum(b.arrivals) AS arrivals, sum(b.completions) AS completions FROM burndown AS b CROSS JOIN here AS h WHERE b.day > h.day - 28
), escalated AS MATERIALIZED (
    SELECT e.*
    FROM slaops.rows_of(NULL::{schema}.escalation_impact) AS e
    WHERE e.level = 'all' AND least(e.escalated, e.not_escalated) >= 30 AND e.escalated * 20 >= e.escalated + e.not_escalated
      AND e.added_lower > 0 AND e.breach_rate > e.breach_rate_others + 0.1
), overview AS MATERIALIZED (
    SELECT s.* FROM slaops.rows_of(NULL::{schema}.sla_overview) AS s
), finding AS (
    -- Tickets are late and nobody is working on them yet.
    SELECT 1 AS urgency, 'backlog' AS area, NULL::text AS subject, format('Clear the %s past a target; next_best_ticket says in which order', CASE count(DISTINCT f.ticket_id) WHEN 1 THEN 'open ticket that is' ELSE count(DISTINCT f.ticket_id) || ' open tickets that are' END)
           || CASE count(DISTINCT f.ticket_id) FILTER (WHERE l.state = 'pending') WHEN 0 THEN '' ELSE format(' (%s of them: waiting for the customer, not in it)', count(DISTINCT f.ticket_id) FILTER (WHERE l.state = 'pending')) END AS action,
           format('%s past target, by %s hours in all', CASE count(*) WHEN 1 THEN '1 clock is' ELSE count(*) || ' clocks are' END, round(sum(-f.margin_minutes)::numeric / 60, 1)) AS evidence, count(DISTINCT f.ticket_id)::double precision AS weight,
           format('SELECT * FROM %s.fct_sla_attainment WHERE is_open AND stopped_at IS NULL AND status = %L ORDER BY margin_minutes', max(h.schema), 'breached') AS query
    FROM {schema}.fct_sla_attainment AS f
    CROSS JOIN here AS h
    LEFT JOIN {schema}.int_ticket_lifecycle AS l ON l.ticket_id = f.ticket_id
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status = 'breached'
    HAVING count(*) > 0
    UNION ALL
    SELECT 1, 'backlog', NULL, 'Solve more than comes in: at the pace of the last weeks the backlog never gets to green',
           format('%s open, %s past target; throughput %s a day; in %s %% of 1000 futures drawn from the last 56 business days they are still late after 730', b.wip, b.past_target, round(b.throughput::numeric, 1), round(b.never_probability::numeric * 100)),
           b.past_target, format('SELECT * FROM %s.backlog_summary', h.schema)
    FROM slaops.rows_of(NULL::{schema}.backlog_summary) AS b
    CROSS JOIN here AS h
    CROSS JOIN flow AS f
    -- A hundred in and out in 28 days, or more in than out by more than chance brings.
    WHERE b.past_target > 0 AND b.minutes_to_green IS NULL AND b.never_probability >= 0.5
      AND (least(f.arrivals, f.completions) >= 100 OR f.arrivals - f.completions > 1.96 * sqrt(f.arrivals + f.completions))
    UNION ALL
    SELECT 2, 'capacity', p.group_name,
           CASE WHEN p.moved = 0 THEN format('%s lacks %s full-time %s, or send it less', p.group_name, p.added, CASE p.added WHEN 1 THEN 'person: add one' ELSE 'people: add them' END)
                ELSE format('Move %s to %s', p.movers, p.group_name) || coalesce(' on ' || p.days, '') || CASE WHEN p.added > 0 THEN format(' and add %s %s', p.added, CASE p.added WHEN 1 THEN 'person' ELSE 'people' END) ELSE '' END END
           || format(': expected utilization of %s from %s to %s', p.group_name, round(a.utilization::numeric, 2), round(w.utilization::numeric, 2)) || coalesce(d.utilization, '')
           -- Attainment is told where the groups' own past says something.
           || CASE WHEN num_nulls(a.attainment_expected, w.attainment_expected) = 0
                   THEN format('; expected attainment of %s in the next %s working days %s %s %%', p.group_name, w.days,
                               CASE WHEN round(a.attainment_expected::numeric * 100) = round(w.attainment_expected::numeric * 100) THEN 'stays at' ELSE format('from %s %% to', round(a.attainment_expected::numeric * 100)) END, round(w.attainment_expected::numeric * 100)) ELSE '' END
           || CASE WHEN w.backlog_now > 0 AND w.clears_on IS NOT NULL AND w.attainment_cleared IS DISTINCT FROM w.attainment_expected AND w.attainment_cleared IS NOT NULL
                   THEN format('; once its queue is worked off, by %s, %s %%', to_char(w.clears_on, 'YYYY-MM-DD'), round(w.attainment_cleared::numeric * 100)) ELSE '' END
           || CASE WHEN p.moved > 0 AND p.added > 0 AND o.backlog_after > o.backlog_now
                   THEN format('; the move alone does not help: utilization of %s, and %s open tickets become %s', round(o.utilization::numeric, 2), o.backlog_now, round(o.backlog_after)) ELSE '' END
           || CASE WHEN p.cleared > p.added AND c.clears_on IS NOT NULL
                   THEN format('; adding %s %s%s clears its %s open tickets by %s', p.cleared, CASE p.cleared WHEN 1 THEN 'person' ELSE 'people' END, CASE WHEN p.added > 0 THEN ' instead' WHEN p.moved > 0 THEN ' as well' ELSE '' END, c.backlog_now, to_char(c.clears_on, 'YYYY-MM-DD'))
                        || coalesce(format(': %s %% until then', round(c.attainment_expected::numeric * 100)), '') ELSE '' END,
           concat(format('short on %s working days of the last 28 days; utilization %s %%', a.short_days_28, round(a.utilization_28::numeric * 100)),
                  format('; %s people, %s needed for what is expected', round(a.fte::numeric, 1), round(a.fte_to_hold::numeric, 1)),
                  CASE WHEN a.fte_to_clear > a.fte_to_hold THEN format(', %s with the %s open tickets in four weeks', round(a.fte_to_clear::numeric, 1), a.backlog_now) END,
                  CASE WHEN p.fte_to_attain IS NOT NULL AND coalesce(w.attainment_cleared >= p.attainment_target, true) THEN format(', %s so that %s %% keep its target of %s minutes once there is no queue', round(p.fte_to_attain::numeric, 1), round(p.attainment_target::numeric * 100), round(p.target_minutes::numeric)) END,
                  format('; its %s open tickets become %s as it is, %s with it', a.backlog_now, round(a.backlog_after), round(w.backlog_after)),
                  CASE WHEN num_nulls(a.attainment_expected, w.attainment_expected) = 0
                       THEN format('; clocks of %s begun behind such queues: %s %% of %s met as it is, %s %% of %s with it', p.group_name, round(a.attainment_expected::numeric * 100), a.expected_basis_clocks, round(w.attainment_expected::numeric * 100), w.expected_basis_clocks) END,
                  CASE WHEN w.backlog_now > 0 AND w.clears_on IS NOT NULL AND w.attainment_cleared IS DISTINCT FROM w.attainment_expected AND w.attainment_cleared IS NOT NULL
                       THEN format('; on the half of days with the shorter queue: %s %% of %s', round(w.attainment_cleared::numeric * 100), w.cleared_basis_clocks) END,
                  d.clocks),
           p.utilization_28,
           format('SELECT * FROM slaops.simulate_capacity(%L, %L) WHERE group_name IN (%s)', h.name, (SELECT jsonb_agg(DISTINCT v.plan) FROM (VALUES ('{}'::jsonb), (CASE WHEN p.moved > 0 THEN e.moves END), (e.whole), (e.clears)) AS v (plan) WHERE v.plan IS NOT NULL),
                  (SELECT string_agg(quote_literal(g.name), ', ' ORDER BY g.place) FROM unnest(p.group_name || p.donors) WITH ORDINALITY AS g (name, place)))
    FROM plan AS p
    CROSS JOIN here AS h
    CROSS JOIN extra AS e
    JOIN what_if AS a ON a.plan = '{}' AND a.group_name = p.group_name
    JOIN what_if AS w ON w.plan = e.whole AND w.group_name = p.group_name
    JOIN what_if AS c ON c.plan = e.clears AND c.group_name = p.group_name
    LEFT JOIN what_if AS o ON o.plan = e.moves AND o.group_name = p.group_name
    LEFT JOIN given AS d ON d.group_name = p.group_name
    UNION ALL
    SELECT 2, 'bottleneck', b.group_name, format('Look at %s first: it is the bottleneck, by %s', b.group_name, b.driven_by),
           format('%s %% of the score of all groups: %s open minutes a ticket, %s tickets, %s %% of its clocks late', round(b.share::numeric * 100), round(b.cycle_minutes), b.volume, round(b.breach_rate::numeric * 100)), b.share,
           format('SELECT * FROM %s.bottlenecks WHERE level = %L', h.schema, 'group')
    FROM (SELECT r.*, count(r.score) OVER () AS groups FROM slaops.rows_of(NULL::{schema}.bottlenecks, '{level,rank,group_name,cycle_minutes,volume,breach_rate,score,share,driven_by}') AS r WHERE r.level = 'group') AS b
    CROSS JOIN here AS h
    -- A team of one group has none.
    WHERE b.groups >= 2 AND b.rank = 1 AND b.share >= 0.4 AND b.volume >= 30 AND b.breach_rate >= 0.1
    UNION ALL
    SELECT 3, 'sla', o.metric, CASE WHEN o.priorities = 1 THEN format('Find out why %s is missed', o.metric) ELSE format('Find out why %s of priority %s is missed most', o.metric, o.priority) END,
           format('attainment %s %% of the last %s clocks (%s to %s %%), before that %s %%; %s %% %s', round(o.attainment::numeric * 100), o.met + o.breached, round(o.attainment_lower::numeric * 100),
                  round(o.attainment_upper::numeric * 100), coalesce(round(o.attainment_before::numeric * 100)::text, 'unknown'),
                  trim_scale(round(o.goal::numeric * 100, 1)), CASE WHEN o.is_stated THEN 'are stated as the target' ELSE 'are asked, as no target is stated' END), 1 - o.attainment,
           format('SELECT * FROM %s.sla_overview WHERE metric = %L', h.schema, o.metric)
    FROM (
        SELECT s.*
        FROM (SELECT v.*, count(*) OVER (PARTITION BY v.metric) AS priorities, coalesce(g.target, 0.9)::double precision AS goal, g.target IS NOT NULL AS is_stated
              FROM overview AS v LEFT JOIN goal AS g ON g.metric = v.metric AND g.priority = v.priority WHERE v.level = 'priority') AS s
        WHERE s.met + s.breached >= 30 AND s.attainment_upper < s.goal ORDER BY s.attainment - s.goal, s.metric, s.priority LIMIT 1
    ) AS o
    CROSS JOIN here AS h
    UNION ALL
    SELECT 3, 'sla', o.metric, format('Find out what changed: %s has become worse', o.metric),
           format('attainment %s %% in the last 28 days, %s %% in the 28 before, and the intervals do not meet', round(o.attainment::numeric * 100), round(o.attainment_before::numeric * 100)), -o.change,
           format('SELECT * FROM %s.sla_overview WHERE metric = %L', h.schema, o.metric)
    FROM overview AS o
    CROSS JOIN here AS h
    WHERE o.level = 'all' AND o.trend = 'worse'
    UNION ALL
    SELECT 4, 'escalation', NULL, format('Have more tickets solved where they begin: a tenth fewer escalations are %s open hours of customers'' time less', round(e.total_added_minutes / 600)),
           format('%s escalated tickets took %s open hours, %s others %s: %s more (%s to %s); %s %% of their clocks late against %s %%; hard tickets are escalated, so not all of it is saved', e.escalated, round((e.mean_cycle_minutes / 60)::numeric, 1),
                  e.not_escalated, round((e.mean_cycle_minutes_others / 60)::numeric, 1), round((e.added_minutes / 60)::numeric, 1), round((e.added_lower / 60)::numeric, 1), round((e.added_upper / 60)::numeric, 1),
                  round(e.breach_rate::numeric * 100), round(e.breach_rate_others::numeric * 100)), e.escalated::double precision / (e.escalated + e.not_escalated),
           format('SELECT * FROM %s.escalation_impact WHERE level = %L', h.schema, 'all')
    FROM escalated AS e
    CROSS JOIN here AS h
    UNION ALL
    SELECT 4, 'process', p.deviation, format('Have fewer tickets %s', CASE p.deviation WHEN 'no reply' THEN 'solved without a reply' ELSE p.deviation END),
           format('%s tickets (%s %%) take %s more open hours than the happy path (%s to %s)', p.tickets, round(p.share::numeric * 100, 1), round(p.extra_minutes::numeric / 60, 1), round(p.extra_lower::numeric / 60, 1), round(p.extra_upper::numeric / 60, 1)),
           p.share * p.extra_minutes, format('SELECT * FROM %s.process_conformance WHERE level = %L AND deviation = %L', h.schema, 'all', p.deviation)
    FROM (
        -- Surely, at 99.8 %, a tenth longer than the happy path; what is said of escalations already is not said twice.
        SELECT c.* FROM (SELECT r.*, max(r.median_cycle_minutes) FILTER (WHERE r.deviation = 'happy path') OVER () AS happy_minutes FROM slaops.rows_of(NULL::{schema}.process_conformance) AS r WHERE r.level = 'all') AS c
        WHERE c.extra_minutes - (c.extra_minutes - c.extra_lower) * 3.09 / 1.96 > c.happy_minutes / 10 AND c.tickets >= 30
          AND NOT (c.deviation = 'escalated to another group' AND EXISTS (SELECT FROM escalated))
        ORDER BY c.share * c.extra_minutes DESC, c.deviation LIMIT 1
    ) AS p
    CROSS JOIN here AS h
    UNION ALL
    -- Some twenty drivers are looked at: the interval is stretched from 95 to 99.8 %, so
    -- that chance finds one in fifty teams.
    SELECT 4, 'csat', d.driver, format('Customers are less content where %s is %s: see whether it can be avoided', d.driver, d.value),
           format('mean rating %s against %s, difference %s (%s to %s), %s ratings', round(d.mean_with::numeric, 2), round(d.mean_without::numeric, 2), round(d.effect::numeric, 2),
                  round(d.effect_lower::numeric, 2), round(d.effect_upper::numeric, 2), d.with_it), -d.effect,
           format('SELECT * FROM %s.csat_drivers WHERE verdict = %L', h.schema, 'lower')
    FROM (SELECT c.* FROM slaops.rows_of(NULL::{schema}.csat_drivers) AS c WHERE c.verdict = 'lower' AND c.effect + (c.effect_upper - c.effect) * 3.09 / 1.96 < 0 ORDER BY c.effect, c.driver, c.value LIMIT 1) AS d
    CROSS JOIN here AS h
    UNION ALL
    SELECT 5, 'volume', NULL, format('Ask what happened on %s', string_agg(to_char(a.day, 'YYYY-MM-DD'), ', ' ORDER BY a.day)), format('far more tickets than on such weekdays: %s', string_agg(format('%s (%s expected)', a.created, round(a.expected::numeric, CASE WHEN a.expected < 10 THEN 1 ELSE 0 END)), ', ' ORDER BY a.day)), max(a.robust_z),
           format('SELECT * FROM %s.volume_anomalies WHERE level = ''all'' AND is_anomaly ORDER BY day DESC', max(h.schema))
    FROM slaops.rows_of(NULL::{schema}.volume_anomalies) AS a
    CROSS JOIN here AS h
    WHERE a.level = 'all' AND a.direction = 'more' AND a.day > h.day - 56
    HAVING count(*) > 0
)
SELECT
    -- Place: late tickets, then people and bottlenecks, then metrics, process and CSAT, then
    -- volume.
    row_number() OVER (ORDER BY f.urgency, f.weight DESC, f.area, f.action) AS rank,
    -- backlog, capacity, bottleneck, sla, escalation, process, csat or volume.
    f.area,
    -- The group, metric, deviation or driver that it is about.
    f.subject,
    -- What to do; for people how many to move from where and to add, and what utilization
    -- and attainment are expected with all of it.
    f.action,
    -- The figures that say so.
    f.evidence,
    -- The query that shows them.
    f.query
FROM finding AS f
ORDER BY rank
