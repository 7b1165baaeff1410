-- What Intercom itself says of its SLAs: whether the SLA of a conversation was hit or missed, in
-- any of its metrics.
-- {conversation_history}: id! text, updated_at timestamptz, sla_status* text,
--     _fivetran_active bool
-- without figures: Intercom's own verdict is in conversation_history.sla_status: reconciliation has
--     nothing to compare
WITH conversation AS (
    SELECT DISTINCT ON (version.id)
        version.id,
        version.sla_status
    FROM {conversation_history} AS version
    ORDER BY
        version.id,
        version._fivetran_active DESC NULLS LAST,
        version.updated_at DESC NULLS LAST,
        version::text DESC
)
SELECT
    -- The conversation.
    conversation.id AS ticket_id,
    -- Any clock that was missed.
    'first_response, next_response, resolution' AS metric,
    -- Any cycle.
    NULL::int4 AS cycle,
    -- Intercom does not say.
    NULL::timestamptz AS due_at,
    -- Intercom does not say.
    NULL::float8 AS elapsed_minutes,
    -- Intercom does not say.
    NULL::float8 AS target_minutes,
    -- Whether it was missed.
    conversation.sla_status = 'missed' AS breached
FROM conversation
WHERE conversation.sla_status IN ('hit', 'missed')
