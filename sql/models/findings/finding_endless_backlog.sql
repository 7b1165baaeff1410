-- Does the backlog never get to green? One row where it does not, else none: at the pace of the
-- last weeks some open tickets stay past their target, and enough has come and gone to say so.
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
    -- What it is about; NULL: all tickets.
    NULL::text AS subject,
    -- What it is ranked by: tickets past their target.
    backlog.past_target::double precision AS weight,
    -- Open tickets.
    backlog.wip,
    -- Of them, past a target.
    backlog.past_target,
    -- Tickets solved a day.
    backlog.throughput,
    -- Share of the futures drawn in which some are still late after 730 business days.
    backlog.never_probability,
    -- Tickets that came in the last 28 days.
    flow.arrivals,
    -- Tickets solved in these.
    flow.completions
FROM {schema}.backlog_summary AS backlog
CROSS JOIN flow
WHERE backlog.past_target > 0
    AND backlog.minutes_to_green IS NULL
    AND backlog.never_probability >= 0.5
    -- A hundred in and out in 28 days, or more in than out by more than chance brings.
    AND (
        least(flow.arrivals, flow.completions) >= 100
        OR flow.arrivals - flow.completions > 1.96 * sqrt(flow.arrivals + flow.completions)
    )
