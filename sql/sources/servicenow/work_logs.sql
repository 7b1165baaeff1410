-- Work logs of a ServiceNow: the Time Worked of incidents. A record is written when the form is
-- saved, so work ends then.
-- {incident}: sys_id! text, number text
-- {task_time_worked}: task|task_value! text, user|user_value text,
--     time_in_seconds|time_worked! text, sys_created_on! timestamptz
-- {sys_user}?: sys_id! text, name text
-- without figures: work logs are in task_time_worked: touch time is unknown
-- without task_time_worked.user: who worked is unknown
WITH record AS (
    SELECT
        worked.task,
        worked."user" AS user_id,
        worked.sys_created_on AS ended_at,
        -- A duration is an instant after 1970, or seconds.
        CASE
            WHEN worked.time_in_seconds ~ '^\d{1,9}$' THEN worked.time_in_seconds::float8
            WHEN worked.time_in_seconds ~ '^\d{4}-\d\d-\d\d'
                THEN extract(epoch FROM left(worked.time_in_seconds, 19)::timestamp)
        END AS seconds
    FROM {task_time_worked} AS worked
)
SELECT
    -- The incident's number.
    coalesce(incident.number, incident.sys_id) AS ticket_id,
    -- Who worked.
    coalesce(worker.name, record.user_id) AS agent,
    -- The time worked before.
    record.ended_at - record.seconds * interval '1 second' AS started_at,
    -- When it was saved.
    record.ended_at,
    -- ServiceNow does not say.
    NULL::text AS activity
FROM record
JOIN {incident} AS incident ON incident.sys_id = record.task
LEFT JOIN {sys_user} AS worker ON worker.sys_id = record.user_id
WHERE record.seconds > 0
