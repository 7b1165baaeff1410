-- Open tickets of the last 56 days and at the pace of the last 28 of the next 60: a row a day.
SELECT
    day, wip, past_target::double precision AS past_target,
    CASE WHEN NOT is_complete THEN wip END AS wip_projected,
    CASE WHEN NOT is_complete THEN past_target::double precision END AS past_target_projected
FROM {schema}.backlog_burndown
UNION ALL
SELECT day, NULL, NULL, wip, past_target
FROM {schema}.backlog_projection
WHERE day > (SELECT max(day) FROM {schema}.backlog_burndown)
