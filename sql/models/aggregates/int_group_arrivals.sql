-- One row per minute, group and channel: tickets that came to the group in that minute. The days of
-- any calendar can be counted from it.
-- materialized: aggregate
-- key: came_at, group_name, channel
WITH moves AS (
    SELECT
        change.ticket_id,
        change.event_number,
        change.event_at,
        change.old_value,
        change.new_value
    FROM {schema}.int_event_transitions AS change
    WHERE change.activity = 'group ' || coalesce(change.new_value, 'none')
        AND change.new_value IS DISTINCT FROM change.old_value
),

first_moves AS (
    SELECT DISTINCT ON (move.ticket_id)
        move.ticket_id,
        move.event_at,
        move.old_value
    FROM moves AS move
    ORDER BY
        move.ticket_id,
        move.event_number
),

arrivals AS (
    SELECT
        move.event_at AS came_at,
        move.new_value AS group_name,
        ticket.channel
    FROM moves AS move
    LEFT JOIN {schema}.int_ticket_lifecycle AS ticket
        ON ticket.ticket_id = move.ticket_id
    WHERE move.new_value IS NOT NULL
    UNION ALL
    -- A ticket that had a group from its creation came to it then, although no event says so. A
    -- ticket that got its first group later came by that event.
    SELECT
        ticket.created_at,
        ticket.groups[1],
        ticket.channel
    FROM {schema}.int_ticket_lifecycle AS ticket
    LEFT JOIN first_moves AS first_move
        ON first_move.ticket_id = ticket.ticket_id
    WHERE ticket.groups[1] IS NOT NULL
        AND (
            first_move.ticket_id IS NULL
            OR first_move.event_at > ticket.created_at AND first_move.old_value IS NOT NULL
        )
)

SELECT
    -- The minute. Calendars open and close on the minute.
    date_bin('1 minute', arrival.came_at, '2000-01-01 00:00Z') AS came_at,
    -- The group.
    arrival.group_name,
    -- The channel of the tickets.
    arrival.channel,
    -- Tickets that came.
    count(*) AS tickets
FROM arrivals AS arrival
GROUP BY
    date_bin('1 minute', arrival.came_at, '2000-01-01 00:00Z'),
    arrival.group_name,
    arrival.channel
