INSERT INTO slaops.presets (
    name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close,
    metrics, built_in, description
)
SELECT
    'znuny' AS name,
    'count' AS reopen,
    'cancel' AS solved_before_reply,
    'current' AS target_at,
    'current' AS calendar_at,
    true AS retroactive_start,
    'close' AS due_at_close,
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
            "cancel": {"field": "status", "to": "merged"}
        },
        "periodic_update": {
            "stop": {"event": "comment", "by": ["agent", "customer"], "public": true},
            "cancel": [{"field": "status", "to": "merged"}, {"state": "pending"}]
        },
        "pausable_update": {
            "cancel": {"field": "status", "to": "merged"}
        },
        "resolution": {
            "cancel": {"field": "status", "to": "merged"}
        }
    }'::pg_catalog.jsonb AS metrics,
    true AS built_in,
    'Znuny and OTRS: nothing pauses a clock, and closed time counts. Due times follow the '
    'latest service level, queue and calendar. A reply is owed from the creation on. An '
    'update is owed after each message of an agent until the customer writes or the ticket '
    'is pending. Merging a ticket into another voids its clocks.' AS description;
