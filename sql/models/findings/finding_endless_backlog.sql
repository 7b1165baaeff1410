-- Will some open tickets always be past their target? One row if so at the pace of the last weeks,
-- and if there were enough tickets to tell; else empty.
-- materialized: table
-- key: subject
WITH flow AS (
    SELECT
        sum(daily.arrivals) AS arrivals,
        sum(daily.completions) AS completions
    FROM {schema}.backlog_burndown AS daily
    WHERE daily.day > ({as_of} AT TIME ZONE {time_zone})::date - 28
)

SELECT
    -- The subject; NULL: all tickets.
    NULL::text AS subject,
    -- The weight: tickets past their target.
    backlog.past_target::double precision AS weight,
    -- Open tickets.
    backlog.wip,
    -- Of them, past a target.
    backlog.past_target,
    -- Tickets solved per day.
    backlog.throughput,
    -- Share of the simulated futures in which some tickets are still late after 730 business days.
    backlog.never_probability,
    -- Tickets that came in the last 28 days.
    flow.arrivals,
    -- Tickets solved in the last 28 days.
    flow.completions
FROM {schema}.backlog_summary AS backlog
CROSS JOIN flow
WHERE backlog.past_target > 0
    AND backlog.minutes_to_green IS NULL
    AND backlog.never_probability >= 0.5
    -- At least 100 tickets in and out in 28 days, or a surplus of arrivals that is larger than
    -- chance explains.
    AND (
        least(flow.arrivals, flow.completions) >= 100
        OR flow.arrivals - flow.completions > 1.96 * sqrt(flow.arrivals + flow.completions)
    )
