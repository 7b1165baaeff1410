-- How is it going, by group and priority? A row a day, group and priority on which tickets of these
-- changed or were open: volume, backlog, cycle time, cost and CSAT. Counts add up over rows; by the
-- group and priority that tickets have now. mart_daily_totals has all tickets by day.
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
    -- The group that has the tickets now; NULL: none.
    change.group_name,
    -- Their priority now.
    change.priority,
    -- {dimensions of change}
    -- Whether the day has ended: the last one goes on.
    days.day::date < ({as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Tickets created.
    CASE WHEN days.day = change.day THEN change.created ELSE 0 END AS created,
    -- Tickets opened again.
    CASE WHEN days.day = change.day THEN change.reopened ELSE 0 END AS reopened,
    -- Tickets solved; one that is opened again is solved more than once.
    CASE WHEN days.day = change.day THEN change.solved ELSE 0 END AS solved,
    -- Created and opened again, less solved.
    CASE WHEN days.day = change.day THEN change.created + change.reopened - change.solved ELSE 0 END
    AS net_flow,
    -- Tickets open as the day ended; of the last day: now.
    change.backlog::bigint AS backlog,
    -- Median open minutes from creation to solved, of the tickets last solved that day.
    CASE WHEN days.day = change.day THEN slaops.survival_percentile(change.cycle, 0.5) END
    AS median_cycle_minutes,
    -- What they cost.
    CASE WHEN days.day = change.day AND change.priced > 0 THEN change.cost::double precision END
    AS cost,
    -- Mean rating of customers.
    CASE
        WHEN days.day = change.day
            THEN (change.ratings / nullif(change.rated, 0))::double precision
    END AS csat,
    -- How many rated.
    CASE WHEN days.day = change.day THEN change.rated ELSE 0 END AS rated
FROM first_day
CROSS JOIN changes AS change
-- The day of the change, and those after it on which the backlog stays.
CROSS JOIN LATERAL generate_series(
    greatest(change.day, first_day.day)::timestamp,
    CASE
        WHEN change.backlog = 0 THEN change.day::timestamp
        ELSE coalesce(change.next_day - 1, ({as_of} AT TIME ZONE {time_zone})::date)::timestamp
    END,
    interval '1 day'
) AS days (day)
