-- What does an escalation add? A row a priority, and one for all: solved tickets that went to
-- another group against those that did not. A difference is no proof of a cause: hard tickets
-- are escalated.
-- materialized: table
WITH ticket AS (
    SELECT o.priority, o.escalations > 0 AS escalated, o.business_cycle_minutes AS minutes, o.met, o.breached, o.csat_score
    FROM {schema}.mart_ticket_outcomes AS o
    WHERE o.outcome <> 'open'
), kind AS (
    SELECT grouping(t.priority) = 1 AS overall, t.priority,
           count(*) FILTER (WHERE t.escalated) AS n, count(*) FILTER (WHERE NOT t.escalated) AS others,
           avg(t.minutes) FILTER (WHERE t.escalated) AS mean, avg(t.minutes) FILTER (WHERE NOT t.escalated) AS mean_others,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minutes) FILTER (WHERE t.escalated) AS median, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minutes) FILTER (WHERE NOT t.escalated) AS median_others,
           sqrt(var_samp(t.minutes) FILTER (WHERE t.escalated) / nullif(count(t.minutes) FILTER (WHERE t.escalated), 0)
                + var_samp(t.minutes) FILTER (WHERE NOT t.escalated) / nullif(count(t.minutes) FILTER (WHERE NOT t.escalated), 0)) AS error,
           sum(t.breached) FILTER (WHERE t.escalated) / nullif(sum(t.met + t.breached) FILTER (WHERE t.escalated), 0)::double precision AS rate,
           sum(t.breached) FILTER (WHERE NOT t.escalated) / nullif(sum(t.met + t.breached) FILTER (WHERE NOT t.escalated), 0)::double precision AS rate_others
    FROM ticket AS t
    GROUP BY GROUPING SETS ((t.priority), ())
)
SELECT
    -- The priority; all: of every one; none: without.
    CASE WHEN k.overall THEN 'all' ELSE coalesce(k.priority, 'none') END AS priority,
    -- Solved tickets that went to a group that had not had them.
    k.n AS escalated,
    -- Those that did not.
    k.others AS not_escalated,
    -- Mean open minutes from creation to solved, of escalated ones.
    k.mean AS mean_cycle_minutes,
    -- Of the others.
    k.mean_others AS mean_cycle_minutes_others,
    -- Median, of escalated ones.
    k.median AS median_cycle_minutes,
    -- Of the others.
    k.median_others AS median_cycle_minutes_others,
    -- The difference of the means.
    k.mean - k.mean_others AS added_minutes,
    -- Lower end of its 95 % interval (Welch, by the normal distribution: fair from 30
    -- tickets of each kind).
    CASE WHEN least(k.n, k.others) >= 2 THEN k.mean - k.mean_others - 1.96 * k.error END AS added_lower,
    -- Upper end of it.
    CASE WHEN least(k.n, k.others) >= 2 THEN k.mean - k.mean_others + 1.96 * k.error END AS added_upper,
    -- Of all escalated ones together.
    k.n * (k.mean - k.mean_others) AS total_added_minutes,
    -- Breached share of the clocks of escalated ones.
    k.rate AS breach_rate,
    -- Of the others.
    k.rate_others AS breach_rate_others
FROM kind AS k
WHERE k.n + k.others > 0
ORDER BY NOT k.overall, k.n DESC, k.priority
