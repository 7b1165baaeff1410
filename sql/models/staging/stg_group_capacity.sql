-- What each group can do on a working day, if the source says so.
-- materialized: view
SELECT
    -- The group.
    capacity.group_name,
    -- People, in full-time equivalents.
    capacity.fte,
    -- Hours per working day that each person works on tickets.
    capacity.hours_per_day,
    -- Share of these hours that can be spent on work.
    capacity.occupancy,
    -- Minutes of work per ticket.
    capacity.handle_minutes,
    -- The attainment that the group should reach.
    capacity.attainment_target
FROM {group_capacity} AS capacity
