-- How tickets go from status to status, in open minutes.
{{ config(materialized='table') }}

{%- set calendar = slaops_dbt.calendar(var('open_hours'), var('time_zone'), var('country')) %}

SELECT
    step.from_activity,
    step.to_activity,
    step.n,
    step.cases,
    step.probability,
    step.business_total_minutes / nullif(step.n, 0) AS mean_open_minutes,
    step.business_p50 AS median_open_minutes
FROM (
    SELECT
        slaops.transition_matrix(
            event.ticket_id, event.new_value, event.event_at, {{ calendar }}, event.seq
        ) AS matrix
    FROM {{ source('raw', 'ticket_events') }} AS event
    WHERE event.event_type IN ('created', 'status')
        AND event.new_value IS NOT NULL
) AS flow
CROSS JOIN LATERAL slaops.transitions(flow.matrix) AS step
