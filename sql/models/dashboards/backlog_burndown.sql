-- How did the backlog come to be what it is? A row a day of the last 56: flow, work in progress and
-- tickets past target. backlog_summary says when it is under control, backlog_projection has the
-- days to come.
-- materialized: table
-- key: day
WITH stood AS (
    -- As a day begins, so the one before ends.
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
    -- Whether the day has ended: the last one goes on.
    daily.is_complete,
    -- Tickets created or opened again.
    daily.arrivals::double precision AS arrivals,
    -- Tickets solved.
    daily.completions::double precision AS completions,
    -- Arrivals less completions.
    (daily.arrivals - daily.completions)::double precision AS net_flow,
    -- Tickets open as the day ended; of the last day: now.
    daily.backlog::double precision AS wip,
    -- Completions a day, mean of the 28 days that end with it; of the last day: of the last 672
    -- hours, or since the first ticket.
    CASE WHEN daily.is_complete THEN daily.throughput ELSE summary.throughput END::double precision
    AS throughput,
    -- Open tickets with a clock past its target as the day ended; of the last day: now.
    coalesce(CASE WHEN daily.is_complete THEN stood.past_target ELSE summary.past_target END, 0)
    AS past_target,
    -- Minutes past target of open clocks, summed.
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
