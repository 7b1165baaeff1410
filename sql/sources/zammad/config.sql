-- What a Zammad knows of states, calendars and promises. Its calendars and SLAs are serialized
-- text: YAML with the tags of Ruby, or JSON (app/models/calendar.rb and sla.rb of Zammad 7.0). The
-- first SLA by name whose conditions hold is a ticket's; of those without conditions only the last
-- by name counts, for all others (Sla.for_ticket).
-- {ticket_states}: id! int4, name! text, state_type_id! int4, ignore_escalation bool
-- {ticket_state_types}: id! int4, name! text
-- {ticket_priorities}: id! int4, name! text
-- {groups}: id! int4, name! text
-- {users}: id! int4, login text, firstname text, lastname text, email text
-- {organizations}?: id! int4, name! text
-- {ticket_article_types}?: id! int4, name! text
-- {object_manager_attributes}?: object_lookup_id! int4, name! text, editable bool
-- {object_lookups}?: id! int4, name! text
-- {calendars}?: id! int4, name text, timezone text, business_hours text, public_holidays text,
--     default bool
-- {slas}?: id! int4, name text, calendar_id int4, condition text, created_at timestamptz,
--     first_response_time int4, update_time int4, solution_time int4, others others
-- without calendars: business hours are unknown: the policy set must name a calendar
-- without slas: nothing is promised until the policy set says so
-- without ticket_states.ignore_escalation: clocks stop in states of the types pending alone
WITH state AS (
    SELECT
        known.id,
        CASE WHEN kind.name = 'merged' THEN 'merged' ELSE known.name END AS name,
        kind.name AS kind,
        CASE
            WHEN kind.name IN ('closed', 'merged', 'removed') THEN 'closed'
            WHEN known.ignore_escalation THEN 'pending'
            WHEN known.ignore_escalation IS NULL AND kind.name LIKE 'pending%' THEN 'pending'
            WHEN kind.name = 'new' THEN 'new'
            ELSE 'open'
        END AS state
    FROM {ticket_states} AS known
    JOIN {ticket_state_types} AS kind ON kind.id = known.state_type_id
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
calendar AS (
    SELECT
        known.id,
        coalesce(known.name, known.id::text) AS label,
        replace({schema} || ' ' || coalesce(known.name, known.id::text), '@', '(at)') AS name,
        known."default" AS is_default,
        coalesce(nullif(known.timezone, ''), 'UTC') AS zone_name,
        slaops.zendesk_time_zone(coalesce(nullif(known.timezone, ''), 'UTC')) AS zone,
        CASE jsonb_typeof(hours.value) WHEN 'object' THEN hours.value END AS hours,
        CASE jsonb_typeof(holidays.value) WHEN 'object' THEN holidays.value END AS holidays,
        concat_ws('; ', hours.problem, holidays.problem) AS unreadable
    FROM {calendars} AS known
    CROSS JOIN slaops.attach_yaml(known.business_hours) AS hours
    CROSS JOIN slaops.attach_yaml(known.public_holidays) AS holidays
),
span AS (
    SELECT
        calendar.id,
        weekday.number,
        weekday.short,
        format(
            '%s-%s',
            frame.value ->> 0,
            -- The form cannot say the end of the day.
            CASE frame.value ->> 1 WHEN '23:59' THEN '24:00' ELSE frame.value ->> 1 END
        ) AS hours
    FROM calendar
    CROSS JOIN (VALUES
        (1, 'mon', 'Mo'),
        (2, 'tue', 'Tu'),
        (3, 'wed', 'We'),
        (4, 'thu', 'Th'),
        (5, 'fri', 'Fr'),
        (6, 'sat', 'Sa'),
        (7, 'sun', 'Su')
    ) AS weekday (number, long, short)
    CROSS JOIN jsonb_path_query(
        calendar.hours -> weekday.long, '$ ? (@.active == true).timeframes[*]'
    ) AS frame (value)
    WHERE frame.value ->> 0 ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
        AND frame.value ->> 1 ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
        AND frame.value ->> 0 < frame.value ->> 1
),
open_day AS (
    SELECT
        span.id,
        span.number,
        span.short || ' ' || string_agg(span.hours, ',' ORDER BY span.hours) AS hours
    FROM span
    GROUP BY
        span.id,
        span.number,
        span.short
),
week AS (
    SELECT
        open_day.id,
        string_agg(open_day.hours, '; ' ORDER BY open_day.number) AS hours
    FROM open_day
    GROUP BY open_day.id
),
holiday AS (
    SELECT
        calendar.id,
        jsonb_agg(day.key ORDER BY day.key) AS days
    FROM calendar
    CROSS JOIN jsonb_each(calendar.holidays) AS day
    WHERE day.key ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
        AND day.value -> 'active' = 'true'
        AND coalesce(day.value -> 'removed', 'false') <> 'true'
    GROUP BY calendar.id
),
desk AS (
    SELECT
        calendar.id,
        calendar.label,
        calendar.name,
        calendar.is_default,
        calendar.zone,
        week.hours,
        coalesce(holiday.days, '[]') AS days,
        CASE
            WHEN calendar.unreadable <> '' THEN calendar.unreadable
            WHEN calendar.zone IS NULL
                THEN format('its time zone "%s" is not known', calendar.zone_name)
            WHEN week.hours IS NULL THEN 'it has no hours'
        END AS problem
    FROM calendar
    LEFT JOIN week ON week.id = calendar.id
    LEFT JOIN holiday ON holiday.id = calendar.id
),
sla AS (
    SELECT
        known.id,
        coalesce(known.name, known.id::text) AS name,
        row_number() OVER (ORDER BY known.name, known.created_at, known.id) AS place,
        known.calendar_id,
        known.first_response_time,
        known.solution_time,
        -- Before version 5 the only time for updates was that for a response.
        CASE
            WHEN known.others ? 'response_time' THEN (known.others ->> 'response_time')::int4
            ELSE known.update_time
        END AS response_time,
        CASE WHEN known.others ? 'response_time' THEN known.update_time END AS update_time,
        CASE
            WHEN condition.value -> 'conditions' IS NOT NULL THEN condition.value
            WHEN jsonb_typeof(condition.value) <> 'object' OR condition.value = '{}' THEN NULL
            ELSE
                jsonb_build_object(
                    'operator', 'AND',
                    'conditions', (
                        SELECT jsonb_agg(
                            CASE
                                WHEN jsonb_typeof(entry.value) = 'object' THEN entry.value
                                ELSE '{}'
                            END
                            || jsonb_build_object('name', entry.key)
                            ORDER BY entry.key
                        )
                        FROM jsonb_each(condition.value) AS entry
                    )
                )
        END AS condition,
        condition.problem
    FROM {slas} AS known
    CROSS JOIN slaops.attach_yaml(known.condition) AS condition
),
leaf AS (
    SELECT
        sla.id,
        part.place,
        part.value ->> 'name' AS name,
        part.value ->> 'operator' AS operator,
        nullif(part.value ->> 'pre_condition', 'specific') AS pre_condition,
        part.value ? 'conditions' AS nested,
        CASE
            WHEN part.value ->> 'name' = 'ticket.tags'
                AND jsonb_typeof(part.value -> 'value') = 'string'
                THEN to_jsonb(regexp_split_to_array(btrim(part.value ->> 'value'), '\s*,\s*'))
            WHEN jsonb_typeof(part.value -> 'value') = 'array' THEN part.value -> 'value'
            ELSE jsonb_build_array(part.value -> 'value')
        END AS wanted
    FROM sla
    CROSS JOIN jsonb_array_elements(
        CASE jsonb_typeof(sla.condition -> 'conditions')
            WHEN 'array' THEN sla.condition -> 'conditions'
            ELSE '[]'
        END
    ) WITH ORDINALITY AS part (value, place)
),
-- What a field of Zammad is here, and whether its values are numbers of a table.
field AS (
    SELECT
        known.name,
        known.field,
        known.looked_up
    FROM (VALUES
        ('ticket.state_id', 'status', true),
        ('ticket.priority_id', 'priority', true),
        ('ticket.group_id', 'group_name', true),
        ('ticket.owner_id', 'assignee', true),
        ('ticket.organization_id', 'organization_id', true),
        ('ticket.create_article_type_id', 'channel', true),
        ('ticket.customer_id', 'requester_id', false),
        ('ticket.type', 'type', false),
        ('ticket.number', 'number', false),
        ('ticket.tags', 'tags', false),
        ('customer.vip', 'customer.vip', false),
        ('organization.name', 'organization_id', false)
    ) AS known (name, field, looked_up)
    UNION ALL
    SELECT
        lower(object.name) || '.' || attribute.name AS name,
        CASE object.name WHEN 'Ticket' THEN '' ELSE 'organization.' END || attribute.name AS field,
        false AS looked_up
    FROM {object_manager_attributes} AS attribute
    JOIN {object_lookups} AS object
        ON object.id = attribute.object_lookup_id
        AND object.name IN ('Ticket', 'Organization')
    WHERE attribute.editable IS NOT FALSE
        AND (object.name, attribute.name) NOT IN (('Ticket', 'type'), ('Ticket', 'number'))
),
label AS (
    SELECT
        'status' AS field,
        known.id::text AS number,
        known.name
    FROM state AS known
    UNION ALL
    SELECT
        'priority' AS field,
        known.id::text AS number,
        known.name
    FROM {ticket_priorities} AS known
    UNION ALL
    SELECT
        'group_name' AS field,
        known.id::text AS number,
        known.name
    FROM {groups} AS known
    UNION ALL
    SELECT
        'organization_id' AS field,
        known.id::text AS number,
        known.name
    FROM {organizations} AS known
    UNION ALL
    SELECT
        'channel' AS field,
        known.id::text AS number,
        known.name
    FROM {ticket_article_types} AS known
    UNION ALL
    SELECT
        'assignee' AS field,
        known.id::text AS number,
        coalesce(
            nullif(btrim(concat_ws(' ', known.firstname, known.lastname)), ''),
            nullif(known.email, ''),
            known.login
        ) AS name
    FROM {users} AS known
    WHERE known.id <> 1
),
element AS (
    SELECT
        leaf.id,
        leaf.place,
        jsonb_agg(
            CASE WHEN field.looked_up THEN to_jsonb(label.name) ELSE given.value END
            ORDER BY given.place
        ) AS list,
        string_agg(given.value #>> '{}', ', ' ORDER BY given.place)
            FILTER (WHERE field.looked_up AND label.name IS NULL) AS nobody,
        bool_or(given.value IN ('null', '""')) AS empty
    FROM leaf
    JOIN field ON field.name = leaf.name
    CROSS JOIN jsonb_array_elements(leaf.wanted) WITH ORDINALITY AS given (value, place)
    LEFT JOIN label
        ON field.looked_up
        AND label.field = field.field
        AND label.number = given.value #>> '{}'
    GROUP BY
        leaf.id,
        leaf.place
),
wanted AS (
    SELECT
        element.*,
        CASE jsonb_array_length(element.list) WHEN 1 THEN element.list -> 0 ELSE element.list END
            AS value
    FROM element
),
test AS (
    SELECT
        leaf.id,
        leaf.place,
        field.field,
        CASE
            WHEN leaf.nested THEN 'groups of conditions stand in one another'
            WHEN field.name IS NULL THEN format('%s is not read', leaf.name)
            WHEN leaf.pre_condition IS NOT NULL AND leaf.pre_condition <> 'not_set'
                THEN format('%s asks for %s', leaf.name, leaf.pre_condition)
            WHEN leaf.pre_condition = 'not_set' AND leaf.operator IN ('is', 'is not') THEN NULL
            WHEN NOT coalesce(
                    leaf.operator IN ('is', 'is not')
                    OR leaf.name = 'ticket.tags'
                        AND leaf.operator IN ('contains all', 'contains one', 'contains all not'),
                    false
                )
                THEN format('%s has the operator "%s"', leaf.name, leaf.operator)
            WHEN wanted.list IS NULL OR wanted.empty THEN format('%s asks for no value', leaf.name)
            WHEN wanted.nobody IS NOT NULL
                THEN format('%s asks for %s, which is gone', leaf.name, wanted.nobody)
        END AS problem,
        CASE
            WHEN leaf.pre_condition = 'not_set' AND leaf.operator = 'is' THEN 'null'::jsonb
            WHEN leaf.pre_condition = 'not_set' THEN '{"not": null}'
            WHEN leaf.operator IN ('is not', 'contains all not')
                THEN jsonb_build_object('not', wanted.value)
            WHEN leaf.operator = 'contains all' THEN jsonb_build_object('all', wanted.list)
            ELSE wanted.value
        END AS test
    FROM leaf
    LEFT JOIN field ON field.name = leaf.name
    LEFT JOIN wanted
        ON wanted.id = leaf.id
        AND wanted.place = leaf.place
),
selector AS (
    SELECT
        test.id,
        string_agg(test.problem, '; ' ORDER BY test.place) AS problem,
        count(*) > count(DISTINCT test.field) AS twice,
        jsonb_object_agg(coalesce(test.field, ''), test.test) AS every_test,
        jsonb_agg(
            jsonb_build_object(coalesce(test.field, ''), test.test) ORDER BY test.place
        ) AS any_test
    FROM test
    GROUP BY test.id
),
promise AS (
    SELECT
        sla.id,
        sla.name,
        sla.place,
        sla.condition IS NULL AND sla.problem IS NULL AS for_all,
        coalesce(sla.condition ->> 'operator', 'AND') AS operator,
        selector.every_test,
        selector.any_test,
        desk.name AS calendar,
        jsonb_strip_nulls(
            jsonb_build_object(
                'first_response', nullif(greatest(sla.first_response_time, 0), 0) || 'm',
                'next_response', nullif(greatest(sla.response_time, 0), 0) || 'm',
                'pausable_update', nullif(greatest(sla.update_time, 0), 0) || 'm',
                'resolution', nullif(greatest(sla.solution_time, 0), 0) || 'm'
            )
        ) AS targets,
        CASE
            WHEN sla.problem IS NOT NULL THEN sla.problem
            WHEN sla.condition IS NOT NULL AND selector.id IS NULL
                THEN 'its conditions are not a list'
            WHEN selector.problem IS NOT NULL THEN selector.problem
            WHEN sla.condition ->> 'operator' NOT IN ('AND', 'OR')
                THEN format('its conditions are joined by %s', sla.condition ->> 'operator')
            WHEN sla.condition ->> 'operator' = 'AND' AND selector.twice
                THEN 'it asks twice for the same field'
            WHEN desk.id IS NULL OR desk.problem IS NOT NULL
                THEN
                    format(
                        'its calendar "%s" was not read',
                        coalesce(desk.label, sla.calendar_id::text)
                    )
        END AS problem
    FROM sla
    LEFT JOIN selector ON selector.id = sla.id
    LEFT JOIN desk ON desk.id = sla.calendar_id
),
ranked AS (
    SELECT
        promise.*,
        promise.for_all
        AND promise.place < max(promise.place) FILTER (WHERE promise.for_all) OVER () AS replaced
    FROM promise
),
policy AS (
    SELECT
        ranked.*,
        CASE
            WHEN ranked.for_all THEN NULL
            WHEN ranked.operator = 'OR' THEN ranked.any_test
            ELSE ranked.every_test
        END AS conditions,
        ranked.problem IS NULL AND NOT ranked.replaced AND ranked.targets <> '{}' AS read
    FROM ranked
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    jsonb_build_object(
        'preset', 'zammad',
        'states', (
            SELECT coalesce(jsonb_object_agg(meaning.state, meaning.statuses), '{}')
            FROM meaning
        ),
        'policies', (
            SELECT coalesce(
                jsonb_agg(
                    jsonb_strip_nulls(
                        jsonb_build_object('name', policy.name, 'calendar', policy.calendar)
                    )
                    || CASE
                        WHEN policy.conditions IS NULL THEN '{}'
                        ELSE jsonb_build_object('when', policy.conditions)
                    END
                    || jsonb_build_object('targets', jsonb_build_object('*', policy.targets))
                    ORDER BY policy.for_all, policy.place
                ),
                '[]'
            )
            FROM policy
            WHERE policy.read
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
                        'description', format('calendar %s of Zammad', desk.label)
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
            SELECT jsonb_build_object('default_calendar', min(desk.name))
            FROM desk
            WHERE desk.is_default
                AND desk.problem IS NULL
            HAVING min(desk.name) IS NOT NULL
        ),
        '{}'
    ) AS config
UNION ALL
SELECT
    'status ' || state.name AS subject,
    CASE state.state
        WHEN 'pending' THEN format('pending: it is of the type %s, and stops clocks', state.kind)
        ELSE format('%s: it is of the type %s, and stops no clocks', state.state, state.kind)
    END AS finding,
    NULL AS cost,
    NULL AS config
FROM state
WHERE state.state = 'pending' AND state.kind NOT LIKE 'pending%'
    OR state.state = 'open' AND state.kind <> 'open'
UNION ALL
SELECT
    'calendar ' || desk.label AS subject,
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
    'SLA ' || policy.name AS subject,
    CASE
        WHEN policy.read THEN 'policy'
        WHEN policy.problem IS NOT NULL THEN 'no policy: ' || policy.problem
        WHEN policy.replaced THEN 'no policy: of those without conditions only the last is used'
        ELSE 'no policy: it has no times'
    END AS finding,
    CASE
        WHEN policy.read THEN policy.targets::text
        WHEN policy.problem IS NOT NULL THEN
            format(
                'its tickets fall to the next policy: add it to the policy set %s, %s',
                {schema},
                policy.targets
            )
    END AS cost,
    NULL AS config
FROM policy
