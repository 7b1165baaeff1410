-- What is about to break? A row a clock that runs or waits within its target, the likeliest breach first.
WITH clock AS MATERIALIZED (
    -- Those that still run or were cancelled tell that they took at least as long.
    SELECT f.metric, coalesce(f.priority, '') AS priority, f.elapsed_minutes AS minutes, f.stopped_at IS NOT NULL AND f.status IN ('met', 'breached') AS ended
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.elapsed_minutes >= 0 AND f.status IN ('active', 'at_risk', 'paused', 'met', 'breached', 'cancelled')
), by_priority AS MATERIALIZED (
    SELECT c.metric, c.priority, slaops.survival_agg(c.minutes, c.ended) AS survival
    FROM clock AS c
    GROUP BY c.metric, c.priority
), by_metric AS MATERIALIZED (
    SELECT p.metric, slaops.rollup(p.survival) AS survival
    FROM by_priority AS p
    GROUP BY p.metric
), running AS MATERIALIZED (
    -- In arrays, so that each curve, with 12 bytes a distinct time, is fetched once and not for every clock.
    SELECT f.metric, coalesce(f.priority, '') AS priority, array_agg(f) AS clocks
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status IN ('active', 'at_risk', 'paused')
    GROUP BY 1, 2
), chance AS MATERIALIZED (
    -- A curve's share is of those that ran longer, however little, and not of the clock itself.
    SELECT c.ticket_id, r.metric, c.cycle, c.priority, c.group_name, c.assignee, c.status, c.due_at, c.minutes_early, c.elapsed_minutes, c.target_minutes, n.few,
           CASE WHEN n.few THEN slaops.breach_probability(m.survival, c.elapsed_minutes, c.target_minutes) ELSE slaops.breach_probability(p.survival, c.elapsed_minutes, c.target_minutes) END AS probability,
           coalesce(CASE WHEN n.few THEN slaops.survival_at_risk(m.survival, c.elapsed_minutes + 1e-9) ELSE slaops.survival_at_risk(p.survival, c.elapsed_minutes + 1e-9) END, 0) AS peers,
           CASE WHEN n.few THEN slaops.survival_at_risk(m.survival, c.target_minutes) ELSE slaops.survival_at_risk(p.survival, c.target_minutes) END = 0 AS bound
    FROM running AS r
    LEFT JOIN by_priority AS p ON p.metric = r.metric AND p.priority = r.priority
    LEFT JOIN by_metric AS m ON m.metric = r.metric
    CROSS JOIN LATERAL unnest(r.clocks) AS c
    CROSS JOIN LATERAL (SELECT coalesce(slaops.survival_at_risk(p.survival, c.elapsed_minutes + 1e-9), 0) < 30 AS few) AS n
)
SELECT
    row_number() OVER (ORDER BY c.probability DESC NULLS LAST, c.due_at NULLS LAST, c.ticket_id::text, c.metric, c.cycle) AS rank, -- Place by the probability of a breach, then by the due time.
    c.ticket_id,            -- The ticket.
    t.subject,              -- What it is about.
    c.metric,               -- The clock.
    c.cycle,                -- Number of the cycle, from 1.
    c.priority,             -- The priority whose target counts.
    c.group_name,           -- The group that has the ticket.
    c.assignee,             -- Who has it.
    c.status,               -- active, at_risk or paused.
    c.due_at,               -- When the target runs out; NULL while paused.
    c.minutes_early AS minutes_left, -- Open minutes that are left of the target.
    c.elapsed_minutes / nullif(c.target_minutes, 0) AS target_used, -- Share of the target that is used up.
    c.probability AS breach_probability, -- Of clocks that ran longer than this one has, the share that takes longer than the target (Kaplan-Meier); an upper bound where none on record ran as long as the target; NULL where none ran longer than this one.
    c.peers AS earlier_clocks, -- Clocks that ran longer than this one has, ended or not: what the probability stands on.
    CASE WHEN c.few THEN 'all priorities' ELSE 'priority' END AS based_on, -- priority: clocks of the metric and priority; all priorities: of the metric, as fewer than 30 of the priority ran longer.
    concat(CASE WHEN c.probability IS NULL THEN 'no clock on record ran longer, so there is no estimate'
                ELSE concat(CASE WHEN c.bound THEN 'at most ' END, round(c.probability::numeric * 100), ' % of ', CASE WHEN c.peers < 10 THEN 'only ' END, c.peers, CASE c.peers WHEN 1 THEN ' clock' ELSE ' clocks' END,
                            ' as old as this took longer than ', round(c.target_minutes::numeric), ' minutes') END,
           '; ', round(c.minutes_early::numeric), ' open minutes left; ', CASE c.status WHEN 'paused' THEN 'paused' ELSE 'waits' END, coalesce(' in ' || c.group_name, ' in no group'),
           CASE WHEN c.assignee IS NULL THEN ', with nobody' END) AS reason -- Why, in words.
FROM chance AS c
LEFT JOIN {schema}.stg_tickets AS t ON t.ticket_id = c.ticket_id
ORDER BY rank
