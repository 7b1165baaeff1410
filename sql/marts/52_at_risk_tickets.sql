-- What is about to break? A row a clock that runs or waits within its target, the likeliest breach first.
WITH past AS MATERIALIZED (
    -- How far ended clocks came, in twentieths of their target; 21: past it.
    SELECT f.metric, coalesce(f.priority, '') AS priority, width_bucket(f.elapsed_minutes / nullif(f.target_minutes, 0), 0, 1, 20) AS reached, count(*) AS n,
           count(*) FILTER (WHERE f.status = 'breached') AS breached
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.status IN ('met', 'breached') AND f.stopped_at IS NOT NULL
    GROUP BY 1, 2, 3
), beyond AS MATERIALIZED (
    SELECT p.metric, p.priority, s.reached, sum(p.n) AS n, sum(p.breached) AS breached
    FROM past AS p
    JOIN generate_series(1, 20) AS s (reached) ON p.reached >= s.reached
    GROUP BY p.metric, p.priority, s.reached
), running AS (
    SELECT f.*, f.elapsed_minutes / nullif(f.target_minutes, 0) AS used
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status IN ('active', 'at_risk', 'paused')
)
SELECT
    row_number() OVER (ORDER BY e.probability DESC, r.due_at NULLS LAST, r.ticket_id::text, r.metric, r.cycle) AS rank, -- Place by the probability of a breach, then by the due time.
    r.ticket_id,            -- The ticket.
    t.subject,              -- What it is about.
    r.metric,               -- The clock.
    r.cycle,                -- Number of the cycle, from 1.
    r.priority,             -- The priority whose target counts.
    r.group_name,           -- The group that has the ticket.
    r.assignee,             -- Who has it.
    r.status,               -- active, at_risk or paused.
    r.due_at,               -- When the target runs out; NULL while paused.
    r.minutes_early AS minutes_left, -- Open minutes that are left of the target.
    r.used AS target_used,  -- Share of the target that is used up.
    e.probability AS breach_probability, -- Share of earlier clocks of the metric and priority that ran past their target, of those that came as far; one more of each kind is counted, so that few clocks prove little.
    e.n AS earlier_clocks   -- How many came as far.
FROM running AS r
LEFT JOIN beyond AS b ON b.metric = r.metric AND b.priority = coalesce(r.priority, '') AND b.reached = greatest(least(width_bucket(r.used, 0, 1, 20), 20), 1)
CROSS JOIN LATERAL (SELECT coalesce(b.n, 0)::bigint AS n, ((coalesce(b.breached, 0) + 1) / (coalesce(b.n, 0) + 2.0))::double precision AS probability) AS e
LEFT JOIN {schema}.stg_tickets AS t ON t.ticket_id = r.ticket_id
ORDER BY rank
