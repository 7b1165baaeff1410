-- One row per event, with the next event of the same ticket and the minutes between them.
-- materialized: incremental
-- key: ticket_id, event_number
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- Number of the event in its ticket, from 1.
    event.event_number,
    -- What happened.
    event.activity,
    -- When.
    event.event_at,
    -- agent, customer, bot or system.
    event.actor_role,
    -- Who did it.
    event.actor,
    -- The next activity; NULL for the last event.
    event.next_activity,
    -- When.
    event.next_event_at,
    -- Minutes between them, by the wall clock.
    event.minutes,
    -- Order of events of one instant, from the source.
    event.seq,
    -- The old value, if a field changed.
    event.old_value,
    -- The new value.
    event.new_value,
    -- The phase that begins: waiting (new, pending or on hold) or working (open, or an unknown
    -- state); NULL while the ticket is solved.
    CASE
        WHEN life.ticket_id IS NULL OR now_in.state IN ('solved', 'closed') THEN NULL
        WHEN now_in.state IN ('new', 'pending', 'hold') THEN 'waiting'
        ELSE 'working'
    END AS phase,
    -- Open minutes until the next event, or until now; NULL while the ticket is solved, and if the
    -- calendar is unknown.
    CASE
        WHEN life.business_cycle_minutes IS NOT NULL AND now_in.state NOT IN ('solved', 'closed')
            THEN slaops.business_minutes(
                CASE life.calendar_name
                    WHEN '24x7' THEN '24/7 @ UTC'
                    ELSE life.calendar_name
                END,
                event.event_at,
                CASE
                    WHEN event.state IS NULL THEN least(now_in.until, life.first_solved_at)
                    ELSE now_in.until
                END
            )
    END AS business_minutes,
    -- Number of occurrences of the activity in the ticket so far, without those while it was
    -- solved.
    event.times
FROM {ticket_histories} AS ticket
CROSS JOIN LATERAL slaops.event_transitions(ticket.history, {policy_set}, {as_of}) AS event
LEFT JOIN {lifecycle_rows} AS life
    ON life.ticket_id = ticket.ticket_id
CROSS JOIN LATERAL (
    SELECT
        -- Before the first change of status a ticket is in its first state. If no event gives that
        -- state, the first known one is the solution, and the ticket was open until then.
        CASE
            WHEN event.state IS NOT NULL THEN event.state
            WHEN life.first_state IN ('solved', 'closed')
                AND event.event_at > life.first_solved_at
                THEN life.first_state
            WHEN life.first_state IN ('solved', 'closed') THEN 'open'
            ELSE coalesce(life.first_state, 'open')
        END AS state,
        coalesce(event.next_event_at, CASE WHEN life.is_open THEN {as_of} END) AS until
) AS now_in
