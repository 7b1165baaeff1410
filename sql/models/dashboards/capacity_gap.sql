-- Does each group have enough people for the next 28 days? One row per group whose capacity is
-- known (stg_group_capacity): expected and open tickets compared with its capacity. capacity_by_day
-- has the past days.
-- materialized: table
-- key: group_name
WITH last_days AS (
    SELECT DISTINCT ON (daily.group_name) daily.*
    FROM {schema}.capacity_by_day AS daily
    ORDER BY
        daily.group_name,
        daily.day DESC
),

past AS MATERIALIZED (
    -- Noon in the calendar's time zone, so that the day is the same there.
    SELECT
        daily.group_name,
        max(daily.day) AS last_day,
        CASE WHEN count(*) < 15 THEN 'weekday_mean' ELSE 'auto' END AS method,
        slaops.series(
            (daily.day + time '12:00') AT TIME ZONE slaops.time_zone(known.calendar),
            daily.tickets::double precision,
            interval '1 day',
            'zero'
        ) AS series
    FROM {schema}.capacity_by_day AS daily
    JOIN {schema}.int_group_workload AS capacity
        ON capacity.group_name = daily.group_name
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN capacity.calendar_name ~ '@' THEN capacity.calendar_name::slaops.calendar
                ELSE slaops.calendar_of(capacity.calendar_name, daily.day)
            END AS calendar
    ) AS known
    WHERE capacity.since IS NOT NULL
        AND known.calendar IS NOT NULL
    GROUP BY daily.group_name
),

expected AS MATERIALIZED (
    SELECT
        past.group_name,
        next_days.arrivals / nullif(next_days.days, 0) AS arrivals_per_day,
        next_days.days,
        least(
            slaops.business_minutes(
                capacity.calendar_name,
                today.day::timestamp AT TIME ZONE {time_zone},
                (today.day + 28)::timestamp AT TIME ZONE {time_zone}
            ) / 60 / nullif(next_days.days, 0),
            24
        ) AS open_hours
    FROM past
    JOIN {schema}.int_group_workload AS capacity
        ON capacity.group_name = past.group_name
    CROSS JOIN LATERAL (
        SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day
    ) AS today
    CROSS JOIN LATERAL (
        SELECT
            sum(coming.forecast) AS arrivals,
            count(*) FILTER (
                WHERE slaops.business_days(
                    capacity.calendar_name,
                    past.last_day + coming.step,
                    past.last_day + coming.step + 1
                ) > 0
            )::double precision AS days
        FROM slaops.forecast(
            past.series,
            today.day + 27 - past.last_day,
            past.method,
            7,
            '{0.8}',
            true,
            cal => capacity.calendar_name
        ) AS coming
        WHERE past.last_day + coming.step >= today.day
    ) AS next_days
),

promised AS (
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

needed AS (
    SELECT
        capacity.group_name,
        expected.arrivals_per_day,
        expected.days,
        slaops.fte_to_hold(
            expected.arrivals_per_day,
            capacity.handle_minutes,
            capacity.hours_per_day,
            capacity.occupancy
        ) AS fte_to_hold,
        slaops.fte_to_clear(
            capacity.open_now,
            expected.arrivals_per_day,
            capacity.handle_minutes,
            expected.days,
            capacity.hours_per_day,
            capacity.occupancy
        ) AS fte_to_clear,
        promised.minutes AS target_minutes,
        CASE
            -- Not if too many tickets take longer than the target even without waiting, and not for
            -- loads above 100,000 people.
            WHEN exp(
                -least(promised.minutes * capacity.occupancy / capacity.handle_minutes, 700)
            ) < (1 - capacity.attainment_target) * (1 - 1e-9)
            AND expected.arrivals_per_day * capacity.handle_minutes
                / (expected.open_hours * 60 * capacity.occupancy) < 1e5
                -- People who are at work at once, during all open hours of the calendar.
                THEN slaops.fte_to_attain(
                    expected.arrivals_per_day,
                    capacity.handle_minutes,
                    promised.minutes,
                    capacity.attainment_target,
                    expected.open_hours,
                    capacity.occupancy
                ) * expected.open_hours / capacity.hours_per_day
        END AS fte_to_attain
    FROM expected
    JOIN {schema}.int_group_workload AS capacity
        ON capacity.group_name = expected.group_name
    LEFT JOIN promised
        ON promised.group_name = capacity.group_name
        AND capacity.attainment_target IS NOT NULL
    WHERE expected.days > 0
)

SELECT
    -- The group.
    capacity.group_name,
    -- People, in full-time equivalents.
    capacity.fte,
    -- Minutes of work that they can do on a working day: fte x hours_per_day x 60 x occupancy.
    capacity.capacity_minutes,
    -- Its last working day before today; NULL: none in eight weeks.
    last_days.day AS last_day,
    -- Working days of the 28 days up to last_day on which more work came than the group can do.
    last_days.short_days_28,
    -- Mean utilization of these working days.
    last_days.utilization_28,
    -- Tickets that came in these 28 days.
    last_days.tickets_28,
    -- Its working days among the next 28 days.
    needed.days AS working_days_28,
    -- Tickets expected per working day of these, by the method auto of slaops.forecast.
    needed.arrivals_per_day,
    -- Open tickets that are with it now.
    capacity.open_now,
    -- People who keep up with the expected tickets, so that the backlog does not grow.
    needed.fte_to_hold,
    -- People who also clear all open tickets within the next 28 days.
    needed.fte_to_clear,
    -- People that it lacks for that; negative: people to spare.
    needed.fte_to_clear - capacity.fte AS fte_gap_28,
    -- Minutes of work per ticket.
    capacity.handle_minutes,
    -- Hours per working day that each person works on tickets.
    capacity.hours_per_day,
    -- Share of these hours that can be spent on work.
    capacity.occupancy,
    -- The calendar of most of its tickets. Its open days are working days.
    capacity.calendar_name,
    -- The share of its clocks that should be met, if the source states one between 0 and 1.
    capacity.attainment_target,
    -- The most common target of its clocks of group_ownership, in open minutes, if
    -- attainment_target is stated.
    needed.target_minutes,
    -- People with whom that share meets that target once there is no backlog, by
    -- slaops.fte_to_attain; NULL if that is unknown, or if no number of people could.
    needed.fte_to_attain
FROM {schema}.int_group_workload AS capacity
LEFT JOIN last_days
    ON last_days.group_name = capacity.group_name
LEFT JOIN needed
    ON needed.group_name = capacity.group_name
