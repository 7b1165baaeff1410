-- What moves CSAT? A row a possible driver: mean rating of tickets with it and without, the
-- difference, and how sure it is. The largest effect first.
-- materialized: table
WITH rated AS (
    SELECT o.*, p.long_cycle
    FROM {schema}.mart_ticket_outcomes AS o
    CROSS JOIN (SELECT percentile_cont(0.75) WITHIN GROUP (ORDER BY q.business_cycle_minutes) AS long_cycle FROM {schema}.mart_ticket_outcomes AS q WHERE q.csat_score IS NOT NULL AND q.outcome <> 'open') AS p
    -- The row of a ticket that was open then may bear a rating that came later.
    WHERE o.outcome <> 'open' AND o.csat_score BETWEEN -1e100 AND 1e100
), flagged AS (
    SELECT d.driver, d.value, count(*) AS n, avg(r.csat_score) AS mean, coalesce(var_samp(r.csat_score), 0) AS variance, sum(r.csat_score) AS total, sum(r.csat_score ^ 2) AS squares
    FROM rated AS r
    CROSS JOIN LATERAL (VALUES
        ('reopened', 'yes', r.reopens > 0), ('escalated', 'yes', r.escalations > 0), ('past a target', 'yes', r.breached > 0),
        ('long cycle', 'above three quarters of tickets', r.business_cycle_minutes > r.long_cycle), ('more than one reply', 'yes', r.agent_replies > 1),
        ('group', r.group_name, true), ('channel', r.channel, true), ('type', r.type, true), ('priority', r.priority, true), ('tier', r.tier, true)
    ) AS d (driver, value, holds)
    WHERE d.holds AND d.value IS NOT NULL
    GROUP BY d.driver, d.value
), compared AS (
    SELECT f.driver, f.value, f.n AS with_it, a.n - f.n AS without_it, f.mean AS mean_with, (a.total - f.total) / nullif(a.n - f.n, 0) AS mean_without, f.variance AS variance_with,
           -- The variance of the rest, from sums.
           greatest((a.squares - f.squares) - (a.total - f.total) ^ 2 / nullif(a.n - f.n, 0), 0) / nullif(a.n - f.n - 1, 0) AS variance_without
    FROM flagged AS f
    CROSS JOIN (SELECT count(*) AS n, sum(r.csat_score) AS total, sum(r.csat_score ^ 2) AS squares FROM rated AS r) AS a
)
SELECT
    -- What may matter.
    c.driver,
    -- Its value.
    c.value,
    -- Rated tickets with it.
    c.with_it,
    -- Rated tickets without it.
    c.without_it,
    -- Mean rating with it.
    c.mean_with,
    -- Mean rating without it.
    c.mean_without,
    -- The difference.
    c.mean_with - c.mean_without AS effect,
    -- Lower end of its 95 % interval (Welch, by the normal distribution: fair from 30
    -- tickets of each kind).
    CASE WHEN least(c.with_it, c.without_it) >= 2 THEN c.mean_with - c.mean_without - 1.96 * e.error END AS effect_lower,
    -- Upper end of its 95 % interval.
    CASE WHEN least(c.with_it, c.without_it) >= 2 THEN c.mean_with - c.mean_without + 1.96 * e.error END AS effect_upper,
    -- lower, higher, no clear effect, or too few to tell: fewer than 30 of a kind. A
    -- difference is no proof of a cause.
    CASE WHEN least(c.with_it, c.without_it) < 30 THEN 'too few to tell'
         WHEN abs(c.mean_with - c.mean_without) <= 1.96 * e.error THEN 'no clear effect'
         WHEN c.mean_with < c.mean_without THEN 'lower' ELSE 'higher' END AS verdict
FROM compared AS c
CROSS JOIN LATERAL (SELECT sqrt(c.variance_with / c.with_it + c.variance_without / nullif(c.without_it, 0)) AS error) AS e
WHERE c.without_it > 0
ORDER BY (least(c.with_it, c.without_it) < 30), abs(c.mean_with - c.mean_without) DESC, c.driver, c.value
