INSERT INTO slaops.presets (
    name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close,
    metrics, built_in, description
)
SELECT
    'servicenow' AS name,
    'new_cycle' AS reopen,
    'cancel' AS solved_before_reply,
    'current' AS target_at,
    'current' AS calendar_at,
    false AS retroactive_start,
    'close' AS due_at_close,
    '{
        "first_response": {
            "pause": {"state": ["pending", "hold"]}
        },
        "resolution": {
            "pause": {"state": ["pending", "hold"]}
        }
    }'::pg_catalog.jsonb AS metrics,
    true AS built_in,
    'ServiceNow: a changed priority attaches another SLA from then on, unless it '
    'starts retroactively. On hold pauses.' AS description;
