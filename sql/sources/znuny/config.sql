-- What a Znuny, or an OTRS from version 6 on, knows of states, hours and promises. Times are those
-- of the service level of a ticket, else of its queue (TicketEscalationPreferences of Znuny 7).
-- Hours and holidays are settings: YAML, which the database keeps since version 6.
-- Kernel/Config.pm may set others.
-- {ticket_state}: id! int4, name! text, type_id! int2
-- {ticket_state_type}: id! int4, name! text
-- {queue}: id! int4, name! text, first_response_time int4, update_time int4, solution_time int4,
--     calendar_name text, valid_id int2
-- {sla}?: id! int4, name! text, first_response_time int4, update_time int4, solution_time int4,
--     calendar_name text, valid_id int2
-- {sysconfig_default}?: id! int4, name! text, is_valid int2, effective_value! text
-- {sysconfig_modified}?: sysconfig_default_id! int4, user_id int4, is_valid int2,
--     effective_value! text
-- without sysconfig_default: hours and holidays are in files: the policy set must name calendars
-- without sysconfig_modified: hours and holidays are those that Znuny came with
WITH state AS (
    SELECT
        known.id,
        CASE WHEN kind.name = 'merged' THEN 'merged' ELSE known.name END AS name,
        CASE
            WHEN kind.name IN ('closed', 'merged', 'removed') THEN 'closed'
            WHEN kind.name LIKE 'pending%' THEN 'pending'
            WHEN kind.name = 'new' THEN 'new'
            ELSE 'open'
        END AS state
    FROM {ticket_state} AS known
    JOIN {ticket_state_type} AS kind ON kind.id = known.type_id
),
status AS (
    -- Two names that are one to slaops are one status.
    SELECT DISTINCT ON (btrim(lower(translate(state.name, '-_', '  '))))
        state.name,
        state.state
    FROM state
    ORDER BY
        btrim(lower(translate(state.name, '-_', '  '))),
        state.id
),
meaning AS (
    SELECT
        status.state,
        jsonb_agg(status.name ORDER BY status.name) AS statuses
    FROM status
    GROUP BY status.state
),
setting AS (
    -- What is set for all users, else what Znuny came with.
    SELECT
        split_part(known.name, '::Calendar', 1) AS name,
        coalesce(substring(known.name FROM '::Calendar([0-9]+)$'), '') AS calendar,
        parsed.value,
        parsed.problem
    FROM {sysconfig_default} AS known
    LEFT JOIN {sysconfig_modified} AS changed
        ON changed.sysconfig_default_id = known.id
        AND changed.user_id IS NULL
    CROSS JOIN slaops.attach_yaml(
        coalesce(changed.effective_value, known.effective_value)
    ) AS parsed
    WHERE known.name ~ concat(
            '^(TimeWorkingHours|TimeVacationDays|TimeVacationDaysOneTime|TimeZone)',
            '(::Calendar[0-9]+)?$|^(OTRSTimeZone|Ticket::Service|TimeZone::Calendar[0-9]+Name)$'
        )
        AND coalesce(changed.is_valid, known.is_valid, 1) = 1
),
single AS (
    SELECT
        coalesce(max(setting.value #>> '{}') FILTER (WHERE setting.name = 'OTRSTimeZone'), 'UTC')
            AS zone,
        coalesce(max(setting.value #>> '{}') FILTER (WHERE setting.name = 'Ticket::Service'), '1')
            <> '0' AS has_levels
    FROM setting
),
used AS (
    SELECT coalesce(level.calendar_name, '') AS calendar
    FROM {sla} AS level
    UNION
    SELECT coalesce(queue.calendar_name, '') AS calendar
    FROM {queue} AS queue
),
calendar AS (
    SELECT
        used.calendar,
        {schema} || ' ' || coalesce(nullif(used.calendar, ''), 'default') AS name,
        coalesce(nullif(zone.value #>> '{}', ''), single.zone) AS zone_name,
        CASE jsonb_typeof(hours.value) WHEN 'object' THEN hours.value END AS hours,
        CASE jsonb_typeof(yearly.value) WHEN 'object' THEN yearly.value END AS yearly,
        CASE jsonb_typeof(once.value) WHEN 'object' THEN once.value END AS once,
        concat_ws('; ', hours.problem, yearly.problem, once.problem, zone.problem) AS unreadable
    FROM used
    CROSS JOIN single
    LEFT JOIN setting AS hours
        ON hours.name = 'TimeWorkingHours'
        AND hours.calendar = used.calendar
    LEFT JOIN setting AS yearly
        ON yearly.name = 'TimeVacationDays'
        AND yearly.calendar = used.calendar
    LEFT JOIN setting AS once
        ON once.name = 'TimeVacationDaysOneTime'
        AND once.calendar = used.calendar
    LEFT JOIN setting AS zone
        ON zone.name = 'TimeZone'
        AND zone.calendar = used.calendar
        AND used.calendar <> ''
),
-- Open hours one by one; those that follow one another are one stretch.
hour AS (
    SELECT
        calendar.calendar,
        weekday.number,
        weekday.short,
        (given.value #>> '{}')::int4 AS hour,
        (given.value #>> '{}')::int4 - row_number() OVER (
            PARTITION BY calendar.calendar, weekday.number
            ORDER BY (given.value #>> '{}')::int4
        ) AS stretch
    FROM calendar
    CROSS JOIN (VALUES
        (1, 'Mon', 'Mo'),
        (2, 'Tue', 'Tu'),
        (3, 'Wed', 'We'),
        (4, 'Thu', 'Th'),
        (5, 'Fri', 'Fr'),
        (6, 'Sat', 'Sa'),
        (7, 'Sun', 'Su')
    ) AS weekday (number, long, short)
    CROSS JOIN jsonb_path_query(calendar.hours -> weekday.long, '$[*]') AS given (value)
    WHERE given.value #>> '{}' ~ '^([0-9]|1[0-9]|2[0-3])$'
),
span AS (
    SELECT
        hour.calendar,
        hour.number,
        hour.short,
        min(hour.hour) AS opens,
        max(hour.hour) + 1 AS closes
    FROM hour
    GROUP BY
        hour.calendar,
        hour.number,
        hour.short,
        hour.stretch
),
open_day AS (
    SELECT
        span.calendar,
        span.number,
        span.short || ' ' || string_agg(
            to_char(span.opens, 'FM00') || ':00-' || to_char(span.closes, 'FM00') || ':00',
            ',' ORDER BY span.opens
        ) AS hours
    FROM span
    GROUP BY
        span.calendar,
        span.number,
        span.short
),
week AS (
    SELECT
        open_day.calendar,
        string_agg(open_day.hours, '; ' ORDER BY open_day.number) AS hours
    FROM open_day
    GROUP BY open_day.calendar
),
day_off AS (
    SELECT
        calendar.calendar,
        string_agg(
            format(
                '%s %s off',
                (
                    ARRAY[
                        'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun',
                        'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'
                    ]
                )[month.key::int4],
                to_char(day.key::int4, 'FM00')
            ),
            '; ' ORDER BY month.key::int4, day.key::int4
        ) AS hours
    FROM calendar
    CROSS JOIN jsonb_each(calendar.yearly) AS month
    CROSS JOIN jsonb_each_text(
        CASE jsonb_typeof(month.value) WHEN 'object' THEN month.value END
    ) AS day
    WHERE month.key ~ '^0?[1-9]$|^1[0-2]$'
        AND day.key ~ '^0?[1-9]$|^[12][0-9]$|^3[01]$'
    GROUP BY calendar.calendar
),
holiday AS (
    SELECT
        calendar.calendar,
        jsonb_agg(
            format('%s-%s-%s', year.key, lpad(month.key, 2, '0'), lpad(day.key, 2, '0'))
            ORDER BY year.key, month.key::int4, day.key::int4
        ) AS days
    FROM calendar
    CROSS JOIN jsonb_each(calendar.once) AS year
    CROSS JOIN jsonb_each(
        CASE jsonb_typeof(year.value) WHEN 'object' THEN year.value END
    ) AS month
    CROSS JOIN jsonb_each_text(
        CASE jsonb_typeof(month.value) WHEN 'object' THEN month.value END
    ) AS day
    WHERE year.key ~ '^[12][0-9]{3}$'
        AND month.key ~ '^0?[1-9]$|^1[0-2]$'
        AND day.key ~ '^0?[1-9]$|^[12][0-9]$|^3[01]$'
    GROUP BY calendar.calendar
),
desk AS (
    SELECT
        calendar.calendar,
        calendar.name,
        slaops.zendesk_time_zone(calendar.zone_name) AS zone,
        concat_ws('; ', week.hours, day_off.hours) AS hours,
        coalesce(holiday.days, '[]') AS days,
        CASE
            WHEN calendar.unreadable <> '' THEN calendar.unreadable
            WHEN slaops.zendesk_time_zone(calendar.zone_name) IS NULL
                THEN format('its time zone "%s" is not known', calendar.zone_name)
            WHEN calendar.hours IS NULL THEN 'its hours are not in the database'
            WHEN week.hours IS NULL THEN 'it has no hours'
        END AS problem
    FROM calendar
    LEFT JOIN week ON week.calendar = calendar.calendar
    LEFT JOIN day_off ON day_off.calendar = calendar.calendar
    LEFT JOIN holiday ON holiday.calendar = calendar.calendar
),
promise AS (
    SELECT
        1 AS place,
        level.id,
        'SLA' AS kind,
        level.name,
        level.valid_id,
        jsonb_build_object('tier', level.name) AS conditions,
        coalesce(level.calendar_name, '') AS calendar,
        level.first_response_time,
        level.update_time,
        level.solution_time
    FROM {sla} AS level
    UNION ALL
    -- A level without times keeps its tickets from those of the queue.
    SELECT
        2 AS place,
        queue.id,
        'queue' AS kind,
        queue.name,
        queue.valid_id,
        jsonb_build_object('group_name', queue.name)
        || CASE WHEN single.has_levels THEN '{"tier": null}'::jsonb ELSE '{}' END AS conditions,
        coalesce(queue.calendar_name, '') AS calendar,
        queue.first_response_time,
        queue.update_time,
        queue.solution_time
    FROM {queue} AS queue
    CROSS JOIN single
),
policy AS (
    SELECT
        promise.place,
        promise.id,
        promise.kind,
        promise.name,
        promise.conditions,
        desk.name AS calendar,
        jsonb_strip_nulls(
            jsonb_build_object(
                'first_response', nullif(greatest(promise.first_response_time, 0), 0) || 'm',
                -- Each message starts the time for an update: of a customer, or of an agent.
                'next_response', nullif(greatest(promise.update_time, 0), 0) || 'm',
                'periodic_update', nullif(greatest(promise.update_time, 0), 0) || 'm',
                'resolution', nullif(greatest(promise.solution_time, 0), 0) || 'm'
            )
        ) AS targets,
        CASE
            WHEN promise.kind = 'SLA' AND NOT single.has_levels THEN 'Ticket::Service is off'
            WHEN desk.problem IS NOT NULL
                THEN format('its calendar "%s" was not read', promise.calendar)
        END AS problem
    FROM promise
    CROSS JOIN single
    LEFT JOIN desk ON desk.calendar = promise.calendar
),
told AS (
    SELECT
        policy.*,
        policy.problem IS NULL OR policy.problem <> 'Ticket::Service is off' AS read
    FROM policy
    WHERE policy.targets <> '{}'
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    jsonb_build_object(
        'preset', 'znuny',
        'states', (
            SELECT coalesce(jsonb_object_agg(meaning.state, meaning.statuses), '{}')
            FROM meaning
        ),
        'policies', (
            SELECT coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'name', told.kind || ' ' || told.name,
                        'when', told.conditions,
                        'calendar', told.calendar,
                        'targets', jsonb_build_object('*', told.targets)
                    )
                    ORDER BY told.place, told.id
                ),
                '[]'
            )
            FROM told
            WHERE told.problem IS NULL
        )
    )
    || coalesce(
        (
            SELECT jsonb_build_object(
                'calendars',
                jsonb_object_agg(
                    desk.name,
                    jsonb_build_object(
                        'hours', desk.hours,
                        'time_zone', desk.zone,
                        'holidays', desk.days,
                        'description',
                        format(
                            'calendar %s of Znuny',
                            coalesce(nullif(desk.calendar, ''), 'default')
                        )
                    )
                )
            )
            FROM desk
            WHERE desk.problem IS NULL
            HAVING count(*) > 0
        ),
        '{}'
    )
    || coalesce(
        (
            SELECT jsonb_build_object('default_calendar', desk.name)
            FROM desk
            WHERE desk.calendar = ''
                AND desk.problem IS NULL
        ),
        '{}'
    ) AS config
UNION ALL
SELECT
    'time zone' AS subject,
    format('OTRSTimeZone is %s, and times were read as %s', single.zone, {time_zone}) AS finding,
    format('all times are wrong: attach(..., time_zone => %L)', single.zone) AS cost,
    NULL AS config
FROM single
WHERE lower(single.zone) <> lower({time_zone})
UNION ALL
SELECT
    'calendar ' || coalesce(nullif(desk.calendar, ''), 'default') AS subject,
    coalesce(desk.problem, format('calendar %L', desk.name)) AS finding,
    CASE
        WHEN desk.problem IS NULL
            THEN format('%s, %s, %s holidays', desk.hours, desk.zone, jsonb_array_length(desk.days))
        ELSE format('register its hours in slaops.calendars as %L', desk.name)
    END AS cost,
    NULL AS config
FROM desk
UNION ALL
SELECT
    told.kind || ' ' || told.name AS subject,
    CASE WHEN told.problem IS NULL THEN 'policy' ELSE 'no policy: ' || told.problem END AS finding,
    CASE
        WHEN told.problem IS NULL THEN told.targets::text
        WHEN told.read THEN format('add it to the policy set %s, %s', {schema}, told.targets)
    END AS cost,
    NULL AS config
FROM told
