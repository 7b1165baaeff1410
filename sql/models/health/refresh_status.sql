-- The instant of the figures, and the result of the last refresh: one row.
-- materialized: view
SELECT
    -- The instant of the figures; NULL before the first refresh.
    CASE WHEN made.stored THEN made.as_of ELSE slaops.as_of()
    END AS as_of,
    -- Age of the figures.
    now() - CASE WHEN made.stored THEN made.as_of ELSE slaops.as_of() END AS age,
    -- End of the last successful refresh.
    last_refresh.refreshed_at,
    -- running, done, failed or abandoned; none before the first refresh; live if nothing is stored.
    CASE WHEN made.stored THEN coalesce(last_refresh.state, 'none') ELSE 'live'
    END AS state,
    -- Start of the last refresh.
    last_refresh.started_at,
    -- End of its last batch.
    last_refresh.updated_at,
    -- Instant of its publication or failure.
    last_refresh.finished_at
FROM {schema}.mart_state AS made
LEFT JOIN LATERAL (
    SELECT
        logged.*,
        max(logged.finished_at) FILTER (WHERE logged.state = 'done') OVER () AS refreshed_at
    FROM {refresh_log} AS logged (refresh, state, started_at, updated_at, finished_at)
    ORDER BY logged.refresh DESC
    LIMIT 1
) AS last_refresh ON true
