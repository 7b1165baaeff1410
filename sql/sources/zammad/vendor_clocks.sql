-- What Zammad itself says of its SLAs: when a running clock is due, and of one that is done the
-- minutes that it took (lib/escalation.rb of Zammad 7.0). Which clock the due time of an update is
-- of, the SLA of the ticket tells; of one with both kinds it is not known. Minutes of updates are
-- left out: they are of the longest, not of the last.
-- {tickets}: id! int4, preferences text, first_response_escalation_at* timestamptz,
--     update_escalation_at* timestamptz, close_escalation_at* timestamptz,
--     first_response_in_min* float8, first_response_diff_in_min float8, close_in_min* float8,
--     close_diff_in_min float8
-- {slas}?: id! int4, update_time int4, others others
-- without figures: Zammad's own figures are not there: reconciliation has nothing to compare
-- without tickets.preferences: which clock a due time of an update is of, is known only where all
--     SLAs have the same kind
WITH sla AS (
    SELECT
        known.id,
        -- Before version 5 the only time for updates was that for a response.
        CASE
            WHEN known.others ? 'response_time' THEN (known.others ->> 'response_time')::int4 > 0
            ELSE known.update_time > 0
        END IS TRUE AS has_response,
        (known.others ? 'response_time' AND known.update_time > 0) IS TRUE AS has_update
    FROM {slas} AS known
),
kind AS (
    SELECT
        bool_or(sla.has_response) AS has_response,
        bool_or(sla.has_update) AS has_update
    FROM sla
),
ticket AS (
    SELECT
        known.*,
        substring(known.preferences FROM 'sla_id"?: *([0-9]{1,9})')::int4 AS sla_id
    FROM {tickets} AS known
)
SELECT
    -- The ticket.
    ticket.id::text AS ticket_id,
    -- The metric.
    figure.metric,
    -- The last cycle.
    NULL::int4 AS cycle,
    -- When a running clock is due.
    figure.due_at,
    -- Minutes that a clock took, in whole ones.
    figure.minutes AS elapsed_minutes,
    -- Minutes that were allowed.
    figure.minutes + figure.minutes_left AS target_minutes,
    -- Whether that was too long.
    figure.minutes_left < 0 AS breached
FROM ticket
LEFT JOIN sla ON sla.id = ticket.sla_id
CROSS JOIN kind
CROSS JOIN LATERAL (
    VALUES
        (
            'first_response', ticket.first_response_escalation_at,
            ticket.first_response_in_min, ticket.first_response_diff_in_min
        ),
        (
            'resolution', ticket.close_escalation_at,
            ticket.close_in_min, ticket.close_diff_in_min
        ),
        (
            CASE
                WHEN coalesce(sla.has_response, kind.has_response)
                    AND NOT coalesce(sla.has_update, kind.has_update) THEN 'next_response'
                WHEN coalesce(sla.has_update, kind.has_update)
                    AND NOT coalesce(sla.has_response, kind.has_response) THEN 'pausable_update'
            END,
            ticket.update_escalation_at, NULL, NULL
        )
) AS figure (metric, due_at, minutes, minutes_left)
WHERE figure.metric IS NOT NULL
    AND (figure.due_at IS NOT NULL OR figure.minutes IS NOT NULL)
