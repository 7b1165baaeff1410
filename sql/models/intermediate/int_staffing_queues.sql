-- One row per queue for which people are planned by the half hour: a group with a usable capacity,
-- or a channel of it that has a row of its own in stg_group_capacity.
-- materialized: table
-- key: group_name, channel
WITH promised AS (
    -- The most common target of a group's own clocks of 364 days, in open minutes.
    SELECT DISTINCT ON (target.group_name)
        target.group_name,
        target.target_minutes AS minutes
    FROM (
        SELECT
            cell.group_name,
            cell.target_minutes,
            sum(cell.decided) AS decided
        FROM {schema}.int_ownership_by_day AS cell
        WHERE cell.day > ({as_of} AT TIME ZONE {time_zone})::date - 364
            AND cell.target_minutes > 0
        GROUP BY
            cell.group_name,
            cell.target_minutes
    ) AS target
    ORDER BY
        target.group_name,
        target.decided DESC,
        target.target_minutes
),

rules AS (
    -- Of several rows of a group and channel the one with the highest promise.
    SELECT DISTINCT ON (source.group_name, source.channel)
        source.group_name,
        source.channel,
        CASE WHEN source.handle_minutes BETWEEN 1e-2 AND 1e6 THEN source.handle_minutes END
        AS handle_minutes,
        CASE WHEN source.service_level > 0 AND source.service_level < 1 THEN source.service_level
        END AS service_level,
        CASE WHEN source.threshold_seconds BETWEEN 0 AND 86400 THEN source.threshold_seconds END
        AS threshold_seconds,
        CASE WHEN source.patience_seconds BETWEEN 1 AND 1e6 THEN source.patience_seconds END
        AS patience_seconds,
        CASE WHEN source.due_minutes BETWEEN 1 AND 1e6 THEN source.due_minutes END AS due_minutes
    FROM {schema}.stg_group_capacity AS source
    WHERE source.group_name IS NOT NULL
    ORDER BY
        source.group_name,
        source.channel,
        source.service_level DESC NULLS LAST,
        source.threshold_seconds,
        source.due_minutes
),

queues AS (
    SELECT
        capacity.group_name,
        rule.channel,
        coalesce(rule.handle_minutes, capacity.handle_minutes) AS handle_minutes,
        CASE
            WHEN rule.threshold_seconds IS NOT NULL THEN rule.service_level
        END AS service_level,
        CASE
            WHEN rule.service_level IS NOT NULL THEN rule.threshold_seconds
        END AS threshold_seconds,
        rule.patience_seconds,
        rule.due_minutes,
        capacity.occupancy,
        capacity.calendar_name,
        CASE WHEN rule.channel IS NULL THEN capacity.open_now END AS open_now
    FROM {schema}.int_group_workload AS capacity
    JOIN rules AS rule
        ON rule.group_name = capacity.group_name
)

SELECT
    -- The group.
    queue.group_name,
    -- The channel; NULL: all channels of the group that have no row of their own.
    queue.channel,
    -- Minutes of work per ticket, call or chat.
    queue.handle_minutes,
    -- The share that should be answered within threshold_seconds; NULL: work that may wait.
    queue.service_level,
    -- Seconds within which it should be answered.
    queue.threshold_seconds,
    -- Mean seconds until a caller gives up; NULL: nobody does.
    queue.patience_seconds,
    -- Open minutes that work may wait until it is begun: due_minutes of the source, else the most
    -- common target of the group's clocks, else 480; NULL: answered at once.
    CASE WHEN queue.service_level IS NULL THEN
        coalesce(queue.due_minutes, least(promised.minutes, 1e6), 480)
    END AS due_minutes,
    -- Share of a person's time that can be spent on work.
    queue.occupancy,
    -- The calendar of most of the group's tickets.
    queue.calendar_name,
    -- Its time zone, in which the days of the forecast begin.
    slaops.time_zone(known.calendar) AS time_zone,
    -- Open tickets of the group, with its queue of all other channels.
    coalesce(queue.open_now, 0) AS open_now
FROM queues AS queue
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN queue.calendar_name ~ '@' THEN queue.calendar_name::slaops.calendar
            ELSE slaops.calendar_of(
                queue.calendar_name,
                ({as_of} AT TIME ZONE {time_zone})::date
            )
        END AS calendar
) AS known
LEFT JOIN promised
    ON promised.group_name = queue.group_name
WHERE known.calendar IS NOT NULL
