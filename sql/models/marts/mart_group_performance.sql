-- How does each group do? A row a group and month in which tickets were created: tickets and
-- time that it had, clocks of its own, what it passed on, and what is open with it now.
-- materialized: table
-- key: group_name, month
WITH debts AS (
    -- A ticket whose group was taken away still counts with the one that had it last.
    SELECT
        ticket.groups[cardinality(ticket.groups)] AS group_name,
        date_trunc('month', ticket.created_at AT TIME ZONE {time_zone})::date AS month,
        sum(greatest(-clock.margin_minutes, 0)::numeric) AS minutes
    FROM {schema}.fct_sla_attainment AS clock
    JOIN {schema}.int_ticket_lifecycle AS ticket
        ON ticket.ticket_id = clock.ticket_id
    WHERE clock.is_open
        AND clock.stopped_at IS NULL
        AND clock.status = 'breached'
    GROUP BY
        ticket.groups[cardinality(ticket.groups)],
        month
)

SELECT
    -- The group; NULL: with none.
    cell.group_name,
    -- Month in which the tickets were created.
    cell.month,
    -- Whether the month has ended: the last one goes on.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Tickets that it ever had.
    cell.tickets,
    -- Of them, solved with it.
    cell.resolved,
    -- How often it passed one on to another group.
    cell.passed_on,
    -- Came last to it and were opened again after they were solved.
    cell.reopened,
    -- Open minutes that tickets were with it, summed.
    CASE WHEN cell.timed > 0 THEN cell.owned_minutes::double precision END AS owned_minutes,
    -- Mean of a ticket.
    CASE WHEN cell.timed > 0 THEN (cell.owned_minutes / cell.tickets)::double precision END
    AS mean_owned_minutes,
    -- Median of a ticket.
    slaops.survival_percentile(cell.owned, 0.5) AS median_owned_minutes,
    -- Nine tenths of tickets took no longer.
    slaops.survival_percentile(cell.owned, 0.9) AS p90_owned_minutes,
    -- Clocks of group_ownership that ended in time.
    cell.met,
    -- Those past their target.
    cell.breached,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper,
    -- Tickets that are open, and with it last.
    cell.open_now,
    -- Minutes past target of their open clocks, summed.
    coalesce(debt.minutes, 0)::double precision AS sla_debt_minutes
FROM {schema}.int_groups_by_month AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
LEFT JOIN debts AS debt
    ON debt.group_name IS NOT DISTINCT FROM cell.group_name
    AND debt.month = cell.month
