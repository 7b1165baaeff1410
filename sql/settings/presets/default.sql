INSERT INTO slaops.presets (
    name, reopen, solved_before_reply, target_at, calendar_at, retroactive_start, due_at_close,
    metrics, built_in, description
)
SELECT
    'default' AS name,
    'resume' AS reopen,
    'fulfill' AS solved_before_reply,
    'event' AS target_at,
    'each' AS calendar_at,
    true AS retroactive_start,
    'close' AS due_at_close,
    '{}'::pg_catalog.jsonb AS metrics,
    true AS built_in,
    'The defaults of slaops.' AS description;
