-- One row per day, group and priority: tickets that were open when the day began, and their SLA
-- debt.
-- materialized: aggregate
-- key: day, group_name, priority
SELECT
    -- The day.
    snapshot.day,
    -- The group that had the tickets then.
    snapshot.group_name,
    -- Their priority then.
    snapshot.priority,
    -- {dimensions of snapshot}
    -- Open tickets.
    count(*) AS tickets,
    -- Of them, with a clock past its target.
    count(*) FILTER (WHERE snapshot.risk = 'breached') AS past_target,
    -- Sum of the minutes past target of their open clocks.
    coalesce(sum(snapshot.sla_debt_minutes::numeric), 0) AS sla_debt_minutes
FROM {schema}.fct_backlog_snapshot AS snapshot
GROUP BY
    snapshot.day,
    -- {dimension keys of snapshot}
    snapshot.group_name,
    snapshot.priority
