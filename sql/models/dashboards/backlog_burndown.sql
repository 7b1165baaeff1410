-- How did the backlog develop? One row per day of the last 56: arrivals, completions, open tickets
-- and tickets past target. backlog_summary says when it is under control, backlog_projection has
-- the days to come.
-- materialized: table
-- key: day
WITH stood AS (
    -- A day ends as the next one begins.
    SELECT
        cell.day - 1 AS day,
        sum(cell.past_target)::bigint AS past_target,
        sum(cell.sla_debt_minutes) AS sla_debt_minutes
    FROM {schema}.int_backlog_by_day AS cell
    WHERE cell.day > ({as_of} AT TIME ZONE {time_zone})::date - 57
    GROUP BY cell.day
),

daily AS (
    SELECT
        totals.day,
        totals.is_complete,
        totals.created + totals.reopened AS arrivals,
        totals.solved AS completions,
        totals.backlog,
        avg(totals.solved) OVER (
            ORDER BY totals.day
            ROWS BETWEEN 27 PRECEDING AND CURRENT ROW
        ) AS throughput
    FROM {schema}.mart_daily_totals AS totals
    WHERE totals.day > ({as_of} AT TIME ZONE {time_zone})::date - 84
)

SELECT
    -- The day.
    daily.day,
    -- Whether the day has ended. The last one has not.
    daily.is_complete,
    -- Tickets created or reopened.
    daily.arrivals::double precision AS arrivals,
    -- Tickets solved.
    daily.completions::double precision AS completions,
    -- Arrivals less completions.
    (daily.arrivals - daily.completions)::double precision AS net_flow,
    -- Tickets open when the day ended; for the last day: now.
    daily.backlog::double precision AS wip,
    -- Completions per day: the mean of the 28 days up to this one. For the last day: of the last
    -- 672 hours, or since the first ticket.
    CASE WHEN daily.is_complete THEN daily.throughput ELSE summary.throughput END::double precision
    AS throughput,
    -- Open tickets with a clock past its target when the day ended; for the last day: now.
    coalesce(CASE WHEN daily.is_complete THEN stood.past_target ELSE summary.past_target END, 0)
    AS past_target,
    -- Sum of the minutes past target of open clocks.
    coalesce(
        CASE
            WHEN daily.is_complete THEN stood.sla_debt_minutes::double precision
            ELSE summary.sla_debt_minutes
        END,
        0
    ) AS sla_debt_minutes
FROM daily
CROSS JOIN {schema}.backlog_summary AS summary
LEFT JOIN stood
    ON stood.day = daily.day
WHERE daily.day > ({as_of} AT TIME ZONE {time_zone})::date - 56
