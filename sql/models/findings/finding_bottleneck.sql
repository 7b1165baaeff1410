-- Is one group the bottleneck? Its row of bottlenecks, if it has at least two fifths of the score
-- of all groups, 30 tickets, and a tenth of its clocks late. Empty for a team of one group.
-- materialized: table
-- key: subject
SELECT
    -- The group.
    bottleneck.group_name AS subject,
    -- The weight by which findings of one kind are ranked: its share.
    bottleneck.share AS weight,
    -- Its share of the score of all groups.
    bottleneck.share,
    -- Mean open minutes of a ticket.
    bottleneck.cycle_minutes,
    -- Tickets.
    bottleneck.volume,
    -- Share of its clocks that are late.
    bottleneck.breach_rate,
    -- The term with the largest part in the score.
    bottleneck.driven_by
FROM {schema}.bottlenecks AS bottleneck
CROSS JOIN (
    SELECT count(scored.score) AS groups
    FROM {schema}.bottlenecks AS scored
    WHERE scored.level = 'group'
) AS all_groups
WHERE bottleneck.level = 'group'
    -- A team of one group has no bottleneck.
    AND all_groups.groups >= 2
    AND bottleneck.rank = 1
    AND bottleneck.share >= 0.4
    AND bottleneck.volume >= 30
    AND bottleneck.breach_rate >= 0.1
