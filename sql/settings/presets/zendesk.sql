INSERT INTO slaops.presets (
    name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close,
    metrics, built_in, description
)
SELECT
    'zendesk' AS name,
    'resume' AS reopen,
    'fulfill' AS solved_before_reply,
    'current' AS target_at,
    'current' AS calendar_at,
    true AS retroactive_start,
    'close' AS due_at_close,
    '{
        "first_response": {
            "start": [
                {"event": "created", "customer_asked": true},
                {"event": "comment", "by": "customer", "public": true}
            ]
        },
        "next_response": {
            "after": {"event": "comment", "by": "agent", "public": true, "customer_asked": true}
        }
    }'::pg_catalog.jsonb AS metrics,
    true AS built_in,
    'Zendesk: if an agent opens a ticket with an internal note, a reply is owed '
    'from the customer''s first public comment on. Clocks resume when a ticket is '
    'reopened. A changed priority changes the target. The latest schedule counts '
    'for all of a clock. Every clock starts at its event.' AS description;
