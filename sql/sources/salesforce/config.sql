-- What a Salesforce knows of states, hours and promises: statuses that are closed, business hours
-- with holidays, and the targets that milestones of cases had, by entitlement process and priority.
-- {case}: id! text, status! text, priority text, is_closed bool, entitlement_id text,
--     is_deleted bool
-- {case_history}?: field! text, old_value text, new_value text
-- {case_status}?: master_label! text, is_closed! bool
-- {business_hours}?: id! text, name! text, is_active bool, is_default bool, time_zone_sid_key text,
--     monday_start_time text, monday_end_time text, tuesday_start_time text, tuesday_end_time text,
--     wednesday_start_time text, wednesday_end_time text, thursday_start_time text,
--     thursday_end_time text, friday_start_time text, friday_end_time text,
--     saturday_start_time text, saturday_end_time text, sunday_start_time text,
--     sunday_end_time text
-- {holiday}?: name text, is_all_day bool, activity_date date, is_recurrence bool,
--     recurrence_type text, recurrence_day_of_month int4, recurrence_month_of_year text
-- {entitlement}?: id! text, name text, sla_process_id text
-- {sla_process}?: id! text, name text
-- {case_milestone}?: case_id! text, milestone_type_id! text, target_response_in_mins int4,
--     start_date timestamptz, is_deleted bool
-- {milestone_type}?: id! text, name! text
-- without case_status: which statuses are closed is known by the cases
-- without holiday: business hours are open on holidays
-- without holiday.is_all_day: every holiday is a whole day
-- without business_hours.is_default: no business hours are the default
-- without case_milestone.target_response_in_mins: milestones promise nothing
WITH status AS (
    SELECT
        btrim(lower(translate(said.status, '-_', '  '))) AS name,
        bool_or(said.is_closed) AS is_closed,
        bool_or(said.is_known) AS is_known
    FROM (
        SELECT
            known.master_label AS status,
            known.is_closed,
            true AS is_known
        FROM {case_status} AS known
        UNION ALL
        SELECT
            ticket.status,
            ticket.is_closed,
            ticket.is_closed IS NOT NULL AS is_known
        FROM {case} AS ticket
        WHERE ticket.is_deleted IS NOT TRUE
        UNION ALL
        SELECT
            value.status,
            NULL AS is_closed,
            false AS is_known
        FROM {case_history} AS history
        CROSS JOIN unnest(ARRAY[history.old_value, history.new_value]) AS value (status)
        WHERE history.field = 'Status'
            AND value.status <> ''
    ) AS said
    GROUP BY btrim(lower(translate(said.status, '-_', '  ')))
),
meaning AS (
    SELECT
        status.name,
        CASE
            WHEN status.is_closed THEN 'closed'
            WHEN status.is_known AND coalesce(built_in.state, 'closed') IN ('solved', 'closed')
                THEN 'open'
            ELSE built_in.state
        END AS state,
        status.is_known
    FROM status
    LEFT JOIN slaops.states_of('') AS built_in ON built_in.status = status.name
),
state AS (
    SELECT
        meaning.state,
        jsonb_agg(meaning.name ORDER BY meaning.name) AS statuses
    FROM meaning
    WHERE meaning.state IS NOT NULL
    GROUP BY meaning.state
),
holiday AS (
    SELECT
        known.is_recurrence,
        known.activity_date,
        CASE
            WHEN known.is_all_day IS FALSE THEN NULL
            WHEN known.is_recurrence IS NOT TRUE THEN to_char(known.activity_date, 'YYYY Mon DD')
            WHEN known.recurrence_type = 'RecursYearly'
                AND known.recurrence_day_of_month BETWEEN 1 AND 31
                THEN initcap(left(known.recurrence_month_of_year, 3)) || ' '
                    || to_char(known.recurrence_day_of_month, 'FM00')
        END AS day
    FROM {holiday} AS known
),
day_off AS (
    SELECT
        string_agg(
            '; ' || holiday.day || ' off',
            ''
            ORDER BY holiday.is_recurrence, holiday.activity_date, holiday.day
        ) AS rules,
        count(holiday.day) AS days,
        count(*) AS total
    FROM holiday
),
open_day AS (
    SELECT
        hours.id,
        concat_ws(
            ' ', hours.name, CASE WHEN count(*) OVER (PARTITION BY hours.name) > 1 THEN hours.id END
        ) AS name,
        hours.is_default,
        hours.time_zone_sid_key AS time_zone,
        CASE hours.time_zone_sid_key
            WHEN 'GMT' THEN 'UTC'
            ELSE slaops.zendesk_time_zone(hours.time_zone_sid_key)
        END AS zone,
        concat_ws(
            '; ',
            'Mo ' || substr(hours.monday_start_time, 1, 5)
            || '-' || substr(hours.monday_end_time, 1, 5),
            'Tu ' || substr(hours.tuesday_start_time, 1, 5)
            || '-' || substr(hours.tuesday_end_time, 1, 5),
            'We ' || substr(hours.wednesday_start_time, 1, 5)
            || '-' || substr(hours.wednesday_end_time, 1, 5),
            'Th ' || substr(hours.thursday_start_time, 1, 5)
            || '-' || substr(hours.thursday_end_time, 1, 5),
            'Fr ' || substr(hours.friday_start_time, 1, 5)
            || '-' || substr(hours.friday_end_time, 1, 5),
            'Sa ' || substr(hours.saturday_start_time, 1, 5)
            || '-' || substr(hours.saturday_end_time, 1, 5),
            'Su ' || substr(hours.sunday_start_time, 1, 5)
            || '-' || substr(hours.sunday_end_time, 1, 5)
        ) AS days
    FROM {business_hours} AS hours
    WHERE hours.is_active IS NOT FALSE
),
calendar AS (
    SELECT
        open_day.name,
        open_day.is_default,
        {schema} || ' ' || open_day.name AS calendar_name,
        concat(
            -- Salesforce writes a day of 24 hours as midnight to midnight.
            replace(open_day.days, '-00:00', '-24:00'),
            day_off.rules,
            ' @ ',
            coalesce(open_day.zone, 'UTC')
        ) AS hours,
        open_day.time_zone,
        open_day.zone,
        open_day.days = '' AS is_empty
    FROM open_day
    CROSS JOIN day_off
),
milestone AS (
    SELECT
        coalesce(process.name, entitlement.name, ticket.entitlement_id) AS tier,
        ticket.priority,
        type.name AS type_name,
        CASE
            WHEN type.name ~* '(first|initial) *(response|reply|contact)|^response' THEN
                'first_response'
            WHEN type.name ~* 'resol|clos|solution|fix' THEN 'resolution'
            WHEN type.name ~* '(next|subsequent) *(response|reply)' THEN 'next_response'
        END AS metric,
        milestone.target_response_in_mins AS minutes,
        milestone.start_date
    FROM {case_milestone} AS milestone
    JOIN {milestone_type} AS type ON type.id = milestone.milestone_type_id
    JOIN {case} AS ticket ON ticket.id = milestone.case_id
    JOIN {entitlement} AS entitlement ON entitlement.id = ticket.entitlement_id
    LEFT JOIN {sla_process} AS process ON process.id = entitlement.sla_process_id
    WHERE milestone.is_deleted IS NOT TRUE
        AND milestone.target_response_in_mins > 0
),
target AS (
    -- The targets of a process are in its set-up; cases show what they were, the latest first.
    SELECT DISTINCT ON (milestone.tier, milestone.priority, milestone.metric)
        milestone.tier,
        coalesce(milestone.priority, '*') AS priority,
        milestone.metric,
        milestone.minutes
    FROM milestone
    WHERE milestone.metric IS NOT NULL
    ORDER BY
        milestone.tier,
        milestone.priority,
        milestone.metric,
        milestone.start_date DESC NULLS LAST,
        milestone.minutes
),
policy AS (
    SELECT
        by_priority.tier,
        jsonb_object_agg(by_priority.priority, by_priority.targets) AS targets
    FROM (
        SELECT
            target.tier,
            target.priority,
            jsonb_object_agg(target.metric, target.minutes || 'm') AS targets
        FROM target
        GROUP BY
            target.tier,
            target.priority
    ) AS by_priority
    GROUP BY by_priority.tier
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    -- A milestone that is completed stays so. One that is open when the case is closed is void.
    '{
        "preset": "salesforce",
        "presets": {
            "salesforce": {
                "like": "default",
                "reopen": "ignore",
                "solved_before_reply": "cancel",
                "target_at": "current",
                "calendar_at": "current"
            }
        }
    }'::jsonb || jsonb_build_object(
        'states', coalesce(jsonb_object_agg(state.state, state.statuses), '{}')
    ) AS config
FROM state
UNION ALL
SELECT
    'status ' || meaning.name AS subject,
    CASE
        WHEN meaning.is_known THEN 'open: Salesforce says only that it is not closed'
        ELSE 'only in the history: it was renamed or removed'
    END AS finding,
    format(
        'where it waits for the customer or a third party, say so: '
        'states: {pending: [%s]} in the policy set %s',
        meaning.name,
        {schema}
    ) AS cost,
    NULL AS config
FROM meaning
LEFT JOIN slaops.states_of('') AS built_in ON built_in.status = meaning.name
WHERE built_in.state IS NULL
    AND meaning.state IS DISTINCT FROM 'closed'
UNION ALL
SELECT
    'business hours ' || calendar.name AS subject,
    CASE
        WHEN calendar.is_empty THEN 'it has no hours'
        WHEN calendar.zone IS NULL
            THEN format('its time zone "%s" is not known', calendar.time_zone)
        ELSE format('calendar %L', calendar.calendar_name)
    END AS finding,
    CASE
        WHEN calendar.is_empty THEN 'its cases have no clock in business hours'
        WHEN calendar.zone IS NULL THEN 'hours are read in UTC: ' || calendar.hours
        ELSE calendar.hours
    END AS cost,
    CASE
        WHEN NOT calendar.is_empty THEN
            jsonb_strip_nulls(
                jsonb_build_object(
                    'calendars',
                    jsonb_build_object(calendar.calendar_name, calendar.hours),
                    'default_calendar',
                    CASE WHEN calendar.is_default THEN calendar.calendar_name END
                )
            )
    END AS config
FROM calendar
UNION ALL
SELECT
    'holidays' AS subject,
    format('%s of %s are in every calendar', day_off.days, day_off.total) AS finding,
    'Salesforce does not say of which business hours they are; parts of a day and rules other than '
    '"every year on a date" are not read' AS cost,
    NULL AS config
FROM day_off
WHERE day_off.total > 0
UNION ALL
SELECT
    'entitlement process ' || policy.tier AS subject,
    'policy: targets as milestones of cases had them last' AS finding,
    policy.targets::text AS cost,
    jsonb_build_object(
        'policies',
        jsonb_build_array(
            jsonb_build_object(
                'name', policy.tier,
                'when', jsonb_build_object('tier', policy.tier),
                'targets', policy.targets
            )
        )
    ) AS config
FROM policy
UNION ALL
SELECT
    'milestone ' || milestone.type_name AS subject,
    'not read: its name tells of no metric' AS finding,
    format('%s cases have it', count(*)) AS cost,
    NULL AS config
FROM milestone
WHERE milestone.metric IS NULL
GROUP BY milestone.type_name
