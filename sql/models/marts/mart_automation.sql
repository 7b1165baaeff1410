-- What is solved without people? A row a month, group, priority and way of handling: solved
-- tickets, by whether people or bots worked on them. Counts add up over rows, rates do not.
-- materialized: table
-- key: month, group_name, priority, handled_by
SELECT
    -- Month in which the tickets were last solved.
    cell.month,
    -- The group that has them.
    cell.group_name,
    -- Their priority.
    cell.priority,
    -- human: agents and no bot; bot and human: handed on by a bot, or the other way; bot: no
    -- agent; automation: neither.
    cell.handled_by,
    -- Tickets.
    cell.tickets,
    -- Share of the tickets of the month, group and priority.
    cell.tickets / sum(cell.tickets) OVER (
        PARTITION BY cell.month, cell.group_name, cell.priority
    )::double precision AS share,
    -- Of them, opened again at some time.
    cell.reopened,
    -- Their clocks that ended in time.
    cell.met::bigint AS met,
    -- Their clocks past target.
    cell.breached::bigint AS breached,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper,
    -- Median open minutes from creation to solved.
    slaops.survival_percentile(cell.cycle, 0.5) AS median_cycle_minutes,
    -- How many were rated.
    cell.rated,
    -- Their mean rating.
    (cell.csat_sum / nullif(cell.rated, 0))::double precision AS csat,
    -- Whether the month has ended.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete
FROM {schema}.int_tickets_by_handling AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met::bigint, cell.breached::bigint) AS attained
