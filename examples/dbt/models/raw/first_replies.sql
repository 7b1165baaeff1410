-- Of the raw tables, a row a ticket: only tickets with rows loaded since the last build are read,
-- and these from their beginning, so that a late event counts.
{{ config(materialized='incremental', unique_key='ticket_id', incremental_strategy='delete+insert') }}

{%- set calendar = slaops_dbt.calendar(var('open_hours'), var('time_zone'), var('country')) %}

WITH changed_tickets AS (
    SELECT DISTINCT event.ticket_id
    FROM {{ source('raw', 'ticket_events') }} AS event
    {%- if is_incremental() %}
    WHERE event.loaded_at >= (
        SELECT coalesce(max(known.loaded_at), '-infinity') - interval '{{ var("lookback") }}'
        FROM {{ this }} AS known
    )
    {%- endif %}
),

clocks AS (
    SELECT
        event.ticket_id,
        slaops.sla_clock_agg(
            event.event_at,
            CASE
                WHEN event.event_type = 'created' THEN 'start'
                WHEN event.event_type = 'comment' AND event.actor_role = 'agent' AND event.public
                    THEN 'stop'
            END,
            event.seq
        ) AS clock,
        min(event.event_at) FILTER (WHERE event.event_type = 'created') AS created_at,
        min(event.event_at) FILTER (
            WHERE event.event_type = 'comment' AND event.actor_role = 'agent' AND event.public
        ) AS replied_at,
        max(event.event_at) AS last_event_at,
        max(event.loaded_at) AS loaded_at
    FROM {{ source('raw', 'ticket_events') }} AS event
    JOIN changed_tickets
        ON changed_tickets.ticket_id = event.ticket_id
    GROUP BY event.ticket_id
),

calendars AS (
    SELECT
        clocks.*,
        ticket.group_name,
        ticket.priority,
        {{ slaops_dbt.calendar_of('ticket.calendar_name', calendar, 'ticket.created_at') }}
        AS calendar
    FROM clocks
    JOIN {{ source('raw', 'tickets') }} AS ticket
        ON ticket.ticket_id = clocks.ticket_id
),

elapsed AS (
    SELECT
        calendars.*,
        slaops.elapsed_minutes(calendars.clock, calendars.calendar, calendars.last_event_at)
        AS elapsed_minutes
    FROM calendars
)

SELECT
    elapsed.ticket_id,
    elapsed.group_name,
    elapsed.priority,
    elapsed.created_at,
    elapsed.replied_at,
    {{ slaops_dbt.business_add('elapsed.calendar', 'elapsed.created_at', var('first_reply_minutes')) }}
    AS due_at,
    elapsed.elapsed_minutes,
    {{ slaops_dbt.clock_result(
        'elapsed.elapsed_minutes', 'elapsed.replied_at IS NOT NULL', var('first_reply_minutes')
    ) }} AS result,
    {{ slaops_dbt.is_open('elapsed.calendar', 'elapsed.created_at') }} AS came_in_open_hours,
    elapsed.loaded_at
FROM elapsed
