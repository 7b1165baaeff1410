-- The way of solved tickets, step by step: a row a group, priority, step and the next one, for a flow chart
-- without loops. Steps are numbered. Those that fewer than 1 % of all solved tickets took at their place
-- are one, "rare steps", and are not followed further; neither is what comes after the sixth step.
WITH paths AS (
    SELECT group_name, priority, activities, tickets
    FROM {schema}.variants_by_group
),

places AS (
    SELECT
        paths.group_name, paths.priority, step, paths.activities[step] AS activity,
        paths.activities[step + 1] AS next_activity, sum(paths.tickets) AS tickets
    FROM paths
    CROSS JOIN generate_series(1, 6) AS step
    WHERE step <= cardinality(paths.activities)
    GROUP BY paths.group_name, paths.priority, step, activity, next_activity
),

frequent AS (
    SELECT step, activity
    FROM places
    GROUP BY step, activity
    HAVING sum(tickets) >= 0.01 * (SELECT sum(tickets) FROM paths)
)

SELECT
    places.group_name, places.priority, places.step,
    places.step || ' ' || places.activity AS source,
    places.step + 1 || ' ' || coalesce(following.activity, 'rare steps') AS target,
    sum(places.tickets) AS tickets
FROM places
INNER JOIN frequent ON frequent.step = places.step AND frequent.activity = places.activity
LEFT JOIN frequent AS following
    ON following.step = places.step + 1 AND following.activity = places.next_activity
WHERE places.next_activity IS NOT NULL AND places.step < 6
GROUP BY places.group_name, places.priority, places.step, source, target
