INSERT INTO slaops.presets (
    name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close,
    metrics, built_in, description
)
SELECT
    'jira' AS name,
    'new_cycle' AS reopen,
    'fulfill' AS solved_before_reply,
    'current' AS target_at,
    'current' AS calendar_at,
    true AS retroactive_start,
    'close' AS due_at_close,
    '{
        "next_response": {
            "after": null
        },
        "resolution": {
            "pause": {"state": "pending"}
        }
    }'::pg_catalog.jsonb AS metrics,
    true AS built_in,
    'Jira Service Management: a reopened issue starts another cycle. '
    'The resolution clock pauses while the issue waits for the customer.' AS description;
