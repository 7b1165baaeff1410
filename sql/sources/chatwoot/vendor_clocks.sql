-- What Chatwoot itself says of its SLAs: which clocks of a conversation it found late
-- (enterprise/app/models/sla_event.rb and applied_sla.rb). A clock that it has not found late by
-- now is compared where the conversation's SLA is done.
-- {conversations}: id! int4
-- {sla_policies}: id! int8, first_response_time_threshold float8,
--     resolution_time_threshold float8
-- {applied_slas}: id! int8, sla_policy_id! int8, conversation_id! int4, sla_status* int4
-- {sla_events}: applied_sla_id! int8, event_type! int4
-- without figures: Chatwoot's own verdicts are in applied_slas and sla_events: reconciliation has
--     nothing to compare
WITH late AS (
    SELECT DISTINCT
        event.applied_sla_id,
        event.event_type
    FROM {sla_events} AS event
)
SELECT
    -- The conversation.
    conversation.id::text AS ticket_id,
    -- The metric. Next responses are left out: which of them was late is not said.
    promise.metric,
    -- The last cycle.
    NULL::int4 AS cycle,
    -- Chatwoot does not say.
    NULL::timestamptz AS due_at,
    -- Chatwoot does not say.
    NULL::float8 AS elapsed_minutes,
    -- Minutes that were allowed.
    promise.seconds / 60 AS target_minutes,
    -- Whether it was late.
    late.applied_sla_id IS NOT NULL AS breached
FROM {applied_slas} AS applied
JOIN {conversations} AS conversation ON conversation.id = applied.conversation_id
JOIN {sla_policies} AS policy ON policy.id = applied.sla_policy_id
CROSS JOIN LATERAL (
    VALUES
        (0, 'first_response', policy.first_response_time_threshold),
        (2, 'resolution', policy.resolution_time_threshold)
) AS promise (event_type, metric, seconds)
LEFT JOIN late
    ON late.applied_sla_id = applied.id
    AND late.event_type = promise.event_type
WHERE promise.seconds > 0
    -- 1 is hit, 2 missed.
    AND (late.applied_sla_id IS NOT NULL OR applied.sla_status IN (1, 2))
