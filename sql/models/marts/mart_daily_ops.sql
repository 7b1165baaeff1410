-- How is it going, by group and priority? One row per day, group and priority with changed or open
-- tickets: volume, backlog, cycle time, cost and CSAT. Groups and priorities are the present ones
-- of the tickets. Counts add up over rows. mart_daily_totals has all tickets by day.
-- materialized: table
-- key: day, group_name, priority
WITH first_day AS (
    SELECT greatest(
        min(cell.day),
        ({as_of} AT TIME ZONE {time_zone} - interval '20 years')::date
    ) AS day
    FROM {schema}.int_tickets_by_day AS cell
),

changes AS (
    SELECT
        cell.*,
        sum(cell.created + cell.reopened - cell.solved) OVER of_cell AS backlog,
        lead(cell.day) OVER of_cell AS next_day
    FROM {schema}.int_tickets_by_day AS cell
    WINDOW of_cell AS (
        PARTITION BY
            cell.group_name,
            -- {dimension keys of cell}
            cell.priority
        ORDER BY cell.day
    )
)

SELECT
    -- The day.
    days.day::date AS day,
    -- The present group of the tickets; NULL: no group.
    change.group_name,
    -- Their priority now.
    change.priority,
    -- {dimensions of change}
    -- Whether the day has ended. The last one has not.
    days.day::date < ({as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Tickets created.
    CASE WHEN days.day = change.day THEN change.created ELSE 0 END AS created,
    -- Tickets reopened.
    CASE WHEN days.day = change.day THEN change.reopened ELSE 0 END AS reopened,
    -- Tickets solved. A reopened ticket may be solved more than once.
    CASE WHEN days.day = change.day THEN change.solved ELSE 0 END AS solved,
    -- Created and reopened, less solved.
    CASE WHEN days.day = change.day THEN change.created + change.reopened - change.solved ELSE 0 END
    AS net_flow,
    -- Tickets open when the day ended; for the last day: now.
    change.backlog::bigint AS backlog,
    -- Median open minutes from creation to solution of the tickets last solved on the day.
    CASE WHEN days.day = change.day THEN slaops.survival_percentile(change.cycle, 0.5) END
    AS median_cycle_minutes,
    -- Their cost.
    CASE WHEN days.day = change.day AND change.priced > 0 THEN change.cost::double precision END
    AS cost,
    -- Mean rating of customers.
    CASE
        WHEN days.day = change.day
            THEN (change.ratings / nullif(change.rated, 0))::double precision
    END AS csat,
    -- Number of ratings.
    CASE WHEN days.day = change.day THEN change.rated ELSE 0 END AS rated
FROM first_day
CROSS JOIN changes AS change
-- The day of the change, and the days after it on which the backlog stays the same.
CROSS JOIN LATERAL generate_series(
    greatest(change.day, first_day.day)::timestamp,
    CASE
        WHEN change.backlog = 0 THEN change.day::timestamp
        ELSE coalesce(change.next_day - 1, ({as_of} AT TIME ZONE {time_zone})::date)::timestamp
    END,
    interval '1 day'
) AS days (day)
