-- Which ways do tickets take? A row a variant: the order of what happened to solved tickets, the most frequent first. Things that repeat at once count as one.
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
    row_number() OVER w AS rank, -- Place by tickets.
    v.activities,           -- What happened, in order.
    cardinality(v.activities) AS steps, -- How many steps that is.
    v.tickets,              -- Tickets that went this way.
    v.tickets / sum(v.tickets) OVER ()::double precision AS share, -- Their share.
    sum(v.tickets) OVER w / sum(v.tickets) OVER ()::double precision AS cumulative_share, -- Share of this and all more frequent variants.
    v.minutes[1] AS median_cycle_minutes, -- Median open minutes from creation to solved.
    v.breached::double precision / v.tickets AS breached_share, -- Share with a clock past its target.
    v.csat,                 -- Mean rating of customers.
    v.example,              -- One of the tickets.
    slaops.variant_id(v.activities) AS variant_id, -- A number for the variant that never changes.
    v.minutes[2] AS p90_cycle_minutes -- Nine tenths took no longer.
FROM variant AS v
WINDOW w AS (ORDER BY v.tickets DESC, v.activities ROWS UNBOUNDED PRECEDING)
ORDER BY rank
