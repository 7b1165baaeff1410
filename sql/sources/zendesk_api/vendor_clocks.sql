-- What Zendesk itself says of its SLAs: the metric events of a ticket to which it applied a target.
-- A clock that is done has minutes, and one that was late the instant of its breach. Instance 1 of
-- the reply time is the first response, later ones are next responses.
-- {tickets}: id! int8, status! text
-- {ticket_metric_events}: id int8, ticket_id! int8, metric! text, instance_id! int8, type! text,
--     time! timestamptz, deleted bool, sla jsonb, sla__target float8,
--     sla__target_in_seconds float8, sla__business_hours bool, status jsonb,
--     status__calendar float8, status__business float8
-- without figures: Zendesk's own figures are in ticket_metric_events: reconciliation has nothing to
--     compare
-- without ticket_metric_events.deleted: breaches that Zendesk has taken back count
-- without ticket_metric_events.status unless ticket_metric_events.status__calendar: how long clocks
--     took in Zendesk is not compared
-- without ticket_metric_events.status__calendar unless ticket_metric_events.status: how long clocks
--     took in Zendesk is not compared
-- without ticket_metric_events.status__business unless ticket_metric_events.status: how long clocks
--     took in business hours is not compared
WITH event AS (
    SELECT
        entry.id,
        entry.ticket_id,
        CASE
            WHEN entry.metric IN ('reply_time', 'first_reply_time', 'next_reply_time')
                THEN 'reply_time'
            ELSE entry.metric
        END AS metric,
        entry.instance_id,
        entry.type,
        entry.time,
        coalesce(
            entry.sla__target_in_seconds / 60,
            (entry.sla ->> 'target_in_seconds')::float8 / 60,
            entry.sla__target,
            (entry.sla ->> 'target')::float8
        ) AS target,
        coalesce(entry.sla__business_hours, (entry.sla ->> 'business_hours')::bool)
            AS business_hours,
        coalesce(entry.status__calendar, (entry.status ->> 'calendar')::float8) AS calendar,
        coalesce(entry.status__business, (entry.status ->> 'business')::float8) AS business
    FROM {ticket_metric_events} AS entry
    WHERE entry.deleted IS NOT TRUE
),
clock AS (
    SELECT
        event.ticket_id,
        event.metric,
        event.instance_id,
        (
            array_agg(event.target ORDER BY event.time DESC, event.id DESC)
                FILTER (WHERE event.type = 'apply_sla')
        )[1] AS target_minutes,
        (
            array_agg(event.business_hours ORDER BY event.time DESC, event.id DESC)
                FILTER (WHERE event.type = 'apply_sla')
        )[1] AS business_hours,
        max(event.time) FILTER (WHERE event.type = 'breach') AS breached_at,
        max(event.time) FILTER (WHERE event.type = 'activate') AS activated_at,
        max(event.time) FILTER (WHERE event.type = 'fulfill') AS fulfilled_at,
        (
            array_agg(event.calendar ORDER BY event.time DESC, event.id DESC)
                FILTER (WHERE event.type = 'update_status')
        )[1] AS calendar,
        (
            array_agg(event.business ORDER BY event.time DESC, event.id DESC)
                FILTER (WHERE event.type = 'update_status')
        )[1] AS business
    FROM event
    GROUP BY
        event.ticket_id,
        event.metric,
        event.instance_id
)
SELECT
    -- The ticket.
    clock.ticket_id::text AS ticket_id,
    -- The metric.
    CASE
        WHEN known.zendesk <> 'reply_time' THEN known.name
        WHEN clock.instance_id = 1 THEN 'first_response'
        ELSE 'next_response'
    END AS metric,
    -- Next responses by their number; of other clocks the last cycle.
    CASE
        WHEN known.zendesk = 'reply_time' AND clock.instance_id > 1
            THEN clock.instance_id::int4 - 1
    END AS cycle,
    -- When it breached.
    clock.breached_at AS due_at,
    -- Minutes that a clock took which is done, in whole ones.
    CASE
        WHEN clock.fulfilled_at >= clock.activated_at THEN
            CASE WHEN clock.business_hours THEN clock.business ELSE clock.calendar END
    END AS elapsed_minutes,
    -- Minutes that were allowed.
    clock.target_minutes,
    -- Whether it breached.
    clock.breached_at IS NOT NULL AS breached
FROM clock
JOIN {tickets} AS ticket
    ON ticket.id = clock.ticket_id
    AND ticket.status <> 'deleted'
JOIN (
    VALUES
        ('reply_time', 'first_response'),
        ('requester_wait_time', 'requester_wait'),
        ('agent_work_time', 'agent_work'),
        ('pausable_update_time', 'pausable_update'),
        ('periodic_update_time', 'periodic_update'),
        ('group_ownership_time', 'group_ownership'),
        ('resolution_time', 'resolution')
) AS known (zendesk, name)
    ON known.zendesk = clock.metric
WHERE clock.target_minutes IS NOT NULL
    -- Of others than replies only the last.
    AND (
        known.zendesk = 'reply_time'
        OR NOT EXISTS (
            SELECT
            FROM clock AS later
            WHERE later.ticket_id = clock.ticket_id
                AND later.metric = clock.metric
                AND later.instance_id > clock.instance_id
        )
    )
