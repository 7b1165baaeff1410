-- A row a group that says how long its tickets take: of the rows of stg_group_capacity the one that
-- all figures reckon with. config_health names those that no figure can be made of.
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
    -- Hours a working day that each works on tickets; 8 where the source does not say.
    ranked.hours_per_day,
    -- Share of these hours that can be spent at work; all where the source does not say.
    ranked.occupancy,
    -- Minutes of work that a ticket takes the group.
    ranked.handle_minutes,
    -- Attainment that the group is to reach, if it is a share.
    ranked.attainment_target,
    -- Whether the group's capacity can be reckoned with, too.
    ranked.is_usable
FROM ranked
WHERE ranked.place = 1
