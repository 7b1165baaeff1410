INSERT INTO slaops.presets (
    name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close,
    metrics, built_in, description
)
SELECT
    'zammad' AS name,
    'pause' AS reopen,
    'cancel' AS solved_before_reply,
    'current' AS target_at,
    'current' AS calendar_at,
    true AS retroactive_start,
    'next_open' AS due_at_close,
    '{
        "first_response": {
            "pause": {"state": "pending"},
            "cancel": {"field": "status", "to": "merged"}
        },
        "next_response": {
            "after": null,
            "start": [
                {"event": "created"},
                {"event": "comment", "by": "customer", "public": true}
            ],
            "pause": {"state": "pending"},
            "cancel": {"field": "status", "to": "merged"}
        },
        "periodic_update": {
            "cancel": {"field": "status", "to": "merged"}
        },
        "pausable_update": {
            "cancel": {"field": "status", "to": "merged"}
        },
        "resolution": {
            "pause": {"state": "pending"},
            "cancel": {"field": "status", "to": "merged"},
            "reopen": "ignore"
        }
    }'::pg_catalog.jsonb AS metrics,
    true AS built_in,
    'Zammad: pending pauses every clock. The closed time of a reopened ticket is a '
    'pause for replies. A solution counts once. Merging a ticket into another voids '
    'its clocks. A due time at closing time is the next opening.' AS description;
