-- Which groups can give people to the groups that lack some? One row per short group and giving
-- group: how many people move, in halves. The group that can spare most gives to the shortest group
-- first, and so on.
-- materialized: table
-- key: group_name, donor
WITH short_groups AS (
    SELECT
        shortage.group_name,
        shortage.needed,
        sum(shortage.needed) OVER (ORDER BY shortage.rank) AS upto
    FROM {schema}.staffing_shortages AS shortage
),

spare AS (
    -- People that a group can spare, in halves, if it stays at 90 % utilization, clears its own
    -- queue in four weeks and meets its stated target. A group without any ticket gives none,
    -- because it may be new.
    SELECT
        gap.group_name,
        gap.fte - kept.people AS people,
        floor((gap.fte - kept.people) * 2 + 1e-6) / 2 AS halves
    FROM {schema}.capacity_gap AS gap
    CROSS JOIN LATERAL (
        SELECT greatest(gap.fte_to_hold / 0.9, gap.fte_to_clear, gap.fte_to_attain) AS people
    ) AS kept
    WHERE gap.utilization_28 <= 0.9
        AND gap.tickets_28 > 0
        AND gap.fte - kept.people >= 0.5 - 5e-7
),

donors AS (
    SELECT
        spare.group_name,
        spare.halves,
        row_number() OVER most_first AS rank,
        sum(spare.halves) OVER most_first AS upto
    FROM spare
    WINDOW most_first AS (ORDER BY spare.people DESC, spare.group_name)
)

SELECT
    -- The group that lacks people.
    short_group.group_name,
    -- The group that gives people.
    donor.group_name AS donor,
    -- Rank of the giving group: 1 can spare most.
    donor.rank AS donor_rank,
    -- People who move.
    trim_scale(
        (
            least(short_group.upto, donor.upto)
            - greatest(short_group.upto - short_group.needed, donor.upto - donor.halves)
        )::numeric
    ) AS people
FROM short_groups AS short_group
JOIN donors AS donor
    ON least(short_group.upto, donor.upto)
    > greatest(short_group.upto - short_group.needed, donor.upto - donor.halves)
