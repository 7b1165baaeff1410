-- What a Chatwoot knows of hours and promises: the working hours of an inbox become a calendar, and
-- an SLA policy a policy for the conversations that have it.
-- {inboxes}: id! int8, name! text, working_hours_enabled bool, timezone text
-- {working_hours}?: inbox_id! int8, day_of_week! int4, closed_all_day bool, open_all_day bool,
--     open_hour int4, open_minutes int4, close_hour int4, close_minutes int4
-- {sla_policies}?: id! int8, name! text, first_response_time_threshold float8,
--     next_response_time_threshold float8, resolution_time_threshold float8,
--     only_during_business_hours bool, description text
-- {messages}: message_type! int4, content text
-- without inboxes.timezone: working hours are read in UTC
-- without working_hours.open_all_day: a day without hours is closed
-- without working_hours.open_hour: calendars are open around the clock
-- without working_hours.open_minutes: calendars are open around the clock
-- without working_hours.close_hour: calendars are open around the clock
-- without working_hours.close_minutes: calendars are open around the clock
-- without sla_policies.first_response_time_threshold: no first response is promised
-- without sla_policies.next_response_time_threshold: no next response is promised
-- without sla_policies.resolution_time_threshold: no resolution is promised
-- without sla_policies.only_during_business_hours: policies count around the clock
-- without sla_policies.description: policies have no description
WITH inbox AS (
    SELECT
        named.id,
        concat_ws(
            ' ',
            named.name,
            CASE WHEN count(*) OVER (PARTITION BY named.name) > 1 THEN named.id END
        ) AS name,
        named.working_hours_enabled,
        coalesce(named.timezone, 'UTC') AS timezone,
        slaops.zendesk_time_zone(coalesce(named.timezone, 'UTC')) AS zone
    FROM {inboxes} AS named
),
open_day AS (
    SELECT
        hours.inbox_id,
        string_agg(
            concat(
                (ARRAY['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'])[hours.day_of_week + 1],
                ' ',
                CASE
                    WHEN hours.open_all_day THEN '00:00-24:00'
                    ELSE concat(
                        to_char(
                            make_interval(hours => hours.open_hour, mins => hours.open_minutes),
                            'HH24:MI'
                        ),
                        '-',
                        to_char(
                            make_interval(hours => hours.close_hour, mins => hours.close_minutes),
                            'HH24:MI'
                        )
                    )
                END
            ),
            '; ' ORDER BY (hours.day_of_week + 6) % 7, hours.open_hour
        ) AS hours
    FROM {working_hours} AS hours
    WHERE hours.closed_all_day IS NOT TRUE
        AND (
            hours.open_all_day
            OR make_time(hours.open_hour, hours.open_minutes, 0)
                < make_time(hours.close_hour, hours.close_minutes, 0)
        )
    GROUP BY hours.inbox_id
),
calendar AS (
    SELECT
        inbox.id,
        inbox.name,
        inbox.timezone,
        inbox.zone,
        {schema} || ' ' || inbox.name AS calendar_name,
        concat(open_day.hours, ' @ ', coalesce(inbox.zone, 'UTC')) AS hours
    FROM inbox
    JOIN open_day ON open_day.inbox_id = inbox.id
    WHERE inbox.working_hours_enabled
),
target AS (
    SELECT
        policy.id,
        jsonb_object_agg(threshold.metric, round(threshold.seconds) || 's') AS targets
    FROM {sla_policies} AS policy
    CROSS JOIN LATERAL (
        VALUES
            ('first_response', policy.first_response_time_threshold),
            ('next_response', policy.next_response_time_threshold),
            ('resolution', policy.resolution_time_threshold)
    ) AS threshold (metric, seconds)
    WHERE threshold.seconds >= 1
    GROUP BY policy.id
),
policy AS (
    SELECT
        named.id,
        concat_ws(
            ' ',
            named.name,
            CASE WHEN count(*) OVER (PARTITION BY named.name) > 1 THEN named.id END
        ) AS name,
        named.only_during_business_hours,
        named.description,
        target.targets
    FROM {sla_policies} AS named
    LEFT JOIN target ON target.id = named.id
),
activity AS (
    SELECT
        count(*) AS total,
        count(*) FILTER (WHERE NOT understood.yes) AS unknown,
        min(understood.content) FILTER (WHERE NOT understood.yes) AS example
    FROM (
        SELECT
            message.content,
            coalesce(
                message.content ~ concat(
                    '^(Conversation was (marked (resolved|open|as pending)|resolved|reopened',
                    '|snoozed) ',
                    '|System reopened the conversation |Assigned to .+ by |Unassigned from .+ by ',
                    '|Conversation unassigned by |Linear issue |CSAT survey |Auto-resolve message ',
                    '|Sent a call permission |.+ (self-assigned this conversation$',
                    '|(set|changed|removed) the priority( |$)|(added|removed) ',
                    '|has (un)?muted the |accepted the call ))'
                ),
                false
            ) AS yes
        FROM {messages} AS message
        WHERE message.message_type = 2
    ) AS understood
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    -- A solution counts once. The policy and the hours of today count for all of a clock, and the
    -- answer of a bot ends a next response.
    '{
        "preset": "chatwoot",
        "presets": {
            "chatwoot": {
                "like": "default",
                "reopen": "ignore",
                "target_at": "current",
                "calendar_at": "current",
                "metrics": {
                    "next_response": {
                        "stop": {
                            "event": "comment",
                            "by": {"not": ["customer", "system"]},
                            "public": true
                        }
                    }
                }
            }
        }
    }'::jsonb AS config
UNION ALL
SELECT
    'calendar ' || {schema} || ' 24/7' AS subject,
    'for inboxes without working hours' AS finding,
    NULL AS cost,
    jsonb_build_object('calendars', jsonb_build_object({schema} || ' 24/7', '24/7 @ UTC')) AS config
UNION ALL
SELECT
    'inbox ' || calendar.name AS subject,
    CASE
        WHEN calendar.zone IS NULL THEN format('its time zone "%s" is not known', calendar.timezone)
        ELSE format('calendar %L', calendar.calendar_name)
    END AS finding,
    CASE WHEN calendar.zone IS NULL THEN 'as Chatwoot does, hours are read in UTC: ' END
    || calendar.hours AS cost,
    jsonb_build_object(
        'calendars', jsonb_build_object(calendar.calendar_name, calendar.hours)
    ) AS config
FROM calendar
UNION ALL
SELECT
    'SLA policy ' || policy.name AS subject,
    CASE WHEN policy.targets IS NULL THEN 'it has no targets' ELSE 'policy' END AS finding,
    CASE WHEN policy.targets IS NULL THEN 'its conversations have none' END AS cost,
    CASE
        WHEN policy.targets IS NOT NULL THEN
            jsonb_build_object(
                'policies',
                jsonb_build_array(
                    jsonb_strip_nulls(
                        jsonb_build_object(
                            'name',
                            policy.name,
                            'description',
                            policy.description,
                            'when',
                            jsonb_build_object('tier', policy.name),
                            'hours',
                            CASE
                                WHEN policy.only_during_business_hours THEN 'business'
                                ELSE '24x7'
                            END,
                            'targets',
                            jsonb_build_object('*', policy.targets)
                        )
                    )
                )
            )
    END AS config
FROM policy
UNION ALL
SELECT
    'activity messages' AS subject,
    format(
        '%s of %s are not understood, such as "%s"',
        activity.unknown,
        activity.total,
        activity.example
    ) AS finding,
    'groups, assignees, priorities and snoozing are known where they are in English' AS cost,
    NULL AS config
FROM activity
WHERE activity.unknown > 0
