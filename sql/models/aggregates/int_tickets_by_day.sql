-- One row per day, group and priority: tickets created, reopened and solved. For tickets that were
-- last solved on the day: times, costs and ratings.
-- materialized: aggregate
-- key: day, group_name, priority
SELECT
    -- The day.
    (change.changed_at AT TIME ZONE {time_zone})::date AS day,
    -- The group that has the ticket now.
    ticket.group_name,
    -- Its priority now.
    ticket.priority,
    -- {dimensions of ticket}
    -- Number of changes on the day. A last solution counts in addition to its solution.
    count(*) AS changes,
    -- Tickets created.
    count(*) FILTER (WHERE change.kind = 'created') AS created,
    -- Tickets reopened.
    count(*) FILTER (WHERE change.kind = 'reopened') AS reopened,
    -- Tickets solved. A reopened ticket may be solved more than once.
    count(*) FILTER (WHERE change.kind = 'solved') AS solved,
    -- Tickets last solved on the day.
    count(*) FILTER (WHERE change.kind = 'last solved') AS last_solved,
    -- Of them, rated by the customer.
    count(known.csat_score) FILTER (WHERE change.kind = 'last solved') AS rated,
    -- Sum of these ratings.
    coalesce(
        sum(known.csat_score::numeric) FILTER (WHERE change.kind = 'last solved'),
        0
    ) AS ratings,
    -- Of the tickets last solved, with a cost.
    count(known.cost) FILTER (WHERE change.kind = 'last solved') AS priced,
    -- Sum of these costs.
    coalesce(sum(known.cost::numeric) FILTER (WHERE change.kind = 'last solved'), 0) AS cost,
    -- Open minutes from creation to solution of the tickets last solved.
    slaops.survival_agg(ticket.business_cycle_minutes, true)
        FILTER (WHERE change.kind = 'last solved') AS cycle
FROM {schema}.int_ticket_lifecycle AS ticket
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN period.place = 1 THEN 'created' ELSE 'reopened' END AS kind,
        period.opened_at AS changed_at
    FROM unnest(ticket.open_from) WITH ORDINALITY AS period (opened_at, place)
    UNION ALL
    SELECT
        'solved',
        period.closed_at
    FROM unnest(ticket.open_to) AS period (closed_at)
    UNION ALL
    SELECT
        'last solved',
        ticket.solved_at
    WHERE ticket.solved_at IS NOT NULL
) AS change
CROSS JOIN LATERAL (
    -- A rating or cost that cannot be summed, such as NaN, is left out.
    SELECT
        CASE WHEN ticket.csat_score BETWEEN -1e100 AND 1e100 THEN ticket.csat_score END
        AS csat_score,
        CASE WHEN ticket.cost BETWEEN -1e100 AND 1e100 THEN ticket.cost END AS cost
) AS known
GROUP BY
    day,
    -- {dimension keys of ticket}
    ticket.group_name,
    ticket.priority
