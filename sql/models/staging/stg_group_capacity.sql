-- What each group can do on a working day, if the source says so, and what it promises. Rows with
-- a channel are the promises of that channel.
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
    capacity.attainment_target,
    -- The channel of this row; NULL: the group, and channels without a row.
    capacity.channel,
    -- The share that should be answered within threshold_seconds; NULL: work that may wait.
    capacity.service_level,
    -- Seconds within which calls or chats should be answered.
    capacity.threshold_seconds,
    -- Mean seconds until a caller gives up; NULL: nobody does.
    capacity.patience_seconds,
    -- Open minutes that other work may wait until it is begun.
    capacity.due_minutes
FROM {group_capacity} AS capacity
