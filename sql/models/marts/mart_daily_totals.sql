-- How is it going? One row per day from the first ticket (at most twenty years ago) until now,
-- without gaps: volume, backlog, cycle time, cost and CSAT of all tickets. mart_daily_ops has the
-- same by group and priority, mart_sla_by_day the clocks.
-- materialized: table
-- key: day
WITH first_day AS (
    SELECT greatest(
        min(cell.day),
        ({as_of} AT TIME ZONE {time_zone} - interval '20 years')::date
    ) AS day
    FROM {schema}.int_tickets_by_day AS cell
    HAVING count(*) > 0
),

flow AS (
    SELECT
        cell.day,
        sum(cell.created)::bigint AS created,
        sum(cell.reopened)::bigint AS reopened,
        sum(cell.solved)::bigint AS solved,
        sum(cell.rated)::bigint AS rated,
        sum(cell.ratings) AS ratings,
        sum(cell.priced) AS priced,
        sum(cell.cost) AS cost,
        slaops.rollup(cell.cycle) AS cycle
    FROM {schema}.int_tickets_by_day AS cell
    GROUP BY cell.day
),

days AS (
    SELECT generated.day::date AS day
    FROM first_day
    CROSS JOIN generate_series(
        first_day.day::timestamp,
        {as_of} AT TIME ZONE {time_zone},
        interval '1 day'
    ) AS generated (day)
    UNION
    -- Tickets from before the first day count in the backlog.
    SELECT flow.day
    FROM flow
),

backlog AS (
    SELECT
        days.day,
        sum(
            coalesce(flow.created + flow.reopened - flow.solved, 0)
        ) OVER (ORDER BY days.day)::bigint AS tickets
    FROM days
    LEFT JOIN flow
        ON flow.day = days.day
)

SELECT
    -- The day.
    backlog.day,
    -- Whether the day has ended. The last one has not.
    backlog.day < ({as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Tickets created.
    coalesce(flow.created, 0) AS created,
    -- Tickets reopened.
    coalesce(flow.reopened, 0) AS reopened,
    -- Tickets solved. A reopened ticket may be solved more than once.
    coalesce(flow.solved, 0) AS solved,
    -- Created and reopened, less solved.
    coalesce(flow.created + flow.reopened - flow.solved, 0) AS net_flow,
    -- Tickets open when the day ended; for the last day: now.
    backlog.tickets AS backlog,
    -- Median open minutes from creation to solution of the tickets last solved on the day.
    slaops.survival_percentile(flow.cycle, 0.5) AS median_cycle_minutes,
    -- Their cost.
    CASE WHEN flow.priced > 0 THEN flow.cost::double precision END AS cost,
    -- Mean rating of customers.
    (flow.ratings / nullif(flow.rated, 0))::double precision AS csat,
    -- Number of ratings.
    coalesce(flow.rated, 0) AS rated
FROM first_day
JOIN backlog
    ON backlog.day >= first_day.day
LEFT JOIN flow
    ON flow.day = backlog.day
