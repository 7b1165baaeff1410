-- Who is planned to work when, if the source says so: a row for each stretch of work; breaks are
-- the time between two of them.
-- materialized: view
SELECT
    -- The agent.
    shift.agent,
    -- The group for which the agent works; NULL: the agent's group in stg_agents.
    shift.group_name,
    -- When work begins.
    shift.starts_at,
    -- When it ends.
    shift.ends_at
FROM {shifts} AS shift
