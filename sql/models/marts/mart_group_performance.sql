-- How does each group do? One row per group and month of creation: tickets and time that it had,
-- its own clocks, handoffs, and tickets that are open with it now.
-- materialized: table
-- key: group_name, month
WITH debts AS (
    -- A ticket that has lost its group counts for the group that had it last.
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
    -- The group; NULL: without a group.
    cell.group_name,
    -- Month in which the tickets were created.
    cell.month,
    -- Whether the month has ended. The last one has not.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Tickets that it ever had.
    cell.tickets,
    -- Of them, solved while with it.
    cell.resolved,
    -- How often it handed a ticket to another group.
    cell.passed_on,
    -- Tickets that came to it last and were reopened.
    cell.reopened,
    -- Sum of the open minutes that tickets were with it.
    CASE WHEN cell.timed > 0 THEN cell.owned_minutes::double precision END AS owned_minutes,
    -- Mean per ticket.
    CASE WHEN cell.timed > 0 THEN (cell.owned_minutes / cell.tickets)::double precision END
    AS mean_owned_minutes,
    -- Median per ticket.
    slaops.survival_percentile(cell.owned, 0.5) AS median_owned_minutes,
    -- The 90th percentile over tickets.
    slaops.survival_percentile(cell.owned, 0.9) AS p90_owned_minutes,
    -- Clocks of group_ownership that met their target.
    cell.met,
    -- Clocks of group_ownership past their target.
    cell.breached,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper,
    -- Open tickets that it had last.
    cell.open_now,
    -- Sum of the minutes past target of their open clocks.
    coalesce(debt.minutes, 0)::double precision AS sla_debt_minutes
FROM {schema}.int_groups_by_month AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
LEFT JOIN debts AS debt
    ON debt.group_name IS NOT DISTINCT FROM cell.group_name
    AND debt.month = cell.month
