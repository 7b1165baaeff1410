-- What is about to break? A row a clock that runs or waits within its target, the likeliest
-- breach first.
-- materialized: view
WITH running AS MATERIALIZED (
    -- In arrays, so that each curve, with 12 bytes a distinct time, is fetched once and not
    -- for every clock.
    SELECT row_number() OVER () AS place, f.metric, coalesce(f.priority, '') AS priority, coalesce(f.group_name, '') AS group_name, array_agg(f) AS clocks
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status IN ('active', 'at_risk', 'paused')
    GROUP BY 2, 3, 4
), clock AS (
    -- Those that still run or were cancelled tell that they took at least as long.
    SELECT f.metric, coalesce(f.priority, '') AS priority, f.cause_group, f.group_shares, f.elapsed_minutes AS minutes, f.stopped_at IS NOT NULL AND f.status IN ('met', 'breached') AS ended, f.started_at > {as_of} - interval '672 hours' AS lately
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.elapsed_minutes >= 0 AND f.status IN ('active', 'at_risk', 'paused', 'met', 'breached', 'cancelled')
), by_group AS MATERIALIZED (
    -- Each group that had the clock for a part of its time. Those that ended are gathered
    -- once more by themselves, so that they can be counted.
    SELECT r.place, slaops.survival_agg(c.minutes, c.ended) AS survival, slaops.survival_agg(c.minutes, true) FILTER (WHERE c.ended) AS known,
           slaops.survival_agg(c.minutes, c.ended) FILTER (WHERE c.lately) AS survival_lately, slaops.survival_agg(c.minutes, true) FILTER (WHERE c.lately AND c.ended) AS known_lately
    FROM running AS r
    JOIN clock AS c ON c.metric = r.metric AND c.priority = r.priority AND (coalesce(c.cause_group, '') = r.group_name OR c.group_shares ->> r.group_name <> '')
    GROUP BY r.place
), by_priority AS MATERIALIZED (
    SELECT c.metric, c.priority, slaops.survival_agg(c.minutes, c.ended) AS survival, slaops.survival_agg(c.minutes, true) FILTER (WHERE c.ended) AS known
    FROM clock AS c
    GROUP BY c.metric, c.priority
), by_metric AS MATERIALIZED (
    SELECT p.metric, slaops.rollup(p.survival) AS survival, slaops.rollup(p.known) AS known
    FROM by_priority AS p
    GROUP BY p.metric
), chance AS MATERIALIZED (
    SELECT c.ticket_id, r.metric, c.cycle, c.priority, c.group_name, c.assignee, c.status, c.due_at, c.margin_minutes, c.elapsed_minutes, c.target_minutes, b.based_on, b.probability, coalesce(b.peers, 0) AS peers, coalesce(b.decided, 0) AS decided, coalesce(b.bound, false) AS bound
    FROM running AS r
    LEFT JOIN by_group AS g ON g.place = r.place
    LEFT JOIN by_priority AS p ON p.metric = r.metric AND p.priority = r.priority
    LEFT JOIN by_metric AS m ON m.metric = r.metric
    CROSS JOIN LATERAL unnest(r.clocks) AS c
    CROSS JOIN LATERAL (
        -- The nearest curve of those that 30 decided clocks bear and that reach the target; else that of the metric. Values are read in their order, so that those behind are not worked out.
        SELECT k.based_on, e.*, e.longest = 0 AND e.probability > 0 AS bound
        FROM (VALUES ('group, last 28 days', g.survival_lately, g.known_lately), ('group', g.survival, g.known), ('priority', p.survival, p.known), ('all priorities', m.survival, m.known)) AS k (based_on, survival, known)
        -- A curve's share is of those that ran longer, however little, and not of the clock itself.
        CROSS JOIN LATERAL (
            SELECT slaops.breach_probability(k.survival, c.elapsed_minutes, c.target_minutes) AS probability, n.peers, n.longest, n.longest + coalesce(n.ended - n.ended_later, 0) AS decided
            FROM (SELECT slaops.survival_at_risk(k.survival, o.older) AS peers, slaops.survival_at_risk(k.survival, greatest(c.target_minutes, o.older)) AS longest,
                         slaops.survival_at_risk(k.known, o.older) AS ended, slaops.survival_at_risk(k.known, greatest(c.target_minutes, o.older)) AS ended_later
                  FROM (SELECT c.elapsed_minutes + 1e-9 AS older) AS o) AS n
        ) AS e
        WHERE k.based_on = 'all priorities' OR e.decided >= 30 AND (e.longest > 0 OR e.probability = 0)
        LIMIT 1
    ) AS b
)
SELECT
    -- Place by the probability of a breach (where that is a bound only, even odds at most),
    -- then by the due time.
    row_number() OVER (ORDER BY c.odds DESC NULLS LAST, c.due_at NULLS LAST, c.ticket_id::text, c.metric, c.cycle) AS rank,
    -- The ticket.
    c.ticket_id,
    -- What it is about.
    t.subject,
    -- The clock.
    c.metric,
    -- Number of the cycle, from 1.
    c.cycle,
    -- The priority whose target counts.
    c.priority,
    -- The group that has the ticket.
    c.group_name,
    -- Who has it.
    c.assignee,
    -- active, at_risk or paused.
    c.status,
    -- When the target runs out; NULL while paused.
    c.due_at,
    -- Open minutes that are left of the target.
    c.margin_minutes AS remaining_minutes,
    -- Share of the target that is used up.
    c.elapsed_minutes / nullif(c.target_minutes, 0) AS target_used,
    -- Of clocks that ran longer than this one has, the share that takes longer than the
    -- target (Kaplan-Meier); an upper bound where is_bound; NULL where none ran longer than
    -- this one.
    c.probability AS breach_probability,
    -- Clocks that ran longer than this one has, ended or not: what the probability stands on.
    c.peers AS comparable_clocks,
    -- The nearest of these of which 30 clocks that ran longer ended or passed the target:
    -- group, last 28 days (clocks of the metric and priority begun in 672 hours, of which
    -- the group had a part), group (all such), priority (all groups), all priorities (all of
    -- the metric, however few).
    c.based_on,
    -- Why, in words.
    concat(CASE WHEN c.probability IS NULL THEN 'no clock on record ran longer, so there is no estimate'
                WHEN c.bound THEN concat('no clock on record ran as long as the target of ', round(c.target_minutes::numeric), ' minutes', CASE WHEN c.probability < 1 THEN concat('; of ', c.peers, ' as old as this at most ', round(c.probability::numeric * 100), ' % will') ELSE ', so there is no estimate' END)
                ELSE concat(round(c.probability::numeric * 100), ' % of ', CASE WHEN c.peers < 10 THEN 'only ' END, c.peers, CASE c.peers WHEN 1 THEN ' clock' ELSE ' clocks' END,
                            CASE c.based_on WHEN 'group, last 28 days' THEN concat(coalesce(' of ' || c.group_name, ' of no group'), ' in the last 28 days') WHEN 'group' THEN coalesce(' of ' || c.group_name, ' of no group') END,
                            ' as old as this took longer than ', round(c.target_minutes::numeric), ' minutes') END,
           '; ', round(c.margin_minutes::numeric), ' open minutes left; ', CASE c.status WHEN 'paused' THEN 'paused' ELSE 'waits' END, coalesce(' in ' || c.group_name, ' in no group'),
           CASE WHEN c.assignee IS NULL THEN ', with nobody' END) AS reason,
    -- Of the earlier clocks, those that ended or passed the target.
    c.decided AS decided_clocks,
    -- Whether the probability is but an upper bound, as none on record ran as long as the target.
    c.bound AS is_bound
FROM (SELECT k.*, CASE WHEN k.bound THEN least(k.probability, 0.5) ELSE k.probability END AS odds FROM chance AS k) AS c
LEFT JOIN {schema}.stg_tickets AS t ON t.ticket_id = c.ticket_id
ORDER BY rank
