-- From the marts: no clock is computed again.
SELECT
    overview.group_name,
    overview.metric,
    overview.attainment,
    overview.attainment_lower,
    overview.attainment_upper,
    overview.open_breached,
    capacity.fte_gap_28
FROM {{ source('marts', 'sla_overview') }} AS overview
LEFT JOIN {{ source('marts', 'capacity_gap') }} AS capacity
    ON capacity.group_name = overview.group_name
WHERE overview.level = 'group'
