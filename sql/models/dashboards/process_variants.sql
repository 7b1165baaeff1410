-- Which ways do tickets take? A row a variant: the order of what happened to solved tickets, the
-- most frequent first. Things that repeat at once count as one.
-- materialized: table
WITH trace AS (
    SELECT i.ticket_id, slaops.collapse(slaops.trace(i.activity, i.event_at, i.event_number)) AS activities
    FROM {schema}.int_event_transitions AS i
    -- What a customer would notice: creation, replies, the ticket's state and group.
    WHERE i.activity = 'created' OR i.activity LIKE 'status %' OR i.activity LIKE 'group %' OR i.activity LIKE '% reply'
    GROUP BY i.ticket_id
), variant AS (
    SELECT t.activities, count(*) AS tickets, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY o.business_cycle_minutes) AS minutes,
           count(*) FILTER (WHERE o.breached > 0) AS breached, avg(o.csat_score) AS csat, min(t.ticket_id::text) AS example
    FROM trace AS t
    JOIN {schema}.mart_ticket_outcomes AS o ON o.ticket_id = t.ticket_id AND o.outcome <> 'open'
    GROUP BY t.activities
)
SELECT
    -- Place by tickets.
    row_number() OVER w AS rank,
    -- What happened, in order.
    v.activities,
    -- How many steps that is.
    cardinality(v.activities) AS steps,
    -- Tickets that went this way.
    v.tickets,
    -- Their share.
    v.tickets / sum(v.tickets) OVER ()::double precision AS share,
    -- Share of this and all more frequent variants.
    sum(v.tickets) OVER w / sum(v.tickets) OVER ()::double precision AS cumulative_share,
    -- Median open minutes from creation to solved.
    v.minutes[1] AS median_cycle_minutes,
    -- Share with a clock past its target.
    v.breached::double precision / v.tickets AS breached_share,
    -- Mean rating of customers.
    v.csat,
    -- One of the tickets.
    v.example,
    -- A number for the variant that never changes.
    slaops.variant_id(v.activities) AS variant_id,
    -- Nine tenths took no longer.
    v.minutes[2] AS p90_cycle_minutes
FROM variant AS v
WINDOW w AS (ORDER BY v.tickets DESC, v.activities ROWS UNBOUNDED PRECEDING)
ORDER BY rank
