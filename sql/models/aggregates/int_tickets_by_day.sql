-- A row a day, group and priority: tickets created, opened again and solved, and of those last
-- solved that day how long they took, what they cost and how they were rated.
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
    -- Changes that day, a last solution beside the solution that it is.
    count(*) AS changes,
    -- Tickets created.
    count(*) FILTER (WHERE change.kind = 'created') AS created,
    -- Opened again.
    count(*) FILTER (WHERE change.kind = 'reopened') AS reopened,
    -- Solved; one that is opened again is solved more than once.
    count(*) FILTER (WHERE change.kind = 'solved') AS solved,
    -- Last solved.
    count(*) FILTER (WHERE change.kind = 'last solved') AS last_solved,
    -- Of them, rated by the customer.
    count(known.csat_score) FILTER (WHERE change.kind = 'last solved') AS rated,
    -- Their ratings, summed.
    coalesce(
        sum(known.csat_score::numeric) FILTER (WHERE change.kind = 'last solved'),
        0
    ) AS ratings,
    -- Of those last solved, with a cost.
    count(known.cost) FILTER (WHERE change.kind = 'last solved') AS priced,
    -- Their costs, summed.
    coalesce(sum(known.cost::numeric) FILTER (WHERE change.kind = 'last solved'), 0) AS cost,
    -- Open minutes from creation to solved, of those last solved.
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
    -- What no sum can take, such as NaN, is no rating and no cost.
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
