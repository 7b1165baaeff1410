-- One row per day, group and calendar: tickets that were created on that day and that the group
-- ever had.
-- materialized: aggregate
-- key: day, group_name, calendar_name
SELECT
    -- Day on which the tickets were created.
    (ticket.created_at AT TIME ZONE {time_zone})::date AS day,
    -- The group; NULL: tickets without a group at first, or now.
    had.group_name,
    -- The calendar of the tickets; NULL if it cannot be read.
    CASE WHEN ticket.business_cycle_minutes IS NOT NULL THEN ticket.calendar_name END
    AS calendar_name,
    -- Tickets that the group ever had.
    count(*) AS tickets,
    -- Of them, tickets whose first group it was.
    count(*) FILTER (WHERE had.group_name IS NOT DISTINCT FROM ticket.groups[1]) AS came_first,
    -- Tickets that are with it now, solved or not.
    count(*) FILTER (WHERE had.group_name IS NOT DISTINCT FROM ticket.group_name) AS has_now,
    -- Tickets that are open with it now.
    count(*) FILTER (
        WHERE ticket.is_open AND had.group_name IS NOT DISTINCT FROM ticket.group_name
    ) AS open_now
FROM {schema}.int_ticket_lifecycle AS ticket
CROSS JOIN LATERAL (
    SELECT DISTINCT visited.group_name
    FROM unnest(ticket.groups || ticket.groups[1] || ticket.group_name) AS visited (group_name)
) AS had
GROUP BY
    day,
    had.group_name,
    CASE WHEN ticket.business_cycle_minutes IS NOT NULL THEN ticket.calendar_name END
