-- One row per group with a known handling time: the row of stg_group_capacity that all figures use.
-- config_health lists rows that cannot be used.
-- materialized: view
-- key: group_name
WITH checked AS (
    SELECT
        capacity.group_name,
        capacity.fte,
        coalesce(capacity.hours_per_day, 8) AS hours_per_day,
        coalesce(capacity.occupancy, 1) AS occupancy,
        capacity.handle_minutes,
        CASE
            WHEN capacity.attainment_target > 0 AND capacity.attainment_target < 1
                THEN capacity.attainment_target
        END AS attainment_target
    FROM {schema}.stg_group_capacity AS capacity
    WHERE capacity.group_name IS NOT NULL
        AND capacity.channel IS NULL
        AND capacity.handle_minutes BETWEEN 1e-6 AND 1e6
),

ranked AS (
    SELECT
        checked.*,
        usable.is_usable,
        row_number() OVER (
            PARTITION BY checked.group_name
            ORDER BY
                usable.is_usable DESC,
                checked.fte DESC,
                checked.handle_minutes,
                checked.hours_per_day DESC,
                checked.occupancy DESC,
                checked.attainment_target DESC NULLS LAST
        ) AS place
    FROM checked
    CROSS JOIN LATERAL (
        SELECT
            coalesce(
                checked.fte BETWEEN 1e-6 AND 1e6
                AND checked.hours_per_day BETWEEN 1e-6 AND 24
                AND checked.occupancy BETWEEN 1e-6 AND 1,
                false
            ) AS is_usable
    ) AS usable
)

SELECT
    -- The group.
    ranked.group_name,
    -- People, in full-time equivalents.
    ranked.fte,
    -- Hours per working day that each person works on tickets; 8 if the source does not say.
    ranked.hours_per_day,
    -- Share of these hours that can be spent on work; 1 if the source does not say.
    ranked.occupancy,
    -- Minutes of work per ticket.
    ranked.handle_minutes,
    -- The attainment that the group should reach, if it is between 0 and 1.
    ranked.attainment_target,
    -- Whether the group's capacity can be used too.
    ranked.is_usable
FROM ranked
WHERE ranked.place = 1
