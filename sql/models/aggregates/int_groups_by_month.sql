-- One row per group and month: tickets that were created in the month and that the group ever had,
-- its time with them, and its own clocks.
-- materialized: aggregate
-- key: group_name, month
WITH turns AS (
    -- A ticket that comes back to a group counts once, with all its time there.
    SELECT
        ticket.ticket_id,
        turn.group_name,
        min(ticket.created_at) AS created_at,
        bool_or(coalesce(turn.place, 0) = cardinality(ticket.groups)) AS is_last,
        bool_or(ticket.is_open) AS is_open,
        bool_or(ticket.reopens > 0) AS is_reopened,
        count(*) FILTER (WHERE turn.place < cardinality(ticket.groups)) AS passed_on,
        sum(turn.minutes) AS minutes
    FROM {schema}.int_ticket_lifecycle AS ticket
    LEFT JOIN LATERAL unnest(ticket.groups, ticket.group_minutes)
        WITH ORDINALITY AS turn (group_name, minutes, place) ON true
    GROUP BY
        ticket.ticket_id,
        turn.group_name
),

counted AS (
    SELECT
        turn.group_name,
        turn.created_at,
        1 AS ticket,
        turn.is_last,
        turn.is_open,
        turn.is_reopened,
        turn.passed_on,
        turn.minutes,
        NULL::text AS clock_status
    FROM turns AS turn
    UNION ALL
    -- A clock may have started before the ticket had a group.
    SELECT
        clock.started_in_group,
        clock.created_at,
        NULL,
        NULL,
        NULL,
        NULL,
        NULL,
        NULL,
        clock.status
    FROM {schema}.fct_sla_attainment AS clock
    WHERE clock.metric = 'group_ownership'
)

SELECT
    -- The group; NULL: without a group.
    counted.group_name,
    -- Month in which the tickets were created.
    date_trunc('month', counted.created_at AT TIME ZONE {time_zone})::date AS month,
    -- Tickets and clocks.
    count(*) AS rows_behind,
    -- Tickets that the group ever had.
    count(counted.ticket) AS tickets,
    -- Of them, solved while with it.
    count(*) FILTER (WHERE counted.is_last AND NOT counted.is_open) AS resolved,
    -- How often it handed a ticket to another group.
    coalesce(sum(counted.passed_on), 0)::bigint AS passed_on,
    -- Tickets that came to it last and were reopened.
    count(*) FILTER (WHERE counted.is_last AND counted.is_reopened) AS reopened,
    -- Open tickets that it had last.
    count(*) FILTER (WHERE counted.is_last AND counted.is_open) AS open_now,
    -- Tickets whose time with the group is known.
    count(counted.minutes) AS timed,
    -- Sum of the open minutes that tickets were with it.
    coalesce(sum(counted.minutes::numeric), 0) AS owned_minutes,
    -- The open minutes of each ticket.
    slaops.survival_agg(counted.minutes, true) AS owned,
    -- Clocks of group_ownership that met their target.
    count(*) FILTER (WHERE counted.clock_status = 'met') AS met,
    -- Clocks of group_ownership past their target.
    count(*) FILTER (WHERE counted.clock_status = 'breached') AS breached
FROM counted
GROUP BY
    counted.group_name,
    month
