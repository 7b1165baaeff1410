-- How many tickets came to each group, day by day, and how many can it do? One row per group and
-- working day of the last eight weeks, from the group's first ticket on; the last working day in
-- any case. Empty unless the source has the capacity of groups (stg_group_capacity).
-- materialized: table
-- key: group_name, day
WITH days AS (
    SELECT
        capacity.*,
        generated.day::date AS day,
        max(generated.day::date) OVER (PARTITION BY capacity.group_name) AS last_day
    FROM {schema}.int_group_workload AS capacity
    CROSS JOIN generate_series(
        (({as_of} AT TIME ZONE {time_zone})::date - 56)::timestamp,
        ({as_of} AT TIME ZONE {time_zone})::date - 1,
        interval '1 day'
    ) AS generated (day)
    WHERE slaops.business_minutes(
        capacity.calendar_name,
        generated.day AT TIME ZONE {time_zone},
        (generated.day + interval '1 day') AT TIME ZONE {time_zone}
    ) > 0
),

arrivals AS (
    -- Tickets that come on a day off wait for the next working day. 1680 hours are ten weeks.
    SELECT
        capacity.group_name,
        (
            CASE
                WHEN slaops.is_open(capacity.calendar_name, arrival.came_at) THEN arrival.came_at
                ELSE slaops.next_open(capacity.calendar_name, arrival.came_at)
            END AT TIME ZONE {time_zone}
        )::date AS day,
        sum(arrival.tickets)::bigint AS tickets
    FROM {schema}.int_group_arrivals AS arrival
    JOIN {schema}.int_group_workload AS capacity
        ON capacity.group_name = arrival.group_name
    WHERE arrival.came_at > {as_of} - interval '1680 hours'
    GROUP BY
        capacity.group_name,
        2
),

work AS (
    SELECT
        days.group_name,
        days.day,
        days.fte,
        days.capacity_minutes,
        coalesce(arrivals.tickets, 0) AS tickets,
        coalesce(arrivals.tickets, 0) * days.handle_minutes AS work_minutes
    FROM days
    LEFT JOIN arrivals
        ON arrivals.group_name = days.group_name
        AND arrivals.day = days.day
    WHERE days.since IS NULL
        OR days.day >= days.since
        OR days.day = days.last_day
)

SELECT
    -- The group.
    work.group_name,
    -- The working day.
    work.day,
    -- Tickets that came to it. Tickets of days off count on the next working day.
    work.tickets,
    -- Minutes of work for them.
    work.work_minutes,
    -- Minutes of work that the group can do: fte x hours_per_day x 60 x occupancy.
    work.capacity_minutes,
    -- Work divided by capacity. Above 1 the queue grows.
    work.work_minutes / nullif(work.capacity_minutes, 0) AS utilization,
    -- People, in full-time equivalents.
    work.fte,
    -- People that the day's work needs.
    work.fte * work.work_minutes / nullif(work.capacity_minutes, 0) AS fte_needed,
    -- Missing people; negative: people to spare.
    work.fte * work.work_minutes / nullif(work.capacity_minutes, 0) - work.fte AS fte_gap,
    -- Whether the work was more than the group could do.
    work.work_minutes > work.capacity_minutes AS short,
    -- Such days in the 28 days up to this one.
    count(*) FILTER (WHERE work.work_minutes > work.capacity_minutes) OVER four_weeks
    AS short_days_28,
    -- Mean utilization of the working days in these 28 days.
    avg(work.work_minutes / nullif(work.capacity_minutes, 0)) OVER four_weeks AS utilization_28,
    -- Tickets that came in these 28 days.
    sum(work.tickets) OVER four_weeks::bigint AS tickets_28
FROM work
WINDOW four_weeks AS (
    PARTITION BY work.group_name
    ORDER BY work.day
    RANGE BETWEEN interval '27 days' PRECEDING AND CURRENT ROW
)
