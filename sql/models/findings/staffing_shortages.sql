-- Which groups lack people? One row per group that is short on at least half of its working days,
-- by more tickets than chance explains (Poisson), and that is expected to stay short. The shortest
-- first.
-- materialized: table
-- key: group_name
WITH weekdays AS (
    SELECT
        daily.group_name,
        extract(isodow FROM daily.day)::integer AS place,
        btrim(to_char(min(daily.day), 'Day')) || 's' AS name,
        -- At least half of the time.
        count(*) FILTER (WHERE daily.short) * 2 >= count(*) AS is_short
    FROM {schema}.capacity_by_day AS daily
    GROUP BY
        daily.group_name,
        place
),

short_weekdays AS (
    SELECT
        weekday.group_name,
        CASE
            WHEN bool_and(weekday.is_short) THEN NULL
            WHEN array_agg(weekday.place ORDER BY weekday.place)
                FILTER (WHERE weekday.is_short) = '{1,2,3,4,5}'
                THEN 'weekdays'
            ELSE string_agg(weekday.name, ', ' ORDER BY weekday.place)
                FILTER (WHERE weekday.is_short)
        END AS days
    FROM weekdays AS weekday
    GROUP BY weekday.group_name
),

short_groups AS (
    SELECT
        gap.*,
        -- People that bring its utilization to 95 %, in halves. At 100 % a queue never shrinks.
        ceil((gap.fte_to_hold / 0.95 - gap.fte) * 2 - 1e-6) / 2 AS needed,
        row_number() OVER (ORDER BY gap.fte_to_hold / gap.fte DESC, gap.group_name) AS rank
    FROM {schema}.capacity_gap AS gap
    WHERE gap.utilization_28
            * (1 - 1.96 / sqrt(nullif(gap.tickets_28, 0)::double precision)) > 1
        AND gap.short_days_28 >= 8
        AND gap.fte_to_hold > gap.fte
        -- A need of 500,000 people or more is bad input.
        AND gap.fte_to_hold < 500000
)

SELECT
    -- The group.
    short_group.group_name,
    -- Rank: 1 has the most work for its people.
    short_group.rank,
    -- People, in full-time equivalents.
    short_group.fte,
    -- People who keep up with the expected tickets, so that the backlog does not grow.
    short_group.fte_to_hold,
    -- People who also clear all open tickets within the next 28 days.
    short_group.fte_to_clear,
    -- People with whom it meets its stated target once there is no backlog.
    short_group.fte_to_attain,
    -- The attainment that it states.
    short_group.attainment_target,
    -- The target of this attainment, in open minutes.
    short_group.target_minutes,
    -- Missing people, in halves. With them its utilization is at most 95 %.
    short_group.needed,
    -- The weekdays that are short at least half of the time; NULL: all weekdays.
    short_weekday.days AS short_on,
    -- Working days of the last 28 days on which more work came than the group can do.
    short_group.short_days_28,
    -- Mean utilization of these days.
    short_group.utilization_28
FROM short_groups AS short_group
LEFT JOIN short_weekdays AS short_weekday
    ON short_weekday.group_name = short_group.group_name
ORDER BY short_group.rank
