-- Of which instant the figures are, and how the last refresh went: one row.
-- materialized: view
SELECT
    -- The instant of the figures; NULL before the first refresh.
    CASE WHEN r.stored THEN r.as_of ELSE slaops.as_of()
    END AS as_of,
    -- How old they are.
    now() - CASE WHEN r.stored THEN r.as_of ELSE slaops.as_of() END AS age,
    -- When a refresh last ended well.
    l.refreshed_at,
    -- running, done, failed or abandoned; none before the first, live where nothing is stored.
    CASE WHEN r.stored THEN coalesce(l.state, 'none') ELSE 'live'
    END AS state,
    -- When the last refresh began.
    l.started_at,
    -- When it last finished a batch.
    l.updated_at,
    -- When it was published, or failed.
    l.finished_at
FROM {schema}.mart_state AS r
LEFT JOIN LATERAL (
    SELECT g.*, max(g.finished_at) FILTER (WHERE g.state = 'done') OVER () AS refreshed_at
    FROM {refresh_log} AS g (refresh, state, started_at, updated_at, finished_at)
    ORDER BY g.refresh DESC
    LIMIT 1
) AS l ON true
