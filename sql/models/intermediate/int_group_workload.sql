-- One row per group with a usable capacity: what it can do, its calendar, and its open tickets.
-- materialized: table
-- key: group_name
WITH calendars AS (
    -- The calendar of most tickets of a group.
    SELECT DISTINCT ON (kept.group_name)
        kept.group_name,
        kept.calendar_name
    FROM (
        SELECT
            cell.group_name,
            cell.calendar_name,
            sum(cell.has_now) AS tickets
        FROM {schema}.int_groups_by_day AS cell
        WHERE cell.group_name IS NOT NULL
            AND cell.has_now > 0
        GROUP BY
            cell.group_name,
            cell.calendar_name
    ) AS kept
    WHERE kept.calendar_name ~ '@'
        OR kept.calendar_name IN (SELECT registered.name FROM slaops.calendars AS registered)
    ORDER BY
        kept.group_name,
        kept.tickets DESC,
        kept.calendar_name
),

known AS (
    SELECT
        cell.group_name,
        min(cell.day) AS since,
        sum(cell.open_now)::bigint AS open_now
    FROM {schema}.int_groups_by_day AS cell
    WHERE cell.group_name IS NOT NULL
    GROUP BY cell.group_name
)

SELECT
    -- The group.
    capacity.group_name,
    -- People, in full-time equivalents.
    capacity.fte,
    -- Minutes of work per ticket.
    capacity.handle_minutes,
    -- Hours per working day that each person works on tickets.
    capacity.hours_per_day,
    -- Share of these hours that can be spent on work.
    capacity.occupancy,
    -- Minutes of work that the group can do on a working day: fte x hours_per_day x 60 x occupancy.
    capacity.fte * capacity.hours_per_day * 60 * capacity.occupancy AS capacity_minutes,
    -- The share of its clocks that should be met, if the source states one between 0 and 1.
    capacity.attainment_target,
    -- The calendar of most of its tickets. Its open days are working days.
    coalesce(calendars.calendar_name, '24/7 @ UTC') AS calendar_name,
    -- The creation day of the first ticket that it had; NULL: it has had none.
    known.since,
    -- Open tickets that are with it now; NULL: it has had none.
    known.open_now
FROM {schema}.int_group_capacity AS capacity
LEFT JOIN calendars
    ON calendars.group_name = capacity.group_name
LEFT JOIN known
    ON known.group_name = capacity.group_name
WHERE capacity.is_usable
