-- People needed and planned in each half hour of the next two weeks: a row a group, channel and half
-- hour. Groups without a planned shift in these weeks have no people planned.
SELECT
    need.group_name, need.channel, need.from_at, need.day, need.expected, need.people, need.people_needed,
    need.people_lower, need.people_upper, gap.people_planned, gap.people_gap, gap.state,
    gap.attainment_expected
FROM {schema}.staffing_needs AS need
LEFT JOIN {schema}.staffing_gaps AS gap
    ON gap.group_name = need.group_name
    AND gap.channel IS NOT DISTINCT FROM need.channel
    AND gap.from_at = need.from_at
