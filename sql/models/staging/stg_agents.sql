-- Who works on tickets, if the source says so.
-- materialized: view
SELECT
    -- The agent, by the name in events and assignees.
    agent.agent,
    -- The group.
    agent.group_name,
    -- The share of full time that the agent works in the group.
    agent.fte,
    -- Cost of an hour.
    agent.cost_per_hour
FROM {agents} AS agent
