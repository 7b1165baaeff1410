-- How many tickets are solved without people? One row per month, group, priority and kind of
-- handling: solved tickets, by whether people or bots worked on them. Counts add up over rows,
-- rates do not.
-- materialized: table
-- key: month, group_name, priority, handled_by
SELECT
    -- Month in which the tickets were last solved.
    cell.month,
    -- Their group.
    cell.group_name,
    -- Their priority.
    cell.priority,
    -- human: agents only; bot and human: both, in either order; bot: bots only; automation:
    -- neither.
    cell.handled_by,
    -- Tickets.
    cell.tickets,
    -- Share of the tickets of the month, group and priority.
    cell.tickets / sum(cell.tickets) OVER (
        PARTITION BY cell.month, cell.group_name, cell.priority
    )::double precision AS share,
    -- Of them, reopened at some time.
    cell.reopened,
    -- Clocks of these tickets that met their target.
    cell.met::bigint AS met,
    -- Clocks of these tickets past their target.
    cell.breached::bigint AS breached,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper,
    -- Median open minutes from creation to solution.
    slaops.survival_percentile(cell.cycle, 0.5) AS median_cycle_minutes,
    -- Number of ratings.
    cell.rated,
    -- Their mean rating.
    (cell.csat_sum / nullif(cell.rated, 0))::double precision AS csat,
    -- Whether the month has ended.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete
FROM {schema}.int_tickets_by_handling AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met::bigint, cell.breached::bigint) AS attained
