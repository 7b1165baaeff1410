-- What each group can do on a working day, if the source says so.
-- materialized: view
SELECT
    -- The group.
    capacity.group_name,
    -- People, in full-time equivalents.
    capacity.fte,
    -- Hours a working day that each works on tickets.
    capacity.hours_per_day,
    -- Share of these hours that can be spent at work.
    capacity.occupancy,
    -- Minutes of work that a ticket takes the group.
    capacity.handle_minutes,
    -- Attainment that the group is to reach.
    capacity.attainment_target
FROM {group_capacity} AS capacity
