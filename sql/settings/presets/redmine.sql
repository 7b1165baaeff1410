INSERT INTO slaops.presets (
    name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close,
    metrics, built_in, description
)
SELECT
    'redmine' AS name,
    'resume' AS reopen,
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
    'Redmine has no clocks of its own. The resolution clock pauses while an issue '
    'waits for its author (feedback, resolved) and resumes when it is reopened.' AS description;
