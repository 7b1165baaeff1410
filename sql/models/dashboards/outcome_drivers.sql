-- What moves CSAT, cost and churn? A row an outcome and possible driver: its mean with the
-- driver and without, the difference, and how sure it is. Empty for what the source does not say
-- of tickets: csat_score, cost, or a boolean "churned" in attributes.
-- materialized: table
WITH solved AS (
    SELECT o.*, p.long_cycle
    FROM {schema}.mart_ticket_outcomes AS o
    CROSS JOIN (SELECT percentile_cont(0.75) WITHIN GROUP (ORDER BY q.business_cycle_minutes) AS long_cycle FROM {schema}.mart_ticket_outcomes AS q WHERE q.cost IS NOT NULL AND q.outcome <> 'open') AS p
    WHERE o.outcome <> 'open' AND o.cost BETWEEN -1e100 AND 1e100
), asked AS MATERIALIZED (
    -- Customers leave, not tickets: one that had several tickets counts once.
    SELECT o.*, s.customer, max(s.churned) OVER (PARTITION BY s.customer) AS churned, count(*) OVER (PARTITION BY s.customer) AS tickets
    FROM {schema}.mart_ticket_outcomes AS o
    JOIN (
        SELECT t.ticket_id, coalesce(t.organization_id, t.requester_id) AS customer,
               CASE WHEN lower(t.attributes ->> 'churned') IN ('true', 't', 'yes', 'y', '1') THEN 1 WHEN lower(t.attributes ->> 'churned') IN ('false', 'f', 'no', 'n', '0') THEN 0 END AS churned
        FROM {schema}.stg_tickets AS t
        WHERE t.attributes ? 'churned'
    ) AS s ON s.ticket_id = o.ticket_id
    WHERE s.customer IS NOT NULL AND s.churned IS NOT NULL
), alike AS (
    -- Tickets with the same drivers, added up once.
    SELECT r.reopens > 0 AS reopened, r.escalations > 0 AS escalated, r.breached > 0 AS breached, r.business_cycle_minutes > r.long_cycle AS is_long, r.agent_replies > 1 AS replied_again,
           r.group_name, r.channel, r.type, r.priority, r.tier, count(*) AS n, sum(r.cost) AS total, sum(r.cost ^ 2) AS squares
    FROM solved AS r
    GROUP BY 1, 2, 3, 4, 5, r.group_name, r.channel, r.type, r.priority, r.tier
), flagged AS (
    SELECT 'cost' AS outcome, d.driver, d.value, sum(r.n)::bigint AS n, sum(r.total) AS total, sum(r.squares) AS squares
    FROM alike AS r
    CROSS JOIN LATERAL (VALUES
        ('reopened', 'yes', r.reopened), ('escalated', 'yes', r.escalated), ('past a target', 'yes', r.breached),
        ('long cycle', 'above three quarters of tickets', r.is_long), ('more than one reply', 'yes', r.replied_again),
        ('group', r.group_name, true), ('channel', r.channel, true), ('type', r.type, true), ('priority', r.priority, true), ('tier', r.tier, true)
    ) AS d (driver, value, holds)
    WHERE d.holds AND d.value IS NOT NULL
    GROUP BY d.driver, d.value
    UNION ALL
    -- A customer has a driver where more of its tickets have it than of all tickets, or all
    -- of them: who asks much has had one of each.
    SELECT 'churn', c.driver, c.value, count(*), sum(c.churned)::double precision, 0
    FROM (
        SELECT r.customer, r.churned, d.driver, d.value, count(*) / r.tickets::double precision AS share, sum(count(*)) OVER (PARTITION BY d.driver, d.value) / m.tickets AS share_of_all
        FROM asked AS r
        CROSS JOIN (SELECT percentile_cont(0.75) WITHIN GROUP (ORDER BY a.tickets) AS many, sum(a.tickets) AS tickets FROM (SELECT DISTINCT b.customer, b.tickets FROM asked AS b) AS a) AS m
        CROSS JOIN LATERAL (VALUES
            ('reopened', 'yes', r.reopens > 0), ('escalated', 'yes', r.escalations > 0), ('past a target', 'yes', r.breached > 0), ('many tickets', 'above three quarters of customers', r.tickets > m.many),
            ('group', r.group_name, true), ('channel', r.channel, true), ('type', r.type, true), ('priority', r.priority, true), ('tier', r.tier, true)
        ) AS d (driver, value, holds)
        WHERE d.holds AND d.value IS NOT NULL
        GROUP BY r.customer, r.churned, r.tickets, m.tickets, d.driver, d.value
    ) AS c
    WHERE c.share > c.share_of_all OR c.share = 1
    GROUP BY c.driver, c.value
), compared AS (
    SELECT f.outcome, f.driver, f.value, f.n AS with_it, a.n - f.n AS without_it, f.total / f.n AS mean_with, (a.total - f.total) / (a.n - f.n) AS mean_without, e.effect, e.error,
           least(f.n, a.n - f.n) >= 30 AND (f.outcome <> 'churn' OR a.total >= 5) AS enough
    FROM flagged AS f
    JOIN (
        SELECT 'cost' AS outcome, count(*) AS n, sum(r.cost) AS total, sum(r.cost ^ 2) AS squares FROM solved AS r
        UNION ALL
        SELECT 'churn', count(*), sum(c.churned)::double precision, 0 FROM (SELECT DISTINCT r.customer, r.churned FROM asked AS r) AS c
    ) AS a ON a.outcome = f.outcome AND a.n > f.n
    CROSS JOIN LATERAL (
        -- Welch for means; shares as if one more customer of each side had left and one more had stayed (Agresti and Caffo), which holds where few have left.
        SELECT f.total / f.n - (a.total - f.total) / (a.n - f.n) AS effect,
               sqrt(greatest(f.squares - f.total ^ 2 / f.n, 0) / nullif(f.n - 1, 0) / f.n + greatest((a.squares - f.squares) - (a.total - f.total) ^ 2 / (a.n - f.n), 0) / nullif(a.n - f.n - 1, 0) / (a.n - f.n)) AS error
        WHERE f.outcome = 'cost'
        UNION ALL
        SELECT s.p - s.q, sqrt(s.p * (1 - s.p) / (f.n + 2) + s.q * (1 - s.q) / (a.n - f.n + 2))
        FROM (SELECT (f.total + 1) / (f.n + 2) AS p, (a.total - f.total + 1) / (a.n - f.n + 2) AS q) AS s
        WHERE f.outcome = 'churn'
    ) AS e
)
SELECT
    -- csat, cost or churn.
    d.outcome,
    -- What may matter.
    d.driver,
    -- Its value.
    d.value,
    -- Rated tickets, solved tickets with a cost, or customers (organizations, else
    -- requesters) with it: more of their tickets have it than of all.
    d.with_it,
    -- Those without it.
    d.without_it,
    -- Mean rating, mean cost, or share of customers that have left, with it.
    d.mean_with,
    -- The same without it.
    d.mean_without,
    -- The difference; NULL where they are too few to tell.
    d.effect,
    -- Lower end of its 95 % interval.
    d.effect_lower,
    -- Upper end of its 95 % interval.
    d.effect_upper,
    -- lower, higher, no clear effect, or too few to tell: fewer than 30 of a kind, or fewer
    -- than 5 customers that have left. Of twenty drivers that do not matter one seems to; a
    -- difference is no proof of a cause.
    d.verdict
FROM (
    SELECT 'csat' AS outcome, c.driver, c.value, c.with_it, c.without_it, c.mean_with, c.mean_without, k.effect, k.effect_lower, k.effect_upper, c.verdict
    FROM {schema}.csat_drivers AS c
    LEFT JOIN LATERAL (SELECT c.effect, c.effect_lower, c.effect_upper WHERE c.verdict <> 'too few to tell') AS k ON true
    UNION ALL
    SELECT c.outcome, c.driver, c.value, c.with_it, c.without_it, c.mean_with, c.mean_without,
           CASE WHEN c.enough THEN c.mean_with - c.mean_without END, CASE WHEN c.enough THEN c.effect - 1.96 * c.error END, CASE WHEN c.enough THEN c.effect + 1.96 * c.error END,
           CASE WHEN NOT c.enough THEN 'too few to tell' WHEN abs(c.effect) <= 1.96 * c.error THEN 'no clear effect' WHEN c.effect < 0 THEN 'lower' ELSE 'higher' END
    FROM compared AS c
) AS d
ORDER BY d.outcome, d.effect IS NULL, abs(d.effect) DESC, d.driver, d.value
