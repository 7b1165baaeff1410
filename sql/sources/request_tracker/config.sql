-- What a Request Tracker knows of states and promises. Its default lifecycle is built in; hours and
-- service levels are in its configuration files.
-- {tickets}: id! int8, effectiveid! int8, type text, status! text, sla text
WITH ticket AS (
    SELECT
        kept.status,
        nullif(kept.sla, '') AS level
    FROM {tickets} AS kept
    WHERE coalesce(kept.type, 'ticket') = 'ticket'
        AND kept.effectiveid = kept.id
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    '{"preset": "request_tracker"}'::jsonb AS config
UNION ALL
SELECT
    'hours and promises' AS subject,
    'not in the database: ServiceBusinessHours and ServiceAgreements are in files' AS finding,
    concat(
        'nothing has a target until the policy set ', {schema}, ' says so',
        '; levels in use: ' || string_agg(DISTINCT ticket.level, ', ')
    ) AS cost,
    NULL AS config
FROM ticket
UNION ALL
SELECT
    'priorities' AS subject,
    'labels are those of its defaults: Low, Medium from 50, High from 100' AS finding,
    'where PriorityAsString says others, ask for the attribute "priority number" in policies'
        AS cost,
    NULL AS config
UNION ALL
SELECT
    'status ' || ticket.status AS subject,
    'its lifecycle is in files' AS finding,
    format(
        'it neither pauses nor stops clocks until the states of the policy set %s say what it is',
        {schema}
    ) AS cost,
    NULL AS config
FROM ticket
WHERE slaops.state_of(ticket.status, {schema}) IS NULL
GROUP BY ticket.status
