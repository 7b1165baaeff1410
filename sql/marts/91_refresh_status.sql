-- Of which instant the figures are, and how the last refresh went: one row.
SELECT
    CASE WHEN r.stored THEN r.as_of ELSE slaops.as_of() END AS as_of, -- The instant of the figures; NULL before the first refresh.
    (SELECT max(d.finished_at) FROM {refresh_log} AS d WHERE d.state = 'done') AS refreshed_at, -- When a refresh last ended well.
    CASE WHEN r.stored THEN coalesce(l.state, 'none') ELSE 'live' END AS state, -- Of the last refresh: running, done, failed or abandoned; none before the first, live where views are worked out when asked.
    l.started_at,           -- When it began.
    l.updated_at,           -- When it last finished a batch.
    l.finished_at           -- When it was published, or failed.
FROM {schema}.mart_state AS r
LEFT JOIN LATERAL (
    SELECT g.state, g.started_at, g.updated_at, g.finished_at FROM {refresh_log} AS g ORDER BY g.refresh DESC LIMIT 1
) AS l ON true
