-- Who passes tickets on to whom? A row a pair of groups: how often, how long each had them, and
-- how they fare. The most frequent first.
-- materialized: table
SELECT
    -- Place by hand-offs.
    row_number() OVER (ORDER BY count(*) DESC, h.from_group, h.to_group) AS rank,
    -- The group that passed tickets on.
    h.from_group,
    -- The group that got them.
    h.to_group,
    -- How often.
    count(*) AS handoffs,
    -- Tickets.
    count(DISTINCT h.ticket_id) AS tickets,
    -- Share of all hand-offs.
    count(*) / sum(count(*)) OVER ()::double precision AS share,
    -- Share of those of the group.
    count(*) / sum(count(*)) OVER (PARTITION BY h.from_group)::double precision AS share_of_group,
    -- Of them, back to a group that had had the ticket before.
    count(*) FILTER (WHERE h.returned) AS sent_back,
    -- Mean open minutes that the group had it until it passed it on.
    avg(h.from_minutes) AS mean_minutes_before,
    -- Mean open minutes that the other then had it.
    avg(h.to_minutes) AS mean_minutes_after,
    -- Mean open minutes from creation to solved, of solved ones.
    avg(o.business_cycle_minutes) FILTER (WHERE o.outcome <> 'open') AS mean_cycle_minutes,
    -- Breached share of the tickets' clocks; a ticket counts at each hand-off.
    sum(o.breached) / nullif(sum(o.met + o.breached), 0)::double precision AS breach_rate
FROM (
    SELECT l.ticket_id, l.groups[g.place] AS from_group, l.groups[g.place + 1] AS to_group, l.groups[g.place + 1] = ANY (l.groups[1:g.place]) AS returned,
           l.group_minutes[g.place] AS from_minutes, l.group_minutes[g.place + 1] AS to_minutes
    FROM {schema}.int_ticket_lifecycle AS l
    CROSS JOIN LATERAL generate_series(1, cardinality(l.groups) - 1) AS g (place)
) AS h
JOIN {schema}.mart_ticket_outcomes AS o ON o.ticket_id = h.ticket_id
GROUP BY h.from_group, h.to_group
ORDER BY rank
