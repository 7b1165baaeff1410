-- What a Zendesk promises, as Fivetran loads it: the targets of policies. Their filters are not
-- read: a policy is for the tickets to which Zendesk applied it.
-- {sla_policy_metric_history}?: sla_policy_id! text, sla_policy_updated_at timestamptz,
--     business_hours! bool, metric! text, priority! text, target! int8
-- {ticket_sla_policy}?: ticket_id! int8, sla_policy_id! text
-- {schedule}?: id! int8, name! text
-- without sla_policy_metric_history: nothing is promised until the policy set says so
-- without sla_policy_metric_history.sla_policy_updated_at: of several versions any one counts
-- without ticket_sla_policy: which policy Zendesk applied to a ticket is unknown
WITH target AS (
    SELECT DISTINCT ON (version.sla_policy_id, version.metric, version.priority)
        version.sla_policy_id,
        version.metric,
        coalesce(version.priority, '*') AS priority,
        version.business_hours,
        version.target
    FROM {sla_policy_metric_history} AS version
    -- The last version of a policy counts: a target that is not in it is gone.
    WHERE version.sla_policy_updated_at IS NOT DISTINCT FROM (
        SELECT max(last_version.sla_policy_updated_at)
        FROM {sla_policy_metric_history} AS last_version
        WHERE last_version.sla_policy_id = version.sla_policy_id
    )
    ORDER BY
        version.sla_policy_id,
        version.metric,
        version.priority,
        version.target
),
targets_of_priority AS (
    SELECT
        target.sla_policy_id,
        target.priority,
        jsonb_object_agg(
            metric.name,
            jsonb_build_object(
                'target', format('%sm', target.target),
                -- Without a schedule, Zendesk counts every hour.
                'hours', CASE
                    WHEN target.business_hours AND EXISTS (SELECT known.id FROM {schedule} AS known)
                        THEN 'business'
                    ELSE '24x7'
                END
            )
        ) AS targets
    FROM target
    JOIN (
        VALUES
            ('first_reply_time', 'first_response'),
            ('next_reply_time', 'next_response'),
            ('periodic_update_time', 'periodic_update'),
            ('pausable_update_time', 'pausable_update'),
            ('requester_wait_time', 'requester_wait'),
            ('agent_work_time', 'agent_work'),
            ('total_resolution_time', 'resolution')
    ) AS metric (zendesk, name) ON metric.zendesk = target.metric
    WHERE target.target > 0
    GROUP BY
        target.sla_policy_id,
        target.priority
),
policy AS (
    SELECT
        part.sla_policy_id,
        jsonb_object_agg(part.priority, part.targets) AS targets
    FROM targets_of_priority AS part
    WHERE EXISTS (SELECT known.ticket_id FROM {ticket_sla_policy} AS known)
    GROUP BY part.sla_policy_id
)
SELECT
    'sla policies' AS subject,
    format('%s, each for the tickets to which Zendesk applied it', count(*)) AS finding,
    'their conditions are not read' AS cost,
    jsonb_build_object(
        'preset', 'zendesk',
        'default_calendar', (
            SELECT calendar.name
            FROM {schedule} AS schedule
            JOIN slaops.calendars AS calendar
                ON calendar.name = {schema} || ' ' || schedule.name
            ORDER BY schedule.id
            LIMIT 1
        ),
        'policies', jsonb_agg(
            jsonb_build_object(
                'name', 'Zendesk policy ' || policy.sla_policy_id,
                'when', jsonb_build_object('sla policy', policy.sla_policy_id),
                'targets', policy.targets
            )
            ORDER BY policy.sla_policy_id
        )
    ) AS config
FROM policy
HAVING count(*) > 0
