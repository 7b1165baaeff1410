-- Who can help the groups that lack people? A row a short group and group that can spare people:
-- how many move, in halves. From the group that can spare most to the one that is shortest, then
-- on along both lists.
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
    -- Halves of people that a group can spare and stay at nine tenths, clear its own queue
    -- in four weeks and keep its stated target; not one that has had no ticket, which may be
    -- new.
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
    -- The group that they come from.
    donor.group_name AS donor,
    -- Its place among those that can spare people: that with the most is 1.
    donor.rank AS donor_rank,
    -- How many move.
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
