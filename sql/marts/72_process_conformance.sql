-- How many tickets take the happy path: created, one group, one reply, solved? A row a deviation among solved tickets, and one for the path. A ticket may deviate in several ways.
WITH ticket AS (
    SELECT l.ticket_id, l.business_cycle_minutes AS minutes, d.deviation, bool_or(d.holds) OVER (PARTITION BY l.ticket_id) AS deviates, d.holds, d.place
    FROM {schema}.int_ticket_lifecycle AS l
    CROSS JOIN LATERAL (VALUES
        (1, 'no reply', l.agent_replies = 0), (2, 'more than one reply', l.agent_replies > 1), (3, 'escalated to another group', l.escalations > 0),
        (4, 'sent back to an earlier group', l.handoffs > l.escalations), (5, 'waited for the customer', 'pending' = ANY (l.states)),
        (6, 'on hold', 'hold' = ANY (l.states)), (7, 'reopened', l.reopens > 0)
    ) AS d (place, deviation, holds)
    WHERE NOT l.is_open
), path AS (
    SELECT count(*) AS n, avg(t.minutes) AS mean, var_samp(t.minutes) AS variance, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minutes) AS median
    FROM ticket AS t
    WHERE t.place = 1 AND NOT t.deviates
), deviation AS (
    SELECT t.place, t.deviation, count(*) FILTER (WHERE t.holds) AS n, count(*) AS total, avg(t.minutes) FILTER (WHERE t.holds) AS mean,
           var_samp(t.minutes) FILTER (WHERE t.holds) AS variance, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.minutes) FILTER (WHERE t.holds) AS median
    FROM ticket AS t
    GROUP BY t.place, t.deviation
)
SELECT
    x.deviation,            -- What is not as on the happy path; "happy path" for tickets that follow it.
    x.n AS tickets,         -- Solved tickets of which it holds.
    x.n / nullif(x.total, 0)::double precision AS share, -- Their share.
    x.median AS median_cycle_minutes, -- Their median open minutes from creation to solved.
    x.mean - p.mean AS extra_minutes, -- Mean minutes more than on the happy path.
    x.mean - p.mean - 1.96 * sqrt(x.variance / nullif(x.n, 0) + p.variance / nullif(p.n, 0)) AS extra_lower, -- Lower end of the 95 % interval of this difference (Welch; fair from 30 tickets).
    x.mean - p.mean + 1.96 * sqrt(x.variance / nullif(x.n, 0) + p.variance / nullif(p.n, 0)) AS extra_upper -- Upper end of it.
FROM (
    SELECT 0 AS place, 'happy path' AS deviation, p.n, (SELECT max(d.total) FROM deviation AS d) AS total, NULL::double precision AS mean, NULL::double precision AS variance, p.median FROM path AS p
    UNION ALL
    SELECT d.place, d.deviation, d.n, d.total, d.mean, d.variance, d.median FROM deviation AS d WHERE d.n > 0
) AS x
CROSS JOIN path AS p
ORDER BY x.place > 0, x.n DESC, x.place
