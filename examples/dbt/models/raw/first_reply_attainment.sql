{{ config(materialized='view') }}

SELECT
    reply.group_name,
    reply.priority,
    {{ slaops_dbt.attainment("reply.result = 'met'", "reply.result = 'breached'") }}
FROM {{ ref('first_replies') }} AS reply
GROUP BY
    reply.group_name,
    reply.priority
