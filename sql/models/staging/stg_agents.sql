-- Who works on tickets, if the source says so.
-- materialized: view
SELECT
    -- The agent, as events and assignees call them.
    agent.agent,
    -- The group.
    agent.group_name,
    -- The part of full time that the agent works in the group.
    agent.fte,
    -- What an hour costs.
    agent.cost_per_hour
FROM {agents} AS agent
