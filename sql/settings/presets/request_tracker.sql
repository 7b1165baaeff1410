INSERT INTO slaops.presets (
    name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close,
    metrics, built_in, description
)
SELECT
    'request_tracker' AS name,
    'count' AS reopen,
    'ignore' AS solved_before_reply,
    'current' AS target_at,
    'current' AS calendar_at,
    true AS retroactive_start,
    'next_open' AS due_at_close,
    '{
        "first_response": {
            "cancel": {"field": "status", "to": "merged"}
        },
        "next_response": {
            "after": null,
            "start": [
                {"event": "created"},
                {"event": "comment", "by": "customer", "public": true}
            ],
            "stop": {"event": "comment", "by": {"not": "customer"}, "public": true},
            "cancel": {"field": "status", "to": "merged"}
        },
        "periodic_update": {
            "start": {"event": "comment", "by": {"not": "customer"}, "public": true},
            "stop": {"event": "comment", "public": true},
            "cancel": {"field": "status", "to": "merged"}
        },
        "pausable_update": {
            "cancel": {"field": "status", "to": "merged"}
        },
        "resolution": {
            "cancel": {"field": "status", "to": "merged"}
        }
    }'::pg_catalog.jsonb AS metrics,
    true AS built_in,
    'Request Tracker: due times follow the latest service level and calendar. '
    'Resolved time counts. A reply is owed from the creation on, also after the '
    'ticket is solved. Any public comment ends a periodic update. Whoever is no '
    'requestor gives a next response. Merging a ticket into another voids its '
    'clocks. A due time at closing time is the next opening.' AS description;
